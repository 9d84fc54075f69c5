// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_problems.h"
#include "app/cli/bench_suites.h"
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"
#include "core/calibration/compute_dtype.h"
#include "core/engine/cached_attention.h"
#include "core/engine/device.h"
#include "core/engine/plugin_loader.h"
#include "core/model/model_source.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <limits>

namespace bitloom::cli {
namespace {
    using Clock = std::chrono::steady_clock;

    constexpr int stepsOfOneRun = 16;

    /// A text of its own for each cache method, all of the same model.
    struct Writing
    {
        std::string method;
        std::unique_ptr<kv::KvCache> cache;
        double promptSeconds = 0;
        double stepSeconds = std::numeric_limits<double>::infinity(); ///< the fastest run's
    };

    Result<double> secondsOf(const CausalLm& model, CachedAttention& attention, const torch::Tensor& tokens)
    {
        const auto start = Clock::now();
        BITLOOM_TRY(const torch::Tensor hidden, runCached(model, tokens, attention));
        const torch::Tensor next = model.head(hidden.select(1, -1)).argmax(-1);
        (void)next.item<std::int64_t>(); // waits for the device
        return std::chrono::duration<double>(Clock::now() - start).count();
    }
}

Result<nlohmann::json> benchGeneration(CommandContext& context, const BenchOptions& options)
{
    const at::NoGradGuard noGrad;
    at::set_num_threads(threadCount());
    BITLOOM_TRY(const ModelSource source, openModel(options.model));
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    BITLOOM_TRY(const CausalLm model, CausalLm::load(source, device.is_cpu() ? torch::kFloat32 : defaultComputeDtype(device), device));
    const KvMethods methods = KvMethods::load();
    const std::vector<std::string> contexts = options.shapes.empty() ? std::vector<std::string> { "1024", "4096" } : options.shapes;
    nlohmann::json results = nlohmann::json::array();
    for (const std::string& text : contexts) {
        BITLOOM_TRY(const std::vector<std::int64_t> numbers, parseNumbers(text, "TOKENS"));
        at::manual_seed(context.seed);
        const torch::Tensor prompt = torch::randint(model.config().vocabularySize, { 1, numbers[0] }, torch::kInt64).to(device);
        std::vector<Writing> writings;
        for (const char* id : { "full", "kivi", "logquant", "q8_0" }) {
            BITLOOM_TRY(const auto* method, methods.require(id));
            BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(method->describe(), nlohmann::json::object()));
            BITLOOM_TRY(kv::CachePlan plan, method->plan(cacheShape(model.config(), 1), parameters));
            BITLOOM_TRY(auto cache, kv::KvCache::create(cacheShape(model.config(), 1), std::move(plan)));
            BITLOOM_CHECK(attendWhereModelIs(*cache, model.device()));
            writings.push_back({ id, std::move(cache) });
            CachedAttention attention(*writings.back().cache, nullptr, context.control.stopToken());
            BITLOOM_TRY(writings.back().promptSeconds, secondsOf(model, attention, prompt));
        }
        // In turn, so that all caches see the same machine.
        for (int round = 0; round < options.repeats; ++round)
            for (Writing& writing : writings) {
                BITLOOM_CHECK(context.control.checkpoint());
                CachedAttention attention(*writing.cache, nullptr, context.control.stopToken());
                double seconds = 0;
                for (int step = 0; step < stepsOfOneRun; ++step) {
                    BITLOOM_TRY(const double one, secondsOf(model, attention, prompt.narrow(1, step, 1)));
                    seconds += one;
                }
                writing.stepSeconds = std::min(writing.stepSeconds, seconds / stepsOfOneRun);
            }
        for (const Writing& writing : writings) {
            const double ratio = writings.front().stepSeconds / writing.stepSeconds;
            if (!context.json)
                fmt::print("{:16} {:>8} tokens  prompt {:8.2f} s  {:8.2f} tokens/s  {:5.2f} of full's\n", writing.method, text, writing.promptSeconds, 1 / writing.stepSeconds, ratio);
            results.push_back({ { "name", writing.method + " " + text }, { "prompt_seconds", writing.promptSeconds }, { "tokens_per_second", 1 / writing.stepSeconds },
                { "speed_over_full", ratio }, { "cache_bytes", writing.cache->bytes() }, { "device_bytes", writing.cache->deviceBytes() } });
        }
    }
    return nlohmann::json { { "suite", "generation" }, { "threads", threadCount() }, { "results", results } };
}

} // namespace bitloom::cli
