// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_data.h"
#include "widgets/attention_map.h"
#include "widgets/cache_bytes_plot.h"
#include "widgets/head_grid.h"
#include "widgets/position_style.h"
#include "widgets/repaint_throttle.h"
#include "widgets/retention_timeline.h"
#include "widgets/text_format.h"
#include "widgets/token_text.h"

#include <QSignalSpy>
#include <QTest>

using namespace bitloom;

namespace {
template <class View>
void settle(View& view)
{
    view.show();
    RepaintThrottle::shared().flush();
    QCoreApplication::processEvents();
}

template <class View>
void press(View& view, Qt::Key key, int times = 1)
{
    for (int i = 0; i < times; ++i)
        QTest::keyClick(&view, key);
    RepaintThrottle::shared().flush();
}
}

class TestCacheViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void historyBeginsAnewForAnotherHeadOrText()
    {
        CacheHistory history;
        const auto maps = sample::cacheMaps(10, 5);
        for (const CacheMapEvent& map : maps)
            history.add(map);
        QCOMPARE(history.steps().size(), std::size_t(5));
        CacheMapEvent broken = maps.back();
        ++broken.length; // more than it has classes
        history.add(broken);
        broken = maps.back();
        broken.length += 1;
        broken.keyClasses += 'x';
        broken.valueClasses += 's';
        broken.attention.push_back(0);
        history.add(broken);
        QCOMPARE(history.steps().size(), std::size_t(5));
        history.add(maps.front()); // another text begins
        QCOMPARE(history.steps().size(), std::size_t(1));
        CacheMapEvent other = maps.back();
        other.head = 2;
        history.add(other);
        QCOMPARE(history.steps().size(), std::size_t(1));
        QCOMPARE(history.head(), 2);
    }

    void longHistoriesAreThinnedOut()
    {
        CacheHistory history;
        CacheMapEvent map = sample::cacheMaps(10, 1).front();
        const int positions = 30000;
        for (int length = positions; length < positions + 500; ++length) {
            map.length = length;
            map.keyClasses.assign(static_cast<std::size_t>(length), 'p');
            map.valueClasses = map.keyClasses;
            map.attention.assign(static_cast<std::size_t>(length), 0.0F);
            history.add(map);
            QCOMPARE(history.length(), std::int64_t(length));
        }
        QVERIFY(history.steps().size() * positions * 6 <= CacheHistory::mostBytes);
        QVERIFY(history.steps().size() > 100);
        QVERIFY(history.steps().front().length < positions + 40); // the beginning is still there
    }

    void tokensAreNamed()
    {
        CacheHistory history;
        history.setPrompt({ "Once", " upon" });
        history.addText(" a", 1);
        history.addText("\n", 3); // the second shared a character with the third
        QCOMPARE(history.tokens(), QStringList({ "Once", " upon", " a", "", "\n" }));
        QCOMPARE(history.quoted(1), QStringLiteral("“ upon”"));
        QCOMPARE(history.quoted(4), QStringLiteral("“\\n”"));
        QVERIFY(history.quoted(3).isEmpty() && history.quoted(9).isEmpty() && history.quoted(-1).isEmpty());
    }

    /// Neighbouring classes are told apart by brightness alone.
    void classesDifferInBrightness()
    {
        std::vector<int> grays;
        for (int i = 0; i < positionClassCount; ++i) {
            const auto of = static_cast<PositionClass>(i);
            QVERIFY(!positionClassName(of, 2).isEmpty());
            QCOMPARE(positionClassOf(positionClassLetters[static_cast<std::size_t>(i)]), std::optional(of));
            if (of == PositionClass::Evicted)
                QCOMPARE(qAlpha(positionColor(of)), 0);
            else
                grays.push_back(qGray(positionColor(of)));
        }
        std::sort(grays.begin(), grays.end());
        for (std::size_t i = 1; i < grays.size(); ++i)
            QVERIFY2(grays[i] - grays[i - 1] >= 18, qPrintable(QString::number(grays[i] - grays[i - 1])));
        QVERIFY(!positionClassOf('x'));
    }

    void timelineIsReadByKeyboard()
    {
        RetentionTimeline view;
        const auto history = sample::cacheHistory(20, 8);
        view.setHistory(history);
        view.resize(620, 320);
        settle(view);
        QSignalSpy moved(&view, &StepMap::cursorMoved);
        press(view, Qt::Key_Home);
        QCOMPARE(view.cursorPosition(), 0);
        QCOMPARE(view.cursorLength(), 27); // the newest step
        QCOMPARE(view.readout(), QStringLiteral("Step 27, position 0 “ word0”: key sink, value sink"));
        press(view, Qt::Key_Right, 11);
        QCOMPARE(view.readout(), QStringLiteral("Step 27, position 11 “ word11”: key recent, value recent"));
        press(view, Qt::Key_Left, 3);
        QCOMPARE(view.readout(), QStringLiteral("Step 27, position 8 “ word8”: key waiting, value packed (2 bit)"));
        QCOMPARE(view.accessibleDescription(), view.readout());
        press(view, Qt::Key_Down, 4);
        QCOMPARE(view.cursorLength(), 23);
        press(view, Qt::Key_End);
        QCOMPARE(view.cursorPosition(), 22);
        press(view, Qt::Key_Down, 30); // steps before had fewer positions
        QCOMPARE(view.cursorLength(), 20);
        QCOMPARE(view.cursorPosition(), 19);
        press(view, Qt::Key_Up, 30);
        QCOMPARE(view.cursorLength(), 27);
        QVERIFY(moved.count() > 10);
        QCOMPARE(moved.constLast(), QVariantList({ 27, 19 }));
    }

    void cursorOnTheNewestStepStaysThere()
    {
        RetentionTimeline view;
        auto history = std::make_shared<CacheHistory>();
        const auto maps = sample::cacheMaps(20, 8);
        history->add(maps[0]);
        view.setHistory(history);
        settle(view);
        press(view, Qt::Key_Home);
        history->add(maps[1]);
        view.historyChanged();
        QCOMPARE(view.cursorLength(), 21);
        press(view, Qt::Key_Down);
        history->add(maps[2]);
        view.historyChanged();
        QCOMPARE(view.cursorLength(), 20); // somebody reads an older step
        history->clear();
        view.historyChanged();
        QVERIFY(view.isEmpty());
        QCOMPARE(view.cursorLength(), 0);
        settle(view);
        QVERIFY(view.readout().isEmpty());
    }

    /// Every class is where the data says, in its colour.
    void timelinePaintsTheClasses()
    {
        RetentionTimeline view;
        view.setHistory(sample::cacheHistory(60, 120));
        view.resize(900, 420);
        settle(view);
        const QImage picture = view.grab().toImage();
        std::array<int, positionClassCount> pixels {};
        for (int y = 60; y < picture.height() - 50; ++y)
            for (int x = 0; x < picture.width(); ++x)
                for (int of = 0; of < positionClassCount; ++of)
                    pixels[static_cast<std::size_t>(of)] += picture.pixel(x, y) == positionColor(static_cast<PositionClass>(of));
        const auto count = [&](PositionClass of) { return pixels[static_cast<std::size_t>(of)]; };
        QVERIFY(count(PositionClass::Packed) > count(PositionClass::Recent));
        QVERIFY(count(PositionClass::Recent) > count(PositionClass::Sink));
        QVERIFY(count(PositionClass::Sink) > 0 && count(PositionClass::Logarithmic) > 0 && count(PositionClass::Waiting) > 0);
        QCOMPARE(count(PositionClass::Heavy), 0); // keys have none
        view.setShowsValues(true);
        settle(view);
        const QImage values = view.grab().toImage();
        int heavy = 0;
        for (int y = 60; y < values.height() - 50; ++y)
            for (int x = 0; x < values.width(); ++x)
                heavy += values.pixel(x, y) == positionColor(PositionClass::Heavy);
        QVERIFY(heavy > 0);
    }

    /// However small the picture, what is kept exactly is seen.
    void exactPositionsDoNotVanish()
    {
        auto history = std::make_shared<CacheHistory>();
        CacheMapEvent map = sample::cacheMaps(10, 1).front();
        map.length = 20000;
        map.keyClasses.assign(20000, 'p');
        map.keyClasses[7777] = 'l';
        map.valueClasses = map.keyClasses;
        map.attention.assign(20000, 0.0F);
        map.attention[7777] = 1;
        history->add(map);
        RetentionTimeline view;
        view.setHistory(history);
        view.resize(400, 200);
        settle(view);
        const QImage picture = view.grab().toImage();
        int found = 0;
        for (int x = 0; x < picture.width(); ++x)
            found += picture.pixel(x, picture.height() / 2) == positionColor(PositionClass::Logarithmic);
        QCOMPARE(found, 1);
    }

    void timelineExportsRuns()
    {
        RetentionTimeline view;
        view.setHistory(sample::cacheHistory(20, 2));
        const QString csv = view.csv();
        QVERIFY(csv.startsWith("step,half,first_position,last_position,class\r\n"));
        QVERIFY(csv.contains("\r\n20,keys,0,3,sink\r\n"));
        QVERIFY(csv.contains("\r\n21,values,5,20,recent\r\n"));
        QVERIFY(csv.contains("\r\n21,values,4,4,packed (2 bit)\r\n"));
    }

    void attentionIsReadByKeyboard()
    {
        AttentionMap view;
        const auto history = sample::cacheHistory(20, 8);
        view.setHistory(history);
        view.resize(620, 320);
        settle(view);
        press(view, Qt::Key_Home);
        const float first = history->steps().back().attention[0];
        QVERIFY2(view.readout().startsWith("Step 27, position 0 “ word0”: ") && view.readout().endsWith("of the attention, sink"), qPrintable(view.readout()));
        QVERIFY(view.readout().contains(QString::number(100 * first, 'g', 3)));
        QVERIFY(view.isLogarithmic());
        press(view, Qt::Key_L);
        QVERIFY(!view.isLogarithmic());
        const QStringList lines = view.csv().split("\r\n");
        QCOMPARE(lines.size(), 2 + 20 + 21 + 22 + 23 + 24 + 25 + 26 + 27);
        QVERIFY(lines[1].startsWith("20,0, word0,0."));
    }

    void mapsPointAtTheSamePlace()
    {
        RetentionTimeline timeline;
        AttentionMap attention;
        const auto history = sample::cacheHistory(20, 8);
        timeline.setHistory(history);
        attention.setHistory(history);
        settle(timeline);
        settle(attention);
        QSignalSpy silent(&attention, &StepMap::cursorMoved);
        connect(&timeline, &StepMap::cursorMoved, &attention, &StepMap::showCursor);
        press(timeline, Qt::Key_Home);
        press(timeline, Qt::Key_Right, 5);
        press(timeline, Qt::Key_Down, 2);
        QCOMPARE(attention.cursorPosition(), 5);
        QCOMPARE(attention.cursorLength(), 25);
        QCOMPARE(silent.count(), 0);
    }

    void headsTellTheirAttention()
    {
        HeadGrid view;
        view.resize(760, 170);
        CacheMapEvent map = sample::cacheMaps(20, 1).front();
        view.setMap(map);
        settle(view);
        QVERIFY(std::abs(view.mass(0, 0) - 0.98) < 1e-5);
        view.setShownClass(PositionClass::Packed);
        QVERIFY(std::abs(view.mass(0, 0) - 0.02) < 1e-5);
        view.setShownClass(std::nullopt);
        QSignalSpy picked(&view, &HeadGrid::headActivated);
        view.setSelected(4, 1);
        press(view, Qt::Key_Right); // brings the cursor to the selected head
        press(view, Qt::Key_Right);
        press(view, Qt::Key_Down);
        QVERIFY2(view.readout().startsWith("Layer 5, head 2: sink "), qPrintable(view.readout()));
        press(view, Qt::Key_Return);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked.constFirst(), QVariantList({ 5, 2 }));
        QCOMPARE(view.csv().split("\r\n").size(), 30 * 3 * positionClassCount + 2);
        QVERIFY2(view.csv().startsWith("layer,head,class,attention,output_error\r\n0,0,sink,"), qPrintable(view.csv().left(80)));
        QVERIFY(view.csv().contains(",0.002\r\n"));
        // Colours by error: a logarithmic scale, legend and readout with it.
        view.setShowsErrors(true);
        QVERIFY(view.plotTitle().contains("Error"));
        QVERIFY(std::abs(view.error(0, 0) - 0.002) < 1e-6 && std::abs(view.error(29, 2) - 0.002 * std::pow(1.06, 89)) < 1e-3);
        press(view, Qt::Key_Home);
        QVERIFY2(view.readout().contains("error of the output"), qPrintable(view.readout()));
        const QImage errors = view.grab().toImage();
        map.errors->assign(90, 1.0F);
        view.setMap(map);
        settle(view);
        QVERIFY(view.grab().toImage() != errors);
        map.errors.reset(); // nobody watched from the beginning
        view.setMap(map);
        QVERIFY(std::isnan(view.error(0, 0)) && view.plotTitle().contains("not measured"));
        settle(view);
        press(view, Qt::Key_Right);
        QVERIFY2(!view.readout().contains("error of"), qPrintable(view.readout()));
        QVERIFY(view.csv().contains("\r\n0,0,sink,") && !view.csv().contains(",0.002\r\n"));
        map.mass.pop_back();
        view.clear();
        view.setMap(map);
        QVERIFY(view.isEmpty());
    }

    void bytesOfSeveralCaches()
    {
        CacheBytesPlot view;
        view.resize(460, 260);
        view.begin("never wrote");
        view.begin("Full");
        view.append(10, 2000, 2000);
        view.append(20, 4000, 4000);
        view.begin("LogQuant");
        view.append(20, 1000, 900);
        settle(view);
        QCOMPARE(view.cacheCount(), 2);
        press(view, Qt::Key_End);
        QCOMPARE(view.readout(), QString("20 tokens: 1: Full keys %1, values %1; 2: LogQuant keys %2, values %3").arg(bytesText(4000), bytesText(1000), bytesText(900)));
        QCOMPARE(view.csv(), QStringLiteral("cache,tokens,key_bytes,value_bytes\r\n1: Full,10,2000,2000\r\n1: Full,20,4000,4000\r\n2: LogQuant,20,1000,900\r\n"));
        for (qint64 length = 21; length < 30000; ++length)
            view.append(length, length, length);
        QVERIFY(view.csv().count('\n') < static_cast<int>(2 * CacheBytesPlot::mostSamples));
        QVERIFY(view.csv().contains(",29999,29999,29999"));
        for (int i = 0; i < 20; ++i) {
            view.begin(QString::number(i));
            view.append(5, 5, 5);
        }
        QCOMPARE(view.cacheCount(), CacheBytesPlot::mostCaches);
        view.clear();
        QVERIFY(view.isEmpty());
    }

    void textIsPointedAtTokenByToken()
    {
        TokenText view;
        view.resize(300, 120);
        view.showTokens({ "Once", " upon", " a" }, 2);
        settle(view);
        view.showTokens({ "Once", " upon", " a tree", ".\n" }, 2);
        QCOMPARE(view.toPlainText(), QStringLiteral("Once upon a tree.\n"));
        QVERIFY(!view.textCursor().hasSelection() && view.textCursor().position() == 0); // not pushed along
        view.activateWindow();
        view.setFocus();
        QTRY_VERIFY(view.hasFocus());
        QSignalSpy picked(&view, &TokenText::tokenPicked);
        QTextCursor cursor = view.textCursor();
        cursor.setPosition(6); // in " upon"
        view.setTextCursor(cursor);
        QCOMPARE(picked.constLast(), QVariantList({ 1 }));
        QCOMPARE(view.markedToken(), 1);
        const auto count = picked.count();
        view.markToken(2);
        QCOMPARE(picked.count(), count);
        QCOMPARE(view.extraSelections().size(), 1);
        QCOMPARE(view.extraSelections().constFirst().cursor.selectedText(), QStringLiteral(" a tree"));
        view.showTokens({ "Other" }, 1); // another text
        QCOMPARE(view.toPlainText(), QStringLiteral("Other"));
        QCOMPARE(view.markedToken(), -1);
        view.showTokens({}, 0);
        QVERIFY(view.toPlainText().isEmpty());
    }
};

QTEST_MAIN(TestCacheViews)
#include "tst_cache_views.moc"
