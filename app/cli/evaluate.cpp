// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"
#include "app/cli/kv_options.h"

#include "core/engine/kv_comparison.h"

#include <chrono>
#include <fmt/format.h>

namespace bitloom::cli {
namespace {

void print(const EvaluationReport& report)
{
    fmt::print("perplexity       {:.4f} ± {:.4f}  ({} tokens scored in {} windows of {})\n", report.perplexity,
        report.perplexityStandardError, report.tokens, report.chunks, report.context);
    if (!report.klMean)
        return;
    fmt::print("reference        {:.4f}  ({})\n", *report.referencePerplexity, report.reference);
    fmt::print("ratio            {:.4f} ± {:.4f}\n", *report.perplexityRatio, *report.perplexityRatioStandardError);
    fmt::print("KL divergence    {:.6f} ± {:.6f}  (median {:.6f}, 99 % below {:.6f}, largest {:.4f})\n", *report.klMean, *report.klStandardError,
        *report.klMedian, *report.klP99, *report.klMaximum);
    fmt::print("change of p      {:.3f} % root mean square, {:+.3f} % mean\n", 100 * *report.probabilityChangeRms, 100 * *report.probabilityChangeMean);
    fmt::print("top-1 agreement  {:.2f} ± {:.2f} %\n", 100 * *report.top1Agreement, 100 * *report.top1StandardError);
}

/// Both models run, but `model` attends through the cache. Without another reference the model is compared with itself without a cache.
Result<KvMeasurement> evaluateThroughCache(const EvaluationInput& input, const std::string& textName, const KvArguments& choice, CommandContext& context)
{
    const auto start = std::chrono::steady_clock::now();
    const KvMethods methods = KvMethods::load();
    BITLOOM_TRY(const KvCandidate candidate, choice.candidate(methods));
    BITLOOM_TRY(const TextWindows windows, commonWindows(input.model, input.referencePointer(), input.text, textName, input.options));
    BITLOOM_TRY(const CausalLm model, CausalLm::load(input.model, input.options.dtype, input.options.device));
    std::optional<CausalLm> reference;
    if (input.reference) {
        BITLOOM_CHECK(context.control.checkpoint());
        BITLOOM_TRY(reference, CausalLm::load(*input.reference, input.options.dtype, input.options.device));
    }
    BITLOOM_TRY(auto measured, compareCaches(model, windows, methods, { candidate }, context.progress(), context.control, reference ? &*reference : nullptr));
    EvaluationReport& report = measured.front().quality;
    report.model = input.model.path.string();
    report.reference = (input.reference ? *input.reference : input.model).path.string();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return measured.front();
}

} // namespace

void addEvaluateCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<EvaluationArguments>();
    auto engine = std::make_shared<std::string>("bitloom");
    auto* command = addCommand(app, context, "evaluate", "Measure perplexity, and against a reference KL divergence and top-1 agreement",
        "bitloom-cli evaluate out/model --reference demo --text test.txt --chunks 20");
    command->add_option("MODEL", arguments->model, "Hugging Face folder, .gguf file or demo")->required();
    addEvaluationOptions(*command, *arguments);
    command
        ->add_option("--engine", *engine,
            "What runs both models: bitloom, or llama for GGUF files in llama.cpp itself (the reference expanded to F16), as llama-perplexity measures")
        ->check(CLI::IsMember({ "bitloom", "llama" }))
        ->capture_default_str();
    auto cache = std::make_shared<KvArguments>();
    command->add_option("--kv", cache->method, "Key-value cache that MODEL attends through; without --reference it is compared with itself without one");
    command->add_option("--set,--kv-set", cache->settings, "Parameter of the cache method: name=value")->needs("--kv");
    command->add_option("--kv-configuration", cache->configuration, "What `kv --save-configuration` wrote for the cache method (default: what it laid beside MODEL, if that is for the method)")->needs("--kv");
    command->callback([arguments, engine, cache, &context] {
        context.action = [arguments, engine, cache, &context]() -> Result<nlohmann::json> {
            if (!cache->method.empty() && *engine == "llama")
                return fail(ErrorCode::Usage, "--kv {}: llama.cpp does not know Bitloom's caches; --engine bitloom does", cache->method);
            BITLOOM_TRY(const auto input, openEvaluationInput(*arguments, context));
            if (!cache->method.empty()) {
                cache->model = arguments->model;
                BITLOOM_TRY(const KvMeasurement measured, evaluateThroughCache(input, arguments->text, *cache, context));
                if (!context.json) {
                    print(measured.quality);
                    fmt::print("cache            {} bytes, {:.3f} bits per value ({})\n", measured.bytes, measured.bitsPerValue, measured.candidate.id);
                }
                nlohmann::json json = measured.quality;
                json["kv"] = { { "id", measured.candidate.id }, { "parameters", measured.candidate.parameters }, { "bytes", measured.bytes }, { "bits_per_value", measured.bitsPerValue } };
                return json;
            }
            EvaluationReport report;
            if (*engine == "llama") {
                BITLOOM_TRY(const auto original, originalForLlama(input, context));
                const auto reference = original ? std::optional(original->reference()) : std::nullopt;
                BITLOOM_TRY(report, evaluateInLlama(input.model, reference, input.text, arguments->text, input.options, context.progress(), context.control));
            } else {
                BITLOOM_TRY(report,
                    evaluate(input.model, input.referencePointer(), input.text, arguments->text, input.options, context.progress(), context.control));
            }
            if (!context.json)
                print(report);
            return nlohmann::json(report);
        };
    });
}

} // namespace bitloom::cli
