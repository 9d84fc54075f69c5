// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/part_stream.h"

#include "core/base/error_in_flight.h"

#include <c10/util/Exception.h>
#include <optional>

namespace bitloom {

PartStream::PartStream(Load load)
    : m_load(std::move(load))
{
}

PartStream::~PartStream() = default; // the future of an asynchronous call waits for it

Result<void> PartStream::enter(std::int64_t part, std::int64_t next)
{
    if (m_part != part) {
        m_current.reset();
        m_part = -1;
        std::optional<Loaded> loaded;
        if (m_coming.valid()) {
            loaded = m_coming.get();
            if (m_comingPart != part)
                loaded.reset();
        }
        if (!loaded)
            loaded = catching("loading weights", [&] { return m_load(part); });
        if (!*loaded)
            return forward(*loaded);
        m_current = std::move(**loaded);
        m_part = part;
    }
    if (next >= 0 && next != part && !(m_coming.valid() && m_comingPart == next)) {
        if (m_coming.valid())
            m_coming.wait();
        m_comingPart = next;
        m_coming = std::async(std::launch::async, [this, next]() -> Loaded { return catching("reading ahead", [&] { return m_load(next); }); });
    }
    return {};
}

const ModelPart& PartStream::at(std::int64_t part) const
{
    TORCH_CHECK(part == m_part && m_current, "part ", part, " of a streamed model is used, but part ", m_part, " was entered");
    return *m_current;
}

} // namespace bitloom
