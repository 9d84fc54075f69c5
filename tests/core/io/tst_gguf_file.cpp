// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_file.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <ggml.h>
#include <gguf.h>
#include <QTemporaryDir>
#include <random>

using namespace bitloom;

namespace {

void putRaw(std::string& to, const void* from, std::size_t bytes)
{
    to.append(static_cast<const char*>(from), bytes);
}
template <class T>
void put(std::string& to, T value)
{
    putRaw(to, &value, sizeof value);
}
void putText(std::string& to, const std::string& text)
{
    put<std::uint64_t>(to, text.size());
    to += text;
}

/// What a GGUF file is made of, written by hand so that any part of it can lie.
struct Gguf
{
    std::string magic = "GGUF";
    std::uint32_t version = 3;
    std::int64_t tensorCount = 1, keyCount = 1;
    std::string keys, tensors, data;

    Gguf()
    {
        addText("general.architecture", "llama");
        addTensor("t", { 32 }, GGML_TYPE_F32, 0);
        data.assign(128, '\0');
    }
    void addText(const std::string& key, const std::string& value)
    {
        putText(keys, key);
        put<std::uint32_t>(keys, GGUF_TYPE_STRING);
        putText(keys, value);
    }
    void addTensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint32_t type, std::uint64_t offset)
    {
        putText(tensors, name);
        put<std::uint32_t>(tensors, std::uint32_t(shape.size()));
        for (const auto size : shape)
            put(tensors, size);
        put(tensors, type);
        put(tensors, offset);
    }
    std::string bytes() const
    {
        std::string text = magic;
        put(text, version);
        put(text, tensorCount);
        put(text, keyCount);
        text += keys + tensors;
        text.resize((text.size() + 31) / 32 * 32);
        return text + data;
    }
};

} // namespace

class GgufFileTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path write(const std::string& content) const
    {
        const std::filesystem::path file = std::filesystem::path(m_folder.path().toStdString()) / "given.gguf";
        std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
        return file;
    }

private Q_SLOTS:
    void readsWhatGgmlWrites()
    {
        gguf_context* context = gguf_init_empty();
        gguf_set_val_str(context, "a.text", "über");
        gguf_set_val_u32(context, "a.u32", 7);
        gguf_set_val_i64(context, "a.i64", -9);
        gguf_set_val_f32(context, "a.f32", 0.5f);
        gguf_set_val_bool(context, "a.flag", true);
        const char* texts[] = { "x", "", "yz" };
        gguf_set_arr_str(context, "a.texts", texts, 3);
        const std::int32_t numbers[] = { 3, -1 };
        gguf_set_arr_data(context, "a.numbers", GGUF_TYPE_INT32, numbers, 2);
        ggml_context* memory = ggml_init({ .mem_size = 1 << 20, .mem_buffer = nullptr, .no_alloc = false });
        ggml_tensor* t = ggml_new_tensor_2d(memory, GGML_TYPE_F32, 3, 2);
        ggml_set_name(t, "matrix.weight");
        for (int i = 0; i < 6; ++i)
            static_cast<float*>(t->data)[i] = float(i);
        gguf_add_tensor(context, t);
        const auto path = write("");
        QVERIFY(gguf_write_to_file(context, path.c_str(), false));
        ggml_free(memory);
        gguf_free(context);

        const auto file = GgufFile::open(path);
        BITLOOM_VERIFY(file);
        QVERIFY(file->text("a.text").value() == "über");
        QVERIFY(file->integer("a.u32").value() == 7);
        QVERIFY(file->integer("a.i64").value() == -9);
        QVERIFY(file->real("a.f32").value() == 0.5);
        QVERIFY(file->flag("a.flag").value() == true);
        QVERIFY((file->texts("a.texts").value() == std::vector<std::string> { "x", "", "yz" }));
        QVERIFY((file->integers("a.numbers").value() == std::vector<std::int32_t> { 3, -1 }));
        QVERIFY(!file->text("other").value().has_value());
        QVERIFY(!file->text("a.u32"));
        QVERIFY(!file->integer("a.text"));
        QVERIFY(!file->real("a.u32"));
        QVERIFY(!file->flag("a.text"));
        QVERIFY(!file->texts("a.numbers"));
        QVERIFY(!file->integers("a.text"));
        QVERIFY(!file->reals("a.numbers"));
        const GgufTensor* found = file->find("matrix.weight");
        QVERIFY(found && (found->shape == std::vector<std::int64_t> { 2, 3 }));
        float values[6] = {};
        BITLOOM_VERIFY(dequantizeGgml(found->type, found->bytes, 2, 3, values));
        QCOMPARE(values[5], 5.0f);
    }

    void badFile_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& content, const char* says) { QTest::newRow(name) << QByteArray(content.data(), qsizetype(content.size())) << says; };
        const auto lie = [&](const char* name, const char* says, const std::function<void(Gguf&)>& change) {
            Gguf gguf;
            change(gguf);
            row(name, gguf.bytes(), says);
        };
        const auto key = [](const std::string& name, std::uint32_t type, const std::string& value) {
            return [=](Gguf& g) {
                g.keyCount = 2;
                putText(g.keys, name);
                put(g.keys, type);
                g.keys += value;
            };
        };
        const auto number = [](auto value) {
            std::string text;
            put(text, value);
            return text;
        };
        const auto array = [&](std::uint32_t type, std::uint64_t count, const std::string& elements) { return number(type) + number(count) + elements; };
        const auto tensor = [](const std::string& name, std::vector<std::int64_t> shape, std::uint32_t type, std::uint64_t offset) {
            return [=](Gguf& g) {
                g.tensors.clear();
                g.addTensor(name, shape, type, offset);
            };
        };
        row("empty", "", "needs");
        row("text", "this is not a model at all", "no GGUF file");
        row("magic only", "GGUF", "needs");
        lie("version 1", "version 1", [](Gguf& g) { g.version = 1; });
        lie("big-endian version", "version 50331648", [](Gguf& g) { g.version = 0x03000000; });
        lie("many tensors", "more than", [](Gguf& g) { g.tensorCount = std::int64_t(1) << 60; });
        lie("negative tensors", "more than", [](Gguf& g) { g.tensorCount = -1; });
        lie("many keys", "more than", [](Gguf& g) { g.keyCount = std::int64_t(1) << 60; });
        lie("negative keys", "more than", [](Gguf& g) { g.keyCount = -5; });
        lie("key of 2^63 bytes", "at most", [](Gguf& g) { put<std::uint64_t>(g.keys = "", std::uint64_t(1) << 63); g.keys += std::string(40, 'x'); });
        lie("value of 2^60 bytes", "claims", key("k", GGUF_TYPE_STRING, number(std::uint64_t(1) << 60)));
        lie("unknown value type", "unknown value type 99", key("k", 99, ""));
        lie("array of 2^61 numbers", "more than the file", key("k", GGUF_TYPE_ARRAY, array(GGUF_TYPE_FLOAT64, std::uint64_t(1) << 61, "")));
        lie("array of 2^40 strings", "more than the file", key("k", GGUF_TYPE_ARRAY, array(GGUF_TYPE_STRING, std::uint64_t(1) << 40, "")));
        lie("array of arrays", "array of the unknown", key("k", GGUF_TYPE_ARRAY, array(GGUF_TYPE_ARRAY, 1, "")));
        lie("array of unknown type", "array of the unknown", key("k", GGUF_TYPE_ARRAY, array(77, 1, "")));
        lie("bool of 2", "is a bool", key("k", GGUF_TYPE_BOOL, std::string(1, '\2')));
        lie("key twice", "twice", key("general.architecture", GGUF_TYPE_UINT8, "x"));
        lie("key is no UTF-8", "UTF-8", key("\xFF", GGUF_TYPE_UINT8, "x"));
        lie("alignment 0", "power of two", key("general.alignment", GGUF_TYPE_UINT32, number(std::uint32_t(0))));
        lie("alignment 3", "power of two", key("general.alignment", GGUF_TYPE_UINT32, number(std::uint32_t(3))));
        lie("alignment 2^31", "power of two", key("general.alignment", GGUF_TYPE_UINT32, number(std::uint32_t(1) << 31)));
        lie("alignment as text", "power of two", key("general.alignment", GGUF_TYPE_STRING, number(std::uint64_t(1)) + "x"));
        lie("name of 64 bytes", "at most 63", tensor(std::string(64, 'n'), { 32 }, 0, 0));
        lie("no name", "empty", tensor("", { 32 }, 0, 0));
        lie("no dimension", "0 dimensions", tensor("t", {}, 0, 0));
        lie("five dimensions", "5 dimensions", tensor("t", { 1, 1, 1, 1, 1 }, 0, 0));
        lie("negative size", "not possible", tensor("t", { -32 }, 0, 0));
        lie("zero size", "not possible", tensor("t", { 0 }, 0, 0));
        lie("product overflows", "not possible", tensor("t", { std::int64_t(1) << 40, std::int64_t(1) << 40 }, 0, 0));
        lie("unknown type", "ggml type 999", tensor("t", { 32 }, 999, 0));
        lie("removed type", "ggml type 4 ", tensor("t", { 32 }, 4, 0));
        lie("negative type", "ggml type 4294967295", tensor("t", { 32 }, 0xFFFFFFFFu, 0));
        lie("half a block", "whole blocks", tensor("t", { 33 }, GGML_TYPE_Q4_0, 0));
        lie("crooked offset", "alignment", tensor("t", { 32 }, 0, 8));
        lie("offset far away", "expected 0", tensor("t", { 32 }, 0, std::uint64_t(1) << 40));
        lie("longer than the file", "truncated", tensor("t", { 64 }, 0, 0));
        lie("much longer than the file", "truncated", tensor("t", { std::int64_t(1) << 40 }, 0, 0));
        lie("tensor twice", "twice", [](Gguf& g) { g.tensorCount = 2; g.addTensor("t", { 32 }, 0, 128); g.data.resize(256); });
        lie("no data", "truncated", [](Gguf& g) { g.data.clear(); });
    }

    void badFile()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const auto file = GgufFile::open(write(content.toStdString()));
        QVERIFY(!file);
        const QString message = QString::fromStdString(file.error().message);
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.contains("given.gguf"), qPrintable(message));
    }

    void handWrittenFileIsGood() { BITLOOM_VERIFY(GgufFile::open(write(Gguf().bytes()))); }

    void damagedFilesNeverCrash()
    {
        BITLOOM_REQUIRE_SHARED();
        std::ifstream stream(bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf", std::ios::binary);
        const std::string good { std::istreambuf_iterator<char>(stream), {} };
        std::mt19937 random(11);
        int refused = 0;
        for (int round = 0; round < 300; ++round) {
            std::string damaged = good.substr(0, 40000);
            for (unsigned i = 0; i <= random() % 4; ++i)
                damaged[random() % (round % 2 ? 24000 : 700)] = static_cast<char>(random());
            damaged += good.substr(40000);
            if (round % 5 == 0)
                damaged.resize(random() % damaged.size());
            const auto file = GgufFile::open(write(damaged));
            refused += file ? 0 : 1;
        }
        QVERIFY(refused > 50);
    }

    void everyTypeIsDecoded_data()
    {
        QTest::addColumn<int>("type");
        for (int type = 0; type < GGML_TYPE_COUNT; ++type)
            if (!ggmlTypeName(type).empty())
                QTest::newRow(ggmlTypeName(type).c_str()) << type;
    }

    /// Values that ggml itself encodes come back within the type's precision; no type is refused.
    void everyTypeIsDecoded()
    {
        QFETCH(int, type);
        constexpr std::int64_t rows = 3, columns = 512;
        const auto rowBytes = ggmlRowBytes(type, columns);
        BITLOOM_VERIFY(rowBytes);
        std::mt19937 random(5);
        std::normal_distribution<float> normal(0, 1);
        std::vector<float> values(rows * columns), importance(columns, 1.0f), decoded(rows * columns, 99.0f);
        for (float& v : values)
            v = normal(random);
        std::vector<std::byte> blocks(*rowBytes * rows);
        const auto t = static_cast<ggml_type>(type);
        double tolerance = 0.02;
        if (type == GGML_TYPE_F64 || type == GGML_TYPE_I8 || type == GGML_TYPE_I16 || type == GGML_TYPE_I32 || type == GGML_TYPE_I64) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = std::round(values[i] * 20);
                const auto store = [&](auto v) { std::memcpy(blocks.data() + i * sizeof v, &v, sizeof v); };
                if (type == GGML_TYPE_F64)
                    store(double(values[i]));
                else if (type == GGML_TYPE_I8)
                    store(std::int8_t(values[i]));
                else if (type == GGML_TYPE_I16)
                    store(std::int16_t(values[i]));
                else if (type == GGML_TYPE_I32)
                    store(std::int32_t(values[i]));
                else
                    store(std::int64_t(values[i]));
            }
            tolerance = 0;
        } else if (type == GGML_TYPE_F32) {
            std::memcpy(blocks.data(), values.data(), blocks.size());
            tolerance = 0;
        } else if (type == GGML_TYPE_Q8_1 || type == GGML_TYPE_Q8_K) { // ggml only makes these on the fly; d = 1/16
            const std::size_t width = type == GGML_TYPE_Q8_1 ? 32 : 256, blockBytes = type == GGML_TYPE_Q8_1 ? 36 : 292;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const auto code = std::int8_t(std::lround(values[i] * 16));
                std::byte* block = blocks.data() + i / width * blockBytes;
                const float scale = 1.0f / 16;
                const ggml_fp16_t half = ggml_fp32_to_fp16(scale);
                if (type == GGML_TYPE_Q8_1)
                    std::memcpy(block, &half, sizeof half);
                else
                    std::memcpy(block, &scale, sizeof scale);
                block[4 + i % width] = std::byte(code);
                values[i] = scale * code;
            }
            tolerance = 0;
        } else {
            const bool ternary = type == GGML_TYPE_TQ1_0 || type == GGML_TYPE_TQ2_0;
            if (ternary)
                for (float& v : values)
                    v = std::round(std::clamp(v, -1.0f, 1.0f));
            QCOMPARE(ggml_quantize_chunk(t, values.data(), blocks.data(), 0, rows, columns, importance.data()), blocks.size());
            const double bits = 8.0 * double(*rowBytes) / columns;
            tolerance = ternary ? 0 : bits > 15 ? 0.005 : bits > 8 ? 0.02 : bits > 5 ? 0.08 : bits > 4 ? 0.2 : bits > 3 ? 0.3 : bits > 2 ? 0.75 : 0.9;
        }
        BITLOOM_VERIFY(dequantizeGgml(type, blocks, rows, columns, decoded.data()));
        double error = 0, power = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            error += std::pow(double(values[i]) - decoded[i], 2);
            power += std::pow(double(values[i]), 2);
        }
        QVERIFY2(std::sqrt(error / power) <= tolerance, qPrintable(QString("relative error %1, allowed %2").arg(std::sqrt(error / power)).arg(tolerance)));
        QVERIFY(!dequantizeGgml(type, std::span(blocks).first(blocks.size() - 1), rows, columns, decoded.data()));
    }

    void unknownTypes()
    {
        for (const int type : { -1, 4, 5, 31, 36, int(GGML_TYPE_COUNT), 1 << 20 }) {
            QVERIFY(ggmlTypeName(type).empty());
            QVERIFY(!ggmlRowBytes(type, 256));
        }
        QVERIFY(!ggmlRowBytes(GGML_TYPE_Q4_K, 128));
    }

    void opensTheSharedModel()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto file = GgufFile::open(bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf");
        BITLOOM_VERIFY(file);
        QCOMPARE(file->tensors().size(), 47u);
        QVERIFY((file->find("token_embd.weight")->shape == std::vector<std::int64_t> { 512, 64 }));
        QCOMPARE(file->texts("tokenizer.ggml.tokens").value().size(), 512u);
    }
};

QTEST_GUILESS_MAIN(GgufFileTest)
#include "tst_gguf_file.moc"
