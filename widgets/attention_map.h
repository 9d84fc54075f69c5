// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/color_map.h"
#include "widgets/step_map.h"

namespace bitloom {

/// Where one head looked at each step: query × key. A strip above tells what the cache keeps of each key at the
/// cursor's step, and cells of exact keys carry a stripe where they are large enough.
class AttentionMap : public StepMap
{
    Q_OBJECT
public:
    explicit AttentionMap(QWidget* parent = nullptr);

    void setLogarithmic(bool logarithmic);
    [[nodiscard]] bool isLogarithmic() const { return m_scale.logarithmic; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;

protected:
    [[nodiscard]] QRgb colorOf(const Step& step, std::int64_t from, std::int64_t to) const override;
    [[nodiscard]] QString describe(const Step& step, std::int64_t position) const override;
    void paintCell(QPainter& painter, const QRectF& cell, const Step& step, std::int64_t position) const override;
    void paintLegend(QPainter& painter, const QRectF& cells, double y, const PlotStyle& style) const override;
    [[nodiscard]] double roomAtRight() const override;
    [[nodiscard]] double roomAbove() const override { return 11; }

private:
    ColorMap m_colors { ColorMap::Kind::Magma };
    ValueScale m_scale { 1e-4, 1, true };
    QAction* m_logAction;
};

} // namespace bitloom
