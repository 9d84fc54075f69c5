// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/llama_comparison.h"

#include "core/base/progress_meter.h"
#include "core/evaluation/llama_model.h"
#include "core/evaluation/score.h"
#include "core/io/gguf_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

namespace bitloom {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::array prompts { "Once upon a time, there was", "The capital of France is", "To sort a list of numbers, one can" };
constexpr int textTokens = 48, speedTokens = 64;
constexpr double speedSeconds = 60; ///< after which no further round is begun

/// "Q4_0 × 210, Q8_0 × 1, F32 × 61": the most frequent first.
Result<std::string> typesOf(const fs::path& file)
{
    BITLOOM_TRY(const auto gguf, GgufFile::open(file));
    std::map<std::string, int> counts;
    for (const auto& tensor : gguf.tensors())
        ++counts[ggmlTypeName(tensor.type)];
    std::vector<std::pair<std::string, int>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string text;
    for (const auto& [type, count] : order)
        text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", type, count);
    return text;
}

/// One file, its model in libllama, and what was measured of it so far.
struct Candidate
{
    LlamaModel model;
    LlamaMeasurement measurement;
    Score score;
    std::vector<std::vector<std::int32_t>> written; ///< tokens after each prompt
};

Result<Candidate> loadCandidate(const fs::path& file, const std::string& name, const TextWindows& windows)
{
    Candidate candidate;
    BITLOOM_TRY(candidate.model, LlamaModel::load(file, windows.context()));
    candidate.measurement.file = name;
    BITLOOM_TRY(candidate.measurement.types, typesOf(file));
    std::error_code error;
    candidate.measurement.bytes = static_cast<std::int64_t>(fs::file_size(file, error));
    candidate.measurement.bitsPerWeight = candidate.model.bitsPerWeight();
    return candidate;
}

class SideBySide
{
public:
    SideBySide(const LlamaComparisonJob& job, const TextWindows& windows, ProgressSink& progress, JobControl& control)
        : m_job(job)
        , m_windows(windows)
        , m_progress(progress)
        , m_control(control)
    {
    }

    Result<void> load()
    {
        if (m_job.original) {
            BITLOOM_TRY(m_original, loadCandidate(*m_job.original, m_job.originalName, m_windows));
        }
        for (const auto& file : m_job.files) {
            BITLOOM_CHECK(m_control.checkpoint());
            BITLOOM_TRY(auto candidate, loadCandidate(file, file.string(), m_windows));
            m_files.push_back(std::move(candidate));
        }
        const auto expected = (m_original ? *m_original : m_files.front()).model.vocabularySize();
        for (const auto& file : m_files)
            if (file.model.vocabularySize() != expected)
                return fail(ErrorCode::InvalidInput, "{}: llama.cpp sees a vocabulary of {} tokens, expected {} as in '{}'", file.measurement.file,
                    file.model.vocabularySize(), expected, (m_original ? *m_original : m_files.front()).measurement.file);
        return {};
    }

    Result<void> predict(const std::string& stage, const FirstFileSeen& seen)
    {
        ProgressMeter meter(m_progress, stage, "chunks", m_windows.chunks());
        for (std::int64_t chunk = 0; chunk < m_windows.chunks(); ++chunk) {
            const auto targets = m_windows.targets(chunk);
            torch::Tensor reference;
            if (m_original) {
                BITLOOM_TRY(reference, logits(*m_original, chunk));
                m_original->score.add(reference, targets);
            }
            for (std::size_t i = 0; i < m_files.size(); ++i) {
                BITLOOM_TRY(const auto predicted, logits(m_files[i], chunk));
                m_files[i].score.add(predicted, targets, reference);
                if (i == 0 && seen) {
                    BITLOOM_CHECK(seen(chunk, predicted));
                }
            }
            meter.advance(1, fmt::format("perplexity {:.4f} in llama.cpp", m_files.front().score.perplexity()));
        }
        return {};
    }

    Result<void> measureSpeed()
    {
        if (m_job.speedRounds <= 0)
            return {};
        auto prompt = m_windows.window(0);
        prompt.resize(std::min<std::size_t>(prompt.size(), 512));
        const auto generated = std::span(prompt).first(std::min<std::size_t>(prompt.size(), speedTokens));
        ProgressMeter meter(m_progress, "speed", "rounds", m_job.speedRounds);
        const auto start = Clock::now();
        for (int round = 0; round < m_job.speedRounds; ++round) {
            if (round > 1 && std::chrono::duration<double>(Clock::now() - start).count() > speedSeconds)
                break;
            for (Candidate* candidate : all()) {
                BITLOOM_CHECK(m_control.checkpoint());
                BITLOOM_TRY(const double prompted, candidate->model.promptSpeed(prompt, m_control.stopToken()));
                BITLOOM_TRY(const double generation, candidate->model.generationSpeed(generated, m_control.stopToken()));
                auto& measured = candidate->measurement;
                measured.promptTokensPerSecond = std::max(measured.promptTokensPerSecond.value_or(0), prompted);
                measured.generatedTokensPerSecond = std::max(measured.generatedTokensPerSecond.value_or(0), generation);
            }
            meter.advance(1, {});
        }
        return {};
    }

    Result<void> write()
    {
        if (!m_job.texts)
            return {};
        ProgressMeter meter(m_progress, "write", "texts", static_cast<std::int64_t>(prompts.size() * all().size()));
        for (Candidate* candidate : all()) {
            for (const char* prompt : prompts) {
                BITLOOM_CHECK(m_control.checkpoint());
                BITLOOM_TRY(auto text, candidate->model.continueGreedily(prompt, textTokens, m_control.stopToken()));
                GreedyText made { prompt, std::move(text.text), static_cast<int>(text.tokens.size()), {} };
                const auto place = candidate->measurement.texts.size();
                if (m_original && candidate != &*m_original) {
                    const auto& theirs = m_original->written[place];
                    const auto apart = std::mismatch(text.tokens.begin(), text.tokens.end(), theirs.begin(), theirs.end());
                    made.commonTokens = static_cast<int>(apart.first - text.tokens.begin());
                }
                candidate->measurement.texts.push_back(std::move(made));
                candidate->written.push_back(std::move(text.tokens));
                meter.advance(1, candidate->measurement.file);
            }
        }
        return {};
    }

    LlamaComparison report()
    {
        LlamaComparison comparison;
        for (Candidate* candidate : all()) {
            auto& measured = candidate->measurement;
            auto& evaluation = measured.evaluation;
            evaluation.model = measured.file;
            evaluation.chunks = m_windows.chunks();
            evaluation.context = m_windows.context();
            candidate->score.report(evaluation);
            if (const auto& divergences = candidate->score.divergences(); !divergences.empty()) {
                evaluation.reference = m_job.originalName;
                for (auto chunk = divergences.begin(); chunk != divergences.end(); chunk += m_windows.scored()) {
                    double sum = 0;
                    for (auto value = chunk; value != chunk + m_windows.scored(); ++value)
                        sum += *value;
                    measured.klOfChunk.push_back(sum / static_cast<double>(m_windows.scored()));
                }
                auto sorted = divergences;
                std::sort(sorted.begin(), sorted.end());
                for (const double fraction : klQuantileFractions)
                    measured.klQuantiles.push_back(quantile(sorted, fraction));
            }
            if (m_original && candidate == &*m_original)
                comparison.original = std::move(measured);
            else
                comparison.files.push_back(std::move(measured));
        }
        return comparison;
    }

private:
    /// The original first, so that the others can be compared with it.
    std::vector<Candidate*> all()
    {
        std::vector<Candidate*> candidates;
        if (m_original)
            candidates.push_back(&*m_original);
        for (auto& file : m_files)
            candidates.push_back(&file);
        return candidates;
    }

    Result<torch::Tensor> logits(Candidate& candidate, std::int64_t chunk)
    {
        BITLOOM_CHECK(m_control.checkpoint());
        return candidate.model.logits(m_windows.window(chunk), m_windows.firstScored(), m_windows.scored(), m_control.stopToken());
    }

    const LlamaComparisonJob& m_job;
    const TextWindows& m_windows;
    ProgressSink& m_progress;
    JobControl& m_control;
    std::optional<Candidate> m_original;
    std::vector<Candidate> m_files;
};

} // namespace

Result<LlamaComparison> compareInLlama(const LlamaComparisonJob& job, const TextWindows& windows, const std::string& stage,
    const FirstFileSeen& seen, ProgressSink& progress, JobControl& control)
{
    if (job.files.empty())
        return fail(ErrorCode::Usage, "no GGUF file is given to be run in llama.cpp");
    SideBySide sideBySide(job, windows, progress, control);
    BITLOOM_CHECK(sideBySide.load());
    BITLOOM_CHECK(sideBySide.predict(stage, seen));
    BITLOOM_CHECK(sideBySide.measureSpeed());
    BITLOOM_CHECK(sideBySide.write());
    return sideBySide.report();
}

} // namespace bitloom
