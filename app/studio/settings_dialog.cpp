// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/settings_dialog.h"

#include "app/studio/panel.h"
#include "app/studio/text.h"

#include <QDialogButtonBox>
#include <QFormLayout>

namespace bitloom {

SettingsDialog::SettingsDialog(Settings& settings, const EngineInfo& engine, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_command(new QLineEdit(settings.engineCommand()))
    , m_device(new QComboBox)
    , m_theme(new QComboBox)
    , m_threads(new QSpinBox)
{
    setWindowTitle(tr("Settings"));
    setMinimumWidth(560);
    m_command->setObjectName(QStringLiteral("engineCommand"));
    m_command->setPlaceholderText(tr("bitloom-cli serve, beside this program"));
    m_command->setAccessibleName(tr("Engine command"));
    m_device->setAccessibleName(tr("Device"));
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    for (const auto& device : engine.devices)
        m_device->addItem(text(device), text(device).section(QLatin1Char(' '), 0, 0));
    if (m_device->findData(settings.device()) < 0)
        m_device->addItem(settings.device(), settings.device());
    m_device->setCurrentIndex(m_device->findData(settings.device()));
    m_threads->setRange(0, 1024);
    m_threads->setSpecialValueText(tr("all processors"));
    m_threads->setValue(settings.threads());
    m_threads->setAccessibleName(tr("Threads"));
    m_theme->addItem(tr("Like the system"), static_cast<int>(ThemeChoice::System));
    m_theme->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
    m_theme->setCurrentIndex(m_theme->findData(static_cast<int>(settings.theme())));
    m_theme->setAccessibleName(tr("Theme"));

    auto* rows = new QFormLayout;
    rows->setHorizontalSpacing(16);
    rows->setVerticalSpacing(10);
    rows->addRow(tr("&Engine command"), m_command);
    auto* help = quietLabel(tr("An engine on another machine works too, for example “ssh workstation bitloom-cli serve”. Paths are then that machine's."));
    help->setWordWrap(true);
    rows->addRow(QString(), help);
    rows->addRow(tr("&Device"), m_device);
    rows->addRow(tr("&Threads"), m_threads);
    rows->addRow(tr("T&heme"), m_theme);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->addLayout(rows);
    layout->addSpacing(10);
    layout->addWidget(buttons);
}

void SettingsDialog::accept()
{
    const QStringList before = m_settings.engineCommandLine();
    m_settings.setEngineCommand(m_command->text());
    m_settings.setDevice(m_device->currentData().toString());
    m_settings.setThreads(m_threads->value());
    m_settings.setTheme(static_cast<ThemeChoice>(m_theme->currentData().toInt()));
    m_engineChanged = m_settings.engineCommandLine() != before;
    QDialog::accept();
}

} // namespace bitloom
