// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/size_budget.h"

#include "core/base/byte_size.h"
#include "core/engine/error_curves.h"
#include "core/engine/fingerprint.h"
#include "core/export/gguf_types.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"

#include <algorithm>
#include <cmath>
#include <fmt/ranges.h>
#include <ggml.h>
#include <map>

namespace bitloom {
namespace {
    GgufTypePlan planOf(const std::vector<ErrorCurve>& curves, const std::vector<std::size_t>& chosen)
    {
        GgufTypePlan plan;
        for (std::size_t i = 0; i < curves.size(); ++i)
            plan[curves[i].tensor] = curves[i].options[chosen[i]].type;
        return plan;
    }

    /// Bytes of the file that are not weight matrices: keys, vocabulary, norms.
    Result<std::int64_t> otherBytes(const std::vector<ErrorCurve>& curves, ExportJob writing)
    {
        std::int64_t matrices = 0;
        for (const ErrorCurve& curve : curves)
            matrices += curve.options.front().bytes;
        writing.types = planOf(curves, std::vector<std::size_t>(curves.size(), 0));
        BITLOOM_TRY(const std::int64_t whole, estimateExportBytes(writing, 0));
        return whole - matrices;
    }

    double parameterCount(const PreparedJob& job)
    {
        double parameters = 0;
        for (const StoredTensor& tensor : job.source.weights->tensors()) {
            double count = 1;
            for (const std::int64_t size : tensor.shape)
                count *= static_cast<double>(size);
            parameters += count;
        }
        return parameters;
    }

    std::int64_t budgetBytes(const PreparedJob& job)
    {
        if (job.recipe.sizeBudgetBytes > 0)
            return job.recipe.sizeBudgetBytes;
        return static_cast<std::int64_t>(std::floor(parameterCount(job) * job.recipe.sizeBudget / 8));
    }

    /// What the budget leaves for weight matrices. Bits per weight speak of tensors alone, bytes of the whole file.
    Result<std::int64_t> matrixBudget(const PreparedJob& job, std::int64_t other)
    {
        if (job.recipe.sizeBudgetBytes > 0)
            return budgetBytes(job) - other;
        std::int64_t norms = 0;
        const auto matrices = ggufMatrices(job.source);
        for (const StoredTensor& tensor : job.source.weights->tensors())
            if (std::none_of(matrices.begin(), matrices.end(), [&](const GgufMatrix& matrix) { return matrix.name == tensor.name; }) && tensor.shape.size() == 1)
                norms += tensor.shape.front() * 4;
        return budgetBytes(job) - norms;
    }
}

bool choosesTypes(const Recipe& recipe)
{
    return recipe.format == "gguf" && (recipe.ggufType == "auto" || recipe.ggufType == "AUTO");
}

Result<std::vector<std::pair<std::string, std::string>>> typeOverrides(const std::vector<std::string>& tensorTypes)
{
    std::vector<std::pair<std::string, std::string>> overrides;
    for (const std::string& setting : tensorTypes) {
        const std::size_t equals = setting.rfind('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == setting.size())
            return fail(ErrorCode::Usage, "tensor type \"{}\": expected TEXT=TYPE, for example ffn_down=Q6_K", setting);
        overrides.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    }
    return overrides;
}

Result<void> checkBudget(const PreparedJob& job)
{
    const Recipe& recipe = job.recipe;
    const bool budget = recipe.sizeBudget > 0 || recipe.sizeBudgetBytes > 0;
    if (!choosesTypes(recipe)) {
        if (budget)
            return fail(ErrorCode::Usage, "a size budget chooses the types of a GGUF file's tensors: give it with format gguf and gguf type auto, not with format {} and type \"{}\"",
                recipe.format, recipe.ggufType);
        if (!recipe.types.empty())
            return fail(ErrorCode::Usage, "a list of types is for gguf type auto, which chooses among them");
        return {};
    }
    if (!budget)
        return fail(ErrorCode::Usage, "gguf type auto needs a size budget, such as --size-budget 4.5 (bits per weight) or 84MiB (file)");
    BITLOOM_TRY(const std::vector<int> candidates, candidateTypes(recipe));
    GgufTypeRequest request;
    BITLOOM_TRY(request.overrides, typeOverrides(recipe.tensorTypes));
    std::int64_t smallest = 0;
    for (const GgufMatrix& matrix : ggufMatrices(job.source)) {
        BITLOOM_TRY(const std::optional<int> own, overriddenType(request, matrix));
        std::int64_t least = 0;
        for (const int type : own ? std::vector<int> { typeForRow(*own, matrix.columns) } : candidates) {
            const auto ggml = static_cast<ggml_type>(type);
            if (matrix.columns % ggml_blck_size(ggml) != 0 || (!matrix.linear && !own && needsImportances(type)))
                continue;
            const auto bytes = matrix.rows * static_cast<std::int64_t>(ggml_row_size(ggml, matrix.columns));
            least = least == 0 ? bytes : std::min(least, bytes);
        }
        if (least == 0)
            return fail(ErrorCode::Usage, "{} has rows of {} weights, which none of the types that may be used divides into blocks; allow one with smaller blocks (Q4_0 has 32, F16 has none)", matrix.ggufName,
                matrix.columns);
        smallest += least;
    }
    if (const std::int64_t bytes = budgetBytes(job); bytes < smallest)
        return fail(ErrorCode::Usage, "the size budget comes to {}, but the weights need {} at least with the types that may be used; raise it or allow smaller types",
            byteSizeText(bytes), byteSizeText(smallest));
    return {};
}

Result<ChosenTypes> chooseTypes(const PreparedJob& job, const std::vector<ErrorCurve>& curves, ExportJob writing)
{
    BITLOOM_TRY(const std::int64_t other, otherBytes(curves, writing));
    BITLOOM_TRY(const std::int64_t budget, matrixBudget(job, other));
    BITLOOM_TRY(const BitAllocation allocation, allocateBits(curves, budget));
    ChosenTypes chosen;
    chosen.types = planOf(curves, allocation.chosen);
    chosen.loss = allocation.loss;
    writing.types = chosen.types;
    BITLOOM_TRY(chosen.fileBytes, estimateExportBytes(writing, 0));
    return chosen;
}

Recipe measuringRecipe(Recipe recipe)
{
    recipe.ggufType = "auto";
    recipe.sizeBudget = 32; // bits: anything fits
    recipe.sizeBudgetBytes = 0;
    recipe.tuningEpochs = 0;
    return recipe;
}

Result<MeasuredCurves> measuredCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder)
{
    BITLOOM_TRY(const std::vector<ErrorCurve> known, measuredErrorCurves(job, calibrationFolder));
    BITLOOM_TRY(const std::vector<int> candidates, candidateTypes(job.recipe));
    MeasuredCurves result;
    for (const int type : candidates)
        result.candidates.push_back(ggmlTypeName(type));
    result.parameters = parameterCount(job);
    std::vector<ErrorCurve> measured; // one for each matrix, so that what is not a matrix can be told
    for (const GgufMatrix& matrix : ggufMatrices(job.source)) {
        const auto curve = std::find_if(known.begin(), known.end(), [&](const ErrorCurve& one) { return one.tensor == matrix.name; });
        if (curve == known.end())
            return fail(ErrorCode::NotFound, "what types cost {} is not measured yet", matrix.name);
        measured.push_back(*curve);
        TensorCurve told { matrix.name, matrix.ggufName, { matrix.rows, matrix.columns }, matrix.linear, {} };
        for (const std::string& name : ggufTypes()) {
            BITLOOM_TRY(const int asked, parseGgufType(name));
            const int type = typeForRow(asked, matrix.columns);
            TypeOption option { name, {}, matrix.rows * static_cast<std::int64_t>(ggml_row_size(static_cast<ggml_type>(type), matrix.columns)), {} };
            if (type != asked)
                option.storedAs = ggmlTypeName(type);
            for (const StorageOption& one : curve->options)
                if (one.type == type)
                    option.loss = one.loss;
            told.options.push_back(std::move(option));
        }
        result.tensors.push_back(std::move(told));
    }
    BITLOOM_TRY(const ExportJob writing, exportJob(job, [](const std::string&) { return Result<std::optional<WeightFormat>>(); }, {}));
    BITLOOM_TRY(result.otherBytes, otherBytes(measured, writing));
    BITLOOM_TRY(const std::int64_t left, matrixBudget(job, result.otherBytes));
    result.vectorBytes = budgetBytes(job) - left;
    return result;
}

Result<std::vector<SizeAndLoss>> sizesAndLosses(const std::vector<ErrorCurve>& curves, ExportJob writing)
{
    BITLOOM_TRY(const std::int64_t other, otherBytes(curves, writing));
    std::vector<SizeAndLoss> points = paretoCurve(curves);
    for (SizeAndLoss& point : points)
        point.bytes += other;
    return points;
}

std::string countedTypes(const GgufTypePlan& types)
{
    std::map<std::string, int> counts;
    for (const auto& [tensor, type] : types)
        ++counts[ggmlTypeName(type)];
    std::vector<std::string> parts;
    for (const auto& [type, count] : counts)
        parts.push_back(fmt::format("{} × {}", type, count));
    return fmt::format("{}", fmt::join(parts, ", "));
}

Result<std::int64_t> plannedOutputBytes(const PreparedJob& job)
{
    if (choosesTypes(job.recipe) && !job.types)
        return budgetBytes(job);
    BITLOOM_TRY(const ExportJob writing, exportJob(job, [](const std::string&) { return Result<std::optional<WeightFormat>>(); }, {}));
    return estimateExportBytes(writing, job.recipe.bits);
}

void addTensorTypes(QuantizePlan& plan, const PreparedJob& job)
{
    if (job.recipe.format != "gguf" || !job.types)
        return;
    plan.tensors.clear();
    const auto linears = linearLayers(job.source.config);
    for (const StoredTensor& stored : job.source.weights->tensors()) {
        TensorSummary tensor { stored.name, stored.shape, stored.type, stored.bytes, false };
        for (const LinearLayer& layer : linears)
            tensor.quantizable = tensor.quantizable || layer.name + ".weight" == stored.name;
        if (const auto type = job.types->find(stored.name); type != job.types->end()) {
            tensor.type = ggmlTypeName(type->second);
            tensor.bytes = stored.shape.front() * static_cast<std::int64_t>(ggml_row_size(static_cast<ggml_type>(type->second), stored.shape.back()));
        }
        plan.tensors.push_back(std::move(tensor));
    }
}

Result<void> addSizes(QuantizePlan& plan, const PreparedJob& job, const std::filesystem::path& project)
{
    if (job.recipe.format != "gguf")
        return {};
    BITLOOM_TRY(const std::vector<std::filesystem::path> folders, calibrationsFor(job, project));
    for (const std::filesystem::path& folder : folders) {
        const auto curves = storedErrorCurves(job, folder);
        if (!curves)
            continue;
        BITLOOM_TRY(const ExportJob writing, exportJob(job, [](const std::string&) { return Result<std::optional<WeightFormat>>(); }, {}));
        BITLOOM_TRY(const std::vector<SizeAndLoss> points, sizesAndLosses(*curves, writing));
        const double parameters = parameterCount(job);
        for (const SizeAndLoss& point : points)
            plan.sizes.push_back({ point.bytes, 8.0 * static_cast<double>(point.bytes) / parameters, point.loss });
        if (!choosesTypes(job.recipe))
            return {};
        BITLOOM_TRY(ChosenTypes chosen, chooseTypes(job, *curves, writing));
        PreparedJob decided = job;
        setTypes(decided, std::move(chosen.types));
        addTensorTypes(plan, decided);
        plan.predictedLoss = chosen.loss;
        plan.outputBytes = chosen.fileBytes;
        return {};
    }
    if (choosesTypes(job.recipe))
        plan.warnings.emplace_back("the types are chosen after calibration; what each size costs is known as soon as the project folder holds it");
    return {};
}

} // namespace bitloom
