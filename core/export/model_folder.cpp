// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/model_folder.h"

#include "core/export/gguf_tokenizer.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"

#include <array>

namespace bitloom {
namespace {

/// What a folder may hold beside weights and config.json that a loader or a person needs.
constexpr std::array copiedFiles { "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json", "generation_config.json", "LICENSE", "LICENSE.txt", "NOTICE" };

Result<void> copyFiles(const std::filesystem::path& from, const std::filesystem::path& to)
{
    for (const auto* name : copiedFiles) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(from / name, error))
            continue;
        std::filesystem::copy_file(from / name, to / name, error); // follows the links of a download cache
        if (error)
            return fail(ErrorCode::Io, "cannot copy '{}' to '{}': {}", (from / name).string(), to.string(), error.message());
    }
    return {};
}

} // namespace

nlohmann::json exportedConfig(const ModelSource& source, const std::string& dtype)
{
    auto config = source.config.original;
    const char* name = dtype == "F16" ? "float16" : dtype == "BF16" ? "bfloat16" : "float32";
    config.erase("anyprec");
    config.erase("quantization_config");
    config["torch_dtype"] = name;
    if (config.contains("dtype"))
        config["dtype"] = name;
    return config;
}

Result<void> writeModelFolder(
    const ModelSource& source, const nlohmann::json& config, const std::string& recipeJson, const std::filesystem::path& folder)
{
    BITLOOM_CHECK(writeTextFile(folder / "config.json", config.dump(2) + "\n"));
    if (!recipeJson.empty())
        BITLOOM_CHECK(writeTextFile(folder / "bitloom.json", recipeJson + "\n"));
    if (source.kind != ModelSource::Kind::Gguf)
        return copyFiles(source.path, folder);
    BITLOOM_TRY(const auto file, GgufFile::open(source.path));
    return writeTokenizerFiles(file, source, folder);
}

} // namespace bitloom
