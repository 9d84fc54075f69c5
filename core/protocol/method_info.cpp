// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/method_info.h"

#include "core/base/json_integer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/ranges.h>

namespace bitloom {
namespace {
    constexpr const char* automaticValue = "auto";

    const char* typeName(ParameterType type)
    {
        switch (type) {
        case ParameterType::Integer:
            return "integer";
        case ParameterType::Number:
            return "number";
        case ParameterType::Boolean:
            return "boolean";
        case ParameterType::Choice:
            return "choice";
        }
        return "number";
    }

    ParameterType typeFromName(const std::string& name)
    {
        for (const auto type : { ParameterType::Integer, ParameterType::Number, ParameterType::Boolean, ParameterType::Choice })
            if (name == typeName(type))
                return type;
        throw nlohmann::json::other_error::create(501, fmt::format("unknown parameter type '{}'", name), nullptr);
    }

    bool accepts(const ParameterInfo& parameter, const nlohmann::json& value)
    {
        if (parameter.automatic && value == automaticValue)
            return true;
        switch (parameter.type) {
        case ParameterType::Boolean:
            return value.is_boolean();
        case ParameterType::Choice:
            return value.is_string() && std::ranges::find(parameter.choices, value.get<std::string>()) != parameter.choices.end();
        case ParameterType::Integer:
            if (!value.is_number_integer())
                return false;
            break;
        case ParameterType::Number:
            if (!value.is_number() || !std::isfinite(value.get<double>()))
                return false;
            break;
        }
        const double number = value.get<double>();
        return (!parameter.minimum || number >= *parameter.minimum) && (!parameter.maximum || number <= *parameter.maximum);
    }

    tl::unexpected<Error> refused(const ParameterInfo& parameter, const std::string& found)
    {
        return fail(ErrorCode::Usage, "parameter {} is {}, expected {}", parameter.name, found, allowedValues(parameter));
    }
}

std::string allowedValues(const ParameterInfo& parameter)
{
    std::string text;
    switch (parameter.type) {
    case ParameterType::Boolean:
        text = "true or false";
        break;
    case ParameterType::Choice:
        text = fmt::format("one of {}", fmt::join(parameter.choices, ", "));
        break;
    default:
        text = parameter.type == ParameterType::Integer ? "an integer" : "a number";
        if (parameter.minimum && parameter.maximum)
            text += fmt::format(" from {} to {}", *parameter.minimum, *parameter.maximum);
        else if (parameter.minimum)
            text += fmt::format(" of at least {}", *parameter.minimum);
        else if (parameter.maximum)
            text += fmt::format(" of at most {}", *parameter.maximum);
    }
    return parameter.automatic ? text + ", or auto" : text;
}

Result<nlohmann::json> resolveParameters(const MethodInfo& method, const nlohmann::json& overrides)
{
    if (!overrides.is_object())
        return fail(ErrorCode::Usage, "parameters of {} are a {}, expected an object", method.id, overrides.type_name());
    nlohmann::json values = nlohmann::json::object();
    for (const auto& parameter : method.parameters)
        values[parameter.name] = parameter.defaultValue;
    for (const auto& [name, value] : overrides.items()) {
        const auto parameter = std::ranges::find(method.parameters, name, &ParameterInfo::name);
        if (parameter == method.parameters.end()) {
            std::vector<std::string> known;
            for (const auto& each : method.parameters)
                known.push_back(each.name);
            return fail(ErrorCode::Usage, "method {} has no parameter '{}'; it has {}", method.id, name,
                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
        }
        if (!accepts(*parameter, value))
            return refused(*parameter, value.dump());
        values[name] = value;
    }
    return values;
}

Result<nlohmann::json> parseParameterValue(const ParameterInfo& parameter, const std::string& text)
{
    nlohmann::json value = text;
    const bool isNumber = parameter.type == ParameterType::Integer || parameter.type == ParameterType::Number;
    if (parameter.type == ParameterType::Boolean && (text == "true" || text == "false"))
        value = text == "true";
    else if (isNumber && !(parameter.automatic && text == automaticValue)) {
        const char* end = text.data() + text.size();
        std::int64_t integer = 0;
        double number = 0;
        if (const auto [stop, error] = std::from_chars(text.data(), end, integer); error == std::errc() && stop == end)
            value = integer;
        else if (const auto [stop2, error2] = std::from_chars(text.data(), end, number); error2 == std::errc() && stop2 == end)
            value = number;
    }
    if (!accepts(parameter, value))
        return refused(parameter, fmt::format("'{}'", text));
    return value;
}

void to_json(nlohmann::json& json, const ParameterInfo& parameter)
{
    json = { { "name", parameter.name }, { "title", parameter.title }, { "type", typeName(parameter.type) },
        { "default", parameter.defaultValue }, { "automatic", parameter.automatic }, { "unit", parameter.unit }, { "help", parameter.help } };
    if (parameter.minimum)
        json["minimum"] = *parameter.minimum;
    if (parameter.maximum)
        json["maximum"] = *parameter.maximum;
    if (!parameter.choices.empty())
        json["choices"] = parameter.choices;
}

void from_json(const nlohmann::json& json, ParameterInfo& parameter)
{
    json.at("name").get_to(parameter.name);
    json.at("title").get_to(parameter.title);
    parameter.type = typeFromName(json.at("type").get<std::string>());
    parameter.defaultValue = json.at("default");
    parameter.automatic = json.value("automatic", false);
    parameter.unit = json.value("unit", "");
    parameter.help = json.value("help", "");
    if (json.contains("minimum"))
        parameter.minimum = json["minimum"].get<double>();
    if (json.contains("maximum"))
        parameter.maximum = json["maximum"].get<double>();
    if (json.contains("choices"))
        json["choices"].get_to(parameter.choices);
}

void to_json(nlohmann::json& json, const MethodInfo& method)
{
    json = { { "id", method.id }, { "title", method.title }, { "summary", method.summary }, { "paper", method.paper },
        { "parameters", method.parameters }, { "formats", method.formats }, { "minimum_bits", method.minimumBits },
        { "maximum_bits", method.maximumBits }, { "needs_guided_hessian", method.needsGuidedHessian },
        { "needs_plain_hessian", method.needsPlainHessian }, { "needs_fisher_diagonal", method.needsFisherDiagonal } };
}

void from_json(const nlohmann::json& json, MethodInfo& method)
{
    json.at("id").get_to(method.id);
    json.at("title").get_to(method.title);
    json.at("summary").get_to(method.summary);
    json.at("paper").get_to(method.paper);
    json.at("parameters").get_to(method.parameters);
    json.at("formats").get_to(method.formats);
    method.minimumBits = jsonInteger<int>(json.at("minimum_bits"));
    method.maximumBits = jsonInteger<int>(json.at("maximum_bits"));
    json.at("needs_guided_hessian").get_to(method.needsGuidedHessian);
    json.at("needs_plain_hessian").get_to(method.needsPlainHessian);
    json.at("needs_fisher_diagonal").get_to(method.needsFisherDiagonal);
}

} // namespace bitloom
