// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/position_classes.h"

namespace bitloom::kv {
namespace {
    PositionClass classOf(Retained reason)
    {
        switch (reason) {
        case Retained::Sink:
            return PositionClass::Sink;
        case Retained::Recent:
            return PositionClass::Recent;
        case Retained::Logarithmic:
            return PositionClass::Logarithmic;
        case Retained::Heavy:
            break;
        }
        return PositionClass::Heavy;
    }
} // namespace

void classifyPositions(const HeadCache& cache, Half half, std::vector<PositionClass>& classes)
{
    const SideStore& store = half == Half::Keys ? cache.keys() : cache.values();
    classes.assign(static_cast<std::size_t>(store.length()),
        store.layout().grid().evicts() ? PositionClass::Evicted : PositionClass::Packed);
    for (std::size_t slab = 0; slab < store.slabs(); ++slab) {
        const std::int32_t* const positions = store.slabPositions(slab);
        for (int slot = 0; slot < SideStore::slabSlots; ++slot)
            if (positions[slot] >= 0)
                classes[static_cast<std::size_t>(positions[slot])] = classOf(cache.policy().reason(positions[slot]));
    }
    for (const std::int32_t position : store.waiting())
        classes[static_cast<std::size_t>(position)] = PositionClass::Waiting;
}

} // namespace bitloom::kv
