// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/kv_options.h"

#include "core/io/atomic_file.h"

#include <algorithm>

namespace bitloom::cli {

Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used)
{
    const MethodInfo info = method.describe();
    used.resize(settings.size());
    nlohmann::json chosen = nlohmann::json::object();
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const auto equals = settings[i].find('=');
        if (equals == std::string::npos)
            return fail(ErrorCode::Usage, "--set {}: expected name=value or method.name=value", settings[i]);
        std::string name = settings[i].substr(0, equals);
        if (const auto dot = name.find('.'); dot != std::string::npos) {
            if (name.substr(0, dot) != info.id)
                continue;
            name = name.substr(dot + 1);
        }
        const auto parameter = std::find_if(info.parameters.begin(), info.parameters.end(), [&](const ParameterInfo& each) { return each.name == name; });
        if (parameter == info.parameters.end())
            continue;
        BITLOOM_TRY(chosen[name], parseParameterValue(*parameter, settings[i].substr(equals + 1)));
        used[i] = true;
    }
    return resolveParameters(info, chosen);
}

Result<nlohmann::json> readGuidance(const std::filesystem::path& file)
{
    BITLOOM_TRY(const std::string text, readTextFile(file));
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto integer = [&](const char* name) { return json.contains(name) && json.at(name).is_number_integer() && json.at(name) >= 0 && json.at(name) <= 1 << 20; };
    if (!json.is_object() || !json.contains("layers") || !integer("window") || !integer("sinks"))
        return fail(ErrorCode::InvalidInput, "{}: expected a configuration of the method guided, a JSON object with 'sinks', 'window' and 'layers'", file.string());
    return nlohmann::json { { "sinks", json.at("sinks") }, { "window", json.at("window") }, { "layers", json.at("layers") } };
}

Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used)
{
    for (std::size_t i = 0; i < settings.size(); ++i)
        if (i >= used.size() || !used[i])
            return fail(ErrorCode::Usage, "--set {}: no chosen method has such a parameter; see `bitloom-cli plugins`", settings[i]);
    return {};
}

} // namespace bitloom::cli
