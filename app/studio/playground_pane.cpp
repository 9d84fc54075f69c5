// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/playground_pane.h"

#include "app/studio/line_icon.h"
#include "app/studio/text.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QScrollArea>

namespace bitloom {
namespace {
    const QString anotherFile = QStringLiteral("file:");
    const QString anotherFolder = QStringLiteral("folder:");
}

PlaygroundPane::PlaygroundPane(const QString& letter, QWidget* parent)
    : Panel(letter, parent)
    , m_letter(letter)
    , m_model(new QComboBox)
    , m_cache(new QComboBox)
    , m_showParameters(new QToolButton)
    , m_copy(new QToolButton)
    , m_parameters(new ParameterForm)
    , m_text(new TokenText)
    , m_state(new QLabel)
{
    setObjectName(QStringLiteral("playgroundPane%1").arg(letter));
    m_copy->setIcon(lineIcon("copy"));
    m_copy->setObjectName(QStringLiteral("paneCopy"));
    m_copy->setAccessibleName(tr("Copy the text of %1").arg(letter));
    m_copy->setToolTip(tr("Copy what was written"));
    addHeaderWidget(m_copy);
    for (QComboBox* box : { m_model, m_cache }) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    m_model->setObjectName(QStringLiteral("paneModel"));
    m_model->setAccessibleName(tr("Model of %1").arg(letter));
    m_model->setToolTip(tr("The model that writes here: the one that is open, what a run of late made, or any other."));
    m_cache->setObjectName(QStringLiteral("paneCache"));
    m_cache->setAccessibleName(tr("KV cache of %1").arg(letter));
    m_cache->setToolTip(tr("How keys and values are kept while the text is written."));
    m_showParameters->setIcon(lineIcon("settings"));
    m_showParameters->setCheckable(true);
    m_showParameters->setObjectName(QStringLiteral("paneParameters"));
    m_showParameters->setAccessibleName(tr("Parameters of the KV cache of %1").arg(letter));
    m_showParameters->setToolTip(tr("Show the cache's parameters"));
    auto* cacheLine = new QHBoxLayout;
    cacheLine->addWidget(m_cache, 1);
    cacheLine->addWidget(m_showParameters);
    body().addWidget(m_model);
    body().addLayout(cacheLine);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_parameters);
    scroll->setMaximumHeight(170);
    scroll->hide();
    m_parameterArea = scroll;
    body().addWidget(scroll);
    m_text->setAccessibleName(tr("Text of %1").arg(letter));
    m_text->setPlaceholderText(tr("What the model writes appears here, the prompt in italics."));
    m_text->setMinimumSize(140, 80);
    setContent(m_text);
    m_state->setObjectName(QStringLiteral("paneState"));
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setMinimumHeight(2 * m_state->fontMetrics().lineSpacing());
    m_state->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    body().addWidget(m_state);

    connect(m_showParameters, &QToolButton::toggled, scroll, &QWidget::setVisible);
    connect(m_model, &QComboBox::activated, this, &PlaygroundPane::modelActivated);
    connect(m_model, &QComboBox::currentIndexChanged, this, [this] {
        m_model->setToolTip(m_model->currentText());
        Q_EMIT chosen();
    });
    connect(m_cache, &QComboBox::currentIndexChanged, this, &PlaygroundPane::cacheChanged);
    connect(m_parameters, &ParameterForm::changed, this, &PlaygroundPane::chosen);
    connect(m_text, &TokenText::tokenPicked, this, [this](qint64 position) { Q_EMIT placePicked(position - m_written.promptLength()); });
    connect(m_copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(m_written.written()); });
    m_copy->setEnabled(false);
    setModels({}, {});
}

PlaygroundPane::~PlaygroundPane() = default;

void PlaygroundPane::setCaches(const std::vector<MethodInfo>& caches)
{
    const QString before = m_cache->currentData().toString();
    const nlohmann::json parameters = m_parameters->values();
    m_caches = caches;
    m_cachesKnown = true;
    {
        const QSignalBlocker blocker(m_cache);
        m_cache->clear();
        for (const MethodInfo& each : m_caches)
            m_cache->addItem(bitloom::text(each.title), bitloom::text(each.id));
    }
    if (!chooseCache(before) && !chooseCache(QStringLiteral("full")))
        cacheChanged();
    else if (m_cache->currentData().toString() == before)
        m_parameters->setValues(parameters);
}

bool PlaygroundPane::chooseCache(const QString& id)
{
    const int index = m_cache->findData(id);
    if (index < 0)
        return false;
    {
        const QSignalBlocker blocker(m_cache);
        m_cache->setCurrentIndex(index);
    }
    cacheChanged();
    return true;
}

void PlaygroundPane::cacheChanged()
{
    const std::string id = m_cache->currentData().toString().toStdString();
    const auto found = std::find_if(m_caches.begin(), m_caches.end(), [&](const MethodInfo& each) { return each.id == id; });
    m_parameters->setMethod(found == m_caches.end() ? MethodInfo() : *found);
    m_showParameters->setEnabled(found != m_caches.end() && !found->parameters.empty());
    if (!m_showParameters->isEnabled())
        m_showParameters->setChecked(false);
    Q_EMIT chosen();
}

void PlaygroundPane::setModels(const std::vector<PaneModel>& models, const QString& opened)
{
    const QVariant before = m_model->currentData();
    const bool had = m_model->currentIndex() >= 0 && before.toString() != anotherFile && before.toString() != anotherFolder;
    const QString title = m_model->currentText();
    m_models = models;
    m_opened = opened;
    {
        const QSignalBlocker blocker(m_model);
        m_model->clear();
        for (const PaneModel& model : models)
            m_model->addItem(model.title, model.path);
        m_model->addItem(tr("Another file…"), anotherFile);
        m_model->addItem(tr("Another folder…"), anotherFolder);
        m_model->setCurrentIndex(models.empty() ? -1 : 0);
    }
    if (had && (m_model->findData(before) >= 0 || !before.toString().isEmpty()))
        chooseModel(before.toString(), title);
    else
        Q_EMIT chosen();
}

void PlaygroundPane::chooseModel(const QString& path, const QString& title)
{
    {
        const QSignalBlocker blocker(m_model);
        if (m_model->findData(path) < 0)
            m_model->insertItem(m_model->count() - 2, title.isEmpty() ? QFileInfo(path).fileName() : title, path);
        m_model->setCurrentIndex(m_model->findData(path));
    }
    m_model->setToolTip(m_model->currentText());
    Q_EMIT chosen();
}

void PlaygroundPane::modelActivated(int index)
{
    const QString what = m_model->itemData(index).toString();
    if (what != anotherFile && what != anotherFolder)
        return;
    const QString path = what == anotherFile ? QFileDialog::getOpenFileName(this, tr("Model to write with"), {}, tr("Models (*.gguf *.safetensors);;All files (*)"))
                                             : QFileDialog::getExistingDirectory(this, tr("Folder of the model to write with"));
    if (!path.isEmpty())
        chooseModel(path, {});
    else if (!m_models.empty())
        chooseModel(m_models.front().path, m_models.front().title);
    else
        m_model->setCurrentIndex(-1);
}

QString PlaygroundPane::modelPath() const
{
    if (m_model->currentIndex() < 0)
        return {};
    const QString path = m_model->currentData().toString();
    return path == anotherFile || path == anotherFolder ? QString() : path.isEmpty() ? m_opened : path;
}

QString PlaygroundPane::title() const
{
    return QStringLiteral("%1: %2, %3").arg(m_letter, m_model->currentText(), m_cache->currentText());
}

QString PlaygroundPane::problem() const
{
    if (modelPath().isEmpty())
        return tr("Choose a model for %1.").arg(m_letter);
    if (m_cachesKnown && m_caches.empty())
        return tr("This engine has no key-value caches; an engine of this studio's version has.");
    return m_parameters->problem();
}

void PlaygroundPane::startEngine(const QStringList& command, const EngineSurroundings& surroundings)
{
    if (m_engine == nullptr) {
        m_engine = new EngineClient(this);
        const auto mine = [this](quint64 id) { return id == m_job && m_job != 0; };
        connect(m_engine, &EngineClient::promptRead, this, [this, mine](quint64 id, const PromptEvent& prompt) {
            if (!mine(id))
                return;
            m_reading = false;
            m_held = modelPath();
            m_written.setPrompt(prompt);
            m_state->setText(tr("The prompt of %1 tokens is read …").arg(prompt.tokens.size()));
            showText();
        });
        connect(m_engine, &EngineClient::tokenWritten, this, [this, mine](quint64 id, const TokenEvent& token) {
            if (!mine(id))
                return;
            m_written.add(token);
            m_tokensPerSecond = token.tokensPerSecond.value_or(0);
            m_cacheBytes = token.cacheBytes.value_or(0);
            showText();
            Q_EMIT grown();
        });
        connect(m_engine, &EngineClient::failed, this, [this] { m_held.clear(); });
    }
    const bool gone = m_engine->state() == EngineClient::State::Failed || m_engine->state() == EngineClient::State::Stopped;
    if (gone || m_engine->command() != command) {
        m_held.clear();
        m_engine->start(command, surroundings);
    }
}

QString PlaygroundPane::figures(double tokensPerSecond, qint64 cacheBytes) const
{
    QString line;
    if (tokensPerSecond > 0)
        line += tr(", %1 tokens/s").arg(numberText(tokensPerSecond, 3));
    return line + tr(", cache %1").arg(bytesText(cacheBytes));
}

void PlaygroundPane::write(const QStringList& command, const EngineSurroundings& surroundings, nlohmann::json request)
{
    if (isBusy() || !problem().isEmpty())
        return;
    m_written.clear();
    m_report.reset();
    m_difference.reset();
    m_text->markToken(-1);
    showText();
    startEngine(command, surroundings);
    request["model"] = modelPath().toStdString();
    request["cache"] = m_cache->currentData().toString().toStdString();
    request["cache_parameters"] = m_parameters->values();
    m_reading = true;
    m_stopping = false;
    m_cacheBytes = 0;
    m_job = m_engine->requestAs<GenerationReport>("generate", std::move(request), this, [this](Result<GenerationReport> report) { finished(std::move(report)); });
    m_state->setText(tr("The model is read …"));
    m_model->setEnabled(false);
    m_cache->setEnabled(false);
    m_parameters->setEnabled(false);
    Q_EMIT grown();
    Q_EMIT busyChanged(true);
}

void PlaygroundPane::stop()
{
    if (!isBusy())
        return;
    m_stopping = true;
    m_state->setText(tr("Stopping …"));
    // A model that is being read cannot be told anything; nothing is lost with the engine that reads it.
    if (m_reading) {
        m_held.clear();
        m_engine->stop();
    } else {
        m_engine->tell("cancel");
    }
}

void PlaygroundPane::release()
{
    if (m_engine == nullptr || isBusy())
        return;
    m_held.clear();
    m_engine->stop();
}

void PlaygroundPane::finished(Result<GenerationReport> report)
{
    m_job = 0;
    m_reading = false;
    m_model->setEnabled(true);
    m_cache->setEnabled(true);
    m_parameters->setEnabled(true);
    if (report) {
        m_report = std::move(*report);
        QString line = tr("%1 tokens").arg(m_report->tokens) + figures(m_report->tokensPerSecond, m_report->cacheBytes) + QLatin1Char('.');
        if (!m_report->stopped.empty())
            line += QLatin1Char(' ') + tr("The text ends early: %1.").arg(bitloom::text(m_report->stopped));
        m_state->setText(line);
    } else {
        m_state->setText(report.error().code == ErrorCode::Cancelled ? tr("Stopped after %1 tokens.").arg(m_written.choices().size()) : sentence(report.error()));
    }
    showText();
    Q_EMIT grown();
    Q_EMIT busyChanged(false);
}

/// All that changes with every token, at the next beat.
void PlaygroundPane::showText()
{
    RepaintThrottle::shared().schedule(this, [this] {
        m_copy->setEnabled(m_written.tokens().size() > m_written.promptLength());
        m_text->showTokens(m_written.tokens(), m_written.promptLength());
        m_text->setDifference(m_difference ? m_written.promptLength() + static_cast<qint64>(*m_difference) : -1);
        if (isBusy() && m_cacheBytes > 0 && !m_stopping)
            m_state->setText(tr("%1 tokens").arg(m_written.choices().size()) + figures(m_tokensPerSecond, m_cacheBytes));
    });
}

void PlaygroundPane::showDifference(std::optional<std::size_t> place)
{
    m_difference = place;
    showText();
}

void PlaygroundPane::markPlace(std::optional<std::size_t> place)
{
    m_text->markToken(place ? m_written.promptLength() + static_cast<qint64>(*place) : -1);
}

} // namespace bitloom
