// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/size_panel.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/text.h"
#include "app/studio/type_wishes.h"
#include "widgets/job_progress.h"
#include "widgets/text_format.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <cmath>

namespace bitloom {
namespace {
    constexpr double stepsPerBit = 100; ///< of the slider, as fine as the form's field
    constexpr int barSteps = 1000;
    constexpr qint64 gestureMilliseconds = 1000; ///< keys that are pressed faster than this make one step of undoing

    /// What decides the measurements. Types, budget and wishes do not: they are chosen from what was measured.
    std::string measuredSettings(const Recipe& recipe, const QString& folder)
    {
        return nlohmann::json { recipe.model, recipe.method == "guidedquant-gguf", recipe.groups, recipe.calibration, recipe.sequences, recipe.sequenceLength, recipe.seed, recipe.computeDtype,
            recipe.device, folder.toStdString() }
            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }

    double recipeBits(const Recipe& recipe)
    {
        return recipe.ggufType == "auto" ? recipe.sizeBudget : 0;
    }
}

SizePanel::SizePanel(EngineClient& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_slider(new QSlider(Qt::Horizontal))
    , m_bits(new QLabel)
    , m_figures(new QLabel)
    , m_hint(quietLabel({}))
    , m_measure(new QPushButton(lineIcon("run"), tr("&Measure")))
    , m_cancel(new QPushButton(tr("Ca&ncel")))
    , m_progress(new QProgressBar)
{
    setObjectName(QStringLiteral("sizePanel"));
    auto* label = new QLabel(tr("Tar&get size"));
    label->setBuddy(m_slider);
    m_slider->setObjectName(QStringLiteral("sizeSlider"));
    m_slider->setAccessibleName(tr("Target size in bits per weight"));
    m_slider->setToolTip(tr("The types of all tensors are chosen anew while you move it. Arrow keys take small steps, Page Up and Page Down larger ones."));
    m_slider->setSingleStep(5);
    m_slider->setPageStep(25);
    m_bits->setObjectName(QStringLiteral("sizeBits"));
    m_bits->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00.00 bits")));
    m_bits->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_figures->setObjectName(QStringLiteral("sizeFigures"));
    m_figures->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_figures->setWordWrap(true);
    m_hint->setObjectName(QStringLiteral("sizeHint"));
    m_hint->setWordWrap(true);
    m_measure->setObjectName(QStringLiteral("measure"));
    m_measure->setToolTip(tr("Calibrates once and measures what each type costs each tensor. Runs with the same model and text use it again."));
    m_cancel->setObjectName(QStringLiteral("measureCancel"));
    m_cancel->setToolTip(tr("Stops measuring; what was calibrated is kept"));
    m_progress->setObjectName(QStringLiteral("measureBar"));
    m_progress->setAccessibleName(tr("Progress of the measurement"));
    m_progress->setTextVisible(false);

    auto* top = new QHBoxLayout;
    top->addWidget(label);
    top->addWidget(m_slider, 1);
    top->addWidget(m_bits);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_progress, 1);
    bottom->addWidget(m_cancel);
    auto* ask = new QHBoxLayout;
    ask->addWidget(m_hint, 1);
    ask->addWidget(m_measure, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_figures);
    layout->addLayout(ask);
    layout->addLayout(bottom);

    connect(m_slider, &QSlider::sliderPressed, this, [this] { ++m_gesture; });
    connect(m_slider, &QSlider::valueChanged, this, &SizePanel::moved);
    connect(m_measure, &QPushButton::clicked, this, &SizePanel::measure);
    connect(m_cancel, &QPushButton::clicked, this, &SizePanel::cancel);
    connect(&m_engine, &EngineClient::progressed, this, [this](quint64 id, const Progress& progress) {
        if (id != m_job || m_job == 0)
            return;
        m_progress->setRange(0, progress.total > 0 ? barSteps : 0);
        if (progress.total > 0)
            m_progress->setValue(static_cast<int>(barSteps * std::clamp(static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0)));
        m_hint->setText(progress.etaSeconds >= 0 ? tr("%1, %2 left in this step").arg(JobProgress::stageName(progress.stage), durationText(progress.etaSeconds))
                                                 : tr("%1 …").arg(JobProgress::stageName(progress.stage)));
        m_progress->setAccessibleDescription(m_hint->text());
    });
    refresh();
}

SizePanel::~SizePanel() = default;

void SizePanel::setRecipe(const Recipe& recipe, const QString& folder)
{
    m_recipe = recipe;
    m_folder = folder;
    std::string settings = measuredSettings(recipe, folder);
    if (settings != m_measuredFor) {
        m_measuredFor = std::move(settings);
        if (m_plan) {
            m_plan.reset();
            Q_EMIT measuredChanged();
        }
        ++m_generation; // an answer that is under way is about something else
        if (!recipe.model.empty() && !folder.isEmpty() && recipe.format == "gguf")
            askCurves();
    }
    solve();
}

void SizePanel::clear()
{
    ++m_generation;
    m_measuredFor.clear();
    m_recipe = {};
    m_folder.clear();
    if (std::exchange(m_plan, std::nullopt))
        Q_EMIT measuredChanged();
    refresh();
}

void SizePanel::setOtherJob(bool runs)
{
    m_otherJob = runs;
    refresh();
}

void SizePanel::askCurves()
{
    m_engine.requestAs<MeasuredCurves>("curves", { { "recipe", m_recipe }, { "folder", m_folder.toStdString() } }, this,
        [this, generation = m_generation](Result<MeasuredCurves> curves) {
            if (generation == m_generation && curves)
                takeCurves(std::move(*curves));
        });
}

void SizePanel::measure()
{
    if (m_job != 0 || m_otherJob || m_recipe.model.empty())
        return;
    m_engine.startIfGone();
    m_progress->setRange(0, 0);
    m_job = m_engine.requestAs<MeasuredCurves>("measure", { { "recipe", m_recipe }, { "folder", m_folder.toStdString() } }, this,
        [this, generation = m_generation](Result<MeasuredCurves> curves) {
            m_job = 0;
            if (curves && generation == m_generation)
                takeCurves(std::move(*curves));
            else if (!curves && curves.error().code != ErrorCode::Cancelled)
                Q_EMIT failed(curves.error());
            refresh();
            Q_EMIT busyChanged();
        });
    refresh();
    m_hint->setText(tr("Starting …"));
    Q_EMIT busyChanged();
}

void SizePanel::cancel()
{
    if (m_job == 0)
        return;
    m_cancel->setEnabled(false);
    m_engine.tell("cancel");
}

void SizePanel::takeCurves(MeasuredCurves curves)
{
    m_plan.emplace(std::move(curves));
    m_types.clear();
    m_wishes.clear();
    Q_EMIT measuredChanged();
    solve();
}

void SizePanel::solve()
{
    if (m_plan) {
        if (const TypeWishes wishes = wishesOf(m_recipe); wishes != m_wishes || m_types != m_recipe.types) {
            m_wishes = wishes;
            m_types = m_recipe.types;
            m_plan->setWishes(m_wishes, m_types);
        }
    }
    refresh();
    if (m_plan && recipeBits(m_recipe) > 0)
        Q_EMIT solved(m_plan->at(recipeBits(m_recipe)));
}

void SizePanel::moved(int position)
{
    if (!m_slider->isSliderDown() && (!m_lastMove.isValid() || m_lastMove.elapsed() > gestureMilliseconds))
        ++m_gesture;
    m_lastMove.start();
    Q_EMIT budgetPicked(position / stepsPerBit, m_gesture);
}

void SizePanel::refresh()
{
    const bool measuring = m_job != 0;
    m_slider->setEnabled(m_plan.has_value());
    m_progress->setVisible(measuring);
    m_cancel->setVisible(measuring);
    m_cancel->setEnabled(measuring);
    QString bits, figures, hint;
    bool wantsMeasuring = !m_plan;
    if (m_plan) {
        const double wanted = recipeBits(m_recipe);
        {
            const QSignalBlocker quiet(m_slider);
            m_slider->setRange(static_cast<int>(std::ceil(m_plan->leastBits() * stepsPerBit)), static_cast<int>(std::ceil(m_plan->mostBits() * stepsPerBit)));
            if (wanted > 0)
                m_slider->setValue(static_cast<int>(std::lround(wanted * stepsPerBit)));
        }
        if (wanted > 0) {
            const LiveAllocation allocation = m_plan->at(wanted);
            bits = tr("%1 bits").arg(wanted, 0, 'f', 2);
            figures = tr("<b>%1</b> file · <b>%2</b> bits per weight · predicted KL <b>+%3</b>")
                          .arg(bytesText(allocation.fileBytes), numberText(allocation.bitsPerWeight, 3), numberText(allocation.loss, 3));
            if (allocation.bitsPerWeight > wanted + 1e-9)
                hint = tr("Nothing that may be chosen is so small; this is the smallest file.");
            if (allocation.notMeasured > 0) {
                hint = tr("The type of %1 tensors is not measured; what it costs is left out of the prediction.").arg(allocation.notMeasured);
                wantsMeasuring = true;
            }
        } else {
            figures = tr("Move the slider: the types of all tensors are chosen for the size at once.");
        }
    } else if (!m_recipe.model.empty()) {
        hint = tr("To choose the size by sight, measure once what each type costs each tensor.");
    }
    m_slider->setAccessibleDescription(QString(figures).remove(QStringLiteral("<b>")).remove(QStringLiteral("</b>")));
    m_bits->setText(bits);
    m_bits->setVisible(!bits.isEmpty());
    m_figures->setText(figures);
    m_figures->setVisible(!figures.isEmpty());
    if (!measuring)
        m_hint->setText(hint);
    m_hint->setVisible(measuring || !hint.isEmpty());
    m_measure->setVisible(!measuring && wantsMeasuring);
    m_measure->setEnabled(!m_otherJob && !m_recipe.model.empty() && !m_folder.isEmpty());
}

} // namespace bitloom
