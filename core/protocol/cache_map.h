// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a key-value cache holds while a model writes, as the engine tells it.
namespace bitloom {

/// What a cache holds of one position's key or value. Every position is in exactly one class.
enum class PositionClass : std::uint8_t {
    Sink, ///< exact: one of the text's first tokens
    Recent, ///< exact: one of the newest
    Logarithmic, ///< exact: LogQuant's thinned set
    Heavy, ///< exact: attention rested on it
    Waiting, ///< exact only until its page is complete: the policy has given it up already
    Packed, ///< in a page of few bits
    Evicted, ///< dropped
};
inline constexpr int positionClassCount = 7;
/// How messages write a class: one letter for each position.
inline constexpr std::string_view positionClassLetters = "srlhwpe";

/// The cache at one step of writing, sent while somebody watches; at most 30 in a second, always of the newest step, and of the last one that the length
/// of the text allows.
struct CacheMapEvent
{
    std::int64_t length = 0; ///< positions in the cache, with the newest query's own
    std::int64_t promptLength = 0; ///< of them the prompt's
    int layers = 0, heads = 0; ///< of the cache; heads are key-value heads
    int layer = 0, head = 0; ///< whose positions are told: the watched one, or the model's last where it has fewer
    int keyBits = 0, valueBits = 0; ///< of a packed number in that layer; 0: what is not exact is dropped
    std::string keyClasses, valueClasses; ///< [length] positionClassLetters
    std::vector<float> attention; ///< [length] of the newest query, mean over the query heads that share the head
    std::vector<float> mass; ///< [layers, heads, positionClassCount]: where the newest query's attention falls, by the
                             ///< class of the keys; 1 over all classes
    std::optional<std::vector<float>> errors; ///< [layers, heads]: |output - exact output| / |exact output| of the newest query, over the query heads that
                                              ///< share the head; absent where nobody watched from the text's beginning, or memory was short
    std::int64_t keyBytes = 0, valueBytes = 0,
                 bytes = 0; ///< held for keys and for values of all layers, and all in all with the cache's bookkeeping
    double tokensPerSecond = 0; ///< written ones, since the prompt was read; 0 before the first
};

/// The prompt as the model reads it, chat template and all, sent once before it writes.
struct PromptEvent
{
    std::vector<std::string> tokens; ///< one text for each position; a character that several tokens share is whole in none of them
};

/// What a model wrote and what its cache holds at the end.
struct GenerationReport
{
    std::string text;
    std::int64_t tokens = 0;
    double tokensPerSecond = 0;
    std::string
        stopped; ///< why the text ends early: the model's context or the memory is full; empty where it does not
    std::int64_t cacheBytes = 0, cacheKeyBytes = 0, cacheValueBytes = 0; ///< as in CacheMapEvent
    double cacheBitsPerValue = 0;
    std::optional<std::int64_t> cacheDeviceBytes; ///< of a GPU's memory that a copy of the cache holds; where there is one
};

} // namespace bitloom
