// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_format.h"

#include <optional>
#include <stop_token>
#include <string>

namespace bitloom {

/// "Q4_0", as ggml spells it in upper case.
[[nodiscard]] std::string ggmlName(int type);

/// Whether the type stores blocks of codes, rather than floats.
[[nodiscard]] bool isGgmlBlocks(int type);

/// Whether rows of `columns` weights can be stored as `type`; the error names the types that fit.
[[nodiscard]] Result<void> checkGgmlRows(int type, std::int64_t columns);

/// ggml's own quantizer, as llama-quantize runs it. `importances` [groups, in] f32 weight the columns, one line for each run of rows
/// (rowGroups); nothing and a type that needs them is InvalidInput. The same bytes for any number of threads.
[[nodiscard]] Result<GgmlBlocksWeight> encodeWithGgml(
    const torch::Tensor& weight, int type, const std::optional<torch::Tensor>& importances, std::stop_token stop);

} // namespace bitloom
