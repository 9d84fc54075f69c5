// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"

#include "tests/support/shared_data.h"

#include <cstring>
#include <QtTest/QTest>
#include <random>

using namespace bitloom;

namespace {
std::vector<std::uint8_t> rawFrame(std::uint32_t length, const std::vector<std::uint8_t>& payload)
{
    std::vector<std::uint8_t> bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<std::uint8_t>(length >> shift));
    std::copy(payload.begin(), payload.end(), std::back_inserter(bytes));
    return bytes;
}
}

class TestFrame : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void surviveAnyCut()
    {
        std::vector<std::uint8_t> stream;
        std::vector<nlohmann::json> sent;
        for (int i = 0; i < 20; ++i) {
            sent.push_back({ { "id", i }, { "text", std::string(static_cast<std::size_t>(i * i), 'x') } });
            const auto frame = encodeFrame(sent.back());
            stream.insert(stream.end(), frame.begin(), frame.end());
        }
        std::mt19937 random(1);
        for (int round = 0; round < 50; ++round) {
            FrameReader reader;
            std::vector<nlohmann::json> received;
            for (std::size_t at = 0; at < stream.size();) {
                const std::size_t piece = std::min<std::size_t>(1 + random() % 97, stream.size() - at);
                reader.append({ stream.data() + at, piece });
                at += piece;
                for (;;) {
                    const auto next = reader.next();
                    BITLOOM_VERIFY(next);
                    if (!*next)
                        break;
                    received.push_back(**next);
                }
            }
            QVERIFY(received == sent);
        }
    }

    void refusesBrokenFrames_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto add = [](const char* name, const std::vector<std::uint8_t>& bytes) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
        };
        add("oversized", rawFrame(maximumFrameBytes + 1, {}));
        add("largest length", rawFrame(0xffffffffu, {}));
        add("empty", rawFrame(0, {}));
        add("not CBOR", rawFrame(3, { 0xff, 0xff, 0xff }));
        add("cut CBOR", rawFrame(2, { 0xa1, 0x61 }));
        add("an array", rawFrame(2, { 0x81, 0x01 }));
        add("bytes after the map", rawFrame(2, { 0xa0, 0x00 }));
        add("an array that promises much", rawFrame(9, { 0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }));
    }

    void refusesBrokenFrames()
    {
        QFETCH(QByteArray, bytes);
        FrameReader reader;
        reader.append({ reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size()) });
        const auto first = reader.next();
        QVERIFY(!first);
        QVERIFY(first.error().message.starts_with("frame"));
        const auto good = encodeFrame({ { "id", 1 } });
        reader.append(good);
        QVERIFY2(!reader.next(), "a stream that was broken once is not trusted again");
    }

    void floatsKeepTheirBits()
    {
        const std::vector<float> values { 0.0F, -0.0F, 1.5F, std::numeric_limits<float>::infinity(), 1e-42F };
        const auto back = unpackFloats(nlohmann::json::from_cbor(nlohmann::json::to_cbor(packFloats(values))));
        BITLOOM_VERIFY(back);
        QCOMPARE(std::memcmp(back->data(), values.data(), values.size() * sizeof(float)), 0);
        QVERIFY(!unpackFloats(nlohmann::json::binary({ 1, 2, 3 })));
        QVERIFY(!unpackFloats(nlohmann::json({ 1.0, 2.0 })));
    }
};

QTEST_GUILESS_MAIN(TestFrame)
#include "tst_frame.moc"
