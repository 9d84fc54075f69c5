// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/calibration_store.h"
#include "core/engine/job_schedule.h"
#include "core/engine/plugin_loader.h"
#include "core/export/exporter.h"
#include "core/model/model_source.h"
#include "core/protocol/recipe.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// A recipe that was checked against its model, its method and this machine.
struct PreparedJob
{
    ModelSource source;
    Recipe recipe; ///< all defaults filled in: parameters, compute dtype, device
    const WeightQuantizer* quantizer = nullptr; ///< belongs to the WeightMethods
    MethodInfo method;
    torch::Device device = torch::kCPU;
    torch::Dtype computeDtype = torch::kFloat32;
    CalibrationContent needed;
    std::int64_t heldOutSequences = 0;
    std::vector<LinearLayer> layers; ///< that are quantized, in the model's order
    std::map<std::string, int> ggmlTypes; ///< by LinearLayer::name, the enum ggml_type in the file; format gguf alone
    std::optional<GgufTypePlan> types; ///< of all weight matrices; format gguf alone, and nothing until a size budget has chosen them
    std::shared_ptr<const ColumnImportances> importances; ///< of an importance matrix that the recipe names
    JobSchedule schedule; ///< how it is cut up to fit into memory; prepareJob() leaves it as it is by default
};

/// Opens the model's headers and checks everything about the recipe that can be checked without reading weights or text.
[[nodiscard]] Result<PreparedJob> prepareJob(const Recipe& recipe, const WeightMethods& methods);

/// Has the job write these types, which a size budget chose.
void setTypes(PreparedJob& job, GgufTypePlan types);

/// What writes the job's result. Belongs to `job`.
[[nodiscard]] Result<ExportJob> exportJob(const PreparedJob& job, QuantizedWeights quantized, const std::filesystem::path& output);

} // namespace bitloom
