// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/instruction_set.h"

namespace bitloom::kernels {

bool isSupported(InstructionSet set)
{
#if defined(__x86_64__)
    switch (set) {
    case InstructionSet::Avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512vl");
    case InstructionSet::Avx2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case InstructionSet::Portable:
        return true;
    }
#endif
    return set == InstructionSet::Portable;
}

InstructionSet bestInstructionSet()
{
    static const InstructionSet best = isSupported(InstructionSet::Avx512) ? InstructionSet::Avx512
        : isSupported(InstructionSet::Avx2)                                ? InstructionSet::Avx2
                                                                           : InstructionSet::Portable;
    return best;
}

const char* instructionSetName(InstructionSet set)
{
    switch (set) {
    case InstructionSet::Avx512:
        return "avx512";
    case InstructionSet::Avx2:
        return "avx2";
    case InstructionSet::Portable:
        break;
    }
    return "portable";
}

} // namespace bitloom::kernels
