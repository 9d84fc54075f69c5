// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/engine_client.h"

#include <algorithm>
#include <array>
#include <QCoreApplication>
#include <QFileInfo>
#include <QSysInfo>

namespace bitloom {

namespace {
    constexpr int rememberedLines = 200;
    constexpr int sshFailed = 255; ///< ssh's own status; the command's lies below
    /// How long messages are handed out before waiting input has its turn.
    constexpr int sliceMilliseconds = 6;
    const std::array<const char*, 4> jobMethods { "quantize", "evaluate", "verify", "generate" };

    template <class... Handlers>
    struct Overloaded : Handlers...
    {
        using Handlers::operator()...;
    };
    template <class... Handlers>
    Overloaded(Handlers...) -> Overloaded<Handlers...>;

    bool isJob(const std::string& method)
    {
        return std::find(jobMethods.begin(), jobMethods.end(), method) != jobMethods.end();
    }

    QString signalSentence(int number)
    {
        switch (number) {
        case 9:
            return EngineClient::tr("The engine was killed (signal 9). When nobody did that by hand, the system ran out of memory.");
        case 15:
            return EngineClient::tr("The engine was asked to end by another program (signal 15).");
        case 11:
            return EngineClient::tr("The engine crashed: it touched memory that is not its own (signal 11).");
        case 6:
            return EngineClient::tr("The engine crashed: it found itself in a state that cannot be (signal 6).");
        default:
            return EngineClient::tr("The engine crashed (signal %1).").arg(number);
        }
    }
}

QString EngineFailure::report() const
{
    QStringList lines;
    lines << QStringLiteral("Bitloom " BITLOOM_VERSION ", Qt %1, %2, %3")
                 .arg(QString::fromLatin1(qVersion()), QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture());
    lines << QStringLiteral("Engine command: %1").arg(command);
    lines << what << advice << QString() << QStringLiteral("Last lines of the engine:");
    lines += lastLines;
    return lines.join(QLatin1Char('\n'));
}

EngineClient::EngineClient(QObject* parent)
    : QObject(parent)
    , m_inbox(std::make_shared<EngineInbox>())
    , m_process(new EngineProcess(m_inbox))
{
    m_thread.setObjectName(QStringLiteral("engine"));
    m_process->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_process, &QObject::deleteLater);
    m_drainTimer.setSingleShot(true);
    m_drainTimer.setInterval(0);
    connect(&m_drainTimer, &QTimer::timeout, this, &EngineClient::drain);
    connect(m_process, &EngineProcess::messagesWaiting, this, &EngineClient::drain);
    connect(m_process, &EngineProcess::errorLine, this, [this](const QString& line) {
        m_errorLines.append(line);
        if (m_errorLines.size() > rememberedLines)
            m_errorLines.removeFirst();
        remember(line);
    });
    connect(m_process, &EngineProcess::started, this, [this](quint64 generation, qint64 processId) {
        if (generation != m_generation || m_state != State::Starting)
            return;
        m_processId = processId;
        sayHello();
    });
    connect(m_process, &EngineProcess::failedToStart, this, [this](quint64 generation, const QString& why) {
        if (generation != m_generation)
            return;
        fail(EngineFailure::Kind::CannotStart, tr("The engine could not be started: %1.").arg(why),
            tr("Check the engine command in the settings."));
    });
    connect(m_process, &EngineProcess::protocolBroken, this, [this](quint64 generation, const QString& what) {
        if (generation != m_generation)
            return;
        fail(EngineFailure::Kind::BrokenProtocol, tr("The engine's answer could not be read: %1").arg(what),
            tr("Check that the engine command starts “bitloom-cli serve” and prints nothing else, then start it again."));
    });
    connect(m_process, &EngineProcess::ended, this, [this](quint64 generation, int exitCode, bool crashed) {
        if (generation != m_generation)
            return;
        while (auto message = m_inbox->take()) // its last words, before its death is told
            dispatch(std::move(*message));
        if (m_state == State::Failed || m_state == State::Stopped)
            return;
        if (crashed)
            fail(EngineFailure::Kind::Crashed, signalSentence(exitCode),
                tr("Finished layers are kept: resume, or try fewer sequences or another device."));
        else if (exitCode == sshFailed && QFileInfo(m_command.value(0)).fileName() == QLatin1String("ssh"))
            fail(EngineFailure::Kind::ConnectionLost, tr("The connection to the engine's machine was lost, or could not be made (ssh ended with status 255)."),
                tr("Check network and login, start the engine again and resume: finished layers are kept on that machine."));
        else
            fail(EngineFailure::Kind::Exited, tr("The engine ended by itself with status %1.").arg(exitCode),
                tr("Look at its last lines in the log, then start it again."));
    });
    m_thread.start();
}

EngineClient::~EngineClient()
{
    // The process object stops the engine when its thread ends; it gets a moment to close its files.
    m_state = State::Stopped;
    m_thread.quit();
    m_thread.wait();
}

void EngineClient::start(const QStringList& command, const EngineSurroundings& surroundings)
{
    m_command = command;
    m_surroundings = surroundings;
    m_processId = 0;
    m_lastLines.clear();
    m_errorLines.clear();
    m_inbox->clear();
    answerAllWith({ ErrorCode::Internal, "the engine was started anew before it answered" });
    setState(State::Starting);
    QMetaObject::invokeMethod(m_process, [process = m_process, command, surroundings, generation = ++m_generation] {
        process->start(command, surroundings, generation);
    });
}

void EngineClient::startIfGone()
{
    if (m_state == State::Failed || m_state == State::Stopped)
        restart();
}

void EngineClient::stop()
{
    setState(State::Stopped);
    m_processId = 0;
    QMetaObject::invokeMethod(m_process, [process = m_process] { process->stop(1000); });
    answerAllWith({ ErrorCode::Cancelled, "the engine was stopped" });
}

void EngineClient::kill()
{
    QMetaObject::invokeMethod(m_process, [process = m_process] { process->kill(); });
}

void EngineClient::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

quint64 EngineClient::request(const char* method, nlohmann::json params, QObject* guard, Reply reply)
{
    const quint64 id = m_nextId++;
    m_pending.emplace(id, Pending { method, guard, guard != nullptr, std::move(reply) });
    Request request { id, method, std::move(params) };
    if (m_state == State::Ready) {
        send(request);
    } else if (m_state == State::Starting) {
        m_waiting.push_back(std::move(request));
    } else {
        QTimer::singleShot(0, this, [this, id] {
            auto node = m_pending.extract(id);
            if (!node.empty() && node.mapped().reply && (!node.mapped().guarded || node.mapped().guard))
                node.mapped().reply(bitloom::fail(ErrorCode::Internal, "the engine is not running"));
        });
    }
    return id;
}

void EngineClient::tell(const char* method, nlohmann::json params)
{
    if (m_state == State::Ready)
        request(method, std::move(params), nullptr, {});
}

void EngineClient::send(const Request& request)
{
    const auto frame = encodeFrame(toMessage(request));
    const QByteArray bytes(reinterpret_cast<const char*>(frame.data()), static_cast<qsizetype>(frame.size()));
    QMetaObject::invokeMethod(m_process, [process = m_process, bytes] { process->write(bytes); });
}

void EngineClient::sayHello()
{
    const quint64 id = m_nextId++;
    m_pending.emplace(id, Pending { "hello", this, true, [this](Result<nlohmann::json> result) {
        if (!result) {
            if (m_state == State::Starting) {
                kill();
                fail(EngineFailure::Kind::VersionMismatch,
                    tr("The engine refused to talk to this studio: %1.").arg(QString::fromStdString(result.error().message)),
                    tr("Install studio and engine of the same version."));
            }
            return;
        }
        auto info = readAs<EngineInfo>(*result);
        const int protocol = info ? info->protocol : result->value("protocol", -1);
        if (!info || protocol != protocolVersion) {
            kill();
            fail(EngineFailure::Kind::VersionMismatch,
                tr("The engine speaks protocol %1 and this studio speaks protocol %2.").arg(protocol).arg(protocolVersion),
                tr("Install studio and engine of the same version."));
            return;
        }
        m_info = std::move(*info);
        setState(State::Ready);
        for (const auto& waiting : std::exchange(m_waiting, {}))
            send(waiting);
        Q_EMIT ready();
    } });
    send({ id, "hello", { { "protocol", protocolVersion } } });
}

void EngineClient::drain()
{
    QElapsedTimer clock;
    clock.start();
    while (auto message = m_inbox->take()) {
        dispatch(std::move(*message));
        if (clock.elapsed() >= sliceMilliseconds) {
            m_drainTimer.start();
            return;
        }
    }
}

void EngineClient::dispatch(EngineMessage message)
{
    if (auto* event = std::get_if<JobEvent>(&message)) {
        dispatch(event->job, event->event);
        return;
    }
    auto& response = std::get<Response>(message);
    auto node = m_pending.extract(response.id);
    if (node.empty() || !node.mapped().reply || (node.mapped().guarded && !node.mapped().guard))
        return;
    node.mapped().reply(std::move(response.result));
}

void EngineClient::dispatch(quint64 job, const Event& event)
{
    std::visit(Overloaded {
                   [&](const LogEvent& log) {
                       remember(QStringLiteral("%1: %2").arg(QString::fromStdString(log.level), QString::fromStdString(log.message)));
                       Q_EMIT logged(job, log);
                   },
                   [&](const ProgressEvent& progress) { Q_EMIT progressed(job, progress.progress); },
                   [&](const LayerEvent& layer) { Q_EMIT layerChanged(job, layer); },
                   [&](const ObjectiveEvent& objective) { Q_EMIT objectiveRecorded(job, objective); },
                   [&](const SaliencyEvent& saliency) { Q_EMIT saliencyMeasured(job, saliency); },
                   [&](const CodebookEvent& codebook) { Q_EMIT codebookMoved(job, codebook); },
                   [&](const ResourceEvent& resources) { Q_EMIT resourcesMeasured(job, resources); },
                   [&](const TokenEvent& token) { Q_EMIT tokenWritten(job, token); },
                   [&](const PromptEvent& prompt) { Q_EMIT promptRead(job, prompt); },
                   [&](const CacheMapEvent& map) { Q_EMIT cacheMapped(job, map); },
               },
        event);
}

void EngineClient::remember(const QString& line)
{
    m_lastLines.append(line);
    if (m_lastLines.size() > rememberedLines)
        m_lastLines.removeFirst();
    Q_EMIT lineLogged(line);
}

void EngineClient::fail(EngineFailure::Kind kind, const QString& what, const QString& advice)
{
    if (m_state == State::Failed || m_state == State::Stopped)
        return;
    EngineFailure failure { kind, what, advice, m_command.join(QLatin1Char(' ')), m_lastLines, m_errorLines, false };
    for (const auto& [id, pending] : m_pending)
        failure.duringJob |= isJob(pending.method);
    if (kind == EngineFailure::Kind::Crashed && !failure.duringJob)
        failure.advice = tr("Nothing was being computed; start it again to go on.");
    m_processId = 0;
    setState(State::Failed);
    Q_EMIT failed(failure);
    answerAllWith({ ErrorCode::Internal, what.toStdString() });
}

void EngineClient::answerAllWith(const Error& error)
{
    m_waiting.clear();
    for (auto& [id, pending] : std::exchange(m_pending, {})) {
        if (pending.reply && (!pending.guarded || pending.guard))
            pending.reply(tl::make_unexpected(error));
    }
}

} // namespace bitloom
