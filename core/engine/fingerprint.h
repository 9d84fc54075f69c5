// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace bitloom {

/// Named facts that decide a result; two results are interchangeable if and only if all facts are equal.
struct Fingerprint
{
    nlohmann::json facts = nlohmann::json::object();
    [[nodiscard]] std::string id() const; ///< 24 hexadecimal digits of SHA-256, a folder name
};

/// Keys whose values differ, each as `key (was X, now Y)`; keys that only one side has count as different.
[[nodiscard]] std::vector<std::string> differences(const nlohmann::json& before, const nlohmann::json& now);

/// SHA-256 over a model's files (all parts of a split one): names, sizes and content. Files above 16 MiB are sampled at both ends and at 64 places between.
[[nodiscard]] Result<std::string> modelIdentity(const std::filesystem::path& model);

[[nodiscard]] std::string tokenIdentity(std::span<const std::int64_t> tokens);

/// A fast 64-bit checksum against torn and rotten files (not against forgery), as 16 hexadecimal digits.
[[nodiscard]] std::string checksum(std::span<const std::byte> bytes);

} // namespace bitloom
