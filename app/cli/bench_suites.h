// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>
#include <vector>

namespace bitloom::cli {

struct BenchOptions
{
    std::string suite = "solve", model = "demo";
    std::vector<std::string> shapes; ///< empty: the suite's own
    int repeats = 3; ///< the fastest counts
    bool growth = true; ///< also what doubling each size costs
    bool parity = true; ///< also compare implementations
};

/// Each suite compares seconds and GFLOP/s with the device's own matrix product; an Error where two implementations disagree.
///
/// Solves layers OUTxINxGROUPSxBITS: as `quantize` would, then, for what doubling costs, exactly two iterations of four cycles from codes drawn
/// at random. FLOPs are the published code's dense ones, 1.5 in² out multiply-adds for each cycle, so that sparse work counts as saved time.
[[nodiscard]] Result<nlohmann::json> benchSolve(CommandContext& context, const BenchOptions& options);

/// Adds up Hessians from TOKENSxINxGROUPS. FLOPs are those of the lower triangles.
[[nodiscard]] Result<nlohmann::json> benchHessian(CommandContext& context, const BenchOptions& options);

/// Times one forward and backward pass against the calibration that adds Hessians to it, on options.model.
[[nodiscard]] Result<nlohmann::json> benchCalibrate(CommandContext& context, const BenchOptions& options);

/// Times one step of decoding over TOKENSxHEADSxKVHEADSxHEADSIZE through cache methods against libtorch's scaled_dot_product_attention. With --device cuda shapes end in
/// xBATCH, see bench_kv.h.
[[nodiscard]] Result<nlohmann::json> benchKv(CommandContext& context, const BenchOptions& options);

/// Times steps of writing behind TOKENS tokens with several cache methods, one sequence of options.model, against `full`.
[[nodiscard]] Result<nlohmann::json> benchGeneration(CommandContext& context, const BenchOptions& options);

} // namespace bitloom::cli
