// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/any_precision_packing.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/model/causal_lm.h"
#include "core/model/model_source.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <fstream>
#include <limits>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

TensorData copyOf(const torch::Tensor& values, const std::string& name, ScalarType type)
{
    const torch::Dtype dtype = type == ScalarType::F16 ? torch::kFloat16 : type == ScalarType::BF16 ? torch::kBFloat16 : type == ScalarType::F64 ? torch::kFloat64
        : type == ScalarType::I32                                                          ? torch::kInt32
                                                                                           : torch::kFloat32;
    auto kept = std::make_shared<torch::Tensor>(values.to(dtype).contiguous());
    return { name, type, values.sizes().vec(), { static_cast<const std::byte*>(kept->data_ptr()), kept->nbytes() }, kept };
}

} // namespace

class ModelSourceTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
    Json m_config;
    std::map<std::string, torch::Tensor> m_values;

    std::vector<TensorData> tensors(ScalarType type = ScalarType::F32) const
    {
        std::vector<TensorData> all;
        for (const auto& [name, values] : m_values)
            all.push_back(copyOf(values, name, type));
        return all;
    }
    void writeConfig() const { std::ofstream(m_folder / "config.json", std::ios::trunc) << m_config.dump(); }
    void writeSingle(ScalarType type = ScalarType::F32) const
    {
        writeConfig();
        BITLOOM_VERIFY(writeSafetensors(m_folder / "model.safetensors", tensors(type), { { "format", "pt" }, { recipeKey, "{}" } }));
    }
    void refuses(const char* says, const char* file = "") const
    {
        const auto source = openModel(m_folder.string());
        QVERIFY(!source);
        const QString message = QString::fromStdString(source.error().message);
        QVERIFY2(message.contains(says) && message.contains(file) && !message.contains('\n'), qPrintable(message));
    }

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "model";
        fs::create_directory(m_folder);
        m_config = { { "model_type", "llama" }, { "vocab_size", 40 }, { "hidden_size", 32 }, { "intermediate_size", 64 }, { "num_hidden_layers", 2 }, { "num_attention_heads", 4 },
            { "num_key_value_heads", 2 }, { "tie_word_embeddings", false } };
        m_values.clear();
        at::manual_seed(4);
        for (const ExpectedTensor& tensor : expectedTensors(*parseModelConfig(m_config, "c")))
            m_values[tensor.name] = torch::randn(tensor.shape);
    }

    void dtypes_data()
    {
        QTest::addColumn<int>("type");
        for (const ScalarType type : { ScalarType::F64, ScalarType::F32, ScalarType::F16, ScalarType::BF16 })
            QTest::newRow(scalarName(type)) << int(type);
    }

    void dtypes()
    {
        QFETCH(int, type);
        writeSingle(ScalarType(type));
        const auto source = openModel(m_folder.string());
        BITLOOM_VERIFY(source);
        QCOMPARE(source->storedDtype, std::string(ScalarType(type) == ScalarType::F64 ? "F32" : scalarName(ScalarType(type))));
        QCOMPARE(source->recipe, std::string("{}"));
        for (const auto& [name, values] : m_values) {
            const auto loaded = source->weights->load(name);
            BITLOOM_VERIFY(loaded);
            const torch::Dtype dtype = ScalarType(type) == ScalarType::F16 ? torch::kFloat16 : ScalarType(type) == ScalarType::BF16 ? torch::kBFloat16 : torch::kFloat32;
            QVERIFY2(loaded->equal(values.to(dtype).to(torch::kFloat32)), name.c_str());
        }
        QVERIFY(!source->weights->load("no.such.tensor"));
        QVERIFY(!source->weights->contains("no.such.tensor"));
        const ModelSummary summary = summarize(*source);
        QCOMPARE(summary.bitsPerWeight, 8.0 * double(scalarBytes(ScalarType(type))));
        QCOMPARE(summary.blocks, 2);
        QCOMPARE(std::count_if(summary.tensors.begin(), summary.tensors.end(), [](const auto& t) { return t.quantizable; }), 14);
    }

    void shards()
    {
        writeConfig();
        const auto all = tensors();
        const std::size_t half = all.size() / 2;
        BITLOOM_VERIFY(writeSafetensors(m_folder / "a.safetensors", { all.begin(), all.begin() + std::ptrdiff_t(half) }, {}));
        BITLOOM_VERIFY(writeSafetensors(m_folder / "b.safetensors", { all.begin() + std::ptrdiff_t(half), all.end() }, {}));
        Json map;
        for (std::size_t i = 0; i < all.size(); ++i)
            map[all[i].name] = i < half ? "a.safetensors" : "b.safetensors";
        const auto writeIndex = [&](const Json& index) { std::ofstream(m_folder / "model.safetensors.index.json", std::ios::trunc) << index.dump(); };
        writeIndex({ { "weight_map", map } });
        const auto source = openModel(m_folder.string());
        BITLOOM_VERIFY(source);
        QVERIFY(source->weights->load("model.norm.weight")->equal(m_values["model.norm.weight"]));

        Json wrong = map;
        wrong["model.norm.weight"] = wrong["model.norm.weight"] == "a.safetensors" ? "b.safetensors" : "a.safetensors";
        writeIndex({ { "weight_map", wrong } });
        refuses("'model.norm.weight' is not in the shard");
        for (const char* name : { "../a.safetensors", "/etc/passwd", "", ".." }) {
            wrong["model.norm.weight"] = name;
            writeIndex({ { "weight_map", wrong } });
            refuses("not the name of a file", "index.json");
        }
        wrong["model.norm.weight"] = 5;
        writeIndex({ { "weight_map", wrong } });
        refuses("not a string");
        writeIndex(Json::array());
        refuses("weight_map");
        writeIndex({ { "weight_map", map } });
        fs::remove(m_folder / "b.safetensors");
        refuses("shard 'b.safetensors' is missing");
        BITLOOM_VERIFY(writeSafetensors(m_folder / "b.safetensors", all, {}));
        refuses("as well");
    }

    void missingAndMisshapen()
    {
        const auto values = m_values;
        m_values.erase("model.layers.1.mlp.up_proj.weight");
        writeSingle();
        refuses("'model.layers.1.mlp.up_proj.weight' is missing");
        m_values = values;
        m_values["model.layers.0.self_attn.k_proj.weight"] = torch::zeros({ 32, 16 });
        writeSingle();
        refuses("has shape [32, 16], but the configuration asks for [16, 32]");
        m_values = values;
        m_config["num_hidden_layers"] = 3;
        writeSingle();
        refuses("model.layers.2");
        fs::remove(m_folder / "config.json");
        refuses("config.json");
        std::ofstream(m_folder / "config.json") << "{\"model_type\": \"llama\"";
        refuses("not valid JSON");
        std::ofstream(m_folder / "config.json", std::ios::trunc) << std::string(200000, '[');
        refuses("nested");
        writeConfig();
        fs::remove(m_folder / "model.safetensors");
        refuses("neither model.safetensors nor");
    }

    void notFiniteValues()
    {
        for (const float bad : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity() }) {
            m_values["model.layers.1.mlp.down_proj.weight"][31][63] = bad;
            writeSingle();
            const auto source = openModel(m_folder.string());
            BITLOOM_VERIFY(source);
            const auto lm = CausalLm::load(*source, torch::kFloat32, torch::kCPU);
            QVERIFY(!lm);
            QVERIFY2(lm.error().message.find("'model.layers.1.mlp.down_proj.weight' holds NaN or infinite") != std::string::npos, lm.error().message.c_str());
        }
        m_values["model.layers.1.mlp.down_proj.weight"][31][63] = 1e-42f; // the smallest and the largest are fine
        m_values["model.layers.1.mlp.down_proj.weight"][0][0] = std::numeric_limits<float>::max();
        writeSingle();
        BITLOOM_VERIFY(CausalLm::load(*openModel(m_folder.string()), torch::kFloat32, torch::kCPU));
    }

    void integersAreNoWeights()
    {
        writeConfig();
        auto all = tensors();
        for (TensorData& tensor : all)
            if (tensor.name == "lm_head.weight")
                tensor = copyOf(m_values[tensor.name], tensor.name, ScalarType::I32);
        BITLOOM_VERIFY(writeSafetensors(m_folder / "model.safetensors", all, {}));
        const auto source = openModel(m_folder.string());
        BITLOOM_VERIFY(source);
        QVERIFY(!source->weights->load("lm_head.weight"));
    }

    void anyPrecision()
    {
        constexpr int bits = 3;
        m_config["anyprec"] = { { "seed_precision", bits }, { "parent_precision", bits }, { "group_count", 1 } };
        writeConfig();
        std::vector<TensorData> all;
        std::map<std::string, torch::Tensor> expected;
        for (const auto& [name, values] : m_values) {
            if (values.dim() != 2 || name.find("_proj") == std::string::npos) {
                all.push_back(copyOf(values, name, ScalarType::F16));
                expected[name] = values.to(torch::kFloat16).to(torch::kFloat32);
                continue;
            }
            const std::string prefix = name.substr(0, name.size() - 7);
            const torch::Tensor codes = torch::randint(8, values.sizes(), torch::kUInt8), table = torch::randn({ values.size(0), 8 });
            const auto packed = packBitPlanes({ codes.const_data_ptr<std::uint8_t>(), std::size_t(codes.numel()) }, values.size(0), values.size(1), bits);
            BITLOOM_VERIFY(packed);
            const torch::Tensor planes = torch::from_blob(const_cast<std::uint32_t*>(packed->data()), { bits, values.size(0), values.size(1) / 32 }, torch::kInt32).clone();
            all.push_back(copyOf(planes, prefix + ".qweight", ScalarType::I32));
            all.push_back(copyOf(table, prefix + ".lut3", ScalarType::F16));
            expected[name] = table.to(torch::kFloat16).to(torch::kFloat32).gather(1, codes.to(torch::kInt64));
        }
        const auto write = [&](const std::vector<TensorData>& given) { BITLOOM_VERIFY(writeSafetensors(m_folder / "model.safetensors", given, {})); };
        write(all);
        const auto source = openModel(m_folder.string());
        BITLOOM_VERIFY(source);
        QVERIFY(source->kind == ModelSource::Kind::AnyPrecision);
        for (const auto& [name, values] : expected) {
            const auto loaded = source->weights->load(name);
            BITLOOM_VERIFY(loaded);
            QVERIFY2(loaded->equal(values), name.c_str());
        }
        QVERIFY(!source->weights->contains("model.layers.0.mlp.up_proj.qweight"));
        QVERIFY(!source->weights->contains("model.layers.0.mlp.up_proj.lut3"));
        const auto stored = std::find_if(source->weights->tensors().begin(), source->weights->tensors().end(), [](const auto& t) { return t.name == "model.layers.0.mlp.up_proj.weight"; });
        QCOMPARE(stored->type, std::string("lut3"));
        QCOMPARE(stored->bytes, std::int64_t(64 * 32 * 3 / 8 + 64 * 8 * 2));

        auto broken = all;
        std::erase_if(broken, [](const TensorData& t) { return t.name.ends_with(".lut3"); });
        write(broken);
        refuses("lut3' is missing");
        write(all);
        for (const Json& wrong : { Json(5), Json::object(), Json { { "seed_precision", 3 }, { "parent_precision", 9 } }, Json { { "seed_precision", 4 }, { "parent_precision", 3 } },
                 Json { { "seed_precision", 3 }, { "parent_precision", "3" } }, Json { { "seed_precision", 3 }, { "parent_precision", 3 }, { "group_count", 2 } },
                 Json { { "seed_precision", 2 }, { "parent_precision", 2 } } }) {
            m_config["anyprec"] = wrong;
            writeConfig();
            refuses("", "model");
        }
    }

    void paths()
    {
        QVERIFY(openModel("/nonexistent").error().code == ErrorCode::NotFound);
        QVERIFY(!openModel(""));
        QVERIFY(!openModel("/dev/null"));
        QVERIFY(!openModel("/dev/zero"));
        QVERIFY(!openModel(std::string(10000, 'x')));
        qputenv("BITLOOM_DEMO_MODEL", "/nonexistent.gguf");
        const auto demo = openModel("demo");
        qunsetenv("BITLOOM_DEMO_MODEL");
        QVERIFY(!demo);
        QVERIFY(demo.error().message.find("BITLOOM_DEMO_MODEL") != std::string::npos);
    }

    void demo()
    {
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        const ModelSummary summary = summarize(*demo);
        QCOMPARE(summary.name, std::string("SmolLM2-135M-Instruct"));
        QCOMPARE(summary.architecture, std::string("llama"));
        QCOMPARE(summary.parameters, 134515008);
        QCOMPARE(summary.tokenizer, std::string("byte-level BPE"));
        QVERIFY(summary.quantization.find("Q4_1") != std::string::npos);
        QVERIFY(summary.tiedEmbeddings);
        QCOMPARE(demo->config.ropeBase, 100000.0);
        QCOMPARE(demo->config.normEpsilon, 1e-5);
    }
};

QTEST_GUILESS_MAIN(ModelSourceTest)
#include "tst_model_source.moc"
