// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/kv_configuration.h"

namespace bitloom {

Result<nlohmann::json> parseKvConfiguration(nlohmann::json json, const std::string& where)
{
    if (!json.is_object() || !json.contains("layers") || !json.at("layers").is_array() || (json.contains("method") && !json.at("method").is_string()))
        return fail(ErrorCode::InvalidInput, "{}: expected the configuration of a cache method, a JSON object with 'method' and 'layers'", where);
    json.emplace("method", "guided");
    return json;
}

} // namespace bitloom
