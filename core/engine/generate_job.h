// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/cache_watch.h"
#include "core/engine/job_events.h"
#include "core/engine/model_slot.h"
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
    double topP = 1; ///< only the most probable tokens that together have this probability are drawn from
    std::uint64_t seed = 1;
    static constexpr int mostCandidates = 64;
    int candidates = 0; ///< so many of the most probable tokens are told with each one that is written; 0: no TokenChoice at all
    std::string cacheMethod = "full"; ///< a plugin under kv/
    nlohmann::json cacheParameters = { { "type", "f16" } }; ///< as resolveParameters returned them, and what calibration found
};

/// Lets a model write; each new piece of text is a TokenEvent, always whole UTF-8 characters; with candidates each token is one, and the one that ends
/// the text as well. While `watch` names a head, CacheMapEvents tell what the
/// cache holds; the text does not depend on it, but for rounding beyond kv::attentionPart positions. The model comes from `models` and stays there.
[[nodiscard]] Result<GenerationReport> runGenerateJob(const GenerateRequest& request, const KvMethods& caches, ModelSlot& models, const CacheWatch& watch, JobListener& listener, JobControl& control);

/// How many bytes at the end of `text` are the beginning of a UTF-8 character that is not complete yet.
[[nodiscard]] std::size_t incompleteUtf8Tail(const std::string& text);

} // namespace bitloom
