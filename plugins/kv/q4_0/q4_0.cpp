// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/ggml_cache_type.h"

namespace bitloom::kv {
namespace {
    class Q4_0 : public GgmlCacheType
    {
    public:
        Q4_0()
            : GgmlCacheType("q4_0", "llama.cpp's 4-bit cache type: 32 channels of a token share a 16-bit scale, levels evenly spaced.", 4, Rounding::Q4_0)
        {
        }
    };
}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Q4_0)
