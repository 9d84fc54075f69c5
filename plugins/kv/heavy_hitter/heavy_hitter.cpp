// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"

#include <algorithm>

namespace bitloom::kv {
namespace {

    /// H2O's set for one head: the newest tokens, and of the older ones those that attention rested on most while they were exact. A token that once left never returns.
    class HeavyHitters : public RetentionPolicy
    {
    public:
        HeavyHitters(std::pmr::memory_resource* resource, int budget, int sinks)
            : m_budget(budget)
            , m_sinks(sinks)
            , m_entries(resource)
        {
            m_entries.reserve(static_cast<std::size_t>(budget) + 1);
        }
        void append(std::int32_t position, Releases& releases) override
        {
            m_newest = position;
            if (position < m_sinks)
                return;
            if (static_cast<int>(m_entries.size()) == m_budget) {
                const std::size_t old = m_entries.size() - static_cast<std::size_t>(m_budget / 2);
                const auto lightest = std::min_element(m_entries.begin(), m_entries.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, old)),
                    [](const Entry& a, const Entry& b) { return a.mass < b.mass; });
                releases.both(lightest->position);
                m_entries.erase(lightest);
            }
            m_entries.push_back({ position, 0 });
        }
        [[nodiscard]] Retained reason(std::int32_t position) const override
        {
            return position < m_sinks ? Retained::Sink : position > m_newest - m_budget / 2 ? Retained::Recent : Retained::Heavy;
        }
        [[nodiscard]] bool wantsAttention() const override { return true; }
        void observe(const float* mass, std::int64_t) override
        {
            for (Entry& entry : m_entries)
                entry.mass += mass[entry.position];
        }

    private:
        struct Entry
        {
            std::int32_t position;
            float mass;
        };
        int m_budget, m_sinks;
        std::int32_t m_newest = 0;
        std::pmr::vector<Entry> m_entries; ///< ascending positions
    };

    class HeavyHitter : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "heavy-hitter";
            info.title = "Heavy hitters";
            info.summary = "Keeps, for each head, the newest tokens and those that attention rested on most in 16 bits, and rounds the others instead of dropping them.";
            info.paper = "Zhang et al., H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models, NeurIPS 2023";
            addGridParameters(info);
            info.parameters.push_back(integerParameter("budget", "Exact tokens", 96, 2, 1 << 20, "tokens", "Half of them the newest, half the heaviest of the older ones."));
            info.parameters.push_back(sinksParameter(4));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readGridParameters(parameters, shape, layer);
            const int budget = parameters.at("budget").get<int>(), sinks = parameters.at("sinks").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<HeavyHitters>(resource, budget, sinks); };
            return smoothedPlan(shape, layer, parameters, "heavy-hitter");
        }

        std::string budgetParameter() const override { return "budget"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::HeavyHitter)
