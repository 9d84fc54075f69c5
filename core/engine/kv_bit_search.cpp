// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_bit_search.h"

#include "core/base/error_in_flight.h"
#include "core/engine/cached_attention.h"
#include "core/engine/kv_budget.h"
#include "core/engine/seen_attention.h"

#include <array>
#include <vector>

namespace bitloom {
namespace {
    constexpr std::array<int, 4> widths { 1, 2, 3, 4 };
    constexpr int nearlyExact = 8; ///< bits of one half while the other's error is measured
    constexpr const char* names[] = { "bits_keys", "bits_values" };

    /// A number for each of `widths`, of one layer's keys and of its values.
    using ByWidth = std::array<std::array<double, widths.size()>, 2>;
    using Chosen = std::array<std::size_t, 2>; ///< indices into `widths`

    /// Squared error of one layer's outputs through a cache of its own.
    Result<double> outputError(const kv::CacheShape& shape, const kv::CachePlan& plan, std::size_t layer, int keyBits, int valueBits, const kv::LayerTokens& tokens, const torch::Tensor& exact)
    {
        kv::CachePlan alone;
        alone.layers = { plan.layers[layer] };
        alone.layers[0].keys.grid.bits = keyBits;
        alone.layers[0].values.grid.bits = valueBits;
        alone.layers[0].policy = [&policy = plan.layers[layer].policy, layer](std::pmr::memory_resource* resource, int, int head) { return policy(resource, static_cast<int>(layer), head); };
        kv::CacheShape one = shape;
        one.layers = 1;
        BITLOOM_TRY(const auto cache, kv::KvCache::create(one, std::move(alone)));
        torch::Tensor out = torch::empty_like(exact);
        BITLOOM_CHECK(cache->attend(tokens, out.mutable_data_ptr<float>()));
        return (out - exact).square().sum(torch::kFloat64).item<double>();
    }

    /// Bytes of a layer with these bits, all layers alike.
    Result<double> layerBytes(const kv::KvMethod& method, const kv::CacheShape& shape, nlohmann::json parameters, std::int64_t length, int keyBits, int valueBits)
    {
        for (nlohmann::json& layer : parameters.at("layers"))
            layer.update({ { names[0], keyBits }, { names[1], valueBits } });
        BITLOOM_TRY(const std::int64_t bytes, cacheBytes(method, shape, parameters, length));
        return static_cast<double>(bytes) / shape.layers;
    }

    /// From the fewest bits everywhere, again and again the change that saves most error for each byte; `left` bytes may be spent.
    std::vector<Chosen> buy(const std::vector<ByWidth>& errors, const ByWidth& bytes, double left)
    {
        std::vector<Chosen> chosen(errors.size());
        for (;;) {
            double bestRate = 0;
            std::size_t bestLayer = 0, bestHalf = 0, bestWidth = 0;
            for (std::size_t layer = 0; layer < errors.size(); ++layer)
                for (const std::size_t half : { 0U, 1U })
                    for (std::size_t width = chosen[layer][half] + 1; width < widths.size(); ++width) {
                        const std::size_t now = chosen[layer][half];
                        const double more = bytes[half][width] - bytes[half][now], rate = (errors[layer][half][now] - errors[layer][half][width]) / more;
                        if (more <= left && rate > bestRate) {
                            bestRate = rate;
                            bestLayer = layer;
                            bestHalf = half;
                            bestWidth = width;
                        }
                    }
            if (bestRate <= 0)
                return chosen;
            std::size_t& now = chosen[bestLayer][bestHalf];
            left -= bytes[bestHalf][bestWidth] - bytes[bestHalf][now];
            now = bestWidth;
        }
    }
}

Result<nlohmann::json> searchCacheBits(const CausalLm& model, const torch::Tensor& tokens, const kv::KvMethod& method,
    nlohmann::json parameters, std::int64_t length, double bitsPerValue, ProgressSink& progress, JobControl& control)
{
    return catching("searching bits for the key-value cache", [&]() -> Result<nlohmann::json> {
        const at::NoGradGuard noGrad;
        const kv::CacheShape shape = cacheShape(model.config(), 1);
        const auto layers = static_cast<std::size_t>(shape.layers);
        const double allowed
            = bitsPerValue / 8 * 2 * static_cast<double>(length) * shape.layers * shape.keyValueHeads * shape.headSize;
        const auto group = static_cast<int>(method.budgetStep(parameters));
        if (tokens.size(1) < 2 * group)
            return fail(ErrorCode::Usage,
                "searching bits needs sequences of at least {} tokens, twice the key group, not {}", 2 * group,
                tokens.size(1));
        if (!parameters.contains("layers"))
            parameters["layers"] = nlohmann::json(layers, nlohmann::json::object());

        parameters["residual"] = group;
        const auto bytesOf = [&](int keyBits, int valueBits) { return layerBytes(method, shape, parameters, length, keyBits, valueBits); };
        BITLOOM_TRY(const double least, bytesOf(widths.front(), widths.front()));
        if (const double all = least * shape.layers; all > allowed)
            return fail(ErrorCode::Usage, "{}: {:.3f} bits per value are not enough for {} tokens; one bit for everything needs {:.3f}", method.describe().id, bitsPerValue, length,
                bitsPerValue * all / allowed);
        ByWidth bytes;
        for (std::size_t width = 0; width < widths.size(); ++width) {
            BITLOOM_TRY(bytes[0][width], bytesOf(widths[width], widths.front()));
            BITLOOM_TRY(bytes[1][width], bytesOf(widths.front(), widths[width]));
        }
        BITLOOM_TRY(const kv::CachePlan plan, [&] {
            for (nlohmann::json& layer : parameters["layers"])
                layer.update({ { names[0], widths.front() }, { names[1], widths.front() } });
            return method.plan(shape, parameters);
        }());

        std::vector<double> norms(layers);
        std::vector<ByWidth> errors(layers, ByWidth {});
        const auto measure = [&](std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value, const torch::Tensor& exact) -> Result<void> {
            kv::LayerTokens one;
            one.count = query.size(2);
            one.queries = query.const_data_ptr<float>();
            one.keys = key.const_data_ptr<float>();
            one.values = value.const_data_ptr<float>();
            const auto layer = static_cast<std::size_t>(block);
            norms[layer] += exact.square().sum(torch::kFloat64).item<double>();
            for (const std::size_t half : { 0U, 1U })
                for (std::size_t width = 0; width < widths.size(); ++width) {
                    BITLOOM_TRY(const double error, outputError(shape, plan, layer, half == 0 ? widths[width] : nearlyExact, half == 0 ? nearlyExact : widths[width], one, exact));
                    errors[layer][half][width] += error;
                }
            return {};
        };
        BITLOOM_CHECK(showAttention(model, tokens, "search", measure, progress, control));
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (auto& half : errors[layer])
                for (double& error : half)
                    error = norms[layer] > 0 ? error / norms[layer] : 0;

        const std::vector<Chosen> chosen = buy(errors, bytes, allowed - least * shape.layers);
        double sum = 0;
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (const std::size_t half : { 0U, 1U }) {
                parameters["layers"][layer][names[half]] = widths[chosen[layer][half]];
                sum += errors[layer][half][chosen[layer][half]];
            }
        parameters["output_error"] = sum / static_cast<double>(layers);
        return parameters;
    });
}

} // namespace bitloom
