// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/exporter.h"

#include <filesystem>
#include <vector>

namespace bitloom {

/// A GGUF file. Weight matrices get the types of planGgufTypes() (or job.types), everything else stays as stored; norms and biases are F32. All
/// keys of a GGUF source are kept; from a folder, keys of architecture and vocabulary are made. A quantized layer that is
/// ggml blocks of its type already is written as it is; what is made into blocks here is, with job.importances where they name the tensor.
[[nodiscard]] Result<void> exportGguf(const ExportJob& job, ProgressSink& progress, JobControl& control);

/// The files that exportGguf would write.
[[nodiscard]] Result<std::vector<std::filesystem::path>> ggufFiles(const ExportJob& job);

/// What exportGguf would write, in bytes.
[[nodiscard]] Result<std::int64_t> ggufBytes(const ExportJob& job);

} // namespace bitloom
