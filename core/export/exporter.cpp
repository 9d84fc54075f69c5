// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/exporter.h"

#include "core/export/any_precision_export.h"
#include "core/export/dequantized_export.h"
#include "core/export/gguf_export.h"
#include "core/export/gguf_tokenizer.h"
#include "core/export/layer_weights.h"
#include "core/export/stored_tensor.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <new>

namespace bitloom {
namespace {

Result<void> checkFormatName(const std::string& format)
{
    const auto& known = exportFormats();
    if (std::find(known.begin(), known.end(), format) != known.end())
        return {};
    if (format == "gptq")
        return fail(ErrorCode::Unsupported, "format gptq is not written yet, expected one of {}", fmt::join(known, ", "));
    return fail(ErrorCode::Usage, "format \"{}\" is not known, expected one of {}", format, fmt::join(known, ", "));
}

Result<void> checkOutput(const std::filesystem::path& output, bool isFile)
{
    if (output.empty())
        return fail(ErrorCode::Usage, "no output is named");
    std::error_code error;
    const auto status = std::filesystem::symlink_status(output, error);
    if (status.type() != std::filesystem::file_type::not_found)
        return fail(ErrorCode::Io, "'{}' exists already; name another output or remove it first", output.string());
    // Whether it can be written is best found out by starting to; what is not committed goes away again.
    if (isFile) {
        BITLOOM_TRY(const auto probe, AtomicFile::create(output));
    } else {
        BITLOOM_TRY(const auto probe, AtomicFolder::create(output));
    }
    return {};
}

std::int64_t elements(const std::vector<std::int64_t>& shape)
{
    std::int64_t count = 1;
    for (const auto size : shape)
        count *= size;
    return count;
}

/// The same for every file that the job writes.
Result<void> checkOutputs(const ExportJob& job)
{
    if (job.format != "gguf")
        return checkOutput(job.output, false);
    if (job.output.empty())
        return fail(ErrorCode::Usage, "no output is named");
    BITLOOM_TRY(const auto files, ggufFiles(job));
    for (const auto& file : files)
        if (std::error_code error; !(job.completesParts && files.size() > 1 && std::filesystem::exists(file, error)))
            BITLOOM_CHECK(checkOutput(file, true));
    return {};
}

tl::unexpected<Error> exportError(const std::exception& error, const std::filesystem::path& output)
{
    const auto* torchFailure = dynamic_cast<const c10::Error*>(&error);
    const std::string what = torchFailure != nullptr ? torchFailure->what_without_backtrace() : error.what();
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr || what.find("not enough memory") != std::string::npos)
        return fail(ErrorCode::OutOfMemory, "writing '{}': not enough memory", output.string());
    return fail(ErrorCode::Internal, "writing '{}': {}", output.string(), what.substr(0, what.find('\n')));
}

} // namespace

const std::vector<std::string>& exportFormats()
{
    static const std::vector<std::string> formats { "safetensors", "anyprecision", "gguf" };
    return formats;
}

Result<void> exportModel(const ExportJob& request, ProgressSink& progress, JobControl& control)
try {
    BITLOOM_CHECK(checkFormatName(request.format));
    BITLOOM_CHECK(checkOutputs(request));
    auto job = request;
    if (job.recipeJson.empty())
        job.recipeJson = job.source.recipe;
    if (job.format == "anyprecision")
        return exportAnyPrecision(job, progress, control);
    if (job.format == "gguf")
        return exportGguf(job, progress, control);
    return exportDequantized(job, progress, control);
} catch (const std::exception& error) {
    return exportError(error, request.output);
}

Result<void> checkExport(const ExportJob& job, const MethodInfo* method, int bits)
try {
    const ModelSource& source = job.source;
    const std::string& format = job.format;
    BITLOOM_CHECK(checkFormatName(format));
    if (format != "gguf" && (!job.ggufType.empty() || !job.typeOverrides.empty() || job.splitBytes > 0))
        return fail(ErrorCode::Usage, "a gguf type or split size is asked for with format {}, expected format gguf", format);
    if (method != nullptr && std::find(method->formats.begin(), method->formats.end(), format) == method->formats.end())
        return fail(ErrorCode::Usage, "format {} cannot hold what method {} makes, expected one of {}", format, method->id,
            fmt::join(method->formats, ", "));
    BITLOOM_TRY(const auto dtype, floatScalar(source.storedDtype));
    static_cast<void>(dtype);
    if (format == "anyprecision") {
        BITLOOM_CHECK(checkAnyPrecisionShapes(source.config));
        if (bits > 8)
            return fail(ErrorCode::Usage, "format anyprecision holds at most 8 bits, {} are asked for", bits);
        if (method == nullptr) {
            BITLOOM_TRY(const auto stored, anyPrecisionBits(source));
            static_cast<void>(stored);
        }
    }
    if (format == "gguf") {
        if (source.kind != ModelSource::Kind::Gguf) { // the vocabulary goes into the file
            BITLOOM_TRY(const auto tokenizer, source.tokenizer());
            static_cast<void>(tokenizer);
        }
    } else if (source.kind == ModelSource::Kind::Gguf) {
        BITLOOM_TRY(const auto file, GgufFile::open(source.path));
        const auto vocabulary = vocabularyFromGguf(file);
        if (vocabulary) {
            BITLOOM_TRY(const auto json, tokenizerJson(*vocabulary, false, file.source()));
            static_cast<void>(json);
        } else if (vocabulary.error().code != ErrorCode::NotFound) {
            return forward(vocabulary);
        }
    }
    return checkOutputs(job);
} catch (const std::exception& error) {
    return exportError(error, job.output);
}

Result<std::filesystem::path> exportedPath(const ExportJob& job)
{
    if (job.format != "gguf")
        return job.output;
    BITLOOM_TRY(const auto files, ggufFiles(job));
    return files.front();
}

Result<std::int64_t> estimateExportBytes(const ExportJob& job, int bits)
{
    const ModelSource& source = job.source;
    BITLOOM_CHECK(checkFormatName(job.format));
    if (job.format == "gguf")
        return ggufBytes(job);
    BITLOOM_TRY(const auto dtype, floatScalar(source.storedDtype));
    const auto width = static_cast<std::int64_t>(scalarBytes(dtype));
    const auto linears = linearsByWeight(source.config);
    if (job.format == "anyprecision" && !job.quantized) {
        BITLOOM_TRY(bits, anyPrecisionBits(source));
    }
    std::int64_t bytes = 0;
    for (const auto& tensor : source.weights->tensors()) {
        const auto linear = linears.find(tensor.name);
        if (job.format == "anyprecision" && linear != linears.end())
            bytes += linear->second.out * (linear->second.in / 8 * bits + 2 * (std::int64_t { 1 } << bits));
        else
            bytes += elements(tensor.shape) * width;
    }
    // the vocabulary: two texts and a few numbers for each token
    return bytes + source.config.vocabularySize * 48;
}

} // namespace bitloom
