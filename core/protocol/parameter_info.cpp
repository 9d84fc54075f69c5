// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/parameter_info.h"

#include <utility>

namespace bitloom {
namespace {
    ParameterInfo described(std::string name, std::string title, ParameterType type, nlohmann::json value, std::string help)
    {
        ParameterInfo parameter;
        parameter.name = std::move(name);
        parameter.title = std::move(title);
        parameter.type = type;
        parameter.defaultValue = std::move(value);
        parameter.help = std::move(help);
        return parameter;
    }

    ParameterInfo ranged(ParameterInfo parameter, double minimum, double maximum, std::string unit)
    {
        parameter.minimum = minimum;
        parameter.maximum = maximum;
        parameter.unit = std::move(unit);
        return parameter;
    }
}

ParameterInfo integerParameter(std::string name, std::string title, std::int64_t value, std::int64_t minimum, std::int64_t maximum, std::string unit, std::string help)
{
    return ranged(described(std::move(name), std::move(title), ParameterType::Integer, value, std::move(help)), static_cast<double>(minimum),
        static_cast<double>(maximum), std::move(unit));
}

ParameterInfo numberParameter(std::string name, std::string title, double value, double minimum, double maximum, std::string unit, std::string help)
{
    return ranged(described(std::move(name), std::move(title), ParameterType::Number, value, std::move(help)), minimum, maximum, std::move(unit));
}

ParameterInfo choiceParameter(std::string name, std::string title, std::string value, std::vector<std::string> choices, std::string help)
{
    ParameterInfo parameter = described(std::move(name), std::move(title), ParameterType::Choice, std::move(value), std::move(help));
    parameter.choices = std::move(choices);
    return parameter;
}

ParameterInfo booleanParameter(std::string name, std::string title, bool value, std::string help)
{
    return described(std::move(name), std::move(title), ParameterType::Boolean, value, std::move(help));
}

} // namespace bitloom
