// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"
#include "core/quantization/lookup_table_method.h"

namespace bitloom {
namespace {

    std::optional<double> givenNumber(const nlohmann::json& value)
    {
        return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
    }

    ParameterInfo shrinkage(const char* name, const char* title, double maximum, const char* help)
    {
        ParameterInfo parameter;
        parameter.name = name;
        parameter.title = title;
        parameter.type = ParameterType::Number;
        parameter.defaultValue = "auto";
        parameter.minimum = 0;
        parameter.maximum = maximum;
        parameter.automatic = true;
        parameter.help = help;
        return parameter;
    }

    /// LNQ on guided Hessians (eq. 7), which weight every output error by the end loss's gradient.
    class GuidedQuant : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "guidedquant";
            info.title = "GuidedQuant";
            info.summary = "One codebook per output row, fitted to what the end loss cares about.";
            info.paper = "Kim et al., GuidedQuant: Large Language Model Quantization via Exploiting End Loss Guidance, ICML 2025";
            info.parameters = lookupTableSolverParameters();
            info.parameters.push_back(shrinkage("shrinkage_to_plain", "Shrinkage to plain Hessian", 1,
                "Mixes this part of the plain Hessian into each guided one; 0 is the published method, auto decides on held-out sequences."));
            info.parameters.push_back(shrinkage("shrinkage_to_diagonal", "Shrinkage to diagonal", 1,
                "Shrinks what is off the diagonal by this part; 0 is the published method, auto decides on held-out sequences."));
            info.parameters.push_back(shrinkage("damping", "Damping", 10,
                "Adds this part of the mean of the diagonal to the diagonal; 0 is the published method, auto decides on held-out sequences."));
            info.formats = { "safetensors", "anyprecision", "gguf" };
            info.minimumBits = 1;
            info.maximumBits = 8;
            info.needsGuidedHessian = true;
            info.needsPlainHessian = true;
            return info;
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            if (!problem.guidedHessian)
                return fail(ErrorCode::InvalidInput, "{}: guidedquant needs a guided Hessian, and the problem holds none", problem.name);
            const LookupTableSolverOptions options = lookupTableSolverOptions(bits, parameters);
            const RegularisationRequest request { givenNumber(parameters.at("shrinkage_to_plain")),
                givenNumber(parameters.at("shrinkage_to_diagonal")), givenNumber(parameters.at("damping")) };
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                BITLOOM_TRY(RegularisationChoice choice, chooseRegularisation(problem, request, options, stop));
                BITLOOM_TRY(QuantizedLayer layer,
                    quantizeToLookupTable(problem, *problem.guidedHessian, choice.regularisation, options, observer, stop));
                choice.report.update(layer.chosen);
                layer.chosen = std::move(choice.report);
                return layer;
            });
        }
    };

}
} // namespace bitloom

BITLOOM_WEIGHT_PLUGIN(bitloom::GuidedQuant)
