// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QAction>
#include <QByteArray>
#include <QImage>
#include <QPainter>
#include <QPointer>
#include <QWidget>

namespace bitloom {

/// Something that can be painted at any size and told as a table.
class PlotSource
{
public:
    virtual ~PlotSource() = default;
    /// Paints the whole plot, background too, into (0, 0, size).
    virtual void paint(QPainter& painter, QSize size) = 0;
    /// The values behind the picture: a header line, then one line for each point; lines end with CR LF.
    [[nodiscard]] virtual QString csv() const = 0;
    /// A short title that also makes the file name that a save dialog proposes.
    [[nodiscard]] virtual QString plotTitle() const = 0;
};

[[nodiscard]] QImage plotImage(PlotSource& source, QSize size, qreal devicePixelRatio = 2);
[[nodiscard]] QByteArray plotSvg(PlotSource& source, QSize size);
[[nodiscard]] QByteArray plotPdf(PlotSource& source, QSize size);
/// Writes beside `path` and renames; the format is chosen by the suffix: png, svg, pdf or csv.
[[nodiscard]] Result<void> savePlot(PlotSource& source, QSize size, const QString& path);

/// Gives a view its context menu and keyboard shortcuts: copy image, copy data, save as PNG, SVG, PDF, CSV. Owned by
/// the view. The view's own actions (QWidget::actions) that were there before come first in the menu.
class PlotActions : public QObject
{
    Q_OBJECT
public:
    /// `view` and `source` are usually the same object; `source` must live as long as `view`.
    PlotActions(QWidget* view, PlotSource* source);
    ~PlotActions() override;

    QAction *copyImage, *copyData, *savePng, *saveSvg, *savePdf, *saveCsv;

    /// The actions' object names, in the order of the menu.
    [[nodiscard]] static QStringList names();
    [[nodiscard]] static QString title(const QString& name); ///< the menu's text
    [[nodiscard]] static QKeySequence standardShortcut(const QString& name);
    /// For every plot there is and will be.
    static void setShortcut(const QString& name, const QKeySequence& shortcut);
    /// Those of `widget` or of the nearest widget above it that has any; null if there is none.
    [[nodiscard]] static PlotActions* around(QWidget* widget);
    [[nodiscard]] QAction* named(const QString& name) const { return findChild<QAction*>(name); }

Q_SIGNALS:
    void saved(const QString& path);
    void failed(const QString& sentence); ///< also shown as a message box when nobody is connected

private:
    QAction* add(const QString& name);
    void save(const QString& suffix, const QString& filter);

    QWidget* m_view;
    PlotSource* m_source;
};

} // namespace bitloom
