// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bit_allocation.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace bitloom {
namespace {
    /// A step of one tensor from one corner of its hull to the next larger one.
    struct Step
    {
        std::size_t tensor = 0, option = 0;
        std::int64_t bytes = 0; ///< more than before
        double gain = 0; ///< loss less than before
        [[nodiscard]] double slope() const { return gain / static_cast<double>(bytes); }
    };

    /// The options on the lower convex hull, by ascending bytes and descending loss.
    std::vector<std::size_t> hullOf(const std::vector<StorageOption>& options)
    {
        std::vector<std::size_t> order(options.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return options[a].bytes != options[b].bytes ? options[a].bytes < options[b].bytes : options[a].loss < options[b].loss;
        });
        const auto slope = [&](std::size_t from, std::size_t to) {
            return (options[from].loss - options[to].loss) / static_cast<double>(options[to].bytes - options[from].bytes);
        };
        std::vector<std::size_t> hull;
        for (const std::size_t option : order) {
            if (!hull.empty() && (options[option].bytes == options[hull.back()].bytes || options[option].loss >= options[hull.back()].loss))
                continue;
            while (hull.size() >= 2 && slope(hull[hull.size() - 2], hull.back()) <= slope(hull.back(), option))
                hull.pop_back();
            hull.push_back(option);
        }
        return hull;
    }

    /// Options that no other one beats in both size and loss, by ascending bytes and descending loss; 256 at most.
    std::vector<std::size_t> worthwhile(const std::vector<StorageOption>& options)
    {
        std::vector<std::size_t> order(options.size()), kept;
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return options[a].bytes != options[b].bytes ? options[a].bytes < options[b].bytes : options[a].loss < options[b].loss;
        });
        for (const std::size_t option : order)
            if (kept.empty() || (options[option].loss < options[kept.back()].loss && kept.size() < 256))
                kept.push_back(option);
        return kept;
    }

    /// Where everything is smallest, and all steps from there, the best first. A tensor's own steps come in order, since its hull is convex.
    BitAllocation smallest(const std::vector<ErrorCurve>& curves, std::vector<Step>& steps)
    {
        BitAllocation allocation;
        for (std::size_t tensor = 0; tensor < curves.size(); ++tensor) {
            const auto& options = curves[tensor].options;
            const std::vector<std::size_t> hull = hullOf(options);
            allocation.chosen.push_back(hull.front());
            allocation.bytes += options[hull.front()].bytes;
            allocation.loss += options[hull.front()].loss;
            for (std::size_t i = 1; i < hull.size(); ++i)
                steps.push_back({ tensor, hull[i], options[hull[i]].bytes - options[hull[i - 1]].bytes, options[hull[i - 1]].loss - options[hull[i]].loss });
        }
        std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.slope() > b.slope(); });
        return allocation;
    }

    void change(BitAllocation& allocation, const std::vector<ErrorCurve>& curves, std::size_t tensor, std::size_t option)
    {
        const StorageOption &before = curves[tensor].options[allocation.chosen[tensor]], &after = curves[tensor].options[option];
        allocation.bytes += after.bytes - before.bytes;
        allocation.loss += after.loss - before.loss;
        allocation.chosen[tensor] = option;
    }

    /// The change of one tensor, or of one to a larger and another to a smaller option, that lowers the loss most and still fits.
    bool improve(BitAllocation& allocation, const std::vector<ErrorCurve>& curves, std::int64_t budget)
    {
        struct Change
        {
            std::size_t tensor, option;
            std::int64_t bytes;
            double loss;
        };
        std::vector<Change> larger, smaller;
        for (std::size_t tensor = 0; tensor < curves.size(); ++tensor) {
            const auto& options = curves[tensor].options;
            const StorageOption& now = options[allocation.chosen[tensor]];
            for (std::size_t option = 0; option < options.size(); ++option) {
                const Change one { tensor, option, options[option].bytes - now.bytes, options[option].loss - now.loss };
                if (one.loss < 0)
                    larger.push_back(one);
                else if (one.bytes < 0)
                    smaller.push_back(one);
            }
        }
        // For each size that has to be freed, the cheapest way to free it is among the first that are large enough.
        std::sort(smaller.begin(), smaller.end(), [](const Change& a, const Change& b) { return a.loss < b.loss; });
        const std::int64_t room = budget - allocation.bytes;
        double best = -1e-12 * std::max(1.0, allocation.loss);
        const Change *bestLarger = nullptr, *bestSmaller = nullptr;
        for (const Change& up : larger) {
            if (up.bytes <= room) {
                if (up.loss < best) {
                    best = up.loss;
                    bestLarger = &up;
                    bestSmaller = nullptr;
                }
                continue;
            }
            for (const Change& down : smaller) {
                if (up.loss + down.loss >= best)
                    break;
                if (down.tensor == up.tensor || up.bytes + down.bytes > room)
                    continue;
                best = up.loss + down.loss;
                bestLarger = &up;
                bestSmaller = &down;
                break;
            }
        }
        if (bestLarger == nullptr)
            return false;
        change(allocation, curves, bestLarger->tensor, bestLarger->option);
        if (bestSmaller != nullptr)
            change(allocation, curves, bestSmaller->tensor, bestSmaller->option);
        return true;
    }
}

AllocationFront::AllocationFront(std::vector<ErrorCurve> curves, std::int64_t mostUnits)
    : m_curves(std::move(curves))
{
    std::int64_t room = 0, common = 0;
    m_worthwhile.reserve(m_curves.size());
    for (const ErrorCurve& curve : m_curves) {
        m_worthwhile.push_back(worthwhile(curve.options));
        const std::int64_t least = curve.options[m_worthwhile.back().front()].bytes;
        for (const std::size_t option : m_worthwhile.back())
            common = std::gcd(common, curve.options[option].bytes - least);
        room += curve.options[m_worthwhile.back().back()].bytes - least;
    }
    // In units of the greatest common divisor sums are exact; where that would be too many, they are rounded to the nearest.
    m_unit = std::max({ std::int64_t { 1 }, common, (room + mostUnits - 1) / std::max<std::int64_t>(1, mostUnits) });
    m_places = static_cast<std::size_t>((room + m_unit - 1) / m_unit) + 1;
    fill();
}

std::size_t AllocationFront::unitsOf(std::size_t tensor, std::size_t place) const
{
    const auto& options = m_curves[tensor].options;
    return static_cast<std::size_t>((options[m_worthwhile[tensor][place]].bytes - options[m_worthwhile[tensor].front()].bytes + m_unit / 2) / m_unit);
}

void AllocationFront::fill()
{
    std::vector<double> loss(m_places, 0), nextLoss(m_places);
    std::vector<std::int64_t> bytes(m_places, 0), nextBytes(m_places);
    m_taken.assign(m_curves.size(), std::vector<std::uint8_t>(m_places));
    for (std::size_t tensor = 0; tensor < m_curves.size(); ++tensor) {
        std::fill(nextLoss.begin(), nextLoss.end(), std::numeric_limits<double>::infinity());
        for (std::size_t choice = 0; choice < m_worthwhile[tensor].size(); ++choice) {
            const StorageOption& option = m_curves[tensor].options[m_worthwhile[tensor][choice]];
            const std::size_t units = unitsOf(tensor, choice);
            for (std::size_t place = units; place < m_places; ++place) {
                const double sum = loss[place - units] + option.loss;
                if (sum < nextLoss[place]) {
                    nextLoss[place] = sum;
                    nextBytes[place] = bytes[place - units] + option.bytes;
                    m_taken[tensor][place] = static_cast<std::uint8_t>(choice);
                }
            }
        }
        loss.swap(nextLoss);
        bytes.swap(nextBytes);
    }
    std::vector<std::size_t> order(m_places);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return bytes[a] != bytes[b] ? bytes[a] < bytes[b] : loss[a] < loss[b]; });
    for (const std::size_t place : order)
        if (m_points.empty() || (bytes[place] > m_points.back().bytes && loss[place] < m_points.back().loss)) {
            m_points.push_back({ bytes[place], loss[place] });
            m_placeOfPoint.push_back(place);
        }
}

BitAllocation AllocationFront::within(std::int64_t budget) const
{
    const auto after = std::upper_bound(m_points.begin(), m_points.end(), budget, [](std::int64_t bytes, const SizeAndLoss& point) { return bytes < point.bytes; });
    const auto point = static_cast<std::size_t>(after == m_points.begin() ? 0 : after - m_points.begin() - 1);
    BitAllocation allocation { std::vector<std::size_t>(m_curves.size()), m_points[point].bytes, m_points[point].loss };
    std::size_t place = m_placeOfPoint[point];
    for (std::size_t tensor = m_curves.size(); tensor-- > 0;) {
        const std::size_t choice = m_taken[tensor][place];
        allocation.chosen[tensor] = m_worthwhile[tensor][choice];
        place -= unitsOf(tensor, choice);
    }
    return allocation;
}

Result<BitAllocation> allocateBits(const std::vector<ErrorCurve>& curves, std::int64_t budget)
{
    for (const ErrorCurve& curve : curves)
        if (curve.options.empty())
            return fail(ErrorCode::Usage, "no type that may be used fits tensor '{}'; allow another one", curve.tensor);
    std::vector<Step> steps;
    BitAllocation allocation = smallest(curves, steps);
    if (allocation.bytes > budget)
        return fail(ErrorCode::Usage, "a budget of {} bytes for weights is below the smallest possible {}; allow smaller types or raise the budget", budget, allocation.bytes);
    const BitAllocation other = AllocationFront(curves, 1 << 16).within(budget);
    std::vector<bool> stopped(curves.size(), false); // a tensor whose next step did not fit takes no later one of its hull
    for (const Step& step : steps) {
        if (stopped[step.tensor])
            continue;
        if (allocation.bytes + step.bytes > budget)
            stopped[step.tensor] = true;
        else
            change(allocation, curves, step.tensor, step.option);
    }
    if (other.loss < allocation.loss)
        allocation = other;
    constexpr int mostRepairs = 1000;
    for (int i = 0; i < mostRepairs && improve(allocation, curves, budget); ++i) { }
    return allocation;
}

std::vector<SizeAndLoss> paretoCurve(const std::vector<ErrorCurve>& curves, std::size_t points)
{
    std::vector<Step> steps;
    const BitAllocation start = smallest(curves, steps);
    std::vector<SizeAndLoss> all { { start.bytes, start.loss } };
    for (const Step& step : steps)
        all.push_back({ all.back().bytes + step.bytes, all.back().loss - step.gain });
    if (all.size() <= points || points < 2)
        return all;
    std::vector<SizeAndLoss> thinned;
    for (std::size_t i = 0; i < points; ++i)
        thinned.push_back(all[i * (all.size() - 1) / (points - 1)]);
    return thinned;
}

} // namespace bitloom
