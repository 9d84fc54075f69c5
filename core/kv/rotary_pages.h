// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/page_layout.h"
#include "core/kv/transform.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bitloom::kv {

/// The rotary embedding (Su et al., RoFormer, 2021, section 3.4.2), whose pairs are the halves of a head: at position p it turns channels (c, c + pairs) by p · frequency[c].
class RotaryEmbedding
{
public:
    /// Radians per position of each pair, [headSize / 2].
    explicit RotaryEmbedding(std::vector<double> frequencies)
        : m_frequencies(std::move(frequencies))
    {
    }
    [[nodiscard]] int pairs() const { return static_cast<int>(m_frequencies.size()); }
    void turn(float* row, std::int64_t position) const { turnBy(row, static_cast<double>(position)); }
    void turnBack(float* row, std::int64_t position) const { turnBy(row, -static_cast<double>(position)); }
    /// Cosine and sine of one pair's angle.
    [[nodiscard]] std::pair<double, double> angle(int pair, std::int64_t position) const;

private:
    void turnBy(float* row, double positions) const;
    std::vector<double> m_frequencies;
};

/// What turns the keys of a whole page at once; one for all heads of a layer.
struct RotaryPlan
{
    RotaryPlan(std::vector<double> frequencies, const PageLayout& layout, Transform transform);

    RotaryEmbedding embedding;
    Transform transform;
    std::vector<float> mixColumns; ///< the transform's mixing matrix, column after column
    std::vector<float> cosines, sines; ///< [pairs, lanes]: of each place of a page
    std::vector<std::pair<double, double>> step; ///< of each pair: cosine and sine of the turn from one page to the next
};

/// Pages of one head that hold keys as they were before the rotary embedding, where a channel keeps its range over the positions (KVQuant, Hooper et al., 2024,
/// section 3.2): stored = T(R(-p) key) with the layer's Transform T. Exact rows stay as attention compares them. Keys are turned back when they are packed and
/// turned again when a page is read: a score sums pairs whose angle depends on the position and on the channel, so no product with codes can do without it. A
/// page's keys are turned by their places in the page alone, with one table for all pages, and the queries once for each page by its first position.
class RotaryPages
{
public:
    RotaryPages(const PageLayout& layout, std::shared_ptr<const RotaryPlan> plan, int head)
        : m_layout(&layout)
        , m_plan(std::move(plan))
        , m_head(head)
    {
    }

    /// A key at a position into a page's coordinates or back, in place.
    void toStored(std::int64_t position, float* row) const;
    void fromStored(std::int64_t position, float* row) const;

    /// Floats that unpack() needs: the keys themselves and as many again.
    [[nodiscard]] std::size_t unpackedFloats() const { return 2 * static_cast<std::size_t>(m_layout->lanes() * m_layout->headSize()); }
    /// A page's keys turned by their places in it, [headSize, lanes], somewhere in `memory`. `scales` and `minima` have room for groups().
    [[nodiscard]] const float* unpack(const std::byte* page, float* memory, float* scales, float* minima, const kernels::KvPrimitives& primitives) const;

    /// Cosine and sine of each pair at a page's first position, [2, pairs].
    void anglesAt(std::int64_t page, std::vector<double>& angles) const;
    /// From one page to the next.
    void advance(std::vector<double>& angles) const;
    /// A query turned back by these angles: what meets the keys that unpack() gives.
    void turnQueryBack(const std::vector<double>& angles, const float* query, float* turned) const;

private:
    void readCodes(const std::byte* page, float* tile) const;

    const PageLayout* m_layout;
    std::shared_ptr<const RotaryPlan> m_plan;
    int m_head;
};

} // namespace bitloom::kv
