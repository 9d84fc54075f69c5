// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/modules/described_method.h"

namespace {
class SameId : public bitloom::test::DescribedMethod
{
public:
    SameId()
        : DescribedMethod("good", "An impostor")
    {
    }
};
}

BITLOOM_WEIGHT_PLUGIN(SameId)
