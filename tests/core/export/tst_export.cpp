// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/dequantized_export.h"
#include "core/export/exporter.h"
#include "core/export/gguf_types.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"
#include "core/io/gguf_split.h"
#include "core/io/safetensors.h"
#include "core/model/tokenizer.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <fstream>
#include <ggml.h>
#include <QObject>
#include <QTemporaryDir>
#include <ATen/Parallel.h>
#include <torch/types.h>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {

std::string readFile(const fs::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

/// A lookup table for a weight: evenly spaced levels between each row's extremes.
LookupTableWeight evenTable(const torch::Tensor& weight, int bits)
{
    const auto levels = std::int64_t { 1 } << bits;
    const auto low = weight.amin(1, true), high = weight.amax(1, true);
    const auto steps = torch::arange(levels, torch::kFloat32) / static_cast<double>(levels - 1);
    LookupTableWeight table;
    table.bits = bits;
    table.codebook = (low + (high - low) * steps).contiguous();
    table.codes = ((weight - low) / (high - low) * static_cast<double>(levels - 1)).round().clamp(0, levels - 1).to(torch::kUInt8).contiguous();
    return table;
}

QuantizedWeights evenTables(const ModelSource& source, int bits)
{
    return [&source, bits](const std::string& linear) -> Result<std::optional<WeightFormat>> {
        BITLOOM_TRY(const auto weight, source.weights->load(linear + ".weight"));
        return std::optional<WeightFormat>(evenTable(weight, bits));
    };
}

/// Only its being there counts where nothing is written.
const QuantizedWeights someWeights = [](const std::string&) -> Result<std::optional<WeightFormat>> { return std::nullopt; };

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        at::set_num_threads(1);
        QVERIFY(m_folder.isValid());
        makeModel();
    }

    void dequantizedFolder()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto output = out("dequantized");
        run({ *source, evenTables(*source, 3), "safetensors", "", R"({"version":1})", output });
        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        QCOMPARE(copy->storedDtype, source->storedDtype);
        QCOMPARE(copy->recipe, std::string(R"({"version":1})"));
        QVERIFY(fs::exists(output / "bitloom.json"));
        QCOMPARE(readFile(output / "tokenizer.json"), readFile(m_model / "tokenizer.json"));
        for (const auto& tensor : source->weights->tensors()) {
            const auto before = source->weights->load(tensor.name), after = copy->weights->load(tensor.name);
            BITLOOM_VERIFY(before);
            BITLOOM_VERIFY(after);
            const bool linear = tensor.name.find("_proj.") != std::string::npos;
            const auto wanted = linear ? dequantize(roundedToStorage(evenTable(*before, 3))) : *before;
            QVERIFY2(torch::equal(*after, wanted), tensor.name.c_str());
        }
        const auto again = out("again");
        run({ *source, evenTables(*source, 3), "safetensors", "", R"({"version":1})", again });
        QCOMPARE(readFile(again / "model.safetensors"), readFile(output / "model.safetensors"));
    }

    void shards()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto output = out("shards");
        JobControl control;
        BITLOOM_VERIFY(exportDequantized({ *source, {}, "safetensors", "", "", output }, 300000, ignoreProgress(), control));
        QVERIFY(!fs::exists(output / "model.safetensors"));
        QVERIFY(fs::exists(output / "model.safetensors.index.json"));
        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        for (const auto& tensor : source->weights->tensors())
            QVERIFY(torch::equal(*copy->weights->load(tensor.name), *source->weights->load(tensor.name)));
    }

    void anyPrecisionFolder_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : { 2, 3, 4, 8 })
            QTest::addRow("%d bits", bits) << bits;
    }
    void anyPrecisionFolder()
    {
        QFETCH(int, bits);
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto output = out("any" + std::to_string(bits));
        run({ *source, evenTables(*source, bits), "anyprecision", "", "{}", output });

        const auto file = SafetensorsFile::open(output / "model.safetensors");
        BITLOOM_VERIFY(file);
        QCOMPARE(file->metadata().at("format"), std::string("pt"));
        const auto* qweight = file->find("model.layers.1.mlp.down_proj.qweight");
        const auto* table = file->find(fmt::format("model.layers.1.mlp.down_proj.lut{}", bits));
        QVERIFY(qweight && table);
        QVERIFY(qweight->type == ScalarType::I32 && table->type == ScalarType::F16);
        QCOMPARE(qweight->shape, (std::vector<std::int64_t> { bits, 256, 9 }));
        QCOMPARE(table->shape, (std::vector<std::int64_t> { 256, 1 << bits }));
        QVERIFY(!file->find("model.layers.1.mlp.down_proj.weight"));

        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        QVERIFY(copy->kind == ModelSource::Kind::AnyPrecision);
        for (const auto& linear : linearLayers(source->config)) {
            const auto before = source->weights->load(linear.name + ".weight"), after = copy->weights->load(linear.name + ".weight");
            BITLOOM_VERIFY(after);
            QVERIFY2(torch::equal(*after, dequantize(roundedToStorage(evenTable(*before, bits)))), linear.name.c_str());
        }
        // read back and written again: the same bytes
        const auto again = out("any-again" + std::to_string(bits));
        BITLOOM_VERIFY(checkExport({ *copy, {}, "anyprecision", "", "", again }, nullptr, 0));
        run({ *copy, {}, "anyprecision", "", "", again });
        QCOMPARE(readFile(again / "model.safetensors"), readFile(output / "model.safetensors"));
    }

    void ggufTypes_data()
    {
        QTest::addColumn<QString>("type");
        for (const auto& type : bitloom::ggufTypes())
            QTest::newRow(type.c_str()) << QString::fromStdString(type);
    }
    void ggufTypes()
    {
        QFETCH(QString, type);
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto output = out("type-" + type.toStdString() + ".gguf");
        const auto name = type.toStdString();
        ExportJob job { *source, evenTables(*source, 3), "gguf", name, R"({"version":1})", output };
        job.importances = someImportances(*source);
        const auto estimate = estimateExportBytes(job, 3);
        BITLOOM_VERIFY(estimate);
        run(job);
        QCOMPARE(*estimate, static_cast<std::int64_t>(fs::file_size(output)));
        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        QCOMPARE(copy->recipe, std::string(R"({"version":1})"));
        const auto asked = parseGgufType(name);
        BITLOOM_VERIFY(asked);
        for (const auto& tensor : copy->weights->tensors()) {
            const auto values = copy->weights->load(tensor.name);
            BITLOOM_VERIFY(values);
            if (tensor.shape.size() == 1) {
                QVERIFY(torch::equal(*values, *source->weights->load(tensor.name)));
                continue;
            }
            if (tensor.name.find("_proj.") == std::string::npos) { // embeddings and output, finer than the rest
                const auto original = *source->weights->load(tensor.name);
                QVERIFY(((*values - original).norm() / original.norm()).item<double>() < 0.35);
                QVERIFY(!tensor.type.starts_with("F") || name.find('F') != std::string::npos);
                continue;
            }
            QCOMPARE(tensor.type, ggmlTypeName(typeForRow(*asked, tensor.shape[1])));
            const auto wanted = dequantize(roundedToStorage(evenTable(*source->weights->load(tensor.name), 3)));
            const auto error = ((*values - wanted).norm() / wanted.norm()).item<double>();
            const double limit = ggml_row_size(static_cast<ggml_type>(*asked), 256) * 8.0 / 256 > 4 ? 0.15 : 0.9;
            QVERIFY2(error < limit, qPrintable(QString("%1: relative error %2").arg(tensor.name.c_str()).arg(error)));
            if (name == "F32")
                QCOMPARE(error, 0.0);
        }
    }

    void ggufKeysAndTokens()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto output = out("keys.gguf");
        run({ *source, {}, "gguf", "", "", output });
        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        const auto before = source->tokenizer(), after = copy->tokenizer();
        BITLOOM_VERIFY(before);
        BITLOOM_VERIFY(after);
        const std::string text = "Once upon a time, there was a l\xC3\xADttle girl who said \"42\".\n  Two  spaces.";
        QCOMPARE((*after)->encode(text, true, false), (*before)->encode(text, true, false));
        QCOMPARE((*after)->addsBos(), (*before)->addsBos());
        for (const auto& tensor : source->weights->tensors())
            QVERIFY(torch::equal(*copy->weights->load(tensor.name), *source->weights->load(tensor.name)));

        // and a GGUF source keeps its keys and everything that is not quantized
        const auto second = out("second.gguf");
        run({ *copy, evenTables(*copy, 4), "gguf", "Q8_0", R"({"version":1})", second });
        const auto first = GgufFile::open(output), last = GgufFile::open(second);
        BITLOOM_VERIFY(first);
        BITLOOM_VERIFY(last);
        QCOMPARE(*last->texts("tokenizer.ggml.tokens"), *first->texts("tokenizer.ggml.tokens"));
        QCOMPARE(*last->integer("general.file_type"), std::optional<std::int64_t>(7));
        QCOMPARE(last->tensors().size(), first->tensors().size());
        for (std::size_t i = 0; i < first->tensors().size(); ++i)
            QCOMPARE(last->tensors()[i].name, first->tensors()[i].name);
    }

    void refusals()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto expectError = [&](const char* format, const char* type, const MethodInfo* method, int bits, const fs::path& output, const char* says) {
            const auto checked = checkExport({ *source, method != nullptr ? someWeights : QuantizedWeights(), format, type, "", output }, method, bits);
            QVERIFY(!checked);
            QVERIFY2(QString::fromStdString(checked.error().message).contains(says), checked.error().message.c_str());
        };
        MethodInfo method;
        method.id = "gptq";
        method.formats = { "safetensors", "gguf" };
        expectError("onnx", "", nullptr, 0, out("x"), "onnx");
        expectError("gguf", "Q9_9", nullptr, 0, out("x"), "Q9_9");
        expectError("gguf", "IQ2_XXS", nullptr, 0, out("x"), "importances");
        expectError("gguf", "Q8_K", nullptr, 0, out("x"), "not known");
        expectError("gguf", "mix:Q9_K_M", nullptr, 0, out("x"), "Q4_K_M");
        expectError("safetensors", "Q4_0", nullptr, 0, out("x"), "gguf");
        expectError("anyprecision", "", &method, 3, out("x"), "gptq");
        expectError("anyprecision", "", nullptr, 0, out("x"), "quantize it first");
        expectError("safetensors", "", nullptr, 0, m_model, "exists");
        expectError("safetensors", "", nullptr, 0, out("no/such/folder"), "no/such/folder");
        expectError("gguf", "", nullptr, 0, "/proc/x.gguf", "/proc/x.gguf");
        QVERIFY(!fs::exists(out("x")));
        BITLOOM_VERIFY(checkExport({ *source, someWeights, "safetensors", "", "", out("x") }, &method, 3));
        QVERIFY(!fs::exists(out("x")));

        const auto stories = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(stories);
        method.formats = { "anyprecision" };
        const auto checked = checkExport({ *stories, someWeights, "anyprecision", "", "", out("x") }, &method, 3);
        QVERIFY(!checked);
        QVERIFY(checked.error().message.find("down_proj") != std::string::npos);
    }

    void typesOfSingleTensors()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        ExportJob job { *source, evenTables(*source, 3), "gguf", "Q8_0", "{}", out("single.gguf") };
        job.typeOverrides = { { "attn_v", "Q2_K" }, { "layers.1.mlp", "IQ4_NL" }, { "token_embd", "F16" } };
        run(job);
        const auto copy = GgufFile::open(job.output);
        BITLOOM_VERIFY(copy);
        const auto is = [&](const char* tensor, const char* type) { return ggmlTypeName(copy->find(tensor)->type) == type; };
        QVERIFY(is("blk.0.attn_v.weight", "Q2_K") && is("blk.1.attn_v.weight", "Q2_K") && is("blk.0.attn_q.weight", "Q8_0"));
        QVERIFY(is("blk.1.ffn_down.weight", "IQ4_NL") && is("blk.0.ffn_down.weight", "Q8_0") && is("token_embd.weight", "F16"));
        job.typeOverrides = { { "attn_x", "Q2_K" } };
        job.output = out("none.gguf");
        const auto refused = checkExport(job, nullptr, 0);
        QVERIFY(!refused && refused.error().message.find("attn_x") != std::string::npos);
    }

    void severalFiles()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        ExportJob job { *source, {}, "gguf", "Q8_0", "{}", out("whole.gguf") };
        run(job);
        job.output = out("parts.gguf");
        job.splitBytes = 200000;
        const auto estimate = estimateExportBytes(job, 0);
        BITLOOM_VERIFY(estimate);
        const auto first = exportedPath(job);
        BITLOOM_VERIFY(first);
        BITLOOM_VERIFY(checkExport(job, nullptr, 0));
        JobControl control;
        BITLOOM_VERIFY(exportModel(job, ignoreProgress(), control));
        QVERIFY(!fs::exists(job.output));
        const auto files = ggufParts(*first);
        QVERIFY(files.size() > 1);
        std::int64_t bytes = 0;
        for (const auto& file : files)
            bytes += static_cast<std::int64_t>(fs::file_size(file));
        QCOMPARE(*estimate, bytes);
        const auto whole = GgufFile::open(out("whole.gguf")), parts = GgufFile::open(*first);
        BITLOOM_VERIFY(whole);
        BITLOOM_VERIFY(parts);
        QCOMPARE(parts->tensors().size(), whole->tensors().size());
        for (std::size_t i = 0; i < whole->tensors().size(); ++i)
            QVERIFY(std::ranges::equal(parts->tensors()[i].bytes, whole->tensors()[i].bytes));
        QVERIFY(!checkExport(job, nullptr, 0)); // they exist now
        // the parts are put together again, without the marks
        const auto again = openModel(first->string());
        BITLOOM_VERIFY(again);
        run({ *again, {}, "gguf", "", "{}", out("again.gguf") });
        QCOMPARE(readFile(out("again.gguf")), readFile(out("whole.gguf")));
        const auto second = GgufFile::open(files[1]);
        QVERIFY(!second && second.error().message.find("00001-of-") != std::string::npos);
        fs::remove(files.back());
        const auto incomplete = GgufFile::open(*first);
        QVERIFY(!incomplete && incomplete.error().message.find(files.back().filename().string()) != std::string::npos);
    }

    void importancesOfAnotherModel()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        Imatrix imatrix;
        for (const auto& matrix : ggufMatrices(*source))
            if (matrix.linear)
                imatrix.entries[matrix.ggufName] = { std::vector<float>(static_cast<std::size_t>(matrix.columns), 4.0F), { 2.0F } };
        const auto good = columnImportances(imatrix, *source, "f");
        BITLOOM_VERIFY(good);
        QCOMPARE(good->at("model.layers.0.mlp.down_proj.weight").front(), 2.0F);
        const auto refused = [&](const Imatrix& bad, const char* says) {
            const auto result = columnImportances(bad, *source, "f");
            return !result && result.error().message.find(says) != std::string::npos && result.error().message.find("another model") != std::string::npos;
        };
        Imatrix bad = imatrix;
        bad.entries.erase("blk.1.ffn_up.weight");
        QVERIFY(refused(bad, "blk.1.ffn_up.weight"));
        bad = imatrix;
        bad.entries["blk.0.ffn_up.weight"].sums.resize(64);
        QVERIFY(refused(bad, "64 columns"));
        bad = imatrix;
        bad.entries["blk.2.ffn_up.weight"] = bad.entries["blk.1.ffn_up.weight"];
        QVERIFY(refused(bad, "blk.2.ffn_up.weight"));
    }

    void failureLeavesNothing_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<bool>("cancel");
        for (const char* format : { "safetensors", "anyprecision", "gguf" }) {
            QTest::addRow("%s cancelled", format) << QString(format) << true;
            QTest::addRow("%s failing", format) << QString(format) << false;
        }
    }
    void failureLeavesNothing()
    {
        QFETCH(QString, format);
        QFETCH(bool, cancel);
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const fs::path folder = out(("left-" + format).toStdString() + (cancel ? "c" : "f"));
        fs::create_directory(folder);
        JobControl control;
        int asked = 0;
        const auto tables = evenTables(*source, 3);
        const ExportJob job { *source,
            [&](const std::string& linear) -> Result<std::optional<WeightFormat>> {
                if (++asked == 3) {
                    if (!cancel)
                        return fail(ErrorCode::InvalidInput, "checkpoint is broken");
                    control.cancel();
                }
                return tables(linear);
            },
            format.toStdString(), "", "{}", folder / "output" };
        const auto result = exportModel(job, ignoreProgress(), control);
        QVERIFY(!result);
        QVERIFY(result.error().code == (cancel ? ErrorCode::Cancelled : ErrorCode::InvalidInput));
        QVERIFY(fs::is_empty(folder));
    }

    void valuesThatF16CannotHold()
    {
        const auto source = openModel(m_model.string());
        BITLOOM_VERIFY(source);
        const auto tables = evenTables(*source, 3);
        const QuantizedWeights huge = [&](const std::string& linear) -> Result<std::optional<WeightFormat>> {
            auto weight = tables(linear);
            if (weight && *weight)
                std::get<LookupTableWeight>(**weight).codebook[0][0] = 1e6;
            return weight;
        };
        for (const char* format : { "safetensors", "anyprecision", "gguf" }) {
            JobControl control;
            const auto output = out("huge");
            QVERIFY(!exportModel({ *source, huge, format, "", "", output }, ignoreProgress(), control));
            QVERIFY(!fs::exists(output));
        }
    }

private:
    static std::shared_ptr<const ColumnImportances> someImportances(const ModelSource& source)
    {
        auto importances = std::make_shared<ColumnImportances>();
        for (const auto& matrix : ggufMatrices(source)) {
            std::vector<float>& columns = (*importances)[matrix.name];
            for (std::int64_t column = 0; column < matrix.columns; ++column)
                columns.push_back(1.0F + static_cast<float>(column % 7));
        }
        return importances;
    }

    fs::path out(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    void run(const ExportJob& job)
    {
        JobControl control;
        BITLOOM_VERIFY(exportModel(job, ignoreProgress(), control));
        QVERIFY(fs::exists(job.output));
    }

    /// A random model in F16 with rows of 256 and 288 weights, and the vocabulary of stories260K.
    void makeModel()
    {
        const auto stories = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
        BITLOOM_VERIFY(stories);
        m_model = out("model");
        run({ *stories, {}, "safetensors", "", "", m_model });
        auto config = stories->config.original;
        config["hidden_size"] = 256;
        config["intermediate_size"] = 288;
        config["num_attention_heads"] = 4;
        config["num_key_value_heads"] = 2;
        config["head_dim"] = 64;
        config["num_hidden_layers"] = 2;
        config["torch_dtype"] = "float16";
        BITLOOM_VERIFY(writeTextFile(m_model / "config.json", config.dump()));
        at::manual_seed(3);
        std::vector<TensorData> tensors;
        std::vector<torch::Tensor> keep;
        const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
            keep.push_back((torch::randn(shape) * (shape.size() == 1 ? 0.1 : 0.05) + (shape.size() == 1 ? 1.0 : 0.0)).to(torch::kFloat16).contiguous());
            tensors.push_back({ name, ScalarType::F16, shape,
                { static_cast<const std::byte*>(keep.back().data_ptr()), static_cast<std::size_t>(keep.back().numel()) * 2 }, nullptr });
        };
        add("model.embed_tokens.weight", { 512, 256 });
        for (const std::string block : { "model.layers.0.", "model.layers.1." }) {
            add(block + "input_layernorm.weight", { 256 });
            add(block + "self_attn.q_proj.weight", { 256, 256 });
            add(block + "self_attn.k_proj.weight", { 128, 256 });
            add(block + "self_attn.v_proj.weight", { 128, 256 });
            add(block + "self_attn.o_proj.weight", { 256, 256 });
            add(block + "post_attention_layernorm.weight", { 256 });
            add(block + "mlp.gate_proj.weight", { 288, 256 });
            add(block + "mlp.up_proj.weight", { 288, 256 });
            add(block + "mlp.down_proj.weight", { 256, 288 });
        }
        add("model.norm.weight", { 256 });
        BITLOOM_VERIFY(writeSafetensors(m_model / "model.safetensors", tensors, { { "format", "pt" } }));
    }

    QTemporaryDir m_folder;
    fs::path m_model;
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
