// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "widgets/block_view.h"

#include <QComboBox>
#include <QSpinBox>
#include <QTimer>

namespace bitloom {

/// Asks the engine for one block of a GGUF result after the other, and shows it.
class BlockPanel : public QWidget
{
    Q_OBJECT
public:
    explicit BlockPanel(EngineClient& engine, QWidget* parent = nullptr);

    /// `file` is the GGUF result of quantizing `original`. Nothing is read before the panel is seen.
    void setFile(const QString& file, const QString& original);
    void clear();
    void showLayer(const QString& layer); ///< "model.layers.3.mlp.up_proj"
    [[nodiscard]] BlockView& view() { return *m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void readTensors();
    void fillTensors(const ModelSummary& summary);
    void ask();
    void take(const BlockContent& block);

    EngineClient& m_engine;
    BlockView* m_view;
    QComboBox* m_tensor;
    QSpinBox *m_row, *m_block;
    QLabel* m_problem;
    QTimer m_askTimer; ///< while somebody steps through blocks, only the last one is asked for
    QString m_file, m_original, m_wantedLayer;
    bool m_unread = false, m_taking = false;
    quint64 m_generation = 0;
};

} // namespace bitloom
