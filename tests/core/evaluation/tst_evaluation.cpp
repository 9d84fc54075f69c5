// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/float_gguf.h"
#include "core/evaluation/llama_verify.h"
#include "core/evaluation/score.h"
#include "core/io/atomic_file.h"
#include "core/evaluation/text_windows.h"
#include "core/model/tokenizer.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cmath>
#include <llama.h>
#include <QObject>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {

const std::string story = [] {
    std::string text;
    for (int i = 0; i < 12; ++i)
        text += "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. ";
    return text;
}();

/// A file as llama-quantize writes it.
Result<ModelSource> openQuantized(const fs::path& source, const QTemporaryDir& folder, llama_ftype type)
{
    const auto target = folder.path().toStdString() + "/quantized.gguf";
    auto parameters = llama_model_quantize_default_params();
    parameters.ftype = type;
    if (llama_model_quantize(source.c_str(), target.c_str(), &parameters) != 0)
        return fail(ErrorCode::Internal, "{}: llama.cpp does not quantize it", source.string());
    return openModel(target);
}

} // namespace

class TestEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        setThreadCount(1); // ggml's threads wait for each other without sleeping, which a busy machine makes endless
        auto opened = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
        BITLOOM_VERIFY(opened);
        m_stories = std::move(*opened);
    }

    void scoreByHand()
    {
        const auto logits = torch::tensor({ 1.0f, 2.0f, 0.0f, 0.0f, 0.0f, 3.0f }).reshape({ 2, 3 });
        const auto reference = torch::tensor({ 1.0f, 1.0f, 1.0f, 0.0f, 0.0f, 2.0f }).reshape({ 2, 3 });
        Score score;
        score.add(logits, torch::tensor({ 1, 0 }), reference);
        const auto probability = [](double a, double b, double c) { return std::exp(a) / (std::exp(a) + std::exp(b) + std::exp(c)); };
        const double first = -std::log(probability(2, 1, 0)), second = -std::log(probability(0, 0, 3)), mean = (first + second) / 2;
        QVERIFY(std::abs(score.perplexity() - std::exp(mean)) < 1e-6);
        const double deviation = std::abs(first - second) / 2; // over sqrt(n - 1) = 1
        QVERIFY(std::abs(score.perplexityStandardError() - deviation * std::exp(mean)) < 1e-6);
        double one = 0, two = 0;
        const double model1[] { probability(1, 2, 0), probability(2, 1, 0), probability(0, 1, 2) };
        const double model2[] { probability(0, 0, 3), probability(0, 0, 3), probability(3, 0, 0) };
        const double reference2[] { probability(0, 0, 2), probability(0, 0, 2), probability(2, 0, 0) };
        for (int i = 0; i < 3; ++i) {
            one += 1.0 / 3 * std::log(1.0 / 3 / model1[i]);
            two += reference2[i] * std::log(reference2[i] / model2[i]);
        }
        EvaluationReport report;
        score.report(report);
        QVERIFY(std::abs(*report.klMean - (one + two) / 2) < 1e-6);
        QVERIFY(std::abs(*report.klMedian - (one + two) / 2) < 1e-6);
        QVERIFY(std::abs(*report.klP99 - (std::min(one, two) + 0.99 * std::abs(one - two))) < 1e-6);
        QVERIFY(std::abs(*report.klStandardError - std::abs(one - two) / 2) < 1e-6);
        QVERIFY(std::abs(*report.klMaximum - std::max(one, two)) < 1e-6);
        // how much likelier the two tokens that follow are to the model than to the reference
        const double change1 = model1[1] - 1.0 / 3, change2 = model2[0] - reference2[0];
        const double ratio1 = std::log(1.0 / 3 / model1[1]), ratio2 = std::log(reference2[0] / model2[0]);
        QVERIFY(std::abs(*report.probabilityChangeMean - (change1 + change2) / 2) < 1e-6);
        QVERIFY(std::abs(*report.probabilityChangeRms - std::sqrt((change1 * change1 + change2 * change2) / 2)) < 1e-6);
        QVERIFY(std::abs(*report.perplexityRatio - std::exp((ratio1 + ratio2) / 2)) < 1e-6);
        QVERIFY(std::abs(*report.perplexityRatio - report.perplexity / *report.referencePerplexity) < 1e-6);
        QVERIFY(std::abs(*report.perplexityRatioStandardError - std::abs(ratio1 - ratio2) / 2 * *report.perplexityRatio) < 1e-6);
        QCOMPARE(score.divergences().size(), std::size_t { 2 });
        QCOMPARE(*report.top1Agreement, 0.5); // the reference's first row has its largest value at index 0
        QCOMPARE(score.maximumLogitDifference(), 1.0);
        QCOMPARE(report.tokens, std::int64_t { 2 });
    }

    void windows()
    {
        const auto tokenizer = m_stories.tokenizer();
        BITLOOM_VERIFY(tokenizer);
        const auto all = TextWindows::cut(**tokenizer, story, "story", 64, 0);
        BITLOOM_VERIFY(all);
        const auto tokens = (*tokenizer)->encode(story, true, false);
        QCOMPARE(all->chunks(), static_cast<std::int64_t>(tokens.size() / 64));
        QCOMPARE(all->scored(), std::int64_t { 31 });
        auto second = std::vector<std::int32_t>(tokens.begin() + 64, tokens.begin() + 128);
        second[0] = (*tokenizer)->bosToken();
        QCOMPARE(all->window(1), second);
        QCOMPARE(all->targets(1)[0].item<std::int64_t>(), std::int64_t { second[33] });
        const auto some = TextWindows::cut(**tokenizer, story, "story", 64, 2);
        BITLOOM_VERIFY(some);
        QCOMPARE(some->chunks(), std::int64_t { 2 });
        QVERIFY(!TextWindows::cut(**tokenizer, "", "story", 64, 0));
        QVERIFY(!TextWindows::cut(**tokenizer, "too short", "story", 64, 0));
        QVERIFY(!TextWindows::cut(**tokenizer, "\xff\xfe not UTF-8", "story", 64, 0));
        QVERIFY(!TextWindows::cut(**tokenizer, story, "story", 2, 0));
        QVERIFY(!TextWindows::cut(**tokenizer, story, "story", 64, -1));
    }

    void modelAgainstItself()
    {
        JobControl control;
        EvaluationOptions options;
        options.context = 64;
        const auto report = evaluate(m_stories, &m_stories, story, "story", options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        QCOMPARE(*report->klMean, 0.0);
        QCOMPARE(*report->top1Agreement, 1.0);
        QCOMPARE(*report->referencePerplexity, report->perplexity);
        QVERIFY(report->perplexity > 1 && report->perplexity < 30);
        QCOMPARE(report->tokens, report->chunks * 31);
        options.context = 4096;
        QVERIFY(!evaluate(m_stories, nullptr, story, "story", options, ignoreProgress(), control)); // made for 512
        control.cancel();
        options.context = 64;
        const auto stopped = evaluate(m_stories, nullptr, story, "story", options, ignoreProgress(), control);
        QVERIFY(!stopped);
        QVERIFY(stopped.error().code == ErrorCode::Cancelled);
    }

    void differentVocabularies()
    {
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        JobControl control;
        const auto report = evaluate(m_stories, &*demo, story, "story", {}, ignoreProgress(), control);
        QVERIFY(!report);
        QVERIFY(report.error().message.find("vocabulary") != std::string::npos);
    }

    void llamaAgreesWithTheEngine()
    {
        JobControl control;
        EvaluationOptions options;
        options.context = 128;
        const auto report = verifyInLlama(m_stories, {}, story, "story", options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        QVERIFY2(std::abs(report->perplexity / report->enginePerplexity - 1) < 1e-4, qPrintable(QString::number(report->perplexity)));
        QVERIFY2(report->maximumLogitDifference < 1e-3, qPrintable(QString::number(report->maximumLogitDifference)));
        QVERIFY(report->klDivergence < 1e-8);
        QVERIFY(report->text.find("little") != std::string::npos);
    }

    void llamaMeasuresFilesSideBySide()
    {
        QTemporaryDir folder;
        const auto other = openQuantized(m_stories.path, folder, LLAMA_FTYPE_MOSTLY_Q4_0);
        BITLOOM_VERIFY(other);
        JobControl control;
        EvaluationOptions options;
        options.context = 128;
        VerificationInput input;
        input.reference = LlamaReference { m_stories, m_stories.path };
        input.others = { *other };
        input.speedRounds = 2;
        const auto report = verifyInLlama(m_stories, input, story, "story", options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->files.size(), std::size_t { 2 });
        QVERIFY(report->original);
        QVERIFY(!report->original->evaluation.klMean);
        QVERIFY(report->original->klQuantiles.empty());
        const auto &same = report->files[0], &coarse = report->files[1];
        QCOMPARE(same.evaluation.perplexity, report->original->evaluation.perplexity);
        QCOMPARE(report->perplexity, same.evaluation.perplexity);
        QCOMPARE(*same.evaluation.klMean, 0.0);
        QCOMPARE(*same.evaluation.top1Agreement, 1.0);
        QCOMPARE(*same.evaluation.perplexityRatio, 1.0);
        QCOMPARE(same.evaluation.reference, m_stories.path.string());
        QVERIFY2(*coarse.evaluation.klMean > 0.01, qPrintable(QString::number(*coarse.evaluation.klMean)));
        QVERIFY(*coarse.evaluation.perplexityRatio > 1);
        QCOMPARE(coarse.klOfChunk.size(), static_cast<std::size_t>(coarse.evaluation.chunks));
        double mean = 0;
        for (const double chunk : coarse.klOfChunk)
            mean += chunk / static_cast<double>(coarse.klOfChunk.size());
        QVERIFY(std::abs(mean / *coarse.evaluation.klMean - 1) < 1e-9);
        QCOMPARE(coarse.klQuantiles.size(), klQuantileFractions.size());
        QVERIFY(std::is_sorted(coarse.klQuantiles.begin(), coarse.klQuantiles.end()));
        QCOMPARE(coarse.klQuantiles.back(), *coarse.evaluation.klMaximum);
        QVERIFY2(coarse.types.find("Q4_0 × ") != std::string::npos, coarse.types.c_str());
        QVERIFY(coarse.bytes < same.bytes && coarse.bitsPerWeight < same.bitsPerWeight);
        QVERIFY(std::abs(same.bitsPerWeight - 32) < 0.1);
        for (const auto& measured : report->files) {
            QVERIFY(*measured.promptTokensPerSecond > 0 && *measured.generatedTokensPerSecond > 0);
            QCOMPARE(measured.texts.size(), report->original->texts.size());
        }
        QVERIFY(!report->original->texts.front().commonTokens);
        for (const auto& text : same.texts)
            QCOMPARE(*text.commonTokens, text.tokens); // the same weights write the same
        QVERIFY(*coarse.texts.front().commonTokens <= coarse.texts.front().tokens);
        const auto unlike = openModel("demo");
        if (unlike) {
            input.others = { *unlike };
            QVERIFY(!verifyInLlama(m_stories, input, story, "story", options, ignoreProgress(), control));
        }
    }

    /// llama-perplexity's own figures for files that llama-quantize makes of the demo model (see ../shared/golden/llama): mean KL divergence against
    /// F16 over the first 8 windows of 512.
    void llamaPerplexityIsReproduced()
    {
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        QTemporaryDir folder;
        const auto floats = folder.path().toStdString() + "/f16.gguf";
        QVERIFY(!*storesFloatsAlone(demo->path));
        BITLOOM_VERIFY(expandToFloats(demo->path, floats));
        QVERIFY(*storesFloatsAlone(floats));
        const auto quantized = openQuantized(floats, folder, LLAMA_FTYPE_MOSTLY_Q4_0);
        BITLOOM_VERIFY(quantized);
        const auto file = bitloom::test::sharedFolder() / "data/wikitext2-test.txt";
        const auto text = readTextFile(file);
        BITLOOM_VERIFY(text);
        JobControl control;
        EvaluationOptions options;
        options.chunks = 8;
        const auto report = evaluateInLlama(*quantized, LlamaReference { *demo, floats }, *text, file.string(), options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->tokens, std::int64_t { 2040 });
        const auto near = [](double found, double expected, double part) { return std::abs(found / expected - 1) < part; };
        QVERIFY2(near(*report->referencePerplexity, 24.498, 0.0005), qPrintable(QString::number(*report->referencePerplexity, 'f', 4)));
        QVERIFY2(near(*report->klMean, 0.2885, 0.01), qPrintable(QString::number(*report->klMean, 'f', 5)));
        QVERIFY2(near(*report->klStandardError, 0.0064, 0.02), qPrintable(QString::number(*report->klStandardError, 'f', 5)));
        QVERIFY2(near(*report->perplexityRatio, 1.2115, 0.005), qPrintable(QString::number(*report->perplexityRatio, 'f', 5)));
        QVERIFY2(near(*report->perplexityRatioStandardError, 0.0214, 0.03), qPrintable(QString::number(*report->perplexityRatioStandardError, 'f', 5)));
        QVERIFY2(near(*report->top1Agreement, 0.708, 0.01), qPrintable(QString::number(*report->top1Agreement, 'f', 4)));
    }

    void llamaRejects()
    {
        QTemporaryDir folder;
        auto broken = m_stories;
        broken.path = folder.path().toStdString() + "/broken.gguf";
        const auto whole = readTextFile(m_stories.path);
        BITLOOM_VERIFY(whole);
        // without the number of key-value heads the shapes do not fit
        auto bytes = *whole;
        const auto key = bytes.find("llama.attention.head_count_kv");
        QVERIFY(key != std::string::npos);
        bytes.replace(key, 5, "lxama");
        BITLOOM_VERIFY(writeTextFile(broken.path, bytes));
        JobControl control;
        EvaluationOptions options;
        options.context = 64;
        const auto report = verifyInLlama(broken, {}, story, "story", options, ignoreProgress(), control);
        QVERIFY(!report);
        QVERIFY2(report.error().message.find("llama.cpp") != std::string::npos, report.error().message.c_str());
        const auto folderSource = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(folderSource);
        QVERIFY(!verifyInLlama(*folderSource, {}, story, "story", options, ignoreProgress(), control));
    }

    /// transformers in f32 says 22.7435 and llama.cpp 22.7437 on the same 1020 tokens.
    void goldenPerplexity()
    {
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        const auto file = bitloom::test::sharedFolder() / "data/wikitext2-test.txt";
        const auto text = readTextFile(file);
        BITLOOM_VERIFY(text);
        JobControl control;
        EvaluationOptions options;
        options.chunks = 4;
        const auto report = evaluate(*demo, nullptr, *text, file.string(), options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->tokens, std::int64_t { 1020 });
        QVERIFY2(std::abs(report->perplexity - 22.7435) < 0.002, qPrintable(QString::number(report->perplexity, 'f', 5)));
    }

private:
    ModelSource m_stories;
};

QTEST_GUILESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
