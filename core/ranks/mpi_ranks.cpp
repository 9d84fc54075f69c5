// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/mpi_ranks.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mpi.h>
#include <mutex>
#include <sched.h>
#include <string>
#include <thread>

namespace bitloom {
namespace {
    using namespace std::chrono_literals;
    using Clock = std::chrono::steady_clock;

    constexpr std::int64_t largestPart = std::int64_t { 256 } << 20; ///< MPI counts in int
    constexpr auto pollInterval = 50us; ///< short enough for full speed: each poll moves whatever has arrived
    constexpr auto watchInterval = 20ms;
    constexpr auto patience = 60s; ///< with ranks that have yet to notice that the job has failed

    enum Notice : int { failed = 1, left = 2, go = 3 }; // tags on the communicator for notices

    /// MPI's own waiting spins; every wait here is a poll that sleeps, under a lock that makes one thread at a time call MPI.
    class MpiRanks : public Ranks
    {
    public:
        explicit MpiRanks(JobControl& control)
            : m_control(control)
        {
        }

        Result<void> join()
        {
            int provided = MPI_THREAD_SINGLE;
            BITLOOM_CHECK(checked(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided), "starting MPI"));
            if (provided < MPI_THREAD_SERIALIZED)
                return tl::make_unexpected(Error { ErrorCode::Unsupported, "this MPI cannot be called from several threads (MPI_THREAD_SERIALIZED)" });
            MPI_Comm here = MPI_COMM_NULL;
            BITLOOM_CHECK(checked(MPI_Comm_dup(MPI_COMM_WORLD, &m_data), "starting MPI"));
            BITLOOM_CHECK(checked(MPI_Comm_dup(MPI_COMM_WORLD, &m_notices), "starting MPI"));
            BITLOOM_CHECK(checked(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here), "starting MPI"));
            for (const MPI_Comm communicator : { m_data, m_notices, here })
                BITLOOM_CHECK(checked(MPI_Comm_set_errhandler(communicator, MPI_ERRORS_RETURN), "starting MPI"));
            MPI_Comm_rank(m_data, &m_rank);
            MPI_Comm_size(m_data, &m_count);
            MPI_Comm_rank(here, &m_placeHere);
            MPI_Comm_size(here, &m_countHere);
            BITLOOM_CHECK(shareProcessors(here));
            MPI_Comm_free(&here);
            m_watch = std::jthread([this](const std::stop_token& stop) { watch(stop); });
            return {};
        }

        [[nodiscard]] int rank() const override { return m_rank; }
        [[nodiscard]] int count() const override { return m_count; }
        [[nodiscard]] int countHere() const override { return m_countHere; }
        [[nodiscard]] int placeHere() const override { return m_placeHere; }
        [[nodiscard]] int processors() const override { return m_processors; }

        Result<void> send(int to, int channel, SharedBytes bytes) override
        {
            // A message is its size, then its bytes in parts that MPI can count.
            const auto size = std::make_shared<std::int64_t>(static_cast<std::int64_t>(bytes.view.size()));
            BITLOOM_CHECK(sendPart(to, channel, { std::as_bytes(std::span(size.get(), 1)), size }));
            for (std::int64_t at = 0; at < *size; at += largestPart)
                BITLOOM_CHECK(sendPart(to, channel, { bytes.view.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(std::min(largestPart, *size - at))), bytes.owner }));
            return {};
        }

        Result<SharedBytes> receive(int from, int channel) override
        {
            const auto size = std::make_shared<std::int64_t>(0);
            BITLOOM_CHECK(receivePart(from, channel, size.get(), sizeof(std::int64_t), size));
            if (*size < 0)
                return fail(ErrorCode::Internal, "rank {} sent a message of {} bytes", from, *size);
            const auto buffer = std::make_shared_for_overwrite<std::byte[]>(static_cast<std::size_t>(*size));
            for (std::int64_t at = 0; at < *size; at += largestPart)
                BITLOOM_CHECK(receivePart(from, channel, buffer.get() + at, std::min(largestPart, *size - at), buffer));
            return SharedBytes { { buffer.get(), static_cast<std::size_t>(*size) }, buffer };
        }

        Result<std::optional<int>> sender(int channel) override
        {
            BITLOOM_CHECK(goingOn());
            const std::lock_guard lock(m_mutex);
            int there = 0;
            MPI_Status status;
            BITLOOM_CHECK(checked(MPI_Iprobe(MPI_ANY_SOURCE, channel, m_data, &there, &status), "waiting for the other ranks"));
            return there != 0 ? std::optional<int>(status.MPI_SOURCE) : std::nullopt;
        }

        std::optional<Error> leave(const std::optional<Error>& failure) override
        {
            if (failure)
                tellFailure(*failure);
            // Nobody may end before everybody knows why: a launcher kills all when one ends.
            bool together = true;
            if (m_rank == 0) {
                for (const auto start = Clock::now(); m_left < m_count - 1 && together; std::this_thread::sleep_for(watchInterval))
                    together = Clock::now() - start < patience;
                for (int other = 1; other < m_count; ++other)
                    notify(other, Notice::go, {});
            } else {
                notify(0, Notice::left, {});
                while (!m_mayGo)
                    std::this_thread::sleep_for(watchInterval);
            }
            m_watch = {};
            // Finalizing waits for all; without them it is left out, and the launcher ends those that hang.
            if (together) {
                const std::lock_guard lock(m_mutex);
                MPI_Finalize();
            }
            const std::lock_guard lock(m_failureMutex);
            return m_failure;
        }

    private:
        static Result<void> checked(int code, const char* doing)
        {
            if (code == MPI_SUCCESS)
                return {};
            std::string text(MPI_MAX_ERROR_STRING, '\0');
            int length = 0;
            MPI_Error_string(code, text.data(), &length);
            text.resize(static_cast<std::size_t>(length));
            return fail(ErrorCode::Io, "{}: {}", doing, text);
        }

        /// Launchers often bind ranks to processors. Those that may run on the same ones share them out.
        Result<void> shareProcessors(MPI_Comm here)
        {
            cpu_set_t mine;
            CPU_ZERO(&mine);
            if (sched_getaffinity(0, sizeof mine, &mine) != 0) { // more processors than the set can hold
                m_processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / m_countHere);
                return {};
            }
            std::vector<cpu_set_t> all(static_cast<std::size_t>(m_countHere));
            BITLOOM_CHECK(checked(MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, here), "starting MPI"));
            const auto sharing = std::count_if(all.begin(), all.end(), [&](const cpu_set_t& other) {
                cpu_set_t both;
                CPU_AND(&both, &mine, &other);
                return CPU_COUNT(&both) > 0;
            });
            m_processors = std::max(1, CPU_COUNT(&mine) / static_cast<int>(sharing));
            return {};
        }

        [[nodiscard]] Result<void> goingOn() const
        {
            {
                const std::lock_guard lock(m_failureMutex);
                if (m_failure)
                    return tl::make_unexpected(*m_failure);
            }
            if (m_control.stopToken().stop_requested())
                return cancelled();
            return {};
        }

        Result<void> sendPart(int to, int channel, const SharedBytes& bytes)
        {
            MPI_Request request = MPI_REQUEST_NULL;
            {
                const std::lock_guard lock(m_mutex);
                BITLOOM_CHECK(checked(MPI_Isend(bytes.view.data(), static_cast<int>(bytes.view.size()), MPI_BYTE, to, channel, m_data, &request), "sending to another rank"));
            }
            return finish(request, bytes.owner);
        }

        Result<void> receivePart(int from, int channel, void* to, std::int64_t bytes, const std::shared_ptr<const void>& owner)
        {
            MPI_Request request = MPI_REQUEST_NULL;
            {
                const std::lock_guard lock(m_mutex);
                BITLOOM_CHECK(checked(MPI_Irecv(to, static_cast<int>(bytes), MPI_BYTE, from, channel, m_data, &request), "receiving from another rank"));
            }
            return finish(request, owner);
        }

        /// Waits for a transfer. One that is given up because the job ends may still touch its bytes until the process ends.
        Result<void> finish(MPI_Request& request, const std::shared_ptr<const void>& owner)
        {
            for (int polls = 0;; ++polls) {
                {
                    const std::lock_guard lock(m_mutex);
                    int done = 0;
                    BITLOOM_CHECK(checked(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "exchanging with another rank"));
                    if (done != 0)
                        return {};
                }
                if (auto on = goingOn(); !on) {
                    const std::lock_guard lock(m_mutex);
                    m_abandoned.push_back(owner);
                    return on;
                }
                constexpr int pollsWithoutSleep = 20;
                if (polls < pollsWithoutSleep)
                    std::this_thread::yield();
                else
                    std::this_thread::sleep_for(pollInterval);
            }
        }

        void tellFailure(const Error& error)
        {
            if (!remember(m_rank, error))
                return;
            for (int other = 0; other < m_count; ++other) {
                if (other != m_rank)
                    notify(other, Notice::failed, std::to_string(static_cast<int>(error.code)) + "\n" + error.message);
            }
        }

        /// Keeps the first failure that this rank hears of; false for later ones.
        bool remember(int rank, const Error& error)
        {
            const std::lock_guard lock(m_failureMutex);
            if (m_failure)
                return false;
            m_failure = error;
            m_failure->message = fmt::format("rank {}: {}", rank, error.message);
            return true;
        }

        void notify(int to, Notice notice, const std::string& text)
        {
            constexpr std::size_t longestText = 2000; // goes out at once, without the other side's help
            const auto kept = std::make_shared<std::string>(text.substr(0, longestText));
            const std::lock_guard lock(m_mutex);
            MPI_Request request = MPI_REQUEST_NULL;
            m_abandoned.push_back(kept);
            if (MPI_Isend(kept->data(), static_cast<int>(kept->size()), MPI_CHAR, to, notice, m_notices, &request) == MPI_SUCCESS)
                MPI_Request_free(&request);
        }

        void watch(const std::stop_token& stop)
        {
            while (!stop.stop_requested()) {
                while (takeNotice()) { }
                std::this_thread::sleep_for(watchInterval);
            }
        }

        bool takeNotice()
        {
            std::string text;
            MPI_Status status;
            {
                const std::lock_guard lock(m_mutex);
                int there = 0, length = 0;
                if (MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, m_notices, &there, &status) != MPI_SUCCESS || there == 0)
                    return false;
                MPI_Get_count(&status, MPI_CHAR, &length);
                text.resize(static_cast<std::size_t>(std::max(0, length)));
                MPI_Recv(text.data(), length, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, m_notices, MPI_STATUS_IGNORE);
            }
            if (status.MPI_TAG == Notice::failed) {
                const std::size_t end = text.find('\n');
                const int code = std::atoi(text.c_str());
                const bool known = end != std::string::npos && code >= 0 && code <= static_cast<int>(ErrorCode::Internal);
                remember(status.MPI_SOURCE, known ? Error { static_cast<ErrorCode>(code), text.substr(end + 1) } : Error { ErrorCode::Internal, "failed" });
                m_control.cancel();
            } else if (status.MPI_TAG == Notice::left) {
                ++m_left;
            } else {
                m_mayGo = true;
            }
            return true;
        }

        JobControl& m_control;
        int m_rank = 0, m_count = 1, m_countHere = 1, m_placeHere = 0, m_processors = 1;
        MPI_Comm m_data = MPI_COMM_NULL, m_notices = MPI_COMM_NULL;
        std::mutex m_mutex; // held while MPI is called; guards m_abandoned
        std::vector<std::shared_ptr<const void>> m_abandoned;
        mutable std::mutex m_failureMutex; // guards m_failure
        std::optional<Error> m_failure;
        std::atomic<int> m_left { 0 };
        std::atomic<bool> m_mayGo { false };
        std::jthread m_watch;
    };
}

Result<std::unique_ptr<Ranks>> joinMpiRanks(JobControl& control)
{
    auto ranks = std::make_unique<MpiRanks>(control);
    BITLOOM_CHECK(ranks->join());
    return ranks;
}

} // namespace bitloom
