// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/plot_actions.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QHash>
#include <QLabel>
#include <map>
#include <vector>

class QCustomPlot;
class QCPAxisRect;
class QCPGraph;
class QCPLayoutGrid;

namespace bitloom {

/// The solver's objective of every layer over its half steps, and the same on held-out calibration text beside it. The
/// selected layer stands out; its half steps are told apart by shape: a disc for new codes, a square for a new codebook.
class ObjectiveView : public QWidget, public PlotSource
{
    Q_OBJECT
public:
    explicit ObjectiveView(QWidget* parent = nullptr);

    void append(const ObjectiveEvent& event); ///< a step that is there already is replaced
    void setObjectives(const std::vector<ObjectiveEvent>& events);
    void clear();
    void setSelectedLayer(const QString& layer); ///< without a signal
    [[nodiscard]] QString selectedLayer() const { return m_selected; }
    void setNormalized(bool normalized); ///< divide by each layer's start
    void setLogarithmic(bool logarithmic);
    void setOnlySelected(bool only);
    [[nodiscard]] int layerCount() const { return static_cast<int>(m_curves.size()); }
    [[nodiscard]] QString readout() const { return m_readout; }
    void setEmptyText(const QString& text);

    void paint(QPainter& painter, QSize size) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] PlotActions& plotActions() { return *m_actions; }

Q_SIGNALS:
    void layerActivated(const QString& layer); ///< by a click on a curve, or Page Up / Page Down
    void readoutChanged(const QString& readout);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Curve
    {
        std::vector<ObjectiveEvent> steps; ///< by step
        bool dirty = true;
        QCPGraph *objective = nullptr, *heldOut = nullptr;
    };
    void changed();
    void arrangeLegend();
    void rebuild();
    void restyle();
    void updateMarkers(const Curve& curve);
    void moveCursor(int steps);
    void selectNeighbour(int offset);
    void updateReadout();
    [[nodiscard]] const Curve* selectedCurve() const;
    void hoverAt(const QPoint& position);

    QCustomPlot* m_plot;
    QCPLayoutGrid* m_plots; ///< side by side, above the legend
    QCPAxisRect *m_objectiveRect, *m_heldOutRect;
    QCPGraph *m_codes = nullptr, *m_codebook = nullptr, *m_start = nullptr, *m_cursorMark = nullptr;
    QCheckBox *m_normalized, *m_logarithmic, *m_onlySelected;
    QLabel *m_readoutLabel, *m_empty;
    PlotActions* m_actions;
    std::map<QString, Curve> m_curves;
    QString m_selected, m_readout;
    int m_cursor = -1; ///< index into the selected curve's steps
    bool m_structureChanged = true;
};

} // namespace bitloom
