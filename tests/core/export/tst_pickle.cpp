// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pickle.h"
#include "core/io/safetensors.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <fstream>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <random>

using namespace bitloom;

namespace {

std::string readFile(const std::filesystem::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

void writeFile(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

template <class Integer>
void append(std::string& bytes, Integer value)
{
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// A zip archive of stored entries, as small as the format allows.
std::string storedZip(const std::vector<std::pair<std::string, std::string>>& entries, std::uint16_t method = 0)
{
    std::string file, directory;
    for (const auto& [name, data] : entries) {
        const auto offset = static_cast<std::uint32_t>(file.size());
        const auto size = static_cast<std::uint32_t>(data.size());
        append(file, std::uint32_t { 0x04034b50 });
        file.append(22, '\0');
        append(file, static_cast<std::uint16_t>(name.size()));
        append(file, std::uint16_t { 0 });
        file += name + data;
        append(directory, std::uint32_t { 0x02014b50 });
        directory.append(6, '\0');
        append(directory, method);
        directory.append(8, '\0');
        append(directory, size);
        append(directory, size);
        append(directory, static_cast<std::uint16_t>(name.size()));
        directory.append(12, '\0');
        append(directory, offset);
        directory += name;
    }
    const auto offset = static_cast<std::uint32_t>(file.size());
    file += directory;
    append(file, std::uint32_t { 0x06054b50 });
    append(file, std::uint32_t { 0 });
    append(file, static_cast<std::uint16_t>(entries.size()));
    append(file, static_cast<std::uint16_t>(entries.size()));
    append(file, static_cast<std::uint32_t>(directory.size()));
    append(file, offset);
    append(file, std::uint16_t { 0 });
    return file;
}

#define REQUIRE_PYTHON()                                                                                              \
    do {                                                                                                              \
        if (!m_written)                                                                                               \
            QSKIP("BITLOOM_PYTHON names no Python with torch");                                                       \
    } while (false)

const char* const writer = R"(
import collections, sys, torch
folder = sys.argv[1]
torch.manual_seed(0)
base = torch.randn(6, 8)
state = collections.OrderedDict()
state["half"] = torch.arange(12).reshape(3, 4).half()
state["bfloat"] = torch.arange(5).to(torch.bfloat16)
state["int"] = torch.tensor([[-2147483648, -1], [7, 2147483647]], dtype=torch.int32)
state["byte"] = torch.arange(256).to(torch.uint8)
state["shared"] = base
state["transposed"] = base.t()
state["slice"] = base[2:5, 1:7:2]
state["row"] = base[3]
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 4)
state["again"] = state["half"]
state._metadata = collections.OrderedDict([("", {"version": 1})])
torch.save(state, folder + "/ordered.bin")
torch.save({"x": torch.ones(70000, 2, dtype=torch.float16)}, folder + "/plain.bin")
torch.save({"x%d" % i: torch.full((2,), float(i)) for i in range(700)}, folder + "/many.bin")
torch.save(torch.ones(2), folder + "/tensor.bin")
torch.save({"x": torch.ones(2), "lr": 0.5}, folder + "/number.bin")
torch.save({"x": torch.nn.Linear(2, 2)}, folder + "/module.bin")
torch.save({"x": torch.ones(2)}, folder + "/old.bin", _use_new_zipfile_serialization=False)
torch.save({"x": torch.ones(3).expand(1000000, 3)}, folder + "/expanded.bin")
from safetensors.torch import save_file
save_file({k: v.contiguous().clone() for k, v in state.items()}, folder + "/expected.safetensors")
)";

} // namespace

class TestPickle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const auto python = qEnvironmentVariable("BITLOOM_PYTHON");
        if (python.isEmpty() || !QFileInfo::exists(python))
            return;
        QProcess process;
        process.start(python, { "-c", writer, m_folder.path() });
        QVERIFY(process.waitForFinished(120000));
        m_written = process.exitCode() == 0;
        QVERIFY2(m_written, process.readAllStandardError().constData());
    }

    void torchSave()
    {
        REQUIRE_PYTHON();
        const auto tensors = readTensorPickle(path("ordered.bin"));
        BITLOOM_VERIFY(tensors);
        const auto expected = SafetensorsFile::open(path("expected.safetensors"));
        BITLOOM_VERIFY(expected);
        QCOMPARE(tensors->size(), expected->tensors().size());
        for (const auto& wanted : expected->tensors()) {
            const auto found = tensors->find(wanted.name);
            QVERIFY2(found != tensors->end(), wanted.name.c_str());
            const auto& tensor = found->second;
            QCOMPARE(tensor.name, wanted.name);
            QVERIFY(tensor.type == wanted.type);
            QCOMPARE(tensor.shape, wanted.shape);
            QCOMPARE(tensor.bytes.size(), wanted.bytes.size());
            QVERIFY2(std::equal(tensor.bytes.begin(), tensor.bytes.end(), wanted.bytes.begin()), wanted.name.c_str());
        }
        const auto plain = readTensorPickle(path("plain.bin"));
        BITLOOM_VERIFY(plain);
        QCOMPARE(plain->at("x").shape, (std::vector<std::int64_t> { 70000, 2 }));
        const auto many = readTensorPickle(path("many.bin")); // long memo indices
        BITLOOM_VERIFY(many);
        QCOMPARE(many->size(), std::size_t { 700 });
        float value = 0;
        std::memcpy(&value, many->at("x699").bytes.data(), 4);
        QCOMPARE(value, 699.0f);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("a tensor alone") << "tensor.bin" << "expected a dict of tensors";
        QTest::newRow("a number among the tensors") << "number.bin" << "opcode BINFLOAT";
        QTest::newRow("a module") << "module.bin" << "torch.nn.modules.linear.Linear";
        QTest::newRow("before version 1.6") << "old.bin" << "zip archive";
        QTest::newRow("expanded view") << "expanded.bin" << "repeats";
        QTest::newRow("not there") << "nowhere.bin" << "nowhere.bin";
        QTest::newRow("a folder") << "." << "regular file";
    }
    void refusals()
    {
        REQUIRE_PYTHON();
        QFETCH(QString, file);
        QFETCH(QString, says);
        const auto tensors = readTensorPickle(path(file));
        QVERIFY(!tensors);
        QVERIFY2(QString::fromStdString(tensors.error().message).contains(says), tensors.error().message.c_str());
    }

    void hostilePrograms_data()
    {
        using namespace std::string_literals;
        QTest::addColumn<QByteArray>("program");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& program, const char* says) {
            QTest::newRow(name) << QByteArray(program.data(), static_cast<qsizetype>(program.size())) << QString(says);
        };
        row("os.system", "\x80\x02" "cposix\nsystem\n(X\x04\0\0\0true" "tR."s, "posix.system");
        row("builtins.eval", "\x80\x02" "c__builtin__\neval\n."s, "__builtin__.eval");
        row("stack global", "\x80\x02\x93."s, "STACK_GLOBAL");
        row("inst", "\x80\x02(ios\nsystem\n."s, "INST");
        row("newobj", "\x80\x02)\x81."s, "NEWOBJ");
        row("protocol 4", "\x80\x04."s, "protocol 4");
        row("empty", ""s, "breaks off");
        row("no stop", "\x80\x02}"s, "breaks off");
        row("stop on nothing", "\x80\x02."s, "empty stack");
        row("mark on top", "\x80\x02(."s, "empty stack");
        row("missing mark", "\x80\x02t."s, "mark");
        row("unknown memo", "\x80\x02h\x05."s, "recalls");
        row("memo of nothing", "\x80\x02q\x05."s, "remembers");
        row("long text", "\x80\x02X\xff\xff\xff\xff" "a."s, "breaks off");
        row("call a dict", "\x80\x02})R."s, "calls a dict");
        row("call a storage type", "\x80\x02" "ctorch\nIntStorage\n)R."s, "storage type");
        row("items of a tuple", "\x80\x02)K\x01K\x02s."s, "not a dict");
        row("odd items", "\x80\x02}(K\x01u."s, "not a dict");
        row("state of a tuple", "\x80\x02)}b."s, "state");
        row("wide int", "\x80\x02\x8a\x09\1\1\1\1\1\1\1\1\1."s, "int of 9 bytes");
        row("int keys", "\x80\x02}K\x01K\x02s."s, "expected a str");
        row("storage by number", "\x80\x02K\x01Q."s, "storage is not named");
        const auto tensor = [](const std::string& elements, const std::string& offset, const std::string& size, const std::string& stride) {
            return "\x80\x02}X\1\0\0\0xctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" "0X\3\0\0\0cpu"s
                + elements + "tQ" + offset + size + stride + "\x89)tRs."s;
        };
        row("storage larger than its entry", tensor("K\x05"s, "K\0"s, "K\x04\x85"s, "K\x01\x85"s), "expected 5 elements");
        row("past the end", tensor("K\x04"s, "K\x01"s, "K\x04\x85"s, "K\x01\x85"s), "reaches");
        row("negative offset", tensor("K\x04"s, "J\xff\xff\xff\xff"s, "K\x01\x85"s, "K\x01\x85"s), "offset");
        row("negative size", tensor("K\x04"s, "K\0"s, "J\xff\xff\xff\xff\x85"s, "K\x01\x85"s), "impossible");
        row("negative stride", tensor("K\x04"s, "K\x03"s, "K\x02\x85"s, "J\xff\xff\xff\xff\x85"s), "impossible");
        row("size times size overflows", tensor("K\x04"s, "K\0"s, "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x04\x86"s, "K\0K\0\x86"s), "impossible");
        row("stride overflows", tensor("K\x04"s, "K\0"s, "K\x03\x85"s, "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85"s), "impossible");
        row("dimensions disagree", tensor("K\x04"s, "K\0"s, "K\x01\x85"s, "K\x01K\x01\x86"s), "strides");
    }
    void hostilePrograms()
    {
        QFETCH(QByteArray, program);
        QFETCH(QString, says);
        writeFile(path("hostile.bin"), storedZip({ { "m/data.pkl", program.toStdString() }, { "m/data/0", std::string(16, 'a') } }));
        const auto tensors = readTensorPickle(path("hostile.bin"));
        QVERIFY(!tensors);
        QVERIFY2(QString::fromStdString(tensors.error().message).contains(says), tensors.error().message.c_str());
    }

    void strideOfSizeOneIsNotLookedAt()
    {
        using namespace std::string_literals;
        const auto program = "\x80\x02}X\1\0\0\0xctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0"
                             "0X\3\0\0\0cpuK\x04tQK\0K\x02K\x01\x86K\x02\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x86\x89)tRs."s;
        writeFile(path("one.bin"), storedZip({ { "m/data.pkl", program }, { "m/data/0", "aaaabbbbccccdddd" } }));
        const auto tensors = readTensorPickle(path("one.bin"));
        BITLOOM_VERIFY(tensors);
        const auto bytes = tensors->at("x").bytes;
        QCOMPARE(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), std::string("aaaacccc"));
    }

    void hostileArchives()
    {
        const std::string program = "\x80\x02}.";
        writeFile(path("a.bin"), storedZip({ { "m/data.pkl", program } }));
        BITLOOM_VERIFY(readTensorPickle(path("a.bin")));
        writeFile(path("a.bin"), storedZip({ { "m/data.pkl", program } }, 8));
        QVERIFY(!readTensorPickle(path("a.bin")));
        writeFile(path("a.bin"), storedZip({ { "m/data.pkl", program }, { "m/data.pkl", program } }));
        QVERIFY(!readTensorPickle(path("a.bin")));
        writeFile(path("a.bin"), storedZip({ { "m/data.pkl", program }, { "n/data.pkl", program } }));
        QVERIFY(!readTensorPickle(path("a.bin")));
        writeFile(path("a.bin"), storedZip({ { "m/data.pkl", program }, { "m/byteorder", "big" } }));
        QVERIFY(!readTensorPickle(path("a.bin")));
        writeFile(path("a.bin"), storedZip({ { "m/model.txt", program } }));
        QVERIFY(!readTensorPickle(path("a.bin")));
    }

    /// Whatever bytes are cut or changed, the reader answers; a sanitizer build sees that it reads nothing outside the file.
    void damagedFiles()
    {
        REQUIRE_PYTHON();
        const auto whole = readFile(path("ordered.bin"));
        for (std::size_t length = 0; length < whole.size(); length += 13) {
            writeFile(path("cut.bin"), whole.substr(0, length));
            QVERIFY(!readTensorPickle(path("cut.bin")));
        }
        std::mt19937 random(11);
        int read = 0, refused = 0;
        for (int round = 0; round < 3000; ++round) {
            auto bytes = whole;
            for (int change = 0; change < 3; ++change) {
                // half of the changes hit the program, the other half anything
                const auto limit = change == 0 ? std::min<std::size_t>(bytes.size(), 2500) : bytes.size();
                bytes[random() % limit] = static_cast<char>(random());
            }
            writeFile(path("damaged.bin"), bytes);
            const auto tensors = readTensorPickle(path("damaged.bin"));
            if (tensors) {
                ++read;
                unsigned sum = 0;
                for (const auto& [name, tensor] : *tensors)
                    for (const auto byte : tensor.bytes)
                        sum += static_cast<unsigned>(byte);
                QVERIFY(sum != 1); // uses every byte
            } else {
                ++refused;
                QVERIFY(!tensors.error().message.empty());
            }
        }
        QVERIFY(read > 0 && refused > 0);
    }

private:
    std::filesystem::path path(const QString& name) const { return std::filesystem::path(m_folder.path().toStdString()) / name.toStdString(); }

    QTemporaryDir m_folder;
    bool m_written = false;
};

QTEST_GUILESS_MAIN(TestPickle)
#include "tst_pickle.moc"
