// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QHash>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenuBar>
#include <QPainter>
#include <QProgressBar>
#include <QSlider>
#include <QSplitterHandle>
#include <QStatusBar>
#include <QTabBar>
#include <QTest>
#include <cmath>

namespace bitloom::test {

/// What is wrong with a window for people who use it by keyboard, by ear, or with weak eyes. Each sentence names the widget.
class AccessibilityCheck
{
public:
    explicit AccessibilityCheck(QWidget& window)
        : m_window(window)
    {
        QApplication::setActiveWindow(&window);
        QCoreApplication::processEvents();
    }

    [[nodiscard]] QStringList violations()
    {
        m_found.clear();
        for (QWidget* widget : visibleWidgets()) {
            checkName(widget);
            checkContrast(widget);
        }
        checkTabOrder();
        checkFocusRings();
        return m_found;
    }

    [[nodiscard]] static QString path(const QWidget* widget)
    {
        QStringList names;
        for (; widget != nullptr && names.size() < 4; widget = widget->parentWidget()) {
            QString name = QString::fromLatin1(widget->metaObject()->className()).remove(QStringLiteral("bitloom::"));
            if (!widget->objectName().isEmpty())
                name += QLatin1Char('#') + widget->objectName();
            else if (const auto* button = qobject_cast<const QAbstractButton*>(widget); button != nullptr)
                name += QStringLiteral("(“%1”)").arg(button->text());
            else if (const auto* label = qobject_cast<const QLabel*>(widget); label != nullptr)
                name += QStringLiteral("(“%1”)").arg(label->text().left(40));
            names.prepend(name);
        }
        return names.join(QStringLiteral(" > "));
    }

private:
    static constexpr double readable = 4.5, visible = 3; ///< WCAG 2: text, and marks such as a focus ring
    static constexpr int magnification = 3; ///< text is painted larger than on screen, so that its strokes reach their full colour

    void report(const QWidget* widget, const QString& what) { m_found << path(widget) + QStringLiteral(": ") + what; }

    /// Parts that Qt makes for its own composite widgets; their owner stands for them.
    [[nodiscard]] static bool isPartOfAnother(const QWidget* widget)
    {
        if (widget->objectName().startsWith(QStringLiteral("qt_")) || qobject_cast<const QSplitterHandle*>(widget) != nullptr)
            return true;
        const QWidget* parent = widget->parentWidget();
        return qobject_cast<const QAbstractSpinBox*>(parent) != nullptr || qobject_cast<const QComboBox*>(parent) != nullptr
            || qobject_cast<const QLineEdit*>(parent) != nullptr || qobject_cast<const QTabBar*>(parent) != nullptr
            || qobject_cast<const QMenuBar*>(parent) != nullptr || widget->inherits("QHeaderView") || widget->inherits("QScrollBar")
            || (parent != nullptr && parent->inherits("QAbstractScrollArea") && qobject_cast<const QAbstractScrollArea*>(parent)->viewport() == widget);
    }

    [[nodiscard]] QList<QWidget*> visibleWidgets() const
    {
        QList<QWidget*> widgets;
        for (QWidget* widget : m_window.findChildren<QWidget*>()) {
            if (widget->isVisibleTo(&m_window) && widget->window() == &m_window && !widget->visibleRegion().isEmpty() && !isPartOfAnother(widget))
                widgets << widget;
        }
        return widgets;
    }

    [[nodiscard]] static bool takesTab(const QWidget* widget)
    {
        return (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && widget->isEnabled() && widget->focusProxy() == nullptr;
    }

    void checkName(QWidget* widget)
    {
        const bool interactive = qobject_cast<QAbstractButton*>(widget) != nullptr || takesTab(widget);
        const auto* label = qobject_cast<QLabel*>(widget);
        const bool picture = label != nullptr && label->text().isEmpty() && !label->pixmap(Qt::ReturnByValue).isNull();
        if (!interactive && !picture)
            return;
        QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
        if (interface == nullptr)
            return report(widget, QStringLiteral("has no accessible interface"));
        const QString name = interface->text(QAccessible::Name).remove(QLatin1Char('&')).trimmed();
        if (picture) {
            // A picture beside a text that says the same is decoration, and says so.
            if (name.isEmpty() && !widget->property("decoration").toBool())
                report(widget, QStringLiteral("is a picture without a name"));
            return;
        }
        if (qobject_cast<QTabBar*>(widget) == nullptr && name.isEmpty())
            report(widget, QStringLiteral("has no accessible name"));
        else if (!name.isEmpty() && std::none_of(name.begin(), name.end(), [](QChar c) { return c.isLetter(); }))
            report(widget, QStringLiteral("has the accessible name “%1”, which says nothing").arg(name));
        if (interface->role() == QAccessible::NoRole)
            report(widget, QStringLiteral("has no role"));
        // Painted views are read by their description.
        if (interface->role() == QAccessible::Client && interface->text(QAccessible::Description).isEmpty())
            report(widget, QStringLiteral("has no role of its own and no description"));
    }

    [[nodiscard]] static QImage magnified(QWidget* window, QWidget* widget)
    {
        QImage image(widget->size() * magnification, QImage::Format_RGB32);
        image.setDevicePixelRatio(magnification);
        image.fill(window->palette().color(QPalette::Window));
        window->render(&image, QPoint(), QRegion(QRect(widget->mapTo(window, QPoint()), widget->size())));
        return image;
    }

    /// The ground is the colour that most pixels have, the text's is the one that differs most from it.
    void checkContrast(QWidget* widget)
    {
        if (!widget->isEnabled())
            return; // as WCAG
        QString text;
        if (const auto* label = qobject_cast<QLabel*>(widget); label != nullptr)
            text = label->text();
        else if (const auto* button = qobject_cast<QAbstractButton*>(widget); button != nullptr)
            text = button->text();
        else if (const auto* edit = qobject_cast<QLineEdit*>(widget); edit != nullptr)
            text = edit->text() + edit->placeholderText();
        else if (const auto* box = qobject_cast<QComboBox*>(widget); box != nullptr)
            text = box->currentText();
        if (std::none_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); }))
            return;
        const QImage image = magnified(&m_window, widget);
        QHash<QRgb, int> counts;
        for (int y = 0; y < image.height(); ++y) {
            const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
            for (int x = 0; x < image.width(); ++x)
                ++counts[line[x]];
        }
        QRgb ground = 0;
        int most = 0;
        for (auto it = counts.begin(); it != counts.end(); ++it) {
            if (*it > most) {
                most = *it;
                ground = it.key();
            }
        }
        double best = 0;
        for (auto it = counts.begin(); it != counts.end(); ++it) {
            if (*it >= 6)
                best = std::max(best, contrastRatio(QColor(it.key()), QColor(ground)));
        }
        if (best < readable)
            report(widget, QStringLiteral("its text has a contrast of %1 on %2, less than %3").arg(best, 0, 'f', 2).arg(QColor(ground).name()).arg(readable));
    }

    /// Tab goes round through everything that takes it and is caught nowhere; Backtab goes the same way back.
    void checkTabOrder()
    {
        QList<QWidget*> wanted;
        for (QWidget* widget : visibleWidgets()) {
            if (takesTab(widget) && !isExclusiveSibling(widget))
                wanted << widget;
        }
        if (wanted.isEmpty())
            return;
        for (const bool forward : { true, false }) {
            QSet<QWidget*> visited;
            wanted.first()->setFocus(Qt::TabFocusReason);
            const int steps = static_cast<int>(wanted.size()) * 2 + 20;
            for (int i = 0; i < steps; ++i) {
                QWidget* focus = QApplication::focusWidget();
                if (focus == nullptr)
                    break;
                visited << focus;
                for (QWidget* owner = focus->parentWidget(); owner != nullptr && isPartOfAnother(focus); owner = owner->parentWidget()) {
                    visited << owner;
                    if (!isPartOfAnother(owner))
                        break;
                }
                // Plots and tables take Tab only with Ctrl where they use it themselves; none does.
                QTest::keyClick(focus, forward ? Qt::Key_Tab : Qt::Key_Backtab, forward ? Qt::NoModifier : Qt::ShiftModifier);
            }
            for (QWidget* widget : wanted) {
                if (!visited.contains(widget))
                    report(widget, forward ? QStringLiteral("is not reached with Tab") : QStringLiteral("is not reached with Shift+Tab"));
            }
        }
    }

    /// Of radio buttons that exclude each other only the checked one takes Tab; arrow keys reach the others.
    [[nodiscard]] static bool isExclusiveSibling(const QWidget* widget)
    {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        return button != nullptr && button->inherits("QRadioButton") && !button->isChecked();
    }

    void checkFocusRings()
    {
        for (QWidget* widget : visibleWidgets()) {
            if (!takesTab(widget) || widget->inherits("QTextBrowser"))
                continue;
            m_window.setFocus();
            if (QWidget* focus = QApplication::focusWidget())
                focus->clearFocus();
            QCoreApplication::processEvents();
            const QImage without = m_window.grab(QRect(widget->mapTo(&m_window, QPoint()), widget->size())).toImage();
            widget->setFocus(Qt::TabFocusReason);
            QCoreApplication::processEvents();
            const QImage with = m_window.grab(QRect(widget->mapTo(&m_window, QPoint()), widget->size())).toImage();
            if (without.size() != with.size())
                continue; // it scrolled into view
            int changed = 0;
            for (int y = 0; y < with.height(); ++y) {
                for (int x = 0; x < with.width(); ++x) {
                    const QColor before = without.pixelColor(x, y), after = with.pixelColor(x, y);
                    changed += before != after && contrastRatio(before, after) >= 1.5;
                }
            }
            if (changed < 16)
                report(widget, QStringLiteral("looks the same with and without focus (%1 pixels differ)").arg(changed));
        }
    }

    QWidget& m_window;
    QStringList m_found;
};

} // namespace bitloom::test
