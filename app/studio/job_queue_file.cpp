// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/job_queue_file.h"

#include "app/studio/text.h"
#include "widgets/saved_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <array>
#include <set>

namespace bitloom {

namespace {
    using nlohmann::json;

    constexpr int fileVersion = 1;
    constexpr qint64 mostBytes = 64 << 20; ///< far more than any queue that a person fills
    constexpr std::array<std::pair<QueueState, const char*>, 7> stateNames { { { QueueState::Queued, "queued" }, { QueueState::Running, "running" },
        { QueueState::Pausing, "pausing" }, { QueueState::Paused, "paused" }, { QueueState::Stopping, "stopping" }, { QueueState::Failed, "failed" },
        { QueueState::Done, "done" } } };

    const char* stateName(QueueState state)
    {
        return std::find_if(stateNames.begin(), stateNames.end(), [&](const auto& each) { return each.first == state; })->second;
    }

    json jobToJson(const QueuedJob& job)
    {
        json log = json::array();
        for (const LogLine& line : job.log)
            log.push_back({ line.time.toMSecsSinceEpoch(), line.event.level, line.event.message });
        return { { "id", job.id }, { "recipe", recipeToJson(job.task.recipe) }, { "output", job.task.output.toStdString() }, { "project", job.task.project.toStdString() },
            { "measurements", job.task.measurements.toStdString() }, { "run_anyway", job.task.runAnyway }, { "guided_hessian", job.calibration.guidedHessian },
            { "plain_hessian", job.calibration.plainHessian }, { "fisher_diagonal", job.calibration.fisherDiagonal }, { "state", stateName(job.state) },
            { "message", job.message.toStdString() }, { "begun", job.begun }, { "layers", job.layers }, { "layers_done", job.layersDone }, { "finished_project", job.finishedProject.toStdString() }, { "report", job.report.toStdString() },
            { "log", std::move(log) } };
    }

    /// Reads the fields of one job; the first that is wrong is remembered, the others keep their defaults.
    class Fields
    {
    public:
        Fields(const json& object, std::string where)
            : m_object(object)
            , m_where(std::move(where))
        {
        }

        const json& at(const char* name, bool (json::*is)() const noexcept, const char* expected)
        {
            static const json nothing;
            const auto found = m_object.find(name);
            if (found != m_object.end() && ((*found).*is)())
                return *found;
            if (!m_error)
                m_error = Error { ErrorCode::InvalidInput, fmt::format("{}: “{}” is {}, expected {}", m_where, name, found == m_object.end() ? "not there" : found->type_name(), expected) };
            return nothing;
        }
        std::string string(const char* name)
        {
            const json& value = at(name, &json::is_string, "a text");
            return value.is_string() ? value.get<std::string>() : std::string();
        }
        bool boolean(const char* name)
        {
            const json& value = at(name, &json::is_boolean, "true or false");
            return value.is_boolean() && value.get<bool>();
        }
        std::uint64_t number(const char* name, std::uint64_t most)
        {
            const json& value = at(name, &json::is_number_unsigned, "a whole number");
            const std::uint64_t number = value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
            if (number > most && !m_error)
                m_error = Error { ErrorCode::InvalidInput, fmt::format("{}: “{}” is {}, expected at most {}", m_where, name, number, most) };
            return number;
        }
        void refuse(const std::string& what)
        {
            if (!m_error)
                m_error = Error { ErrorCode::InvalidInput, fmt::format("{}: {}", m_where, what) };
        }
        [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

    private:
        const json& m_object;
        std::string m_where;
        std::optional<Error> m_error;
    };

    Result<QueuedJob> jobFromJson(const json& object, const std::string& where)
    {
        if (!object.is_object())
            return fail(ErrorCode::InvalidInput, "{}: is {}, expected an object", where, object.type_name());
        constexpr std::uint64_t mostLayers = 1 << 20;
        Fields fields(object, where);
        QueuedJob job;
        job.id = fields.number("id", std::uint64_t { 1 } << 53);
        if (job.id == 0)
            fields.refuse("“id” is 0, expected 1 or more");
        auto recipe = parseRecipe(fields.at("recipe", &json::is_object, "an object"), where + ": recipe");
        if (recipe)
            job.task.recipe = std::move(*recipe);
        job.task.output = text(fields.string("output"));
        job.task.project = text(fields.string("project"));
        job.task.measurements = text(fields.string("measurements"));
        job.task.runAnyway = fields.boolean("run_anyway");
        job.calibration = { fields.boolean("guided_hessian"), fields.boolean("plain_hessian"), fields.boolean("fisher_diagonal") };
        const std::string state = fields.string("state");
        const auto known = std::find_if(stateNames.begin(), stateNames.end(), [&](const auto& each) { return state == each.second; });
        if (known != stateNames.end())
            job.state = known->first;
        else
            fields.refuse(fmt::format("“state” is “{}”, expected queued, running, pausing, paused, stopping, failed or done", state));
        if (job.task.output.isEmpty())
            fields.refuse("“output” is empty, expected a path");
        job.message = text(fields.string("message"));
        job.begun = fields.boolean("begun");
        job.layers = static_cast<int>(fields.number("layers", mostLayers));
        job.layersDone = static_cast<int>(fields.number("layers_done", mostLayers));
        job.finishedProject = text(fields.string("finished_project"));
        job.report = text(fields.string("report"));
        for (const json& line : fields.at("log", &json::is_array, "a list")) {
            if (!line.is_array() || line.size() != 3 || !line[0].is_number_integer() || !line[1].is_string() || !line[2].is_string())
                fields.refuse("“log” holds something else than milliseconds, level and text");
            else if (job.log.size() < QueuedJob::keptLogLines)
                job.log.push_back({ QDateTime::fromMSecsSinceEpoch(line[0].get<qint64>()), { line[1].get<std::string>(), line[2].get<std::string>() } });
        }
        if (fields.error())
            return tl::make_unexpected(*fields.error());
        if (!recipe)
            return forward(recipe);
        return job;
    }
}

QByteArray queueToJson(const std::vector<QueuedJob>& jobs)
{
    json list = json::array();
    for (const QueuedJob& job : jobs)
        list.push_back(jobToJson(job));
    return QByteArray::fromStdString(json { { "version", fileVersion }, { "jobs", std::move(list) } }.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

Result<std::vector<QueuedJob>> queueFromJson(const QByteArray& bytes, const std::string& source)
{
    const json content = json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!content.is_object())
        return fail(ErrorCode::InvalidInput, "{}: is not a JSON object, expected a queue of Bitloom", source);
    const auto version = content.find("version");
    if (version == content.end() || !version->is_number_integer())
        return fail(ErrorCode::InvalidInput, "{}: “version” is {}, expected {}", source, version == content.end() ? "not there" : version->type_name(), fileVersion);
    if (*version > fileVersion)
        return fail(ErrorCode::Unsupported, "{}: was written by a newer Bitloom (“version” is {}, expected at most {})", source, version->dump(), fileVersion);
    const auto list = content.find("jobs");
    if (*version != fileVersion || list == content.end() || !list->is_array())
        return fail(ErrorCode::InvalidInput, "{}: “jobs” is {}, expected a list", source, list == content.end() ? "not there" : list->type_name());
    std::vector<QueuedJob> jobs;
    std::set<quint64> ids;
    for (const json& each : *list) {
        const std::string where = fmt::format("{}: job {}", source, jobs.size() + 1);
        BITLOOM_TRY(QueuedJob job, jobFromJson(each, where));
        if (!ids.insert(job.id).second)
            return fail(ErrorCode::InvalidInput, "{}: “id” is {}, which another job has", where, job.id);
        jobs.push_back(std::move(job));
    }
    return jobs;
}

JobQueueFile::JobQueueFile(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
{
    m_writer.setMaxThreadCount(1);
}

JobQueueFile::~JobQueueFile()
{
    m_writer.waitForDone();
}

QString JobQueueFile::path() const
{
    return QDir(m_folder).filePath(QStringLiteral("queue.json"));
}

QString JobQueueFile::setAside() const
{
    for (int number = 1; number < 1000; ++number) {
        const QString name = QDir(m_folder).filePath(QStringLiteral("queue.unread-%1.json").arg(number));
        if (!QFile::exists(name))
            return QFile::rename(path(), name) ? name : QString();
    }
    return {};
}

JobQueueFile::Content JobQueueFile::read()
{
    if (!QDir().mkpath(m_folder)) {
        m_mayWrite = false;
        return { {}, tr("“%1” cannot be made, so the queue is not kept when the studio ends.").arg(m_folder) };
    }
    m_lock = std::make_unique<QLockFile>(path() + QStringLiteral(".lock"));
    m_lock->setStaleLockTime(0); // however long a studio is open; the lock of one that is gone does not count
    if (!m_lock->tryLock(0)) {
        m_mayWrite = false;
        return { {}, m_lock->error() == QLockFile::LockFailedError ? tr("Another Bitloom is open and keeps the queue; that of this window is forgotten when it ends.")
                                                                   : tr("“%1” cannot be written, so the queue is not kept when the studio ends.").arg(m_folder) };
    }
    QFile file(path());
    if (!file.exists())
        return {};
    Result<std::vector<QueuedJob>> jobs;
    if (!file.open(QIODevice::ReadOnly))
        jobs = fail(ErrorCode::Io, "{}: cannot be read: {}", path().toStdString(), file.errorString().toStdString());
    else if (file.size() > mostBytes)
        jobs = fail(ErrorCode::InvalidInput, "{}: has {} bytes, expected at most {}", path().toStdString(), file.size(), mostBytes);
    else
        jobs = queueFromJson(file.readAll(), path().toStdString());
    if (jobs)
        return { std::move(*jobs), {} };
    file.close();
    const QString aside = setAside();
    m_mayWrite = !aside.isEmpty();
    const QString why = text(jobs.error().message);
    return { {}, m_mayWrite ? tr("The queue could not be read and starts empty: %1; the file is kept as “%2”.").arg(why, QFileInfo(aside).fileName())
                            : tr("The queue could not be read: %1; the file stays as it is, and this queue is forgotten when the studio ends.").arg(why) };
}

void JobQueueFile::write(const std::vector<QueuedJob>& jobs)
{
    if (!m_mayWrite)
        return;
    m_writer.start([this, target = path(), bytes = queueToJson(jobs)] {
        const Result<void> saved = saveFile(target, bytes);
        const QString why = saved ? QString() : sentence(saved.error());
        QMetaObject::invokeMethod(this, [this, why] {
            if (!why.isEmpty() && !m_failing)
                Q_EMIT failed(tr("The queue could not be kept. %1").arg(why));
            m_failing = !why.isEmpty();
        });
    });
}

} // namespace bitloom
