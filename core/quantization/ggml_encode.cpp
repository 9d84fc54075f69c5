// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_encode.h"

#include "core/base/job_control.h"
#include "core/base/parallel_for.h"

#include <algorithm>
#include <cctype>
#include <fmt/ranges.h>
#include <ggml.h>

namespace bitloom {
namespace {

    constexpr std::int64_t rowsTogether = 16; ///< ggml's searches over lattices take milliseconds for a row

    std::string upperCase(std::string text)
    {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return text;
    }

    bool isStored(ggml_type type)
    {
        return ggml_blck_size(type) > 0 && type != GGML_TYPE_Q8_1 && type != GGML_TYPE_Q8_K
            && (ggml_is_quantized(type) || type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16);
    }

    /// A column that never saw an input may get any code, but ggml's searches divide by sums of importances.
    torch::Tensor withoutZeros(const torch::Tensor& importances)
    {
        torch::Tensor result = importances.to(torch::kCPU, torch::kFloat32).clamp_min(0).contiguous().clone();
        for (std::int64_t group = 0; group < result.size(0); ++group) {
            torch::Tensor line = result[group];
            const double mean = line.mean(torch::kFloat64).item<double>();
            line.masked_fill_(line == 0, mean > 0 ? 1e-6 * mean : 1.0);
        }
        return result;
    }

}

std::string ggmlName(int type)
{
    return type >= 0 && type < GGML_TYPE_COUNT && isStored(static_cast<ggml_type>(type)) ? upperCase(ggml_type_name(static_cast<ggml_type>(type))) : std::string();
}

bool isGgmlBlocks(int type)
{
    return !ggmlName(type).empty() && ggml_is_quantized(static_cast<ggml_type>(type));
}

Result<void> checkGgmlRows(int type, std::int64_t columns)
{
    const std::string name = ggmlName(type);
    if (name.empty())
        return fail(ErrorCode::InvalidInput, "ggml type {} is none that a file's weights can have", type);
    if (columns % ggml_blck_size(static_cast<ggml_type>(type)) == 0)
        return {};
    std::vector<std::string> fitting;
    for (int other = 0; other < GGML_TYPE_COUNT; ++other)
        if (!ggmlName(other).empty() && columns % ggml_blck_size(static_cast<ggml_type>(other)) == 0)
            fitting.push_back(ggmlName(other));
    return fail(ErrorCode::InvalidInput, "rows of {} weights are not whole blocks of {}, which {} has; types that fit: {}", columns,
        ggml_blck_size(static_cast<ggml_type>(type)), name, fmt::join(fitting, ", "));
}

Result<GgmlBlocksWeight> encodeWithGgml(const torch::Tensor& weight, int type, const std::optional<torch::Tensor>& importances, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const std::int64_t rows = weight.size(0), columns = weight.size(1);
    BITLOOM_CHECK(checkGgmlRows(type, columns));
    const auto ggmlType = static_cast<ggml_type>(type);
    if (!importances && ggml_quantize_requires_imatrix(ggmlType))
        return fail(ErrorCode::InvalidInput, "{} cannot be quantized to without importances of the columns; calibrate, or give an importance matrix", ggmlName(type));
    if (importances && (importances->dim() != 2 || importances->size(1) != columns))
        return fail(ErrorCode::InvalidInput, "there are importances of {} columns for rows of {} weights", importances->size(-1), columns);
    const torch::Tensor source = weight.to(torch::kCPU, torch::kFloat32).contiguous();
    const torch::Tensor weights = importances ? withoutZeros(*importances) : torch::Tensor();
    GgmlBlocksWeight result;
    result.columns = columns;
    result.ggmlType = type;
    const auto rowBytes = static_cast<std::int64_t>(ggml_row_size(ggmlType, columns));
    result.blocks = torch::zeros({ rows, rowBytes }, torch::kUInt8);
    ggml_quantize_init(ggmlType);
    for (const RowGroup& group : rowGroups(rows, importances ? importances->size(0) : 1)) {
        const std::int64_t line = importances ? group.begin / ((rows + importances->size(0) - 1) / importances->size(0)) : 0;
        const float* columnsWeights = importances ? weights.const_data_ptr<float>() + line * columns : nullptr;
        parallelFor(group.end - group.begin, rowsTogether, [&](std::int64_t begin, std::int64_t end) {
            if (!stop.stop_requested())
                ggml_quantize_chunk(ggmlType, source.const_data_ptr<float>() + (group.begin + begin) * columns,
                    result.blocks.mutable_data_ptr<std::uint8_t>() + (group.begin + begin) * rowBytes, 0, end - begin, columns, columnsWeights);
        });
    }
    if (stop.stop_requested())
        return cancelled();
    if (!ggml_validate_row_data(ggmlType, result.blocks.const_data_ptr(), static_cast<std::size_t>(result.blocks.numel())))
        return fail(ErrorCode::InvalidInput, "the weight has values that {} cannot hold", ggmlName(type));
    result.blocks = result.blocks.to(weight.device());
    return result;
}

} // namespace bitloom
