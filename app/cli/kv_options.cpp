// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/kv_options.h"

#include "core/io/atomic_file.h"

#include <algorithm>

namespace bitloom::cli {

Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used, const nlohmann::json& configuration)
{
    const MethodInfo info = method.describe();
    used.resize(settings.size());
    nlohmann::json chosen = nlohmann::json::object();
    for (const ParameterInfo& parameter : info.parameters)
        if (const auto saved = configuration.find(parameter.name); saved != configuration.end())
            chosen[parameter.name] = *saved;
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
    BITLOOM_TRY(nlohmann::json parameters, resolveParameters(info, chosen));
    if (const auto layers = configuration.find("layers"); layers != configuration.end())
        parameters["layers"] = *layers;
    return parameters;
}

Result<nlohmann::json> readConfiguration(const std::filesystem::path& file)
{
    BITLOOM_TRY(const std::string text, readTextFile(file));
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("layers") || (json.contains("method") && !json.at("method").is_string()))
        return fail(ErrorCode::InvalidInput, "{}: expected the configuration of a cache method, a JSON object with 'method' and 'layers'", file.string());
    json.emplace("method", "guided");
    return json;
}

Result<void> requireFor(const std::string& method, const nlohmann::json& configuration, const std::filesystem::path& file)
{
    if (const std::string& of = configuration.at("method").get_ref<const std::string&>(); of != method)
        return fail(ErrorCode::Usage, "{}: is a configuration of {}, not of {}", file.string(), of, method);
    return {};
}

Result<KvCandidate> KvChoice::candidate(const KvMethods& methods) const
{
    BITLOOM_TRY(const auto* of, methods.require(method));
    nlohmann::json saved = nlohmann::json::object();
    if (!configuration.empty()) {
        BITLOOM_TRY(saved, readConfiguration(configuration));
        BITLOOM_CHECK(requireFor(method, saved, configuration));
    }
    KvCandidate candidate { method, {} };
    std::vector<bool> used;
    BITLOOM_TRY(candidate.parameters, kvParameters(*of, settings, used, saved));
    BITLOOM_CHECK(requireAllUsed(settings, used));
    return candidate;
}

Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used)
{
    for (std::size_t i = 0; i < settings.size(); ++i)
        if (i >= used.size() || !used[i])
            return fail(ErrorCode::Usage, "--set {}: no chosen method has such a parameter; see `bitloom-cli plugins`", settings[i]);
    return {};
}

} // namespace bitloom::cli
