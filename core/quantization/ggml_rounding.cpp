// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_rounding.h"

#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/ggml_rows.h"
#include "core/quantization/ggml_block_fit.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"

#include <algorithm>

namespace bitloom {
namespace {

    /// What the file would hold of each row, and what follows from it: values, gradient (ŵ-w) H and objective.
    struct Rows
    {
        Rows(std::int64_t rows, std::int64_t width, const GgmlLayout& layout)
            : rowCount(rows)
            , columns(width)
            , subs(columns / layout.subColumns)
            , blocks(columns / layout.columns)
            , codes(static_cast<std::size_t>(rows * columns))
            , scale(static_cast<std::size_t>(rows * subs))
            , inverseScale(scale.size())
            , offset(scale.size())
            , blockScale(static_cast<std::size_t>(rows * blocks))
            , blockOffset(blockScale.size())
            , scaleInteger(scale.size())
            , offsetInteger(scale.size())
            , values(codes.size())
            , gradient(codes.size())
            , objective(static_cast<std::size_t>(rows))
            , active(static_cast<std::size_t>(rows), 1)
            , fitted(static_cast<std::size_t>(rows), 0)
        {
        }

        [[nodiscard]] GgmlRow row(std::int64_t r)
        {
            return { codes.data() + r * columns, scale.data() + r * subs, offset.data() + r * subs, blockScale.data() + r * blocks,
                blockOffset.data() + r * blocks, scaleInteger.data() + r * subs, offsetInteger.data() + r * subs };
        }

        [[nodiscard]] kernels::GridRows grid(std::int64_t begin, std::int64_t end)
        {
            return { end - begin, codes.data() + begin * columns, scale.data() + begin * subs, inverseScale.data() + begin * subs,
                offset.data() + begin * subs };
        }

        void copyRow(std::int64_t r, const Rows& from, std::int64_t other)
        {
            const auto copy = [r, other](auto& to, const auto& source, std::int64_t count) {
                std::copy_n(source.begin() + other * count, count, to.begin() + r * count);
            };
            copy(codes, from.codes, columns);
            copy(scale, from.scale, subs);
            copy(inverseScale, from.inverseScale, subs);
            copy(offset, from.offset, subs);
            copy(blockScale, from.blockScale, blocks);
            copy(blockOffset, from.blockOffset, blocks);
            copy(scaleInteger, from.scaleInteger, subs);
            copy(offsetInteger, from.offsetInteger, subs);
            copy(values, from.values, columns);
            copy(gradient, from.gradient, columns);
            copy(objective, from.objective, 1);
            copy(active, from.active, 1);
            copy(fitted, from.fitted, 1);
        }

        void invertScales(std::int64_t r)
        {
            for (std::int64_t s = r * subs; s < (r + 1) * subs; ++s) {
                const auto at = static_cast<std::size_t>(s);
                inverseScale[at] = scale[at] != 0 ? 1 / scale[at] : 0;
            }
        }

        std::int64_t rowCount, columns, subs, blocks;
        std::vector<std::uint8_t> codes;
        std::vector<float> scale, inverseScale, offset, blockScale, blockOffset;
        std::vector<std::int16_t> scaleInteger, offsetInteger;
        std::vector<float> values, gradient;
        std::vector<double> objective;
        std::vector<std::uint8_t> active; ///< 0: a descent changes nothing
        std::vector<std::uint8_t> fitted; ///< since all codes were chosen anew
    };

    /// The factor for error feedback; columns with the largest diagonal first, so that the others can make up for them.
    struct Feedback
    {
        torch::Tensor factor; ///< [in, in] f32
        torch::Tensor order; ///< [in] i32
    };

    Feedback feedbackOf(const torch::Tensor& hessian)
    {
        Feedback feedback;
        const torch::Tensor order = torch::argsort(hessian.diagonal(), true, 0, true);
        const torch::Tensor flipped = order.flip(0);
        torch::Tensor matrix = hessian.index_select(0, flipped).index_select(1, flipped).to(torch::kFloat64);
        const double mean = matrix.diagonal().mean().item<double>();
        torch::Tensor lower, info;
        // A Hessian of few tokens is singular.
        for (double ridge = 1e-6; ridge < 10; ridge *= 100) {
            matrix.diagonal().add_(mean > 0 ? ridge * mean : 1.0);
            std::tie(lower, info) = at::linalg_cholesky_ex(matrix);
            if (info.item<int>() == 0)
                break;
        }
        // H flipped = L Lᵀ, so that H = R Rᵀ with R = L flipped, upper triangular.
        feedback.factor = lower.to(torch::kFloat32).flip({ 0, 1 }).contiguous(); // LAPACK leaves columns one after another
        feedback.factor.div_(feedback.factor.diagonal().clone().unsqueeze(0)).triu_(1);
        feedback.order = order.to(torch::kInt32).contiguous();
        return feedback;
    }

    class Rounding
    {
    public:
        Rounding(const torch::Tensor& weight, const GroupedHessian& hessian, const GgmlLayout& layout, const GgmlRoundingOptions& options,
            StepObserver& observer, std::stop_token stop)
            : m_weight(weight.contiguous())
            , m_hessian(hessian.matrices.contiguous())
            , m_layout(layout)
            , m_options(options)
            , m_observer(observer)
            , m_stop(std::move(stop))
            , m_columns(weight.size(1))
            , m_rows(weight.size(0), m_columns, layout)
            , m_kept(0, m_columns, layout)
            , m_grid { layout.levels.data(), static_cast<int>(layout.levels.size()), layout.evenlySpaced, layout.subColumns }
        {
            const torch::Tensor diagonal = m_hessian.diagonal(0, 1, 2);
            m_inverseDiagonal = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal)).contiguous();
            const std::vector<RowGroup> runs = rowGroups(m_rows.rowCount, hessian.groups());
            for (std::size_t group = 0; group < runs.size(); ++group)
                for (std::int64_t begin = runs[group].begin; begin < runs[group].end; begin += kernels::rowsPerCall)
                    m_chunks.push_back({ static_cast<std::int64_t>(group), begin, std::min(runs[group].end, begin + kernels::rowsPerCall) });
        }

        Result<GgmlRoundingSolution> solve()
        {
            BITLOOM_CHECK(startFromGgml());
            report("start");
            if (m_options.feedback)
                BITLOOM_CHECK(factorHessians());
            if (m_layout.hasOffset)
                sumHessiansBySub();
            if (!m_options.feedback) {
                BITLOOM_CHECK(improve());
            } else {
                for (int attempt = 0; attempt < m_options.attempts; ++attempt) {
                    m_kept = m_rows;
                    BITLOOM_CHECK(roundAnew());
                    BITLOOM_CHECK(improve());
                    keepTheBetter();
                }
                // Rows that went back to what they were before their last attempt may still be improved.
                m_kept = Rows(0, m_columns, m_layout);
                BITLOOM_CHECK(improve());
            }
            GgmlRoundingSolution solution;
            solution.weight = packed();
            solution.start = std::move(m_start);
            solution.objective = std::move(m_objective);
            return solution;
        }

    private:
        struct Chunk
        {
            std::int64_t group = 0, begin = 0, end = 0;
        };

        [[nodiscard]] kernels::QuadraticForm form(std::int64_t group) const
        {
            return { m_hessian.const_data_ptr<float>() + group * m_columns * m_columns, m_inverseDiagonal.const_data_ptr<float>() + group * m_columns,
                m_columns };
        }

        [[nodiscard]] const float* weightOf(std::int64_t row) const { return m_weight.const_data_ptr<float>() + row * m_columns; }

        /// step(chunk) for all chunks on all threads.
        template <class Step>
        Result<void> forEachChunk(const Step& step)
        {
            parallelFor(static_cast<std::int64_t>(m_chunks.size()), 1, [&](std::int64_t first, std::int64_t last) {
                for (std::int64_t c = first; c < last && !m_stop.stop_requested(); ++c)
                    step(m_chunks[static_cast<std::size_t>(c)]);
            });
            if (m_stop.stop_requested())
                return cancelled();
            return {};
        }

        Result<void> startFromGgml()
        {
            BITLOOM_TRY(m_start, encodeWithGgml(m_weight, m_layout.type, m_hessian.diagonal(0, 1, 2), m_stop));
            const std::uint8_t* bytes = m_start.blocks.const_data_ptr<std::uint8_t>();
            const std::int64_t rowBytes = m_start.blocks.size(1);
            return forEachChunk([&](const Chunk& chunk) {
                for (std::int64_t r = chunk.begin; r < chunk.end; ++r)
                    unpackGgmlRow(m_layout, bytes + r * rowBytes, m_columns, m_rows.row(r));
                evaluate(m_rows, chunk);
            });
        }

        /// Values, gradient and objective of what the rows hold.
        void evaluate(Rows& rows, const Chunk& chunk) const
        {
            for (std::int64_t r = chunk.begin; r < chunk.end; ++r)
                rows.invertScales(r);
            kernels::gridValues(m_grid, rows.grid(chunk.begin, chunk.end), m_columns, rows.values.data() + chunk.begin * m_columns);
            const std::int64_t count = (chunk.end - chunk.begin) * m_columns;
            std::vector<float> difference(static_cast<std::size_t>(count));
            const float* values = rows.values.data() + chunk.begin * m_columns;
            const float* weights = weightOf(chunk.begin);
            for (std::int64_t i = 0; i < count; ++i)
                difference[static_cast<std::size_t>(i)] = values[i] - weights[i];
            float* gradient = rows.gradient.data() + chunk.begin * m_columns;
            kernels::multiplyRows(form(chunk.group), chunk.end - chunk.begin, difference.data(), gradient);
            for (std::int64_t r = 0; r < chunk.end - chunk.begin; ++r) {
                double sum = 0;
                for (std::int64_t i = r * m_columns; i < (r + 1) * m_columns; ++i)
                    sum += static_cast<double>(difference[static_cast<std::size_t>(i)]) * static_cast<double>(gradient[i]);
                rows.objective[static_cast<std::size_t>(chunk.begin + r)] = sum;
            }
        }

        Result<void> factorHessians()
        {
            for (std::int64_t group = 0; group < m_hessian.size(0); ++group) {
                if (m_stop.stop_requested())
                    return cancelled();
                m_feedback.push_back(feedbackOf(m_hessian[group]));
            }
            return {};
        }

        /// m_sums[k] [in, subs]: Σ_{j in s} H_ij, what the offsets' normal equations are made of.
        void sumHessiansBySub()
        {
            m_sums = m_hessian.view({ m_hessian.size(0), m_columns, m_rows.subs, m_layout.subColumns }).sum(3, false, torch::kFloat64).contiguous();
            m_offsetProducts = m_sums.view({ m_hessian.size(0), m_rows.subs, m_layout.subColumns, m_rows.subs }).sum(2).contiguous();
        }

        /// All codes with error feedback, on the block parameters as they are.
        Result<void> roundAnew()
        {
            BITLOOM_CHECK(forEachChunk([this](const Chunk& chunk) {
                const Feedback& feedback = m_feedback[static_cast<std::size_t>(chunk.group)];
                kernels::roundWithFeedback({ feedback.factor.const_data_ptr<float>(), feedback.order.const_data_ptr<std::int32_t>(), m_columns }, m_grid,
                    m_rows.grid(chunk.begin, chunk.end), weightOf(chunk.begin));
                evaluate(m_rows, chunk);
            }));
            std::fill(m_rows.active.begin(), m_rows.active.end(), std::uint8_t { 1 });
            report("codes");
            return {};
        }

        /// Descent and fits in turns.
        Result<void> improve()
        {
            double before = total();
            for (int iteration = 0; iteration < m_options.iterations; ++iteration) {
                BITLOOM_CHECK(forEachChunk([this](const Chunk& chunk) {
                    kernels::descendOnGrid(form(chunk.group), m_grid, m_rows.grid(chunk.begin, chunk.end), m_rows.values.data() + chunk.begin * m_columns,
                        m_rows.gradient.data() + chunk.begin * m_columns, m_rows.objective.data() + chunk.begin, m_rows.active.data() + chunk.begin,
                        m_options.cycles);
                }));
                report("codes");
                BITLOOM_CHECK(forEachChunk([this](const Chunk& chunk) { fitBlocks(chunk); }));
                report("scales");
                const double now = total();
                if (!(before - now > m_options.tolerance * before))
                    break;
                before = now;
            }
            return {};
        }

        void fitBlocks(const Chunk& chunk)
        {
            const std::int64_t count = chunk.end - chunk.begin, subs = m_rows.subs, size = m_layout.hasOffset ? 2 * subs : subs;
            std::vector<double> products(static_cast<std::size_t>(count * subs * subs));
            kernels::levelProducts(form(chunk.group), m_grid, m_rows.grid(chunk.begin, chunk.end), products.data());
            std::vector<double> matrix(static_cast<std::size_t>(m_layout.hasOffset ? size * size : 0));
            GgmlNormal normal;
            normal.subs = subs;
            Rows before(count, m_columns, m_layout);
            for (std::int64_t r = chunk.begin; r < chunk.end; ++r) {
                const auto at = static_cast<std::size_t>(r);
                before.copyRow(r - chunk.begin, m_rows, r);
                if (!m_rows.active[at] && m_rows.fitted[at])
                    continue;
                m_rows.fitted[at] = 1;
                const GgmlRow row = m_rows.row(r);
                normal.matrix = products.data() + (r - chunk.begin) * subs * subs;
                if (m_layout.hasOffset) {
                    formMatrix(chunk.group, row.codes, normal.matrix, matrix);
                    normal.matrix = matrix.data();
                }
                formSlope(row.codes, m_rows.gradient.data() + r * m_columns, normal.slope);
                if (fitGgmlBlocks(m_layout, normal, row) < 0)
                    m_rows.active[at] = 1;
            }
            evaluate(m_rows, chunk);
            for (std::int64_t r = chunk.begin; r < chunk.end; ++r) {
                // The fit is in f64, the file in f32.
                if (!(m_rows.objective[static_cast<std::size_t>(r)] <= before.objective[static_cast<std::size_t>(r - chunk.begin)])) {
                    m_rows.copyRow(r, before, r - chunk.begin);
                    m_rows.fitted[static_cast<std::size_t>(r)] = 1;
                }
            }
        }

        /// The normal equations of scales (l_i for column i) and offsets (-1) together.
        void formMatrix(std::int64_t group, const std::uint8_t* codes, const double* products, std::vector<double>& matrix) const
        {
            const std::int64_t subs = m_rows.subs, size = 2 * subs;
            const double* sums = m_sums.const_data_ptr<double>() + group * m_columns * subs;
            const double* offsets = m_offsetProducts.const_data_ptr<double>() + group * subs * subs;
            for (std::int64_t s = 0; s < subs; ++s) {
                double* own = matrix.data() + s * size;
                std::copy_n(products + s * subs, subs, own);
                std::fill_n(own + subs, subs, 0.0);
                for (std::int64_t i = s * m_layout.subColumns; i < (s + 1) * m_layout.subColumns; ++i) {
                    const double level = m_layout.levels[codes[i]];
                    for (std::int64_t t = 0; t < subs; ++t)
                        own[subs + t] -= level * sums[i * subs + t];
                }
                std::copy_n(offsets + s * subs, subs, matrix.data() + (subs + s) * size + subs);
            }
            for (std::int64_t s = 0; s < subs; ++s)
                for (std::int64_t t = 0; t < subs; ++t)
                    matrix[static_cast<std::size_t>((subs + t) * size + s)] = matrix[static_cast<std::size_t>(s * size + subs + t)];
        }

        void formSlope(const std::uint8_t* codes, const float* gradient, std::vector<double>& slope) const
        {
            const std::int64_t subs = m_rows.subs;
            slope.assign(static_cast<std::size_t>(m_layout.hasOffset ? 2 * subs : subs), 0.0);
            for (std::int64_t s = 0; s < subs; ++s) {
                double scale = 0, offset = 0;
                for (std::int64_t i = s * m_layout.subColumns; i < (s + 1) * m_layout.subColumns; ++i) {
                    scale += static_cast<double>(m_layout.levels[codes[i]]) * static_cast<double>(gradient[i]);
                    offset -= static_cast<double>(gradient[i]);
                }
                slope[static_cast<std::size_t>(s)] = scale;
                if (m_layout.hasOffset)
                    slope[static_cast<std::size_t>(subs + s)] = offset;
            }
        }

        void keepTheBetter()
        {
            for (std::int64_t r = 0; r < m_rows.rowCount; ++r)
                if (!(m_rows.objective[static_cast<std::size_t>(r)] <= m_kept.objective[static_cast<std::size_t>(r)]))
                    m_rows.copyRow(r, m_kept, r);
        }

        [[nodiscard]] double total() const
        {
            double sum = 0;
            for (const double row : m_rows.objective)
                sum += row;
            return sum;
        }

        /// Each row counts with the better of what it holds and what it would go back to.
        void report(std::string_view phase)
        {
            double sum = 0;
            for (std::size_t r = 0; r < m_rows.objective.size(); ++r)
                sum += m_kept.rowCount > 0 ? std::min(m_rows.objective[r], m_kept.objective[r]) : m_rows.objective[r];
            const double mean = sum / static_cast<double>(m_rows.rowCount);
            // Sums over columns may round up by an ulp although no row rose.
            m_objective.push_back(m_objective.empty() ? mean : std::min(mean, m_objective.back()));
            m_observer.step({ phase, m_objective.back() });
        }

        [[nodiscard]] GgmlBlocksWeight packed()
        {
            GgmlBlocksWeight weight;
            weight.columns = m_columns;
            weight.ggmlType = m_layout.type;
            const std::int64_t rowBytes = m_rows.blocks * m_layout.bytes;
            weight.blocks = torch::empty({ m_rows.rowCount, rowBytes }, torch::kUInt8);
            for (std::int64_t r = 0; r < m_rows.rowCount; ++r)
                packGgmlRow(m_layout, m_rows.row(r), m_columns, weight.blocks.mutable_data_ptr<std::uint8_t>() + r * rowBytes);
            return weight;
        }

        torch::Tensor m_weight, m_hessian, m_inverseDiagonal;
        const GgmlLayout& m_layout;
        const GgmlRoundingOptions& m_options;
        StepObserver& m_observer;
        std::stop_token m_stop;
        std::int64_t m_columns;
        GgmlBlocksWeight m_start;
        Rows m_rows;
        Rows m_kept; ///< what each row held before its present attempt
        kernels::LevelGrid m_grid;
        std::vector<Feedback> m_feedback; ///< of each group
        torch::Tensor m_sums, m_offsetProducts; ///< of types with offsets
        std::vector<Chunk> m_chunks;
        std::vector<double> m_objective;
    };

}

Result<GgmlRoundingSolution> roundIntoGgmlBlocks(const torch::Tensor& weight, const GroupedHessian& hessian, const GgmlRoundingOptions& options,
    StepObserver& observer, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const GgmlLayout* layout = ggmlLayout(options.type);
    if (layout == nullptr)
        return fail(ErrorCode::Internal, "{} has no scales that could be fitted", ggmlName(options.type));
    BITLOOM_CHECK(checkGgmlRows(options.type, weight.size(1)));
    return Rounding(weight, hessian, *layout, options, observer, std::move(stop)).solve();
}

} // namespace bitloom
