// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config.h"
#include "core/model/gguf_source.h"
#include "core/model/rope.h"
#include "tests/support/shared_data.h"

#include <cmath>

using namespace bitloom;
using Json = nlohmann::json;

class ConfigTest : public QObject
{
    Q_OBJECT

    static Json good()
    {
        return Json { { "model_type", "llama" }, { "vocab_size", 100 }, { "hidden_size", 64 }, { "intermediate_size", 96 }, { "num_hidden_layers", 2 }, { "num_attention_heads", 4 } };
    }

private Q_SLOTS:
    void defaults()
    {
        const auto config = parseModelConfig(good(), "config.json");
        BITLOOM_VERIFY(config);
        QCOMPARE(config->keyValueHeads, 4);
        QCOMPARE(config->headSize, 16);
        QCOMPARE(config->normEpsilon, 1e-6);
        QCOMPARE(config->ropeBase, 10000.0);
        QVERIFY(!config->tiedEmbeddings && !config->attentionBias && !config->outputBias && !config->queryKeyNorm && !config->slidingWindow && !config->ropeScaling);
        QVERIFY(config->original == good());
    }

    void ropeScalingOldAndNew()
    {
        Json json = good();
        json["rope_theta"] = 500000.0;
        json["rope_scaling"] = { { "rope_type", "llama3" }, { "factor", 32.0 }, { "low_freq_factor", 1.0 }, { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192 } };
        const auto older = parseModelConfig(json, "c");
        BITLOOM_VERIFY(older);
        QCOMPARE(older->ropeScaling->type, std::string("llama3"));
        QCOMPARE(older->ropeScaling->factor, 32.0);
        json["rope_parameters"] = json["rope_scaling"];
        json["rope_parameters"]["rope_theta"] = 1234.0;
        json.erase("rope_scaling");
        json.erase("rope_theta");
        const auto newer = parseModelConfig(json, "c");
        BITLOOM_VERIFY(newer);
        QCOMPARE(newer->ropeBase, 1234.0);
        QCOMPARE(newer->ropeScaling->originalContextLength, 8192);
        json = good();
        json["rope_scaling"] = { { "type", "linear" }, { "factor", 2.0 } };
        QCOMPARE(parseModelConfig(json, "c")->ropeScaling->type, std::string("linear"));
    }

    void slidingWindows()
    {
        Json json = good();
        json["model_type"] = "mistral";
        json["num_key_value_heads"] = 2;
        QCOMPARE(*parseModelConfig(json, "c")->slidingWindow, 4096);
        json["sliding_window"] = nullptr;
        QVERIFY(!parseModelConfig(json, "c")->slidingWindow);
        json["sliding_window"] = 33;
        QCOMPARE(*parseModelConfig(json, "c")->slidingWindow, 33);
        json["model_type"] = "qwen2";
        QVERIFY(!parseModelConfig(json, "c")->slidingWindow);
        json["use_sliding_window"] = true;
        json["max_window_layers"] = 0;
        QCOMPARE(*parseModelConfig(json, "c")->slidingWindow, 33);
        json["max_window_layers"] = 1;
        QVERIFY(parseModelConfig(json, "c").error().code == ErrorCode::Unsupported);
        json["layer_types"] = { "sliding_attention", "full_attention" };
        QVERIFY(parseModelConfig(json, "c").error().code == ErrorCode::Unsupported);
        json["layer_types"] = { "full_attention", "full_attention" };
        QVERIFY(!parseModelConfig(json, "c")->slidingWindow);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* change, const char* says) { QTest::newRow(change) << QByteArray(change) << says; };
        row(R"({"model_type": "gemma3"})", "\"gemma3\" is not supported");
        row(R"({"model_type": null})", "model_type");
        row(R"({"model_type": 3})", "model_type");
        row(R"({"vocab_size": null})", "\"vocab_size\" is missing");
        row(R"({"hidden_size": -64})", "hidden_size");
        row(R"({"hidden_size": 18446744073709551615})", "hidden_size");
        row(R"({"hidden_size": 64.5})", "hidden_size");
        row(R"({"hidden_size": "64"})", "hidden_size");
        row(R"({"hidden_size": 66})", "multiple");
        row(R"({"num_hidden_layers": 0})", "num_hidden_layers");
        row(R"({"num_hidden_layers": 1000000000})", "num_hidden_layers");
        row(R"({"num_attention_heads": 0})", "num_attention_heads");
        row(R"({"num_key_value_heads": 3})", "not a multiple");
        row(R"({"head_dim": 15})", "halve");
        row(R"({"hidden_act": "gelu"})", "\"gelu\"");
        row(R"({"mlp_bias": true})", "mlp_bias");
        row(R"({"tie_word_embeddings": "yes"})", "tie_word_embeddings");
        row(R"({"rms_norm_eps": -1})", "rms_norm_eps");
        row(R"({"rope_theta": 0})", "rope_theta");
        row(R"({"rope_scaling": {"rope_type": "yarn", "factor": 4}})", "\"yarn\"");
        row(R"({"rope_scaling": {"type": "dynamic", "factor": 4}})", "\"dynamic\"");
        row(R"({"rope_scaling": {"type": "linear"}})", "factor");
        row(R"({"rope_scaling": {"type": "linear", "factor": 0}})", "factor");
        row(R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1}})", "larger");
        row(R"({"rope_scaling": 5})", "not an object");
        row(R"({"partial_rotary_factor": 0.5})", "partial_rotary_factor");
        row(R"({"quantization_config": {"quant_method": "awq"}})", "\"awq\"");
        row(R"({"bos_token_id": "x"})", "bos_token_id");
    }

    void refused()
    {
        QFETCH(QByteArray, change);
        QFETCH(QString, says);
        Json json = good();
        json.update(Json::parse(change.toStdString()));
        const auto config = parseModelConfig(json, "folder/config.json");
        QVERIFY(!config);
        const QString message = QString::fromStdString(config.error().message);
        QVERIFY2(message.contains(says) && message.contains("folder/config.json"), qPrintable(message));
    }

    void notAnObject() { QVERIFY(!parseModelConfig(Json::array(), "c")); }

    void linearLayersAndTensors()
    {
        Json json = good();
        json["num_key_value_heads"] = 2;
        json["head_dim"] = 24;
        json["attention_bias"] = true;
        const auto config = parseModelConfig(json, "c");
        BITLOOM_VERIFY(config);
        const auto layers = linearLayers(*config);
        QCOMPARE(layers.size(), 14u);
        QCOMPARE(layers[8].name, std::string("model.layers.1.self_attn.k_proj"));
        QCOMPARE(layers[8].out, 48);
        QCOMPARE(layers[3].in, 96);
        QCOMPARE(layers[13].in, 96);
        const auto tensors = expectedTensors(*config);
        QCOMPARE(tensors.size(), 3u + 2 * (2 + 7 + 4));
    }

    void ggufNames()
    {
        QCOMPARE(huggingFaceName("blk.12.attn_q.weight"), std::string("model.layers.12.self_attn.q_proj.weight"));
        QCOMPARE(huggingFaceName("blk.0.attn_k.bias"), std::string("model.layers.0.self_attn.k_proj.bias"));
        QCOMPARE(huggingFaceName("output.weight"), std::string("lm_head.weight"));
        QCOMPARE(huggingFaceName("output_norm.weight"), std::string("model.norm.weight"));
        for (const char* name : { "rope_freqs.weight", "blk.x.attn_q.weight", "blk.01.attn_q.weight", "blk.1attn_q.weight", "blk.1", "blk.", "", "blk.99999999999.attn_q.weight", "blk.1.attn_q.scale" })
            QVERIFY2(huggingFaceName(name).empty(), name);
        for (const auto& tensor : expectedTensors(*parseModelConfig(good(), "c")))
            QCOMPARE(huggingFaceName(ggufName(tensor.name)), tensor.name);
    }

    void headPermutationIsInvertible()
    {
        const torch::Tensor rows = torch::arange(24 * 3).reshape({ 24, 3 });
        const torch::Tensor pairs = headHalvesToPairs(rows, 2);
        // GGUF row 2i + s of a head is Hugging Face row s * half + i
        QVERIFY(pairs[1].equal(rows[6]));
        QVERIFY(pairs[2].equal(rows[1]));
        QVERIFY(pairs[12 + 3].equal(rows[12 + 7]));
        QVERIFY(headPairsToHalves(pairs, 2).equal(rows));
    }

    void inverseFrequenciesAreScaled()
    {
        const auto plain = inverseFrequencies(64, 10000, std::nullopt);
        QCOMPARE(plain.size(), 32u);
        QCOMPARE(plain[0], 1.0);
        QVERIFY(std::abs(plain[16] - 0.01) < 1e-12);
        const auto linear = inverseFrequencies(64, 10000, RopeScaling { .type = "linear", .factor = 4 });
        QCOMPARE(linear[5], plain[5] / 4);
        const auto llama3 = inverseFrequencies(64, 500000, RopeScaling { .type = "llama3", .factor = 8 });
        const auto base = inverseFrequencies(64, 500000, std::nullopt);
        QCOMPARE(llama3.front(), base.front());
        QCOMPARE(llama3.back(), base.back() / 8);
        for (std::size_t i = 1; i < llama3.size(); ++i)
            QVERIFY(llama3[i] < llama3[i - 1]);
    }
};

QTEST_GUILESS_MAIN(ConfigTest)
#include "tst_config.moc"
