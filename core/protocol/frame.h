// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

namespace bitloom {

/// A frame on the wire between studio and engine: four bytes payload length (little-endian, unsigned), then the payload, one
/// CBOR map. Longer frames are refused before anything is allocated for them.
constexpr std::size_t maximumFrameBytes = 64u << 20;

[[nodiscard]] std::vector<std::uint8_t> encodeFrame(const nlohmann::json& message);

/// Puts frames together from a byte stream cut anywhere. After an error the stream cannot be trusted any more and
/// every further call fails. Not thread-safe.
class FrameReader
{
public:
    void append(std::span<const std::uint8_t> bytes);
    /// The next whole message; nullopt when more bytes are needed; an Error (InvalidInput) for a frame that is oversized,
    /// empty, not CBOR, or not a map.
    [[nodiscard]] Result<std::optional<nlohmann::json>> next();

private:
    std::vector<std::uint8_t> m_buffer;
    std::size_t m_consumed = 0;
    std::optional<Error> m_failure;
};

/// A float array as a CBOR byte string: IEEE f32, little-endian.
[[nodiscard]] nlohmann::json packFloats(std::span<const float> values);
[[nodiscard]] Result<std::vector<float>> unpackFloats(const nlohmann::json& json);

} // namespace bitloom
