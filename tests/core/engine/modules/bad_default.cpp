// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/modules/described_method.h"

namespace {
class BadDefault : public bitloom::test::DescribedMethod
{
public:
    BadDefault()
        : DescribedMethod("bad_default")
    {
    }
    bitloom::MethodInfo describe() const override
    {
        auto info = DescribedMethod::describe();
        bitloom::ParameterInfo cycles;
        cycles.name = "cycles";
        cycles.title = "Cycles";
        cycles.type = bitloom::ParameterType::Integer;
        cycles.defaultValue = 0;
        cycles.minimum = 1;
        cycles.help = "How often.";
        info.parameters = { cycles };
        return info;
    }
};
}

BITLOOM_WEIGHT_PLUGIN(BadDefault)
