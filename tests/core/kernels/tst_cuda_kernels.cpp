// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA kernels' own source, run on the CPU and compared with the reference implementation.
#include "tests/core/kernels/cuda_on_cpu.h"

#include "core/kernels/cuda/codebook_sums.cuh"
#include "core/kernels/cuda/descend_rows.cuh"

#include <algorithm>
#include <cmath>
#include <random>

using namespace bitloom::kernels;

namespace {

/// A random layer with all that the kernels read and write.
struct Layer
{
    std::int64_t rows, in, groups, rowsPerGroup;
    int levels;
    std::vector<float> hessian, inverse, codebook, gradient;
    std::vector<std::uint8_t> codes, moving;
    std::vector<double> objective;

    Layer(std::int64_t rowCount, std::int64_t columnCount, std::int64_t groupCount, int levelCount, unsigned seed)
        : rows(rowCount)
        , in(columnCount)
        , groups(groupCount)
        , rowsPerGroup((rowCount + groupCount - 1) / groupCount)
        , levels(levelCount)
        , hessian(static_cast<std::size_t>(groups * in * in))
        , inverse(static_cast<std::size_t>(groups * in))
        , codebook(static_cast<std::size_t>(rows * levels))
        , gradient(static_cast<std::size_t>(rows * in))
        , codes(static_cast<std::size_t>(rows * in))
        , moving(static_cast<std::size_t>(rows), 1)
        , objective(static_cast<std::size_t>(rows), 1e6)
    {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        for (std::int64_t k = 0; k < groups; ++k)
            for (std::int64_t i = 0; i < in; ++i)
                for (std::int64_t j = 0; j <= i; ++j) {
                    const float entry = i == j ? 2 + std::abs(normal(random)) : 0.3F * normal(random);
                    hessian[at(k, i, j)] = hessian[at(k, j, i)] = entry;
                }
        for (std::int64_t k = 0; k < groups; ++k) {
            const std::int64_t dead = k % in;
            for (std::int64_t j = 0; j < in; ++j)
                hessian[at(k, dead, j)] = hessian[at(k, j, dead)] = 0;
            for (std::int64_t i = 0; i < in; ++i)
                inverse[static_cast<std::size_t>(k * in + i)] = i == dead ? 0.0F : 1 / hessian[at(k, i, i)];
        }
        for (float& value : codebook)
            value = normal(random);
        for (std::int64_t r = 0; r < rows; ++r)
            std::sort(codebook.begin() + r * levels, codebook.begin() + (r + 1) * levels);
        for (float& value : gradient)
            value = normal(random);
        for (std::uint8_t& code : codes)
            code = static_cast<std::uint8_t>(random() % static_cast<unsigned>(levels));
        for (std::size_t r = 2; r < moving.size(); r += 5)
            moving[r] = 0;
    }

    [[nodiscard]] std::size_t at(std::int64_t k, std::int64_t i, std::int64_t j) const { return static_cast<std::size_t>((k * in + i) * in + j); }
};

unsigned blocks(std::int64_t count, std::int64_t by)
{
    return static_cast<unsigned>((count + by - 1) / by);
}

template <class Body>
bool withLevels(int levels, const Body& body)
{
    if (levels <= 4)
        return body(std::integral_constant<int, 4>());
    if (levels <= 8)
        return body(std::integral_constant<int, 8>());
    if (levels <= 16)
        return body(std::integral_constant<int, 16>());
    return body(std::integral_constant<int, 0>());
}

}

class TestCudaKernels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void descendBlock_data();
    void descendBlock();
    void codebookSums_data();
    void codebookSums();
};

void TestCudaKernels::descendBlock_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("groups");
    QTest::addColumn<int>("levels");
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("columns");
    QTest::newRow("whole block of the first columns") << 24 << 200 << 2 << 8 << 0 << 128;
    QTest::newRow("last columns, few") << 11 << 200 << 2 << 8 << 128 << 72;
    QTest::newRow("groups do not divide rows") << 19 << 70 << 3 << 4 << 0 << 70;
    QTest::newRow("two levels") << 9 << 40 << 1 << 2 << 0 << 40;
    QTest::newRow("sixteen levels") << 9 << 130 << 1 << 16 << 0 << 128;
    QTest::newRow("levels that are no power of two") << 9 << 64 << 1 << 11 << 0 << 64;
    QTest::newRow("two hundred and fifty-six levels") << 5 << 64 << 1 << 256 << 0 << 64;
    QTest::newRow("one column") << 3 << 1 << 1 << 8 << 0 << 1;
}

void TestCudaKernels::descendBlock()
{
    QFETCH(int, rows);
    QFETCH(int, in);
    QFETCH(int, groups);
    QFETCH(int, levels);
    QFETCH(int, begin);
    QFETCH(int, columns);
    const Layer layer(rows, in, groups, levels, 3);
    struct Output
    {
        std::vector<std::uint8_t> codes, changed;
        std::vector<double> objective;
        std::vector<float> deltas;
    };
    const auto run = [&](auto&& kernel) {
        Output output { layer.codes, std::vector<std::uint8_t>(layer.moving.size()), layer.objective,
            std::vector<float>(static_cast<std::size_t>(rows * columns), 7.0F) };
        DescentBlock block;
        block.hessian = layer.hessian.data();
        block.inverseDiagonal = layer.inverse.data();
        block.codebook = layer.codebook.data();
        block.gradient = layer.gradient.data();
        block.moving = layer.moving.data();
        block.codes = output.codes.data();
        block.changed = output.changed.data();
        block.deltas = output.deltas.data();
        block.objective = output.objective.data();
        block.rows = rows;
        block.rowsPerGroup = layer.rowsPerGroup;
        block.in = in;
        block.begin = begin;
        block.columns = columns;
        block.levels = levels;
        kernel(block);
        return output;
    };
    const Output expected = run([](const DescentBlock& block) { QVERIFY(referenceRowBatchKernels().descendBlock(block, nullptr) == nullptr); });
    const Output found = run([](const DescentBlock& block) {
        std::vector<float> shared;
        const auto launched = [&](auto fixed) {
            return cuda_on_cpu::launch(blocks(block.rowsPerGroup, cuda::descentRowsPerBlock), blocks(block.rows, block.rowsPerGroup),
                cuda::warp * cuda::descentRowsPerBlock,
                [&] { shared.assign(static_cast<std::size_t>(cuda::descentSharedFloats(block.levels)), std::nanf("")); },
                [&] { cuda::descendRows<decltype(fixed)::value>(block, shared.data()); });
        };
        switch (block.levels) {
        case 4:
            QVERIFY(launched(std::integral_constant<int, 4>()));
            break;
        case 8:
            QVERIFY(launched(std::integral_constant<int, 8>()));
            break;
        case 16:
            QVERIFY(launched(std::integral_constant<int, 16>()));
            break;
        default:
            QVERIFY(launched(std::integral_constant<int, 0>()));
        }
    });
    if (columns > 1)
        QVERIFY(std::count(expected.changed.begin(), expected.changed.end(), 1) > 0);
    QVERIFY(found.codes == expected.codes);
    QVERIFY(found.changed == expected.changed);
    QVERIFY(found.deltas == expected.deltas);
    QVERIFY(found.objective == expected.objective);
}

void TestCudaKernels::codebookSums_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("levels");
    QTest::newRow("several tiles and panels") << 18 << 200 << 8;
    QTest::newRow("two levels") << 5 << 64 << 2;
    QTest::newRow("sixteen levels") << 17 << 129 << 16;
    QTest::newRow("levels that are no power of two") << 3 << 65 << 5;
    QTest::newRow("more levels than columns") << 3 << 7 << 16;
    QTest::newRow("two hundred and fifty-six levels") << 9 << 150 << 256;
    QTest::newRow("one column") << 1 << 1 << 4;
}

void TestCudaKernels::codebookSums()
{
    QFETCH(int, rows);
    QFETCH(int, in);
    QFETCH(int, levels);
    const Layer layer(rows, in, 1, levels, 4);
    struct Output
    {
        std::vector<std::int32_t> order, first, counts;
        std::vector<float> sums;
        std::vector<double> normal, slope;
    };
    const std::int64_t tiles = orderTiles(levels, in);
    const auto run = [&](auto&& sort, auto&& sum, auto&& form) {
        Output output;
        output.order.assign(static_cast<std::size_t>(rows * in), -1);
        output.first.assign(static_cast<std::size_t>(rows * tiles * (levels + 1)), -1);
        output.counts.assign(static_cast<std::size_t>(rows * levels), -1);
        output.sums.assign(static_cast<std::size_t>(rows * levels * in), std::nanf(""));
        output.normal.assign(static_cast<std::size_t>(rows * levels * levels), std::nan(""));
        output.slope.assign(static_cast<std::size_t>(rows * levels), std::nan(""));
        sort(CodeOrder { layer.codes.data(), output.order.data(), output.first.data(), rows, in, levels });
        sum(BucketSumBatch { layer.hessian.data(), output.order.data(), output.first.data(), output.sums.data(), rows, in, levels });
        form(NormalEquationBatch { output.sums.data(), layer.gradient.data(), layer.codes.data(), output.order.data(), output.first.data(),
            output.normal.data(), output.slope.data(), output.counts.data(), rows, in, levels });
        return output;
    };
    const RowBatchKernels& reference = referenceRowBatchKernels();
    const Output expected = run([&](const CodeOrder& order) { QVERIFY(reference.orderByCode(order, nullptr) == nullptr); },
        [&](const BucketSumBatch& batch) { QVERIFY(reference.sumBuckets(batch, nullptr) == nullptr); },
        [&](const NormalEquationBatch& batch) { QVERIFY(reference.formNormalEquations(batch, nullptr) == nullptr); });
    const Output found = run(
        [&](const CodeOrder& order) {
            std::vector<int> shared;
            QVERIFY(cuda_on_cpu::launch(blocks(rows, cuda::sortedRowsPerBlock), static_cast<unsigned>(tiles), cuda::warp * cuda::sortedRowsPerBlock,
                [&] { shared.assign(cuda::sortedRowsPerBlock * cuda::mostLevels, -7); }, [&] { cuda::orderTileByCode(order, shared.data()); }));
        },
        [&](const BucketSumBatch& batch) {
            std::vector<float4> shared;
            QVERIFY(withLevels(levels, [&](auto most) {
                return cuda_on_cpu::launch(blocks(rows, cuda::bucketRowsPerBlock), blocks(in, cuda::bucketPanel), cuda::warp * cuda::bucketRowsPerBlock,
                    [&] { shared.assign(cuda::bucketTileRows * cuda::bucketPanel / 4, float4 { NAN, NAN, NAN, NAN }); },
                    [&] {
                        if constexpr (decltype(most)::value > 0)
                            cuda::sumBucketsInRegisters<decltype(most)::value>(batch, shared.data());
                        else
                            cuda::sumBucketsInOrder(batch);
                    });
            }));
        },
        [&](const NormalEquationBatch& batch) {
            QVERIFY(withLevels(levels, [&](auto most) {
                return cuda_on_cpu::launch(blocks(std::int64_t { rows } * (levels + 1), cuda::equationWarpsPerBlock), 1, cuda::warp * cuda::equationWarpsPerBlock,
                    [] {}, [&] { cuda::formNormalEquationRow<decltype(most)::value>(batch); });
            }));
        });
    QVERIFY(found.order == expected.order);
    QVERIFY(found.first == expected.first);
    QVERIFY(found.counts == expected.counts);
    QVERIFY(found.sums == expected.sums);
    // The definition itself, in f64.
    for (int r = 0; r < rows; ++r) {
        const auto code = [&](int i) { return static_cast<int>(layer.codes[static_cast<std::size_t>(r * in + i)]); };
        std::vector<double> normal(static_cast<std::size_t>(levels * levels)), slope(static_cast<std::size_t>(levels));
        for (int i = 0; i < in; ++i) {
            slope[static_cast<std::size_t>(code(i))] += layer.gradient[static_cast<std::size_t>(r * in + i)];
            for (int j = 0; j < in; ++j)
                normal[static_cast<std::size_t>(code(i) * levels + code(j))] += layer.hessian[layer.at(0, i, j)];
        }
        for (std::size_t e = 0; e < normal.size(); ++e) {
            const std::size_t at = static_cast<std::size_t>(r) * normal.size() + e;
            QVERIFY(std::abs(expected.normal[at] - normal[e]) <= 1e-5 * (in + std::abs(normal[e])));
            QVERIFY(std::abs(found.normal[at] - expected.normal[at]) <= 1e-12 * (in + std::abs(normal[e])));
        }
        for (std::size_t e = 0; e < slope.size(); ++e) {
            const std::size_t at = static_cast<std::size_t>(r) * slope.size() + e;
            QVERIFY(std::abs(expected.slope[at] - slope[e]) <= 1e-12 * in);
            QVERIFY(std::abs(found.slope[at] - slope[e]) <= 1e-12 * in);
        }
    }
}

QTEST_GUILESS_MAIN(TestCudaKernels)
#include "tst_cuda_kernels.moc"
