// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

struct gguf_context;

namespace bitloom {

/// A tensor of a mapped GGUF file.
struct GgufTensor
{
    std::string name;
    int type = 0; ///< enum ggml_type
    std::vector<std::int64_t> shape; ///< slowest dimension first: [out, in] for a linear layer
    std::span<const std::byte> bytes;
};

/// A mapped .gguf file, or all files of a split model, opened by its first one. open() walks the whole header itself, with bounds, before
/// ggml's own reader sees it, so that no file can crash the process or make it allocate more than the header's own size a few times over.
class GgufFile
{
public:
    [[nodiscard]] static Result<GgufFile> open(const std::filesystem::path& path);

    [[nodiscard]] const std::string& source() const { return m_source; } ///< the path, for messages
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const { return m_tensors; } ///< in file order
    [[nodiscard]] const GgufTensor* find(const std::string& name) const; ///< nullptr if there is none

    [[nodiscard]] bool contains(const std::string& key) const;
    /// A key's value; nullopt where the file has no such key, an Error (InvalidInput) where it has another type.
    [[nodiscard]] Result<std::optional<std::string>> text(const std::string& key) const; ///< valid UTF-8
    [[nodiscard]] Result<std::optional<std::int64_t>> integer(const std::string& key) const;
    [[nodiscard]] Result<std::optional<double>> real(const std::string& key) const;
    [[nodiscard]] Result<std::optional<bool>> flag(const std::string& key) const;
    /// An array; empty where the file has no such key.
    [[nodiscard]] Result<std::vector<std::string>> texts(const std::string& key) const; ///< any bytes but NUL
    [[nodiscard]] Result<std::vector<std::int32_t>> integers(const std::string& key) const;
    [[nodiscard]] Result<std::vector<float>> reals(const std::string& key) const;

    [[nodiscard]] const gguf_context* context() const { return m_context.get(); }

private:
    [[nodiscard]] static Result<GgufFile> openOne(const std::filesystem::path& path);
    [[nodiscard]] Result<void> addParts(const std::filesystem::path& path, std::int64_t count);

    std::string m_source;
    std::vector<GgufTensor> m_tensors;
    std::unordered_map<std::string, std::size_t> m_index;
    std::shared_ptr<const gguf_context> m_context;
    std::vector<std::shared_ptr<const void>> m_owners; ///< keep the mappings alive
};

/// "F32", "Q4_1", ...: the name that Bitloom shows for an enum ggml_type; empty for a number that ggml does not know.
[[nodiscard]] std::string ggmlTypeName(int type);
/// Bytes of one row of `columns` elements; an Error where the type is unknown or does not divide the row.
[[nodiscard]] Result<std::size_t> ggmlRowBytes(int type, std::int64_t columns);
/// Decodes `rows` rows of `columns` elements of any ggml type into out[rows * columns]. `blocks` holds rows * ggmlRowBytes bytes.
[[nodiscard]] Result<void> dequantizeGgml(int type, std::span<const std::byte> blocks, std::int64_t rows, std::int64_t columns, float* out);

} // namespace bitloom
