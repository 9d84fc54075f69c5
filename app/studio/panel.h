// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace bitloom {

/// A surface that holds one view or one group of settings, with a title unless the view tells its own (title empty).
class Panel : public QFrame
{
    Q_OBJECT
public:
    explicit Panel(const QString& title = {}, QWidget* parent = nullptr);

    /// A quiet line right of the title, for example the layer that is shown.
    void setSubtitle(const QString& subtitle);
    void addHeaderWidget(QWidget* widget);
    [[nodiscard]] QVBoxLayout& body() { return *m_body; }
    /// A form at the end of the body, labels left of their editors.
    [[nodiscard]] QFormLayout* addForm();
    void setContent(QWidget* widget, int stretch = 1) { m_body->addWidget(widget, stretch); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void takeColors();

    QLabel *m_title, *m_subtitle;
    QHBoxLayout* m_header;
    QVBoxLayout* m_body;
    bool m_takingColors = false;
};

/// A label in the quiet text colour that follows the theme.
[[nodiscard]] QLabel* quietLabel(const QString& text, QWidget* parent = nullptr);
/// A page's headline.
[[nodiscard]] QLabel* headline(const QString& text, QWidget* parent = nullptr);

} // namespace bitloom
