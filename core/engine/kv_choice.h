// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/plugin_loader.h"
#include "core/protocol/kv_configuration.h"

#include <nlohmann/json.hpp>
#include <string>

namespace bitloom {

/// One cache method with its parameters.
struct KvCandidate
{
    std::string id;
    nlohmann::json parameters; ///< as resolveParameters returned them
};

/// A candidate's parameters as such a configuration.
[[nodiscard]] nlohmann::json kvConfiguration(const KvCandidate& candidate);

/// The parameters of one cache method: `chosen` ones as they are, others as `configuration` (an object that parseKvConfiguration gave, or an empty one) has
/// them, else their defaults; and the configuration's "layers".
[[nodiscard]] Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const nlohmann::json& chosen, const nlohmann::json& configuration);

/// One cache to compute through, as somebody chose it.
struct KvChoice
{
    std::string method; ///< a plugin under kv/; empty: the configuration's
    nlohmann::json parameters = nlohmann::json::object(); ///< those that are chosen
    nlohmann::json configuration = nlohmann::json::object(); ///< as parseKvConfiguration gave it; empty: none
    std::string where; ///< where the configuration comes from, for messages
    /// An Error of code Usage where the configuration is another method's.
    [[nodiscard]] Result<KvCandidate> candidate(const KvMethods& methods) const;
};

} // namespace bitloom
