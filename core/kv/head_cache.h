// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"
#include "core/kv/side_store.h"

namespace bitloom::kv {

/// Keys and values of one key-value head of one sequence in one layer, and the policy over them.
class HeadCache
{
public:
    HeadCache(const PageLayout& keys, const PageLayout& values, ElementType exact, PolicyPointer policy, std::pmr::memory_resource* resource, const RotaryPages* rotary = nullptr)
        : m_keys(keys, exact, resource, rotary)
        , m_values(values, exact, resource)
        , m_policy(std::move(policy))
    {
    }

    [[nodiscard]] std::int64_t length() const { return m_values.length(); }
    [[nodiscard]] const SideStore& keys() const { return m_keys; }
    [[nodiscard]] const SideStore& values() const { return m_values; }
    /// Notes from now on what changes; nullptr: nothing.
    void noteChanges(StoreChanges* keys, StoreChanges* values)
    {
        m_keys.noteChanges(keys);
        m_values.noteChanges(values);
    }
    [[nodiscard]] RetentionPolicy& policy() { return *m_policy; }
    [[nodiscard]] const RetentionPolicy& policy() const { return *m_policy; }

    /// The next position's key and value [headSize], as the transformed ones that attention compares with.
    void append(const float* key, const float* value, Releases& scratch)
    {
        const auto position = static_cast<std::int32_t>(length());
        m_keys.append(key);
        m_values.append(value);
        scratch.clear();
        m_policy->append(position, scratch);
        m_keys.release(scratch.keys);
        m_values.release(scratch.values);
    }

private:
    SideStore m_keys, m_values;
    PolicyPointer m_policy;
};

} // namespace bitloom::kv
