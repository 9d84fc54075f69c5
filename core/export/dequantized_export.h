// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/exporter.h"

namespace bitloom {

/// A Hugging Face folder with dequantized weights in the source's dtype, which any loader of the original model opens. Above 4 GiB the weights
/// are cut into shards with an index, never inside a tensor.
[[nodiscard]] Result<void> exportDequantized(const ExportJob& job, ProgressSink& progress, JobControl& control);
/// The same with another border between shards, in bytes.
[[nodiscard]] Result<void> exportDequantized(const ExportJob& job, std::int64_t shardBytes, ProgressSink& progress, JobControl& control);

} // namespace bitloom
