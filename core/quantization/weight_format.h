// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <torch/types.h>
#include <variant>

namespace bitloom {

/// Weights kept exactly beside a quantized matrix (dense-and-sparse decomposition, SqueezeLLM section 4.2).
struct SparseOutliers
{
    torch::Tensor rows, columns; ///< [n] i32
    torch::Tensor values; ///< [n] f32; replaces the looked-up value
};

/// ŵ[r,c] = codebook[r, codes[r,c]]; one codebook per output row.
struct LookupTableWeight
{
    torch::Tensor codes; ///< [out, in] u8
    torch::Tensor codebook; ///< [out, 2^bits] f32, rows ascending
    int bits = 0;
    std::optional<SparseOutliers> outliers;
};

/// ŵ[r,c] = scales[r,g] * (codes[r,c] - zeros[r,g]) with g = groupOfColumn[c].
struct UniformGroupsWeight
{
    torch::Tensor codes; ///< [out, in] u8
    torch::Tensor scales; ///< [out, groups] f32 (values that f16 holds exactly)
    torch::Tensor zeros; ///< [out, groups] u8
    torch::Tensor groupOfColumn; ///< [in] i32
    int bits = 0, groupSize = 0; ///< groupSize columns per group (in, if one group spans the row)
};

/// Rows stored as ggml blocks of one type, exactly as a GGUF file holds them.
struct GgmlBlocksWeight
{
    torch::Tensor blocks; ///< [out, rowBytes] u8
    std::int64_t columns = 0;
    int ggmlType = 0; ///< enum ggml_type
};

using WeightFormat = std::variant<LookupTableWeight, UniformGroupsWeight, GgmlBlocksWeight>;

/// The weights that a reader of the format computes: [out, in] f32.
[[nodiscard]] torch::Tensor dequantize(const WeightFormat& weight);
/// Stored bits per weight, codebooks (f16), scales (f16), zeros and outliers counted.
[[nodiscard]] double bitsPerWeight(const WeightFormat& weight);
/// Rounds what files store in f16 (codebooks, scales) to values that f16 holds exactly.
[[nodiscard]] WeightFormat roundedToStorage(WeightFormat weight);

} // namespace bitloom
