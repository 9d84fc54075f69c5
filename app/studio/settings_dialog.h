// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/action_list.h"
#include "core/protocol/messages.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSpinBox>
#include <QTabWidget>

namespace bitloom {

class ShortcutTable;

/// Appearance, engine and shortcuts. OK writes them into Settings.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    enum Tab { General, Engine, Shortcuts };

    /// `actions` may be null: then there is no page of shortcuts.
    SettingsDialog(Settings& settings, const EngineInfo& engine, ActionList* actions, QWidget* parent = nullptr);

    void showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }
    void accept() override;
    /// Something that needs the engine to be started anew was changed.
    [[nodiscard]] bool engineChanged() const { return m_engineChanged; }
    /// The studio speaks the new language from its next start on.
    [[nodiscard]] bool languageChanged() const { return m_languageChanged; }

private:
    [[nodiscard]] QWidget* buildGeneral();
    [[nodiscard]] QWidget* buildEngine(const EngineInfo& engine);

    Settings& m_settings;
    QTabWidget* m_tabs;
    QLineEdit* m_command;
    QComboBox *m_device, *m_theme, *m_language;
    QSpinBox* m_threads;
    QDoubleSpinBox* m_memory;
    QListWidget* m_plugins;
    QCheckBox* m_notify;
    ShortcutTable* m_shortcuts = nullptr;
    bool m_engineChanged = false, m_languageChanged = false;
};

} // namespace bitloom
