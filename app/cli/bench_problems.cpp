// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_problems.h"

#include "core/calibration/gram.h"

#include <algorithm>
#include <charconv>

namespace bitloom::cli {
namespace {
    constexpr std::int64_t largestNumber = 1 << 20;
    /// Tokens of which inputs exist at a time: those of a 70B model's widest layer are gigabytes.
    constexpr std::int64_t tokensAtATime = 8192;

    torch::Tensor drawScale(std::int64_t in, torch::Device device)
    {
        return torch::exp(0.5 * torch::randn({ in }, torch::TensorOptions(device).dtype(torch::kFloat32)));
    }

    SyntheticTokens drawTokens(std::int64_t tokens, const torch::Tensor& scale, std::int64_t groups)
    {
        const torch::Tensor shared = torch::randn({ tokens, 1 }, scale.options());
        SyntheticTokens result;
        result.inputs = torch::randn({ tokens, scale.size(0) }, scale.options()).add_(shared, 0.5).mul_(scale);
        result.saliency = torch::exp(torch::randn({ tokens, groups }, scale.options()));
        return result;
    }
}

Result<std::vector<std::int64_t>> parseNumbers(const std::string& text, const std::string& expected)
{
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    bool good = true;
    while (good && at < end) {
        std::int64_t number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        good = error == std::errc() && number >= 1 && number <= largestNumber && (next == end || (*next == 'x' && next + 1 != end));
        numbers.push_back(number);
        at = next == end ? end : next + 1;
    }
    if (!good || static_cast<std::int64_t>(numbers.size()) != std::count(expected.begin(), expected.end(), 'x') + 1)
        return fail(ErrorCode::Usage, "--shapes {}: expected {}, numbers from 1 to {}", text, expected, largestNumber);
    return numbers;
}

SyntheticTokens syntheticTokens(std::int64_t tokens, std::int64_t in, std::int64_t groups, std::uint64_t seed, torch::Device device)
{
    at::manual_seed(seed);
    return drawTokens(tokens, drawScale(in, device), groups);
}

SyntheticLayer syntheticLayer(std::int64_t out, std::int64_t in, std::int64_t groups, std::uint64_t seed, torch::Device device)
{
    at::manual_seed(seed);
    const torch::Tensor scale = drawScale(in, device);
    const auto runs = static_cast<std::int64_t>(rowGroups(out, groups).size());
    SyntheticLayer layer;
    layer.hessian.matrices = torch::zeros({ runs, in, in }, scale.options());
    const std::int64_t tokens = in + in / 2;
    for (std::int64_t begin = 0; begin < tokens; begin += tokensAtATime) {
        const SyntheticTokens some = drawTokens(std::min(tokensAtATime, tokens - begin), scale, runs);
        addGrams(layer.hessian.matrices, some.inputs, some.saliency);
    }
    mirrorLowerTriangle(layer.hessian.matrices);
    layer.weight = torch::randn({ out, in }, scale.options()) * 0.05;
    return layer;
}

} // namespace bitloom::cli
