// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/evaluation/llama_verify.h"

#include <filesystem>
#include <memory>

namespace bitloom {

/// An original in the form in which llama.cpp computes with it undisturbed: a GGUF file whose weights are floats. A GGUF file that is so already is
/// taken as it is; a quantized one is expanded to F16 and a folder is written with its own float type, into a temporary folder (TMPDIR) that lives as
/// long as this.
class LlamaOriginal
{
public:
    /// Not enough room for the temporary file is an Error that says how much is missing. Progress: stage "export" where a folder is written.
    [[nodiscard]] static Result<LlamaOriginal> prepare(const ModelSource& source, ProgressSink& progress, JobControl& control);

    [[nodiscard]] const LlamaReference& reference() const { return m_reference; }

private:
    LlamaReference m_reference;
    std::shared_ptr<const void> m_folder; ///< removed with the last owner; null where there is none
};

} // namespace bitloom
