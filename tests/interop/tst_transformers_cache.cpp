// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cached_attention.h"
#include "core/engine/kv_choice.h"
#include "core/engine/kv_configuration_file.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/model/model_source.h"
#include "core/model/tokenizer.h"
#include "tests/support/command_line.h"
#include "tests/support/python_oracle.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const KvMethods& caches()
{
    static const KvMethods methods = KvMethods::load();
    return methods;
}

/// A configuration of `guided` with other grids in each layer, for two layers.
Json guidedConfiguration()
{
    const auto half = [](int bits, const char* axis, int group, const char* metadata, bool hadamard) {
        return Json { { "bits", bits }, { "axis", axis }, { "group", group }, { "block", 32 }, { "metadata", metadata }, { "hadamard", hadamard } };
    };
    return { { "method", "guided" }, { "sinks", 2 }, { "window", 9 },
        { "layers", { { { "keys", half(3, "channel", 0, "bytes", false) }, { "values", half(2, "token", 8, "f16", true) } }, { { "keys", half(4, "channel", 0, "f16", true) }, { "values", half(1, "token", 0, "f16", false) } } } } };
}

}

/// One run of transformers with Bitloom's caches, and whether it did what Bitloom itself does.
class TestTransformersCache : public QObject
{
    Q_OBJECT

    QTemporaryDir m_temporary;
    std::optional<SafetensorsFile> m_tensors;
    Json m_answers, m_cliConfiguration, m_written;

    [[nodiscard]] fs::path at(const char* name) const { return fs::path(m_temporary.path().toStdString()) / name; }

    /// Runs bitloom-cli; its JSON, or null.
    static Json command(const QString& program, const QStringList& arguments)
    {
        QProcess process;
        process.start(program, QStringList(arguments) << "--json" << "--device" << "cpu");
        if (!process.waitForFinished(200000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
            qWarning("%s", process.readAllStandardError().constData());
            return {};
        }
        return Json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
    }

    [[nodiscard]] torch::Tensor tensor(const std::string& name) const
    {
        const TensorData* const found = m_tensors->find(name);
        return found ? torch::from_blob(const_cast<std::byte*>(found->bytes.data()), found->shape, torch::kFloat32) : torch::Tensor();
    }

    /// Python's cache in C++, for as many sequences as the calls have.
    [[nodiscard]] Result<std::unique_ptr<kv::KvCache>> cacheOf(const std::string& name) const
    {
        const Json& one = m_answers.at("cases").at(name);
        const torch::Tensor queries = tensor(name + ".0.queries"), keys = tensor(name + ".0.keys");
        KvChoice choice;
        choice.method = one.at("configuration").at("method").get<std::string>();
        choice.configuration = one.at("configuration");
        BITLOOM_TRY(const KvCandidate candidate, choice.candidate(caches()));
        kv::CacheShape shape;
        for (const Json& call : one.at("calls"))
            shape.layers = std::max(shape.layers, call.at("layer").get<int>() + 1);
        shape.rows = static_cast<int>(queries.size(0));
        shape.heads = static_cast<int>(queries.size(1));
        shape.keyValueHeads = static_cast<int>(keys.size(1));
        shape.headSize = static_cast<int>(queries.size(3));
        BITLOOM_TRY(const auto* method, caches().require(candidate.id));
        BITLOOM_TRY(kv::CachePlan plan, method->plan(shape, candidate.parameters));
        return kv::KvCache::create(shape, std::move(plan));
    }

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_ORACLE();
#ifdef __SANITIZE_ADDRESS__
        QSKIP("a library with a sanitizer does not load into a Python without one");
#endif
        QString program;
        BITLOOM_REQUIRE_CLI(program);
        const fs::path stories = bitloom::test::sharedFolder() / "golden/models/stories260K";
        const QString folder = QString::fromStdString(at("exported").string()), text = "Once upon a time, there was a little";
        QVERIFY(!command(program, { "convert", QString::fromStdString((stories / "stories260K.F32.gguf").string()), "-o", folder, "--format", "safetensors" }).is_null());
        const QString valid = QString::fromStdString((bitloom::test::sharedFolder() / "data/wikitext2-valid.txt").string());
        QVERIFY(!command(program, { "kv", folder, "--text", valid, "--context", "200", "--windows", "1", "--methods", "guided", "--bits-per-value", "20", "--calibration", valid, "--sequences", "1",
                              "--sequence-length", "128", "--save-configuration", folder }).is_null());
        m_written = command(program, { "generate", folder, "--prompt", text, "--max-tokens", "24", "--kv", "guided" });
        QVERIFY(!m_written.is_null());
        const auto configuration = readTextFile(at("exported") / kvConfigurationName);
        BITLOOM_VERIFY(configuration);
        m_cliConfiguration = Json::parse(*configuration);

        const auto source = openModel((stories / "stories260K.F32.gguf").string());
        BITLOOM_VERIFY(source);
        const auto tokenizer = source->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        Json request { { "model", stories.string() }, { "folder", folder.toStdString() }, { "text", text.toStdString() }, { "broken", at("broken.json").string() }, { "chunks", { 70, 1, 1, 1, 33, 1, 64, 1, 1, 27 } } };
        request["prompt"] = (*tokenizer)->encode("Once upon a time, there was a little girl named Lily. She liked to play in the park with her mother.", true, false);
        request["other"] = (*tokenizer)->encode("The dog ran to the big tree and saw a cat.", false, false);
        request["cases"] = Json::array();
        const auto add = [&](const char* name, const char* method, const Json& parameters) { request["cases"].push_back({ { "name", name }, { "method", method }, { "parameters", parameters } }); };
        add("full", "full", Json::object());
        add("full f32", "full", { { "type", "f32" } });
        add("full bf16", "full", { { "type", "bf16" } });
        add("logquant", "logquant", { { "window", 12 } });
        add("logquant bytes and hadamard", "logquant", { { "window", 12 }, { "metadata", "bytes" }, { "hadamard", true } });
        add("logquant-paper", "logquant-paper", { { "window", 9 } });
        add("partial-logquant", "partial-logquant", { { "window", 16 } });
        add("kivi", "kivi", { { "residual", 32 } });
        add("streaming", "streaming", { { "window", 40 } });
        add("heavy-hitter", "heavy-hitter", { { "budget", 24 } });
        add("guided", "guided", Json::object());
        add("guided configuration", "guided", { { "window", 7 } });
        request["cases"].back()["configuration"] = at("guided.json").string();
        BITLOOM_VERIFY(writeTextFile(at("guided.json"), guidedConfiguration().dump()));
        BITLOOM_VERIFY(writeTextFile(at("broken.json"), "[1, 2]"));
        BITLOOM_VERIFY(writeTextFile(at("request.json"), request.dump()));
        const QString failure = bitloom::test::runOracle(QString::fromStdString((bitloom::test::sourceFolder() / "tests/interop/oracles/bitloom_cache_runs.py").string()),
            { BITLOOM_PYTHON_PACKAGES, QString::fromStdString(at("request.json").string()), QString::fromStdString(at("out.safetensors").string()), QString::fromStdString(at("answers.json").string()) });
        QVERIFY2(failure.isEmpty(), failure.toUtf8());
        auto opened = SafetensorsFile::open(at("out.safetensors"));
        BITLOOM_VERIFY(opened);
        m_tensors = std::move(*opened);
        const auto answers = readTextFile(at("answers.json"));
        BITLOOM_VERIFY(answers);
        m_answers = Json::parse(*answers);
        qInfo("transformers %s", m_answers.at("version").get<std::string>().c_str());
    }

    /// Every output that attention gave in Python is what the C++ cache gives for the same queries, keys and values, and in the end both hold the same.
    void outputsAndBytesAreThoseOfTheEngine()
    {
        std::int64_t calls = 0, numbers = 0;
        for (const auto& [name, one] : m_answers.at("cases").items()) {
            const auto cache = cacheOf(name);
            BITLOOM_VERIFY(cache);
            for (std::size_t i = 0; i < one.at("calls").size(); ++i) {
                const Json& call = one.at("calls").at(i);
                const std::string prefix = name + "." + std::to_string(i) + ".";
                const torch::Tensor queries = tensor(prefix + "queries"), keys = tensor(prefix + "keys"), values = tensor(prefix + "values"), expected = tensor(prefix + "out");
                const auto padding = call.at("padding").get<std::vector<std::int64_t>>();
                kv::LayerTokens tokens;
                tokens.layer = call.at("layer");
                tokens.count = queries.size(2);
                tokens.queries = queries.const_data_ptr<float>();
                tokens.keys = keys.const_data_ptr<float>();
                tokens.values = values.const_data_ptr<float>();
                tokens.padding = padding;
                const torch::Tensor out = torch::empty(queries.sizes(), torch::kFloat32);
                BITLOOM_VERIFY((*cache)->attend(tokens, out.mutable_data_ptr<float>()));
                QCOMPARE(expected.sizes(), out.sizes());
                QVERIFY2(std::memcmp(out.const_data_ptr(), expected.const_data_ptr(), out.nbytes()) == 0, (prefix + "out differs").c_str());
                ++calls;
                numbers += out.numel();
            }
            QCOMPARE((*cache)->bytes(), one.at("bytes").get<std::int64_t>());
            QCOMPARE((*cache)->bitsPerValue(), one.at("bits_per_value").get<double>());
            sameContent(name, **cache);
        }
        qInfo("%lld calls of %zu caches with %lld outputs are the same bit for bit", static_cast<long long>(calls), m_answers.at("cases").size(), static_cast<long long>(numbers));
    }

    /// A text in chunks of any length is the text in one call.
    void chunksAreOneCall()
    {
        for (const auto& [name, one] : m_answers.at("cases").items()) {
            if (name.ends_with("-model"))
                continue;
            std::vector<torch::Tensor> queries[2], keys[2], values[2], outs[2];
            for (std::size_t i = 0; i < one.at("calls").size(); ++i) {
                const auto layer = one.at("calls").at(i).at("layer").get<std::size_t>();
                const std::string prefix = name + "." + std::to_string(i) + ".";
                queries[layer].push_back(tensor(prefix + "queries"));
                keys[layer].push_back(tensor(prefix + "keys"));
                values[layer].push_back(tensor(prefix + "values"));
                outs[layer].push_back(tensor(prefix + "out"));
            }
            const auto cache = cacheOf(name);
            BITLOOM_VERIFY(cache);
            CachedAttention attention(**cache);
            for (std::size_t layer = 0; layer < 2; ++layer) {
                const torch::Tensor out = attention.attend(static_cast<std::int64_t>(layer), torch::cat(queries[layer], 2), torch::cat(keys[layer], 2), torch::cat(values[layer], 2));
                BITLOOM_VERIFY(attention.status());
                QVERIFY2(torch::equal(out, torch::cat(outs[layer], 2)), name.c_str());
            }
        }
    }

    /// The logits of every step, too, are those of the engine's own model, but for the rounding of the matrix products around attention.
    void logitsAreThoseOfTheEngine_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("most");
        QTest::newRow("full") << "full-model" << 2e-4;
        // Where a product rounds differently, a key may fall into the next step of its grid.
        QTest::newRow("logquant") << "logquant-model" << 0.5;
    }
    void logitsAreThoseOfTheEngine()
    {
        QFETCH(QString, name);
        QFETCH(double, most);
        const Json& one = m_answers.at("cases").at(name.toStdString());
        const auto source = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(source);
        const auto model = CausalLm::load(*source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        const auto cache = cacheOf(name.toStdString());
        BITLOOM_VERIFY(cache);
        const at::NoGradGuard noGrad;
        CachedAttention attention(**cache);
        const auto tokens = one.at("tokens").get<std::vector<std::int64_t>>();
        const torch::Tensor expected = tensor(name.toStdString() + ".logits");
        const std::int64_t prompt = static_cast<std::int64_t>(tokens.size()) - expected.size(0);
        double largest = 0, sum = 0;
        for (std::int64_t step = 0, first = 0; step < expected.size(0); first = prompt + step, ++step) {
            const std::int64_t count = step == 0 ? prompt : 1;
            const auto hidden = runCached(*model, torch::tensor(std::vector<std::int64_t>(tokens.begin() + first, tokens.begin() + first + count)).unsqueeze(0), attention);
            BITLOOM_VERIFY(hidden);
            const auto difference = (model->head(hidden->select(1, -1)).flatten() - expected[step]).abs();
            largest = std::max(largest, difference.max().item<double>());
            sum += difference.mean().item<double>();
        }
        qInfo("logits of %lld steps differ by %.2e at most, %.2e in the mean", static_cast<long long>(expected.size(0)), largest, sum / static_cast<double>(expected.size(0)));
        QVERIFY(largest < most);
        QCOMPARE((*cache)->bytes(), one.at("bytes").get<std::int64_t>());
    }

    void generateWrites()
    {
        const Json& facts = m_answers.at("facts");
        const auto alike = [&](const char* name, double most) {
            const Json& fact = facts.at(name);
            qInfo("%s: logits differ by %.2e, %s", name, fact.at("logits").get<double>(), fact.at("same") == true ? "the same is written" : "something else is written");
            return fact.at("same") == true && fact.at("logits").get<double>() <= most;
        };
        QVERIFY(alike("full like transformers", 1e-3));
        QVERIFY(!alike("logquant unlike full", 1e-3));
        QVERIFY(alike("chunked prompt", 0.5));
        QVERIFY(alike("second turn", 1e-3));
        QVERIFY(alike("after reset", 0));
        QVERIFY(alike("padded row 0", 0.5));
        QVERIFY(alike("padded row 1", 0.5));
        QCOMPARE(facts.at("bytes after reset").get<int>(), 0);
        QVERIFY(facts.at("bf16 dtype") == "torch.bfloat16");
        QVERIFY(facts.at("context refused") == Json({ { "bytes", true }, { "length", true }, { "goes on", { 1, 1 } } }));
        std::vector<std::string> ids;
        for (const MethodInfo& method : caches().describe())
            ids.push_back(method.id);
        std::sort(ids.begin(), ids.end());
        QVERIFY(facts.at("methods") == Json(ids));
    }

    /// What `kv --save-configuration FOLDER` lays beside an exported model is what `generate --kv` and BitloomCache.from_pretrained compute with.
    void aFolderBringsItsConfiguration()
    {
        const Json& folder = m_answers.at("facts").at("folder");
        Json parameters = m_cliConfiguration;
        QVERIFY(parameters.erase("expected_loss") == 1); // what the search found out, no parameter
        QVERIFY2(folder.at("configuration") == parameters, Json::diff(folder.at("configuration"), parameters).dump().substr(0, 600).c_str());
        QVERIFY(m_cliConfiguration.at("method") == "guided" && m_cliConfiguration.at("layers").size() == 5);
        QCOMPARE(folder.at("tokens").get<int>(), m_written.at("tokens").get<int>());
        QCOMPARE(QString::fromStdString(folder.at("text")).trimmed(), QString::fromStdString(m_written.at("text")).trimmed());
        QCOMPARE(folder.at("bytes").get<std::int64_t>(), m_written.at("kv").at("bytes").get<std::int64_t>());
        QCOMPARE(m_answers.at("facts").at("folder with another window").get<int>(), 77);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const char* sentence) { QTest::newRow(name) << QString(sentence); };
        row("unknown method", "ValueError: there is no method 'nonsense'; known methods: ");
        row("unknown parameter", "nonsense");
        row("parameter out of range", "window");
        row("needs calibration", "smoothing");
        row("group and head size", "24");
        row("other model's configuration", "kv_cache.json: guided: the configuration describes 5 layers, the model has 2");
        row("other method's configuration", "kv_cache.json: is a configuration of guided, not of kivi");
        row("no configuration", "broken.json: expected the configuration of a cache method");
        row("no file", "FileNotFoundError: ");
        row("sliding window", "ValueError: layer 0 of mistral is of type sliding_attention, BitloomCache knows full_attention alone");
        row("encoder", "ValueError: t5 has an encoder");
        row("other attention", "ValueError: the model computes attention with \"sdpa\": call model.set_attn_implementation(\"bitloom\")");
        row("no cache", "ValueError: attention \"bitloom\" reads a BitloomCache");
        row("another cache", "ValueError: attention \"bitloom\" reads a BitloomCache");
        row("other head size", "ValueError: queries have the shape [2, 4, 3, 8], expected [2, 4, tokens, 16]");
        row("other heads", "ValueError: keys have the shape [2, 4, 3, 16], expected [2, 2, tokens, 16]");
        row("values of another length", "ValueError: there are 3 keys of each sequence and 4 values");
        row("other device", "ValueError: queries are on meta, Bitloom's caches compute on the CPU");
        row("integers", "ValueError: queries are of type long int, expected a floating one");
        row("no such layer", "RuntimeError: the cache holds nothing");
        row("scaling", "ValueError: layer 0 scales attention by 0.5, expected 1/sqrt(head size) = 0.25");
        row("right padding", "ValueError: attention_mask has padding behind tokens of sequence 0");
        row("mask of another length", "ValueError: attention_mask has the shape [1, 3], expected [1, 4]");
        row("four-dimensional mask", "ValueError: attention_mask has the shape [1, 1, 4, 4], expected [1, 4]");
        row("beam search", "NotImplementedError: a packed cache cannot reorder its sequences");
        row("context", "ValueError: 513 tokens are more than the model's context of 512");
        row("context, later", "tokens are more than the model's context of 512");
        row("weights wanted", "ValueError: output_attentions=True");
        row("mask forgotten", "ValueError: attention_mask is missing, although some sequences began with padding");
        row("mask changed", "ValueError: attention_mask counts 2 earlier tokens of sequence 0, the cache holds 3");
        row("other batch", "ValueError: the cache holds 1 sequences and is given tokens of 2");
        row("attention switched", "RuntimeError: nobody attended to the new tokens of layer 0");
        row("gradients", "ValueError: Bitloom's caches give no gradients");
        row("crop", "NotImplementedError: a packed cache cannot forget its newest tokens");
    }
    void refusals()
    {
        QFETCH(QString, sentence);
        const QString said = QString::fromStdString(m_answers.at("refusals").at(QTest::currentDataTag()));
        qInfo("%s", qPrintable(said));
        QVERIFY2(said.contains(sentence), qPrintable(said));
        QVERIFY2(!said.contains('\n'), "more than a sentence");
    }

private:
    void sameContent(const std::string& name, const kv::KvCache& cache)
    {
        const kv::CacheShape& shape = cache.shape();
        for (int layer = 0; layer < shape.layers; ++layer)
            for (int row = 0; row < shape.rows; ++row) {
                const std::string held = fmt::format("{}.held.{}.{}.", name, layer, row);
                const torch::Tensor keys = tensor(held + "keys"), values = tensor(held + "values"), kept = tensor(held + "kept");
                const std::int64_t count = cache.length(layer, row);
                QCOMPARE(keys.size(1), count);
                std::vector<float> read(static_cast<std::size_t>(shape.headSize));
                for (int head = 0; head < shape.keyValueHeads; ++head)
                    for (std::int64_t position = 0; position < count; ++position)
                        for (const kv::Half half : { kv::Half::Keys, kv::Half::Values }) {
                            std::fill(read.begin(), read.end(), 0.0F);
                            const bool there = cache.read(layer, row, head, half, position, read.data());
                            QCOMPARE(kept[head][position].item<float>() != 0, there);
                            const torch::Tensor expected = (half == kv::Half::Keys ? keys : values)[head][position];
                            QVERIFY2(std::memcmp(read.data(), expected.const_data_ptr(), read.size() * sizeof(float)) == 0, held.c_str());
                        }
            }
    }
};

QTEST_GUILESS_MAIN(TestTransformersCache)
#include "tst_transformers_cache.moc"
