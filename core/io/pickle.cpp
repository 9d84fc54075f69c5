// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pickle.h"

#include "core/io/stored_zip.h"

#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace bitloom {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t maximumProgramBytes = 64u << 20; // a state dict takes some 200 bytes a tensor
constexpr std::size_t maximumValues = 8u << 20;
constexpr std::size_t maximumDimensions = 8;
constexpr std::size_t maximumCopiedBytes = std::size_t { 16 } << 30; // of tensors that are not contiguous

/// Every opcode of the pickle protocols 0 to 5, so that a refusal can say what it refuses.
std::string opcodeName(std::uint8_t opcode)
{
    struct Name
    {
        std::uint8_t opcode;
        const char* name;
    };
    static constexpr std::array names { Name { '0', "POP" }, Name { '1', "POP_MARK" }, Name { '2', "DUP" }, Name { 'F', "FLOAT" }, Name { 'I', "INT" },
        Name { 'L', "LONG" }, Name { 'P', "PERSID" }, Name { 'S', "STRING" }, Name { 'T', "BINSTRING" }, Name { 'U', "SHORT_BINSTRING" },
        Name { 'V', "UNICODE" }, Name { 'G', "BINFLOAT" }, Name { 'N', "NONE" }, Name { ']', "EMPTY_LIST" }, Name { 'a', "APPEND" },
        Name { 'd', "DICT" }, Name { 'e', "APPENDS" }, Name { 'g', "GET" }, Name { 'i', "INST" }, Name { 'l', "LIST" }, Name { 'o', "OBJ" },
        Name { 'p', "PUT" }, Name { 'B', "BINBYTES" }, Name { 'C', "SHORT_BINBYTES" }, Name { 0x81, "NEWOBJ" }, Name { 0x82, "EXT1" },
        Name { 0x83, "EXT2" }, Name { 0x84, "EXT4" }, Name { 0x8b, "LONG4" }, Name { 0x8c, "SHORT_BINUNICODE" }, Name { 0x8d, "BINUNICODE8" },
        Name { 0x8e, "BINBYTES8" }, Name { 0x8f, "EMPTY_SET" }, Name { 0x90, "ADDITEMS" }, Name { 0x91, "FROZENSET" }, Name { 0x92, "NEWOBJ_EX" },
        Name { 0x93, "STACK_GLOBAL" }, Name { 0x94, "MEMOIZE" }, Name { 0x95, "FRAME" }, Name { 0x96, "BYTEARRAY8" },
        Name { 0x97, "NEXT_BUFFER" }, Name { 0x98, "READONLY_BUFFER" } };
    for (const auto& name : names)
        if (name.opcode == opcode)
            return name.name;
    return fmt::format("0x{:02x}", opcode);
}

enum class Global { OrderedDict, RebuildTensor, Storage };

struct StorageType
{
    const char* name;
    ScalarType type;
};
constexpr std::array storageTypes { StorageType { "DoubleStorage", ScalarType::F64 }, StorageType { "FloatStorage", ScalarType::F32 },
    StorageType { "HalfStorage", ScalarType::F16 }, StorageType { "BFloat16Storage", ScalarType::BF16 },
    StorageType { "LongStorage", ScalarType::I64 }, StorageType { "IntStorage", ScalarType::I32 },
    StorageType { "ShortStorage", ScalarType::I16 }, StorageType { "CharStorage", ScalarType::I8 },
    StorageType { "ByteStorage", ScalarType::U8 }, StorageType { "BoolStorage", ScalarType::Bool } };

using Index = std::uint32_t; // into Machine::m_values; values refer to each other by index, so no nesting can exhaust the C++ stack

enum class Kind { Mark, Boolean, Integer, Text, Tuple, Dict, Global, Storage, Tensor };

const char* kindName(Kind kind)
{
    static constexpr std::array names { "a mark", "a bool", "an int", "a str", "a tuple", "a dict", "a global", "a storage", "a tensor" };
    return names[static_cast<std::size_t>(kind)];
}

struct Value
{
    Kind kind = Kind::Mark;
    std::int64_t number = 0; ///< Boolean, Integer; Global and ScalarType of others as their enum
    std::vector<Index> items = {}; ///< Tuple: its items; Dict: key, value, key, value, ...
    std::string text = {}; ///< Text
    std::size_t payload = 0; ///< Storage: into m_storages; Tensor: into m_tensors
    ScalarType type = ScalarType::F32; ///< Global::Storage
};

/// Interprets the pickle program of one archive.
class Machine
{
public:
    Machine(std::string source, std::string folder, const StoredZip& zip)
        : m_source(std::move(source))
        , m_folder(std::move(folder))
        , m_zip(zip)
    {
    }

    Result<std::map<std::string, TensorData>> run(Bytes program);

private:
    struct Storage
    {
        ScalarType type;
        Bytes bytes;
        std::int64_t elements;
    };

    template <class... Args>
    [[nodiscard]] tl::unexpected<Error> broken(fmt::format_string<Args...> format, Args&&... args) const
    {
        return fail(ErrorCode::InvalidInput, "{}: data.pkl, byte {}: {}", m_source, m_opcodeAt, fmt::format(format, std::forward<Args>(args)...));
    }

    Result<Bytes> take(std::size_t count);
    template <class Integer>
    Result<Integer> takeInteger();
    Result<std::string> takeLine();

    Result<void> push(Value value);
    Result<Index> pop();
    Result<std::vector<Index>> popToMark();
    Result<void> step(std::uint8_t opcode);
    Result<void> pushGlobal();
    Result<void> pushTuple(std::size_t count);
    Result<void> memoize(std::uint32_t key);
    Result<void> recall(std::uint32_t key);
    Result<void> setItems(const std::vector<Index>& items);
    Result<void> reduce();
    Result<void> rebuildTensor(const std::vector<Index>& arguments);
    Result<void> loadStorage();
    Result<std::int64_t> integer(Index index, const char* what) const;
    Result<std::vector<std::int64_t>> integers(Index index, const char* what) const;

    std::string m_source, m_folder;
    const StoredZip& m_zip;
    Bytes m_program;
    std::size_t m_at = 0, m_opcodeAt = 0;
    std::vector<Value> m_values;
    std::vector<Index> m_stack;
    std::map<std::uint32_t, Index> m_memo;
    std::vector<Storage> m_storages;
    std::vector<TensorData> m_tensors;
    std::size_t m_copiedBytes = 0;
};

Result<Bytes> Machine::take(std::size_t count)
{
    if (count > m_program.size() - m_at)
        return broken("the program breaks off");
    const auto bytes = m_program.subspan(m_at, count);
    m_at += count;
    return bytes;
}

template <class Integer>
Result<Integer> Machine::takeInteger()
{
    BITLOOM_TRY(const auto bytes, take(sizeof(Integer)));
    Integer value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

Result<std::string> Machine::takeLine()
{
    std::string line;
    for (;;) {
        BITLOOM_TRY(const auto character, takeInteger<char>());
        if (character == '\n')
            return line;
        if (line.size() == 255)
            return broken("a global's name is longer than 255 characters");
        line += character;
    }
}

Result<void> Machine::push(Value value)
{
    if (m_values.size() == maximumValues)
        return broken("the program makes more than {} values", maximumValues);
    m_stack.push_back(static_cast<Index>(m_values.size()));
    m_values.push_back(std::move(value));
    return {};
}

Result<Index> Machine::pop()
{
    if (m_stack.empty() || m_values[m_stack.back()].kind == Kind::Mark)
        return broken("the program takes a value from an empty stack");
    const auto top = m_stack.back();
    m_stack.pop_back();
    return top;
}

Result<std::vector<Index>> Machine::popToMark()
{
    auto mark = m_stack.size();
    while (mark > 0 && m_values[m_stack[mark - 1]].kind != Kind::Mark)
        --mark;
    if (mark == 0)
        return broken("the program goes back to a mark that it never set");
    std::vector<Index> items(m_stack.begin() + static_cast<std::ptrdiff_t>(mark), m_stack.end());
    m_stack.resize(mark - 1);
    return items;
}

Result<std::int64_t> Machine::integer(Index index, const char* what) const
{
    if (m_values[index].kind != Kind::Integer)
        return broken("{} is {}, expected an int", what, kindName(m_values[index].kind));
    return m_values[index].number;
}

Result<std::vector<std::int64_t>> Machine::integers(Index index, const char* what) const
{
    const auto& tuple = m_values[index];
    if (tuple.kind != Kind::Tuple || tuple.items.size() > maximumDimensions)
        return broken("{} is not a tuple of at most {} ints", what, maximumDimensions);
    std::vector<std::int64_t> values;
    for (const auto item : tuple.items) {
        BITLOOM_TRY(const auto value, integer(item, what));
        values.push_back(value);
    }
    return values;
}

Result<void> Machine::pushGlobal()
{
    BITLOOM_TRY(const auto module, takeLine());
    BITLOOM_TRY(const auto name, takeLine());
    Value value { .kind = Kind::Global };
    if (module == "collections" && name == "OrderedDict") {
        value.number = static_cast<std::int64_t>(Global::OrderedDict);
        return push(std::move(value));
    }
    if (module == "torch._utils" && name == "_rebuild_tensor_v2") {
        value.number = static_cast<std::int64_t>(Global::RebuildTensor);
        return push(std::move(value));
    }
    if (module == "torch")
        for (const auto& storage : storageTypes)
            if (name == storage.name) {
                value.number = static_cast<std::int64_t>(Global::Storage);
                value.type = storage.type;
                return push(std::move(value));
            }
    return fail(ErrorCode::Unsupported, "{}: data.pkl names {}.{}, which is not part of a plain dict of tensors and is never called", m_source,
        module, name);
}

Result<void> Machine::pushTuple(std::size_t count)
{
    Value tuple { .kind = Kind::Tuple };
    tuple.items.resize(count);
    for (auto item = tuple.items.rbegin(); item != tuple.items.rend(); ++item) {
        BITLOOM_TRY(*item, pop());
    }
    return push(std::move(tuple));
}

Result<void> Machine::memoize(std::uint32_t key)
{
    if (m_stack.empty())
        return broken("the program remembers a value of an empty stack");
    m_memo[key] = m_stack.back();
    return {};
}

Result<void> Machine::recall(std::uint32_t key)
{
    const auto found = m_memo.find(key);
    if (found == m_memo.end())
        return broken("the program recalls value {}, which it never remembered", key);
    if (m_stack.size() == maximumValues)
        return broken("the program puts more than {} values on its stack", maximumValues);
    m_stack.push_back(found->second);
    return {};
}

Result<void> Machine::setItems(const std::vector<Index>& items)
{
    if (m_stack.empty() || m_values[m_stack.back()].kind != Kind::Dict || items.size() % 2 != 0)
        return broken("the program sets items of something that is not a dict");
    auto& dict = m_values[m_stack.back()].items;
    dict.insert(dict.end(), items.begin(), items.end());
    return {};
}

Result<void> Machine::reduce()
{
    BITLOOM_TRY(const auto argumentsIndex, pop());
    BITLOOM_TRY(const auto callable, pop());
    if (m_values[argumentsIndex].kind != Kind::Tuple || m_values[callable].kind != Kind::Global)
        return broken("the program calls {} with {}", kindName(m_values[callable].kind), kindName(m_values[argumentsIndex].kind));
    const auto arguments = m_values[argumentsIndex].items;
    switch (static_cast<Global>(m_values[callable].number)) {
    case Global::OrderedDict:
        if (!arguments.empty())
            return broken("OrderedDict is made with {} arguments, expected none", arguments.size());
        return push({ .kind = Kind::Dict });
    case Global::RebuildTensor:
        return rebuildTensor(arguments);
    case Global::Storage:
        break;
    }
    return broken("the program calls a storage type");
}

Result<void> Machine::rebuildTensor(const std::vector<Index>& arguments)
{
    if (arguments.size() < 6 || arguments.size() > 7 || m_values[arguments[0]].kind != Kind::Storage)
        return broken("a tensor is not made of (storage, offset, size, stride, requires_grad, hooks)");
    const auto& storage = m_storages[m_values[arguments[0]].payload];
    BITLOOM_TRY(const auto offset, integer(arguments[1], "a tensor's offset"));
    BITLOOM_TRY(const auto shape, integers(arguments[2], "a tensor's size"));
    BITLOOM_TRY(auto strides, integers(arguments[3], "a tensor's stride"));
    if (strides.size() != shape.size() || offset < 0)
        return broken("a tensor of {} dimensions has {} strides and offset {}", shape.size(), strides.size(), offset);

    std::int64_t elements = 1, last = offset, contiguousStride = 1;
    bool contiguous = true, empty = false;
    for (auto d = shape.size(); d-- > 0;) {
        const auto size = shape[d], stride = strides[d];
        std::int64_t span = 0;
        if (size < 0 || stride < 0 || __builtin_mul_overflow(elements, size, &elements)
            || (size > 0 && (__builtin_mul_overflow(size - 1, stride, &span) || __builtin_add_overflow(last, span, &last))))
            return broken("a tensor's size {} or stride {} is impossible", size, stride);
        empty = empty || size == 0;
        contiguous = contiguous && (size == 1 || stride == contiguousStride);
        contiguousStride = elements;
        if (size == 1)
            strides[d] = 0; // never stepped over, and may be any number in the file
    }
    if (empty)
        elements = 0;
    else if (last >= storage.elements)
        return broken("a tensor reaches to element {} of a storage of {}", last, storage.elements);
    if (elements > storage.elements)
        return broken("a tensor of {} elements repeats those of a storage of {}", elements, storage.elements);

    TensorData tensor { .name = {}, .type = storage.type, .shape = shape, .bytes = {}, .owner = m_zip.owner() };
    const auto width = scalarBytes(storage.type);
    if (contiguous && !empty) {
        tensor.bytes = storage.bytes.subspan(static_cast<std::size_t>(offset) * width, static_cast<std::size_t>(elements) * width);
    } else if (!empty) {
        m_copiedBytes += static_cast<std::size_t>(elements) * width;
        if (m_copiedBytes > maximumCopiedBytes)
            return broken("views with unusual strides would take more than {} bytes", maximumCopiedBytes);
        const auto copy = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(elements) * width);
        std::vector<std::int64_t> position(shape.size());
        auto source = offset;
        for (std::int64_t element = 0; element < elements; ++element) {
            std::memcpy(copy->data() + static_cast<std::size_t>(element) * width,
                storage.bytes.data() + static_cast<std::size_t>(source) * width, width);
            for (auto d = shape.size(); d-- > 0;) {
                source += strides[d];
                if (++position[d] < shape[d])
                    break;
                source -= strides[d] * shape[d];
                position[d] = 0;
            }
        }
        tensor.bytes = *copy;
        tensor.owner = copy;
    }
    Value value { .kind = Kind::Tensor, .payload = m_tensors.size() };
    m_tensors.push_back(std::move(tensor));
    return push(std::move(value));
}

Result<void> Machine::loadStorage()
{
    BITLOOM_TRY(const auto index, pop());
    const auto& id = m_values[index];
    if (id.kind != Kind::Tuple || id.items.size() != 5)
        return broken("a storage is not named by ('storage', type, key, device, elements)");
    const auto& tag = m_values[id.items[0]];
    const auto& type = m_values[id.items[1]];
    const auto& key = m_values[id.items[2]];
    if (tag.kind != Kind::Text || tag.text != "storage" || type.kind != Kind::Global || type.number != static_cast<std::int64_t>(Global::Storage)
        || key.kind != Kind::Text)
        return broken("a storage is not named by ('storage', type, key, device, elements)");
    BITLOOM_TRY(const auto elements, integer(id.items[4], "a storage's number of elements"));
    const auto entry = m_zip.entries().find(m_folder + "/data/" + key.text);
    if (entry == m_zip.entries().end())
        return broken("there is no entry {}/data/{} in the archive", m_folder, key.text);
    const auto& bytes = entry->second;
    const auto width = scalarBytes(type.type);
    if (elements < 0 || bytes.size() / width != static_cast<std::size_t>(elements) || bytes.size() % width != 0)
        return broken("storage {} is {} bytes, expected {} elements of {}", key.text, bytes.size(), elements, scalarName(type.type));
    Value value { .kind = Kind::Storage, .payload = m_storages.size() };
    m_storages.push_back({ type.type, bytes, elements });
    return push(std::move(value));
}

Result<void> Machine::step(std::uint8_t opcode)
{
    switch (opcode) {
    case 0x80: { // PROTO
        BITLOOM_TRY(const auto protocol, takeInteger<std::uint8_t>());
        if (protocol != 2)
            return fail(ErrorCode::Unsupported, "{}: data.pkl is written in pickle protocol {}, expected 2 as torch.save does", m_source, protocol);
        return {};
    }
    case 'c': // GLOBAL
        return pushGlobal();
    case 'q': { // BINPUT
        BITLOOM_TRY(const auto key, takeInteger<std::uint8_t>());
        return memoize(key);
    }
    case 'r': { // LONG_BINPUT
        BITLOOM_TRY(const auto key, takeInteger<std::uint32_t>());
        return memoize(key);
    }
    case 'h': { // BINGET
        BITLOOM_TRY(const auto key, takeInteger<std::uint8_t>());
        return recall(key);
    }
    case 'j': { // LONG_BINGET
        BITLOOM_TRY(const auto key, takeInteger<std::uint32_t>());
        return recall(key);
    }
    case ')': // EMPTY_TUPLE
        return push({ .kind = Kind::Tuple });
    case '}': // EMPTY_DICT
        return push({ .kind = Kind::Dict });
    case '(': // MARK
        return push({ .kind = Kind::Mark });
    case 'R': // REDUCE
        return reduce();
    case 'X': { // BINUNICODE
        BITLOOM_TRY(const auto size, takeInteger<std::uint32_t>());
        BITLOOM_TRY(const auto text, take(size));
        return push({ .kind = Kind::Text, .text = std::string(reinterpret_cast<const char*>(text.data()), text.size()) });
    }
    case 'J': { // BININT
        BITLOOM_TRY(const auto number, takeInteger<std::int32_t>());
        return push({ .kind = Kind::Integer, .number = number });
    }
    case 'K': { // BININT1
        BITLOOM_TRY(const auto number, takeInteger<std::uint8_t>());
        return push({ .kind = Kind::Integer, .number = number });
    }
    case 'M': { // BININT2
        BITLOOM_TRY(const auto number, takeInteger<std::uint16_t>());
        return push({ .kind = Kind::Integer, .number = number });
    }
    case 0x8a: { // LONG1: little-endian two's complement of any length
        BITLOOM_TRY(const auto size, takeInteger<std::uint8_t>());
        if (size > 8)
            return broken("an int of {} bytes, expected at most 8", size);
        BITLOOM_TRY(const auto bytes, take(size));
        std::uint64_t number = size > 0 && (bytes.back() & std::byte { 0x80 }) != std::byte { 0 } ? ~std::uint64_t { 0 } : 0;
        for (std::size_t i = 0; i < size; ++i) {
            number &= ~(std::uint64_t { 0xff } << 8 * i);
            number |= static_cast<std::uint64_t>(bytes[i]) << 8 * i;
        }
        return push({ .kind = Kind::Integer, .number = static_cast<std::int64_t>(number) });
    }
    case 't': { // TUPLE
        BITLOOM_TRY(auto items, popToMark());
        return push({ .kind = Kind::Tuple, .items = std::move(items) });
    }
    case 0x85: // TUPLE1
        return pushTuple(1);
    case 0x86: // TUPLE2
        return pushTuple(2);
    case 0x87: // TUPLE3
        return pushTuple(3);
    case 'Q': // BINPERSID
        return loadStorage();
    case 0x88: // NEWTRUE
    case 0x89: // NEWFALSE
        return push({ .kind = Kind::Boolean, .number = opcode == 0x88 });
    case 's': { // SETITEM
        BITLOOM_TRY(const auto value, pop());
        BITLOOM_TRY(const auto key, pop());
        return setItems({ key, value });
    }
    case 'u': { // SETITEMS
        BITLOOM_TRY(const auto items, popToMark());
        return setItems(items);
    }
    case 'b': { // BUILD: a state dict's _metadata, which says nothing about its tensors
        BITLOOM_TRY(const auto state, pop());
        if (m_values[state].kind != Kind::Dict || m_stack.empty() || m_values[m_stack.back()].kind != Kind::Dict)
            return broken("the program sets the state of something that is not a dict");
        return {};
    }
    default:
        return fail(ErrorCode::Unsupported, "{}: data.pkl, byte {}: opcode {} is not one that a plain dict of tensors needs", m_source, m_opcodeAt,
            opcodeName(opcode));
    }
}

Result<std::map<std::string, TensorData>> Machine::run(Bytes program)
{
    m_program = program;
    for (;;) {
        m_opcodeAt = m_at;
        BITLOOM_TRY(const auto opcode, takeInteger<std::uint8_t>());
        if (opcode == '.')
            break;
        BITLOOM_CHECK(step(opcode));
    }
    BITLOOM_TRY(const auto top, pop());
    const auto& dict = m_values[top];
    if (dict.kind != Kind::Dict)
        return fail(ErrorCode::InvalidInput, "{}: holds {}, expected a dict of tensors", m_source, kindName(dict.kind));
    std::map<std::string, TensorData> tensors;
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
        const auto& key = m_values[dict.items[i]];
        const auto& value = m_values[dict.items[i + 1]];
        if (key.kind != Kind::Text)
            return fail(ErrorCode::InvalidInput, "{}: a key of the dict is {}, expected a str", m_source, kindName(key.kind));
        if (value.kind != Kind::Tensor)
            return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected a tensor", m_source, key.text, kindName(value.kind));
        auto tensor = m_tensors[value.payload];
        tensor.name = key.text;
        tensors.insert_or_assign(key.text, std::move(tensor)); // a later assignment wins, as in Python
    }
    return tensors;
}

} // namespace

Result<std::map<std::string, TensorData>> readTensorPickle(const std::filesystem::path& path)
try {
    BITLOOM_TRY(const auto zip, StoredZip::open(path));
    constexpr std::string_view programSuffix = "/data.pkl";
    const std::string* program = nullptr;
    for (const auto& [name, bytes] : zip.entries())
        if (name.ends_with(programSuffix) && name.find('/') == name.size() - programSuffix.size()) {
            if (program != nullptr)
                return fail(ErrorCode::InvalidInput, "{}: has both {} and {}, expected one data.pkl", path.string(), *program, name);
            program = &name;
        }
    if (program == nullptr)
        return fail(ErrorCode::InvalidInput, "{}: a zip archive without NAME/data.pkl, expected a file that torch.save wrote", path.string());
    const auto folder = program->substr(0, program->size() - programSuffix.size());
    if (const auto order = zip.entries().find(folder + "/byteorder"); order != zip.entries().end()) {
        const std::string_view text(reinterpret_cast<const char*>(order->second.data()), order->second.size());
        if (text != "little")
            return fail(ErrorCode::Unsupported, "{}: byteorder is \"{}\", expected \"little\"", path.string(), text.substr(0, 16));
    }
    const auto& bytes = zip.entries().at(*program);
    if (bytes.size() > maximumProgramBytes)
        return fail(ErrorCode::InvalidInput, "{}: data.pkl is {} bytes, expected at most {}", path.string(), bytes.size(), maximumProgramBytes);
    return Machine(path.string(), folder, zip).run(bytes);
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "{}: not enough memory to read it", path.string());
}

} // namespace bitloom
