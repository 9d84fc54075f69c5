// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <utility>
#include <vector>

namespace bitloom::kv {

/// Why a position's row is exact.
enum class Retained : std::uint8_t { Sink, Recent, Logarithmic, Heavy };

/// Positions that stop being exact, ascending.
struct Releases
{
    std::vector<std::int32_t> keys, values;
    void clear()
    {
        keys.clear();
        values.clear();
    }
    void both(std::int32_t position)
    {
        keys.push_back(position);
        values.push_back(position);
    }
};

/// Decides for one head which positions stay exact. All state lives in the memory resource that it was made with.
class RetentionPolicy
{
public:
    virtual ~RetentionPolicy() = default;
    /// Position (one more than the last) has arrived; what is released is not exact any more for this very position's query. Each position is
    /// released at most once, never the new one.
    virtual void append(std::int32_t position, Releases& releases) = 0;
    /// Why an exact position at or before the newest is exact.
    [[nodiscard]] virtual Retained reason(std::int32_t position) const = 0;
    /// Whether it wants to see what attention each position gets.
    [[nodiscard]] virtual bool wantsAttention() const { return false; }
    /// Attention of the newest query, summed over the query heads that share this head: mass[position], count positions.
    virtual void observe(const float* mass, std::int64_t count)
    {
        (void)mass;
        (void)count;
    }
};

struct PolicyDeleter
{
    std::pmr::memory_resource* resource = nullptr;
    std::size_t bytes = 0, alignment = 0;
    void operator()(RetentionPolicy* policy) const
    {
        void* const memory = dynamic_cast<void*>(policy);
        policy->~RetentionPolicy();
        resource->deallocate(memory, bytes, alignment);
    }
};
using PolicyPointer = std::unique_ptr<RetentionPolicy, PolicyDeleter>;

/// A policy in the resource's memory; its constructor takes the resource first.
template <class Policy, class... Arguments>
[[nodiscard]] PolicyPointer makePolicy(std::pmr::memory_resource* resource, Arguments&&... arguments)
{
    void* const memory = resource->allocate(sizeof(Policy), alignof(Policy));
    try {
        return PolicyPointer(new (memory) Policy(resource, std::forward<Arguments>(arguments)...), PolicyDeleter { resource, sizeof(Policy), alignof(Policy) });
    } catch (...) {
        resource->deallocate(memory, sizeof(Policy), alignof(Policy));
        throw;
    }
}

} // namespace bitloom::kv
