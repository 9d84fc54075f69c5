// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLibrary>
#include <QString>
#include <vector>

namespace bitloom {

struct GpuState
{
    QString name;
    double usedBytes = 0, totalBytes = 0, busyPercent = 0;
};

/// NVIDIA's management library, loaded when it is first asked and only if the machine has one; nothing is linked.
class GpuProbe
{
public:
    /// `library`: another file than the system's, for tests.
    explicit GpuProbe(const QString& library = {});
    ~GpuProbe();
    GpuProbe(const GpuProbe&) = delete;
    GpuProbe& operator=(const GpuProbe&) = delete;

    [[nodiscard]] bool isPresent() const { return m_count > 0; }
    [[nodiscard]] std::vector<GpuState> read() const;

private:
    QLibrary m_library;
    unsigned m_count = 0;
};

} // namespace bitloom
