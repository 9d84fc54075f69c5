// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/side_store.h"

#include "core/kv/element.h"

#include <algorithm>

namespace bitloom::kv {
namespace {
    constexpr std::size_t alignment = 64;
}

SideStore::SideStore(const PageLayout& layout, ElementType exact, std::pmr::memory_resource* resource, const RotaryPages* rotary)
    : m_layout(&layout)
    , m_rotary(rotary)
    , m_resource(resource)
    , m_exactType(exact)
    , m_slabs(resource)
    , m_pages(resource)
    , m_positions(resource)
    , m_free(resource)
    , m_waiting(resource)
    , m_exact(resource)
{
}

SideStore::SideStore(SideStore&& other) noexcept = default;

SideStore::~SideStore()
{
    for (std::byte* slab : m_slabs)
        m_resource->deallocate(slab, slabBytes(), alignment);
    for (std::byte* page : m_pages)
        if (page)
            m_resource->deallocate(page, m_layout->bytes(), alignment);
}

std::size_t SideStore::slabBytes() const
{
    const int rowElements = m_layout->half() == Half::Keys ? m_layout->headSize() : m_layout->lanes();
    return static_cast<std::size_t>(rowElements * slabSlots) * elementBytes();
}

std::int64_t SideStore::bytes() const
{
    std::size_t held = m_slabs.size() * slabBytes();
    for (const std::byte* page : m_pages)
        held += page ? m_layout->bytes() : 0;
    held += (m_slabs.capacity() + m_pages.capacity()) * sizeof(std::byte*);
    held += (m_positions.capacity() + m_free.capacity() + m_waiting.capacity()) * sizeof(std::int32_t) + m_exact.capacity() * sizeof(std::uint64_t);
    return static_cast<std::int64_t>(held);
}

void SideStore::writeSlot(std::size_t slot, const float* row)
{
    const bool keys = m_layout->half() == Half::Keys;
    std::byte* const slab = m_slabs[slot / slabSlots];
    const auto inSlab = static_cast<int>(slot % slabSlots);
    for (int channel = 0; channel < m_layout->headSize(); ++channel) {
        const int at = keys ? channel * slabSlots + inSlab : inSlab * m_layout->lanes() + channel;
        storeElement(slab + static_cast<std::size_t>(at) * elementBytes(), m_exactType, row[channel]);
    }
}

void SideStore::readSlot(std::size_t slot, float* row) const
{
    const bool keys = m_layout->half() == Half::Keys;
    const std::byte* const slab = m_slabs[slot / slabSlots];
    const auto inSlab = static_cast<int>(slot % slabSlots);
    for (int channel = 0; channel < m_layout->headSize(); ++channel) {
        const int at = keys ? channel * slabSlots + inSlab : inSlab * m_layout->lanes() + channel;
        row[channel] = loadElement(slab + static_cast<std::size_t>(at) * elementBytes(), m_exactType);
    }
}

std::size_t SideStore::slotOf(std::int32_t position) const
{
    // Runs of slots without a branch between them, so that the compiler compares many at a time; the newest are asked for most.
    for (std::size_t first = m_positions.size(); first > 0;) {
        first -= slabSlots;
        bool here = false;
        for (std::size_t i = 0; i < slabSlots; ++i)
            here |= m_positions[first + i] == position;
        if (here)
            return static_cast<std::size_t>(std::find(m_positions.begin() + static_cast<std::ptrdiff_t>(first), m_positions.end(), position) - m_positions.begin());
    }
    return m_positions.size();
}

void SideStore::append(const float* row)
{
    const auto position = static_cast<std::int32_t>(m_length);
    if (m_free.empty()) {
        // All that may throw comes before anything changes.
        m_free.reserve(m_free.size() + slabSlots);
        m_slabs.reserve(m_slabs.size() + 1 > m_slabs.capacity() ? m_slabs.size() + m_slabs.size() / 2 + 1 : m_slabs.capacity());
        if (m_positions.size() + slabSlots > m_positions.capacity())
            m_positions.reserve(m_positions.size() + m_positions.size() / 2 + slabSlots);
        auto* slab = static_cast<std::byte*>(m_resource->allocate(slabBytes(), alignment));
        std::memset(slab, 0, slabBytes());
        m_slabs.push_back(slab);
        for (int i = slabSlots - 1; i >= 0; --i)
            m_free.push_back(static_cast<std::int32_t>(m_positions.size()) + i);
        m_positions.resize(m_positions.size() + slabSlots, -1);
    }
    if (m_length % 64 == 0)
        m_exact.push_back(0);
    const auto block = static_cast<std::size_t>(m_length / m_layout->block());
    if (m_pages.size() <= block)
        m_pages.resize(block + 1, nullptr);
    const auto slot = static_cast<std::size_t>(m_free.back());
    m_free.pop_back();
    writeSlot(slot, row);
    m_positions[slot] = position;
    m_exact.back() |= std::uint64_t(1) << (position % 64);
    ++m_exactCount;
    ++m_length;
    if (m_length % m_layout->block() == 0 && !m_waiting.empty()) {
        packBlock(block);
        for (const std::int32_t waiting : m_waiting)
            freeSlot(slotOf(waiting));
        m_waiting.clear();
    }
}

void SideStore::freeSlot(std::size_t slot)
{
    const std::int32_t position = m_positions[slot];
    m_positions[slot] = -1;
    m_exact[static_cast<std::size_t>(position / 64)] &= ~(std::uint64_t(1) << (position % 64));
    --m_exactCount;
    m_free.push_back(static_cast<std::int32_t>(slot));
    if (m_changes && position < m_changes->known)
        m_changes->freed.push_back(position);
}

std::byte* SideStore::needPage(std::size_t index)
{
    if (m_changes && static_cast<std::int64_t>(index) * m_layout->block() < m_changes->known)
        m_changes->pages.push_back(static_cast<std::int32_t>(index));
    std::byte*& page = m_pages[index];
    if (!page) {
        page = static_cast<std::byte*>(m_resource->allocate(m_layout->bytes(), alignment));
        std::memset(page, 0, m_layout->bytes());
    }
    return page;
}

void SideStore::packBlock(std::size_t index)
{
    const int block = m_layout->block(), headSize = m_layout->headSize();
    std::vector<float> rows(static_cast<std::size_t>(block * headSize));
    const auto first = static_cast<std::int32_t>(index) * block;
    for (std::size_t slot = 0; slot < m_positions.size(); ++slot) {
        const std::int32_t at = m_positions[slot] - first;
        if (m_positions[slot] >= 0 && at >= 0 && at < block) {
            readSlot(slot, rows.data() + at * headSize);
            if (m_rotary)
                m_rotary->toStored(m_positions[slot], rows.data() + at * headSize);
        }
    }
    m_layout->packBlock(needPage(index), rows.data());
}

void SideStore::release(std::span<const std::int32_t> positions)
{
    const int block = m_layout->block();
    std::vector<float> row(static_cast<std::size_t>(m_layout->headSize()));
    for (const std::int32_t position : positions) {
        const auto index = static_cast<std::size_t>(position / block);
        if (m_layout->grid().evicts()) {
            freeSlot(slotOf(position));
        } else if (!m_layout->wholeBlocks()) {
            const std::size_t slot = slotOf(position);
            readSlot(slot, row.data());
            if (m_rotary)
                m_rotary->toStored(position, row.data());
            m_layout->packRow(needPage(index), position % block, row.data());
            freeSlot(slot);
        } else if (static_cast<std::int64_t>(index + 1) * block <= m_length) {
            if (!m_pages[index])
                packBlock(index);
            freeSlot(slotOf(position));
        } else {
            m_waiting.push_back(position);
        }
    }
}

bool SideStore::readRow(std::int64_t position, float* row) const
{
    if (isExact(position)) {
        readSlot(slotOf(static_cast<std::int32_t>(position)), row);
        return true;
    }
    const std::byte* page = m_pages[static_cast<std::size_t>(position / m_layout->block())];
    if (!page)
        return false;
    m_layout->readRow(page, static_cast<int>(position % m_layout->block()), row);
    if (m_rotary)
        m_rotary->fromStored(position, row);
    return true;
}

bool SideStore::allExact(std::size_t page) const
{
    const std::int64_t first = static_cast<std::int64_t>(page) * m_layout->block(), end = std::min(first + m_layout->block(), m_length);
    for (std::int64_t position = first; position < end;) {
        const std::int64_t count = std::min<std::int64_t>(end - position, 64 - position % 64);
        const std::uint64_t mask = (count == 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << count) - 1) << (position % 64);
        if ((m_exact[static_cast<std::size_t>(position / 64)] & mask) != mask)
            return false;
        position += count;
    }
    return true;
}

} // namespace bitloom::kv
