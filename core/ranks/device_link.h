// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ranks/ranks.h"

#include <cstdint>
#include <memory>

namespace bitloom {

/// Moves values from one rank's GPU to another's without a way through host memory.
class DeviceLink
{
public:
    virtual ~DeviceLink() = default;
    /// Both wait until the values have arrived. `values` are in the memory of this rank's GPU and were written on its default stream.
    [[nodiscard]] virtual Result<void> send(int to, const float* values, std::int64_t count) = 0;
    [[nodiscard]] virtual Result<void> receive(int from, float* values, std::int64_t count) = 0;
};

/// A link between the GPUs of all ranks; null where a rank has none (`device` -1) or shares it with another, or where NCCL is missing on any.
/// All ranks call it at the same time, and all get one or none does.
[[nodiscard]] Result<std::unique_ptr<DeviceLink>> linkDevices(Ranks& ranks, int device, JobControl& control);

/// NCCL, which is loaded at run time; the same for all ranks.
struct LinkKey
{
    char bytes[128] = {};
};
[[nodiscard]] bool hasNccl();
[[nodiscard]] Result<LinkKey> newLinkKey();
[[nodiscard]] Result<std::unique_ptr<DeviceLink>> openNcclLink(Ranks& ranks, int device, const LinkKey& key, JobControl& control);

} // namespace bitloom
