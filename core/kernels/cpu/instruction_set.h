// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bitloom::kernels {

/// What the kernels for a CPU are compiled for; which one runs is decided at run time. Avx2 includes FMA, as on nearly all processors that have it.
enum class InstructionSet { Portable, Avx2, Avx512 };

[[nodiscard]] bool isSupported(InstructionSet set); ///< by the processor that this runs on
[[nodiscard]] InstructionSet bestInstructionSet();
[[nodiscard]] const char* instructionSetName(InstructionSet set); ///< "avx512"

} // namespace bitloom::kernels
