// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bitloom {

/// Optimal weighted one-dimensional k-means: minimises Σ_i weights[i] (values[i] - centroids[codes[i]])² exactly, by dynamic
/// programming over the sorted values. Its cost is concave, so the best cut moves monotonically with the end of the prefix and a level
/// takes O(count log count) (Wu, "Optimal quantization by matrix searching", J. Algorithms 1991).
///
/// values [count] finite f32; weights [count] finite f32, what is not positive counts as zero. 1 <= levels <= 256; centroids [levels]
/// ascending; codes [count], each value's nearest centroid. A value of zero weight takes no part in the fit; where all weights are
/// zero, all count as one. Weights below 1e-13 of their sum are lost in the rounding of f64 sums and count as zero. With fewer
/// distinct values than levels, each has a centroid of its own and the last centroid is repeated. Thread-safe, deterministic.
void weightedKMeans1d(
    const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes);

/// The same, near the optimum in a fraction of the time, for a start that is going to be improved on anyway: the
/// high-resolution optimum's borders, moved by Lloyd's iteration.
void nearlyOptimalKMeans1d(
    const float* values, const float* weights, std::int64_t count, int levels, float* centroids, std::uint8_t* codes);

} // namespace bitloom
