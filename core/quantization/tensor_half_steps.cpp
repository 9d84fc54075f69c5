// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_half_steps.h"

#include "core/base/job_control.h"
#include "core/kernels/row_batch.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace bitloom {
namespace {

    /// Bucket sums of this many rows' worth exist at a time.
    constexpr std::int64_t bucketBytesLimit = std::int64_t { 512 } << 20;

    class TensorHalfSteps : public LookupTableHalfSteps
    {
    public:
        TensorHalfSteps(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start, const kernels::RowBatchKernels& kernels)
            : m_kernels(kernels)
            , m_device(weight.device())
            , m_runs(rowGroups(weight.size(0), hessian.groups()))
            , m_rows(weight.size(0))
            , m_in(weight.size(1))
            , m_levels(start.codebook.size(1))
            , m_hessian(hessian.matrices.contiguous())
            , m_codes(start.codes.clone())
            , m_codebook(start.codebook.clone())
        {
            const torch::Tensor diagonal = m_hessian.diagonal(0, 1, 2);
            m_inverseDiagonal = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal)).contiguous();
            const torch::Tensor difference = torch::gather(m_codebook, 1, m_codes.to(torch::kInt64)) - weight;
            m_gradient = torch::zeros_like(weight);
            addProducts(difference, m_hessian);
            m_objective = (difference.to(torch::kFloat64) * m_gradient).sum(1);
        }

        Result<void> fitCodebooks(std::stop_token stop) override
        {
            const c10::DeviceGuard guard(m_device);
            const std::int64_t chunkRows = std::max<std::int64_t>(1, bucketBytesLimit / (4 * m_levels * m_in));
            for (std::int64_t begin = 0; begin < m_rows; begin += chunkRows) {
                if (stop.stop_requested())
                    return cancelled();
                BITLOOM_CHECK(fit(begin, std::min(m_rows, begin + chunkRows)));
            }
            return {};
        }

        Result<void> descend(int cycles, std::stop_token stop) override
        {
            const c10::DeviceGuard guard(m_device);
            m_settled = true;
            torch::Tensor moving = torch::ones({ m_rows }, m_codes.options());
            for (int cycle = 0; cycle < cycles; ++cycle) {
                const torch::Tensor changed = torch::zeros_like(moving);
                for (std::int64_t begin = 0; begin < m_in; begin += kernels::batchDescentColumns) {
                    if (stop.stop_requested())
                        return cancelled();
                    BITLOOM_CHECK(descendColumns(begin, std::min(m_in, begin + kernels::batchDescentColumns), moving, changed));
                }
                if (!changed.any().item<bool>())
                    break;
                m_settled = false;
                moving = changed;
            }
            return {};
        }

        double objective() const override { return m_objective.mean().item<double>(); }
        bool settled() const override { return m_settled; }
        torch::Tensor codes() const override { return m_codes; }
        torch::Tensor codebook() const override { return m_codebook; }

    private:
        /// Where kernels have to queue up to run in turn with libtorch's.
        [[nodiscard]] void* stream() const
        {
            return m_device.is_cuda() ? c10::impl::VirtualGuardImpl(m_device.type()).getStream(m_device).native_handle() : nullptr;
        }

        static Result<void> started(const char* problem)
        {
            if (problem != nullptr)
                return fail(ErrorCode::Internal, "a kernel of the solver did not start: {}", problem);
            return {};
        }

        /// m_gradient += deltas [rows, columns] x each group's own matrix [groups, columns, in]. In f32 throughout: with TF32 the gradient, which is
        /// only ever added to, would drift away from the codes.
        void addProducts(const torch::Tensor& deltas, const torch::Tensor& matrices)
        {
            const auto groups = static_cast<std::int64_t>(m_runs.size());
            if (m_rows % groups == 0) {
                m_gradient.view({ groups, m_rows / groups, m_in }).baddbmm_(deltas.view({ groups, m_rows / groups, -1 }), matrices);
                return;
            }
            for (std::int64_t k = 0; k < groups; ++k) {
                const RowGroup run = m_runs[static_cast<std::size_t>(k)];
                m_gradient.slice(0, run.begin, run.end).addmm_(deltas.slice(0, run.begin, run.end), matrices[k]);
            }
        }

        Result<void> descendColumns(std::int64_t begin, std::int64_t end, const torch::Tensor& moving, const torch::Tensor& changed)
        {
            const torch::Tensor deltas = torch::empty({ m_rows, end - begin }, m_gradient.options());
            kernels::DescentBlock block;
            block.hessian = m_hessian.const_data_ptr<float>();
            block.inverseDiagonal = m_inverseDiagonal.const_data_ptr<float>();
            block.codebook = m_codebook.const_data_ptr<float>();
            block.gradient = m_gradient.const_data_ptr<float>();
            block.moving = moving.const_data_ptr<std::uint8_t>();
            block.codes = m_codes.mutable_data_ptr<std::uint8_t>();
            block.changed = changed.mutable_data_ptr<std::uint8_t>();
            block.deltas = deltas.mutable_data_ptr<float>();
            block.objective = m_objective.mutable_data_ptr<double>();
            block.rows = m_rows;
            block.rowsPerGroup = m_runs.front().end;
            block.in = m_in;
            block.begin = begin;
            block.columns = end - begin;
            block.levels = static_cast<int>(m_levels);
            BITLOOM_CHECK(started(m_kernels.descendBlock(block, stream())));
            addProducts(deltas, m_hessian.slice(1, begin, end));
            return {};
        }

        /// Rows whose codebooks are fitted together. The last four are views of the whole layer's.
        struct Chunk
        {
            torch::Tensor sums; ///< Pᵀ H [rows, levels, in] f32
            torch::Tensor normal; ///< Pᵀ H P [rows, levels, levels] f64
            torch::Tensor slope; ///< Pᵀ G [rows, levels] f64
            torch::Tensor counts; ///< [rows, levels] i32
            torch::Tensor inverseDiagonal; ///< [rows, in], where a level is unused
            torch::Tensor codes, codebook, gradient, objective;
        };

        Result<Chunk> formEquations(std::int64_t begin, std::int64_t end)
        {
            const std::int64_t rows = end - begin, tiles = kernels::orderTiles(static_cast<int>(m_levels), m_in);
            const auto integers = m_codes.options().dtype(torch::kInt32);
            Chunk chunk;
            chunk.sums = torch::empty({ rows, m_levels, m_in }, m_gradient.options());
            chunk.normal = torch::empty({ rows, m_levels, m_levels }, m_objective.options());
            chunk.slope = torch::empty({ rows, m_levels }, m_objective.options());
            chunk.counts = torch::empty({ rows, m_levels }, integers);
            chunk.codes = m_codes.slice(0, begin, end);
            chunk.codebook = m_codebook.slice(0, begin, end);
            chunk.gradient = m_gradient.slice(0, begin, end);
            chunk.objective = m_objective.slice(0, begin, end);
            const torch::Tensor order = torch::empty({ rows, m_in }, integers);
            const torch::Tensor first = torch::empty({ rows, tiles, m_levels + 1 }, integers);

            kernels::CodeOrder sorting;
            sorting.codes = chunk.codes.const_data_ptr<std::uint8_t>();
            sorting.order = order.mutable_data_ptr<std::int32_t>();
            sorting.first = first.mutable_data_ptr<std::int32_t>();
            sorting.rows = rows;
            sorting.in = m_in;
            sorting.levels = static_cast<int>(m_levels);
            BITLOOM_CHECK(started(m_kernels.orderByCode(sorting, stream())));

            for (std::size_t k = 0; k < m_runs.size(); ++k) {
                const std::int64_t from = std::max(begin, m_runs[k].begin), to = std::min(end, m_runs[k].end);
                if (from >= to)
                    continue;
                kernels::BucketSumBatch buckets;
                buckets.hessian = m_hessian.const_data_ptr<float>() + static_cast<std::int64_t>(k) * m_in * m_in;
                buckets.order = sorting.order + (from - begin) * m_in;
                buckets.first = sorting.first + (from - begin) * tiles * (m_levels + 1);
                buckets.sums = chunk.sums.mutable_data_ptr<float>() + (from - begin) * m_levels * m_in;
                buckets.rows = to - from;
                buckets.in = m_in;
                buckets.levels = sorting.levels;
                BITLOOM_CHECK(started(m_kernels.sumBuckets(buckets, stream())));
            }

            kernels::NormalEquationBatch equations;
            equations.sums = chunk.sums.const_data_ptr<float>();
            equations.gradient = chunk.gradient.const_data_ptr<float>();
            equations.codes = sorting.codes;
            equations.order = sorting.order;
            equations.first = sorting.first;
            equations.normal = chunk.normal.mutable_data_ptr<double>();
            equations.slope = chunk.slope.mutable_data_ptr<double>();
            equations.counts = chunk.counts.mutable_data_ptr<std::int32_t>();
            equations.rows = rows;
            equations.in = m_in;
            equations.levels = sorting.levels;
            BITLOOM_CHECK(started(m_kernels.formNormalEquations(equations, stream())));
            return chunk;
        }

        /// The same Newton step for the codebook as the CPU kernels', all rows of the chunk at once. The small systems are libtorch's business.
        Result<void> fit(std::int64_t begin, std::int64_t end)
        {
            BITLOOM_TRY(Chunk chunk, formEquations(begin, end));
            const torch::Tensor slope = chunk.slope.unsqueeze(2); // [rows, levels, 1]
            const torch::Tensor unused = chunk.counts == 0;
            const torch::Tensor diagonal = chunk.normal.diagonal(0, 1, 2);
            const torch::Tensor largest = std::get<0>(diagonal.max(1, true));

            torch::Tensor pending = (largest > 0).squeeze(1);
            for (const double ridge : { 1e-9, 1e-6, 1e-4, 1e-2 }) {
                torch::Tensor pivots = diagonal + ridge * torch::maximum(diagonal, 1e-12 * largest);
                pivots = torch::where(unused, largest.expand_as(pivots), pivots);
                torch::Tensor matrix = chunk.normal.clone();
                matrix.diagonal(0, 1, 2).copy_(torch::where(pivots > 0, pivots, torch::ones_like(pivots)));
                const auto [factor, info] = torch::linalg_cholesky_ex(matrix);
                const torch::Tensor solvable = info == 0;
                const torch::Tensor safe
                    = torch::where(solvable.view({ -1, 1, 1 }), factor, torch::eye(m_levels, m_objective.options()).expand_as(factor));
                const torch::Tensor solution = torch::cholesky_solve(-slope, safe).squeeze(2);
                torch::Tensor step = (chunk.codebook + solution.to(torch::kFloat32)) - chunk.codebook;
                step = torch::where(unused, torch::zeros_like(step), step);
                const torch::Tensor exact = step.to(torch::kFloat64).unsqueeze(2);
                const torch::Tensor gain = (exact * (2 * slope + torch::bmm(chunk.normal, exact))).sum({ 1, 2 });
                const torch::Tensor accepted = pending & solvable & (gain < 0) & torch::isfinite(gain);
                step = torch::where(accepted.unsqueeze(1), step, torch::zeros_like(step));
                chunk.codebook.add_(step);
                chunk.gradient.add_(torch::bmm(step.unsqueeze(1), chunk.sums).squeeze(1));
                chunk.objective.add_(torch::where(accepted, gain, torch::zeros_like(gain)));
                pending = pending & ~accepted;
                if (!pending.any().item<bool>())
                    break;
            }
            if (unused.any().item<bool>()) {
                std::vector<torch::Tensor> inverse;
                for (std::size_t k = 0; k < m_runs.size(); ++k)
                    if (const std::int64_t rows = std::min(end, m_runs[k].end) - std::max(begin, m_runs[k].begin); rows > 0)
                        inverse.push_back(m_inverseDiagonal[static_cast<std::int64_t>(k)].expand({ rows, m_in }));
                chunk.inverseDiagonal = torch::cat(inverse);
                placeUnusedLevels(chunk, unused);
            }
            const auto [sorted, order] = torch::sort(chunk.codebook, true, 1, false);
            const torch::Tensor position = torch::argsort(order, 1, false);
            chunk.codebook.copy_(sorted);
            chunk.codes.copy_(torch::gather(position, 1, chunk.codes.to(torch::kInt64)).to(torch::kUInt8));
            return {};
        }

        void placeUnusedLevels(Chunk& chunk, const torch::Tensor& unused) const
        {
            const torch::Tensor values = torch::gather(chunk.codebook, 1, chunk.codes.to(torch::kInt64));
            const torch::Tensor wanted = values - chunk.gradient * chunk.inverseDiagonal;
            torch::Tensor gain = chunk.gradient.to(torch::kFloat64).square() * chunk.inverseDiagonal;
            for (std::int64_t q = 0; q < m_levels; ++q) {
                const auto [best, where] = gain.max(1, true);
                const torch::Tensor placed = unused.slice(1, q, q + 1) & (best > 0);
                torch::Tensor level = chunk.codebook.slice(1, q, q + 1);
                level.copy_(torch::where(placed, torch::gather(wanted, 1, where), level));
                gain.scatter_(1, where, torch::where(placed, torch::zeros_like(best), best));
            }
        }

        const kernels::RowBatchKernels& m_kernels;
        c10::Device m_device;
        std::vector<RowGroup> m_runs;
        std::int64_t m_rows, m_in, m_levels;
        bool m_settled = false;
        torch::Tensor m_hessian, m_inverseDiagonal; ///< [groups, in, in], [groups, in]
        torch::Tensor m_codes, m_codebook, m_gradient, m_objective;
    };

}

Result<std::unique_ptr<LookupTableHalfSteps>> tensorHalfSteps(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start)
{
    const kernels::RowBatchKernels* kernels = weight.is_cuda() ? kernels::cudaRowBatchKernels() : &kernels::referenceRowBatchKernels();
    if (kernels == nullptr)
        return fail(ErrorCode::Unsupported, "the weight is on {}, but this Bitloom was built without CUDA", weight.device().str());
    const c10::DeviceGuard guard(weight.device());
    return std::make_unique<TensorHalfSteps>(weight, hessian, start, *kernels);
}

} // namespace bitloom
