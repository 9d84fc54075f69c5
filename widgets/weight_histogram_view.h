// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/item_plot.h"

namespace bitloom {

/// Weights of a tensor or of one of its rows as a histogram, with mean and standard deviation.
class WeightHistogramView : public ItemPlot
{
    Q_OBJECT
public:
    explicit WeightHistogramView(QWidget* parent = nullptr);

    void setHistogram(const WeightHistogram& histogram);
    void clear();

    [[nodiscard]] bool isEmpty() const override { return m_histogram.counts.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_histogram.counts.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int bin) const override;
    [[nodiscard]] int firstItem() const override { return itemCount() / 2; }

private:
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] double binStart(int bin) const;

    WeightHistogram m_histogram;
};

} // namespace bitloom
