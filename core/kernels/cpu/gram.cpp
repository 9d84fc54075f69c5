// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/gram.h"

#include "core/base/huge_pages.h"
#include "core/kernels/cpu/compiled_for.h"
#include "core/kernels/cpu/gram_primitives.h"

#include <algorithm>
#include <new>
#include <utility>

namespace bitloom::kernels {
namespace {

    constexpr std::align_val_t packedAlignment { std::size_t(1) << 21 }; ///< of a huge page

    constexpr std::int64_t divideUp(std::int64_t number, std::int64_t by)
    {
        return (number + by - 1) / by;
    }

}

GramBatch::GramBatch(const float* rows, std::int64_t tokens, std::int64_t columns, std::vector<GramSum> sums, InstructionSet set)
    : m_rows(rows)
    , m_tokens(tokens)
    , m_columns(columns)
    , m_sums(std::move(sums))
    , m_primitives(BITLOOM_COMPILED_FOR(set, GramPrimitives))
    , m_panels(divideUp(columns, m_primitives.columns))
    , m_blocks(divideUp(columns, gramBlockRows))
{
    const auto bytes = static_cast<std::size_t>(m_tokens * m_panels * m_primitives.columns) * sizeof(float);
    m_packed.reset(static_cast<float*>(operator new(bytes, packedAlignment)));
    preferHugePages(m_packed.get(), bytes);
}

void GramBatch::Release::operator()(float* memory) const
{
    operator delete(memory, packedAlignment);
}

std::int64_t GramBatch::packTasks() const
{
    return divideUp(m_tokens, gramDepth);
}

void GramBatch::pack(std::int64_t task) const
{
    const std::int64_t begin = task * gramDepth, depth = std::min(gramDepth, m_tokens - begin), width = m_primitives.columns;
    float* to = m_packed.get() + begin * m_panels * width;
    for (std::int64_t column = 0; column < m_columns; column += width) {
        const std::int64_t count = std::min(width, m_columns - column);
        for (std::int64_t t = 0; t < depth; ++t, to += width) {
            const float* from = m_rows + (begin + t) * m_columns + column;
            std::fill(std::copy(from, from + count, to), to + width, 0.0F);
        }
    }
}

std::int64_t GramBatch::sumTasks() const
{
    return m_blocks * static_cast<std::int64_t>(m_sums.size());
}

void GramBatch::sum(std::int64_t task) const
{
    const auto count = static_cast<std::int64_t>(m_sums.size());
    const GramSum& sum = m_sums[static_cast<std::size_t>(task % count)];
    const std::int64_t firstRow = (m_blocks - 1 - task / count) * gramBlockRows, lastRow = std::min(firstRow + gramBlockRows, m_columns);
    const std::int64_t tileRows = m_primitives.rows, width = m_primitives.columns, vectorWidth = m_primitives.vectorWidth;
    alignas(64) float scaled[gramBlockRows * gramDepth];
    alignas(64) float edge[mostTileRows * mostTileColumns];
    for (std::int64_t begin = 0; begin < m_tokens; begin += gramDepth) {
        const std::int64_t depth = std::min(gramDepth, m_tokens - begin);
        const float* weights = sum.weights ? sum.weights + begin * sum.weightStride : nullptr;
        for (std::int64_t row = firstRow; row < lastRow; row += tileRows)
            m_primitives.packScaled(m_rows + begin * m_columns + row, m_columns, depth, std::min(tileRows, lastRow - row), weights, sum.weightStride,
                scaled + (row - firstRow) * gramDepth);
        for (std::int64_t column = 0; column < lastRow; column += width) {
            const float* panel = m_packed.get() + (begin * m_panels * width) + column * depth;
            // Strips that end above the panel's first column have nothing on or below the diagonal there.
            const std::int64_t firstStrip = column < firstRow + tileRows ? firstRow : firstRow + (column - firstRow) / tileRows * tileRows;
            for (std::int64_t row = firstStrip; row < lastRow; row += tileRows) {
                const std::int64_t rows = std::min(tileRows, lastRow - row), columns = std::min(width, row + rows - column);
                const auto vectors = static_cast<int>(divideUp(columns, vectorWidth));
                const float* strip = scaled + (row - firstRow) * gramDepth;
                float* gram = sum.gram + row * m_columns + column;
                if (rows == tileRows && column + vectors * vectorWidth <= m_columns) {
                    m_primitives.addTile(strip, panel, depth, vectors, gram, m_columns);
                    continue;
                }
                std::fill_n(edge, tileRows * width, 0.0F);
                m_primitives.addTile(strip, panel, depth, vectors, edge, width);
                for (std::int64_t r = 0; r < rows; ++r)
                    for (std::int64_t c = 0; c < columns; ++c)
                        gram[r * m_columns + c] += edge[r * width + c];
            }
        }
    }
}

void mirrorLowerTriangle(float* gram, std::int64_t n)
{
    constexpr std::int64_t tile = 32; // both sides of a pair of tiles stay in a first-level cache
    for (std::int64_t rows = 0; rows < n; rows += tile)
        for (std::int64_t columns = 0; columns <= rows; columns += tile)
            for (std::int64_t c = columns; c < std::min(columns + tile, n); ++c)
                for (std::int64_t r = std::max(rows, c + 1); r < std::min(rows + tile, n); ++r)
                    gram[c * n + r] = gram[r * n + c];
}

} // namespace bitloom::kernels
