// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/protocol/cache_map.h"
#include "core/protocol/method_info.h"
#include "core/protocol/recipe.h"
#include "core/protocol/token_choice.h"

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What studio and engine say to each other. Every frame is one CBOR map:
///   request   {"id": n, "method": "...", "params": {...}}         studio -> engine
///   response  {"id": n, "result": {...}} or {"id": n, "error": {"code": "...", "message": "..."}}
///   event     {"event": "...", "job": n, ...}                     engine -> studio; job = id of the request
/// Requests run one job at a time (quantize, evaluate, verify, generate) on a worker thread of the engine; all others
/// are answered at once, also while a job runs. A second job while one runs is answered with an error.
///
///   method      params                                             result
///   hello       {"protocol": 1}                                    EngineInfo
///   inspect     {"model"}                                          ModelSummary
///   weights     {"model","tensor","row" (optional),"bins"}         WeightHistogram
///   block       {"file","reference","tensor","row","block"}        BlockContent: a block of a GGUF file's row beside ggml's own rounding of it
///   plan        {"recipe","limits","project"}                      QuantizePlan (what --dry-run prints); project: the folder whose calibration tells sizes
///   measure     {"recipe","folder","limits"}                       MeasuredCurves        (job): calibrates and measures what each type costs each tensor, unless the folder holds it
///   curves      {"recipe","folder"}                                MeasuredCurves that the folder holds; an error "not_found" where it holds none of these settings
///   quantize    {"recipe","output","project","resume","limits","measurements","run_anyway"}  QuantizeReport (job)
///               measurements (optional): a folder, shared by several jobs, whose calibration is used and kept instead of the project's own; of plan, too
///               run_anyway (optional): the estimate of disk space warns and does not refuse
///               limits (optional): {"device_memory","host_memory"} in bytes, {"pipeline"} true or false
///   evaluate    {"model","reference","text","context","chunks"}    EvaluationReport      (job)
///   verify      {"file","reference","compare","text","context","chunks"}  VerificationReport (job; compare: list of GGUF files, may be absent)
///   report      {"verification","text","folder"}                   {"html"}: writes report.json, report.md and report.html
///   generate    {"model","prompt","chat","max_tokens","temperature","top_p","seed","device","cache","cache_parameters",
///                "cache_configuration","candidates"}
///                                                                  GenerationReport (job; a PromptEvent, TokenEvents)
///               cache (optional): one of EngineInfo's cache methods; cache_parameters (optional): those that are not to have their defaults
///               cache_configuration (optional): what `kv --save-configuration` wrote, as an object; its method is taken where `cache` is absent
///               top_p (optional): only the most probable tokens that together have this probability are drawn from
///               candidates (optional): so many of the most probable tokens are told with each one that is written
///   calibrate_cache {"model","device","cache","cache_parameters","bits_per_value","context","text","sequences","sequence_length","seed"}
///                                                                  the configuration that `kv --save-configuration` writes (job)
///               bits_per_value (optional): a budget; text (optional): list of files, else the model writes text itself
///   watch_cache {"layer","head"}   which head CacheMapEvents are sent for while text is written; layer -1: for none, which costs nothing
///   watch       {"layer","row"}    which layer and row CodebookEvents and layer SaliencyEvents are sent for; "" follows the running one
///   memory      {}                                                 {"available_bytes"}: what could be taken now without swapping; 0 where the system does not say
///   pause, resume, cancel          {}                              {}   (the running job; cancel makes the job's own response an error "cancelled")
///   project     {"folder"}                                         ProjectSummary: everything a finished or interrupted project holds
namespace bitloom {

constexpr int protocolVersion = 1;

struct EngineInfo
{
    std::string version;
    int protocol = protocolVersion;
    std::vector<std::string> devices; ///< "cpu", "cuda:0 NVIDIA H100 80GB"
    int threads = 1;
    std::vector<MethodInfo> weightMethods;
    std::vector<std::string> formats, ggufTypes;
    std::vector<std::string> pluginErrors; ///< one sentence for each plugin that was skipped
    std::string demoModel; ///< path of the demo model, empty if it is not installed
    std::optional<std::vector<MethodInfo>> cacheMethods; ///< of key-value caches; older engines do not tell
    std::optional<std::vector<std::string>> calibratedCaches; ///< ids of those that calibrate_cache can find something for; older engines cannot
};

struct TensorSummary
{
    std::string name;
    std::vector<std::int64_t> shape; ///< [out, in] for a linear layer
    std::string type; ///< "F32", "BF16", "Q4_1", "lut3", ...
    std::int64_t bytes = 0;
    bool quantizable = false; ///< a linear layer of a decoder block
};

struct ModelSummary
{
    std::string path, name, architecture;
    std::int64_t parameters = 0, bytes = 0;
    double bitsPerWeight = 0;
    int blocks = 0, hiddenSize = 0, heads = 0, keyValueHeads = 0, headSize = 0, feedForwardSize = 0, vocabularySize = 0, contextLength = 0;
    bool tiedEmbeddings = false;
    std::string tokenizer; ///< "byte-level BPE", "SentencePiece BPE"
    std::string quantization; ///< what was found in it, "" for none
    std::optional<Recipe> recipe; ///< if the file carries one
    std::vector<TensorSummary> tensors;
};

struct WeightHistogram
{
    std::string tensor;
    std::int64_t row = -1; ///< -1: the whole tensor
    double minimum = 0, maximum = 0, mean = 0, standardDeviation = 0;
    std::vector<float> counts; ///< equal bins from minimum to maximum
};

/// What one stage of a planned job takes. Bytes are those at its peak.
struct PlanStage
{
    std::string stage; ///< "load", "calibrate", "quantize", "export"
    double seconds = 0; ///< expected
    std::int64_t hostBytes = 0, deviceBytes = 0; ///< all together; the device's are the host's where it is the CPU, and 0 here
    std::int64_t weightsBytes = 0, activationsBytes = 0, hessiansBytes = 0, solverBytes = 0; ///< of host and device together
};

/// How a job will be cut up to fit into memory, which it then follows.
struct WorkPlan
{
    bool streamed = false; ///< only one decoder block's weights (and those read ahead) are in memory while it calibrates
    bool pipelined = false; ///< layers are solved while others are calibrated
    std::int64_t keptInputs = 0; ///< block inputs that are kept at a time
    std::int64_t forwardPasses = 0; ///< of decoder blocks, before the sweeps; as many as blocks where nothing is computed again
    std::int64_t sweeps = 0; ///< in which a decoder block's Hessians are gathered; 1 where they fit
    std::int64_t hostBytes = 0, deviceBytes = 0; ///< at the peak of the job
    std::optional<std::int64_t> hostLimit, deviceLimit;
    std::vector<PlanStage> stages;
};

/// What one block of a row holds: w = scale * level - offset.
struct BlockCodes
{
    std::vector<int> codes; ///< place of each weight's level, 0 the lowest; empty for types on lattices
    std::vector<float> scales, offsets; ///< of each sub-block; offsets are empty where the type has none
    std::vector<float> values; ///< what the codes stand for, one for each weight
};

/// One block of a row of a GGUF file's tensor beside what ggml's own quantizer makes of the same weights.
struct BlockContent
{
    std::string tensor, type;
    std::int64_t row = 0, rows = 0, block = 0, blocks = 0; ///< rows in the order of the original
    std::int64_t firstColumn = 0;
    std::vector<float> levels; ///< ascending; empty for types on lattices
    std::vector<float> weights; ///< of the original
    std::vector<float> importances; ///< of the columns, that ggml's quantizer was given; empty: none
    BlockCodes before, after; ///< by ggml's own quantizer, and in the file
};

/// The best file of one size.
struct SizePoint
{
    std::int64_t bytes = 0; ///< of the whole file
    double bitsPerWeight = 0; ///< of all tensors
    double loss = 0; ///< predicted increase of the mean loss of a token
};

/// One way to store a tensor.
struct TypeOption
{
    std::string type; ///< of ggml
    std::optional<std::string> storedAs; ///< the type that takes its place where its blocks do not divide the rows; bytes and loss are that one's
    std::int64_t bytes = 0;
    std::optional<double> loss; ///< how much it is predicted to raise the mean loss of a token; not set where it was not measured
};

/// All types that a weight matrix can be stored as.
struct TensorCurve
{
    std::string name, ggufName; ///< of Hugging Face and in the file
    std::vector<std::int64_t> shape; ///< [rows, columns]
    bool quantizable = false; ///< a linear layer of a decoder block; else embeddings or output
    std::vector<TypeOption> options;
};

/// What each type of each weight matrix costs, from which a size budget chooses.
struct MeasuredCurves
{
    std::vector<std::string> candidates; ///< types that a budget chooses from
    std::vector<TensorCurve> tensors; ///< in the model's order
    std::int64_t otherBytes = 0; ///< of the file besides these tensors
    std::int64_t vectorBytes = 0; ///< that a budget in bits per weight counts besides these tensors: norms
    double parameters = 0; ///< of the whole model
};

struct QuantizePlan
{
    Recipe recipe; ///< all defaults filled in, method parameters too
    std::int64_t outputBytes = 0, diskBytes = 0; ///< disk: what project folder and output need together
    std::int64_t memoryBytesLow = 0, memoryBytesHigh = 0;
    double secondsLow = 0, secondsHigh = 0;
    std::string basis; ///< what the estimates rest on, for a person
    double bitsPerWeight = 0; ///< of the quantized linear layers
    std::vector<TensorSummary> tensors; ///< as a GGUF file will hold them, each with its own type, under Hugging Face names; empty for other formats
    std::vector<SizePoint> sizes; ///< what a size budget can buy, ascending; empty until the project's calibration has measured the types
    std::optional<double> predictedLoss; ///< of the file that is planned, where that is known
    std::vector<std::string> warnings;
    std::optional<bool> fits; ///< whether the memory and disk space that are free now suffice for the upper end of the estimates; older engines do not tell
    std::optional<double> seconds; ///< expected; secondsLow and secondsHigh are the range
    std::optional<WorkPlan> work; ///< older engines do not tell
};

enum class LayerState { Waiting, Calibrating, Solving, Done, Failed };

// ---- events of a running job ------------------------------------------------------------------------------------

struct LogEvent
{
    std::string level; ///< "debug", "info", "warning", "error"
    std::string message;
};

/// One linear layer's state; sent for every layer at the start and on each change.
struct LayerEvent
{
    std::string layer; ///< "model.layers.3.mlp.up_proj"
    int block = 0;
    std::string module; ///< "mlp.up_proj"
    LayerState state = LayerState::Waiting;
    std::optional<double> objectiveInitial, objectiveFinal; ///< mean over rows of (w-q)' H (w-q)
    std::optional<double> relativeError; ///< objectiveFinal over the objective of w itself (q = 0)
    std::optional<double> heldOutInitial, heldOutFinal; ///< the same on held-out calibration sequences, relative
    double seconds = 0;
    std::string message; ///< for Failed
};

/// The objective after a half step of the solver.
struct ObjectiveEvent
{
    std::string layer;
    int step = 0; ///< 0 is the start
    std::string phase; ///< "start", "codes", "codebook"
    double objective = 0;
    std::optional<double> heldOut;
};

/// A map of end-loss saliency. With layer "" rows are blocks and columns are modules (values: mean end-loss curvature
/// trace(H_k)/in averaged over groups, of each layer); else rows are output groups and columns are input channels of that
/// layer (values: diagonal of the guided Hessian), binned by maximum to at most 1024 columns.
struct SaliencyEvent
{
    std::string layer;
    int rows = 0, columns = 0;
    std::vector<std::string> rowLabels, columnLabels; ///< may be empty: numbered from 0
    std::int64_t columnStride = 1; ///< input channels a column stands for
    std::vector<float> values; ///< [rows, columns]; NaN = not measured yet
};

/// One output row's codebook after a half step.
struct CodebookEvent
{
    std::string layer;
    std::int64_t row = 0;
    int step = 0;
    std::string phase;
    std::vector<float> levels; ///< ascending
    std::vector<float> counts; ///< weights assigned to each level
    double minimum = 0, maximum = 0; ///< of the row's weights
    std::vector<float> histogram; ///< of the row's weights, equal bins from minimum to maximum
};

struct ResourceEvent
{
    std::int64_t memoryBytes = 0, peakMemoryBytes = 0, deviceMemoryBytes = 0;
};

/// What was written since the last one. Events that wait are put together into one.
struct TokenEvent
{
    std::string text; ///< whole characters; empty where a token only begins one
    int count = 0; ///< tokens written so far
    std::optional<std::vector<TokenChoice>> choices; ///< of the tokens since the last event, where the request asks for candidates
    std::optional<std::int64_t> cacheBytes; ///< held by the key-value cache; older engines do not tell
    std::optional<double> tokensPerSecond; ///< since the prompt was read; not told with the first token
};

struct ProgressEvent
{
    Progress progress;
};

using Event = std::variant<LogEvent, ProgressEvent, LayerEvent, ObjectiveEvent, SaliencyEvent, CodebookEvent, ResourceEvent, TokenEvent, PromptEvent, CacheMapEvent>;

// ---- results of jobs --------------------------------------------------------------------------------------------

struct LayerReport
{
    std::string name;
    double objectiveInitial = 0, objectiveFinal = 0;
    std::vector<double> objective; ///< after every half step, never rising
    std::optional<double> relativeError, heldOutInitial, heldOutFinal;
    double bitsPerWeight = 0;
    double seconds = 0;
    nlohmann::json chosen = nlohmann::json::object(); ///< parameters that were "auto" and what was chosen
};

/// Codebooks tuned end to end after the layers were solved.
struct TuningReport
{
    std::vector<double> heldOut; ///< mean KL(original || quantized) of a held-out position: first as solved, then after each epoch
    int bestEpoch = 0; ///< whose layers were kept; 0: those as solved
    std::int64_t steps = 0;
    double seconds = 0;

    /// Divergence after an epoch (0: as solved); NaN where none was measured.
    [[nodiscard]] double after(int epoch) const
    {
        return epoch >= 0 && static_cast<std::size_t>(epoch) < heldOut.size() ? heldOut[static_cast<std::size_t>(epoch)] : std::numeric_limits<double>::quiet_NaN();
    }
};

struct QuantizeReport
{
    std::string method, output, project;
    double bitsPerWeight = 0; ///< of the quantized layers, codebooks and scales counted
    double secondsLoad = 0, secondsCalibrate = 0, secondsQuantize = 0, secondsExport = 0;
    std::int64_t peakMemoryBytes = 0, outputBytes = 0; ///< the peak is the largest of all ranks'
    std::optional<std::vector<std::int64_t>> peakMemoryBytesOfRanks; ///< where several processes shared the job
    std::int64_t calibrationTokens = 0;
    std::vector<LayerReport> layers; ///< as solved, before any tuning
    std::optional<TuningReport> tuning;
    Recipe recipe;

    [[nodiscard]] double seconds() const { return secondsLoad + secondsCalibrate + secondsQuantize + secondsExport + (tuning ? tuning->seconds : 0); }
};

struct EvaluationReport
{
    std::string model, reference;
    double perplexity = 0, perplexityStandardError = 0;
    std::optional<double> referencePerplexity;
    std::optional<double> perplexityRatio, perplexityRatioStandardError; ///< to the reference's; paired on the same tokens
    std::optional<double> klMean, klStandardError, klMedian, klP99, klMaximum, top1Agreement, top1StandardError;
    std::optional<double> probabilityChangeMean, probabilityChangeRms; ///< of the tokens that follow in the text, model minus reference
    std::int64_t tokens = 0, chunks = 0;
    int context = 0;
    double seconds = 0;
};

/// What llama.cpp writes after a prompt when the most likely token is taken each time.
struct GreedyText
{
    std::string prompt, text;
    int tokens = 0;
    std::optional<int> commonTokens; ///< how many at the start are the original's too; not set for the original
};

/// One GGUF file measured in llama.cpp itself, against the original in llama.cpp where one is given.
struct LlamaMeasurement
{
    std::string file, types; ///< types: "Q4_0 × 210, Q8_0 × 1, F32 × 61"
    std::int64_t bytes = 0; ///< of the file
    double bitsPerWeight = 0; ///< over all tensors
    EvaluationReport evaluation; ///< `reference` is the original
    std::vector<double> klOfChunk; ///< mean of each window; empty without an original
    std::vector<double> klQuantiles; ///< at klQuantileFractions; empty without an original
    std::optional<double> promptTokensPerSecond, generatedTokensPerSecond; ///< the fastest of several runs
    std::vector<GreedyText> texts;
};
/// Where LlamaMeasurement::klQuantiles are taken.
inline constexpr std::array klQuantileFractions { 0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0 };

struct VerificationReport
{
    std::string file, reference;
    double perplexity = 0, enginePerplexity = 0; ///< of llama.cpp and of Bitloom's own forward of the file on the same tokens
    double maximumLogitDifference = 0, klDivergence = 0; ///< of the two, KL(engine || llama.cpp)
    std::int64_t tokens = 0;
    std::string text; ///< what llama.cpp writes greedily after a short prompt
    std::optional<LlamaMeasurement> original; ///< the reference in llama.cpp, where one was given
    std::vector<LlamaMeasurement> files; ///< the file, then those that it is compared with
};

struct ProjectSummary
{
    std::string folder, output;
    std::optional<std::string> newerBitloom; ///< the version that made it, where this one may only look: what it does not know is left out
    Recipe recipe;
    bool finished = false;
    std::vector<LayerEvent> layers;
    std::vector<ObjectiveEvent> objectives;
    std::optional<SaliencyEvent> saliency;
    std::optional<QuantizeReport> report;
    std::optional<EvaluationReport> evaluation;
    std::optional<VerificationReport> verification; ///< what llama.cpp measured of the output last
};

#define BITLOOM_MESSAGE(Type)                                                                                         \
    void to_json(nlohmann::json& json, const Type& value);                                                            \
    void from_json(const nlohmann::json& json, Type& value);
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
void to_json(nlohmann::json& json, const Recipe& recipe);
void from_json(const nlohmann::json& json, Recipe& recipe); ///< throws nlohmann's exception on wrong types; messages only

[[nodiscard]] const char* errorCodeName(ErrorCode code); ///< "usage", "invalid_input", "cancelled", ...
[[nodiscard]] ErrorCode errorCodeFromName(const std::string& name);

struct Request
{
    std::uint64_t id = 0;
    std::string method;
    nlohmann::json params = nlohmann::json::object();
};

struct Response
{
    std::uint64_t id = 0;
    Result<nlohmann::json> result;
};

struct JobEvent
{
    std::uint64_t job = 0;
    Event event;
};

[[nodiscard]] nlohmann::json toMessage(const Request& request);
[[nodiscard]] nlohmann::json toMessage(const Response& response);
[[nodiscard]] nlohmann::json toMessage(const JobEvent& event);
/// Each refuses a message of the wrong shape with one sentence; nothing throws.
[[nodiscard]] Result<Request> parseRequest(const nlohmann::json& message);
[[nodiscard]] Result<std::variant<Response, JobEvent>> parseFromEngine(const nlohmann::json& message);
/// A message's params or result as a typed struct, or one sentence that names the field.
template <class T>
[[nodiscard]] Result<T> readAs(const nlohmann::json& json)
{
    try {
        return json.get<T>();
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::InvalidInput, "message does not have the expected fields: {}", error.what());
    }
}

} // namespace bitloom
