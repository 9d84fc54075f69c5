// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/engine/llama_original.h"
#include "core/evaluation/evaluate.h"

namespace bitloom::cli {

/// What `evaluate` and `verify` share: the text and how much of it, and what it is compared with.
struct EvaluationArguments
{
    std::string model, reference, text, dtype = "f32";
    int context = 512;
    std::int64_t chunks = 0;
};

/// Returns the option of the text, which is required.
CLI::Option* addEvaluationOptions(CLI::App& command, EvaluationArguments& arguments);

/// The arguments with everything opened and read.
struct EvaluationInput
{
    ModelSource model;
    std::optional<ModelSource> reference;
    std::string text;
    EvaluationOptions options;
    [[nodiscard]] const ModelSource* referencePointer() const { return reference ? &*reference : nullptr; }
};
/// --speed-rounds, for commands that time llama.cpp.
void addSpeedOption(CLI::App& command, int& rounds);
/// GGUF files to be measured beside the first one.
[[nodiscard]] Result<std::vector<ModelSource>> openOthers(const std::vector<std::string>& files);
/// The reference in the form that llama.cpp runs, where one is given.
[[nodiscard]] Result<std::optional<LlamaOriginal>> originalForLlama(const EvaluationInput& input, CommandContext& context);
[[nodiscard]] Result<EvaluationInput> openEvaluationInput(const EvaluationArguments& arguments, const CommandContext& context);

} // namespace bitloom::cli
