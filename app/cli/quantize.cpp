// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/terminal_progress.h"
#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/plan.h"
#include "core/engine/plugin_loader.h"
#include "core/engine/quantize_job.h"
#include "core/engine/rank_worker.h"
#include "core/io/atomic_file.h"
#include "core/ranks/ranks.h"

#include <spdlog/spdlog.h>
#include <ATen/Parallel.h>
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
        if (given("--size-budget"))
            recipe.sizeBudget = flags.sizeBudget;
        if (given("--calibration"))
            recipe.calibration = flags.calibration;
        if (given("--sequences"))
            recipe.sequences = flags.sequences;
        if (given("--sequence-length"))
            recipe.sequenceLength = flags.sequenceLength;
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

    void printPlan(const QuantizePlan& plan)
    {
        fmt::print("recipe        {}\n", recipeToJson(plan.recipe).dump(2));
        fmt::print("output        {:.3f} GiB, {:.2f} bits per weight in the quantized layers\n", static_cast<double>(plan.outputBytes) / gibibyte, plan.bitsPerWeight);
        fmt::print("disk          {:.2f} GiB while it runs\n", static_cast<double>(plan.diskBytes) / gibibyte);
        fmt::print("memory        {:.1f} to {:.1f} GiB\n", static_cast<double>(plan.memoryBytesLow) / gibibyte, static_cast<double>(plan.memoryBytesHigh) / gibibyte);
        fmt::print("time          {} to {} ({})\n", durationText(plan.secondsLow), durationText(plan.secondsHigh), plan.basis);
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
        if (options.dryRun) {
            BITLOOM_TRY(const QuantizePlan plan, planJob(recipe, methods));
            if (!context.json)
                printPlan(plan);
            return nlohmann::json(plan);
        }
        if (options.output.empty())
            return fail(ErrorCode::Usage, "-o OUT is missing: where is the quantized model to go?");
        TerminalListener listener(context.progress());
        const LayerWatch watch;
        BITLOOM_TRY(const QuantizeReport report,
            runQuantizeJob({ recipe, options.output, options.project, options.resume }, methods, watch, listener, context.control, ranks));
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
    command->add_option("--gguf-type", flags.ggufType, "ggml type of the quantized layers for --format gguf (default: F16)");
    command->add_option("--size-budget", flags.sizeBudget, "Bits per weight to stay under");
    command->add_option("--calibration", flags.calibration, "Text files; without any, the model writes its own text");
    command->add_option("--sequences", flags.sequences, "Calibration sequences")->capture_default_str();
    command->add_option("--sequence-length", flags.sequenceLength, "Tokens of a calibration sequence")->capture_default_str();
    command->add_option("--compute-dtype", flags.computeDtype, "auto, f32 or bf16: what forward and backward run in")->capture_default_str();
    command->add_option("--set", options->parameters, "A parameter of the method, key=value; may be repeated");
    command->add_option("--project", options->project, "Project folder to keep and share calibration in (default: OUT.bitloom)");
    command->add_flag("--resume", options->resume, "Go on with an interrupted job");
    command->add_flag("--dry-run", options->dryRun, "Only print the full recipe and the estimates");
    command->callback([options, command, &context] {
        context.action = [options, command, &context] { return quantize(*options, *command, context); };
    });
}

} // namespace bitloom::cli
