// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/engine_process.h"

#include <QProcessEnvironment>
#include <sys/resource.h>

#include <algorithm>
#include <array>

namespace bitloom {

namespace {
    /// With this many messages waiting, pictures that a later one replaces are dropped.
    constexpr std::size_t crowded = 400;

    bool isPicture(const EngineMessage& message)
    {
        const auto* event = std::get_if<JobEvent>(&message);
        return event
            && (std::holds_alternative<ProgressEvent>(event->event) || std::holds_alternative<ResourceEvent>(event->event)
                || std::holds_alternative<CodebookEvent>(event->event));
    }
}

bool EngineInbox::add(std::vector<EngineMessage> messages)
{
    const std::lock_guard lock(m_mutex);
    const bool wasEmpty = m_messages.empty();
    std::move(messages.begin(), messages.end(), std::back_inserter(m_messages));
    if (m_messages.size() > crowded) {
        // Keep the newest picture of each kind: walk from the back and drop the older ones.
        std::array<bool, std::variant_size_v<Event>> seen {};
        std::deque<EngineMessage> kept;
        for (auto it = m_messages.rbegin(); it != m_messages.rend(); ++it) {
            if (isPicture(*it)) {
                bool& already = seen[std::get<JobEvent>(*it).event.index()];
                if (already)
                    continue;
                already = true;
            }
            kept.push_front(std::move(*it));
        }
        m_messages = std::move(kept);
    }
    return wasEmpty && !m_messages.empty();
}

std::optional<EngineMessage> EngineInbox::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_messages.empty())
        return std::nullopt;
    EngineMessage message = std::move(m_messages.front());
    m_messages.pop_front();
    return message;
}

void EngineInbox::clear()
{
    const std::lock_guard lock(m_mutex);
    m_messages.clear();
}

EngineProcess::EngineProcess(std::shared_ptr<EngineInbox> inbox)
    : m_inbox(std::move(inbox))
{
}

EngineProcess::~EngineProcess()
{
    stop(1000);
}

void EngineProcess::start(const QStringList& command, const EngineSurroundings& surroundings, quint64 generation)
{
    stop(0);
    m_generation = generation;
    m_frames = std::make_unique<FrameReader>();
    m_errorRest.clear();
    m_broken = false;
    if (command.isEmpty()) {
        Q_EMIT failedToStart(m_generation, tr("The engine command is empty."));
        return;
    }
    m_process = std::make_unique<QProcess>();
    QProcess* process = m_process.get();
    connect(process, &QProcess::started, this, [this, process] { Q_EMIT started(m_generation, process->processId()); });
    connect(process, &QProcess::readyReadStandardOutput, this, &EngineProcess::readFrames);
    connect(process, &QProcess::readyReadStandardError, this, &EngineProcess::readErrors);
    connect(process, &QProcess::errorOccurred, this, [this, process](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failedToStart(m_generation, process->errorString());
    });
    connect(process, &QProcess::finished, this, [this](int exitCode, QProcess::ExitStatus status) {
        readFrames();
        readErrors();
        if (!m_errorRest.isEmpty())
            Q_EMIT errorLine(QString::fromUtf8(m_errorRest));
        m_errorRest.clear();
        Q_EMIT ended(m_generation, exitCode, status == QProcess::CrashExit);
    });
    auto environment = QProcessEnvironment::systemEnvironment();
    if (!surroundings.pluginFolders.isEmpty()) {
        const QString name = QStringLiteral("BITLOOM_PLUGIN_PATH");
        QStringList folders = surroundings.pluginFolders;
        if (environment.contains(name))
            folders << environment.value(name);
        environment.insert(name, folders.join(QLatin1Char(':')));
    }
    if (const QString name = QStringLiteral("BITLOOM_DEMO_MODEL"); !surroundings.demoModel.isEmpty() && !environment.contains(name))
        environment.insert(name, surroundings.demoModel);
    process->setProcessEnvironment(environment);
    if (surroundings.memoryLimitBytes > 0) {
        process->setChildProcessModifier([bytes = static_cast<rlim_t>(surroundings.memoryLimitBytes)] {
            // Data, not address space: mapped model files and what a GPU's driver reserves do not count.
            const rlimit limit { bytes, bytes };
            ::setrlimit(RLIMIT_DATA, &limit);
        });
    }
    process->start(command.first(), command.mid(1));
}

void EngineProcess::write(const QByteArray& frame)
{
    if (m_process && m_process->state() != QProcess::NotRunning)
        m_process->write(frame);
}

void EngineProcess::stop(int graceMilliseconds)
{
    if (!m_process)
        return;
    // From here on its end is wanted, so nobody is told.
    disconnect(m_process.get(), nullptr, this, nullptr);
    if (m_process->state() != QProcess::NotRunning) {
        m_process->closeWriteChannel();
        if (graceMilliseconds <= 0 || !m_process->waitForFinished(graceMilliseconds)) {
            m_process->kill();
            m_process->waitForFinished(2000);
        }
    }
    m_process.reset();
}

void EngineProcess::kill()
{
    if (m_process)
        m_process->kill();
}

void EngineProcess::readFrames()
{
    const QByteArray bytes = m_process->readAllStandardOutput();
    if (m_broken || bytes.isEmpty())
        return;
    m_frames->append({ reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size()) });
    std::vector<EngineMessage> messages;
    QString broken;
    while (true) {
        auto frame = m_frames->next();
        if (!frame) {
            broken = QString::fromStdString(frame.error().message);
            break;
        }
        if (!frame->has_value())
            break;
        auto message = parseFromEngine(**frame);
        if (!message) {
            broken = QString::fromStdString(message.error().message);
            break;
        }
        messages.push_back(std::move(*message));
    }
    if (!messages.empty() && m_inbox->add(std::move(messages)))
        Q_EMIT messagesWaiting();
    if (!broken.isEmpty()) {
        m_broken = true;
        Q_EMIT protocolBroken(m_generation, broken);
        m_process->kill();
    }
}

void EngineProcess::readErrors()
{
    m_errorRest += m_process->readAllStandardError();
    qsizetype end = 0;
    while ((end = m_errorRest.indexOf('\n')) >= 0) {
        const QByteArray line = m_errorRest.left(end).trimmed();
        m_errorRest.remove(0, end + 1);
        if (!line.isEmpty())
            Q_EMIT errorLine(QString::fromUtf8(line));
    }
    // A line without end is cut, so that a broken program cannot fill our memory.
    if (m_errorRest.size() > 65536)
        m_errorRest = m_errorRest.right(4096);
}

} // namespace bitloom
