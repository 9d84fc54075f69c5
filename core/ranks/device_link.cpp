// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/device_link.h"

#include <cstring>
#include <set>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace bitloom {
namespace {
    constexpr int channel = 6;

    /// Where a rank's GPU is.
    struct Place
    {
        char host[256] = {};
        int device = -1;
        bool nccl = false;
    };

    struct Agreement
    {
        bool linked = false;
        LinkKey key;
    };

    template <class T>
    Result<void> sendValue(Ranks& ranks, int to, const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto kept = std::make_shared<T>(value);
        return ranks.send(to, channel, { std::as_bytes(std::span(kept.get(), 1)), kept });
    }

    template <class T>
    Result<T> receiveValue(Ranks& ranks, int from)
    {
        BITLOOM_TRY(const SharedBytes bytes, ranks.receive(from, channel));
        T value;
        if (bytes.view.size() != sizeof value)
            return fail(ErrorCode::Internal, "rank {} sent {} bytes about its GPU, expected {}", from, bytes.view.size(), sizeof value);
        std::memcpy(&value, bytes.view.data(), sizeof value);
        return value;
    }

    /// Rank 0's decision.
    Result<Agreement> agree(Ranks& ranks, const Place& ours)
    {
        std::set<std::pair<std::string, int>> gpus;
        bool possible = true;
        for (int rank = 0; rank < ranks.count(); ++rank) {
            Place place = ours;
            if (rank > 0) {
                BITLOOM_TRY(place, receiveValue<Place>(ranks, rank));
            }
            place.host[sizeof place.host - 1] = '\0';
            possible = possible && place.nccl && place.device >= 0 && gpus.emplace(place.host, place.device).second;
        }
        Agreement agreement;
        agreement.linked = possible;
        if (possible) {
            BITLOOM_TRY(agreement.key, newLinkKey());
        }
        for (int rank = 1; rank < ranks.count(); ++rank)
            BITLOOM_CHECK(sendValue(ranks, rank, agreement));
        return agreement;
    }
}

Result<std::unique_ptr<DeviceLink>> linkDevices(Ranks& ranks, int device, JobControl& control)
{
    if (ranks.count() == 1)
        return nullptr;
    Place ours;
    ::gethostname(ours.host, sizeof ours.host - 1);
    ours.device = device;
    ours.nccl = device >= 0 && hasNccl();
    Agreement agreement;
    if (ranks.rank() == 0) {
        BITLOOM_TRY(agreement, agree(ranks, ours));
    } else {
        BITLOOM_CHECK(sendValue(ranks, 0, ours));
        BITLOOM_TRY(agreement, receiveValue<Agreement>(ranks, 0));
    }
    if (!agreement.linked)
        return nullptr;
    return openNcclLink(ranks, device, agreement.key, control);
}

} // namespace bitloom
