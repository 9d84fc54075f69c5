// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/settings.h"
#include "widgets/model_summary_panel.h"
#include "widgets/tensor_table.h"
#include "widgets/weight_histogram_view.h"

#include <optional>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>

namespace bitloom {

class Panel;

/// What is in the model: architecture, all tensors, and the weights of the selected one.
class ModelPage : public QWidget
{
    Q_OBJECT
public:
    ModelPage(EngineClient& engine, Settings& settings, QWidget* parent = nullptr);

    void showReading(const QString& path);
    void setModel(const ModelSummary& model);
    void clear();
    void setRelativeErrors(const std::vector<LayerReport>& layers);
    void setRelativeError(const LayerEvent& layer);
    /// Selects the tensor of this layer.
    void showLayer(const QString& layer);
    void saveLayout();
    [[nodiscard]] TensorTable& table() { return *m_table; }
    [[nodiscard]] WeightHistogramView& histogram() { return *m_histogram; }

Q_SIGNALS:
    void openRequested();
    void demoRequested();
    void quantizeRequested();

private:
    void fetchHistogram(const QString& tensor);

    EngineClient& m_engine;
    Settings& m_settings;
    QStackedLayout* m_stack;
    QLabel* m_reading;
    ModelSummaryPanel* m_summary;
    TensorTable* m_table;
    WeightHistogramView* m_histogram;
    Panel* m_histogramPanel;
    QPushButton* m_quantize;
    QSplitter *m_columns, *m_side;
    std::string m_model;
    QString m_wantedTensor;
    QTimer m_fetchTimer;
};

} // namespace bitloom
