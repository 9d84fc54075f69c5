// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/term_card.h"

#include "app/studio/line_icon.h"

#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace bitloom {

namespace {
    constexpr int cardWidth = 380;

    class TermCard : public QFrame
    {
    public:
        TermCard(const Term& term, QWidget* parent)
            : QFrame(parent, Qt::Popup)
        {
            setObjectName(QStringLiteral("termCard"));
            setAttribute(Qt::WA_DeleteOnClose);
            setFrameShape(QFrame::StyledPanel);
            setAutoFillBackground(true);
            setBackgroundRole(QPalette::Base);
            setAccessibleName(term.title);
            auto* label = new QLabel(termHtml(term));
            label->setObjectName(QStringLiteral("termText"));
            label->setWordWrap(true);
            label->setTextInteractionFlags(Qt::TextBrowserInteraction);
            label->setOpenExternalLinks(true);
            label->setFixedWidth(cardWidth);
            label->setAccessibleName(term.title);
            auto* layout = new QVBoxLayout(this);
            layout->setContentsMargins(16, 10, 16, 10);
            layout->addWidget(label);
            label->setFocus();
        }
    };
}

void showTermCard(const Term& term, QWidget* anchor)
{
    auto* card = new TermCard(term, anchor->window());
    card->adjustSize();
    QPoint place = anchor->mapToGlobal(QPoint(0, anchor->height() + 4));
    if (const QScreen* screen = anchor->screen()) {
        const QRect room = screen->availableGeometry();
        place.setX(qBound(room.left(), place.x(), qMax(room.left(), room.right() - card->width())));
        if (place.y() + card->height() > room.bottom())
            place.setY(qMax(room.top(), anchor->mapToGlobal(QPoint()).y() - card->height() - 4));
    }
    card->move(place);
    card->show();
}

QToolButton* helpButton(const char* termId, bool withTitle, QWidget* parent)
{
    const Term* term = findTerm(QString::fromLatin1(termId));
    Q_ASSERT(term != nullptr);
    auto* button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("help.") + term->id);
    button->setProperty("term", term->id);
    button->setIcon(lineIcon("help"));
    button->setIconSize({ 15, 15 });
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(GlossaryDialog::tr("What is this: %1?").arg(term->title));
    button->setAccessibleName(button->toolTip());
    if (withTitle) {
        button->setText(term->title);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    }
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 1px; } QToolButton:focus { padding: 0; }"));
    QObject::connect(button, &QToolButton::clicked, button, [button, id = term->id] { showTermCard(*findTerm(id), button); });
    return button;
}

GlossaryDialog::GlossaryDialog(QWidget* parent)
    : QDialog(parent)
    , m_search(new QLineEdit)
    , m_list(new QListWidget)
    , m_card(new QTextBrowser)
{
    setWindowTitle(tr("Terms explained"));
    resize(720, 480);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search terms"));
    m_search->setClearButtonEnabled(true);
    m_list->setAccessibleName(tr("Terms"));
    m_list->setMaximumWidth(240);
    m_card->setAccessibleName(tr("Explanation"));
    m_card->setOpenExternalLinks(true);
    for (const Term& term : glossary()) {
        auto* item = new QListWidgetItem(term.title, m_list);
        item->setData(Qt::UserRole, term.id);
    }
    auto* left = new QVBoxLayout;
    left->addWidget(m_search);
    left->addWidget(m_list, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->addLayout(left);
    layout->addWidget(m_card, 1);
    connect(m_search, &QLineEdit::textChanged, this, &GlossaryDialog::filter);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr)
            m_card->setHtml(termHtml(*findTerm(item->data(Qt::UserRole).toString())));
    });
    m_list->setCurrentRow(0);
}

void GlossaryDialog::showTerm(const QString& id)
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(Qt::UserRole).toString() == id)
            m_list->setCurrentRow(row);
    }
}

void GlossaryDialog::filter(const QString& text)
{
    int first = -1;
    for (int row = 0; row < m_list->count(); ++row) {
        const Term& term = *findTerm(m_list->item(row)->data(Qt::UserRole).toString());
        const bool fits = (term.title + QLatin1Char(' ') + term.what + QLatin1Char(' ') + term.why).contains(text.trimmed(), Qt::CaseInsensitive);
        m_list->item(row)->setHidden(!fits);
        if (fits && first < 0)
            first = row;
    }
    if (first >= 0)
        m_list->setCurrentRow(first);
}

} // namespace bitloom
