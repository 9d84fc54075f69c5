// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/gram.h"

#include <ATen/Parallel.h>
#include <QtTest/QTest>

using namespace bitloom;

class TestGram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheFullProduct_data()
    {
        QTest::addColumn<qlonglong>("n");
        for (const qlonglong n : { 1, 7, 95, 96, 97, 300, 1024, 1025, 1300 })
            QTest::addRow("%lld", n) << n;
    }
    void equalsTheFullProduct()
    {
        QFETCH(qlonglong, n);
        at::manual_seed(3);
        const torch::Tensor grams = torch::zeros({ 3, n, n }), first = torch::randn({ 50, n }), second = torch::randn({ 33, n });
        const torch::Tensor rows = torch::cat({ first, second }), weights = torch::rand({ 83, 3 });
        addGrams(grams, first, weights.narrow(0, 0, 50));
        addGrams(grams, second, weights.narrow(0, 50, 33));
        const torch::Tensor plain = torch::zeros({ n, n });
        addGrams(plain.unsqueeze(0), rows);
        mirrorLowerTriangle(grams);
        mirrorLowerTriangle(plain);
        const auto verify = [&](const torch::Tensor& found, const torch::Tensor& weight) {
            const torch::Tensor exact = rows.to(torch::kFloat64), expected = (exact * weight.to(torch::kFloat64)).t().matmul(exact);
            QVERIFY((found.to(torch::kFloat64) - expected).norm().item<double>() <= 1e-6 * expected.norm().item<double>());
            QVERIFY(found.equal(found.t()));
        };
        for (std::int64_t k = 0; k < 3; ++k)
            verify(grams[k], weights.narrow(1, k, 1));
        verify(plain, torch::ones({ 83, 1 }));
    }

    void sumsDoNotDependOnTheNumberOfThreads()
    {
        at::manual_seed(4);
        const torch::Tensor rows = torch::randn({ 300, 700 }), weights = torch::rand({ 300, 4 });
        const int threads = at::get_num_threads();
        std::vector<torch::Tensor> found;
        for (const int count : { 1, 2, 3 }) {
            at::set_num_threads(count);
            found.push_back(torch::zeros({ 4, 700, 700 }));
            addGrams(found.back(), rows, weights);
            mirrorLowerTriangle(found.back());
        }
        at::set_num_threads(threads);
        QVERIFY(found[0].equal(found[1]));
        QVERIFY(found[0].equal(found[2]));
    }
};

QTEST_GUILESS_MAIN(TestGram)
#include "tst_gram.moc"
