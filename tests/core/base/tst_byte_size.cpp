// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_size.h"

#include <QtTest>

using namespace bitloom;

class TestByteSize : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizesAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qlonglong>("bytes");
        QTest::newRow("plain") << "2000000000" << 2000000000LL;
        QTest::newRow("binary") << "6GiB" << 6LL * 1024 * 1024 * 1024;
        QTest::newRow("decimal") << "1.5GB" << 1500000000LL;
        QTest::newRow("space and case") << "800 mib" << 800LL * 1024 * 1024;
        QTest::newRow("letter") << "4k" << 4096LL;
        for (const char* text : { "", "GiB", "-1GiB", "6XiB", "6GiBs", "1e3MiB", "0", "0.1", "nan", "99999999TiB", "6 7" })
            QTest::addRow("not '%s'", text) << text << 0LL;
    }
    void sizesAreRead()
    {
        QFETCH(QString, text);
        QFETCH(qlonglong, bytes);
        const auto read = parseByteSize(text.toStdString(), "--limit");
        QCOMPARE(read.value_or(0), std::int64_t { bytes });
        QVERIFY(bytes > 0 || (read.error().code == ErrorCode::Usage && read.error().message.starts_with("--limit is '")));
    }

    void textIsNeverLess()
    {
        QCOMPARE(byteSizeText(1), std::string("1 MiB"));
        QCOMPARE(byteSizeText(std::int64_t { 3 } << 30), std::string("3.00 GiB"));
        for (const std::int64_t bytes : { 1'000'001LL, 350'123'456LL, 1'073'741'825LL, 123'456'789'012LL })
            QVERIFY(parseByteSize(byteSizeText(bytes), "").value_or(0) >= bytes);
    }
};

QTEST_GUILESS_MAIN(TestByteSize)
#include "tst_byte_size.moc"
