// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What a model considered when it wrote a token, as the engine tells it.
namespace bitloom {

/// A token that may come next, and the natural logarithm of the probability that the model gives it, before temperature and top-p.
struct TokenCandidate
{
    std::int32_t token = 0;
    std::string text; ///< as it reads behind the token before it
    double logProbability = 0;
};

/// One place of a text: what was taken there, and the most probable tokens.
struct TokenChoice
{
    TokenCandidate taken;
    bool ends = false; ///< the token says that the text is over; it is not part of it
    std::vector<TokenCandidate> candidates; ///< the most probable first; the one that was taken may not be among them
};

} // namespace bitloom
