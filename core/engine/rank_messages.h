// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_data.h"
#include "core/ranks/ranks.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bitloom {

/// What ranks say to each other: facts, and tensors with them.
struct RankMessage
{
    nlohmann::json facts = nlohmann::json::object();
    std::vector<TensorData> tensors;

    [[nodiscard]] const TensorData* find(const std::string& name) const; ///< nullptr if there is none
};

/// What is said where. Everything but the sums goes between rank 0 and another.
namespace rank_channel {
    constexpr int command = 1; ///< rank 0 -> each: {"do": "prepare" | "compare" | "calibrate" | "solve" | "report" | "end", ...}
    constexpr int sums = 2; ///< each -> the next lower rank: one block's running sums
    constexpr int losses = 3; ///< each -> rank 0: {"losses": [...]}
    constexpr int layers = 4; ///< each -> rank 0: what it solved, if anything, and that it wants another layer
    constexpr int report = 5; ///< each -> rank 0: {"peak_memory_bytes": n}
    constexpr int firstReply = 16; ///< rank 0 -> each: a layer to solve; one channel for each of its threads
}

[[nodiscard]] Result<void> sendMessage(Ranks& ranks, int to, int channel, const RankMessage& message);
[[nodiscard]] Result<RankMessage> receiveMessage(Ranks& ranks, int from, int channel);

/// Sends a command to every other rank.
[[nodiscard]] Result<void> tellRanks(Ranks& ranks, const RankMessage& command);

} // namespace bitloom
