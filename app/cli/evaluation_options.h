// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/engine/llama_original.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/llama_verify.h"

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
/// The reference in the form that llama.cpp runs, where one is given.
[[nodiscard]] Result<std::optional<LlamaOriginal>> originalForLlama(const EvaluationInput& input, CommandContext& context);
[[nodiscard]] Result<EvaluationInput> openEvaluationInput(const EvaluationArguments& arguments, const CommandContext& context);
/// The GGUF file that the arguments name, and `others` beside it, measured in llama.cpp; `engine`: the first one's logits are compared with the engine's too.
[[nodiscard]] Result<VerificationReport> measureInLlama(
    const EvaluationArguments& arguments, const std::vector<std::string>& others, int speedRounds, bool engine, CommandContext& context);

} // namespace bitloom::cli
