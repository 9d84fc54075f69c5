// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/settings_dialog.h"

#include "app/studio/language.h"
#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/shortcut_table.h"
#include "app/studio/text.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QPushButton>

namespace bitloom {

namespace {
    constexpr double gibibyte = 1024.0 * 1024 * 1024;

    QLabel* explanation(const QString& text)
    {
        auto* label = quietLabel(text);
        label->setWordWrap(true);
        return label;
    }

    QFormLayout* formIn(QWidget* page)
    {
        auto* rows = new QFormLayout(page);
        rows->setContentsMargins(6, 14, 6, 6);
        rows->setHorizontalSpacing(16);
        rows->setVerticalSpacing(10);
        return rows;
    }
}

SettingsDialog::SettingsDialog(Settings& settings, const EngineInfo& engine, ActionList* actions, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_tabs(new QTabWidget)
    , m_command(new QLineEdit(settings.engineCommand()))
    , m_device(new QComboBox)
    , m_theme(new QComboBox)
    , m_language(new QComboBox)
    , m_threads(new QSpinBox)
    , m_memory(new QDoubleSpinBox)
    , m_plugins(new QListWidget)
    , m_notify(new QCheckBox(tr("&Tell the desktop when a job of more than a minute ends")))
{
    setWindowTitle(tr("Settings"));
    setMinimumSize(620, 480);
    m_tabs->setAccessibleName(tr("Settings"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(buildGeneral(), tr("General"));
    m_tabs->addTab(buildEngine(engine), tr("Engine"));
    if (actions != nullptr) {
        m_shortcuts = new ShortcutTable(*actions);
        m_tabs->addTab(m_shortcuts, tr("Shortcuts"));
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->addWidget(m_tabs, 1);
    layout->addSpacing(6);
    layout->addWidget(buttons);
}

QWidget* SettingsDialog::buildGeneral()
{
    auto* page = new QWidget;
    QFormLayout* rows = formIn(page);
    m_theme->addItem(tr("Like the system"), static_cast<int>(ThemeChoice::System));
    m_theme->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
    m_theme->setCurrentIndex(m_theme->findData(static_cast<int>(m_settings.theme())));
    m_theme->setAccessibleName(tr("Theme"));
    m_theme->setObjectName(QStringLiteral("theme"));
    m_language->addItem(tr("Like the system"), QStringLiteral("system"));
    for (const Language& language : languages())
        m_language->addItem(language.name, language.code);
    m_language->setCurrentIndex(qMax(0, m_language->findData(m_settings.language())));
    m_language->setAccessibleName(tr("Language"));
    m_language->setObjectName(QStringLiteral("language"));
    m_notify->setChecked(m_settings.notifies());
    m_notify->setObjectName(QStringLiteral("notify"));
    rows->addRow(tr("T&heme"), m_theme);
    rows->addRow(tr("&Language"), m_language);
    rows->addRow(QString(), explanation(tr("Another language is spoken from the next start on.")));
    rows->addRow(QString(), m_notify);
    return page;
}

QWidget* SettingsDialog::buildEngine(const EngineInfo& engine)
{
    auto* page = new QWidget;
    QFormLayout* rows = formIn(page);
    m_command->setObjectName(QStringLiteral("engineCommand"));
    m_command->setPlaceholderText(tr("bitloom-cli serve, beside this program"));
    m_command->setAccessibleName(tr("Engine command"));
    m_device->setAccessibleName(tr("Device"));
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    for (const auto& device : engine.devices)
        m_device->addItem(text(device), text(device).section(QLatin1Char(' '), 0, 0));
    if (m_device->findData(m_settings.device()) < 0)
        m_device->addItem(m_settings.device(), m_settings.device());
    m_device->setCurrentIndex(m_device->findData(m_settings.device()));
    m_threads->setRange(0, 1024);
    m_threads->setSpecialValueText(tr("all processors"));
    m_threads->setValue(m_settings.threads());
    m_threads->setAccessibleName(tr("Threads"));
    m_memory->setRange(0, 65536);
    m_memory->setDecimals(1);
    m_memory->setSpecialValueText(tr("no limit"));
    m_memory->setSuffix(tr(" GiB"));
    m_memory->setValue(static_cast<double>(m_settings.memoryLimitBytes()) / gibibyte);
    m_memory->setAccessibleName(tr("Memory limit"));
    m_memory->setObjectName(QStringLiteral("memoryLimit"));
    m_plugins->setAccessibleName(tr("Plugin folders"));
    m_plugins->setObjectName(QStringLiteral("pluginFolders"));
    m_plugins->addItems(m_settings.pluginFolders());
    m_plugins->setMaximumHeight(90);

    auto* add = new QPushButton(lineIcon("add"), tr("&Add…"));
    auto* remove = new QPushButton(lineIcon("remove"), tr("&Remove"));
    add->setAccessibleName(tr("Add a plugin folder"));
    remove->setAccessibleName(tr("Remove the selected plugin folder"));
    connect(add, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder with plugins"), m_settings.lastFolder(QStringLiteral("plugins")));
        if (!folder.isEmpty() && m_plugins->findItems(folder, Qt::MatchExactly).isEmpty())
            m_plugins->addItem(folder);
    });
    connect(remove, &QPushButton::clicked, this, [this] { qDeleteAll(m_plugins->selectedItems()); });
    auto* pluginLine = new QHBoxLayout;
    auto* pluginButtons = new QVBoxLayout;
    pluginButtons->addWidget(add);
    pluginButtons->addWidget(remove);
    pluginButtons->addStretch(1);
    pluginLine->addWidget(m_plugins, 1);
    pluginLine->addLayout(pluginButtons);

    rows->addRow(tr("&Engine command"), m_command);
    rows->addRow(QString(), explanation(tr("An engine on another machine works too, for example “ssh workstation bitloom-cli serve”. Paths are then that machine's.")));
    rows->addRow(tr("&Device"), m_device);
    rows->addRow(tr("&Threads"), m_threads);
    rows->addRow(tr("&Memory limit"), m_memory);
    rows->addRow(QString(), explanation(tr("An engine of this machine that needs more ends its job with a message; finished layers are kept.")));
    auto* pluginLabel = new QLabel(tr("&Plugin folders"));
    pluginLabel->setBuddy(m_plugins);
    rows->addRow(pluginLabel, pluginLine);
    return page;
}

void SettingsDialog::accept()
{
    const auto before = std::make_pair(m_settings.engineCommandLine(), m_settings.engineSurroundings());
    m_settings.setEngineCommand(m_command->text());
    m_settings.setDevice(m_device->currentData().toString());
    m_settings.setThreads(m_threads->value());
    m_settings.setMemoryLimitBytes(static_cast<qint64>(m_memory->value() * gibibyte));
    QStringList folders;
    for (int row = 0; row < m_plugins->count(); ++row)
        folders << m_plugins->item(row)->text();
    m_settings.setPluginFolders(folders);
    m_settings.setTheme(static_cast<ThemeChoice>(m_theme->currentData().toInt()));
    m_settings.setNotifies(m_notify->isChecked());
    m_languageChanged = m_settings.language() != m_language->currentData().toString();
    m_settings.setLanguage(m_language->currentData().toString());
    m_engineChanged = before != std::make_pair(m_settings.engineCommandLine(), m_settings.engineSurroundings());
    if (m_shortcuts != nullptr)
        m_shortcuts->apply();
    QDialog::accept();
}

} // namespace bitloom
