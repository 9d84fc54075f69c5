// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/modules/described_method.h"

#include <stdexcept>

namespace {
class OwnError : public std::runtime_error
{
public:
    OwnError()
        : std::runtime_error("no licence found")
    {
    }
};

class Throws : public bitloom::test::DescribedMethod
{
public:
    Throws()
        : DescribedMethod("throws")
    {
    }
    bitloom::MethodInfo describe() const override { throw OwnError(); }
};
}

BITLOOM_WEIGHT_PLUGIN(Throws)
