// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_source.h"
#include "core/tuning/codebook_gradient.h"
#include "core/tuning/codebook_tuning.h"
#include "core/tuning/output_divergence.h"
#include "tests/support/shared_data.h"

#include <torch/autograd.h>
#include <QTest>

using namespace bitloom;

namespace {
class LastProgress : public ProgressSink
{
public:
    void progress(const Progress& progress) override
    {
        last = progress;
        if (reaction)
            reaction(progress);
    }
    Progress last;
    std::function<void(const Progress&)> reaction;
};

LookupTableWeight randomWeight(std::int64_t out, std::int64_t in, int bits)
{
    LookupTableWeight weight;
    weight.bits = bits;
    weight.codes = torch::randint(1 << bits, { out, in }, torch::kUInt8);
    weight.codebook = std::get<0>(torch::randn({ out, std::int64_t { 1 } << bits }).sort(1));
    return weight;
}

/// Rows cut into levels of equal width: a bad codebook, which tuning has something to do with.
LookupTableWeight uniformLevels(const torch::Tensor& weight, int bits)
{
    const std::int64_t levels = std::int64_t { 1 } << bits;
    const torch::Tensor low = weight.amin(1, true), step = (weight.amax(1, true) - low) / static_cast<double>(levels);
    LookupTableWeight table;
    table.bits = bits;
    table.codes = ((weight - low) / step).floor().clamp(0, levels - 1).to(torch::kUInt8);
    table.codebook = low + step * (torch::arange(levels) + 0.5);
    return std::get<LookupTableWeight>(roundedToStorage(std::move(table)));
}
}

class TestCodebookTuning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(1); }

    /// Against automatic differentiation of looking the levels up.
    void gradientOfACodebook_data()
    {
        QTest::addColumn<int>("out");
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("outliers");
        QTest::newRow("3 bits") << 70 << 33 << 3 << false;
        QTest::newRow("1 bit, one row") << 1 << 5 << 1 << false;
        QTest::newRow("8 bits") << 3 << 700 << 8 << false;
        QTest::newRow("with outliers") << 6 << 40 << 2 << true;
    }
    void gradientOfACodebook()
    {
        QFETCH(int, out);
        QFETCH(int, in);
        QFETCH(int, bits);
        QFETCH(bool, outliers);
        LookupTableWeight weight = randomWeight(out, in, bits);
        if (outliers)
            weight.outliers = SparseOutliers { torch::tensor({ 0, 2, 2 }, torch::kInt32), torch::tensor({ 1, 0, 39 }, torch::kInt32), torch::tensor({ 5.0F, -4.0F, 3.0F }) };
        const torch::Tensor gradient = torch::randn({ out, in }), sum = torch::ones({ out, std::int64_t { 1 } << bits });
        addCodebookGradient(weight, gradient, sum);

        const torch::Tensor levels = weight.codebook.clone().requires_grad_(true);
        torch::Tensor looked = torch::gather(levels, 1, weight.codes.to(torch::kInt64));
        if (outliers)
            looked = looked.index_put({ weight.outliers->rows.to(torch::kInt64), weight.outliers->columns.to(torch::kInt64) }, weight.outliers->values);
        const auto expected = torch::autograd::grad({ looked }, { levels }, { gradient });
        QVERIFY(torch::allclose(sum - 1, expected[0], 1e-4, 1e-4));
    }

    void levelsAscendAgain()
    {
        LookupTableWeight weight = randomWeight(20, 50, 3);
        weight.codebook = torch::randn({ 20, 8 }); // in any order
        const torch::Tensor before = dequantize(weight);
        const LookupTableWeight sorted = withAscendingLevels(weight);
        QVERIFY(dequantize(sorted).equal(before));
        QVERIFY((sorted.codebook.diff(1, 1) >= 0).all().item<bool>());
        QCOMPARE(sorted.codes.scalar_type(), torch::kUInt8);
    }

    void divergenceAndItsGradient()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const std::int64_t size = model->config().hiddenSize;
        const torch::Tensor original = torch::randn({ 2, 7, size });
        QVERIFY(std::abs(outputDivergence(*model, original, original.clone(), false)) < 1e-4);

        const torch::Tensor hidden = original + 0.3 * torch::randn({ 2, 7, size });
        const torch::Tensor leaf = hidden.clone().requires_grad_(true);
        const torch::Tensor p = model->head(original).log_softmax(-1), q = model->head(leaf).log_softmax(-1);
        const torch::Tensor divergence = (p.exp() * (p - q)).sum();
        const auto expected = torch::autograd::grad({ divergence }, { leaf }, { torch::ones({}) });
        torch::Tensor found = hidden.clone();
        const double sum = outputDivergence(*model, original, found, true, 0.25);
        QVERIFY(std::abs(sum - divergence.item<double>()) < 1e-3 * sum);
        QVERIFY(torch::allclose(found, expected[0] * 0.25, 1e-3, 1e-5));
    }

    void tuningLowersTheDivergence()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = textTokens();
        CodebookLayers layers = quantized(*model, 3);
        const CodebookLayers before = layers;
        LastProgress progress;
        JobControl control;
        TuningOptions options;
        options.epochs = 3;
        options.heldOutSequences = 4;
        const auto outcome = tuneCodebooks(*model, tokens, layers, options, progress, control);
        BITLOOM_VERIFY(outcome);
        QCOMPARE(outcome->heldOut.size(), std::size_t { 4 });
        QCOMPARE(outcome->steps, std::int64_t { 9 });
        QCOMPARE(progress.last.done, progress.last.total);
        const double after = outcome->heldOut.at(static_cast<std::size_t>(outcome->bestEpoch));
        QVERIFY2(after < 0.97 * outcome->heldOut.front(), qPrintable(QStringLiteral("%1 -> %2").arg(outcome->heldOut.front()).arg(after)));

        // What is handed over is what files hold, and what the model computes with.
        double sum = 0;
        const auto original = stories();
        for (const auto& [name, weight] : layers) {
            QVERIFY(weight.codes.equal(before.at(name).codes));
            QVERIFY((weight.codebook.diff(1, 1) >= 0).all().item<bool>());
            QVERIFY(weight.codebook.equal(weight.codebook.to(torch::kFloat16).to(torch::kFloat32)));
            QVERIFY(model->linearWeight(name).equal(dequantize(weight)));
        }
        const at::NoGradGuard noGrad;
        for (std::int64_t s = tokens.size(0) - 4; s < tokens.size(0); ++s)
            sum += outputDivergence(*model, lastState(*original, tokens[s]), lastState(*model, tokens[s]), false);
        QVERIFY2(std::abs(sum / static_cast<double>(4 * tokens.size(1)) - after) < 0.01 * after, "the divergence told is that of the codebooks handed over");
    }

    /// The same input and seed give the same bits.
    void tuningIsReproducible()
    {
        BITLOOM_REQUIRE_SHARED();
        std::vector<CodebookLayers> runs;
        for (int run = 0; run < 2; ++run) {
            auto model = stories();
            BITLOOM_VERIFY(model);
            runs.push_back(quantized(*model, 2));
            LastProgress progress;
            JobControl control;
            BITLOOM_VERIFY(tuneCodebooks(*model, textTokens(), runs.back(), {}, progress, control));
        }
        for (const auto& [name, weight] : runs[0])
            QVERIFY2(weight.codebook.equal(runs[1].at(name).codebook), name.c_str());
    }

    /// Steps that can only do harm are not kept.
    void divergenceNeverRises()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        CodebookLayers layers = quantized(*model, 3);
        const CodebookLayers before = layers;
        LastProgress progress;
        JobControl control;
        TuningOptions options;
        options.epochs = 2;
        options.rate = 20;
        const auto outcome = tuneCodebooks(*model, textTokens(), layers, options, progress, control);
        BITLOOM_VERIFY(outcome);
        QCOMPARE(outcome->bestEpoch, std::int64_t { 0 });
        QVERIFY(outcome->heldOut[1] > outcome->heldOut[0]);
        for (const auto& [name, weight] : layers)
            QVERIFY2(torch::allclose(weight.codebook, before.at(name).codebook, 1e-3, 1e-6), name.c_str());
    }

    void cancelsAtOnce()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        CodebookLayers layers = quantized(*model, 3);
        LastProgress progress;
        JobControl control;
        progress.reaction = [&](const Progress& now) {
            if (now.item == "epoch 1")
                control.cancel();
        };
        const auto outcome = tuneCodebooks(*model, textTokens(), layers, {}, progress, control);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
        QVERIFY(progress.last.done < progress.last.total);
    }

    void refusesWhatDoesNotFit()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        CodebookLayers layers = quantized(*model, 3), none;
        LastProgress progress;
        JobControl control;
        const auto refused = [&](CodebookLayers& tuned, const TuningOptions& options) {
            const auto outcome = tuneCodebooks(*model, textTokens(), tuned, options, progress, control);
            return !outcome && outcome.error().code == ErrorCode::Usage;
        };
        TuningOptions options;
        QVERIFY(refused(none, options));
        options.epochs = 0;
        QVERIFY(refused(layers, options));
        options = {};
        options.heldOutSequences = 16;
        QVERIFY(refused(layers, options));
        options.heldOutSequences = 0;
        QVERIFY(refused(layers, options));
    }

private:
    static Result<CausalLm> stories()
    {
        BITLOOM_TRY(const ModelSource source, openModel((test::sharedFolder() / "golden/models/stories260K").string()));
        return CausalLm::load(source, torch::kFloat32, torch::kCPU);
    }

    /// [16, 64]: text as it comes would need a tokenizer; what the model finds likely does as well.
    static torch::Tensor textTokens()
    {
        torch::manual_seed(3);
        const auto model = stories();
        const at::NoGradGuard noGrad;
        torch::Tensor tokens = torch::ones({ 16, 1 }, torch::kInt64);
        while (tokens.size(1) < 64) {
            const torch::Tensor next = model->forward(tokens).select(1, tokens.size(1) - 1).softmax(-1).multinomial(1);
            tokens = torch::cat({ tokens, next }, 1);
        }
        return tokens;
    }

    static CodebookLayers quantized(const CausalLm& model, int bits)
    {
        CodebookLayers layers;
        for (const LinearLayer& layer : model.linears())
            layers.emplace(layer.name, uniformLevels(model.linearWeight(layer.name), bits));
        return layers;
    }

    static torch::Tensor lastState(const CausalLm& model, const torch::Tensor& sequence)
    {
        torch::Tensor state = model.embed(sequence.unsqueeze(0));
        for (std::int64_t block = 0; block < model.config().blocks; ++block)
            state = model.block(block, state);
        return state;
    }
};

QTEST_GUILESS_MAIN(TestCodebookTuning)
#include "tst_codebook_tuning.moc"
