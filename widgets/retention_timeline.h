// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/step_map.h"

namespace bitloom {

/// What a key-value cache held of each position at each step: exact, and why; packed; dropped.
class RetentionTimeline : public StepMap
{
    Q_OBJECT
public:
    explicit RetentionTimeline(QWidget* parent = nullptr);

    /// Runs of positions of one class, at every step, for keys and for values.
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;

protected:
    [[nodiscard]] QRgb colorOf(const Step& step, std::int64_t from, std::int64_t to) const override;
    [[nodiscard]] QString describe(const Step& step, std::int64_t position) const override;
    void paintCell(QPainter& painter, const QRectF& cell, const Step& step, std::int64_t position) const override;
    void paintLegend(QPainter& painter, const QRectF& cells, double y, const PlotStyle& style) const override;
};

} // namespace bitloom
