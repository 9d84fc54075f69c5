// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace bitloom {

/// One sentence above a page that does not stop the work, with buttons for what to do next.
class MessageBar : public QFrame
{
    Q_OBJECT
public:
    enum class Severity { Information, Success, Warning, Error };
    struct Action
    {
        QString id, text;
    };

    explicit MessageBar(QWidget* parent = nullptr);

    /// Replaces what is shown. `details` is the raw text behind "Details".
    void showMessage(Severity severity, const QString& sentence, const QList<Action>& actions = {}, const QString& details = {});
    void dismiss();
    [[nodiscard]] QString sentence() const { return m_sentence; }
    [[nodiscard]] Severity severity() const { return m_severity; }

Q_SIGNALS:
    void actionTriggered(const QString& id);
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    Severity m_severity = Severity::Information;
    QString m_sentence;
    QLabel *m_icon, *m_text, *m_details;
    QToolButton *m_close, *m_more;
    QHBoxLayout* m_buttons;
};

} // namespace bitloom
