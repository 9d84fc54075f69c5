// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rank_worker.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/calibration_stage.h"
#include "core/engine/fingerprint.h"
#include "core/engine/prepared_job.h"
#include "core/engine/rank_messages.h"
#include "core/engine/ranked_calibration.h"
#include "core/engine/ranked_solving.h"
#include "core/engine/resource_usage.h"
#include "core/model/causal_lm.h"

#include <ATen/Parallel.h>
#include <cstring>
#include <torch/cuda.h>

namespace bitloom {
namespace {
    using nlohmann::json;

    class RankWorker
    {
    public:
        RankWorker(const WeightMethods& methods, JobListener& listener, JobControl& control, Ranks& ranks)
            : m_methods(methods)
            , m_listener(listener)
            , m_control(control)
            , m_ranks(ranks)
        {
        }

        Result<void> run()
        {
            for (;;) {
                BITLOOM_TRY(const RankMessage command, receiveMessage(m_ranks, 0, rank_channel::command));
                const auto what = command.facts.at("do").get<std::string>();
                if (what == "prepare")
                    BITLOOM_CHECK(prepare(command.facts));
                else if (what == "compare")
                    BITLOOM_CHECK(compare(command.facts));
                else if (what == "calibrate")
                    BITLOOM_CHECK(calibrateShare(command));
                else if (what == "solve")
                    BITLOOM_CHECK(solveForRankZero(m_job, m_listener, m_control, m_ranks));
                else if (what == "report")
                    BITLOOM_CHECK(sendMessage(m_ranks, 0, rank_channel::report, { { { "peak_memory_bytes", memoryUsage().peakBytes } }, {} }));
                else if (what == "end")
                    return {};
                else
                    return fail(ErrorCode::Internal, "rank 0 wants '{}', which this rank does not know", what);
            }
        }

    private:
        Result<void> prepare(const json& facts)
        {
            resetPeakMemory();
            if (const auto version = facts.at("bitloom").get<std::string>(); version != BITLOOM_VERSION)
                return fail(ErrorCode::Usage, "is Bitloom {}, but rank 0 is {}; run the same program everywhere", BITLOOM_VERSION, version);
            BITLOOM_TRY(Recipe recipe, parseRecipe(facts.at("recipe"), "rank 0's recipe"));
            recipe.device = deviceHere(recipe.device);
            BITLOOM_TRY(m_job, prepareJob(recipe, m_methods));
            BITLOOM_TRY(m_identity, modelIdentity(m_job.source.path));
            return {};
        }

        /// Each rank on this machine takes another GPU, as long as there are any.
        [[nodiscard]] std::string deviceHere(const std::string& ofRankZero) const
        {
            const torch::Device device(ofRankZero);
            const auto gpus = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
            return device.is_cuda() && gpus > 0 ? fmt::format("cuda:{}", (device.index() + m_ranks.placeHere()) % gpus) : ofRankZero;
        }

        Result<void> compare(const json& facts) const
        {
            if (facts.at("model_files") != m_identity)
                return fail(ErrorCode::InvalidInput, "{}: holds another model here than on rank 0", m_job.source.path.string());
            return {};
        }

        Result<void> calibrateShare(const RankMessage& command)
        {
            const TensorData* data = command.find("token_ids");
            if (data == nullptr || data->type != ScalarType::I64 || data->shape.size() != 2)
                return fail(ErrorCode::Internal, "rank 0 sent no tokens to calibrate on");
            auto tokens = torch::empty(data->shape, torch::kInt64);
            std::memcpy(tokens.data_ptr(), data->bytes.data(), data->bytes.size());
            const json& kinds = command.facts.at("content");
            const CalibrationContent content { kinds.at("guided_hessian").get<bool>(), kinds.at("plain_hessian").get<bool>(), kinds.at("fisher_diagonal").get<bool>() };
            command.facts.at("schedule").get_to(m_job.schedule);
            const CalibrationOptions options = calibrationOptions(m_job, content);

            at::set_num_threads(threadCount());
            BITLOOM_TRY(const std::unique_ptr<DeviceLink> link, linkOf(m_ranks, m_job.device, m_control));
            RankedCalibration chain(m_ranks, content, m_job.layers, m_job.device, link.get());
            {
                BITLOOM_TRY(const CausalLm model, loadForCalibration(m_job));
                const BlockStatisticsSink noSink = [](std::int64_t, const std::vector<LayerStatistics>&) -> Result<void> {
                    return fail(ErrorCode::Internal, "rank 0 alone keeps statistics");
                };
                BITLOOM_TRY(std::vector<double> losses, calibrate(model, tokens, options, noSink, ignoreProgress(), m_control, &chain));
                BITLOOM_CHECK(gatherLosses(m_ranks, losses));
            }
            returnFreedMemory();
            return {};
        }

        const WeightMethods& m_methods;
        JobListener& m_listener;
        JobControl& m_control;
        Ranks& m_ranks;
        PreparedJob m_job;
        std::string m_identity;
    };
}

Result<void> workForRankZero(const WeightMethods& methods, JobListener& listener, JobControl& control, Ranks& ranks)
{
    return catching("working for rank 0", [&] { return RankWorker(methods, listener, control, ranks).run(); });
}

} // namespace bitloom
