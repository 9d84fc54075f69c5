// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bitloom {

/// Bytes that `owner` keeps alive.
struct SharedBytes
{
    std::span<const std::byte> view;
    std::shared_ptr<const void> owner;
};

/// The processes that share one job, as one of them sees them. A job stands or falls with all of its ranks: when one fails or is
/// cancelled, every other's JobControl is cancelled within a fraction of a second, and whoever waits for a message gets an Error.
/// Waiting takes next to no processor time. Thread-safe, but only one thread at a time may send (or receive) on the same channel.
class Ranks
{
public:
    virtual ~Ranks() = default;

    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int count() const = 0;
    /// Ranks on this machine, this one included, and this one's place among them.
    [[nodiscard]] virtual int countHere() const = 0;
    [[nodiscard]] virtual int placeHere() const = 0;
    /// This rank's share of the processors that it may run on; at least 1.
    [[nodiscard]] virtual int processors() const = 0;

    /// Messages between two ranks on one channel (0 to 9999) arrive in the order in which they were sent, whatever their size.
    [[nodiscard]] virtual Result<void> send(int to, int channel, SharedBytes bytes) = 0;
    [[nodiscard]] virtual Result<SharedBytes> receive(int from, int channel) = 0;
    /// A rank whose message on the channel can be received now; nullopt where there is none. Does not wait.
    [[nodiscard]] virtual Result<std::optional<int>> sender(int channel) = 0;

    /// The last call: tells the others if this rank failed, waits until all have come this far, and returns what ended the job on all
    /// ranks (with the number of the rank that failed first), or nullopt when all did well.
    [[nodiscard]] virtual std::optional<Error> leave(const std::optional<Error>& failure) = 0;
};

/// A job that no other process shares: nothing can be sent.
[[nodiscard]] Ranks& oneRank();

/// Where a launcher such as mpirun put this process, known from its environment alone.
struct LaunchedPlace
{
    int rank = 0, count = 1;
};
[[nodiscard]] LaunchedPlace launchedPlace();

/// The ranks that this process was started with: more than one under mpirun and the like, else just this one. `control` is cancelled when
/// another rank fails, and has to outlive the ranks. An Error where a launcher started several but this program was built without MPI.
[[nodiscard]] Result<std::unique_ptr<Ranks>> joinRanks(JobControl& control);

} // namespace bitloom
