// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/channel_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom::kv {
namespace {
    constexpr int side = ChannelStatistics::run;
    using Matrix = std::array<double, static_cast<std::size_t>(side* side)>;

    double& at(Matrix& matrix, int row, int column) { return matrix[static_cast<std::size_t>(row * side + column)]; }

    /// Turns the plane of p and q so that matrix[p][q] becomes 0 (Jacobi); the columns of `vectors` turn along.
    void rotate(Matrix& matrix, Matrix& vectors, int p, int q)
    {
        if (at(matrix, p, q) == 0)
            return;
        const double slope = (at(matrix, q, q) - at(matrix, p, p)) / (2 * at(matrix, p, q));
        const double tangent = (slope >= 0 ? 1 : -1) / (std::fabs(slope) + std::sqrt(slope * slope + 1));
        const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
        const auto turn = [&](double& a, double& b) {
            const double before = a;
            a = cosine * before - sine * b;
            b = sine * before + cosine * b;
        };
        for (int k = 0; k < side; ++k)
            turn(at(matrix, k, p), at(matrix, k, q));
        for (int k = 0; k < side; ++k)
            turn(at(matrix, p, k), at(matrix, q, k));
        for (int k = 0; k < side; ++k)
            turn(at(vectors, k, p), at(vectors, k, q));
    }
} // namespace

ChannelStatistics::ChannelStatistics(int heads, int headSize)
    : m_heads(heads)
    , m_headSize(headSize)
    , m_least(static_cast<std::size_t>(heads * headSize), std::numeric_limits<float>::max())
    , m_most(m_least.size(), std::numeric_limits<float>::lowest())
{
}

void ChannelStatistics::add(const float* rows, std::int64_t count)
{
    for (int head = 0; head < m_heads; ++head)
        for (std::int64_t token = 0; token < count; ++token) {
            const float* const row = rows + (head * count + token) * m_headSize;
            for (int c = 0; c < m_headSize; ++c) {
                const auto channel = static_cast<std::size_t>(head * m_headSize + c);
                m_least[channel] = std::min(m_least[channel], row[c]);
                m_most[channel] = std::max(m_most[channel], row[c]);
            }
            for (int first = 0; first + run <= m_headSize; first += run)
                for (int i = 0; i < run; ++i)
                    for (int j = 0; j < run; ++j)
                        at(m_products, i, j) += static_cast<double>(row[first + i]) * row[first + j];
        }
}

Transform ChannelStatistics::smoothing() const
{
    Transform transform;
    for (std::size_t c = 0; c < m_least.size(); ++c) {
        const float centre = 0.5F * (m_most[c] + m_least[c]), half = 0.5F * (m_most[c] - m_least[c]);
        transform.shift.push_back(centre);
        transform.scale.push_back(half > 0 ? half : 1); // a constant channel is its shift
    }
    return transform;
}

Transform ChannelStatistics::decomposition() const
{
    Matrix values = m_products, vectors {};
    for (int i = 0; i < side; ++i)
        at(vectors, i, i) = 1;
    for (int sweep = 0; sweep < 12; ++sweep) // it converges quadratically
        for (int p = 0; p < side; ++p)
            for (int q = p + 1; q < side; ++q)
                rotate(values, vectors, p, q);
    double largest = 0;
    for (int i = 0; i < side; ++i)
        largest = std::max(largest, at(values, i, i));
    Transform transform;
    transform.mixSize = side;
    transform.mix.resize(static_cast<std::size_t>(side * side));
    transform.unmix.resize(transform.mix.size());
    for (int i = 0; i < side; ++i) {
        // An eigenvalue of XᵀX is the square of a singular value; directions without any numbers must stay invertible.
        const double root = largest > 0 ? std::pow(std::max(at(values, i, i), 1e-12 * largest), 0.25) : 1;
        for (int c = 0; c < side; ++c) {
            transform.mix[static_cast<std::size_t>(i * side + c)] = static_cast<float>(root * at(vectors, c, i));
            transform.unmix[static_cast<std::size_t>(c * side + i)] = static_cast<float>(at(vectors, c, i) / root);
        }
    }
    return transform;
}

} // namespace bitloom::kv
