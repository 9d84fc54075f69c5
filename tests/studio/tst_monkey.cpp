// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody without a plan: random keys, clicks, wheels, resizes and drops while an engine runs jobs. Nothing may crash, hang, or make Qt
// warn. CTest runs a short walk; a long one is
//   BITLOOM_MONKEY_STEPS=20000 BITLOOM_MONKEY_SEED=7 xvfb-run -a build/release/tests/tst_monkey
// and with a real engine: BITLOOM_MONKEY_ENGINE="build/release/bin/bitloom-cli serve" BITLOOM_MONKEY_MODEL=.../stories260K
#include "app/studio/job_queue.h"
#include "app/studio/quantize_page.h"
#include "studio_fixture.h"

#include <atomic>
#include <csignal>
#include <QDesktopServices>
#include <QDialog>
#include <QDropEvent>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTest>
#include <QWindow>

using namespace bitloom;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    constexpr int defaultSteps = 1500;
    constexpr int patienceSeconds = 60; ///< one step that takes longer is a hang
    constexpr int longestDialog = 40; ///< steps that a dialog is played with before it is closed

    QStringList& warnings()
    {
        static QStringList all;
        return all;
    }

    void collect(QtMsgType type, const QMessageLogContext&, const QString& message)
    {
        // The offscreen platform says this of itself, whatever is shown.
        if (message.contains(QStringLiteral("This plugin does not support")))
            return;
        std::fprintf(stderr, "%s\n", qPrintable(message));
        if (type == QtWarningMsg || type == QtCriticalMsg || type == QtFatalMsg)
            warnings() << message;
    }

    class UrlEater : public QObject
    {
        Q_OBJECT
    public Q_SLOTS:
        void eat(const QUrl&) { } ///< instead of starting the desktop's browser
    };

    class Monkey : public QObject
    {
        Q_OBJECT
    public:
        Monkey(Studio& studio, int steps, quint32 seed)
            : m_studio(studio)
            , m_steps(steps)
            , m_random(seed)
        {
            makeThingsToDrop();
            m_watchdog = std::jthread([this](const std::stop_token& stop) {
                int seen = -1, unchanged = 0;
                while (!stop.stop_requested()) {
                    std::this_thread::sleep_for(std::chrono::seconds(1));
                    unchanged = m_step == seen ? unchanged + 1 : 0;
                    seen = m_step;
                    if (unchanged >= patienceSeconds) {
                        std::fprintf(stderr, "hang at step %d\n", seen);
                        std::abort();
                    }
                }
            });
        }

        void walk()
        {
            actLater();
            m_loop.exec();
        }

        [[nodiscard]] int step() const { return m_step; }
        [[nodiscard]] int jobs() const { return m_jobs; }
        [[nodiscard]] int dialogs() const { return m_dialogs; }
        [[nodiscard]] int drops() const { return m_drops; }

    private:
        [[nodiscard]] int below(int limit) { return static_cast<int>(m_random.bounded(limit)); }

        /// A timer of its own each time: a repeating one would be silent while what it did waits in a dialog.
        void actLater()
        {
            QTimer::singleShot(0, this, &Monkey::act);
        }

        void act()
        {
            if (m_ended)
                return;
            actLater();
            QWidget* target = QApplication::activePopupWidget();
            if (target == nullptr)
                target = QApplication::activeModalWidget();
            // Dialogs for files could rename or delete real ones, so they are only ever left again.
            if (auto* files = qobject_cast<QFileDialog*>(target); files != nullptr || (target != nullptr && qobject_cast<QFileDialog*>(target->window()) != nullptr)) {
                target->close();
                return;
            }
            if (target != nullptr && target != m_last) {
                m_last = target;
                m_sinceOpened = 0;
                ++m_dialogs;
            }
            const bool done = m_step >= m_steps;
            if (target != nullptr && (done || ++m_sinceOpened > longestDialog)) {
                target->close();
                return;
            }
            if (done) {
                m_ended = true;
                m_loop.quit();
                return;
            }
            ++m_step;
            if (target == nullptr) {
                m_last = nullptr;
                target = m_studio.window.get();
            }
            if (!target->isVisible())
                target->show(); // Ctrl+Q closed it
            const int kind = below(100);
            if (kind < 50)
                key(target);
            else if (kind < 82)
                click(target);
            else if (kind < 88)
                wheel(target);
            else if (kind < 94)
                m_studio.window->resize(200 + below(1800), 150 + below(1100));
            else
                drop();
            if (m_step % 97 == 0)
                tend();
        }

        /// Now and then the monkey is given an engine and a job, so that it has something to disturb.
        void tend()
        {
            MainWindow& window = *m_studio.window;
            if (QApplication::activeModalWidget() != nullptr)
                return;
            if (window.job().isActive()) {
                // A few that wait; whatever the monkey strikes then moves, stops or removes them.
                if (window.model() && window.queue().jobs().size() < 8) {
                    window.quantizePage().setOutput(m_folder.filePath(QStringLiteral("queued%1").arg(++m_jobs)));
                    window.quantizePage().addToQueue();
                }
                return;
            }
            if (!window.model() || below(6) == 0) {
                window.openModel(m_studio.settings.lastFolder(QStringLiteral("monkeyModel")));
                return;
            }
            window.quantizePage().setOutput(m_folder.filePath(QStringLiteral("out%1").arg(++m_jobs)));
            window.quantizePage().start();
        }

        void key(QWidget* target)
        {
            QWidget* focus = QApplication::focusWidget();
            // Letters typed there would be run as a program; what is typed as a path would be written to.
            if (focus != nullptr && (focus->objectName() == QLatin1String("engineCommand") || focus->objectName() == QLatin1String("output") || focus->objectName() == QLatin1String("project"))) {
                QTest::keyClick(focus, Qt::Key_Tab);
                return;
            }
            static const Qt::Key keys[] = { Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Return, Qt::Key_Escape, Qt::Key_Space, Qt::Key_Left, Qt::Key_Right, Qt::Key_Up,
                Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Delete, Qt::Key_Backspace, Qt::Key_Menu, Qt::Key_F1, Qt::Key_F5,
                Qt::Key_F10, Qt::Key_F11, Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_5, Qt::Key_5, Qt::Key_6, Qt::Key_A, Qt::Key_C, Qt::Key_D, Qt::Key_E, Qt::Key_F, Qt::Key_J,
                Qt::Key_K, Qt::Key_L, Qt::Key_M, Qt::Key_O, Qt::Key_P, Qt::Key_Q, Qt::Key_R, Qt::Key_S, Qt::Key_T, Qt::Key_V, Qt::Key_W, Qt::Key_X, Qt::Key_Z, Qt::Key_Comma,
                Qt::Key_Period, Qt::Key_Plus, Qt::Key_Minus, Qt::Key_0, Qt::Key_9 };
            static const Qt::KeyboardModifiers modifiers[] = { Qt::NoModifier, Qt::NoModifier, Qt::NoModifier, Qt::NoModifier, Qt::ControlModifier, Qt::ControlModifier,
                Qt::ShiftModifier, Qt::AltModifier, Qt::ControlModifier | Qt::ShiftModifier, Qt::ControlModifier | Qt::AltModifier };
            const Qt::Key pressed = keys[below(static_cast<int>(std::size(keys)))];
            const auto held = modifiers[below(static_cast<int>(std::size(modifiers)))];
            if (QWindow* window = target->windowHandle(); window != nullptr && window->isVisible())
                strike(window, pressed, held);
        }

        // As QTest does it, but without handling other events in between: these could be the monkey's next step, which may close the window.
        void strike(QWindow* window, Qt::Key pressed, Qt::KeyboardModifiers held)
        {
            const bool writes = pressed >= Qt::Key_Space && pressed <= Qt::Key_AsciiTilde && !(held & (Qt::ControlModifier | Qt::AltModifier));
            const QString text = writes ? QString(QChar(static_cast<char16_t>(pressed))).toLower() : QString();
            const QPointer<QWindow> still(window);
            if (qt_sendShortcutOverrideEvent(window, static_cast<ulong>(++m_time), pressed, held, text) || !still)
                return;
            qt_handleKeyEvent(still, QEvent::KeyPress, pressed, held, text, false, 1);
            if (still)
                qt_handleKeyEvent(still, QEvent::KeyRelease, pressed, held, text, false, 1);
        }

        void mouse(const QPointer<QWindow>& window, QEvent::Type type, Qt::MouseButton button, Qt::MouseButtons down, const QPoint& at, Qt::KeyboardModifiers held = {})
        {
            if (window)
                qt_handleMouseEvent(window, at, window->mapToGlobal(at), down, button, type, held, ++m_time);
        }

        void pressAndRelease(const QPointer<QWindow>& window, Qt::MouseButton button, const QPoint& at, Qt::KeyboardModifiers held = {})
        {
            mouse(window, QEvent::MouseButtonPress, button, button, at, held);
            mouse(window, QEvent::MouseButtonRelease, button, Qt::NoButton, at, held);
        }

        void click(QWidget* target)
        {
            const QPointer<QWindow> window(target->windowHandle());
            if (!window || !window->isVisible() || window->width() < 1 || window->height() < 1)
                return;
            const QPoint at(below(window->width()), below(window->height()));
            const int kind = below(10);
            if (kind == 0) {
                pressAndRelease(window, Qt::RightButton, at);
            } else if (kind == 1) {
                pressAndRelease(window, Qt::LeftButton, at);
                pressAndRelease(window, Qt::LeftButton, at);
            } else if (kind == 2) {
                mouse(window, QEvent::MouseButtonPress, Qt::LeftButton, Qt::LeftButton, at);
                for (int i = 0; i < 4 && window; ++i)
                    mouse(window, QEvent::MouseMove, Qt::NoButton, Qt::LeftButton, { below(window->width()), below(window->height()) });
                mouse(window, QEvent::MouseButtonRelease, Qt::LeftButton, Qt::NoButton, at);
            } else if (kind == 3) {
                mouse(window, QEvent::MouseMove, Qt::NoButton, Qt::NoButton, at);
            } else {
                pressAndRelease(window, Qt::LeftButton, at, below(8) == 0 ? Qt::ControlModifier : Qt::NoModifier);
            }
        }

        void wheel(QWidget* target)
        {
            const QPoint at(below(qMax(1, target->width())), below(qMax(1, target->height())));
            QWidget* under = target->childAt(at);
            if (under == nullptr)
                under = target;
            const int angle = below(2) == 0 ? 120 : -120;
            QWheelEvent event(under->mapFrom(target, at), target->mapToGlobal(at), {}, { 0, angle }, Qt::NoButton, below(4) == 0 ? Qt::ControlModifier : Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(under, &event);
        }

        void drop()
        {
            if (QApplication::activeModalWidget() != nullptr)
                return;
            ++m_drops;
            QMimeData data;
            const int kind = below(12);
            if (kind == 0)
                data.setText(QStringLiteral("just text"));
            else if (kind == 1)
                data.setUrls({ QUrl(QStringLiteral("https://example.invalid/model.gguf")) });
            else if (kind == 2)
                data.setUrls({ QUrl::fromLocalFile(m_things[0]), QUrl::fromLocalFile(m_things[1]) });
            else
                data.setUrls({ QUrl::fromLocalFile(m_things[below(static_cast<int>(m_things.size()))]) });
            MainWindow& window = *m_studio.window;
            const QPoint at(below(window.width()), below(window.height()));
            QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &enter);
            if (below(4) == 0) {
                QDragLeaveEvent leave;
                QCoreApplication::sendEvent(&window, &leave);
                return;
            }
            QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &event);
        }

        void makeThingsToDrop()
        {
            const auto write = [this](const QString& name, const QByteArray& bytes) {
                QFile file(m_folder.filePath(name));
                if (!file.open(QIODevice::WriteOnly))
                    qFatal("cannot write");
                file.write(bytes);
                m_things << file.fileName();
            };
            write(QStringLiteral("broken.gguf"), "not a gguf file");
            write(QStringLiteral("empty.gguf"), {});
            write(QStringLiteral("half.gguf"), QByteArray("GGUF\3\0\0\0", 8));
            write(QStringLiteral("text.txt"), "Some text to calibrate on.\n");
            write(QStringLiteral("recipe.json"), R"({"version":1,"model":"/models/fake","method":"rtn","bits":3})");
            write(QStringLiteral("wrong.json"), R"({"version":1,"bits":"many"})");
            write(QStringLiteral("future.json"), R"({"version":99})");
            write(QStringLiteral("nonsense.json"), "{{{{");
            write(QStringLiteral("picture.png"), "PNG");
            write(QStringLiteral("model.safetensors"), "x");
            QDir(m_folder.path()).mkdir(QStringLiteral("empty folder"));
            m_things << m_folder.filePath(QStringLiteral("empty folder")) << m_folder.filePath(QStringLiteral("gone"));
        }

        Studio& m_studio;
        QTemporaryDir m_folder;
        QStringList m_things;
        int m_steps;
        std::atomic<int> m_step = 0;
        int m_sinceOpened = 0, m_jobs = 0, m_dialogs = 0, m_drops = 0;
        QPointer<QWidget> m_last;
        QRandomGenerator m_random;
        QEventLoop m_loop;
        bool m_ended = false;
        int m_time = 1000; ///< of the next event, milliseconds
        std::jthread m_watchdog;
    };
}

class TestMonkey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingBreaks()
    {
        // What it changes lies in a folder of its own.
        QTemporaryDir home;
        qputenv("HOME", home.path().toUtf8());
        QStandardPaths::setTestModeEnabled(true);
        QDir::setCurrent(home.path());
        UrlEater eater;
        for (const char* scheme : { "file", "http", "https", "mailto" })
            QDesktopServices::setUrlHandler(QLatin1String(scheme), &eater, "eat");
        const int steps = qEnvironmentVariableIsSet("BITLOOM_MONKEY_STEPS") ? qEnvironmentVariableIntValue("BITLOOM_MONKEY_STEPS") : defaultSteps;
        const auto seed = static_cast<quint32>(qEnvironmentVariableIsSet("BITLOOM_MONKEY_SEED") ? qEnvironmentVariableIntValue("BITLOOM_MONKEY_SEED") : 20261123);
        qInfo("%d steps with seed %u", steps, seed);
        Studio studio(qEnvironmentVariable("BITLOOM_MONKEY_ENGINE", fakeEngine("normal")));
        studio.settings.setLastFolder(QStringLiteral("monkeyModel"), qEnvironmentVariable("BITLOOM_MONKEY_MODEL", QStringLiteral("/models/fake")));
        studio.window->askClose = [](QWidget*, const QString&) { return MainWindow::CloseChoice::Stay; };
        QVERIFY(studio.waitForEngine(60000));
        studio.window->openModel(studio.settings.lastFolder(QStringLiteral("monkeyModel")));
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->model().has_value(), 60000);
        const auto before = qInstallMessageHandler(collect);
        Monkey monkey(studio, steps, seed);
        monkey.walk();
        studio.window->queue().hold();
        if (studio.window->job().isActive())
            studio.window->job().cancel();
        QTest::qWait(200);
        qInstallMessageHandler(before);
        for (const char* scheme : { "file", "http", "https", "mailto" })
            QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
        qInfo("%d steps, %d dialogs and menus, %d drops, %d jobs started", monkey.step(), monkey.dialogs(), monkey.drops(), monkey.jobs());
        QCOMPARE(monkey.step(), steps);
        QVERIFY(monkey.dialogs() > 0 && monkey.drops() > 0);
        QVERIFY2(warnings().isEmpty(), qPrintable(warnings().mid(0, 20).join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(TestMonkey)
#include "tst_monkey.moc"
