// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_solver.h"
#include "core/engine/rank_messages.h"

namespace bitloom {

/// What rank 0 has to hand out. Thread-safe.
class LayerBoard
{
public:
    virtual ~LayerBoard() = default;
    /// The next layer that nobody has begun, of those that several may be solved of at a time (`together`), or of the others; null where none is left.
    [[nodiscard]] virtual const LinearLayer* next(bool together) = 0;
    [[nodiscard]] virtual Result<RankMessage> problem(const LinearLayer& layer) = 0;
    [[nodiscard]] virtual Result<void> solvedElsewhere(const StoredCheckpoint& checkpoint) = 0;
    [[nodiscard]] virtual bool stopped() = 0;
};

/// Rank 0: hands out layers to the other ranks, one at a time to each of their threads, and takes in each checkpoint as it is done, until none is
/// left. A rank that is faster gets more of them; which rank solves a layer changes nothing in it on processors of one kind.
/// A layer's packed statistics travel to its rank once, its codes and codebook back.
[[nodiscard]] Result<void> serveLayers(Ranks& ranks, LayerBoard& board);

/// Another rank: asks for layers with all threads and solves them, until there are none.
[[nodiscard]] Result<void> solveForRankZero(const PreparedJob& job, JobListener& listener, JobControl& control, Ranks& ranks);

} // namespace bitloom
