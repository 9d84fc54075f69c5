// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/published_grid.h"

namespace bitloom::kv {
namespace {

    /// Exact keys after LogarithmicList; exact values gather up to a window and are then rounded together.
    class PartialWindow : public RetentionPolicy
    {
    public:
        PartialWindow(std::pmr::memory_resource* resource, int window)
            : m_keys(resource, window)
            , m_window(window)
        {
        }
        void append(std::int32_t position, Releases& releases) override
        {
            m_keys.append(position, [&](std::int32_t released) { releases.keys.push_back(released); });
            if (position > 0 && position % m_window == 0)
                for (std::int32_t released = position - m_window; released < position; ++released)
                    releases.values.push_back(released);
        }
        [[nodiscard]] Retained reason(std::int32_t position) const override
        {
            return position == 0 ? Retained::Sink : position >= m_keys.recentBegin() ? Retained::Recent : Retained::Logarithmic;
        }

    private:
        LogarithmicList m_keys;
        int m_window;
    };

    class PartialLogQuant : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "partial-logquant";
            info.title = "Partial LogQuant";
            info.summary = "The published code's variant that spends most exact tokens on keys: keys as LogQuant, values only the newest.";
            info.paper = "Chen et al., LogQuant: Log-Distributed 2-Bit Quantization of KV Cache with Superior Accuracy Preservation, 2025";
            addPublishedGridParameters(info);
            info.parameters.push_back(integerParameter("window", "Window W", 64, 1, 1 << 18, "tokens", "A third of the most keys that stay exact, and the most values."));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readPublishedGrid(parameters, shape, layer);
            const int window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<PartialWindow>(resource, window); };
            return uniformPlan(shape, layer);
        }

        std::string budgetParameter() const override { return "window"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::PartialLogQuant)
