// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/live_plan.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>

namespace bitloom {

/// The target size of a GGUF file as a slider. What each type costs each tensor is measured once by the engine and kept in a folder; from then on every move
/// of the slider is solved here, and whoever listens shows the types, the size and the predicted loss at once.
class SizePanel : public QWidget
{
    Q_OBJECT
public:
    explicit SizePanel(EngineClient& engine, QWidget* parent = nullptr);
    ~SizePanel() override;

    /// The recipe that is set up, and the folder where its measurements are kept. Asks the engine for what is measured already, where that is not known.
    void setRecipe(const Recipe& recipe, const QString& folder);
    void clear(); ///< no model
    void setOtherJob(bool runs); ///< the engine is busy with something else
    [[nodiscard]] bool isMeasuring() const { return m_job != 0; }
    [[nodiscard]] bool isMeasured() const { return m_plan.has_value(); }
    [[nodiscard]] const std::optional<LivePlan>& plan() const { return m_plan; }
    void measure();
    void cancel();

Q_SIGNALS:
    /// Somebody moved the slider; moves of one gesture have the same number.
    void budgetPicked(double bitsPerWeight, int gesture);
    /// What the recipe's budget buys, after each change; only while isMeasured().
    void solved(const bitloom::LiveAllocation& allocation);
    void measuredChanged();
    void busyChanged();
    void failed(const bitloom::Error& error);

private:
    void askCurves();
    void takeCurves(MeasuredCurves curves);
    void solve();
    void refresh();
    void moved(int position);

    EngineClient& m_engine;
    Recipe m_recipe;
    QString m_folder;
    std::string m_measuredFor; ///< the settings that m_plan, or the question after it, belongs to
    quint64 m_generation = 0, m_job = 0;
    std::optional<LivePlan> m_plan;
    std::vector<std::string> m_types; ///< that m_plan chooses from
    TypeWishes m_wishes; ///< that m_plan heeds
    bool m_otherJob = false;
    int m_gesture = 0;
    QElapsedTimer m_lastMove;

    QSlider* m_slider;
    QLabel *m_bits, *m_figures, *m_hint;
    QPushButton *m_measure, *m_cancel;
    QProgressBar* m_progress;
};

} // namespace bitloom
