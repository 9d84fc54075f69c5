// SPDX-License-Identifier: GPL-3.0-or-later
// What comes over the pipe between studio and engine, in two pieces.
#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    bitloom::FrameReader reader;
    const std::size_t half = size / 2;
    const auto drain = [&] {
        for (;;) {
            const auto message = reader.next();
            if (!message || !*message)
                return;
            static_cast<void>(bitloom::parseRequest(**message));
            static_cast<void>(bitloom::parseFromEngine(**message));
            if ((*message)->contains("floats"))
                static_cast<void>(bitloom::unpackFloats((**message)["floats"]));
        }
    };
    reader.append({ data, half });
    drain();
    reader.append({ data + half, size - half });
    drain();
    return 0;
}
