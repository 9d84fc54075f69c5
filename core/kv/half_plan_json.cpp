// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/half_plan_json.h"

namespace bitloom::kv {

HalfPlan halfPlan(const HalfChoice& choice, int headSize)
{
    HalfPlan plan;
    plan.grid = { choice.bits, choice.axis, choice.group, Rounding::LeastSquares, choice.bytes ? Metadata::Bytes : Metadata::HalfPair };
    plan.block = choice.block;
    if (choice.hadamard)
        addHadamard(plan.transform, headSize);
    return plan;
}

nlohmann::json halfChoiceJson(const HalfChoice& choice)
{
    return { { "bits", choice.bits }, { "axis", choice.axis == GridAxis::Channel ? "channel" : "token" }, { "group", choice.group }, { "block", choice.block },
        { "metadata", choice.bytes ? "bytes" : "f16" }, { "hadamard", choice.hadamard } };
}

Result<HalfChoice> parseHalfChoice(const nlohmann::json& json, const std::string& where)
{
    HalfChoice choice;
    const auto wrong = [&](const char* field, const char* expected) { return fail(ErrorCode::InvalidInput, "{}: field '{}' must be {}", where, field, expected); };
    if (!json.is_object())
        return fail(ErrorCode::InvalidInput, "{}: expected an object with bits, axis, group, block, metadata and hadamard", where);
    const auto integer = [&](const char* field, int& into) {
        const auto found = json.find(field);
        if (found == json.end() || !found->is_number_integer() || found->get<std::int64_t>() < 0 || found->get<std::int64_t>() > 1024)
            return false;
        into = found->get<int>();
        return true;
    };
    if (!integer("bits", choice.bits) || choice.bits == 0)
        return wrong("bits", "1, 2, 3, 4 or 8");
    if (!integer("group", choice.group))
        return wrong("group", "a number of channels, 0 for a head's");
    if (!integer("block", choice.block))
        return wrong("block", "8, 16, 32, 64 or 128 positions");
    const auto text = [&](const char* field) { return json.contains(field) && json.at(field).is_string() ? json.at(field).get<std::string>() : std::string(); };
    const std::string axis = text("axis"), metadata = text("metadata");
    if (axis != "channel" && axis != "token")
        return wrong("axis", "\"channel\" or \"token\"");
    if (metadata != "f16" && metadata != "bytes")
        return wrong("metadata", "\"f16\" or \"bytes\"");
    if (!json.contains("hadamard") || !json.at("hadamard").is_boolean())
        return wrong("hadamard", "true or false");
    choice.axis = axis == "channel" ? GridAxis::Channel : GridAxis::Token;
    choice.bytes = metadata == "bytes";
    choice.hadamard = json.at("hadamard").get<bool>();
    return choice;
}

} // namespace bitloom::kv
