// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/item_plot.h"

#include <optional>

namespace bitloom {

/// The weights of one block of a GGUF tensor's row: what they were, what ggml's own rounding and the file make of them, the codes that stand
/// for them, and the scales and minima that they share.
class BlockView : public ItemPlot
{
    Q_OBJECT
public:
    explicit BlockView(QWidget* parent = nullptr);

    /// Content whose parts do not fit together is shown as empty.
    void setBlock(const BlockContent& block);
    void clear();
    [[nodiscard]] const std::optional<BlockContent>& block() const { return m_block; }
    [[nodiscard]] int changedCodes() const { return m_changed; } ///< that differ between ggml's own rounding and the file
    [[nodiscard]] bool isEmpty() const override { return !m_block; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Somebody steps to another block or row of the tensor; inside its bounds.
    void placeRequested(qint64 row, qint64 block);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return m_block ? static_cast<int>(m_block->weights.size()) : 0; }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;
    [[nodiscard]] int itemsUpward() const override { return m_subColumns; }
    [[nodiscard]] int itemsPerPage() const override { return m_subColumns; }

private:
    struct Rows
    {
        QRectF values, codesBefore, codesAfter, scales, offsets; ///< offsets is empty where the type has none
    };
    [[nodiscard]] Rows rows(const QSizeF& size) const;
    void paintValues(QPainter& painter, const QRectF& area, const PlotStyle& style) const;
    void paintCodes(QPainter& painter, const QRectF& area, const BlockCodes& side, bool after, const PlotStyle& style) const;
    void paintShared(QPainter& painter, const QRectF& area, const std::vector<float>& before, const std::vector<float>& after, const QString& name,
        const PlotStyle& style) const;
    void addStep(const QString& text, Qt::Key key, int rows, int blocks);

    std::optional<BlockContent> m_block;
    int m_subColumns = 1, m_changed = 0;
};

} // namespace bitloom
