// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"

#include <bit>
#include <cstring>

namespace bitloom {
namespace {
    constexpr std::size_t prefixBytes = 4;
    static_assert(std::endian::native == std::endian::little, "frames and float arrays are written in host order");
}

std::vector<std::uint8_t> encodeFrame(const nlohmann::json& message)
{
    std::vector<std::uint8_t> frame(prefixBytes);
    nlohmann::json::to_cbor(message, frame);
    const auto length = static_cast<std::uint32_t>(frame.size() - prefixBytes);
    std::memcpy(frame.data(), &length, prefixBytes);
    return frame;
}

void FrameReader::append(std::span<const std::uint8_t> bytes)
{
    if (m_failure)
        return;
    // Consumed bytes go away only when they are the larger part, so that a burst of small frames is not moved again and again.
    if (m_consumed > m_buffer.size() / 2) {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_consumed));
        m_consumed = 0;
    }
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
}

Result<std::optional<nlohmann::json>> FrameReader::next()
{
    const auto broken = [this](auto&& failure) -> tl::unexpected<Error> {
        m_failure = failure.value();
        m_buffer.clear();
        m_consumed = 0;
        return tl::make_unexpected(*m_failure);
    };
    if (m_failure)
        return tl::make_unexpected(*m_failure);
    const std::size_t available = m_buffer.size() - m_consumed;
    if (available < prefixBytes)
        return std::nullopt;
    std::uint32_t length = 0;
    std::memcpy(&length, m_buffer.data() + m_consumed, prefixBytes);
    if (length == 0 || length > maximumFrameBytes)
        return broken(fail(ErrorCode::InvalidInput, "frame announces {} bytes, expected 1 to {}", length, maximumFrameBytes));
    if (available - prefixBytes < length)
        return std::nullopt;
    const std::uint8_t* payload = m_buffer.data() + m_consumed + prefixBytes;
    nlohmann::json message;
    try {
        // Exceptions stay on: with them off, nlohmann still throws for a length beyond what memory can hold.
        message = nlohmann::json::from_cbor(payload, payload + length);
    } catch (const std::exception& error) {
        return broken(fail(ErrorCode::InvalidInput, "frame of {} bytes is not valid CBOR: {}", length, error.what()));
    }
    m_consumed += prefixBytes + length;
    if (!message.is_object())
        return broken(fail(ErrorCode::InvalidInput, "frame holds a CBOR {}, expected a map", message.type_name()));
    return std::optional<nlohmann::json>(std::move(message));
}

nlohmann::json packFloats(std::span<const float> values)
{
    std::vector<std::uint8_t> bytes(values.size_bytes());
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return nlohmann::json::binary(std::move(bytes));
}

Result<std::vector<float>> unpackFloats(const nlohmann::json& json)
{
    if (!json.is_binary())
        return fail(ErrorCode::InvalidInput, "float array is a {}, expected a byte string", json.type_name());
    const auto& bytes = json.get_binary();
    if (bytes.size() % sizeof(float) != 0)
        return fail(ErrorCode::InvalidInput, "float array has {} bytes, expected a multiple of {}", bytes.size(), sizeof(float));
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

} // namespace bitloom
