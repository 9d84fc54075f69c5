// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/ggml_method.h"

namespace bitloom {
namespace {

    Result<torch::Tensor> given(const std::optional<torch::Tensor>& importances, const LayerProblem& problem, const std::string& kind, const char* missing)
    {
        if (!importances)
            return fail(ErrorCode::InvalidInput, "{}: importances is {}, but {}", problem.name, kind, missing);
        return *importances;
    }

    /// What llama-quantize does: each block rounded alone, weighted by importances of the columns. The baseline for guidedquant-gguf.
    class Ggml : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "ggml";
            info.title = "llama-quantize";
            info.summary = "llama.cpp's own rounding, block by block, weighted by how strong each column's input is; gives the bytes that "
                           "llama-quantize gives with the same importances.";
            info.paper = "llama.cpp, quantization with an importance matrix";
            info.parameters = { choiceParameter("importances", "Importances", "plain", { "none", "plain", "guided", "guided_mean", "file" },
                "What weighs a column's error: nothing, its mean squared input, the diagonal of the guided Hessian (of the row's own group, or "
                "averaged over groups), or an importance matrix that was given.") };
            info.formats = { "gguf" };
            info.minimumBits = 1;
            info.maximumBits = 8;
            info.needsGuidedHessian = true;
            info.needsPlainHessian = true;
            return info;
        }

        CalibrationNeeds needs(const nlohmann::json& parameters) const override
        {
            const std::string kind = parameters.at("importances");
            return { kind.starts_with("guided"), kind == "plain", false };
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                BITLOOM_TRY(const int type, wantedGgmlType(problem));
                const std::string kind = parameters.at("importances");
                if (kind == "none")
                    return quantizeWithGgml(problem, type, std::nullopt, observer, stop);
                BITLOOM_TRY(const torch::Tensor importances, importancesOf(problem, kind));
                return quantizeWithGgml(problem, type, importances, observer, stop);
            });
        }

    private:
        /// [groups, in]
        static Result<torch::Tensor> importancesOf(const LayerProblem& problem, const std::string& kind)
        {
            if (kind == "file") {
                BITLOOM_TRY(const torch::Tensor file, given(problem.importances, problem, kind, "no importance matrix is given"));
                return file.unsqueeze(0);
            }
            if (kind == "plain") {
                BITLOOM_TRY(const torch::Tensor plain, given(problem.plainHessian, problem, kind, "there is no plain Hessian"));
                return plain.diagonal().unsqueeze(0);
            }
            const std::optional<torch::Tensor> matrices = problem.guidedHessian ? std::optional(problem.guidedHessian->matrices) : std::nullopt;
            BITLOOM_TRY(const torch::Tensor guided, given(matrices, problem, kind, "there is no guided Hessian"));
            const torch::Tensor diagonals = guided.diagonal(0, 1, 2);
            return kind == "guided" ? diagonals : diagonals.mean(0, true);
        }
    };

}
} // namespace bitloom

BITLOOM_WEIGHT_PLUGIN(bitloom::Ggml)
