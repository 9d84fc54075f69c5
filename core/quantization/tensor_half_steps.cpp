// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_half_steps.h"

#include "core/base/job_control.h"
#include "core/kernels/cuda/descend_block.h"

#include <algorithm>

namespace bitloom {
namespace {

    /// One-hot codes and bucket sums of this many rows' worth exist at a time.
    constexpr std::int64_t bucketBytesLimit = std::int64_t { 512 } << 20;
    /// Columns between two trailing updates (lazy block updates, section B.3).
    constexpr std::int64_t tensorDescentBlock = 128;

    class TensorHalfSteps : public LookupTableHalfSteps
    {
    public:
        TensorHalfSteps(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start, bool cudaKernel)
            : m_levels(start.codebook.size(1))
            , m_cudaKernel(cudaKernel)
            , m_codes(start.codes.clone())
            , m_codebook(start.codebook.clone())
        {
            const std::vector<RowGroup> runs = rowGroups(weight.size(0), hessian.groups());
            const std::int64_t rowBytes = 4 * m_levels * weight.size(1);
            const std::int64_t chunkRows = std::max<std::int64_t>(1, bucketBytesLimit / rowBytes);
            const torch::Tensor difference = torch::gather(m_codebook, 1, m_codes.to(torch::kInt64)) - weight;
            m_objective = torch::empty({ weight.size(0) }, weight.options().dtype(torch::kFloat64));
            m_gradient = torch::empty_like(weight);
            for (std::size_t k = 0; k < runs.size(); ++k) {
                const torch::Tensor matrix = hessian.matrices[static_cast<std::int64_t>(k)].contiguous();
                const torch::Tensor diagonal = matrix.diagonal();
                const torch::Tensor inverse = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal));
                for (std::int64_t begin = runs[k].begin; begin < runs[k].end; begin += chunkRows) {
                    const std::int64_t end = std::min(runs[k].end, begin + chunkRows);
                    Chunk chunk { matrix, inverse, m_codes.slice(0, begin, end), m_codebook.slice(0, begin, end),
                        m_gradient.slice(0, begin, end), m_objective.slice(0, begin, end) };
                    const torch::Tensor rows = difference.slice(0, begin, end);
                    chunk.gradient.copy_(torch::mm(rows, matrix));
                    chunk.objective.copy_((rows.to(torch::kFloat64) * chunk.gradient).sum(1));
                    m_chunks.push_back(chunk);
                }
            }
        }

        Result<void> fitCodebooks(std::stop_token stop) override
        {
            for (Chunk& chunk : m_chunks) {
                if (stop.stop_requested())
                    return cancelled();
                fit(chunk);
            }
            return {};
        }

        Result<void> descend(int cycles, std::stop_token stop) override
        {
            m_settled = true;
            for (Chunk& chunk : m_chunks) {
                for (int cycle = 0; cycle < cycles; ++cycle) {
                    const torch::Tensor before = chunk.codes.clone();
                    BITLOOM_CHECK(sweep(chunk, stop));
                    if (before.equal(chunk.codes))
                        break;
                    m_settled = false;
                }
            }
            return {};
        }

        double objective() const override { return m_objective.mean().item<double>(); }
        bool settled() const override { return m_settled; }
        torch::Tensor codes() const override { return m_codes; }
        torch::Tensor codebook() const override { return m_codebook; }

    private:
        /// Rows of one group; all but the first two are views of the whole layer's.
        struct Chunk
        {
            torch::Tensor hessian, inverseDiagonal, codes, codebook, gradient, objective;
        };

        Result<void> sweep(Chunk& chunk, const std::stop_token& stop)
        {
            const std::int64_t in = chunk.hessian.size(0);
            const std::int64_t width = m_cudaKernel ? kernels::gpuDescentBlock : tensorDescentBlock;
            const torch::Tensor midpoints
                = (0.5 * chunk.codebook.slice(1, 0, m_levels - 1) + 0.5 * chunk.codebook.slice(1, 1, m_levels)).contiguous();
            for (std::int64_t begin = 0; begin < in; begin += width) {
                if (stop.stop_requested())
                    return cancelled();
                const std::int64_t end = std::min(in, begin + width);
                torch::Tensor deltas;
                if (m_cudaKernel) {
                    BITLOOM_TRY(deltas, descendOnGpu(chunk, begin, end));
                } else {
                    deltas = descendColumns(chunk, midpoints, begin, end);
                }
                chunk.gradient.addmm_(deltas, chunk.hessian.slice(0, begin, end));
            }
            return {};
        }

        /// Visits columns [begin, end) and returns the changes; chunk.gradient itself is left to the caller's one GEMM.
        torch::Tensor descendColumns(Chunk& chunk, const torch::Tensor& midpoints, std::int64_t begin, std::int64_t end) const
        {
            torch::Tensor gradient = chunk.gradient.slice(1, begin, end).clone();
            torch::Tensor codes = chunk.codes.slice(1, begin, end);
            const torch::Tensor square = chunk.hessian.slice(0, begin, end).slice(1, begin, end);
            torch::Tensor deltas = torch::zeros_like(gradient);
            for (std::int64_t j = 0; j < end - begin; ++j) {
                const torch::Tensor code = codes.select(1, j).to(torch::kInt64).unsqueeze(1);
                const torch::Tensor value = torch::gather(chunk.codebook, 1, code);
                const torch::Tensor slope = gradient.slice(1, j, j + 1);
                const torch::Tensor target = value - slope * chunk.inverseDiagonal[begin + j];
                const torch::Tensor level = (target > midpoints).sum(1, true);
                const torch::Tensor delta = torch::gather(chunk.codebook, 1, level) - value;
                const torch::Tensor step = delta.to(torch::kFloat64);
                const torch::Tensor gain = 2 * step * slope + step * step * square[j][j];
                const torch::Tensor accepted = gain < 0;
                const torch::Tensor taken = torch::where(accepted, delta, torch::zeros_like(delta));
                codes.select(1, j).copy_(torch::where(accepted, level, code).squeeze(1).to(torch::kUInt8));
                chunk.objective.add_(torch::where(accepted, gain, torch::zeros_like(gain)).squeeze(1));
                gradient.addmm_(taken, square.slice(0, j, j + 1));
                deltas.select(1, j).copy_(taken.squeeze(1));
            }
            return deltas;
        }

        Result<torch::Tensor> descendOnGpu(Chunk& chunk, std::int64_t begin, std::int64_t end) const
        {
            torch::Tensor deltas = torch::empty({ chunk.codes.size(0), end - begin }, chunk.gradient.options());
            kernels::GpuDescentBlock block;
            block.hessian = chunk.hessian.const_data_ptr<float>();
            block.inverseDiagonal = chunk.inverseDiagonal.const_data_ptr<float>();
            block.codebook = chunk.codebook.const_data_ptr<float>();
            block.gradient = chunk.gradient.const_data_ptr<float>();
            block.codes = chunk.codes.mutable_data_ptr<std::uint8_t>();
            block.deltas = deltas.mutable_data_ptr<float>();
            block.gain = chunk.objective.mutable_data_ptr<double>();
            block.rows = chunk.codes.size(0);
            block.in = chunk.hessian.size(0);
            block.begin = begin;
            block.columns = end - begin;
            block.levels = static_cast<int>(m_levels);
            if (const char* problem = kernels::descendBlockOnGpu(block))
                return fail(ErrorCode::Internal, "the CUDA kernel for coordinate descent did not start: {}", problem);
            return deltas;
        }

        /// The same Newton step for the codebook as the CPU kernels', all rows of the chunk at once.
        void fit(Chunk& chunk) const
        {
            const auto doubles = chunk.objective.options();
            const torch::Tensor levels = torch::arange(m_levels, chunk.codes.options().dtype(torch::kInt64)).view({ 1, m_levels, 1 });
            const torch::Tensor oneHot = (chunk.codes.to(torch::kInt64).unsqueeze(1) == levels).to(torch::kFloat32);
            const torch::Tensor sums = torch::matmul(oneHot, chunk.hessian); // [rows, levels, in] = Pᵀ H
            const torch::Tensor normal = torch::bmm(sums, oneHot.transpose(1, 2)).to(torch::kFloat64);
            const torch::Tensor slope = torch::bmm(oneHot, chunk.gradient.unsqueeze(2)).to(torch::kFloat64); // [rows, levels, 1]
            const torch::Tensor unused = oneHot.sum(2) == 0;
            const torch::Tensor diagonal = normal.diagonal(0, 1, 2);
            const torch::Tensor largest = std::get<0>(diagonal.max(1, true));

            torch::Tensor pending = (largest > 0).squeeze(1);
            for (const double ridge : { 1e-9, 1e-6, 1e-4, 1e-2 }) {
                torch::Tensor pivots = diagonal + ridge * torch::maximum(diagonal, 1e-12 * largest);
                pivots = torch::where(unused, largest.expand_as(pivots), pivots);
                torch::Tensor matrix = normal.clone();
                matrix.diagonal(0, 1, 2).copy_(torch::where(pivots > 0, pivots, torch::ones_like(pivots)));
                const auto [factor, info] = torch::linalg_cholesky_ex(matrix);
                const torch::Tensor solvable = info == 0;
                const torch::Tensor safe = torch::where(solvable.view({ -1, 1, 1 }), factor, torch::eye(m_levels, doubles).expand_as(factor));
                const torch::Tensor solution = torch::cholesky_solve(-slope, safe).squeeze(2);
                torch::Tensor step = (chunk.codebook + solution.to(torch::kFloat32)) - chunk.codebook;
                step = torch::where(unused, torch::zeros_like(step), step);
                const torch::Tensor exact = step.to(torch::kFloat64).unsqueeze(2);
                const torch::Tensor gain = (exact * (2 * slope + torch::bmm(normal, exact))).sum({ 1, 2 });
                const torch::Tensor accepted = pending & solvable & (gain < 0) & torch::isfinite(gain);
                step = torch::where(accepted.unsqueeze(1), step, torch::zeros_like(step));
                chunk.codebook.add_(step);
                chunk.gradient.add_(torch::bmm(step.unsqueeze(1), sums).squeeze(1));
                chunk.objective.add_(torch::where(accepted, gain, torch::zeros_like(gain)));
                pending = pending & ~accepted;
                if (!pending.any().item<bool>())
                    break;
            }
            placeUnusedLevels(chunk, unused);
            const auto [sorted, order] = torch::sort(chunk.codebook, true, 1, false);
            const torch::Tensor position = torch::argsort(order, 1, false);
            chunk.codebook.copy_(sorted);
            chunk.codes.copy_(torch::gather(position, 1, chunk.codes.to(torch::kInt64)).to(torch::kUInt8));
        }

        void placeUnusedLevels(Chunk& chunk, const torch::Tensor& unused) const
        {
            if (!unused.any().item<bool>())
                return;
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

        std::int64_t m_levels;
        bool m_cudaKernel;
        bool m_settled = false;
        torch::Tensor m_codes, m_codebook, m_gradient, m_objective;
        std::vector<Chunk> m_chunks;
    };

}

std::unique_ptr<LookupTableHalfSteps> tensorHalfSteps(
    const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start, bool cudaKernel)
{
    return std::make_unique<TensorHalfSteps>(weight, hessian, start, cudaKernel);
}

} // namespace bitloom
