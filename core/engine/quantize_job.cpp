// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/quantize_job.h"

#include "core/base/byte_size.h"
#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/calibration_stage.h"
#include "core/engine/checkpoints_ahead.h"
#include "core/engine/error_curves.h"
#include "core/engine/export_importances.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_observer.h"
#include "core/engine/plan.h"
#include "core/engine/project.h"
#include "core/engine/rank_messages.h"
#include "core/engine/resource_usage.h"
#include "core/engine/saliency.h"
#include "core/engine/size_budget.h"
#include "core/engine/solve_stage.h"
#include "core/engine/tune_stage.h"
#include "core/export/exporter.h"
#include "core/io/gguf_split.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <fmt/ranges.h>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;
    using Clock = std::chrono::steady_clock;

    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

    /// For jobs whose export is only planned.
    Result<std::optional<WeightFormat>> writesNothing(const std::string&)
    {
        return std::optional<WeightFormat>();
    }

    double secondsSince(Clock::time_point start)
    {
        return std::chrono::duration<double>(Clock::now() - start).count();
    }

    class QuantizeJob
    {
    public:
        QuantizeJob(const QuantizeRequest& request, const WeightMethods& methods, const LayerWatch& watch, JobListener& listener, JobControl& control,
            Ranks& ranks)
            : m_request(request)
            , m_methods(methods)
            , m_watch(watch)
            , m_listener(listener)
            , m_control(control)
            , m_ranks(ranks)
        {
        }

        Result<QuantizeReport> run()
        {
            resetPeakMemory();
            const auto start = Clock::now();
            const fs::path folder = m_request.project.empty() ? Project::defaultFolder(m_request.output) : m_request.project;
            BITLOOM_TRY(m_job, prepareJob(m_request.recipe, m_methods));
            std::error_code error;
            const std::vector<fs::path> parts = m_job.recipe.splitBytes > 0 ? writtenGgufParts(m_request.output) : std::vector<fs::path>();
            const bool isWhole = fs::exists(fs::symlink_status(m_request.output, error)) || (!parts.empty() && ggufPart(parts.front())->number == 1);
            const bool outputExists = isWhole || !parts.empty();
            const bool mayBeOurs = outputExists && m_request.resume && fs::exists(folder / "project.json", error);
            if (!mayBeOurs) {
                BITLOOM_TRY(const ExportJob writing, exportJob(m_job, writesNothing, m_request.output));
                BITLOOM_CHECK(checkExport(writing, &m_job.method, m_job.recipe.bits));
            }
            BITLOOM_CHECK(checkFolder(folder));
            if (!mayBeOurs)
                BITLOOM_CHECK(checkResources(folder));
            CalibrationStage calibration(m_job, m_listener, m_control, m_ranks);
            if (m_job.needed.any())
                BITLOOM_CHECK(calibration.readText());
            BITLOOM_CHECK(tellRanks(m_ranks, { { { "do", "prepare" }, { "bitloom", BITLOOM_VERSION }, { "recipe", recipeToJson(m_job.recipe) } }, {} }));
            BITLOOM_TRY(const std::string identity, modelIdentity(m_job.source.path));
            BITLOOM_CHECK(tellRanks(m_ranks, { { { "do", "compare" }, { "model_files", identity } }, {} }));

            BITLOOM_TRY(const Project project, Project::open(folder));
            std::optional<Project> shared;
            std::error_code different;
            if (!m_request.measurements.empty() && !fs::equivalent(m_request.measurements, folder, different)) {
                BITLOOM_TRY(shared, Project::open(m_request.measurements));
            }
            const Project& measuring = shared ? *shared : project;
            removeAbandonedPartials(m_request.output);
            BITLOOM_TRY(std::optional<ProjectState> before, stateToResume(project));
            if (before) {
                if (const auto changed = differences(recipeToJson(before->recipe), recipeToJson(m_job.recipe)); !changed.empty())
                    return refuseResume(folder, changed);
                if (before->output != m_request.output.string())
                    return refuseResume(folder, { fmt::format("output (was {}, now {})", before->output, m_request.output.string()) });
                if (isWhole) {
                    BITLOOM_TRY(const std::optional<QuantizeReport> finished, finishedBefore(project, *before));
                    if (finished)
                        return *finished;
                }
            }
            m_completesParts = before && !isWhole; // the writer takes no part that holds something else
            if (outputExists && !m_completesParts)
                return fail(ErrorCode::Usage, "{}: exists already; choose another output or remove it", (parts.empty() ? m_request.output : parts.front()).string());
            announceLayers();
            const JobMonitor monitor(m_listener, m_watch, [this](const LayerWatch::Target& target) { showWatched(target); });

            if (m_job.needed.any())
                BITLOOM_CHECK(calibration.prepareTokens(measuring, identity));
            m_state.recipe = m_job.recipe;
            m_state.output = m_request.output.string();
            const Fingerprint measured = m_job.needed.any() ? calibration.fingerprint(identity) : Fingerprint { { { "model_files", identity } } };
            m_state.calibration = measured.facts;
            const auto choosingStart = Clock::now();
            if (choosesTypes(m_job.recipe))
                BITLOOM_CHECK(chooseTypesFirst(calibration, measuring, measured));
            const double choosing = secondsSince(choosingStart);
            const Fingerprint solved { { { "calibration", measured.id() }, { "method", m_job.method.id }, { "bits", m_job.recipe.bits },
                { "parameters", m_job.recipe.parameters }, { "ggml_types", m_job.ggmlTypes }, { "device", m_job.recipe.device }, { "bitloom", BITLOOM_VERSION } } };
            m_state.solve = solved.facts;
            if (before) {
                auto changed = differences(before->calibration, m_state.calibration);
                if (changed.empty())
                    changed = differences(before->solve, m_state.solve);
                if (!changed.empty())
                    return refuseResume(folder, changed);
            } else {
                fs::remove_all(project.layersFolder(solved.id()), error);
                fs::remove_all(project.layersFolder(tuningFingerprint(m_job, solved).id()), error);
            }
            m_state.stage = ProjectStage::Started;
            BITLOOM_CHECK(project.setState(m_state));
            m_report.secondsLoad = secondsSince(start) - choosing;

            CalibrationStore store(measuring.calibrationFolder(measured.id()), measured);
            const SolveFolders folders { m_job.needed.any() ? &store : nullptr, project.layersFolder(solved.id()) };
            setShown({ store, folders.layers });
            SolveStage solving(m_job, folders, m_watch, m_listener, m_control, m_ranks);
            BITLOOM_CHECK(solving.begin());
            const double loadedBefore = calibration.loadSeconds();
            if (m_job.schedule.pipelined)
                BITLOOM_CHECK(solveWhileCalibrating(calibration, measuring, store, solving));
            else
                BITLOOM_CHECK(calibrateThenSolve(calibration, measuring, store, solving));
            if (shared)
                BITLOOM_CHECK(keepSaliency(project, store));
            if (m_job.needed.any()) {
                const double loading = calibration.loadSeconds() - loadedBefore;
                m_report.secondsLoad += loading;
                m_report.secondsCalibrate += choosing - loading;
                m_report.calibrationTokens = calibration.tokenCount();
            }

            fs::path finished = folders.layers;
            if (m_job.recipe.tuningEpochs > 0) {
                finished = project.layersFolder(tuningFingerprint(m_job, solved).id());
                BITLOOM_CHECK(tune(calibration.tokens(), folders.layers, finished));
            }
            m_state.stage = ProjectStage::Exporting;
            BITLOOM_CHECK(project.setState(m_state));
            const auto exportStart = Clock::now();
            BITLOOM_CHECK(writeOutput(finished, store));
            m_report.secondsExport = secondsSince(exportStart);
            return finish(project);
        }

    private:
        /// Whether the project folder can be made, found out without making it.
        static Result<void> checkFolder(const fs::path& folder)
        {
            std::error_code error;
            fs::path existing = fs::absolute(folder, error);
            while (!fs::exists(existing, error) && existing.has_relative_path())
                existing = existing.parent_path();
            if (!fs::is_directory(existing, error))
                return fail(ErrorCode::Usage, "{}: the project folder cannot be made, because {} is not a folder", folder.string(), existing.string());
            return {};
        }

        /// Calibrates, and has a size budget choose every tensor's type.
        Result<void> chooseTypesFirst(CalibrationStage& calibration, const Project& project, const Fingerprint& measured)
        {
            if (m_ranks.count() > 1)
                return fail(ErrorCode::Unsupported, "a size budget is for one process; give the types that it chose there ({} ranks were started)", m_ranks.count());
            CalibrationStore store(project.calibrationFolder(measured.id()), measured);
            at::set_num_threads(threadCount());
            BITLOOM_CHECK(calibration.run(project, store, [](const std::vector<LinearLayer>&) { return Result<void>(); }));
            ProgressToListener progress(m_listener);
            BITLOOM_TRY(const std::vector<ErrorCurve> curves, measureErrorCurves(m_job, store, calibration.tokens(), progress, m_control));
            BITLOOM_TRY(const ExportJob writing, exportJob(m_job, writesNothing, m_request.output));
            BITLOOM_TRY(ChosenTypes chosen, chooseTypes(m_job, curves, writing));
            setTypes(m_job, std::move(chosen.types));
            logTo(m_listener, "info", "types chosen for a file of {}: the mean loss of a token is predicted to rise by {:.4f}; {}", byteSizeText(chosen.fileBytes), chosen.loss,
                countedTypes(*m_job.types));
            return {};
        }

        /// The project shows its saliency also where the calibration lies elsewhere.
        static Result<void> keepSaliency(const Project& project, const CalibrationStore& store)
        {
            const auto saliency = readSaliency(store.folder() / "saliency.json");
            return saliency ? project.setSaliency(*saliency) : Result<void>();
        }

        Result<void> calibrateThenSolve(CalibrationStage& calibration, const Project& project, CalibrationStore& store, SolveStage& solving)
        {
            const auto start = Clock::now();
            at::set_num_threads(threadCount());
            const LayersMeasured offer = [&](const std::vector<LinearLayer>& layers) { return solving.offer(layers); };
            BITLOOM_CHECK(m_job.needed.any() ? calibration.run(project, store, offer) : offer(m_job.layers));
            solving.close();
            if (m_job.needed.any())
                m_report.secondsCalibrate = secondsSince(start);
            const auto solveStart = Clock::now();
            BITLOOM_CHECK(tellRanks(m_ranks, { { { "do", "solve" } }, {} }));
            BITLOOM_TRY(m_report.layers, solving.run());
            m_report.secondsQuantize = secondsSince(solveStart);
            return {};
        }

        /// Calibrates on a thread of its own, with as many of libtorch's threads as without the other stage beside it: its results depend on that.
        Result<void> solveWhileCalibrating(CalibrationStage& calibration, const Project& project, CalibrationStore& store, SolveStage& solving)
        {
            const auto start = Clock::now();
            std::latch threadsAreSet(1); // each thread's number; the last one set is also that of threads to come
            Result<void> calibrated;
            Result<std::vector<LayerReport>> solved;
            solving.setQuiet(true);
            {
                const std::jthread calibrating([&] {
                    at::set_num_threads(threadCount());
                    threadsAreSet.count_down();
                    calibrated = catching("calibrating", [&] {
                        return calibration.run(project, store, [&](const std::vector<LinearLayer>& layers) { return solving.offer(layers); });
                    });
                    m_report.secondsCalibrate = secondsSince(start);
                    solving.setQuiet(false);
                    solving.close(calibrated ? std::nullopt : std::optional(calibrated.error()));
                });
                threadsAreSet.wait();
                solved = solving.run();
            }
            m_report.secondsQuantize = secondsSince(start) - m_report.secondsCalibrate;
            BITLOOM_CHECK(calibrated);
            BITLOOM_TRY(m_report.layers, std::move(solved));
            return {};
        }

        Result<void> tune(const torch::Tensor& tokens, const fs::path& solved, const fs::path& tuned)
        {
            at::set_num_threads(threadCount());
            BITLOOM_TRY(m_report.tuning, tuneLayers(m_job, tokens, solved, tuned, m_listener, m_control));
            const TuningReport& report = *m_report.tuning;
            const double before = report.after(0), after = report.after(report.bestEpoch);
            if (report.bestEpoch == 0)
                logTo(m_listener, "warning", "tuning did not lower the KL divergence of held-out text ({:.4f}); the layers stay as solved", before);
            else
                logTo(m_listener, "info", "tuning lowered the KL divergence of held-out text from {:.4f} to {:.4f} (epoch {} of {})", before, after, report.bestEpoch,
                    report.heldOut.size() - 1);
            return {};
        }

        void tellSchedule(const WorkPlan& work)
        {
            if (!work.streamed && !work.pipelined && work.sweeps == 1 && work.forwardPasses == m_job.source.config.blocks)
                return;
            logTo(m_listener, "info", "{} block inputs are kept at a time ({} forward passes of {} blocks), Hessians gathered in {} {}{}{}; up to {} of memory{}", work.keptInputs,
                work.forwardPasses, m_job.source.config.blocks, work.sweeps, work.sweeps == 1 ? "sweep" : "sweeps over each block",
                work.streamed ? ", weights read block by block" : "", work.pipelined ? ", layers solved meanwhile" : "", byteSizeText(work.hostBytes),
                work.deviceBytes > 0 ? fmt::format(" and {} on the device", byteSizeText(work.deviceBytes)) : "");
        }

        Result<void> checkResources(const fs::path& folder)
        {
            BITLOOM_TRY(m_job.schedule, scheduleJob(m_job, m_request.limits, m_ranks.count(), m_ranks.countHere()));
            BITLOOM_TRY(const QuantizePlan plan, planResources(m_job, m_job.schedule, m_request.limits, m_ranks.count()));
            if (plan.work)
                tellSchedule(*plan.work);
            for (const std::string& warning : plan.warnings)
                logTo(m_listener, "warning", "{}", warning);
            const std::int64_t free = freeDiskBytes(folder);
            if (free >= 0 && free < plan.diskBytes && m_request.runAnyway)
                logTo(m_listener, "warning", "about {:.2f} GiB of disk space may be needed, {:.2f} GiB are free; started anyway", static_cast<double>(plan.diskBytes) / gibibyte,
                    static_cast<double>(free) / gibibyte);
            else if (free >= 0 && free < plan.diskBytes && !m_request.resume)
                return fail(ErrorCode::Io, "{}: the job needs about {:.2f} GiB of disk space, {:.2f} GiB are free", folder.string(),
                    static_cast<double>(plan.diskBytes) / gibibyte, static_cast<double>(free) / gibibyte);
            return {};
        }

        Result<std::optional<ProjectState>> stateToResume(const Project& project)
        {
            if (!m_request.resume)
                return std::nullopt;
            BITLOOM_TRY(std::optional<ProjectState> state, project.state());
            if (!state)
                logTo(m_listener, "info", "{} holds no interrupted job; starting from the beginning", project.folder().string());
            return state;
        }

        static tl::unexpected<Error> refuseResume(const fs::path& folder, const std::vector<std::string>& changed)
        {
            return fail(ErrorCode::Usage, "{}: the interrupted job had other settings: {}; give the same ones, or leave out --resume to start anew",
                folder.string(), fmt::join(changed, ", "));
        }

        /// The report of a job whose output is complete, although it may have been killed before it could say so.
        Result<std::optional<QuantizeReport>> finishedBefore(const Project& project, const ProjectState& state)
        {
            if (state.stage == ProjectStage::Started)
                return std::nullopt;
            m_state = state;
            if (state.stage == ProjectStage::Finished) {
                logTo(m_listener, "info", "{} was finished before", m_request.output.string());
                if (m_request.project.empty())
                    project.removeBulk();
                return project.report();
            }
            // Export renames the finished output into place as its last act, so an output at this stage is whole.
            logTo(m_listener, "info", "{} was written before; only the report was missing", m_request.output.string());
            const fs::path layers = project.layersFolder(Fingerprint { state.solve }.id());
            for (const LinearLayer& layer : m_job.layers) {
                BITLOOM_TRY(SolvedLayer solved, readCheckpoint(layers, layer.name, layer.out, layer.in));
                m_report.layers.push_back(std::move(solved.report));
            }
            if (m_job.recipe.tuningEpochs > 0) {
                BITLOOM_TRY(const TuningReport tuning, tuningReport(project.layersFolder(tuningFingerprint(m_job, Fingerprint { state.solve }).id())));
                m_report.tuning = tuning;
            }
            m_report.calibrationTokens = m_job.needed.any() ? std::int64_t { m_job.recipe.sequences } * m_job.recipe.sequenceLength : 0;
            return finish(project);
        }

        /// Where a layer that somebody picks can be read from.
        struct Shown
        {
            CalibrationStore calibration;
            fs::path layers;
        };

        void setShown(Shown shown)
        {
            const std::lock_guard lock(m_shownMutex);
            m_shown = std::move(shown);
        }

        void announceLayers()
        {
            for (const LinearLayer& layer : m_job.layers) {
                LayerEvent event;
                event.layer = layer.name;
                event.block = static_cast<int>(layer.block);
                event.module = layer.module;
                m_listener.event(event);
            }
        }

        /// What there is to see of a layer that somebody picked just now; called on the monitor's thread.
        void showWatched(const LayerWatch::Target& target)
        {
            std::optional<Shown> shown;
            {
                const std::lock_guard lock(m_shownMutex);
                shown = m_shown;
            }
            if (!shown)
                return;
            const auto& [store, layers] = *shown;
            for (const LinearLayer& layer : m_job.layers) {
                if (layer.name != target.layer)
                    continue;
                if (m_job.needed.guidedHessian) {
                    if (const auto diagonal = store.readGuidedDiagonal(layer))
                        m_listener.event(layerSaliency(layer, *diagonal));
                }
                const auto solved = readCheckpoint(layers, layer.name, layer.out, layer.in);
                const auto* table = solved ? std::get_if<LookupTableWeight>(&solved->weight) : nullptr;
                if (table == nullptr)
                    return;
                const auto weight = m_job.source.weights->load(layer.name + ".weight");
                const int last = std::max(0, static_cast<int>(solved->report.objective.size()) - 1);
                if (!weight)
                    return;
                if (const auto event = codebookEvent(layer.name, target.row, last, "codebook", *weight, table->codes, table->codebook))
                    m_listener.event(*event);
            }
        }

        Result<void> writeOutput(const fs::path& layers, const CalibrationStore& store)
        {
            CheckpointsAhead checkpoints(layers, m_job.layers);
            BITLOOM_TRY(ExportJob job, exportJob(m_job, [&](const std::string& linear) { return checkpoints.read(linear); }, m_request.output));
            BITLOOM_TRY(job.importances, exportImportances(m_job, store));
            job.completesParts = m_completesParts;
            ProgressToListener progress(m_listener);
            return exportModel(job, progress, m_control);
        }

        static std::int64_t bytesOnDisk(const fs::path& path)
        {
            std::error_code error;
            if (!fs::is_directory(path, error))
                return static_cast<std::int64_t>(fs::file_size(path, error));
            std::int64_t sum = 0;
            for (auto entry = fs::recursive_directory_iterator(path, error); !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
                std::error_code ignored;
                if (entry->is_regular_file(ignored))
                    sum += static_cast<std::int64_t>(entry->file_size(ignored));
            }
            return sum;
        }

        Result<void> gatherPeaks()
        {
            m_report.peakMemoryBytes = memoryUsage().peakBytes;
            if (m_ranks.count() == 1)
                return {};
            std::vector<std::int64_t> peaks { m_report.peakMemoryBytes };
            BITLOOM_CHECK(tellRanks(m_ranks, { { { "do", "report" } }, {} }));
            for (int rank = 1; rank < m_ranks.count(); ++rank) {
                BITLOOM_TRY(const RankMessage message, receiveMessage(m_ranks, rank, rank_channel::report));
                peaks.push_back(message.facts.value("peak_memory_bytes", std::int64_t { 0 }));
            }
            m_report.peakMemoryBytes = *std::max_element(peaks.begin(), peaks.end());
            m_report.peakMemoryBytesOfRanks = std::move(peaks);
            return {};
        }

        Result<QuantizeReport> finish(const Project& project)
        {
            m_report.method = m_job.method.id;
            BITLOOM_TRY(const ExportJob written, exportJob(m_job, writesNothing, m_request.output));
            BITLOOM_TRY(const fs::path opened, exportedPath(written));
            m_report.output = opened.string();
            m_report.project = project.folder().string();
            m_report.recipe = m_job.recipe;
            double bits = 0, weights = 0;
            for (std::size_t i = 0; i < m_job.layers.size() && i < m_report.layers.size(); ++i) {
                const double count = static_cast<double>(m_job.layers[i].out) * static_cast<double>(m_job.layers[i].in);
                bits += m_report.layers[i].bitsPerWeight * count;
                weights += count;
            }
            m_report.bitsPerWeight = weights > 0 ? bits / weights : 0;
            for (const fs::path& file : ggufParts(opened))
                m_report.outputBytes += bytesOnDisk(file);
            BITLOOM_CHECK(gatherPeaks());
            BITLOOM_CHECK(project.setReport(m_report));
            m_state.stage = ProjectStage::Finished;
            BITLOOM_CHECK(project.setState(m_state));
            if (m_request.project.empty())
                project.removeBulk();
            return m_report;
        }

        const QuantizeRequest& m_request;
        const WeightMethods& m_methods;
        const LayerWatch& m_watch;
        JobListener& m_listener;
        JobControl& m_control;
        Ranks& m_ranks;
        PreparedJob m_job;
        ProjectState m_state;
        QuantizeReport m_report;
        bool m_completesParts = false; ///< an interrupted job of ours left some parts of a split file
        std::mutex m_shownMutex; // guards m_shown
        std::optional<Shown> m_shown;
    };
}

Result<QuantizeReport> runQuantizeJob(const QuantizeRequest& request, const WeightMethods& methods, const LayerWatch& watch,
    JobListener& listener, JobControl& control, Ranks& ranks)
{
    try {
        QuantizeRequest canonical = request;
        // "out/" means the same as "out", also in the names of what lies beside it.
        if (!canonical.output.has_filename() && canonical.output.has_parent_path())
            canonical.output = canonical.output.parent_path();
        if (canonical.output.empty())
            return fail(ErrorCode::Usage, "no output is named");
        BITLOOM_TRY(QuantizeReport report, QuantizeJob(canonical, methods, watch, listener, control, ranks).run());
        BITLOOM_CHECK(tellRanks(ranks, { { { "do", "end" } }, {} }));
        return report;
    } catch (...) {
        return errorInFlight("quantizing");
    }
}

} // namespace bitloom
