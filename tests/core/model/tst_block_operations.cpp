// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/block_operations.h"
#include "core/model/causal_lm.h"
#include "core/model/linear_layers.h"
#include "tests/support/shared_data.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

using namespace bitloom;
using torch::Tensor;

namespace {

constexpr double ofFloat = 2e-6, ofBFloat16 = 6e-3; ///< relative Frobenius errors: rounding of the results, and of what gradients pass through

double relativeError(const Tensor& found, const Tensor& expected)
{
    return ((found.to(torch::kFloat64) - expected.to(torch::kFloat64)).norm() / expected.to(torch::kFloat64).norm()).item<double>();
}

/// Values and gradients at the inputs, for a random gradient at the output.
struct Outcome
{
    Tensor value;
    std::vector<Tensor> gradients;
};

template <typename Operation>
Outcome run(const Operation& operation, const std::vector<Tensor>& inputs, torch::Dtype dtype)
{
    const at::AutoGradMode gradients(true);
    std::vector<Tensor> leaves;
    for (const Tensor& input : inputs)
        leaves.push_back(input.to(dtype).detach().requires_grad_());
    const Tensor value = operation(leaves);
    at::manual_seed(9);
    const Tensor above = torch::randn(value.sizes()).to(torch::kBFloat16).to(value.scalar_type());
    return { value.detach(), torch::autograd::grad({ value }, leaves, { above }) };
}

}

class TestBlockOperations : public QObject
{
    Q_OBJECT

    /// own(inputs) against exact(inputs) in f64, both from the same bf16 values.
    template <typename Own, typename Exact>
    void compare(const Own& own, const Exact& exact, std::vector<Tensor> inputs)
    {
        for (Tensor& input : inputs)
            input = input.to(torch::kBFloat16).to(torch::kFloat32);
        const Outcome expected = run(exact, inputs, torch::kFloat64);
        for (const torch::Dtype dtype : { torch::kFloat32, torch::kBFloat16 }) {
            const double tolerance = dtype == torch::kFloat32 ? ofFloat : ofBFloat16;
            const Outcome found = run(own, inputs, dtype);
            QVERIFY(found.value.sizes() == expected.value.sizes());
            QVERIFY2(relativeError(found.value, expected.value) < tolerance, qPrintable(QString::number(relativeError(found.value, expected.value))));
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                QVERIFY(found.gradients[i].scalar_type() == dtype);
                const double error = relativeError(found.gradients[i], expected.gradients[i]);
                QVERIFY2(error < tolerance, qPrintable(QStringLiteral("gradient %1: %2").arg(i).arg(error)));
            }
        }
    }

private Q_SLOTS:
    void normIsExactForwardAndBack_data()
    {
        QTest::addColumn<qlonglong>("n");
        for (const qlonglong n : { 1, 15, 16, 17, 64, 576 })
            QTest::addRow("%lld", n) << n;
    }
    void normIsExactForwardAndBack()
    {
        QFETCH(qlonglong, n);
        at::manual_seed(1);
        const Tensor weight = torch::rand({ n }) + 0.5;
        compare([&](const std::vector<Tensor>& in) { return rmsNorm(in[0], weight, 1e-5); },
            [&](const std::vector<Tensor>& in) {
                return in[0] * torch::rsqrt(in[0].square().mean(-1, true) + 1e-5) * weight.to(torch::kFloat64);
            },
            { torch::randn({ 3, 41, n }) + (n == 1 ? 0.01 : 0.0) });
    }

    void gateIsExactForwardAndBack()
    {
        at::manual_seed(2);
        const Tensor gate = torch::cat({ torch::randn({ 4000 }) * 3, torch::linspace(-100, 100, 201), torch::zeros({ 3 }) });
        compare([](const std::vector<Tensor>& in) { return gatedLinearUnit(in[0], in[1]); },
            [](const std::vector<Tensor>& in) { return torch::silu(in[0]) * in[1]; }, { gate, torch::randn({ gate.numel() }) });
    }

    void whatIsNoNumberStaysNone()
    {
        const double infinity = std::numeric_limits<double>::infinity();
        for (const torch::Dtype dtype : { torch::kFloat32, torch::kBFloat16 }) {
            Tensor rows = torch::ones({ 3, 20 }).to(dtype);
            rows[1][7] = std::nan("");
            rows[2][7] = infinity;
            const Tensor normal = rmsNorm(rows, torch::ones({ 20 }), 1e-5);
            QVERIFY(normal[0].isfinite().all().item<bool>() && normal[1].isnan().all().item<bool>() && normal[2][7].isnan().item<bool>());
            const Tensor gated = gatedLinearUnit(rows, torch::ones({ 3, 20 }).to(dtype));
            QVERIFY(gated[1][7].isnan().item<bool>() && gated[2][7].isinf().item<bool>() && gated[1][6].isfinite().item<bool>());
        }
    }

    void headsTurnForwardAndBack_data()
    {
        QTest::addColumn<qlonglong>("size");
        for (const qlonglong size : { 2, 8, 30, 64, 128 })
            QTest::addRow("%lld", size) << size;
    }
    void headsTurnForwardAndBack()
    {
        QFETCH(qlonglong, size);
        at::manual_seed(3);
        const Tensor angles = torch::rand({ 37, size / 2 }) * 20;
        compare([&](const std::vector<Tensor>& in) { return rotateHeads(in[0], angles); },
            [&](const std::vector<Tensor>& in) {
                const Tensor wide = angles.to(torch::kFloat64), turned = in[0].transpose(1, 2), first = turned.narrow(-1, 0, size / 2),
                             second = turned.narrow(-1, size / 2, size / 2);
                return torch::cat({ first * wide.cos() - second * wide.sin(), second * wide.cos() + first * wide.sin() }, -1);
            },
            { torch::randn({ 2, 37, 3, size }) });
    }

    void headsTurnByEachSequencesAngles()
    {
        at::manual_seed(4);
        const Tensor heads = torch::randn({ 2, 5, 3, 8 }), angles = torch::rand({ 2, 1, 5, 4 });
        const Tensor together = rotateHeads(heads, angles);
        for (std::int64_t b = 0; b < 2; ++b)
            QVERIFY(relativeError(together[b], rotateHeads(heads.narrow(0, b, 1), angles[b][0])[0]) < ofFloat);
    }

    void productsAreExactForwardAndBack_data()
    {
        QTest::addColumn<qlonglong>("rows");
        QTest::addColumn<qlonglong>("in");
        for (const qlonglong rows : { 1, 31, 32, 100 })
            QTest::addRow("%lld rows", rows) << rows << 70LL;
        QTest::newRow("weights wider than what is widened at once") << 40LL << 30000LL;
    }
    void productsAreExactForwardAndBack()
    {
        QFETCH(qlonglong, rows);
        QFETCH(qlonglong, in);
        at::manual_seed(5);
        std::vector<LinearWeights> layers(2);
        for (LinearWeights& layer : layers) {
            layer.weight = torch::randn({ 50, in }).to(torch::kBFloat16);
            layer.bias = &layer == &layers.back() ? torch::randn({ 50 }).to(torch::kBFloat16) : Tensor();
        }
        const auto as = [&](torch::Dtype dtype) {
            std::vector<LinearWeights> cast = layers;
            for (LinearWeights& layer : cast) {
                layer.weight = layer.weight.to(dtype);
                layer.bias = layer.bias.defined() ? layer.bias.to(dtype) : layer.bias;
            }
            return cast;
        };
        compare([&](const std::vector<Tensor>& x) { return torch::cat(linearProducts(x[0], as(x[0].scalar_type())), -1); },
            [&](const std::vector<Tensor>& x) {
                std::vector<Tensor> outputs;
                for (const LinearWeights& layer : as(torch::kFloat64))
                    outputs.push_back(torch::matmul(x[0], layer.weight.t()) + (layer.bias.defined() ? layer.bias : torch::zeros({ 1 }, torch::kFloat64)));
                return torch::cat(outputs, -1);
            },
            { torch::randn({ 1, rows, in }) });
        compare([&](const std::vector<Tensor>& x) { return linearToFloat(x[0], layers[0].weight.to(x[0].scalar_type())); },
            [&](const std::vector<Tensor>& x) { return torch::matmul(x[0], layers[0].weight.to(torch::kFloat64).t()); }, { torch::randn({ 1, rows, in }) });
    }

    void bfloat16ProductsAreNoLessExactThanLibtorchs()
    {
        at::manual_seed(6);
        const Tensor rows = torch::randn({ 200, 576 }).to(torch::kBFloat16), weight = torch::randn({ 300, 576 }).to(torch::kBFloat16);
        const Tensor exact = torch::matmul(rows.to(torch::kFloat64), weight.to(torch::kFloat64).t());
        const double own = relativeError(linearProducts(rows, { { weight, {} } })[0], exact), native = relativeError(torch::linear(rows, weight), exact);
        QVERIFY2(own <= native * 1.001, qPrintable(QStringLiteral("%1, libtorch %2").arg(own).arg(native)));
    }

    void ownOperationsAreThoseOfLibtorch_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("f32") << static_cast<int>(torch::kFloat32) << 1e-5;
        QTest::newRow("bf16") << static_cast<int>(torch::kBFloat16) << 0.05;
    }
    void ownOperationsAreThoseOfLibtorch()
    {
        BITLOOM_REQUIRE_SHARED();
        QFETCH(int, dtype);
        QFETCH(double, tolerance);
        const auto source = openModel((test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(source);
        auto model = CausalLm::load(*source, static_cast<torch::Dtype>(dtype), torch::kCPU);
        BITLOOM_VERIFY(model);
        at::manual_seed(7);
        const Tensor tokens = torch::randint(3, 512, { 3, 60 }, torch::kInt64);
        const Tensor above = torch::randn({ 3, 60, model->config().hiddenSize }).to(model->dtype());
        const auto gradients = [&](bool own, bool valuesWanted) {
            model->setOwnOperations(own);
            const Tensor hidden = model->embed(tokens).detach().requires_grad_();
            std::vector<Tensor> wanted { hidden };
            const Tensor output = model->block(1, hidden, [&](const LinearLayer&, const Tensor&, const Tensor& out) { wanted.push_back(out); }, nullptr, valuesWanted);
            return torch::autograd::grad({ output }, wanted, { above });
        };
        const std::vector<Tensor> own = gradients(true, true), theirs = gradients(false, true), withoutValues = gradients(true, false);
        QCOMPARE(own.size(), std::size_t(8));
        for (std::size_t i = 0; i < own.size(); ++i) {
            QVERIFY2(relativeError(own[i], theirs[i]) < tolerance, qPrintable(QStringLiteral("%1: %2").arg(i).arg(relativeError(own[i], theirs[i]))));
            QVERIFY(own[i].equal(withoutValues[i]));
        }
        const at::NoGradGuard noGrad;
        model->setOwnOperations(true);
        const Tensor logits = model->forward(tokens);
        model->setOwnOperations(false);
        QVERIFY(relativeError(logits, model->forward(tokens)) < tolerance);
    }

    void bitsDoNotDependOnTheNumberOfThreads()
    {
        at::manual_seed(8);
        const Tensor hidden = torch::randn({ 2, 300, 64 }), weight = torch::rand({ 64 }), other = torch::randn({ 2, 300, 64 });
        const int threads = at::get_num_threads();
        const auto all = [&](int count) {
            at::set_num_threads(count);
            const Outcome norm = run([&](const std::vector<Tensor>& in) { return rmsNorm(in[0], weight, 1e-6); }, { hidden }, torch::kFloat32);
            const Outcome gate = run([](const std::vector<Tensor>& in) { return gatedLinearUnit(in[0], in[1]); }, { hidden, other }, torch::kFloat32);
            return std::vector<Tensor> { norm.value, norm.gradients[0], gate.value, gate.gradients[0], gate.gradients[1] };
        };
        const std::vector<Tensor> one = all(1), two = all(2);
        at::set_num_threads(threads);
        for (std::size_t i = 0; i < one.size(); ++i)
            QVERIFY(one[i].equal(two[i]));
    }
};

QTEST_GUILESS_MAIN(TestBlockOperations)
#include "tst_block_operations.moc"
