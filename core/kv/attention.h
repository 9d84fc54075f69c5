// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/head_cache.h"

#include <span>
#include <vector>

namespace bitloom::kv {

/// The query heads that share one key-value head, all at one position.
struct QueryGroup
{
    const float* queries = nullptr; ///< [count, headSize], `stride` floats apart
    std::int64_t stride = 0;
    int count = 1;
    float scale = 1; ///< of the logits: 1 / sqrt(headSize)
    std::int64_t firstVisible = 0; ///< positions before it are not seen (sliding windows)
};

/// A softmax over a part of the positions, before it is divided by its sum; parts merge by their maxima and sums.
class PartialAttention
{
public:
    PartialAttention(int queries, int headSize);
    void merge(const PartialAttention& other);
    /// out [queries, headSize], `stride` apart.
    void finish(float* out, std::int64_t stride) const;

    std::vector<float> outputs, maxima, sums; ///< outputs [queries, lanes]
    int lanes = 0, headSize = 0;
};

/// Memory that calls share, so that a step of decoding allocates nothing.
struct AttentionScratch
{
    std::vector<float> query, logits, coefficients, scales, minima, rows, sums, bases, turned;
    std::vector<double> angles;
};

/// Positions that one part of a long context has; parts are cut here whatever the number of threads.
constexpr std::int64_t attentionPart = 4096;

/// Attention of a query group over positions [begin, end), begin a multiple of 128, without unpacking keys or values: scales fold into the queries once for
/// each page, minima into one number. Only keys that pages hold as they were before the rotary embedding are unpacked and turned, a page at a time. `mass` (null, or room for end - begin, then begin must be 0 and end the length): the softmax's weights, summed over the
/// queries.
void attend(const HeadCache& cache, const QueryGroup& group, std::int64_t begin, std::int64_t end, AttentionScratch& scratch, PartialAttention& result, float* mass = nullptr,
    kernels::InstructionSet set = kernels::bestInstructionSet());

/// The same in the plainest way, from unpacked rows in f64: what the fast one is compared with. out [count, headSize]; weights (optional) [count, length].
void attendPlainly(const HeadCache& cache, const QueryGroup& group, std::vector<double>& out, std::vector<double>* weights = nullptr);

} // namespace bitloom::kv
