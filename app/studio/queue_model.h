// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/job_queue.h"

#include <QAbstractTableModel>

namespace bitloom {

/// The queue as a table: a row for each job, in the order in which they run.
class QueueModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Place, Model, Settings, Output, State, Advance, TimeLeft, Message, ColumnCount };
    enum Role { PartRole = Qt::UserRole /*0 to 1, of the bar; not set where nothing is known*/, ActiveRole };

    explicit QueueModel(JobQueue& queue, QObject* parent = nullptr);

    [[nodiscard]] const QueuedJob& job(int row) const { return m_queue.jobs()[static_cast<std::size_t>(row)]; }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    [[nodiscard]] QString cell(int row, Column column) const;
    void tellPlaces();

    JobQueue& m_queue;
};

/// "12 of 30 layers", "Calibrating 40 %".
[[nodiscard]] QString advanceText(const QueuedJob& job);
/// "12 min 04 s", "2 min in this step".
[[nodiscard]] QString timeLeftText(const QueuedJob& job);
/// Whose calibration the job takes, one sentence.
[[nodiscard]] QString calibrationText(const JobQueue& queue, const QueuedJob& job);

} // namespace bitloom
