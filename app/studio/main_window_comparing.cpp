// SPDX-License-Identifier: GPL-3.0-or-later
// The window's pages that set several models and runs side by side.
#include "app/studio/main_window.h"

#include "app/studio/compare_page.h"
#include "app/studio/playground_page.h"
#include "app/studio/recent_runs.h"

namespace bitloom {

void MainWindow::addComparingPages()
{
    m_recentRuns = new RecentRuns(*m_engine, m_settings, this);
    m_playgroundPage = new PlaygroundPage(*m_engine, m_settings, *m_recentRuns);
    m_pages->addWidget(m_playgroundPage);
    m_comparePage = new ComparePage(*m_engine, m_settings, *m_recentRuns);
    m_pages->addWidget(m_comparePage);

    connect(m_engine, &EngineClient::ready, this, [this] { m_playgroundPage->setEngine(m_engine->info()); });
    connect(this, &MainWindow::modelOpened, m_playgroundPage, [this] { m_playgroundPage->setModel(*m_model); });
    connect(m_playgroundPage, &PlaygroundPage::busyChanged, this, &MainWindow::jobStateChanged);
    connect(m_playgroundPage, &PlaygroundPage::demoRequested, this, [this] {
        m_afterModel = [this] { showPage(Playground); };
        openDemo();
    });
    // A run wants the memory that idle engines hold.
    connect(m_job, &QuantizeJob::started, m_playgroundPage, &PlaygroundPage::releaseMemory);

    connect(m_comparePage, &ComparePage::busyChanged, this, &MainWindow::jobStateChanged);
    connect(m_comparePage, &ComparePage::failed, this, [this](const Error& error) { showError(error); });
}

} // namespace bitloom
