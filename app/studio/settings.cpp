// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QThread>

namespace bitloom {

/// As the XDG base directory specification has it; QStandardPaths knows this place only from Qt 6.7 on.
static QString userStateFolder()
{
    const QString set = qEnvironmentVariable("XDG_STATE_HOME");
    return (QDir::isAbsolutePath(set) ? set : QDir::homePath() + QStringLiteral("/.local/state")) + QStringLiteral("/bitloom");
}

Settings::Settings(const QString& file)
    : m_stateFolder(file.isEmpty() ? userStateFolder() : QFileInfo(file).absolutePath())
    , m_store(file.isEmpty() ? std::make_unique<QSettings>(QStringLiteral("Bitloom"), QStringLiteral("bitloom"))
                             : std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

QString Settings::engineCommand() const
{
    return m_store->value(QStringLiteral("engine/command")).toString();
}

void Settings::setEngineCommand(const QString& command)
{
    m_store->setValue(QStringLiteral("engine/command"), command.trimmed());
}

QStringList Settings::engineCommandLine() const
{
    QStringList command = QProcess::splitCommand(engineCommand());
    if (command.isEmpty())
        command = { QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("bitloom-cli")), QStringLiteral("serve") };
    if (device() != QLatin1String("auto"))
        command << QStringLiteral("--device") << device();
    if (threads() > 0)
        command << QStringLiteral("--threads") << QString::number(threads());
    return command;
}

QString Settings::device() const
{
    return m_store->value(QStringLiteral("engine/device"), QStringLiteral("auto")).toString();
}

void Settings::setDevice(const QString& device)
{
    m_store->setValue(QStringLiteral("engine/device"), device.isEmpty() ? QStringLiteral("auto") : device);
}

int Settings::threads() const
{
    return qBound(0, m_store->value(QStringLiteral("engine/threads"), 0).toInt(), 1024);
}

void Settings::setThreads(int threads)
{
    m_store->setValue(QStringLiteral("engine/threads"), threads);
}

qint64 Settings::memoryLimitBytes() const
{
    return qMax<qint64>(0, m_store->value(QStringLiteral("engine/memoryLimitBytes"), 0).toLongLong());
}

void Settings::setMemoryLimitBytes(qint64 bytes)
{
    m_store->setValue(QStringLiteral("engine/memoryLimitBytes"), bytes);
}

QStringList Settings::pluginFolders() const
{
    return m_store->value(QStringLiteral("engine/pluginFolders")).toStringList();
}

void Settings::setPluginFolders(const QStringList& folders)
{
    m_store->setValue(QStringLiteral("engine/pluginFolders"), folders);
}

EngineSurroundings Settings::engineSurroundings() const
{
    // A package brings the demo model along; in a build tree the engine knows where it is.
    const QString demo = QDir::cleanPath(QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../share/bitloom/demo.gguf")));
    return { pluginFolders(), memoryLimitBytes(), QFileInfo::exists(demo) ? demo : QString() };
}

QString Settings::language() const
{
    return m_store->value(QStringLiteral("appearance/language"), QStringLiteral("system")).toString();
}

void Settings::setLanguage(const QString& language)
{
    m_store->setValue(QStringLiteral("appearance/language"), language);
}

bool Settings::notifies() const
{
    return m_store->value(QStringLiteral("appearance/notifies"), true).toBool();
}

void Settings::setNotifies(bool notifies)
{
    m_store->setValue(QStringLiteral("appearance/notifies"), notifies);
}

std::optional<QKeySequence> Settings::shortcut(const QString& id) const
{
    const QVariant value = m_store->value(QStringLiteral("shortcuts/") + id);
    if (!value.isValid())
        return std::nullopt;
    return QKeySequence::fromString(value.toString(), QKeySequence::PortableText);
}

void Settings::setShortcut(const QString& id, const std::optional<QKeySequence>& shortcut)
{
    if (shortcut)
        m_store->setValue(QStringLiteral("shortcuts/") + id, shortcut->toString(QKeySequence::PortableText));
    else
        m_store->remove(QStringLiteral("shortcuts/") + id);
}

// A name may hold any letter, also the slash that would be a group of QSettings.
static QString workspaceKey(const QString& name)
{
    return QStringLiteral("workspaces/") + QString::fromLatin1(name.toUtf8().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

QStringList Settings::workspaces() const
{
    m_store->beginGroup(QStringLiteral("workspaces"));
    QStringList names;
    for (const QString& key : m_store->childKeys())
        names << QString::fromUtf8(QByteArray::fromBase64(key.toLatin1(), QByteArray::Base64UrlEncoding));
    m_store->endGroup();
    names.sort(Qt::CaseInsensitive);
    return names;
}

QByteArray Settings::workspace(const QString& name) const
{
    return m_store->value(workspaceKey(name)).toByteArray();
}

void Settings::setWorkspace(const QString& name, const QByteArray& state)
{
    if (state.isEmpty())
        m_store->remove(workspaceKey(name));
    else
        m_store->setValue(workspaceKey(name), state);
}

bool Settings::tourSeen() const
{
    return m_store->value(QStringLiteral("session/tourSeen"), false).toBool();
}

void Settings::setTourSeen(bool seen)
{
    m_store->setValue(QStringLiteral("session/tourSeen"), seen);
}

ThemeChoice Settings::theme() const
{
    const QString name = m_store->value(QStringLiteral("appearance/theme")).toString();
    return name == QLatin1String("light") ? ThemeChoice::Light : name == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::System;
}

void Settings::setTheme(ThemeChoice theme)
{
    const char* name = theme == ThemeChoice::Light ? "light" : theme == ThemeChoice::Dark ? "dark" : "system";
    m_store->setValue(QStringLiteral("appearance/theme"), QString::fromLatin1(name));
}

QList<RecentItem> Settings::recents() const
{
    QList<RecentItem> items;
    const int count = m_store->beginReadArray(QStringLiteral("recent"));
    for (int i = 0; i < qMin(count, maximumRecents); ++i) {
        m_store->setArrayIndex(i);
        RecentItem item { m_store->value(QStringLiteral("path")).toString(), m_store->value(QStringLiteral("kind")).toString(),
            m_store->value(QStringLiteral("detail")).toString() };
        if (!item.path.isEmpty())
            items.append(item);
    }
    m_store->endArray();
    return items;
}

static void writeRecents(QSettings& store, const QList<RecentItem>& items)
{
    store.remove(QStringLiteral("recent"));
    store.beginWriteArray(QStringLiteral("recent"), static_cast<int>(items.size()));
    for (int i = 0; i < items.size(); ++i) {
        store.setArrayIndex(i);
        store.setValue(QStringLiteral("path"), items[i].path);
        store.setValue(QStringLiteral("kind"), items[i].kind);
        store.setValue(QStringLiteral("detail"), items[i].detail);
    }
    store.endArray();
}

void Settings::addRecent(const RecentItem& item)
{
    QList<RecentItem> items = recents();
    items.removeIf([&](const RecentItem& other) { return other.path == item.path; });
    items.prepend(item);
    while (items.size() > maximumRecents)
        items.removeLast();
    writeRecents(*m_store, items);
}

void Settings::removeRecent(const QString& path)
{
    QList<RecentItem> items = recents();
    items.removeIf([&](const RecentItem& other) { return other.path == path; });
    writeRecents(*m_store, items);
}

void Settings::clearRecents()
{
    writeRecents(*m_store, {});
}

QString Settings::unfinishedProject() const
{
    return m_store->value(QStringLiteral("session/unfinishedProject")).toString();
}

void Settings::setUnfinishedProject(const QString& folder)
{
    m_store->setValue(QStringLiteral("session/unfinishedProject"), folder);
    m_store->sync(); // it matters most when the studio does not get to close its files
}

QString Settings::stateFolder() const
{
    return m_stateFolder;
}

QByteArray Settings::blob(const QString& key) const
{
    return m_store->value(QStringLiteral("layout/") + key).toByteArray();
}

void Settings::setBlob(const QString& key, const QByteArray& value)
{
    m_store->setValue(QStringLiteral("layout/") + key, value);
}

QString Settings::lastFolder(const QString& purpose) const
{
    return m_store->value(QStringLiteral("folders/") + purpose, QDir::homePath()).toString();
}

void Settings::setLastFolder(const QString& purpose, const QString& folder)
{
    m_store->setValue(QStringLiteral("folders/") + purpose, folder);
}

} // namespace bitloom
