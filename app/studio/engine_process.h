// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

#include <deque>
#include <memory>
#include <mutex>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <variant>

namespace bitloom {

/// What an engine of this machine is started with besides its command line.
struct EngineSurroundings
{
    QStringList pluginFolders; ///< put before those of the environment
    qint64 memoryLimitBytes = 0; ///< 0: none
    QString demoModel; ///< the model that "demo" stands for, unless the environment names another; empty: the engine knows
    bool operator==(const EngineSurroundings&) const = default;
};

using EngineMessage = std::variant<Response, JobEvent>;

/// What the engine said and nobody has taken yet. Filled on the engine's thread, emptied on the GUI thread.
class EngineInbox
{
public:
    /// Returns true when the reader has to be told (nothing was waiting before).
    [[nodiscard]] bool add(std::vector<EngineMessage> messages);
    /// The oldest message, if there is one.
    [[nodiscard]] std::optional<EngineMessage> take();
    void clear();

private:
    std::mutex m_mutex; // guards m_messages
    std::deque<EngineMessage> m_messages;
};

/// The engine's process and its byte stream. Lives on a thread of its own, so that neither a big frame nor a slow pipe
/// is ever felt by the GUI; everything is asked for by queued calls and answered by signals.
class EngineProcess : public QObject
{
    Q_OBJECT

public:
    explicit EngineProcess(std::shared_ptr<EngineInbox> inbox);
    ~EngineProcess() override;

    /// Starts the program. Whatever ran before is ended first. Signals carry `generation`, so that late ones of an engine that
    /// has been replaced can be told apart.
    void start(const QStringList& command, const EngineSurroundings& surroundings, quint64 generation);
    void write(const QByteArray& frame);
    /// Closes the engine's input, gives it `graceMilliseconds` to leave, then kills it.
    void stop(int graceMilliseconds);
    void kill();

Q_SIGNALS:
    void started(quint64 generation, qint64 processId);
    void messagesWaiting();
    void errorLine(const QString& line);
    /// The stream broke a rule of the protocol; the process has been killed.
    void protocolBroken(quint64 generation, const QString& what);
    void failedToStart(quint64 generation, const QString& why);
    /// exitCode is the signal's number where `crashed`.
    void ended(quint64 generation, int exitCode, bool crashed);

private:
    void readFrames();
    void readErrors();

    std::shared_ptr<EngineInbox> m_inbox;
    std::unique_ptr<QProcess> m_process;
    std::unique_ptr<FrameReader> m_frames;
    QByteArray m_errorRest;
    quint64 m_generation = 0;
    bool m_broken = false;
};

} // namespace bitloom
