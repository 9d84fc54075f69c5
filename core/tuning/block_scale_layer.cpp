// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/block_scale_layer.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    /// Unpacked rows, one after another.
    struct UnpackedRows
    {
        UnpackedRows(const GgmlBlocksWeight& weight, const GgmlLayout& layout)
            : out(weight.blocks.size(0))
            , columns(weight.columns)
            , subs(columns / layout.subColumns)
            , blocks(columns / layout.columns)
            , codes(static_cast<std::size_t>(out * columns))
            , scale(static_cast<std::size_t>(out * subs))
            , offset(scale.size())
            , blockScale(static_cast<std::size_t>(out * blocks))
            , blockOffset(blockScale.size())
            , scaleInteger(scale.size())
            , offsetInteger(scale.size())
        {
            const auto* bytes = weight.blocks.const_data_ptr<std::uint8_t>();
            for (std::int64_t r = 0; r < out; ++r)
                unpackGgmlRow(layout, bytes + r * weight.blocks.size(1), columns, row(r));
        }

        [[nodiscard]] GgmlRow row(std::int64_t r)
        {
            return { codes.data() + r * columns, scale.data() + r * subs, offset.data() + r * subs, blockScale.data() + r * blocks, blockOffset.data() + r * blocks,
                scaleInteger.data() + r * subs, offsetInteger.data() + r * subs };
        }

        std::int64_t out, columns, subs, blocks;
        std::vector<std::uint8_t> codes;
        std::vector<float> scale, offset, blockScale, blockOffset;
        std::vector<std::int16_t> scaleInteger, offsetInteger;
    };

    bool hasIntegers(const GgmlLayout& layout)
    {
        return layout.scale == GgmlScale::Integers;
    }

    torch::Tensor matrix(std::vector<float>& values, std::int64_t rows)
    {
        return torch::from_blob(values.data(), { rows, static_cast<std::int64_t>(values.size()) / rows }, torch::kFloat32).clone();
    }

    /// What a number that weights hold `basis` times must change by for them to move by `distance`.
    double unitFor(double distance, const torch::Tensor& basis)
    {
        const double size = std::sqrt(basis.to(torch::kFloat64).square().mean().item<double>());
        return distance > 0 && size > 0 ? distance / size : 1;
    }
}

bool BlockScaleLayer::canTune(int ggmlType)
{
    const GgmlLayout* layout = ggmlLayout(ggmlType);
    return layout != nullptr && layout->scale != GgmlScale::Table
        && std::all_of(layout->levels.begin(), layout->levels.end(), [](float level) { return level == std::round(level); });
}

BlockScaleLayer::BlockScaleLayer(const GgmlBlocksWeight& weight, torch::Device device)
    : m_weight(weight)
    , m_layout(*ggmlLayout(weight.ggmlType))
    , m_out(weight.blocks.size(0))
    , m_groups(weight.columns / (hasIntegers(m_layout) ? m_layout.columns : m_layout.subColumns))
    , m_subsOfGroup(hasIntegers(m_layout) ? m_layout.subBlocks() : 1)
{
    UnpackedRows rows(weight, m_layout);
    const bool integers = hasIntegers(m_layout);
    m_scale = matrix(integers ? rows.blockScale : rows.scale, m_out).to(device);
    m_basis = torch::empty({ m_out, m_groups, weight.columns / m_groups }, torch::kInt16);
    auto* basis = m_basis.mutable_data_ptr<std::int16_t>();
    for (std::int64_t i = 0; i < m_out * weight.columns; ++i) {
        const float level = m_layout.levels[rows.codes[static_cast<std::size_t>(i)]];
        basis[i] = static_cast<std::int16_t>(integers ? level * rows.scaleInteger[static_cast<std::size_t>(i / m_layout.subColumns)] : level);
    }
    m_basis = m_basis.to(device);
    const double distance = tuningDistance(dequantize(weight).std().item<double>(), m_layout.levels.size());
    m_scaleUnit = unitFor(distance, m_basis);
    if (m_layout.hasOffset) {
        m_offset = matrix(integers ? rows.blockOffset : rows.offset, m_out).to(device);
        m_offsetBasis = integers ? torch::from_blob(rows.offsetInteger.data(), { m_out, m_groups, m_subsOfGroup }, torch::kInt16).to(device, torch::kInt16, false, true)
                                 : torch::ones({ m_out, m_groups, 1 }, m_basis.options());
        m_offsetUnit = unitFor(distance, m_offsetBasis);
    }
}

torch::Tensor BlockScaleLayer::parameters() const
{
    const torch::Tensor scales = m_scale.flatten() / m_scaleUnit;
    return m_offset.defined() ? torch::cat({ scales, m_offset.flatten() / m_offsetUnit }) : scales;
}

torch::Tensor BlockScaleLayer::scales(const torch::Tensor& parameters) const
{
    return parameters.narrow(0, 0, m_out * m_groups).view({ m_out, m_groups }) * m_scaleUnit;
}

torch::Tensor BlockScaleLayer::offsets(const torch::Tensor& parameters) const
{
    return parameters.narrow(0, m_out * m_groups, m_out * m_groups).view({ m_out, m_groups }) * m_offsetUnit;
}

torch::Tensor BlockScaleLayer::weight(const torch::Tensor& parameters) const
{
    torch::Tensor weight = m_basis.to(torch::kFloat32).mul_(scales(parameters).unsqueeze(2));
    if (m_offset.defined())
        weight.view({ m_out, m_groups, m_subsOfGroup, -1 }).sub_((m_offsetBasis * offsets(parameters).unsqueeze(2)).unsqueeze(3));
    return weight.view({ m_out, m_weight.columns });
}

void BlockScaleLayer::addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const
{
    const torch::Tensor grouped = ofWeight.contiguous().view(m_basis.sizes());
    sum.narrow(0, 0, m_out * m_groups).add_((grouped * m_basis).sum(2).flatten(), m_scaleUnit);
    if (m_offset.defined())
        sum.narrow(0, m_out * m_groups, m_out * m_groups)
            .sub_((grouped.view({ m_out, m_groups, m_subsOfGroup, -1 }).sum(3) * m_offsetBasis).sum(2).flatten(), m_offsetUnit);
}

WeightFormat BlockScaleLayer::stored(const torch::Tensor& parameters) const
{
    UnpackedRows rows(m_weight, m_layout);
    const auto take = [&](const torch::Tensor& values, std::vector<float>& into) {
        const torch::Tensor host = values.to(torch::kCPU).contiguous();
        const auto* from = host.const_data_ptr<float>();
        std::transform(from, from + host.numel(), into.begin(), [&](float value) { return m_layout.storable(value); });
    };
    take(scales(parameters), hasIntegers(m_layout) ? rows.blockScale : rows.scale);
    if (m_offset.defined())
        take(offsets(parameters), hasIntegers(m_layout) ? rows.blockOffset : rows.offset);
    GgmlBlocksWeight weight = m_weight;
    weight.blocks = torch::empty_like(m_weight.blocks);
    for (std::int64_t r = 0; r < m_out; ++r)
        packGgmlRow(m_layout, rows.row(r), m_weight.columns, weight.blocks.mutable_data_ptr<std::uint8_t>() + r * weight.blocks.size(1));
    return weight;
}

} // namespace bitloom
