// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

/// Pieces of tokenizer.json files; in a file of their own because moc stumbles over such raw strings.
namespace bitloom::test {

struct PreTokenizerCase
{
    const char* name;
    std::string json;
    bool ignoreMerges;
};
/// The pre-tokenizers of published byte-level models.
std::vector<PreTokenizerCase> preTokenizers();

struct RefusedTokenizerCase
{
    const char* name;
    std::string change; ///< a JSON merge patch that spoils a good tokenizer.json
    std::string says; ///< part of the message
};
std::vector<RefusedTokenizerCase> refusedTokenizers();

} // namespace bitloom::test
