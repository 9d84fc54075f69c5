// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_block_fit.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {

    constexpr int mostSweeps = 40;
    constexpr int freeSweeps = 8; ///< towards the optimum without rounding, from which blocks are chosen anew

    class BlockFit
    {
    public:
        BlockFit(const GgmlLayout& layout, GgmlNormal& normal, const GgmlRow& row)
            : m_layout(layout)
            , m_normal(normal)
            , m_row(row)
            , m_subs(normal.subs)
            , m_integers(layout.scale == GgmlScale::Integers)
        {
        }

        double fit()
        {
            if (m_integers)
                chooseBlocksAnew();
            for (int sweep = 0; sweep < mostSweeps; ++sweep) {
                const double before = m_gain;
                for (std::int64_t s = 0; s < m_subs; ++s)
                    fitSub(s);
                if (m_integers)
                    for (std::int64_t b = 0; b < m_subs / m_layout.subBlocks(); ++b)
                        fitBlockNumbers(b);
                if (!(m_gain < before))
                    break;
            }
            return m_gain;
        }

    private:
        [[nodiscard]] double at(std::int64_t i, std::int64_t j) const { return m_normal.matrix[i * m_normal.size() + j]; }
        [[nodiscard]] double& slope(std::int64_t i) { return m_normal.slope[static_cast<std::size_t>(i)]; }
        [[nodiscard]] std::int64_t blockOf(std::int64_t sub) const { return sub / m_layout.subBlocks(); }

        void apply(std::int64_t entry, double delta)
        {
            if (delta == 0)
                return;
            const double* column = m_normal.matrix + entry * m_normal.size();
            for (std::int64_t i = 0; i < m_normal.size(); ++i)
                slope(i) += delta * column[i];
        }

        /// A sub-block's scale and offset as the file would hold them.
        struct Numbers
        {
            float scale = 0, offset = 0;
            std::int16_t scaleInteger = 0, offsetInteger = 0;
        };

        [[nodiscard]] Numbers present(std::int64_t s) const
        {
            Numbers numbers { m_row.scale[s], m_row.offset[s], 0, 0 };
            if (m_integers) {
                numbers.scaleInteger = m_row.scaleInteger[s];
                numbers.offsetInteger = m_row.offsetInteger[s];
            }
            return numbers;
        }

        static std::int16_t nearestInteger(double value, double unit, int smallest, int largest)
        {
            const double quotient = unit != 0 ? value / unit : 0;
            return static_cast<std::int16_t>(std::lround(std::clamp(quotient, static_cast<double>(smallest), static_cast<double>(largest))));
        }

        void setScale(Numbers& numbers, double wanted, float blockScale) const
        {
            if (!m_integers) {
                numbers.scale = m_layout.storable(static_cast<float>(wanted));
                return;
            }
            numbers.scaleInteger = nearestInteger(wanted, blockScale, m_layout.smallestScale, m_layout.largestScale);
            numbers.scale = blockScale * static_cast<float>(numbers.scaleInteger);
        }

        void setOffset(Numbers& numbers, double wanted, float blockOffset) const
        {
            if (!m_integers) {
                numbers.offset = -m_layout.storable(static_cast<float>(-wanted));
                return;
            }
            numbers.offsetInteger = nearestInteger(wanted, blockOffset, 0, m_layout.largestOffset);
            numbers.offset = blockOffset * static_cast<float>(numbers.offsetInteger);
        }

        /// Takes the numbers if the objective falls.
        bool take(std::int64_t s, const Numbers& numbers)
        {
            const double scale = static_cast<double>(numbers.scale) - m_row.scale[s];
            double change = 2 * slope(s) * scale + at(s, s) * scale * scale, offset = 0;
            const std::int64_t o = m_subs + s;
            if (m_layout.hasOffset) {
                offset = static_cast<double>(numbers.offset) - m_row.offset[s];
                change += 2 * slope(o) * offset + at(o, o) * offset * offset + 2 * at(s, o) * scale * offset;
            }
            if (!(change < 0))
                return false;
            m_gain += change;
            apply(s, scale);
            if (m_layout.hasOffset)
                apply(o, offset);
            keep(s, numbers);
            return true;
        }

        void keep(std::int64_t s, const Numbers& numbers)
        {
            m_row.scale[s] = numbers.scale;
            m_row.offset[s] = numbers.offset;
            if (m_integers) {
                m_row.scaleInteger[s] = numbers.scaleInteger;
                m_row.offsetInteger[s] = numbers.offsetInteger;
            }
        }

        void fitSub(std::int64_t s)
        {
            const float blockScale = m_integers ? m_row.blockScale[blockOf(s)] : 0, blockOffset = m_integers ? m_row.blockOffset[blockOf(s)] : 0;
            const double own = at(s, s);
            if (m_layout.hasOffset) {
                const std::int64_t o = m_subs + s;
                const double cross = at(s, o), other = at(o, o), determinant = own * other - cross * cross;
                if (determinant > 1e-9 * own * other) {
                    Numbers both = present(s);
                    setScale(both, both.scale - (other * slope(s) - cross * slope(o)) / determinant, blockScale);
                    const double moved = static_cast<double>(both.scale) - m_row.scale[s];
                    setOffset(both, m_row.offset[s] - (slope(o) + cross * moved) / other, blockOffset);
                    if (take(s, both))
                        return;
                }
                if (other > 0) {
                    Numbers numbers = present(s);
                    setOffset(numbers, numbers.offset - slope(o) / other, blockOffset);
                    take(s, numbers);
                }
            }
            if (own > 0) {
                Numbers numbers = present(s);
                setScale(numbers, numbers.scale - slope(s) / own, blockScale);
                take(s, numbers);
            }
        }

        /// What the objective changes by if the entries of block `b` that stand at `origin` (scales or offsets) move by `deltas`.
        [[nodiscard]] double changeOf(std::int64_t b, std::int64_t origin, const std::vector<double>& deltas)
        {
            const std::int64_t first = origin + b * m_layout.subBlocks(), count = m_layout.subBlocks();
            double change = 0;
            for (std::int64_t i = 0; i < count; ++i) {
                const double delta = deltas[static_cast<std::size_t>(i)];
                if (delta == 0)
                    continue;
                const double* row = m_normal.matrix + (first + i) * m_normal.size() + first;
                double sum = 2 * slope(first + i);
                for (std::int64_t j = 0; j < count; ++j)
                    sum += row[j] * deltas[static_cast<std::size_t>(j)];
                change += delta * sum;
            }
            return change;
        }

        /// A block's scale, or its offset, seen alike.
        struct Side
        {
            std::int64_t origin;
            float* block;
            float* sub;
            std::int16_t* integer;
            int smallest, largest;
        };

        [[nodiscard]] Side scales() const
        {
            return { 0, m_row.blockScale, m_row.scale, m_row.scaleInteger, m_layout.smallestScale, m_layout.largestScale };
        }

        [[nodiscard]] Side offsets() const { return { m_subs, m_row.blockOffset, m_row.offset, m_row.offsetInteger, 0, m_layout.largestOffset }; }

        /// Takes `unit` as the block's number, with the integers in m_trial, if the objective falls.
        bool takeBlock(std::int64_t b, const Side& side, float unit)
        {
            const std::int64_t first = b * m_layout.subBlocks();
            for (std::size_t i = 0; i < m_trial.size(); ++i)
                m_deltas[i] = static_cast<double>(unit * static_cast<float>(m_trial[i])) - side.sub[first + static_cast<std::int64_t>(i)];
            const double change = changeOf(b, side.origin, m_deltas);
            if (!(change < 0))
                return false;
            m_gain += change;
            side.block[b] = unit;
            for (std::size_t i = 0; i < m_trial.size(); ++i) {
                const std::int64_t s = first + static_cast<std::int64_t>(i);
                apply(side.origin + s, m_deltas[i]);
                side.integer[s] = m_trial[i];
                side.sub[s] = unit * static_cast<float>(m_trial[i]);
            }
            return true;
        }

        /// The block's f16 that is best for the integers as they are.
        void fitBlockNumber(std::int64_t b, const Side& side)
        {
            const std::int64_t first = b * m_layout.subBlocks(), count = m_layout.subBlocks();
            double curvature = 0, along = 0;
            for (std::int64_t i = 0; i < count; ++i) {
                const double integer = side.integer[first + i];
                m_trial[static_cast<std::size_t>(i)] = side.integer[first + i];
                along += integer * slope(side.origin + first + i);
                for (std::int64_t j = 0; j < count; ++j)
                    curvature += integer * side.integer[first + j] * at(side.origin + first + i, side.origin + first + j);
            }
            if (curvature > 0)
                takeBlock(b, side, m_layout.storable(static_cast<float>(side.block[b] - along / curvature)));
        }

        void fitBlockNumbers(std::int64_t b)
        {
            resizeTrials();
            fitBlockNumber(b, scales());
            if (m_layout.hasOffset)
                fitBlockNumber(b, offsets());
        }

        void resizeTrials()
        {
            m_trial.resize(static_cast<std::size_t>(m_layout.subBlocks()));
            m_deltas.resize(m_trial.size());
        }

        /// Scales and offsets as they would be if any number could be stored.
        [[nodiscard]] std::vector<double> unrounded()
        {
            const std::vector<double> kept = m_normal.slope;
            std::vector<double> wanted(kept.size());
            for (std::int64_t s = 0; s < m_subs; ++s) {
                wanted[static_cast<std::size_t>(s)] = m_row.scale[s];
                if (m_layout.hasOffset)
                    wanted[static_cast<std::size_t>(m_subs + s)] = m_row.offset[s];
            }
            const auto move = [&](std::int64_t entry, double delta) {
                wanted[static_cast<std::size_t>(entry)] += delta;
                apply(entry, delta);
            };
            for (int sweep = 0; sweep < freeSweeps; ++sweep) {
                for (std::int64_t s = 0; s < m_subs; ++s) {
                    const std::int64_t o = m_subs + s;
                    const double own = at(s, s);
                    const double cross = m_layout.hasOffset ? at(s, o) : 0, other = m_layout.hasOffset ? at(o, o) : 1;
                    const double determinant = own * other - cross * cross;
                    if (!(determinant > 1e-6 * own * other))
                        continue;
                    const double otherSlope = m_layout.hasOffset ? slope(o) : 0;
                    const double scale = -(other * slope(s) - cross * otherSlope) / determinant;
                    const double offset = -(own * otherSlope - cross * slope(s)) / determinant;
                    move(s, scale);
                    if (m_layout.hasOffset)
                        move(o, offset);
                }
            }
            m_normal.slope = kept;
            return wanted;
        }

        /// Tries several numbers for each block, from what its largest sub-block wants, with the integers that follow from them.
        void chooseAnew(std::int64_t b, const Side& side, const std::vector<double>& wanted)
        {
            constexpr double parts[] = { 1.12, 1.06, 1, 0.97, 0.94, 0.9, 0.86, 0.8, 0.72, 0.62 };
            const auto first = static_cast<std::size_t>(side.origin + b * m_layout.subBlocks());
            double extreme = 0;
            for (std::size_t i = 0; i < m_trial.size(); ++i)
                if (const double value = wanted[first + i]; (side.smallest < 0 ? std::abs(value) : value) > std::abs(extreme))
                    extreme = value;
            if (extreme == 0)
                return;
            for (const int end : { side.smallest, side.largest }) {
                for (const double part : parts) {
                    if (end == 0)
                        continue;
                    const float unit = m_layout.storable(static_cast<float>(extreme / (end * part)));
                    for (std::size_t i = 0; i < m_trial.size(); ++i)
                        m_trial[i] = nearestInteger(wanted[first + i], unit, side.smallest, side.largest);
                    takeBlock(b, side, unit);
                }
            }
        }

        void chooseBlocksAnew()
        {
            resizeTrials();
            const std::vector<double> wanted = unrounded();
            for (std::int64_t b = 0; b < m_subs / m_layout.subBlocks(); ++b) {
                chooseAnew(b, scales(), wanted);
                if (m_layout.hasOffset)
                    chooseAnew(b, offsets(), wanted);
            }
        }

        const GgmlLayout& m_layout;
        GgmlNormal& m_normal;
        const GgmlRow& m_row;
        std::int64_t m_subs;
        bool m_integers;
        double m_gain = 0;
        std::vector<std::int16_t> m_trial; ///< integers of one block
        std::vector<double> m_deltas;
    };

}

double fitGgmlBlocks(const GgmlLayout& layout, GgmlNormal& normal, const GgmlRow& row)
{
    return BlockFit(layout, normal, row).fit();
}

} // namespace bitloom
