// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/measured_attention.h"

#include "core/base/error_in_flight.h"

namespace bitloom {

MeasuredAttention::MeasuredAttention(const CausalLm& model, bool keepsExact, kv::KvCache& cache, std::stop_token stop)
    : CachedAttention(cache, nullptr, std::move(stop))
    , m_model(model)
{
    if (keepsExact)
        m_exact.emplace();
}

void MeasuredAttention::setMeasuring(bool measures)
{
    m_measures = measures;
    m_errors.clear();
}

torch::Tensor MeasuredAttention::newestError(const torch::Tensor& query, const torch::Tensor& found, std::size_t block) const
{
    const torch::Tensor &keys = m_exact->keys[block], &values = m_exact->values[block];
    const std::int64_t newest = query.size(2) - 1;
    const auto ofHeads = [&](const torch::Tensor& output) { return output.to(torch::kFloat32).reshape({ keys.size(1), -1 }); };
    const torch::Tensor exact = ofHeads(m_model.attend(query.narrow(2, newest, 1), keys, values, keys.size(2) - 1));
    const torch::Tensor difference = (ofHeads(found.narrow(2, newest, 1)) - exact).square().sum(1), norm = exact.square().sum(1);
    return (difference / norm.clamp_min(1e-30)).sqrt();
}

torch::Tensor MeasuredAttention::attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value)
{
    torch::Tensor found = CachedAttention::attend(block, query, key, value);
    if (!m_exact)
        return found;
    try {
        m_exact->append(block, key, value);
        if (m_measures)
            m_errors.push_back(newestError(query, found, static_cast<std::size_t>(block)));
    } catch (...) {
        if (errorInFlight("measuring attention").value().code != ErrorCode::OutOfMemory)
            throw;
        // The text goes on without a measurement that there is no memory for.
        m_exact.reset();
        m_errors.clear();
    }
    return found;
}

std::optional<std::vector<float>> MeasuredAttention::errors() const
{
    if (!m_exact || m_errors.empty())
        return std::nullopt;
    const torch::Tensor all = torch::cat(m_errors).to(torch::kCPU).contiguous();
    const auto* const first = all.const_data_ptr<float>();
    return std::vector<float>(first, first + all.numel());
}

} // namespace bitloom
