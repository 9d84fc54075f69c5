// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/queue_model.h"
#include "widgets/log_view.h"

#include <QAction>
#include <QLabel>
#include <QStackedLayout>
#include <QTableView>

namespace bitloom {

class Panel;

/// The queue as a page: all jobs in a table, what can be done with the selected one, its message and its log.
class QueuePage : public QWidget
{
    Q_OBJECT
public:
    QueuePage(JobQueue& queue, QuantizeJob& job, QWidget* parent = nullptr);

    /// For menus and shortcuts; the object name is the action's id. Those of the selected job work only while the page is seen.
    [[nodiscard]] QList<QAction*> actionsForMenu() const { return m_forMenu; }
    [[nodiscard]] QTableView& table() { return *m_table; }
    [[nodiscard]] LogView& log() { return *m_log; }
    [[nodiscard]] QAction& action(const char* id) const; ///< "queue.resume"; there must be one of that name
    [[nodiscard]] const QueuedJob* selected() const; ///< null: none
    void select(quint64 id);
    void showLog(quint64 id); ///< of this job

Q_SIGNALS:
    void setUpRequested();
    void openRequested(const QString& project); ///< of a finished job
    void reportCopied();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QAction* addAction(const char* id, const char* icon, const QString& name, const QString& help, const QKeySequence& shortcut, std::function<void()> run);
    void buildActions();
    [[nodiscard]] QWidget* buildEmpty();
    [[nodiscard]] QWidget* buildTable();
    [[nodiscard]] QWidget* buildDetails();
    void refresh();
    void refreshDetails();
    void fillLog();

    JobQueue& m_queue;
    QuantizeJob& m_job;
    QueueModel* m_model;
    QStackedLayout* m_stack;
    QTableView* m_table = nullptr;
    Panel *m_list = nullptr, *m_details = nullptr;
    QLabel *m_title = nullptr, *m_message = nullptr, *m_facts = nullptr;
    LogView* m_log = nullptr;
    quint64 m_logged = 0; ///< whose lines the log shows
    QList<QAction*> m_forMenu;
    QAction *m_start = nullptr, *m_hold = nullptr, *m_pause = nullptr, *m_resume = nullptr, *m_stop = nullptr, *m_up = nullptr, *m_down = nullptr, *m_remove = nullptr,
            *m_clear = nullptr, *m_showLog = nullptr, *m_copyReport = nullptr, *m_open = nullptr;
};

} // namespace bitloom
