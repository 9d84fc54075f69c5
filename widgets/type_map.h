// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/color_map.h"
#include "widgets/plot_view.h"

namespace bitloom {

/// The bits that each weight matrix of a planned file gets: blocks from left to right, their layers from top to bottom, embeddings and output at the
/// right. Enter or a double click picks a tensor.
class TypeMap : public PlotView
{
    Q_OBJECT
public:
    explicit TypeMap(QWidget* parent = nullptr);

    /// Matrices of decoder blocks ("model.layers.3.mlp.up_proj.weight") have their place in the grid, other matrices a column of their own; vectors are left out.
    void setTensors(const std::vector<TensorSummary>& tensors);
    void setSelected(const QString& tensor);
    [[nodiscard]] bool isEmpty() const override { return m_cells.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 480, 220 }; }
    [[nodiscard]] double bitsOf(const QString& tensor) const; ///< NaN where there is none

Q_SIGNALS:
    void tensorActivated(const QString& tensor);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    void activateCursor() override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;

private:
    struct Cell
    {
        QString tensor, type;
        int column = 0, row = 0; ///< row -1: all of them
        double bits = 0;
    };
    [[nodiscard]] QRectF gridFor(const QSizeF& size) const;
    [[nodiscard]] QRectF rectOf(const Cell& cell, const QRectF& grid) const;
    [[nodiscard]] int cellAt(const QPointF& position) const; ///< -1: none
    [[nodiscard]] int cellOf(int column, int row) const; ///< -1: none
    [[nodiscard]] QString describe(const Cell& cell) const;

    std::vector<Cell> m_cells;
    QStringList m_rows; ///< names of modules
    QStringList m_columns; ///< numbers of blocks, then names of other matrices
    int m_cursor = -1;
    QString m_selected;
    ColorMap m_colors { ColorMap::Kind::Cividis };
};

} // namespace bitloom
