// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messages.h"

#include "core/base/json_integer.h"
#include "core/protocol/frame.h"

#include <array>
#include <concepts>
#include <type_traits>

namespace bitloom {
namespace {
    constexpr std::array<std::pair<ErrorCode, const char*>, 8> errorCodeNames { {
        { ErrorCode::Usage, "usage" },
        { ErrorCode::InvalidInput, "invalid_input" },
        { ErrorCode::NotFound, "not_found" },
        { ErrorCode::Unsupported, "unsupported" },
        { ErrorCode::Io, "io" },
        { ErrorCode::OutOfMemory, "out_of_memory" },
        { ErrorCode::Cancelled, "cancelled" },
        { ErrorCode::Internal, "internal" },
    } };

    constexpr std::array<std::pair<LayerState, const char*>, 5> layerStateNames { {
        { LayerState::Waiting, "waiting" },
        { LayerState::Calibrating, "calibrating" },
        { LayerState::Solving, "solving" },
        { LayerState::Done, "done" },
        { LayerState::Failed, "failed" },
    } };

    template <class T>
    struct IsOptional : std::false_type
    {
    };
    template <class T>
    struct IsOptional<std::optional<T>> : std::true_type
    {
    };

    template <class T>
    inline constexpr bool isInteger = std::integral<T> && !std::same_as<T, bool>;
    template <class T>
    struct IsIntegers : std::false_type
    {
    };
    template <class T>
    struct IsIntegers<std::vector<T>> : std::bool_constant<isInteger<T>>
    {
    };

    /// Writes the fields that a visit() function below lists. A key such as "seconds/load" is a path; an empty optional is left out.
    struct FieldWriter
    {
        nlohmann::json& json;

        template <class T>
        void operator()(const char* key, const T& value)
        {
            if constexpr (IsOptional<T>::value) {
                if (value)
                    (*this)(key, *value);
            } else if constexpr (std::same_as<T, std::vector<float>>)
                at(key) = packFloats(value);
            else if constexpr (std::same_as<T, LayerState>)
                at(key) = layerStateNames[static_cast<std::size_t>(value)].second;
            else
                at(key) = value;
        }

    private:
        nlohmann::json& at(const std::string& key) { return json[nlohmann::json::json_pointer("/" + key)]; }
    };

    /// Reads the same fields; a missing one that is not optional throws, like nlohmann's own readers.
    struct FieldReader
    {
        const nlohmann::json& json;

        template <class T>
        void operator()(const char* key, T& value)
        {
            const nlohmann::json::json_pointer path("/" + std::string(key));
            if constexpr (IsOptional<T>::value) {
                value.reset();
                if (json.contains(path))
                    (*this)(key, value.emplace());
            } else if constexpr (std::same_as<T, std::vector<float>>) {
                auto floats = unpackFloats(json.at(path));
                if (!floats)
                    throw nlohmann::json::other_error::create(501, std::string(key) + ": " + floats.error().message, nullptr);
                value = std::move(*floats);
            } else if constexpr (std::same_as<T, LayerState>) {
                const auto name = json.at(path).get<std::string>();
                for (const auto& [state, stateName] : layerStateNames)
                    if (name == stateName) {
                        value = state;
                        return;
                    }
                throw nlohmann::json::other_error::create(501, "unknown layer state '" + name + "'", nullptr);
            } else if constexpr (isInteger<T>)
                value = jsonInteger<T>(json.at(path));
            else if constexpr (IsIntegers<T>::value) {
                const auto& numbers = json.at(path).get_ref<const nlohmann::json::array_t&>();
                value.clear();
                for (const nlohmann::json& number : numbers)
                    value.push_back(jsonInteger<typename T::value_type>(number));
            } else
                json.at(path).get_to(value);
        }
    };

    // One list of fields for each message; reading and writing both follow it. `S` is the struct, const when written.

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, EngineInfo>
    void visit(S& s, F&& field)
    {
        field("version", s.version);
        field("protocol", s.protocol);
        field("devices", s.devices);
        field("threads", s.threads);
        field("weight_methods", s.weightMethods);
        field("formats", s.formats);
        field("gguf_types", s.ggufTypes);
        field("plugin_errors", s.pluginErrors);
        field("demo_model", s.demoModel);
        field("cache_methods", s.cacheMethods);
        field("calibrated_caches", s.calibratedCaches);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TensorSummary>
    void visit(S& s, F&& field)
    {
        field("name", s.name);
        field("shape", s.shape);
        field("type", s.type);
        field("bytes", s.bytes);
        field("quantizable", s.quantizable);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, ModelSummary>
    void visit(S& s, F&& field)
    {
        field("path", s.path);
        field("name", s.name);
        field("architecture", s.architecture);
        field("parameters", s.parameters);
        field("bytes", s.bytes);
        field("bits_per_weight", s.bitsPerWeight);
        field("blocks", s.blocks);
        field("hidden_size", s.hiddenSize);
        field("heads", s.heads);
        field("key_value_heads", s.keyValueHeads);
        field("head_size", s.headSize);
        field("feed_forward_size", s.feedForwardSize);
        field("vocabulary_size", s.vocabularySize);
        field("context_length", s.contextLength);
        field("tied_embeddings", s.tiedEmbeddings);
        field("tokenizer", s.tokenizer);
        field("quantization", s.quantization);
        field("recipe", s.recipe);
        field("tensors", s.tensors);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, WeightHistogram>
    void visit(S& s, F&& field)
    {
        field("tensor", s.tensor);
        field("row", s.row);
        field("minimum", s.minimum);
        field("maximum", s.maximum);
        field("mean", s.mean);
        field("standard_deviation", s.standardDeviation);
        field("counts", s.counts);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, PlanStage>
    void visit(S& s, F&& field)
    {
        field("stage", s.stage);
        field("seconds", s.seconds);
        field("host_bytes", s.hostBytes);
        field("device_bytes", s.deviceBytes);
        field("weights_bytes", s.weightsBytes);
        field("activations_bytes", s.activationsBytes);
        field("hessians_bytes", s.hessiansBytes);
        field("solver_bytes", s.solverBytes);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, WorkPlan>
    void visit(S& s, F&& field)
    {
        field("streamed", s.streamed);
        field("pipelined", s.pipelined);
        field("kept_inputs", s.keptInputs);
        field("forward_passes", s.forwardPasses);
        field("sweeps", s.sweeps);
        field("host_bytes", s.hostBytes);
        field("device_bytes", s.deviceBytes);
        field("host_limit", s.hostLimit);
        field("device_limit", s.deviceLimit);
        field("stages", s.stages);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, BlockCodes>
    void visit(S& s, F&& field)
    {
        field("codes", s.codes);
        field("scales", s.scales);
        field("offsets", s.offsets);
        field("values", s.values);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, BlockContent>
    void visit(S& s, F&& field)
    {
        field("tensor", s.tensor);
        field("type", s.type);
        field("row", s.row);
        field("rows", s.rows);
        field("block", s.block);
        field("blocks", s.blocks);
        field("first_column", s.firstColumn);
        field("levels", s.levels);
        field("weights", s.weights);
        field("importances", s.importances);
        field("before", s.before);
        field("after", s.after);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, SizePoint>
    void visit(S& s, F&& field)
    {
        field("bytes", s.bytes);
        field("bits_per_weight", s.bitsPerWeight);
        field("loss", s.loss);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TypeOption>
    void visit(S& s, F&& field)
    {
        field("type", s.type);
        field("stored_as", s.storedAs);
        field("bytes", s.bytes);
        field("loss", s.loss);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TensorCurve>
    void visit(S& s, F&& field)
    {
        field("name", s.name);
        field("gguf_name", s.ggufName);
        field("shape", s.shape);
        field("quantizable", s.quantizable);
        field("options", s.options);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, MeasuredCurves>
    void visit(S& s, F&& field)
    {
        field("candidates", s.candidates);
        field("tensors", s.tensors);
        field("other_bytes", s.otherBytes);
        field("vector_bytes", s.vectorBytes);
        field("parameters", s.parameters);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, QuantizePlan>
    void visit(S& s, F&& field)
    {
        field("recipe", s.recipe);
        field("output_bytes", s.outputBytes);
        field("disk_bytes", s.diskBytes);
        field("memory_bytes/low", s.memoryBytesLow);
        field("memory_bytes/high", s.memoryBytesHigh);
        field("seconds/low", s.secondsLow);
        field("seconds/high", s.secondsHigh);
        field("seconds/expected", s.seconds);
        field("work", s.work);
        field("basis", s.basis);
        field("bits_per_weight", s.bitsPerWeight);
        field("tensors", s.tensors);
        field("sizes", s.sizes);
        field("predicted_loss", s.predictedLoss);
        field("warnings", s.warnings);
        field("fits", s.fits);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, LogEvent>
    void visit(S& s, F&& field)
    {
        field("level", s.level);
        field("message", s.message);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, ProgressEvent>
    void visit(S& s, F&& field)
    {
        field("stage", s.progress.stage);
        field("unit", s.progress.unit);
        field("done", s.progress.done);
        field("total", s.progress.total);
        field("item", s.progress.item);
        field("rate", s.progress.rate);
        field("eta_seconds", s.progress.etaSeconds);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, LayerEvent>
    void visit(S& s, F&& field)
    {
        field("layer", s.layer);
        field("block", s.block);
        field("module", s.module);
        field("state", s.state);
        field("objective_initial", s.objectiveInitial);
        field("objective_final", s.objectiveFinal);
        field("relative_error", s.relativeError);
        field("held_out_initial", s.heldOutInitial);
        field("held_out_final", s.heldOutFinal);
        field("seconds", s.seconds);
        field("message", s.message);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, ObjectiveEvent>
    void visit(S& s, F&& field)
    {
        field("layer", s.layer);
        field("step", s.step);
        field("phase", s.phase);
        field("objective", s.objective);
        field("held_out", s.heldOut);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, SaliencyEvent>
    void visit(S& s, F&& field)
    {
        field("layer", s.layer);
        field("rows", s.rows);
        field("columns", s.columns);
        field("row_labels", s.rowLabels);
        field("column_labels", s.columnLabels);
        field("column_stride", s.columnStride);
        field("values", s.values);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, CodebookEvent>
    void visit(S& s, F&& field)
    {
        field("layer", s.layer);
        field("row", s.row);
        field("step", s.step);
        field("phase", s.phase);
        field("levels", s.levels);
        field("counts", s.counts);
        field("minimum", s.minimum);
        field("maximum", s.maximum);
        field("histogram", s.histogram);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, ResourceEvent>
    void visit(S& s, F&& field)
    {
        field("memory_bytes", s.memoryBytes);
        field("peak_memory_bytes", s.peakMemoryBytes);
        field("device_memory_bytes", s.deviceMemoryBytes);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TokenCandidate>
    void visit(S& s, F&& field)
    {
        field("token", s.token);
        field("text", s.text);
        field("log_probability", s.logProbability);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TokenChoice>
    void visit(S& s, F&& field)
    {
        field("taken", s.taken);
        field("ends", s.ends);
        field("candidates", s.candidates);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TokenEvent>
    void visit(S& s, F&& field)
    {
        field("text", s.text);
        field("count", s.count);
        field("choices", s.choices);
        field("cache_bytes", s.cacheBytes);
        field("tokens_per_second", s.tokensPerSecond);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, PromptEvent>
    void visit(S& s, F&& field)
    {
        field("tokens", s.tokens);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, CacheMapEvent>
    void visit(S& s, F&& field)
    {
        field("length", s.length);
        field("prompt_length", s.promptLength);
        field("layers", s.layers);
        field("heads", s.heads);
        field("layer", s.layer);
        field("head", s.head);
        field("key_bits", s.keyBits);
        field("value_bits", s.valueBits);
        field("key_classes", s.keyClasses);
        field("value_classes", s.valueClasses);
        field("attention", s.attention);
        field("mass", s.mass);
        field("errors", s.errors);
        field("key_bytes", s.keyBytes);
        field("value_bytes", s.valueBytes);
        field("bytes", s.bytes);
        field("tokens_per_second", s.tokensPerSecond);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, GenerationReport>
    void visit(S& s, F&& field)
    {
        field("text", s.text);
        field("tokens", s.tokens);
        field("tokens_per_second", s.tokensPerSecond);
        field("stopped", s.stopped);
        field("kv/bytes", s.cacheBytes);
        field("kv/key_bytes", s.cacheKeyBytes);
        field("kv/value_bytes", s.cacheValueBytes);
        field("kv/bits_per_value", s.cacheBitsPerValue);
        field("kv/device_bytes", s.cacheDeviceBytes);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, LayerReport>
    void visit(S& s, F&& field)
    {
        field("name", s.name);
        field("objective_initial", s.objectiveInitial);
        field("objective_final", s.objectiveFinal);
        field("objective", s.objective);
        field("relative_error", s.relativeError);
        field("held_out_initial", s.heldOutInitial);
        field("held_out_final", s.heldOutFinal);
        field("bits_per_weight", s.bitsPerWeight);
        field("seconds", s.seconds);
        field("chosen", s.chosen);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, TuningReport>
    void visit(S& s, F&& field)
    {
        field("held_out", s.heldOut);
        field("best_epoch", s.bestEpoch);
        field("steps", s.steps);
        field("seconds", s.seconds);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, QuantizeReport>
    void visit(S& s, F&& field)
    {
        field("method", s.method);
        field("output", s.output);
        field("project", s.project);
        field("bits_per_weight", s.bitsPerWeight);
        field("seconds/load", s.secondsLoad);
        field("seconds/calibrate", s.secondsCalibrate);
        field("seconds/quantize", s.secondsQuantize);
        field("seconds/export", s.secondsExport);
        field("peak_memory_bytes", s.peakMemoryBytes);
        field("peak_memory_bytes_of_ranks", s.peakMemoryBytesOfRanks);
        field("output_bytes", s.outputBytes);
        field("calibration_tokens", s.calibrationTokens);
        field("layers", s.layers);
        field("tuning", s.tuning);
        field("recipe", s.recipe);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, EvaluationReport>
    void visit(S& s, F&& field)
    {
        field("model", s.model);
        field("reference", s.reference);
        field("perplexity", s.perplexity);
        field("perplexity_stderr", s.perplexityStandardError);
        field("reference_perplexity", s.referencePerplexity);
        field("kl_divergence/mean", s.klMean);
        field("kl_divergence/stderr", s.klStandardError);
        field("kl_divergence/median", s.klMedian);
        field("kl_divergence/p99", s.klP99);
        field("kl_divergence/maximum", s.klMaximum);
        field("perplexity_ratio", s.perplexityRatio);
        field("perplexity_ratio_stderr", s.perplexityRatioStandardError);
        field("probability_change/mean", s.probabilityChangeMean);
        field("probability_change/rms", s.probabilityChangeRms);
        field("top1_agreement", s.top1Agreement);
        field("top1_agreement_stderr", s.top1StandardError);
        field("tokens", s.tokens);
        field("chunks", s.chunks);
        field("context", s.context);
        field("seconds", s.seconds);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, GreedyText>
    void visit(S& s, F&& field)
    {
        field("prompt", s.prompt);
        field("text", s.text);
        field("tokens", s.tokens);
        field("common_tokens", s.commonTokens);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, LlamaMeasurement>
    void visit(S& s, F&& field)
    {
        field("file", s.file);
        field("types", s.types);
        field("bytes", s.bytes);
        field("bits_per_weight", s.bitsPerWeight);
        field("evaluation", s.evaluation);
        field("kl_of_chunk", s.klOfChunk);
        field("kl_quantiles", s.klQuantiles);
        field("tokens_per_second/prompt", s.promptTokensPerSecond);
        field("tokens_per_second/generation", s.generatedTokensPerSecond);
        field("texts", s.texts);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, VerificationReport>
    void visit(S& s, F&& field)
    {
        field("file", s.file);
        field("reference", s.reference);
        field("perplexity", s.perplexity);
        field("engine_perplexity", s.enginePerplexity);
        field("max_logit_difference", s.maximumLogitDifference);
        field("kl_divergence", s.klDivergence);
        field("tokens", s.tokens);
        field("text", s.text);
        field("original", s.original);
        field("files", s.files);
    }

    template <class S, class F>
        requires std::same_as<std::remove_const_t<S>, ProjectSummary>
    void visit(S& s, F&& field)
    {
        field("folder", s.folder);
        field("output", s.output);
        field("newer_bitloom", s.newerBitloom);
        field("recipe", s.recipe);
        field("finished", s.finished);
        field("layers", s.layers);
        field("objectives", s.objectives);
        field("saliency", s.saliency);
        field("report", s.report);
        field("evaluation", s.evaluation);
        field("verification", s.verification);
    }

    const char* eventName(const Event& event)
    {
        static constexpr std::array<const char*, std::variant_size_v<Event>> names {
            "log", "progress", "layer", "objective", "saliency", "codebook", "resource", "token", "prompt", "cache_map"
        };
        return names[event.index()];
    }

    /// Constructs the alternative whose name is `name` and reads it; false if there is none of that name.
    template <std::size_t I = 0>
    bool readEvent(const std::string& name, const nlohmann::json& json, Event& event)
    {
        if constexpr (I < std::variant_size_v<Event>) {
            std::variant_alternative_t<I, Event> value;
            event = std::move(value);
            if (name != eventName(event))
                return readEvent<I + 1>(name, json, event);
            json.get_to(std::get<I>(event));
            return true;
        } else
            return false;
    }
}

#define BITLOOM_MESSAGE(Type)                                                                                         \
    void to_json(nlohmann::json& json, const Type& value)                                                             \
    {                                                                                                                 \
        json = nlohmann::json::object();                                                                              \
        visit(value, FieldWriter { json });                                                                           \
    }                                                                                                                 \
    void from_json(const nlohmann::json& json, Type& value)                                                           \
    {                                                                                                                 \
        visit(value, FieldReader { json });                                                                           \
    }
BITLOOM_MESSAGE(EngineInfo)
BITLOOM_MESSAGE(TensorSummary)
BITLOOM_MESSAGE(ModelSummary)
BITLOOM_MESSAGE(WeightHistogram)
BITLOOM_MESSAGE(PlanStage)
BITLOOM_MESSAGE(WorkPlan)
BITLOOM_MESSAGE(BlockCodes)
BITLOOM_MESSAGE(BlockContent)
BITLOOM_MESSAGE(SizePoint)
BITLOOM_MESSAGE(TypeOption)
BITLOOM_MESSAGE(TensorCurve)
BITLOOM_MESSAGE(MeasuredCurves)
BITLOOM_MESSAGE(QuantizePlan)
BITLOOM_MESSAGE(LogEvent)
BITLOOM_MESSAGE(ProgressEvent)
BITLOOM_MESSAGE(LayerEvent)
BITLOOM_MESSAGE(ObjectiveEvent)
BITLOOM_MESSAGE(SaliencyEvent)
BITLOOM_MESSAGE(CodebookEvent)
BITLOOM_MESSAGE(ResourceEvent)
BITLOOM_MESSAGE(TokenCandidate)
BITLOOM_MESSAGE(TokenChoice)
BITLOOM_MESSAGE(TokenEvent)
BITLOOM_MESSAGE(PromptEvent)
BITLOOM_MESSAGE(CacheMapEvent)
BITLOOM_MESSAGE(GenerationReport)
BITLOOM_MESSAGE(LayerReport)
BITLOOM_MESSAGE(TuningReport)
BITLOOM_MESSAGE(QuantizeReport)
BITLOOM_MESSAGE(EvaluationReport)
BITLOOM_MESSAGE(GreedyText)
BITLOOM_MESSAGE(LlamaMeasurement)
BITLOOM_MESSAGE(VerificationReport)
BITLOOM_MESSAGE(ProjectSummary)
#undef BITLOOM_MESSAGE

void to_json(nlohmann::json& json, const Recipe& recipe)
{
    json = recipeToJson(recipe);
}

void from_json(const nlohmann::json& json, Recipe& recipe)
{
    auto parsed = parseRecipe(json, "message");
    if (!parsed)
        throw nlohmann::json::other_error::create(501, parsed.error().message, nullptr);
    recipe = std::move(*parsed);
}

const char* errorCodeName(ErrorCode code)
{
    for (const auto& [each, name] : errorCodeNames)
        if (each == code)
            return name;
    return "internal";
}

ErrorCode errorCodeFromName(const std::string& name)
{
    for (const auto& [code, each] : errorCodeNames)
        if (name == each)
            return code;
    return ErrorCode::Internal;
}

nlohmann::json toMessage(const Request& request)
{
    return { { "id", request.id }, { "method", request.method }, { "params", request.params } };
}

nlohmann::json toMessage(const Response& response)
{
    if (response.result)
        return { { "id", response.id }, { "result", *response.result } };
    const Error& error = response.result.error();
    return { { "id", response.id }, { "error", { { "code", errorCodeName(error.code) }, { "message", error.message } } } };
}

nlohmann::json toMessage(const JobEvent& event)
{
    nlohmann::json message = std::visit([](const auto& value) { return nlohmann::json(value); }, event.event);
    message["event"] = eventName(event.event);
    message["job"] = event.job;
    return message;
}

Result<Request> parseRequest(const nlohmann::json& message)
{
    try {
        Request request { jsonInteger<std::uint64_t>(message.at("id")), message.at("method").get<std::string>(),
            message.value("params", nlohmann::json::object()) };
        if (!request.params.is_object())
            return fail(ErrorCode::InvalidInput, "request {}: params is a {}, expected a map", request.method, request.params.type_name());
        return request;
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::InvalidInput, "request does not have id, method and params: {}", error.what());
    }
}

Result<std::variant<Response, JobEvent>> parseFromEngine(const nlohmann::json& message)
{
    using Parsed = std::variant<Response, JobEvent>;
    try {
        if (message.contains("event")) {
            JobEvent event { jsonInteger<std::uint64_t>(message.at("job")), {} };
            const auto name = message.at("event").get<std::string>();
            if (!readEvent(name, message, event.event))
                return fail(ErrorCode::InvalidInput, "engine sent an event '{}', which is not known", name);
            return Parsed(std::move(event));
        }
        const auto id = jsonInteger<std::uint64_t>(message.at("id"));
        if (message.contains("error")) {
            const auto& error = message["error"];
            return Parsed(Response { id,
                tl::make_unexpected(Error { errorCodeFromName(error.at("code").get<std::string>()), error.at("message").get<std::string>() }) });
        }
        return Parsed(Response { id, message.at("result") });
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::InvalidInput, "engine sent a message of the wrong shape: {}", error.what());
    }
}

} // namespace bitloom
