// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/queued_job.h"

#include <QLockFile>
#include <QThreadPool>
#include <memory>

namespace bitloom {

/// Jobs as JSON, and back. What comes back is checked field by field; `source` names the file in errors.
[[nodiscard]] QByteArray queueToJson(const std::vector<QueuedJob>& jobs);
[[nodiscard]] Result<std::vector<QueuedJob>> queueFromJson(const QByteArray& json, const std::string& source);

/// The queue in a file of its own, so that it outlives the studio. One studio at a time owns it: another that is open beside it keeps no queue.
/// GUI thread only; writing happens on a thread of its own.
class JobQueueFile : public QObject
{
    Q_OBJECT
public:
    /// `folder` is made when there is something to write.
    explicit JobQueueFile(const QString& folder, QObject* parent = nullptr);
    ~JobQueueFile() override; ///< waits until what was given to write() is on disk

    struct Content
    {
        std::vector<QueuedJob> jobs;
        QString problem; ///< a sentence where the file could not be taken; it is kept aside then
    };
    [[nodiscard]] Content read();
    void write(const std::vector<QueuedJob>& jobs);
    [[nodiscard]] QString path() const;

Q_SIGNALS:
    void failed(const QString& sentence); ///< of writing; told once until it works again

private:
    [[nodiscard]] QString setAside() const; ///< the new name; empty where the file could not be renamed

    QString m_folder;
    std::unique_ptr<QLockFile> m_lock;
    bool m_mayWrite = true, m_failing = false;
    QThreadPool m_writer; ///< of one thread, so that the newest content is written last
};

} // namespace bitloom
