// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_kv.h"
#include "app/cli/bench_problems.h"
#include "app/cli/bench_suites.h"
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"
#include "core/engine/device.h"
#include "core/engine/plugin_loader.h"

#include <algorithm>
#include <ATen/Parallel.h>
#include <cmath>

namespace bitloom::cli {
namespace {
    constexpr int stepsOfOneRun = 8;
}

kv::LayerTokens layerTokens(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values)
{
    kv::LayerTokens tokens;
    tokens.count = keys.size(-2);
    tokens.queries = queries.const_data_ptr<float>();
    tokens.keys = keys.const_data_ptr<float>();
    tokens.values = values.const_data_ptr<float>();
    return tokens;
}

double differenceFromPlain(const kv::KvCache& cache, int row, int keyValueHead, const torch::Tensor& queries, const torch::Tensor& out)
{
    const kv::CacheShape& shape = cache.shape();
    const int shared = shape.heads / shape.keyValueHeads, first = (row * shape.heads + keyValueHead * shared) * shape.headSize;
    kv::QueryGroup group;
    group.queries = queries.const_data_ptr<float>() + first;
    group.stride = shape.headSize;
    group.count = shared;
    group.scale = 1 / std::sqrt(static_cast<float>(shape.headSize));
    std::vector<double> plain;
    kv::attendPlainly(cache.head(0, row, keyValueHead), group, plain);
    double largest = 0;
    for (std::size_t i = 0; i < plain.size(); ++i)
        largest = std::max(largest, std::fabs(plain[i] - out.const_data_ptr<float>()[static_cast<std::size_t>(first) + i]));
    return largest;
}

Result<nlohmann::json> benchKv(CommandContext& context, const BenchOptions& options)
{
    const at::NoGradGuard noGrad;
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    if (device.is_cuda())
        return benchKvOnDevice(context, options, device);
    at::set_num_threads(threadCount());
    const std::vector<std::string> texts = options.shapes.empty() ? std::vector<std::string> { "8192x9x3x64", "8192x32x8x128" } : options.shapes;
    const KvMethods methods = KvMethods::load();
    nlohmann::json results = nlohmann::json::array();
    double worst = 0;
    for (const std::string& text : texts) {
        BITLOOM_TRY(const std::vector<std::int64_t> numbers, parseNumbers(text, "TOKENSxHEADSxKVHEADSxHEADSIZE"));
        kv::CacheShape shape;
        shape.layers = 1;
        shape.heads = static_cast<int>(numbers[1]);
        shape.keyValueHeads = static_cast<int>(numbers[2]);
        shape.headSize = static_cast<int>(numbers[3]);
        if (shape.heads % shape.keyValueHeads != 0)
            return fail(ErrorCode::Usage, "{}: the heads are not a multiple of the key-value heads", text);
        at::manual_seed(context.seed);
        const torch::Tensor keys = torch::randn({ numbers[2], numbers[0], numbers[3] }), values = torch::randn_like(keys), query = torch::randn({ numbers[1], 1, numbers[3] });
        const torch::Tensor newKey = torch::randn({ numbers[2], 1, numbers[3] }), newValue = torch::randn_like(newKey);
        const auto add = [&](const std::string& name, const Duration& duration, int steps, nlohmann::json more) {
            more["name"] = name + " " + text;
            more["seconds"] = duration.seconds / steps;
            more["processor_seconds"] = duration.processorSeconds / steps;
            if (!context.json)
                fmt::print("{:28} {:>10.1f} us {}\n", more["name"].get<std::string>(), 1e6 * duration.seconds / steps,
                    more.contains("max_difference") ? fmt::format("difference {:.2g}", more["max_difference"].get<double>()) : std::string());
            results.push_back(std::move(more));
        };
        for (const auto dtype : { torch::kFloat32, torch::kBFloat16 }) {
            // Query heads that share a key head are its queries: the fastest way there is in libtorch.
            const torch::Tensor q = query.to(dtype).view({ 1, numbers[2], numbers[1] / numbers[2], numbers[3] }), k = keys.to(dtype).unsqueeze(0), v = values.to(dtype).unsqueeze(0);
            BITLOOM_TRY(const Duration duration, fastest(options.repeats, torch::kCPU, [&]() -> Result<void> {
                for (int step = 0; step < stepsOfOneRun; ++step)
                    (void)torch::scaled_dot_product_attention(q, k, v, {}, 0.0, false);
                return {};
            }));
            add(dtype == torch::kFloat32 ? "libtorch f32" : "libtorch bf16", duration, stepsOfOneRun, nlohmann::json::object());
        }
        for (const char* id : { "full", "logquant", "kivi", "q8_0" }) {
            BITLOOM_CHECK(context.control.checkpoint());
            BITLOOM_TRY(const auto* method, methods.require(id));
            BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(method->describe(), nlohmann::json::object()));
            BITLOOM_TRY(kv::CachePlan plan, method->plan(shape, parameters));
            BITLOOM_TRY(const auto cache, kv::KvCache::create(shape, std::move(plan)));
            BITLOOM_CHECK(cache->append(layerTokens(query, keys, values)));
            torch::Tensor out = torch::empty_like(query);
            const kv::LayerTokens next = layerTokens(query, newKey, newValue);
            BITLOOM_TRY(const Duration duration, fastest(options.repeats, torch::kCPU, [&]() -> Result<void> {
                for (int step = 0; step < stepsOfOneRun; ++step) {
                    BITLOOM_CHECK(cache->attend(next, out.mutable_data_ptr<float>()));
                }
                return {};
            }));
            double difference = 0;
            for (int head = 0; head < shape.keyValueHeads && options.parity; ++head)
                difference = std::max(difference, differenceFromPlain(*cache, 0, head, query, out));
            worst = std::max(worst, difference);
            add(id, duration, stepsOfOneRun, { { "max_difference", difference }, { "bits_per_value", cache->bitsPerValue() } });
        }
    }
    if (!(worst <= allowedKvDifference))
        return fail(ErrorCode::Internal, "attention over packed pages differs from plain arithmetic by {:.3g}, allowed is {:.3g}", worst, allowedKvDifference);
    return nlohmann::json { { "suite", "kv" }, { "threads", threadCount() }, { "results", results } };
}

} // namespace bitloom::cli
