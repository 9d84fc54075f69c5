// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace bitloom {

/// How far a run is with its layers, and how long the rest takes at the pace of those that it finished of late. Layers that an earlier run
/// had finished count as done and never towards the pace.
class LayerPace
{
public:
    using Clock = std::chrono::steady_clock;

    void clear(); ///< a new run
    void take(const LayerEvent& event, Clock::time_point now = Clock::now());
    void resumed(Clock::time_point now = Clock::now()); ///< the time before, in which the run was held, does not count

    [[nodiscard]] int total() const { return static_cast<int>(m_layers.size()); }
    [[nodiscard]] int done() const { return m_done; }
    [[nodiscard]] int solving() const { return m_solving; } ///< at this moment; several where they are solved side by side
    /// Seconds until the last layer is solved; nothing while too few layers are done to tell.
    [[nodiscard]] std::optional<double> secondsLeft(Clock::time_point now = Clock::now()) const;

private:
    [[nodiscard]] std::size_t window() const; ///< layers whose pace counts: those of two decoder blocks, so that small and large ones are in it alike

    std::unordered_map<std::string, LayerState> m_layers;
    std::unordered_map<int, int> m_layersOfBlock;
    int m_done = 0, m_solving = 0, m_mostAtOnce = 0;
    std::deque<double> m_seconds; ///< between one finished layer and the next, oldest first
    std::optional<Clock::time_point> m_since; ///< when the last layer was finished, or the first begun
};

} // namespace bitloom
