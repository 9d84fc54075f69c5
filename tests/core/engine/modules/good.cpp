// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/modules/described_method.h"

namespace {
class Good : public bitloom::test::DescribedMethod
{
public:
    Good()
        : DescribedMethod("good")
    {
    }
};
}

BITLOOM_WEIGHT_PLUGIN(Good)
