// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_half_steps.h"

#include "core/base/huge_pages.h"
#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/lookup_table_rows.h"

#include <algorithm>

namespace bitloom {
namespace {

    /// Above this, bucket sums are not kept between codebook fits but computed anew.
    constexpr std::int64_t bucketBytesLimit = std::int64_t { 512 } << 20;

    class KernelHalfSteps : public LookupTableHalfSteps
    {
    public:
        KernelHalfSteps(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start)
            : m_rows(weight.size(0))
            , m_in(weight.size(1))
            , m_columns((m_in + kernels::columnAlignment - 1) / kernels::columnAlignment * kernels::columnAlignment)
            , m_levels(start.codebook.size(1))
            , m_hessian(padded(padded(hessian.matrices.contiguous(), 2), 1))
            , m_codes(padded(start.codes, 1).clone())
            , m_codebook(start.codebook.clone())
            , m_gradient(torch::empty({ m_rows, m_columns }, torch::kFloat32))
            , m_objective(static_cast<std::size_t>(m_rows))
            , m_active(static_cast<std::size_t>(m_rows), 1)
        {
            const torch::Tensor diagonal = m_hessian.diagonal(0, 1, 2);
            m_inverseDiagonal = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal)).contiguous();
            if (m_rows * m_levels * (m_columns * 4 + m_levels * 8) <= bucketBytesLimit) {
                m_bucketSums = torch::empty({ m_rows, m_levels, m_columns }, torch::kFloat32);
                m_bucketNormal = torch::empty({ m_rows, m_levels, m_levels }, torch::kFloat64);
                preferHugePages(m_bucketSums.mutable_data_ptr(), m_bucketSums.nbytes());
                m_bucketCodes = torch::empty({ m_rows, m_columns }, torch::kUInt8);
                m_bucketValid.assign(static_cast<std::size_t>(m_rows), 0);
            }
            const std::vector<RowGroup> runs = rowGroups(m_rows, hessian.groups());
            for (std::size_t group = 0; group < runs.size(); ++group)
                for (std::int64_t begin = runs[group].begin; begin < runs[group].end; begin += kernels::rowsPerCall)
                    m_chunks.push_back({ static_cast<std::int64_t>(group), begin, std::min(runs[group].end, begin + kernels::rowsPerCall) });
            computeGradient(weight);
        }

        Result<void> fitCodebooks(std::stop_token stop) override
        {
            return forEachChunk(stop, [this](const kernels::QuadraticForm& form, const kernels::CodedRows& rows, std::int64_t begin) {
                kernels::BucketSums buckets;
                if (m_bucketSums.defined())
                    buckets = { m_bucketSums.mutable_data_ptr<float>() + begin * m_levels * m_columns,
                        m_bucketNormal.mutable_data_ptr<double>() + begin * m_levels * m_levels,
                        m_bucketCodes.mutable_data_ptr<std::uint8_t>() + begin * m_columns, m_bucketValid.data() + begin };
                kernels::fitCodebooks(form, rows, buckets);
            });
        }

        Result<void> descend(int cycles, std::stop_token stop) override
        {
            return forEachChunk(stop, [cycles](const kernels::QuadraticForm& form, const kernels::CodedRows& rows, std::int64_t) {
                kernels::descend(form, rows, cycles);
            });
        }

        double objective() const override
        {
            double total = 0;
            for (const double row : m_objective)
                total += row;
            return total / static_cast<double>(m_rows);
        }

        bool settled() const override
        {
            return std::none_of(m_active.begin(), m_active.end(), [](std::uint8_t active) { return active != 0; });
        }

        torch::Tensor codes() const override { return m_columns == m_in ? m_codes : m_codes.narrow(1, 0, m_in).contiguous(); }
        torch::Tensor codebook() const override { return m_codebook; }

    private:
        struct Chunk
        {
            std::int64_t group = 0, begin = 0, end = 0;
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

        [[nodiscard]] kernels::QuadraticForm form(std::int64_t group) const
        {
            return { m_hessian.const_data_ptr<float>() + group * m_columns * m_columns,
                m_inverseDiagonal.const_data_ptr<float>() + group * m_columns, m_columns };
        }

        void computeGradient(const torch::Tensor& weight)
        {
            const float* weights = weight.const_data_ptr<float>();
            float* gradients = m_gradient.mutable_data_ptr<float>();
            const std::uint8_t* codes = m_codes.const_data_ptr<std::uint8_t>();
            const float* codebooks = m_codebook.const_data_ptr<float>();
            parallelFor(static_cast<std::int64_t>(m_chunks.size()), 1, [&](std::int64_t first, std::int64_t last) {
                for (std::int64_t c = first; c < last; ++c) {
                    const Chunk& chunk = m_chunks[static_cast<std::size_t>(c)];
                    std::vector<float> difference(static_cast<std::size_t>((chunk.end - chunk.begin) * m_columns), 0.0F);
                    for (std::int64_t r = chunk.begin; r < chunk.end; ++r)
                        for (std::int64_t i = 0; i < m_in; ++i)
                            difference[static_cast<std::size_t>((r - chunk.begin) * m_columns + i)]
                                = codebooks[r * m_levels + codes[r * m_columns + i]] - weights[r * m_in + i];
                    kernels::multiplyRows(form(chunk.group), chunk.end - chunk.begin, difference.data(), gradients + chunk.begin * m_columns);
                    for (std::int64_t r = chunk.begin; r < chunk.end; ++r) {
                        double sum = 0;
                        for (std::int64_t i = 0; i < m_in; ++i)
                            sum += static_cast<double>(difference[static_cast<std::size_t>((r - chunk.begin) * m_columns + i)]) * gradients[r * m_columns + i];
                        m_objective[static_cast<std::size_t>(r)] = sum;
                    }
                }
            });
        }

        template <class HalfStep>
        Result<void> forEachChunk(const std::stop_token& stop, const HalfStep& halfStep)
        {
            std::uint8_t* codes = m_codes.mutable_data_ptr<std::uint8_t>();
            float* codebooks = m_codebook.mutable_data_ptr<float>();
            float* gradients = m_gradient.mutable_data_ptr<float>();
            parallelFor(static_cast<std::int64_t>(m_chunks.size()), 1, [&](std::int64_t first, std::int64_t last) {
                for (std::int64_t c = first; c < last && !stop.stop_requested(); ++c) {
                    const Chunk& chunk = m_chunks[static_cast<std::size_t>(c)];
                    const kernels::CodedRows rows { chunk.end - chunk.begin, static_cast<int>(m_levels), codes + chunk.begin * m_columns,
                        codebooks + chunk.begin * m_levels, gradients + chunk.begin * m_columns, m_objective.data() + chunk.begin,
                        m_active.data() + chunk.begin };
                    halfStep(form(chunk.group), rows, chunk.begin);
                }
            });
            if (stop.stop_requested())
                return cancelled();
            return {};
        }

        std::int64_t m_rows, m_in, m_columns, m_levels; ///< m_columns: m_in padded for the kernels
        torch::Tensor m_hessian, m_inverseDiagonal;
        torch::Tensor m_codes, m_codebook, m_gradient;
        torch::Tensor m_bucketSums, m_bucketNormal, m_bucketCodes;
        std::vector<std::uint8_t> m_bucketValid;
        std::vector<double> m_objective;
        std::vector<std::uint8_t> m_active;
        std::vector<Chunk> m_chunks;
    };

}

std::unique_ptr<LookupTableHalfSteps> kernelHalfSteps(
    const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start)
{
    return std::make_unique<KernelHalfSteps>(weight, hessian, start);
}

} // namespace bitloom
