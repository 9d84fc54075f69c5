// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/modules/described_method.h"

namespace {
class Untitled : public bitloom::test::DescribedMethod
{
public:
    Untitled()
        : DescribedMethod("untitled", "")
    {
    }
};
}

BITLOOM_WEIGHT_PLUGIN(Untitled)
