// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_source.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"
#include "core/tuning/codebook_layer.h"
#include "core/tuning/end_to_end_tuning.h"
#include "core/tuning/free_weight_layer.h"
#include "core/tuning/tuned_layer.h"
#include "core/tuning/output_divergence.h"
#include "tests/support/shared_data.h"

#include <algorithm>
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

class TestEndToEndTuning : public QObject
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
        const CodebookLayer layer(weight, torch::kCPU);
        QVERIFY(torch::allclose(layer.weight(layer.parameters()), dequantize(weight)));
        const torch::Tensor gradient = torch::randn({ out, in }), sum = torch::ones({ out * (std::int64_t { 1 } << bits) });
        layer.addGradient(gradient, sum);
        const torch::Tensor unit = weight.codebook.flatten() / layer.parameters();

        const torch::Tensor levels = weight.codebook.clone().requires_grad_(true);
        torch::Tensor looked = torch::gather(levels, 1, weight.codes.to(torch::kInt64));
        if (outliers)
            looked = looked.index_put({ weight.outliers->rows.to(torch::kInt64), weight.outliers->columns.to(torch::kInt64) }, weight.outliers->values);
        const auto expected = torch::autograd::grad({ looked }, { levels }, { gradient });
        QVERIFY(torch::allclose((sum - 1) / unit, expected[0].flatten(), 1e-3, 1e-3));
    }

    void scalesOfBlocks_data()
    {
        QTest::addColumn<int>("type");
        for (const int type : ggmlGridTypes())
            if (ggmlLayout(type)->scale != GgmlScale::Table && !FreeWeightLayer::canTune(type))
                QTest::newRow(ggmlName(type).c_str()) << type;
    }
    void scalesOfBlocks()
    {
        QFETCH(int, type);
        const torch::Tensor original = torch::randn({ 5, 512 }) * torch::rand({ 5, 1 });
        const auto encoded = encodeWithGgml(original, type, std::nullopt, {});
        BITLOOM_VERIFY(encoded);
        const std::unique_ptr<TunedLayer> layer = tunedLayer(*encoded, original, torch::kCPU);
        QVERIFY(layer != nullptr);
        const torch::Tensor parameters = layer->parameters(), weight = layer->weight(parameters);
        QVERIFY(torch::allclose(weight, dequantize(*encoded), 1e-4, 1e-5));
        // As they came they are stored as they came, up to the sign of zeros and blocks that say the same in another way.
        QVERIFY(dequantize(layer->stored(parameters)).equal(dequantize(*encoded)));

        // The weights are linear in the parameters, so any step shows the gradient.
        const torch::Tensor gradient = torch::randn({ 5, 512 }), sum = torch::ones_like(parameters), step = torch::randn_like(parameters);
        layer->addGradient(gradient, sum);
        const double moved = (gradient * (layer->weight(parameters + step) - weight)).sum(torch::kFloat64).item<double>();
        const double told = ((sum - 1) * step).sum(torch::kFloat64).item<double>();
        QVERIFY2(std::abs(moved - told) < 1e-3 * (1 + std::abs(moved)), qPrintable(QStringLiteral("%1, %2").arg(moved).arg(told)));
        // A step of one moves weights by about the tuning distance, with an offset somewhat more.
        const double size = std::sqrt((layer->weight(parameters + step) - weight).square().mean().item<double>());
        const double spread = std::sqrt(original.square().mean().item<double>());
        const double distance = tuningDistance(spread, ggmlLayout(type)->levels.size());
        QVERIFY2(size > 0.7 * distance && size < 2 * distance, qPrintable(QString::number(size / distance)));
        // And what is stored of other parameters is what they say, up to f16; the offset may be several times as large as what is left.
        const torch::Tensor other = parameters * (1 + 0.1 * torch::rand_like(parameters));
        QVERIFY(torch::allclose(dequantize(layer->stored(other)), layer->weight(other), 3e-3, 0.01 * spread));
    }

    /// Blocks of 8 bits: weights move, what counts is what they round to, and gradients do not see the rounding.
    void weightsOfEightBitsMove()
    {
        const int type = ggmlTypeOf("Q8_0");
        const torch::Tensor original = torch::randn({ 3, 64 });
        const auto encoded = encodeWithGgml(original, type, std::nullopt, {});
        BITLOOM_VERIFY(encoded);
        const std::unique_ptr<TunedLayer> layer = tunedLayer(*encoded, original, torch::kCPU);
        QVERIFY(layer != nullptr);
        const torch::Tensor parameters = layer->parameters();
        QVERIFY(layer->weight(parameters).equal(dequantize(*encoded)));
        QVERIFY(dequantize(layer->stored(parameters)).equal(dequantize(*encoded)));
        const torch::Tensor gradient = torch::randn({ 3, 64 }), sum = torch::ones_like(parameters), step = torch::randn_like(parameters);
        layer->addGradient(gradient, sum);
        const torch::Tensor moved = layer->weight(parameters + step), wanted = original + (original.flatten() / parameters * step).view({ 3, 64 });
        QVERIFY2(torch::allclose(moved, wanted, 0, 0.03), "up to half a level");
        const torch::Tensor told = (sum - 1) * parameters, known = gradient.flatten() * original.flatten();
        QVERIFY(torch::allclose(told, known, 1e-3, 1e-4));
    }

    /// Layers of 8 bits make up for those of 4, and all comes out as files store it.
    void fineLayersMakeUpForCoarseOnes()
    {
        BITLOOM_REQUIRE_SHARED();
        std::vector<double> after;
        for (const bool fineOnes : { false, true }) {
            auto model = stories();
            BITLOOM_VERIFY(model);
            QuantizedLayers layers;
            for (const LinearLayer& layer : model->linears()) {
                const bool coarse = layer.module == "mlp.up_proj";
                if (layer.in != 64 || (!coarse && !fineOnes))
                    continue;
                const auto encoded = encodeWithGgml(model->linearWeight(layer.name), ggmlTypeOf(coarse ? "Q4_0" : "Q8_0"), std::nullopt, {});
                BITLOOM_VERIFY(encoded);
                layers.emplace(layer.name, *encoded);
            }
            LastProgress progress;
            JobControl control;
            TuningOptions options;
            options.epochs = 6;
            options.heldOutSequences = 4;
            const auto outcome = tuneEndToEnd(*model, textTokens(), layers, options, progress, control);
            BITLOOM_VERIFY(outcome);
            after.push_back(outcome->heldOut.at(static_cast<std::size_t>(outcome->bestEpoch)));
            for (const auto& [name, weight] : layers)
                QVERIFY(model->linearWeight(name).equal(dequantize(weight)));
        }
        QVERIFY2(after[1] < after[0], qPrintable(QStringLiteral("%1 with, %2 without").arg(after[1]).arg(after[0])));
    }

    void formatsWithoutAnythingToMove()
    {
        UniformGroupsWeight uniform;
        uniform.codes = torch::zeros({ 2, 32 }, torch::kUInt8);
        QVERIFY(tunedLayer(uniform, torch::zeros({ 2, 32 }), torch::kCPU) == nullptr);
        for (const int type : ggmlGridTypes())
            if (ggmlLayout(type)->scale == GgmlScale::Table) {
                const torch::Tensor original = torch::randn({ 2, 512 });
                const auto encoded = encodeWithGgml(original, type, std::nullopt, {});
                BITLOOM_VERIFY(encoded);
                QVERIFY(tunedLayer(*encoded, original, torch::kCPU) == nullptr);
            }
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
        QuantizedLayers layers = quantized(*model, 3);
        const QuantizedLayers before = layers;
        LastProgress progress;
        JobControl control;
        TuningOptions options;
        options.epochs = 3;
        options.heldOutSequences = 4;
        const auto outcome = tuneEndToEnd(*model, tokens, layers, options, progress, control);
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
            const auto& table = std::get<LookupTableWeight>(weight);
            QVERIFY(table.codes.equal(std::get<LookupTableWeight>(before.at(name)).codes));
            QVERIFY((table.codebook.diff(1, 1) >= 0).all().item<bool>());
            QVERIFY(table.codebook.equal(table.codebook.to(torch::kFloat16).to(torch::kFloat32)));
            QVERIFY(model->linearWeight(name).equal(dequantize(weight)));
        }
        const at::NoGradGuard noGrad;
        for (std::int64_t s = tokens.size(0) - 4; s < tokens.size(0); ++s)
            sum += outputDivergence(*model, lastState(*original, tokens[s]), lastState(*model, tokens[s]), false);
        QVERIFY2(std::abs(sum / static_cast<double>(4 * tokens.size(1)) - after) < 0.01 * after, "the divergence told is that of the codebooks handed over");
    }

    /// Layers whose rows fit no block are left out, as a job leaves them.
    void scalesOfBlocksAreTuned()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        QuantizedLayers layers;
        for (const LinearLayer& layer : model->linears())
            if (layer.in == 64) {
                const auto encoded = encodeWithGgml(model->linearWeight(layer.name) * 1.02, ggmlTypeOf("Q4_0"), std::nullopt, {}); // a bit too large, which scales can mend
                BITLOOM_VERIFY(encoded);
                layers.emplace(layer.name, *encoded);
            }
        LastProgress progress;
        JobControl control;
        TuningOptions options;
        options.epochs = 3;
        options.heldOutSequences = 4;
        const auto outcome = tuneEndToEnd(*model, textTokens(), layers, options, progress, control);
        BITLOOM_VERIFY(outcome);
        const double after = outcome->heldOut.at(static_cast<std::size_t>(outcome->bestEpoch));
        QVERIFY2(after < 0.97 * outcome->heldOut.front(), qPrintable(QStringLiteral("%1 -> %2").arg(outcome->heldOut.front()).arg(after)));
        for (const auto& [name, weight] : layers)
            QVERIFY(model->linearWeight(name).equal(dequantize(weight)));
    }

    /// The same input and seed give the same bits.
    void tuningIsReproducible()
    {
        BITLOOM_REQUIRE_SHARED();
        std::vector<QuantizedLayers> runs;
        for (int run = 0; run < 2; ++run) {
            auto model = stories();
            BITLOOM_VERIFY(model);
            runs.push_back(quantized(*model, 2));
            LastProgress progress;
            JobControl control;
            BITLOOM_VERIFY(tuneEndToEnd(*model, textTokens(), runs.back(), {}, progress, control));
        }
        for (const auto& [name, weight] : runs[0])
            QVERIFY2(dequantize(weight).equal(dequantize(runs[1].at(name))), name.c_str());
    }

    /// Steps that can only do harm are not kept.
    void divergenceNeverRises()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        QuantizedLayers layers = quantized(*model, 3);
        const QuantizedLayers before = layers;
        LastProgress progress;
        JobControl control;
        TuningOptions options;
        options.epochs = 2;
        options.rate = 20;
        const auto outcome = tuneEndToEnd(*model, textTokens(), layers, options, progress, control);
        BITLOOM_VERIFY(outcome);
        QCOMPARE(outcome->bestEpoch, std::int64_t { 0 });
        QVERIFY(outcome->heldOut[1] > outcome->heldOut[0]);
        for (const auto& [name, weight] : layers)
            QVERIFY2(torch::allclose(dequantize(weight), dequantize(before.at(name)), 1e-3, 1e-6), name.c_str());
    }

    void cancelsAtOnce()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        QuantizedLayers layers = quantized(*model, 3);
        LastProgress progress;
        JobControl control;
        progress.reaction = [&](const Progress& now) {
            if (now.item == "epoch 1")
                control.cancel();
        };
        const auto outcome = tuneEndToEnd(*model, textTokens(), layers, {}, progress, control);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
        QVERIFY(progress.last.done < progress.last.total);
    }

    void refusesWhatDoesNotFit()
    {
        BITLOOM_REQUIRE_SHARED();
        auto model = stories();
        BITLOOM_VERIFY(model);
        QuantizedLayers layers = quantized(*model, 3), none;
        LastProgress progress;
        JobControl control;
        const auto refused = [&](QuantizedLayers& tuned, const TuningOptions& options) {
            const auto outcome = tuneEndToEnd(*model, textTokens(), tuned, options, progress, control);
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
    static int ggmlTypeOf(const char* name)
    {
        const auto types = ggmlGridTypes();
        return *std::find_if(types.begin(), types.end(), [&](int each) { return ggmlName(each) == name; });
    }

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

    static QuantizedLayers quantized(const CausalLm& model, int bits)
    {
        QuantizedLayers layers;
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

QTEST_GUILESS_MAIN(TestEndToEndTuning)
#include "tst_end_to_end_tuning.moc"
