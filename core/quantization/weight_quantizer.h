// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_format.h"

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string_view>
#include <vector>

namespace bitloom {

/// What a solver shows after each half step. Valid only during the call.
struct SolverStep
{
    std::string_view phase; ///< "start", "codes", "codebook"
    double objective = 0; ///< mean over rows, on the Hessian that is solved (after regularisation, if a method regularises)
    const torch::Tensor* codes = nullptr; ///< [out, in] u8, lookup-table methods only
    const torch::Tensor* codebook = nullptr; ///< [out, 2^bits] f32
};

/// Watches a solver; called on the solver's thread.
class StepObserver
{
public:
    virtual ~StepObserver() = default;
    virtual void step(const SolverStep& step) = 0;
};

/// For solves that nobody watches.
class Unobserved : public StepObserver
{
public:
    void step(const SolverStep&) override { }
};

struct QuantizedLayer
{
    WeightFormat weight;
    std::vector<double> objective; ///< after every half step on the Hessian that was solved; never rises
    nlohmann::json chosen = nlohmann::json::object(); ///< parameters that were "auto" and what was chosen for this layer; where the Hessian was
                                                     ///< regularised, unregularised_objective_initial and _final are on the problem's own
};

/// What calibration has to gather.
struct CalibrationNeeds
{
    bool guidedHessian = false, plainHessian = false, fisherDiagonal = false;
};

/// A quantization method. One instance is shared by all threads; quantize() is const and keeps no state.
class WeightQuantizer
{
public:
    virtual ~WeightQuantizer() = default;
    [[nodiscard]] virtual MethodInfo describe() const = 0;
    /// What quantize() needs with these parameters, as resolveParameters returned them: no more than describe() says.
    [[nodiscard]] virtual CalibrationNeeds needs(const nlohmann::json& parameters) const
    {
        static_cast<void>(parameters);
        const MethodInfo info = describe();
        return { info.needsGuidedHessian, info.needsPlainHessian, info.needsFisherDiagonal };
    }
    /// `bits` within the method's range and `parameters` as resolveParameters returned them. Polls `stop` often enough to
    /// return within a second (ErrorCode::Cancelled). Same problem, same result, whatever the number of threads.
    [[nodiscard]] virtual Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits,
        const nlohmann::json& parameters, StepObserver& observer, std::stop_token stop) const
        = 0;
};

/// Raised when an interface that a plugin sees changes; a plugin built for another number is refused.
constexpr int weightPluginInterface = 2;

struct WeightPlugin
{
    int interfaceVersion = weightPluginInterface;
    WeightQuantizer* (*create)() = nullptr; ///< the caller owns the result
};

} // namespace bitloom

/// Put once into a plugin: BITLOOM_WEIGHT_PLUGIN(MyQuantizer)
#define BITLOOM_WEIGHT_PLUGIN(Type)                                                                                   \
    extern "C" __attribute__((visibility("default"))) const bitloom::WeightPlugin bitloom_weight_plugin {             \
        bitloom::weightPluginInterface, [] () -> bitloom::WeightQuantizer* { return new Type; }                       \
    };
