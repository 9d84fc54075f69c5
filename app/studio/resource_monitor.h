// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/gpu_probe.h"
#include "widgets/time_series_plot.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QTimer>
#include <QWidget>

namespace bitloom {

/// Bytes of memory that a process of this machine holds, NaN if there is none with this id.
[[nodiscard]] double residentBytes(qint64 processId);
struct SystemMemory
{
    double totalBytes = 0, availableBytes = 0;
};
[[nodiscard]] SystemMemory systemMemory();

/// Memory of engine and studio over the last minutes, and of the GPUs where there are any. Measures only while it is seen.
class ResourceMonitor : public QWidget
{
    Q_OBJECT
public:
    explicit ResourceMonitor(EngineClient& engine, QWidget* parent = nullptr, const QString& gpuLibrary = {});

    void sample();
    [[nodiscard]] TimeSeriesPlot& memory() { return *m_memory; }
    [[nodiscard]] bool showsGpu() const { return m_gpuMemory != nullptr; }

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    EngineClient& m_engine;
    GpuProbe m_gpus;
    TimeSeriesPlot *m_memory, *m_gpuMemory = nullptr, *m_gpuBusy = nullptr;
    QLabel* m_machine;
    QElapsedTimer m_clock;
    QTimer m_timer;
    double m_remoteBytes; ///< what an engine of another machine says about itself; NaN if it said nothing
};

} // namespace bitloom
