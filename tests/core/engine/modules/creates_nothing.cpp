// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/weight_quantizer.h"

extern "C" __attribute__((visibility("default"))) const bitloom::WeightPlugin bitloom_weight_plugin {
    bitloom::weightPluginInterface, []() -> bitloom::WeightQuantizer* { return nullptr; }
};
