// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_type_plan.h"

#include "core/export/gguf_mixes.h"
#include "core/export/gguf_types.h"
#include "core/export/layer_weights.h"
#include "core/io/gguf_file.h"
#include "core/model/gguf_source.h"

#include <algorithm>
#include <cctype>
#include <ggml.h>

namespace bitloom {
namespace {
    constexpr std::string_view mixPrefix = "MIX:";
    constexpr const char* embeddingName = "model.embed_tokens.weight";
    constexpr const char* outputName = "lm_head.weight";

    /// What a request's type comes to.
    struct Meaning
    {
        std::optional<int> pure; ///< enum ggml_type of all linear layers
        std::optional<int> mix; ///< general.file_type of a mix
    };

    Result<Meaning> meaningOf(const std::string& type)
    {
        if (type.empty())
            return Meaning {};
        std::string name = type;
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        const bool mix = name.starts_with(mixPrefix);
        if (mix)
            name.erase(0, mixPrefix.size());
        const auto fileType = mixFileType(name);
        if (mix && !fileType)
            return fail(ErrorCode::Usage, "llama.cpp has no mix \"{}\", expected one of {}", name, fmt::join(ggufMixes(), ", "));
        if (!mix && isGgufType(name)) {
            BITLOOM_TRY(const int pure, parseGgufType(name));
            return Meaning { pure, std::nullopt };
        }
        if (fileType)
            return Meaning { std::nullopt, fileType };
        BITLOOM_TRY(const int unknown, parseGgufType(name)); // says what there is
        return Meaning { unknown, std::nullopt };
    }

    TensorRole roleOf(const GgufMatrix& matrix, const std::string& module)
    {
        static const std::map<std::string, TensorRole> roles { { "self_attn.q_proj", TensorRole::AttentionQuery }, { "self_attn.k_proj", TensorRole::AttentionKey },
            { "self_attn.v_proj", TensorRole::AttentionValue }, { "self_attn.o_proj", TensorRole::AttentionOutput }, { "mlp.gate_proj", TensorRole::FeedForwardGate },
            { "mlp.up_proj", TensorRole::FeedForwardUp }, { "mlp.down_proj", TensorRole::FeedForwardDown } };
        const auto role = roles.find(module);
        return role != roles.end() ? role->second : matrix.name == outputName ? TensorRole::Output : TensorRole::Embedding;
    }

    Result<void> checkImportances(const GgufMatrix& matrix, int type, bool importances)
    {
        if (importances || !needsImportances(type))
            return {};
        return fail(ErrorCode::Usage,
            "{} would be stored as {}, which is chosen by importances of the columns, and there are none: give an importance matrix (bitloom-cli imatrix makes one), "
            "calibrate, or take a type such as IQ4_NL or Q3_K",
            matrix.ggufName, ggmlTypeName(type));
    }

    int bytesOfRow(int type, std::int64_t columns)
    {
        return static_cast<int>(ggml_row_size(static_cast<ggml_type>(type), columns));
    }

    /// Quantizing blocks again only adds errors where it saves nothing.
    bool betterAsStored(const GgufMatrix& matrix, int type)
    {
        return matrix.storedType >= 0 && ggml_is_quantized(static_cast<ggml_type>(matrix.storedType))
            && bytesOfRow(matrix.storedType, matrix.columns) <= bytesOfRow(type, matrix.columns);
    }
}

std::vector<GgufMatrix> ggufMatrices(const ModelSource& source)
{
    const auto linears = linearsByWeight(source.config);
    std::vector<GgufMatrix> matrices;
    for (const StoredTensor& tensor : source.weights->tensors()) {
        const bool linear = linears.contains(tensor.name);
        if (!linear && tensor.name != embeddingName && tensor.name != outputName)
            continue;
        if (tensor.shape.size() != 2 || (source.config.tiedEmbeddings && tensor.name == outputName))
            continue;
        const int stored = source.kind == ModelSource::Kind::Gguf ? ggmlTypeNumber(tensor.type) : -1;
        matrices.push_back({ tensor.name, ggufName(tensor.name), tensor.shape[0], tensor.shape[1], linear, stored });
    }
    return matrices;
}

std::optional<int> requestedMix(const std::string& type)
{
    const auto meaning = meaningOf(type);
    return meaning ? meaning->mix : std::nullopt;
}

bool needsImportances(int type)
{
    switch (static_cast<ggml_type>(type)) {
    case GGML_TYPE_IQ1_M:
    case GGML_TYPE_IQ2_S:
    case GGML_TYPE_IQ3_XXS:
        return true; // ggml would make something of these without
    default:
        return type >= 0 && type < GGML_TYPE_COUNT && ggml_quantize_requires_imatrix(static_cast<ggml_type>(type));
    }
}

Result<std::optional<int>> overriddenType(const GgufTypeRequest& request, const GgufMatrix& matrix)
{
    for (const auto& [text, name] : request.overrides) {
        if (matrix.ggufName.find(text) == std::string::npos && matrix.name.find(text) == std::string::npos)
            continue;
        BITLOOM_TRY(const int type, parseGgufType(name));
        return std::optional(type);
    }
    return std::optional<int>();
}

Result<GgufTypePlan> planGgufTypes(const ModelSource& source, const GgufTypeRequest& request)
{
    BITLOOM_TRY(const Meaning meaning, meaningOf(request.type));
    const auto linears = linearsByWeight(source.config);
    const std::vector<GgufMatrix> matrices = ggufMatrices(source);
    for (const auto& [text, name] : request.overrides) {
        BITLOOM_TRY([[maybe_unused]] const int known, parseGgufType(name));
        const auto named = [&, &pattern = text](const GgufMatrix& matrix) {
            return matrix.ggufName.find(pattern) != std::string::npos || matrix.name.find(pattern) != std::string::npos;
        };
        if (text.empty() || std::none_of(matrices.begin(), matrices.end(), named))
            return fail(ErrorCode::Usage, "no weight matrix of the model has \"{}\" in its name, for which type {} is asked; names look like {}", text, name,
                matrices.empty() ? "blk.0.ffn_down.weight" : matrices.back().ggufName);
    }
    MixFacts facts { source.config.blocks, source.config.heads / std::max<std::int64_t>(1, source.config.keyValueHeads), source.config.tiedEmbeddings, request.importances };
    GgufTypePlan plan;
    for (const GgufMatrix& matrix : matrices) {
        BITLOOM_TRY(const std::optional<int> own, overriddenType(request, matrix));
        const auto linear = linears.find(matrix.name);
        const TensorRole role = roleOf(matrix, matrix.linear ? linear->second.module : "");
        std::optional<int> type = own;
        if (!type && meaning.pure)
            type = matrix.linear ? *meaning.pure : outerType(*meaning.pure, role, matrix.columns, facts);
        else if (!type && meaning.mix)
            type = mixType(*meaning.mix, role, matrix.linear ? linear->second.block : 0, matrix.columns, facts);
        else if (!type && matrix.linear && request.quantized)
            type = GGML_TYPE_F16;
        if (!type)
            continue;
        const int fitting = typeForRow(*type, matrix.columns);
        if (!own && !matrix.linear && betterAsStored(matrix, fitting))
            continue;
        if (matrix.linear || own)
            BITLOOM_CHECK(checkImportances(matrix, fitting, request.importances));
        else if (needsImportances(fitting) && !request.importances)
            return fail(ErrorCode::Internal, "{}: no rule makes it {}", matrix.ggufName, ggmlTypeName(fitting));
        plan.emplace(matrix.name, fitting);
    }
    return plan;
}

} // namespace bitloom
