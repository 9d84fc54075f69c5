// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_configuration_file.h"

#include "core/io/atomic_file.h"
#include "core/protocol/kv_configuration.h"

#include <string>
#include <system_error>

namespace bitloom {

std::filesystem::path kvConfigurationBeside(const std::filesystem::path& model)
{
    std::error_code error;
    if (std::filesystem::is_directory(model, error))
        return model / kvConfigurationName;
    if (model.extension() != ".gguf")
        return {};
    return std::filesystem::path(model).replace_extension(std::string(".") + kvConfigurationName);
}

Result<nlohmann::json> readKvConfiguration(const std::filesystem::path& file)
{
    BITLOOM_TRY(const std::string text, readTextFile(file));
    return parseKvConfiguration(nlohmann::json::parse(text, nullptr, false), file.string());
}

} // namespace bitloom
