// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_kv.h"
#include "app/cli/bench_problems.h"
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"
#include "core/engine/cached_attention.h"
#include "core/engine/plugin_loader.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>

namespace bitloom::cli {
namespace {
    constexpr int stepsOfOneRun = 8;
    constexpr std::int64_t pieceTokens = 256; ///< of a text, which repeats it

    /// The shapes of a model with 8 key-value heads of 128 for 32 heads, and of the demo model.
    std::vector<std::string> usualShapes()
    {
        std::vector<std::string> shapes;
        for (const char* tokensAndBatch : { "4096 1", "4096 16", "4096 256", "8192 1", "32768 1", "32768 8", "32768 32", "131072 1", "131072 8" }) {
            const std::string text = tokensAndBatch;
            const std::size_t space = text.find(' ');
            shapes.push_back(text.substr(0, space) + "x32x8x128x" + text.substr(space + 1));
        }
        shapes.emplace_back("32768x9x3x64x1");
        return shapes;
    }

    /// Prints a result and keeps it.
    void add(nlohmann::json& results, nlohmann::json result, bool json)
    {
        if (!json)
            fmt::print("{:44} {:>10.1f} us {}{}\n", result["name"].get<std::string>(), 1e6 * result["seconds"].get<double>(),
                result.contains("times_faster") ? fmt::format("{:6.2f} times as fast as f16 ", result["times_faster"].get<double>()) : std::string(),
                result.contains("max_difference") ? fmt::format("difference {:.2g}", result["max_difference"].get<double>()) : std::string());
        results.push_back(std::move(result));
    }
}

Result<nlohmann::json> benchKvOnDevice(CommandContext& context, const BenchOptions& options, torch::Device device)
{
    const c10::DeviceGuard guard(device);
    const KvMethods methods = KvMethods::load();
    nlohmann::json results = nlohmann::json::array();
    double worst = 0;
    for (const std::string& text : options.shapes.empty() ? usualShapes() : options.shapes) {
        BITLOOM_TRY(const std::vector<std::int64_t> numbers, parseNumbers(text, "TOKENSxHEADSxKVHEADSxHEADSIZExBATCH"));
        const std::int64_t tokens = numbers[0], heads = numbers[1], keyValueHeads = numbers[2], headSize = numbers[3], batch = numbers[4];
        if (heads % keyValueHeads != 0)
            return fail(ErrorCode::Usage, "{}: the heads are not a multiple of the key-value heads", text);
        kv::CacheShape shape;
        shape.layers = 1;
        shape.rows = static_cast<int>(batch);
        shape.heads = static_cast<int>(heads);
        shape.keyValueHeads = static_cast<int>(keyValueHeads);
        shape.headSize = static_cast<int>(headSize);
        at::manual_seed(context.seed);
        const torch::Tensor query = torch::randn({ batch, heads, 1, headSize });
        const torch::Tensor newKey = torch::randn({ batch, keyValueHeads, 1, headSize }), newValue = torch::randn_like(newKey);
        double f16Seconds = 0;
        const std::int64_t f16Bytes = 2 * 2 * batch * keyValueHeads * tokens * headSize;
        {
            // Query heads that share a key head are its queries: one read of the keys serves them all, as in our kernel.
            const auto f16 = torch::TensorOptions(device).dtype(torch::kFloat16);
            const torch::Tensor q = query.to(device, torch::kFloat16).view({ batch, keyValueHeads, heads / keyValueHeads, headSize });
            const torch::Tensor k = torch::randn({ batch, keyValueHeads, tokens, headSize }, f16), v = torch::randn_like(k);
            (void)torch::scaled_dot_product_attention(q, k, v, {}, 0.0, false); // the first call makes handles
            BITLOOM_TRY(const Duration duration, fastest(options.repeats, device, [&]() -> Result<void> {
                for (int step = 0; step < stepsOfOneRun; ++step)
                    (void)torch::scaled_dot_product_attention(q, k, v, {}, 0.0, false);
                return {};
            }));
            f16Seconds = duration.seconds / stepsOfOneRun;
            add(results, { { "name", "libtorch f16 " + text }, { "seconds", f16Seconds }, { "processor_seconds", duration.processorSeconds / stepsOfOneRun }, { "device_bytes", f16Bytes } }, context.json);
        }
        const torch::Tensor pieceKeys = torch::randn({ batch, keyValueHeads, pieceTokens, headSize }), pieceValues = torch::randn_like(pieceKeys);
        for (const char* id : { "logquant", "kivi", "q8_0" }) {
            BITLOOM_CHECK(context.control.checkpoint());
            BITLOOM_TRY(const auto* method, methods.require(id));
            BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(method->describe(), nlohmann::json::object()));
            BITLOOM_TRY(kv::CachePlan plan, method->plan(shape, parameters));
            BITLOOM_TRY(const auto cache, kv::KvCache::create(shape, std::move(plan)));
            BITLOOM_CHECK(attendWhereModelIs(*cache, device));
            if (!cache->mirror())
                return fail(ErrorCode::Unsupported, "{}, {}: the GPU's attention is not for this cache", id, text);
            for (std::int64_t done = 0; done < tokens; done += pieceTokens) {
                const std::int64_t count = std::min(pieceTokens, tokens - done);
                const torch::Tensor keys = pieceKeys.narrow(2, 0, count).contiguous(), values = pieceValues.narrow(2, 0, count).contiguous();
                BITLOOM_CHECK(cache->append(layerTokens(query, keys, values)));
            }
            torch::Tensor out = torch::empty_like(query);
            const kv::LayerTokens next = layerTokens(query, newKey, newValue);
            BITLOOM_CHECK(cache->attend(next, out.mutable_data_ptr<float>())); // brings the whole cache over
            double difference = 0;
            if (options.parity)
                for (const auto& [row, head] : { std::pair(0, 0), std::pair(shape.rows - 1, shape.keyValueHeads - 1) })
                    difference = std::max(difference, differenceFromPlain(*cache, row, head, query, out));
            worst = std::max(worst, difference);
            const torch::Tensor deviceQuery = query.to(device), deviceOut = torch::empty_like(deviceQuery);
            BITLOOM_TRY(const Duration alone, fastest(options.repeats, device, [&]() -> Result<void> {
                for (int step = 0; step < stepsOfOneRun; ++step)
                    BITLOOM_CHECK(cache->mirror()->attendOnDevice(0, deviceQuery.const_data_ptr<float>(), deviceOut.mutable_data_ptr<float>()));
                return {};
            }));
            const double seconds = alone.seconds / stepsOfOneRun;
            add(results,
                { { "name", std::string(id) + " " + text }, { "seconds", seconds }, { "processor_seconds", alone.processorSeconds / stepsOfOneRun }, { "times_faster", f16Seconds / seconds },
                    { "max_difference", difference }, { "bits_per_value", cache->bitsPerValue() }, { "device_bytes", cache->deviceBytes() },
                    { "bytes_of_f16", static_cast<double>(cache->deviceBytes()) / static_cast<double>(f16Bytes) } },
                context.json);
            BITLOOM_TRY(const Duration whole, fastest(options.repeats, device, [&]() -> Result<void> {
                for (int step = 0; step < stepsOfOneRun; ++step)
                    BITLOOM_CHECK(cache->attend(next, out.mutable_data_ptr<float>()));
                return {};
            }));
            add(results,
                { { "name", std::string(id) + " with packing " + text }, { "seconds", whole.seconds / stepsOfOneRun }, { "processor_seconds", whole.processorSeconds / stepsOfOneRun } }, context.json);
        }
    }
    if (!(worst <= allowedKvDifference))
        return fail(ErrorCode::Internal, "attention over packed pages on {} differs from plain arithmetic by {:.3g}, allowed is {:.3g}", device.str(), worst, allowedKvDifference);
    return nlohmann::json { { "suite", "kv" }, { "device", device.str() }, { "threads", threadCount() }, { "results", results } };
}

} // namespace bitloom::cli
