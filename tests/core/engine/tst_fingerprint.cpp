// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "core/engine/fingerprint.h"
#include "tests/support/shared_data.h"

#include <QTemporaryDir>
#include <fstream>

using namespace bitloom;

class TestFingerprint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sha256KnownAnswers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("digest");
        // FIPS 180-4 examples, and one around the padding border.
        QTest::newRow("empty") << QByteArray() << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QTest::newRow("abc") << QByteArray("abc") << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        QTest::newRow("million a") << QByteArray(1000000, 'a') << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    void sha256KnownAnswers()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, digest);
        QCOMPARE(QByteArray::fromStdString(sha256(text.toStdString())), digest);
        Sha256 pieces;
        for (qsizetype i = 0; i < text.size(); i += 77)
            pieces.update(text.mid(i, 77).toStdString());
        QCOMPARE(QByteArray::fromStdString(pieces.finish()), digest);
    }

    void checksumSeesEveryBit()
    {
        std::vector<std::byte> bytes(101);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::byte>(i * 37);
        const std::string whole = checksum(bytes);
        for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
            bytes[i / 8] ^= static_cast<std::byte>(1u << (i % 8));
            QVERIFY(checksum(bytes) != whole);
            bytes[i / 8] ^= static_cast<std::byte>(1u << (i % 8));
        }
        QVERIFY(checksum(std::span(bytes).first(100)) != whole);
        QCOMPARE(checksum(bytes), whole);
    }

    void differencesNameKeys()
    {
        const nlohmann::json before { { "bits", 3 }, { "method", "lnq" }, { "gone", 1 } }, now { { "bits", 4 }, { "method", "lnq" }, { "fresh", true } };
        const std::vector<std::string> expected { "bits (was 3, now 4)", "fresh (was none, now true)", "gone (was 1, now none)" };
        QCOMPARE(differences(before, now), expected);
        QVERIFY(differences(now, now).empty());
        QVERIFY(Fingerprint { before }.id() != Fingerprint { now }.id());
        QCOMPARE(Fingerprint { now }.id().size(), std::size_t { 24 });
    }

    void modelIdentityFollowsContent()
    {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString());
        const auto write = [](const std::filesystem::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; };
        write(path / "config.json", "{}");
        write(path / "model.safetensors", std::string(40u << 20, 'x'));
        const auto first = modelIdentity(path);
        BITLOOM_VERIFY(first);
        write(path / "README.md", "not part of the model");
        BITLOOM_VERIFY(modelIdentity(path));
        QCOMPARE(*modelIdentity(path), *first);
        write(path / "config.json", "{ }");
        QVERIFY(*modelIdentity(path) != *first);
        write(path / "config.json", "{}");
        std::string changed(40u << 20, 'x');
        changed.back() = 'y';
        write(path / "model.safetensors", changed);
        QVERIFY(*modelIdentity(path) != *first);
        QVERIFY(!modelIdentity(path / "absent.gguf"));
    }
};

QTEST_GUILESS_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
