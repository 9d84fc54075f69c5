// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/job_schedule.h"

#include "core/base/byte_size.h"
#include "core/engine/device.h"
#include "core/engine/job_model.h"
#include "core/engine/resource_usage.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace bitloom {
namespace {
    using nlohmann::json;
    constexpr double none = std::numeric_limits<double>::infinity();
    constexpr double usableShare = 0.92; ///< of what is available and nobody limited

    /// What one attempt at a schedule may use.
    struct Room
    {
        double device = none, host = none;
        [[nodiscard]] bool holds(const MemoryNeed& need) const { return need.device.total() <= device && need.host.total() <= host; }
    };

    /// Layers into sweeps of at most `most` bytes, in their order; a larger layer has one of its own. One sweep is the empty list.
    std::vector<std::vector<std::int64_t>> cut(const JobModel& model, double most)
    {
        std::vector<std::vector<std::int64_t>> sweeps;
        double bytes = none;
        const auto& layers = model.blockLayers();
        for (std::size_t place = 0; place < layers.size(); ++place) {
            const double more = model.hessianBytes(layers[place]);
            if (bytes + more > most) {
                sweeps.emplace_back();
                bytes = 0;
            }
            sweeps.back().push_back(static_cast<std::int64_t>(place));
            bytes += more;
        }
        if (sweeps.size() == 1)
            sweeps.clear();
        return sweeps;
    }

    class Chooser
    {
    public:
        Chooser(const PreparedJob& job, int ranks, bool pipelined)
            : m_job(job)
            , m_model(job, ranks)
            , m_pipelined(pipelined && job.needed.any())
            , m_mayStream(job.needed.any() && !job.recipe.calibration.empty()) // a model writes text as a whole
        {
            std::set<double> sizes; // of sweeps that are worth a try: those that add up to runs of layers
            const auto& layers = m_model.blockLayers();
            for (std::size_t begin = 0; begin < layers.size(); ++begin) {
                double bytes = 0;
                for (std::size_t end = begin; end < layers.size(); ++end)
                    sizes.insert(bytes += m_model.hessianBytes(layers[end]));
            }
            std::set<std::vector<std::vector<std::int64_t>>> known;
            for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
                auto sweeps = cut(m_model, *size);
                if (known.insert(sweeps).second)
                    m_cuts.push_back(std::move(sweeps));
            }
        }

        [[nodiscard]] const JobModel& model() const { return m_model; }

        /// The cheapest schedule that fits; nullopt where none does.
        [[nodiscard]] std::optional<JobSchedule> best(const Room& room) const
        {
            std::optional<JobSchedule> best;
            double bestCost = none;
            for (const bool streamed : { false, true }) {
                for (const bool ahead : { true, false }) {
                    if (streamed ? !m_mayStream : !ahead)
                        continue;
                    for (const auto& sweeps : m_cuts) {
                        JobSchedule schedule;
                        schedule.streamed = streamed;
                        schedule.calibration.readAhead = ahead;
                        schedule.calibration.sweeps = sweeps;
                        if (!fit(schedule, room))
                            continue;
                        const double cost = costOf(schedule);
                        if (cost < bestCost) {
                            bestCost = cost;
                            best = schedule;
                        }
                    }
                }
            }
            return best;
        }

        /// The one that takes the least memory.
        [[nodiscard]] JobSchedule smallest() const
        {
            JobSchedule schedule;
            schedule.streamed = m_mayStream;
            schedule.pipelined = m_pipelined;
            schedule.calibration.readAhead = !m_mayStream;
            schedule.calibration.keptInputs = 1;
            schedule.calibration.sweeps = cut(m_model, 0);
            schedule.solveBytes = static_cast<std::int64_t>(m_model.largestSolveBytes());
            return schedule;
        }

    private:
        /// Fills in the most inputs that fit, and what is left for solving. False where nothing fits.
        bool fit(JobSchedule& schedule, const Room& room) const
        {
            const double free = m_job.device.is_cpu() ? room.host : none;
            const double program = m_model.solving(schedule).host.program;
            schedule.pipelined = m_pipelined;
            if (std::isfinite(free))
                schedule.solveBytes = static_cast<std::int64_t>(std::max(0.0, free - program));
            std::int64_t least = 1, most = std::max<std::int64_t>(1, m_model.blocks() - 1);
            const auto holds = [&](std::int64_t kept) {
                schedule.calibration.keptInputs = kept;
                if (m_pipelined && std::isfinite(free)) {
                    const double calibrating = m_model.calibrating(schedule).host.total();
                    schedule.solveBytes = static_cast<std::int64_t>(std::max(0.0, free - calibrating));
                }
                return room.holds(m_model.peak(schedule));
            };
            if (!holds(least))
                return false;
            while (least < most) {
                const std::int64_t middle = (least + most + 1) / 2;
                (holds(middle) ? least : most) = holds(middle) ? middle : middle - 1;
            }
            return holds(least);
        }

        /// In operations of a matrix product.
        [[nodiscard]] double costOf(const JobSchedule& schedule) const
        {
            // Reading and converting a weight takes about as long as this many operations; reading ahead hides some of it.
            const double perWeight = m_job.device.is_cpu() ? 400 : 400'000;
            const double waiting = schedule.streamed && !schedule.calibration.readAhead ? 1.5 : 1;
            return m_model.modelOperations(schedule) + m_model.weightsRead(schedule) * perWeight * waiting;
        }

        const PreparedJob& m_job;
        JobModel m_model;
        bool m_pipelined, m_mayStream;
        std::vector<std::vector<std::vector<std::int64_t>>> m_cuts;
    };

    Result<void> checkLimit(const std::optional<std::int64_t>& limit, double smallest, const char* which)
    {
        if (!limit || smallest <= static_cast<double>(*limit))
            return {};
        return fail(ErrorCode::Usage, "the {} memory limit of {} is too small for this job: {} is the smallest that works", which, byteSizeText(*limit),
            byteSizeText(static_cast<std::int64_t>(smallest)));
    }
}

void to_json(json& json, const JobSchedule& schedule)
{
    json = { { "streamed", schedule.streamed }, { "pipelined", schedule.pipelined }, { "solve_bytes", schedule.solveBytes },
        { "kept_inputs", schedule.calibration.keptInputs }, { "sweeps", schedule.calibration.sweeps }, { "read_ahead", schedule.calibration.readAhead } };
}

void from_json(const json& json, JobSchedule& schedule)
{
    json.at("streamed").get_to(schedule.streamed);
    json.at("pipelined").get_to(schedule.pipelined);
    json.at("solve_bytes").get_to(schedule.solveBytes);
    json.at("kept_inputs").get_to(schedule.calibration.keptInputs);
    json.at("sweeps").get_to(schedule.calibration.sweeps);
    json.at("read_ahead").get_to(schedule.calibration.readAhead);
}

Result<JobSchedule> scheduleJob(const PreparedJob& job, const ResourceLimits& limits, int ranks, int ranksHere)
{
    // Several ranks share out layers themselves once all are measured.
    const bool pipelined = ranks == 1 && limits.pipelined.value_or(!job.device.is_cpu());
    const Chooser chooser(job, ranks, pipelined);
    const bool cpu = job.device.is_cpu();
    // A CPU's memory has two names, and the smaller limit counts.
    const std::optional<std::int64_t> hostLimit = cpu && limits.deviceBytes && limits.hostBytes ? std::min(limits.deviceBytes, limits.hostBytes)
        : cpu && limits.deviceBytes                                                            ? limits.deviceBytes
                                                                                               : limits.hostBytes;
    const std::optional<std::int64_t> deviceLimit = cpu ? std::nullopt : limits.deviceBytes;
    const auto within = [](const std::optional<std::int64_t>& limit, double available) { return limit ? static_cast<double>(*limit) : available > 0 ? usableShare * available : none; };
    const Room room { within(deviceLimit, cpu ? 0 : static_cast<double>(deviceMemory(job.device))),
        within(hostLimit, static_cast<double>(availableMemory()) / std::max(1, ranksHere)) };
    if (const auto schedule = chooser.best(room))
        return *schedule;

    const MemoryNeed need = chooser.model().peak(chooser.smallest());
    BITLOOM_CHECK(checkLimit(hostLimit, need.host.total(), cpu && limits.deviceBytes == hostLimit ? "device" : "host"));
    BITLOOM_CHECK(checkLimit(deviceLimit, need.device.total(), "device"));
    return fail(ErrorCode::OutOfMemory, "the job needs at least {} of memory{} and {} on the device, but {} and {} are available; fewer or shorter sequences need less",
        byteSizeText(static_cast<std::int64_t>(need.host.total())), ranksHere > 1 ? fmt::format(" for each of {} ranks", ranksHere) : "",
        byteSizeText(static_cast<std::int64_t>(need.device.total())), byteSizeText(static_cast<std::int64_t>(std::min(room.host, 1e18))),
        cpu ? "0 MiB" : byteSizeText(static_cast<std::int64_t>(std::min(room.device, 1e18))));
}

} // namespace bitloom
