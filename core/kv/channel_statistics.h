// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/cache_plan.h"

#include <array>
#include <cstdint>
#include <vector>

namespace bitloom::kv {

/// What one layer's keys or values are like on calibration text, and the changes of coordinates that follow from it in
/// closed form.
class ChannelStatistics
{
public:
    static constexpr int run = 16; ///< channels that decomposition() mixes: d2 of DecoQuant

    ChannelStatistics(int heads, int headSize);
    /// rows [heads, count, head size], finite.
    void add(const float* rows, std::int64_t count);

    /// The shift and scale of each channel that take its smallest number to -1 and its largest to 1: where WKVQuant's
    /// learning starts.
    [[nodiscard]] Transform smoothing() const;
    /// DecoQuant's small tensor: with all runs of channels as the rows of X = U S Vᵀ, mix = √S Vᵀ, so that what is
    /// stored is U √S (balanced gauge). The head size must be a multiple of `run`.
    [[nodiscard]] Transform decomposition() const;

private:
    int m_heads, m_headSize;
    std::vector<float> m_least, m_most; ///< [heads, head size]
    std::array<double, run * run> m_products {}; ///< XᵀX
};

} // namespace bitloom::kv
