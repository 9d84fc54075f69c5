// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/instruction_set.h"

namespace bitloom::kernels {

template <class Primitives>
const Primitives& compiledFor(InstructionSet set, const Primitives& portable, const Primitives& avx2, const Primitives& avx512)
{
    return set == InstructionSet::Avx512 ? avx512 : set == InstructionSet::Avx2 ? avx2 : portable;
}

} // namespace bitloom::kernels

/// portableNAME, avx2NAME or avx512NAME; other processors than x86-64 have the first alone.
#if defined(__x86_64__)
#define BITLOOM_COMPILED_FOR(set, name) ::bitloom::kernels::compiledFor(set, portable##name, avx2##name, avx512##name)
#else
#define BITLOOM_COMPILED_FOR(set, name) (static_cast<void>(set), portable##name)
#endif
