// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/checkpoints_ahead.h"

#include "core/base/error_in_flight.h"

namespace bitloom {

CheckpointsAhead::CheckpointsAhead(std::filesystem::path folder, std::vector<LinearLayer> layers)
    : m_folder(std::move(folder))
    , m_layers(std::move(layers))
{
    for (std::size_t i = 0; i < m_layers.size(); ++i)
        m_index.emplace(m_layers[i].name, i);
}

Result<std::optional<WeightFormat>> CheckpointsAhead::read(const std::string& name)
{
    const auto found = m_index.find(name);
    if (found == m_index.end())
        return std::nullopt;
    const std::size_t index = found->second;
    const LinearLayer& layer = m_layers[index];
    if (m_last)
        m_after[m_layers[*m_last].module] = { layer.module, layer.block - m_layers[*m_last].block };
    m_last = index;
    m_asked.insert(index);
    const bool isHere = m_coming && m_coming->index == index;
    auto solved = isHere ? m_coming->layer.get() : readCheckpoint(m_folder, layer.name, layer.out, layer.in);
    if (isHere)
        m_coming.reset();
    if (const auto next = likelyAfter(index); next && !m_coming)
        readAhead(*next);
    if (!solved)
        return forward(solved);
    return std::optional<WeightFormat>(std::move(solved->weight));
}

std::optional<std::size_t> CheckpointsAhead::likelyAfter(std::size_t index) const
{
    std::optional<std::size_t> next;
    const auto after = m_after.find(m_layers[index].module);
    for (std::size_t i = 0; after != m_after.end() && i < m_layers.size(); ++i) {
        if (m_layers[i].module == after->second.first && m_layers[i].block == m_layers[index].block + after->second.second)
            next = i;
    }
    if (!next && index + 1 < m_layers.size())
        next = index + 1;
    return next && !m_asked.contains(*next) ? next : std::nullopt;
}

void CheckpointsAhead::readAhead(std::size_t index)
{
    m_coming = Coming { index, std::async(std::launch::async, [folder = m_folder, layer = m_layers[index]] {
                           return catching("reading the checkpoint of " + layer.name, [&] { return readCheckpoint(folder, layer.name, layer.out, layer.in); });
                       }) };
}

} // namespace bitloom
