// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/dequantized_export.h"
#include "core/export/exporter.h"
#include "core/export/gguf_types.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"
#include "core/io/safetensors.h"
#include "core/model/tokenizer.h"
#include "tests/support/shared_data.h"

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
        BITLOOM_VERIFY(checkExport(*copy, "anyprecision", "", nullptr, 0, again));
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
        const auto estimate = estimateExportBytes(*source, "gguf", name, true, 3);
        BITLOOM_VERIFY(estimate);
        run({ *source, evenTables(*source, 3), "gguf", name, R"({"version":1})", output });
        const auto size = static_cast<double>(fs::file_size(output));
        QVERIFY2(std::abs(static_cast<double>(*estimate) / size - 1) < 0.05, qPrintable(QString("%1 estimated, %2 written").arg(*estimate).arg(size)));
        const auto copy = openModel(output.string());
        BITLOOM_VERIFY(copy);
        QCOMPARE(copy->recipe, std::string(R"({"version":1})"));
        const auto asked = parseGgufType(name);
        BITLOOM_VERIFY(asked);
        for (const auto& tensor : copy->weights->tensors()) {
            const auto values = copy->weights->load(tensor.name);
            BITLOOM_VERIFY(values);
            if (tensor.name.find("_proj.") == std::string::npos) {
                QVERIFY(torch::equal(*values, *source->weights->load(tensor.name)));
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
            const auto checked = checkExport(*source, format, type, method, bits, output);
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
        expectError("safetensors", "Q4_0", nullptr, 0, out("x"), "gguf");
        expectError("anyprecision", "", &method, 3, out("x"), "gptq");
        expectError("anyprecision", "", nullptr, 0, out("x"), "quantize it first");
        expectError("safetensors", "", nullptr, 0, m_model, "exists");
        expectError("safetensors", "", nullptr, 0, out("no/such/folder"), "no/such/folder");
        expectError("gguf", "", nullptr, 0, "/proc/x.gguf", "/proc/x.gguf");
        QVERIFY(!fs::exists(out("x")));
        BITLOOM_VERIFY(checkExport(*source, "safetensors", "", &method, 3, out("x")));
        QVERIFY(!fs::exists(out("x")));

        const auto stories = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(stories);
        method.formats = { "anyprecision" };
        const auto checked = checkExport(*stories, "anyprecision", "", &method, 3, out("x"));
        QVERIFY(!checked);
        QVERIFY(checked.error().message.find("down_proj") != std::string::npos);
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
