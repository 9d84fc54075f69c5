// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/model_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <QScrollArea>

namespace bitloom {

namespace {
    constexpr int histogramBins = 160;
}

ModelPage::ModelPage(EngineClient& engine, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_stack(new QStackedLayout(this))
    , m_reading(new QLabel)
    , m_summary(new ModelSummaryPanel)
    , m_table(new TensorTable)
    , m_histogram(new WeightHistogramView)
    , m_histogramPanel(new Panel(tr("Weights")))
    , m_quantize(new QPushButton(lineIcon("quantize", true), tr("Quantize…")))
    , m_columns(new QSplitter(Qt::Horizontal))
    , m_side(new QSplitter(Qt::Vertical))
{
    setObjectName(QStringLiteral("modelPage"));

    auto* empty = new QWidget;
    auto* emptyLayout = new QVBoxLayout(empty);
    auto* emptyTitle = headline(tr("No model is open"));
    auto* emptyText = quietLabel(tr("Open a model to see its architecture, its tensors and their weights."));
    auto* open = new QPushButton(lineIcon("folder"), tr("Open a model…"));
    auto* demo = new QPushButton(lineIcon("demo"), tr("Open the demo model"));
    connect(open, &QPushButton::clicked, this, &ModelPage::openRequested);
    connect(demo, &QPushButton::clicked, this, &ModelPage::demoRequested);
    emptyLayout->addStretch(1);
    emptyLayout->addWidget(emptyTitle, 0, Qt::AlignHCenter);
    emptyLayout->addWidget(emptyText, 0, Qt::AlignHCenter);
    auto* emptyButtons = new QHBoxLayout;
    emptyButtons->addStretch(1);
    emptyButtons->addWidget(open);
    emptyButtons->addWidget(demo);
    emptyButtons->addStretch(1);
    emptyLayout->addSpacing(8);
    emptyLayout->addLayout(emptyButtons);
    emptyLayout->addStretch(2);

    m_reading->setAlignment(Qt::AlignCenter);
    m_reading->setForegroundRole(QPalette::PlaceholderText);

    auto* content = new QWidget;
    auto* summaryPanel = new Panel(tr("Architecture"));
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows what is inside
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_summary);
    summaryPanel->setContent(scroll);
    m_quantize->setObjectName(QStringLiteral("quantizeModel"));
    m_quantize->setDefault(true);
    m_quantize->setProperty("primary", true);
    connect(m_quantize, &QPushButton::clicked, this, &ModelPage::quantizeRequested);
    summaryPanel->body().addWidget(m_quantize);
    m_histogram->setEmptyText(tr("Select a tensor in the table to see its weights."));
    m_histogramPanel->setContent(m_histogram);
    m_histogramPanel->addHeaderWidget(helpButton("histogram"));
    auto* tablePanel = new Panel(tr("Tensors"));
    tablePanel->setContent(m_table);
    tablePanel->addHeaderWidget(helpButton("blocks", true));
    tablePanel->addHeaderWidget(helpButton("bits", true));

    m_side->addWidget(summaryPanel);
    m_side->addWidget(m_histogramPanel);
    m_side->setStretchFactor(0, 3);
    m_side->setStretchFactor(1, 2);
    m_side->setChildrenCollapsible(false);
    m_columns->addWidget(tablePanel);
    m_columns->addWidget(m_side);
    m_columns->setStretchFactor(0, 3);
    m_columns->setStretchFactor(1, 2);
    m_columns->setChildrenCollapsible(false);
    for (QSplitter* splitter : { m_columns, m_side })
        splitter->setHandleWidth(10);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->addWidget(m_columns);
    m_columns->restoreState(settings.blob(QStringLiteral("modelColumns")));
    m_side->restoreState(settings.blob(QStringLiteral("modelSide")));

    m_stack->addWidget(empty);
    m_stack->addWidget(m_reading);
    m_stack->addWidget(content);

    // Walking through the table with a held arrow key asks only for the tensor where it rests.
    m_fetchTimer.setSingleShot(true);
    m_fetchTimer.setInterval(80);
    connect(&m_fetchTimer, &QTimer::timeout, this, [this] { fetchHistogram(m_wantedTensor); });
    connect(m_table, &TensorTable::currentTensorChanged, this, [this](const QString& tensor) {
        m_wantedTensor = tensor;
        m_fetchTimer.start();
    });
}

void ModelPage::showReading(const QString& path)
{
    m_reading->setText(tr("Reading %1 …").arg(path == QLatin1String("demo") ? tr("the demo model") : shortPath(path, 90)));
    m_stack->setCurrentIndex(1);
}

void ModelPage::setModel(const ModelSummary& model)
{
    m_model = model.path;
    m_wantedTensor.clear();
    m_histogram->clear();
    m_histogramPanel->setSubtitle({});
    m_summary->setSummary(model);
    m_table->setTensors(model.tensors);
    m_stack->setCurrentIndex(2);
    const auto first = std::find_if(model.tensors.begin(), model.tensors.end(), [](const TensorSummary& tensor) { return tensor.quantizable; });
    if (first != model.tensors.end())
        m_table->setCurrentTensor(text(first->name));
}

void ModelPage::clear()
{
    m_model.clear();
    m_stack->setCurrentIndex(0);
}

void ModelPage::setRelativeErrors(const std::vector<LayerReport>& layers)
{
    for (const auto& layer : layers) {
        if (layer.relativeError)
            m_table->setRelativeError(text(layer.name), *layer.relativeError);
    }
}

void ModelPage::setRelativeError(const LayerEvent& layer)
{
    if (layer.relativeError)
        m_table->setRelativeError(text(layer.layer), *layer.relativeError);
}

void ModelPage::showLayer(const QString& layer)
{
    m_table->setFilter({});
    m_table->setCurrentTensor(layer + QStringLiteral(".weight"));
    m_table->view().setFocus();
}

void ModelPage::fetchHistogram(const QString& tensor)
{
    if (tensor.isEmpty() || m_model.empty())
        return;
    m_histogramPanel->setSubtitle(tr("reading %1 …").arg(tensor));
    m_engine.requestAs<WeightHistogram>("weights", { { "model", m_model }, { "tensor", tensor.toStdString() }, { "bins", histogramBins } }, this,
        [this, tensor](const Result<WeightHistogram>& histogram) {
            if (tensor != m_wantedTensor)
                return;
            if (histogram) {
                m_histogram->setHistogram(*histogram);
                m_histogramPanel->setSubtitle(tensor);
            } else {
                m_histogram->clear();
                m_histogramPanel->setSubtitle(sentence(histogram.error()));
            }
        });
}

void ModelPage::saveLayout()
{
    m_settings.setBlob(QStringLiteral("modelColumns"), m_columns->saveState());
    m_settings.setBlob(QStringLiteral("modelSide"), m_side->saveState());
}

} // namespace bitloom
