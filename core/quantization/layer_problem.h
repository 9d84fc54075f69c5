// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// A contiguous run of output rows that share one Hessian.
struct RowGroup
{
    std::int64_t begin = 0, end = 0;
};

/// Cuts `rows` output rows into `groups` runs of ceil(rows/groups) rows; the last one may be smaller, and where the cut
/// leaves nothing for a last group there are fewer of them. groups >= 1.
[[nodiscard]] std::vector<RowGroup> rowGroups(std::int64_t rows, std::int64_t groups);

/// Evenly spaced rows, equally many from every group (at most `perGroup`), ascending, i64: a sample of the layer's rows that falls into
/// the same groups again.
[[nodiscard]] torch::Tensor evenRows(std::int64_t rows, std::int64_t groups, std::int64_t perGroup);

/// One Hessian per row group: matrices[k] = Σ_tokens s_k x xᵀ (GuidedQuant, ICML 2025, eq. 7). Plain H = XᵀX is the case of one
/// group with s = 1. Symmetric, full, f32, not divided by the number of tokens.
struct GroupedHessian
{
    torch::Tensor matrices; ///< [groups, in, in] f32 contiguous
    [[nodiscard]] std::int64_t groups() const { return matrices.size(0); }
};

/// Where an iterative method starts instead of its own initialisation.
struct LookupTableStart
{
    torch::Tensor codes; ///< [out, in] u8
    torch::Tensor codebook; ///< [out, 2^bits] f32
};

/// One linear layer to quantize. Everything is on one device.
struct LayerProblem
{
    std::string name;
    torch::Tensor weight; ///< [out, in] f32 contiguous
    std::optional<GroupedHessian> guidedHessian;
    std::optional<torch::Tensor> plainHessian; ///< [in, in] f32
    std::optional<torch::Tensor> fisherDiagonal; ///< [out, in] f32: Σ_sequences (∂loss/∂w)²
    std::optional<GroupedHessian> heldOutHessian; ///< guided, of calibration sequences that are not in guidedHessian's "fit" part
    std::optional<GroupedHessian> fitHessian; ///< guided, of the other sequences; guidedHessian = fit + heldOut
    std::optional<torch::Tensor> fitPlainHessian; ///< [in, in], of the fit sequences
    std::optional<LookupTableStart> start;
    std::optional<int> ggmlType; ///< enum ggml_type that the layer's rows are stored as; set for format gguf alone, and fits the row length
    std::optional<torch::Tensor> importances; ///< [in] f32 >= 0, the columns' weights from an importance matrix that was given
};

/// Mean over output rows of (w-q)ᵀ H_k (w-q), accumulated in f64. weight and quantized are [out, in] f32.
[[nodiscard]] double objective(const torch::Tensor& weight, const torch::Tensor& quantized, const GroupedHessian& hessian);

/// The same from products in f32, summed in f64: right to five digits in a fraction of the time.
[[nodiscard]] double roundedObjective(const torch::Tensor& weight, const torch::Tensor& quantized, const GroupedHessian& hessian);

/// The Hessian on which a layer's objective is reported: the guided one where there is one, else the plain one as a single group.
[[nodiscard]] std::optional<GroupedHessian> problemHessian(const LayerProblem& problem);

} // namespace bitloom
