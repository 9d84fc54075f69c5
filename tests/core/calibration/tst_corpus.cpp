// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/corpus.h"
#include "core/io/safetensors.h"
#include "core/model/model_source.h"
#include "tests/core/calibration/statistics_support.h"
#include "tests/support/shared_data.h"

#include <fstream>
#include <QTemporaryDir>

using namespace bitloom;

namespace {

/// One token per byte, so that tests can say what they expect.
class ByteTokenizer : public Tokenizer
{
public:
    std::vector<std::int32_t> encode(const std::string& text, bool bos, bool special) const override
    {
        if (bos || special)
            throw std::logic_error("a corpus has no BOS and no special tokens");
        m_longest = std::max(m_longest, text.size());
        std::vector<std::int32_t> tokens;
        for (const char c : text)
            tokens.push_back(static_cast<unsigned char>(c));
        return tokens;
    }
    std::string decode(const std::vector<std::int32_t>& tokens, bool) const override { return { tokens.begin(), tokens.end() }; }
    std::int32_t vocabularySize() const override { return 256; }
    std::int32_t bosToken() const override { return -1; }
    std::int32_t eosToken() const override { return -1; }
    bool isEndOfGeneration(std::int32_t) const override { return false; }
    bool addsBos() const override { return false; }
    Result<std::string> chatPrompt(const std::string&) const override { return fail(ErrorCode::Unsupported, "no chat template"); }
    std::string kind() const override { return "bytes"; }

    mutable std::size_t m_longest = 0; ///< of the texts that encode() was given
};

}

class TestCorpus : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path write(const std::string& name, const std::string& bytes) const
    {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

    static std::string spelled(const torch::Tensor& windows)
    {
        std::string text;
        for (std::int64_t i = 0; i < windows.numel(); ++i)
            text += static_cast<char>(windows.flatten()[i].item<std::int64_t>());
        return text;
    }

private Q_SLOTS:
    void windowsAreCutInOrderOverFileBorders()
    {
        const auto windows = readCorpus({ write("a", "abcd"), write("b", "efghij") }, ByteTokenizer(), 3, 3);
        BITLOOM_VERIFY(windows);
        QCOMPARE(spelled(*windows), std::string("abcdefghi"));
        QCOMPARE(windows->sizes().vec(), (std::vector<std::int64_t> { 3, 3 }));
        QVERIFY(windows->scalar_type() == torch::kInt64);
    }

    void windowsLieEvenlyOverTheText()
    {
        const auto windows = readCorpus({ write("even", "aabbccddeeffgghhiij") }, ByteTokenizer(), 3, 2);
        BITLOOM_VERIFY(windows);
        QCOMPARE(spelled(*windows), std::string("aaddgg"));
    }

    void windowsOfALongTextLieEvenlyToo()
    {
        std::string text;
        for (int line = 0; line < 30000; ++line)
            text += QString::number(line).rightJustified(7, '0').toStdString() + "\n";
        const auto windows = readCorpus({ write("longer", text) }, ByteTokenizer(), 3, 8);
        BITLOOM_VERIFY(windows);
        QCOMPARE(spelled(*windows), std::string("0000000\n0010001\n0020001\n"));
    }

    /// A long text whose parts are uneven is tokenized whole instead of being refused.
    void longTextWithoutLinesStillGivesItsWindows()
    {
        const auto windows = readCorpus({ write("one line", std::string(2000, 'x')) }, ByteTokenizer(), 4, 8);
        BITLOOM_VERIFY(windows);
        QCOMPARE(spelled(*windows), std::string(32, 'x'));
    }

    void tooLittleTextNamesBothNumbers()
    {
        const auto windows = readCorpus({ write("short", "0123456789") }, ByteTokenizer(), 4, 3);
        QVERIFY(!windows);
        QVERIFY(windows.error().code == ErrorCode::InvalidInput);
        const auto message = QString::fromStdString(windows.error().message);
        QVERIFY2(message.contains("10 tokens") && message.contains("need 12") && message.contains("short"), qPrintable(message));
    }

    void emptyFileIsNamed()
    {
        const auto windows = readCorpus({ write("full", "some text"), write("nothing", "") }, ByteTokenizer(), 1, 2);
        QVERIFY(!windows);
        const auto message = QString::fromStdString(windows.error().message);
        QVERIFY2(message.contains("nothing") && message.contains("empty"), qPrintable(message));
    }

    void malformedTextIsNamedWithOffset_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("offset");
        QTest::newRow("lone continuation") << QByteArray("ab\x80z", 4) << 2;
        QTest::newRow("overlong") << QByteArray("\xc3\xa4\xc0\xaf", 4) << 2;
        QTest::newRow("cut at the end") << QByteArray("abc\xe2\x82", 5) << 3;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80", 3) << 0;
        QTest::newRow("latin-1") << QByteArray("Stra\xdf" "e", 6) << 4;
    }
    void malformedTextIsNamedWithOffset()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, offset);
        const auto windows = readCorpus({ write("broken", bytes.toStdString()) }, ByteTokenizer(), 1, 2);
        QVERIFY(!windows);
        QVERIFY(windows.error().code == ErrorCode::InvalidInput);
        const auto message = QString::fromStdString(windows.error().message);
        QVERIFY2(message.contains("broken") && message.contains(QStringLiteral("offset %1 ").arg(offset)), qPrintable(message));
    }

    void missingFileIsNotFound()
    {
        const auto windows = readCorpus({ std::filesystem::path(m_folder.path().toStdString()) / "absent.txt" }, ByteTokenizer(), 1, 2);
        QVERIFY(!windows);
        QVERIFY(windows.error().code == ErrorCode::NotFound);
        QVERIFY(windows.error().message.find("absent.txt") != std::string::npos);
    }

    void nothingAskedForIsRefused()
    {
        const auto file = write("text", "text");
        QVERIFY(!readCorpus({}, ByteTokenizer(), 1, 2));
        QVERIFY(!readCorpus({ file }, ByteTokenizer(), 0, 2));
        QVERIFY(!readCorpus({ file }, ByteTokenizer(), 1, 1));
    }

    void longTextIsNotTokenizedWhole()
    {
        std::string text;
        for (int line = 0; line < 200000; ++line)
            text += "line " + std::to_string(line) + "\n";
        const ByteTokenizer tokenizer;
        const auto windows = readCorpus({ write("long", text) }, tokenizer, 2, 16);
        BITLOOM_VERIFY(windows);
        QVERIFY(tokenizer.m_longest < text.size() / 100);
    }

    void goldenTokens()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto source = openModel("demo");
        BITLOOM_VERIFY(source);
        const auto tokenizer = source->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        const auto golden = SafetensorsFile::open(test::sharedFolder() / "golden/guidedquant/problems.safetensors");
        BITLOOM_VERIFY(golden);
        const std::filesystem::path file = test::sharedFolder() / "data/wikitext2-valid.txt";
        std::ifstream stream(file, std::ios::binary);
        const std::string text { std::istreambuf_iterator<char>(stream), {} };
        const auto all = static_cast<std::int64_t>((*tokenizer)->encode(text, false, false).size()) / 512;
        const auto windows = readCorpus({ file }, **tokenizer, all, 512);
        BITLOOM_VERIFY(windows);
        QVERIFY(windows->narrow(0, 0, 16).equal(test::tensorOf(*golden, "token_ids").to(torch::kInt64)));
    }

    void modelWritesItsOwnText()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto source = openModel((test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(source);
        const auto model = CausalLm::load(*source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        JobControl control;
        const auto first = writeCorpus(*model, 5, 40, 11, ignoreProgress(), control);
        BITLOOM_VERIFY(first);
        const auto again = writeCorpus(*model, 5, 40, 11, ignoreProgress(), control);
        BITLOOM_VERIFY(again);
        const auto other = writeCorpus(*model, 5, 40, 12, ignoreProgress(), control);
        BITLOOM_VERIFY(other);
        QCOMPARE(first->sizes().vec(), (std::vector<std::int64_t> { 5, 40 }));
        QVERIFY(first->equal(*again));
        QVERIFY(!first->equal(*other));
        QVERIFY(first->select(1, 0).eq(*model->config().bosToken).all().item<bool>());
        QVERIFY(!(*first)[0].equal((*first)[1]));
        // A trained model finds its own text far likelier than random tokens.
        const at::NoGradGuard noGrad;
        const auto loss = [&](const torch::Tensor& tokens) {
            return torch::cross_entropy_loss(model->forward(tokens).narrow(1, 0, 39).flatten(0, 1), tokens.narrow(1, 1, 39).flatten()).item<double>();
        };
        QVERIFY(loss(*first) < 0.6 * loss(torch::randint(3, 512, { 5, 40 }, torch::kInt64)));
    }

    void cancelledTextLeavesNothing()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto source = openModel((test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(source);
        const auto model = CausalLm::load(*source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        JobControl control;
        control.cancel();
        const auto tokens = writeCorpus(*model, 5, 40, 11, ignoreProgress(), control);
        QVERIFY(!tokens);
        QVERIFY(tokens.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
