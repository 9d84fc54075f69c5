// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ranked_solving.h"

#include "core/base/json_integer.h"
#include "core/base/parallel_for.h"
#include "core/engine/packed_statistics.h"
#include "core/quantization/one_torch_thread.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

namespace bitloom {
namespace {
    using namespace std::chrono_literals;
    using nlohmann::json;

    /// What a thread of another rank says when it wants a layer.
    struct Asking
    {
        int replyChannel = rank_channel::firstReply;
        int askers = 1; ///< of its rank, all told; each is told once that no layer is left
        bool together = false;
        std::optional<StoredCheckpoint> solved;
    };

    RankMessage toMessage(const Asking& asking)
    {
        RankMessage message;
        message.facts = { { "reply", asking.replyChannel }, { "askers", asking.askers }, { "together", asking.together } };
        if (asking.solved) {
            message.facts["layer"] = asking.solved->layer;
            message.facts["metadata"] = asking.solved->metadata;
            message.tensors = asking.solved->tensors;
        }
        return message;
    }

    Result<Asking> toAsking(RankMessage message, int from)
    {
        try {
            const json& facts = message.facts;
            Asking asking { jsonInteger<int>(facts.at("reply")), jsonInteger<int>(facts.at("askers")), facts.at("together").get<bool>(), {} };
            if (facts.contains("layer"))
                asking.solved = StoredCheckpoint { facts.at("layer").get<std::string>(), std::move(message.tensors), facts.at("metadata").get<std::map<std::string, std::string>>() };
            return asking;
        } catch (const json::exception& exception) {
            return fail(ErrorCode::Internal, "rank {} asked for a layer in words that cannot be read: {}", from, exception.what());
        }
    }

    /// One rank's threads, asking and solving.
    class Askers
    {
    public:
        Askers(const PreparedJob& job, JobListener& listener, JobControl& control, Ranks& ranks)
            : m_job(job)
            , m_control(control)
            , m_ranks(ranks)
            , m_solver(job, m_watch, listener, control)
        {
        }

        Result<void> run()
        {
            const OneTorchThread one;
            const int threads = threadCount();
            m_askers = threads + 1;
            parallelFor(threads, 1, [&](std::int64_t thread, std::int64_t) { ask(true, static_cast<int>(thread)); });
            ask(false, threads);
            return m_failure ? tl::make_unexpected(*m_failure) : Result<void>();
        }

    private:
        void ask(bool together, int asker)
        {
            if (auto result = askUntilNoneIsLeft(together, asker); !result) {
                const std::lock_guard lock(m_mutex);
                if (!m_failure)
                    m_failure = result.error();
            }
        }

        [[nodiscard]] bool hasFailed()
        {
            const std::lock_guard lock(m_mutex);
            return m_failure.has_value();
        }

        Result<void> askUntilNoneIsLeft(bool together, int asker)
        {
            Asking asking { rank_channel::firstReply + asker, m_askers, together, {} };
            while (!hasFailed()) {
                BITLOOM_CHECK(m_control.checkpoint());
                {
                    const std::lock_guard lock(m_sending);
                    BITLOOM_CHECK(sendMessage(m_ranks, 0, rank_channel::layers, toMessage(asking)));
                }
                asking.solved.reset();
                BITLOOM_TRY(const RankMessage reply, receiveMessage(m_ranks, 0, asking.replyChannel));
                if (!reply.facts.contains("layer"))
                    return {};
                const auto layer = std::find_if(m_job.layers.begin(), m_job.layers.end(), [&](const LinearLayer& one) { return reply.facts["layer"] == one.name; });
                if (layer == m_job.layers.end())
                    return fail(ErrorCode::Internal, "rank 0 wants layer {}, which this rank's model does not have", reply.facts["layer"].dump());
                const LayerWork work { [&]() -> Result<LayerStatistics> {
                                          BITLOOM_TRY(LayerStatistics statistics,
                                              unpackStatistics(*layer, m_job.needed, [&](const std::string& name) { return reply.find(name); }, "statistics from rank 0"));
                                          BITLOOM_CHECK(checkComplete(statistics, m_job.needed, "statistics from rank 0"));
                                          return statistics;
                                      },
                    [&](const SolvedLayer& solved) -> Result<void> {
                        asking.solved = stored(solved);
                        return {};
                    } };
                if (auto solved = m_solver.solve(*layer, work); !solved)
                    return forward(solved);
            }
            return {};
        }

        const PreparedJob& m_job;
        JobControl& m_control;
        Ranks& m_ranks;
        LayerWatch m_watch; ///< nobody looks at this rank's layers
        LayerSolver m_solver;
        int m_askers = 1;
        std::mutex m_sending; // held for a message, which has several parts
        std::mutex m_mutex; // guards m_failure
        std::optional<Error> m_failure;
    };
}

Result<void> serveLayers(Ranks& ranks, LayerBoard& board)
{
    constexpr auto pause = 1ms;
    std::map<int, int> askersLeft; // of each rank that has asked
    const auto allDone = [&] {
        return static_cast<int>(askersLeft.size()) == ranks.count() - 1 && std::all_of(askersLeft.begin(), askersLeft.end(), [](const auto& rank) { return rank.second <= 0; });
    };
    while (!allDone() && !board.stopped()) {
        BITLOOM_TRY(const std::optional<int> from, ranks.sender(rank_channel::layers));
        if (!from) {
            std::this_thread::sleep_for(pause);
            continue;
        }
        BITLOOM_TRY(RankMessage message, receiveMessage(ranks, *from, rank_channel::layers));
        BITLOOM_TRY(const Asking asking, toAsking(std::move(message), *from));
        if (asking.solved)
            BITLOOM_CHECK(board.solvedElsewhere(*asking.solved));
        int& left = askersLeft.emplace(*from, asking.askers).first->second;
        RankMessage reply;
        if (const LinearLayer* layer = board.next(asking.together)) {
            BITLOOM_TRY(reply, board.problem(*layer));
            reply.facts["layer"] = layer->name;
        } else {
            --left;
        }
        BITLOOM_CHECK(sendMessage(ranks, *from, asking.replyChannel, reply));
    }
    return {};
}

Result<void> solveForRankZero(const PreparedJob& job, JobListener& listener, JobControl& control, Ranks& ranks)
{
    return Askers(job, listener, control, ranks).run();
}

} // namespace bitloom
