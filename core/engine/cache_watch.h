// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <optional>

namespace bitloom {

/// Which head of a key-value cache somebody looks at. Thread-safe.
class CacheWatch
{
public:
    struct Target
    {
        int layer = 0, head = 0; ///< a key-value head
    };
    /// nullopt: nobody looks.
    void set(std::optional<Target> target);
    [[nodiscard]] std::optional<Target> target() const;

private:
    mutable std::mutex m_mutex; // guards m_target
    std::optional<Target> m_target;
};

} // namespace bitloom
