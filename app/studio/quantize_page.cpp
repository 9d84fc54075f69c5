// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/quantize_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "app/studio/type_wishes.h"
#include "widgets/text_format.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGridLayout>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QSaveFile>
#include <QScrollArea>
#include <cmath>

namespace bitloom {

namespace {
    constexpr int planDelayMilliseconds = 250;

    QLabel* valueLabel(const char* name)
    {
        auto* label = new QLabel(QStringLiteral("–"));
        label->setObjectName(QLatin1String(name));
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setWordWrap(true);
        QFont font = label->font();
        font.setWeight(QFont::DemiBold);
        label->setFont(font);
        return label;
    }

    QString formatTitle(const std::string& format)
    {
        if (format == "safetensors")
            return QuantizePage::tr("safetensors – loads anywhere, weights expanded");
        if (format == "anyprecision")
            return QuantizePage::tr("Any-Precision – codes and lookup tables");
        if (format == "gptq")
            return QuantizePage::tr("GPTQ – transformers and vLLM");
        if (format == "gguf")
            return QuantizePage::tr("GGUF – llama.cpp");
        return text(format);
    }

    /// Selects the entry whose data is `value`; adds it where the engine does not name it, so that a recipe is never changed silently.
    void selectData(QComboBox* box, const QString& value, const QString& title)
    {
        int index = box->findData(value);
        if (index < 0) {
            box->addItem(title, value);
            index = box->count() - 1;
        }
        box->setCurrentIndex(index);
    }
}

QuantizePage::QuantizePage(EngineClient& engine, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_settings(settings)
{
    setObjectName(QStringLiteral("quantizePage"));
    m_loading = true;
    build();
    m_loading = false;
    m_planTimer.setSingleShot(true);
    m_planTimer.setInterval(planDelayMilliseconds);
    connect(&m_planTimer, &QTimer::timeout, this, &QuantizePage::askPlan);
    clearModel();
    formChanged();
}

void QuantizePage::build()
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows what is inside
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(buildForm());
    layout->addWidget(scroll, 3);
    layout->addWidget(buildEstimate(), 2);
}

QWidget* QuantizePage::buildForm()
{
    auto* form = new QWidget;
    auto* layout = new QVBoxLayout(form);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(14);

    const auto makeSpin = [this](const char* name, int minimum, int maximum, int value, const QString& help) {
        auto* spin = new QSpinBox;
        spin->setObjectName(QLatin1String(name));
        spin->setRange(minimum, maximum);
        spin->setValue(value);
        spin->setToolTip(help);
        spin->setAccessibleDescription(help);
        connect(spin, &QSpinBox::valueChanged, this, &QuantizePage::formChanged);
        return spin;
    };
    const auto makeCombo = [this](const char* name, const QString& help) {
        auto* combo = new QComboBox;
        combo->setObjectName(QLatin1String(name));
        combo->setToolTip(help);
        combo->setAccessibleDescription(help);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(12);
        connect(combo, &QComboBox::currentIndexChanged, this, &QuantizePage::formChanged);
        return combo;
    };
    const auto addRow = [](QFormLayout* rows, const QString& name, QWidget* editor) {
        auto* label = new QLabel(name);
        label->setBuddy(editor);
        rows->addRow(label, editor);
        editor->setAccessibleName(QString(name).remove(QLatin1Char('&')));
        return label;
    };

    const Recipe defaults;
    auto* methodPanel = new Panel(tr("Method"));
    for (const char* term : { "method", "bits", "groups", "guided", "damping" })
        methodPanel->addHeaderWidget(helpButton(term, true));
    m_modelName = quietLabel({});
    auto* methodRows = methodPanel->addForm();
    m_method = makeCombo("method", tr("How weights are rounded. The list comes from the engine's plugins."));
    m_methodSummary = quietLabel({});
    m_methodSummary->setWordWrap(true);
    m_bits = makeSpin("bits", 1, 8, defaults.bits, tr("Bits that each weight's code takes. 4 is nearly lossless, 3 is small, 2 is hard."));
    m_groups = makeSpin("groups", 1, 4096, defaults.groups,
        tr("Output channels are put into this many groups; each has its own guided Hessian. More follow the loss better and take more memory."));
    addRow(methodRows, tr("&Method"), m_method);
    methodRows->addRow(QString(), m_methodSummary);
    addRow(methodRows, tr("&Bits"), m_bits);
    addRow(methodRows, tr("&Groups"), m_groups);
    m_parameters = new ParameterForm;
    connect(m_parameters, &ParameterForm::changed, this, &QuantizePage::formChanged);
    methodPanel->body().addWidget(m_parameters);
    layout->addWidget(methodPanel);

    auto* calibration = new Panel(tr("Calibration"));
    for (const char* term : { "calibration", "sequences", "hessian" })
        calibration->addHeaderWidget(helpButton(term, true));
    m_noCalibration = quietLabel(tr("This method rounds without looking at any text."));
    m_noCalibration->hide();
    calibration->body().addWidget(m_noCalibration);
    m_calibrationSettings = new QWidget;
    auto* calibrationLayout = new QVBoxLayout(m_calibrationSettings);
    calibrationLayout->setContentsMargins(0, 0, 0, 0);
    m_ownText = new QRadioButton(tr("The model &writes its own text"));
    m_ownText->setObjectName(QStringLiteral("ownText"));
    m_ownText->setToolTip(tr("Sampled with the seed below, so that no data set is needed."));
    m_ownText->setChecked(true);
    m_fileText = new QRadioButton(tr("Te&xt files"));
    m_fileText->setObjectName(QStringLiteral("fileText"));
    m_fileText->setToolTip(tr("UTF-8 text in the languages and of the kind that the model will be used for."));
    // Fusion's circle cannot be seen on a dark ground.
    for (QRadioButton* button : { m_ownText, m_fileText })
        button->setStyleSheet(QStringLiteral("QRadioButton { spacing: 8px; } "
                                             "QRadioButton::indicator { width: 10px; height: 10px; border-radius: 7px; border: 2px solid palette(mid); background: palette(base); } "
                                             "QRadioButton::indicator:checked { border: 4px solid palette(link); width: 6px; height: 6px; }"));
    m_files = new QListWidget;
    m_files->setObjectName(QStringLiteral("calibrationFiles"));
    m_files->setAccessibleName(tr("Calibration text files"));
    m_files->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_files->setFixedHeight(76);
    m_addFiles = new QPushButton(lineIcon("add"), tr("&Add…"));
    m_addFiles->setObjectName(QStringLiteral("addCalibration"));
    m_removeFiles = new QPushButton(lineIcon("remove"), tr("Remo&ve"));
    auto* fileButtons = new QVBoxLayout;
    fileButtons->addWidget(m_addFiles);
    fileButtons->addWidget(m_removeFiles);
    fileButtons->addStretch(1);
    auto* fileLine = new QHBoxLayout;
    fileLine->setContentsMargins(24, 0, 0, 0);
    fileLine->addWidget(m_files, 1);
    fileLine->addLayout(fileButtons);
    calibrationLayout->addWidget(m_ownText);
    calibrationLayout->addWidget(m_fileText);
    calibrationLayout->addLayout(fileLine);
    connect(m_ownText, &QRadioButton::toggled, this, &QuantizePage::formChanged);
    connect(m_addFiles, &QPushButton::clicked, this, &QuantizePage::chooseCalibration);
    connect(m_removeFiles, &QPushButton::clicked, this, [this] {
        qDeleteAll(m_files->selectedItems());
        formChanged();
    });
    m_sequences = makeSpin("sequences", 1, 1000000, defaults.sequences, tr("More text gives steadier Hessians and takes longer, in proportion."));
    m_sequences->setAccessibleName(tr("Number of sequences"));
    m_sequenceLength = makeSpin("sequenceLength", 8, 1000000, defaults.sequenceLength, tr("Tokens in each sequence."));
    m_sequenceLength->setAccessibleName(tr("Sequence length"));
    m_sequenceLength->setSingleStep(64);
    auto* amount = new QHBoxLayout;
    auto* amountLabel = new QLabel(tr("Se&quences"));
    amountLabel->setBuddy(m_sequences);
    amount->addWidget(amountLabel);
    amount->addWidget(m_sequences, 1);
    amount->addWidget(new QLabel(tr("of")));
    amount->addWidget(m_sequenceLength, 1);
    amount->addWidget(new QLabel(tr("tokens")));
    calibrationLayout->addLayout(amount);
    calibration->body().addWidget(m_calibrationSettings);
    layout->addWidget(calibration);

    auto* outputPanel = new Panel(tr("Output"));
    for (const char* term : { "format", "blocks", "budget", "project" })
        outputPanel->addHeaderWidget(helpButton(term, true));
    auto* outputRows = outputPanel->addForm();
    m_format = makeCombo("format", tr("What the result is written as; only formats that can hold the method's result are listed."));
    m_ggufType = makeCombo("ggufType", tr("The ggml type that the weights are stored as. F16 keeps the quantized values as they are."));
    m_sizeBudget = new QDoubleSpinBox;
    m_sizeBudget->setObjectName(QStringLiteral("sizeBudget"));
    m_sizeBudget->setRange(0, 32);
    m_sizeBudget->setDecimals(2);
    m_sizeBudget->setSingleStep(0.25);
    m_sizeBudget->setSpecialValueText(tr("none"));
    m_sizeBudget->setSuffix(tr(" bits per weight"));
    m_sizeBudget->setToolTip(tr("Upper limit of the average over the whole model. In a GGUF file the types of single tensors are chosen under it."));
    connect(m_sizeBudget, &QDoubleSpinBox::valueChanged, this, &QuantizePage::formChanged);
    m_output = new QLineEdit;
    m_output->setObjectName(QStringLiteral("output"));
    m_output->setPlaceholderText(tr("Where the result is written"));
    auto* browse = new QPushButton(tr("Bro&wse…"));
    browse->setObjectName(QStringLiteral("browseOutput"));
    auto* outputLine = new QWidget;
    auto* outputLineLayout = new QHBoxLayout(outputLine);
    outputLineLayout->setContentsMargins(0, 0, 0, 0);
    outputLineLayout->addWidget(m_output, 1);
    outputLineLayout->addWidget(browse);
    m_project = new QLineEdit;
    m_project->setObjectName(QStringLiteral("project"));
    m_project->setPlaceholderText(tr("Beside the output"));
    m_project->setToolTip(tr("Finished layers and calibration results are kept here, so that the run can be resumed and calibration used again."));
    addRow(outputRows, tr("&Format"), m_format);
    m_ggufTypeLabel = addRow(outputRows, tr("GGUF t&ype"), m_ggufType);
    addRow(outputRows, tr("Size &limit"), m_sizeBudget);
    addRow(outputRows, tr("&Output"), outputLine);
    m_output->setAccessibleName(tr("Output path"));
    outputLine->setFocusProxy(m_output);
    addRow(outputRows, tr("&Project"), m_project);
    connect(browse, &QPushButton::clicked, this, &QuantizePage::chooseOutput);
    connect(m_output, &QLineEdit::textEdited, this, [this] { m_outputTouched = true; });
    connect(m_output, &QLineEdit::textChanged, this, &QuantizePage::refreshStart);
    layout->addWidget(outputPanel);

    auto* computePanel = new Panel(tr("Computation"));
    for (const char* term : { "device", "seed" })
        computePanel->addHeaderWidget(helpButton(term, true));
    auto* computeRows = computePanel->addForm();
    m_device = makeCombo("device", tr("Where calibration and solving run."));
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    m_device->addItem(tr("CPU"), QStringLiteral("cpu"));
    m_computeDtype = makeCombo("computeDtype", tr("Precision of the model's forward and backward pass; sums are always 32-bit."));
    m_computeDtype->addItem(tr("Automatic"), QStringLiteral("auto"));
    m_computeDtype->addItem(tr("32-bit (f32)"), QStringLiteral("f32"));
    m_computeDtype->addItem(tr("16-bit (bf16)"), QStringLiteral("bf16"));
    m_seed = new QLineEdit(QString::number(defaults.seed));
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,19}")), m_seed));
    m_seed->setToolTip(tr("The same seed, input and device give the same bytes."));
    connect(m_seed, &QLineEdit::textChanged, this, &QuantizePage::formChanged);
    addRow(computeRows, tr("&Device"), m_device);
    addRow(computeRows, tr("Pre&cision"), m_computeDtype);
    addRow(computeRows, tr("S&eed"), m_seed);
    m_tuningEpochs = makeSpin("tuningEpochs", 0, 1000, defaults.tuningEpochs,
        tr("Passes over the calibration text in which all codebooks, or the scales of ggml's blocks, are tuned together towards the original's predictions. Each takes about as long as calibration."));
    addRow(computeRows, tr("Tuning epochs"), m_tuningEpochs);
    layout->addWidget(computePanel);
    layout->addStretch(1);

    connect(m_method, &QComboBox::currentIndexChanged, this, &QuantizePage::methodChanged);
    connect(m_format, &QComboBox::currentIndexChanged, this, &QuantizePage::formatChanged);
    return form;
}

QWidget* QuantizePage::buildEstimate()
{
    auto* panel = new Panel(tr("Estimate"));
    panel->addHeaderWidget(helpButton("recipe", true));
    panel->setMinimumWidth(330);
    panel->body().addWidget(m_modelName);
    auto* rows = new QGridLayout;
    rows->setHorizontalSpacing(16);
    rows->setVerticalSpacing(10);
    rows->setColumnStretch(1, 1);
    const auto add = [&](const QString& name, QLabel* value) {
        const int row = rows->rowCount();
        rows->addWidget(quietLabel(name), row, 0, Qt::AlignTop);
        rows->addWidget(value, row, 1);
        value->setAccessibleName(name);
    };
    add(tr("Size of the result"), m_size = valueLabel("planSize"));
    add(tr("Bits per weight"), m_bitsPerWeight = valueLabel("planBits"));
    add(tr("Time"), m_time = valueLabel("planTime"));
    add(tr("Memory"), m_memory = valueLabel("planMemory"));
    add(tr("Disk space"), m_disk = valueLabel("planDisk"));
    m_planViews = new QTabWidget;
    m_planViews->setObjectName(QStringLiteral("planViews"));
    m_planViews->setDocumentMode(true);
    m_planViews->setAccessibleName(tr("Views of the plan"));
    auto* figures = new QWidget;
    auto* figuresLayout = new QVBoxLayout(figures);
    figuresLayout->setContentsMargins(0, 10, 0, 0);
    figuresLayout->addLayout(rows);
    m_planTable = new PlanTable;
    m_sizes = new ParetoPlot;
    m_typeMap = new TypeMap;
    m_sizePanel = new SizePanel(m_engine);
    m_planViews->addTab(figures, tr("Figures"));
    m_planViews->addTab(m_planTable, tr("Tensors"));
    m_planViews->addTab(m_typeMap, tr("Map"));
    m_planViews->addTab(m_sizes, tr("Sizes"));
    panel->body().addWidget(m_sizePanel);
    panel->body().addWidget(m_planViews, 1);
    connectSizes();
    m_basis = quietLabel({});
    m_basis->setWordWrap(true);
    m_basis->setObjectName(QStringLiteral("planBasis"));
    m_warnings = new QLabel;
    m_warnings->setWordWrap(true);
    m_warnings->setObjectName(QStringLiteral("planWarnings"));
    m_warnings->setTextFormat(Qt::PlainText);
    m_warnings->hide();
    figuresLayout->addWidget(m_basis);
    figuresLayout->addWidget(m_warnings);
    figuresLayout->addStretch(1);
    m_problem = new QLabel;
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("problem"));
    panel->body().addWidget(m_problem);
    m_start = new QPushButton(lineIcon("play", true), tr("Quantize"));
    m_start->setObjectName(QStringLiteral("start"));
    m_start->setDefault(true);
    m_start->setProperty("primary", true);
    m_start->setMinimumHeight(36);
    m_queue = new QPushButton(lineIcon("queue"), tr("Add to queue"));
    m_queue->setObjectName(QStringLiteral("addToQueue"));
    m_queue->setToolTip(tr("Runs it after the jobs that stand there; those of one model and one calibration text share the calibration."));
    m_queue->setMinimumHeight(36);
    m_copy = new QPushButton(lineIcon("terminal"), tr("Copy as command"));
    m_copy->setObjectName(QStringLiteral("copyCommand"));
    m_copy->setToolTip(tr("The bitloom-cli command line that does the same."));
    m_save = new QPushButton(lineIcon("save"), tr("Save recipe…"));
    connect(m_start, &QPushButton::clicked, this, &QuantizePage::start);
    connect(m_queue, &QPushButton::clicked, this, &QuantizePage::addToQueue);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(command());
        Q_EMIT commandCopied();
    });
    connect(m_save, &QPushButton::clicked, this, &QuantizePage::saveRecipe);
    auto* runButtons = new QHBoxLayout;
    runButtons->addWidget(m_start, 1);
    runButtons->addWidget(m_queue);
    panel->body().addLayout(runButtons);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_copy);
    buttons->addWidget(m_save);
    panel->body().addLayout(buttons);
    return panel;
}

void QuantizePage::setEngine(const EngineInfo& info)
{
    const Recipe before = recipe();
    m_info = info;
    m_loading = true;
    m_method->clear();
    for (const auto& method : info.weightMethods)
        m_method->addItem(text(method.title), text(method.id));
    m_ggufType->clear();
    m_ggufType->addItem(tr("F16 – values as they are"), QString());
    m_ggufType->addItem(tr("Automatic – the best types for the size limit"), QStringLiteral("auto"));
    QStringList types;
    for (const auto& type : info.ggufTypes) {
        types << text(type);
        if (type != "F16")
            m_ggufType->addItem(text(type), text(type));
    }
    m_planTable->setChoices(types);
    m_device->clear();
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    for (const auto& device : info.devices) {
        const QString title = text(device);
        m_device->addItem(title == QLatin1String("cpu") ? tr("CPU") : title, title.section(QLatin1Char(' '), 0, 0));
    }
    m_loading = false;
    setRecipe(before);
}

const MethodInfo* QuantizePage::method() const
{
    const std::string id = m_method->currentData().toString().toStdString();
    const auto found = std::find_if(m_info.weightMethods.begin(), m_info.weightMethods.end(), [&](const MethodInfo& info) { return info.id == id; });
    return found == m_info.weightMethods.end() ? nullptr : &*found;
}

void QuantizePage::methodChanged()
{
    const MethodInfo* info = method();
    const bool loading = std::exchange(m_loading, true);
    m_methodSummary->setText(info != nullptr ? text(info->summary) : QString());
    m_methodSummary->setToolTip(info != nullptr ? text(info->paper) : QString());
    m_groups->setEnabled(info == nullptr || info->needsGuidedHessian);
    m_calibrationSettings->setVisible(info == nullptr || info->needsCalibration());
    m_noCalibration->setVisible(info != nullptr && !info->needsCalibration());
    m_tuningEpochs->setEnabled(info == nullptr || info->canBeTuned());
    if (info != nullptr) {
        m_bits->setRange(info->minimumBits, info->maximumBits);
        m_parameters->setMethod(*info);
    }
    const QString format = m_format->currentData().toString();
    m_format->clear();
    for (const auto& name : info != nullptr && !info->formats.empty() ? info->formats : m_info.formats)
        m_format->addItem(formatTitle(name), text(name));
    if (const int index = m_format->findData(format); index >= 0)
        m_format->setCurrentIndex(index);
    m_loading = loading;
    formatChanged();
}

void QuantizePage::formatChanged()
{
    const bool gguf = m_format->currentData().toString() == QLatin1String("gguf");
    m_ggufType->setVisible(gguf);
    m_ggufTypeLabel->setVisible(gguf);
    // Other formats store all layers alike.
    for (int view = 1; view < m_planViews->count(); ++view)
        m_planViews->setTabEnabled(view, gguf);
    m_sizePanel->setVisible(gguf);
    formChanged();
}

void QuantizePage::formChanged()
{
    if (m_loading)
        return;
    const bool files = m_fileText->isChecked();
    m_files->setEnabled(files);
    m_addFiles->setEnabled(files);
    m_removeFiles->setEnabled(files);
    proposeOutput();
    refreshStart();
    m_sizePanel->setRecipe(recipe(), measurementsFolder());
    m_planTimer.start();
}

void QuantizePage::setModel(const ModelSummary& model)
{
    m_model = model;
    m_outputTouched = false;
    QStringList facts { model.name.empty() ? QFileInfo(text(model.path)).fileName() : text(model.name), countText(model.parameters) + tr(" parameters"),
        bytesText(model.bytes) };
    m_modelName->setText(facts.join(QStringLiteral("  ·  ")));
    m_modelName->setToolTip(text(model.path));
    formChanged();
}

void QuantizePage::clearModel()
{
    m_model.reset();
    m_modelName->setText(tr("No model is open."));
    m_sizePanel->clear();
    showNoPlan(tr("Open a model to see what a run will take."));
    refreshStart();
}

Recipe QuantizePage::recipe() const
{
    Recipe recipe;
    if (m_model)
        recipe.model = m_model->path;
    if (m_method->count() == 0) {
        if (!m_wantedMethod.empty())
            recipe.method = m_wantedMethod;
    } else {
        recipe.method = m_method->currentData().toString().toStdString();
        recipe.parameters = m_parameters->values();
    }
    recipe.bits = m_bits->value();
    recipe.groups = m_groups->value();
    if (m_format->count() > 0)
        recipe.format = m_format->currentData().toString().toStdString();
    if (recipe.format == "gguf") {
        recipe.ggufType = m_ggufType->currentData().toString().toStdString();
        setWishes(recipe, m_planTable->wishes());
        recipe.types = m_kept.types;
        recipe.splitBytes = m_kept.splitBytes;
        recipe.importances = m_kept.importances;
        if (m_sizeBudget->value() == m_kept.sizeBudget)
            recipe.sizeBudgetBytes = m_kept.sizeBudgetBytes;
    }
    recipe.sizeBudget = m_sizeBudget->value();
    if (m_fileText->isChecked()) {
        for (int i = 0; i < m_files->count(); ++i)
            recipe.calibration.push_back(m_files->item(i)->data(Qt::UserRole).toString().toStdString());
    }
    recipe.sequences = m_sequences->value();
    recipe.sequenceLength = m_sequenceLength->value();
    recipe.tuningEpochs = m_tuningEpochs->isEnabled() ? m_tuningEpochs->value() : 0;
    recipe.seed = m_seed->text().toULongLong();
    recipe.computeDtype = m_computeDtype->currentData().toString().toStdString();
    recipe.device = m_device->currentData().toString().toStdString();
    return recipe;
}

QStringList QuantizePage::setRecipe(const Recipe& recipe)
{
    QStringList problems;
    m_loading = true;
    m_wantedMethod = recipe.method;
    if (const int index = m_method->findData(text(recipe.method)); index >= 0) {
        m_method->setCurrentIndex(index);
    } else if (m_method->count() > 0) {
        problems << tr("The engine has no method “%1”; “%2” is used instead.").arg(text(recipe.method), m_method->currentText());
    }
    methodChanged();
    m_loading = true;
    if (method() != nullptr && method()->id == recipe.method) {
        m_parameters->reset();
        problems += m_parameters->setValues(recipe.parameters);
    }
    if (recipe.bits < m_bits->minimum() || recipe.bits > m_bits->maximum())
        problems << tr("%1 bits are outside of what the method can do (%2 to %3).").arg(recipe.bits).arg(m_bits->minimum()).arg(m_bits->maximum());
    m_bits->setValue(recipe.bits);
    m_groups->setValue(recipe.groups);
    if (m_format->count() > 0) {
        if (const int index = m_format->findData(text(recipe.format)); index >= 0)
            m_format->setCurrentIndex(index);
        else
            problems << tr("The format “%1” cannot hold this method's result; “%2” is used instead.").arg(text(recipe.format), m_format->currentText());
    } else {
        m_format->addItem(formatTitle(recipe.format), text(recipe.format));
    }
    if (recipe.format == "gguf")
        selectData(m_ggufType, recipe.ggufType == "F16" ? QString() : text(recipe.ggufType), text(recipe.ggufType));
    m_planTable->setWishes(wishesOf(recipe));
    m_kept = recipe;
    m_sizeBudget->setValue(recipe.sizeBudget);
    m_files->clear();
    (recipe.calibration.empty() ? m_ownText : m_fileText)->setChecked(true);
    for (const auto& file : recipe.calibration)
        addCalibrationFiles({ text(file) });
    m_sequences->setValue(recipe.sequences);
    m_sequenceLength->setValue(recipe.sequenceLength);
    m_tuningEpochs->setValue(recipe.tuningEpochs);
    m_seed->setText(QString::number(recipe.seed));
    selectData(m_computeDtype, text(recipe.computeDtype), text(recipe.computeDtype));
    selectData(m_device, text(recipe.device), text(recipe.device));
    m_loading = false;
    formatChanged();
    return problems;
}

void QuantizePage::addCalibrationFiles(const QStringList& files)
{
    for (const QString& path : files) {
        auto* item = new QListWidgetItem(shortPath(path, 70), m_files);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
    if (!files.isEmpty())
        m_fileText->setChecked(true);
    formChanged();
}

QuantizeTask QuantizePage::task() const
{
    return { recipe(), m_output->text().trimmed(), m_project->text().trimmed(), measurementsFolder(), m_plan && m_plan->fits == std::optional(false) };
}

void QuantizePage::setOutput(const QString& path)
{
    m_outputTouched = true;
    m_output->setText(path);
}

QString QuantizePage::command() const
{
    return text(recipeToCommand(recipe(), m_output->text().trimmed().toStdString()));
}

QString QuantizePage::problem() const
{
    const QString wrong = queueProblem();
    if (wrong.isEmpty() && m_busy)
        return tr("A job is running. Add this one to the queue, and it starts afterwards.");
    return wrong;
}

QString QuantizePage::queueProblem() const
{
    if (!m_model)
        return tr("Open a model first.");
    if (m_method->count() == 0)
        return tr("The engine has not told its methods yet.");
    if (const QString wrong = m_parameters->problem(); !wrong.isEmpty())
        return wrong;
    const MethodInfo* info = method();
    if (info != nullptr && info->needsCalibration() && m_fileText->isChecked() && m_files->count() == 0)
        return tr("Add a calibration text, or let the model write its own.");
    if (m_seed->text().isEmpty())
        return tr("Give a seed, any whole number.");
    const QString output = m_output->text().trimmed();
    if (output.isEmpty())
        return tr("Choose where the result is written.");
    if (QFileInfo::exists(output))
        return tr("“%1” exists already; choose another output.").arg(QFileInfo(output).fileName());
    if (output == text(m_model->path))
        return tr("The output must not be the model itself.");
    if (m_queuedOutputs.contains(output))
        return tr("A job of the queue writes “%1”; choose another output.").arg(QFileInfo(output).fileName());
    if (auto valid = validateRecipe(recipe(), "the form"); !valid)
        return sentence(valid.error());
    return {};
}

void QuantizePage::setBusy(bool busy)
{
    m_busy = busy;
    m_sizePanel->setOtherJob(busy && !m_sizePanel->isMeasuring());
    refreshStart();
}

void QuantizePage::refreshStart()
{
    const QString wrong = problem();
    m_problem->setText(wrong);
    m_problem->setVisible(!wrong.isEmpty());
    m_start->setEnabled(wrong.isEmpty());
    m_queue->setEnabled(queueProblem().isEmpty());
    m_copy->setEnabled(m_model.has_value());
    m_save->setEnabled(m_model.has_value());
}

void QuantizePage::start()
{
    refreshStart();
    if (problem().isEmpty())
        Q_EMIT startRequested(task());
}

void QuantizePage::addToQueue()
{
    refreshStart();
    if (queueProblem().isEmpty())
        Q_EMIT queueRequested(task());
}

void QuantizePage::setQueuedOutputs(const QStringList& outputs)
{
    if (m_queuedOutputs == outputs)
        return;
    m_queuedOutputs = outputs;
    proposeOutput();
    refreshStart();
}

void QuantizePage::proposeOutput()
{
    if (m_outputTouched || !m_model)
        return;
    QString name = m_model->name.empty() ? QFileInfo(text(m_model->path)).completeBaseName() : text(m_model->name);
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
    const Recipe current = recipe();
    const QString base = QStringLiteral("%1-%2-%3bit").arg(name, text(current.method)).arg(current.bits);
    const QString suffix = current.format == "gguf" ? QStringLiteral(".gguf") : QString();
    const QDir folder(m_settings.lastFolder(QStringLiteral("output")));
    QString path = folder.filePath(base + suffix);
    for (int number = 2; (QFileInfo::exists(path) || m_queuedOutputs.contains(path)) && number < 100; ++number)
        path = folder.filePath(QStringLiteral("%1-%2%3").arg(base).arg(number).arg(suffix));
    m_output->setText(path);
}

QString QuantizePage::projectFolder() const
{
    const QString chosen = m_project->text().trimmed(), output = m_output->text().trimmed();
    if (!chosen.isEmpty())
        return chosen;
    return output.isEmpty() ? QString() : output + QStringLiteral(".bitloom"); // where the engine puts it
}

void QuantizePage::askPlan()
{
    if (!m_model)
        return;
    const quint64 generation = ++m_planGeneration;
    m_engine.requestAs<QuantizePlan>("plan", { { "recipe", recipe() }, { "project", projectFolder().toStdString() }, { "measurements", measurementsFolder().toStdString() } }, this, [this, generation](const Result<QuantizePlan>& plan) {
        if (generation != m_planGeneration)
            return;
        if (plan)
            showPlan(*plan);
        else
            showNoPlan(sentence(plan.error()));
    });
}

void QuantizePage::showPlan(const QuantizePlan& plan)
{
    m_plan = plan;
    m_size->setText(bytesText(plan.outputBytes));
    if (m_model && m_model->bytes > 0 && plan.outputBytes > 0)
        m_size->setText(tr("%1  (%2 % of the original)").arg(bytesText(plan.outputBytes)).arg(qRound64(100.0 * static_cast<double>(plan.outputBytes) / static_cast<double>(m_model->bytes))));
    m_bitsPerWeight->setText(numberText(plan.bitsPerWeight, 3));
    m_time->setText(durationRangeText(plan.secondsLow, plan.secondsHigh));
    m_memory->setText(bytesRangeText(plan.memoryBytesLow, plan.memoryBytesHigh));
    m_disk->setText(bytesText(plan.diskBytes));
    // What the slider shows is solved here; the engine's answer to a budget is the same but for rounding, and comes later.
    if (!m_sizePanel->isMeasured() || plan.recipe.ggufType != "auto") {
        m_planTable->setTensors(plan.tensors);
        m_typeMap->setTensors(plan.tensors);
    }
    if (!m_sizePanel->isMeasured())
        showSizes(plan.sizes);
    m_sizes->setBudget(plan.recipe.sizeBudget);
    m_basis->setText(text(plan.basis));
    QStringList warnings;
    for (const auto& warning : plan.warnings)
        warnings << QStringLiteral("⚠ ") + sentence({ ErrorCode::Usage, warning });
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
    refreshStart();
}

void QuantizePage::showNoPlan(const QString& why)
{
    m_plan.reset();
    for (QLabel* label : { m_size, m_bitsPerWeight, m_time, m_memory, m_disk })
        label->setText(QStringLiteral("–"));
    if (!m_sizePanel->isMeasured()) {
        m_planTable->setTensors({});
        m_typeMap->setTensors({});
        showSizes({});
    }
    m_basis->setText(why);
    m_warnings->hide();
}

void QuantizePage::chooseCalibration()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Calibration text"), m_settings.lastFolder(QStringLiteral("calibration")),
        tr("Text (*.txt *.md *.text);;All files (*)"));
    if (files.isEmpty())
        return;
    m_settings.setLastFolder(QStringLiteral("calibration"), QFileInfo(files.first()).absolutePath());
    addCalibrationFiles(files);
}

void QuantizePage::chooseOutput()
{
    const bool gguf = m_format->currentData().toString() == QLatin1String("gguf");
    const QString path = QFileDialog::getSaveFileName(this, gguf ? tr("Write the GGUF file as") : tr("Write the model folder as"), m_output->text(),
        gguf ? tr("GGUF (*.gguf)") : QString());
    if (path.isEmpty())
        return;
    m_settings.setLastFolder(QStringLiteral("output"), QFileInfo(path).absolutePath());
    setOutput(path);
}

void QuantizePage::saveRecipe()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the recipe"), m_settings.lastFolder(QStringLiteral("recipe")) + QStringLiteral("/recipe.json"),
        tr("Recipe (*.json)"));
    if (path.isEmpty())
        return;
    m_settings.setLastFolder(QStringLiteral("recipe"), QFileInfo(path).absolutePath());
    QSaveFile file(path);
    const std::string json = recipeToJson(recipe()).dump(2) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(json.data(), static_cast<qint64>(json.size())) < 0 || !file.commit()) {
        m_problem->setText(tr("The recipe could not be written: %1.").arg(file.errorString()));
        m_problem->show();
    }
}

} // namespace bitloom
