// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench_suites.h"

#include "core/kv/kv_cache.h"

#include <torch/types.h>

namespace bitloom::cli {

constexpr double allowedKvDifference = 1e-3; ///< of outputs, from those computed plainly over the same codes

/// Tokens of layer 0: keys and values [..., key-value heads, count, head size] f32.
[[nodiscard]] kv::LayerTokens layerTokens(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values);

/// The largest difference of one step's outputs [rows x heads, 1, head size] of the heads that share one key-value head from those that plain f64 arithmetic gets from the
/// unpacked rows.
[[nodiscard]] double differenceFromPlain(const kv::KvCache& cache, int row, int keyValueHead, const torch::Tensor& queries, const torch::Tensor& out);

/// benchKv() on a GPU: shapes TOKENSxHEADSxKVHEADSxHEADSIZExBATCH, each method's attention alone over its copy there and a whole step with the host's packing, against
/// libtorch's over f16. Texts repeat a piece, so that long ones are packed soon; neither side's time depends on what is in them.
[[nodiscard]] Result<nlohmann::json> benchKvOnDevice(CommandContext& context, const BenchOptions& options, torch::Device device);

} // namespace bitloom::cli
