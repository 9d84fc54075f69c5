// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace bitloom::sample {
namespace {
    constexpr const char* modules[] = { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
        "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj" };

    /// 0…1, scattered but the same every time.
    double noise(int seed)
    {
        const double wave = std::sin(seed * 12.9898 + 4.1) * 43758.5453;
        return wave - std::floor(wave);
    }

    double errorOf(int block, int module)
    {
        return 0.006 * std::exp(0.05 * block) * (1 + 0.7 * module) * (0.7 + 0.6 * noise(block * 7 + module));
    }
}

std::string layerName(int block, int module)
{
    return "model.layers." + std::to_string(block) + "." + modules[module];
}

std::vector<LayerEvent> layers(int blocks, int done)
{
    std::vector<LayerEvent> events;
    for (int i = 0; i < 7 * blocks; ++i) {
        LayerEvent event;
        event.block = i / 7;
        event.module = modules[i % 7];
        event.layer = layerName(i / 7, i % 7);
        if (i < done) {
            event.state = i == 38 ? LayerState::Failed : LayerState::Done;
            if (event.state == LayerState::Done) {
                event.relativeError = errorOf(i / 7, i % 7);
                event.objectiveInitial = 14.0 + i;
                event.objectiveFinal = 5.0 + 0.3 * i;
                event.heldOutFinal = 1.1 * *event.relativeError;
                event.seconds = 1.2;
            } else {
                event.message = "the Hessian is not positive definite";
            }
        } else if (i == done) {
            event.state = LayerState::Solving;
        } else if (i < done + 9) {
            event.state = LayerState::Calibrating;
        }
        events.push_back(event);
    }
    return events;
}

SaliencyEvent overview(int blocks, int measured)
{
    SaliencyEvent event;
    event.rows = blocks;
    event.columns = 7;
    for (const char* module : modules)
        event.columnLabels.emplace_back(module);
    for (int block = 0; block < blocks; ++block) {
        event.rowLabels.push_back(std::to_string(block));
        for (int module = 0; module < 7; ++module) {
            const double value = 1e-4 * std::exp(-0.12 * block + 0.9 * noise(block * 7 + module) + (module == 2 ? 2.2 : module == 6 ? 1.4 : 0));
            event.values.push_back(blocks - block <= measured ? static_cast<float>(value) : std::numeric_limits<float>::quiet_NaN());
        }
    }
    return event;
}

SaliencyEvent layerSaliency(const std::string& layer, int groups, int columns, int stride)
{
    SaliencyEvent event;
    event.layer = layer;
    event.rows = groups;
    event.columns = columns;
    event.columnStride = stride;
    for (int group = 0; group < groups; ++group) {
        for (int column = 0; column < columns; ++column) {
            double value = 2e-4 * std::exp(1.1 * noise(column) + 0.35 * noise(group * 7919 + column)) * (1 + 0.5 * group);
            if (column % 97 == 31)
                value *= 60;
            event.values.push_back(static_cast<float>(value));
        }
    }
    return event;
}

std::vector<CodebookEvent> codebookHistory(int bits, int steps)
{
    const int levels = 1 << bits;
    constexpr int bins = 128;
    std::vector<CodebookEvent> history;
    for (int step = 0; step < steps; ++step) {
        CodebookEvent event;
        event.layer = layerName(4, 5);
        event.row = 17;
        event.step = step;
        event.phase = step == 0 ? "start" : step % 2 == 1 ? "codes" : "codebook";
        event.minimum = -0.31;
        event.maximum = 0.29;
        const double settled = 1 - std::exp(-0.35 * ((step + 1) / 2));
        for (int i = 0; i < levels; ++i) {
            const double even = -0.24 + 0.48 * i / (levels - 1);
            const double u = (i + 0.5) / levels * 2 - 1;
            const double target = 0.085 * std::log((1 + u) / (1 - u)) + 0.012 * (noise(i) - 0.5);
            event.levels.push_back(static_cast<float>(even + settled * (std::clamp(target, -0.3, 0.28) - even)));
        }
        std::sort(event.levels.begin(), event.levels.end());
        event.counts.assign(static_cast<std::size_t>(levels), 0);
        for (int bin = 0; bin < bins; ++bin) {
            const double x = event.minimum + (bin + 0.5) * (event.maximum - event.minimum) / bins;
            const auto count = static_cast<float>(std::floor(24 * std::exp(-x * x / (2 * 0.085 * 0.085)) * (0.8 + 0.4 * noise(bin))));
            event.histogram.push_back(count);
            const auto nearest = std::min_element(event.levels.begin(), event.levels.end(), [&](float a, float b) { return std::abs(a - x) < std::abs(b - x); });
            event.counts[static_cast<std::size_t>(nearest - event.levels.begin())] += count;
        }
        history.push_back(event);
    }
    return history;
}

std::vector<ObjectiveEvent> objectives(int blocks, bool heldOut)
{
    std::vector<ObjectiveEvent> events;
    for (int i = 0; i < 7 * blocks; ++i) {
        const double start = 3 + 40 * noise(i);
        const double floor = 0.25 + 0.3 * noise(i + 1000);
        for (int step = 0; step <= 8; ++step) {
            ObjectiveEvent event;
            event.layer = layerName(i / 7, i % 7);
            event.step = step;
            event.phase = step == 0 ? "start" : step % 2 == 1 ? "codes" : "codebook";
            event.objective = start * (floor + (1 - floor) * std::exp(-0.6 * step));
            if (heldOut)
                event.heldOut = errorOf(i / 7, i % 7) * (1.1 + 0.9 * std::exp(-0.5 * step) + 0.01 * step);
            events.push_back(event);
        }
    }
    return events;
}

WeightHistogram histogram()
{
    WeightHistogram histogram;
    histogram.tensor = layerName(4, 5) + ".weight";
    histogram.minimum = -0.62;
    histogram.maximum = 0.58;
    histogram.mean = -0.0004;
    histogram.standardDeviation = 0.091;
    for (int bin = 0; bin < 120; ++bin) {
        const double x = (histogram.minimum + (bin + 0.5) * 0.01) / histogram.standardDeviation;
        histogram.counts.push_back(static_cast<float>(std::floor(38000 * std::exp(-x * x / 2) * (0.95 + 0.1 * noise(bin)))));
    }
    return histogram;
}

std::vector<TensorSummary> tensors(int blocks)
{
    std::vector<TensorSummary> all { { "model.embed_tokens.weight", { 49152, 576 }, "Q8_0", 30081024, false } };
    constexpr std::int64_t shapes[7][2] = { { 576, 576 }, { 192, 576 }, { 192, 576 }, { 576, 576 }, { 1536, 576 }, { 1536, 576 }, { 576, 1536 } };
    for (int block = 0; block < blocks; ++block) {
        for (int module = 0; module < 7; ++module) {
            const auto& shape = shapes[module];
            all.push_back({ layerName(block, module) + ".weight", { shape[0], shape[1] }, module % 3 ? "Q4_1" : "F16", shape[0] * shape[1] * (module % 3 ? 5 : 16) / 8, true });
        }
        all.push_back({ "model.layers." + std::to_string(block) + ".input_layernorm.weight", { 576 }, "F32", 2304, false });
    }
    return all;
}

ModelSummary model()
{
    ModelSummary summary;
    summary.path = "/opt/bitloom/models/SmolLM2-135M-Instruct.Q4_1.gguf";
    summary.name = "SmolLM2 135M Instruct";
    summary.architecture = "llama";
    summary.parameters = 134515008;
    summary.bytes = 98304000;
    summary.bitsPerWeight = 5.85;
    summary.blocks = 30;
    summary.hiddenSize = 576;
    summary.heads = 9;
    summary.keyValueHeads = 3;
    summary.headSize = 64;
    summary.feedForwardSize = 1536;
    summary.vocabularySize = 49152;
    summary.contextLength = 8192;
    summary.tiedEmbeddings = true;
    summary.tokenizer = "byte-level BPE";
    summary.quantization = "Q4_1";
    summary.tensors = tensors();
    return summary;
}

MethodInfo method()
{
    MethodInfo method;
    method.id = "guidedquant";
    method.title = "GuidedQuant";
    method.summary = "Codebooks that minimise the end loss.";
    const auto number = [](const char* name, const char* title, nlohmann::json preset, double low, double high, bool automatic, const char* help) {
        ParameterInfo info;
        info.name = name;
        info.title = title;
        info.type = ParameterType::Number;
        info.defaultValue = std::move(preset);
        info.minimum = low;
        info.maximum = high;
        info.automatic = automatic;
        info.help = help;
        return info;
    };
    method.parameters.push_back(number("shrinkage_to_plain", "Shrinkage to plain", "auto", 0, 1, true, "Mixes the guided Hessian with the plain one; 0 is the published method."));
    method.parameters.push_back(number("damping", "Damping", 0.1, 0, 10, false, "Added to the diagonal, in units of its mean."));
    ParameterInfo iterations;
    iterations.name = "iterations";
    iterations.title = "Iterations";
    iterations.type = ParameterType::Integer;
    iterations.defaultValue = 4;
    iterations.minimum = 1;
    iterations.maximum = 64;
    iterations.unit = "rounds";
    iterations.help = "Rounds of codebook and codes.";
    method.parameters.push_back(iterations);
    ParameterInfo order;
    order.name = "act_order";
    order.title = "Order by activation";
    order.type = ParameterType::Boolean;
    order.defaultValue = true;
    order.help = "Quantizes the most important channels first.";
    method.parameters.push_back(order);
    ParameterInfo start;
    start.name = "start";
    start.title = "Start from";
    start.type = ParameterType::Choice;
    start.defaultValue = "squeezellm";
    start.choices = { "squeezellm", "uniform", "quantiles" };
    start.help = "Where the first codebook comes from.";
    method.parameters.push_back(start);
    return method;
}

ComparisonData comparison()
{
    ComparisonData data;
    data.originalName = "SmolLM2 135M Instruct";
    data.quantizedName = "guidedquant, 3 bits";
    data.originalBytes = 269030016;
    data.quantizedBytes = 98304000;
    data.originalBitsPerWeight = 16;
    data.quantizedBitsPerWeight = 3.24;
    EvaluationReport report;
    report.perplexity = 28.412;
    report.perplexityStandardError = 0.34;
    report.referencePerplexity = 19.07;
    report.klMean = 0.4412;
    report.klStandardError = 0.0061;
    report.klMedian = 0.271;
    report.klP99 = 2.94;
    report.top1Agreement = 0.721;
    report.top1StandardError = 0.0042;
    report.tokens = 98304;
    report.context = 512;
    data.evaluation = report;
    for (int i = 0; i < 210; ++i) {
        LayerReport layer;
        layer.name = layerName(i / 7, i % 7);
        layer.relativeError = errorOf(i / 7, i % 7);
        layer.heldOutFinal = *layer.relativeError * (1.05 + 0.2 * noise(i));
        layer.bitsPerWeight = 3.24;
        data.layers.push_back(layer);
    }
    return data;
}

BlockContent block(bool superBlock)
{
    const int weights = superBlock ? 256 : 32, subs = superBlock ? 8 : 1;
    BlockContent content;
    content.tensor = "model.layers.10.mlp.down_proj.weight";
    content.type = superBlock ? "Q4_K" : "Q4_0";
    content.row = 17;
    content.rows = 576;
    content.block = 2;
    content.blocks = superBlock ? 6 : 48;
    content.firstColumn = content.block * weights;
    for (int level = 0; level < 16; ++level)
        content.levels.push_back(static_cast<float>(superBlock ? level : level - 8));
    for (int i = 0; i < weights; ++i)
        content.weights.push_back(static_cast<float>(0.12 * (noise(i) + noise(i + 500) - 1)));
    for (int i = 0; i < weights; ++i)
        content.importances.push_back(static_cast<float>(1 + 5 * noise(i + 900)));
    for (BlockCodes* side : { &content.before, &content.after }) {
        const bool after = side == &content.after;
        for (int sub = 0; sub < subs; ++sub) {
            side->scales.push_back(static_cast<float>(0.0145 + 0.002 * noise(sub)) * (after ? 1.04F : 1));
            if (superBlock)
                side->offsets.push_back(static_cast<float>(0.11 + 0.01 * noise(sub + 70)) * (after ? 0.98F : 1));
        }
        for (int i = 0; i < weights; ++i) {
            const auto sub = static_cast<std::size_t>(i / (weights / subs));
            const float offset = superBlock ? side->offsets[sub] : 0;
            const double exact = (content.weights[static_cast<std::size_t>(i)] + offset) / side->scales[sub] + (superBlock ? 0 : 8);
            const int code = std::clamp(static_cast<int>(std::lround(exact + (after ? 0.9 * (noise(i + 300) - 0.5) : 0))), 0, 15);
            side->codes.push_back(code);
            side->values.push_back(side->scales[sub] * content.levels[static_cast<std::size_t>(code)] - offset);
        }
    }
    return content;
}

std::vector<ParetoPoint> front(int points)
{
    std::vector<ParetoPoint> front;
    for (int i = 0; i < points; ++i) {
        const double bits = 2.625 + 5.875 * i / std::max(1, points - 1);
        front.push_back({ bits, static_cast<std::int64_t>(bits * 1.35e8 / 8), 0.9 * std::pow(4, -(bits - 2.625)), {} });
    }
    return front;
}

std::vector<ParetoPoint> mixes()
{
    return { { 4.513, 91900000, 0.176, "Q4_0" }, { 4.634, 93500000, 0.084, "Q3_K_M" }, { 5.534, 105500000, 0.034, "Q4_K_M" } };
}

VerificationReport verification()
{
    const auto measured = [](const std::string& file, double kl, double bits) {
        LlamaMeasurement measurement;
        measurement.file = "/models/" + file;
        measurement.types = "Q4_0 × 210, F32 × 61, Q8_0 × 1";
        measurement.bytes = static_cast<std::int64_t>(bits * 1.35e8 / 8);
        measurement.bitsPerWeight = bits;
        measurement.evaluation.perplexity = 24.5 * (1 + 0.6 * kl);
        measurement.evaluation.perplexityStandardError = 1.66;
        measurement.evaluation.tokens = 2040;
        measurement.promptTokensPerSecond = 312.4;
        measurement.generatedTokensPerSecond = 41.7;
        GreedyText text { "The capital of France is", " Paris, the city of light.", 12, {} };
        if (kl > 0) {
            measurement.evaluation.perplexityRatio = 1 + 0.6 * kl;
            measurement.evaluation.perplexityRatioStandardError = 0.01;
            measurement.evaluation.klMean = kl;
            measurement.evaluation.klStandardError = kl / 45;
            measurement.evaluation.klMedian = kl / 2;
            measurement.evaluation.klP99 = 6 * kl;
            measurement.evaluation.top1Agreement = 1 - kl;
            measurement.evaluation.top1StandardError = 0.009;
            text.commonTokens = kl < 0.1 ? 12 : 4;
        }
        measurement.texts = { text };
        return measurement;
    };
    VerificationReport report;
    report.file = "/models/guided-Q4_0.gguf";
    report.reference = "/models/original.gguf";
    report.perplexity = 25.6;
    report.enginePerplexity = 25.59;
    report.klDivergence = 0.0021;
    report.maximumLogitDifference = 1.9;
    report.tokens = 2040;
    report.original = measured("original.gguf", 0, 16);
    report.files = { measured("guided-Q4_0.gguf", 0.074, 5.349), measured("llama-quantize-Q4_0.gguf", 0.176, 5.349), measured("plain-Q4_0.gguf", 0.2885, 5.349) };
    return report;
}

std::vector<CacheMapEvent> cacheMaps(int prompt, int tokens, bool evicts)
{
    std::vector<CacheMapEvent> maps;
    for (int length = prompt; length < prompt + tokens; ++length) {
        CacheMapEvent map;
        map.length = length;
        map.promptLength = prompt;
        map.layers = 30;
        map.heads = 3;
        map.layer = 4;
        map.head = 1;
        map.keyBits = map.valueBits = evicts ? 0 : 2;
        float sum = 0;
        for (int position = 0; position < length; ++position) {
            const char rest = evicts ? 'e' : 'p';
            map.keyClasses += position < 4 ? 's' : position >= length - 16 ? 'r' : position % 11 == 0 ? 'l' : position >= length / 32 * 32 && !evicts ? 'w' : rest;
            map.valueClasses += position < 4 ? 's' : position >= length - 16 ? 'r' : position % 7 == 0 ? 'h' : rest;
            const int distance = length - 1 - position;
            const float weight = position == 0 ? 2.0F : 1.0F / static_cast<float>(1 + distance) + (position % 11 == 0 ? 0.05F : 0.002F);
            map.attention.push_back(weight);
            sum += weight;
        }
        for (float& weight : map.attention)
            weight /= sum;
        for (int layer = 0; layer < map.layers; ++layer) {
            for (int head = 0; head < map.heads; ++head) {
                const float packed = 0.02F + 0.9F * static_cast<float>((layer * 7 + head * 5) % 30) / 30;
                for (int of = 0; of < positionClassCount; ++of) {
                    const auto position = static_cast<PositionClass>(of);
                    const bool rest = position == (evicts ? PositionClass::Evicted : PositionClass::Packed);
                    map.mass.push_back(rest ? packed : position == PositionClass::Sink ? 0.6F * (1 - packed) : position == PositionClass::Recent ? 0.4F * (1 - packed) : 0);
                }
            }
        }
        map.errors.emplace();
        for (int head = 0; head < map.layers * map.heads; ++head)
            map.errors->push_back(0.002F * std::pow(1.06F, static_cast<float>(head)));
        map.keyBytes = 4000 * std::min(length, 24) + 900 * length;
        map.valueBytes = 4000 * std::min(length, 20) + 700 * length;
        map.bytes = map.keyBytes + map.valueBytes + 5000;
        map.tokensPerSecond = 14.5;
        maps.push_back(map);
    }
    return maps;
}

std::shared_ptr<CacheHistory> cacheHistory(int prompt, int tokens, bool evicts)
{
    auto history = std::make_shared<CacheHistory>();
    QStringList words;
    for (int i = 0; i < prompt; ++i)
        words << QStringLiteral(" word%1").arg(i);
    history->setPrompt(words);
    for (int i = 1; i <= tokens; ++i)
        history->addText(QStringLiteral(" new%1").arg(i), i);
    for (const CacheMapEvent& map : cacheMaps(prompt, tokens, evicts))
        history->add(map);
    return history;
}

} // namespace bitloom::sample
