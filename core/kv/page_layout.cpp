// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/page_layout.h"

#include "core/kv/half.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace bitloom::kv {
namespace {
    constexpr float stepsPerOctave = 16; ///< of Metadata::Bytes' scales

    int padded(int lanes) { return (lanes + kernels::laneWidth - 1) / kernels::laneWidth * kernels::laneWidth; }

    std::size_t scaleBytes(Metadata metadata) { return metadata == Metadata::FloatZero ? 4 : metadata == Metadata::Bytes ? 1 : 2; }
    std::size_t minimumBytes(Metadata metadata) { return metadata == Metadata::HalfPair ? 2 : metadata == Metadata::HalfScale ? 0 : 1; }

    template <class T>
    T readAt(const std::byte* from)
    {
        T value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }

    template <class T>
    void writeAt(std::byte* to, T value)
    {
        std::memcpy(to, &value, sizeof value);
    }

    float impliedMinimum(const Grid& grid, float scale)
    {
        if (grid.rounding == Rounding::Q8_0)
            return -128 * scale;
        return grid.rounding == Rounding::AbsoluteMaximum ? -scale * static_cast<float>(1 << (grid.bits - 1)) : 0;
    }
}

PageLayout::PageLayout(const Grid& grid, Half half, int headSize, int block)
    : m_grid(grid)
    , m_half(half)
    , m_block(block)
    , m_headSize(headSize)
    , m_lanes(padded(half == Half::Keys ? block : headSize))
    , m_steps(half == Half::Keys ? headSize : block)
{
    if (m_grid.group == 0)
        m_grid.group = headSize;
    m_groupsPerRow = grid.axis == GridAxis::Token ? headSize / m_grid.group : 1;
    m_groups = grid.axis == GridAxis::Token ? block * m_groupsPerRow : headSize;
    const std::size_t superBytes = grid.metadata == Metadata::Bytes ? 4 : 0, groups = static_cast<std::size_t>(m_groups);
    m_scaleOffset = static_cast<std::size_t>(grid.evicts() ? 0 : kernels::codeWords(grid.bits, m_lanes, m_steps)) * 4 + superBytes;
    m_minimumOffset = m_scaleOffset + groups * scaleBytes(grid.metadata);
    m_bytes = grid.evicts() ? 0 : (m_minimumOffset + groups * minimumBytes(grid.metadata) + 3) / 4 * 4;
}

kernels::CodeMatrix PageLayout::codes(const std::byte* page) const
{
    return { reinterpret_cast<const std::uint32_t*>(page), m_grid.bits, m_lanes, m_steps };
}

kernels::PackedHalf PageLayout::packedHalf() const
{
    kernels::PackedHalf half;
    half.bits = m_grid.bits;
    half.block = m_block;
    half.lanes = m_lanes;
    half.steps = m_steps;
    half.perChannel = m_grid.axis == GridAxis::Channel ? 1 : 0;
    half.group = m_grid.group;
    half.scaleOffset = static_cast<std::int32_t>(m_scaleOffset);
    half.minimumOffset = static_cast<std::int32_t>(m_minimumOffset);
    half.bytes = static_cast<std::int32_t>(m_bytes);
    switch (m_grid.metadata) {
    case Metadata::HalfPair: half.metadata = kernels::MetadataForm::HalfPair; break;
    case Metadata::HalfZero: half.metadata = kernels::MetadataForm::HalfZero; break;
    case Metadata::FloatZero: half.metadata = kernels::MetadataForm::FloatZero; break;
    case Metadata::HalfScale: half.metadata = kernels::MetadataForm::HalfScale; break;
    case Metadata::Bytes: half.metadata = kernels::MetadataForm::Bytes; break;
    }
    half.impliedMinimum = impliedMinimum(m_grid, 1);
    const std::array<float, 16>& levels = levelsOf(m_grid);
    half.table = m_grid.rounding == Rounding::Iq4Nl ? 1 : 0;
    half.firstLevel = half.table != 0 || m_grid.bits == 8 ? 0 : levels[0];
    for (std::size_t code = 0; code < levels.size(); ++code)
        half.levels[code] = static_cast<std::int8_t>(levels[code]);
    return half;
}

int PageLayout::groupOf(int position, int channel) const
{
    return m_grid.axis == GridAxis::Channel ? channel : channel / m_grid.group * m_block + position;
}

void PageLayout::put(std::byte* page, int position, int channel, unsigned code) const
{
    const bool keys = m_half == Half::Keys;
    kernels::putCode(reinterpret_cast<std::uint32_t*>(page), m_grid.bits, m_lanes, m_steps, keys ? position : channel, keys ? channel : position, code);
}

ScaleAndMinimum PageLayout::readGroup(const std::byte* page, int group) const
{
    const auto index = static_cast<std::size_t>(group);
    const std::byte* const scaleAt = page + m_scaleOffset + index * scaleBytes(m_grid.metadata);
    const std::byte* const minimumAt = page + m_minimumOffset + index * minimumBytes(m_grid.metadata);
    switch (m_grid.metadata) {
    case Metadata::HalfPair: return { fromHalf(readAt<std::uint16_t>(scaleAt)), fromHalf(readAt<std::uint16_t>(minimumAt)) };
    case Metadata::HalfZero: {
        const float scale = fromHalf(readAt<std::uint16_t>(scaleAt));
        return { scale, -scale * static_cast<float>(readAt<std::int8_t>(minimumAt)) };
    }
    case Metadata::FloatZero: {
        const float scale = readAt<float>(scaleAt);
        return { scale, -scale * static_cast<float>(readAt<std::int8_t>(minimumAt)) };
    }
    case Metadata::HalfScale: {
        const float scale = fromHalf(readAt<std::uint16_t>(scaleAt));
        return { scale, impliedMinimum(m_grid, scale) };
    }
    case Metadata::Bytes: {
        const float largest = fromHalf(readAt<std::uint16_t>(page + m_scaleOffset - 4));
        const float scale = largest * std::exp2(-static_cast<float>(readAt<std::uint8_t>(scaleAt)) / stepsPerOctave);
        return { scale, 0.5F * scale * static_cast<float>(readAt<std::int8_t>(minimumAt)) };
    }
    }
    return {};
}

ScaleAndMinimum PageLayout::writeGroup(std::byte* page, int group, const ScaleAndMinimum& fit) const
{
    const auto index = static_cast<std::size_t>(group);
    std::byte* const scaleAt = page + m_scaleOffset + index * scaleBytes(m_grid.metadata);
    std::byte* const minimumAt = page + m_minimumOffset + index * minimumBytes(m_grid.metadata);
    const auto zero = [&] { return static_cast<std::int8_t>(fit.scale > 0 ? std::nearbyint(-fit.minimum / fit.scale) : 0); };
    switch (m_grid.metadata) {
    case Metadata::HalfPair:
        writeAt(scaleAt, toHalf(fit.scale));
        writeAt(minimumAt, toHalf(fit.minimum));
        break;
    case Metadata::HalfZero:
        writeAt(scaleAt, toHalf(fit.scale));
        writeAt(minimumAt, zero());
        break;
    case Metadata::FloatZero:
        writeAt(scaleAt, fit.scale);
        writeAt(minimumAt, zero());
        break;
    case Metadata::HalfScale: writeAt(scaleAt, toHalf(fit.scale)); break;
    case Metadata::Bytes: {
        const float largest = fromHalf(readAt<std::uint16_t>(page + m_scaleOffset - 4));
        // A minimum too far away for its scale needs a wider one.
        const float wanted = std::max({ fit.scale, std::fabs(fit.minimum) / 63, largest * std::exp2(-255 / stepsPerOctave) });
        const float steps = largest > 0 ? std::floor(stepsPerOctave * std::log2(largest / wanted) + 0.25F) : 0;
        const float code = std::clamp(steps, 0.0F, 255.0F);
        writeAt(scaleAt, static_cast<std::uint8_t>(code));
        const float scale = largest * std::exp2(-code / stepsPerOctave);
        // Half steps from where the grid keeps its middle.
        const float middle = fit.minimum + 0.5F * (fit.scale - scale) * static_cast<float>((1 << m_grid.bits) - 1);
        writeAt(minimumAt, static_cast<std::int8_t>(scale > 0 ? std::clamp(std::nearbyint(2 * middle / scale), -128.0F, 127.0F) : 0));
        break;
    }
    }
    return readGroup(page, group);
}

void PageLayout::packBlock(std::byte* page, const float* rows) const
{
    const bool perChannel = m_grid.axis == GridAxis::Channel;
    const int members = perChannel ? m_block : m_grid.group;
    std::vector<float> values(static_cast<std::size_t>(members));
    std::vector<ScaleAndMinimum> fits(static_cast<std::size_t>(m_groups));
    const auto gather = [&](int group) {
        for (int i = 0; i < members; ++i)
            values[static_cast<std::size_t>(i)] = perChannel ? rows[i * m_headSize + group] : rows[group % m_block * m_headSize + group / m_block * members + i];
    };
    float largest = 0;
    for (int group = 0; group < m_groups; ++group) {
        gather(group);
        ScaleAndMinimum& fit = fits[static_cast<std::size_t>(group)] = fitGroup(m_grid, values);
        largest = std::max({ largest, fit.scale, std::fabs(fit.minimum) / 63 });
    }
    if (m_grid.metadata == Metadata::Bytes)
        writeAt(page + m_scaleOffset - 4, halfAbove(largest));
    for (int group = 0; group < m_groups; ++group) {
        const ScaleAndMinimum storedFit = writeGroup(page, group, fits[static_cast<std::size_t>(group)]);
        const ScaleAndMinimum fit = codesBeforeStoring(m_grid) ? fits[static_cast<std::size_t>(group)] : storedFit;
        gather(group);
        for (int i = 0; i < members; ++i)
            put(page, perChannel ? i : group % m_block, perChannel ? group : group / m_block * members + i, codeOf(m_grid, fit, values[static_cast<std::size_t>(i)]));
    }
}

void PageLayout::packRow(std::byte* page, int position, const float* row) const
{
    for (int part = 0; part < m_groupsPerRow; ++part) {
        const std::span<const float> values(row + part * m_grid.group, static_cast<std::size_t>(m_grid.group));
        const ScaleAndMinimum wanted = fitGroup(m_grid, values), storedFit = writeGroup(page, part * m_block + position, wanted);
        const ScaleAndMinimum fit = codesBeforeStoring(m_grid) ? wanted : storedFit;
        for (int i = 0; i < m_grid.group; ++i)
            put(page, position, part * m_grid.group + i, codeOf(m_grid, fit, values[static_cast<std::size_t>(i)]));
    }
}

void PageLayout::readMetadata(const std::byte* page, float* scales, float* minima) const
{
    if (m_grid.metadata == Metadata::HalfPair) {
        const auto* halves = reinterpret_cast<const std::uint16_t*>(page + m_scaleOffset);
        const kernels::KvPrimitives& primitives = kernels::kvPrimitives();
        primitives.halvesToFloats(halves, m_groups, scales);
        primitives.halvesToFloats(halves + m_groups, m_groups, minima);
        return;
    }
    if (m_grid.metadata == Metadata::HalfScale) {
        kernels::kvPrimitives().halvesToFloats(reinterpret_cast<const std::uint16_t*>(page + m_scaleOffset), m_groups, scales);
        const float minimum = impliedMinimum(m_grid, 1);
        for (int group = 0; group < m_groups; ++group)
            minima[group] = minimum * scales[group];
        return;
    }
    if (m_grid.metadata == Metadata::Bytes) {
        static const auto octaves = [] {
            std::array<float, 256> table {};
            for (std::size_t i = 0; i < table.size(); ++i)
                table[i] = std::exp2(-static_cast<float>(i) / stepsPerOctave);
            return table;
        }();
        const float largest = fromHalf(readAt<std::uint16_t>(page + m_scaleOffset - 4));
        const auto* steps = reinterpret_cast<const std::uint8_t*>(page + m_scaleOffset);
        const auto* halfSteps = reinterpret_cast<const std::int8_t*>(page + m_minimumOffset);
        for (int group = 0; group < m_groups; ++group) {
            scales[group] = largest * octaves[steps[group]];
            minima[group] = 0.5F * scales[group] * static_cast<float>(halfSteps[group]);
        }
        return;
    }
    for (int group = 0; group < m_groups; ++group) {
        const ScaleAndMinimum fit = readGroup(page, group);
        scales[group] = fit.scale;
        minima[group] = fit.minimum;
    }
}

void PageLayout::readRow(const std::byte* page, int position, float* row) const
{
    const kernels::CodeMatrix matrix = codes(page);
    const bool keys = m_half == Half::Keys;
    for (int channel = 0; channel < m_headSize; ++channel) {
        const unsigned code = kernels::getCode(matrix, keys ? position : channel, keys ? channel : position);
        row[channel] = valueOf(m_grid, readGroup(page, groupOf(position, channel)), code);
    }
}

} // namespace bitloom::kv
