// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/requests.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/calibration/compute_dtype.h"
#include "core/engine/block_content.h"
#include "core/engine/device.h"
#include "core/engine/generate_job.h"
#include "core/engine/kv_calibration_job.h"
#include "core/engine/kv_choice.h"
#include "core/engine/layer_observer.h"
#include "core/engine/llama_original.h"
#include "core/engine/measure_job.h"
#include "core/engine/measured_quality.h"
#include "core/engine/plan.h"
#include "core/engine/project.h"
#include "core/engine/quantize_job.h"
#include "core/engine/resource_usage.h"
#include "core/engine/size_budget.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/llama_verify.h"
#include "core/export/exporter.h"
#include "core/io/atomic_file.h"
#include "core/model/model_source.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;

    /// A request's parameter of the given type; an Error that names request and parameter. Absent (or null) gives `fallback`, if there is one.
    template <class T>
    Result<T> parameter(const Request& request, const char* name, std::optional<T> fallback = std::nullopt)
    {
        const auto found = request.params.find(name);
        if (found == request.params.end() || found->is_null()) {
            if (fallback)
                return *fallback;
            return fail(ErrorCode::InvalidInput, "request {}: parameter '{}' is missing", request.method, name);
        }
        bool right = true;
        if constexpr (std::is_same_v<T, bool>)
            right = found->is_boolean();
        else if constexpr (std::is_integral_v<T>)
            right = found->is_number_integer() && (found->is_number_unsigned() || std::is_signed_v<T> || *found >= 0);
        try {
            if (right)
                return found->get<T>();
        } catch (const json::exception&) {
            right = false;
        }
        return fail(ErrorCode::InvalidInput, "request {}: parameter '{}' is a {}, which does not fit", request.method, name, found->type_name());
    }

    template <class T>
    Result<T> parameterInRange(const Request& request, const char* name, T minimum, T maximum, T fallback)
    {
        BITLOOM_TRY(const T value, parameter<T>(request, name, fallback));
        if (value < minimum || value > maximum)
            return fail(ErrorCode::InvalidInput, "request {}: parameter '{}' is {}, expected {} to {}", request.method, name, value, minimum, maximum);
        return value;
    }

    Result<Recipe> recipeOf(const Request& request)
    {
        BITLOOM_TRY(const json object, parameter<json>(request, "recipe"));
        return parseRecipe(object, "recipe");
    }

    /// The key-value cache that a request names, by method, by saved configuration or by both; without either it is `fallback`.
    Result<KvCandidate> kvCandidate(const Request& request, const KvMethods& methods, const std::string& fallback)
    {
        KvChoice choice;
        choice.where = "request " + request.method + ": parameter 'cache_configuration'";
        BITLOOM_TRY(choice.method, parameter<std::string>(request, "cache", ""));
        BITLOOM_TRY(choice.parameters, parameter<json>(request, "cache_parameters", json::object()));
        BITLOOM_TRY(json configuration, parameter<json>(request, "cache_configuration", json()));
        if (!configuration.is_null()) {
            BITLOOM_TRY(choice.configuration, parseKvConfiguration(std::move(configuration), choice.where));
        } else if (choice.method.empty()) {
            choice.method = fallback;
        }
        return choice.candidate(methods);
    }

    /// An evaluation's text and options, common to both kinds.
    struct EvaluationInput
    {
        std::string text, textName;
        EvaluationOptions options;
        std::optional<ModelSource> reference;
    };

    Result<EvaluationInput> evaluationInput(const Request& request)
    {
        EvaluationInput input;
        BITLOOM_TRY(input.textName, parameter<std::string>(request, "text"));
        BITLOOM_TRY(input.text, readTextFile(input.textName));
        BITLOOM_TRY(input.options.context, parameterInRange<int>(request, "context", 2, 1 << 20, input.options.context));
        BITLOOM_TRY(input.options.chunks, parameterInRange<std::int64_t>(request, "chunks", 0, std::int64_t { 1 } << 40, input.options.chunks));
        BITLOOM_TRY(const auto device, parameter<std::string>(request, "device", "auto"));
        BITLOOM_TRY(input.options.device, parseDevice(device));
        BITLOOM_TRY(const auto dtype, parameter<std::string>(request, "compute_dtype", "f32"));
        BITLOOM_TRY(input.options.dtype, parseComputeDtype(dtype, input.options.device));
        BITLOOM_TRY(const auto reference, parameter<std::string>(request, "reference", ""));
        if (!reference.empty()) {
            BITLOOM_TRY(input.reference, openModel(reference));
        }
        return input;
    }

    /// Puts what was measured beside the job that made the model, where there is such a job.
    template <class Report>
    void keepInProject(const std::string& model, const Report& report, Result<void> (Project::*keep)(const Report&) const, JobListener& listener)
    {
        const fs::path folder = Project::defaultFolder(model);
        std::error_code error;
        if (!fs::exists(folder / "project.json", error))
            return;
        const auto kept = Project::open(folder).and_then([&](const Project& project) { return (project.*keep)(report); });
        if (!kept)
            logTo(listener, "warning", "what was measured could not be kept in the project folder: {}", kept.error().message);
    }
}

Requests::Requests(const WeightMethods& methods, JobSlot& slot, const ResourceLimits& limits)
    : m_methods(methods)
    , m_slot(slot)
    , m_limits(limits)
{
}

std::optional<Response> Requests::answer(const Request& request) const
{
    try {
        auto outcome = dispatch(request);
        if (!outcome)
            return Response { request.id, forward(outcome) };
        if (!*outcome)
            return std::nullopt;
        return Response { request.id, std::move(**outcome) };
    } catch (...) {
        return Response { request.id, errorInFlight("answering " + request.method) };
    }
}

Requests::Outcome Requests::dispatch(const Request& request) const
{
    using Handler = Outcome (Requests::*)(const Request&) const;
    static const std::map<std::string, Handler> handlers {
        { "hello", &Requests::hello },
        { "inspect", &Requests::inspect },
        { "weights", &Requests::weights },
        { "block", &Requests::block },
        { "plan", &Requests::plan },
        { "memory", &Requests::memory },
        { "project", &Requests::project },
        { "watch", &Requests::watch },
        { "watch_cache", &Requests::watchCache },
        { "pause", &Requests::control },
        { "resume", &Requests::control },
        { "cancel", &Requests::control },
        { "curves", &Requests::curves },
        { "measure", &Requests::measure },
        { "quantize", &Requests::quantize },
        { "evaluate", &Requests::evaluate },
        { "verify", &Requests::verify },
        { "report", &Requests::report },
        { "generate", &Requests::generate },
        { "calibrate_cache", &Requests::calibrateCache },
    };
    const auto handler = handlers.find(request.method);
    if (handler == handlers.end())
        return fail(ErrorCode::Usage, "request '{}' is not known to this engine", request.method);
    return (this->*handler->second)(request);
}

Requests::Outcome Requests::hello(const Request& request) const
{
    BITLOOM_TRY(const int protocol, parameter<int>(request, "protocol", protocolVersion));
    if (protocol != protocolVersion)
        return fail(ErrorCode::Unsupported, "the studio speaks protocol {}, this engine speaks {}", protocol, protocolVersion);
    EngineInfo info;
    info.version = BITLOOM_VERSION;
    info.devices = deviceNames();
    info.threads = threadCount();
    info.weightMethods = m_methods.describe();
    info.formats = exportFormats();
    info.ggufTypes = ggufTypes();
    info.cacheMethods = m_caches.describe();
    info.calibratedCaches.emplace();
    for (const MethodInfo& method : *info.cacheMethods)
        if (canCalibrate(method))
            info.calibratedCaches->push_back(method.id);
    info.pluginErrors = m_methods.errors();
    info.pluginErrors.insert(info.pluginErrors.end(), m_caches.errors().begin(), m_caches.errors().end());
    if (const auto demo = openModel("demo"))
        info.demoModel = demo->path.string();
    return json(info);
}

Requests::Outcome Requests::inspect(const Request& request) const
{
    BITLOOM_TRY(const auto model, parameter<std::string>(request, "model"));
    BITLOOM_TRY(const ModelSource source, openModel(model));
    return json(summarize(source));
}

Requests::Outcome Requests::weights(const Request& request) const
{
    WeightHistogram result;
    BITLOOM_TRY(const auto model, parameter<std::string>(request, "model"));
    BITLOOM_TRY(result.tensor, parameter<std::string>(request, "tensor"));
    BITLOOM_TRY(result.row, parameter<std::int64_t>(request, "row", std::int64_t { -1 }));
    BITLOOM_TRY(const int bins, parameterInRange<int>(request, "bins", 1, 4096, 128));
    BITLOOM_TRY(const ModelSource source, openModel(model));
    if (!source.weights->contains(result.tensor))
        return fail(ErrorCode::NotFound, "{}: has no tensor '{}'", source.path.string(), result.tensor);
    BITLOOM_TRY(torch::Tensor values, source.weights->load(result.tensor));
    if (result.row >= 0) {
        if (values.dim() < 2 || result.row >= values.size(0))
            return fail(ErrorCode::Usage, "{}: has no row {}", result.tensor, result.row);
        values = values[result.row];
    }
    values = values.contiguous();
    if (values.numel() > 0) {
        const c10::InferenceMode guard;
        const auto wide = values.to(torch::kFloat64);
        result.minimum = values.min().item<double>();
        result.maximum = values.max().item<double>();
        result.mean = wide.mean().item<double>();
        result.standardDeviation = std::sqrt((wide - result.mean).square_().mean().item<double>());
    }
    result.counts = histogram(values.data_ptr<float>(), values.numel(), result.minimum, result.maximum, bins);
    return json(result);
}

Requests::Outcome Requests::block(const Request& request) const
{
    BITLOOM_TRY(const auto file, parameter<std::string>(request, "file"));
    BITLOOM_TRY(const auto reference, parameter<std::string>(request, "reference"));
    BITLOOM_TRY(const auto tensor, parameter<std::string>(request, "tensor"));
    BITLOOM_TRY(const auto row, parameter<std::int64_t>(request, "row", std::int64_t { 0 }));
    BITLOOM_TRY(const auto block, parameter<std::int64_t>(request, "block", std::int64_t { 0 }));
    BITLOOM_TRY(const BlockContent content, readBlock(file, reference, tensor, row, block));
    return json(content);
}

Requests::Outcome Requests::plan(const Request& request) const
{
    BITLOOM_TRY(const Recipe recipe, recipeOf(request));
    BITLOOM_TRY(const ResourceLimits limits, limitsOf(request));
    BITLOOM_TRY(const auto project, parameter<std::string>(request, "project", ""));
    BITLOOM_TRY(const auto measurements, parameter<std::string>(request, "measurements", ""));
    releaseIdleModel(); // the job that is planned will not have it beside it
    BITLOOM_TRY(QuantizePlan plan, planJob(recipe, m_methods, limits));
    if (!project.empty() || !measurements.empty()) {
        BITLOOM_TRY(const PreparedJob job, prepareJob(recipe, m_methods));
        BITLOOM_CHECK(addSizes(plan, job, measurements.empty() ? project : measurements));
    }
    if (!project.empty())
        compareWithFreeSpace(plan, project);
    return json(plan);
}

Result<ResourceLimits> Requests::limitsOf(const Request& request) const
{
    BITLOOM_TRY(const json given, parameter<json>(request, "limits", json::object()));
    if (!given.is_object())
        return fail(ErrorCode::InvalidInput, "request {}: parameter 'limits' is a {}, expected an object", request.method, given.type_name());
    ResourceLimits limits = m_limits;
    for (const auto& [key, value] : given.items()) {
        const bool isMemory = key == "device_memory" || key == "host_memory";
        if (isMemory && value.is_number_integer() && value > 0 && value <= std::numeric_limits<std::int64_t>::max())
            (key == "device_memory" ? limits.deviceBytes : limits.hostBytes) = value.get<std::int64_t>();
        else if (key == "pipeline" && value.is_boolean())
            limits.pipelined = value.get<bool>();
        else
            return fail(ErrorCode::InvalidInput, "request {}: limit '{}' is {}, expected device_memory or host_memory in bytes, or pipeline true or false", request.method, key,
                value.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    return limits;
}

Requests::Outcome Requests::project(const Request& request) const
{
    BITLOOM_TRY(const auto folder, parameter<std::string>(request, "folder"));
    BITLOOM_TRY(const ProjectSummary summary, summarizeProject(folder));
    return json(summary);
}

Requests::Outcome Requests::memory(const Request&) const
{
    return json { { "available_bytes", availableMemory() } };
}

Requests::Outcome Requests::watch(const Request& request) const
{
    BITLOOM_TRY(auto layer, parameter<std::string>(request, "layer", ""));
    BITLOOM_TRY(const auto row, parameter<std::int64_t>(request, "row", std::int64_t { 0 }));
    m_slot.watch().set(std::move(layer), row);
    return json::object();
}

Requests::Outcome Requests::watchCache(const Request& request) const
{
    BITLOOM_TRY(const int layer, parameterInRange<int>(request, "layer", -1, 1 << 20, 0));
    BITLOOM_TRY(const int head, parameterInRange<int>(request, "head", 0, 1 << 20, 0));
    m_slot.cacheWatch().set(layer >= 0 ? std::optional(CacheWatch::Target { layer, head }) : std::nullopt);
    return json::object();
}

Requests::Outcome Requests::control(const Request& request) const
{
    const auto control = m_slot.running();
    if (!control)
        return fail(ErrorCode::Usage, "no job is running that could be told to {}", request.method);
    if (request.method == "pause")
        control->pause();
    else if (request.method == "resume")
        control->resume();
    else
        control->cancel();
    return json::object();
}

Requests::Outcome Requests::curves(const Request& request) const
{
    BITLOOM_TRY(const Recipe recipe, recipeOf(request));
    BITLOOM_TRY(const auto folder, parameter<std::string>(request, "folder"));
    BITLOOM_TRY(const MeasuredCurves curves, curvesInFolder(recipe, folder, m_methods));
    return json(curves);
}

Requests::Outcome Requests::measure(const Request& request) const
{
    MeasureRequest job;
    BITLOOM_TRY(job.recipe, recipeOf(request));
    BITLOOM_TRY(job.folder, parameter<std::string>(request, "folder"));
    BITLOOM_TRY(job.limits, limitsOf(request));
    return start(request, [this, job = std::move(job)](JobListener& listener, JobControl& control) -> Result<json> {
        BITLOOM_TRY(const MeasuredCurves curves, runMeasureJob(job, m_methods, listener, control));
        return json(curves);
    });
}

Requests::Outcome Requests::quantize(const Request& request) const
{
    QuantizeRequest job;
    BITLOOM_TRY(job.recipe, recipeOf(request));
    BITLOOM_TRY(job.output, parameter<std::string>(request, "output"));
    BITLOOM_TRY(job.project, parameter<std::string>(request, "project", ""));
    BITLOOM_TRY(job.resume, parameter<bool>(request, "resume", false));
    BITLOOM_TRY(job.limits, limitsOf(request));
    BITLOOM_TRY(job.measurements, parameter<std::string>(request, "measurements", ""));
    BITLOOM_TRY(job.runAnyway, parameter<bool>(request, "run_anyway", false));
    return start(request, [this, job = std::move(job)](JobListener& listener, JobControl& control) -> Result<json> {
        BITLOOM_TRY(const QuantizeReport report, runQuantizeJob(job, m_methods, m_slot.watch(), listener, control));
        return json(report);
    });
}

Requests::Outcome Requests::evaluate(const Request& request) const
{
    BITLOOM_TRY(const auto model, parameter<std::string>(request, "model"));
    return start(request, [request, model](JobListener& listener, JobControl& control) -> Result<json> {
        BITLOOM_TRY(const EvaluationInput input, evaluationInput(request));
        BITLOOM_TRY(const ModelSource source, openModel(model));
        ProgressToListener progress(listener);
        BITLOOM_TRY(const EvaluationReport report,
            bitloom::evaluate(source, input.reference ? &*input.reference : nullptr, input.text, input.textName, input.options, progress, control));
        keepInProject(model, report, &Project::setEvaluation, listener);
        return json(report);
    });
}

Requests::Outcome Requests::verify(const Request& request) const
{
    BITLOOM_TRY(const auto file, parameter<std::string>(request, "file"));
    return start(request, [request, file](JobListener& listener, JobControl& control) -> Result<json> {
        BITLOOM_TRY(const EvaluationInput input, evaluationInput(request));
        BITLOOM_TRY(const ModelSource source, openModel(file));
        BITLOOM_TRY(const auto others, parameter<std::vector<std::string>>(request, "compare", std::vector<std::string> {}));
        ProgressToListener progress(listener);
        VerificationInput verification;
        verification.others.reserve(others.size());
        for (const auto& other : others) {
            BITLOOM_TRY(auto opened, openModel(other));
            verification.others.push_back(std::move(opened));
        }
        std::optional<LlamaOriginal> original;
        if (input.reference) {
            BITLOOM_TRY(original, LlamaOriginal::prepare(*input.reference, progress, control));
            verification.reference = original->reference();
        }
        BITLOOM_TRY(const VerificationReport report, verifyInLlama(source, verification, input.text, input.textName, input.options, progress, control));
        keepInProject(file, report, &Project::setVerification, listener);
        return json(report);
    });
}

Requests::Outcome Requests::report(const Request& request) const
{
    BITLOOM_TRY(const auto folder, parameter<std::string>(request, "folder"));
    BITLOOM_TRY(const auto text, parameter<std::string>(request, "text"));
    BITLOOM_TRY(const auto object, parameter<json>(request, "verification"));
    BITLOOM_TRY(const auto verification, readAs<VerificationReport>(object));
    BITLOOM_CHECK(writeReport(measuredQuality(verification, text), folder));
    return json { { "html", (fs::path(folder) / "report.html").string() } };
}

Requests::Outcome Requests::generate(const Request& request) const
{
    GenerateRequest job;
    BITLOOM_TRY(job.model, parameter<std::string>(request, "model"));
    BITLOOM_TRY(job.prompt, parameter<std::string>(request, "prompt"));
    BITLOOM_TRY(job.chat, parameter<bool>(request, "chat", false));
    BITLOOM_TRY(job.maximumTokens, parameterInRange<std::int64_t>(request, "max_tokens", 1, 1 << 20, job.maximumTokens));
    BITLOOM_TRY(job.temperature, parameterInRange<double>(request, "temperature", 0.0, 100.0, job.temperature));
    BITLOOM_TRY(job.topP, parameterInRange<double>(request, "top_p", 0.0, 1.0, job.topP));
    BITLOOM_TRY(job.seed, parameter<std::uint64_t>(request, "seed", job.seed));
    BITLOOM_TRY(job.candidates, parameterInRange<int>(request, "candidates", 0, GenerateRequest::mostCandidates, job.candidates));
    BITLOOM_TRY(job.device, parameter<std::string>(request, "device", job.device));
    BITLOOM_TRY(KvCandidate cache, kvCandidate(request, m_caches, job.cacheMethod));
    job.cacheMethod = std::move(cache.id);
    job.cacheParameters = std::move(cache.parameters);
    return startBesideModel(request, [this, job = std::move(job)](JobListener& listener, JobControl& control) -> Result<json> {
        BITLOOM_TRY(const GenerationReport report, runGenerateJob(job, m_caches, m_models, m_slot.cacheWatch(), listener, control));
        return json(report);
    });
}

Requests::Outcome Requests::calibrateCache(const Request& request) const
{
    KvCalibrationRequest job;
    BITLOOM_TRY(job.model, parameter<std::string>(request, "model"));
    BITLOOM_TRY(job.device, parameter<std::string>(request, "device", job.device));
    BITLOOM_TRY(job.cache, kvCandidate(request, m_caches, ""));
    BITLOOM_TRY(job.bitsPerValue, parameterInRange<double>(request, "bits_per_value", 0.0, 32.0, job.bitsPerValue));
    BITLOOM_TRY(job.context, parameterInRange<std::int64_t>(request, "context", 4, 1 << 20, job.context));
    BITLOOM_TRY(const auto files, parameter<std::vector<std::string>>(request, "text", std::vector<std::string> {}));
    job.text.files.assign(files.begin(), files.end());
    BITLOOM_TRY(job.text.sequences, parameterInRange<std::int64_t>(request, "sequences", 1, 1 << 16, job.text.sequences));
    BITLOOM_TRY(job.text.sequenceLength, parameterInRange<std::int64_t>(request, "sequence_length", 64, 1 << 16, job.text.sequenceLength));
    BITLOOM_TRY(job.text.seed, parameter<std::uint64_t>(request, "seed", job.text.seed));
    return startBesideModel(request, [this, job = std::move(job)](JobListener& listener, JobControl& control) { return runKvCalibrationJob(job, m_caches, m_models, listener, control); });
}

void Requests::releaseIdleModel() const
{
    if (!m_slot.running())
        m_models.release();
}

Requests::Outcome Requests::start(const Request& request, JobSlot::Work work) const
{
    return startBesideModel(request, [this, work = std::move(work)](JobListener& listener, JobControl& control) -> Result<json> {
        m_models.release();
        return work(listener, control);
    });
}

Requests::Outcome Requests::startBesideModel(const Request& request, JobSlot::Work work) const
{
    BITLOOM_CHECK(m_slot.start(request.id, std::move(work)));
    return std::nullopt;
}

} // namespace bitloom
