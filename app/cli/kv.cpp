// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/kv_options.h"

#include "core/engine/cached_attention.h"
#include "core/engine/device.h"
#include "core/engine/kv_budget.h"
#include "core/engine/kv_calibration.h"
#include "core/engine/kv_comparison.h"
#include "core/engine/kv_configuration_file.h"
#include "core/engine/kv_recall.h"
#include "core/io/atomic_file.h"

#include <algorithm>

namespace bitloom::cli {
namespace {
    struct KvOptions
    {
        std::string model, text;
        std::vector<std::string> methods { "full", "kivi", "logquant" }, settings;
        int context = 1024;
        std::int64_t windows = 2;
        std::int64_t recall = 0; ///< questions of each kind; 0: a text is compared
        double bitsPerValue = 0; ///< 0: every method as it is set
        KvCalibrationText calibration;
        std::vector<std::filesystem::path> configurations;
        std::filesystem::path saved;
    };

    void print(const std::vector<KvMeasurement>& measurements)
    {
        fmt::print("{:18} {:>10} {:>8} {:>10} {:>12} {:>12} {:>8} {:>8}\n", "method", "bytes", "bits", "perplexity", "KL", "out. error", "mass", "exact");
        for (const KvMeasurement& one : measurements) {
            double error = 0;
            for (const double layer : one.attentionError)
                error += layer / static_cast<double>(one.attentionError.size());
            fmt::print("{:18} {:>10} {:>8.3f} {:>10.4f} {:>12.6f} {:>12.4f} {:>8.3f} {:>8}\n", one.candidate.id, one.bytes, one.bitsPerValue, one.quality.perplexity,
                one.quality.klMean.value_or(0), error, one.keptMass, one.retained.size());
        }
    }

    void print(const std::vector<KvRecall>& results)
    {
        fmt::print("{:18} {:>10} {:>8}", "method", "bytes", "bits");
        for (const RecallTask task : recallTasks)
            fmt::print(" {:>22}", recallTaskName(task));
        fmt::print("\n");
        for (const KvRecall& one : results) {
            fmt::print("{:18} {:>10} {:>8.3f}", one.candidate.id, one.bytes, one.bitsPerValue);
            for (const RecallScore& score : one.scores) {
                const auto [low, high] = score.interval();
                fmt::print(" {:>22}", fmt::format("{:.0f} % ({:.0f} to {:.0f})", 100 * score.accuracy(), 100 * low, 100 * high));
            }
            fmt::print("\n");
        }
    }

    /// The methods with their parameters, from --set and saved configurations.
    Result<std::vector<KvCandidate>> chosenCandidates(const KvOptions& options, const KvMethods& methods)
    {
        std::vector<nlohmann::json> saved;
        for (const auto& file : options.configurations) {
            BITLOOM_TRY(saved.emplace_back(), readKvConfiguration(file));
            if (const std::string of = saved.back().at("method"); std::find(options.methods.begin(), options.methods.end(), of) == options.methods.end())
                return fail(ErrorCode::Usage, "{}: is a configuration of {}, which is not among --methods", file.string(), of);
        }
        std::vector<KvCandidate> candidates;
        std::vector<bool> used;
        for (const std::string& id : options.methods) {
            BITLOOM_TRY(const auto* method, methods.require(id));
            const auto own = std::find_if(saved.begin(), saved.end(), [&](const nlohmann::json& each) { return each.at("method") == id; });
            KvCandidate candidate { id, {} };
            BITLOOM_TRY(const nlohmann::json chosen, chosenKvParameters(*method, options.settings, used));
            BITLOOM_TRY(candidate.parameters, kvParameters(*method, chosen, own == saved.end() ? nlohmann::json::object() : *own));
            candidates.push_back(std::move(candidate));
        }
        BITLOOM_CHECK(requireAllUsed(options.settings, used));
        return candidates;
    }

    /// The methods with all that they are measured with: calibrated, and each within the budget.
    Result<std::vector<KvCandidate>> candidatesOf(const KvOptions& options, const KvMethods& methods, const CausalLm& model, const Tokenizer& tokenizer, CommandContext& context)
    {
        BITLOOM_TRY(std::vector<KvCandidate> candidates, chosenCandidates(options, methods));
        const auto calibrates = [&](const KvCandidate& candidate) { return needsCalibration(candidate, options.bitsPerValue); };
        const auto calibrated = std::count_if(candidates.begin(), candidates.end(), calibrates);
        if (!options.saved.empty() && calibrated != 1 && candidates.size() != 1)
            return fail(ErrorCode::Usage, "--save-configuration {}: {} of the chosen methods find something on calibration text, expected one, or one method alone", options.saved.string(),
                calibrated);
        torch::Tensor tokens;
        if (calibrated > 0) {
            KvCalibrationText text = options.calibration;
            text.seed = context.seed;
            BITLOOM_TRY(tokens, kvCalibrationTokens(model, tokenizer, text, context.progress(), context.control));
        }
        for (KvCandidate& candidate : candidates) {
            BITLOOM_TRY(const auto* method, methods.require(candidate.id));
            const bool found = calibrates(candidate);
            if (found) {
                BITLOOM_TRY(candidate.parameters, calibrateCache(candidate, methods, model, tokens, options.context, options.bitsPerValue, context.progress(), context.control));
            }
            if (options.bitsPerValue > 0 && candidate.id != "full") {
                BITLOOM_TRY(candidate.parameters, fitBudget(*method, cacheShape(model.config(), 1), candidate.parameters, options.context, options.bitsPerValue));
            }
            if ((found || candidates.size() == 1) && !options.saved.empty()) {
                const auto beside = kvConfigurationBeside(options.saved);
                BITLOOM_CHECK(writeTextFile(beside.empty() ? options.saved : beside, kvConfiguration(candidate).dump(1) + "\n"));
            }
        }
        return candidates;
    }

    Result<nlohmann::json> compare(const KvOptions& options, CommandContext& context)
    {
        if (options.text.empty() == (options.recall == 0))
            return fail(ErrorCode::Usage, "give either a text (--text FILE) or a number of questions (--recall N)");
        const KvMethods methods = KvMethods::load();
        BITLOOM_TRY(const ModelSource source, openModel(options.model));
        BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
        BITLOOM_TRY(const auto tokenizer, source.tokenizer());
        if (options.context > source.config.contextLength)
            return fail(ErrorCode::Usage, "--context {}: the model's context is {}", options.context, source.config.contextLength);
        std::optional<TextWindows> text;
        if (options.recall == 0) {
            BITLOOM_TRY(const std::string content, readTextFile(options.text));
            BITLOOM_TRY(text, TextWindows::cut(*tokenizer, content, options.text, options.context, options.windows));
        }
        BITLOOM_TRY(const CausalLm model, CausalLm::load(source, torch::kFloat32, device));
        BITLOOM_TRY(const std::vector<KvCandidate> candidates, candidatesOf(options, methods, model, *tokenizer, context));
        if (!text) {
            BITLOOM_TRY(const auto results,
                recallThroughCaches(model, *tokenizer, options.context, options.recall, context.seed, methods, candidates, context.progress(), context.control));
            if (!context.json)
                print(results);
            return nlohmann::json { { "model", source.name }, { "context", options.context }, { "seed", context.seed }, { "methods", results } };
        }
        const TextWindows& windows = *text;
        BITLOOM_TRY(const auto measurements, compareCaches(model, windows, methods, candidates, context.progress(), context.control));
        if (!context.json)
            print(measurements);
        return nlohmann::json { { "model", source.name }, { "context", options.context }, { "windows", windows.chunks() }, { "methods", measurements } };
    }
}

void addKvCommand(CLI::App& app, CommandContext& context)
{
    const auto options = std::make_shared<KvOptions>();
    CLI::App* command = addCommand(app, context, "kv", "Runs a text through several key-value caches and compares what the model predicts",
        "bitloom-cli kv demo --text test.txt --methods full,kivi,logquant --context 2048 --bits-per-value 3.2");
    command->add_option("model", options->model, "Hugging Face folder, .gguf file, or demo")->required();
    command->add_option("--text", options->text, "UTF-8 text file");
    command->add_option("--recall", options->recall, "Instead of a text: so many questions of each kind (needle, key_value, copy, arithmetic), made from --seed")
        ->check(CLI::Range(0, 100000));
    command->add_option("--methods", options->methods, "Cache methods, separated by commas; `bitloom-cli plugins` lists them")->delimiter(',')->capture_default_str();
    command->add_option("--context", options->context, "Tokens of a window; the second half of each is scored")->check(CLI::Range(4, 1 << 20))->capture_default_str();
    command->add_option("--windows", options->windows, "Windows from the start of the text, 0 for all of it")->check(CLI::NonNegativeNumber)->capture_default_str();
    command->add_option("--bits-per-value", options->bitsPerValue, "Give every method (but full) as many exact tokens as so many bits per number allow")->check(CLI::Range(0.5, 32.0));
    command->add_option("--calibration", options->calibration.files, "Text files for methods that find parameters on text (default: text that the model writes itself)");
    command->add_option("--sequences", options->calibration.sequences, "Sequences of calibration text")->check(CLI::Range(1, 1 << 16))->capture_default_str();
    command->add_option("--sequence-length", options->calibration.sequenceLength, "Tokens of each")->check(CLI::Range(64, 1 << 16))->capture_default_str();
    command->add_option("--configuration", options->configurations, "What --save-configuration wrote for one of the methods, instead of calibrating it again");
    command->add_option("--save-configuration", options->saved, "Write the calibrated method's parameters, or those of the only one, as JSON for kv, generate and evaluate; a model's folder or .gguf file: beside it, where generate, evaluate and transformers find it");
    command->add_option("--set", options->settings, "Parameter of a method: name=value for all that have it, or method.name=value");
    command->callback([options, &context] { context.action = [options, &context] { return compare(*options, context); }; });
}

} // namespace bitloom::cli
