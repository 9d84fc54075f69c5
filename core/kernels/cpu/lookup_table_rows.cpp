// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/lookup_table_rows.h"

#include "core/kernels/cpu/row_primitives.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace bitloom::kernels {
namespace {

    const RowPrimitives& primitivesFor(InstructionSet set)
    {
#if defined(__x86_64__)
        if (set == InstructionSet::Avx512)
            return avx512RowPrimitives;
        if (set == InstructionSet::Avx2)
            return avx2RowPrimitives;
#endif
        (void)set;
        return portableRowPrimitives;
    }

    /// Columns of the Hessian's rows that the trailing update touches at a time: 128 rows of them stay in a 256 KiB cache.
    constexpr std::int64_t trailingPanel = 512;

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

    /// One row's codebook fit; holds the scratch memory so that rows share it.
    class CodebookFit
    {
    public:
        CodebookFit(const QuadraticForm& form, int levels, const RowPrimitives& primitives)
            : m_form(form)
            , m_levels(levels)
            , m_primitives(primitives)
            , m_order(static_cast<std::size_t>(form.columns))
            , m_first(static_cast<std::size_t>(levels) + 1)
            , m_normal(static_cast<std::size_t>(levels) * static_cast<std::size_t>(levels))
            , m_slope(static_cast<std::size_t>(levels))
            , m_step(static_cast<std::size_t>(levels))
        {
        }

        /// sums [levels, columns] are right for `codes`. Returns what the objective changes by, <= 0.
        double fit(std::uint8_t* codes, float* codebook, float* gradient, float* sums)
        {
            sortByCode(codes);
            formNormalEquations(gradient, sums);
            const double gain = takeStep(codebook, gradient, sums);
            const bool moved = placeUnusedLevels(codes, codebook, gradient);
            if (gain < 0 || moved)
                keepAscending(codes, codebook, sums);
            return gain;
        }

    private:
        [[nodiscard]] std::int64_t size(int level) const { return m_first[static_cast<std::size_t>(level) + 1] - m_first[static_cast<std::size_t>(level)]; }

        void sortByCode(const std::uint8_t* codes)
        {
            std::fill(m_first.begin(), m_first.end(), 0);
            for (std::int64_t i = 0; i < m_form.columns; ++i)
                ++m_first[static_cast<std::size_t>(codes[i]) + 1];
            std::partial_sum(m_first.begin(), m_first.end(), m_first.begin());
            std::int32_t next[256];
            std::copy_n(m_first.begin(), m_levels, next);
            for (std::int64_t i = 0; i < m_form.columns; ++i)
                m_order[static_cast<std::size_t>(next[codes[i]]++)] = static_cast<std::int32_t>(i);
        }

        /// Pᵀ H P (lower triangle) and Pᵀ G by adding what belongs to the same code.
        void formNormalEquations(const float* gradient, const float* sums)
        {
            for (int q = 0; q < m_levels; ++q) {
                const std::int32_t* begin = m_order.data() + m_first[static_cast<std::size_t>(q)];
                const std::int32_t* end = m_order.data() + m_first[static_cast<std::size_t>(q) + 1];
                double slope = 0;
                for (const std::int32_t* i = begin; i != end; ++i)
                    slope += static_cast<double>(gradient[*i]);
                m_slope[static_cast<std::size_t>(q)] = slope;
                int p = q;
                for (; p + 4 <= m_levels; p += 4) {
                    const float* rows = sums + p * m_form.columns;
                    const std::int64_t n = m_form.columns;
                    double a = 0, b = 0, c = 0, d = 0; // four chains hide the latency of the additions
                    for (const std::int32_t* i = begin; i != end; ++i) {
                        const float* at = rows + *i;
                        a += static_cast<double>(at[0]);
                        b += static_cast<double>(at[n]);
                        c += static_cast<double>(at[2 * n]);
                        d += static_cast<double>(at[3 * n]);
                    }
                    normal(p, q) = a;
                    normal(p + 1, q) = b;
                    normal(p + 2, q) = c;
                    normal(p + 3, q) = d;
                }
                for (; p < m_levels; ++p) {
                    const float* row = sums + p * m_form.columns;
                    double a = 0;
                    for (const std::int32_t* i = begin; i != end; ++i)
                        a += static_cast<double>(row[*i]);
                    normal(p, q) = a;
                }
            }
        }

        double& normal(int row, int column) { return m_normal[static_cast<std::size_t>(row * m_levels + column)]; }

        /// The step Δc in f32 that lowers the objective, or none. Where the normal matrix is singular in f32 the ridge grows.
        double takeStep(float* codebook, float* gradient, const float* sums)
        {
            double largest = 0;
            for (int q = 0; q < m_levels; ++q)
                largest = std::max(largest, normal(q, q));
            if (!(largest > 0))
                return 0;
            for (const double ridge : { 1e-9, 1e-6, 1e-4, 1e-2 }) {
                m_factor = m_normal;
                m_solution.resize(m_slope.size());
                for (int q = 0; q < m_levels; ++q) {
                    const auto at = static_cast<std::size_t>(q * m_levels + q);
                    m_factor[at] += ridge * std::max(m_factor[at], 1e-12 * largest);
                    if (size(q) == 0)
                        m_factor[at] = largest;
                    m_solution[static_cast<std::size_t>(q)] = -m_slope[static_cast<std::size_t>(q)];
                }
                if (!solveCholesky(m_factor, m_solution, m_levels))
                    continue;
                for (int q = 0; q < m_levels; ++q) {
                    const float moved = codebook[q] + static_cast<float>(m_solution[static_cast<std::size_t>(q)]);
                    m_step[static_cast<std::size_t>(q)] = size(q) == 0 ? 0.0F : moved - codebook[q];
                }
                double gain = 0;
                for (int q = 0; q < m_levels; ++q) {
                    const double step = m_step[static_cast<std::size_t>(q)];
                    double curvature = 0.5 * normal(q, q) * step;
                    for (int p = 0; p < q; ++p)
                        curvature += normal(q, p) * static_cast<double>(m_step[static_cast<std::size_t>(p)]);
                    gain += 2 * step * (m_slope[static_cast<std::size_t>(q)] + curvature);
                }
                if (!(gain < 0) || !std::isfinite(gain))
                    continue;
                for (int q = 0; q < m_levels; ++q)
                    codebook[q] += m_step[static_cast<std::size_t>(q)];
                m_primitives.addScaledRows(sums, m_form.columns, m_levels, m_step.data(), gradient);
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
                if (size(q) != 0)
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

        void keepAscending(std::uint8_t* codes, float* codebook, float* sums)
        {
            if (std::is_sorted(codebook, codebook + m_levels))
                return;
            std::vector<int> from(static_cast<std::size_t>(m_levels));
            std::iota(from.begin(), from.end(), 0);
            std::stable_sort(from.begin(), from.end(), [codebook](int a, int b) { return codebook[a] < codebook[b]; });
            std::uint8_t to[256];
            const std::vector<float> oldCodebook(codebook, codebook + m_levels);
            const std::vector<float> oldSums(sums, sums + m_levels * m_form.columns);
            for (int q = 0; q < m_levels; ++q) {
                const int old = from[static_cast<std::size_t>(q)];
                to[old] = static_cast<std::uint8_t>(q);
                codebook[q] = oldCodebook[static_cast<std::size_t>(old)];
                if (old != q)
                    std::copy_n(oldSums.begin() + old * m_form.columns, m_form.columns, sums + q * m_form.columns);
            }
            for (std::int64_t i = 0; i < m_form.columns; ++i)
                codes[i] = to[codes[i]];
        }

        const QuadraticForm& m_form;
        int m_levels;
        const RowPrimitives& m_primitives;
        std::vector<std::int32_t> m_order, m_first; ///< columns sorted by code, and where each code's begin
        std::vector<double> m_normal, m_slope, m_factor, m_solution;
        std::vector<float> m_step;
        std::vector<std::int64_t> m_taken;
    };

}

bool isSupported(InstructionSet set)
{
#if defined(__x86_64__)
    switch (set) {
    case InstructionSet::Avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512vl");
    case InstructionSet::Avx2:
        return __builtin_cpu_supports("avx2") != 0;
    case InstructionSet::Portable:
        return true;
    }
#endif
    return set == InstructionSet::Portable;
}

InstructionSet bestInstructionSet()
{
    static const InstructionSet best = isSupported(InstructionSet::Avx512) ? InstructionSet::Avx512
        : isSupported(InstructionSet::Avx2)                                ? InstructionSet::Avx2
                                                                           : InstructionSet::Portable;
    return best;
}

const char* instructionSetName(InstructionSet set)
{
    switch (set) {
    case InstructionSet::Avx512:
        return "avx512";
    case InstructionSet::Avx2:
        return "avx2";
    case InstructionSet::Portable:
        break;
    }
    return "portable";
}

void multiplyRows(const QuadraticForm& form, std::int64_t rows, const float* difference, float* gradient, InstructionSet set)
{
    primitivesFor(set).multiply(form.hessian, form.columns, rows, difference, gradient);
}

void descend(const QuadraticForm& form, const CodedRows& rows, int cycles, InstructionSet set)
{
    const RowPrimitives& primitives = primitivesFor(set);
    const std::int64_t n = form.columns;
    const auto count = static_cast<std::size_t>(rows.rows);
    std::vector<float> values(count * static_cast<std::size_t>(n));
    std::vector<float> midpoints(count * static_cast<std::size_t>(rows.levels));
    std::vector<CodeChange> changes(count * static_cast<std::size_t>(descentBlock));
    std::vector<int> changed(count);
    std::vector<std::uint8_t> moving(rows.active, rows.active + rows.rows);
    for (std::int64_t r = 0; r < rows.rows; ++r) {
        if (!moving[static_cast<std::size_t>(r)])
            continue;
        const float* codebook = rows.codebook + r * rows.levels;
        for (std::int64_t i = 0; i < n; ++i)
            values[static_cast<std::size_t>(r * n + i)] = codebook[rows.codes[r * n + i]];
        for (int q = 0; q + 1 < rows.levels; ++q)
            midpoints[static_cast<std::size_t>(r * rows.levels + q)] = 0.5F * codebook[q] + 0.5F * codebook[q + 1];
    }
    for (int cycle = 0; cycle < cycles; ++cycle) {
        std::vector<std::uint8_t> stillMoving(count, 0);
        for (std::int64_t begin = 0; begin < n; begin += descentBlock) {
            const std::int64_t end = std::min(n, begin + descentBlock);
            for (std::int64_t r = 0; r < rows.rows; ++r) {
                const auto row = static_cast<std::size_t>(r);
                changed[row] = 0;
                if (!moving[row])
                    continue;
                changed[row] = primitives.descendBlock(form.hessian, form.inverseDiagonal, n, begin, end, rows.levels,
                    rows.codebook + r * rows.levels, midpoints.data() + r * rows.levels, rows.codes + r * n, values.data() + r * n,
                    rows.gradient + r * n, changes.data() + r * descentBlock, rows.objective + r);
                stillMoving[row] |= changed[row] > 0;
            }
            for (std::int64_t panel = 0; panel < n; panel += trailingPanel) {
                const std::int64_t panelEnd = std::min(n, panel + trailingPanel);
                for (std::int64_t r = 0; r < rows.rows; ++r) {
                    const int number = changed[static_cast<std::size_t>(r)];
                    if (number == 0)
                        continue;
                    const CodeChange* list = changes.data() + r * descentBlock;
                    // The block's own columns are right already.
                    if (const std::int64_t before = std::min(begin, panelEnd); panel < before)
                        primitives.applyChanges(form.hessian, n, list, number, rows.gradient + r * n, panel, before);
                    if (const std::int64_t after = std::max(end, panel); after < panelEnd)
                        primitives.applyChanges(form.hessian, n, list, number, rows.gradient + r * n, after, panelEnd);
                }
            }
        }
        if (cycle == 0) {
            for (std::size_t r = 0; r < count; ++r)
                rows.active[r] = rows.active[r] && stillMoving[r];
        }
        moving.swap(stillMoving);
    }
}

void fitCodebooks(const QuadraticForm& form, const CodedRows& rows, const BucketSums& buckets, InstructionSet set)
{
    const RowPrimitives& primitives = primitivesFor(set);
    const std::int64_t n = form.columns;
    CodebookFit fit(form, rows.levels, primitives);
    std::vector<float> scratch(buckets.sums ? 0 : static_cast<std::size_t>(rows.levels * n));
    for (std::int64_t r = 0; r < rows.rows; ++r) {
        if (!rows.active[r])
            continue;
        std::uint8_t* codes = rows.codes + r * n;
        float* sums = scratch.data();
        bool fresh = true;
        if (buckets.sums) {
            sums = buckets.sums + r * rows.levels * n;
            std::uint8_t* summed = buckets.codes + r * n;
            if (buckets.valid[r]) {
                std::int64_t different = 0;
                for (std::int64_t i = 0; i < n; ++i)
                    different += summed[i] != codes[i];
                fresh = different > n / 2; // moving a row costs twice what adding it anew costs
            }
            if (!fresh) {
                for (std::int64_t i = 0; i < n; ++i)
                    if (summed[i] != codes[i])
                        primitives.moveRow(form.hessian + i * n, n, sums + summed[i] * n, sums + codes[i] * n);
            }
        }
        if (fresh)
            primitives.sumBuckets(form.hessian, n, rows.levels, codes, sums);
        rows.objective[r] += fit.fit(codes, rows.codebook + r * rows.levels, rows.gradient + r * n, sums);
        if (buckets.sums) {
            std::copy_n(codes, n, buckets.codes + r * n);
            buckets.valid[r] = 1;
        }
    }
}

} // namespace bitloom::kernels
