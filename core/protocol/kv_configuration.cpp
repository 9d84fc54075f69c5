// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/kv_configuration.h"

namespace bitloom {

Result<nlohmann::json> parseKvConfiguration(nlohmann::json json, const std::string& where)
{
    const bool object = json.is_object(), method = object && json.contains("method"), layers = object && json.contains("layers");
    if ((!method && !layers) || (method && !json.at("method").is_string()) || (layers && !json.at("layers").is_array()))
        return fail(ErrorCode::InvalidInput, "{}: expected the configuration of a cache method, a JSON object with its 'method', its parameters and, where it was calibrated, 'layers'", where);
    json.emplace("method", "guided");
    return json;
}

} // namespace bitloom
