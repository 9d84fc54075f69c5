// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/settings.h"
#include "core/protocol/messages.h"

#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QSpinBox>

namespace bitloom {

/// Engine command, device, threads, theme. OK writes them into Settings.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(Settings& settings, const EngineInfo& engine, QWidget* parent = nullptr);

    void accept() override;
    /// Something that needs the engine to be started anew was changed.
    [[nodiscard]] bool engineChanged() const { return m_engineChanged; }

private:
    Settings& m_settings;
    QLineEdit* m_command;
    QComboBox *m_device, *m_theme;
    QSpinBox* m_threads;
    bool m_engineChanged = false;
};

} // namespace bitloom
