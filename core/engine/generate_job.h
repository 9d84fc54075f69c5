// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/job_events.h"
#include "core/engine/plugin_loader.h"

#include <cstdint>
#include <string>

namespace bitloom {

struct GenerateRequest
{
    std::string model, prompt, device = "auto";
    bool chat = false; ///< put the prompt into the model's chat template
    std::int64_t maximumTokens = 128;
    double temperature = 0;
    std::uint64_t seed = 1;
    std::string cacheMethod = "full"; ///< a plugin under kv/
    nlohmann::json cacheParameters = { { "type", "f16" } }; ///< as resolveParameters returned them, and what calibration found
};

struct GeneratedText
{
    std::string text;
    std::int64_t tokens = 0;
    double tokensPerSecond = 0;
    std::int64_t cacheBytes = 0; ///< held for keys and values at the end
    double cacheBitsPerValue = 0;
    std::string stopped; ///< why the text ends early: the model's context or the memory is full; empty where it does not
};

/// Lets a model write; each new piece of text is a TokenEvent, always whole UTF-8 characters.
[[nodiscard]] Result<GeneratedText> runGenerateJob(const GenerateRequest& request, const KvMethods& caches, JobListener& listener, JobControl& control);

/// How many bytes at the end of `text` are the beginning of a UTF-8 character that is not complete yet.
[[nodiscard]] std::size_t incompleteUtf8Tail(const std::string& text);

} // namespace bitloom
