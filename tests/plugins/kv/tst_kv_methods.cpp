// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plugin_loader.h"
#include "core/kv/kv_cache.h"
#include "tests/core/kv/random_tokens.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <fstream>
#include <ggml.h>
#include <QtTest/QTest>

using namespace bitloom;
using namespace bitloom::kv;
using bitloom::test::oneLayer;
using bitloom::test::RandomTokens;

namespace {

const KvMethods& builtMethods()
{
    static const KvMethods methods = KvMethods::load();
    return methods;
}

Result<std::unique_ptr<KvCache>> cacheOf(const std::string& id, const CacheShape& shape, const nlohmann::json& overrides = nlohmann::json::object())
{
    BITLOOM_TRY(const KvMethod* method, builtMethods().require(id));
    BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(method->describe(), overrides));
    BITLOOM_TRY(CachePlan plan, method->plan(shape, parameters));
    return KvCache::create(shape, std::move(plan));
}

nlohmann::json golden(const char* name)
{
    std::ifstream file(test::sharedFolder() / "golden" / "kv" / name);
    return nlohmann::json::parse(file);
}

std::vector<std::int64_t> exactPositions(const SideStore& side)
{
    std::vector<std::int64_t> positions;
    for (std::int64_t p = 0; p < side.length(); ++p)
        if (side.isExact(p))
            positions.push_back(p);
    return positions;
}

}

class TestKvMethods : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void describeThemselves()
    {
        QCOMPARE(builtMethods().describe().size(), std::size_t(12));
        for (const MethodInfo& info : builtMethods().describe()) {
            QVERIFY2(info.summary.size() > 40 && info.summary.back() == '.', info.id.c_str());
            const KvMethod* method = builtMethods().find(info.id);
            const std::string budget = method->budgetParameter();
            bool found = budget.empty();
            for (const ParameterInfo& parameter : info.parameters) {
                QVERIFY2(parameter.help.size() > 20 && parameter.help.back() == '.', parameter.name.c_str());
                found |= parameter.name == budget && parameter.type == ParameterType::Integer && parameter.minimum && parameter.maximum;
            }
            QVERIFY2(found, info.id.c_str());
        }
    }

    /// The golden outputs are of the published codes' arithmetic in f32; ours has to give the same sets and the same numbers.
    void goldenOutputs_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<double>("allowed");
        QTest::newRow("full") << "full" << "full" << R"({"type": "f32"})" << 2e-6;
        QTest::newRow("kivi") << "kivi2_r16_g8" << "kivi" << R"({"group_keys": "8", "group_values": 8, "residual": 16, "exact_type": "f32"})" << 2e-6;
        QTest::newRow("logquant-paper") << "logquant2_token_g32_intzp" << "logquant-paper" << R"({"window": 4, "scale": "f32"})" << 2e-6;
    }
    void goldenOutputs()
    {
        BITLOOM_REQUIRE_SHARED();
        QFETCH(QString, name);
        QFETCH(QString, method);
        QFETCH(QString, parameters);
        QFETCH(double, allowed);
        const auto all = golden("kv_golden_vectors.json");
        const auto& expected = all.at("methods").at(name.toStdString());
        const CacheShape shape = oneLayer(4, 2, 32);
        RandomTokens tokens(shape, 0, 0);
        tokens.count = 64;
        tokens.keys = all.at("K").get<std::vector<float>>();
        tokens.values = all.at("V").get<std::vector<float>>();
        tokens.queries.assign(4 * 64 * 32, 0);
        const auto query = all.at("q").get<std::vector<float>>();
        for (int head = 0; head < 4; ++head)
            std::copy_n(query.begin() + head * 32, 32, tokens.queries.begin() + (head * 64 + 63) * 32);
        const auto cache = cacheOf(method.toStdString(), shape, nlohmann::json::parse(parameters.toStdString()));
        BITLOOM_VERIFY(cache);
        const auto out = tokens.through(**cache);
        BITLOOM_VERIFY(out);
        for (int head = 0; head < 2; ++head) {
            QCOMPARE(exactPositions((*cache)->head(0, 0, head).keys()), expected.at("kept_k").get<std::vector<std::int64_t>>());
            QCOMPARE(exactPositions((*cache)->head(0, 0, head).values()), expected.at("kept_v").get<std::vector<std::int64_t>>());
        }
        const auto numbers = expected.at("out").get<std::vector<float>>();
        for (int head = 0; head < 4; ++head)
            for (int c = 0; c < 32; ++c)
                QVERIFY(std::fabs((*out)[static_cast<std::size_t>((head * 64 + 63) * 32 + c)] - numbers[static_cast<std::size_t>(head * 32 + c)]) <= allowed);
    }

    void retainedSetsOfThePublishedCode()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto all = golden("logquant_retained.json");
        const CacheShape shape = oneLayer(1, 1, 8);
        const RandomTokens tokens(shape, 200, 1);
        int compared = 0;
        for (const auto& [window, lengths] : all.at("exact_at_step_sets").items()) {
            const auto cache = cacheOf("logquant-paper", shape, { { "window", std::stoi(window) }, { "group", 8 } });
            BITLOOM_VERIFY(cache);
            for (std::int64_t n = 1; n <= 200; ++n) {
                BITLOOM_VERIFY(tokens.slice(n - 1, 1).through(**cache));
                if (const auto found = lengths.find(std::to_string(n)); found != lengths.end()) {
                    QCOMPARE(exactPositions((*cache)->head(0, 0, 0).keys()), found->get<std::vector<std::int64_t>>());
                    QCOMPARE(exactPositions((*cache)->head(0, 0, 0).values()), found->get<std::vector<std::int64_t>>());
                    ++compared;
                }
            }
        }
        for (const auto& [window, lengths] : all.at("partial_sets").items()) {
            const auto cache = cacheOf("partial-logquant", shape, { { "window", std::stoi(window) }, { "group", 8 } });
            BITLOOM_VERIFY(cache);
            for (std::int64_t n = 1; n <= 200; ++n) {
                BITLOOM_VERIFY(tokens.slice(n - 1, 1).through(**cache));
                if (const auto found = lengths.find(std::to_string(n)); found != lengths.end()) {
                    QCOMPARE(exactPositions((*cache)->head(0, 0, 0).keys()), found->at("key").get<std::vector<std::int64_t>>());
                    QCOMPARE(exactPositions((*cache)->head(0, 0, 0).values()), found->at("value").get<std::vector<std::int64_t>>());
                    ++compared;
                }
            }
        }
        QVERIFY(compared > 1000);
    }

    /// Every method serves every position (but streaming, which drops), and comes near to exact attention.
    void comeNearExactAttention_data()
    {
        QTest::addColumn<double>("allowed");
        QTest::newRow("full") << 1e-3;
        QTest::newRow("streaming") << 1.2;
        QTest::newRow("kivi") << 0.6;
        QTest::newRow("logquant") << 0.6;
        QTest::newRow("logquant-paper") << 1.2;
        QTest::newRow("partial-logquant") << 1.2;
        QTest::newRow("asymkv") << 0.9;
        QTest::newRow("heavy-hitter") << 0.6;
        QTest::newRow("q8_0") << 0.03;
        QTest::newRow("q4_0") << 0.4;
        QTest::newRow("iq4_nl") << 0.4;
        QTest::newRow("guided") << 0.6;
    }
    void comeNearExactAttention()
    {
        QFETCH(double, allowed);
        CacheShape shape = oneLayer(6, 2, 64);
        const RandomTokens tokens(shape, 400, 41);
        const auto exact = cacheOf("full", shape, { { "type", "f32" } });
        BITLOOM_VERIFY(exact);
        const auto expected = tokens.through(**exact);
        BITLOOM_VERIFY(expected);
        const auto cache = cacheOf(QTest::currentDataTag(), shape);
        BITLOOM_VERIFY(cache);
        const auto out = tokens.through(**cache);
        BITLOOM_VERIFY(out);
        double error = 0, norm = 0;
        for (std::size_t i = 0; i < out->size(); ++i) {
            error += std::pow((*out)[i] - (*expected)[i], 2);
            norm += std::pow((*expected)[i], 2);
        }
        QVERIFY2(std::sqrt(error / norm) < allowed, qPrintable(QString::number(std::sqrt(error / norm))));
    }

    void roundAsGgmlDoes_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("q8_0") << int(GGML_TYPE_Q8_0);
        QTest::newRow("q4_0") << int(GGML_TYPE_Q4_0);
        QTest::newRow("iq4_nl") << int(GGML_TYPE_IQ4_NL);
    }
    void roundAsGgmlDoes()
    {
        QFETCH(int, type);
        const auto of = static_cast<ggml_type>(type);
        const CacheShape shape = oneLayer(1, 1, 64);
        const RandomTokens tokens(shape, 40, 43);
        // Exact rows are f16 before they are rounded.
        const auto cache = cacheOf(QTest::currentDataTag(), shape);
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY(tokens.through(**cache));
        int different = 0;
        for (std::int64_t p = 0; p < 39; ++p) {
            std::vector<float> row(64), read(64), expected(64);
            for (std::size_t c = 0; c < 64; ++c)
                row[c] = ggml_fp16_to_fp32(ggml_fp32_to_fp16(tokens.keys[static_cast<std::size_t>(p) * 64 + c]));
            std::vector<std::byte> packed(ggml_row_size(of, 64));
            ggml_quantize_chunk(of, row.data(), packed.data(), 0, 1, 64, nullptr);
            ggml_get_type_traits(of)->to_float(packed.data(), expected.data(), 64);
            QVERIFY((*cache)->head(0, 0, 0).keys().readRow(p, read.data()));
            for (std::size_t c = 0; c < 64; ++c)
                different += std::fabs(read[c] - expected[c]) > 1e-6F * std::fabs(expected[c]) + 1e-7F ? 1 : 0;
        }
        QCOMPARE(different, 0);
    }

    void refuseWhatCannotBe()
    {
        const auto refused = [](const std::string& id, const CacheShape& shape, const nlohmann::json& parameters, const std::string& part) {
            const auto cache = cacheOf(id, shape, parameters);
            if (cache || cache.error().message.find(part) == std::string::npos)
                qWarning("%s: %s", id.c_str(), cache ? "accepted" : cache.error().message.c_str());
            return !cache && cache.error().message.find(part) != std::string::npos;
        };
        QVERIFY(refused("kivi", oneLayer(1, 1, 64), { { "residual", 40 } }, "40 is not a multiple of the key group 32; 32 is"));
        QVERIFY(refused("logquant", oneLayer(1, 1, 64), { { "group_values", 48 } }, "48 channels does not fit the head size 64"));
        QVERIFY(refused("q8_0", oneLayer(1, 1, 48), nlohmann::json::object(), "head size 48"));
        QVERIFY(refused("logquant", oneLayer(1, 1, 64), { { "window", 0 } }, "window"));
        QVERIFY(!builtMethods().require("none"));
    }
};

QTEST_GUILESS_MAIN(TestKvMethods)
#include "tst_kv_methods.moc"
