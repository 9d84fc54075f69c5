// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/gpu_probe.h"

#include <array>
#include <cstdint>

namespace bitloom {

namespace {
    // The part of NVML's C interface that is used; its layout has not changed since 2014.
    using Device = void*;
    struct Utilization
    {
        unsigned gpu, memory;
    };
    struct Memory
    {
        std::uint64_t total, free, used;
    };
    constexpr int success = 0;
    constexpr std::size_t nameCapacity = 96;
}

GpuProbe::GpuProbe(const QString& library)
{
    if (library.isEmpty())
        m_library.setFileNameAndVersion(QStringLiteral("nvidia-ml"), 1);
    else
        m_library.setFileName(library);
    if (!m_library.load())
        return;
    const auto initialize = reinterpret_cast<int (*)()>(m_library.resolve("nvmlInit_v2"));
    const auto count = reinterpret_cast<int (*)(unsigned*)>(m_library.resolve("nvmlDeviceGetCount_v2"));
    if (initialize == nullptr || count == nullptr || initialize() != success || count(&m_count) != success)
        m_count = 0;
}

GpuProbe::~GpuProbe()
{
    if (m_count == 0)
        return;
    if (const auto shutdown = reinterpret_cast<int (*)()>(m_library.resolve("nvmlShutdown")))
        shutdown();
}

std::vector<GpuState> GpuProbe::read() const
{
    std::vector<GpuState> states;
    if (m_count == 0)
        return states;
    auto& library = const_cast<QLibrary&>(m_library); // resolve() looks a name up
    const auto handle = reinterpret_cast<int (*)(unsigned, Device*)>(library.resolve("nvmlDeviceGetHandleByIndex_v2"));
    const auto name = reinterpret_cast<int (*)(Device, char*, unsigned)>(library.resolve("nvmlDeviceGetName"));
    const auto memory = reinterpret_cast<int (*)(Device, Memory*)>(library.resolve("nvmlDeviceGetMemoryInfo"));
    const auto utilization = reinterpret_cast<int (*)(Device, Utilization*)>(library.resolve("nvmlDeviceGetUtilizationRates"));
    for (unsigned i = 0; handle != nullptr && i < m_count; ++i) {
        Device device = nullptr;
        if (handle(i, &device) != success)
            continue;
        GpuState state;
        std::array<char, nameCapacity> letters {};
        if (name != nullptr && name(device, letters.data(), nameCapacity) == success)
            state.name = QString::fromUtf8(letters.data());
        if (Memory bytes {}; memory != nullptr && memory(device, &bytes) == success) {
            state.usedBytes = static_cast<double>(bytes.used);
            state.totalBytes = static_cast<double>(bytes.total);
        }
        if (Utilization busy {}; utilization != nullptr && utilization(device, &busy) == success)
            state.busyPercent = busy.gpu;
        states.push_back(std::move(state));
    }
    return states;
}

} // namespace bitloom
