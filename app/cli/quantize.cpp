// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/limit_options.h"
#include "app/cli/terminal_progress.h"
#include "core/base/byte_size.h"
#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/plan.h"
#include "core/engine/plugin_loader.h"
#include "core/engine/project.h"
#include "core/engine/quantize_job.h"
#include "core/engine/rank_worker.h"
#include "core/engine/size_budget.h"
#include "core/io/atomic_file.h"
#include "core/ranks/ranks.h"

#include <spdlog/spdlog.h>
#include <ATen/Parallel.h>
#include <fmt/ranges.h>
#include <torch/types.h>
#include <unistd.h>

namespace bitloom::cli {
namespace {
    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

    struct QuantizeOptions
    {
        std::string output, project, recipeFile;
        Recipe flags; ///< only the fields whose option was given count
        std::vector<std::string> parameters; ///< key=value
        std::string sizeBudget, splitSize;
        LimitArguments limits;
        bool resume = false, dryRun = false;
    };

    /// Shows a job's events to a person: progress as a bar, log lines on stderr.
    class TerminalListener : public JobListener
    {
    public:
        explicit TerminalListener(ProgressSink& progress)
            : m_progress(progress)
        {
        }

        void event(const Event& event) override
        {
            if (const auto* progress = std::get_if<ProgressEvent>(&event))
                m_progress.progress(progress->progress);
            else if (const auto* log = std::get_if<LogEvent>(&event))
                spdlog::log(log->level == "warning" ? spdlog::level::warn : spdlog::level::from_str(log->level), log->message);
        }

    private:
        ProgressSink& m_progress;
    };

    Result<Recipe> readRecipe(const std::string& file)
    {
        BITLOOM_TRY(const std::string text, readTextFile(file));
        const auto parsed = nlohmann::json::parse(text, nullptr, false);
        if (parsed.is_discarded())
            return fail(ErrorCode::InvalidInput, "{}: is not JSON", file);
        return parseRecipe(parsed, file);
    }

    Result<void> setParameters(Recipe& recipe, const std::vector<std::string>& parameters, const WeightMethods& methods)
    {
        BITLOOM_TRY(const WeightQuantizer* quantizer, methods.require(recipe.method));
        const MethodInfo method = quantizer->describe();
        for (const std::string& setting : parameters) {
            const std::size_t equals = setting.find('=');
            if (equals == std::string::npos || equals == 0)
                return fail(ErrorCode::Usage, "--set {}: expected key=value", setting);
            const std::string name = setting.substr(0, equals), value = setting.substr(equals + 1);
            if (name == "types") { // of the file's, not of the method's; the same as --types
                recipe.types = CLI::detail::split(value, ',');
                continue;
            }
            if (name == "importances" && std::none_of(method.parameters.begin(), method.parameters.end(), [](const ParameterInfo& info) { return info.name == "importances"; })) {
                recipe.importances = value;
                continue;
            }
            const auto known = std::find_if(method.parameters.begin(), method.parameters.end(), [&](const ParameterInfo& info) { return info.name == name; });
            if (known == method.parameters.end()) {
                recipe.parameters[name] = value;
                continue; // resolveParameters lists what there is
            }
            BITLOOM_TRY(recipe.parameters[name], parseParameterValue(*known, value));
        }
        BITLOOM_CHECK(resolveParameters(method, recipe.parameters));
        return {};
    }

    /// "4.5" is bits per weight, "84.1MiB" the size of the file.
    Result<void> readSizeBudget(const std::string& text, Recipe& recipe)
    {
        recipe.sizeBudget = 0;
        recipe.sizeBudgetBytes = 0;
        if (CLI::detail::lexical_cast(text, recipe.sizeBudget)) {
            if (!(recipe.sizeBudget > 0) || recipe.sizeBudget > 32)
                return fail(ErrorCode::Usage, "--size-budget is {}, expected bits per weight up to 32, or a size such as 84MiB", text);
            return {};
        }
        recipe.sizeBudget = 0;
        BITLOOM_TRY(recipe.sizeBudgetBytes, parseByteSize(text, "--size-budget"));
        return {};
    }

    /// The recipe file's settings with those of the flags that were given put over them.
    Result<Recipe> recipeFrom(const QuantizeOptions& options, const CLI::App& command, const CommandContext& context, const WeightMethods& methods)
    {
        Recipe recipe;
        if (!options.recipeFile.empty()) {
            BITLOOM_TRY(recipe, readRecipe(options.recipeFile));
        }
        const Recipe& flags = options.flags;
        const auto given = [&](const char* option) { return command.count(option) > 0; };
        if (given("MODEL"))
            recipe.model = flags.model;
        if (given("--method")) {
            // Parameters of one method mean nothing to another.
            if (recipe.method != flags.method)
                recipe.parameters = nlohmann::json::object();
            recipe.method = flags.method;
        }
        if (given("--bits"))
            recipe.bits = flags.bits;
        if (given("--groups"))
            recipe.groups = flags.groups;
        if (given("--format"))
            recipe.format = flags.format;
        if (given("--gguf-type"))
            recipe.ggufType = flags.ggufType;
        if (given("--types"))
            recipe.types = flags.types;
        if (given("--tensor-type"))
            recipe.tensorTypes = flags.tensorTypes;
        if (given("--size-budget"))
            BITLOOM_CHECK(readSizeBudget(options.sizeBudget, recipe));
        if (given("--split-size")) {
            BITLOOM_TRY(recipe.splitBytes, parseByteSize(options.splitSize, "--split-size"));
        }
        if (given("--importances"))
            recipe.importances = flags.importances;
        if (given("--calibration"))
            recipe.calibration = flags.calibration;
        if (given("--sequences"))
            recipe.sequences = flags.sequences;
        if (given("--sequence-length"))
            recipe.sequenceLength = flags.sequenceLength;
        if (given("--tune"))
            recipe.tuningEpochs = flags.tuningEpochs;
        if (given("--compute-dtype"))
            recipe.computeDtype = flags.computeDtype;
        if (given("--seed"))
            recipe.seed = context.seed;
        if (given("--device"))
            recipe.device = context.device;
        if (recipe.model.empty())
            return fail(ErrorCode::Usage, "no MODEL is named, neither on the command line nor in a recipe");
        if (auto valid = validateRecipe(recipe, "command line"); !valid)
            return tl::make_unexpected(Error { ErrorCode::Usage, valid.error().message });
        BITLOOM_CHECK(setParameters(recipe, options.parameters, methods));
        return recipe;
    }

    void printWork(const WorkPlan& work)
    {
        if (work.keptInputs > 0)
            fmt::print("calibration   {}, {} block inputs kept at a time, {} forward passes of blocks, {} over each block{}\n",
                work.streamed ? "weights read block by block" : "all weights in memory", work.keptInputs, work.forwardPasses,
                work.sweeps == 1 ? "one sweep" : fmt::format("{} sweeps", work.sweeps), work.pipelined ? ", layers solved meanwhile" : "");
        fmt::print("stage            seconds        host      device     weights  activations  Hessians     solver\n");
        for (const PlanStage& stage : work.stages) {
            const auto size = [](std::int64_t bytes) { return bytes > 0 ? byteSizeText(bytes) : std::string("-"); };
            fmt::print("  {:<10} {:>12.1f} {:>11} {:>11} {:>11} {:>12} {:>9} {:>10}\n", stage.stage, stage.seconds, size(stage.hostBytes), size(stage.deviceBytes), size(stage.weightsBytes),
                size(stage.activationsBytes), size(stage.hessiansBytes), size(stage.solverBytes));
        }
    }

    void printPlan(const QuantizePlan& plan)
    {
        fmt::print("recipe        {}\n", recipeToJson(plan.recipe).dump(2));
        fmt::print("output        {:.3f} GiB, {:.2f} bits per weight in the quantized layers\n", static_cast<double>(plan.outputBytes) / gibibyte, plan.bitsPerWeight);
        fmt::print("disk          {:.2f} GiB while it runs\n", static_cast<double>(plan.diskBytes) / gibibyte);
        fmt::print("memory        {} to {}\n", byteSizeText(plan.memoryBytesLow), byteSizeText(plan.memoryBytesHigh));
        fmt::print("time          about {}, {} to {} ({})\n", durationText(plan.seconds.value_or(plan.secondsHigh)), durationText(plan.secondsLow), durationText(plan.secondsHigh),
            plan.basis);
        if (plan.work)
            printWork(*plan.work);
        for (const std::string& warning : plan.warnings)
            fmt::print("warning       {}\n", warning);
    }

    void printReport(const QuantizeReport& report)
    {
        double error = 0;
        const LayerReport* worst = nullptr;
        for (const LayerReport& layer : report.layers) {
            error += layer.relativeError.value_or(0);
            if (worst == nullptr || layer.relativeError.value_or(0) > worst->relativeError.value_or(0))
                worst = &layer;
        }
        fmt::print("{}: {} layers with {}, {:.3f} bits per weight, {:.3f} GiB\n", report.output, report.layers.size(), report.method, report.bitsPerWeight,
            static_cast<double>(report.outputBytes) / gibibyte);
        if (worst != nullptr)
            fmt::print("relative error {:.4f} on average, {:.4f} at worst ({})\n", error / static_cast<double>(report.layers.size()), worst->relativeError.value_or(0), worst->name);
        fmt::print("load {}, calibrate {}, quantize {}, export {}; peak memory {:.2f} GiB\n", durationText(report.secondsLoad), durationText(report.secondsCalibrate),
            durationText(report.secondsQuantize), durationText(report.secondsExport), static_cast<double>(report.peakMemoryBytes) / gibibyte);
        if (report.tuning)
            fmt::print("tuned {} in {}: KL divergence of held-out text {:.4f}, as solved {:.4f}\n", report.tuning->bestEpoch > 0 ? fmt::format("for {} epochs", report.tuning->bestEpoch) : "in vain",
                durationText(report.tuning->seconds), report.tuning->after(report.tuning->bestEpoch), report.tuning->after(0));
        if (report.peakMemoryBytesOfRanks) {
            std::vector<std::string> peaks;
            for (const std::int64_t bytes : *report.peakMemoryBytesOfRanks)
                peaks.push_back(byteSizeText(bytes));
            fmt::print("peak memory of ranks: {}\n", fmt::join(peaks, ", "));
        }
    }

    /// Of a rank that works for rank 0: only what is wrong.
    class WarningListener : public JobListener
    {
    public:
        void event(const Event& event) override
        {
            if (const auto* log = std::get_if<LogEvent>(&event); log != nullptr && (log->level == "warning" || log->level == "error"))
                spdlog::warn("{}", log->message);
        }
    };

    WeightMethods loadMethods()
    {
        WeightMethods methods = WeightMethods::load();
        for (const std::string& error : methods.errors())
            spdlog::warn("{}", error);
        return methods;
    }

    void shareThreads(const Ranks& ranks, bool threadsGiven)
    {
        if (ranks.count() == 1)
            return;
        if (!threadsGiven)
            setThreadCount(ranks.processors());
        const auto all = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
        if (!threadsGiven && ranks.rank() == 0 && ranks.processors() * ranks.countHere() < all)
            spdlog::warn("{} ranks with {} threads each leave processors of {} idle; mpirun --bind-to none lets them have all", ranks.countHere(),
                ranks.processors(), all);
    }

    /// Rank 0 has the options and the last word; the others get everything from it.
    Result<nlohmann::json> quantizeOnRank(const QuantizeOptions& options, const CLI::App& command, CommandContext& context, Ranks& ranks)
    {
        shareThreads(ranks, context.threads > 0);
        at::set_num_threads(threadCount());
        const WeightMethods methods = loadMethods();
        if (ranks.rank() != 0) {
            WarningListener listener;
            BITLOOM_CHECK(workForRankZero(methods, listener, context.control, ranks));
            return nlohmann::json();
        }
        BITLOOM_TRY(const Recipe recipe, recipeFrom(options, command, context, methods));
        BITLOOM_TRY(const ResourceLimits limits, limitsFrom(options.limits));
        if (options.dryRun) {
            BITLOOM_TRY(QuantizePlan plan, planJob(recipe, methods, limits));
            BITLOOM_TRY(const PreparedJob job, prepareJob(recipe, methods));
            BITLOOM_CHECK(addSizes(plan, job, options.project.empty() ? Project::defaultFolder(options.output) : std::filesystem::path(options.project)));
            if (!context.json)
                printPlan(plan);
            return nlohmann::json(plan);
        }
        if (options.output.empty())
            return fail(ErrorCode::Usage, "-o OUT is missing: where is the quantized model to go?");
        TerminalListener listener(context.progress());
        const LayerWatch watch;
        BITLOOM_TRY(const QuantizeReport report,
            runQuantizeJob({ recipe, options.output, options.project, options.resume, limits }, methods, watch, listener, context.control, ranks));
        if (!context.json)
            printReport(report);
        return nlohmann::json(report);
    }

    Result<nlohmann::json> quantize(const QuantizeOptions& options, const CLI::App& command, CommandContext& context)
    {
        const LaunchedPlace place = launchedPlace();
        context.quiet = place.rank > 0;
        if (context.quiet)
            spdlog::set_pattern(fmt::format("rank {}: %^%l%$: %v", place.rank));
        if (options.dryRun) // needs no help
            return context.quiet ? Result<nlohmann::json>() : quantizeOnRank(options, command, context, oneRank());
        BITLOOM_TRY(const std::unique_ptr<Ranks> ranks, joinRanks(context.control));
        auto result = catching("quantizing", [&] { return quantizeOnRank(options, command, context, *ranks); });
        const auto failure = ranks->leave(result ? std::nullopt : std::optional(result.error()));
        if (failure && failure->code == ErrorCode::Cancelled)
            return fail(ErrorCode::Cancelled, "cancelled; the same command with --resume goes on from the last finished layer");
        if (failure)
            return tl::make_unexpected(*failure);
        return result;
    }
}

void addQuantizeCommand(CLI::App& app, CommandContext& context)
{
    CLI::App* command = addCommand(app, context, "quantize", "Quantize a model and write it in a format that other programs load",
        "bitloom-cli quantize demo -o SmolLM2-3bit --bits 3 --calibration text.txt");
    auto options = std::make_shared<QuantizeOptions>();
    Recipe& flags = options->flags;
    command->add_option("MODEL", flags.model, "Hugging Face folder, .gguf file, or demo");
    command->add_option("-o,--output", options->output, "Folder (or file, for gguf) to write; must not exist");
    command->add_option("--recipe", options->recipeFile, "JSON file with the settings; flags override it");
    command->add_option("--method", flags.method, "Quantization method (see: bitloom-cli plugins)")->capture_default_str();
    command->add_option("--bits", flags.bits, "Bits of a weight's code")->capture_default_str();
    command->add_option("--groups", flags.groups, "Output groups of the guided Hessian")->capture_default_str();
    command->add_option("--format", flags.format, "safetensors, anyprecision, gptq or gguf")->capture_default_str();
    command->add_option("--gguf-type", flags.ggufType,
        "For --format gguf: a ggml type for the quantized layers (Q4_0; default F16), a mix of llama.cpp (Q4_K_M, mix:Q2_K), or auto under --size-budget");
    command->add_option("--size-budget", options->sizeBudget, "What --gguf-type auto stays under: bits per weight of the whole model (4.5) or the file's size (84MiB)");
    command->add_option("--types", flags.types, "Types that --gguf-type auto chooses from, with commas between")->delimiter(',');
    command->add_option("--tensor-type", flags.tensorTypes, "For --format gguf: TEXT=TYPE, the type of tensors with that text in their name; may be repeated");
    command->add_option("--importances", flags.importances,
        "For --format gguf: what ggml's quantizer weighs columns by: guided, plain, none or an importance matrix's file (default: what the method measures)");
    command->add_option("--split-size", options->splitSize, "For --format gguf: cut into files of at most this size, such as 4GiB");
    command->add_option("--calibration", flags.calibration, "Text files; without any, the model writes its own text");
    command->add_option("--sequences", flags.sequences, "Calibration sequences")->capture_default_str();
    command->add_option("--sequence-length", flags.sequenceLength, "Tokens of a calibration sequence")->capture_default_str();
    command->add_option("--tune", flags.tuningEpochs, "Passes over the calibration text in which codebooks, the scales of ggml's blocks and the weights of Q8_0 layers are tuned end to end; 0: none")->check(CLI::Range(0, 1000))->capture_default_str();
    command->add_option("--compute-dtype", flags.computeDtype, "auto, f32 or bf16: what forward and backward run in")->capture_default_str();
    command->add_option("--set", options->parameters, "A parameter of the method, key=value; may be repeated");
    command->add_option("--project", options->project, "Project folder to keep and share calibration in (default: OUT.bitloom)");
    addLimitOptions(*command, options->limits);
    command->add_flag("--resume", options->resume, "Go on with an interrupted job");
    command->add_flag("--dry-run", options->dryRun, "Only print the full recipe, how the work is cut up, and the estimates");
    command->callback([options, command, &context] {
        context.action = [options, command, &context] { return quantize(*options, *command, context); };
    });
}

} // namespace bitloom::cli
