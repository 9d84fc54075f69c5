// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/recent_runs.h"

#include "app/studio/text.h"

#include <algorithm>
#include <memory>
#include <QFileInfo>

namespace bitloom {

RecentRuns::RecentRuns(EngineClient& engine, Settings& settings, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
    , m_settings(settings)
{
}

void RecentRuns::refresh()
{
    QStringList folders;
    for (const RecentItem& recent : m_settings.recents()) {
        if (recent.kind == QLatin1String("project"))
            folders << recent.path;
    }
    struct Answers
    {
        std::vector<std::optional<ProjectSummary>> runs;
        qsizetype missing = 0;
    };
    auto answers = std::make_shared<Answers>();
    answers->runs.resize(static_cast<std::size_t>(folders.size()));
    answers->missing = folders.size();
    const quint64 asked = ++m_asked;
    for (qsizetype i = 0; i < folders.size(); ++i) {
        m_engine.requestAs<ProjectSummary>("project", { { "folder", folders[i].toStdString() } }, this, [this, answers, i, asked](Result<ProjectSummary> run) {
            if (asked != m_asked)
                return;
            if (run && run->finished && run->report)
                answers->runs[static_cast<std::size_t>(i)] = std::move(*run);
            if (--answers->missing > 0)
                return;
            m_runs.clear();
            for (auto& each : answers->runs) {
                if (each)
                    m_runs.push_back(std::move(*each));
            }
            Q_EMIT changed();
        });
    }
}

QString runTitle(const ProjectSummary& run)
{
    const double bits = run.report ? run.report->bitsPerWeight : run.recipe.bits;
    return RecentRuns::tr("%1 (%2, %3 bits)").arg(QFileInfo(text(run.output)).fileName(), text(run.recipe.method)).arg(QString::number(bits, 'f', 2));
}

} // namespace bitloom
