// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/calibration_steps.h"

#include <algorithm>
#include <limits>

namespace bitloom {
namespace {
    using Kind = CalibrationStep::Kind;

    /// The fewest repeated forward passes for a run of blocks whose first input is at hand, and where to keep the next input for it.
    class Splits
    {
    public:
        Splits(std::int64_t blocks, std::int64_t kept)
            : m_kept(kept)
            , m_again(cells(blocks))
            , m_first(cells(blocks))
        {
            for (std::int64_t count = 2; count <= blocks; ++count) {
                for (std::int64_t slots = 0; slots <= kept; ++slots) {
                    for (std::int64_t before = 1; before < count && slots > 0; ++before) {
                        const std::int64_t below = cell(m_again, before, slots).cost;
                        improve(cell(m_again, count, slots), before, before, cell(m_again, count - before, slots - 1).cost, below);
                        improve(cell(m_first, count, slots), before, 0, cell(m_first, count - before, slots - 1).cost, below);
                    }
                    if (slots == 0)
                        cell(m_again, count, 0).cost = cell(m_first, count, 0).cost = impossible;
                }
            }
        }

        /// How many blocks lie before the next kept input. `first`: on the first way forward, which passes all blocks anyway.
        [[nodiscard]] std::int64_t before(std::int64_t count, std::int64_t slots, bool first) const
        {
            return (first ? m_first : m_again)[index(count, slots)].before;
        }

    private:
        static constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max() / 4;
        struct Cell
        {
            std::int64_t cost = 0, before = 0;
        };

        [[nodiscard]] std::vector<Cell> cells(std::int64_t blocks) const { return std::vector<Cell>(static_cast<std::size_t>((blocks + 1) * (m_kept + 1))); }
        [[nodiscard]] std::size_t index(std::int64_t count, std::int64_t slots) const { return static_cast<std::size_t>(count * (m_kept + 1) + slots); }
        [[nodiscard]] Cell& cell(std::vector<Cell>& table, std::int64_t count, std::int64_t slots) const { return table[index(count, slots)]; }
        static void improve(Cell& cell, std::int64_t before, std::int64_t forward, std::int64_t above, std::int64_t below)
        {
            const std::int64_t cost = std::min(impossible, forward + above + below);
            if (cell.before == 0 || cost < cell.cost)
                cell = { cost, before };
        }

        std::int64_t m_kept;
        std::vector<Cell> m_again, m_first;
    };

    class Writer
    {
    public:
        Writer(std::int64_t blocks, std::int64_t kept)
            : m_splits(blocks, kept)
        {
        }

        /// The first way forward, which keeps what the last run of blocks needs.
        void forward(std::int64_t blocks, std::int64_t kept)
        {
            steps.push_back({ Kind::Restart, 0 });
            std::int64_t begin = 0, next = 0;
            for (std::int64_t slots = kept; blocks - begin > 1; --slots) {
                next = begin + m_splits.before(blocks - begin, slots, true);
                pass(begin, next);
                begin = next;
            }
            pass(begin, blocks, false);
            steps.push_back({ Kind::Loss, 0 });
        }

        /// Measures blocks end - 1 … begin, the input of `begin` being at hand.
        void back(std::int64_t begin, std::int64_t end, std::int64_t slots, bool first)
        {
            if (end - begin == 1) {
                steps.push_back({ Kind::Measure, begin });
                return;
            }
            const std::int64_t middle = begin + m_splits.before(end - begin, slots, first);
            if (!first) {
                steps.push_back({ Kind::Restart, begin });
                pass(begin, middle);
            }
            back(middle, end, slots - 1, first);
            back(begin, middle, slots, false);
        }

        std::vector<CalibrationStep> steps;

    private:
        void pass(std::int64_t begin, std::int64_t end, bool keep = true)
        {
            for (std::int64_t block = begin; block < end; ++block)
                steps.push_back({ Kind::Forward, block });
            if (keep)
                steps.push_back({ Kind::Keep, end });
        }

        Splits m_splits;
    };
}

std::vector<CalibrationStep> calibrationSteps(std::int64_t blocks, std::int64_t keptInputs)
{
    const std::int64_t kept = std::clamp<std::int64_t>(keptInputs, 1, std::max<std::int64_t>(1, blocks - 1));
    Writer writer(blocks, kept);
    writer.forward(blocks, kept);
    writer.back(0, blocks, kept, true);
    return std::move(writer.steps);
}

} // namespace bitloom
