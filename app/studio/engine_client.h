// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_process.h"

#include <functional>
#include <map>
#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QThread>
#include <QTimer>

namespace bitloom {

/// Why the engine is gone, in words for a person and for a bug report.
struct EngineFailure
{
    enum class Kind { CannotStart, Crashed, Exited, ConnectionLost, BrokenProtocol, VersionMismatch };
    Kind kind = Kind::Crashed;
    QString what; ///< one sentence
    QString advice; ///< what to do next, one sentence
    QString command;
    QStringList lastLines; ///< of the engine's stderr and log, oldest first
    QStringList errorLines; ///< of its stderr alone
    bool duringJob = false;
    [[nodiscard]] QString report() const; ///< all of it with versions, for "Copy report"
};

/// The studio's end of the conversation with the engine. All members are called on the GUI thread and none of them waits:
/// process, pipe and decoding live on a thread of their own, and what arrives is handed out in slices of a few
/// milliseconds so that input is never held up.
class EngineClient : public QObject
{
    Q_OBJECT

public:
    enum class State { Stopped, Starting, Ready, Failed };
    Q_ENUM(State)
    using Reply = std::function<void(Result<nlohmann::json>)>;

    explicit EngineClient(QObject* parent = nullptr);
    ~EngineClient() override;

    /// Starts the engine, ending one that runs. The answer to hello makes the state Ready.
    void start(const QStringList& command, const EngineSurroundings& surroundings = {});
    void restart() { start(m_command, m_surroundings); }
    /// For somebody who needs the engine although it crashed or was stopped.
    void startIfGone();
    void stop();
    /// Ends the engine at once, as a crash would.
    void kill();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const EngineInfo& info() const { return m_info; }
    [[nodiscard]] qint64 processId() const { return m_processId; }
    [[nodiscard]] QStringList command() const { return m_command; }
    [[nodiscard]] QStringList lastLines() const { return m_lastLines; }

    /// Sends a request; `reply` is called once on the GUI thread, unless `guard` has been destroyed before. Until the engine is
    /// ready, requests wait. Without an engine the reply is an error, given later, never from within this call.
    quint64 request(const char* method, nlohmann::json params, QObject* guard, Reply reply);

    template <class T>
    quint64 requestAs(const char* method, nlohmann::json params, QObject* guard, std::function<void(Result<T>)> reply)
    {
        return request(method, std::move(params), guard, [reply = std::move(reply)](Result<nlohmann::json> result) {
            reply(std::move(result).and_then([](const nlohmann::json& json) { return readAs<T>(json); }));
        });
    }
    /// A request whose answer does not matter.
    void tell(const char* method, nlohmann::json params = nlohmann::json::object());

Q_SIGNALS:
    void stateChanged(bitloom::EngineClient::State state);
    void ready();
    void failed(const bitloom::EngineFailure& failure);
    void lineLogged(const QString& line);
    /// Events of the running job. `job` is the id that request() gave.
    void logged(quint64 job, const bitloom::LogEvent& event);
    void progressed(quint64 job, const bitloom::Progress& progress);
    void layerChanged(quint64 job, const bitloom::LayerEvent& event);
    void objectiveRecorded(quint64 job, const bitloom::ObjectiveEvent& event);
    void saliencyMeasured(quint64 job, const bitloom::SaliencyEvent& event);
    void codebookMoved(quint64 job, const bitloom::CodebookEvent& event);
    void resourcesMeasured(quint64 job, const bitloom::ResourceEvent& event);
    void tokenWritten(quint64 job, const bitloom::TokenEvent& event);
    void promptRead(quint64 job, const bitloom::PromptEvent& event);
    void cacheMapped(quint64 job, const bitloom::CacheMapEvent& event);

private:
    struct Pending
    {
        std::string method;
        QPointer<QObject> guard;
        bool guarded = false;
        Reply reply;
    };

    void setState(State state);
    void send(const Request& request);
    void sayHello();
    void drain();
    void dispatch(EngineMessage message);
    void dispatch(quint64 job, const Event& event);
    void remember(const QString& line);
    void fail(EngineFailure::Kind kind, const QString& what, const QString& advice);
    void answerAllWith(const Error& error);

    std::shared_ptr<EngineInbox> m_inbox;
    QThread m_thread;
    EngineProcess* m_process = nullptr; // lives on m_thread
    State m_state = State::Stopped;
    EngineInfo m_info;
    QStringList m_command;
    EngineSurroundings m_surroundings;
    QStringList m_lastLines, m_errorLines;
    qint64 m_processId = 0;
    quint64 m_nextId = 1;
    quint64 m_generation = 0; // of the engine that was started last; signals of earlier ones are dropped
    std::map<quint64, Pending> m_pending;
    std::vector<Request> m_waiting; // asked for before hello was answered
    QTimer m_drainTimer;
};

} // namespace bitloom
