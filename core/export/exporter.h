// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/export/column_importances.h"
#include "core/export/gguf_type_plan.h"
#include "core/model/model_source.h"
#include "core/protocol/method_info.h"
#include "core/quantization/weight_format.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

/// The names that `--format` takes and that this build writes: "safetensors", "anyprecision", "gguf".
[[nodiscard]] const std::vector<std::string>& exportFormats();
/// The ggml type names that `--gguf-type` takes: every type that ggml can quantize to, in upper case ("F32", "F16", "Q4_0", "Q4_K", ...). Mixes of
/// types are ggufMixes().
[[nodiscard]] const std::vector<std::string>& ggufTypes();

/// Gives a linear layer's quantized weight, in Hugging Face's row order, by LinearLayer::name; nullopt keeps the weight as the source has
/// it. Asked once for each linear layer, in the order that the file is written, so it may read a checkpoint when called.
using QuantizedWeights = std::function<Result<std::optional<WeightFormat>>(const std::string& linear)>;

struct ExportJob
{
    const ModelSource& source;
    QuantizedWeights quantized; ///< empty: nothing is quantized (`convert`)
    std::string format = "safetensors";
    std::string ggufType; ///< for "gguf": what GgufTypeRequest::type says
    std::string recipeJson; ///< put into the file's metadata; empty: the source's own recipe, if it has one
    std::filesystem::path output; ///< a folder, or a file for "gguf"; must not exist

    // for "gguf" alone
    std::vector<std::pair<std::string, std::string>> typeOverrides {}; ///< as in GgufTypeRequest
    std::optional<GgufTypePlan> types {}; ///< decided already; instead of ggufType and typeOverrides
    std::shared_ptr<const ColumnImportances> importances {}; ///< null: there are none
    bool completesParts = false; ///< parts of a split file may be there already, if they hold what would be written
    std::int64_t splitBytes = 0; ///< cuts the model into files of at most so many bytes of tensors; 0: one file
};

/// Writes the model. Memory stays near the size of the largest tensor, whatever the size of the model. Everything is written beside
/// `output` and renamed at the end; after an error or a cancel there is nothing under `output`. The same input gives the same bytes.
/// Progress: stage "export", unit "bytes".
[[nodiscard]] Result<void> exportModel(const ExportJob& job, ProgressSink& progress, JobControl& control);

/// Whether exportModel could write this, before any work is done: format and type known, the method's result fits the format, the widths
/// fit the type, the output does not exist and its folder can be written. `method` null: `convert`. bits: of the quantized layers, 0 for none.
/// job.quantized is not called; whether it is empty tells quantize from convert.
[[nodiscard]] Result<void> checkExport(const ExportJob& job, const MethodInfo* method, int bits);

/// The file that one opens afterwards: job.output, or the first of several files.
[[nodiscard]] Result<std::filesystem::path> exportedPath(const ExportJob& job);

/// What exportModel would write, in bytes: exact for "gguf", else to within a few percent.
[[nodiscard]] Result<std::int64_t> estimateExportBytes(const ExportJob& job, int bits);

} // namespace bitloom
