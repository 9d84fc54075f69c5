// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/rotary_pages.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace bitloom::kv {

std::pair<double, double> RotaryEmbedding::angle(int pair, std::int64_t position) const
{
    const double radians = static_cast<double>(position) * m_frequencies[static_cast<std::size_t>(pair)];
    return { std::cos(radians), std::sin(radians) };
}

void RotaryEmbedding::turnBy(float* row, double positions) const
{
    const int half = pairs();
    for (int c = 0; c < half; ++c) {
        const double radians = positions * m_frequencies[static_cast<std::size_t>(c)], cosine = std::cos(radians), sine = std::sin(radians);
        const double a = row[c], b = row[c + half];
        row[c] = static_cast<float>(a * cosine - b * sine);
        row[c + half] = static_cast<float>(b * cosine + a * sine);
    }
}

RotaryPlan::RotaryPlan(std::vector<double> frequencies, const PageLayout& layout, Transform of)
    : embedding(std::move(frequencies))
    , transform(std::move(of))
{
    const int size = transform.mixSize;
    for (int j = 0; j < size && !transform.mix.empty(); ++j)
        for (int i = 0; i < size; ++i)
            mixColumns.push_back(transform.mix[static_cast<std::size_t>(i * size + j)]);
    for (int pair = 0; pair < embedding.pairs(); ++pair) {
        step.push_back(embedding.angle(pair, layout.block()));
        for (int place = 0; place < layout.lanes(); ++place) {
            const auto [cosine, sine] = embedding.angle(pair, place);
            cosines.push_back(static_cast<float>(cosine));
            sines.push_back(static_cast<float>(sine));
        }
    }
}

void RotaryPages::toStored(std::int64_t position, float* row) const
{
    m_plan->embedding.turnBack(row, position);
    std::vector<float> scratch(static_cast<std::size_t>(2 * m_layout->headSize()));
    const float* const stored = kv::toStored(m_plan->transform, m_head, m_layout->headSize(), row, scratch.data());
    if (stored != row)
        std::copy(stored, stored + m_layout->headSize(), row);
}

void RotaryPages::fromStored(std::int64_t position, float* row) const
{
    std::vector<float> scratch(static_cast<std::size_t>(m_layout->headSize()));
    kv::fromStored(m_plan->transform, m_head, m_layout->headSize(), row, scratch.data());
    m_plan->embedding.turn(row, position);
}

void RotaryPages::readCodes(const std::byte* page, float* tile) const
{
    const kernels::CodeMatrix matrix = m_layout->codes(page);
    const bool plain = levelsOf(m_layout->grid())[1] == 1.0F; // a code is its own level
    const auto addPlane = [&](const std::uint32_t* words, int width, int shift) {
        const int perWord = 32 / width, wordCount = kernels::planeWords(width, matrix.steps);
        const std::uint32_t mask = width == 32 ? ~0U : (1U << static_cast<unsigned>(width)) - 1;
        const auto factor = static_cast<float>(1 << shift);
        for (int lanes = 0; lanes < matrix.lanes; lanes += kernels::laneWidth)
            for (int word = 0; word < wordCount; ++word) {
                const std::uint32_t* const from = words + (lanes / kernels::laneWidth * wordCount + word) * kernels::laneWidth;
                for (int i = 0; i < perWord && word * perWord + i < matrix.steps; ++i) {
                    float* const to = tile + (word * perWord + i) * matrix.lanes + lanes;
                    const auto by = static_cast<std::uint32_t>(i * width);
                    if (shift == 0)
                        for (int lane = 0; lane < kernels::laneWidth; ++lane)
                            to[lane] = static_cast<float>(static_cast<std::int32_t>(from[lane] >> by & mask));
                    else
                        for (int lane = 0; lane < kernels::laneWidth; ++lane)
                            to[lane] += factor * static_cast<float>(static_cast<std::int32_t>(from[lane] >> by & mask));
                }
            }
    };
    addPlane(matrix.words, kernels::lowPlaneBits(matrix.bits), 0);
    if (matrix.bits == 3)
        addPlane(matrix.words + matrix.lanes * kernels::planeWords(2, matrix.steps), 1, 2);
    if (matrix.bits != 8 && !plain)
        for (int i = 0; i < matrix.lanes * matrix.steps; ++i)
            tile[i] = levelsOf(m_layout->grid())[static_cast<std::size_t>(tile[i])];
}

const float* RotaryPages::unpack(const std::byte* page, float* memory, float* scales, float* minima, const kernels::KvPrimitives& primitives) const
{
    const int lanes = m_layout->lanes(), block = m_layout->block(), size = m_layout->headSize();
    const Grid& grid = m_layout->grid();
    float* tile = memory;
    float* const spare = memory + lanes * size;
    readCodes(page, tile);
    m_layout->readMetadata(page, scales, minima);
    for (int c = 0; c < size; ++c) {
        float* const row = tile + c * lanes;
        if (grid.axis == GridAxis::Channel) {
            for (int lane = 0; lane < lanes; ++lane)
                row[lane] = row[lane] * scales[c] + minima[c];
        } else {
            const float *const s = scales + c / grid.group * block, *const m = minima + c / grid.group * block;
            for (int lane = 0; lane < block; ++lane)
                row[lane] = row[lane] * s[lane] + m[lane];
        }
    }
    const Transform& transform = m_plan->transform;
    if (!transform.mix.empty()) {
        std::fill(spare, spare + lanes * size, 0.0F);
        for (int run = 0; run < size; run += transform.mixSize)
            primitives.addElements(tile + run * lanes, kernels::ElementType::F32, lanes, lanes, transform.mixSize,
                { m_plan->mixColumns.data(), transform.mixSize, transform.mixSize }, { spare + run * lanes, lanes });
        tile = spare;
    }
    if (!transform.scale.empty() || !transform.shift.empty())
        for (int c = 0; c < size; ++c) {
            const auto at = static_cast<std::size_t>(m_head * size + c);
            const float scale = transform.scale.empty() ? 1 : transform.scale[at], shift = transform.shift.empty() ? 0 : transform.shift[at];
            for (int lane = 0; lane < lanes; ++lane)
                tile[c * lanes + lane] = tile[c * lanes + lane] * scale + shift;
        }
    const int pairs = m_plan->embedding.pairs();
    for (int pair = 0; pair < pairs; ++pair) {
        const float *const cosines = m_plan->cosines.data() + pair * lanes, *const sines = m_plan->sines.data() + pair * lanes;
        float *const a = tile + pair * lanes, *const b = tile + (pair + pairs) * lanes;
        for (int lane = 0; lane < lanes; ++lane) {
            const float first = a[lane], second = b[lane];
            a[lane] = first * cosines[lane] - second * sines[lane];
            b[lane] = second * cosines[lane] + first * sines[lane];
        }
    }
    return tile;
}

void RotaryPages::anglesAt(std::int64_t page, std::vector<double>& angles) const
{
    const int pairs = m_plan->embedding.pairs();
    angles.resize(static_cast<std::size_t>(2 * pairs));
    for (int pair = 0; pair < pairs; ++pair)
        std::tie(angles[static_cast<std::size_t>(pair)], angles[static_cast<std::size_t>(pairs + pair)]) = m_plan->embedding.angle(pair, page * m_layout->block());
}

void RotaryPages::advance(std::vector<double>& angles) const
{
    const auto pairs = static_cast<std::size_t>(m_plan->embedding.pairs());
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        const double cosine = angles[pair], sine = angles[pairs + pair];
        const auto [c, s] = m_plan->step[pair];
        angles[pair] = cosine * c - sine * s;
        angles[pairs + pair] = sine * c + cosine * s;
    }
}

void RotaryPages::turnQueryBack(const std::vector<double>& angles, const float* query, float* turned) const
{
    const auto pairs = static_cast<std::size_t>(m_plan->embedding.pairs());
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        const auto cosine = static_cast<float>(angles[pair]), sine = static_cast<float>(angles[pairs + pair]);
        turned[pair] = query[pair] * cosine + query[pair + pairs] * sine;
        turned[pair + pairs] = query[pair + pairs] * cosine - query[pair] * sine;
    }
}

} // namespace bitloom::kv
