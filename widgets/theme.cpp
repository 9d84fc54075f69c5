// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include "widgets/control_style.h"

#include <QApplication>
#include <QEvent>
#include <QPointer>
#include <cmath>

namespace bitloom {
namespace {
    double linearLight(double channel)
    {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    }

    double luminance(const QColor& color)
    {
        return 0.2126 * linearLight(color.redF()) + 0.7152 * linearLight(color.greenF())
            + 0.0722 * linearLight(color.blueF());
    }

    struct Tones
    {
        const char *window, *base, *alternate, *text, *muted, *disabled, *button, *border, *borderStrong, *hover,
            *accent, *highlight, *tooltip;
    };
    constexpr Tones lightTones { "#f3f4f7", "#ffffff", "#f7f8fa", "#1a1e26", "#555d6b", "#9097a3", "#ffffff", "#d5d9e0",
        "#b4bac5", "#eef0f4", "#3650c8", "#3650c8", "#22262e" };
    constexpr Tones darkTones { "#181a1f", "#1f2228", "#23272e", "#e7e9ee", "#a4acba", "#6b7280", "#2a2e37", "#353a45",
        "#4a515f", "#333845", "#93a5ff", "#4054c6", "#30353f" };

    QPalette makePalette(const Tones& tones)
    {
        const QColor window(tones.window), base(tones.base), text(tones.text), button(tones.button);
        QPalette palette(button, window);
        palette.setColor(QPalette::Window, window);
        palette.setColor(QPalette::WindowText, text);
        palette.setColor(QPalette::Base, base);
        palette.setColor(QPalette::AlternateBase, QColor(tones.alternate));
        palette.setColor(QPalette::Text, text);
        palette.setColor(QPalette::PlaceholderText, QColor(tones.muted));
        palette.setColor(QPalette::Button, button);
        palette.setColor(QPalette::ButtonText, text);
        palette.setColor(QPalette::BrightText, text);
        palette.setColor(QPalette::Light, QColor(tones.hover));
        palette.setColor(QPalette::Midlight, QColor(tones.border));
        palette.setColor(QPalette::Mid, QColor(tones.borderStrong));
        palette.setColor(QPalette::Dark, QColor(tones.borderStrong));
        palette.setColor(QPalette::Shadow, QColor(0, 0, 0, 120));
        palette.setColor(QPalette::Highlight, QColor(tones.highlight));
        palette.setColor(QPalette::HighlightedText, Qt::white);
        palette.setColor(QPalette::Link, QColor(tones.accent));
        palette.setColor(QPalette::LinkVisited, QColor(tones.accent));
        palette.setColor(QPalette::ToolTipBase, QColor(tones.tooltip));
        palette.setColor(QPalette::ToolTipText, QColor("#f2f4f8"));
        for (const auto role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText })
            palette.setColor(QPalette::Disabled, role, QColor(tones.disabled));
        palette.setColor(QPalette::Disabled, QPalette::Base, window);
        palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(tones.borderStrong));
        palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor(tones.disabled));
        return palette;
    }

    QString styleSheet(bool dark)
    {
        const Tones& tones = dark ? darkTones : lightTones;
        // Only what Fusion draws with gradients is flattened; combo and spin boxes stay Fusion's own, because a style sheet
        // would take their arrows away.
        QString sheet = QStringLiteral(R"(
QToolTip { background: %tooltip; color: #f2f4f8; border: 1px solid %borderStrong; padding: 5px 7px; }
QPushButton { background: %button; border: 1px solid %borderStrong; border-radius: 5px; padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: %hover; }
QPushButton:pressed { background: %border; }
QPushButton:focus { border: 2px solid %accent; padding: 4px 13px; }
QPushButton:disabled { color: %disabled; background: %window; border-color: %border; }
QPushButton:default, QPushButton[primary="true"] { background: %highlight; color: white; border-color: %highlight; font-weight: 600; }
QPushButton:default:hover, QPushButton[primary="true"]:hover { background: %primaryHover; }
QPushButton:default:focus, QPushButton[primary="true"]:focus { border: 2px solid %text; padding: 4px 13px; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled { background: %window; color: %disabled; border-color: %border; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 4px 8px; }
QToolButton:hover { background: %hover; border-color: %border; }
QToolButton:pressed, QToolButton:checked { background: %border; }
QToolButton:focus { border: 2px solid %accent; padding: 3px 7px; }
QGroupBox { border: 1px solid %border; border-radius: 7px; margin-top: 1.4em; padding: 8px 8px 6px 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; padding: 0 2px 3px 2px; }
QHeaderView { background: %window; }
QHeaderView::section { background: %window; color: %muted; border: 0; border-bottom: 1px solid %borderStrong;
                       border-right: 1px solid %border; padding: 5px 8px; font-weight: 600; }
QTableView, QListView, QTreeView, QPlainTextEdit, QTextEdit { border: 1px solid %border; border-radius: 5px; background: %base; }
QTableView:focus, QListView:focus, QTreeView:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid %accent; }
QTableView { gridline-color: %border; }
QTabWidget::pane { border: 0; border-top: 1px solid %border; }
QTabBar::tab { background: transparent; color: %muted; border: 0; border-bottom: 2px solid transparent; padding: 7px 14px; }
QTabBar::tab:selected { color: %text; border-bottom: 2px solid %accent; }
QTabBar::tab:hover { color: %text; background: %hover; }
QTabBar::tab:focus { color: %accent; }
QProgressBar { border: 0; border-radius: 4px; background: %border; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { border-radius: 4px; background: %accent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: %border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: %accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: %base; border: 2px solid %accent; }
QSlider::handle:horizontal:focus { background: %accent; }
QSlider::handle:horizontal:disabled { border-color: %borderStrong; background: %window; }
QSlider::sub-page:horizontal:disabled { background: %borderStrong; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: %borderStrong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: %muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QDockWidget::title { background: %window; padding: 6px 8px; border-bottom: 1px solid %border; }
QMainWindow::separator { background: %border; width: 1px; height: 1px; margin: 2px; }
QStatusBar { border-top: 1px solid %border; }
QStatusBar::item { border: 0; }
)");
        const std::pair<const char*, QString> names[] = {
            { "%borderStrong", QLatin1String(tones.borderStrong) },
            { "%primaryHover", dark ? QStringLiteral("#4f64dc") : QStringLiteral("#2b42ad") },
            { "%border", QLatin1String(tones.border) }, { "%tooltip", QLatin1String(tones.tooltip) },
            { "%button", QLatin1String(tones.button) }, { "%hover", QLatin1String(tones.hover) },
            { "%accent", QLatin1String(tones.accent) }, { "%highlight", QLatin1String(tones.highlight) },
            { "%disabled", QLatin1String(tones.disabled) }, { "%window", QLatin1String(tones.window) },
            { "%muted", QLatin1String(tones.muted) }, { "%base", QLatin1String(tones.base) },
            { "%text", QLatin1String(tones.text) }
        };
        for (const auto& [name, color] : names)
            sheet.replace(QLatin1String(name), color);
        return sheet;
    }
}

double contrastRatio(const QColor& first, const QColor& second)
{
    const double a = luminance(first), b = luminance(second);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor readableOn(const QColor& background)
{
    return contrastRatio(Qt::white, background) >= contrastRatio(Qt::black, background) ? QColor(Qt::white)
                                                                                        : QColor(Qt::black);
}

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

PlotStyle PlotStyle::of(const QPalette& palette)
{
    PlotStyle style;
    style.dark = bitloom::isDark(palette);
    style.surface = palette.color(QPalette::Active, QPalette::Window);
    style.panel = palette.color(QPalette::Active, QPalette::Base);
    style.text = palette.color(QPalette::Active, QPalette::WindowText);
    style.mutedText = palette.color(QPalette::Active, QPalette::PlaceholderText);
    style.mutedText.setAlpha(255);
    if (contrastRatio(style.mutedText, style.surface) < 4.5 || contrastRatio(style.mutedText, style.panel) < 4.5)
        style.mutedText = style.text; // a foreign palette
    if (style.dark) {
        style.grid = QColor("#30353f");
        style.axis = QColor("#7c8494");
        style.accent = QColor("#93a5ff");
        style.accentText = QColor("#10131c");
        style.good = QColor("#4ecb96");
        style.warning = QColor("#f2b93b");
        style.bad = QColor("#ff8a75");
        style.cursor = QColor("#ffffff");
        style.series = { QColor("#6cb8f0"), QColor("#f28c4b"), QColor("#3fcf9f"), QColor("#dd93c6"), QColor("#f0c43c"),
            QColor("#b7a5ff"), QColor("#b9c1cd"), QColor("#d3d46a") };
    } else {
        style.grid = QColor("#e3e6eb");
        style.axis = QColor("#7b8392");
        style.accent = QColor("#3650c8");
        style.accentText = QColor("#ffffff");
        style.good = QColor("#0b7a4f");
        style.warning = QColor("#8f5b00");
        style.bad = QColor("#bf2c17");
        style.cursor = QColor("#10131c");
        style.series = { QColor("#0068a8"), QColor("#c44900"), QColor("#00805e"), QColor("#a2478a"), QColor("#a87400"),
            QColor("#6a4fcf"), QColor("#5b6470"), QColor("#7d7600") };
    }
    return style;
}

QPalette lightPalette()
{
    return makePalette(lightTones);
}

QPalette darkPalette()
{
    return makePalette(darkTones);
}

Theme& Theme::instance()
{
    static QPointer<Theme> theme;
    if (!theme)
        theme = new Theme(qApp);
    return *theme;
}

Theme::Theme(QObject* parent)
    : QObject(parent)
    , m_dark(bitloom::isDark(QApplication::palette()))
{
    parent->installEventFilter(this);
}

bool Theme::systemIsDark()
{
    // Without a palette of our own the application's palette is the desktop's.
    const bool nested = m_dressing;
    m_dressing = true;
    QApplication::setPalette(QPalette());
    const bool dark = bitloom::isDark(QApplication::palette());
    m_dressing = nested;
    return dark;
}

void Theme::apply(ThemeChoice choice)
{
    m_choice = choice;
    dress(choice == ThemeChoice::System ? systemIsDark() : choice == ThemeChoice::Dark);
}

void Theme::dress(bool dark)
{
    m_dressing = true;
    if (!m_applied)
        QApplication::setStyle(new ControlStyle);
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
    if (!m_applied || dark != m_dark)
        qApp->setStyleSheet(styleSheet(dark));
    m_dressing = false;
    const bool different = !m_applied || dark != m_dark;
    m_applied = true;
    m_dark = dark;
    if (different)
        Q_EMIT changed(dark);
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    const bool palette = event->type() == QEvent::ApplicationPaletteChange && watched == parent();
    if (!m_dressing && m_applied && m_choice == ThemeChoice::System && (palette || event->type() == QEvent::ThemeChange))
        dress(systemIsDark());
    return QObject::eventFilter(watched, event);
}

} // namespace bitloom
