// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_file.h"
#include "core/io/gguf_split.h"
#include "core/io/gguf_writer.h"
#include "core/io/imatrix.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <ggml.h>
#include <gguf.h>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

class ImatrixTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    static Imatrix example()
    {
        Imatrix imatrix;
        imatrix.datasets = { "some/text.txt", "other" };
        imatrix.chunkCount = 60;
        imatrix.chunkSize = 512;
        imatrix.entries["blk.0.ffn_up.weight"] = { { 1, 2, 3, 8 }, { 2 } };
        imatrix.entries["blk.0.ffn_down_exps.weight"] = { { 1, 2, 3, 4, 5, 6 }, { 2, 0, 1 } };
        return imatrix;
    }

    /// A file with those tensors (name, type, shape, data) and that general.type.
    fs::path written(const char* type, const std::vector<std::pair<GgufEntry, std::vector<float>>>& tensors) const
    {
        GgufKeys keys(gguf_init_empty());
        gguf_set_val_str(keys.get(), "general.type", type);
        std::vector<GgufEntry> entries;
        for (const auto& tensor : tensors)
            entries.push_back(tensor.first);
        auto writer = GgufWriter::create(path("given.gguf"), std::move(keys), entries);
        for (const auto& [entry, values] : tensors)
            static_cast<void>(writer->write(entry.name, std::as_bytes(std::span(values))));
        static_cast<void>(writer->commit());
        return path("given.gguf");
    }

private Q_SLOTS:
    void roundTrip()
    {
        const Imatrix imatrix = example();
        BITLOOM_VERIFY(writeImatrix(path("a.gguf"), imatrix));
        const auto read = readImatrix(path("a.gguf"));
        BITLOOM_VERIFY(read);
        QCOMPARE(read->datasets, imatrix.datasets);
        QCOMPARE(read->chunkCount, std::int64_t(60));
        QCOMPARE(read->chunkSize, std::int64_t(512));
        QCOMPARE(read->entries.size(), std::size_t(2));
        const ImatrixEntry& up = read->entries.at("blk.0.ffn_up.weight");
        QCOMPARE(up.columns(), std::int64_t(4));
        QVERIFY((up.means() == std::vector<float> { 0.5F, 1, 1.5F, 4 }));
        QVERIFY((read->entries.at("blk.0.ffn_down_exps.weight").means() == std::vector<float> { 0.5F, 1, 1, 1, 5, 6 }));
    }

    /// Names, types and shapes as llama-imatrix writes them: sums [columns, matrices], counts [1, matrices], both F32, in ggml's order.
    void layout()
    {
        BITLOOM_VERIFY(writeImatrix(path("b.gguf"), example()));
        gguf_context* context = gguf_init_from_file(path("b.gguf").c_str(), { .no_alloc = true, .ctx = nullptr });
        QVERIFY(context);
        QCOMPARE(gguf_get_val_str(context, gguf_find_key(context, "general.type")), "imatrix");
        QCOMPARE(gguf_get_val_u32(context, gguf_find_key(context, "imatrix.chunk_count")), 60U);
        QCOMPARE(gguf_get_val_u32(context, gguf_find_key(context, "imatrix.chunk_size")), 512U);
        QCOMPARE(gguf_get_arr_n(context, gguf_find_key(context, "imatrix.datasets")), std::size_t(2));
        QVERIFY(gguf_find_tensor(context, "blk.0.ffn_up.weight.in_sum2") >= 0);
        QVERIFY(gguf_find_tensor(context, "blk.0.ffn_up.weight.counts") >= 0);
        gguf_free(context);
        const auto file = GgufFile::open(path("b.gguf"));
        BITLOOM_VERIFY(file);
        QVERIFY((file->find("blk.0.ffn_down_exps.weight.in_sum2")->shape == std::vector<std::int64_t> { 3, 2 }));
        QVERIFY((file->find("blk.0.ffn_down_exps.weight.counts")->shape == std::vector<std::int64_t> { 3, 1 }));
    }

    void refusals()
    {
        const auto says = [](const fs::path& file, const char* text) {
            const auto result = readImatrix(file);
            if (!result && result.error().message.find(text) != std::string::npos && result.error().message.find(file.filename().string()) != std::string::npos)
                return true;
            qWarning("%s", result ? "accepted" : result.error().message.c_str());
            return false;
        };
        const GgufEntry sums { "a.in_sum2", GGML_TYPE_F32, { 1, 2 } }, counts { "a.counts", GGML_TYPE_F32, { 1, 1 } };
        QVERIFY(readImatrix(written("imatrix", { { sums, { 1, 2 } }, { counts, { 1 } } })));
        QVERIFY(says(written("model", { { sums, { 1, 2 } }, { counts, { 1 } } }), "no importance matrix"));
        QVERIFY(says(written("imatrix", { { sums, { 1, 2 } } }), "a.counts"));
        QVERIFY(says(written("imatrix", { { counts, { 1 } } }), "no tensor"));
        QVERIFY(says(written("imatrix", { { sums, { 1, -2 } }, { counts, { 1 } } }), "negative"));
        QVERIFY(says(written("imatrix", { { sums, { 1, NAN } }, { counts, { 1 } } }), "not finite"));
        QVERIFY(says(written("imatrix", { { sums, { 1, 2 } }, { { "a.counts", GGML_TYPE_F32, { 3, 1 } }, { 1, 1, 1 } } }), "3 matrices"));
        QVERIFY(says(written("imatrix", { { { "a.in_sum2", GGML_TYPE_F16, { 1, 4 } }, { 1, 2 } }, { counts, { 1 } } }), "F32"));
        std::ofstream(path("old.dat"), std::ios::binary) << std::string("\3\0\0\0\5\0\0\0hello", 13);
        QVERIFY(says(path("old.dat"), ".dat"));
        QVERIFY(says(path("absent.gguf"), "absent.gguf"));
    }

    void namesOfParts()
    {
        const auto part = ggufPart("/a/b-model-00002-of-00003.gguf");
        QVERIFY(part && part->number == 2 && part->count == 3 && part->stem == "/a/b-model");
        QCOMPARE(ggufPartPath(*part).string(), std::string("/a/b-model-00002-of-00003.gguf"));
        QCOMPARE(ggufParts("/a/b-model-00002-of-00003.gguf").size(), std::size_t(3));
        QCOMPARE(ggufParts("whole.gguf").size(), std::size_t(1));
        for (const char* name : { "m.gguf", "-00001-of-00002.gguf", "m-00003-of-00002.gguf", "m-00000-of-00002.gguf", "m-0001-of-0002.gguf", "m-00001-of-00002.bin",
                 "m-00001-or-00002.gguf", "m-0000x-of-00002.gguf", "m-+0001-of-00002.gguf" })
            QVERIFY2(!ggufPart(name), name);
    }

    void partsThatDoNotBelongTogether()
    {
        const auto write = [&](const std::string& name, int number, int count, int tensors, const char* tensor) {
            GgufKeys keys(gguf_init_empty());
            gguf_set_val_u16(keys.get(), "split.no", static_cast<std::uint16_t>(number));
            gguf_set_val_u16(keys.get(), "split.count", static_cast<std::uint16_t>(count));
            gguf_set_val_i32(keys.get(), "split.tensors.count", tensors);
            auto writer = GgufWriter::create(path(name), std::move(keys), { { tensor, GGML_TYPE_F32, { 1 } } });
            const float value = 1;
            static_cast<void>(writer->write(tensor, std::as_bytes(std::span(&value, 1))));
            static_cast<void>(writer->commit());
        };
        const auto opened = [&] { return GgufFile::open(path("m-00001-of-00002.gguf")); };
        write("m-00001-of-00002.gguf", 0, 2, 2, "a");
        QVERIFY(!opened());
        write("m-00002-of-00002.gguf", 1, 2, 2, "b");
        BITLOOM_VERIFY(opened());
        QCOMPARE(opened()->tensors().size(), std::size_t(2));
        write("m-00002-of-00002.gguf", 1, 2, 2, "a");
        QVERIFY(!opened());
        write("m-00002-of-00002.gguf", 1, 3, 2, "b");
        QVERIFY(!opened());
        write("m-00002-of-00002.gguf", 0, 2, 2, "b");
        QVERIFY(!opened());
        write("m-00002-of-00002.gguf", 1, 2, 2, "b");
        write("m-00001-of-00002.gguf", 0, 2, 7, "a");
        QVERIFY(!opened());
        write("renamed.gguf", 0, 2, 2, "a");
        QVERIFY(!GgufFile::open(path("renamed.gguf")));
    }
};

QTEST_GUILESS_MAIN(ImatrixTest)
#include "tst_imatrix.moc"
