// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/figure_table.h"
#include "widgets/layer_error_chart.h"

#include <QGridLayout>
#include <QLabel>
#include <optional>
#include <vector>

namespace bitloom {

/// What a comparison shows; anything not known stays 0 or empty and is shown as "not measured".
struct ComparisonData
{
    QString originalName, quantizedName;
    std::int64_t originalBytes = 0, quantizedBytes = 0;
    double originalBitsPerWeight = 0, quantizedBitsPerWeight = 0;
    std::optional<EvaluationReport> evaluation; ///< of the quantized model, with the original as reference
    std::vector<LayerReport> layers;
};

/// Original against quantized: figures with their standard errors, and the error of every layer.
class ComparisonPanel : public QWidget, public PlotSource
{
    Q_OBJECT
public:
    explicit ComparisonPanel(QWidget* parent = nullptr);

    void setData(const ComparisonData& comparison);
    void clear();
    [[nodiscard]] LayerErrorChart& chart() { return *m_chart; }

    void paint(QPainter& painter, QSize size) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;

Q_SIGNALS:
    void layerActivated(const QString& layer);

protected:
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] std::vector<FigureTable::Line> lines() const;
    void refresh();

    ComparisonData m_data;
    bool m_filled = false;
    FigureTable* m_table;
    QLabel *m_empty, *m_verdict;
    LayerErrorChart* m_chart;
    PlotActions* m_actions;
};

} // namespace bitloom
