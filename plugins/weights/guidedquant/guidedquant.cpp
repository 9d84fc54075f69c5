// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"
#include "core/quantization/lookup_table_method.h"

namespace bitloom {
namespace {

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
            for (ParameterInfo& parameter : regularisationParameters())
                info.parameters.push_back(std::move(parameter));
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
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                BITLOOM_TRY(RegularisationChoice choice, chooseRegularisation(problem, regularisationRequest(parameters), options, stop));
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
