// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drop_zone.h"

#include "widgets/theme.h"

#include <QDragEnterEvent>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QUrl>
#include <QVBoxLayout>

namespace bitloom {
namespace {
    constexpr int pictureSide = 56;

    QString idleHint()
    {
        return DropZone::tr("A Hugging Face model folder, a GGUF file, or a Bitloom recipe. It stays where it is.");
    }
}

DroppedItem droppedItem(const QMimeData* data)
{
    const auto refuse = [](const QString& reason) { return DroppedItem { DroppedItem::Kind::None, {}, reason }; };
    if (!data || !data->hasUrls() || data->urls().isEmpty())
        return refuse(DropZone::tr("This is not a file or a folder."));
    if (data->urls().size() > 1)
        return refuse(DropZone::tr("Drop one model at a time. For a model in several files, drop the folder that holds them."));
    const QUrl url = data->urls().constFirst();
    if (!url.isLocalFile())
        return refuse(DropZone::tr("“%1” is not on this computer. Download it first, then drop its folder.").arg(url.toDisplayString()));
    const QString path = url.toLocalFile();
    const QFileInfo info(path);
    if (!info.exists())
        return refuse(DropZone::tr("“%1” does not exist any more.").arg(path));
    if (info.isDir())
        return { DroppedItem::Kind::Model, path, {} };
    const QString suffix = info.suffix().toLower();
    if (suffix == QStringLiteral("gguf"))
        return { DroppedItem::Kind::Model, path, {} };
    if (suffix == QStringLiteral("json"))
        return { DroppedItem::Kind::Recipe, path, {} };
    if (suffix == QStringLiteral("safetensors"))
        return refuse(DropZone::tr("“%1” is one part of a model. Drop the folder that holds it with its config.json.").arg(info.fileName()));
    return refuse(DropZone::tr("“%1” is neither a model folder, a .gguf file nor a .json recipe.").arg(info.fileName()));
}

DropZone::DropZone(QWidget* parent)
    : QFrame(parent)
{
    setObjectName(QStringLiteral("dropZone"));
    setAcceptDrops(true);
    setAccessibleName(tr("Drop a model here"));
    m_title = new QLabel(tr("Drop a model here"), this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_title->setAlignment(Qt::AlignCenter);
    m_hint = new QLabel(idleHint(), this);
    m_hint->setObjectName(QStringLiteral("dropHint"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_folder = new QPushButton(tr("Open &folder…"), this);
    m_folder->setObjectName(QStringLiteral("openFolder"));
    m_file = new QPushButton(tr("Open f&ile…"), this);
    m_file->setObjectName(QStringLiteral("openFile"));
    m_demo = new QPushButton(tr("Open the &demo model"), this);
    m_demo->setObjectName(QStringLiteral("openDemo"));
    m_demo->setProperty("primary", true);
    m_demo->setToolTip(tr("SmolLM2 135M Instruct, installed with Bitloom"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addStretch();
    buttons->addWidget(m_demo);
    buttons->addWidget(m_folder);
    buttons->addWidget(m_file);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, pictureSide + 36, 24, 24);
    layout->setSpacing(10);
    layout->addStretch();
    layout->addWidget(m_title);
    layout->addWidget(m_hint);
    layout->addSpacing(8);
    layout->addLayout(buttons);
    layout->addStretch();
    connect(m_folder, &QPushButton::clicked, this, &DropZone::folderRequested);
    connect(m_file, &QPushButton::clicked, this, &DropZone::fileRequested);
    connect(m_demo, &QPushButton::clicked, this, &DropZone::demoRequested);
}

void DropZone::setHover(Hover hover, const QString& hint)
{
    m_hover = hover;
    m_hint->setText(hint);
    update();
}

void DropZone::dragEnterEvent(QDragEnterEvent* event)
{
    const DroppedItem item = droppedItem(event->mimeData());
    // Also what cannot be taken is accepted for now, so that dropping it tells why.
    event->acceptProposedAction();
    switch (item.kind) {
    case DroppedItem::Kind::Model:
        return setHover(Hover::Acceptable, tr("Let go to open this model"));
    case DroppedItem::Kind::Recipe:
        return setHover(Hover::Acceptable, tr("Let go to load this recipe"));
    case DroppedItem::Kind::None:
        return setHover(Hover::Refused, item.reason);
    }
}

void DropZone::dragLeaveEvent(QDragLeaveEvent* event)
{
    setHover(Hover::Nothing, idleHint());
    QFrame::dragLeaveEvent(event);
}

void DropZone::dropEvent(QDropEvent* event)
{
    const DroppedItem item = droppedItem(event->mimeData());
    event->acceptProposedAction();
    setHover(Hover::Nothing, item.kind == DroppedItem::Kind::None ? item.reason : idleHint());
    switch (item.kind) {
    case DroppedItem::Kind::Model:
        Q_EMIT modelDropped(item.path);
        break;
    case DroppedItem::Kind::Recipe:
        Q_EMIT recipeDropped(item.path);
        break;
    case DroppedItem::Kind::None:
        Q_EMIT rejected(item.reason);
        break;
    }
}

void DropZone::paintEvent(QPaintEvent*)
{
    const PlotStyle style = PlotStyle::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor edge = m_hover == Hover::Acceptable ? style.accent : m_hover == Hover::Refused ? style.bad : style.axis;
    QColor fill = m_hover == Hover::Nothing ? style.panel : edge;
    if (m_hover != Hover::Nothing)
        fill.setAlpha(28);
    painter.setBrush(fill);
    painter.setPen(QPen(edge, m_hover == Hover::Nothing ? 1.5 : 2.5, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 12, 12);

    // A loom: warp threads, of which the weft has caught some.
    const QPointF origin((width() - pictureSide) / 2.0, std::max(16.0, m_title->geometry().top() - pictureSide - 14.0));
    painter.setPen(QPen(style.axis, 2, Qt::SolidLine, Qt::RoundCap));
    for (int i = 0; i < 6; ++i)
        painter.drawLine(origin + QPointF(4 + i * 9.6, 2), origin + QPointF(4 + i * 9.6, pictureSide - 2));
    painter.setPen(QPen(m_hover == Hover::Refused ? style.bad : style.accent, 4, Qt::SolidLine, Qt::RoundCap));
    for (int line = 0; line < 4; ++line) {
        const double y = 12 + line * 11.0;
        for (int i = line % 2; i < 6; i += 2)
            painter.drawLine(origin + QPointF(std::max(0.0, i * 9.6 - 1), y), origin + QPointF(std::min<double>(pictureSide, i * 9.6 + 9), y));
    }
}

void DropZone::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QFrame::changeEvent(event);
}

} // namespace bitloom
