// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/rotary_pages.h"

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

namespace bitloom::kv {

using kernels::ElementType;

/// What happened to a store since somebody who keeps a copy of it last looked.
struct StoreChanges
{
    explicit StoreChanges(std::pmr::memory_resource* resource)
        : freed(resource)
        , pages(resource)
    {
    }
    std::int64_t known = 0; ///< positions that there were then; of later ones, and of pages that begin with a later one, nothing is noted
    std::pmr::vector<std::int32_t> freed; ///< positions whose rows are not exact any longer
    std::pmr::vector<std::int32_t> pages; ///< that were written to; one may come several times
};

/// One head's keys or one head's values: rows of the newest and of chosen old positions exactly, in slots, and all others packed in pages of
/// consecutive positions. A page is packed once; a position whose row is exact may also be in a page, and the exact row counts.
class SideStore
{
public:
    static constexpr int slabSlots = 16;

    /// `rotary` (null: pages hold rows as they come) must outlive this.
    SideStore(const PageLayout& layout, ElementType exact, std::pmr::memory_resource* resource, const RotaryPages* rotary = nullptr);
    SideStore(SideStore&& other) noexcept;
    SideStore& operator=(SideStore&&) = delete;
    ~SideStore();

    [[nodiscard]] std::int64_t length() const { return m_length; }
    [[nodiscard]] const PageLayout& layout() const { return *m_layout; }
    /// Where pages hold keys in other coordinates than exact rows: how; else null.
    [[nodiscard]] const RotaryPages* rotary() const { return m_rotary; }

    /// The next position's row, exact for now.
    void append(const float* row);
    /// These positions (ascending, each exact and not released before) need not be exact any longer. Each is packed and its slot freed as soon as
    /// the grid allows: at once, or when its block is complete.
    void release(std::span<const std::int32_t> positions);

    [[nodiscard]] bool isExact(std::int64_t position) const { return (m_exact[static_cast<std::size_t>(position / 64)] >> (position % 64) & 1U) != 0; }
    [[nodiscard]] std::int64_t exactCount() const { return m_exactCount; }
    /// Released positions whose slots are held only until their block is complete.
    [[nodiscard]] std::span<const std::int32_t> waiting() const { return m_waiting; }
    /// What it holds: slots, pages and its bookkeeping.
    [[nodiscard]] std::int64_t bytes() const;
    /// The row that attention uses; false where the position was dropped.
    bool readRow(std::int64_t position, float* row) const;

    /// Notes from now on what changes; nullptr: nothing.
    void noteChanges(StoreChanges* changes) { m_changes = changes; }

    // What attention walks through.
    [[nodiscard]] ElementType exactType() const { return m_exactType; }
    [[nodiscard]] std::size_t slabs() const { return m_slabs.size(); }
    /// Keys: [headSize][slabSlots]; values: [slabSlots][layout().lanes()].
    [[nodiscard]] const std::byte* slab(std::size_t index) const { return m_slabs[index]; }
    /// The positions of its slots, -1 where a slot is free.
    [[nodiscard]] const std::int32_t* slabPositions(std::size_t index) const { return m_positions.data() + index * slabSlots; }
    [[nodiscard]] std::size_t pages() const { return m_pages.size(); }
    [[nodiscard]] const std::byte* page(std::size_t index) const { return m_pages[index]; } ///< nullptr: nothing of it is packed
    /// Whether every position of the page that there is so far is exact.
    [[nodiscard]] bool allExact(std::size_t page) const;

private:
    [[nodiscard]] std::size_t elementBytes() const { return kernels::elementBytes(m_exactType); }
    [[nodiscard]] std::size_t slabBytes() const;
    [[nodiscard]] std::size_t slotOf(std::int32_t position) const;
    void writeSlot(std::size_t slot, const float* row);
    void readSlot(std::size_t slot, float* row) const;
    void freeSlot(std::size_t slot);
    std::byte* needPage(std::size_t index);
    void packBlock(std::size_t index);

    const PageLayout* m_layout;
    const RotaryPages* m_rotary;
    std::pmr::memory_resource* m_resource;
    ElementType m_exactType;
    std::int64_t m_length = 0, m_exactCount = 0;
    std::pmr::vector<std::byte*> m_slabs, m_pages;
    std::pmr::vector<std::int32_t> m_positions, m_free; ///< slot -> position; free slots
    std::pmr::vector<std::int32_t> m_waiting; ///< released, but their block is not complete
    std::pmr::vector<std::uint64_t> m_exact;
    StoreChanges* m_changes = nullptr;
};

} // namespace bitloom::kv
