// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/llama_original.h"

#include "core/evaluation/float_gguf.h"
#include "core/export/exporter.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    /// A new folder that is removed with its last owner.
    Result<std::shared_ptr<const fs::path>> temporaryFolder()
    {
        std::string pattern = (fs::temp_directory_path() / "bitloom-original-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return fail(ErrorCode::Io, "{}: cannot be made: {}", pattern, std::strerror(errno));
        return std::shared_ptr<const fs::path>(new fs::path(pattern), [](const fs::path* path) {
            std::error_code ignored;
            fs::remove_all(*path, ignored);
            delete path;
        });
    }

    Result<void> checkRoom(const ModelSource& source, const fs::path& folder)
    {
        const auto needed = static_cast<std::uintmax_t>(summarize(source).parameters) * (source.storedDtype == "F32" ? 4 : 2);
        std::error_code error;
        const auto room = fs::space(folder, error);
        if (!error && room.available < needed)
            return fail(ErrorCode::Io, "{}: {:.1f} GiB are free, expected {:.1f} GiB for the original as floats; set TMPDIR to a folder with room",
                folder.string(), static_cast<double>(room.available) / (1u << 30), static_cast<double>(needed) / (1u << 30));
        return {};
    }
}

Result<LlamaOriginal> LlamaOriginal::prepare(const ModelSource& source, ProgressSink& progress, JobControl& control)
{
    LlamaOriginal original;
    original.m_reference.source = source;
    const bool gguf = source.kind == ModelSource::Kind::Gguf;
    if (gguf) {
        BITLOOM_TRY(const bool floats, storesFloatsAlone(source.path));
        if (floats) {
            original.m_reference.floats = source.path;
            return original;
        }
    }
    BITLOOM_CHECK(control.checkpoint());
    BITLOOM_TRY(const auto folder, temporaryFolder());
    BITLOOM_CHECK(checkRoom(source, *folder));
    original.m_folder = folder;
    original.m_reference.floats = *folder / "original.gguf";
    if (gguf) {
        BITLOOM_CHECK(expandToFloats(source.path, original.m_reference.floats));
    } else {
        ExportJob job { source, {}, "gguf", {}, {}, original.m_reference.floats };
        BITLOOM_CHECK(exportModel(job, progress, control));
    }
    return original;
}

} // namespace bitloom
