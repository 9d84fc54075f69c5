// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/queue_model.h"

#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <QFileInfo>

namespace bitloom {

QueueModel::QueueModel(JobQueue& queue, QObject* parent)
    : QAbstractTableModel(parent)
    , m_queue(queue)
{
    connect(&m_queue, &JobQueue::aboutToInsert, this, [this](int row) { beginInsertRows({}, row, row); });
    connect(&m_queue, &JobQueue::inserted, this, [this] {
        endInsertRows();
        tellPlaces();
    });
    connect(&m_queue, &JobQueue::aboutToRemove, this, [this](int row) { beginRemoveRows({}, row, row); });
    connect(&m_queue, &JobQueue::removed, this, [this] {
        endRemoveRows();
        tellPlaces();
    });
    // Qt counts the row that the moved one comes to stand before.
    connect(&m_queue, &JobQueue::aboutToMove, this, [this](int from, int to) { beginMoveRows({}, from, from, {}, to > from ? to + 1 : to); });
    connect(&m_queue, &JobQueue::moved, this, [this] {
        endMoveRows();
        tellPlaces();
    });
    connect(&m_queue, &JobQueue::jobChanged, this, [this](int row) {
        if (row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    });
}

/// Places, not jobs, have numbers; and whose calibration a job takes hangs on the order.
void QueueModel::tellPlaces()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_queue.jobs().size());
}

int QueueModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString QueueModel::cell(int row, Column column) const
{
    const QueuedJob& job = this->job(row);
    switch (column) {
    case Place:
        return QString::number(row + 1);
    case Model:
        return modelTitle(job.task.recipe);
    case Settings:
        return settingsTitle(job.task.recipe);
    case Output:
        return QFileInfo(job.task.output).fileName();
    case State:
        return stateTitle(job.state);
    case Advance:
        return advanceText(job);
    case TimeLeft:
        return timeLeftText(job);
    case Message:
        return job.message.isEmpty() ? calibrationText(m_queue, job) : job.message;
    case ColumnCount:
        break;
    }
    return {};
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const QueuedJob& job = this->job(index.row());
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cell(index.row(), column);
    case Qt::AccessibleTextRole: {
        const QString content = cell(index.row(), column);
        return QStringLiteral("%1: %2").arg(headerData(column, Qt::Horizontal).toString(), content.isEmpty() ? tr("nothing to tell") : content);
    }
    case Qt::ToolTipRole:
        if (column == Output)
            return job.task.output;
        if (column == Model)
            return text(job.task.recipe.model);
        return cell(index.row(), column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((column == Place || column == TimeLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case PartRole:
        if (job.state == QueueState::Done)
            return 1.0;
        if (job.part && job.stage != "quantize")
            return *job.part;
        return job.layers > 0 ? QVariant(static_cast<double>(job.layersDone) / job.layers) : QVariant();
    case ActiveRole:
        return job.isActive();
    default:
        return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const auto column = static_cast<Column>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((column == Place || column == TimeLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Advance:
            return tr("Of the layers once they are solved, before that of the step that is under way");
        case TimeLeft:
            return tr("At the pace of the layers that this run finished of late");
        default:
            return {};
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Place:
        return tr("No.");
    case Model:
        return tr("Model");
    case Settings:
        return tr("Method");
    case Output:
        return tr("Output");
    case State:
        return tr("State");
    case Advance:
        return tr("Progress");
    case TimeLeft:
        return tr("Time left");
    case Message:
        return tr("Message");
    case ColumnCount:
        break;
    }
    return {};
}

QString advanceText(const QueuedJob& job)
{
    if (job.isActive() && !job.stage.empty() && job.stage != "quantize") {
        const QString stage = JobProgress::stageName(job.stage);
        return job.part ? QStringLiteral("%1 %2 %").arg(stage).arg(qRound(100 * *job.part)) : stage;
    }
    if (job.layers > 0 && job.state != QueueState::Done)
        return QueueModel::tr("%1 of %2 layers").arg(job.layersDone).arg(job.layers);
    return job.state == QueueState::Running ? QueueModel::tr("starting") : QString();
}

QString timeLeftText(const QueuedJob& job)
{
    if (job.state != QueueState::Running)
        return {};
    if (!job.secondsLeft)
        return QueueModel::tr("measuring …");
    return job.layersTell ? durationText(*job.secondsLeft) : QueueModel::tr("%1 in this step").arg(durationText(*job.secondsLeft));
}

QString calibrationText(const JobQueue& queue, const QueuedJob& job)
{
    if (!job.calibration.any())
        return QueueModel::tr("Needs no calibration.");
    const QueuedJob* source = queue.calibrationSource(job);
    if (source == nullptr) {
        const int takers = queue.calibrationTakers(job);
        return takers > 0 ? QueueModel::tr("Calibrates; jobs that take it over: %1.").arg(takers) : QueueModel::tr("Calibrates.");
    }
    const QString name = QFileInfo(source->task.output).fileName();
    return source->calibration.covers(job.calibration) ? QueueModel::tr("Takes the calibration of “%1”.").arg(name)
                                                       : QueueModel::tr("Adds to the calibration of “%1”.").arg(name);
}

} // namespace bitloom
