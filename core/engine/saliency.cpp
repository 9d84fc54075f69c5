// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/saliency.h"

#include "core/base/json_integer.h"
#include "core/io/atomic_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    using nlohmann::json;
    constexpr std::int64_t maximumColumns = 1024;
}

SaliencyEvent emptySaliency(const ModelConfig& config)
{
    SaliencyEvent overview;
    overview.rows = static_cast<int>(config.blocks);
    for (const LinearLayer& layer : linearLayers(config)) {
        if (layer.block == 0)
            overview.columnLabels.push_back(layer.module);
    }
    overview.columns = static_cast<int>(overview.columnLabels.size());
    overview.values.assign(static_cast<std::size_t>(overview.rows) * overview.columnLabels.size(), std::numeric_limits<float>::quiet_NaN());
    return overview;
}

void measureSaliency(SaliencyEvent& overview, const LayerStatistics& statistics)
{
    if (!statistics.fit.matrices.defined())
        return;
    torch::Tensor diagonal = statistics.fit.matrices.diagonal(0, 1, 2);
    if (statistics.heldOut.matrices.defined())
        diagonal = diagonal + statistics.heldOut.matrices.diagonal(0, 1, 2);
    measureSaliency(overview, statistics.layer, diagonal);
}

void measureSaliency(SaliencyEvent& overview, const LinearLayer& layer, const torch::Tensor& diagonal)
{
    const auto column = std::find(overview.columnLabels.begin(), overview.columnLabels.end(), layer.module);
    if (column == overview.columnLabels.end() || layer.block >= overview.rows)
        return;
    const auto index = layer.block * overview.columns + (column - overview.columnLabels.begin());
    overview.values[static_cast<std::size_t>(index)] = static_cast<float>(diagonal.to(torch::kFloat64).mean().item<double>());
}

SaliencyEvent layerSaliency(const LinearLayer& layer, const torch::Tensor& diagonal)
{
    const auto values = diagonal.to(torch::kCPU, torch::kFloat32).contiguous();
    const std::int64_t groups = values.size(0), channels = values.size(1);
    SaliencyEvent event;
    event.layer = layer.name;
    event.columnStride = std::max<std::int64_t>(1, (channels + maximumColumns - 1) / maximumColumns);
    event.rows = static_cast<int>(groups);
    event.columns = static_cast<int>((channels + event.columnStride - 1) / event.columnStride);
    for (const RowGroup& group : rowGroups(layer.out, groups))
        event.rowLabels.push_back(fmt::format("{}–{}", group.begin, group.end - 1));
    if (event.rowLabels.size() != static_cast<std::size_t>(groups))
        event.rowLabels.clear();
    event.values.assign(static_cast<std::size_t>(event.rows) * static_cast<std::size_t>(event.columns), 0.0F);
    const float* from = values.data_ptr<float>();
    for (std::int64_t group = 0; group < groups; ++group) {
        for (std::int64_t channel = 0; channel < channels; ++channel) {
            float& cell = event.values[static_cast<std::size_t>(group * event.columns + channel / event.columnStride)];
            cell = std::max(cell, from[group * channels + channel]);
        }
    }
    return event;
}

Result<void> writeSaliency(const std::filesystem::path& file, const SaliencyEvent& overview)
{
    // NaN has no place in JSON: cells that are not measured are null.
    json values = json::array();
    for (const float value : overview.values)
        values.push_back(std::isfinite(value) ? json(value) : json(nullptr));
    const json saliency { { "rows", overview.rows }, { "columns", overview.columns }, { "column_labels", overview.columnLabels }, { "values", std::move(values) } };
    return writeTextFile(file, saliency.dump() + "\n");
}

Result<SaliencyEvent> readSaliency(const std::filesystem::path& file)
{
    BITLOOM_TRY(const std::string text, readTextFile(file));
    const json parsed = json::parse(text, nullptr, false);
    try {
        if (!parsed.is_object())
            return fail(ErrorCode::InvalidInput, "{}: is not a JSON object", file.string());
        SaliencyEvent overview;
        overview.rows = jsonInteger<int>(parsed.at("rows"));
        overview.columns = jsonInteger<int>(parsed.at("columns"));
        overview.columnLabels = parsed.at("column_labels").get<std::vector<std::string>>();
        for (const json& value : parsed.at("values"))
            overview.values.push_back(value.is_null() ? std::numeric_limits<float>::quiet_NaN() : value.get<float>());
        if (overview.rows < 0 || overview.columns < 0
            || overview.values.size() != static_cast<std::size_t>(overview.rows) * static_cast<std::size_t>(overview.columns))
            return fail(ErrorCode::InvalidInput, "{}: has {} values for {} rows and {} columns", file.string(), overview.values.size(), overview.rows, overview.columns);
        return overview;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::InvalidInput, "{}: {}", file.string(), exception.what());
    }
}

} // namespace bitloom
