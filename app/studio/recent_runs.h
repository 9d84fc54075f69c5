// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/settings.h"

#include <QObject>
#include <vector>

namespace bitloom {

/// The finished runs among the projects of late, as the engine reads their folders. Folders that are gone or hold no finished run are left out.
class RecentRuns : public QObject
{
    Q_OBJECT
public:
    RecentRuns(EngineClient& engine, Settings& settings, QObject* parent = nullptr);

    /// Asks the engine anew; what is known stays until the answers are there.
    void refresh();
    [[nodiscard]] const std::vector<ProjectSummary>& runs() const { return m_runs; } ///< newest first

Q_SIGNALS:
    void changed();

private:
    EngineClient& m_engine;
    Settings& m_settings;
    std::vector<ProjectSummary> m_runs;
    quint64 m_asked = 0; ///< counts refreshes: late answers of an earlier one are dropped
};

/// A short name of what a run made: the file's, with method and bits.
[[nodiscard]] QString runTitle(const ProjectSummary& run);

} // namespace bitloom
