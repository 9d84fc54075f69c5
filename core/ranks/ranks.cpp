// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/ranks.h"

#include "core/ranks/mpi_ranks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>

namespace bitloom {
namespace {
    class OneRank : public Ranks
    {
    public:
        [[nodiscard]] int rank() const override { return 0; }
        [[nodiscard]] int count() const override { return 1; }
        [[nodiscard]] int countHere() const override { return 1; }
        [[nodiscard]] int placeHere() const override { return 0; }
        [[nodiscard]] int processors() const override { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }
        Result<void> send(int to, int, SharedBytes) override { return noOther(to); }
        Result<SharedBytes> receive(int from, int) override { return noOther(from); }
        Result<std::optional<int>> sender(int) override { return std::nullopt; }
        std::optional<Error> leave(const std::optional<Error>& failure) override { return failure; }

    private:
        static tl::unexpected<Error> noOther(int rank) { return fail(ErrorCode::Internal, "there is no rank {} to talk to", rank); }
    };

    std::optional<int> numberIn(const char* variable)
    {
        const char* value = std::getenv(variable);
        if (value == nullptr)
            return std::nullopt;
        const std::string_view text(value);
        int number = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(number) : std::nullopt;
    }
}

Ranks& oneRank()
{
    static OneRank alone;
    return alone;
}

LaunchedPlace launchedPlace()
{
    // Open MPI's mpirun; MPICH's and Intel's; Slurm's srun with PMIx.
    constexpr std::array<std::pair<const char*, const char*>, 3> launchers { { { "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE" },
        { "PMI_RANK", "PMI_SIZE" }, { "PMIX_RANK", "SLURM_NTASKS" } } };
    for (const auto& [rankVariable, countVariable] : launchers) {
        const auto rank = numberIn(rankVariable), count = numberIn(countVariable);
        if (rank && count && *rank >= 0 && *rank < *count)
            return { *rank, *count };
    }
    return {};
}

Result<std::unique_ptr<Ranks>> joinRanks(JobControl& control)
{
    if (launchedPlace().count > 1)
        return joinMpiRanks(control);
    return std::make_unique<OneRank>();
}

} // namespace bitloom
