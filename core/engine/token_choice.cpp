// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/token_choice.h"

#include <algorithm>
#include <numeric>

namespace bitloom {

std::string textBehind(const Tokenizer& tokenizer, std::optional<std::int32_t> before, std::int32_t token)
{
    std::string text = tokenizer.decode({ token }, true);
    if (!before)
        return text;
    const std::string first = tokenizer.decode({ *before }, true), both = tokenizer.decode({ *before, token }, true);
    return both.starts_with(first) ? both.substr(first.size()) : text;
}

TokenChoice tokenChoice(const torch::Tensor& logits, std::int32_t taken, bool ends, int count, const Tokenizer& tokenizer, std::int32_t before)
{
    const torch::Tensor probabilities = logits.reshape({ -1 }).to(torch::kCPU, torch::kFloat64).log_softmax(-1);
    const double* const values = probabilities.const_data_ptr<double>();
    const auto candidate = [&](std::int32_t token) { return TokenCandidate { token, textBehind(tokenizer, before, token), values[token] }; };
    std::vector<std::int32_t> order(static_cast<std::size_t>(probabilities.numel()));
    std::iota(order.begin(), order.end(), 0);
    const auto last = order.begin() + std::min<std::ptrdiff_t>(count, static_cast<std::ptrdiff_t>(order.size()));
    std::partial_sort(order.begin(), last, order.end(), [values](std::int32_t a, std::int32_t b) { return values[a] > values[b] || (values[a] == values[b] && a < b); });
    TokenChoice choice { candidate(taken), ends, {} };
    std::transform(order.begin(), last, std::back_inserter(choice.candidates), candidate);
    return choice;
}

} // namespace bitloom
