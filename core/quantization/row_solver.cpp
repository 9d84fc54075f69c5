// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/row_solver.h"

#include "core/base/huge_pages.h"
#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/lookup_table_rows.h"

#include <algorithm>
#include <memory>
#include <mutex>

namespace bitloom {
namespace {

    /// Rows solved together: with their bucket sums they share a second-level cache with a small Hessian, and read a large one less often.
    std::int64_t rowsTogether(std::int64_t columns)
    {
        return std::clamp<std::int64_t>(columns / 32, 32, 128);
    }

    /// Rows times squared inputs above which a person waits long enough to be shown the first outer iteration.
    constexpr double largeLayer = 4e9;

    class RowSolver
    {
    public:
        RowSolver(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start)
            : m_rows(weight.size(0))
            , m_in(weight.size(1))
            , m_columns((m_in + kernels::columnAlignment - 1) / kernels::columnAlignment * kernels::columnAlignment)
            , m_levels(start.codebook.size(1))
            , m_weight(padded(weight, 1))
            , m_hessian(padded(padded(hessian.matrices, 2), 1))
            , m_columnSums(torch::empty({ hessian.groups(), m_columns }, torch::kFloat32))
            , m_codes(padded(start.codes, 1).clone())
            , m_codebook(start.codebook.clone())
            , m_objective(static_cast<std::size_t>(m_rows))
            , m_before(static_cast<std::size_t>(m_rows))
            , m_state(static_cast<std::size_t>(m_rows), State::Running)
        {
            parallelFor(hessian.groups(), 1, [this](std::int64_t begin, std::int64_t end) {
                const at::NoGradGuard noGrad;
                for (std::int64_t group = begin; group < end; ++group)
                    m_columnSums[group].copy_(m_hessian[group].sum(0));
            });
            const torch::Tensor diagonal = m_hessian.diagonal(0, 1, 2);
            m_inverseDiagonal = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal)).contiguous();
            const std::vector<RowGroup> runs = rowGroups(m_rows, hessian.groups());
            const std::int64_t together = rowsTogether(m_columns);
            for (std::size_t group = 0; group < runs.size(); ++group)
                for (std::int64_t begin = runs[group].begin; begin < runs[group].end; begin += together)
                    m_chunks.push_back({ static_cast<std::int64_t>(group), begin, std::min(runs[group].end, begin + together), {} });
        }

        /// Outer iterations [from, to) of all rows that still run. `last`: and what ends a row.
        Result<void> run(int from, int to, bool last, const LookupTableSolverOptions& options, const std::stop_token& stop)
        {
            parallelFor(static_cast<std::int64_t>(m_chunks.size()), 1, [&](std::int64_t first, std::int64_t end) {
                const std::unique_ptr<Scratch> scratch = takeScratch();
                for (std::int64_t c = first; c < end && !stop.stop_requested(); ++c)
                    runChunk(m_chunks[static_cast<std::size_t>(c)], *scratch, from, to, last, options, stop);
                giveBack(std::move(*scratch));
            });
            if (stop.stop_requested())
                return cancelled();
            return {};
        }

        /// Mean over rows at the start and after each half step; a row that has ended stays as it is.
        [[nodiscard]] std::vector<double> objective() const
        {
            std::size_t steps = 0;
            for (const Chunk& chunk : m_chunks)
                steps = std::max(steps, chunk.objective.size());
            std::vector<double> total(steps);
            for (const Chunk& chunk : m_chunks)
                for (std::size_t step = 0; step < steps; ++step)
                    total[step] += chunk.objective[std::min(step, chunk.objective.size() - 1)];
            for (double& value : total)
                value /= static_cast<double>(m_rows);
            // Sums over rows may round up by an ulp although no row rose.
            for (std::size_t step = 1; step < steps; ++step)
                total[step] = std::min(total[step], total[step - 1]);
            return total;
        }

        [[nodiscard]] std::int64_t rowIterations() const
        {
            std::int64_t total = 0;
            for (const Chunk& chunk : m_chunks)
                total += chunk.rowIterations;
            return total;
        }

        [[nodiscard]] torch::Tensor codes() const { return m_columns == m_in ? m_codes : m_codes.narrow(1, 0, m_in).contiguous(); }
        [[nodiscard]] torch::Tensor codebook() const { return m_codebook; }

    private:
        enum class State : std::uint8_t {
            Running,
            Retired, ///< another outer iteration would gain too little
            Settled, ///< neither half step changes anything any more
        };

        struct Chunk
        {
            std::int64_t group = 0, begin = 0, end = 0;
            std::vector<double> objective; ///< Σ rows, at the start and after each half step
            std::int64_t rowIterations = 0;
        };

        /// What the rows of one chunk need while they run; its memory goes from chunk to chunk.
        struct Scratch
        {
            torch::Tensor gradient, sums, normal, codes;
            std::vector<std::uint8_t> valid, active;
        };

        [[nodiscard]] torch::Tensor padded(const torch::Tensor& tensor, std::int64_t dimension) const
        {
            if (m_columns == m_in)
                return tensor;
            std::vector<std::int64_t> shape = tensor.sizes().vec();
            shape[static_cast<std::size_t>(dimension)] = m_columns;
            torch::Tensor result = torch::zeros(shape, tensor.options());
            result.narrow(dimension, 0, m_in).copy_(tensor);
            return result;
        }

        std::unique_ptr<Scratch> takeScratch()
        {
            {
                const std::lock_guard lock(m_scratchMutex);
                if (!m_scratch.empty()) {
                    auto scratch = std::make_unique<Scratch>(std::move(m_scratch.back()));
                    m_scratch.pop_back();
                    return scratch;
                }
            }
            const std::int64_t rows = std::min(rowsTogether(m_columns), m_rows);
            auto scratch = std::make_unique<Scratch>();
            scratch->gradient = torch::empty({ rows, m_columns }, torch::kFloat32);
            scratch->sums = torch::empty({ rows, m_levels, kernels::bucketStride(m_columns) }, torch::kFloat32);
            preferHugePages(scratch->sums.mutable_data_ptr(), scratch->sums.nbytes());
            scratch->normal = torch::empty({ rows, m_levels, m_levels }, torch::kFloat64);
            scratch->codes = torch::empty({ rows, m_columns }, torch::kUInt8);
            scratch->valid.resize(static_cast<std::size_t>(rows));
            scratch->active.resize(static_cast<std::size_t>(rows));
            return scratch;
        }

        void giveBack(Scratch scratch)
        {
            const std::lock_guard lock(m_scratchMutex);
            m_scratch.push_back(std::move(scratch));
        }

        void runChunk(Chunk& chunk, Scratch& scratch, int from, int to, bool last, const LookupTableSolverOptions& options, const std::stop_token& stop)
        {
            const kernels::QuadraticForm form { m_hessian.const_data_ptr<float>() + chunk.group * m_columns * m_columns,
                m_inverseDiagonal.const_data_ptr<float>() + chunk.group * m_columns, m_columns,
                m_columnSums.const_data_ptr<float>() + chunk.group * m_columns };
            const kernels::CodedRows rows { chunk.end - chunk.begin, static_cast<int>(m_levels),
                m_codes.mutable_data_ptr<std::uint8_t>() + chunk.begin * m_columns, m_codebook.mutable_data_ptr<float>() + chunk.begin * m_levels,
                scratch.gradient.mutable_data_ptr<float>(), m_objective.data() + chunk.begin, scratch.active.data() };
            const kernels::BucketSums buckets { scratch.sums.mutable_data_ptr<float>(), scratch.normal.mutable_data_ptr<double>(),
                scratch.codes.mutable_data_ptr<std::uint8_t>(), scratch.valid.data() };
            std::fill(scratch.valid.begin(), scratch.valid.end(), 0);
            const auto state = [&](std::int64_t r) -> State& { return m_state[static_cast<std::size_t>(chunk.begin + r)]; };
            const auto activate = [&](State lowest, State highest) {
                bool any = false;
                for (std::int64_t r = 0; r < rows.rows; ++r) {
                    rows.active[r] = state(r) >= lowest && state(r) <= highest;
                    any = any || rows.active[r];
                }
                return any;
            };
            const auto record = [&] {
                double sum = 0;
                for (std::int64_t r = 0; r < rows.rows; ++r)
                    sum += rows.objective[r];
                chunk.objective.push_back(sum);
            };

            if (from == 0) {
                kernels::beginRows(form, rows, m_weight.const_data_ptr<float>() + chunk.begin * m_columns);
                std::copy_n(rows.objective, rows.rows, m_before.begin() + chunk.begin);
                record();
            } else {
                // The gradient anew; the objective has been kept in f64, which is exacter.
                const std::vector<double> kept(rows.objective, rows.objective + rows.rows);
                kernels::beginRows(form, rows, m_weight.const_data_ptr<float>() + chunk.begin * m_columns);
                std::copy(kept.begin(), kept.end(), rows.objective);
            }
            for (int iteration = from; iteration < to && activate(State::Running, State::Running) && !stop.stop_requested(); ++iteration) {
                for (std::int64_t r = 0; r < rows.rows; ++r)
                    chunk.rowIterations += rows.active[r];
                kernels::fitCodebooks(form, rows, buckets);
                record();
                if (stop.stop_requested())
                    return;
                kernels::descend(form, rows, options.cycles);
                record();
                for (std::int64_t r = 0; r < rows.rows; ++r) {
                    if (state(r) != State::Running)
                        continue;
                    double& before = m_before[static_cast<std::size_t>(chunk.begin + r)];
                    if (!rows.active[r])
                        state(r) = State::Settled;
                    else if (!(before - rows.objective[r] > options.tolerance * before))
                        state(r) = State::Retired;
                    before = rows.objective[r];
                }
            }
            if (last && !stop.stop_requested()) {
                activate(State::Running, State::Retired);
                kernels::fitCodebooks(form, rows, buckets);
                record();
            }
        }

        std::int64_t m_rows, m_in, m_columns, m_levels; ///< m_columns: m_in padded for the kernels
        torch::Tensor m_weight, m_hessian, m_columnSums, m_inverseDiagonal;
        torch::Tensor m_codes, m_codebook;
        std::vector<double> m_objective, m_before; ///< m_before: at the start of the row's outer iteration
        std::vector<State> m_state;
        std::vector<Chunk> m_chunks;
        std::mutex m_scratchMutex; // guards m_scratch
        std::vector<Scratch> m_scratch;
    };

}

Result<LookupTableSolution> solveByRows(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start,
    const LookupTableSolverOptions& options, StepObserver& observer, const std::stop_token& stop)
{
    RowSolver solver(weight, hessian, start);
    LookupTableSolution solution;
    // Shows the half steps that have not been shown; the codes belong to the last one.
    const auto show = [&] {
        const std::vector<double> steps = solver.objective();
        const torch::Tensor codes = solver.codes(), codebook = solver.codebook();
        while (solution.objective.size() < steps.size()) {
            const std::size_t step = solution.objective.size();
            const bool current = step + 1 == steps.size();
            solution.objective.push_back(step == 0 ? steps[step] : std::min(steps[step], solution.objective.back()));
            if (step == 0)
                observer.step({ "start", solution.objective.back(), &start.codes, &start.codebook });
            else
                observer.step({ step % 2 == 1 ? "codebook" : "codes", solution.objective.back(), current ? &codes : nullptr, current ? &codebook : nullptr });
        }
    };
    const double size = static_cast<double>(weight.size(0)) * static_cast<double>(weight.size(1)) * static_cast<double>(weight.size(1));
    const int shown = size > largeLayer ? std::min(1, options.iterations) : 0;
    if (shown > 0) {
        BITLOOM_CHECK(solver.run(0, shown, false, options, stop));
        show();
    }
    BITLOOM_CHECK(solver.run(shown, options.iterations, true, options, stop));
    show();
    solution.codes = solver.codes().clone();
    solution.codebook = solver.codebook();
    solution.rowIterations = solver.rowIterations();
    return solution;
}

} // namespace bitloom
