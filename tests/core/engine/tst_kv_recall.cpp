// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_recall.h"
#include "core/base/progress.h"
#include "core/model/model_source.h"
#include "tests/support/shared_data.h"

#include <QTest>

using namespace bitloom;

/// The suite's questions, and the demo model's answers through real caches.
class TestKvRecall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto source = openModel("demo");
        if (!source)
            QSKIP("the demo model is not installed");
        m_source = std::move(*source);
        auto tokenizer = m_source->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        m_tokenizer = *tokenizer;
    }

    void questions_data()
    {
        QTest::addColumn<int>("task");
        for (const RecallTask task : recallTasks)
            QTest::newRow(std::string(recallTaskName(task)).c_str()) << static_cast<int>(task);
    }
    void questions()
    {
        QFETCH(int, task);
        constexpr std::int64_t context = 400, count = 5;
        std::size_t before = 0;
        for (std::int64_t index = 0; index < count; ++index) {
            const RecallExample example = make(task, context, index, count, 1), same = make(task, context, index, count, 1), other = make(task, context, index, count, 2);
            QVERIFY(example.prompt == same.prompt && example.answer == same.answer);
            QVERIFY(example.prompt != other.prompt);
            const auto length = static_cast<std::int64_t>(example.prompt.size() + example.answer.size());
            QVERIFY2(length <= context && length > context - 40, qPrintable(QString::number(length)));
            QCOMPARE(example.depth, static_cast<double>(index) / (count - 1));

            const std::string text = m_tokenizer->decode(example.prompt, false);
            QVERIFY(text.ends_with(example.question));
            QCOMPARE(m_tokenizer->decode(example.answer, false), example.expected);
            // Where the answer, or what it follows from, stands; and it stands there alone.
            const std::string subject = task == static_cast<int>(RecallTask::Arithmetic) ? example.question.substr(3, example.question.find(' ', 3) - 3) + " had" : example.question + (task == static_cast<int>(RecallTask::Copy) ? " " : "");
            const std::size_t told = text.find(subject);
            QVERIFY(told < text.size() - example.question.size());
            QVERIFY(index == 0 || told > before);
            before = told;
            if (task != static_cast<int>(RecallTask::Arithmetic)) {
                QVERIFY2(text.substr(told).find(example.expected) < subject.size() + 4, text.substr(told, 80).c_str());
                QVERIFY(text.find(subject, told + 1) == text.size() - example.question.size() || text.find(subject, told + 1) == std::string::npos);
            }
        }
    }

    void interval()
    {
        // Wilson (1927); the figures of 8 of 10, 0 of 20 and 20 of 20.
        const auto [low, high] = RecallScore { RecallTask::Needle, 8, 10 }.interval();
        QVERIFY(std::abs(low - 0.4902) < 1e-3 && std::abs(high - 0.9433) < 1e-3);
        QCOMPARE((RecallScore { RecallTask::Needle, 0, 20 }.interval().first), 0.0);
        QVERIFY(std::abs(RecallScore { RecallTask::Needle, 20, 20 }.interval().first - 0.8389) < 1e-3);
        QCOMPARE((RecallScore {}.interval()), (std::pair<double, double> { 0, 1 }));
    }

    /// What a window of recent tokens has evicted cannot be copied; a full cache answers as the model without a cache does.
    void evictionShows()
    {
        const auto model = CausalLm::load(*m_source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        const KvMethods methods = KvMethods::load();
        constexpr std::int64_t context = 192, count = 3;
        std::vector<KvCandidate> candidates { candidate(methods, "full", {}), candidate(methods, "streaming", { { "window", 48 }, { "sinks", 4 } }) };
        JobControl control;
        const auto results = recallThroughCaches(*model, *m_tokenizer, context, count, 1, methods, candidates, ignoreProgress(), control);
        BITLOOM_VERIFY(results);
        const at::NoGradGuard noGrad;
        std::int64_t written = 0;
        for (std::int64_t index = 0; index < count; ++index) {
            const RecallExample example = make(static_cast<int>(RecallTask::Copy), context, index, count, 1);
            std::vector<std::int32_t> tokens = example.prompt;
            for (std::size_t i = 0; i < example.answer.size(); ++i) { // as a person would see it written
                const auto next = model->forward(torch::tensor(tokens, torch::kInt32).to(torch::kInt64).unsqueeze(0))[0][-1].argmax().item<std::int64_t>();
                tokens.push_back(static_cast<std::int32_t>(next));
            }
            written += std::equal(example.answer.begin(), example.answer.end(), tokens.end() - static_cast<std::ptrdiff_t>(example.answer.size()));
        }
        const RecallScore &full = results->at(0).scores.at(2), &streaming = results->at(1).scores.at(2);
        QCOMPARE(full.task, RecallTask::Copy);
        QCOMPARE(full.correct, written);
        QVERIFY2(full.correct >= 2, qPrintable(QString::number(full.correct)));
        QVERIFY2(streaming.correct < full.correct, qPrintable(QString::number(streaming.correct)));
        QVERIFY(results->at(1).bytes < results->at(0).bytes);
        const nlohmann::json json = results->at(0);
        QCOMPARE(json.at("recall").at("copy").at("examples").get<int>(), 3);
    }

    void refusals()
    {
        const auto model = CausalLm::load(*m_source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        const KvMethods methods = KvMethods::load();
        JobControl control;
        for (const std::int64_t context : { std::int64_t { 64 }, m_source->config.contextLength + 1 }) {
            const auto refused = recallThroughCaches(*model, *m_tokenizer, context, 1, 1, methods, { candidate(methods, "full", {}) }, ignoreProgress(), control);
            QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        }
        control.cancel();
        const auto cancelled = recallThroughCaches(*model, *m_tokenizer, 192, 1, 1, methods, { candidate(methods, "full", {}) }, ignoreProgress(), control);
        QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
    }

private:
    RecallExample make(int task, std::int64_t context, std::int64_t index, std::int64_t count, std::uint64_t seed) const
    {
        return makeRecallExample(static_cast<RecallTask>(task), *m_tokenizer, context, index, count, seed);
    }

    static KvCandidate candidate(const KvMethods& methods, const std::string& id, const nlohmann::json& overrides)
    {
        const auto method = methods.require(id);
        const auto parameters = resolveParameters((*method)->describe(), overrides.is_null() ? nlohmann::json::object() : overrides);
        return { id, parameters ? *parameters : nlohmann::json::object() };
    }

    std::optional<ModelSource> m_source;
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

QTEST_GUILESS_MAIN(TestKvRecall)
#include "tst_kv_recall.moc"
