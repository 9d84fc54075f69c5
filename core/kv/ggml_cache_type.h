// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

namespace bitloom::kv {

/// One of ggml's cache types: blocks of 32 channels of one position with an f16 scale, for every token but the newest.
class GgmlCacheType : public KvMethod
{
public:
    GgmlCacheType(const char* id, const char* summary, int bits, Rounding rounding)
        : m_id(id)
        , m_summary(summary)
        , m_bits(bits)
        , m_rounding(rounding)
    {
    }

    MethodInfo describe() const override
    {
        MethodInfo info;
        info.id = m_id;
        info.title = std::string("llama.cpp ") + m_id;
        info.summary = m_summary;
        info.paper = "ggml's block formats, as llama.cpp's options -ctk and -ctv use them";
        info.minimumBits = info.maximumBits = m_bits;
        info.parameters = { booleanParameter("hadamard", "Hadamard rotation", false, "Rotates keys and values before they are rounded, as newer versions of llama.cpp do."),
            sinksParameter(0), integerParameter("window", "Recent window", 1, 1, 1 << 20, "tokens", "The newest tokens, which stay exact.") };
        return info;
    }

    Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
    {
        if (shape.headSize % 32 != 0)
            return fail(ErrorCode::Usage, "{}: its blocks of 32 channels do not fit the head size {}", m_id, shape.headSize);
        LayerPlan layer;
        layer.keys.grid = layer.values.grid = { m_bits, GridAxis::Token, 32, m_rounding, Metadata::HalfScale };
        if (parameters.at("hadamard").get<bool>()) {
            addHadamard(layer.keys.transform, shape.headSize);
            addHadamard(layer.values.transform, shape.headSize);
        }
        const int sinks = parameters.at("sinks").get<int>(), window = parameters.at("window").get<int>();
        layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, sinks, window, window); };
        return uniformPlan(shape, layer);
    }

    std::string budgetParameter() const override { return "window"; }

private:
    const char *m_id, *m_summary;
    int m_bits;
    Rounding m_rounding;
};

} // namespace bitloom::kv
