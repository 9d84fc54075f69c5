// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/weight_quantizer.h"

#include <cstdlib>

// A caller that went on after reading the version would end the process.
extern "C" __attribute__((visibility("default"))) const bitloom::WeightPlugin bitloom_weight_plugin {
    bitloom::weightPluginInterface + 1, []() -> bitloom::WeightQuantizer* { std::abort(); }
};
