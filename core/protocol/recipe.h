// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bitloom {

/// Everything that determines the bytes of a quantized model; the same as the options of `bitloom-cli quantize`.
/// Written into every exported file, so that any result can be reproduced.
struct Recipe
{
    static constexpr int currentVersion = 1;

    int version = currentVersion;
    std::string model; ///< path, or "demo"
    std::string method = "guidedquant";
    int bits = 3;
    int groups = 4; ///< output groups of the guided Hessian, >= 1
    nlohmann::json parameters = nlohmann::json::object(); ///< of the method, only those set; resolveParameters fills the rest
    std::string format = "safetensors"; ///< safetensors | anyprecision | gptq | gguf
    std::string ggufType; ///< for format gguf: a ggml type ("Q4_0"), a mix of llama.cpp ("Q4_K_M", "mix:Q2_K"), "auto" (under a size budget); empty means F16
    std::vector<std::string> types; ///< that "auto" may choose from, in any order; empty: all that make sense
    std::vector<std::string> tensorTypes; ///< "TEXT=TYPE": tensors with that text in their name get that type; the first that fits counts
    double sizeBudget = 0; ///< bits per weight of the whole model, 0 = none
    std::int64_t sizeBudgetBytes = 0; ///< of the whole file, instead of sizeBudget; 0 = none
    std::int64_t splitBytes = 0; ///< format gguf is cut into files of at most so many bytes of tensors; 0 = one file
    std::string importances; ///< of columns, for ggml's quantizer: "plain" or "guided" from calibration, an imatrix file, "none"; empty: the method's own
    std::vector<std::string> calibration; ///< text files; empty: the model writes its own text
    int sequences = 128;
    int sequenceLength = 512;
    int tuningEpochs = 0; ///< passes over the calibration text in which codebooks or scales of blocks are tuned end to end; 0 = none
    std::uint64_t seed = 1; ///< below 2^63, so that every JSON reader keeps it
    std::string computeDtype = "auto"; ///< auto | f32 | bf16
    std::string device = "auto"; ///< auto | cpu | cuda | cuda:N

    bool operator==(const Recipe&) const = default;
};

/// Reads a recipe. An unknown key, a wrong type, a value out of range, or a newer version is one Error that names
/// the key, what was found and what is allowed. `source` names the file in messages.
[[nodiscard]] Result<Recipe> parseRecipe(const nlohmann::json& json, const std::string& source);
/// The same checks on a recipe that was put together from flags.
[[nodiscard]] Result<void> validateRecipe(const Recipe& recipe, const std::string& source);
[[nodiscard]] nlohmann::json recipeToJson(const Recipe& recipe);
/// The JSON Schema (draft 7) that parseRecipe checks against.
[[nodiscard]] const nlohmann::json& recipeSchema();
/// The equivalent `bitloom-cli quantize` command line, quoted for a POSIX shell.
[[nodiscard]] std::string recipeToCommand(const Recipe& recipe, const std::string& output);

} // namespace bitloom
