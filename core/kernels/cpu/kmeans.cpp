// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/kmeans.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

// The same code for wider vectors, picked at run time.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define BITLOOM_WIDE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BITLOOM_WIDE_CLONES
#endif

namespace bitloom {
namespace {
    constexpr double negligibleShare = 1e-13;
    constexpr std::int32_t candidatesPerLevel = 4; ///< 8 gave no better objective after a solver's descent
    constexpr int lloydRounds = 50;

    using Doubles = double __attribute__((vector_size(32)));
    using Longs = std::int64_t __attribute__((vector_size(32)));

    /// What one call needs, kept by each thread so that a layer's thousands of rows allocate nothing.
    struct Workspace
    {
        std::vector<std::uint64_t> order, orderScratch; // (sortable bits of the value) << 32 | index
        std::vector<double> points; // distinct values of positive weight, ascending, minus their weighted mean
        std::vector<double> pointWeights;
        std::vector<double> mass, moment; // prefix sums of f and f w, [points + 1]
        std::vector<double> everyMass, everyMoment; // the whole of them, while mass and moment hold only some
        std::vector<float> share; // of the levels that belong between a point and the next
        std::vector<std::int32_t> candidates; // borders that may be chosen
        std::vector<double> explained, nextExplained; // best Σ (Σ f w)² / Σ f of a prefix, [points + 1]
        std::vector<std::int32_t> cuts; // [levels + 1][points + 1]: where the last cluster of the best clustering begins
        std::vector<std::int32_t> bounds; // [levels + 1]: where each cluster begins, and the end
        std::vector<std::int32_t> bins; // each value's
    };

    std::uint32_t sortableBits(float value)
    {
        const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F); // -0 becomes +0
        return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
    }

    /// Radix sort; a comparison sort would cost as much as the dynamic program.
    void sortByValue(const float* values, std::int64_t count, Workspace& work)
    {
        const auto size = static_cast<std::size_t>(count);
        work.order.resize(size);
        work.orderScratch.resize(size);
        std::array<std::array<std::uint32_t, 256>, 4> histogram {};
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint32_t key = sortableBits(values[i]);
            work.order[i] = std::uint64_t(key) << 32 | i;
            for (std::size_t digit = 0; digit < 4; ++digit)
                ++histogram[digit][key >> (8 * digit) & 255];
        }
        for (std::size_t digit = 0; digit < 4; ++digit) {
            std::uint32_t begin = 0;
            for (auto& bucket : histogram[digit])
                begin += std::exchange(bucket, begin);
            for (const std::uint64_t entry : work.order)
                work.orderScratch[histogram[digit][entry >> (32 + 8 * digit) & 255]++] = entry;
            work.order.swap(work.orderScratch);
        }
    }

    /// Collects the distinct values that count, and their prefix sums. Returns the weighted mean that was subtracted.
    double gatherPoints(const float* values, const float* weights, std::int64_t count, Workspace& work)
    {
        double total = 0;
        double weightedSum = 0;
        double plainSum = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            const double weight = weights[i] > 0 ? weights[i] : 0;
            total += weight;
            weightedSum += weight * values[i];
            plainSum += values[i];
        }
        const bool unit = total <= 0;
        const double mean = unit ? plainSum / static_cast<double>(count) : weightedSum / total;
        const double threshold = total * negligibleShare;

        work.points.clear();
        work.pointWeights.clear();
        std::uint32_t lastKey = 0;
        for (const std::uint64_t entry : work.order) {
            const auto i = static_cast<std::uint32_t>(entry);
            const auto key = static_cast<std::uint32_t>(entry >> 32);
            const double weight = unit ? 1.0 : weights[i];
            if (!(weight > threshold))
                continue;
            if (!work.points.empty() && key == lastKey) {
                work.pointWeights.back() += weight;
            } else {
                work.points.push_back(values[i] - mean);
                work.pointWeights.push_back(weight);
                lastKey = key;
            }
        }

        const std::size_t points = work.points.size();
        work.mass.resize(points + 1);
        work.moment.resize(points + 1);
        work.mass[0] = work.moment[0] = 0;
        for (std::size_t i = 0; i < points; ++i) {
            work.mass[i + 1] = work.mass[i] + work.pointWeights[i];
            work.moment[i + 1] = work.moment[i] + work.pointWeights[i] * work.points[i];
        }
        return mean;
    }

    struct Cut
    {
        double explained;
        std::int32_t begin;
    };

    /// The best begin in [low, high] of a last cluster that ends at `end`; the leftmost where several are equal.
    /// Minimising the inertia Σ f w² - Σ (Σ f w)²/Σ f is maximising the second sum, so Σ f w² is never needed.
    BITLOOM_WIDE_CLONES
    Cut bestCut(const double* explained, const double* mass, const double* moment, std::int32_t end, std::int32_t low, std::int32_t high)
    {
        const double endMass = mass[end];
        const double endMoment = moment[end];
        Cut best { -std::numeric_limits<double>::infinity(), low };
        std::int32_t begin = low;
        if (high - low >= 7) {
            Doubles bestValues = Doubles {} + best.explained;
            Longs bestBegins = Longs {} + low;
            Longs begins = Longs { 0, 1, 2, 3 } + low;
            for (; begin + 3 <= high; begin += 4, begins += 4) {
                Doubles prefix;
                Doubles clusterMass;
                Doubles clusterMoment;
                std::memcpy(&prefix, explained + begin, sizeof prefix);
                std::memcpy(&clusterMass, mass + begin, sizeof clusterMass);
                std::memcpy(&clusterMoment, moment + begin, sizeof clusterMoment);
                clusterMass = endMass - clusterMass;
                clusterMoment = endMoment - clusterMoment;
                const Doubles values = prefix + clusterMoment * clusterMoment / clusterMass;
                const Longs better = values > bestValues;
                bestValues = better ? values : bestValues;
                bestBegins = better ? begins : bestBegins;
            }
            for (int lane = 0; lane < 4; ++lane) {
                const auto laneBegin = static_cast<std::int32_t>(bestBegins[lane]);
                if (bestValues[lane] > best.explained || (bestValues[lane] == best.explained && laneBegin < best.begin))
                    best = { bestValues[lane], laneBegin };
            }
        }
        for (; begin <= high; ++begin) {
            const double clusterMoment = endMoment - moment[begin];
            const double value = explained[begin] + clusterMoment * clusterMoment / (endMass - mass[begin]);
            if (value > best.explained)
                best = { value, begin };
        }
        return best;
    }

    /// Fills one level of the dynamic program for the prefix ends [firstEnd, lastEnd].
    class Level
    {
    public:
        Level(Workspace& work, const std::int32_t* previousCuts, std::int32_t* cuts)
            : m_work(work)
            , m_previousCuts(previousCuts)
            , m_cuts(cuts)
        {
        }

        void solve(std::int32_t firstEnd, std::int32_t lastEnd, std::int32_t lowestCut, std::int32_t highestCut)
        {
            while (firstEnd <= lastEnd) {
                const std::int32_t end = firstEnd + (lastEnd - firstEnd) / 2;
                // Neither a longer prefix nor one cluster more ever moves the last cut to the left.
                const std::int32_t high = std::min(highestCut, end - 1);
                const std::int32_t low = std::min(std::max(lowestCut, m_previousCuts[end - 1]), high);
                const Cut best = bestCut(m_work.explained.data(), m_work.mass.data(), m_work.moment.data(), end, low, high);
                m_work.nextExplained[static_cast<std::size_t>(end)] = best.explained;
                m_cuts[end] = best.begin;
                solve(firstEnd, end - 1, lowestCut, best.begin);
                firstEnd = end + 1;
                lowestCut = best.begin;
            }
        }

    private:
        Workspace& m_work;
        const std::int32_t* m_previousCuts;
        std::int32_t* m_cuts;
    };

    /// Exact clustering of the gathered prefix sums into `levels` runs, levels < borders - 1: work.bounds [levels + 1].
    void cutOptimally(Workspace& work, int levels)
    {
        const auto points = static_cast<std::int32_t>(work.mass.size()) - 1;
        const std::size_t stride = work.mass.size();
        work.explained.resize(stride);
        work.nextExplained.resize(stride);
        work.cuts.resize(stride * static_cast<std::size_t>(levels + 1));
        const auto row = [&](int level) { return work.cuts.data() + stride * static_cast<std::size_t>(level); };

        std::fill_n(row(1), stride, 0);
        for (std::size_t end = 1; end < stride; ++end)
            work.explained[end] = work.moment[end] * work.moment[end] / work.mass[end];
        for (int level = 2; level <= levels; ++level) {
            const std::int32_t lastEnd = points - (levels - level); // each cluster after this one needs a point
            Level(work, row(level - 1), row(level)).solve(level == levels ? points : level, lastEnd, level - 1, lastEnd - 1);
            work.explained.swap(work.nextExplained);
        }

        work.bounds.resize(static_cast<std::size_t>(levels) + 1);
        work.bounds.back() = points;
        for (int level = levels; level >= 1; --level)
            work.bounds[static_cast<std::size_t>(level) - 1] = row(level)[work.bounds[static_cast<std::size_t>(level)]];
    }

    double centre(const Workspace& work, std::int32_t begin, std::int32_t end)
    {
        const auto b = static_cast<std::size_t>(begin), e = static_cast<std::size_t>(end);
        return (work.moment[e] - work.moment[b]) / (work.mass[e] - work.mass[b]);
    }

    /// Moves each border to the middle of its two centres, over and over. Every cluster keeps a point.
    void moveBorders(Workspace& work)
    {
        std::vector<std::int32_t>& bounds = work.bounds;
        for (int round = 0; round < lloydRounds; ++round) {
            bool moved = false;
            double below = centre(work, bounds[0], bounds[1]);
            for (std::size_t q = 1; q + 1 < bounds.size(); ++q) {
                const double above = centre(work, bounds[q], bounds[q + 1]), middle = 0.5 * (below + above);
                std::int32_t border = bounds[q];
                while (border > bounds[q - 1] + 1 && work.points[static_cast<std::size_t>(border) - 1] > middle)
                    --border;
                while (border < bounds[q + 1] - 1 && work.points[static_cast<std::size_t>(border)] <= middle)
                    ++border;
                moved = moved || border != bounds[q];
                bounds[q] = border;
                below = above;
            }
            if (!moved)
                return;
        }
    }

    /// Within 6 % for positive normal numbers: a third of the exponent, with the bits of the mantissa below it.
    float roughCubeRoot(float value)
    {
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) / 3 + 0x2a514067U);
    }

    /// The borders that the dynamic program may choose from: as dense as the cube root of the density of the mass, which is the optimum
    /// for many levels (Panter and Dite, "Quantization distortion in pulse-count modulation with nonuniform spacing of levels", Proc. IRE
    /// 1951). work.candidates: ascending, from 0 to the number of points.
    void chooseCandidates(Workspace& work, std::int32_t wanted)
    {
        const auto points = static_cast<std::int32_t>(work.points.size());
        const auto share = [&](std::int32_t i) { // of the interval from point i to the next
            const auto at = static_cast<std::size_t>(i);
            const auto width = static_cast<float>(work.points[at + 1] - work.points[at]);
            return roughCubeRoot(static_cast<float>(work.pointWeights[at] + work.pointWeights[at + 1]) * width * width);
        };
        float total = 0;
        work.share.resize(static_cast<std::size_t>(points));
        for (std::int32_t i = 0; i + 1 < points; ++i)
            total += work.share[static_cast<std::size_t>(i)] = share(i);
        work.candidates.assign(1, 0);
        const float step = total / static_cast<float>(wanted);
        float sum = 0;
        for (std::int32_t i = 0; i + 1 < points; ++i) {
            sum += work.share[static_cast<std::size_t>(i)];
            if (sum >= step) {
                work.candidates.push_back(i + 1);
                sum -= step * std::floor(sum / step);
            }
        }
        work.candidates.push_back(points);
    }

    void cutNearlyOptimally(Workspace& work, int levels)
    {
        const std::int32_t wanted = candidatesPerLevel * levels;
        if (static_cast<std::int32_t>(work.points.size()) < 2 * wanted)
            return cutOptimally(work, levels);
        chooseCandidates(work, wanted);
        if (static_cast<int>(work.candidates.size()) <= levels + 1)
            return cutOptimally(work, levels);
        work.everyMass.swap(work.mass);
        work.everyMoment.swap(work.moment);
        work.mass.clear();
        work.moment.clear();
        for (const std::int32_t candidate : work.candidates) {
            work.mass.push_back(work.everyMass[static_cast<std::size_t>(candidate)]);
            work.moment.push_back(work.everyMoment[static_cast<std::size_t>(candidate)]);
        }
        cutOptimally(work, levels);
        work.mass.swap(work.everyMass);
        work.moment.swap(work.everyMoment);
        for (std::int32_t& bound : work.bounds)
            bound = work.candidates[static_cast<std::size_t>(bound)];
        moveBorders(work);
    }

    /// The mean of each cluster, summed anew: a difference of prefix sums has lost digits.
    void setCentroids(const Workspace& work, double mean, float* centroids)
    {
        for (std::size_t level = 0; level + 1 < work.bounds.size(); ++level) {
            double mass = 0;
            double moment = 0;
            for (auto i = static_cast<std::size_t>(work.bounds[level]); i < static_cast<std::size_t>(work.bounds[level + 1]); ++i) {
                mass += work.pointWeights[i];
                moment += work.pointWeights[i] * work.points[i];
            }
            centroids[level] = static_cast<float>(mean + moment / mass);
        }
    }

    /// Codes of all values in one walk over them in ascending order; a value half way belongs to the lower centroid.
    void assignNearest(const float* values, int levels, const float* centroids, const Workspace& work, std::uint8_t* codes)
    {
        int code = 0;
        for (const std::uint64_t entry : work.order) {
            const auto i = static_cast<std::uint32_t>(entry);
            const double value = values[i];
            while (code + 1 < levels && std::abs(centroids[code + 1] - value) < std::abs(value - centroids[code]))
                ++code;
            codes[i] = static_cast<std::uint8_t>(code);
        }
    }

    constexpr int histogramBins = 512; ///< up to histogramLevels levels, several to the narrowest cluster of real weights
    constexpr int histogramLevels = 16;
    constexpr int histogramCandidates = candidatesPerLevel * histogramLevels;
    constexpr int smoothedBins = 8; ///< to each side

    BITLOOM_WIDE_CLONES
    void findBins(const float* values, std::int64_t count, float minimum, float scale, std::int32_t* bins)
    {
        for (std::int64_t i = 0; i < count; ++i)
            bins[i] = static_cast<std::int32_t>((values[i] - minimum) * scale);
    }

    /// codes[i] = the number of borders below values[i].
    BITLOOM_WIDE_CLONES
    void countBordersBelow(const float* values, std::int64_t count, const float* borders, int number, std::uint8_t* codes)
    {
        constexpr std::int64_t block = 64;
        std::int64_t begin = 0;
        for (; begin + block <= count; begin += block) {
            std::int32_t below[block] = {};
            for (int q = 0; q < number; ++q)
                for (std::int64_t i = 0; i < block; ++i)
                    below[i] += values[begin + i] > borders[q] ? 1 : 0;
            for (std::int64_t i = 0; i < block; ++i)
                codes[begin + i] = static_cast<std::uint8_t>(below[i]);
        }
        for (; begin < count; ++begin) {
            int below = 0;
            for (int q = 0; q < number; ++q)
                below += values[begin] > borders[q] ? 1 : 0;
            codes[begin] = static_cast<std::uint8_t>(below);
        }
    }

    BITLOOM_WIDE_CLONES
    void findRange(const float* values, std::int64_t count, float& minimum, float& maximum)
    {
        constexpr std::int64_t block = 32;
        float low[block], high[block];
        std::int64_t begin = 0;
        for (std::int64_t k = 0; k < block; ++k)
            low[k] = high[k] = values[0];
        for (; begin + block <= count; begin += block)
            for (std::int64_t k = 0; k < block; ++k) {
                low[k] = values[begin + k] < low[k] ? values[begin + k] : low[k];
                high[k] = values[begin + k] > high[k] ? values[begin + k] : high[k];
            }
        minimum = *std::min_element(low, low + block);
        maximum = *std::max_element(high, high + block);
        for (; begin < count; ++begin) {
            minimum = std::min(minimum, values[begin]);
            maximum = std::max(maximum, values[begin]);
        }
    }

    /// The best clustering of candidates [0, number] into runs, by dynamic programming over all pairs: bounds [levels + 1], indices into mass
    /// and moment, which are prefix sums.
    BITLOOM_WIDE_CLONES
    void chooseBorders(const float* mass, const float* moment, int number, int levels, int* bounds)
    {
        const int ends = (number + 15) / 16 * 16; // end k is candidate k + 1
        float explained[histogramCandidates], next[histogramCandidates];
        std::int32_t begins[histogramLevels][histogramCandidates];
        float endMass[histogramCandidates], endMoment[histogramCandidates];
        for (int k = 0; k < ends; ++k) {
            endMass[k] = mass[std::min(k + 1, number)];
            endMoment[k] = moment[std::min(k + 1, number)];
            explained[k] = endMoment[k] * endMoment[k] / endMass[k];
            begins[0][k] = 0;
        }
        float gains[histogramCandidates][histogramCandidates]; // [begin][end]
        for (int begin = 1; begin < number; ++begin)
            for (int k = 0; k < ends; ++k) {
                const float clusterMass = endMass[k] - mass[begin], clusterMoment = endMoment[k] - moment[begin];
                const float gain = clusterMoment * clusterMoment / clusterMass;
                gains[begin][k] = clusterMass > 0 ? gain : -std::numeric_limits<float>::infinity();
            }
        for (int level = 1; level < levels; ++level) {
            for (int k = 0; k < ends; ++k)
                next[k] = -std::numeric_limits<float>::infinity();
            for (int begin = level; begin < number; ++begin) {
                const float before = explained[begin - 1];
                for (int k = 0; k < ends; ++k) {
                    const float value = before + gains[begin][k];
                    begins[level][k] = value > next[k] ? begin : begins[level][k];
                    next[k] = value > next[k] ? value : next[k];
                }
            }
            std::copy_n(next, ends, explained);
        }
        bounds[levels] = number;
        for (int level = levels - 1; level >= 1; --level)
            bounds[level] = begins[level][bounds[level + 1] - 1];
        bounds[0] = 0;
    }

    /// Lloyd's iteration on a histogram, from borders as dense as the cube root of the density. False where a level would be left without a value.
    bool clusterHistogram(const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes, Workspace& work)
    {
        float minimum = 0, maximum = 0;
        findRange(values, count, minimum, maximum);
        const float scale = (histogramBins - 0.5F) / (maximum - minimum);
        if (!(maximum > minimum) || !std::isfinite(scale))
            return false;
        work.bins.resize(static_cast<std::size_t>(count));
        findBins(values, count, minimum, scale, work.bins.data());

        struct Bin
        {
            double mass, moment;
        };
        Bin bins[histogramBins + 1] = {}; // shifted by one, then summed up
        for (std::int64_t i = 0; i < count; ++i) {
            const double weight = weights[i] > 0 ? weights[i] : 0;
            Bin& bin = bins[work.bins[static_cast<std::size_t>(i)] + 1];
            bin.mass += weight;
            bin.moment += weight * (values[i] - minimum);
        }
        for (int k = 0; k < histogramBins; ++k) {
            bins[k + 1].mass += bins[k].mass;
            bins[k + 1].moment += bins[k].moment;
        }
        // Borders to choose from, as dense as the cube root of the smoothed density.
        float share[histogramBins];
        float total = 0;
        for (int k = 0; k < histogramBins; ++k) {
            const auto mass = static_cast<float>(bins[std::min(k + smoothedBins + 1, histogramBins)].mass - bins[std::max(k - smoothedBins, 0)].mass);
            total += share[k] = mass > 0 ? roughCubeRoot(mass) : 0;
        }
        if (!(total > 0) || !std::isfinite(total))
            return false;
        const int wanted = candidatesPerLevel * levels;
        int candidates[histogramCandidates + 1] = {};
        int number = 0;
        float sum = 0;
        for (int k = 0; k + 1 < histogramBins && number + 1 < wanted; ++k) {
            sum += share[k];
            if (sum * static_cast<float>(wanted) >= total * static_cast<float>(number + 1)
                && bins[k + 1].mass > bins[candidates[number]].mass) {
                candidates[++number] = k + 1;
            }
        }
        while (number > 0 && !(bins[histogramBins].mass > bins[candidates[number]].mass))
            --number;
        candidates[++number] = histogramBins;
        if (number < levels)
            return false;
        float mass[histogramCandidates + 1], moment[histogramCandidates + 1];
        const double mean = bins[histogramBins].moment / bins[histogramBins].mass;
        for (int k = 0; k <= number; ++k) {
            mass[k] = static_cast<float>(bins[candidates[k]].mass / bins[histogramBins].mass);
            moment[k] = static_cast<float>((bins[candidates[k]].moment - mean * bins[candidates[k]].mass) / bins[histogramBins].mass * static_cast<double>(scale));
        }
        int bounds[histogramLevels + 1] = {};
        chooseBorders(mass, moment, number, levels, bounds);
        for (int q = 1; q <= levels; ++q)
            bounds[q] = candidates[bounds[q]];
        double centres[histogramLevels];
        for (int round = 0; round < lloydRounds; ++round) {
            for (int q = 0; q < levels; ++q) {
                const double within = bins[bounds[q + 1]].mass - bins[bounds[q]].mass;
                if (!(within > bins[histogramBins].mass * negligibleShare))
                    return false;
                centres[q] = (bins[bounds[q + 1]].moment - bins[bounds[q]].moment) / within;
            }
            bool moved = false;
            for (int q = 1; q < levels; ++q) {
                const int border = std::clamp(static_cast<int>(0.5 * (centres[q - 1] + centres[q]) * scale + 0.5), bounds[q - 1] + 1, histogramBins - levels + q);
                moved = moved || border != bounds[q];
                bounds[q] = border;
            }
            if (!moved)
                break;
        }
        float borders[histogramLevels];
        for (int q = 0; q < levels; ++q)
            centroids[q] = static_cast<float>(minimum + centres[q]);
        for (int q = 0; q + 1 < levels; ++q)
            borders[q] = 0.5F * centroids[q] + 0.5F * centroids[q + 1];
        countBordersBelow(values, count, borders, levels - 1, codes);
        return true;
    }

    /// `cut` sets work.bounds from the points and prefix sums.
    void cluster(const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes,
        void (*cut)(Workspace& work, int levels))
    {
        if (count <= 0) {
            std::fill_n(centroids, levels, 0.0F);
            return;
        }
        thread_local Workspace work;
        sortByValue(values, count, work);
        const double mean = gatherPoints(values, weights, count, work);
        if (work.points.size() > static_cast<std::size_t>(levels)) {
            cut(work, levels);
            setCentroids(work, mean, centroids);
        } else {
            for (std::size_t i = 0; i < static_cast<std::size_t>(levels); ++i)
                centroids[i] = static_cast<float>(mean + work.points[std::min(i, work.points.size() - 1)]);
        }
        assignNearest(values, levels, centroids, work, codes);
    }
}

void weightedKMeans1d(
    const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes)
{
    cluster(values, weights, count, levels, centroids, codes, cutOptimally);
}

void nearlyOptimalKMeans1d(
    const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes)
{
    if (count > histogramLevels * 4 && levels <= histogramLevels) {
        thread_local Workspace work;
        if (clusterHistogram(values, weights, count, levels, centroids, codes, work))
            return;
    }
    cluster(values, weights, count, levels, centroids, codes, cutNearlyOptimally);
}

} // namespace bitloom
