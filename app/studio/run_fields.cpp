// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/run_fields.h"

#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <QCoreApplication>
#include <QFileInfo>
#include <set>

namespace bitloom {
namespace {
    struct RunFields
    {
        Q_DECLARE_TR_FUNCTIONS(RunFields)
    };

    QString none() { return QStringLiteral("–"); }

    QString valueText(const nlohmann::json& value)
    {
        return value.is_string() ? text(value.get<std::string>()) : text(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }

    class Fields
    {
    public:
        std::vector<RunField> all;

        /// Of the recipe; an original has none.
        void recipe(const char* key, const QString& title, const QString& explanation, std::function<QString(const Recipe&)> value)
        {
            all.push_back({ QString::fromLatin1(key), title, explanation, [value](const ComparedRun& run) { return run.original ? none() : value(run.run.recipe); },
                [value](const ComparedRun& run) { return run.original ? QString() : value(run.run.recipe); } });
        }
        /// A number that may not be known.
        void number(const char* key, const QString& title, const QString& explanation, const QString& missing, std::function<std::optional<double>(const ComparedRun&)> value,
            std::function<QString(double)> shown)
        {
            const auto known = [value](const ComparedRun& run) -> std::optional<double> {
                const auto found = value(run);
                return found && std::isfinite(*found) ? found : std::nullopt;
            };
            all.push_back({ QString::fromLatin1(key), title, explanation,
                [=](const ComparedRun& run) {
                    const auto found = known(run);
                    return found ? shown(*found) : run.original ? none() : missing;
                },
                [=](const ComparedRun& run) {
                    const auto found = known(run);
                    return found ? csvNumber(*found) : QString();
                } });
        }
        /// A measured figure with its standard error, which programs get as a field of its own.
        void measured(const char* key, const QString& title, const QString& explanation, const QString& missing, std::function<std::optional<double>(const ComparedRun&)> value,
            std::function<std::optional<double>(const ComparedRun&)> error, double unit = 1, const QString& suffix = {})
        {
            number(key, title, explanation, missing, value, [](double) { return QString(); });
            all.back().shown = [=](const ComparedRun& run) {
                const auto found = value(run);
                if (!found || !std::isfinite(*found))
                    return run.original ? none() : missing;
                const auto uncertain = error(run);
                return (uncertain && *uncertain > 0 ? uncertainText(unit * *found, unit * *uncertain) : numberText(unit * *found, 4)) + suffix;
            };
            all.push_back({ QString::fromLatin1(key) + QStringLiteral("_stderr"), {}, {}, {}, [error](const ComparedRun& run) {
                               const auto found = error(run);
                               return found ? csvNumber(*found) : QString();
                           } });
        }
    };

    template <class Member>
    auto evaluated(Member member)
    {
        return [member](const ComparedRun& run) -> std::optional<double> {
            if (!run.run.evaluation)
                return std::nullopt;
            return std::optional<double>((*run.run.evaluation).*member);
        };
    }

    /// In llama.cpp, of the run's own file.
    const LlamaMeasurement* llama(const ComparedRun& run)
    {
        return run.run.verification && !run.run.verification->files.empty() ? &run.run.verification->files.front() : nullptr;
    }

    /// What the run is, in a few words.
    void addIdentity(Fields& fields)
    {
        fields.recipe("model", RunFields::tr("Model"), RunFields::tr("That was quantized."), [](const Recipe& recipe) { return text(recipe.model); });
        // A path is long; its last part tells models apart, and the tool-tip of the column has the rest.
        fields.all.back().shown = [](const ComparedRun& run) {
            const QString path = run.original ? text(run.original->path) : text(run.run.recipe.model);
            return QFileInfo(path).fileName().isEmpty() ? path : QFileInfo(path).fileName();
        };
        fields.recipe("method", RunFields::tr("Method"), RunFields::tr("The rule by which weights get their values."), [](const Recipe& recipe) { return text(recipe.method); });
        fields.recipe("bits", RunFields::tr("Bits"), RunFields::tr("Of a weight's code; what codebooks or scales take comes on top."),
            [](const Recipe& recipe) { return recipe.format == "gguf" && !recipe.ggufType.empty() ? none() : QString::number(recipe.bits); });
        fields.recipe("format", RunFields::tr("Format"), RunFields::tr("Of the file."), [](const Recipe& recipe) { return text(recipe.format); });
        fields.recipe("gguf_type", RunFields::tr("GGUF type"), RunFields::tr("The type or mix of types that was asked for."),
            [](const Recipe& recipe) { return recipe.ggufType.empty() ? none() : text(recipe.ggufType); });
        fields.recipe("size_budget", RunFields::tr("Size budget"), RunFields::tr("Under which types were chosen."), [](const Recipe& recipe) {
            return recipe.sizeBudgetBytes > 0 ? bytesText(recipe.sizeBudgetBytes) : recipe.sizeBudget > 0 ? RunFields::tr("%1 bits").arg(numberText(recipe.sizeBudget)) : none();
        });
    }

    void addRecipe(Fields& fields, const std::vector<ComparedRun>& runs)
    {
        fields.recipe("groups", RunFields::tr("Groups"), RunFields::tr("Of output channels, each with a guided Hessian of its own."), [](const Recipe& recipe) { return QString::number(recipe.groups); });
        std::set<std::string> names;
        for (const ComparedRun& run : runs) {
            if (run.run.recipe.parameters.is_object())
                for (const auto& [name, value] : run.run.recipe.parameters.items())
                    names.insert(name);
        }
        for (const std::string& name : names) {
            fields.recipe(("parameter_" + name).c_str(), text(name), RunFields::tr("Parameter of the method."), [name](const Recipe& recipe) {
                const bool set = recipe.parameters.is_object() && recipe.parameters.contains(name);
                return set ? valueText(recipe.parameters.at(name)) : none();
            });
        }
        fields.recipe("calibration", RunFields::tr("Calibration text"), RunFields::tr("On which Hessians were gathered."), [](const Recipe& recipe) {
            QStringList files;
            for (const std::string& file : recipe.calibration)
                files << QFileInfo(text(file)).fileName();
            return files.isEmpty() ? RunFields::tr("written by the model") : files.join(QStringLiteral(", "));
        });
        fields.recipe("sequences", RunFields::tr("Sequences"), RunFields::tr("Of calibration text, and how many tokens each has."),
            [](const Recipe& recipe) { return QStringLiteral("%1 × %2").arg(recipe.sequences).arg(recipe.sequenceLength); });
        fields.recipe("importances", RunFields::tr("Importances"), RunFields::tr("Of columns, that ggml's quantizer was given."),
            [](const Recipe& recipe) { return recipe.importances.empty() ? none() : text(recipe.importances); });
        fields.recipe("tuning_epochs", RunFields::tr("Tuning"), RunFields::tr("Passes over the calibration text in which all layers were tuned together."),
            [](const Recipe& recipe) { return QString::number(recipe.tuningEpochs); });
        fields.recipe("seed", RunFields::tr("Seed"), RunFields::tr("Of everything that is drawn."), [](const Recipe& recipe) { return QString::number(recipe.seed); });
        fields.recipe("device", RunFields::tr("Device"), RunFields::tr("Where the run computed."), [](const Recipe& recipe) { return text(recipe.device); });
        fields.recipe("compute_dtype", RunFields::tr("Precision"), RunFields::tr("In which the model was run for calibration."), [](const Recipe& recipe) { return text(recipe.computeDtype); });
    }

    void addOutcome(Fields& fields)
    {
        const QString unknown = RunFields::tr("not known");
        const auto report = [](auto value) {
            return [value](const ComparedRun& run) -> std::optional<double> { return run.run.report ? std::optional<double>(value(*run.run.report)) : std::nullopt; };
        };
        const auto bytes = [](double value) { return bytesText(static_cast<std::int64_t>(value)); };
        const auto positive = [](double value) { return value > 0 ? value : std::numeric_limits<double>::quiet_NaN(); };
        fields.number("bytes", RunFields::tr("Size"), RunFields::tr("Of all files of the model."), unknown,
            [=](const ComparedRun& run) { return run.original ? std::optional<double>(positive(static_cast<double>(run.original->bytes))) : report([=](const QuantizeReport& of) { return positive(static_cast<double>(of.outputBytes)); })(run); }, bytes);
        fields.number("bits_per_weight", RunFields::tr("Bits per weight"), RunFields::tr("Of the quantized layers, codebooks and scales counted in."), unknown,
            [=](const ComparedRun& run) { return run.original ? std::optional<double>(run.original->bitsPerWeight) : report([](const QuantizeReport& of) { return of.bitsPerWeight; })(run); },
            [](double value) { return QString::number(value, 'f', 2); });
        fields.number("seconds", RunFields::tr("Time"), RunFields::tr("Of the whole run."), unknown, report([](const QuantizeReport& of) { return of.seconds(); }), durationText);
        fields.number("seconds_calibrate", RunFields::tr("Time of calibration"), RunFields::tr("0 where an earlier run's was used."), unknown, report([](const QuantizeReport& of) { return of.secondsCalibrate; }), durationText);
        fields.number("seconds_quantize", RunFields::tr("Time of solving"), {}, unknown, report([](const QuantizeReport& of) { return of.secondsQuantize; }), durationText);
        fields.number("peak_memory_bytes", RunFields::tr("Peak memory"), RunFields::tr("Of the engine while it ran."), unknown, report([=](const QuantizeReport& of) { return positive(static_cast<double>(of.peakMemoryBytes)); }), bytes);
    }

    void addEvaluation(Fields& fields)
    {
        const QString missing = RunFields::tr("not evaluated");
        fields.measured("perplexity", RunFields::tr("Perplexity"), RunFields::tr("On a text that it has not seen. Lower is better."), missing, evaluated(&EvaluationReport::perplexity),
            evaluated(&EvaluationReport::perplexityStandardError));
        fields.measured("kl_mean", RunFields::tr("KL divergence, mean"), RunFields::tr("How far predictions are from the original's, in nats per token. 0 is the same."), missing, evaluated(&EvaluationReport::klMean),
            evaluated(&EvaluationReport::klStandardError));
        const auto figure = [](double value) { return numberText(value, 4); };
        fields.number("kl_median", RunFields::tr("KL divergence, median"), RunFields::tr("Half of the tokens lie below."), missing, evaluated(&EvaluationReport::klMedian), figure);
        fields.number("kl_p99", RunFields::tr("KL divergence, 99 %"), RunFields::tr("Of a hundred tokens one lies above."), missing, evaluated(&EvaluationReport::klP99), figure);
        fields.number("kl_maximum", RunFields::tr("KL divergence, largest"), RunFields::tr("Of a single token."), missing, evaluated(&EvaluationReport::klMaximum), figure);
        fields.measured("top1_agreement", RunFields::tr("Same top token"), RunFields::tr("How often the most probable token is the original's."), missing, evaluated(&EvaluationReport::top1Agreement),
            evaluated(&EvaluationReport::top1StandardError), 100, QStringLiteral(" %"));
        fields.number("evaluated_tokens", RunFields::tr("Tokens evaluated"), RunFields::tr("Figures of different texts cannot be compared."), missing,
            [](const ComparedRun& run) { return run.run.evaluation && !run.original ? std::optional<double>(static_cast<double>(run.run.evaluation->tokens)) : std::nullopt; },
            [](double value) { return countText(static_cast<std::int64_t>(value)); });
    }

    void addVerification(Fields& fields, const std::vector<ComparedRun>& runs)
    {
        if (std::none_of(runs.begin(), runs.end(), [](const ComparedRun& run) { return llama(run) != nullptr; }))
            return;
        const QString missing = RunFields::tr("not measured");
        fields.measured("llama_perplexity", RunFields::tr("Perplexity in llama.cpp"), RunFields::tr("Measured by “Verify in llama.cpp”."), missing,
            [](const ComparedRun& run) { return llama(run) != nullptr ? std::optional(llama(run)->evaluation.perplexity) : std::nullopt; },
            [](const ComparedRun& run) { return llama(run) != nullptr ? std::optional(llama(run)->evaluation.perplexityStandardError) : std::nullopt; });
        fields.measured("llama_kl_mean", RunFields::tr("KL divergence in llama.cpp"), RunFields::tr("Measured by “Verify in llama.cpp”."), missing,
            [](const ComparedRun& run) { return llama(run) != nullptr ? llama(run)->evaluation.klMean : std::nullopt; },
            [](const ComparedRun& run) { return llama(run) != nullptr ? llama(run)->evaluation.klStandardError : std::nullopt; });
        const auto speed = [](double value) { return RunFields::tr("%1 tokens/s").arg(numberText(value, 3)); };
        fields.number("llama_prompt_tokens_per_second", RunFields::tr("Reading in llama.cpp"), RunFields::tr("Of a prompt."), missing,
            [](const ComparedRun& run) { return llama(run) != nullptr ? llama(run)->promptTokensPerSecond : std::nullopt; }, speed);
        fields.number("llama_generated_tokens_per_second", RunFields::tr("Writing in llama.cpp"), RunFields::tr("One token after another."), missing,
            [](const ComparedRun& run) { return llama(run) != nullptr ? llama(run)->generatedTokensPerSecond : std::nullopt; }, speed);
    }
}

std::vector<RunField> runFields(const std::vector<ComparedRun>& runs)
{
    Fields fields;
    addIdentity(fields);
    addEvaluation(fields);
    addVerification(fields, runs);
    addOutcome(fields);
    addRecipe(fields, runs);
    return std::move(fields.all);
}

} // namespace bitloom
