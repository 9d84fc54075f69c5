// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bit_allocation.h"

#include "tests/support/shared_data.h"

#include <cmath>
#include <limits>
#include <QTest>
#include <random>

using namespace bitloom;

class BitAllocationTest : public QObject
{
    Q_OBJECT

    /// Curves like real ones: a loss that falls by about four for each bit, another scale and size for each tensor; some options that no hull holds.
    static std::vector<ErrorCurve> someCurves(std::size_t tensors, std::size_t options, unsigned seed)
    {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> uniform(0, 1);
        std::vector<ErrorCurve> curves;
        for (std::size_t t = 0; t < tensors; ++t) {
            ErrorCurve curve { "t" + std::to_string(t), {} };
            const double scale = std::exp(3 * uniform(random));
            const auto weights = 1000 * (1 + static_cast<std::int64_t>(9 * uniform(random)));
            for (std::size_t o = 0; o < options; ++o) {
                const double bits = 2 + 6 * uniform(random);
                curve.options.push_back({ static_cast<int>(o), static_cast<std::int64_t>(static_cast<double>(weights) * bits / 8),
                    scale * std::pow(4.0, -bits) * (0.5 + uniform(random)) });
            }
            curves.push_back(std::move(curve));
        }
        return curves;
    }

    static double bestByTrying(const std::vector<ErrorCurve>& curves, std::int64_t budget, std::size_t at = 0)
    {
        if (at == curves.size())
            return 0;
        double best = std::numeric_limits<double>::infinity();
        for (const StorageOption& option : curves[at].options)
            if (option.bytes <= budget)
                best = std::min(best, option.loss + bestByTrying(curves, budget - option.bytes, at + 1));
        return best;
    }

private Q_SLOTS:
    void sumsAreWhatWasChosen()
    {
        const auto curves = someCurves(50, 8, 1);
        const std::int64_t budget = 50 * 4000;
        const auto allocation = allocateBits(curves, budget);
        BITLOOM_VERIFY(allocation);
        std::int64_t bytes = 0;
        double loss = 0;
        for (std::size_t i = 0; i < curves.size(); ++i) {
            bytes += curves[i].options[allocation->chosen[i]].bytes;
            loss += curves[i].options[allocation->chosen[i]].loss;
        }
        QCOMPARE(allocation->bytes, bytes);
        QVERIFY(std::abs(allocation->loss - loss) < 1e-9 * loss);
        QVERIFY(bytes <= budget);
        QVERIFY2(budget - bytes < 200, "what is left over buys nothing more");
    }

    void nearTheBestOfAll()
    {
        for (unsigned seed = 0; seed < 12; ++seed) {
            const auto curves = someCurves(6, 5, seed);
            std::int64_t least = 0, most = 0;
            for (const ErrorCurve& curve : curves) {
                std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = 0;
                for (const StorageOption& option : curve.options) {
                    low = std::min(low, option.bytes);
                    high = std::max(high, option.bytes);
                }
                least += low;
                most += high;
            }
            for (const double share : { 0.0, 0.2, 0.5, 0.8, 1.0 }) {
                const auto budget = least + static_cast<std::int64_t>(share * static_cast<double>(most - least));
                const auto allocation = allocateBits(curves, budget);
                BITLOOM_VERIFY(allocation);
                const double best = bestByTrying(curves, budget);
                QVERIFY(allocation->bytes <= budget);
                QVERIFY2(allocation->loss <= 1.01 * best, qPrintable(QString("%1 for %2 at %3").arg(allocation->loss).arg(best).arg(share)));
                QVERIFY(allocation->loss >= best * (1 - 1e-9));
            }
        }
    }

    void moreNeverCostsMore()
    {
        const auto curves = someCurves(30, 8, 5);
        const auto points = paretoCurve(curves, 40);
        QCOMPARE(points.size(), std::size_t(40));
        for (std::size_t i = 1; i < points.size(); ++i)
            QVERIFY(points[i].bytes > points[i - 1].bytes && points[i].loss < points[i - 1].loss);
        // a budget of a point's size does at least as well
        for (const SizeAndLoss& point : points) {
            const auto allocation = allocateBits(curves, point.bytes);
            BITLOOM_VERIFY(allocation);
            QVERIFY(allocation->loss <= point.loss * (1 + 1e-9));
        }
    }

    void frontHoldsTheBestOfEverySize()
    {
        // sizes in hundreds: sums are exact, so that every size can be compared with trying everything
        auto curves = someCurves(6, 5, 3);
        for (ErrorCurve& curve : curves)
            for (StorageOption& option : curve.options)
                option.bytes = (option.bytes / 100 + 1) * 100;
        const AllocationFront front(curves);
        const std::int64_t least = front.points().front().bytes, most = front.points().back().bytes;
        std::int64_t bytesBefore = 0;
        double lossBefore = std::numeric_limits<double>::infinity();
        for (std::int64_t budget = least; budget <= most + 100; budget += 50) {
            const BitAllocation allocation = front.within(budget);
            std::int64_t bytes = 0;
            double loss = 0;
            for (std::size_t i = 0; i < curves.size(); ++i) {
                bytes += curves[i].options[allocation.chosen[i]].bytes;
                loss += curves[i].options[allocation.chosen[i]].loss;
            }
            QCOMPARE(allocation.bytes, bytes);
            QVERIFY(std::abs(allocation.loss - loss) < 1e-9 * loss);
            QVERIFY(bytes <= budget && bytes >= bytesBefore && loss <= lossBefore * (1 + 1e-12));
            QVERIFY(std::abs(loss - bestByTrying(curves, budget)) < 1e-9 * loss);
            bytesBefore = bytes;
            lossBefore = loss;
        }
        QCOMPARE(front.within(0).bytes, least); // nothing is so small: the smallest
        QCOMPARE(front.within(std::numeric_limits<std::int64_t>::max()).bytes, most);
    }

    void roundedFrontStaysNearTheBest()
    {
        const auto curves = someCurves(100, 10, 11); // sizes without a common divisor
        const AllocationFront coarse(curves, 1 << 12);
        for (const double share : { 0.1, 0.3, 0.5, 0.7, 0.9 }) {
            const auto budget = static_cast<std::int64_t>(static_cast<double>(coarse.points().front().bytes) * (1 - share) + static_cast<double>(coarse.points().back().bytes) * share);
            const auto careful = allocateBits(curves, budget);
            BITLOOM_VERIFY(careful);
            const BitAllocation quick = coarse.within(budget);
            QVERIFY(quick.bytes <= budget);
            QVERIFY2(quick.loss <= 1.03 * careful->loss, qPrintable(QString("%1 for %2").arg(quick.loss).arg(careful->loss)));
        }
    }

    void refusals()
    {
        auto curves = someCurves(3, 4, 7);
        const auto small = allocateBits(curves, 10);
        QVERIFY(!small && small.error().message.find("smallest possible") != std::string::npos);
        curves[1].options.clear();
        const auto none = allocateBits(curves, 1000000);
        QVERIFY(!none && none.error().message.find("t1") != std::string::npos);
        QVERIFY(allocateBits({}, 0));
    }
};

QTEST_GUILESS_MAIN(BitAllocationTest)
#include "tst_bit_allocation.moc"
