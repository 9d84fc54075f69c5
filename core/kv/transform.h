// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace bitloom::kv {

/// A change of coordinates before rounding: stored = ((x - shift) / scale) · unmix, in runs of mixSize channels. Queries and outputs are changed instead of what is
/// stored, so reading costs nothing; a shift of keys needs no undoing at all, because it adds the same to every logit.
struct Transform
{
    std::vector<float> shift, scale; ///< [key-value heads, head size], or empty
    std::vector<float> mix, unmix; ///< [mixSize, mixSize], inverse to each other, or empty: x = t · mix
    int mixSize = 0;
    [[nodiscard]] bool isIdentity() const { return shift.empty() && scale.empty() && mix.empty(); }
};

/// The orthonormal Walsh-Hadamard matrix over the largest power of two that divides the head size, as a Transform's mix.
void addHadamard(Transform& transform, int headSize);

/// row · matrix, in runs of `size`; into `out`.
void multiplyRuns(const float* row, const std::vector<float>& matrix, int size, int headSize, float* out);
/// row · matrixᵀ.
void multiplyTransposedRuns(const float* row, const std::vector<float>& matrix, int size, int headSize, float* out);

/// What is stored instead of `row`: itself, or in `scratch`, which has room for two rows.
[[nodiscard]] const float* toStored(const Transform& transform, int head, int headSize, const float* row, float* scratch);
/// The row that was given for a stored one, in place; `scratch` has room for a row.
void fromStored(const Transform& transform, int head, int headSize, float* row, float* scratch);

} // namespace bitloom::kv
