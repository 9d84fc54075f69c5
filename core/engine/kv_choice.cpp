// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_choice.h"

#include <utility>

namespace bitloom {

nlohmann::json kvConfiguration(const KvCandidate& candidate)
{
    nlohmann::json configuration = candidate.parameters;
    configuration["method"] = candidate.id;
    return configuration;
}

Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const nlohmann::json& chosen, const nlohmann::json& configuration)
{
    const MethodInfo info = method.describe();
    nlohmann::json overrides = nlohmann::json::object();
    for (const ParameterInfo& parameter : info.parameters)
        if (const auto saved = configuration.find(parameter.name); saved != configuration.end())
            overrides[parameter.name] = *saved;
    if (!chosen.is_object())
        return fail(ErrorCode::InvalidInput, "{}: its parameters are a {}, expected an object", info.id, chosen.type_name());
    overrides.update(chosen);
    BITLOOM_TRY(nlohmann::json parameters, resolveParameters(info, overrides));
    if (const auto layers = configuration.find("layers"); layers != configuration.end())
        parameters["layers"] = *layers;
    return parameters;
}

Result<KvCandidate> KvChoice::candidate(const KvMethods& methods) const
{
    KvCandidate candidate { method, {} };
    if (const auto of = configuration.find("method"); of != configuration.end()) {
        if (method.empty())
            candidate.id = of->get<std::string>();
        else if (*of != method)
            return fail(ErrorCode::Usage, "{}: is a configuration of {}, not of {}", where, of->get<std::string>(), method);
    }
    BITLOOM_TRY(const auto* found, methods.require(candidate.id));
    BITLOOM_TRY(candidate.parameters, kvParameters(*found, parameters, configuration));
    return candidate;
}

} // namespace bitloom
