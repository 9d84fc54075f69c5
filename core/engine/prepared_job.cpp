// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/prepared_job.h"

#include "core/calibration/compute_dtype.h"
#include "core/engine/device.h"
#include "core/engine/size_budget.h"
#include "core/export/column_importances.h"
#include "core/io/imatrix.h"

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

    /// Tuning needs numbers that can be moved, text and the whole model in one process.
    Result<void> checkTuning(const PreparedJob& job)
    {
        if (job.recipe.tuningEpochs == 0)
            return {};
        if (!job.method.canBeTuned())
            return fail(ErrorCode::Usage, "tuning_epochs is {}, but {} makes neither codebooks nor ggml's blocks, which are what can be tuned", job.recipe.tuningEpochs, job.method.id);
        if (!job.needed.any())
            return fail(ErrorCode::Usage, "tuning_epochs is {}, but {} reads no calibration text to tune on", job.recipe.tuningEpochs, job.method.id);
        if (job.recipe.sequences < 2)
            return fail(ErrorCode::Usage, "tuning_epochs is {}, which takes at least 2 sequences: one to learn from and one to judge by", job.recipe.tuningEpochs);
        return {};
    }

    /// The recipe's parameters; a method that weighs columns itself weighs them by what the recipe says for ggml's quantizer.
    Result<nlohmann::json> withImportances(const MethodInfo& method, const Recipe& recipe)
    {
        constexpr const char* name = "importances";
        nlohmann::json parameters = recipe.parameters;
        const bool weighs = std::any_of(method.parameters.begin(), method.parameters.end(), [&](const ParameterInfo& info) { return info.name == name; });
        if (!weighs || recipe.importances.empty() || !(parameters.is_object() || parameters.is_null()))
            return parameters;
        const bool isKind = recipe.importances == "none" || recipe.importances == "plain" || recipe.importances == "guided";
        const std::string kind = isKind ? recipe.importances : "file";
        if (parameters.contains(name) && parameters.at(name) != kind)
            return fail(ErrorCode::Usage, "importances is \"{}\", but the parameter of that name of {} is {}; give one of the two", recipe.importances, method.id, parameters.at(name).dump());
        parameters[name] = kind;
        return parameters;
    }

    /// Reads the importance matrix that the recipe names, or has calibration gather what one is made of.
    Result<void> prepareImportances(PreparedJob& job)
    {
        const std::string& wanted = job.recipe.importances;
        if (!wanted.empty() && job.recipe.format != "gguf")
            return fail(ErrorCode::Usage, "importances are for ggml's quantizer, but format is {}; give them with format gguf", job.recipe.format);
        if (wanted == "guided")
            job.needed.guidedHessian = true;
        else if (wanted == "plain")
            job.needed.plainHessian = true;
        else if (!wanted.empty() && wanted != "none") {
            BITLOOM_TRY(const Imatrix imatrix, readImatrix(wanted));
            BITLOOM_TRY(ColumnImportances importances, columnImportances(imatrix, job.source, wanted));
            job.importances = std::make_shared<const ColumnImportances>(std::move(importances));
        }
        return {};
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
    BITLOOM_TRY(const nlohmann::json parameters, withImportances(job.method, recipe));
    BITLOOM_TRY(job.recipe.parameters, resolveParameters(job.method, parameters));
    const auto& formats = exportFormats();
    if (std::find(formats.begin(), formats.end(), recipe.format) == formats.end())
        return fail(ErrorCode::Unsupported, "format '{}' cannot be written, only {}", recipe.format, fmt::join(formats, ", "));
    BITLOOM_TRY(job.device, parseDevice(recipe.device));
    job.recipe.device = job.device.str();
    BITLOOM_TRY(job.computeDtype, parseComputeDtype(recipe.computeDtype, job.device));
    job.recipe.computeDtype = job.computeDtype == torch::kBFloat16 ? "bf16" : "f32";

    BITLOOM_TRY(job.source, openModel(recipe.model));
    job.layers = linearLayers(job.source.config);
    const CalibrationNeeds needs = job.quantizer->needs(job.recipe.parameters);
    job.needed = { needs.guidedHessian, needs.plainHessian, needs.fisherDiagonal };
    BITLOOM_CHECK(checkTuning(job));
    BITLOOM_CHECK(checkBudget(job));
    BITLOOM_CHECK(prepareImportances(job));
    if (choosesTypes(recipe)) {
        job.needed.guidedHessian = true;
    } else if (recipe.format == "gguf") {
        BITLOOM_TRY(auto overrides, typeOverrides(recipe.tensorTypes));
        const bool importances = job.importances != nullptr || (recipe.importances != "none" && (job.needed.guidedHessian || job.needed.plainHessian));
        BITLOOM_TRY(GgufTypePlan types, planGgufTypes(job.source, { recipe.ggufType, std::move(overrides), true, importances }));
        setTypes(job, std::move(types));
    }
    if (job.needed.any()) {
        if (job.source.config.contextLength > 0 && recipe.sequenceLength > job.source.config.contextLength)
            return fail(ErrorCode::Usage, "sequence_length is {}, but the model's context is {} tokens", recipe.sequenceLength, job.source.config.contextLength);
        job.heldOutSequences = heldOutFor(recipe.sequences);
    }
    return job;
}

void setTypes(PreparedJob& job, GgufTypePlan types)
{
    for (const LinearLayer& layer : job.layers)
        if (const auto type = types.find(layer.name + ".weight"); type != types.end())
            job.ggmlTypes[layer.name] = type->second;
    job.types = std::move(types);
}

Result<ExportJob> exportJob(const PreparedJob& job, QuantizedWeights quantized, const std::filesystem::path& output)
{
    ExportJob writing { job.source, std::move(quantized), job.recipe.format, choosesTypes(job.recipe) ? std::string() : job.recipe.ggufType,
        recipeToJson(job.recipe).dump(), output };
    BITLOOM_TRY(writing.typeOverrides, typeOverrides(job.recipe.tensorTypes));
    if (job.recipe.format == "gguf") {
        writing.types = job.types.value_or(GgufTypePlan {});
        writing.importances = job.importances;
    }
    writing.splitBytes = job.recipe.splitBytes;
    return writing;
}

} // namespace bitloom
