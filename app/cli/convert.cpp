// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/export/exporter.h"

#include <fmt/format.h>

namespace bitloom::cli {
namespace {

struct ConvertArguments
{
    std::string model, output, format, ggufType;
};

Result<std::int64_t> bytesOf(const std::filesystem::path& path)
try {
    if (!std::filesystem::is_directory(path))
        return static_cast<std::int64_t>(std::filesystem::file_size(path));
    std::int64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
        if (entry.is_regular_file())
            bytes += static_cast<std::int64_t>(entry.file_size());
    return bytes;
} catch (const std::filesystem::filesystem_error& error) {
    return fail(ErrorCode::Io, "cannot read the size of '{}': {}", path.string(), error.code().message());
}

Result<nlohmann::json> convert(const ConvertArguments& arguments, CommandContext& context)
{
    BITLOOM_TRY(const auto source, openModel(arguments.model));
    BITLOOM_CHECK(checkExport(source, arguments.format, arguments.ggufType, nullptr, 0, arguments.output));
    const ExportJob job { source, {}, arguments.format, arguments.ggufType, {}, arguments.output };
    BITLOOM_CHECK(exportModel(job, context.progress(), context.control));
    BITLOOM_TRY(const auto bytes, bytesOf(arguments.output));
    if (!context.json)
        fmt::print("{} written, {:.1f} MiB\n", arguments.output, static_cast<double>(bytes) / (1 << 20));
    return nlohmann::json { { "output", arguments.output }, { "format", arguments.format }, { "bytes", bytes } };
}

} // namespace

void addConvertCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<ConvertArguments>();
    auto* command = addCommand(app, context, "convert", "Write a model in another format, without calibration",
        "bitloom-cli convert demo -o out.gguf --format gguf --gguf-type Q8_0");
    command->add_option("MODEL", arguments->model, "Hugging Face folder, .gguf file or demo")->required();
    command->add_option("-o,--output", arguments->output, "Folder or .gguf file to write; must not exist")->required();
    command->add_option("--format", arguments->format, fmt::format("One of {}", fmt::join(exportFormats(), ", ")))->required();
    command->add_option("--gguf-type", arguments->ggufType,
        fmt::format("For gguf: type of the linear layers, one of {} (default: as stored)", fmt::join(ggufTypes(), ", ")));
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return convert(*arguments, context); };
    });
}

} // namespace bitloom::cli
