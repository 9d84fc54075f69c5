// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/ggml_method.h"

namespace bitloom {
namespace {

    /// The problem with the plain Hessian in the place of the guided one.
    LayerProblem unguided(const LayerProblem& problem)
    {
        LayerProblem result = problem;
        result.guidedHessian = GroupedHessian { problem.plainHessian->unsqueeze(0) };
        result.fitHessian.reset();
        result.heldOutHessian.reset();
        result.fitPlainHessian.reset();
        if (problem.fitPlainHessian) {
            result.fitHessian = GroupedHessian { problem.fitPlainHessian->unsqueeze(0) };
            result.heldOutHessian = GroupedHessian { (*problem.plainHessian - *problem.fitPlainHessian).unsqueeze(0) };
        }
        return result;
    }

    /// Rounding into ggml's blocks with all interactions between a row's weights counted, as the end loss weighs them.
    class GuidedQuantGguf : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "guidedquant-gguf";
            info.title = "GuidedQuant for GGUF";
            info.summary = "Rounds into llama.cpp's own block types, each weight making up for the errors of the others as the end loss sees them; the files run in "
                           "unmodified llama.cpp at the same size and speed as plainly rounded ones.";
            info.paper = "Objective: Kim et al., GuidedQuant: Large Language Model Quantization via Exploiting End Loss Guidance, ICML 2025; blocks: llama.cpp";
            info.parameters = { choiceParameter("hessian", "Hessian", "guided", { "guided", "plain" },
                "What errors are weighed by: the end loss's gradients, or the layer's inputs alone, which needs no backward pass.") };
            for (ParameterInfo& parameter : ggmlRoundingParameters())
                info.parameters.push_back(std::move(parameter));
            for (ParameterInfo& parameter : regularisationParameters())
                info.parameters.push_back(std::move(parameter));
            info.formats = { "gguf" };
            info.minimumBits = 1;
            info.maximumBits = 8;
            info.needsGuidedHessian = true;
            info.needsPlainHessian = true;
            return info;
        }

        CalibrationNeeds needs(const nlohmann::json& parameters) const override
        {
            return { parameters.at("hessian") == "guided", true, false };
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                const bool guided = parameters.at("hessian") == "guided";
                if (guided ? !problem.guidedHessian : !problem.plainHessian)
                    return fail(ErrorCode::InvalidInput, "{}: guidedquant-gguf needs a {} Hessian, and the problem holds none", problem.name, guided ? "guided" : "plain");
                BITLOOM_TRY(const int type, wantedGgmlType(problem));
                return quantizeToGgmlBlocks(
                    guided ? problem : unguided(problem), regularisationRequest(parameters), ggmlRoundingOptions(type, parameters), observer, stop);
            });
        }
    };

}
} // namespace bitloom

BITLOOM_WEIGHT_PLUGIN(bitloom::GuidedQuantGguf)
