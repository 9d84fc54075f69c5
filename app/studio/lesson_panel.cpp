// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lesson_panel.h"

#include "app/studio/panel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace bitloom {

namespace {
    constexpr int checkMilliseconds = 300;
}

LessonPanel::LessonPanel(QWidget* window, QWidget* parent)
    : QWidget(parent)
    , m_spotlight(new Spotlight(window))
    , m_title(new QLabel)
    , m_count(quietLabel({}))
    , m_text(new QLabel)
    , m_state(new QLabel)
    , m_act(new QPushButton)
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton(tr("Next")))
    , m_close(new QPushButton(tr("End the lesson")))
{
    setObjectName(QStringLiteral("lessonPanel"));
    setAccessibleName(tr("Lesson"));
    m_spotlight->hide();
    QFont font = m_title->font();
    font.setWeight(QFont::DemiBold);
    font.setPointSizeF(font.pointSizeF() * 1.15);
    m_title->setFont(font);
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_text->setObjectName(QStringLiteral("lessonText"));
    m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_state->setWordWrap(true);
    m_state->setObjectName(QStringLiteral("lessonState"));
    m_act->setObjectName(QStringLiteral("lessonAct"));
    m_next->setObjectName(QStringLiteral("lessonNext"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_back);
    buttons->addWidget(m_next, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_title);
    layout->addWidget(m_count);
    layout->addWidget(m_text);
    layout->addWidget(m_act);
    layout->addWidget(m_state);
    layout->addStretch(1);
    layout->addLayout(buttons);
    layout->addWidget(m_close);
    setMinimumWidth(250);
    connect(m_act, &QPushButton::clicked, this, [this] {
        if (m_lesson.steps.empty())
            return;
        // A copy: what it does may end the lesson.
        if (const auto act = m_lesson.steps[static_cast<std::size_t>(m_step)].act)
            act();
        if (m_lesson.steps.empty())
            return;
        reframe();
        check();
    });
    connect(m_back, &QPushButton::clicked, this, [this] { goTo(m_step - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (m_step + 1 < static_cast<int>(m_lesson.steps.size()))
            goTo(m_step + 1);
        else
            close();
    });
    connect(m_close, &QPushButton::clicked, this, &LessonPanel::close);
    connect(&m_timer, &QTimer::timeout, this, &LessonPanel::check);
    m_timer.setInterval(checkMilliseconds);
}

void LessonPanel::begin(const Lesson& lesson)
{
    m_lesson = lesson;
    m_title->setText(lesson.title);
    m_timer.start();
    goTo(0);
}

void LessonPanel::close()
{
    m_timer.stop();
    m_spotlight->hide();
    m_spotlight->aimAt(nullptr);
    m_lesson = {};
    Q_EMIT closed();
}

bool LessonPanel::stepIsDone() const
{
    if (m_lesson.steps.empty())
        return false;
    const auto& done = m_lesson.steps[static_cast<std::size_t>(m_step)].done;
    return !done || done();
}

void LessonPanel::goTo(int step)
{
    if (step < 0 || step >= static_cast<int>(m_lesson.steps.size()))
        return;
    m_step = step;
    const LessonStep& here = m_lesson.steps[static_cast<std::size_t>(step)];
    m_count->setText(tr("Step %1 of %2").arg(step + 1).arg(m_lesson.steps.size()));
    m_text->setText(here.text);
    m_text->setAccessibleName(here.text);
    m_act->setVisible(!here.actionText.isEmpty());
    m_act->setText(here.actionText);
    m_back->setEnabled(step > 0);
    m_next->setText(step + 1 == static_cast<int>(m_lesson.steps.size()) ? tr("Finish") : tr("Next"));
    m_wasDone = !here.done;
    reframe();
    check();
}

void LessonPanel::reframe()
{
    const LessonStep& here = m_lesson.steps[static_cast<std::size_t>(m_step)];
    QWidget* target = here.show ? here.show() : nullptr;
    m_spotlight->aimAt(target);
    m_spotlight->setVisible(target != nullptr);
}

void LessonPanel::check()
{
    if (m_lesson.steps.empty())
        return;
    const bool asked = m_lesson.steps[static_cast<std::size_t>(m_step)].done != nullptr;
    const bool done = stepIsDone();
    m_state->setText(!asked ? QString() : done ? tr("✓ Done. Go on.") : tr("○ Not done yet."));
    m_next->setEnabled(done);
    // Two primary buttons would say nothing.
    for (auto [button, primary] : { std::pair(m_next, done), std::pair(m_act, !done) }) {
        if (button->property("primary").toBool() != primary) {
            button->setProperty("primary", primary);
            button->style()->unpolish(button);
            button->style()->polish(button);
        }
    }
    if (done && !m_wasDone)
        m_next->setFocus();
    m_wasDone = done;
}

} // namespace bitloom
