// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_process.h"
#include "widgets/theme.h"

#include <memory>
#include <optional>
#include <QByteArray>
#include <QKeySequence>
#include <QList>
#include <QSettings>
#include <QString>
#include <QStringList>

namespace bitloom {

struct RecentItem
{
    QString path;
    QString kind; ///< "model", "project" or "recipe"
    QString detail; ///< one short line, for example "Llama · 134.5 M parameters"
    bool operator==(const RecentItem&) const = default;
};

/// What the studio remembers between two starts. GUI thread only.
class Settings
{
public:
    /// `file` empty: the user's own settings; else an INI file (tests).
    explicit Settings(const QString& file = {});

    [[nodiscard]] QString engineCommand() const; ///< as typed; empty means the engine beside the studio
    void setEngineCommand(const QString& command);
    /// Program and arguments to start, with device and threads put in.
    [[nodiscard]] QStringList engineCommandLine() const;

    [[nodiscard]] QString device() const; ///< "auto", "cpu", "cuda:0"
    void setDevice(const QString& device);
    [[nodiscard]] int threads() const; ///< 0: all processors
    void setThreads(int threads);
    /// Most memory that the engine may take on this machine, in bytes; 0: no limit. Allocations beyond it fail, so that a run ends
    /// with a sentence and not with the system killing something.
    [[nodiscard]] qint64 memoryLimitBytes() const;
    void setMemoryLimitBytes(qint64 bytes);
    [[nodiscard]] QStringList pluginFolders() const; ///< searched by an engine of this machine besides its own
    void setPluginFolders(const QStringList& folders);
    [[nodiscard]] EngineSurroundings engineSurroundings() const;

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);
    [[nodiscard]] QString language() const; ///< "system", "en", "de", "ko"; used from the next start on
    void setLanguage(const QString& language);
    [[nodiscard]] bool notifies() const; ///< tell the desktop when a long job ends
    void setNotifies(bool notifies);

    /// The shortcut that a person gave to the action `id`; nothing where the action keeps its own.
    [[nodiscard]] std::optional<QKeySequence> shortcut(const QString& id) const;
    void setShortcut(const QString& id, const std::optional<QKeySequence>& shortcut);

    [[nodiscard]] QStringList workspaces() const; ///< names of the arrangements that a person saved, sorted
    [[nodiscard]] QByteArray workspace(const QString& name) const;
    void setWorkspace(const QString& name, const QByteArray& state); ///< an empty state removes it
    [[nodiscard]] bool tourSeen() const;
    void setTourSeen(bool seen);

    static constexpr int maximumRecents = 12;
    [[nodiscard]] QList<RecentItem> recents() const;
    void addRecent(const RecentItem& item); ///< to the front; the same path is not kept twice
    void removeRecent(const QString& path);
    void clearRecents();

    /// Project folder of a run that has started and not yet ended, so that the next start can offer to resume it; empty if none.
    [[nodiscard]] QString unfinishedProject() const;
    void setUnfinishedProject(const QString& folder);

    /// Folder of what the program keeps for itself between two starts, such as the queue.
    [[nodiscard]] QString stateFolder() const;

    [[nodiscard]] QByteArray blob(const QString& key) const; ///< layouts of windows and splitters
    void setBlob(const QString& key, const QByteArray& value);
    [[nodiscard]] QString lastFolder(const QString& purpose) const;
    void setLastFolder(const QString& purpose, const QString& folder);

private:
    QString m_stateFolder;
    std::unique_ptr<QSettings> m_store;
};

} // namespace bitloom
