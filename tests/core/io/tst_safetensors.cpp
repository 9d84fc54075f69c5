// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <fstream>
#include <QTemporaryDir>
#include <random>

using namespace bitloom;

namespace {

TensorData tensor(const std::string& name, ScalarType type, std::vector<std::int64_t> shape, unsigned char fill)
{
    std::size_t count = scalarBytes(type);
    for (const auto size : shape)
        count *= static_cast<std::size_t>(size);
    auto bytes = std::make_shared<std::vector<std::byte>>(count, std::byte(fill));
    return { name, type, std::move(shape), *bytes, bytes };
}

std::string fileText(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), {} };
}

/// A file with this header and so many bytes of data.
std::string raw(const std::string& header, std::size_t dataBytes)
{
    std::uint64_t length = header.size();
    std::string text(sizeof length, '\0');
    std::memcpy(text.data(), &length, sizeof length);
    return text + header + std::string(dataBytes, 'x');
}

} // namespace

class SafetensorsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) const { return std::filesystem::path(m_folder.path().toStdString()) / name; }
    std::filesystem::path write(const std::string& content) const
    {
        const auto file = path("given.safetensors");
        std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
        return file;
    }

private Q_SLOTS:
    void roundTrip()
    {
        const std::vector<TensorData> tensors { tensor("b", ScalarType::U8, { 3 }, 1), tensor("a.weight", ScalarType::F32, { 2, 5 }, 2), tensor("half", ScalarType::BF16, { 7 }, 3),
            tensor("scalar", ScalarType::F64, {}, 4), tensor("nothing", ScalarType::I32, { 0, 4 }, 5), tensor("flag", ScalarType::Bool, { 1 }, 1) };
        const std::map<std::string, std::string> metadata { { "format", "pt" }, { "bitloom.recipe", "{\"x\": \"ü\"}" } };
        BITLOOM_VERIFY(writeSafetensors(path("a.safetensors"), tensors, metadata));
        const auto file = SafetensorsFile::open(path("a.safetensors"));
        BITLOOM_VERIFY(file);
        QCOMPARE(file->tensors().size(), tensors.size());
        QVERIFY(file->metadata() == metadata);
        for (const TensorData& expected : tensors) {
            const TensorData* found = file->find(expected.name);
            QVERIFY2(found, expected.name.c_str());
            QVERIFY(found->type == expected.type);
            QVERIFY(found->shape == expected.shape);
            QCOMPARE(found->bytes.size(), expected.bytes.size());
            QVERIFY(std::equal(found->bytes.begin(), found->bytes.end(), expected.bytes.begin()));
            QCOMPARE(reinterpret_cast<std::uintptr_t>(found->bytes.data()) % scalarBytes(found->type), 0u);
        }
        QVERIFY(!file->find("other"));
        BITLOOM_VERIFY(writeSafetensors(path("b.safetensors"), tensors, metadata));
        QVERIFY(fileText(path("a.safetensors")) == fileText(path("b.safetensors")));
    }

    void tensorsOutliveTheFile()
    {
        BITLOOM_VERIFY(writeSafetensors(path("kept.safetensors"), { tensor("a", ScalarType::I16, { 1000 }, 9) }, {}));
        TensorData kept;
        {
            const auto file = SafetensorsFile::open(path("kept.safetensors"));
            BITLOOM_VERIFY(file);
            kept = *file->find("a");
        }
        QCOMPARE(int(kept.bytes[1999]), 9);
    }

    void misalignedDataIsCopied()
    {
        // a header of 9 + n bytes puts the data at an odd address
        std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
        while ((header.size() + 8) % 4 != 1)
            header += ' ';
        const auto file = SafetensorsFile::open(write(raw(header, 4)));
        BITLOOM_VERIFY(file);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(file->find("a")->bytes.data()) % 4, 0u);
        QCOMPARE(char(file->find("a")->bytes[3]), 'x');
    }

    void badFile_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& content, const char* says) { QTest::newRow(name) << QByteArray(content.data(), qsizetype(content.size())) << says; };
        const std::string good = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
        row("empty", "", "too few");
        row("seven bytes", "1234567", "too few");
        row("text", std::string(100, 'h'), "no safetensors file");
        row("header longer than the file", raw(good, 4).substr(0, 20), "truncated");
        row("truncated data", raw(good, 3), "outside");
        row("trailing data", raw(good, 5), "take 4 bytes");
        row("not JSON", raw("{\"a\":", 0), "not valid JSON");
        row("invalid UTF-8", raw("{\"a\xFF\":1}", 0), "not valid JSON");
        row("an array", raw("[]", 0), "not a JSON object");
        row("deep", raw(std::string(100000, '['), 0), "nested deeper");
        row("tensor twice", raw(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1), "twice");
        row("dtype twice", raw(R"({"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", 1), "twice");
        row("overlap", raw(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})", 6), "overlaps");
        row("gap", raw(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})", 4), "belong to no tensor");
        row("too many bytes", raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 8), "ask for 4");
        row("reversed offsets", raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4), "outside");
        row("negative offset", raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4), "non-negative");
        row("three offsets", raw(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}})", 4), "data_offsets");
        row("negative size", raw(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4), "not a size");
        row("fractional size", raw(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4), "not a size");
        row("product overflows", raw(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})", 0), "more than any file");
        row("huge rank", raw(R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})", 1), "shape");
        row("unknown dtype", raw(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", 1), "F8_E4M3");
        row("dtype is a number", raw(R"({"a":{"dtype":1,"shape":[1],"data_offsets":[0,1]}})", 1), "dtype");
        row("unknown field", raw(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}})", 1), "unknown header field");
        row("entry is a number", raw(R"({"a":1})", 0), "not an object");
        row("metadata is a list", raw(R"({"__metadata__":[]})", 0), "__metadata__");
        row("metadata holds a number", raw(R"({"__metadata__":{"a":1}})", 0), "not a string");
    }

    void badFile()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const auto file = SafetensorsFile::open(write(content.toStdString()));
        QVERIFY(!file);
        const QString message = QString::fromStdString(file.error().message);
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.contains("given.safetensors"), qPrintable(message));
        QVERIFY(!message.contains('\n'));
    }

    void headerLengthThatLies_data()
    {
        QTest::addColumn<quint64>("length");
        for (const quint64 length : { quint64(100'000'001), quint64(1) << 62, ~quint64(0), quint64(1) << 63 })
            QTest::addRow("%llu", static_cast<unsigned long long>(length)) << length;
    }

    void headerLengthThatLies()
    {
        QFETCH(quint64, length);
        std::string content(64, ' ');
        std::memcpy(content.data(), &length, sizeof length);
        QVERIFY(!SafetensorsFile::open(write(content)));
    }

    void notAFile()
    {
        QVERIFY(SafetensorsFile::open(path("nowhere")).error().code == ErrorCode::NotFound);
        QVERIFY(!SafetensorsFile::open("/dev/null"));
        QVERIFY(!SafetensorsFile::open(m_folder.path().toStdString()));
    }

    /// Any damage to a header is either refused or leaves a file whose tensors can all be read.
    void damagedHeadersNeverCrash()
    {
        BITLOOM_VERIFY(writeSafetensors(path("good.safetensors"),
            { tensor("first", ScalarType::F32, { 4, 8 }, 1), tensor("second", ScalarType::F16, { 3 }, 2), tensor("third", ScalarType::I8, { 5, 1 }, 3) }, { { "k", "v" } }));
        const std::string good = fileText(path("good.safetensors"));
        std::mt19937 random(7);
        int refused = 0;
        for (int round = 0; round < 1500; ++round) {
            std::string damaged = good;
            for (unsigned i = 0; i <= random() % 3; ++i)
                damaged[random() % damaged.size()] = static_cast<char>(random());
            if (round % 4 == 0)
                damaged.resize(random() % damaged.size());
            const auto file = SafetensorsFile::open(write(damaged));
            refused += file ? 0 : 1;
            if (file)
                for (const TensorData& t : file->tensors()) {
                    volatile int sum = 0;
                    for (const std::byte b : t.bytes)
                        sum = sum + int(b);
                }
        }
        QVERIFY(refused > 500);
    }

    void writerRefusesWhatNobodyCouldRead()
    {
        TensorData lying = tensor("a", ScalarType::F32, { 4 }, 0);
        lying.shape = { 5 };
        QVERIFY(!writeSafetensors(path("lie.safetensors"), { lying }, {}));
        const TensorData a = tensor("a", ScalarType::F32, { 4 }, 0);
        QVERIFY(!writeSafetensors(path("lie.safetensors"), { a, a }, {}));
        QVERIFY(!writeSafetensors(path("lie.safetensors"), { a }, { { "k", "\xFF" } }));
        QVERIFY(!std::filesystem::exists(path("lie.safetensors")));
        QVERIFY(!writeSafetensors(path("no/such/folder.safetensors"), { a }, {}));
    }

    void opensTheGoldenFiles()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto file = SafetensorsFile::open(bitloom::test::sharedFolder() / "golden/guidedquant/problems.safetensors");
        BITLOOM_VERIFY(file);
        const TensorData* weight = file->find("model.layers.10.mlp.gate_proj.weight");
        QVERIFY(weight);
        QVERIFY((weight->shape == std::vector<std::int64_t> { 1536, 576 }));
        QVERIFY(file->metadata().contains("loss_per_sequence"));
    }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
