// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bit_allocation.h"
#include "core/protocol/messages.h"
#include "widgets/plan_table.h"

#include <optional>

namespace bitloom {

/// The types that a size buys, and what they cost.
struct LiveAllocation
{
    std::vector<TensorSummary> tensors; ///< of weight matrices
    std::int64_t fileBytes = 0;
    double bitsPerWeight = 0; ///< of all tensors
    double loss = 0; ///< predicted increase of the mean loss of a token, without tensors that are not measured
    int notMeasured = 0; ///< tensors whose wished type has no measured loss
};

/// Chooses the types of a GGUF file's tensors under any size at once, from what the engine measured. All sizes are solved when wishes are set; asking for one is
/// then a matter of microseconds.
class LivePlan
{
public:
    /// Tensors without any option are left out.
    explicit LivePlan(MeasuredCurves curves);

    /// Tensors that somebody wants a type for get that type under every size. `types`: that may be chosen from; empty: the engine's candidates.
    void setWishes(const TypeWishes& wishes, const std::vector<std::string>& types);
    /// As much as `bitsPerWeight` of all tensors allows; the smallest where nothing is so small.
    [[nodiscard]] LiveAllocation at(double bitsPerWeight) const;
    [[nodiscard]] double leastBits() const { return bitsOf(m_front.points().front().bytes); }
    [[nodiscard]] double mostBits() const { return bitsOf(m_front.points().back().bytes); }
    /// The best of each size, thinned out to a picture.
    [[nodiscard]] std::vector<SizePoint> sizes() const;
    /// What storing a tensor in the smallest of the engine's candidates is predicted to cost; by tensor name.
    [[nodiscard]] QHash<QString, double> sensitivities() const;

private:
    struct Choices
    {
        std::vector<const TypeOption*> options; ///< in the order of the curve of m_front
    };
    [[nodiscard]] double bitsOf(std::int64_t matrixBytes) const;

    MeasuredCurves m_curves;
    std::vector<Choices> m_choices;
    AllocationFront m_front;
};

} // namespace bitloom
