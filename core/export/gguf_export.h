// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/exporter.h"
#include "core/export/gguf_types.h"

#include <optional>

namespace bitloom {

/// A GGUF file. Linear layers get job.ggufType (see typeForRow), everything else stays as stored; norms and biases are F32. All keys of a GGUF source are
/// kept; from a folder, keys of architecture and vocabulary are made. A quantized layer that is
/// ggml blocks of that type already is written as it is.
[[nodiscard]] Result<void> exportGguf(const ExportJob& job, ProgressSink& progress, JobControl& control);

/// The enum ggml_type that a linear layer's weight has in the file that would be written. Without a type and without quantization a GGUF source's
/// own bytes are copied instead.
[[nodiscard]] Result<int> ggufLinearType(const ModelSource& source, const std::string& ggufType, bool quantized, const LinearLayer& layer);

} // namespace bitloom
