// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/layer_checkpoint.h"
#include "core/model/config.h"

#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bitloom {

/// Reads layers' checkpoints for an export, the next one in the background while the last one is being written. From one thread.
class CheckpointsAhead
{
public:
    CheckpointsAhead(std::filesystem::path folder, std::vector<LinearLayer> layers);
    /// nullopt for a layer that is none of these.
    [[nodiscard]] Result<std::optional<WeightFormat>> read(const std::string& layer);

private:
    struct Coming
    {
        std::size_t index;
        std::future<Result<SolvedLayer>> layer;
    };
    void readAhead(std::size_t index);
    /// The layer that is likely to be asked for after this one: what came after its module in the block before, or the next in the model.
    [[nodiscard]] std::optional<std::size_t> likelyAfter(std::size_t index) const;

    std::filesystem::path m_folder;
    std::vector<LinearLayer> m_layers;
    std::map<std::string, std::size_t> m_index;
    std::map<std::string, std::pair<std::string, std::int64_t>> m_after; ///< module -> the module asked for next, and in how many blocks more
    std::optional<std::size_t> m_last;
    std::set<std::size_t> m_asked;
    std::optional<Coming> m_coming;
};

} // namespace bitloom
