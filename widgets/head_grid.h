// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/cache_map.h"
#include "widgets/color_map.h"
#include "widgets/plot_view.h"

#include <optional>

namespace bitloom {

/// All heads of a key-value cache, layers from left to right: how much of the newest query's attention falls on what is
/// kept exactly, or on one class of positions, or how far from exact its output is. Enter or a double click picks a
/// head.
class HeadGrid : public PlotView
{
    Q_OBJECT
public:
    explicit HeadGrid(QWidget* parent = nullptr);

    void setMap(const CacheMapEvent& map); ///< one of the wrong shape is left out
    void clear();
    /// nullopt: all that is kept exactly.
    void setShownClass(std::optional<PositionClass> shown);
    [[nodiscard]] std::optional<PositionClass> shownClass() const { return m_shown; }
    /// The error of each head's output instead of its attention.
    void setShowsErrors(bool errors);
    [[nodiscard]] bool showsErrors() const { return m_showsErrors; }
    void setSelected(int layer, int head);
    /// Attention on what is shown, 0 to 1.
    [[nodiscard]] double mass(int layer, int head) const;
    /// |output - exact output| / |exact output|; NaN where it was not measured.
    [[nodiscard]] double error(int layer, int head) const;

    [[nodiscard]] bool isEmpty() const override { return m_layers == 0; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 640, 150 }; }

Q_SIGNALS:
    void headActivated(int layer, int head);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    void activateCursor() override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;

private:
    [[nodiscard]] QRectF cellsFor(const QSizeF& size) const;
    [[nodiscard]] bool cellAt(const QPointF& position, int* layer, int* head) const;
    [[nodiscard]] QString describe(int layer, int head) const;
    [[nodiscard]] float classMass(int layer, int head, int of) const;

    struct Tick
    {
        double position; ///< on the colour bar, from 0 at its foot to 1
        QString text;
    };
    [[nodiscard]] double colorPosition(int layer, int head) const;
    [[nodiscard]] QString figure(int layer, int head) const;
    [[nodiscard]] std::vector<Tick> ticks() const;

    std::vector<float> m_mass; ///< [layers, heads, positionClassCount]
    std::vector<float> m_errors; ///< [layers, heads], or empty
    bool m_showsErrors = false;
    int m_layers = 0, m_heads = 0, m_keyBits = 0, m_length = 0;
    int m_cursorLayer = -1, m_cursorHead = -1, m_selectedLayer = 0, m_selectedHead = 0;
    std::optional<PositionClass> m_shown;
    ColorMap m_colors;
};

} // namespace bitloom
