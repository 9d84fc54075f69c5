// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/device_link.h"

namespace bitloom {

bool hasNccl()
{
    return false;
}

Result<LinkKey> newLinkKey()
{
    return fail(ErrorCode::Unsupported, "this build has no NCCL");
}

Result<std::unique_ptr<DeviceLink>> openNcclLink(Ranks&, int, const LinkKey&, JobControl&)
{
    return fail(ErrorCode::Unsupported, "this build has no NCCL");
}

} // namespace bitloom
