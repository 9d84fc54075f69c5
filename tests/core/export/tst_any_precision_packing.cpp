// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/any_precision_packing.h"
#include "core/io/safetensors.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <QObject>
#include <random>

using namespace bitloom;

class TestAnyPrecisionPacking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workedExample()
    {
        std::vector<std::uint8_t> codes(64, 0);
        codes[0] = 1, codes[1] = 2, codes[7] = 3, codes[8] = 3, codes[16] = 2, codes[17] = 1, codes[63] = 3;
        const auto planes = packBitPlanes(codes, 1, 64, 2);
        BITLOOM_VERIFY(planes);
        QCOMPARE(*planes, (std::vector<std::uint32_t> { 0x41800000u, 0x80000001u, 0x81400000u, 0x80000001u }));
    }

    void publishedPacking()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto file = SafetensorsFile::open(bitloom::test::sharedFolder() / "golden/guidedquant/packing.safetensors");
        BITLOOM_VERIFY(file);
        int compared = 0;
        for (const auto& packed : file->tensors()) {
            if (!packed.name.starts_with("qweight."))
                continue;
            const auto* codes = file->find("codes." + packed.name.substr(8));
            QVERIFY(codes != nullptr);
            const auto bits = static_cast<int>(packed.shape.at(0));
            const auto rows = codes->shape.at(0), columns = codes->shape.at(1);
            std::vector<std::uint8_t> values(codes->bytes.size() / scalarBytes(codes->type));
            QCOMPARE(values.size(), static_cast<std::size_t>(rows * columns));
            for (std::size_t i = 0; i < values.size(); ++i) // little-endian, so the first byte is the code whatever the integer type
                values[i] = static_cast<std::uint8_t>(codes->bytes[i * scalarBytes(codes->type)]);

            const auto planes = packBitPlanes(values, rows, columns, bits);
            BITLOOM_VERIFY(planes);
            QCOMPARE(planes->size() * 4, packed.bytes.size());
            QVERIFY(std::memcmp(planes->data(), packed.bytes.data(), packed.bytes.size()) == 0);
            const auto unpacked = unpackBitPlanes(packed.bytes, bits, rows, columns, bits);
            BITLOOM_VERIFY(unpacked);
            QVERIFY(*unpacked == values);
            ++compared;
        }
        QCOMPARE(compared, 6);
    }

    void roundTrip_data()
    {
        QTest::addColumn<int>("columns");
        for (const int columns : { 32, 96, 576, 1024, 1056, 1536, 2048, 2080, 11008 })
            QTest::addRow("%d columns", columns) << columns;
    }
    void roundTrip()
    {
        QFETCH(int, columns);
        std::mt19937 random(7);
        for (int bits = 1; bits <= 8; ++bits) {
            constexpr int rows = 3;
            std::vector<std::uint8_t> codes(static_cast<std::size_t>(rows * columns));
            for (auto& code : codes)
                code = static_cast<std::uint8_t>(random() & ((1u << bits) - 1));
            const auto planes = packBitPlanes(codes, rows, columns, bits);
            BITLOOM_VERIFY(planes);
            for (int narrow = 1; narrow <= bits; ++narrow) {
                const auto unpacked = unpackBitPlanes(std::as_bytes(std::span(*planes)), bits, rows, columns, narrow);
                BITLOOM_VERIFY(unpacked);
                for (std::size_t i = 0; i < codes.size(); ++i)
                    QCOMPARE((*unpacked)[i], static_cast<std::uint8_t>(codes[i] >> (bits - narrow)));
            }
        }
    }

    void refusals()
    {
        const std::vector<std::uint8_t> codes(48, 0);
        QVERIFY(!packBitPlanes(codes, 1, 48, 2));
        QVERIFY(!packBitPlanes(std::vector<std::uint8_t>(32, 0), 1, 32, 9));
        QVERIFY(!packBitPlanes(std::vector<std::uint8_t>(32, 4), 1, 32, 2));
        QVERIFY(!packBitPlanes(std::vector<std::uint8_t>(33, 0), 1, 32, 2));
        const std::vector<std::byte> planes(8);
        QVERIFY(unpackBitPlanes(planes, 2, 1, 32, 2));
        QVERIFY(!unpackBitPlanes(planes, 2, 1, 32, 3));
        QVERIFY(!unpackBitPlanes(planes, 2, 2, 32, 2));
        QVERIFY(!unpackBitPlanes(planes, 2, std::int64_t { 1 } << 62, 32, 2));
        QVERIFY(!unpackBitPlanes(planes, 0, 1, 32, 0));
    }
};

QTEST_GUILESS_MAIN(TestAnyPrecisionPacking)
#include "tst_any_precision_packing.moc"
