// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/recipe.h"
#include "widgets/plan_table.h"

namespace bitloom {

/// Types wished for single tensors, as a recipe keeps them: "TEXT=TYPE" gives TYPE to tensors whose name contains TEXT.
[[nodiscard]] TypeWishes wishesOf(const Recipe& recipe);
void setWishes(Recipe& recipe, const TypeWishes& wishes);

} // namespace bitloom
