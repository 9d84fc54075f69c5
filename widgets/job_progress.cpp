// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/job_progress.h"

#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>

namespace bitloom {
namespace {
    constexpr int barSteps = 1000;

    bool isActive(JobState state)
    {
        return state == JobState::Running || state == JobState::Pausing || state == JobState::Paused || state == JobState::Cancelling;
    }
}

JobProgress::JobProgress(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("jobProgress"));
    m_stage = new QLabel(this);
    m_stage->setObjectName(QStringLiteral("jobStage"));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_stage->setFont(bold);
    m_item = new QLabel(this);
    m_item->setObjectName(QStringLiteral("jobItem"));
    m_item->setForegroundRole(QPalette::PlaceholderText);
    m_item->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_rate = new QLabel(this);
    m_rate->setObjectName(QStringLiteral("jobRate"));
    m_rate->setForegroundRole(QPalette::PlaceholderText);
    m_rate->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_memory = new QLabel(this);
    m_memory->setObjectName(QStringLiteral("jobMemory"));
    m_memory->setForegroundRole(QPalette::PlaceholderText);
    m_memory->setToolTip(tr("Memory of the engine now, and the most it held"));
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("jobBar"));
    m_bar->setAccessibleName(tr("Progress of the job"));
    m_bar->setTextVisible(false);
    m_bar->setRange(0, barSteps);
    m_pause = new QPushButton(tr("&Pause"), this);
    m_pause->setObjectName(QStringLiteral("jobPause"));
    m_pause->setToolTip(tr("Holds the job at the next safe point; nothing is lost"));
    m_resume = new QPushButton(tr("&Resume"), this);
    m_resume->setObjectName(QStringLiteral("jobResume"));
    m_resume->setToolTip(tr("Goes on from the last finished layer"));
    m_cancel = new QPushButton(tr("&Cancel"), this);
    m_cancel->setObjectName(QStringLiteral("jobCancel"));
    m_cancel->setToolTip(tr("Stops the job; finished layers are kept and can be taken up again"));

    auto* texts = new QVBoxLayout;
    texts->setSpacing(5);
    auto* first = new QHBoxLayout;
    first->setSpacing(10);
    first->addWidget(m_stage);
    first->addWidget(m_item, 1);
    auto* last = new QHBoxLayout;
    last->setSpacing(16);
    last->addWidget(m_rate, 1);
    last->addWidget(m_memory);
    texts->addLayout(first);
    texts->addWidget(m_bar);
    texts->addLayout(last);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(14);
    layout->addLayout(texts, 1);
    for (QPushButton* button : { m_pause, m_resume, m_cancel })
        layout->addWidget(button, 0, Qt::AlignVCenter);
    connect(m_pause, &QPushButton::clicked, this, &JobProgress::pauseRequested);
    connect(m_resume, &QPushButton::clicked, this, &JobProgress::resumeRequested);
    connect(m_cancel, &QPushButton::clicked, this, &JobProgress::cancelRequested);
    refresh();
}

QString JobProgress::stageName(const std::string& stage)
{
    if (stage == "load")
        return tr("Loading the model");
    if (stage == "corpus" || stage == "text")
        return tr("Preparing calibration text");
    if (stage == "calibrate")
        return tr("Calibrating");
    if (stage == "measure types")
        return tr("Measuring types");
    if (stage == "quantize")
        return tr("Quantizing");
    if (stage == "tune")
        return tr("Tuning codebooks");
    if (stage == "export")
        return tr("Exporting");
    if (stage == "evaluate")
        return tr("Evaluating");
    if (stage == "verify")
        return tr("Verifying in llama.cpp");
    if (stage == "generate")
        return tr("Generating");
    QString name = QString::fromStdString(stage);
    if (!name.isEmpty())
        name[0] = name[0].toUpper();
    return name;
}

void JobProgress::setState(JobState state, const QString& sentence)
{
    m_state = state;
    m_sentence = sentence;
    refresh();
}

void JobProgress::setProgress(const Progress& progress)
{
    m_progress = progress;
    m_known = true;
    RepaintThrottle::shared().schedule(this, [this] { refresh(); });
}

void JobProgress::setResources(const ResourceEvent& resources)
{
    m_resources = resources;
    RepaintThrottle::shared().schedule(this, [this] { refresh(); });
}

void JobProgress::reset()
{
    m_progress = {};
    m_resources = {};
    m_known = false;
    setState(JobState::Idle);
}

QString JobProgress::summary() const
{
    switch (m_state) {
    case JobState::Idle:
        return tr("No job is running");
    case JobState::Finished:
        return tr("Finished");
    case JobState::Failed:
        return tr("Failed");
    case JobState::Cancelled:
        return tr("Cancelled");
    default:
        break;
    }
    QString text = m_known ? stageName(m_progress.stage) : tr("Starting");
    if (m_known && m_progress.total > 0)
        text += QStringLiteral(" %1 %").arg(100 * m_progress.done / m_progress.total);
    if (m_state == JobState::Paused)
        text = tr("Paused: %1").arg(text);
    return text;
}

void JobProgress::refresh()
{
    const bool active = isActive(m_state);
    const bool canResume = m_state == JobState::Paused || m_state == JobState::Failed || m_state == JobState::Cancelled || m_state == JobState::Pausing;
    m_pause->setVisible(!canResume);
    m_pause->setEnabled(m_state == JobState::Running);
    m_resume->setVisible(canResume);
    m_cancel->setEnabled(active && m_state != JobState::Cancelling);

    QString stage = m_known ? stageName(m_progress.stage) : tr("Starting");
    QString item = QString::fromStdString(m_progress.item);
    switch (m_state) {
    case JobState::Idle:
        stage = tr("No job is running");
        item = tr("Choose a method and press Quantize.");
        break;
    case JobState::Running:
        break;
    case JobState::Pausing:
        item = tr("pauses at the next safe point: %1").arg(item);
        break;
    case JobState::Paused:
        stage = tr("Paused: %1").arg(stage);
        break;
    case JobState::Cancelling:
        stage = tr("Cancelling");
        break;
    case JobState::Finished:
        stage = tr("✓ Finished");
        item.clear();
        break;
    case JobState::Failed:
        stage = tr("✕ Failed");
        item.clear();
        break;
    case JobState::Cancelled:
        stage = tr("Cancelled");
        item = tr("Resume goes on from the last finished layer.");
        break;
    }
    if (!m_sentence.isEmpty())
        item = m_sentence;
    m_stage->setText(stage);
    m_item->setText(item);
    m_item->setToolTip(item);

    const bool counts = m_known && m_progress.total > 0;
    if (active && !counts) {
        m_bar->setRange(0, 0); // busy
    } else {
        m_bar->setRange(0, barSteps);
        const double part = counts ? std::clamp(static_cast<double>(m_progress.done) / static_cast<double>(m_progress.total), 0.0, 1.0) : 0;
        m_bar->setValue(m_state == JobState::Idle ? 0 : m_state == JobState::Finished ? barSteps : static_cast<int>(part * barSteps));
    }
    QStringList parts;
    if (counts && m_state != JobState::Idle && m_state != JobState::Finished) {
        const QString unit = QString::fromStdString(m_progress.unit);
        const bool bytes = m_progress.unit == "bytes";
        parts.append(bytes ? tr("%1 of %2").arg(bytesText(m_progress.done), bytesText(m_progress.total))
                           : tr("%1 of %2 %3").arg(countText(m_progress.done), countText(m_progress.total), unit));
        parts.append(QStringLiteral("%1 %").arg(100.0 * static_cast<double>(m_progress.done) / static_cast<double>(m_progress.total), 0, 'f', 1));
        if (m_state == JobState::Running) {
            if (m_progress.rate > 0) {
                parts.append(bytes ? tr("%1 per second").arg(bytesText(static_cast<std::int64_t>(m_progress.rate)))
                        : m_progress.rate >= 1 ? tr("%1 %2 per second").arg(numberText(m_progress.rate, 3), unit)
                                               : tr("%1 %2 per minute").arg(numberText(60 * m_progress.rate, 3), unit));
            }
            parts.append(m_progress.etaSeconds >= 0 ? tr("%1 left").arg(durationText(m_progress.etaSeconds)) : tr("time left: measuring…"));
        }
    }
    m_rate->setText(parts.join(QStringLiteral("  ·  ")));
    m_rate->setToolTip(m_rate->text());
    QString memory;
    if (m_resources.memoryBytes > 0)
        memory = tr("Memory %1, peak %2").arg(bytesText(m_resources.memoryBytes), bytesText(std::max(m_resources.memoryBytes, m_resources.peakMemoryBytes)));
    if (m_resources.deviceMemoryBytes > 0)
        memory += tr("  ·  GPU %1").arg(bytesText(m_resources.deviceMemoryBytes));
    m_memory->setText(memory);
    m_bar->setAccessibleDescription((QStringList { stage, item } + parts).join(QStringLiteral(", ")));
}

} // namespace bitloom
