// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/queue_page.h"

#include "app/studio/action_list.h"
#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStyledItemDelegate>

namespace bitloom {

namespace {
    /// A bar under the words.
    class AdvanceDelegate : public QStyledItemDelegate
    {
    public:
        using QStyledItemDelegate::QStyledItemDelegate;
        void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
        {
            QStyledItemDelegate::paint(painter, option, index);
            const QVariant part = index.data(QueueModel::PartRole);
            if (!part.isValid())
                return;
            constexpr double height = 3;
            const QRectF room(option.rect.left() + 4, option.rect.bottom() - height - 1, option.rect.width() - 12, height);
            const bool selected = option.state.testFlag(QStyle::State_Selected);
            const PlotStyle style = PlotStyle::of(option.palette);
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(selected ? option.palette.color(QPalette::Highlight).lighter(130) : style.grid);
            painter->drawRoundedRect(room, height / 2, height / 2);
            painter->setBrush(selected ? option.palette.color(QPalette::HighlightedText) : style.accent);
            painter->drawRoundedRect(QRectF(room.left(), room.top(), room.width() * part.toDouble(), height), height / 2, height / 2);
            painter->restore();
        }
    };

    QPushButton* buttonOf(QAction* action)
    {
        auto* button = new QPushButton(action->icon(), plainText(action->text()));
        button->setObjectName(QString(action->objectName()).replace(QLatin1Char('.'), QLatin1Char('_')));
        button->setToolTip(action->toolTip());
        button->setAccessibleDescription(action->toolTip());
        button->setEnabled(action->isEnabled());
        QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
        QObject::connect(action, &QAction::enabledChanged, button, &QPushButton::setEnabled);
        return button;
    }
}

QueuePage::QueuePage(JobQueue& queue, QuantizeJob& job, QWidget* parent)
    : QWidget(parent)
    , m_queue(queue)
    , m_job(job)
    , m_model(new QueueModel(queue, this))
    , m_stack(new QStackedLayout(this))
{
    setObjectName(QStringLiteral("queuePage"));
    buildActions();
    m_stack->addWidget(buildEmpty());
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(14, 14, 14, 14);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(14);
    splitter->addWidget(buildTable());
    splitter->addWidget(buildDetails());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    layout->addWidget(splitter);
    m_stack->addWidget(content);

    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &QueuePage::refresh);
    connect(&m_queue, &JobQueue::changed, this, &QueuePage::refresh);
    connect(&m_queue, &JobQueue::inserted, this, [this] {
        if (!m_table->currentIndex().isValid())
            m_table->selectRow(0);
    });
    connect(&m_queue, &JobQueue::jobChanged, this, [this](int row) {
        if (row == m_table->currentIndex().row())
            refreshDetails();
    });
    connect(&m_queue, &JobQueue::lineLogged, this, [this](quint64 id, const LogLine& line) {
        if (id == m_logged)
            m_log->append(line);
    });
    connect(&m_job, &QuantizeJob::started, this, [this](bool resumed) {
        if (!resumed && m_logged == m_queue.current())
            m_logged = 0; // it began anew
    });
    refresh();
}

// ---- building ---------------------------------------------------------------------------------------------------

QAction* QueuePage::addAction(const char* id, const char* icon, const QString& name, const QString& help, const QKeySequence& shortcut, std::function<void()> run)
{
    auto* action = new QAction(lineIcon(icon), name, this);
    action->setObjectName(QLatin1String(id));
    action->setToolTip(help);
    action->setStatusTip(help);
    action->setShortcut(shortcut);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_forMenu << action;
    return action;
}

void QueuePage::buildActions()
{
    const auto keys = [](const char* portable) { return QKeySequence::fromString(QLatin1String(portable), QKeySequence::PortableText); };
    const auto withSelected = [this](auto member) {
        return [this, member] {
            if (const QueuedJob* job = selected())
                (m_queue.*member)(job->id);
        };
    };
    m_start = addAction("queue.start", "play", tr("&Start the queue"), tr("Runs the jobs that wait, one after another"), keys("Ctrl+Shift+Q"), [this] { m_queue.start(); });
    m_hold = addAction("queue.hold", "stop", tr("Stop &after this job"), tr("Lets the running job end and starts no other"), {}, [this] { m_queue.hold(); });
    m_pause = addAction("queue.pause", "pause", tr("&Pause job"), tr("Finishes the layers that it is at, then holds the job"), {}, [this] { m_job.pause(); });
    m_resume = addAction("queue.resume", "play", tr("&Resume job"), tr("Goes on after the job's finished layers, at once or when it is its turn"), {}, withSelected(&JobQueue::resume));
    m_stop = addAction("queue.stop", "stop", tr("S&top job"), tr("Ends the job; its finished layers are kept and the next job starts"), {}, [this] { m_job.cancel(); });
    m_up = addAction("queue.up", "up", tr("Move &up"), tr("Runs the job earlier"), keys("Alt+Up"), [this] { m_queue.move(selected()->id, -1); });
    m_down = addAction("queue.down", "down", tr("Move &down"), tr("Runs the job later"), keys("Alt+Down"), [this] { m_queue.move(selected()->id, 1); });
    m_remove = addAction("queue.remove", "remove", tr("R&emove"), tr("Takes the job off the list; its files stay"), keys("Delete"), withSelected(&JobQueue::remove));
    m_clear = addAction("queue.clear", "check", tr("&Clear finished"), tr("Takes all finished jobs off the list; their files stay"), {}, [this] { m_queue.removeDone(); });
    m_showLog = addAction("queue.log", "terminal", tr("Show &log"), tr("The newest lines that the engine wrote for this job"), {}, [this] { showLog(selected()->id); });
    m_copyReport = addAction("queue.report", "copy", tr("Copy rep&ort"), tr("Why it failed, with versions and settings, for a bug tracker"), {}, [this] {
        QApplication::clipboard()->setText(selected()->report);
        Q_EMIT reportCopied();
    });
    m_open = addAction("queue.open", "result", tr("S&how the result"), tr("Opens the finished job on the Result page"), {}, [this] { Q_EMIT openRequested(selected()->finishedProject); });
}

QWidget* QueuePage::buildEmpty()
{
    auto* empty = new QWidget;
    auto* layout = new QVBoxLayout(empty);
    auto* setUp = new QPushButton(lineIcon("quantize"), tr("Set up a run"));
    connect(setUp, &QPushButton::clicked, this, &QueuePage::setUpRequested);
    auto* explain = quietLabel(tr("“Add to queue” on the Quantize page puts runs here. They run one after another, and those of one model share its calibration."));
    explain->setWordWrap(true);
    explain->setAlignment(Qt::AlignCenter);
    layout->addStretch(1);
    layout->addWidget(headline(tr("Nothing waits in the queue")), 0, Qt::AlignHCenter);
    layout->addWidget(explain);
    layout->addSpacing(8);
    layout->addWidget(setUp, 0, Qt::AlignHCenter);
    layout->addStretch(2);
    return empty;
}

QWidget* QueuePage::buildTable()
{
    m_list = new Panel(tr("Queue"));
    m_list->addHeaderWidget(helpButton("queue", true));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QAction* action : { m_start, m_hold })
        buttons->addWidget(buttonOf(action));
    buttons->addSpacing(14);
    for (QAction* action : { m_up, m_down, m_remove })
        buttons->addWidget(buttonOf(action));
    buttons->addStretch(1);
    buttons->addWidget(buttonOf(m_clear));
    m_list->body().addLayout(buttons);

    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("queueTable"));
    m_table->setAccessibleName(tr("Jobs of the queue"));
    m_table->setModel(m_model);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setItemDelegateForColumn(QueueModel::Advance, new AdvanceDelegate(m_table));
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->addActions({ m_pause, m_resume, m_stop, m_up, m_down, m_remove, m_showLog, m_copyReport, m_open });
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 14);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->hide();
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setStretchLastSection(true);
    const int letter = fontMetrics().averageCharWidth();
    for (const auto& [column, letters] : { std::pair(QueueModel::Place, 7), std::pair(QueueModel::Model, 15), std::pair(QueueModel::Settings, 33), std::pair(QueueModel::Output, 26),
             std::pair(QueueModel::State, 12), std::pair(QueueModel::Advance, 19), std::pair(QueueModel::TimeLeft, 16) })
        m_table->setColumnWidth(column, letters * letter);
    // The double click of a person who wants to see it.
    connect(m_table, &QTableView::activated, this, [this] {
        if (m_open->isEnabled())
            m_open->trigger();
        else if (m_showLog->isEnabled())
            m_showLog->trigger();
    });
    m_list->setContent(m_table);
    return m_list;
}

QWidget* QueuePage::buildDetails()
{
    m_details = new Panel;
    m_title = new QLabel;
    m_title->setObjectName(QStringLiteral("queueTitle"));
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("queueMessage"));
    m_facts = quietLabel({});
    m_facts->setObjectName(QStringLiteral("queueFacts"));
    for (QLabel* label : { m_title, m_message, m_facts }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        m_details->body().addWidget(label);
    }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QAction* action : { m_pause, m_resume, m_stop, m_showLog, m_copyReport, m_open })
        buttons->addWidget(buttonOf(action));
    buttons->addStretch(1);
    m_details->body().addLayout(buttons);
    m_log = new LogView;
    m_log->setObjectName(QStringLiteral("queueLog"));
    m_log->hide();
    m_details->body().addWidget(m_log, 1);
    m_details->body().addStretch(0);
    return m_details;
}

// ---- what is shown ----------------------------------------------------------------------------------------------

QAction& QueuePage::action(const char* id) const
{
    const auto found = std::find_if(m_forMenu.begin(), m_forMenu.end(), [&](const QAction* action) { return action->objectName() == QLatin1String(id); });
    Q_ASSERT(found != m_forMenu.end());
    return **found;
}

const QueuedJob* QueuePage::selected() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? &m_model->job(index.row()) : nullptr;
}

void QueuePage::select(quint64 id)
{
    if (const int row = m_queue.indexOf(id); row >= 0)
        m_table->selectRow(row);
}

void QueuePage::showLog(quint64 id)
{
    select(id);
    m_log->show();
    fillLog();
    m_log->setFocus();
}

void QueuePage::fillLog()
{
    const QueuedJob* job = selected();
    if (!m_log->isVisibleTo(this) || job == nullptr || job->id == m_logged)
        return;
    m_logged = job->id;
    m_log->clear();
    for (const LogLine& line : job->log)
        m_log->append(line);
}

void QueuePage::refresh()
{
    const bool any = !m_queue.jobs().empty();
    m_stack->setCurrentIndex(any ? 1 : 0);
    QStringList counts;
    if (const int waiting = m_queue.count(QueueState::Queued); waiting > 0)
        counts << tr("%1 waiting").arg(waiting);
    if (const int failed = m_queue.count(QueueState::Failed); failed > 0)
        counts << tr("%1 failed").arg(failed);
    if (const int done = m_queue.count(QueueState::Done); done > 0)
        counts << tr("%1 done").arg(done);
    m_list->setSubtitle(counts.join(QStringLiteral(" · ")));
    const bool waits = m_queue.count(QueueState::Queued) > 0;
    m_start->setEnabled(waits && (!m_queue.goesOn() || m_job.state() == JobState::Paused));
    m_hold->setEnabled(m_queue.goesOn() && waits && m_queue.current() != 0);
    m_clear->setEnabled(m_queue.count(QueueState::Done) > 0);

    const QueuedJob* job = selected();
    const bool seen = isVisible() && job != nullptr;
    const int row = m_table->currentIndex().row();
    m_pause->setEnabled(seen && job->state == QueueState::Running);
    m_resume->setEnabled(seen && (job->canResume() || job->state == QueueState::Pausing));
    m_stop->setEnabled(seen && job->id == m_queue.current() && job->state != QueueState::Stopping);
    m_up->setEnabled(seen && row > 0);
    m_down->setEnabled(seen && row + 1 < m_model->rowCount());
    m_remove->setEnabled(seen && m_queue.canRemove(job->id));
    m_showLog->setEnabled(seen && (job->begun || !job->log.empty()));
    m_copyReport->setEnabled(seen && !job->report.isEmpty());
    m_open->setEnabled(seen && job->state == QueueState::Done && !job->finishedProject.isEmpty());
    refreshDetails();
}

void QueuePage::refreshDetails()
{
    const QueuedJob* job = selected();
    m_details->setVisible(job != nullptr);
    if (job == nullptr)
        return;
    m_title->setText(QStringLiteral("%1  ·  %2").arg(shortPath(job->task.output), stateTitle(job->state)));
    m_title->setToolTip(job->task.output);
    QStringList advance { advanceText(*job) };
    if (const QString left = timeLeftText(*job); !left.isEmpty())
        advance << tr("time left: %1").arg(left);
    m_message->setText(job->message.isEmpty() ? advance.join(QStringLiteral("  ·  ")) : job->message);
    m_message->setVisible(!m_message->text().isEmpty());
    m_facts->setText(QStringList { modelTitle(job->task.recipe), settingsTitle(job->task.recipe), calibrationText(m_queue, *job) }.join(QStringLiteral("  ·  ")));
    fillLog();
}

void QueuePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void QueuePage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    refresh();
}

} // namespace bitloom
