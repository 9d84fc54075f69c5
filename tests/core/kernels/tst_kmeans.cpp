// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/kmeans.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <QtTest/QTest>
#include <random>
#include <vector>

using namespace bitloom;

namespace {

struct Clustering
{
    std::vector<float> centroids;
    std::vector<std::uint8_t> codes;
    bool operator==(const Clustering&) const = default;
};

Clustering cluster(const std::vector<float>& values, const std::vector<float>& weights, int levels, decltype(&weightedKMeans1d) kMeans = weightedKMeans1d)
{
    Clustering result { std::vector<float>(static_cast<std::size_t>(levels)), std::vector<std::uint8_t>(values.size(), 255) };
    kMeans(values.data(), weights.data(), static_cast<std::int64_t>(values.size()), levels, result.centroids.data(), result.codes.data());
    return result;
}

double inertia(const std::vector<float>& values, const std::vector<float>& weights, const Clustering& clustering)
{
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double difference = double(values[i]) - double(clustering.centroids[clustering.codes[i]]);
        sum += double(weights[i]) * difference * difference;
    }
    return sum;
}

/// The least inertia by the textbook O(levels count²) recursion, every cluster's cost summed anew from its members.
double bruteForce(std::vector<float> values, std::vector<float> weights, int levels)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    const std::size_t count = values.size();
    std::vector<std::vector<double>> cost(count + 1, std::vector<double>(count + 1, 0));
    for (std::size_t begin = 0; begin < count; ++begin) {
        for (std::size_t end = begin + 1; end <= count; ++end) {
            double mass = 0;
            double moment = 0;
            for (std::size_t i = begin; i < end; ++i) {
                mass += weights[order[i]];
                moment += double(weights[order[i]]) * values[order[i]];
            }
            const double mean = mass > 0 ? moment / mass : 0;
            for (std::size_t i = begin; i < end; ++i)
                cost[begin][end] += weights[order[i]] * (values[order[i]] - mean) * (values[order[i]] - mean);
        }
    }
    std::vector<double> best = cost[0];
    for (int level = 2; level <= levels; ++level) {
        std::vector<double> next = best; // a cluster may stay empty
        for (std::size_t end = 1; end <= count; ++end) {
            for (std::size_t begin = 0; begin < end; ++begin)
                next[end] = std::min(next[end], best[begin] + cost[begin][end]);
        }
        best = next;
    }
    return best[count];
}

void verifyNearest(const std::vector<float>& values, const Clustering& clustering)
{
    QVERIFY(std::is_sorted(clustering.centroids.begin(), clustering.centroids.end()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        QVERIFY(clustering.codes[i] < clustering.centroids.size());
        const double own = std::abs(double(clustering.centroids[clustering.codes[i]]) - values[i]);
        for (const float centroid : clustering.centroids)
            QVERIFY(own <= std::abs(double(centroid) - values[i]) * (1 + 1e-6) + 1e-12);
    }
}

}

class KMeansTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isOptimal_data();
    void isOptimal();
    void isOptimalOnEveryKindOfWeight();
    void givesEachDistinctValueACentroid();
    void ignoresValuesWithoutWeight();
    void countsAllWhereNothingHasWeight();
    void takesOneLevelAsTheMean();
    void findsTinyDifferencesFarFromZero();
    void isTheSameOnManyThreads();
    void comesNearTheOptimum();
    void comesNearTheOptimumOfDegenerateValues();
};

void KMeansTest::isOptimal_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("levels");
    for (const int count : { 1, 2, 3, 5, 9, 17, 40, 96, 150 }) {
        for (const int levels : { 1, 2, 3, 4, 8, 16, 64 })
            QTest::addRow("%d values, %d levels", count, levels) << count << levels;
    }
}

void KMeansTest::isOptimal()
{
    QFETCH(int, count);
    QFETCH(int, levels);
    std::mt19937 random(static_cast<unsigned>(1000 * count + levels));
    std::normal_distribution<float> normal(0, 0.1F);
    std::vector<float> values(static_cast<std::size_t>(count));
    std::vector<float> weights(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = normal(random);
        weights[i] = std::exp(20 * normal(random)) * 1e-7F; // Fisher diagonals span orders of magnitude
    }
    const Clustering result = cluster(values, weights, levels);
    verifyNearest(values, result);
    const double least = bruteForce(values, weights, levels);
    const double spread = bruteForce(values, weights, 1);
    QVERIFY2(inertia(values, weights, result) <= least * (1 + 1e-6) + spread * 1e-12,
        qPrintable(QString("%1 > %2").arg(inertia(values, weights, result)).arg(least)));
}

void KMeansTest::isOptimalOnEveryKindOfWeight()
{
    for (unsigned seed = 0; seed < 400; ++seed) {
        std::mt19937 random(seed);
        const auto count = std::uniform_int_distribution<std::size_t>(1, 40)(random);
        const auto levels = std::uniform_int_distribution<int>(1, 9)(random);
        const auto steps = std::uniform_int_distribution<int>(1, 30)(random); // few steps: many equal values
        std::vector<float> values(count);
        std::vector<float> weights(count);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = 0.25F * static_cast<float>(std::uniform_int_distribution<int>(-steps, steps)(random));
            weights[i] = seed % 3 == 0 ? 1.0F : static_cast<float>(std::uniform_int_distribution<int>(0, 3)(random));
        }
        if (std::all_of(weights.begin(), weights.end(), [](float weight) { return weight == 0; }))
            continue;
        const Clustering result = cluster(values, weights, levels);
        verifyNearest(values, result);
        const double least = bruteForce(values, weights, levels);
        QVERIFY2(inertia(values, weights, result) <= least + 1e-6 * (1 + least),
            qPrintable(QString("seed %1: %2 > %3").arg(seed).arg(inertia(values, weights, result)).arg(least)));
    }
}

void KMeansTest::givesEachDistinctValueACentroid()
{
    const std::vector<float> values { 0.5F, -0.25F, 0.5F, -0.0F, 0.0F };
    const Clustering result = cluster(values, { 1, 2, 3, 1e-6F, 5 }, 8);
    for (std::size_t i = 0; i < values.size(); ++i)
        QCOMPARE(result.centroids[result.codes[i]], values[i]);
    QCOMPARE(result.centroids, (std::vector<float> { -0.25F, 0, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F }));
}

void KMeansTest::ignoresValuesWithoutWeight()
{
    const std::vector<float> values { -1, 100, 1, 3, -50, 1.2F };
    const Clustering result = cluster(values, { 1, 0, 1, 1, 0, 0 }, 2);
    QCOMPARE(result.centroids, cluster({ -1, 1, 3 }, { 1, 1, 1 }, 2).centroids);
    QCOMPARE(result.codes[1], std::uint8_t(1));
    QCOMPARE(result.codes[4], std::uint8_t(0));
    verifyNearest(values, result);
}

void KMeansTest::countsAllWhereNothingHasWeight()
{
    const std::vector<float> values { 4, 1, 8, 2, 9, 1.5F };
    QVERIFY(cluster(values, std::vector<float>(6, 0), 3) == cluster(values, std::vector<float>(6, 1), 3));
}

void KMeansTest::takesOneLevelAsTheMean()
{
    const Clustering result = cluster({ 1, 2, 6 }, { 1, 1, 2 }, 1);
    QCOMPARE(result.centroids, (std::vector<float> { 3.75F }));
    QCOMPARE(result.codes, (std::vector<std::uint8_t> { 0, 0, 0 }));
}

void KMeansTest::findsTinyDifferencesFarFromZero()
{
    std::vector<float> values;
    for (int i = 0; i < 64; ++i)
        values.push_back(1000.0F + 0.001F * static_cast<float>(i / 16));
    const Clustering result = cluster(values, std::vector<float>(64, 1e-9F), 4);
    for (std::size_t i = 0; i < values.size(); ++i)
        QCOMPARE(result.codes[i], static_cast<std::uint8_t>(i / 16));
}

void KMeansTest::isTheSameOnManyThreads()
{
    constexpr std::int64_t rows = 64;
    constexpr std::int64_t columns = 200;
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<float> values(rows * columns);
    std::vector<float> weights(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = normal(random);
        weights[i] = std::abs(normal(random));
    }
    const auto solve = [&](int threads) {
        setThreadCount(threads);
        Clustering result { std::vector<float>(rows * 8), std::vector<std::uint8_t>(values.size()) };
        parallelFor(rows, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                weightedKMeans1d(values.data() + row * columns, weights.data() + row * columns, columns, 8,
                    result.centroids.data() + row * 8, result.codes.data() + row * columns);
        });
        return result;
    };
    const Clustering one = solve(1);
    QVERIFY(solve(2) == one);
    QVERIFY(solve(7) == one);
}

void KMeansTest::comesNearTheOptimum()
{
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (const int levels : { 2, 4, 8, 16, 64 }) {
        double exact = 0, near = 0;
        for (int round = 0; round < 20; ++round) {
            std::vector<float> values(576 + 13 * static_cast<std::size_t>(round)), weights(values.size());
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = normal(random) * (i % 50 == 0 ? 5.0F : 1.0F);
                weights[i] = round % 2 == 0 ? std::exp(2 * normal(random)) : 1.0F;
            }
            const Clustering best = cluster(values, weights, levels), other = cluster(values, weights, levels, nearlyOptimalKMeans1d);
            verifyNearest(values, other);
            QVERIFY(inertia(values, weights, other) >= inertia(values, weights, best) * (1 - 1e-5));
            exact += inertia(values, weights, best);
            near += inertia(values, weights, other);
        }
        qInfo("%d levels: %.2f %% above the optimum", levels, 100 * (near / exact - 1));
        QVERIFY2(near < 1.02 * exact, qPrintable(QString("%1 levels: %2 times the optimum").arg(levels).arg(near / exact)));
    }
}

void KMeansTest::comesNearTheOptimumOfDegenerateValues()
{
    const auto same = [](const std::vector<float>& values, const std::vector<float>& weights, int levels) {
        return cluster(values, weights, levels) == cluster(values, weights, levels, nearlyOptimalKMeans1d);
    };
    QVERIFY(same({ 1, 2, 3 }, { 1, 1, 1 }, 8));
    QVERIFY(same({ 1, 1, 1, 1 }, { 0, 0, 0, 0 }, 2));
    QVERIFY(same({}, {}, 4));
    // Almost all of the mass in one place: the values that the density leaves no level for still make whole clusters.
    std::vector<float> values(600), weights(600, 1e-6F);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = i < 300 ? 1e-3F * static_cast<float>(i) : 1e6F + static_cast<float>(i);
    weights[10] = 1e6F;
    const Clustering near = cluster(values, weights, 8, nearlyOptimalKMeans1d);
    verifyNearest(values, near);
    QVERIFY(std::ranges::all_of(near.centroids, [](float c) { return std::isfinite(c); }));
}

QTEST_GUILESS_MAIN(KMeansTest)
#include "tst_kmeans.moc"
