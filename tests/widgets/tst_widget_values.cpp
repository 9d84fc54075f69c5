// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/color_map.h"
#include "widgets/plot_axes.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QPalette>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

using namespace bitloom;

class TestWidgetValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void texts_data()
    {
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("expected");
        const QString space(QChar(0xa0)), thin(QChar(0x2009));
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QTest::newRow("bytes") << bytesText(1023) << "1023" + space + "B";
        QTest::newRow("mebibytes") << bytesText(98304000) << "93.8" + space + "MiB";
        QTest::newRow("gibibytes") << bytesText(1342177280) << "1.25" + space + "GiB";
        QTest::newRow("count") << countText(1536) << "1" + thin + "536";
        QTest::newRow("count below a thousand") << countText(999) << "999";
        QTest::newRow("millions") << countText(134515008) << "135" + space + "M";
        QTest::newRow("a second") << durationText(0.42) << "0.4 s";
        QTest::newRow("minutes") << durationText(125) << "2 min 05 s";
        QTest::newRow("hours") << durationText(3840) << "1 h 04 min";
        QTest::newRow("unknown time") << durationText(-1) << "–";
        QTest::newRow("number") << numberText(0.012345) << "0.01235";
        QTest::newRow("small number") << numberText(1.25e-7, 2) << "1.2e-7";
        QTest::newRow("no number") << numberText(nan) << "–";
        QTest::newRow("percent") << percentText(0.01234) << "1.23" + space + "%";
        QTest::newRow("uncertain") << uncertainText(23.4123, 0.318) << "23.41 ± 0.32";
        QTest::newRow("uncertain, coarse") << uncertainText(2345.6, 12.0) << "2346 ± 12";
        QTest::newRow("certain") << uncertainText(0.25, 0) << "0.25";
        const std::vector<std::int64_t> shape { 1536, 576 };
        QTest::newRow("shape") << shapeText(shape) << "1536 × 576";
        QTest::newRow("csv plain") << csvField("a.b") << "a.b";
        QTest::newRow("csv quoted") << csvField("a,\"b\"") << "\"a,\"\"b\"\"\"";
        QTest::newRow("csv formula") << csvField("=1+1") << "'=1+1";
        QTest::newRow("csv float") << csvNumber(0.1f) << "0.1";
        QTest::newRow("csv double") << csvNumber(0.1) << "0.1";
        QTest::newRow("csv missing") << csvNumber(nan) << "";
        QTest::newRow("tick") << tickText(0.25, 0.05) << "0.25";
        QTest::newRow("whole tick") << tickText(200, 50) << "200";
    }
    void texts()
    {
        QFETCH(QString, found);
        QFETCH(QString, expected);
        QCOMPARE(found, expected);
    }

    void ticksCoverTheAxis()
    {
        const auto linear = axisTicks(-0.31, 0.29, 6);
        QVERIFY(linear.size() >= 4 && linear.size() <= 8);
        QVERIFY(std::find(linear.begin(), linear.end(), 0.0) != linear.end());
        for (const double tick : linear)
            QVERIFY(tick >= -0.31 && tick <= 0.29);
        QCOMPARE(axisTicks(1e-4, 10, 10, true), (std::vector<double> { 1e-4, 1e-3, 1e-2, 1e-1, 1, 10 }));
        QVERIFY(axisTicks(1, 1, 5).empty());
        QVERIFY(axisTicks(std::numeric_limits<double>::quiet_NaN(), 1, 5).empty());
        QVERIFY(axisTicks(0, std::numeric_limits<double>::infinity(), 5).empty());
    }

    void colorMapsRiseInLightness_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("viridis") << static_cast<int>(ColorMap::Kind::Viridis);
        QTest::newRow("cividis") << static_cast<int>(ColorMap::Kind::Cividis);
        QTest::newRow("magma") << static_cast<int>(ColorMap::Kind::Magma);
    }
    void colorMapsRiseInLightness()
    {
        QFETCH(int, kind);
        const ColorMap map(static_cast<ColorMap::Kind>(kind));
        double before = contrastRatio(map.color(0), Qt::black);
        for (int i = 8; i <= 255; i += 8) {
            const double here = contrastRatio(map.color(i / 255.0), Qt::black);
            QVERIFY2(here > before, qPrintable(QString::number(i)));
            before = here;
        }
        QVERIFY(contrastRatio(map.color(0), map.color(1)) > 8);
        QCOMPARE(qAlpha(map.at(std::numeric_limits<double>::quiet_NaN())), 0);
        QCOMPARE(map.at(-3), map.at(0));
        QCOMPARE(map.at(7), map.at(1));
    }

    void scalesInvert()
    {
        for (const bool logarithmic : { false, true }) {
            const ValueScale scale { 1e-3, 10, logarithmic };
            for (const double value : { 1e-3, 0.02, 5.0, 10.0 })
                QVERIFY(std::abs(scale.value(scale.position(value)) - value) < 1e-9 * value);
        }
        QVERIFY(std::isnan((ValueScale { 1e-3, 1, true }).position(0)));
    }

    void contrastIsMeasuredAsWcagDoes()
    {
        QVERIFY(std::abs(contrastRatio(Qt::black, Qt::white) - 21) < 1e-6);
        QVERIFY(std::abs(contrastRatio(QColor("#777777"), Qt::white) - 4.48) < 0.01);
    }

    void palettesAreReadable_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << lightPalette() << false;
        QTest::newRow("dark") << darkPalette() << true;
    }
    void palettesAreReadable()
    {
        QFETCH(QPalette, palette);
        QFETCH(bool, dark);
        QCOMPARE(isDark(palette), dark);
        using P = QPalette;
        const std::pair<P::ColorRole, P::ColorRole> pairs[] = { { P::WindowText, P::Window }, { P::Text, P::Base },
            { P::Text, P::AlternateBase }, { P::ButtonText, P::Button }, { P::PlaceholderText, P::Base }, { P::PlaceholderText, P::Window },
            { P::HighlightedText, P::Highlight }, { P::ToolTipText, P::ToolTipBase }, { P::Link, P::Base }, { P::Link, P::Window } };
        for (const auto& [ink, paper] : pairs) {
            const double ratio = contrastRatio(palette.color(ink), palette.color(paper));
            QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("roles %1 on %2: %3").arg(ink).arg(paper).arg(ratio)));
        }
        const PlotStyle style = PlotStyle::of(palette);
        QCOMPARE(style.dark, dark);
        for (const QColor& paper : { style.surface, style.panel }) {
            for (const QColor& ink : { style.text, style.mutedText, style.good, style.warning, style.bad, style.accent })
                QVERIFY2(contrastRatio(ink, paper) >= 4.5, qPrintable(ink.name() + " on " + paper.name()));
            for (const QColor& mark : style.series)
                QVERIFY2(contrastRatio(mark, paper) >= 3, qPrintable(mark.name() + " on " + paper.name()));
            QVERIFY2(contrastRatio(style.axis, paper) >= 3, qPrintable(style.axis.name()));
        }
        QVERIFY(contrastRatio(style.accentText, style.accent) >= 4.5);
    }

    void foreignPaletteStaysReadable()
    {
        QPalette foreign(QColor("#fdf6e3"));
        foreign.setColor(QPalette::PlaceholderText, QColor(0, 0, 0, 60));
        foreign.setColor(QPalette::Window, QColor("#808080"));
        foreign.setColor(QPalette::WindowText, Qt::black);
        const PlotStyle style = PlotStyle::of(foreign);
        QVERIFY(contrastRatio(style.mutedText, style.surface) >= 4.5);
    }

    void themeSwitches()
    {
        Theme& theme = Theme::instance();
        theme.apply(ThemeChoice::Light);
        QVERIFY(!theme.isDark());
        QVERIFY(!isDark(QApplication::palette()));
        QSignalSpy changes(&theme, &Theme::changed);
        theme.apply(ThemeChoice::Dark);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.at(0).at(0).toBool(), true);
        QVERIFY(isDark(QApplication::palette()));
        QVERIFY(!qApp->styleSheet().contains('%'));
        theme.apply(ThemeChoice::Dark);
        QCOMPARE(changes.size(), 1);
        // The offscreen desktop is light.
        theme.apply(ThemeChoice::System);
        QVERIFY(!theme.isDark());
        QCOMPARE(theme.choice(), ThemeChoice::System);
    }

    void throttleKeepsToThirtyASecond()
    {
        RepaintThrottle throttle;
        QObject first, second;
        int firstCalls = 0, secondCalls = 0, posts = 0;
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < 1000) {
            throttle.schedule(&first, [&] { ++firstCalls; });
            throttle.schedule(&second, [&] { ++secondCalls; });
            ++posts;
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        const double seconds = static_cast<double>(clock.elapsed()) / 1000;
        QVERIFY2(posts > 200, "the test itself must post far more often than that");
        QVERIFY2(firstCalls <= 30 * seconds + 1, qPrintable(QString::number(firstCalls)));
        QVERIFY(firstCalls >= 5);
        QVERIFY(std::abs(firstCalls - secondCalls) <= 1);
        QVERIFY(throttle.beats() <= 30 * seconds + 1);
    }

    void throttleRunsTheNewestAndForgetsTheDead()
    {
        RepaintThrottle throttle;
        int value = 0;
        QObject owner;
        throttle.schedule(&owner, [&] { value = 1; });
        throttle.schedule(&owner, [&] { value = 2; });
        auto* gone = new QObject;
        throttle.schedule(gone, [&] { value = 3; });
        delete gone;
        throttle.flush();
        QCOMPARE(value, 2);
        throttle.flush();
        QCOMPARE(throttle.beats(), 1);
    }

    void axisInverts()
    {
        Axis axis;
        axis.minimum = 0.01;
        axis.maximum = 100;
        axis.logarithmic = true;
        QCOMPARE(axis.part(1), 0.5);
        QVERIFY(std::abs(axis.value(0.5) - 1) < 1e-12);
    }
};

QTEST_MAIN(TestWidgetValues)
#include "tst_widget_values.moc"
