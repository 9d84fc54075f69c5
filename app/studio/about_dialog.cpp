// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/about_dialog.h"

#include "app/studio/panel.h"
#include "app/studio/text.h"

#include <QDialogButtonBox>
#include <QIcon>
#include <QTabWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace bitloom {

AboutDialog::AboutDialog(const EngineInfo& engine, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Bitloom"));
    resize(620, 460);
    auto* logo = new QLabel;
    logo->setPixmap(QIcon(QStringLiteral(":/bitloom/org.bitloom.Bitloom.svg")).pixmap(72, 72));
    logo->setAccessibleName(tr("Bitloom"));
    auto* version = quietLabel(tr("Version %1 · engine %2 · Qt %3")
                                   .arg(QStringLiteral(BITLOOM_VERSION), engine.version.empty() ? tr("not running") : text(engine.version), QString::fromLatin1(qVersion())));
    auto* titles = new QVBoxLayout;
    titles->addWidget(headline(tr("Bitloom")));
    titles->addWidget(new QLabel(tr("A desktop studio that quantizes large language models.")));
    titles->addWidget(version);
    auto* head = new QHBoxLayout;
    head->setSpacing(18);
    head->addWidget(logo);
    head->addLayout(titles, 1);

    const auto page = [](const QString& html) {
        auto* browser = new QTextBrowser;
        browser->setFrameShape(QFrame::NoFrame);
        browser->setOpenExternalLinks(true);
        browser->setHtml(html);
        return browser;
    };
    auto* tabs = new QTabWidget;
    tabs->addTab(page(tr("<p>Bitloom is free software: you may use, study, share and change it under the terms of the "
                         "<b>GNU General Public License, version 3 or later</b>. It comes without any warranty.</p>"
                         "<p>The text of the licence is in the file LICENSE of the source and at "
                         "<a href=\"https://www.gnu.org/licenses/gpl-3.0.html\">gnu.org/licenses</a>.</p>"
                         "<p>A model that you quantize keeps its own licence.</p>")),
        tr("Licence"));
    const QStringList libraries {
        tr("Qt 6 (LGPL-3.0): windows and drawing"), tr("QCustomPlot (GPL-3.0 or later): plots"), tr("libtorch (BSD-3-Clause): tensors, in the engine"),
        tr("llama.cpp and ggml (MIT): GGUF, tokenizers, block types, in the engine"), tr("JSON for Modern C++ (MIT)"),
        tr("{fmt} (MIT), spdlog (MIT), CLI11 (BSD-3-Clause), tl::expected (CC0), valijson (BSD-2-Clause)"),
        tr("Demo model SmolLM2-135M-Instruct (Apache-2.0)") };
    tabs->addTab(page(QStringLiteral("<ul><li>%1</li></ul>").arg(libraries.join(QStringLiteral("</li><li>")))), tr("Libraries"));
    QString methods;
    for (const auto& method : engine.weightMethods)
        methods += QStringLiteral("<p><b>%1</b> – %2<br><i>%3</i></p>").arg(text(method.title).toHtmlEscaped(), text(method.summary).toHtmlEscaped(), text(method.paper).toHtmlEscaped());
    for (const auto& problem : engine.pluginErrors)
        methods += QStringLiteral("<p>⚠ %1</p>").arg(text(problem).toHtmlEscaped());
    tabs->addTab(page(methods.isEmpty() ? tr("<p>The engine has not told its methods yet.</p>") : methods), tr("Methods and papers"));

    for (int i = 0; i < tabs->count(); ++i)
        tabs->widget(i)->setAccessibleName(tabs->tabText(i));
    tabs->setAccessibleName(tr("About Bitloom"));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &AboutDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(14);
    layout->addLayout(head);
    layout->addWidget(tabs, 1);
    layout->addWidget(buttons);
}

} // namespace bitloom
