// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QThread>

namespace bitloom {

Settings::Settings(const QString& file)
    : m_store(file.isEmpty() ? std::make_unique<QSettings>(QStringLiteral("Bitloom"), QStringLiteral("bitloom"))
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
