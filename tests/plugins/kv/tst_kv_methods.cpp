// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plugin_loader.h"
#include "core/kv/calibrated_layers.h"
#include "core/kv/channel_statistics.h"
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

/// `overrides` may have "layers", as calibration leaves them.
Result<std::unique_ptr<KvCache>> cacheOf(const std::string& id, const CacheShape& shape, nlohmann::json overrides = nlohmann::json::object(),
    std::pmr::memory_resource* memory = std::pmr::new_delete_resource())
{
    BITLOOM_TRY(const KvMethod* method, builtMethods().require(id));
    const nlohmann::json layers = overrides.value("layers", nlohmann::json());
    overrides.erase("layers");
    BITLOOM_TRY(nlohmann::json parameters, resolveParameters(method->describe(), overrides));
    if (!layers.is_null())
        parameters["layers"] = layers;
    BITLOOM_TRY(CachePlan plan, method->plan(shape, parameters));
    return KvCache::create(shape, std::move(plan), memory);
}

/// What calibration finds where these tokens are every layer's.
nlohmann::json calibrated(const RandomTokens& tokens, Transform (ChannelStatistics::*transform)() const)
{
    nlohmann::json layer;
    for (const bool keys : { true, false }) {
        ChannelStatistics statistics(tokens.shape.keyValueHeads, tokens.shape.headSize);
        statistics.add((keys ? tokens.keys : tokens.values).data(), tokens.count);
        layer[keys ? "keys" : "values"] = transformJson((statistics.*transform)());
    }
    return nlohmann::json(static_cast<std::size_t>(tokens.shape.layers), layer);
}

/// The overrides that a method needs to be used at all, and options under a name of their own: "method+option".
std::pair<std::string, nlohmann::json> named(const std::string& name, const RandomTokens& tokens)
{
    const std::size_t plus = name.find('+');
    const std::string id = name.substr(0, plus), option = plus == std::string::npos ? "" : name.substr(plus + 1);
    nlohmann::json overrides = nlohmann::json::object();
    if (id == "wkvquant" || option == "smoothing")
        overrides = { { "smoothing", true }, { "layers", calibrated(tokens, &ChannelStatistics::smoothing) } };
    else if (id == "decoquant")
        overrides["layers"] = calibrated(tokens, &ChannelStatistics::decomposition);
    else if (option == "searched")
        overrides["layers"] = nlohmann::json(static_cast<std::size_t>(tokens.shape.layers), { { "bits_keys", 3 }, { "bits_values", 1 } });
    else if (!option.empty() && option != "bytes")
        overrides[option] = true;
    if (option == "bytes")
        overrides["metadata"] = "bytes";
    return { id, overrides };
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
        QCOMPARE(builtMethods().describe().size(), std::size_t(14));
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
        double largest = 0;
        for (int head = 0; head < 4; ++head)
            for (int c = 0; c < 32; ++c)
                largest = std::max(largest, double(std::fabs((*out)[static_cast<std::size_t>((head * 64 + 63) * 32 + c)] - numbers[static_cast<std::size_t>(head * 32 + c)])));
        QVERIFY2(largest <= allowed, qPrintable(QString("differs by %1").arg(largest)));
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
        QTest::newRow("wkvquant") << 0.15;
        QTest::newRow("decoquant") << 0.5;
        QTest::newRow("kivi+smoothing") << 0.6;
        QTest::newRow("logquant+bytes") << 0.6;
        QTest::newRow("asymkv+searched") << 0.9;
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
        const auto [id, overrides] = named(QTest::currentDataTag(), tokens);
        const auto cache = cacheOf(id, shape, overrides);
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

    /// Bytes that are reported are bytes that are allocated; every position is served, once; a text cut into calls is the text in one call.
    void keepThePromisesOfTheStore_data()
    {
        QTest::addColumn<int>("none"); // the row's name says all
        for (const MethodInfo& info : builtMethods().describe())
            QTest::newRow(info.id.c_str()) << 0;
        for (const char* name : { "kivi+smoothing", "kivi+bytes", "logquant+smoothing", "logquant+bytes", "heavy-hitter+bytes", "asymkv+searched", "asymkv+bytes", "wkvquant+bytes" })
            QTest::newRow(name) << 0;
    }
    void keepThePromisesOfTheStore()
    {
        CacheShape shape = oneLayer(6, 2, 64);
        shape.layers = 2;
        const RandomTokens tokens(shape, 400, 47);
        const auto [id, overrides] = named(QTest::currentDataTag(), tokens);
        CountingResource memory(std::pmr::new_delete_resource());
        {
            const auto whole = cacheOf(id, shape, overrides), cut = cacheOf(id, shape, overrides, &memory);
            BITLOOM_VERIFY(whole);
            BITLOOM_VERIFY(cut);
            for (int layer = 0; layer < 2; ++layer) {
                const auto expected = tokens.through(**whole, layer);
                BITLOOM_VERIFY(expected);
                std::int64_t done = 0;
                for (const std::int64_t count : { 90, 1, 1, 130, 33, 145 }) {
                    const auto out = tokens.slice(done, count).through(**cut, layer);
                    BITLOOM_VERIFY(out);
                    for (int head = 0; head < 6; ++head)
                        for (std::int64_t i = 0; i < count * 64; ++i)
                            QCOMPARE((*out)[static_cast<std::size_t>(head * count * 64 + i)], (*expected)[static_cast<std::size_t>((head * 400 + done) * 64 + i)]);
                    done += count;
                    QCOMPARE((*cut)->bytes(), memory.bytes());
                }
                QCOMPARE(done, std::int64_t(400));
            }
            QCOMPARE((*cut)->bytes(), (*whole)->bytes());
            const HeadCache& head = (*cut)->head(1, 0, 1);
            for (const SideStore* side : { &head.keys(), &head.values() }) {
                std::vector<int> served(400);
                for (std::size_t slab = 0; slab < side->slabs(); ++slab)
                    for (int slot = 0; slot < SideStore::slabSlots; ++slot)
                        if (const auto position = side->slabPositions(slab)[slot]; position >= 0)
                            ++served[static_cast<std::size_t>(position)];
                for (std::int64_t p = 0; p < 400; ++p) {
                    std::vector<float> row(64);
                    if (!side->isExact(p))
                        served[static_cast<std::size_t>(p)] += side->readRow(p, row.data()) ? 1 : 0;
                    QCOMPARE(served[static_cast<std::size_t>(p)], id == "streaming" && !side->isExact(p) ? 0 : 1);
                }
            }
        }
        QCOMPARE(memory.bytes(), std::int64_t(0));
    }

    /// One byte each for scale and minimum instead of two, and four bytes for the page.
    void byteSizedMetadataIsCountedAsSuch()
    {
        const CacheShape shape = oneLayer(2, 1, 64);
        const RandomTokens tokens(shape, 4096, 49);
        std::int64_t bytes[2] = {};
        for (const bool small : { false, true }) {
            const auto cache = cacheOf("kivi", shape, { { "metadata", small ? "bytes" : "f16" }, { "residual", 32 } });
            BITLOOM_VERIFY(cache);
            BITLOOM_VERIFY((*cache)->append(tokens.layer()));
            const std::size_t codes = 32 * 64 * 2 / 8; // of a page of 32 positions: 64 groups of keys, 32 of values
            QCOMPARE((*cache)->head(0, 0, 0).keys().layout().bytes(), small ? codes + 4 + 64 * 2 : codes + 64 * 4);
            QCOMPARE((*cache)->head(0, 0, 0).values().layout().bytes(), small ? codes + 4 + 32 * 2 : codes + 32 * 4);
            bytes[small ? 1 : 0] = (*cache)->bytes();
        }
        // The newest page or two are not packed, and of byte-sized values a page more waits until it is whole.
        const std::int64_t saved = 4096 / 32 * (64 * 2 + 32 * 2 - 2 * 4);
        QVERIFY2(bytes[0] - bytes[1] > saved * 6 / 10 && bytes[0] - bytes[1] <= saved, qPrintable(QString::number(bytes[0] - bytes[1])));
    }

    /// Static smoothing is what tokens with strong channels need: fewer levels are lost to the strongest.
    void smoothingHelpsTokenGrids()
    {
        const CacheShape shape = oneLayer(6, 2, 64);
        const RandomTokens tokens(shape, 400, 51);
        const auto exact = cacheOf("full", shape, { { "type", "f32" } });
        BITLOOM_VERIFY(exact);
        const auto expected = tokens.through(**exact);
        BITLOOM_VERIFY(expected);
        double errors[2] = {};
        for (const bool smoothing : { false, true }) {
            nlohmann::json overrides = { { "smoothing", smoothing }, { "bits_keys", "3" }, { "bits_values", "8" } };
            if (smoothing)
                overrides["layers"] = calibrated(tokens, &ChannelStatistics::smoothing);
            const auto cache = cacheOf("wkvquant", shape, overrides);
            BITLOOM_VERIFY(cache);
            const auto out = tokens.through(**cache);
            BITLOOM_VERIFY(out);
            for (std::size_t i = 0; i < out->size(); ++i)
                errors[smoothing ? 1 : 0] += std::pow((*out)[i] - (*expected)[i], 2);
        }
        QVERIFY2(errors[1] < 0.5 * errors[0], qPrintable(QString("%1 %2").arg(errors[0]).arg(errors[1])));
    }

    /// X = (U √S)(√S Vᵀ): the columns of what is stored have the singular values as squared lengths, and are orthogonal.
    void decompositionIsBalanced()
    {
        const RandomTokens tokens(oneLayer(2, 1, 32), 200, 53);
        ChannelStatistics statistics(1, 32);
        statistics.add(tokens.keys.data(), 200);
        const Transform transform = statistics.decomposition();
        constexpr int run = ChannelStatistics::run;
        QCOMPARE(transform.mixSize, run);
        std::vector<double> products(run * run), mixes(run * run);
        for (int i = 0; i < run; ++i)
            for (int j = 0; j < run; ++j)
                for (int k = 0; k < run; ++k)
                    mixes[static_cast<std::size_t>(i * run + j)] += double(transform.mix[static_cast<std::size_t>(i * run + k)]) * transform.mix[static_cast<std::size_t>(j * run + k)];
        for (std::size_t row = 0; row < tokens.keys.size() / run; ++row) {
            std::vector<double> stored(run), back(run);
            for (std::size_t j = 0; j < run; ++j)
                for (std::size_t i = 0; i < run; ++i)
                    stored[j] += double(tokens.keys[row * run + i]) * transform.unmix[i * run + j];
            for (std::size_t j = 0; j < run; ++j) {
                for (std::size_t i = 0; i < run; ++i) {
                    back[j] += stored[i] * transform.mix[i * run + j];
                    products[i * run + j] += stored[i] * stored[j];
                }
                QVERIFY(std::fabs(back[j] - tokens.keys[row * run + j]) < 1e-3);
            }
        }
        for (int i = 0; i < run; ++i)
            for (int j = 0; j < run; ++j) {
                const auto at = static_cast<std::size_t>(i * run + j);
                const double size = std::sqrt(mixes[static_cast<std::size_t>(i * run + i)] * mixes[static_cast<std::size_t>(j * run + j)]);
                QVERIFY(std::fabs(products[at] - mixes[at]) < 1e-3 * size); // both are S
                QVERIFY(i == j || std::fabs(mixes[at]) < 1e-3 * size);
            }
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
        const CacheShape shape = oneLayer(1, 1, 64);
        const RandomTokens tokens(shape, 40, 55);
        QVERIFY(refused("kivi", shape, { { "smoothing", true } }, "kivi: static smoothing needs the ranges"));
        QVERIFY(refused("wkvquant", shape, nlohmann::json::object(), "wkvquant: static smoothing needs the ranges"));
        QVERIFY(refused("decoquant", shape, nlohmann::json::object(), "decomposed first"));
        QVERIFY(refused("decoquant", oneLayer(1, 1, 40), nlohmann::json::object(), "16 channels do not fit the head size 40"));
        nlohmann::json layers = calibrated(tokens, &ChannelStatistics::smoothing);
        layers[0]["keys"]["scale"][3] = -1;
        QVERIFY(refused("kivi", shape, { { "smoothing", true }, { "layers", layers } }, "layers[0].keys.scale of the configuration has the number -1"));
        layers[0]["keys"].erase("shift");
        QVERIFY(refused("kivi", shape, { { "smoothing", true }, { "layers", layers } }, "'shift' and 'scale' of 64 numbers"));
        layers.push_back(layers[0]);
        QVERIFY(refused("kivi", shape, { { "smoothing", true }, { "layers", layers } }, "describes 2 layers, the model has 1"));
        layers = calibrated(tokens, &ChannelStatistics::decomposition);
        layers[0]["values"]["mix"][0] = 1e6;
        QVERIFY(refused("decoquant", shape, { { "layers", layers } }, "orthogonal rows"));
        QVERIFY(refused("asymkv", shape, { { "layers", { { { "bits_keys", 5 }, { "bits_values", 2 } } } } }, "layers[0].bits_keys of the configuration must be 1, 2, 3, 4 or 8"));
    }
};

QTEST_GUILESS_MAIN(TestKvMethods)
#include "tst_kv_methods.moc"
