// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/lookup_table_rows.h"

#include "core/kernels/cpu/compiled_for.h"
#include "core/kernels/cpu/row_primitives.h"
#include "core/kernels/cpu/trailing_update.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

namespace bitloom::kernels {
namespace {

    /// Rows whose bucket sums are gathered in one pass over the Hessian.
    constexpr int rowsSummedTogether = 64;

    std::size_t wholeVectors(int floats)
    {
        return static_cast<std::size_t>((floats + columnAlignment - 1) / columnAlignment * columnAlignment);
    }

    /// Solves A x = b for a symmetric positive definite A [n, n] (lower triangle, overwritten); false where A is not.
    bool solveCholesky(std::vector<double>& a, std::vector<double>& x, int n)
    {
        for (int j = 0; j < n; ++j) {
            double* rowJ = a.data() + j * n;
            double pivot = rowJ[j];
            for (int k = 0; k < j; ++k)
                pivot -= rowJ[k] * rowJ[k];
            if (!(pivot > 0) || !std::isfinite(pivot))
                return false;
            const double root = std::sqrt(pivot);
            rowJ[j] = root;
            const double inverse = 1 / root;
            for (int i = j + 1; i < n; ++i) {
                double* rowI = a.data() + i * n;
                double sum = rowI[j];
                for (int k = 0; k < j; ++k)
                    sum -= rowI[k] * rowJ[k];
                rowI[j] = sum * inverse;
            }
        }
        for (int i = 0; i < n; ++i) {
            for (int k = 0; k < i; ++k)
                x[static_cast<std::size_t>(i)] -= a[static_cast<std::size_t>(i * n + k)] * x[static_cast<std::size_t>(k)];
            x[static_cast<std::size_t>(i)] /= a[static_cast<std::size_t>(i * n + i)];
        }
        for (int i = n - 1; i >= 0; --i) {
            for (int k = i + 1; k < n; ++k)
                x[static_cast<std::size_t>(i)] -= a[static_cast<std::size_t>(k * n + i)] * x[static_cast<std::size_t>(k)];
            x[static_cast<std::size_t>(i)] /= a[static_cast<std::size_t>(i * n + i)];
        }
        return true;
    }

    /// Columns of rows sorted by code within runs of at most sortedRun columns, as sumBuckets wants them.
    class ColumnsByCode
    {
    public:
        ColumnsByCode(std::int64_t columns, int levels, int rows)
            : m_columns(columns)
            , m_levels(levels)
            , m_rows(rows)
            , m_room(sortedRun + levels * sumsUnrolled + columnAlignment)
            , m_sorted(static_cast<std::size_t>(runs() * rows))
            , m_order(m_sorted.size() * static_cast<std::size_t>(m_room))
            , m_first(m_sorted.size() * (static_cast<std::size_t>(levels) + 1))
        {
        }

        [[nodiscard]] std::int64_t runs() const { return (m_columns + sortedRun - 1) / sortedRun; }
        [[nodiscard]] std::int64_t begin(std::int64_t run) const { return m_columns * run / runs(); }
        [[nodiscard]] std::int64_t count(std::int64_t run) const { return begin(run + 1) - begin(run); }
        /// All rows' columns in one run.
        [[nodiscard]] const SortedColumns* operator[](std::int64_t run) const { return m_sorted.data() + run * m_rows; }

        /// Sorts a row's codes without those of code `skipped`; its bucket sums belong in `sums`.
        void sort(const RowPrimitives& primitives, int row, const std::uint8_t* codes, int skipped, float* sums)
        {
            for (std::int64_t run = 0; run < runs(); ++run) {
                const std::int64_t at = run * m_rows + row;
                std::uint16_t* const order = m_order.data() + at * m_room;
                std::int32_t* const first = m_first.data() + at * (m_levels + 1);
                primitives.sortByCode(codes + begin(run), count(run), m_levels, skipped, order, first);
                m_sorted[static_cast<std::size_t>(at)] = { order, first, sums, skipped };
            }
        }

    private:
        std::int64_t m_columns;
        int m_levels, m_rows;
        std::int64_t m_room; ///< for the order of one row's run
        std::vector<SortedColumns> m_sorted; ///< [runs, rows]
        std::vector<std::uint16_t> m_order;
        std::vector<std::int32_t> m_first;
    };

    /// Where a and b differ: written to `where`, ascending, and counted. n is a multiple of columnAlignment.
    std::int64_t differences(const std::uint8_t* a, const std::uint8_t* b, std::int64_t n, std::int32_t* where)
    {
        std::int64_t count = 0;
        for (std::int64_t i = 0; i < n; i += 8) {
            std::uint64_t x = 0, y = 0;
            std::memcpy(&x, a + i, sizeof x);
            std::memcpy(&y, b + i, sizeof y);
            for (std::int64_t k = i; x != y; ++k, x >>= 8, y >>= 8)
                if ((x ^ y) & 0xff)
                    where[count++] = static_cast<std::int32_t>(k);
        }
        return count;
    }

    int commonest(const std::uint8_t* codes, std::int64_t n, int levels)
    {
        std::int32_t size[4][256] = {}; // neighbours often have the same code, and would wait for each other's increment
        for (std::int64_t i = 0; i < n; i += 4)
            for (int k = 0; k < 4; ++k)
                ++size[k][codes[i + k]];
        int best = 0;
        for (int q = 0; q < levels; ++q) {
            size[0][q] += size[1][q] + size[2][q] + size[3][q];
            if (size[0][q] > size[0][best])
                best = q;
        }
        return best;
    }

    /// One row's codebook fit; holds the scratch memory so that rows share it.
    class CodebookFit
    {
    public:
        CodebookFit(const QuadraticForm& form, int levels, const RowPrimitives& primitives)
            : m_form(form)
            , m_levels(levels)
            , m_stride(bucketStride(form.columns))
            , m_primitives(primitives)
            , m_size(static_cast<std::size_t>(levels))
            , m_slope(static_cast<std::size_t>(levels))
            , m_step(static_cast<std::size_t>(levels))
        {
        }

        /// Columns go from their codes in `from` to those in `to`. With s = Pᵀ H e_i and u = e_to - e_from, one of them adds s uᵀ + u sᵀ + H_ii u uᵀ
        /// to Pᵀ H P, where s is from before it moves.
        void move(const std::int32_t* columns, std::int64_t count, const std::uint8_t* from, const std::uint8_t* to, float* sums, double* normal)
        {
            const auto levels = static_cast<std::size_t>(m_levels);
            m_moved.assign(levels * levels, 0.0); // half of what is added, u (s + H_ii u / 2)ᵀ; the other half is its mirror image
            for (std::int64_t k = 0; k < count; ++k) {
                const std::int32_t i = columns[k];
                const float* row = m_form.hessian + i * m_form.columns;
                double* gains = m_moved.data() + to[i] * levels;
                double* loses = m_moved.data() + from[i] * levels;
                for (std::size_t q = 0; q < levels; ++q) {
                    const double s = sums[static_cast<std::int64_t>(q) * m_stride + i];
                    gains[q] += s;
                    loses[q] -= s;
                }
                const double half = 0.5 * static_cast<double>(row[i]);
                gains[to[i]] += half;
                gains[from[i]] -= half;
                loses[from[i]] += half;
                loses[to[i]] -= half;
                m_primitives.moveRow(row, m_form.columns, sums + from[i] * m_stride, sums + to[i] * m_stride);
            }
            for (std::size_t p = 0; p < levels; ++p)
                for (std::size_t q = 0; q <= p; ++q)
                    normal[p * levels + q] += m_moved[p * levels + q] + m_moved[q * levels + p];
        }

        /// sums and normal are right for `codes`. Returns what the objective changes by, <= 0.
        double fit(std::uint8_t* codes, float* codebook, float* gradient, float* sums, double* normal)
        {
            addUpByCode(codes, gradient);
            const double gain = takeStep(codebook, gradient, sums, normal);
            const bool moved = placeUnusedLevels(codes, codebook, gradient);
            if (gain < 0 || moved)
                keepAscending(codes, codebook, sums, normal);
            return gain;
        }

    private:
        [[nodiscard]] bool isUsed(int level) const { return m_size[static_cast<std::size_t>(level)] != 0; }

        /// How many columns have each code, and Pᵀ G.
        void addUpByCode(const std::uint8_t* codes, const float* gradient)
        {
            m_primitives.addUpGradient(codes, gradient, m_form.columns, m_levels, m_slope.data(), m_size.data());
        }

        /// The step Δc in f32 that lowers the objective, or none. Where the normal matrix is singular in f32 the ridge grows.
        double takeStep(float* codebook, float* gradient, const float* sums, const double* normal)
        {
            double largest = 0;
            for (int q = 0; q < m_levels; ++q)
                largest = std::max(largest, normal[q * m_levels + q]);
            if (!(largest > 0))
                return 0;
            for (const double ridge : { 1e-9, 1e-6, 1e-4, 1e-2 }) {
                m_factor.assign(normal, normal + m_levels * m_levels);
                m_solution.resize(m_slope.size());
                for (int q = 0; q < m_levels; ++q) {
                    const auto at = static_cast<std::size_t>(q * m_levels + q);
                    m_factor[at] += ridge * std::max(m_factor[at], 1e-12 * largest);
                    if (!isUsed(q)) {
                        // What sums of moved rows leave behind must not couple it to the others.
                        for (int p = 0; p < q; ++p)
                            m_factor[static_cast<std::size_t>(q * m_levels + p)] = 0;
                        for (int p = q + 1; p < m_levels; ++p)
                            m_factor[static_cast<std::size_t>(p * m_levels + q)] = 0;
                        m_factor[at] = largest;
                    }
                    m_solution[static_cast<std::size_t>(q)] = -m_slope[static_cast<std::size_t>(q)];
                }
                if (!solveCholesky(m_factor, m_solution, m_levels))
                    continue;
                for (int q = 0; q < m_levels; ++q) {
                    const float moved = codebook[q] + static_cast<float>(m_solution[static_cast<std::size_t>(q)]);
                    m_step[static_cast<std::size_t>(q)] = isUsed(q) ? moved - codebook[q] : 0.0F;
                }
                double gain = 0;
                for (int q = 0; q < m_levels; ++q) {
                    const double step = m_step[static_cast<std::size_t>(q)];
                    double curvature = 0.5 * normal[q * m_levels + q] * step;
                    for (int p = 0; p < q; ++p)
                        curvature += normal[q * m_levels + p] * static_cast<double>(m_step[static_cast<std::size_t>(p)]);
                    gain += 2 * step * (m_slope[static_cast<std::size_t>(q)] + curvature);
                }
                if (!(gain < 0) || !std::isfinite(gain))
                    continue;
                for (int q = 0; q < m_levels; ++q)
                    codebook[q] += m_step[static_cast<std::size_t>(q)];
                m_primitives.addScaledRows(sums, m_stride, m_form.columns, m_levels, m_step.data(), gradient);
                return gain;
            }
            return 0;
        }

        /// Puts each unused level at the unconstrained optimum of the coordinate that would gain most, a different one for each.
        bool placeUnusedLevels(const std::uint8_t* codes, float* codebook, const float* gradient)
        {
            bool moved = false;
            m_taken.clear();
            for (int q = 0; q < m_levels; ++q) {
                if (isUsed(q))
                    continue;
                double best = 0;
                std::int64_t where = -1;
                for (std::int64_t i = 0; i < m_form.columns; ++i) {
                    const double gain = static_cast<double>(gradient[i]) * gradient[i] * m_form.inverseDiagonal[i];
                    if (gain > best && std::find(m_taken.begin(), m_taken.end(), i) == m_taken.end()) {
                        best = gain;
                        where = i;
                    }
                }
                if (where < 0)
                    break;
                m_taken.push_back(where);
                codebook[q] = codebook[codes[where]] - gradient[where] * m_form.inverseDiagonal[where];
                moved = true;
            }
            return moved;
        }

        void keepAscending(std::uint8_t* codes, float* codebook, float* sums, double* normal)
        {
            if (std::is_sorted(codebook, codebook + m_levels))
                return;
            std::vector<int> from(static_cast<std::size_t>(m_levels));
            std::iota(from.begin(), from.end(), 0);
            std::stable_sort(from.begin(), from.end(), [codebook](int a, int b) { return codebook[a] < codebook[b]; });
            std::uint8_t to[256];
            const std::vector<float> oldCodebook(codebook, codebook + m_levels);
            const std::vector<float> oldSums(sums, sums + m_levels * m_stride);
            const std::vector<double> oldNormal(normal, normal + m_levels * m_levels);
            for (int q = 0; q < m_levels; ++q) {
                const int old = from[static_cast<std::size_t>(q)];
                to[old] = static_cast<std::uint8_t>(q);
                codebook[q] = oldCodebook[static_cast<std::size_t>(old)];
                if (old != q)
                    std::copy_n(oldSums.begin() + old * m_stride, m_form.columns, sums + q * m_stride);
                for (int p = 0; p <= q; ++p) {
                    const int other = from[static_cast<std::size_t>(p)];
                    normal[q * m_levels + p] = oldNormal[static_cast<std::size_t>(std::max(old, other) * m_levels + std::min(old, other))];
                }
            }
            for (std::int64_t i = 0; i < m_form.columns; ++i)
                codes[i] = to[codes[i]];
        }

        const QuadraticForm& m_form;
        int m_levels;
        std::int64_t m_stride;
        const RowPrimitives& m_primitives;
        std::vector<std::int32_t> m_size;
        std::vector<double> m_slope, m_factor, m_solution, m_moved;
        std::vector<float> m_step;
        std::vector<std::int64_t> m_taken;
    };

}

void multiplyRows(const QuadraticForm& form, std::int64_t rows, const float* difference, float* gradient, InstructionSet set)
{
    std::vector<float> scratch(static_cast<std::size_t>(form.columns * multiplyScratch));
    BITLOOM_COMPILED_FOR(set, RowPrimitives).multiply(form.hessian, form.columns, rows, difference, gradient, scratch.data());
}

void beginRows(const QuadraticForm& form, const CodedRows& rows, const float* weight, InstructionSet set)
{
    const RowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, RowPrimitives);
    const std::int64_t n = form.columns;
    std::vector<float> difference(static_cast<std::size_t>(rows.rows * n));
    std::vector<float> codebook(wholeVectors(rows.levels));
    for (std::int64_t r = 0; r < rows.rows; ++r) {
        std::copy_n(rows.codebook + r * rows.levels, rows.levels, codebook.begin());
        primitives.subtract(rows.codes + r * n, codebook.data(), rows.levels, weight + r * n, n, difference.data() + r * n);
    }
    multiplyRows(form, rows.rows, difference.data(), rows.gradient, set);
    for (std::int64_t r = 0; r < rows.rows; ++r)
        rows.objective[r] = primitives.dot(difference.data() + r * n, rows.gradient + r * n, n);
}

void descend(const QuadraticForm& form, const CodedRows& rows, int cycles, InstructionSet set)
{
    const RowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, RowPrimitives);
    const std::int64_t n = form.columns;
    const auto count = static_cast<std::size_t>(rows.rows);
    const std::size_t paddedLevels = wholeVectors(rows.levels), paddedBounds = paddedLevels + wholeVectors(1);
    std::vector<float> codebooks(count * paddedLevels), bounds(count * paddedBounds, std::numeric_limits<float>::infinity());
    std::vector<CodeChange> changes(count * static_cast<std::size_t>(descentBlock));
    for (std::size_t r = 0; r < count; ++r) {
        const float* codebook = rows.codebook + r * static_cast<std::size_t>(rows.levels);
        std::copy_n(codebook, rows.levels, codebooks.begin() + static_cast<std::ptrdiff_t>(r * paddedLevels));
        bounds[r * paddedBounds] = -std::numeric_limits<float>::infinity();
        for (int q = 0; q + 1 < rows.levels; ++q)
            bounds[r * paddedBounds + static_cast<std::size_t>(q) + 1] = 0.5F * codebook[q] + 0.5F * codebook[q + 1];
    }
    std::vector<std::int64_t> moving, stillMoving;
    std::vector<RowChanges> touched;
    for (std::int64_t r = 0; r < rows.rows; ++r)
        if (rows.active[r])
            moving.push_back(r);
    std::vector<std::uint8_t> moved(count);
    for (int cycle = 0; cycle < cycles && !moving.empty(); ++cycle) {
        std::fill(moved.begin(), moved.end(), 0);
        for (std::int64_t begin = 0; begin < n; begin += descentBlock) {
            const std::int64_t end = std::min(n, begin + descentBlock);
            touched.clear();
            for (const std::int64_t r : moving) {
                const auto row = static_cast<std::size_t>(r);
                CodeChange* list = changes.data() + r * descentBlock;
                const int changed = primitives.descendBlock(form.hessian, form.inverseDiagonal, n, begin, end, rows.levels, codebooks.data() + row * paddedLevels,
                    bounds.data() + row * paddedBounds, rows.codes + r * n, rows.gradient + r * n, list, rows.objective + r);
                if (changed > 0) {
                    touched.push_back({ list, changed, rows.gradient + r * n });
                    moved[row] = 1;
                }
            }
            carryOn(primitives, form.hessian, n, begin, end, touched);
        }
        stillMoving.clear();
        for (const std::int64_t r : moving) {
            if (moved[static_cast<std::size_t>(r)])
                stillMoving.push_back(r);
            else if (cycle == 0)
                rows.active[r] = 0;
        }
        moving.swap(stillMoving);
    }
}

void fitCodebooks(const QuadraticForm& form, const CodedRows& rows, const BucketSums& buckets, InstructionSet set)
{
    const RowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, RowPrimitives);
    const std::int64_t n = form.columns, stride = bucketStride(n), sumsOfRow = rows.levels * stride, normalOfRow = std::int64_t(rows.levels) * rows.levels;
    CodebookFit fit(form, rows.levels, primitives);
    std::vector<float> ownSums(buckets.sums ? 0 : static_cast<std::size_t>(rowsSummedTogether * sumsOfRow));
    std::vector<double> ownNormal(buckets.sums ? 0 : static_cast<std::size_t>(normalOfRow));
    const auto normalOf = [&](std::int64_t r) { return buckets.sums ? buckets.normal + r * normalOfRow : ownNormal.data(); };

    const auto fitRow = [&](std::int64_t r, float* sums) {
        std::uint8_t* codes = rows.codes + r * n;
        rows.objective[r] += fit.fit(codes, rows.codebook + r * rows.levels, rows.gradient + r * n, sums, normalOf(r));
        if (buckets.sums) {
            std::copy_n(codes, n, buckets.codes + r * n);
            buckets.valid[r] = 1;
        }
    };
    std::vector<std::int64_t> stale; // rows whose sums are computed anew, several at a time
    std::optional<ColumnsByCode> columns;
    std::vector<float> tiles;
    const auto fitStale = [&] {
        const auto count = static_cast<int>(stale.size());
        if (!columns) {
            columns.emplace(n, rows.levels, rowsSummedTogether);
            tiles.resize(static_cast<std::size_t>((tilesTogether * (columns->count(0) + 2) + 1) * columnAlignment));
        }
        float* const alignedTiles = tiles.data() + (64 - reinterpret_cast<std::uintptr_t>(tiles.data()) % 64) % 64 / 4;
        float* sums[rowsSummedTogether];
        int skipped[rowsSummedTogether];
        for (int k = 0; k < count; ++k) {
            const std::int64_t r = stale[static_cast<std::size_t>(k)];
            sums[k] = buckets.sums ? buckets.sums + r * sumsOfRow : ownSums.data() + k * sumsOfRow;
            skipped[k] = form.columnSums ? commonest(rows.codes + r * n, n, rows.levels) : -1;
            columns->sort(primitives, k, rows.codes + r * n, skipped[k], sums[k]);
        }
        // All runs of some columns before the next columns: their sums stay near the processor.
        for (std::int64_t column = 0; column < n; column += tilesTogether * columnAlignment) {
            const std::int64_t end = std::min(n, column + tilesTogether * columnAlignment);
            for (std::int64_t run = 0; run < columns->runs(); ++run)
                primitives.sumBuckets(form.hessian, n, columns->begin(run), columns->count(run), column, end, rows.levels, count, (*columns)[run], stride,
                    alignedTiles, run == 0);
        }
        for (int k = 0; k < count; ++k) {
            const std::int64_t r = stale[static_cast<std::size_t>(k)];
            if (skipped[k] >= 0)
                primitives.completeSums(form.columnSums, n, rows.levels, skipped[k], sums[k], stride);
            primitives.addUpSums(rows.codes + r * n, sums[k], stride, n, rows.levels, normalOf(r));
            fitRow(r, sums[k]);
        }
        stale.clear();
    };

    std::vector<std::int32_t> changed(static_cast<std::size_t>(n));
    for (std::int64_t r = 0; r < rows.rows; ++r) {
        if (!rows.active[r])
            continue;
        const std::uint8_t* codes = rows.codes + r * n;
        if (buckets.sums && buckets.valid[r]) {
            const std::uint8_t* summed = buckets.codes + r * n;
            const std::int64_t count = differences(summed, codes, n, changed.data());
            if (count <= n / 3) { // moving a row costs more than adding it anew
                float* sums = buckets.sums + r * sumsOfRow;
                fit.move(changed.data(), count, summed, codes, sums, normalOf(r));
                fitRow(r, sums);
                continue;
            }
        }
        stale.push_back(r);
        if (static_cast<int>(stale.size()) == rowsSummedTogether)
            fitStale();
    }
    if (!stale.empty())
        fitStale();
}

} // namespace bitloom::kernels
