// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/lookup_table_method.h"

namespace bitloom {
namespace {

    /// Layer-wise non-uniform quantization on the plain Hessian. A problem that holds only a guided Hessian (a file given to `solve`)
    /// is solved on that one.
    class Lnq : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "lnq";
            info.title = "LNQ";
            info.summary = "One codebook per output row, fitted in closed form and by coordinate descent to keep each layer's own output.";
            info.paper = "Kim et al., GuidedQuant: Large Language Model Quantization via Exploiting End Loss Guidance, ICML 2025, section 4";
            info.parameters = lookupTableSolverParameters();
            info.parameters.push_back(numberParameter("damping", "Damping", 0, 0, 10, "",
                "Adds this part of the mean of the Hessian's diagonal to the diagonal; 0 is the published method."));
            info.formats = { "safetensors", "anyprecision", "gguf" };
            info.minimumBits = 1;
            info.maximumBits = 8;
            info.needsPlainHessian = true;
            return info;
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            GroupedHessian hessian;
            if (problem.plainHessian)
                hessian.matrices = problem.plainHessian->unsqueeze(0);
            else if (problem.guidedHessian)
                hessian = *problem.guidedHessian;
            else
                return fail(ErrorCode::InvalidInput, "{}: lnq needs a Hessian, and the problem holds none", problem.name);
            HessianRegularisation regularisation;
            regularisation.damping = parameters.at("damping").get<double>();
            return catching("quantizing " + problem.name, [&] {
                return quantizeToLookupTable(problem, hessian, regularisation, lookupTableSolverOptions(bits, parameters), observer, stop);
            });
        }
    };

}
} // namespace bitloom

BITLOOM_WEIGHT_PLUGIN(bitloom::Lnq)
