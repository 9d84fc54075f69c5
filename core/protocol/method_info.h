// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

enum class ParameterType { Integer, Number, Boolean, Choice };

/// One parameter of a method. The studio's form, the CLI's --set, the recipe's validation and the documentation
/// table are all made from it.
struct ParameterInfo
{
    std::string name; ///< as in `--set name=value` and in a recipe
    std::string title; ///< as a form shows it
    ParameterType type = ParameterType::Number;
    nlohmann::json defaultValue; ///< a value of the type, or "auto" where automatic is true
    std::optional<double> minimum, maximum; ///< both inclusive; Integer and Number only
    std::vector<std::string> choices; ///< Choice only
    bool automatic = false; ///< "auto" is allowed and means: the program chooses by measuring
    std::string unit;
    std::string help; ///< one or two sentences
};

/// A method's description of itself.
struct MethodInfo
{
    std::string id; ///< "guidedquant"
    std::string title; ///< "GuidedQuant"
    std::string summary; ///< one sentence for the form
    std::string paper; ///< citation, empty if there is none
    std::vector<ParameterInfo> parameters;
    std::vector<std::string> formats; ///< export formats that can hold its result, the best first
    int minimumBits = 1, maximumBits = 8;
    /// What it needs from calibration; the pipeline gathers nothing else.
    bool needsGuidedHessian = false, needsPlainHessian = false, needsFisherDiagonal = false;
    [[nodiscard]] bool needsCalibration() const { return needsGuidedHessian || needsPlainHessian || needsFisherDiagonal; }
    /// Whether it makes one codebook for each row: what the "anyprecision" format is for.
    [[nodiscard]] bool makesCodebooks() const { return std::find(formats.begin(), formats.end(), "anyprecision") != formats.end(); }
    /// Whether it rounds into ggml's blocks itself: nothing else holds its result.
    [[nodiscard]] bool makesGgmlBlocks() const { return formats == std::vector<std::string> { "gguf" }; }
    /// Whether its result has codebooks or scales that --tune may move.
    [[nodiscard]] bool canBeTuned() const { return makesCodebooks() || makesGgmlBlocks(); }
};

/// "a number from 0 to 1, or auto".
[[nodiscard]] std::string allowedValues(const ParameterInfo& parameter);

/// Fills in the defaults and checks names, types and ranges of `overrides` (a JSON object). An unknown name, a
/// wrong type or a value out of range is one Error of code Usage that says what is allowed.
[[nodiscard]] Result<nlohmann::json> resolveParameters(const MethodInfo& method, const nlohmann::json& overrides);

/// Reads one `--set` value as the parameter's type: "3" for an Integer, "0.5" for a Number, "true", a choice, "auto".
[[nodiscard]] Result<nlohmann::json> parseParameterValue(const ParameterInfo& parameter, const std::string& text);

void to_json(nlohmann::json& json, const ParameterInfo& parameter);
void from_json(const nlohmann::json& json, ParameterInfo& parameter);
void to_json(nlohmann::json& json, const MethodInfo& method);
void from_json(const nlohmann::json& json, MethodInfo& method);

} // namespace bitloom
