// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/weight_quantizer.h"

namespace bitloom::test {

/// The least that a method is: what the loader looks at.
class DescribedMethod : public WeightQuantizer
{
public:
    explicit DescribedMethod(std::string id, std::string title = "Test method")
        : m_id(std::move(id))
        , m_title(std::move(title))
    {
    }

    MethodInfo describe() const override
    {
        MethodInfo info;
        info.id = m_id;
        info.title = m_title;
        info.summary = "Does nothing.";
        info.formats = { "safetensors" };
        return info;
    }

    Result<QuantizedLayer> quantize(
        const LayerProblem&, int, const nlohmann::json&, StepObserver&, std::stop_token) const override
    {
        return fail(ErrorCode::Unsupported, "a test method quantizes nothing");
    }

private:
    std::string m_id, m_title;
};

} // namespace bitloom::test
