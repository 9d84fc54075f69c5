// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/device_mirror.h"

#include "core/kv/element.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace bitloom::kv {

using kernels::ExactEntry;
using kernels::PackedAttentionKernels;

namespace {
    constexpr std::size_t stagingBytes = std::size_t(1) << 20U; ///< that one copy brings over at most, but for a single larger piece

    Result<void> done(const char* problem, const char* doing)
    {
        if (problem)
            return fail(ErrorCode::Internal, "{} on the GPU failed: {}", doing, problem);
        return {};
    }
}

Result<DeviceMemory> DeviceMemory::allocate(const PackedAttentionKernels& kernels, std::size_t bytes, std::int64_t& counted)
{
    DeviceMemory memory;
    void* data = nullptr;
    if (const char* problem = kernels.allocate(bytes, &data))
        return fail(ErrorCode::OutOfMemory, "the GPU has no room for {} more bytes of the key-value cache, which has {} there: {}", bytes, counted, problem);
    memory.m_kernels = &kernels;
    memory.m_data = static_cast<std::byte*>(data);
    memory.m_bytes = bytes;
    memory.m_counted = &counted;
    counted += static_cast<std::int64_t>(bytes);
    return memory;
}

DeviceMemory::DeviceMemory(DeviceMemory&& other) noexcept
    : m_kernels(other.m_kernels)
    , m_data(std::exchange(other.m_data, nullptr))
    , m_bytes(std::exchange(other.m_bytes, 0))
    , m_counted(other.m_counted)
{
}

DeviceMemory& DeviceMemory::operator=(DeviceMemory&& other) noexcept
{
    std::swap(m_kernels, other.m_kernels);
    std::swap(m_data, other.m_data);
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_counted, other.m_counted);
    return *this;
}

DeviceMemory::~DeviceMemory()
{
    if (!m_data)
        return;
    m_kernels->release(m_data);
    *m_counted -= static_cast<std::int64_t>(m_bytes);
}

/// Gathers pieces for many places and brings them over together.
class DeviceMirror::Upload
{
public:
    Upload(DeviceMirror& mirror)
        : m_mirror(mirror)
        , m_pieces(mirror.m_resource)
        , m_bytes(mirror.m_resource)
    {
    }

    /// Room for `bytes` (a multiple of 4) that are to lie at `to`, until the next call.
    [[nodiscard]] Result<std::byte*> add(std::byte* to, std::size_t bytes)
    {
        if (!m_bytes.empty() && m_bytes.size() + bytes + (m_pieces.size() + 1) * sizeof(kernels::ScatterPiece) > stagingBytes)
            BITLOOM_CHECK(finish());
        m_pieces.push_back({ to, static_cast<std::uint32_t>(m_bytes.size()), static_cast<std::uint32_t>(bytes) });
        m_bytes.resize(m_bytes.size() + bytes);
        return m_bytes.data() + m_bytes.size() - bytes;
    }

    [[nodiscard]] Result<void> finish()
    {
        if (m_pieces.empty())
            return {};
        const std::size_t pieceBytes = m_pieces.size() * sizeof(kernels::ScatterPiece);
        BITLOOM_CHECK(m_mirror.need(m_mirror.m_staging, pieceBytes + m_bytes.size()));
        std::byte* const staging = m_mirror.m_staging.data();
        const PackedAttentionKernels& kernels = m_mirror.m_kernels;
        constexpr const char* doing = "copying the key-value cache";
        BITLOOM_CHECK(done(kernels.upload(staging, m_pieces.data(), pieceBytes, nullptr), doing));
        BITLOOM_CHECK(done(kernels.upload(staging + pieceBytes, m_bytes.data(), m_bytes.size(), nullptr), doing));
        const kernels::Scatter scatter { reinterpret_cast<const kernels::ScatterPiece*>(staging), staging + pieceBytes, static_cast<std::int64_t>(m_pieces.size()) };
        BITLOOM_CHECK(done(kernels.scatter(scatter, nullptr), doing));
        m_pieces.clear();
        m_bytes.clear();
        return {};
    }

private:
    DeviceMirror& m_mirror;
    std::pmr::vector<kernels::ScatterPiece> m_pieces;
    std::pmr::vector<std::byte> m_bytes;
};

/// Items of one size, in chunks that grow with what there is, so that little is held in vain.
class DeviceMirror::Pool
{
public:
    Pool(std::size_t itemBytes, std::pmr::memory_resource* resource)
        : m_itemBytes((itemBytes + alignment - 1) / alignment * alignment)
        , m_chunks(resource)
    {
    }

    [[nodiscard]] Result<std::byte*> take(const PackedAttentionKernels& kernels, std::int64_t& counted)
    {
        if (m_left == 0) {
            const std::size_t most = std::max<std::size_t>(1, (std::size_t(1) << 20U) / m_itemBytes);
            const std::size_t items = std::clamp<std::size_t>(m_taken / 8, std::min<std::size_t>(4, most), most);
            m_chunks.reserve(m_chunks.size() + 1);
            BITLOOM_TRY(DeviceMemory chunk, DeviceMemory::allocate(kernels, items * m_itemBytes, counted));
            m_chunks.push_back(std::move(chunk));
            m_left = items;
        }
        const DeviceMemory& chunk = m_chunks.back();
        ++m_taken;
        return chunk.data() + chunk.bytes() - m_itemBytes * m_left--;
    }

private:
    static constexpr std::size_t alignment = 64;
    std::size_t m_itemBytes, m_left = 0, m_taken = 0;
    std::pmr::vector<DeviceMemory> m_chunks;
};

/// [heads, stride] numbers on both sides; the stride grows.
template <class T>
class DeviceMirror::Table
{
public:
    Table(std::size_t heads, std::pmr::memory_resource* resource)
        : m_count(heads)
        , m_values(resource)
        , m_changed(resource)
    {
    }

    [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(m_device.data()); }
    [[nodiscard]] std::int64_t stride() const { return static_cast<std::int64_t>(m_stride); }
    [[nodiscard]] T at(std::size_t head, std::size_t index) const { return index < m_stride ? m_values[head * m_stride + index] : T {}; }

    void set(std::size_t head, std::size_t index, const T& value)
    {
        if (index >= m_stride) {
            const std::size_t stride = std::max(index + 1, m_stride + m_stride / 2 + 4);
            std::pmr::vector<T> wider(m_count * stride, T {}, m_values.get_allocator());
            for (std::size_t h = 0; h < m_count; ++h)
                std::copy_n(m_values.begin() + static_cast<std::ptrdiff_t>(h * m_stride), m_stride, wider.begin() + static_cast<std::ptrdiff_t>(h * stride));
            m_values = std::move(wider);
            m_stride = stride;
            m_changed.clear();
            m_whole = true;
        }
        m_values[head * m_stride + index] = value;
        if (!m_whole)
            m_changed.push_back(head * m_stride + index);
    }

    /// At least as wide as `count`, so that a kernel may read there.
    void widen(std::size_t count)
    {
        if (count > m_stride)
            set(0, count - 1, T {});
    }

    [[nodiscard]] Result<void> copy(const PackedAttentionKernels& kernels, std::int64_t& counted, Upload& upload)
    {
        static_assert(sizeof(T) % 4 == 0);
        if (m_whole) {
            const std::size_t bytes = m_values.size() * sizeof(T);
            m_device = DeviceMemory(); // what it held is written anew
            BITLOOM_TRY(m_device, DeviceMemory::allocate(kernels, bytes, counted));
            BITLOOM_CHECK(done(kernels.upload(m_device.data(), m_values.data(), bytes, nullptr), "copying the key-value cache"));
            m_whole = false;
            return {};
        }
        std::sort(m_changed.begin(), m_changed.end());
        m_changed.erase(std::unique(m_changed.begin(), m_changed.end()), m_changed.end());
        for (const std::size_t index : m_changed) {
            BITLOOM_TRY(std::byte* const to, upload.add(m_device.data() + index * sizeof(T), sizeof(T)));
            std::memcpy(to, &m_values[index], sizeof(T));
        }
        m_changed.clear();
        return {};
    }

private:
    std::size_t m_count, m_stride = 0;
    std::pmr::vector<T> m_values;
    std::pmr::vector<std::size_t> m_changed; ///< of which the device does not know
    bool m_whole = false; ///< it knows none
    DeviceMemory m_device;
};

struct DeviceMirror::Head
{
    explicit Head(std::pmr::memory_resource* resource)
        : keys(resource)
        , values(resource)
        , entries(resource)
        , free(resource)
        , changed(resource)
    {
    }
    StoreChanges keys, values;
    std::pmr::vector<ExactEntry> entries; ///< rows of all slabs
    std::pmr::vector<std::int32_t> free, changed; ///< rows; of changed ones the device does not know the entry
};

struct DeviceMirror::Layer
{
    Layer(const HeadCache& cache, std::size_t headCount, std::pmr::memory_resource* resource)
        : keys(cache.keys().layout().packedHalf())
        , values(cache.values().layout().packedHalf())
        , exactType(cache.keys().exactType())
        , keyPages(static_cast<std::size_t>(keys.bytes), resource)
        , valuePages(static_cast<std::size_t>(values.bytes), resource)
        , slabs(kernels::deviceSlabBytes(exactType, cache.keys().layout().headSize()), resource)
        , keyTable(headCount, resource)
        , valueTable(headCount, resource)
        , slabTable(headCount, resource)
        , exact(headCount, resource)
        , extents(1, resource)
        , heads(resource)
    {
        heads.reserve(headCount); // caches point into it
        for (std::size_t head = 0; head < headCount; ++head)
            heads.emplace_back(resource);
    }
    kernels::PackedHalf keys, values;
    ElementType exactType;
    Pool keyPages, valuePages, slabs;
    Table<std::byte*> keyTable, valueTable, slabTable;
    Table<std::uint32_t> exact;
    Table<kernels::HeadExtent> extents; ///< of all heads in one row
    std::pmr::vector<Head> heads;
};

DeviceMirror::DeviceMirror(const CacheShape& shape, std::span<HeadCache> heads, const PackedAttentionKernels& kernels, std::pmr::memory_resource* resource)
    : m_shape(shape)
    , m_heads(heads)
    , m_kernels(kernels)
    , m_resource(resource)
    , m_layers(resource)
{
    const auto headCount = static_cast<std::size_t>(shape.rows * shape.keyValueHeads);
    m_layers.reserve(static_cast<std::size_t>(shape.layers));
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(shape.layers); ++layer)
        m_layers.emplace_back(heads[layer * headCount], headCount, resource);
    // Only now, when nothing can fail any longer.
    for (std::size_t index = 0; index < heads.size(); ++index) {
        Head& head = m_layers[index / headCount].heads[index % headCount];
        heads[index].noteChanges(&head.keys, &head.values);
    }
}

DeviceMirror::~DeviceMirror()
{
    for (HeadCache& cache : m_heads)
        cache.noteChanges(nullptr, nullptr);
}

Result<std::unique_ptr<DeviceMirror>> DeviceMirror::create(const CacheShape& shape, std::span<HeadCache> heads, const PackedAttentionKernels& kernels, std::pmr::memory_resource* resource)
{
    if (shape.headSize % 4 != 0 || shape.headSize > kernels::mostHeadSize)
        return fail(ErrorCode::Unsupported, "heads of {} channels are not for the GPU's attention; it takes multiples of 4 up to {}", shape.headSize, kernels::mostHeadSize);
    for (const HeadCache& cache : heads) {
        for (const SideStore* store : { &cache.keys(), &cache.values() })
            if (const Grid& grid = store->layout().grid(); grid.axis == GridAxis::Token && grid.group % 4 != 0)
                return fail(ErrorCode::Unsupported, "groups of {} channels are not for the GPU's attention; it takes multiples of 4", grid.group);
        if (cache.keys().rotary())
            return fail(ErrorCode::Unsupported, "keys packed before their rotary embedding are not for the GPU's attention");
        if (cache.policy().wantsAttention())
            return fail(ErrorCode::Unsupported, "a policy that watches attention is not for the GPU's attention, which keeps no weights");
    }
    auto mirror = std::unique_ptr<DeviceMirror>(new DeviceMirror(shape, heads, kernels, resource));
    BITLOOM_CHECK(done(kernels.multiprocessors(&mirror->m_multiprocessors), "asking for its multiprocessors"));
    return mirror;
}

Result<void> DeviceMirror::need(DeviceMemory& memory, std::size_t bytes)
{
    if (memory.bytes() >= bytes)
        return {};
    const std::size_t wanted = std::max(bytes, memory.bytes() + memory.bytes() / 2);
    memory = DeviceMemory();
    BITLOOM_TRY(memory, DeviceMemory::allocate(m_kernels, wanted, m_bytes));
    return {};
}

Result<void> DeviceMirror::copyRows(Layer& layer, std::size_t index, const HeadCache& cache, Upload& upload)
{
    Head& head = layer.heads[index];
    const SideStore &keys = cache.keys(), &values = cache.values();
    const auto headSize = static_cast<std::size_t>(m_shape.headSize), rowBytes = headSize * kernels::elementBytes(layer.exactType);
    const auto rowAt = [&](std::size_t row) { return layer.slabTable.at(index, row / kernels::slabRows); };
    const auto markExact = [&](std::int32_t position, bool exact) {
        const auto word = static_cast<std::size_t>(position / 32);
        const std::uint32_t bit = std::uint32_t(1) << static_cast<unsigned>(position % 32), old = layer.exact.at(index, word);
        layer.exact.set(index, word, exact ? old | bit : old & ~bit);
    };
    const auto release = [&](const StoreChanges& changes, std::uint32_t half) {
        for (const std::int32_t position : changes.freed) {
            std::size_t row = head.entries.size() - 1;
            while (head.entries[row].position != position)
                --row;
            ExactEntry& entry = head.entries[row];
            entry.halves &= ~half;
            head.changed.push_back(static_cast<std::int32_t>(row));
            if (entry.halves == 0) {
                entry.position = -1;
                head.free.push_back(static_cast<std::int32_t>(row));
                markExact(position, false);
            }
        }
    };
    release(head.keys, kernels::exactKey);
    release(head.values, kernels::exactValue);

    std::pmr::vector<float> numbers(headSize, 0, m_resource);
    const auto copyRow = [&](const SideStore& store, std::int32_t position, std::size_t row, std::size_t offset) -> Result<void> {
        (void)store.readRow(position, numbers.data());
        std::byte* const to = rowAt(row) + kernels::slabRows * sizeof(ExactEntry) + offset + row % kernels::slabRows * rowBytes;
        BITLOOM_TRY(std::byte* const staged, upload.add(to, rowBytes));
        for (std::size_t channel = 0; channel < headSize; ++channel)
            storeElement(staged + channel * kernels::elementBytes(layer.exactType), layer.exactType, numbers[channel]);
        return {};
    };
    for (auto position = static_cast<std::int32_t>(head.keys.known); position < cache.length(); ++position) {
        const std::uint32_t halves = (keys.isExact(position) ? kernels::exactKey : 0) | (values.isExact(position) ? kernels::exactValue : 0);
        if (halves == 0)
            continue;
        if (head.free.empty()) {
            BITLOOM_TRY(std::byte* const slab, layer.slabs.take(m_kernels, m_bytes));
            layer.slabTable.set(index, head.entries.size() / kernels::slabRows, slab);
            for (int i = kernels::slabRows - 1; i >= 0; --i) {
                head.free.push_back(static_cast<std::int32_t>(head.entries.size()) + i);
                head.changed.push_back(head.free.back());
            }
            head.entries.resize(head.entries.size() + kernels::slabRows);
        }
        const auto row = static_cast<std::size_t>(head.free.back());
        head.free.pop_back();
        head.entries[row] = { position, halves };
        head.changed.push_back(static_cast<std::int32_t>(row));
        markExact(position, true);
        if ((halves & kernels::exactKey) != 0)
            BITLOOM_CHECK(copyRow(keys, position, row, 0));
        if ((halves & kernels::exactValue) != 0)
            BITLOOM_CHECK(copyRow(values, position, row, kernels::slabRows * rowBytes));
    }
    std::sort(head.changed.begin(), head.changed.end());
    head.changed.erase(std::unique(head.changed.begin(), head.changed.end()), head.changed.end());
    for (const std::int32_t changed : head.changed) {
        const auto row = static_cast<std::size_t>(changed);
        BITLOOM_TRY(std::byte* const staged, upload.add(rowAt(row) + row % kernels::slabRows * sizeof(ExactEntry), sizeof(ExactEntry)));
        std::memcpy(staged, &head.entries[row], sizeof(ExactEntry));
    }
    head.changed.clear();
    return {};
}

Result<void> DeviceMirror::copyPages(Layer& layer, std::size_t index, const SideStore& store, StoreChanges& changes, Upload& upload)
{
    const bool keys = store.layout().half() == Half::Keys;
    auto& table = keys ? layer.keyTable : layer.valueTable;
    Pool& pool = keys ? layer.keyPages : layer.valuePages;
    const std::int64_t block = store.layout().block();
    for (std::int64_t page = (changes.known + block - 1) / block; page < static_cast<std::int64_t>(store.pages()); ++page)
        if (store.page(static_cast<std::size_t>(page)))
            changes.pages.push_back(static_cast<std::int32_t>(page));
    std::sort(changes.pages.begin(), changes.pages.end());
    changes.pages.erase(std::unique(changes.pages.begin(), changes.pages.end()), changes.pages.end());
    for (const std::int32_t changed : changes.pages) {
        const auto page = static_cast<std::size_t>(changed);
        std::byte* to = table.at(index, page);
        if (!to) {
            BITLOOM_TRY(to, pool.take(m_kernels, m_bytes));
            table.set(index, page, to);
        }
        BITLOOM_TRY(std::byte* const staged, upload.add(to, store.layout().bytes()));
        std::memcpy(staged, store.page(page), store.layout().bytes());
    }
    table.widen(store.pages());
    changes.freed.clear();
    changes.pages.clear();
    changes.known = store.length();
    return {};
}

Result<void> DeviceMirror::copyHead(Layer& layer, std::size_t index, const HeadCache& cache, Upload& upload)
{
    if (cache.length() > std::numeric_limits<std::int32_t>::max() / 2)
        return fail(ErrorCode::Unsupported, "{} positions are more than the GPU's attention counts", cache.length());
    Head& head = layer.heads[index];
    layer.exact.widen(static_cast<std::size_t>((cache.length() + 31) / 32));
    BITLOOM_CHECK(copyRows(layer, index, cache, upload));
    BITLOOM_CHECK(copyPages(layer, index, cache.keys(), head.keys, upload));
    BITLOOM_CHECK(copyPages(layer, index, cache.values(), head.values, upload));
    kernels::HeadExtent extent;
    extent.length = static_cast<std::int32_t>(cache.length());
    extent.firstVisible = m_shape.slidingWindow ? static_cast<std::int32_t>(std::max<std::int64_t>(0, cache.length() - *m_shape.slidingWindow)) : 0;
    extent.slabs = static_cast<std::int32_t>(head.entries.size() / kernels::slabRows);
    layer.extents.set(0, index, extent);
    return {};
}

Result<void> DeviceMirror::synchronise(int layerIndex)
{
    Layer& layer = m_layers[static_cast<std::size_t>(layerIndex)];
    const std::size_t headCount = layer.heads.size();
    Upload upload(*this);
    for (std::size_t index = 0; index < headCount; ++index)
        BITLOOM_CHECK(copyHead(layer, index, m_heads[static_cast<std::size_t>(layerIndex) * headCount + index], upload));
    BITLOOM_CHECK(layer.keyTable.copy(m_kernels, m_bytes, upload));
    BITLOOM_CHECK(layer.valueTable.copy(m_kernels, m_bytes, upload));
    BITLOOM_CHECK(layer.slabTable.copy(m_kernels, m_bytes, upload));
    BITLOOM_CHECK(layer.exact.copy(m_kernels, m_bytes, upload));
    BITLOOM_CHECK(layer.extents.copy(m_kernels, m_bytes, upload));
    return upload.finish();
}

Result<void> DeviceMirror::attendOnDevice(int layerIndex, const float* queries, float* out)
{
    const Layer& layer = m_layers[static_cast<std::size_t>(layerIndex)];
    kernels::PackedAttentionBatch batch;
    batch.keys = layer.keys;
    batch.values = layer.values;
    batch.exactType = layer.exactType;
    batch.headSize = m_shape.headSize;
    batch.queriesPerHead = m_shape.heads / m_shape.keyValueHeads;
    batch.heads = static_cast<std::int32_t>(layer.heads.size());
    batch.scale = 1 / std::sqrt(static_cast<float>(m_shape.headSize));
    std::int64_t items = 0;
    for (std::size_t index = 0; index < layer.heads.size(); ++index) {
        const kernels::HeadExtent extent = layer.extents.at(0, index);
        items = std::max<std::int64_t>(items, extent.slabs + extent.length / kernels::tilePositions(layer.keys.block, layer.values.block));
    }
    const int passes = (batch.queriesPerHead + kernels::queriesPerPass - 1) / kernels::queriesPerPass;
    batch.splits = kernels::attentionSplits(static_cast<std::int64_t>(batch.heads) * passes, items, m_multiprocessors);
    BITLOOM_CHECK(need(m_partials, static_cast<std::size_t>(kernels::partialFloats(batch.heads, batch.queriesPerHead, batch.headSize, batch.splits)) * sizeof(float)));
    batch.extents = layer.extents.data();
    batch.keyPages = layer.keyTable.data();
    batch.valuePages = layer.valueTable.data();
    batch.slabs = layer.slabTable.data();
    batch.exact = layer.exact.data();
    batch.keyPageStride = layer.keyTable.stride();
    batch.valuePageStride = layer.valueTable.stride();
    batch.slabStride = layer.slabTable.stride();
    batch.exactStride = layer.exact.stride();
    batch.queries = queries;
    batch.partials = reinterpret_cast<float*>(m_partials.data());
    batch.out = out;
    return done(m_kernels.attend(batch, nullptr), "attending to the key-value cache");
}

Result<void> DeviceMirror::attend(int layer, const float* queries, float* out)
{
    const std::size_t bytes = static_cast<std::size_t>(m_shape.rows * m_shape.heads * m_shape.headSize) * sizeof(float);
    BITLOOM_CHECK(need(m_queries, bytes));
    BITLOOM_CHECK(need(m_out, bytes));
    BITLOOM_CHECK(done(m_kernels.upload(m_queries.data(), queries, bytes, nullptr), "copying queries"));
    BITLOOM_CHECK(attendOnDevice(layer, reinterpret_cast<const float*>(m_queries.data()), reinterpret_cast<float*>(m_out.data())));
    return done(m_kernels.download(out, m_out.data(), bytes, nullptr), "attending to the key-value cache");
}

} // namespace bitloom::kv
