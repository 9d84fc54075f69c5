// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/kv_options.h"

#include "core/engine/kv_configuration_file.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace bitloom::cli {

Result<nlohmann::json> chosenKvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used)
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
    return chosen;
}

Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used)
{
    for (std::size_t i = 0; i < settings.size(); ++i)
        if (i >= used.size() || !used[i])
            return fail(ErrorCode::Usage, "--set {}: no chosen method has such a parameter; see `bitloom-cli plugins`", settings[i]);
    return {};
}

Result<KvCandidate> KvArguments::candidate(const KvMethods& methods) const
{
    KvChoice choice;
    choice.method = method;
    choice.where = configuration.string();
    BITLOOM_TRY(const auto* of, methods.require(method));
    if (!configuration.empty()) {
        BITLOOM_TRY(choice.configuration, readKvConfiguration(configuration));
    } else if (const auto beside = kvConfigurationBeside(model); !beside.empty() && std::filesystem::exists(beside)) {
        BITLOOM_TRY(nlohmann::json own, readKvConfiguration(beside));
        if (own.at("method") == method) {
            choice.configuration = std::move(own);
            choice.where = beside.string();
            spdlog::info("the cache {} is as {} describes it", method, beside.string());
        }
    }
    std::vector<bool> used;
    BITLOOM_TRY(choice.parameters, chosenKvParameters(*of, settings, used));
    BITLOOM_CHECK(requireAllUsed(settings, used));
    return choice.candidate(methods);
}

} // namespace bitloom::cli
