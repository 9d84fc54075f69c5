// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/gram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <QtTest/QTest>
#include <rapidcheck.h>

using namespace bitloom;
using namespace bitloom::kernels;

namespace {

constexpr InstructionSet everySet[] { InstructionSet::Portable, InstructionSet::Avx2, InstructionSet::Avx512 };

/// Rows of which some are much larger than others, weights of several sums, and what these sums start from.
struct Problem
{
    std::int64_t tokens = 0, columns = 0, groups = 0;
    std::vector<float> rows, weights, start;

    static Problem random(std::int64_t tokens, std::int64_t columns, std::int64_t groups, unsigned seed)
    {
        Problem problem { tokens, columns, groups, {}, {}, {} };
        std::uint32_t state = seed * 2654435761U + 1;
        const auto next = [&] {
            state = state * 1664525U + 1013904223U;
            return static_cast<float>(static_cast<double>(state >> 8) / 0x1p23 - 1.0);
        };
        for (std::int64_t i = 0; i < tokens * columns; ++i)
            problem.rows.push_back(next() * (i % columns % 7 == 3 ? 50.0F : 1.0F));
        for (std::int64_t i = 0; i < tokens * groups; ++i)
            problem.weights.push_back(std::abs(next()));
        for (std::int64_t i = 0; i < groups * columns * columns; ++i)
            problem.start.push_back(next());
        return problem;
    }

    /// The sums, added up by `threads` threads, in pieces of work in an order that depends on `order`.
    [[nodiscard]] std::vector<float> sums(InstructionSet set, int threads, unsigned order = 0) const
    {
        std::vector<float> grams = start;
        std::vector<GramSum> wanted;
        for (std::int64_t k = 0; k < groups; ++k)
            wanted.push_back({ grams.data() + k * columns * columns, k == 1 ? nullptr : weights.data() + k, groups }); // the second is plain
        const GramBatch batch(rows.data(), tokens, columns, wanted, set);
        const int before = threadCount();
        setThreadCount(threads);
        const auto shareOut = [&](std::int64_t count, auto task) {
            std::vector<std::int64_t> places(static_cast<std::size_t>(count));
            std::iota(places.begin(), places.end(), 0);
            std::rotate(places.begin(), places.begin() + order % count, places.end());
            parallelFor(count, 1, [&](std::int64_t begin, std::int64_t) { task(places[static_cast<std::size_t>(begin)]); });
        };
        shareOut(batch.packTasks(), [&](std::int64_t task) { batch.pack(task); });
        shareOut(batch.sumTasks(), [&](std::int64_t task) { batch.sum(task); });
        setThreadCount(before);
        return grams;
    }

    /// Calls see(k, i, j, exact sum, sum of the terms' sizes) for all elements on and below the diagonals.
    template <typename See>
    void compare(const See& see) const
    {
        for (std::int64_t k = 0; k < groups; ++k)
            for (std::int64_t i = 0; i < columns; ++i)
                for (std::int64_t j = 0; j <= i; ++j) {
                    double sum = start[static_cast<std::size_t>((k * columns + i) * columns + j)], size = std::abs(sum);
                    for (std::int64_t t = 0; t < tokens; ++t) {
                        const double term = static_cast<double>(rows[static_cast<std::size_t>(t * columns + i)]) * rows[static_cast<std::size_t>(t * columns + j)]
                            * (k == 1 ? 1.0F : weights[static_cast<std::size_t>(t * groups + k)]);
                        sum += term;
                        size += std::abs(term);
                    }
                    see(k, i, j, sum, size);
                }
    }

    void verify(InstructionSet set) const
    {
        const std::vector<float> found = sums(set, 1);
        compare([&](std::int64_t k, std::int64_t i, std::int64_t j, double expected, double size) {
            const double error = std::abs(static_cast<double>(found[static_cast<std::size_t>((k * columns + i) * columns + j)]) - expected);
            QVERIFY2(error <= 2e-6 * size,
                qPrintable(QStringLiteral("%1, %2 tokens, %3 columns: sum %4, row %5, column %6 is off by %7 of %8").arg(QLatin1String(instructionSetName(set)))
                        .arg(tokens).arg(columns).arg(k).arg(i).arg(j).arg(error).arg(size)));
        });
    }
};

}

class TestGramKernel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const InstructionSet set : everySet)
            if (!isSupported(set))
                qInfo("this processor has no %s: its kernels are not tested here", instructionSetName(set));
    }

    /// Around the sizes of tiles (6 x 64, 6 x 16, 6 x 8), blocks (96 rows) and runs (128 tokens).
    void equalsTheSumsInDoublePrecision_data()
    {
        QTest::addColumn<qlonglong>("tokens");
        QTest::addColumn<qlonglong>("columns");
        for (const qlonglong columns : { 1, 5, 6, 7, 15, 17, 63, 64, 65, 95, 96, 97, 130, 192 })
            QTest::addRow("3 tokens, %lld columns", columns) << 3LL << columns;
        for (const qlonglong tokens : { 1, 127, 128, 129, 300 })
            QTest::addRow("%lld tokens, 70 columns", tokens) << tokens << 70LL;
    }
    void equalsTheSumsInDoublePrecision()
    {
        QFETCH(qlonglong, tokens);
        QFETCH(qlonglong, columns);
        const Problem problem = Problem::random(tokens, columns, 3, 1);
        for (const InstructionSet set : everySet)
            if (isSupported(set))
                problem.verify(set);
    }

    void equalsTheSumsOfAnySize()
    {
        QVERIFY(rc::check("sums of any size", [] {
            const Problem problem = Problem::random(*rc::gen::inRange<std::int64_t>(1, 260), *rc::gen::inRange<std::int64_t>(1, 140),
                *rc::gen::inRange<std::int64_t>(1, 4), *rc::gen::arbitrary<unsigned>());
            for (const InstructionSet set : everySet)
                if (isSupported(set))
                    problem.verify(set);
            RC_ASSERT(!QTest::currentTestFailed());
        }));
    }

    void bitsDependOnNeitherThreadsNorOrder()
    {
        const Problem problem = Problem::random(200, 210, 4, 2);
        for (const InstructionSet set : everySet) {
            if (!isSupported(set))
                continue;
            const std::vector<float> expected = problem.sums(set, 1);
            for (const int threads : { 1, 2, 3 })
                for (const unsigned order : { 0U, 1U, 5U }) {
                    const std::vector<float> found = problem.sums(set, threads, order);
                    problem.compare([&](std::int64_t k, std::int64_t i, std::int64_t j, double, double) {
                        const auto at = static_cast<std::size_t>((k * problem.columns + i) * problem.columns + j);
                        QCOMPARE(found[at], expected[at]);
                    });
                }
        }
    }

    void bitsDependNotOnWhatElseIsSummed()
    {
        Problem four = Problem::random(150, 100, 4, 3);
        const std::vector<float> together = four.sums(bestInstructionSet(), 1);
        Problem one = four;
        one.groups = 1;
        one.weights.clear();
        for (std::int64_t t = 0; t < one.tokens; ++t)
            one.weights.push_back(four.weights[static_cast<std::size_t>(t * 4)]);
        one.start.resize(100 * 100);
        const std::vector<float> alone = one.sums(bestInstructionSet(), 1);
        one.compare([&](std::int64_t, std::int64_t i, std::int64_t j, double, double) {
            QCOMPARE(alone[static_cast<std::size_t>(i * 100 + j)], together[static_cast<std::size_t>(i * 100 + j)]);
        });
    }

    void whatIsNotFiniteShowsOnTheDiagonal()
    {
        Problem problem = Problem::random(30, 90, 1, 4);
        problem.rows[static_cast<std::size_t>(17 * 90 + 41)] = std::numeric_limits<float>::infinity();
        for (const InstructionSet set : everySet)
            if (isSupported(set)) {
                const std::vector<float> found = problem.sums(set, 1);
                for (std::int64_t i = 0; i < 90; ++i)
                    QCOMPARE(std::isfinite(found[static_cast<std::size_t>(i * 91)]), i != 41);
            }
    }

    void mirroredIsSymmetric_data()
    {
        QTest::addColumn<qlonglong>("n");
        for (const qlonglong n : { 1, 2, 31, 32, 33, 100 })
            QTest::addRow("%lld", n) << n;
    }
    void mirroredIsSymmetric()
    {
        QFETCH(qlonglong, n);
        const Problem problem = Problem::random(1, n, 1, 5);
        std::vector<float> matrix = problem.start;
        mirrorLowerTriangle(matrix.data(), n);
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t j = 0; j <= i; ++j) {
                QCOMPARE(matrix[static_cast<std::size_t>(i * n + j)], problem.start[static_cast<std::size_t>(i * n + j)]);
                QCOMPARE(matrix[static_cast<std::size_t>(j * n + i)], problem.start[static_cast<std::size_t>(i * n + j)]);
            }
    }
};

QTEST_GUILESS_MAIN(TestGramKernel)
#include "tst_gram_kernel.moc"
