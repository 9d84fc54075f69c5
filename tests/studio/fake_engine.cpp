// SPDX-License-Identifier: GPL-3.0-or-later
// An engine of a few lines that does what a test tells it to: fake_engine MODE, with frames on stdin and stdout.
//   normal   answers everything; a job solves its layers one after another
//   crash    aborts after the third layer of a job that is not resumed
//   garbage  answers hello with bytes that are no frame
//   version  speaks protocol 999
//   slow     answers hello after half a second
//   flood    a job that sends far more events than anybody can draw
//   little-memory  has one megabyte left
//   exit     leaves at the first request after hello
//   gradual  a job that takes a tenth of a second for each layer, and finishes the layer that it is at before it pauses
// In all of them a job whose output has "full-disk" in its name fails at its sixth layer, unless it is resumed.
#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <set>
#include <thread>
#include <unistd.h>

using namespace bitloom;
using nlohmann::json;

namespace {

constexpr int blocks = 4;
const char* const modules[] = { "self_attn.q_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj" };

constexpr int cacheHeads = 2, promptTokens = 6;
std::optional<std::pair<int, int>> watchedHead;

struct Job
{
    std::uint64_t id = 0;
    std::string method;
    json params;
    int tick = 0;
    bool paused = false, resumed = false;
    int beatsOfLayer = 0; ///< that the layer was being solved for
};

/// Folders of calibrations that some job has made.
std::set<std::string> calibratedFolders;

void send(const json& message)
{
    const auto frame = encodeFrame(message);
    std::fwrite(frame.data(), 1, frame.size(), stdout);
    std::fflush(stdout);
}

void event(const Job& job, Event value)
{
    send(toMessage(JobEvent { job.id, std::move(value) }));
}

std::string layerName(int block, int module)
{
    return "model.layers." + std::to_string(block) + "." + modules[module];
}

MethodInfo method(const char* id, const char* title, bool calibrated)
{
    MethodInfo info;
    info.id = id;
    info.title = title;
    info.summary = calibrated ? "Follows the end loss." : "Rounds to the nearest value.";
    info.formats = { "safetensors", "anyprecision", "gguf" };
    info.minimumBits = 2;
    info.maximumBits = 4;
    info.needsGuidedHessian = calibrated;
    ParameterInfo iterations;
    iterations.name = "iterations";
    iterations.title = "Iterations";
    iterations.type = ParameterType::Integer;
    iterations.defaultValue = 3;
    iterations.minimum = 1;
    iterations.maximum = 100;
    ParameterInfo damping;
    damping.name = "damping";
    damping.title = "Damping";
    damping.defaultValue = "auto";
    damping.automatic = true;
    damping.minimum = 0;
    damping.maximum = 1;
    if (calibrated)
        info.parameters = { iterations, damping };
    return info;
}

/// A cache with one parameter, and one with none.
std::vector<MethodInfo> cacheMethods()
{
    MethodInfo logquant;
    logquant.id = "logquant";
    logquant.title = "LogQuant";
    logquant.summary = "Keeps a thinned set.";
    ParameterInfo window;
    window.name = "window";
    window.title = "Window W";
    window.type = ParameterType::Integer;
    window.defaultValue = 24;
    window.minimum = 1;
    window.maximum = 4096;
    logquant.parameters = { window };
    MethodInfo full;
    full.id = "full";
    full.title = "Full";
    full.summary = "Keeps all.";
    return { full, logquant };
}

EngineInfo engineInfo(int protocol)
{
    EngineInfo info;
    info.version = "0.0.0-fake";
    info.protocol = protocol;
    info.devices = { "cpu" };
    info.weightMethods = { method("guidedquant", "GuidedQuant", true), method("rtn", "Round to nearest", false) };
    info.formats = { "safetensors", "anyprecision", "gguf" };
    info.ggufTypes = { "F16", "Q4_0", "Q8_0" };
    info.cacheMethods = cacheMethods();
    info.calibratedCaches = std::vector<std::string> { "logquant" };
    info.demoModel = "/demo.gguf";
    return info;
}

std::vector<TensorSummary> tensors(const std::string& type)
{
    std::vector<TensorSummary> all { { "model.embed_tokens.weight", { 512, 64 }, "F32", 131072, false } };
    for (int block = 0; block < blocks; ++block) {
        for (int module = 0; module < 4; ++module)
            all.push_back({ layerName(block, module) + ".weight", { 64, 64 }, type, 16384, true });
    }
    return all;
}

ModelSummary modelSummary(const std::string& path)
{
    ModelSummary model;
    model.path = path;
    model.name = "Fake-1M";
    model.architecture = "Llama";
    model.parameters = 1000000;
    model.bytes = 4000000;
    model.bitsPerWeight = 32;
    model.blocks = blocks;
    model.tokenizer = "byte-level BPE";
    model.tensors = tensors(path.ends_with(".gguf") ? "Q4_0" : "F32");
    return model;
}

/// Two rows of four blocks, in which the file's codes are one above ggml's.
BlockContent blockContent(const json& params)
{
    BlockContent block;
    block.tensor = params.at("tensor");
    block.type = "Q4_0";
    block.row = params.at("row");
    block.rows = 64;
    block.block = params.at("block");
    block.blocks = 2;
    block.firstColumn = 32 * block.block;
    for (int level = -8; level < 8; ++level)
        block.levels.push_back(static_cast<float>(level));
    for (BlockCodes* side : { &block.before, &block.after }) {
        side->scales = { 0.01F };
        for (int i = 0; i < 32; ++i) {
            side->codes.push_back(side == &block.before ? i % 15 : i % 15 + 1);
            side->values.push_back(0.01F * static_cast<float>(side->codes.back() - 8));
        }
    }
    block.weights = block.before.values;
    return block;
}

/// The types of a file that the recipe wishes for.
std::vector<TensorSummary> plannedTensors(const Recipe& recipe)
{
    auto planned = tensors(recipe.ggufType.empty() ? "F16" : recipe.ggufType);
    for (const std::string& wish : recipe.tensorTypes) {
        for (auto& tensor : planned) {
            if (const auto equals = wish.rfind('='); tensor.name.find(wish.substr(0, equals)) != std::string::npos)
                tensor.type = wish.substr(equals + 1);
        }
    }
    return planned;
}

QuantizeReport quantizeReport(const Job& job)
{
    QuantizeReport report;
    report.recipe = job.params.at("recipe").get<Recipe>();
    report.method = report.recipe.method;
    report.output = job.params.at("output");
    report.project = job.params.at("project").get<std::string>().empty() ? report.output + ".bitloom" : job.params.at("project").get<std::string>();
    report.bitsPerWeight = 3.1;
    report.outputBytes = 500000;
    report.secondsQuantize = 1;
    for (int block = 0; block < blocks; ++block) {
        for (int module = 0; module < 4; ++module) {
            LayerReport layer;
            layer.name = layerName(block, module);
            layer.objectiveInitial = 2;
            layer.objectiveFinal = 1;
            layer.objective = { 2, 1.5, 1 };
            layer.relativeError = 0.01 * (block + 1);
            layer.bitsPerWeight = 3.1;
            report.layers.push_back(layer);
        }
    }
    return report;
}

/// The run that a folder such as ".../run-rtn-3.bitloom" names: method and bits; "-bare" before the dot: never evaluated.
ProjectSummary finishedRun(const std::string& folder)
{
    const std::string name = folder.substr(folder.find("/run-") + 5);
    const int bits = std::stoi(name.substr(name.find('-') + 1));
    Job job;
    job.params = { { "recipe", Recipe {} }, { "output", folder.substr(0, folder.rfind(".bitloom")) }, { "project", folder } };
    ProjectSummary run;
    run.folder = folder;
    run.output = job.params.at("output");
    run.finished = true;
    run.report = quantizeReport(job);
    run.report->method = name.substr(0, name.find('-'));
    run.report->bitsPerWeight = bits + 0.1;
    run.report->outputBytes = 130000 * bits;
    for (LayerReport& layer : run.report->layers)
        layer.relativeError = *layer.relativeError / (bits * bits);
    run.recipe.model = "/models/fake";
    run.recipe.method = run.report->method;
    run.recipe.bits = bits;
    run.report->recipe = run.recipe;
    if (name.find("-bare") == std::string::npos) {
        EvaluationReport evaluation;
        evaluation.model = run.output;
        evaluation.perplexity = 20 + 10.0 / bits;
        evaluation.perplexityStandardError = 0.4;
        evaluation.referencePerplexity = 20;
        evaluation.klMean = (run.report->method == "rtn" ? 2.0 : 1.0) / (bits * bits);
        evaluation.klStandardError = 0.01;
        evaluation.klMedian = *evaluation.klMean / 3;
        evaluation.klP99 = *evaluation.klMean * 8;
        evaluation.klMaximum = *evaluation.klMean * 20;
        evaluation.top1Agreement = 1 - 0.2 / bits;
        evaluation.tokens = 2048;
        evaluation.context = 512;
        run.evaluation = evaluation;
    }
    return run;
}

CodebookEvent codebook(const std::string& layer, int step)
{
    CodebookEvent event;
    event.layer = layer;
    event.step = step;
    event.phase = step == 0 ? "start" : step % 2 == 1 ? "codes" : "codebook";
    for (int level = 0; level < 8; ++level) {
        event.levels.push_back(-1 + static_cast<float>(level) / 4 + 0.01F * static_cast<float>(step));
        event.counts.push_back(8);
    }
    event.minimum = -1.2;
    event.maximum = 1.2;
    for (int bin = 0; bin < 64; ++bin)
        event.histogram.push_back(std::exp(-static_cast<float>((bin - 32) * (bin - 32)) / 200) * 10);
    return event;
}

void solve(const Job& job, int index, int steps)
{
    const int block = index / 4, module = index % 4;
    const std::string layer = layerName(block, module);
    LayerEvent state;
    state.layer = layer;
    state.block = block;
    state.module = modules[module];
    state.state = LayerState::Solving;
    event(job, state);
    for (int step = 0; step < steps; ++step) {
        ObjectiveEvent objective;
        objective.layer = layer;
        objective.step = step;
        objective.phase = step == 0 ? "start" : step % 2 == 1 ? "codes" : "codebook";
        objective.objective = 2.0 / (1 + step);
        event(job, objective);
        event(job, codebook(layer, step));
    }
    state.state = LayerState::Done;
    state.objectiveInitial = 2;
    state.objectiveFinal = 1;
    state.relativeError = 0.01 * (block + 1);
    event(job, state);
    Progress progress;
    progress.stage = "quantize";
    progress.unit = "layers";
    progress.done = index + 1;
    progress.total = blocks * 4;
    progress.item = layer;
    progress.rate = 20;
    progress.etaSeconds = 0.05 * (blocks * 4 - index - 1);
    event(job, ProgressEvent { progress });
    event(job, ResourceEvent { 100000000 + index, 120000000, 0 });
}

/// Positions of a cache that keeps 2 sinks and the newest 4 exactly, and every third one besides.
CacheMapEvent cacheMap(int length)
{
    CacheMapEvent map;
    map.length = length;
    map.promptLength = promptTokens;
    map.layers = blocks;
    map.heads = cacheHeads;
    map.layer = watchedHead->first;
    map.head = watchedHead->second;
    map.keyBits = map.valueBits = 2;
    for (int position = 0; position < length; ++position) {
        map.keyClasses += position < 2 ? 's' : position >= length - 4 ? 'r' : position % 3 == 0 ? 'l' : 'p';
        map.valueClasses += position >= length - 4 ? 'r' : 'p';
        map.attention.push_back(1.0F / static_cast<float>(length));
    }
    map.mass.assign(static_cast<std::size_t>(blocks * cacheHeads * positionClassCount), 0.0F);
    for (int head = 0; head < blocks * cacheHeads; ++head) {
        map.mass[static_cast<std::size_t>(head * positionClassCount)] = 0.5F;
        map.mass[static_cast<std::size_t>(head * positionClassCount + static_cast<int>(PositionClass::Recent))] = 0.2F;
        map.mass[static_cast<std::size_t>(head * positionClassCount + static_cast<int>(PositionClass::Packed))] = 0.3F;
    }
    map.errors.emplace(static_cast<std::size_t>(blocks * cacheHeads), 0.05F);
    map.keyBytes = 100 * length;
    map.valueBytes = 80 * length;
    map.bytes = 180 * length + 1000;
    map.tokensPerSecond = 50;
    return map;
}

/// What the model writes at a place: another model has its own word at the fourth.
std::string wordAt(const Job& job, int place)
{
    if (place == 3 && job.params.at("model").get<std::string>().find("other") != std::string::npos)
        return " house";
    return place % 2 == 0 ? " a" : " tree";
}

/// Three tokens that add up to less than one; " house" has a number of its own.
TokenChoice choiceAt(const Job& job, int place)
{
    const std::string word = wordAt(job, place);
    const auto candidate = [](const std::string& text, double probability) {
        return TokenCandidate { text == " a" ? 1 : text == " tree" ? 2 : text == " house" ? 3 : 4, text, std::log(probability) };
    };
    const std::string second = word == " tree" ? " house" : " tree";
    return { candidate(word, 0.5), false, { candidate(word, 0.5), candidate(second, 0.3), candidate("\n", 0.05) } };
}

/// One token a beat; true when all are written.
bool writeToken(Job& job)
{
    const int wanted = job.params.at("max_tokens");
    if (job.tick == 0) {
        if (job.params.at("prompt").get<std::string>() == "refuse") {
            send(toMessage(Response { job.id, tl::make_unexpected(Error { ErrorCode::OutOfMemory, "the cache does not fit into memory" }) }));
            return true;
        }
        event(job, PromptEvent { { "Once", " upon", " a", " time", " there", " was" } });
    }
    if (watchedHead)
        event(job, cacheMap(promptTokens + job.tick));
    TokenEvent token { wordAt(job, job.tick), job.tick + 1, {}, 180 * (promptTokens + job.tick) + 1000, 50.0 };
    if (job.params.value("candidates", 0) > 0)
        token.choices = { choiceAt(job, job.tick) };
    ++job.tick;
    event(job, token);
    if (job.tick < wanted)
        return false;
    GenerationReport report;
    for (int i = 0; i < wanted; ++i)
        report.text += wordAt(job, i);
    report.tokens = wanted;
    report.tokensPerSecond = 50;
    report.cacheKeyBytes = 100 * (promptTokens + wanted - 1);
    report.cacheValueBytes = 80 * (promptTokens + wanted - 1);
    report.cacheBytes = 180 * (promptTokens + wanted - 1) + 1000;
    report.cacheBitsPerValue = 4;
    send(toMessage(Response { job.id, json(report) }));
    return true;
}

/// Whether the layer needs more beats of the gradual engine.
bool isBusyWithLayer(Job& job)
{
    constexpr int beats = 7;
    if (job.beatsOfLayer == 0) {
        LayerEvent state;
        state.layer = layerName(job.tick / 4, job.tick % 4);
        state.block = job.tick / 4;
        state.module = modules[job.tick % 4];
        state.state = LayerState::Solving;
        event(job, state);
    }
    job.beatsOfLayer = (job.beatsOfLayer + 1) % beats;
    return job.beatsOfLayer != 0;
}

/// One beat of the job; true when it has been answered.
bool advance(Job& job, const std::string& mode)
{
    if (job.paused && job.beatsOfLayer == 0)
        return false;
    if (job.method == "quantize") {
        if (job.tick == 0 && job.beatsOfLayer == 0) {
            for (int index = 0; index < blocks * 4; ++index) {
                LayerEvent state;
                state.layer = layerName(index / 4, index % 4);
                state.block = index / 4;
                state.module = modules[index % 4];
                event(job, state);
            }
            event(job, LogEvent { "info", job.resumed ? "resumed" : "started" });
            const std::string measurements = job.params.value("measurements", "");
            event(job, LogEvent { "info", (calibratedFolders.insert(measurements).second ? "calibrated into " : "used the calibration in ") + measurements });
            SaliencyEvent saliency;
            saliency.rows = blocks;
            saliency.columns = 4;
            for (const char* module : modules)
                saliency.columnLabels.emplace_back(module);
            saliency.values.assign(blocks * 4, 1.5F);
            event(job, saliency);
        }
        if (mode == "crash" && !job.resumed && job.tick == 3) {
            std::fprintf(stderr, "something terrible at layer 3\n");
            std::fflush(stderr);
            std::abort();
        }
        const int layers = blocks * 4;
        if (!job.resumed && job.tick == 5 && job.params.at("output").get<std::string>().find("full-disk") != std::string::npos) {
            send(toMessage(Response { job.id, tl::make_unexpected(Error { ErrorCode::Io, job.params.at("output").get<std::string>() + ": no space is left on the device" }) }));
            return true;
        }
        if (mode == "gradual" && isBusyWithLayer(job))
            return false;
        if (mode == "flood") {
            for (int i = 0; i < 10; ++i)
                solve(job, (job.tick * 10 + i) % layers, 20);
            if (++job.tick < 2000)
                return false;
        } else {
            solve(job, job.tick, 3);
            if (++job.tick < layers)
                return false;
        }
        send(toMessage(Response { job.id, json(quantizeReport(job)) }));
        return true;
    }
    if (job.method == "generate")
        return writeToken(job);
    if (job.method == "calibrate_cache") {
        if (++job.tick < 20) {
            event(job, ProgressEvent { Progress { "learn", "steps", job.tick, 20, "layer 0", 10, 90 } });
            return false;
        }
        send(toMessage(Response { job.id, json { { "method", "logquant" }, { "window", 12 }, { "layers", json::array({ json::object() }) } } }));
        return true;
    }
    if (++job.tick < 3) {
        event(job, ProgressEvent { Progress { "evaluate", "chunks", job.tick, 3, "", 1, 1 } });
        return false;
    }
    if (job.method == "evaluate") {
        EvaluationReport report;
        report.perplexity = 23.5;
        report.perplexityStandardError = 0.4;
        report.referencePerplexity = 21.0;
        report.klMean = 0.12;
        report.top1Agreement = 0.9;
        report.tokens = 2048;
        send(toMessage(Response { job.id, json(report) }));
    } else {
        VerificationReport report;
        report.perplexity = 23.5;
        report.enginePerplexity = 23.5;
        report.text = "Once upon a time";
        const auto measured = [](const std::string& file, std::optional<double> kl) {
            LlamaMeasurement measurement;
            measurement.file = file;
            measurement.bytes = 500000;
            measurement.bitsPerWeight = 4.5;
            measurement.evaluation.perplexity = 23.5;
            measurement.evaluation.klMean = kl;
            measurement.texts = { { "Once", " upon a time", 3, {} } };
            return measurement;
        };
        if (const std::string reference = job.params.at("reference"); !reference.empty())
            report.original = measured(reference, {});
        report.files.push_back(measured(job.params.at("file"), 0.074));
        for (const std::string& other : job.params.value("compare", std::vector<std::string> {}))
            report.files.push_back(measured(other, 0.176));
        send(toMessage(Response { job.id, json(report) }));
    }
    return true;
}

void refuse(std::uint64_t id, ErrorCode code, const std::string& message)
{
    send(toMessage(Response { id, tl::make_unexpected(Error { code, message }) }));
}

} // namespace

int main(int argc, char** argv)
{
    const std::string mode = argc > 1 ? argv[1] : "normal";
    FrameReader reader;
    std::optional<Job> job;
    while (true) {
        pollfd input { STDIN_FILENO, POLLIN, 0 };
        const int ready = poll(&input, 1, job ? 15 : 1000);
        if (ready > 0) {
            std::uint8_t bytes[65536];
            const auto count = read(STDIN_FILENO, bytes, sizeof bytes);
            if (count <= 0)
                return 0;
            reader.append({ bytes, static_cast<std::size_t>(count) });
        }
        while (true) {
            auto message = reader.next();
            if (!message || !*message)
                break;
            auto request = parseRequest(**message);
            if (!request)
                return 3;
            const auto& [id, name, params] = *request;
            const auto answer = [&, id = id](const json& result) { send(toMessage(Response { id, result })); };
            if (name == "hello") {
                if (mode == "slow")
                    std::this_thread::sleep_for(std::chrono::milliseconds(500));
                if (mode == "garbage") {
                    std::fputs("This is not a frame at all.\n", stdout);
                    std::fflush(stdout);
                    continue;
                }
                std::fprintf(stderr, "fake engine says hello\n");
                std::fflush(stderr);
                answer(json(engineInfo(mode == "version" ? 999 : protocolVersion)));
            } else if (mode == "exit") {
                return 7;
            } else if (name == "inspect") {
                if (params.at("model").get<std::string>().find("missing") != std::string::npos)
                    refuse(id, ErrorCode::NotFound, params.at("model").get<std::string>() + ": no such file");
                else
                    answer(json(modelSummary(params.at("model"))));
            } else if (name == "memory") {
                answer(json { { "available_bytes", mode == "little-memory" ? 1000000 : 64'000'000'000 } });
            } else if (name == "project" && params.at("folder").get<std::string>().find("/run-") != std::string::npos) {
                answer(json(finishedRun(params.at("folder"))));
            } else if (name == "weights") {
                WeightHistogram histogram;
                histogram.tensor = params.at("tensor");
                histogram.minimum = -1;
                histogram.maximum = 1;
                histogram.standardDeviation = 0.3;
                histogram.counts.assign(params.value("bins", 64), 3);
                answer(json(histogram));
            } else if (name == "block") {
                answer(json(blockContent(params)));
            } else if (name == "report") {
                if (params.at("verification").get<VerificationReport>().files.empty())
                    refuse(id, ErrorCode::InvalidInput, "nothing was measured");
                else
                    answer(json { { "html", params.at("folder").get<std::string>() + "/report.html" } });
            } else if (name == "plan") {
                QuantizePlan plan;
                plan.recipe = params.at("recipe").get<Recipe>();
                plan.outputBytes = 400000 * plan.recipe.bits;
                plan.diskBytes = 9000000;
                plan.memoryBytesLow = 100000000;
                plan.memoryBytesHigh = 200000000;
                plan.secondsLow = 10;
                plan.secondsHigh = 20;
                plan.bitsPerWeight = plan.recipe.bits + 0.1;
                plan.basis = "made up";
                if (plan.recipe.format == "gguf") {
                    plan.tensors = plannedTensors(plan.recipe);
                    plan.sizes = { { 400000, 3.5, 0.2 }, { 500000, 4.4, 0.1 }, { 600000, 5.5, 0.05 } };
                }
                if (plan.recipe.sequences < 4)
                    plan.warnings = { "4 sequences or more are advisable" };
                answer(json(plan));
            } else if (name == "quantize" || name == "evaluate" || name == "verify" || name == "generate" || name == "calibrate_cache") {
                if (job) {
                    refuse(id, ErrorCode::Usage, "a job is running");
                } else {
                    job = Job { id, name, params };
                    job->resumed = params.value("resume", false);
                }
            } else if (name == "pause" || name == "resume") {
                if (job)
                    job->paused = name == "pause";
                answer(json::object());
            } else if (name == "cancel") {
                answer(json::object());
                if (job)
                    refuse(job->id, ErrorCode::Cancelled, "cancelled");
                job.reset();
            } else if (name == "watch_cache") {
                watchedHead.reset();
                if (params.at("layer").get<int>() >= 0)
                    watchedHead = { params.at("layer"), params.at("head") };
                answer(json::object());
            } else if (name == "watch") {
                answer(json::object());
                if (job && !params.at("layer").get<std::string>().empty())
                    event(*job, codebook(params.at("layer"), 0));
            } else {
                refuse(id, ErrorCode::Usage, "unknown method " + name);
            }
        }
        if (job && advance(*job, mode))
            job.reset();
    }
}
