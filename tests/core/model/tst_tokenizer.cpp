// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "core/model/model_source.h"
#include "core/model/tokenizer.h"
#include "tests/core/model/tokenizer_cases.h"
#include "tests/support/python_oracle.h"
#include "tests/support/shared_data.h"

#include <fstream>
#include <gguf.h>
#include <QTemporaryDir>
#include <random>

using namespace bitloom;
namespace fs = std::filesystem;
using Json = nlohmann::json;

class TokenizerTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    static QString oracle() { return QString::fromStdString((bitloom::test::sourceFolder() / "tests/interop/oracles/model_oracle.py").string()); }
    static QString text(const fs::path& path) { return QString::fromStdString(path.string()); }
    static fs::path stories() { return bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf"; }

    static std::vector<std::string> texts()
    {
        std::vector<std::string> all { "", " ", "  ", "\n", "\n\n\n", "\t x", "Hello, world!", " leading", "trailing ", "a  b   c    d", "don't I'll WE'VE they'd", "DON'T",
            "12345 6 78.9e-10 2024-01-02", "x1y22z333", "\xC3\xBC" "ber Stra\xC3\x9F" "e na\xC3\xAFve", "\xE4\xBD\xA0\xE5\xA5\xBD\xEF\xBC\x8C\xE4\xB8\x96\xE7\x95\x8C",
            "\xF0\x9F\x98\x80\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xD0\xBC\xD0\xB8\xD1\x80!",
            "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 \xD9\xA1\xD9\xA2\xD9\xA3", "e\xCC\x81 combining", "nbsp\xC2\xA0here\xE2\x80\x83" "em", "zero\xE2\x80\x8Bwidth",
            "def f(x):\n    return x ** 2  # comment\n\n\tpass\r\nend", "{\"key\": [1, 2, {\"a\": null}]}", "https://example.org/a?b=c&d=%20", "!!!???...---___", "a\xE2\x96\x81" "b",
            "<|im_start|>user\nhi<|im_end|>", "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87", "\x01\x02 control", "CamelCaseAndSCREAMING_SNAKE" };
        if (!bitloom::test::sharedFolder().empty()) {
            std::ifstream file(bitloom::test::sharedFolder() / "data/wikitext2-test.txt", std::ios::binary);
            std::string wiki(60000, '\0');
            file.read(wiki.data(), std::streamsize(wiki.size()));
            wiki.resize(wiki.rfind('\n'));
            all.push_back(wiki);
        }
        return all;
    }

    /// Our ids against those of transformers for the same files.
    void compare(const Tokenizer& tokenizer, const fs::path& asked, const std::vector<std::string>& given)
    {
        std::ofstream(path("texts.json")) << Json(given).dump();
        const QString problem = bitloom::test::runOracle(oracle(), { "tokens", text(asked), text(path("texts.json")), text(path("ids.json")) });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const Json ids = Json::parse(readTextFile(path("ids.json")).value());
        QCOMPARE(ids.size(), given.size());
        std::size_t count = 0;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const auto actual = tokenizer.encode(given[i], false, true);
            const auto expected = ids[i].get<std::vector<std::int32_t>>();
            QVERIFY2(actual == expected, qPrintable(QString("'%1': %2 against %3").arg(QString::fromStdString(given[i]).left(60), QString::fromStdString(Json(actual).dump()).left(200), QString::fromStdString(Json(expected).dump()).left(200))));
            count += actual.size();
        }
        qInfo("%zu tokens of %zu texts agree", count, given.size());
    }

    fs::path byteLevelFolder(const char* name)
    {
        const auto demo = openModel("demo");
        if (!demo)
            return {};
        const QString problem = bitloom::test::runOracle(oracle(), { "tokenizer", text(demo->path), text(path(name)) });
        return problem.isEmpty() ? path(name) : fs::path();
    }

    static void edit(const fs::path& file, const std::function<void(Json&)>& change)
    {
        Json json = Json::parse(readTextFile(file).value());
        change(json);
        std::ofstream(file, std::ios::trunc) << json.dump();
    }

private Q_SLOTS:
    void demoAgainstTransformers()
    {
        BITLOOM_REQUIRE_ORACLE();
        const auto demo = openModel("demo");
        if (!demo)
            QSKIP("the demo model is not installed");
        const auto tokenizer = demo->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        QCOMPARE((*tokenizer)->kind(), std::string("byte-level BPE"));
        QCOMPARE((*tokenizer)->vocabularySize(), 49152);
        QCOMPARE((*tokenizer)->eosToken(), 2);
        QVERIFY((*tokenizer)->isEndOfGeneration(2) && !(*tokenizer)->isEndOfGeneration(1000) && !(*tokenizer)->isEndOfGeneration(-1) && !(*tokenizer)->isEndOfGeneration(1 << 30));
        QVERIFY(!(*tokenizer)->addsBos());
        // transformers forgets the digit splitting when it converts a GGUF; the published tokenizer.json has it
        const fs::path folder = byteLevelFolder("demo");
        QVERIFY(!folder.empty());
        edit(folder / "tokenizer.json", [](Json& json) {
            json["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", { { { "type", "Digits" }, { "individual_digits", true } }, json["pre_tokenizer"] } } };
        });
        compare(**tokenizer, folder, texts());
        const auto prompt = (*tokenizer)->chatPrompt("Hi there");
        BITLOOM_VERIFY(prompt);
        QVERIFY2(prompt->find("<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n") != std::string::npos, prompt->c_str());
        QCOMPARE((*tokenizer)->encode("<|im_start|>", false, true).size(), 1u);
        QVERIFY((*tokenizer)->encode("<|im_start|>", false, false).size() > 1u);
    }

    void byteLevelFolders_data()
    {
        QTest::addColumn<QByteArray>("preTokenizer");
        QTest::addColumn<bool>("ignoreMerges");
        for (const auto& row : bitloom::test::preTokenizers())
            QTest::newRow(row.name) << QByteArray(row.json.c_str()) << row.ignoreMerges;
    }

    void byteLevelFolders()
    {
        BITLOOM_REQUIRE_ORACLE();
        QFETCH(QByteArray, preTokenizer);
        QFETCH(bool, ignoreMerges);
        const fs::path folder = byteLevelFolder("bytes");
        if (folder.empty())
            QSKIP("the demo model is not installed");
        edit(folder / "tokenizer.json", [&](Json& json) {
            json["pre_tokenizer"] = Json::parse(preTokenizer.toStdString());
            json["model"]["ignore_merges"] = ignoreMerges;
        });
        const auto tokenizer = loadFolderTokenizer(folder);
        BITLOOM_VERIFY(tokenizer);
        QCOMPARE((*tokenizer)->bosToken(), 1);
        compare(**tokenizer, folder, texts());
        // and through the keys that an exported GGUF would carry
        gguf_context* context = gguf_init_empty();
        BITLOOM_VERIFY(writeVocabularyKeys(folder, 49200, context));
        QCOMPARE(gguf_get_arr_n(context, gguf_find_key(context, "tokenizer.ggml.tokens")), 49200u);
        QVERIFY(gguf_find_key(context, "tokenizer.chat_template") >= 0);
        gguf_free(context);
        QVERIFY(!writeVocabularyKeys(folder, 100, nullptr));
    }

    void sentencePieceFolder()
    {
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_ORACLE();
        const QString problem = bitloom::test::runOracle(oracle(), { "tokenizer", text(stories()), text(path("pieces")) });
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto own = loadGgufTokenizer(stories()), folder = loadFolderTokenizer(path("pieces"));
        BITLOOM_VERIFY(own);
        BITLOOM_VERIFY(folder);
        QCOMPARE((*folder)->kind(), std::string("SentencePiece BPE"));
        QCOMPARE((*folder)->vocabularySize(), 512);
        QVERIFY((*folder)->addsBos());
        QCOMPARE((*folder)->bosToken(), 1);
        QCOMPARE((*folder)->encode("a", true, false).front(), 1);
        QVERIFY((*folder)->encode("a", false, false).front() != 1);
        compare(**folder, path("pieces"), texts());
        for (const std::string& given : texts())
            if (!given.starts_with(' ')) // this tokenizer.json adds no second space, llama.cpp's own reading of the GGUF does
                QVERIFY2((*own)->encode(given, false, false) == (*folder)->encode(given, false, false), given.substr(0, 60).c_str());
    }

    void decodingGivesTheTextBack()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto tokenizer = loadGgufTokenizer(stories());
        BITLOOM_VERIFY(tokenizer);
        for (const char* given : { "Once upon a time", " two  spaces", "line\nbreak", "\xE4\xBD\xA0" }) {
            std::string back = (*tokenizer)->decode((*tokenizer)->encode(given, false, false), false);
            if (back.starts_with(' ') && !std::string(given).starts_with(' '))
                back.erase(0, 1); // SentencePiece's own prefix
            QVERIFY2(back == given || back == std::string(" ") + given, back.c_str());
        }
        QCOMPARE((*tokenizer)->decode({ 1 << 30 }, false), std::string());
        QCOMPARE((*tokenizer)->decode({ -5 }, false), std::string());
        QVERIFY(!(*tokenizer)->chatPrompt("x")); // no template
        QVERIFY(!(*tokenizer)->encode("broken \xFF\xC3 bytes", false, false).empty());
    }

    void refusedFolders_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QString>("says");
        for (const auto& row : bitloom::test::refusedTokenizers())
            QTest::newRow(row.name) << QByteArray(row.change.c_str()) << QString::fromStdString(row.says);
    }

    void refusedFolders()
    {
        QFETCH(QByteArray, change);
        QFETCH(QString, says);
        Json json { { "model", { { "type", "BPE" }, { "vocab", { { "a", 0 }, { "b", 1 }, { "ab", 2 } } }, { "merges", { "a b" } } } },
            { "pre_tokenizer", { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "use_regex", true } } }, { "added_tokens", Json::array() } };
        fs::create_directories(path("small"));
        std::ofstream(path("small") / "tokenizer.json", std::ios::trunc) << json.dump();
        BITLOOM_VERIFY(loadFolderTokenizer(path("small")));
        json.merge_patch(Json::parse(change.toStdString()));
        std::ofstream(path("small") / "tokenizer.json", std::ios::trunc) << json.dump();
        const auto tokenizer = loadFolderTokenizer(path("small"));
        QVERIFY(!tokenizer);
        const QString message = QString::fromStdString(tokenizer.error().message);
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.contains("tokenizer.json"), qPrintable(message));
    }

    void noTokenizer()
    {
        fs::create_directories(path("bare"));
        QVERIFY(loadFolderTokenizer(path("bare")).error().code == ErrorCode::NotFound);
        std::ofstream(path("bare") / "tokenizer.model") << "x";
        QVERIFY(loadFolderTokenizer(path("bare")).error().code == ErrorCode::Unsupported);
        std::ofstream(path("bare") / "tokenizer.json") << "{\"model\": {";
        QVERIFY(loadFolderTokenizer(path("bare")).error().code == ErrorCode::InvalidInput);
    }

    void lyingGgufVocabulary_data()
    {
        QTest::addColumn<int>("lie");
        for (int lie = 0; lie < 9; ++lie)
            QTest::addRow("%d", lie) << lie;
    }

    /// What llama.cpp would index without looking must be refused before it sees it.
    void lyingGgufVocabulary()
    {
        QFETCH(int, lie);
        gguf_context* context = gguf_init_empty();
        const bool bytes = lie >= 5;
        gguf_set_val_str(context, "tokenizer.ggml.model", lie == 4 ? "bert" : bytes ? "gpt2" : "llama");
        const char* tokens[] = { "<unk>", "<s>", "</s>", "a", lie == 0 ? "a" : "b", "ab" };
        gguf_set_arr_str(context, "tokenizer.ggml.tokens", tokens, 6);
        const float scores[] = { 0, 0, 0, -1, -2, lie == 3 ? NAN : -3 };
        gguf_set_arr_data(context, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores, lie == 1 ? 2 : 6);
        const std::int32_t types[] = { 2, 3, 3, 1, 1, 1 };
        gguf_set_arr_data(context, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types, lie == 2 ? 3 : 6);
        const char* merges[] = { lie == 5 ? "ab" : "a b" };
        if (bytes && lie != 6)
            gguf_set_arr_str(context, "tokenizer.ggml.merges", merges, 1);
        if (bytes && lie != 7)
            gguf_set_val_str(context, "tokenizer.ggml.pre", "no-such-thing");
        if (lie == 8)
            gguf_set_val_u32(context, "tokenizer.ggml.eos_token_id", 77);
        const fs::path file = path("lie.gguf");
        QVERIFY(gguf_write_to_file(context, file.c_str(), false));
        gguf_free(context);
        const auto tokenizer = loadGgufTokenizer(file);
        QVERIFY(!tokenizer);
        const QString message = QString::fromStdString(tokenizer.error().message);
        QVERIFY2(message.contains("lie.gguf") && !message.contains('\n'), qPrintable(message));
        qInfo("%s", qPrintable(message));
    }

    void unknownPreTokenizerIsNamed()
    {
        gguf_context* context = gguf_init_empty();
        gguf_set_val_str(context, "tokenizer.ggml.model", "gpt2");
        gguf_set_val_str(context, "tokenizer.ggml.pre", "no-such-thing");
        const char* tokens[] = { "a", "b", "ab" };
        gguf_set_arr_str(context, "tokenizer.ggml.tokens", tokens, 3);
        const char* merges[] = { "a b" };
        gguf_set_arr_str(context, "tokenizer.ggml.merges", merges, 1);
        QVERIFY(gguf_write_to_file(context, path("pre.gguf").c_str(), false));
        gguf_free(context);
        const auto tokenizer = loadGgufTokenizer(path("pre.gguf"));
        QVERIFY(!tokenizer);
        QVERIFY(tokenizer.error().code == ErrorCode::Unsupported);
        QVERIFY2(tokenizer.error().message.find("no-such-thing") != std::string::npos, tokenizer.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TokenizerTest)
#include "tst_tokenizer.moc"
