// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/evaluation/evaluate.h"

namespace bitloom::cli {

/// What `evaluate` and `verify` share: the text and how much of it, and what it is compared with.
struct EvaluationArguments
{
    std::string model, reference, text, dtype = "f32";
    int context = 512;
    std::int64_t chunks = 0;
};

void addEvaluationOptions(CLI::App& command, EvaluationArguments& arguments);

/// The arguments with everything opened and read.
struct EvaluationInput
{
    ModelSource model;
    std::optional<ModelSource> reference;
    std::string text;
    EvaluationOptions options;
    [[nodiscard]] const ModelSource* referencePointer() const { return reference ? &*reference : nullptr; }
};
[[nodiscard]] Result<EvaluationInput> openEvaluationInput(const EvaluationArguments& arguments, const CommandContext& context);

} // namespace bitloom::cli
