// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/item_plot.h"

#include <QSlider>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
#include <QVariantAnimation>
#include <vector>

namespace bitloom {

/// One output row's weights as a histogram, its codebook's levels as lines, the bands of weights that go to each level between
/// the midpoints, and how many do.
class CodebookPlot : public ItemPlot
{
    Q_OBJECT
public:
    explicit CodebookPlot(QWidget* parent = nullptr);

    /// Shows `event`; with `animated`, the levels glide from where they are in 0.2 s.
    void showStep(const CodebookEvent& event, bool animated);
    void clear();
    /// Where each level started and went, thin lines under the histogram: one list of levels for each step.
    void setHistory(const std::vector<CodebookEvent>* history);

    [[nodiscard]] bool isEmpty() const override { return m_event.levels.empty() && m_event.histogram.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_event.levels.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int level) const override;

private:
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] int levelNear(double value) const;
    [[nodiscard]] std::pair<double, double> valueRange() const;

    CodebookEvent m_event;
    std::vector<float> m_from, m_shown; ///< levels at the start of the glide and now
    const std::vector<CodebookEvent>* m_history = nullptr;
    QVariantAnimation m_glide;
};

/// CodebookPlot with a slider over all steps that arrived and a choice of the row.
class CodebookView : public QWidget
{
    Q_OBJECT
public:
    explicit CodebookView(QWidget* parent = nullptr);

    /// A new layer or row starts a new history. The newest step is shown unless somebody moved the slider back.
    void append(const CodebookEvent& event);
    void clear();
    void setRowCount(std::int64_t rows); ///< of the layer; 0 hides the choice of the row
    void setRow(std::int64_t row); ///< without a signal
    [[nodiscard]] int stepCount() const { return static_cast<int>(m_history.size()); }
    [[nodiscard]] int shownStep() const; ///< index into the history, -1 if there is none
    void showStep(int index);
    [[nodiscard]] CodebookPlot& plot() { return *m_plot; }

Q_SIGNALS:
    void rowRequested(qint64 row); ///< fetch this row (protocol: watch)

private:
    void updateControls();

    CodebookPlot* m_plot;
    QSlider* m_slider;
    QToolButton* m_play;
    QLabel *m_stepLabel, *m_rowLabel;
    QSpinBox* m_row;
    QTimer* m_replay;
    std::vector<CodebookEvent> m_history;
};

} // namespace bitloom
