// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/cache_plan.h"

#include <nlohmann/json.hpp>
#include <string>

namespace bitloom::kv {

/// How one layer's keys or values are rounded, as a calibrated configuration names it: {"bits", "axis": "channel"|"token", "group", "block",
/// "metadata": "f16"|"bytes", "hadamard"}. The grid is fitted by least squares.
struct HalfChoice
{
    int bits = 2, group = 0, block = 32;
    GridAxis axis = GridAxis::Channel;
    bool bytes = false, hadamard = false;
    [[nodiscard]] bool operator==(const HalfChoice&) const = default;
};

[[nodiscard]] HalfPlan halfPlan(const HalfChoice& choice, int headSize);
[[nodiscard]] nlohmann::json halfChoiceJson(const HalfChoice& choice);
/// `where` names the place in messages.
[[nodiscard]] Result<HalfChoice> parseHalfChoice(const nlohmann::json& json, const std::string& where);

} // namespace bitloom::kv
