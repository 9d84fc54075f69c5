// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom::kv {
namespace {
    constexpr float never = -std::numeric_limits<float>::infinity();
    using kernels::CoefficientRows;
    using kernels::KvPrimitives;
    using kernels::SumRows;

    float* need(std::vector<float>& memory, std::int64_t count)
    {
        if (memory.size() < static_cast<std::size_t>(count))
            memory.resize(static_cast<std::size_t>(count));
        return memory.data();
    }

    /// One call of attend().
    class Pass
    {
    public:
        Pass(const HeadCache& cache, const QueryGroup& group, std::int64_t begin, std::int64_t end, AttentionScratch& scratch, kernels::InstructionSet set)
            : m_cache(cache)
            , m_keys(cache.keys())
            , m_values(cache.values())
            , m_primitives(kernels::kvPrimitives(set))
            , m_queries(group.count)
            , m_headSize(m_keys.layout().headSize())
            , m_begin(begin)
            , m_end(end)
            , m_columns((end - begin + 127) / 128 * 128)
            , m_scratch(scratch)
        {
            m_query = need(scratch.query, m_queries * m_headSize);
            for (int g = 0; g < m_queries; ++g)
                for (int c = 0; c < m_headSize; ++c)
                    m_query[g * m_headSize + c] = group.queries[g * group.stride + c] * group.scale;
            m_logits = need(scratch.logits, m_queries * m_columns);
            for (const PageLayout* layout : { &m_keys.layout(), &m_values.layout() }) {
                need(scratch.scales, layout->groups());
                need(scratch.minima, layout->groups());
                need(scratch.coefficients, m_queries * std::max(layout->steps(), SideStore::slabSlots));
                need(scratch.sums, m_queries * layout->lanes());
                need(scratch.rows, layout->lanes() * layout->steps());
            }
        }

        void computeLogits(std::int64_t firstVisible)
        {
            std::fill(m_logits, m_logits + m_queries * m_columns, never);
            const int block = m_keys.layout().block();
            const RotaryPages* const rotary = m_keys.rotary();
            if (rotary)
                rotary->anglesAt(m_begin / block, m_scratch.angles);
            if (!m_keys.layout().grid().evicts())
                for (std::int64_t page = m_begin / block; page * block < m_end; ++page) {
                    if (m_keys.page(static_cast<std::size_t>(page)) && !m_keys.allExact(static_cast<std::size_t>(page)) && (page + 1) * block > firstVisible)
                        rotary ? turnedLogits(*rotary, page) : packedLogits(page);
                    if (rotary)
                        rotary->advance(m_scratch.angles);
                }
            exactLogits();
            for (int g = 0; g < m_queries; ++g) {
                float* const row = m_logits + g * m_columns;
                std::fill(row + (m_end - m_begin), row + m_columns, never);
                if (firstVisible > m_begin)
                    std::fill(row, row + std::min(m_end, firstVisible) - m_begin, never);
            }
        }

        void normalise(PartialAttention& result)
        {
            for (int g = 0; g < m_queries; ++g) {
                float* const row = m_logits + g * m_columns;
                const float maximum = m_primitives.largest(row, m_columns);
                const bool any = maximum > never;
                result.maxima[static_cast<std::size_t>(g)] = maximum;
                if (any)
                    result.sums[static_cast<std::size_t>(g)] = m_primitives.exponentials(row, m_columns, maximum);
                else
                    std::fill(row, row + m_columns, 0.0F);
            }
        }

        void sumMass(const PartialAttention& result, float* mass) const
        {
            std::fill(mass, mass + (m_end - m_begin), 0.0F);
            for (int g = 0; g < m_queries; ++g) {
                const float sum = result.sums[static_cast<std::size_t>(g)], inverse = sum > 0 ? 1 / sum : 0;
                for (std::int64_t i = 0; i < m_end - m_begin; ++i)
                    mass[i] += m_logits[g * m_columns + i] * inverse;
            }
        }

        /// Uses the weights up: those of exact rows become 0, so that what is left belongs to the pages.
        void addValues(PartialAttention& result)
        {
            const SumRows out { result.outputs.data(), result.lanes };
            float* const coefficients = m_scratch.coefficients.data();
            for (std::size_t slab = 0; slab < m_values.slabs(); ++slab) {
                const std::int32_t* const positions = m_values.slabPositions(slab);
                bool any = false;
                for (int slot = 0; slot < SideStore::slabSlots; ++slot) {
                    const std::int64_t at = positions[slot] - m_begin;
                    const bool here = positions[slot] >= 0 && at >= 0 && positions[slot] < m_end;
                    any |= here;
                    for (int g = 0; g < m_queries; ++g) {
                        float& weight = m_logits[g * m_columns + (here ? at : 0)];
                        coefficients[g * SideStore::slabSlots + slot] = here ? weight : 0;
                        if (here)
                            weight = 0;
                    }
                }
                if (any)
                    m_primitives.addElements(m_values.slab(slab), m_values.exactType(), m_values.layout().lanes(), m_values.layout().lanes(), SideStore::slabSlots,
                        { coefficients, SideStore::slabSlots, m_queries }, out);
            }
            const int block = m_values.layout().block();
            if (m_values.layout().grid().evicts())
                return;
            m_bases = need(m_scratch.bases, m_queries * m_values.layout().groupsPerRow());
            std::fill(m_bases, m_bases + m_queries * m_values.layout().groupsPerRow(), 0.0F);
            for (std::int64_t page = m_begin / block; page * block < m_end; ++page)
                if (m_values.page(static_cast<std::size_t>(page)) && !m_values.allExact(static_cast<std::size_t>(page)))
                    addPackedValues(page, out);
            if (m_values.layout().grid().axis == GridAxis::Token)
                addBases(out);
        }

    private:
        void exactLogits()
        {
            float* const sums = m_scratch.sums.data();
            for (std::size_t slab = 0; slab < m_keys.slabs(); ++slab) {
                const std::int32_t* const positions = m_keys.slabPositions(slab);
                bool any = false;
                for (int slot = 0; slot < SideStore::slabSlots; ++slot)
                    any |= positions[slot] >= m_begin && positions[slot] < m_end;
                if (!any)
                    continue;
                std::fill(sums, sums + m_queries * SideStore::slabSlots, 0.0F);
                m_primitives.addElements(m_keys.slab(slab), m_keys.exactType(), SideStore::slabSlots, SideStore::slabSlots, m_headSize,
                    { m_query, m_headSize, m_queries }, { sums, SideStore::slabSlots });
                for (int slot = 0; slot < SideStore::slabSlots; ++slot)
                    if (positions[slot] >= m_begin && positions[slot] < m_end)
                        for (int g = 0; g < m_queries; ++g)
                            m_logits[g * m_columns + positions[slot] - m_begin] = sums[g * SideStore::slabSlots + slot];
            }
        }

        /// The page's rows as f32 [steps, lanes], for grids whose scales belong to neither steps nor lanes alone.
        const float* unpacked(const PageLayout& layout, const std::byte* page)
        {
            float* const rows = m_scratch.rows.data();
            std::vector<float>& row = m_scratch.scales; // not needed otherwise then
            need(row, layout.headSize());
            const bool keys = layout.half() == Half::Keys;
            std::fill(rows, rows + layout.lanes() * layout.steps(), 0.0F);
            for (int position = 0; position < layout.block(); ++position) {
                layout.readRow(page, position, row.data());
                for (int c = 0; c < layout.headSize(); ++c)
                    rows[keys ? c * layout.lanes() + position : position * layout.lanes() + c] = row[static_cast<std::size_t>(c)];
            }
            return rows;
        }

        /// Of keys that the page holds as they were before the rotary embedding.
        void turnedLogits(const RotaryPages& rotary, std::int64_t index)
        {
            const PageLayout& layout = m_keys.layout();
            const int lanes = layout.lanes(), block = layout.block();
            const float* const keys = rotary.unpack(m_keys.page(static_cast<std::size_t>(index)), need(m_scratch.rows, static_cast<std::int64_t>(rotary.unpackedFloats())), m_scratch.scales.data(),
                m_scratch.minima.data(), m_primitives);
            float *const turned = need(m_scratch.turned, m_queries * m_headSize), *const sums = m_scratch.sums.data();
            for (int g = 0; g < m_queries; ++g)
                rotary.turnQueryBack(m_scratch.angles, m_query + g * m_headSize, turned + g * m_headSize);
            std::fill(sums, sums + m_queries * lanes, 0.0F);
            m_primitives.addElements(keys, ElementType::F32, lanes, lanes, m_headSize, { turned, m_headSize, m_queries }, { sums, lanes });
            for (int g = 0; g < m_queries; ++g)
                std::copy(sums + g * lanes, sums + g * lanes + block, m_logits + g * m_columns + index * block - m_begin);
        }

        void packedLogits(std::int64_t index)
        {
            const PageLayout& layout = m_keys.layout();
            const std::byte* const page = m_keys.page(static_cast<std::size_t>(index));
            const Grid& grid = layout.grid();
            const int lanes = layout.lanes(), block = layout.block();
            float* const sums = m_scratch.sums.data();
            const std::int64_t first = index * block - m_begin;
            const auto write = [&](int g, int position, float logit) { m_logits[g * m_columns + first + position] = logit; };
            if (grid.axis == GridAxis::Channel) {
                layout.readMetadata(page, m_scratch.scales.data(), m_scratch.minima.data());
                float* const coefficients = m_scratch.coefficients.data();
                for (int g = 0; g < m_queries; ++g) {
                    const float base = m_primitives.fold(m_query + g * m_headSize, m_scratch.scales.data(), m_scratch.minima.data(), m_headSize, coefficients + g * m_headSize);
                    std::fill(sums + g * lanes, sums + (g + 1) * lanes, base);
                }
                m_primitives.addCodes(layout.codes(page), { 0, lanes, 0, m_headSize }, levelsOf(grid).data(), { coefficients, m_headSize, m_queries }, { sums, lanes });
                for (int g = 0; g < m_queries; ++g)
                    std::copy(sums + g * lanes, sums + g * lanes + block, m_logits + g * m_columns + first);
                return;
            }
            if (grid.group % kernels::stepAlignment(grid.bits) != 0 && layout.groupsPerRow() > 1) {
                std::fill(sums, sums + m_queries * lanes, 0.0F);
                m_primitives.addElements(unpacked(layout, page), ElementType::F32, lanes, lanes, m_headSize, { m_query, m_headSize, m_queries }, { sums, lanes });
                for (int g = 0; g < m_queries; ++g)
                    for (int position = 0; position < block; ++position)
                        write(g, position, sums[g * lanes + position]);
                return;
            }
            layout.readMetadata(page, m_scratch.scales.data(), m_scratch.minima.data());
            for (int g = 0; g < m_queries; ++g)
                for (int position = 0; position < block; ++position)
                    write(g, position, 0);
            for (int part = 0; part < layout.groupsPerRow(); ++part) {
                std::fill(sums, sums + m_queries * lanes, 0.0F);
                m_primitives.addCodes(layout.codes(page), { 0, lanes, part * grid.group, grid.group }, levelsOf(grid).data(),
                    { m_query + part * grid.group, m_headSize, m_queries }, { sums, lanes });
                for (int g = 0; g < m_queries; ++g) {
                    float whole = 0;
                    for (int c = 0; c < grid.group; ++c)
                        whole += m_query[g * m_headSize + part * grid.group + c];
                    for (int position = 0; position < block; ++position) {
                        const auto at = static_cast<std::size_t>(part * block + position);
                        m_logits[g * m_columns + first + position] += m_scratch.scales[at] * sums[g * lanes + position] + m_scratch.minima[at] * whole;
                    }
                }
            }
        }

        void addPackedValues(std::int64_t index, const SumRows& out)
        {
            const PageLayout& layout = m_values.layout();
            const std::byte* const page = m_values.page(static_cast<std::size_t>(index));
            const Grid& grid = layout.grid();
            const int lanes = layout.lanes(), block = layout.block();
            const float* const weights = m_logits + index * block - m_begin;
            const CoefficientRows plain { weights, m_columns, m_queries };
            if (grid.axis == GridAxis::Channel) {
                layout.readMetadata(page, m_scratch.scales.data(), m_scratch.minima.data());
                float* const sums = m_scratch.sums.data();
                std::fill(sums, sums + m_queries * lanes, 0.0F);
                m_primitives.addCodes(layout.codes(page), { 0, lanes, 0, block }, levelsOf(grid).data(), plain, { sums, lanes });
                for (int g = 0; g < m_queries; ++g) {
                    float whole = 0;
                    for (int position = 0; position < block; ++position)
                        whole += weights[g * m_columns + position];
                    for (int c = 0; c < m_headSize; ++c)
                        out.values[g * out.stride + c] += m_scratch.scales[static_cast<std::size_t>(c)] * sums[g * lanes + c] + m_scratch.minima[static_cast<std::size_t>(c)] * whole;
                }
                return;
            }
            const int parts = layout.groupsPerRow();
            if (parts > 1 && grid.group % kernels::laneWidth != 0) {
                m_primitives.addElements(unpacked(layout, page), ElementType::F32, lanes, lanes, block, plain, out);
                return;
            }
            layout.readMetadata(page, m_scratch.scales.data(), m_scratch.minima.data());
            float* const coefficients = m_scratch.coefficients.data();
            const int width = parts == 1 ? lanes : grid.group;
            for (int part = 0; part < parts; ++part) {
                for (int g = 0; g < m_queries; ++g)
                    m_bases[g * parts + part] += m_primitives.fold(weights + g * m_columns, m_scratch.scales.data() + part * block, m_scratch.minima.data() + part * block, block,
                        coefficients + g * block);
                m_primitives.addCodes(layout.codes(page), { part * width, width, 0, block }, levelsOf(grid).data(), { coefficients, block, m_queries },
                    { out.values + part * width, out.stride });
            }
        }

        /// What minima add to all channels of a group, summed over all pages.
        void addBases(const SumRows& out) const
        {
            const int group = m_values.layout().grid().group, parts = m_values.layout().groupsPerRow();
            for (int g = 0; g < m_queries; ++g)
                for (int c = 0; c < parts * group; ++c)
                    out.values[g * out.stride + c] += m_bases[g * parts + c / group];
        }

        const HeadCache& m_cache;
        const SideStore &m_keys, &m_values;
        const KvPrimitives& m_primitives;
        int m_queries, m_headSize;
        std::int64_t m_begin, m_end, m_columns; ///< columns: positions, padded
        AttentionScratch& m_scratch;
        float *m_query = nullptr, *m_logits = nullptr, *m_bases = nullptr; ///< [queries, headSize] scaled; [queries, columns], later weights; [queries, groups per row]
    };
}

PartialAttention::PartialAttention(int queries, int size)
    : lanes((size + kernels::laneWidth - 1) / kernels::laneWidth * kernels::laneWidth)
    , headSize(size)
{
    const auto count = static_cast<std::size_t>(queries);
    outputs.assign(count * static_cast<std::size_t>(lanes), 0);
    maxima.assign(count, never);
    sums.assign(count, 0);
}

void PartialAttention::merge(const PartialAttention& other)
{
    for (std::size_t g = 0; g < maxima.size(); ++g) {
        const float maximum = std::max(maxima[g], other.maxima[g]);
        if (!(maximum > never))
            continue;
        const float mine = std::exp(maxima[g] - maximum), theirs = std::exp(other.maxima[g] - maximum);
        float* const to = outputs.data() + g * static_cast<std::size_t>(lanes);
        const float* const from = other.outputs.data() + g * static_cast<std::size_t>(lanes);
        for (int c = 0; c < lanes; ++c)
            to[c] = to[c] * mine + from[c] * theirs;
        sums[g] = sums[g] * mine + other.sums[g] * theirs;
        maxima[g] = maximum;
    }
}

void PartialAttention::finish(float* out, std::int64_t stride) const
{
    for (std::size_t g = 0; g < maxima.size(); ++g) {
        const float inverse = sums[g] > 0 ? 1 / sums[g] : 0;
        for (int c = 0; c < headSize; ++c)
            out[static_cast<std::int64_t>(g) * stride + c] = outputs[g * static_cast<std::size_t>(lanes) + static_cast<std::size_t>(c)] * inverse;
    }
}

void attend(const HeadCache& cache, const QueryGroup& group, std::int64_t begin, std::int64_t end, AttentionScratch& scratch, PartialAttention& result, float* mass,
    kernels::InstructionSet set)
{
    Pass pass(cache, group, begin, end, scratch, set);
    pass.computeLogits(group.firstVisible);
    pass.normalise(result);
    if (mass)
        pass.sumMass(result, mass);
    pass.addValues(result);
}

void attendPlainly(const HeadCache& cache, const QueryGroup& group, std::vector<double>& out, std::vector<double>* weights)
{
    const auto length = static_cast<std::size_t>(cache.length()), headSize = static_cast<std::size_t>(cache.keys().layout().headSize());
    out.assign(static_cast<std::size_t>(group.count) * headSize, 0);
    if (weights)
        weights->assign(static_cast<std::size_t>(group.count) * length, 0);
    std::vector<float> row(headSize);
    for (std::size_t g = 0; g < static_cast<std::size_t>(group.count); ++g) {
        const float* const query = group.queries + static_cast<std::int64_t>(g) * group.stride;
        std::vector<double> logits(length, -std::numeric_limits<double>::infinity());
        double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
        for (std::size_t p = static_cast<std::size_t>(group.firstVisible); p < length; ++p) {
            if (!cache.keys().readRow(static_cast<std::int64_t>(p), row.data()))
                continue;
            double product = 0;
            for (std::size_t c = 0; c < headSize; ++c)
                product += static_cast<double>(query[c]) * row[c];
            logits[p] = product * group.scale;
            maximum = std::max(maximum, logits[p]);
        }
        for (double& logit : logits)
            sum += logit = std::exp(logit - maximum);
        for (std::size_t p = 0; p < length; ++p) {
            if (!(logits[p] > 0) || !cache.values().readRow(static_cast<std::int64_t>(p), row.data()))
                continue;
            const double weight = logits[p] / sum;
            if (weights)
                (*weights)[g * length + p] = weight;
            for (std::size_t c = 0; c < headSize; ++c)
                out[g * headSize + c] += weight * row[c];
        }
    }
}

} // namespace bitloom::kv
