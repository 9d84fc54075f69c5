// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/byte_size.h"
#include "core/engine/size_budget.h"
#include "core/export/column_importances.h"
#include "core/export/exporter.h"
#include "core/export/gguf_mixes.h"
#include "core/io/gguf_split.h"
#include "core/io/imatrix.h"

#include <fmt/format.h>

namespace bitloom::cli {
namespace {

struct ConvertArguments
{
    std::string model, output, format, ggufType, importances, splitSize;
    std::vector<std::string> tensorTypes;
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
    ExportJob job { source, {}, arguments.format, arguments.ggufType, {}, arguments.output };
    BITLOOM_TRY(job.typeOverrides, typeOverrides(arguments.tensorTypes));
    if (!arguments.importances.empty()) {
        BITLOOM_TRY(const Imatrix imatrix, readImatrix(arguments.importances));
        BITLOOM_TRY(ColumnImportances importances, columnImportances(imatrix, source, arguments.importances));
        job.importances = std::make_shared<const ColumnImportances>(std::move(importances));
    }
    if (!arguments.splitSize.empty()) {
        BITLOOM_TRY(job.splitBytes, parseByteSize(arguments.splitSize, "--split-size"));
    }
    BITLOOM_CHECK(checkExport(job, nullptr, 0));
    BITLOOM_TRY(const auto output, exportedPath(job));
    BITLOOM_CHECK(exportModel(job, context.progress(), context.control));
    std::int64_t bytes = 0;
    for (const auto& file : ggufParts(output)) {
        BITLOOM_TRY(const auto some, bytesOf(file));
        bytes += some;
    }
    if (!context.json)
        fmt::print("{} written, {:.1f} MiB\n", output.string(), static_cast<double>(bytes) / (1 << 20));
    return nlohmann::json { { "output", output.string() }, { "format", arguments.format }, { "bytes", bytes } };
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
        fmt::format("For gguf: type of the linear layers, one of {}; or one of llama.cpp's mixes, {} (mix:NAME where a type has the name, too); default: as stored",
            fmt::join(ggufTypes(), ", "), fmt::join(ggufMixes(), ", ")));
    command->add_option("--tensor-type", arguments->tensorTypes, "For gguf: TEXT=TYPE, the type of tensors with that text in their name; may be repeated")->take_all();
    command->add_option("--importances", arguments->importances, "For gguf: importance matrix (bitloom-cli imatrix, llama-imatrix) for ggml's quantizer");
    command->add_option("--split-size", arguments->splitSize, "For gguf: cut into files of at most this size, such as 4GiB");
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return convert(*arguments, context); };
    });
}

} // namespace bitloom::cli
