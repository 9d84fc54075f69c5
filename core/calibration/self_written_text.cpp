// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress_meter.h"
#include "core/calibration/corpus.h"
#include "core/base/error_in_flight.h"
#include "core/model/sampler.h"

#include <algorithm>
#include <random>

namespace bitloom {
namespace {
    constexpr std::int64_t sequencesAtOnce = 32; ///< bounds the key/value cache; enough to reuse each weight that is read

    torch::Tensor firstTokens(const CausalLm& model, std::int64_t sequences, std::uint64_t seed)
    {
        const torch::Tensor tokens = torch::empty({ sequences, 1 }, torch::kInt64);
        if (model.config().bosToken)
            return tokens.fill_(*model.config().bosToken);
        std::mt19937_64 random(seed);
        for (std::int64_t s = 0; s < sequences; ++s) // modulo instead of a distribution: the same on every standard library
            tokens[s][0] = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(model.config().vocabularySize));
        return tokens;
    }
}

Result<torch::Tensor> writeCorpus(const CausalLm& model, std::int64_t sequences, std::int64_t length, std::uint64_t seed, ProgressSink& progress,
    JobControl& control)
{
    if (sequences < 1 || length < 2)
        return fail(ErrorCode::Usage, "calibration text: {} sequences of {} tokens; expected at least 1 sequence of 2 tokens", sequences, length);
    try {
        const torch::Tensor first = firstTokens(model, sequences, seed);
        ProgressMeter meter(progress, "text", "tokens", sequences * length);
        std::vector<torch::Tensor> parts;
        for (std::int64_t begin = 0; begin < sequences; begin += sequencesAtOnce) {
            BITLOOM_CHECK(control.checkpoint());
            const std::int64_t count = std::min(sequencesAtOnce, sequences - begin);
            SamplingOptions options;
            options.temperature = 1;
            std::seed_seq mixed { static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), static_cast<std::uint32_t>(begin) };
            options.seed = std::mt19937_64(mixed)();
            BITLOOM_TRY(torch::Tensor part,
                generateBatch(model, first.narrow(0, begin, count), length, options,
                    [&](std::int64_t done) { meter.update(begin * length + done, "text written by the model"); }, control.stopToken()));
            parts.push_back(std::move(part));
        }
        return torch::cat(parts);
    } catch (...) {
        return errorInFlight("writing calibration text");
    }
}

} // namespace bitloom
