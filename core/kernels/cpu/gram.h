// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/instruction_set.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace bitloom::kernels {

struct GramPrimitives;

/// gram += Σ_t weights[t * weightStride] · rows[t]ᵀ rows[t], on and below the diagonal; above it unspecified.
struct GramSum
{
    float* gram = nullptr; ///< [columns, columns]
    const float* weights = nullptr; ///< null for ones
    std::int64_t weightStride = 1;
};

/// Sums over the same rows, in pieces of work that any threads may share out: first all of pack(0 ... packTasks() - 1), then all of
/// sum(0 ... sumTasks() - 1), each piece once. Every element of a gram is added up by one piece in the order of the tokens, so the
/// bits do not depend on who does which piece when.
class GramBatch
{
public:
    /// rows [tokens, columns] f32; they and what `sums` point to are only borrowed. The processor must support the instruction set.
    GramBatch(const float* rows, std::int64_t tokens, std::int64_t columns, std::vector<GramSum> sums, InstructionSet set = bestInstructionSet());

    [[nodiscard]] std::int64_t packTasks() const;
    void pack(std::int64_t task) const;
    [[nodiscard]] std::int64_t sumTasks() const; ///< the longest come first
    void sum(std::int64_t task) const;

private:
    struct Release
    {
        void operator()(float* memory) const;
    };

    const float* m_rows;
    std::int64_t m_tokens, m_columns;
    std::vector<GramSum> m_sums;
    const GramPrimitives& m_primitives;
    std::int64_t m_panels, m_blocks;
    /// For each run of gramDepth tokens, for each panel of columns: [tokens, panel's columns], zeros beyond the last column.
    std::unique_ptr<float[], Release> m_packed;
};

/// Copies what lies below the diagonal of gram [n, n] to above it.
void mirrorLowerTriangle(float* gram, std::int64_t n);

} // namespace bitloom::kernels
