// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/resource_monitor.h"

#include "app/studio/panel.h"
#include "widgets/text_format.h"

#include <cmath>
#include <limits>
#include <QCoreApplication>
#include <QFile>
#include <QHBoxLayout>
#include <unistd.h>

namespace bitloom {

namespace {
    constexpr int intervalMilliseconds = 1000;
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
}

double residentBytes(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(processId));
    if (processId <= 0 || !file.open(QIODevice::ReadOnly))
        return unknown;
    bool isNumber = false;
    const double pages = file.readAll().split(' ').value(1).toDouble(&isNumber);
    return isNumber ? pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) : unknown;
}

SystemMemory systemMemory()
{
    SystemMemory memory;
    QFile file(QStringLiteral("/proc/meminfo"));
    if (!file.open(QIODevice::ReadOnly))
        return memory;
    for (const QByteArray& line : file.readAll().split('\n')) {
        const double kibibytes = line.mid(line.indexOf(':') + 1).simplified().split(' ').value(0).toDouble();
        if (line.startsWith("MemTotal:"))
            memory.totalBytes = kibibytes * 1024;
        else if (line.startsWith("MemAvailable:"))
            memory.availableBytes = kibibytes * 1024;
    }
    return memory;
}

ResourceMonitor::ResourceMonitor(EngineClient& engine, QWidget* parent, const QString& gpuLibrary)
    : QWidget(parent)
    , m_engine(engine)
    , m_gpus(gpuLibrary)
    , m_memory(new TimeSeriesPlot(tr("Memory"), TimeSeriesPlot::Unit::Bytes))
    , m_machine(quietLabel({}))
    , m_remoteBytes(unknown)
{
    setObjectName(QStringLiteral("resourceMonitor"));
    setAccessibleName(tr("Memory and GPU"));
    m_memory->setSeries({ tr("Engine"), tr("Studio") });
    auto* plots = new QHBoxLayout;
    plots->setSpacing(12);
    plots->addWidget(m_memory, 1);
    if (m_gpus.isPresent()) {
        QStringList names;
        for (const GpuState& gpu : m_gpus.read())
            names << (gpu.name.isEmpty() ? tr("GPU") : gpu.name);
        m_gpuMemory = new TimeSeriesPlot(tr("GPU memory"), TimeSeriesPlot::Unit::Bytes);
        m_gpuBusy = new TimeSeriesPlot(tr("GPU in use"), TimeSeriesPlot::Unit::Percent);
        for (TimeSeriesPlot* plot : { m_gpuMemory, m_gpuBusy }) {
            plot->setSeries(names);
            plots->addWidget(plot, 1);
        }
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(plots, 1);
    layout->addWidget(m_machine);
    connect(&m_engine, &EngineClient::resourcesMeasured, this, [this](quint64, const ResourceEvent& event) { m_remoteBytes = static_cast<double>(event.memoryBytes); });
    connect(&m_engine, &EngineClient::stateChanged, this, [this] { m_remoteBytes = unknown; });
    connect(&m_timer, &QTimer::timeout, this, &ResourceMonitor::sample);
    m_timer.setInterval(intervalMilliseconds);
    m_clock.start();
}

void ResourceMonitor::sample()
{
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    const SystemMemory machine = systemMemory();
    // What the engine says of itself is right on every machine; until it has said something, the process of this one is asked.
    const double engine = std::isnan(m_remoteBytes) ? residentBytes(m_engine.processId()) : m_remoteBytes;
    m_memory->append(seconds, { engine, residentBytes(QCoreApplication::applicationPid()) });
    m_machine->setText(tr("This machine has %1 of memory, %2 of it free.")
                           .arg(bytesText(static_cast<std::int64_t>(machine.totalBytes)), bytesText(static_cast<std::int64_t>(machine.availableBytes))));
    if (m_gpuMemory == nullptr)
        return;
    std::vector<double> used, busy;
    for (const GpuState& gpu : m_gpus.read()) {
        used.push_back(gpu.usedBytes);
        busy.push_back(gpu.busyPercent);
    }
    m_gpuMemory->append(seconds, used);
    m_gpuBusy->append(seconds, busy);
}

void ResourceMonitor::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sample();
    m_timer.start();
}

void ResourceMonitor::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

} // namespace bitloom
