// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_control.h"
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_method.h"
#include "core/quantization/one_torch_thread.h"
#include "core/quantization/uniform_grid.h"
#include "core/quantization/weight_quantizer.h"

namespace bitloom {
namespace {

    /// Round to nearest: the baseline that looks at nothing but the weight itself.
    class RoundToNearest : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "rtn";
            info.title = "Round to nearest";
            info.summary = "Rounds every weight to the nearest of 2^bits evenly spaced values between its row's smallest and largest "
                           "weight; needs no calibration and is the baseline that every other method has to beat.";
            info.formats = { "safetensors", "gguf" };
            info.minimumBits = 2;
            info.maximumBits = 8;

            info.parameters = { groupSizeParameter(0),
                booleanParameter("symmetric", "Symmetric grid", false,
                    "Centres the grid on zero instead of spanning smallest to largest weight. Simpler for hardware, coarser where "
                    "the weights lean to one side.") };
            return info;
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                const at::NoGradGuard noGrad;
                const OneTorchThread oneThread;
                BITLOOM_CHECK(checkWeight(problem));
                if (stop.stop_requested())
                    return cancelled();
                // A GGUF file has block types of its own to round to.
                if (problem.ggmlType && isGgmlBlocks(*problem.ggmlType)) {
                    BITLOOM_TRY(const int type, wantedGgmlType(problem));
                    const auto importances = problem.importances ? std::optional(problem.importances->unsqueeze(0)) : std::nullopt;
                    return quantizeWithGgml(problem, type, importances, observer, stop);
                }
                BITLOOM_TRY(UniformGroupsWeight rounded,
                    roundToNearest(problem.weight, bits, parameters.at("group_size").get<std::int64_t>(), parameters.at("symmetric").get<bool>()));
                QuantizedLayer layer;
                layer.weight = std::move(rounded);
                if (const auto hessian = problemHessian(problem)) {
                    layer.objective = { objective(problem.weight, dequantize(layer.weight), *hessian) };
                    observer.step({ "start", layer.objective.front() });
                }
                return layer;
            });
        }
    };

}
}

BITLOOM_WEIGHT_PLUGIN(bitloom::RoundToNearest)
