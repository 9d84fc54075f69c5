// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/ggml_cache_type.h"

namespace bitloom::kv {
namespace {
    class Iq4Nl : public GgmlCacheType
    {
    public:
        Iq4Nl()
            : GgmlCacheType("iq4_nl", "llama.cpp's 4-bit cache type with unevenly spaced levels: 32 channels of a token share a 16-bit scale.", 4, Rounding::Iq4Nl)
        {
        }
    };
}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Iq4Nl)
