// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_types.h"

#include "core/export/exporter.h"
#include "core/export/gguf_mixes.h"
#include "core/io/gguf_file.h"

#include <algorithm>
#include <cctype>
#include <ggml.h>
#include <llama.h>
#include <optional>

namespace bitloom {
namespace {

std::string upperCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char character) { return static_cast<char>(std::toupper(character)); });
    return text;
}

bool storesFloats(ggml_type type)
{
    return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
}

/// Q8_1 and Q8_K are what ggml makes of activations while it computes; no file holds them.
bool isWeightType(ggml_type type)
{
    if (storesFloats(type))
        return true;
    return type != GGML_TYPE_Q8_1 && type != GGML_TYPE_Q8_K && ggml_is_quantized(type) && ggml_get_type_traits(type)->from_float_ref != nullptr;
}

/// The types whose search has no meaning without importances have no reference quantizer in the table of traits.
bool isKnownType(ggml_type type)
{
    return isWeightType(type) || ggml_quantize_requires_imatrix(type);
}

std::optional<int> knownType(const std::string& name)
{
    const auto wanted = upperCase(name);
    for (int number = 0; number < GGML_TYPE_COUNT; ++number)
        if (isKnownType(static_cast<ggml_type>(number)) && upperCase(ggmlTypeName(number)) == wanted)
            return number;
    return std::nullopt;
}

} // namespace

const std::vector<std::string>& ggufTypes()
{
    static const auto names = [] {
        std::vector<std::string> all;
        for (int number = 0; number < GGML_TYPE_COUNT; ++number)
            if (isKnownType(static_cast<ggml_type>(number)))
                all.push_back(ggmlTypeName(number));
        return all;
    }();
    return names;
}

Result<int> parseGgufType(const std::string& name)
{
    if (const auto type = knownType(name))
        return *type;
    return fail(ErrorCode::Usage, "gguf type \"{}\" is not known, expected one of {}, a mix of llama.cpp ({}), or auto", name, fmt::join(ggufTypes(), ", "),
        fmt::join(ggufMixes(), ", "));
}

bool isGgufType(const std::string& name)
{
    return knownType(name).has_value();
}

int ggmlTypeNumber(const std::string& name)
{
    for (int number = 0; number < GGML_TYPE_COUNT; ++number)
        if (ggmlTypeName(number) == name)
            return number;
    return -1;
}

int typeForRow(int type, std::int64_t columns)
{
    const auto divides = [&](ggml_type candidate) { return columns % ggml_blck_size(candidate) == 0; };
    const auto wanted = static_cast<ggml_type>(type);
    if (divides(wanted))
        return type;
    ggml_type replacement = GGML_TYPE_F16;
    switch (wanted) {
    case GGML_TYPE_Q2_K:
    case GGML_TYPE_Q3_K:
    case GGML_TYPE_TQ1_0:
    case GGML_TYPE_TQ2_0:
    case GGML_TYPE_Q2_0:
        replacement = GGML_TYPE_Q4_0;
        break;
    case GGML_TYPE_Q4_K:
        replacement = GGML_TYPE_Q5_0;
        break;
    case GGML_TYPE_Q5_K:
        replacement = GGML_TYPE_Q5_1;
        break;
    case GGML_TYPE_Q6_K:
        replacement = GGML_TYPE_Q8_0;
        break;
    case GGML_TYPE_IQ1_S:
    case GGML_TYPE_IQ1_M:
    case GGML_TYPE_IQ2_XXS:
    case GGML_TYPE_IQ2_XS:
    case GGML_TYPE_IQ2_S:
    case GGML_TYPE_IQ3_XXS:
    case GGML_TYPE_IQ3_S:
    case GGML_TYPE_IQ4_XS:
        replacement = GGML_TYPE_IQ4_NL;
        break;
    default:
        break;
    }
    return divides(replacement) ? replacement : GGML_TYPE_F16;
}

int ggufFileType(int type)
{
    switch (static_cast<ggml_type>(type)) {
    case GGML_TYPE_F32:
        return LLAMA_FTYPE_ALL_F32;
    case GGML_TYPE_F16:
        return LLAMA_FTYPE_MOSTLY_F16;
    case GGML_TYPE_BF16:
        return LLAMA_FTYPE_MOSTLY_BF16;
    case GGML_TYPE_Q4_0:
        return LLAMA_FTYPE_MOSTLY_Q4_0;
    case GGML_TYPE_Q4_1:
        return LLAMA_FTYPE_MOSTLY_Q4_1;
    case GGML_TYPE_Q5_0:
        return LLAMA_FTYPE_MOSTLY_Q5_0;
    case GGML_TYPE_Q5_1:
        return LLAMA_FTYPE_MOSTLY_Q5_1;
    case GGML_TYPE_Q8_0:
        return LLAMA_FTYPE_MOSTLY_Q8_0;
    case GGML_TYPE_Q2_K:
        return LLAMA_FTYPE_MOSTLY_Q2_K;
    case GGML_TYPE_Q3_K:
        return LLAMA_FTYPE_MOSTLY_Q3_K_M;
    case GGML_TYPE_Q4_K:
        return LLAMA_FTYPE_MOSTLY_Q4_K_M;
    case GGML_TYPE_Q5_K:
        return LLAMA_FTYPE_MOSTLY_Q5_K_M;
    case GGML_TYPE_Q6_K:
        return LLAMA_FTYPE_MOSTLY_Q6_K;
    case GGML_TYPE_IQ1_M:
        return LLAMA_FTYPE_MOSTLY_IQ1_M;
    case GGML_TYPE_IQ2_S:
        return LLAMA_FTYPE_MOSTLY_IQ2_S;
    case GGML_TYPE_IQ3_XXS:
        return LLAMA_FTYPE_MOSTLY_IQ3_XXS;
    case GGML_TYPE_IQ3_S:
        return LLAMA_FTYPE_MOSTLY_IQ3_S;
    case GGML_TYPE_IQ4_NL:
        return LLAMA_FTYPE_MOSTLY_IQ4_NL;
    case GGML_TYPE_IQ4_XS:
        return LLAMA_FTYPE_MOSTLY_IQ4_XS;
    case GGML_TYPE_TQ1_0:
        return LLAMA_FTYPE_MOSTLY_TQ1_0;
    case GGML_TYPE_TQ2_0:
        return LLAMA_FTYPE_MOSTLY_TQ2_0;
    case GGML_TYPE_MXFP4:
        return LLAMA_FTYPE_MOSTLY_MXFP4_MOE;
    case GGML_TYPE_NVFP4:
        return LLAMA_FTYPE_MOSTLY_NVFP4;
    case GGML_TYPE_Q1_0:
        return LLAMA_FTYPE_MOSTLY_Q1_0;
    case GGML_TYPE_Q2_0:
        return LLAMA_FTYPE_MOSTLY_Q2_0;
    default:
        return -1;
    }
}

} // namespace bitloom
