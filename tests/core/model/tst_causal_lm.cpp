// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "core/model/causal_lm.h"
#include "core/model/sampler.h"
#include "core/model/stored_values.h"
#include "tests/support/python_oracle.h"
#include "tests/support/shared_data.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

class CausalLmTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const std::string& name) const { return (fs::path(m_folder.path().toStdString()) / name).string(); }
    static QString oracle() { return QString::fromStdString((bitloom::test::sourceFolder() / "tests/interop/oracles/model_oracle.py").string()); }
    static std::string stories(const char* file = "") { return (bitloom::test::sharedFolder() / "golden/models/stories260K" / file).string(); }

    static Result<CausalLm> load(const std::string& model, torch::Dtype dtype = torch::kFloat32)
    {
        BITLOOM_TRY(const ModelSource source, openModel(model));
        return CausalLm::load(source, dtype, torch::kCPU);
    }

    static torch::Tensor stored(const SafetensorsFile& file, const char* name)
    {
        const TensorData* data = file.find(name);
        return torch::from_blob(const_cast<std::byte*>(data->bytes.data()), data->shape, data->type == ScalarType::I64 ? torch::kInt64 : torch::kFloat32).clone();
    }

    void compareWithTransformers(const std::string& model, const std::string& asked, int tokens)
    {
        const std::string out = path("logits.safetensors");
        const QString problem = bitloom::test::runOracle(oracle(), { "logits", QString::fromStdString(asked), QString::fromStdString(out), "--tokens", QString::number(tokens) });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto file = SafetensorsFile::open(out);
        BITLOOM_VERIFY(file);
        const auto lm = load(model);
        BITLOOM_VERIFY(lm);
        const at::NoGradGuard noGrad;
        const torch::Tensor expected = stored(*file, "logits"), actual = lm->forward(stored(*file, "tokens"));
        QVERIFY(actual.sizes() == expected.sizes());
        const double difference = (actual - expected).abs().max().item<double>();
        qInfo("%s: largest logit difference %.2e of %.1f", model.c_str(), difference, expected.abs().max().item<double>());
        QVERIFY2(difference <= 1e-3, qPrintable(QString::number(difference)));
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void families_data()
    {
        QTest::addColumn<QString>("family");
        for (const char* family : { "llama", "llama3", "linear", "mistral", "qwen2", "qwen3" })
            QTest::newRow(family) << family;
    }

    void families()
    {
        BITLOOM_REQUIRE_ORACLE();
        QFETCH(QString, family);
        const std::string folder = path(family.toStdString());
        const QString problem = bitloom::test::runOracle(oracle(), { "tiny", family, QString::fromStdString(folder) });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        compareWithTransformers(folder, folder, 40);
        // token by token through the cache, and in two chunks
        const auto lm = load(folder);
        BITLOOM_VERIFY(lm);
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = torch::randint(96, { 2, 23 }, torch::kInt64), expected = lm->forward(tokens);
        for (const std::int64_t step : { 1, 9 }) {
            PlainKvCache cache;
            for (std::int64_t at = 0; at < 23; at += step) {
                const std::int64_t count = std::min<std::int64_t>(step, 23 - at);
                const torch::Tensor actual = lm->forward(tokens.narrow(1, at, count), &cache);
                QCOMPARE(cache.length(), at + count);
                QVERIFY2(torch::allclose(actual, expected.narrow(1, at, count), 1e-4, 1e-4), qPrintable(QString("step %1 at %2").arg(step).arg(at)));
            }
        }
    }

    void storiesFolder()
    {
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_ORACLE();
        compareWithTransformers(stories(), stories(), 200);
    }

    void storiesGgufIsTheSameModel()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto folder = openModel(stories()), gguf = openModel(stories("stories260K.F32.gguf"));
        BITLOOM_VERIFY(folder);
        BITLOOM_VERIFY(gguf);
        for (const ExpectedTensor& tensor : expectedTensors(folder->config)) {
            const auto a = folder->weights->load(tensor.name), b = gguf->weights->load(tensor.name);
            BITLOOM_VERIFY(a);
            BITLOOM_VERIFY(b);
            QVERIFY2(a->equal(*b), tensor.name.c_str());
        }
        for (const char* key : { "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "rms_norm_eps",
                 "rope_theta", "tie_word_embeddings", "max_position_embeddings", "model_type", "bos_token_id", "eos_token_id" })
            QVERIFY2(folder->config.original.at(key) == gguf->config.original.at(key), key);
        QCOMPARE(folder->storedDtype, std::string("F32"));
        QCOMPARE(gguf->storedDtype, std::string("F32"));
    }

    void demoModel()
    {
        BITLOOM_REQUIRE_ORACLE();
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        compareWithTransformers("demo", demo->path.string(), 48);
        QCOMPARE(demo->storedDtype, std::string("F16"));
    }

    void batchEqualsSingles()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto lm = load(stories());
        BITLOOM_VERIFY(lm);
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = torch::randint(512, { 3, 17 }, torch::kInt64), together = lm->forward(tokens);
        for (int i = 0; i < 3; ++i)
            QVERIFY(torch::allclose(together.narrow(0, i, 1), lm->forward(tokens.narrow(0, i, 1)), 1e-4, 1e-4));
    }

    void bfloat16IsClose()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto wide = load(stories()), narrow = load(stories(), torch::kBFloat16);
        BITLOOM_VERIFY(wide);
        BITLOOM_VERIFY(narrow);
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = torch::arange(64).unsqueeze(0) + 100;
        QVERIFY(narrow->embed(tokens).scalar_type() == torch::kBFloat16);
        const torch::Tensor a = wide->forward(tokens), b = narrow->forward(tokens);
        QVERIFY(b.scalar_type() == torch::kFloat32);
        const double error = ((a - b).norm() / a.norm()).item<double>();
        QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
    }

    /// Gradients reach each linear layer's output and the block's input; they agree with a numeric derivative.
    void tapsSeeTheGraph()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto lm = load(stories());
        BITLOOM_VERIFY(lm);
        const torch::Tensor tokens = torch::arange(12).unsqueeze(0) + 300;
        const torch::Tensor hidden = lm->embed(tokens).detach().requires_grad_();
        std::vector<std::string> names;
        std::vector<torch::Tensor> outputs;
        const torch::Tensor after = lm->block(2, hidden, [&](const LinearLayer& layer, const torch::Tensor& input, const torch::Tensor& output) {
            names.push_back(layer.name);
            outputs.push_back(output);
            QCOMPARE(input.size(-1), layer.in);
            QCOMPARE(output.size(-1), layer.out);
        });
        QCOMPARE(names.size(), 7u);
        QCOMPARE(names[0], std::string("model.layers.2.self_attn.q_proj"));
        QCOMPARE(names[6], std::string("model.layers.2.mlp.down_proj"));
        const torch::Tensor direction = torch::randn_like(after);
        const torch::Tensor loss = (after * direction).sum();
        outputs.push_back(hidden);
        const auto gradients = torch::autograd::grad({ loss }, outputs);
        QCOMPARE(gradients.size(), 8u);
        for (std::size_t i = 0; i < 7; ++i)
            QVERIFY(gradients[i].abs().sum().item<double>() > 0);
        QVERIFY(torch::allclose(gradients[6], direction)); // the block's output is the residual plus down_proj's
        const at::NoGradGuard noGrad;
        const torch::Tensor along = torch::randn_like(hidden);
        const double step = 1e-3;
        const double numeric = (((lm->block(2, hidden + step * along) - lm->block(2, hidden - step * along)) * direction).sum() / (2 * step)).item<double>();
        const double analytic = (gradients[7] * along).sum().item<double>();
        QVERIFY2(std::abs(numeric - analytic) <= 1e-2 * std::max(1.0, std::abs(analytic)), qPrintable(QString("%1 against %2").arg(numeric).arg(analytic)));
        QVERIFY(!lm->linearWeight(names[0]).requires_grad());
    }

    void weightsCanBeReplaced()
    {
        BITLOOM_REQUIRE_SHARED();
        auto lm = load(stories());
        BITLOOM_VERIFY(lm);
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = torch::arange(8).unsqueeze(0), before = lm->forward(tokens);
        const std::string name = "model.layers.1.mlp.gate_proj";
        const torch::Tensor weight = lm->linearWeight(name).clone();
        lm->setLinearWeight(name, weight * 2);
        QVERIFY(!torch::allclose(lm->forward(tokens), before));
        lm->setLinearWeight(name, weight);
        QVERIFY(lm->forward(tokens).equal(before));
        QVERIFY_EXCEPTION_THROWN(lm->setLinearWeight(name, weight.t()), c10::Error);
    }

    /// Part by part from the file, in any order and read ahead rightly, wrongly or not at all.
    void streamedIsTheSame()
    {
        for (const char* file : { "", "stories260K.F32.gguf" }) {
            const auto source = openModel(stories(file));
            BITLOOM_VERIFY(source);
            const auto whole = CausalLm::load(*source, torch::kFloat32, torch::kCPU), streamed = CausalLm::stream(*source, torch::kFloat32, torch::kCPU);
            BITLOOM_VERIFY(whole);
            BITLOOM_VERIFY(streamed);
            const at::NoGradGuard noGrad;
            const torch::Tensor tokens = torch::randint(3, 512, { 2, 19 }, torch::kInt64);
            QCOMPARE(streamed->parts(), whole->config().blocks + 2);
            BITLOOM_VERIFY(whole->enter(3, 1));
            BITLOOM_VERIFY(streamed->enter(0, 1));
            torch::Tensor hidden = streamed->embed(tokens);
            for (std::int64_t block = 0; block < whole->config().blocks; ++block) {
                BITLOOM_VERIFY(streamed->enter(block + 1, block % 3 == 0 ? block + 2 : block % 3 == 1 ? 0 : -1));
                hidden = streamed->block(block, hidden);
            }
            BITLOOM_VERIFY(streamed->enter(whole->config().blocks + 1, 2));
            QVERIFY(torch::equal(streamed->head(hidden), whole->forward(tokens)));
            QVERIFY_THROWS_EXCEPTION(c10::Error, (void)streamed->block(1, hidden));
            BITLOOM_VERIFY(streamed->enter(2));
            QVERIFY(torch::equal(streamed->block(1, hidden), whole->block(1, hidden)));
        }
    }

    void generating()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto lm = load(stories());
        BITLOOM_VERIFY(lm);
        SamplingOptions options;
        options.maximumTokens = 20;
        std::vector<std::int32_t> seen;
        const auto greedy = generateTokens(*lm, { 1 }, options, [&](std::int32_t token) { seen.push_back(token); }, {});
        BITLOOM_VERIFY(greedy);
        QVERIFY(*greedy == seen);
        QCOMPARE(greedy->size(), 20u);
        { // the same without a cache
            const at::NoGradGuard noGrad;
            std::vector<std::int64_t> tokens { 1 };
            for (const std::int32_t token : *greedy) {
                const torch::Tensor logits = lm->forward(torch::tensor(tokens, torch::kInt64).unsqueeze(0));
                QCOMPARE(logits.select(1, -1).argmax().item<std::int64_t>(), std::int64_t(token));
                tokens.push_back(token);
            }
        }
        options.temperature = 0.9;
        options.seed = 5;
        const auto a = generateTokens(*lm, { 1 }, options, {}, {}), b = generateTokens(*lm, { 1 }, options, {}, {});
        QVERIFY(*a == *b);
        options.seed = 6;
        QVERIFY(*a != *generateTokens(*lm, { 1 }, options, {}, {}));
        options.topK = 1;
        QVERIFY(*greedy == *generateTokens(*lm, { 1 }, options, {}, {}));
        options.topK = 0;
        options.topP = 1e-6;
        QVERIFY(*greedy == *generateTokens(*lm, { 1 }, options, {}, {}));
        options = {};
        const std::int32_t third = (*greedy)[2];
        options.stop = [&](std::int32_t token) { return token == third; };
        QVERIFY(generateTokens(*lm, { 1 }, options, {}, {})->size() <= 2);

        QVERIFY(!generateTokens(*lm, {}, options, {}, {}));
        QVERIFY(!generateTokens(*lm, { 512 }, options, {}, {}));
        QVERIFY(!generateTokens(*lm, { -1 }, options, {}, {}));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(generateTokens(*lm, { 1 }, options, {}, stop.get_token()).error().code == ErrorCode::Cancelled);
    }

    void batchedGenerating()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto lm = load(stories());
        BITLOOM_VERIFY(lm);
        SamplingOptions options;
        const torch::Tensor prompts = torch::tensor({ 1, 300, 410 }, torch::kInt64).unsqueeze(1);
        const auto greedy = generateBatch(*lm, prompts, 15, options, {}, {});
        BITLOOM_VERIFY(greedy);
        QVERIFY((greedy->sizes() == torch::IntArrayRef { 3, 15 }));
        options.maximumTokens = 14;
        for (int i = 0; i < 3; ++i) {
            const auto single = generateTokens(*lm, { std::int32_t(prompts[i][0].item<std::int64_t>()) }, options, {}, {});
            for (int k = 0; k < 14; ++k)
                QCOMPARE((*greedy)[i][k + 1].item<std::int64_t>(), std::int64_t((*single)[std::size_t(k)]));
        }
        options.temperature = 1;
        const auto a = generateBatch(*lm, prompts, 15, options, {}, {}), b = generateBatch(*lm, prompts, 15, options, {}, {});
        QVERIFY(a->equal(*b));
        QVERIFY(!generateBatch(*lm, prompts, 0, options, {}, {}));
        QVERIFY(!generateBatch(*lm, prompts + 512, 15, options, {}, {}));
    }

    /// The drawn frequencies are the softmax of the logits.
    void samplingFollowsTheDistribution()
    {
        auto generator = at::detail::createCPUGenerator(3);
        const torch::Tensor logits = torch::tensor({ 0.0f, 1.0f, 2.0f, -1.0f }).repeat({ 20000, 1 });
        SamplingOptions options;
        options.temperature = 2;
        const torch::Tensor counts = sampleTokens(logits, options, generator).bincount({}, 4).to(torch::kFloat32) / 20000;
        QVERIFY(torch::allclose(counts, (logits[0] / 2).softmax(-1), 0, 0.02));
        options.topK = 2;
        const torch::Tensor two = sampleTokens(logits, options, generator).bincount({}, 4);
        QCOMPARE(two[0].item<std::int64_t>() + two[3].item<std::int64_t>(), 0);
    }
};

QTEST_GUILESS_MAIN(CausalLmTest)
#include "tst_causal_lm.moc"
