// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/packed_attention.h"
#include "core/kv/grid.h"

#include <cstddef>
#include <span>

namespace bitloom::kv {

enum class Half : std::uint8_t { Keys, Values };

/// Where the codes and the metadata of a page lie: the packed form of `block` consecutive positions of one head's keys or values.
class PageLayout
{
public:
    PageLayout(const Grid& grid, Half half, int headSize, int block);

    [[nodiscard]] const Grid& grid() const { return m_grid; }
    [[nodiscard]] Half half() const { return m_half; }
    [[nodiscard]] int block() const { return m_block; }
    [[nodiscard]] int headSize() const { return m_headSize; }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    /// Lanes (padded) and steps of the code matrix, see kv_primitives.h.
    [[nodiscard]] int lanes() const { return m_lanes; }
    [[nodiscard]] int steps() const { return m_steps; }
    [[nodiscard]] int groupsPerRow() const { return m_groupsPerRow; } ///< Token only
    [[nodiscard]] int groups() const { return m_groups; } ///< Channel: channel; Token: channel / group * block + position, so that positions follow each other
    /// Whether all positions have to be packed at once.
    [[nodiscard]] bool wholeBlocks() const { return m_grid.axis == GridAxis::Channel || m_grid.metadata == Metadata::Bytes; }
    [[nodiscard]] kernels::CodeMatrix codes(const std::byte* page) const;
    /// The same places, for a GPU's kernels.
    [[nodiscard]] kernels::PackedHalf packedHalf() const;

    /// Packs rows [block, headSize] into a page of zeros.
    void packBlock(std::byte* page, const float* rows) const;
    /// Packs the row of one position (not for wholeBlocks()).
    void packRow(std::byte* page, int position, const float* row) const;
    /// groups() scales and minima.
    void readMetadata(const std::byte* page, float* scales, float* minima) const;
    /// The row of one position as it is stored.
    void readRow(const std::byte* page, int position, float* row) const;

private:
    [[nodiscard]] int groupOf(int position, int channel) const;
    [[nodiscard]] ScaleAndMinimum readGroup(const std::byte* page, int group) const;
    /// Returns what readGroup() will give.
    ScaleAndMinimum writeGroup(std::byte* page, int group, const ScaleAndMinimum& fit) const;
    void put(std::byte* page, int position, int channel, unsigned code) const;

    Grid m_grid;
    Half m_half;
    int m_block, m_headSize, m_lanes, m_steps, m_groupsPerRow, m_groups;
    std::size_t m_scaleOffset, m_minimumOffset, m_bytes;
};

} // namespace bitloom::kv
