// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/prepared_job.h"

#include "core/calibration/compute_dtype.h"
#include "core/engine/device.h"
#include "core/export/exporter.h"
#include "core/export/gguf_export.h"

#include <algorithm>
#include <fmt/ranges.h>

namespace bitloom {
namespace {
    /// Sequences that are kept out of the fit, so that "auto" parameters and the shown held-out objective mean something. They are
    /// split off for every method that uses Hessians, so that a calibration can be shared and gives the same bytes either way.
    std::int64_t heldOutFor(std::int64_t sequences)
    {
        return sequences >= 8 ? std::max<std::int64_t>(1, sequences / 8) : 0;
    }
}

Result<PreparedJob> prepareJob(const Recipe& recipe, const WeightMethods& methods)
{
    if (auto valid = validateRecipe(recipe, "recipe"); !valid)
        return tl::make_unexpected(Error { ErrorCode::Usage, valid.error().message });
    PreparedJob job;
    job.recipe = recipe;
    BITLOOM_TRY(job.quantizer, methods.require(recipe.method));
    job.method = job.quantizer->describe();
    if (recipe.bits < job.method.minimumBits || recipe.bits > job.method.maximumBits)
        return fail(ErrorCode::Usage, "bits is {}, but {} takes {} to {}", recipe.bits, job.method.id, job.method.minimumBits, job.method.maximumBits);
    BITLOOM_TRY(job.recipe.parameters, resolveParameters(job.method, recipe.parameters));
    const auto& formats = exportFormats();
    if (std::find(formats.begin(), formats.end(), recipe.format) == formats.end())
        return fail(ErrorCode::Unsupported, "format '{}' cannot be written, only {}", recipe.format, fmt::join(formats, ", "));
    if (recipe.sizeBudget > 0)
        return fail(ErrorCode::Unsupported, "size_budget is {}, but choosing types under a size budget is not available; leave it out and set bits", recipe.sizeBudget);
    BITLOOM_TRY(job.device, parseDevice(recipe.device));
    job.recipe.device = job.device.str();
    BITLOOM_TRY(job.computeDtype, parseComputeDtype(recipe.computeDtype, job.device));
    job.recipe.computeDtype = job.computeDtype == torch::kBFloat16 ? "bf16" : "f32";

    BITLOOM_TRY(job.source, openModel(recipe.model));
    job.layers = linearLayers(job.source.config);
    if (recipe.format == "gguf") {
        for (const LinearLayer& layer : job.layers) {
            BITLOOM_TRY(job.ggmlTypes[layer.name], ggufLinearType(job.source, recipe.ggufType, true, layer));
        }
    }
    const CalibrationNeeds needs = job.quantizer->needs(job.recipe.parameters);
    job.needed = { needs.guidedHessian, needs.plainHessian, needs.fisherDiagonal };
    if (job.needed.any()) {
        if (job.source.config.contextLength > 0 && recipe.sequenceLength > job.source.config.contextLength)
            return fail(ErrorCode::Usage, "sequence_length is {}, but the model's context is {} tokens", recipe.sequenceLength, job.source.config.contextLength);
        job.heldOutSequences = heldOutFor(recipe.sequences);
    }
    return job;
}

} // namespace bitloom
