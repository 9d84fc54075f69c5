// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/transform.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bitloom::kv {

void addHadamard(Transform& transform, int headSize)
{
    const int size = headSize & -headSize;
    transform.mixSize = size;
    transform.mix.resize(static_cast<std::size_t>(size * size));
    const float unit = 1 / std::sqrt(static_cast<float>(size));
    for (int i = 0; i < size; ++i)
        for (int j = 0; j < size; ++j)
            transform.mix[static_cast<std::size_t>(i * size + j)] = std::popcount(static_cast<unsigned>(i & j)) % 2 == 0 ? unit : -unit;
    transform.unmix = transform.mix; // symmetric and orthonormal
}

void multiplyRuns(const float* row, const std::vector<float>& matrix, int size, int headSize, float* out)
{
    std::fill(out, out + headSize, 0.0F);
    for (int run = 0; run < headSize; run += size)
        for (int i = 0; i < size; ++i)
            for (int j = 0; j < size; ++j)
                out[run + j] += row[run + i] * matrix[static_cast<std::size_t>(i * size + j)];
}

void multiplyTransposedRuns(const float* row, const std::vector<float>& matrix, int size, int headSize, float* out)
{
    for (int run = 0; run < headSize; run += size)
        for (int j = 0; j < size; ++j) {
            float sum = 0;
            for (int i = 0; i < size; ++i)
                sum += row[run + i] * matrix[static_cast<std::size_t>(j * size + i)];
            out[run + j] = sum;
        }
}

const float* toStored(const Transform& transform, int head, int headSize, const float* row, float* scratch)
{
    if (transform.isIdentity())
        return row;
    float* const changed = transform.mix.empty() ? scratch : scratch + headSize;
    for (int c = 0; c < headSize; ++c) {
        const auto at = static_cast<std::size_t>(head * headSize + c);
        changed[c] = (row[c] - (transform.shift.empty() ? 0 : transform.shift[at])) / (transform.scale.empty() ? 1 : transform.scale[at]);
    }
    if (!transform.mix.empty())
        multiplyRuns(changed, transform.unmix, transform.mixSize, headSize, scratch);
    return scratch;
}

void fromStored(const Transform& transform, int head, int headSize, float* row, float* scratch)
{
    if (!transform.mix.empty()) {
        multiplyRuns(row, transform.mix, transform.mixSize, headSize, scratch);
        std::copy(scratch, scratch + headSize, row);
    }
    for (int c = 0; c < headSize && !transform.isIdentity(); ++c) {
        const auto at = static_cast<std::size_t>(head * headSize + c);
        row[c] = row[c] * (transform.scale.empty() ? 1 : transform.scale[at]) + (transform.shift.empty() ? 0 : transform.shift[at]);
    }
}

} // namespace bitloom::kv
