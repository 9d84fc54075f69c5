// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/block_content.h"

#include "core/base/error_in_flight.h"
#include "core/engine/calibration_store.h"
#include "core/engine/project.h"
#include "core/io/gguf_file.h"
#include "core/model/gguf_source.h"
#include "core/model/model_source.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"
#include "core/quantization/layer_problem.h"

#include <ggml.h>

namespace bitloom {
namespace {
    /// The row of a GGUF file that holds row `row` of the Hugging Face order.
    std::int64_t storedRow(const ModelConfig& config, const std::string& tensor, std::int64_t rows, std::int64_t row)
    {
        const bool query = tensor.find(".self_attn.q_proj.") != std::string::npos, key = tensor.find(".self_attn.k_proj.") != std::string::npos;
        if (!ggufPermutesHeads(config.architecture) || (!query && !key))
            return row;
        const auto order = headHalvesToPairs(torch::arange(rows, torch::kInt64).unsqueeze(1), query ? config.heads : config.keyValueHeads);
        return (order.flatten() == row).nonzero().item<std::int64_t>();
    }

    /// What ggml's quantizer got for this row when the file was made: [1, columns]; nothing where the project does not know it (any more).
    std::optional<torch::Tensor> importancesOf(const ModelSource& source, const std::string& tensor, std::int64_t rows, std::int64_t row)
    {
        const auto folder = Project::defaultFolder(source.path);
        const auto state = projectState(folder);
        if (!state || !*state)
            return std::nullopt;
        const Fingerprint fingerprint { (*state)->calibration };
        const CalibrationStore store(folder / "calibration" / fingerprint.id(), fingerprint);
        for (const LinearLayer& layer : linearLayers(source.config)) {
            if (layer.name + ".weight" != tensor)
                continue;
            const auto diagonal = store.readGuidedDiagonal(layer);
            if (!diagonal)
                return std::nullopt;
            const auto groups = rowGroups(rows, diagonal->size(0));
            for (std::size_t group = 0; group < groups.size(); ++group) {
                if (row >= groups[group].begin && row < groups[group].end)
                    return diagonal->slice(0, static_cast<std::int64_t>(group), static_cast<std::int64_t>(group) + 1).contiguous();
            }
        }
        return std::nullopt;
    }

    Result<BlockCodes> takeApart(int type, std::span<const std::byte> bytes, std::int64_t columns)
    {
        BlockCodes codes;
        codes.values.resize(static_cast<std::size_t>(columns));
        BITLOOM_CHECK(dequantizeGgml(type, bytes, 1, columns, codes.values.data()));
        const GgmlLayout* layout = ggmlLayout(type);
        if (layout == nullptr)
            return codes;
        const auto subs = static_cast<std::size_t>(layout->subBlocks());
        std::vector<std::uint8_t> places(static_cast<std::size_t>(columns));
        std::vector<std::int16_t> scaleIntegers(subs), offsetIntegers(subs);
        float blockScale = 0, blockOffset = 0;
        codes.scales.resize(subs);
        codes.offsets.resize(subs);
        unpackGgmlRow(*layout, reinterpret_cast<const std::uint8_t*>(bytes.data()), columns,
            { places.data(), codes.scales.data(), codes.offsets.data(), &blockScale, &blockOffset, scaleIntegers.data(), offsetIntegers.data() });
        codes.codes.assign(places.begin(), places.end());
        if (!layout->hasOffset)
            codes.offsets.clear();
        return codes;
    }
}

Result<BlockContent> readBlock(const std::string& file, const std::string& reference, const std::string& tensor, std::int64_t row, std::int64_t block)
try {
    BITLOOM_TRY(const ModelSource source, openModel(file));
    BITLOOM_TRY(const ModelSource original, openModel(reference));
    if (source.kind != ModelSource::Kind::Gguf)
        return fail(ErrorCode::Usage, "{}: blocks are what GGUF files hold, and this is not one", file);
    BITLOOM_TRY(const GgufFile gguf, GgufFile::open(source.path));
    const GgufTensor* stored = gguf.find(ggufName(tensor));
    if (stored == nullptr || stored->shape.size() != 2)
        return fail(ErrorCode::NotFound, "{}: has no matrix '{}'", file, tensor);
    const auto type = static_cast<ggml_type>(stored->type);
    if (!ggml_is_quantized(type))
        return fail(ErrorCode::Usage, "{}: {} is stored as {}, which has no blocks", file, tensor, ggmlTypeName(stored->type));
    const std::int64_t rows = stored->shape[0], columns = stored->shape[1], width = ggml_blck_size(type);

    BlockContent content;
    content.tensor = tensor;
    content.type = ggmlTypeName(stored->type);
    content.row = row;
    content.rows = rows;
    content.block = block;
    content.blocks = columns / width;
    content.firstColumn = block * width;
    if (row < 0 || row >= rows)
        return fail(ErrorCode::Usage, "{}: has no row {}, expected 0 to {}", tensor, row, rows - 1);
    if (block < 0 || block >= content.blocks)
        return fail(ErrorCode::Usage, "{}: a row has no block {}, expected 0 to {}", tensor, block, content.blocks - 1);
    BITLOOM_TRY(const torch::Tensor weights, original.weights->load(tensor));
    if (weights.dim() != 2 || weights.size(0) != rows || weights.size(1) != columns)
        return fail(ErrorCode::InvalidInput, "{}: {} is not {} × {} as in '{}'", reference, tensor, rows, columns, file);
    const auto rowWeights = weights.slice(0, row, row + 1).to(torch::kFloat32).contiguous();
    const auto cut = [&](const torch::Tensor& values) {
        const auto* first = values.const_data_ptr<float>() + content.firstColumn;
        return std::vector<float>(first, first + width);
    };
    content.weights = cut(rowWeights);

    auto importances = importancesOf(source, tensor, rows, row);
    if (importances)
        content.importances = cut(*importances);
    else if (ggml_quantize_requires_imatrix(type))
        importances = torch::ones({ 1, columns });
    BITLOOM_TRY(const GgmlBlocksWeight theirs, encodeWithGgml(rowWeights, stored->type, importances, {}));

    const std::size_t blockBytes = ggml_type_size(type), offset = static_cast<std::size_t>(block) * blockBytes;
    const auto rowBytes = static_cast<std::size_t>(content.blocks) * blockBytes;
    const auto place = static_cast<std::size_t>(storedRow(source.config, tensor, rows, row)) * rowBytes + offset;
    BITLOOM_TRY(content.after, takeApart(stored->type, stored->bytes.subspan(place, blockBytes), width));
    const auto* bytes = reinterpret_cast<const std::byte*>(theirs.blocks.const_data_ptr<std::uint8_t>());
    BITLOOM_TRY(content.before, takeApart(stored->type, { bytes + offset, blockBytes }, width));
    if (const GgmlLayout* layout = ggmlLayout(stored->type))
        content.levels = layout->levels;
    return content;
} catch (...) {
    return errorInFlight("reading a block of '" + tensor + "'");
}

} // namespace bitloom
