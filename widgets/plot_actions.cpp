// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_actions.h"

#include "widgets/saved_file.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMetaMethod>
#include <QMimeData>
#include <QPageSize>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgGenerator>

namespace bitloom {
namespace {
    constexpr int screenDotsPerInch = 96; ///< sizes in an export are those on a screen

    QList<PlotActions*>& everyPlot()
    {
        static QList<PlotActions*> plots;
        return plots;
    }

    /// Those that differ from standardShortcut().
    QHash<QString, QKeySequence>& chosenShortcuts()
    {
        static QHash<QString, QKeySequence> shortcuts;
        return shortcuts;
    }

    QSize usable(QSize size)
    {
        return size.expandedTo({ 64, 48 }).boundedTo({ 16384, 16384 });
    }
}

QImage plotImage(PlotSource& source, QSize size, qreal devicePixelRatio)
{
    const QSize logical = usable(size);
    QImage image(logical * devicePixelRatio, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return image;
    image.setDevicePixelRatio(devicePixelRatio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    source.paint(painter, logical);
    return image;
}

QByteArray plotSvg(PlotSource& source, QSize size)
{
    const QSize logical = usable(size);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(screenDotsPerInch);
    generator.setSize(logical);
    generator.setViewBox(QRect({ 0, 0 }, logical));
    generator.setTitle(source.plotTitle());
    generator.setDescription(QStringLiteral("Made by Bitloom"));
    QPainter painter(&generator);
    source.paint(painter, logical);
    painter.end();
    return buffer.data();
}

QByteArray plotPdf(PlotSource& source, QSize size)
{
    const QSize logical = usable(size);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(screenDotsPerInch);
        writer.setPageMargins({});
        writer.setPageSize(QPageSize(QSizeF(logical) / screenDotsPerInch, QPageSize::Inch));
        writer.setTitle(source.plotTitle());
        writer.setCreator(QStringLiteral("Bitloom"));
        QPainter painter(&writer);
        source.paint(painter, logical);
    }
    return buffer.data();
}

Result<void> savePlot(PlotSource& source, QSize size, const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == QStringLiteral("png")) {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        if (!plotImage(source, size).save(&buffer, "PNG"))
            return fail(ErrorCode::OutOfMemory, "{}: the picture of {} × {} is too large to paint", path.toStdString(),
                size.width(), size.height());
    } else if (suffix == QStringLiteral("svg")) {
        bytes = plotSvg(source, size);
    } else if (suffix == QStringLiteral("pdf")) {
        bytes = plotPdf(source, size);
    } else if (suffix == QStringLiteral("csv")) {
        bytes = source.csv().toUtf8();
    } else {
        return fail(ErrorCode::Usage, "{}: the name must end with .png, .svg, .pdf or .csv", path.toStdString());
    }
    return saveFile(path, bytes);
}

PlotActions::PlotActions(QWidget* view, PlotSource* source)
    : QObject(view)
    , m_view(view)
    , m_source(source)
{
    everyPlot().append(this);
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    if (!view->actions().isEmpty())
        view->addAction(separator);
    copyImage = add(QStringLiteral("copyImage"));
    copyData = add(QStringLiteral("copyData"));
    savePng = add(QStringLiteral("savePng"));
    saveSvg = add(QStringLiteral("saveSvg"));
    savePdf = add(QStringLiteral("savePdf"));
    saveCsv = add(QStringLiteral("saveCsv"));
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copyImage, &QAction::triggered, this,
        [this] { QApplication::clipboard()->setImage(plotImage(*m_source, m_view->size())); });
    connect(copyData, &QAction::triggered, this, [this] {
        auto* data = new QMimeData;
        const QString csv = m_source->csv();
        data->setText(csv);
        data->setData(QStringLiteral("text/csv"), csv.toUtf8());
        QApplication::clipboard()->setMimeData(data);
    });
    connect(savePng, &QAction::triggered, this, [this] { save(QStringLiteral("png"), tr("PNG picture (*.png)")); });
    connect(saveSvg, &QAction::triggered, this, [this] { save(QStringLiteral("svg"), tr("SVG drawing (*.svg)")); });
    connect(savePdf, &QAction::triggered, this, [this] { save(QStringLiteral("pdf"), tr("PDF document (*.pdf)")); });
    connect(saveCsv, &QAction::triggered, this, [this] { save(QStringLiteral("csv"), tr("CSV table (*.csv)")); });
}

QStringList PlotActions::names()
{
    return { QStringLiteral("copyImage"), QStringLiteral("copyData"), QStringLiteral("savePng"), QStringLiteral("saveSvg"),
        QStringLiteral("savePdf"), QStringLiteral("saveCsv") };
}

QString PlotActions::title(const QString& name)
{
    const QHash<QString, QString> titles { { QStringLiteral("copyImage"), tr("Copy &image") }, { QStringLiteral("copyData"), tr("&Copy data") },
        { QStringLiteral("savePng"), tr("Save as &PNG…") }, { QStringLiteral("saveSvg"), tr("Save as &SVG…") },
        { QStringLiteral("savePdf"), tr("Save as PD&F…") }, { QStringLiteral("saveCsv"), tr("Save data as CS&V…") } };
    return titles.value(name);
}

QKeySequence PlotActions::standardShortcut(const QString& name)
{
    static const QHash<QString, QKeySequence> shortcuts { { QStringLiteral("copyImage"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C) },
        { QStringLiteral("copyData"), QKeySequence(QKeySequence::Copy) }, { QStringLiteral("savePng"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_P) },
        { QStringLiteral("saveSvg"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_S) }, { QStringLiteral("savePdf"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F) },
        { QStringLiteral("saveCsv"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_D) } };
    return shortcuts.value(name);
}

void PlotActions::setShortcut(const QString& name, const QKeySequence& shortcut)
{
    chosenShortcuts().insert(name, shortcut);
    for (PlotActions* actions : everyPlot()) {
        if (QAction* action = actions->named(name))
            action->setShortcut(shortcut);
    }
}

PlotActions* PlotActions::around(QWidget* widget)
{
    for (; widget != nullptr; widget = widget->parentWidget()) {
        if (auto* actions = widget->findChild<PlotActions*>(QString(), Qt::FindDirectChildrenOnly))
            return actions;
    }
    return nullptr;
}

PlotActions::~PlotActions()
{
    everyPlot().removeOne(this);
}

QAction* PlotActions::add(const QString& name)
{
    auto* action = new QAction(title(name), this);
    action->setObjectName(name);
    action->setShortcut(chosenShortcuts().value(name, standardShortcut(name)));
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_view->addAction(action);
    return action;
}

void PlotActions::save(const QString& suffix, const QString& filter)
{
    QString name = m_source->plotTitle();
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
    QString path = QFileDialog::getSaveFileName(m_view, tr("Save %1").arg(m_source->plotTitle()),
        name + QLatin1Char('.') + suffix, filter);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().toLower() != suffix)
        path += QLatin1Char('.') + suffix;
    if (const auto result = savePlot(*m_source, m_view->size(), path)) {
        Q_EMIT saved(path);
    } else {
        const QString sentence = QString::fromStdString(result.error().message);
        if (isSignalConnected(QMetaMethod::fromSignal(&PlotActions::failed)))
            Q_EMIT failed(sentence);
        else
            QMessageBox::warning(m_view, tr("Not saved"), sentence);
    }
}

} // namespace bitloom
