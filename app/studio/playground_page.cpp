// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/playground_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <QFileInfo>
#include <QFormLayout>
#include <QScrollArea>
#include <QSet>

namespace bitloom {
namespace {
    constexpr int candidates = 12; ///< told of each token
    constexpr int idleMilliseconds = 5 * 60 * 1000; ///< after which the panes' engines give their memory back
}

PlaygroundPage::PlaygroundPage(EngineClient& engine, Settings& settings, RecentRuns& runs, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_runs(runs)
{
    setObjectName(QStringLiteral("playgroundPage"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    layout->addWidget(buildForm());
    layout->addWidget(buildTexts(), 1);
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        PlaygroundPane* pane = m_panes[i];
        connect(pane, &PlaygroundPane::chosen, this, &PlaygroundPage::refresh);
        connect(pane, &PlaygroundPane::chosen, this, &PlaygroundPage::weighModels);
        connect(pane, &PlaygroundPane::grown, this, [this] { RepaintThrottle::shared().schedule(this, [this] { compare(); }); });
        connect(pane, &PlaygroundPane::busyChanged, this, &PlaygroundPage::refresh);
        connect(pane, &PlaygroundPane::placePicked, this, [this, pane, i](qint64 token) {
            if (token < 0 || token >= static_cast<qint64>(pane->written().choices().size()))
                return;
            m_picked = Place { i, static_cast<std::size_t>(token) };
            compare();
        });
    }
    connect(&m_runs, &RecentRuns::changed, this, &PlaygroundPage::fillModels);
    m_idle.setSingleShot(true);
    m_idle.setInterval(idleMilliseconds);
    connect(&m_idle, &QTimer::timeout, this, &PlaygroundPage::releaseMemory);
    fillModels();
    setPaneCount(2);
}

QWidget* PlaygroundPage::buildForm()
{
    auto* side = new QWidget;
    side->setFixedWidth(300);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* panel = new Panel(tr("Text"));
    m_prompt = new QPlainTextEdit(tr("Explain in a few sentences why the sky is blue."));
    m_prompt->setObjectName(QStringLiteral("playPrompt"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setToolTip(tr("What the texts start with, or what is asked."));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setMinimumHeight(72);
    auto* promptLabel = new QLabel(tr("&Prompt"));
    promptLabel->setBuddy(m_prompt);
    m_chat = new QCheckBox(tr("As a &question to the models"));
    m_chat->setObjectName(QStringLiteral("playChat"));
    m_chat->setChecked(true);
    m_chat->setToolTip(tr("Puts the prompt into each model's own chat template. Without it, the models go on with the text."));
    panel->body().addWidget(promptLabel);
    panel->body().addWidget(m_prompt, 1);
    panel->body().addWidget(m_chat);
    auto* rows = panel->addForm();
    const auto addRow = [rows](const QString& name, const char* objectName, QWidget* editor, const QString& help) {
        auto* label = new QLabel(name);
        label->setBuddy(editor);
        rows->addRow(label, editor);
        editor->setObjectName(QLatin1String(objectName));
        editor->setAccessibleName(QString(name).remove(QLatin1Char('&')));
        editor->setAccessibleDescription(help);
        editor->setToolTip(help);
    };
    m_tokens = new QSpinBox;
    m_tokens->setRange(1, 1 << 20);
    m_tokens->setValue(160);
    addRow(tr("&Tokens"), "playTokens", m_tokens, tr("So many are written at most."));
    m_temperature = new QDoubleSpinBox;
    m_temperature->setRange(0, 100);
    m_temperature->setDecimals(2);
    m_temperature->setSingleStep(0.1);
    addRow(tr("Te&mperature"), "playTemperature", m_temperature, tr("0 takes the most probable token each time; 1 draws as the model predicts."));
    m_topP = new QDoubleSpinBox;
    m_topP->setRange(0.01, 1);
    m_topP->setDecimals(2);
    m_topP->setSingleStep(0.05);
    m_topP->setValue(1);
    addRow(tr("T&op-p"), "playTopP", m_topP, tr("Draws only from the most probable tokens that together have this probability. Counts above temperature 0."));
    m_seed = new QSpinBox;
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setValue(1);
    addRow(tr("S&eed"), "playSeed", m_seed, tr("The same seed, input and device give the same text."));
    m_third = new QCheckBox(tr("T&hird text"));
    m_third->setObjectName(QStringLiteral("playThird"));
    m_third->setToolTip(tr("Another model or cache beside the first two."));
    panel->body().addWidget(m_third);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(panel);
    layout->addWidget(scroll, 1);
    m_memory = quietLabel({});
    m_memory->setObjectName(QStringLiteral("playMemory"));
    m_memory->setWordWrap(true);
    m_problem = new QLabel;
    m_problem->setObjectName(QStringLiteral("playProblem"));
    m_problem->setWordWrap(true);
    m_demo = new QPushButton(lineIcon("demo"), tr("Open the demo model"));
    m_demo->setObjectName(QStringLiteral("playDemo"));
    m_write = new QPushButton(lineIcon("play", true), tr("Write"));
    m_write->setObjectName(QStringLiteral("playWrite"));
    m_write->setProperty("primary", true);
    m_write->setMinimumHeight(36);
    m_stop = new QPushButton(lineIcon("stop"), tr("Stop"));
    m_stop->setObjectName(QStringLiteral("playStop"));
    m_stop->setMinimumHeight(36);
    m_another = new QPushButton(lineIcon("refresh"), tr("Write another, with the next seed"));
    m_another->setObjectName(QStringLiteral("playAnother"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_write, 1);
    buttons->addWidget(m_stop);
    layout->addWidget(m_memory);
    layout->addWidget(m_problem);
    layout->addWidget(m_demo);
    layout->addLayout(buttons);
    layout->addWidget(m_another);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &PlaygroundPage::refresh);
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, &PlaygroundPage::refresh);
    connect(m_third, &QCheckBox::toggled, this, [this](bool third) { setPaneCount(third ? 3 : 2); });
    connect(m_write, &QPushButton::clicked, this, &PlaygroundPage::write);
    connect(m_stop, &QPushButton::clicked, this, &PlaygroundPage::stop);
    connect(m_another, &QPushButton::clicked, this, &PlaygroundPage::writeAnother);
    connect(m_demo, &QPushButton::clicked, this, &PlaygroundPage::demoRequested);
    return side;
}

QWidget* PlaygroundPage::buildTexts()
{
    auto* panes = new QSplitter(Qt::Horizontal);
    panes->setChildrenCollapsible(false);
    panes->setHandleWidth(10);
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        m_panes[i] = new PlaygroundPane(QString(QChar(u'A' + static_cast<char16_t>(i))));
        panes->addWidget(m_panes[i]);
    }
    m_choices = new TokenChoicePlot;
    m_verdict = new QLabel;
    m_verdict->setObjectName(QStringLiteral("playVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_first = new QPushButton(tr("Back to the first difference"));
    m_first->setObjectName(QStringLiteral("playFirst"));
    connect(m_first, &QPushButton::clicked, this, [this] {
        m_picked.reset();
        compare();
    });
    auto* below = new Panel(tr("Where the texts part"));
    below->addHeaderWidget(m_first);
    below->body().addWidget(m_verdict);
    below->setContent(m_choices);
    auto* all = new QSplitter(Qt::Vertical);
    all->setChildrenCollapsible(false);
    all->setHandleWidth(10);
    all->addWidget(panes);
    all->addWidget(below);
    all->setStretchFactor(0, 3);
    all->setStretchFactor(1, 2);
    return all;
}

void PlaygroundPage::setEngine(const EngineInfo& info)
{
    for (PlaygroundPane* pane : m_panes)
        pane->setCaches(info.cacheMethods.value_or(std::vector<MethodInfo>()));
    // Beside the model as it is, the studio's own cache: the difference is seen without choosing anything.
    m_panes[2]->chooseCache(QStringLiteral("logquant"));
    if (!m_pairChosen && m_runs.runs().empty())
        m_panes[1]->chooseCache(QStringLiteral("logquant"));
    refresh();
}

void PlaygroundPage::setModel(const ModelSummary& model)
{
    m_model = model;
    m_parameters[text(model.path)] = model.parameters;
    fillModels();
}

void PlaygroundPage::clearModel()
{
    m_model.reset();
    fillModels();
}

void PlaygroundPage::fillModels()
{
    std::vector<PaneModel> models;
    QString opened;
    if (m_model) {
        opened = text(m_model->path);
        models.push_back({ {}, tr("Open model: %1").arg(m_model->name.empty() ? QFileInfo(opened).fileName() : text(m_model->name)) });
    }
    QString ofOpened;
    for (const ProjectSummary& run : m_runs.runs()) {
        models.push_back({ text(run.output), runTitle(run) });
        if (ofOpened.isEmpty() && m_model && text(run.recipe.model) == opened)
            ofOpened = text(run.output);
    }
    for (PlaygroundPane* pane : m_panes)
        pane->setModels(models, opened);
    // Original against what was made of it, until somebody chooses otherwise.
    if (!ofOpened.isEmpty() && !m_pairChosen) {
        m_pairChosen = true;
        m_panes[1]->chooseModel(ofOpened, {});
        m_panes[1]->chooseCache(QStringLiteral("full"));
    }
    refresh();
}

void PlaygroundPage::setPaneCount(int count)
{
    m_third->setChecked(count == 3);
    m_panes[2]->setVisible(count == 3);
    compare();
    refresh();
    weighModels();
}

bool PlaygroundPage::isBusy() const
{
    return std::any_of(m_panes.begin(), m_panes.end(), [](const PlaygroundPane* pane) { return pane->isBusy(); });
}

void PlaygroundPage::refresh()
{
    QString problem;
    for (int i = paneCount() - 1; i >= 0; --i) {
        if (const QString of = pane(i).problem(); !of.isEmpty())
            problem = of;
    }
    if (m_prompt->toPlainText().trimmed().isEmpty())
        problem = tr("Write a prompt first.");
    const bool nothing = !m_model && m_runs.runs().empty() && !problem.isEmpty();
    if (nothing)
        problem = tr("Open a model first; the demo model will do.");
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_demo->setVisible(nothing);
    const bool busy = isBusy(), ready = problem.isEmpty() && !busy;
    m_write->setEnabled(ready);
    m_another->setEnabled(ready && m_temperature->value() > 0);
    m_another->setToolTip(m_temperature->value() > 0 ? QString() : tr("At temperature 0 every seed gives the same text."));
    m_stop->setEnabled(busy);
    m_third->setEnabled(!busy);
    if (busy == m_wasBusy)
        return;
    m_wasBusy = busy;
    if (busy)
        m_idle.stop();
    else
        m_idle.start();
    weighModels();
    Q_EMIT busyChanged(busy);
}

/// The panes share the processors that one engine would have.
QStringList PlaygroundPage::engineCommand() const
{
    QStringList command = m_settings.engineCommandLine();
    if (const qsizetype at = command.indexOf(QLatin1String("--threads")); at >= 0)
        command.remove(at, std::min<qsizetype>(2, command.size() - at));
    return command << QStringLiteral("--threads") << QString::number(std::max(1, m_engine.info().threads / paneCount()));
}

void PlaygroundPage::write()
{
    if (!canWrite())
        return;
    m_picked.reset();
    for (Difference& difference : m_differences)
        difference.clear();
    const nlohmann::json request { { "prompt", m_prompt->toPlainText().toStdString() }, { "chat", m_chat->isChecked() }, { "max_tokens", m_tokens->value() },
        { "temperature", m_temperature->value() }, { "top_p", m_topP->value() }, { "seed", m_seed->value() }, { "candidates", candidates } };
    const QStringList command = engineCommand();
    for (int i = 0; i < paneCount(); ++i)
        pane(i).write(command, m_settings.engineSurroundings(), request);
    compare();
}

void PlaygroundPage::writeAnother()
{
    if (!m_another->isEnabled())
        return;
    m_seed->setValue(m_seed->value() == m_seed->maximum() ? 0 : m_seed->value() + 1);
    write();
}

void PlaygroundPage::stop()
{
    for (PlaygroundPane* pane : m_panes)
        pane->stop();
}

void PlaygroundPage::releaseMemory()
{
    for (PlaygroundPane* pane : m_panes)
        pane->release();
    weighModels();
}

// ---- what fits into memory --------------------------------------------------------------------------------------

void PlaygroundPage::weighModels()
{
    if (!isVisible() || m_engine.state() != EngineClient::State::Ready)
        return;
    for (int i = 0; i < paneCount(); ++i) {
        const QString path = pane(i).modelPath();
        if (path.isEmpty() || m_parameters.contains(path))
            continue;
        m_parameters[path] = -1;
        m_engine.requestAs<ModelSummary>("inspect", { { "model", path.toStdString() } }, this, [this, path](const Result<ModelSummary>& model) {
            if (model)
                m_parameters[path] = model->parameters;
            showMemory();
        });
    }
    m_engine.request("memory", nlohmann::json::object(), this, [this](const Result<nlohmann::json>& answer) {
        m_available = answer && answer->contains("available_bytes") && answer->at("available_bytes").is_number_integer() ? answer->at("available_bytes").get<qint64>() : 0;
        showMemory();
    });
}

void PlaygroundPage::showMemory()
{
    // On a CPU weights are unpacked to 4 bytes each; what a GPU has left the engine does not tell.
    const bool onCpu = m_settings.device() == QLatin1String("cpu") || m_engine.info().devices.size() <= 1;
    qint64 needed = 0, held = 0;
    for (int i = 0; i < paneCount(); ++i) {
        const qint64 bytes = 4 * std::max<qint64>(0, m_parameters.value(pane(i).modelPath(), 0));
        (pane(i).heldModel() == pane(i).modelPath() ? held : needed) += bytes;
    }
    const bool tooMuch = m_available > 0 && needed > m_available;
    QString line;
    if (onCpu && needed + held > 0) {
        if (tooMuch)
            line = tr("⚠ These models need about %1 more, but only %2 of memory are free. The engine may be ended by the system.").arg(bytesText(needed), bytesText(m_available));
        else
            line = tr("The models take about %1 of memory.").arg(bytesText(needed + held));
    }
    m_memory->setText(line);
    m_memory->setForegroundRole(tooMuch ? QPalette::WindowText : QPalette::PlaceholderText);
    m_memory->setVisible(!line.isEmpty());
}

// ---- where texts part -------------------------------------------------------------------------------------------

std::optional<std::size_t> PlaygroundPage::firstDifference() const
{
    std::optional<std::size_t> first;
    for (int i = 1; i < paneCount(); ++i) {
        if (const auto place = difference(i); place && (!first || *place < *first))
            first = place;
    }
    return first;
}

void PlaygroundPage::compare()
{
    const WrittenText& original = m_panes[0]->written();
    QStringList lines;
    for (int i = 1; i < paneCount(); ++i) {
        const auto index = static_cast<std::size_t>(i);
        if (original.samePrompt(m_panes[index]->written()))
            m_differences[index].follow(original, m_panes[index]->written());
        m_panes[index]->showDifference(difference(i));
        if (const QString line = verdictOf(index); !line.isEmpty())
            lines << line;
    }
    m_panes[0]->showDifference(firstDifference());
    m_verdict->setText(lines.join(QLatin1Char('\n')));
    m_verdict->setVisible(!lines.isEmpty());
    m_first->setVisible(m_picked && firstDifference() && m_picked->token != *firstDifference());
    showPlace();
}

QString PlaygroundPage::verdictOf(std::size_t index) const
{
    const PlaygroundPane &first = *m_panes[0], &other = *m_panes[index];
    const WrittenText &a = first.written(), &b = other.written();
    if (a.choices().empty() || b.choices().empty())
        return {};
    if (!a.samePrompt(b))
        return tr("%1 and %2 read different prompts: their chat templates or vocabularies differ, so their tokens cannot be compared.").arg(first.letter(), other.letter());
    const auto place = m_differences[index].place();
    if (!place)
        return tr("%1 has written the same %2 tokens as %3.").arg(other.letter()).arg(m_differences[index].common()).arg(first.letter());
    const auto says = [&](const WrittenText& text) {
        const TokenChoice& choice = text.choices()[*place];
        const QString share = numberText(100 * std::exp(choice.taken.logProbability), 3);
        return choice.ends ? tr("ends the text (%1 %)").arg(share) : tr("writes “%1” (%2 %)").arg(visibleToken(choice.taken), share);
    };
    return tr("%1 differs from %2 first at token %3: %2 %4, %1 %5.").arg(other.letter(), first.letter()).arg(*place + 1).arg(says(a), says(b));
}

void PlaygroundPage::showPlace()
{
    std::optional<Place> place = m_picked;
    if (const auto first = firstDifference(); !place && first)
        place = Place { 0, *first };
    std::vector<NamedChoice> shown;
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        const WrittenText& text = m_panes[i]->written();
        bool comparable = place && i < static_cast<std::size_t>(paneCount()) && place->token < text.choices().size();
        if (comparable && i != place->pane) {
            // Behind their difference models read different texts, so that their probabilities say nothing about each other.
            const WrittenText& other = m_panes[place->pane]->written();
            Difference between;
            between.follow(text, other);
            comparable = text.samePrompt(other) && (!between.place() || place->token <= *between.place());
        }
        if (comparable)
            shown.push_back({ m_panes[i]->letter(), text.choices()[place->token] });
        m_panes[i]->markPlace(comparable && m_picked ? std::optional(place->token) : std::nullopt);
    }
    m_choices->setChoices(std::move(shown), place ? tr("token %1").arg(place->token + 1) : QString());
}

void PlaygroundPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_runs.refresh();
    weighModels();
}

} // namespace bitloom
