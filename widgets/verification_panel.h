// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/figure_table.h"
#include "widgets/plot_actions.h"

#include <QLabel>
#include <QTextBrowser>
#include <optional>

namespace bitloom {

/// What llama.cpp measured of a file, of the original and of other files, a column for each; and what they write after the same prompts, with the
/// words where they leave the original's marked.
class VerificationPanel : public QWidget, public PlotSource
{
    Q_OBJECT
public:
    explicit VerificationPanel(QWidget* parent = nullptr);

    void setReport(const VerificationReport& report);
    void clear();
    [[nodiscard]] bool isEmpty() const { return !m_report; }

    void paint(QPainter& painter, QSize size) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] std::vector<const LlamaMeasurement*> measurements() const;
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] std::vector<FigureTable::Line> lines() const;
    [[nodiscard]] QString texts() const;
    void refresh();

    std::optional<VerificationReport> m_report;
    QLabel *m_empty, *m_verdict;
    FigureTable* m_table;
    QTextBrowser* m_texts;
    PlotActions* m_actions;
};

} // namespace bitloom
