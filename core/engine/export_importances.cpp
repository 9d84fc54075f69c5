// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export_importances.h"

#include <algorithm>

namespace bitloom {

Result<torch::Tensor> columnImportances(const CalibrationStore& store, const LinearLayer& layer, bool guided)
{
    if (guided) {
        BITLOOM_TRY(const torch::Tensor diagonals, store.readGuidedDiagonal(layer));
        return diagonals.mean(0);
    }
    BITLOOM_TRY(const LayerStatistics statistics, store.readLayer(layer, { .plainHessian = true }));
    const torch::Tensor plain = statistics.plainFit.diagonal();
    return (statistics.plainHeldOut.defined() ? plain + statistics.plainHeldOut.diagonal() : plain).contiguous();
}

Result<std::shared_ptr<const ColumnImportances>> exportImportances(const PreparedJob& job, const CalibrationStore& store)
{
    const auto& formats = job.method.formats;
    const bool makesBlocks = std::all_of(formats.begin(), formats.end(), [](const std::string& format) { return format == "gguf"; });
    if (job.importances || makesBlocks || job.recipe.format != "gguf" || job.recipe.importances == "none" || !(job.needed.guidedHessian || job.needed.plainHessian))
        return job.importances;
    const bool guided = job.needed.guidedHessian && job.recipe.importances != "plain";
    auto importances = std::make_shared<ColumnImportances>();
    for (const LinearLayer& layer : job.layers) {
        BITLOOM_TRY(const torch::Tensor columns, columnImportances(store, layer, guided));
        (*importances)[layer.name + ".weight"].assign(columns.const_data_ptr<float>(), columns.const_data_ptr<float>() + columns.numel());
    }
    return std::shared_ptr<const ColumnImportances>(std::move(importances));
}

} // namespace bitloom
