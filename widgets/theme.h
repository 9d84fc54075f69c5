// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>
#include <array>

namespace bitloom {

enum class ThemeChoice { System, Light, Dark };

/// The colours of a plot, taken from a palette: dark when its window is darker than its text. Every text colour has a
/// contrast of at least 4.5 to the surface it stands on, every mark at least 3.
struct PlotStyle
{
    bool dark = false;
    QColor surface; ///< behind the plot
    QColor panel; ///< inside the axes
    QColor text, mutedText;
    QColor grid, axis;
    QColor accent, accentText; ///< accentText is read on accent
    QColor good, warning, bad; ///< for text and marks, always beside a shape or a word
    QColor cursor; ///< the keyboard cursor
    std::array<QColor, 8> series; ///< told apart by people with any colour vision; also use dashes and markers

    [[nodiscard]] static PlotStyle of(const QPalette& palette);
    [[nodiscard]] QColor seriesColor(int index) const { return series[static_cast<std::size_t>(index) % series.size()]; }
};

/// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
[[nodiscard]] double contrastRatio(const QColor& first, const QColor& second);
/// Black or white, whichever is easier to read on `background`.
[[nodiscard]] QColor readableOn(const QColor& background);
[[nodiscard]] bool isDark(const QPalette& palette);

[[nodiscard]] QPalette lightPalette();
[[nodiscard]] QPalette darkPalette();

/// Dresses the whole application: Fusion with Bitloom's palette and a light-handed style sheet. With
/// ThemeChoice::System it follows the desktop's light or dark, also when that changes while the program runs.
class Theme : public QObject
{
    Q_OBJECT
public:
    /// The application's only theme; call after the QApplication was made.
    static Theme& instance();

    void apply(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] bool isDark() const { return m_dark; }
    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void changed(bool dark);

private:
    explicit Theme(QObject* parent);
    void dress(bool dark);
    [[nodiscard]] bool systemIsDark();

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_dark = false, m_dressing = false, m_applied = false;
};

} // namespace bitloom
