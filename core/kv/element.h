// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/kv_primitives.h"
#include "core/kv/half.h"

#include <cstddef>
#include <cstring>

namespace bitloom::kv {

inline void storeElement(std::byte* at, kernels::ElementType type, float value)
{
    if (type == kernels::ElementType::F32) {
        std::memcpy(at, &value, sizeof value);
    } else {
        const std::uint16_t narrow = type == kernels::ElementType::F16 ? toHalf(value) : toBrain(value);
        std::memcpy(at, &narrow, sizeof narrow);
    }
}

[[nodiscard]] inline float loadElement(const std::byte* at, kernels::ElementType type)
{
    if (type == kernels::ElementType::F32) {
        float value;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    std::uint16_t narrow;
    std::memcpy(&narrow, at, sizeof narrow);
    return type == kernels::ElementType::F16 ? fromHalf(narrow) : fromBrain(narrow);
}

} // namespace bitloom::kv
