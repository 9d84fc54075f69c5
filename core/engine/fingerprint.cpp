// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fingerprint.h"

#include "core/base/sha256.h"
#include "core/io/gguf_split.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    constexpr std::uint64_t wholeFileLimit = 16u << 20, edgeBytes = 1u << 20, sampleBytes = 64u << 10;
    constexpr int samples = 64;

    Result<void> hashRange(std::ifstream& stream, const fs::path& file, std::uint64_t offset, std::uint64_t count, Sha256& hash)
    {
        std::vector<char> buffer(std::min<std::uint64_t>(count, 1u << 20));
        stream.seekg(static_cast<std::streamoff>(offset));
        while (count > 0) {
            const std::uint64_t wanted = std::min<std::uint64_t>(count, buffer.size());
            if (!stream.read(buffer.data(), static_cast<std::streamsize>(wanted)))
                return fail(ErrorCode::Io, "{}: could not read {} bytes at offset {}", file.string(), wanted, offset);
            hash.update(std::string_view(buffer.data(), wanted));
            count -= wanted;
            offset += wanted;
        }
        return {};
    }

    Result<void> hashFile(const fs::path& file, Sha256& hash)
    {
        std::error_code error;
        const std::uint64_t size = fs::file_size(file, error);
        std::ifstream stream(file, std::ios::binary);
        if (error || !stream)
            return fail(ErrorCode::Io, "{}: cannot be read", file.string());
        hash.update(fmt::format("{}:{}:", file.filename().string(), size));
        if (size <= wholeFileLimit)
            return hashRange(stream, file, 0, size, hash);
        BITLOOM_CHECK(hashRange(stream, file, 0, edgeBytes, hash));
        const std::uint64_t span = size - 2 * edgeBytes - sampleBytes;
        for (int i = 0; i < samples; ++i)
            BITLOOM_CHECK(hashRange(stream, file, edgeBytes + span / samples * static_cast<std::uint64_t>(i), sampleBytes, hash));
        return hashRange(stream, file, size - edgeBytes, edgeBytes, hash);
    }
}

std::string Fingerprint::id() const
{
    return sha256(facts.dump()).substr(0, 24);
}

std::vector<std::string> differences(const nlohmann::json& before, const nlohmann::json& now)
{
    std::vector<std::string> result;
    const auto text = [](const nlohmann::json& object, const std::string& key) {
        std::string value = object.contains(key) ? object.at(key).dump() : "none";
        if (value.size() > 60)
            value.replace(57, std::string::npos, "...");
        return value;
    };
    nlohmann::json keys = now;
    for (const auto& [key, value] : before.items())
        keys[key] = value;
    for (const auto& [key, value] : keys.items()) {
        if (!before.contains(key) || !now.contains(key) || before.at(key) != now.at(key))
            result.push_back(fmt::format("{} (was {}, now {})", key, text(before, key), text(now, key)));
    }
    return result;
}

Result<std::string> modelIdentity(const std::filesystem::path& model)
{
    Sha256 hash;
    std::error_code error;
    if (!fs::is_directory(model, error)) {
        for (const fs::path& file : ggufParts(model))
            BITLOOM_CHECK(hashFile(file, hash));
        return hash.finish();
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(model, error)) {
        const std::string extension = entry.path().extension().string();
        std::error_code ignored;
        if (entry.is_regular_file(ignored) && (extension == ".json" || extension == ".safetensors" || extension == ".bin" || extension == ".model"))
            files.push_back(entry.path());
    }
    if (error)
        return fail(ErrorCode::Io, "{}: cannot be listed: {}", model.string(), error.message());
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
        BITLOOM_CHECK(hashFile(file, hash));
    return hash.finish();
}

std::string tokenIdentity(std::span<const std::int64_t> tokens)
{
    Sha256 hash;
    hash.update(std::as_bytes(tokens));
    return hash.finish();
}

std::string checksum(std::span<const std::byte> bytes)
{
    // Four independent multiply-rotate lanes keep this at memory speed.
    constexpr std::array<std::uint64_t, 4> primes { 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9, 0xff51afd7ed558ccd };
    std::array<std::uint64_t, 4> lanes = primes;
    std::size_t offset = 0;
    for (; offset + 32 <= bytes.size(); offset += 32) {
        for (std::size_t lane = 0; lane < 4; ++lane) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + offset + 8 * lane, 8);
            lanes[lane] = std::rotl(lanes[lane] ^ word, 29) * primes[lane];
        }
    }
    std::array<std::uint64_t, 4> tail {};
    if (offset < bytes.size())
        std::memcpy(tail.data(), bytes.data() + offset, bytes.size() - offset);
    std::uint64_t result = bytes.size();
    for (std::size_t lane = 0; lane < 4; ++lane) {
        result = std::rotl(result ^ lanes[lane], 31) * primes[3 - lane];
        result = std::rotl(result ^ tail[lane], 27) * primes[lane];
    }
    return fmt::format("{:016x}", result ^ (result >> 29));
}

} // namespace bitloom
