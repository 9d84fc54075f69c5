// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/ggml_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <QtTest/QTest>
#include <random>
#include <vector>

using namespace bitloom::kernels;

namespace {

/// Random rows on a random Hessian of correlated inputs.
struct Problem
{
    std::int64_t rows, columns, subs;
    std::vector<float> levels, hessian, inverseDiagonal, weight, scale, inverseScale, offset, values, gradient;
    std::vector<std::uint8_t> codes, active;
    std::vector<double> objective;
    LevelGrid grid;

    Problem(std::int64_t rowCount, std::int64_t columnCount, std::int64_t subColumns, std::vector<float> levelList, bool even, bool offsets)
        : rows(rowCount)
        , columns(columnCount)
        , subs(columnCount / subColumns)
        , levels(std::move(levelList))
        , hessian(static_cast<std::size_t>(columns * columns))
        , inverseDiagonal(static_cast<std::size_t>(columns))
        , weight(static_cast<std::size_t>(rows * columns))
        , scale(static_cast<std::size_t>(rows * subs))
        , inverseScale(scale.size())
        , offset(scale.size())
        , values(weight.size())
        , gradient(weight.size())
        , codes(weight.size())
        , active(static_cast<std::size_t>(rows), 1)
        , objective(static_cast<std::size_t>(rows))
        , grid { levels.data(), static_cast<int>(levels.size()), even, subColumns }
    {
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        std::vector<float> x(hessian.size() * 2);
        for (std::int64_t t = 0; t < 2 * columns; ++t) {
            const float common = normal(random);
            for (std::int64_t i = 0; i < columns; ++i)
                x[static_cast<std::size_t>(t * columns + i)] = normal(random) + common;
        }
        for (std::int64_t i = 0; i < columns; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) {
                double sum = 0;
                for (std::int64_t t = 0; t < 2 * columns; ++t)
                    sum += static_cast<double>(x[static_cast<std::size_t>(t * columns + i)]) * x[static_cast<std::size_t>(t * columns + j)];
                hessian[static_cast<std::size_t>(i * columns + j)] = static_cast<float>(sum);
            }
            inverseDiagonal[static_cast<std::size_t>(i)] = 1 / h(i, i);
        }
        for (float& w : weight)
            w = normal(random);
        const float reach = std::max(std::abs(levels.front()), std::abs(levels.back()));
        for (std::size_t s = 0; s < scale.size(); ++s) {
            scale[s] = (s % 3 == 1 ? -2.0F : 2.5F) / reach;
            inverseScale[s] = 1 / scale[s];
            offset[s] = offsets ? 0.5F * normal(random) : 0.0F;
        }
        for (std::uint8_t& code : codes)
            code = static_cast<std::uint8_t>(random() % levels.size());
        evaluate();
    }

    [[nodiscard]] float h(std::int64_t i, std::int64_t j) const { return hessian[static_cast<std::size_t>(i * columns + j)]; }
    [[nodiscard]] QuadraticForm form() const { return { hessian.data(), inverseDiagonal.data(), columns }; }
    [[nodiscard]] GridRows gridRows() { return { rows, codes.data(), scale.data(), inverseScale.data(), offset.data() }; }
    [[nodiscard]] float value(std::int64_t r, std::int64_t i, std::size_t code) const
    {
        const auto sub = static_cast<std::size_t>(r * subs + i / grid.subColumns);
        return levels[code] * scale[sub] - offset[sub];
    }

    void evaluate()
    {
        gridValues(grid, gridRows(), columns, values.data());
        for (std::int64_t r = 0; r < rows; ++r) {
            objective[static_cast<std::size_t>(r)] = exact(r, values);
            for (std::int64_t i = 0; i < columns; ++i)
                gradient[static_cast<std::size_t>(r * columns + i)] = static_cast<float>(slope(r, i));
        }
    }

    [[nodiscard]] double slope(std::int64_t r, std::int64_t i) const
    {
        double sum = 0;
        for (std::int64_t j = 0; j < columns; ++j)
            sum += (static_cast<double>(values[static_cast<std::size_t>(r * columns + j)]) - weight[static_cast<std::size_t>(r * columns + j)]) * h(i, j);
        return sum;
    }

    [[nodiscard]] double exact(std::int64_t r, const std::vector<float>& of) const
    {
        double sum = 0;
        for (std::int64_t i = 0; i < columns; ++i)
            for (std::int64_t j = 0; j < columns; ++j)
                sum += (static_cast<double>(of[static_cast<std::size_t>(r * columns + i)]) - weight[static_cast<std::size_t>(r * columns + i)])
                    * (static_cast<double>(of[static_cast<std::size_t>(r * columns + j)]) - weight[static_cast<std::size_t>(r * columns + j)]) * h(i, j);
        return sum;
    }
};

std::vector<float> evenLevels(int first, int last)
{
    std::vector<float> levels(static_cast<std::size_t>(last - first + 1));
    std::iota(levels.begin(), levels.end(), static_cast<float>(first));
    return levels;
}

Problem problem(int kind, std::int64_t rows = 7)
{
    switch (kind) {
    case 0:
        return { rows, 160, 32, evenLevels(-8, 7), true, false };
    case 1:
        return { rows, 160, 16, evenLevels(0, 3), true, true };
    case 2:
        return { rows, 192, 32, { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 }, false, false };
    default:
        return { rows, 192, 16, evenLevels(-127, 127), true, false };
    }
}

std::vector<InstructionSet> sets()
{
    std::vector<InstructionSet> supported;
    for (const auto set : { InstructionSet::Portable, InstructionSet::Avx2, InstructionSet::Avx512 })
        if (isSupported(set))
            supported.push_back(set);
    return supported;
}

}

class GgmlRowsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void descends_data() { kinds(); }
    void descends();
    void roundsAsBabaiDoes_data() { kinds(); }
    void roundsAsBabaiDoes();
    void addsUpLevels_data() { kinds(); }
    void addsUpLevels();

private:
    static void kinds()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("16 even levels") << 0;
        QTest::newRow("4 levels and offsets") << 1;
        QTest::newRow("a table of levels") << 2;
        QTest::newRow("255 levels") << 3;
    }
};

void GgmlRowsTest::descends()
{
    QFETCH(int, kind);
    std::vector<std::uint8_t> codes;
    for (const InstructionSet set : sets()) {
        Problem p = problem(kind);
        const std::vector<double> before = p.objective;
        descendOnGrid(p.form(), p.grid, p.gridRows(), p.values.data(), p.gradient.data(), p.objective.data(), p.active.data(), 100000, set); // until nothing changes
        if (codes.empty())
            codes = p.codes;
        QCOMPARE(p.codes, codes); // every instruction set gives the same bits
        std::vector<float> values(p.values.size());
        gridValues(p.grid, p.gridRows(), p.columns, values.data());
        QCOMPARE(p.values, values);
        for (std::int64_t r = 0; r < p.rows; ++r) {
            const auto row = static_cast<std::size_t>(r);
            QVERIFY(p.objective[row] < before[row]);
            const double whole = p.exact(r, values);
            QVERIFY(std::abs(p.objective[row] - whole) <= 1e-4 * before[row]);
            // No single code can be changed for the better.
            for (std::int64_t i = 0; i < p.columns; ++i) {
                const double slope = p.slope(r, i);
                QVERIFY(std::abs(slope - p.gradient[static_cast<std::size_t>(r * p.columns + i)]) <= 1e-3 * std::abs(p.h(i, i)));
                for (std::size_t code = 0; code < p.levels.size(); ++code) {
                    const double delta = static_cast<double>(p.value(r, i, code)) - values[static_cast<std::size_t>(r * p.columns + i)];
                    QVERIFY(2 * delta * slope + delta * delta * p.h(i, i) > -1e-4 * p.h(i, i));
                }
            }
        }
    }
}

void GgmlRowsTest::roundsAsBabaiDoes()
{
    QFETCH(int, kind);
    Problem p = problem(kind, 6); // a whole tile of rows, and what is left over
    const std::int64_t n = p.columns;
    std::vector<std::int32_t> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(3));
    // H = R Rᵀ in the order of the visits, R upper triangular, from the last column on.
    std::vector<double> r(static_cast<std::size_t>(n * n));
    const auto at = [n](std::int64_t i, std::int64_t j) { return static_cast<std::size_t>(i * n + j); };
    for (std::int64_t j = n - 1; j >= 0; --j) {
        for (std::int64_t i = j; i >= 0; --i) {
            double sum = p.h(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]);
            for (std::int64_t k = j + 1; k < n; ++k)
                sum -= r[at(i, k)] * r[at(j, k)];
            r[at(i, j)] = i == j ? std::sqrt(sum) : sum / r[at(j, j)];
        }
    }
    std::vector<float> factor(r.size());
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t k = i + 1; k < n; ++k)
            factor[at(i, k)] = static_cast<float>(r[at(i, k)] / r[at(k, k)]);
    std::vector<std::uint8_t> first;
    for (const InstructionSet set : sets()) {
        roundWithFeedback({ factor.data(), order.data(), n }, p.grid, p.gridRows(), p.weight.data(), set);
        if (first.empty())
            first = p.codes;
        QCOMPARE(p.codes, first);
    }
    int differing = 0;
    for (std::int64_t row = 0; row < p.rows; ++row) {
        std::vector<double> error(static_cast<std::size_t>(n));
        for (std::int64_t k = 0; k < n; ++k) {
            const std::int64_t column = order[static_cast<std::size_t>(k)];
            double target = p.weight[at(row, column)];
            for (std::int64_t i = 0; i < k; ++i)
                target += error[static_cast<std::size_t>(i)] * factor[at(i, k)];
            std::size_t best = 0;
            for (std::size_t code = 1; code < p.levels.size(); ++code)
                if (std::abs(p.value(row, column, code) - target) < std::abs(p.value(row, column, best) - target))
                    best = code;
            const std::uint8_t chosen = p.codes[at(row, column)];
            // Ties within rounding may fall either way; the errors handed on are then those of the code that was taken.
            if (chosen != best) {
                ++differing;
                QVERIFY(std::abs(p.value(row, column, chosen) - target) <= std::abs(p.value(row, column, best) - target) * 1.001 + 1e-5);
            }
            error[static_cast<std::size_t>(k)] = static_cast<double>(p.weight[at(row, column)]) - p.value(row, column, chosen);
        }
    }
    QVERIFY(differing <= p.rows * n / 100);
}

void GgmlRowsTest::addsUpLevels()
{
    QFETCH(int, kind);
    std::vector<double> first;
    for (const InstructionSet set : sets()) {
        Problem p = problem(kind, 5);
        std::vector<double> products(static_cast<std::size_t>(p.rows * p.subs * p.subs));
        levelProducts(p.form(), p.grid, p.gridRows(), products.data(), set);
        if (first.empty())
            first = products;
        QCOMPARE(products, first);
        double largest = 0, error = 0;
        for (std::int64_t r = 0; r < p.rows; ++r) {
            for (std::int64_t s = 0; s < p.subs; ++s) {
                for (std::int64_t t = 0; t < p.subs; ++t) {
                    double sum = 0;
                    for (std::int64_t i = s * p.grid.subColumns; i < (s + 1) * p.grid.subColumns; ++i)
                        for (std::int64_t k = t * p.grid.subColumns; k < (t + 1) * p.grid.subColumns; ++k)
                            sum += static_cast<double>(p.levels[p.codes[static_cast<std::size_t>(r * p.columns + i)]]) * p.h(i, k)
                                * p.levels[p.codes[static_cast<std::size_t>(r * p.columns + k)]];
                    largest = std::max(largest, std::abs(sum));
                    error = std::max(error, std::abs(sum - products[static_cast<std::size_t>((r * p.subs + s) * p.subs + t)]));
                }
            }
        }
        QVERIFY2(error <= 1e-5 * largest, qPrintable(QString::number(error / largest)));
    }
}

QTEST_GUILESS_MAIN(GgmlRowsTest)
#include "tst_ggml_rows.moc"
