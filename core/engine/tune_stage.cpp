// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tune_stage.h"

#include "core/engine/layer_checkpoint.h"
#include "core/io/atomic_file.h"
#include "core/model/causal_lm.h"
#include "core/tuning/end_to_end_tuning.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    constexpr const char* reportName = "tuning.json"; ///< written last: with it, the folder is whole

    /// The report of an earlier run whose layers are all there and sound.
    std::optional<TuningReport> tunedBefore(const PreparedJob& job, const fs::path& folder)
    {
        auto report = tuningReport(folder);
        const bool whole = report && std::all_of(job.layers.begin(), job.layers.end(), [&](const LinearLayer& layer) {
            return readCheckpoint(folder, layer.name, layer.out, layer.in).has_value();
        });
        return whole ? std::optional(std::move(*report)) : std::nullopt;
    }
}

Fingerprint tuningFingerprint(const PreparedJob& job, const Fingerprint& solved)
{
    return { { { "solved", solved.id() }, { "tuning_epochs", job.recipe.tuningEpochs }, { "seed", job.recipe.seed } } };
}

Result<TuningReport> tuningReport(const fs::path& tuned)
{
    const fs::path file = tuned / reportName;
    BITLOOM_TRY(const std::string text, readTextFile(file));
    BITLOOM_TRY(TuningReport report, readAs<TuningReport>(nlohmann::json::parse(text, nullptr, false)));
    if (std::isnan(report.after(report.bestEpoch)))
        return fail(ErrorCode::InvalidInput, "{}: best_epoch is {} of {} divergences", file.string(), report.bestEpoch, report.heldOut.size());
    return report;
}

Result<TuningReport> tuneLayers(const PreparedJob& job, const torch::Tensor& tokens, const fs::path& solved, const fs::path& tuned, JobListener& listener, JobControl& control)
{
    if (auto before = tunedBefore(job, tuned))
        return *before;
    const auto start = std::chrono::steady_clock::now();
    std::map<std::string, SolvedLayer> layers;
    QuantizedLayers weights;
    for (const LinearLayer& layer : job.layers) {
        BITLOOM_TRY(SolvedLayer read, readCheckpoint(solved, layer.name, layer.out, layer.in));
        weights.emplace(layer.name, std::move(read.weight));
        layers.emplace(layer.name, std::move(read));
    }
    // Steps are far smaller than bf16 weights can show.
    BITLOOM_TRY(CausalLm model, CausalLm::load(job.source, torch::kFloat32, job.device));
    TuningOptions options;
    options.epochs = job.recipe.tuningEpochs;
    options.heldOutSequences = std::max<std::int64_t>(1, job.heldOutSequences);
    options.seed = job.recipe.seed;
    ProgressToListener progress(listener);
    BITLOOM_TRY(const TuningOutcome outcome, tuneEndToEnd(model, tokens, weights, options, progress, control));
    std::error_code error;
    fs::create_directories(tuned, error); // a failure shows when the first checkpoint is written
    for (auto& [name, layer] : layers) {
        layer.weight = std::move(weights.at(name));
        BITLOOM_CHECK(writeCheckpoint(tuned, layer));
    }
    const TuningReport report { outcome.heldOut, static_cast<int>(outcome.bestEpoch), outcome.steps, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() };
    BITLOOM_CHECK(writeTextFile(tuned / reportName, nlohmann::json(report).dump(2)));
    return report;
}

} // namespace bitloom
