// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/plot_view.h"

namespace bitloom {

/// Weights of a tensor or of one of its rows as a histogram, with mean and standard deviation.
class WeightHistogramView : public PlotView
{
    Q_OBJECT
public:
    explicit WeightHistogramView(QWidget* parent = nullptr);

    void setHistogram(const WeightHistogram& histogram);
    void clear();
    void setLogarithmic(bool logarithmic); ///< the counts' axis
    [[nodiscard]] bool isLogarithmic() const { return m_logarithmic; }

    [[nodiscard]] bool isEmpty() const override { return m_histogram.counts.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;

private:
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] QString describe(int bin) const;
    [[nodiscard]] double binStart(int bin) const;

    WeightHistogram m_histogram;
    QAction* m_logAction;
    bool m_logarithmic = false;
    int m_cursor = -1;
};

} // namespace bitloom
