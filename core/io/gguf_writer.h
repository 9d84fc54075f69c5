// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/atomic_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct gguf_context;

namespace bitloom {

struct FreeGguf
{
    void operator()(gguf_context* context) const;
};
using GgufKeys = std::unique_ptr<gguf_context, FreeGguf>;

struct GgufEntry
{
    std::string name;
    int type = 0; ///< enum ggml_type
    std::vector<std::int64_t> shape; ///< slowest dimension first; 1 or 2 dimensions
    [[nodiscard]] std::int64_t bytes() const;
};

/// The files that a model's tensors are cut into: as many whole tensors each as stay within `splitBytes`, one at least. 0: one file, whose name
/// is `path` itself; so it is where everything fits into one.
struct GgufLayout
{
    std::vector<std::filesystem::path> files;
    std::vector<std::size_t> firstEntry; ///< of each file
};
[[nodiscard]] Result<GgufLayout> layOutGguf(const std::filesystem::path& path, const std::vector<GgufEntry>& entries, std::int64_t splitBytes);

/// Writes a GGUF file tensor by tensor: ggml writes keys and tensor infos first, then the data follows in the same order, padded to the alignment.
class GgufWriter
{
public:
    /// `keys` already holds the metadata; the tensor infos are added to it. With several files, all of it goes into the first.
    [[nodiscard]] static Result<GgufWriter> create(
        const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes = 0);
    [[nodiscard]] std::int64_t dataBytes() const { return m_dataBytes; }
    /// What all files come to, headers and padding counted.
    [[nodiscard]] static Result<std::int64_t> fileBytes(
        const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes = 0);
    [[nodiscard]] Result<void> write(const std::string& name, std::span<const std::byte> bytes);
    /// Renames the files into place, the first one last: whoever finds it finds all.
    [[nodiscard]] Result<void> commit();

private:
    struct Part
    {
        GgufKeys keys;
        std::optional<AtomicFile> file;
        std::filesystem::path path;
    };
    [[nodiscard]] static Result<GgufWriter> describe(
        const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes);
    [[nodiscard]] Result<void> beginPart();

    std::vector<Part> m_parts;
    std::size_t m_part = 0; ///< that is being written
    std::int64_t m_next = 0; ///< entry in it
    std::int64_t m_dataBytes = 0;
};

} // namespace bitloom
