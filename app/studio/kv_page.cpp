// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/kv_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/position_style.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <QGridLayout>
#include <QScrollArea>

namespace bitloom {
namespace {
    constexpr int outputError = positionClassCount; ///< behind the classes in the list of what all heads tell
}

KvPage::KvPage(EngineClient& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_history(std::make_shared<CacheHistory>())
{
    setObjectName(QStringLiteral("kvPage"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    layout->addWidget(buildForm());
    layout->addWidget(buildViews(), 1);
    connectViews();

    const auto mine = [this](quint64 id) { return id == m_job && m_job != 0 && !m_abandoned; };
    connect(&m_engine, &EngineClient::progressed, this, [this, mine](quint64 id, const Progress& progress) {
        if (mine(id) && m_calibrating && progress.stage != "load")
            showCalibration(progress);
        else if (mine(id))
            m_state->setText(tr("The model is read …"));
    });
    connect(&m_engine, &EngineClient::promptRead, this, [this, mine](quint64 id, const PromptEvent& prompt) {
        if (!mine(id))
            return;
        QStringList tokens;
        for (const std::string& token : prompt.tokens)
            tokens << text(token);
        m_history->setPrompt(tokens);
        m_state->setText(tr("The prompt of %1 tokens is read …").arg(tokens.size()));
        showText();
    });
    connect(&m_engine, &EngineClient::tokenWritten, this, [this, mine](quint64 id, const TokenEvent& token) {
        if (!mine(id))
            return;
        m_history->addText(text(token.text), token.count);
        showText();
    });
    connect(&m_engine, &EngineClient::cacheMapped, this, [this, mine](quint64 id, const CacheMapEvent& map) {
        if (mine(id))
            mapArrived(map);
    });
    refresh();
}

QWidget* KvPage::buildForm()
{
    auto* side = new QWidget;
    side->setFixedWidth(348);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_form = new CacheForm;
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows what is inside
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_form);
    layout->addWidget(scroll, 1);
    m_problem = new QLabel;
    m_problem->setObjectName(QStringLiteral("kvProblem"));
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    m_demo = new QPushButton(lineIcon("demo"), tr("Open the demo model"));
    m_demo->setObjectName(QStringLiteral("kvDemo"));
    layout->addWidget(m_demo);
    auto* buttons = new QHBoxLayout;
    m_write = new QPushButton(lineIcon("play", true), tr("Write"));
    m_write->setObjectName(QStringLiteral("kvWrite"));
    m_write->setProperty("primary", true);
    m_write->setMinimumHeight(36);
    m_stop = new QPushButton(lineIcon("stop"), tr("Stop"));
    m_stop->setObjectName(QStringLiteral("kvStop"));
    m_stop->setMinimumHeight(36);
    buttons->addWidget(m_write, 1);
    buttons->addWidget(m_stop);
    layout->addLayout(buttons);
    connect(m_form, &CacheForm::changed, this, &KvPage::refresh);
    connect(m_form, &CacheForm::configurationRefused, this, &KvPage::configurationRefused);
    connect(m_form, &CacheForm::calibrationRequested, this, &KvPage::calibrate);
    connect(m_demo, &QPushButton::clicked, this, &KvPage::demoRequested);
    connect(m_write, &QPushButton::clicked, this, &KvPage::write);
    connect(m_stop, &QPushButton::clicked, this, &KvPage::stop);
    return side;
}

QWidget* KvPage::buildViews()
{
    m_text = new TokenText;
    m_text->setAccessibleName(tr("Text"));
    m_text->setPlaceholderText(
        tr("What the model writes appears here, the prompt in italics. Point at a token to find it in the maps."));
    m_heads = new HeadGrid;
    m_timeline = new RetentionTimeline;
    m_attention = new AttentionMap;
    m_bytes = new CacheBytesPlot;
    m_timeline->setHistory(m_history);
    m_attention->setHistory(m_history);

    const auto makeCombo = [](const char* name, const QString& accessible, const QString& help) {
        auto* combo = new QComboBox;
        combo->setObjectName(QLatin1String(name));
        combo->setAccessibleName(accessible);
        combo->setToolTip(help);
        return combo;
    };
    m_half = makeCombo("kvHalf", tr("Half of the cache"),
        tr("Whose classes are drawn: a method may keep keys and values of different positions."));
    m_half->addItems({ tr("Keys"), tr("Values") });
    m_class = makeCombo("kvClass", tr("What all heads tell"),
        tr("What the colour of each head tells: the share of its attention that falls on one class of positions, or how far what it puts out is from what exact "
           "keys and values would give."));
    m_class->addItem(tr("All that is kept exactly"), -1);
    for (int i = 0; i < positionClassCount; ++i)
        m_class->addItem(positionClassName(static_cast<PositionClass>(i), 0), i);
    m_class->addItem(tr("Error of the output"), outputError);

    m_state = quietLabel({});
    m_state->setObjectName(QStringLiteral("kvState"));
    m_state->setWordWrap(true);
    auto* line = new QHBoxLayout;
    line->addWidget(m_state, 1);
    line->addWidget(m_half);
    line->addWidget(m_class);
    line->addWidget(helpButton("retention"));

    const auto panelOf = [](QWidget* view) {
        auto* panel = new Panel;
        panel->setContent(view);
        return panel;
    };
    auto* views = new QWidget;
    auto* layout = new QVBoxLayout(views);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    auto* grid = new QGridLayout;
    grid->setSpacing(10);
    grid->addWidget(panelOf(m_text), 0, 0);
    grid->addWidget(panelOf(m_bytes), 0, 1);
    grid->addWidget(panelOf(m_heads), 1, 0, 1, 2);
    grid->addWidget(panelOf(m_timeline), 2, 0);
    grid->addWidget(panelOf(m_attention), 2, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(0, 3);
    grid->setRowStretch(1, 2);
    grid->setRowStretch(2, 5);
    m_text->setMinimumSize(160, 80);
    layout->addLayout(line);
    layout->addLayout(grid, 1);
    return views;
}

void KvPage::connectViews()
{
    connect(m_half, &QComboBox::currentIndexChanged, this, [this](int half) {
        m_timeline->setShowsValues(half == 1);
        m_attention->setShowsValues(half == 1);
    });
    connect(m_class, &QComboBox::currentIndexChanged, this, [this] {
        const int of = m_class->currentData().toInt();
        m_heads->setShowsErrors(of == outputError);
        m_heads->setShownClass(of < 0 || of == outputError ? std::nullopt : std::optional(static_cast<PositionClass>(of)));
    });
    connect(m_heads, &HeadGrid::headActivated, this, &KvPage::pickHead);
    connect(m_timeline, &StepMap::cursorMoved, this, &KvPage::pointAt);
    connect(m_attention, &StepMap::cursorMoved, this, &KvPage::pointAt);
    connect(m_text, &TokenText::tokenPicked, this, [this](qint64 position) {
        pointAt(m_timeline->cursorLength() > position ? m_timeline->cursorLength() : m_history->length(), position);
    });
}

void KvPage::setEngine(const EngineInfo& info)
{
    m_form->setEngine(info);
    refresh();
}

void KvPage::setModel(const ModelSummary& model)
{
    m_hasModel = true;
    m_layer = m_head = 0;
    abandonText();
    m_form->setModel(model);
    refresh();
}

void KvPage::clearModel()
{
    m_hasModel = false;
    abandonText();
    m_form->clearModel();
    refresh();
}

void KvPage::abandonText()
{
    stop();
    m_abandoned = isBusy();
    clearText();
    m_bytes->clear();
}

void KvPage::setOtherJob(bool running)
{
    m_otherJob = running;
    refresh();
}

void KvPage::refresh()
{
    QString problem = m_form->problem();
    if (problem.isEmpty() && m_otherJob)
        problem = tr("Another job is running; wait for it or cancel it.");
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_demo->setVisible(!m_hasModel);
    m_write->setEnabled(problem.isEmpty() && !isBusy());
    m_stop->setEnabled(isBusy());
    m_form->setCalibrationEnabled(m_hasModel && !m_otherJob && !isBusy());
}

void KvPage::clearText()
{
    m_history->clear();
    m_report.reset();
    m_heads->clear();
    m_heads->setSelected(m_layer, m_head);
    m_timeline->historyChanged();
    m_attention->historyChanged();
    m_text->showTokens({}, 0);
    m_state->clear();
}

void KvPage::watch() { m_engine.tell("watch_cache", { { "layer", isVisible() ? m_layer : -1 }, { "head", m_head } }); }

void KvPage::write()
{
    if (!m_write->isEnabled())
        return;
    clearText();
    m_abandoned = false;
    m_bytes->begin(m_form->title());
    m_writtenThrough = m_form->method();
    watch();
    m_job = m_engine.requestAs<GenerationReport>(
        "generate", m_form->request(), this, [this](Result<GenerationReport> report) { finished(std::move(report)); });
    m_state->setText(tr("The model is read …"));
    refresh();
    Q_EMIT busyChanged(true);
}

void KvPage::calibrate()
{
    if (!m_form->canCalibrate() || !m_hasModel || m_otherJob || isBusy())
        return;
    m_abandoned = false;
    m_calibrating = true;
    m_job = m_engine.request("calibrate_cache", m_form->calibrationRequest(), this, [this](Result<nlohmann::json> configuration) { calibrated(std::move(configuration)); });
    m_state->setText(tr("The model is read …"));
    refresh();
    Q_EMIT busyChanged(true);
}

void KvPage::showCalibration(const Progress& progress)
{
    const QString percent = progress.total > 0 ? percentText(static_cast<double>(progress.done) / static_cast<double>(progress.total), 2) : QString();
    m_state->setText(progress.etaSeconds >= 0 ? tr("Calibrating (%1): %2, %3 left.").arg(text(progress.stage), percent, durationText(progress.etaSeconds))
                                              : tr("Calibrating (%1): %2.").arg(text(progress.stage), percent));
}

void KvPage::calibrated(Result<nlohmann::json> configuration)
{
    m_job = 0;
    m_calibrating = false;
    const bool wanted = !std::exchange(m_abandoned, false);
    if (configuration && wanted) {
        m_form->useConfiguration(tr("calibrated"), std::move(*configuration));
        m_state->setText(tr("Calibrated; the next text is written with what was found."));
    } else if (configuration || !wanted) {
        m_state->clear();
    } else {
        m_state->setText(configuration.error().code == ErrorCode::Cancelled ? tr("Stopped.") : sentence(configuration.error()));
    }
    refresh();
    Q_EMIT busyChanged(false);
    if (!configuration && configuration.error().code != ErrorCode::Cancelled)
        Q_EMIT configurationRefused(configuration.error());
}

void KvPage::stop()
{
    if (!isBusy())
        return;
    m_state->setText(tr("Stopping …"));
    m_engine.tell("cancel");
}

void KvPage::finished(Result<GenerationReport> report)
{
    m_job = 0;
    if (std::exchange(m_abandoned, false)) {
        m_state->clear();
    } else if (report) {
        m_report = std::move(*report);
        const GenerationReport& done = *m_report;
        const QString figures
            = tr("%1 tokens, %2 tokens/s, cache of %3: keys %4, values %5, %6 bits for each number.")
                  .arg(done.tokens)
                  .arg(numberText(done.tokensPerSecond, 3), bytesText(done.cacheBytes), bytesText(done.cacheKeyBytes),
                      bytesText(done.cacheValueBytes), numberText(done.cacheBitsPerValue, 3));
        m_state->setText(done.stopped.empty()
                ? figures
                : figures + QLatin1Char(' ') + tr("The text ends early: %1.").arg(text(done.stopped)));
    } else if (report.error().code == ErrorCode::Cancelled) {
        m_state->setText(tr("Stopped."));
    } else {
        m_state->setText(sentence(report.error()));
    }
    refresh();
    Q_EMIT busyChanged(false);
    if (!report && report.error().code != ErrorCode::Cancelled)
        Q_EMIT failed(report.error());
}

void KvPage::mapArrived(const CacheMapEvent& map)
{
    m_heads->setMap(map);
    m_bytes->append(map.length, map.keyBytes, map.valueBytes);
    if (map.layer == m_layer && map.head == m_head) { // else it was under way when another head was picked
        m_history->add(map);
        m_timeline->historyChanged();
        m_attention->historyChanged();
    }
    m_state->setText(tr("%1 tokens in the cache, %2 tokens/s, keys %3, values %4.")
                         .arg(map.length)
                         .arg(numberText(map.tokensPerSecond, 3), bytesText(map.keyBytes), bytesText(map.valueBytes)));
}

void KvPage::showText()
{
    RepaintThrottle::shared().schedule(
        m_text, [this] { m_text->showTokens(m_history->tokens(), m_history->promptLength()); });
}

void KvPage::pickHead(int layer, int head)
{
    if (layer == m_layer && head == m_head)
        return;
    m_layer = layer;
    m_head = head;
    m_heads->setSelected(layer, head);
    m_history->clearSteps();
    m_timeline->historyChanged();
    m_attention->historyChanged();
    if (isBusy())
        watch();
    else
        m_state->setText(tr("The next text will show layer %1, head %2.").arg(layer).arg(head));
}

void KvPage::pointAt(qint64 length, qint64 position)
{
    m_timeline->showCursor(length, position);
    m_attention->showCursor(length, position);
    m_text->markToken(position);
}

void KvPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (isBusy())
        watch();
}

void KvPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    if (isBusy())
        watch();
}

} // namespace bitloom
