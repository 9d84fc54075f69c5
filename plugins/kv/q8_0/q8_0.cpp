// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/ggml_cache_type.h"

namespace bitloom::kv {
namespace {
    class Q8_0 : public GgmlCacheType
    {
    public:
        Q8_0()
            : GgmlCacheType("q8_0", "llama.cpp's 8-bit cache type: 32 channels of a token share a 16-bit scale.", 8, Rounding::Q8_0)
        {
        }
    };
}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Q8_0)
