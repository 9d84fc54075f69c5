// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/start_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/text.h"

#include <QApplication>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

namespace bitloom {

namespace {
    enum Role { PathRole = Qt::UserRole, DetailRole };

    /// Two lines: name, then what it is and where.
    class RecentDelegate : public QStyledItemDelegate
    {
    public:
        using QStyledItemDelegate::QStyledItemDelegate;

        [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
        {
            return { 200, option.fontMetrics.height() * 2 + 20 };
        }

        void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
        {
            QStyleOptionViewItem background = option;
            initStyleOption(&background, index);
            background.text.clear();
            background.icon = {};
            option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);
            const bool selected = option.state & QStyle::State_Selected;
            const QRect area = option.rect.adjusted(12, 8, -12, -8);
            const QRect icon(area.left(), area.center().y() - 11, 22, 22);
            index.data(Qt::DecorationRole).value<QIcon>().paint(painter, icon, Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
            const QRect lines = area.adjusted(36, 0, 0, 0);
            QFont font = option.font;
            font.setWeight(QFont::DemiBold);
            painter->setFont(font);
            painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
            painter->drawText(lines, Qt::AlignLeft | Qt::AlignTop,
                QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, lines.width()));
            painter->setFont(option.font);
            if (!selected)
                painter->setPen(option.palette.color(QPalette::PlaceholderText));
            painter->drawText(lines, Qt::AlignLeft | Qt::AlignBottom,
                option.fontMetrics.elidedText(index.data(DetailRole).toString(), Qt::ElideMiddle, lines.width()));
        }
    };
}

StartPage::StartPage(Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_dropZone(new DropZone)
    , m_recents(new QListWidget)
    , m_recentsStack(new QStackedLayout)
{
    setObjectName(QStringLiteral("startPage"));
    auto* logo = new QLabel;
    logo->setPixmap(QIcon(QStringLiteral(":/bitloom/org.bitloom.Bitloom.svg")).pixmap(56, 56));
    logo->setAccessibleName(tr("Bitloom"));
    auto* title = headline(tr("Bitloom"));
    auto* subtitle = quietLabel(tr("Make a language model several times smaller, and see what is kept."));
    auto* titles = new QVBoxLayout;
    titles->setSpacing(2);
    titles->addWidget(title);
    titles->addWidget(subtitle);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(logo);
    head->addLayout(titles, 1);

    // The whole window takes drops, so that the zone need not be aimed at.
    m_dropZone->setAcceptDrops(false);
    setFocusProxy(m_dropZone->findChild<QPushButton*>());
    m_dropZone->setMinimumHeight(250);
    connect(m_dropZone, &DropZone::folderRequested, this, &StartPage::openFolderRequested);
    connect(m_dropZone, &DropZone::fileRequested, this, &StartPage::openFileRequested);
    connect(m_dropZone, &DropZone::demoRequested, this, &StartPage::demoRequested);

    auto* recentPanel = new Panel(tr("Recent"));
    m_recents->setObjectName(QStringLiteral("recents"));
    m_recents->setAccessibleName(tr("Recent models, projects and recipes"));
    m_recents->setStyleSheet(QStringLiteral("QListWidget { border: 0; }"));
    m_recents->setItemDelegate(new RecentDelegate(m_recents));
    m_recents->setMouseTracking(true);
    m_recents->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_recents->setContextMenuPolicy(Qt::CustomContextMenu);
    const auto openItem = [this](const QListWidgetItem* item) { Q_EMIT pathRequested(item->data(PathRole).toString()); };
    connect(m_recents, &QListWidget::itemActivated, this, openItem);
    connect(m_recents, &QListWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        const QListWidgetItem* item = m_recents->itemAt(position);
        if (item == nullptr)
            return;
        const QString path = item->data(PathRole).toString(); // the list may be filled anew while the menu is open
        QMenu menu;
        const QAction* open = menu.addAction(tr("Open"));
        const QAction* remove = menu.addAction(tr("Remove from this list"));
        const QAction* chosen = menu.exec(m_recents->viewport()->mapToGlobal(position));
        if (chosen == open) {
            Q_EMIT pathRequested(path);
        } else if (chosen == remove) {
            m_settings.removeRecent(path);
            refreshRecents();
        }
    });
    auto* nothing = quietLabel(tr("Nothing opened yet.\nModels, projects and recipes that you open are listed here."));
    nothing->setAlignment(Qt::AlignCenter);
    nothing->setWordWrap(true);
    m_recentsStack->addWidget(nothing);
    m_recentsStack->addWidget(m_recents);
    auto* stackHolder = new QWidget;
    stackHolder->setLayout(m_recentsStack);
    recentPanel->setContent(stackHolder);

    auto* whatPanel = new Panel(tr("What can be opened"));
    const auto addKind = [&](const char* icon, const QString& name, const QString& detail) {
        auto* picture = new QLabel;
        picture->setPixmap(lineIcon(icon).pixmap(22, 22));
        picture->setAlignment(Qt::AlignTop);
        picture->setProperty("lineIcon", QString::fromLatin1(icon));
        picture->setProperty("decoration", true); // the text beside it says the same
        auto* label = new QLabel(QStringLiteral("<b>%1</b><br>%2").arg(name, detail));
        label->setWordWrap(true);
        auto* line = new QHBoxLayout;
        line->setSpacing(12);
        line->addWidget(picture);
        line->addWidget(label, 1);
        whatPanel->body().addLayout(line);
        whatPanel->body().addSpacing(4);
    };
    addKind("folder", tr("Model folder"), tr("Hugging Face layout: config.json, *.safetensors, tokenizer. Llama, Mistral, SmolLM2, Qwen2, Qwen3."));
    addKind("file", tr("GGUF file"), tr("Any type that llama.cpp reads."));
    addKind("refresh", tr("Project folder"), tr("A finished or interrupted run: look at it again, or resume it."));
    addKind("quantize", tr("Recipe"), tr("The settings of a run as JSON, the same file that the command line takes."));
    whatPanel->body().addStretch(1);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(16);
    columns->addWidget(recentPanel, 3);
    columns->addWidget(whatPanel, 2);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(28, 24, 28, 24);
    layout->setSpacing(18);
    layout->addLayout(head);
    layout->addWidget(m_dropZone, 2);
    layout->addLayout(columns, 3);
    refreshRecents();
}

void StartPage::refreshRecents()
{
    m_recents->clear();
    for (const auto& recent : m_settings.recents()) {
        const bool demo = recent.path == QLatin1String("demo");
        auto* item = new QListWidgetItem(demo ? tr("Demo model") : QFileInfo(recent.path).fileName());
        item->setData(PathRole, recent.path);
        QStringList detail { recent.detail };
        if (!demo)
            detail << shortPath(recent.path, 80);
        detail.removeAll(QString());
        item->setData(DetailRole, detail.join(QStringLiteral("  ·  ")));
        item->setData(Qt::AccessibleTextRole, item->text() + QStringLiteral(", ") + detail.join(QStringLiteral(", ")));
        item->setToolTip(recent.path);
        item->setIcon(lineIcon(recent.kind == QLatin1String("project") ? "refresh" : recent.kind == QLatin1String("recipe") ? "quantize" : "model"));
        m_recents->addItem(item);
    }
    m_recentsStack->setCurrentIndex(m_recents->count() > 0 ? 1 : 0);
}

} // namespace bitloom
