// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/main_window.h"

#include <algorithm>
#include <QApplication>
#include <QInputDevice>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <thread>
#include <vector>

namespace bitloom::test {

inline QString fakeEngine(const char* mode)
{
    return QStringLiteral("\"%1/fake_engine\" %2").arg(QCoreApplication::applicationDirPath(), QLatin1String(mode));
}

template <class Widget>
Widget* child(QWidget& parent, const char* name)
{
    auto* found = parent.findChild<Widget*>(QLatin1String(name));
    if (found == nullptr)
        qFatal("no %s in the page", name);
    return found;
}

/// A window with settings of its own and an engine of the test's choice.
struct Studio
{
    explicit Studio(const QString& engineCommand)
        : settings(folder.filePath(QStringLiteral("settings.ini")))
    {
        settings.setEngineCommand(engineCommand);
        settings.setLastFolder(QStringLiteral("output"), folder.path());
        window = std::make_unique<MainWindow>(settings);
        window->show();
    }
    [[nodiscard]] bool waitForEngine(int milliseconds = 10000) const
    {
        return QTest::qWaitFor([this] { return window->engine().state() == EngineClient::State::Ready; }, milliseconds);
    }

    QTemporaryDir folder;
    Settings settings;
    std::unique_ptr<MainWindow> window;
};

/// Posts a key press every few milliseconds, as a keyboard does, and notes how long each waits until it is handled.
class InputLatency : public QObject
{
public:
    explicit InputLatency(QWidget* target)
        : m_target(target)
    {
        target->installEventFilter(this);
        m_clock.start();
        QInputDevice::primaryKeyboard(); // made now, so that it belongs to this thread
        // From a thread of its own: a timer of the GUI thread would wait with the GUI, and so hide what is to be measured.
        m_thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
                auto* event = new QKeyEvent(QEvent::KeyPress, Qt::Key_F24, Qt::NoModifier);
                event->setTimestamp(static_cast<quint64>(m_clock.nsecsElapsed()));
                QCoreApplication::postEvent(m_target, event);
            }
        });
    }
    ~InputLatency() override
    {
        m_thread.request_stop();
        m_thread.join();
        m_target->removeEventFilter(this);
    }
    [[nodiscard]] std::size_t count() const { return m_milliseconds.size(); }
    [[nodiscard]] double worst() const { return *std::max_element(m_milliseconds.begin(), m_milliseconds.end()); }
    [[nodiscard]] double quantile(double fraction)
    {
        std::sort(m_milliseconds.begin(), m_milliseconds.end());
        return m_milliseconds[static_cast<std::size_t>(fraction * static_cast<double>(m_milliseconds.size() - 1))];
    }

protected:
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() != QEvent::KeyPress || static_cast<QKeyEvent*>(event)->key() != Qt::Key_F24)
            return false;
        m_milliseconds.push_back(static_cast<double>(m_clock.nsecsElapsed() - static_cast<qint64>(static_cast<QKeyEvent*>(event)->timestamp())) / 1e6);
        return true;
    }

private:
    QWidget* m_target;
    QElapsedTimer m_clock;
    std::vector<double> m_milliseconds;
    std::jthread m_thread;
};

} // namespace bitloom::test
