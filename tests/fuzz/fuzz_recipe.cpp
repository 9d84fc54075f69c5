// SPDX-License-Identifier: GPL-3.0-or-later
// A recipe from anywhere: in a file, or in a model's metadata.
#include "core/protocol/recipe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
    if (json.is_discarded())
        return 0;
    const auto recipe = bitloom::parseRecipe(json, "fuzz");
    if (!recipe)
        return 0;
    // What was accepted can be written and is the same when it is read again.
    const auto again = bitloom::parseRecipe(bitloom::recipeToJson(*recipe), "again");
    if (!again || !(*again == *recipe))
        std::abort();
    static_cast<void>(bitloom::recipeToCommand(*recipe, "out"));
    return 0;
}
