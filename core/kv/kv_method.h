// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kv/cache_plan.h"
#include "core/protocol/method_info.h"

#include <nlohmann/json.hpp>
#include <string>

namespace bitloom::kv {

/// A key-value cache method: it turns parameters into a plan. One instance is shared by all threads and keeps no state.
class KvMethod
{
public:
    virtual ~KvMethod() = default;
    [[nodiscard]] virtual MethodInfo describe() const = 0;
    /// `parameters` as resolveParameters returned them. What does not fit the shape is one Error of code Usage that says what would.
    [[nodiscard]] virtual Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const = 0;
    /// The Integer parameter that decides how much stays exact: more of it never takes fewer bytes. It is solved for where methods are compared at equal
    /// bytes. Empty: there is none.
    [[nodiscard]] virtual std::string budgetParameter() const { return {}; }
    /// What `budgetParameter` has to be a multiple of, with these other parameters.
    [[nodiscard]] virtual std::int64_t budgetStep(const nlohmann::json& parameters) const
    {
        (void)parameters;
        return 1;
    }
};

/// Raised when an interface that a plugin sees changes; a plugin built for another number is refused.
constexpr int kvPluginInterface = 2;

struct KvPlugin
{
    int interfaceVersion = kvPluginInterface;
    KvMethod* (*create)() = nullptr; ///< the caller owns the result
};

} // namespace bitloom::kv

/// Put once into a plugin: BITLOOM_KV_PLUGIN(MyMethod)
#define BITLOOM_KV_PLUGIN(Type)                                                                                       \
    extern "C" __attribute__((visibility("default"))) const bitloom::kv::KvPlugin bitloom_kv_plugin {                 \
        bitloom::kv::kvPluginInterface, [] () -> bitloom::kv::KvMethod* { return new Type; }                          \
    };
