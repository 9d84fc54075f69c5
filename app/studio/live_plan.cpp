// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/live_plan.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    constexpr std::size_t mostSizes = 128;

    const std::string* wishedType(const TensorCurve& tensor, const std::vector<std::pair<std::string, std::string>>& wishes)
    {
        for (const auto& [part, type] : wishes)
            if (tensor.name.find(part) != std::string::npos || tensor.ggufName.find(part) != std::string::npos)
                return &type;
        return nullptr;
    }

    bool isCandidate(const TypeOption& option, const std::vector<std::string>& candidates)
    {
        return option.loss && !option.storedAs && std::find(candidates.begin(), candidates.end(), option.type) != candidates.end();
    }
}

LivePlan::LivePlan(MeasuredCurves curves)
    : m_curves(std::move(curves))
    , m_front(std::vector<ErrorCurve> {})
{
    std::erase_if(m_curves.tensors, [](const TensorCurve& tensor) { return tensor.options.empty(); });
    setWishes({}, {});
}

void LivePlan::setWishes(const TypeWishes& wishes, const std::vector<std::string>& types)
{
    std::vector<std::pair<std::string, std::string>> wanted;
    for (const auto& [part, type] : wishes)
        wanted.emplace_back(part.toStdString(), type.toUpper().toStdString());
    const std::vector<std::string>& candidates = types.empty() ? m_curves.candidates : types;
    m_choices.clear();
    std::vector<ErrorCurve> curves;
    for (const TensorCurve& tensor : m_curves.tensors) {
        Choices choices;
        const std::string* wished = wishedType(tensor, wanted);
        for (const TypeOption& option : tensor.options)
            if (wished != nullptr ? option.type == *wished : isCandidate(option, candidates))
                choices.options.push_back(&option);
        if (choices.options.empty()) // a type that this engine does not know; its plan says so
            choices.options.push_back(&tensor.options.front());
        ErrorCurve curve { tensor.name, {} };
        for (const TypeOption* option : choices.options)
            curve.options.push_back({ 0, option->bytes, option->loss.value_or(0) });
        curves.push_back(std::move(curve));
        m_choices.push_back(std::move(choices));
    }
    m_front = AllocationFront(std::move(curves));
}

double LivePlan::bitsOf(std::int64_t matrixBytes) const
{
    return m_curves.parameters > 0 ? 8 * static_cast<double>(matrixBytes + m_curves.vectorBytes) / m_curves.parameters : 0;
}

LiveAllocation LivePlan::at(double bitsPerWeight) const
{
    const auto budget = static_cast<std::int64_t>(std::floor(m_curves.parameters * bitsPerWeight / 8)) - m_curves.vectorBytes;
    const BitAllocation chosen = m_front.within(budget);
    LiveAllocation allocation;
    allocation.fileBytes = chosen.bytes + m_curves.otherBytes;
    allocation.bitsPerWeight = bitsOf(chosen.bytes);
    allocation.loss = chosen.loss;
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        const TensorCurve& tensor = m_curves.tensors[i];
        const TypeOption& option = *m_choices[i].options[chosen.chosen[i]];
        allocation.tensors.push_back({ tensor.name, tensor.shape, option.storedAs.value_or(option.type), option.bytes, tensor.quantizable });
        allocation.notMeasured += option.loss ? 0 : 1;
    }
    return allocation;
}

std::vector<SizePoint> LivePlan::sizes() const
{
    const auto& points = m_front.points();
    const std::size_t count = std::min(points.size(), mostSizes);
    std::vector<SizePoint> sizes;
    for (std::size_t i = 0; i < count; ++i) {
        const SizeAndLoss& point = points[count < 2 ? 0 : i * (points.size() - 1) / (count - 1)];
        sizes.push_back({ point.bytes + m_curves.otherBytes, bitsOf(point.bytes), point.loss });
    }
    return sizes;
}

QHash<QString, double> LivePlan::sensitivities() const
{
    QHash<QString, double> all;
    for (const TensorCurve& tensor : m_curves.tensors) {
        const TypeOption* smallest = nullptr;
        for (const TypeOption& option : tensor.options)
            if (isCandidate(option, m_curves.candidates) && (smallest == nullptr || option.bytes < smallest->bytes))
                smallest = &option;
        if (smallest != nullptr)
            all.insert(QString::fromStdString(tensor.name), *smallest->loss);
    }
    return all;
}

} // namespace bitloom
