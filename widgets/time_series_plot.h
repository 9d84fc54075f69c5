// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/item_plot.h"

#include <deque>

namespace bitloom {

/// A few quantities over the last minutes, as lines; each is told apart by its dashes and its name at its end, not by colour alone.
class TimeSeriesPlot : public ItemPlot
{
    Q_OBJECT
public:
    enum class Unit { Bytes, Percent };
    static constexpr int capacity = 600; ///< samples that are kept

    TimeSeriesPlot(const QString& name, Unit unit, QWidget* parent = nullptr);

    /// Names the lines and forgets all samples.
    void setSeries(const QStringList& names);
    [[nodiscard]] QStringList series() const { return m_names; }
    /// One value for each line, NaN where there is none; `seconds` since whenever, rising.
    void append(double seconds, const std::vector<double>& values);
    [[nodiscard]] bool isEmpty() const override { return m_samples.empty(); }
    [[nodiscard]] QString csv() const override;

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_samples.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;
    [[nodiscard]] int firstItem() const override { return itemCount() - 1; }

private:
    struct Sample
    {
        double seconds;
        std::vector<double> values;
    };
    [[nodiscard]] QString valueText(double value) const;
    [[nodiscard]] QRectF area(const QSizeF& size) const;
    [[nodiscard]] double newest() const { return m_samples.back().seconds; }
    [[nodiscard]] double span() const; ///< seconds that the plot is wide

    Unit m_unit;
    QStringList m_names;
    std::deque<Sample> m_samples;
};

} // namespace bitloom
