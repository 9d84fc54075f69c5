// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_mixes.h"

#include <algorithm>
#include <array>
#include <ggml.h>
#include <llama.h>

namespace bitloom {
namespace {
    struct Mix
    {
        const char* name;
        llama_ftype fileType;
        ggml_type common; ///< what tensors get that no rule is about
    };
    constexpr std::array mixes {
        Mix { "F32", LLAMA_FTYPE_ALL_F32, GGML_TYPE_F32 },
        Mix { "F16", LLAMA_FTYPE_MOSTLY_F16, GGML_TYPE_F16 },
        Mix { "BF16", LLAMA_FTYPE_MOSTLY_BF16, GGML_TYPE_BF16 },
        Mix { "Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0, GGML_TYPE_Q4_0 },
        Mix { "Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1, GGML_TYPE_Q4_1 },
        Mix { "Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0, GGML_TYPE_Q5_0 },
        Mix { "Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1, GGML_TYPE_Q5_1 },
        Mix { "Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0, GGML_TYPE_Q8_0 },
        Mix { "Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K, GGML_TYPE_Q2_K },
        Mix { "Q2_K_S", LLAMA_FTYPE_MOSTLY_Q2_K_S, GGML_TYPE_Q2_K },
        Mix { "Q3_K_S", LLAMA_FTYPE_MOSTLY_Q3_K_S, GGML_TYPE_Q3_K },
        Mix { "Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M, GGML_TYPE_Q3_K },
        Mix { "Q3_K_L", LLAMA_FTYPE_MOSTLY_Q3_K_L, GGML_TYPE_Q3_K },
        Mix { "Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S, GGML_TYPE_Q4_K },
        Mix { "Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M, GGML_TYPE_Q4_K },
        Mix { "Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S, GGML_TYPE_Q5_K },
        Mix { "Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M, GGML_TYPE_Q5_K },
        Mix { "Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K, GGML_TYPE_Q6_K },
        Mix { "TQ1_0", LLAMA_FTYPE_MOSTLY_TQ1_0, GGML_TYPE_TQ1_0 },
        Mix { "TQ2_0", LLAMA_FTYPE_MOSTLY_TQ2_0, GGML_TYPE_TQ2_0 },
        Mix { "IQ1_S", LLAMA_FTYPE_MOSTLY_IQ1_S, GGML_TYPE_IQ1_S },
        Mix { "IQ1_M", LLAMA_FTYPE_MOSTLY_IQ1_M, GGML_TYPE_IQ1_M },
        Mix { "IQ2_XXS", LLAMA_FTYPE_MOSTLY_IQ2_XXS, GGML_TYPE_IQ2_XXS },
        Mix { "IQ2_XS", LLAMA_FTYPE_MOSTLY_IQ2_XS, GGML_TYPE_IQ2_XS },
        Mix { "IQ2_S", LLAMA_FTYPE_MOSTLY_IQ2_S, GGML_TYPE_IQ2_XS },
        Mix { "IQ2_M", LLAMA_FTYPE_MOSTLY_IQ2_M, GGML_TYPE_IQ2_S },
        Mix { "IQ3_XXS", LLAMA_FTYPE_MOSTLY_IQ3_XXS, GGML_TYPE_IQ3_XXS },
        Mix { "IQ3_XS", LLAMA_FTYPE_MOSTLY_IQ3_XS, GGML_TYPE_IQ3_S },
        Mix { "IQ3_S", LLAMA_FTYPE_MOSTLY_IQ3_S, GGML_TYPE_IQ3_S },
        Mix { "IQ3_M", LLAMA_FTYPE_MOSTLY_IQ3_M, GGML_TYPE_IQ3_S },
        Mix { "IQ4_NL", LLAMA_FTYPE_MOSTLY_IQ4_NL, GGML_TYPE_IQ4_NL },
        Mix { "IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS, GGML_TYPE_IQ4_XS },
    };

    bool isOneOf(int fileType, std::initializer_list<llama_ftype> some)
    {
        return std::find(some.begin(), some.end(), static_cast<llama_ftype>(fileType)) != some.end();
    }

    /// The mixes of about two bits and less share rules.
    bool isBelowThreeBits(int fileType)
    {
        return isOneOf(fileType, { LLAMA_FTYPE_MOSTLY_IQ1_S, LLAMA_FTYPE_MOSTLY_IQ1_M, LLAMA_FTYPE_MOSTLY_IQ2_XXS, LLAMA_FTYPE_MOSTLY_IQ2_XS, LLAMA_FTYPE_MOSTLY_IQ2_S,
                                       LLAMA_FTYPE_MOSTLY_IQ2_M });
    }

    bool isIq2SOrM(int fileType)
    {
        return isOneOf(fileType, { LLAMA_FTYPE_MOSTLY_IQ2_S, LLAMA_FTYPE_MOSTLY_IQ2_M });
    }

    /// The first and last eighth of the blocks and every third between.
    bool deservesMore(std::int64_t block, std::int64_t blocks)
    {
        return block < blocks / 8 || block >= 7 * blocks / 8 || (block - blocks / 8) % 3 == 2;
    }

    ggml_type outputRule(int fileType, ggml_type common, std::int64_t columns)
    {
        if (!ggml_is_quantized(common))
            return common;
        if (columns % ggml_blck_size(common) != 0)
            return GGML_TYPE_Q8_0;
        if (isBelowThreeBits(fileType) || fileType == LLAMA_FTYPE_MOSTLY_IQ3_XXS)
            return GGML_TYPE_Q5_K;
        return common == GGML_TYPE_Q8_0 ? GGML_TYPE_Q8_0 : GGML_TYPE_Q6_K;
    }

    ggml_type embeddingRule(int fileType, ggml_type common)
    {
        if (isOneOf(fileType, { LLAMA_FTYPE_MOSTLY_IQ1_S, LLAMA_FTYPE_MOSTLY_IQ1_M, LLAMA_FTYPE_MOSTLY_IQ2_XXS, LLAMA_FTYPE_MOSTLY_IQ2_XS }))
            return GGML_TYPE_Q2_K;
        if (isIq2SOrM(fileType) || fileType == LLAMA_FTYPE_MOSTLY_IQ3_XXS)
            return GGML_TYPE_IQ3_S;
        if (isOneOf(fileType, { LLAMA_FTYPE_MOSTLY_TQ1_0, LLAMA_FTYPE_MOSTLY_TQ2_0 }))
            return GGML_TYPE_Q4_K;
        return common;
    }

    ggml_type valueRule(int fileType, ggml_type common, std::int64_t block, const MixFacts& facts)
    {
        const bool manyShare = facts.headsPerKeyValueHead >= 4; // each key-value head is small then, and bits are cheap
        ggml_type type = common;
        if (isBelowThreeBits(fileType))
            return manyShare ? GGML_TYPE_Q4_K : isIq2SOrM(fileType) ? GGML_TYPE_IQ3_S : GGML_TYPE_Q2_K;
        switch (fileType) {
        case LLAMA_FTYPE_MOSTLY_Q2_K:
            type = manyShare ? GGML_TYPE_Q4_K : GGML_TYPE_Q3_K;
            break;
        case LLAMA_FTYPE_MOSTLY_Q2_K_S:
        case LLAMA_FTYPE_MOSTLY_IQ3_XS:
        case LLAMA_FTYPE_MOSTLY_IQ3_S:
            type = manyShare ? GGML_TYPE_Q4_K : common;
            break;
        case LLAMA_FTYPE_MOSTLY_IQ3_XXS:
            type = manyShare ? GGML_TYPE_Q4_K : facts.importances ? GGML_TYPE_IQ3_XXS : GGML_TYPE_IQ3_S;
            break;
        case LLAMA_FTYPE_MOSTLY_IQ3_M:
            type = GGML_TYPE_Q4_K;
            break;
        case LLAMA_FTYPE_MOSTLY_Q3_K_M:
            type = block < 2 ? GGML_TYPE_Q5_K : GGML_TYPE_Q4_K;
            break;
        case LLAMA_FTYPE_MOSTLY_Q3_K_L:
            type = GGML_TYPE_Q5_K;
            break;
        case LLAMA_FTYPE_MOSTLY_IQ4_NL:
        case LLAMA_FTYPE_MOSTLY_IQ4_XS:
            type = manyShare ? GGML_TYPE_Q5_K : common;
            break;
        case LLAMA_FTYPE_MOSTLY_Q4_K_M:
        case LLAMA_FTYPE_MOSTLY_Q5_K_M:
            type = deservesMore(block, facts.blocks) ? GGML_TYPE_Q6_K : common;
            break;
        case LLAMA_FTYPE_MOSTLY_Q4_K_S:
            type = block < 4 ? GGML_TYPE_Q5_K : common;
            break;
        default:
            break;
        }
        constexpr std::int64_t blocksOf70B = 80; // the size at which eight heads share a value head
        if (facts.blocks == blocksOf70B && (type == GGML_TYPE_Q3_K || type == GGML_TYPE_Q4_K))
            return GGML_TYPE_Q5_K;
        return type;
    }

    ggml_type downRule(int fileType, ggml_type common, std::int64_t block, const MixFacts& facts)
    {
        const bool firstEighth = block < facts.blocks / 8;
        if (isBelowThreeBits(fileType))
            return !firstEighth ? common : isIq2SOrM(fileType) ? GGML_TYPE_IQ3_S : GGML_TYPE_Q2_K;
        switch (fileType) {
        case LLAMA_FTYPE_MOSTLY_Q2_K:
            return GGML_TYPE_Q3_K;
        case LLAMA_FTYPE_MOSTLY_Q2_K_S:
        case LLAMA_FTYPE_MOSTLY_IQ3_M:
            return firstEighth ? GGML_TYPE_Q4_K : common;
        case LLAMA_FTYPE_MOSTLY_IQ3_XXS:
            return facts.importances ? common : firstEighth ? GGML_TYPE_Q4_K : GGML_TYPE_Q3_K;
        case LLAMA_FTYPE_MOSTLY_Q3_K_M:
            return block < facts.blocks / 16 ? GGML_TYPE_Q5_K : GGML_TYPE_Q4_K;
        case LLAMA_FTYPE_MOSTLY_Q3_K_L:
            return GGML_TYPE_Q5_K;
        case LLAMA_FTYPE_MOSTLY_Q4_K_M:
        case LLAMA_FTYPE_MOSTLY_Q5_K_M:
            return deservesMore(block, facts.blocks) ? GGML_TYPE_Q6_K : common;
        case LLAMA_FTYPE_MOSTLY_IQ4_NL:
        case LLAMA_FTYPE_MOSTLY_IQ4_XS:
            return firstEighth && !facts.importances ? GGML_TYPE_Q5_K : common;
        case LLAMA_FTYPE_MOSTLY_Q4_K_S:
            return firstEighth ? GGML_TYPE_Q5_K : common;
        case LLAMA_FTYPE_MOSTLY_Q4_0:
            return firstEighth && facts.importances ? GGML_TYPE_Q4_1 : common;
        case LLAMA_FTYPE_MOSTLY_Q5_0:
            return firstEighth && facts.importances ? GGML_TYPE_Q5_1 : common;
        default:
            return common;
        }
    }

    ggml_type attentionOutputRule(int fileType, ggml_type common)
    {
        switch (fileType) {
        case LLAMA_FTYPE_MOSTLY_IQ1_S:
        case LLAMA_FTYPE_MOSTLY_IQ1_M:
            return GGML_TYPE_IQ2_XXS;
        case LLAMA_FTYPE_MOSTLY_IQ2_S:
        case LLAMA_FTYPE_MOSTLY_IQ2_M:
        case LLAMA_FTYPE_MOSTLY_IQ3_XXS:
            return GGML_TYPE_IQ3_S;
        case LLAMA_FTYPE_MOSTLY_Q2_K:
            return GGML_TYPE_Q3_K;
        case LLAMA_FTYPE_MOSTLY_Q3_K_M:
        case LLAMA_FTYPE_MOSTLY_IQ3_M:
            return GGML_TYPE_Q4_K;
        case LLAMA_FTYPE_MOSTLY_Q3_K_L:
            return GGML_TYPE_Q5_K;
        default:
            return common;
        }
    }

    ggml_type queryKeyRule(int fileType, ggml_type common)
    {
        if (fileType == LLAMA_FTYPE_MOSTLY_IQ3_XS)
            return GGML_TYPE_IQ3_XXS;
        return fileType == LLAMA_FTYPE_MOSTLY_IQ3_XXS ? GGML_TYPE_IQ2_S : common;
    }

    ggml_type gateUpRule(int fileType, ggml_type common, std::int64_t block, std::int64_t blocks)
    {
        const bool between = block >= blocks / 8 && block < 7 * blocks / 8;
        return fileType == LLAMA_FTYPE_MOSTLY_IQ3_XS && between ? GGML_TYPE_IQ3_XXS : common;
    }
}

const std::vector<std::string>& ggufMixes()
{
    static const auto names = [] {
        std::vector<std::string> all;
        for (const Mix& mix : mixes)
            all.emplace_back(mix.name);
        return all;
    }();
    return names;
}

std::optional<int> mixFileType(const std::string& name)
{
    const auto found = std::find_if(mixes.begin(), mixes.end(), [&](const Mix& mix) { return name == mix.name; });
    return found == mixes.end() ? std::nullopt : std::optional<int>(found->fileType);
}

int mixDefaultType(int fileType)
{
    const auto found = std::find_if(mixes.begin(), mixes.end(), [&](const Mix& mix) { return mix.fileType == fileType; });
    return found == mixes.end() ? GGML_TYPE_F16 : found->common;
}

int mixType(int fileType, TensorRole role, std::int64_t block, std::int64_t columns, const MixFacts& facts)
{
    const auto common = static_cast<ggml_type>(mixDefaultType(fileType));
    if (role == TensorRole::Output || (role == TensorRole::Embedding && facts.tiedEmbeddings))
        return outputRule(fileType, common, columns);
    if (!ggml_is_quantized(common))
        return common;
    switch (role) {
    case TensorRole::Embedding:
        return embeddingRule(fileType, common);
    case TensorRole::AttentionValue:
        return valueRule(fileType, common, block, facts);
    case TensorRole::AttentionQuery:
    case TensorRole::AttentionKey:
        return queryKeyRule(fileType, common);
    case TensorRole::AttentionOutput:
        return attentionOutputRule(fileType, common);
    case TensorRole::FeedForwardDown:
        return downRule(fileType, common, block, facts);
    case TensorRole::FeedForwardGate:
    case TensorRole::FeedForwardUp:
        return gateUpRule(fileType, common, block, facts.blocks);
    default:
        return common;
    }
}

int outerType(int type, TensorRole role, std::int64_t columns, const MixFacts& facts)
{
    const auto common = static_cast<ggml_type>(type);
    int fileType = LLAMA_FTYPE_GUESSED; // no rule is about it
    for (const Mix& mix : mixes) {
        if (mix.common == common) {
            fileType = mix.fileType;
            break;
        }
    }
    if (role == TensorRole::Output || facts.tiedEmbeddings)
        return outputRule(fileType, common, columns);
    return ggml_is_quantized(common) ? embeddingRule(fileType, common) : common;
}

} // namespace bitloom
