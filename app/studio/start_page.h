// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/settings.h"
#include "widgets/drop_zone.h"

#include <QListWidget>
#include <QStackedLayout>
#include <QWidget>

namespace bitloom {

/// Where a session begins: drop or open something, go on with something recent, or take the demo model.
class StartPage : public QWidget
{
    Q_OBJECT
public:
    explicit StartPage(Settings& settings, QWidget* parent = nullptr);

    void refreshRecents();
    [[nodiscard]] DropZone& dropZone() { return *m_dropZone; }
    [[nodiscard]] QListWidget& recents() { return *m_recents; }

Q_SIGNALS:
    void pathRequested(const QString& path);
    void openFolderRequested();
    void openFileRequested();
    void demoRequested();

private:
    Settings& m_settings;
    DropZone* m_dropZone;
    QListWidget* m_recents;
    QStackedLayout* m_recentsStack;
};

} // namespace bitloom
