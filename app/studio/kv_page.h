// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/cache_form.h"
#include "app/studio/engine_client.h"
#include "widgets/attention_map.h"
#include "widgets/cache_bytes_plot.h"
#include "widgets/head_grid.h"
#include "widgets/retention_timeline.h"
#include "widgets/token_text.h"

#include <memory>
#include <QPushButton>

namespace bitloom {

/// Lets the opened model write through a key-value cache and shows live what the cache keeps: all heads, then one
/// head's positions at every step, then one token. Nothing is measured while the page is not seen.
class KvPage : public QWidget
{
    Q_OBJECT
public:
    explicit KvPage(EngineClient& engine, QWidget* parent = nullptr);

    void setEngine(const EngineInfo& info);
    void setModel(const ModelSummary& model); ///< what the last model wrote is cleared away
    void clearModel();
    void setOtherJob(bool running); ///< the engine has something else to do

    /// Writes through the saved configuration in this file from now on; it is read in the background.
    void openConfiguration(const QString& path) { m_form->openConfiguration(path); }
    void write();
    /// Finds the chosen method's configuration; the form has it afterwards.
    void calibrate();
    void stop();
    [[nodiscard]] bool isBusy() const { return m_job != 0; }
    /// The last text's report; nullopt while one is written, and where it was stopped or failed.
    [[nodiscard]] const std::optional<GenerationReport>& report() const { return m_report; }
    /// The method of the text that was written last; empty: none yet.
    [[nodiscard]] QString writtenThrough() const { return m_writtenThrough; }
    void pickHead(int layer, int head);

    [[nodiscard]] CacheForm& form() { return *m_form; }
    [[nodiscard]] HeadGrid& heads() { return *m_heads; }
    [[nodiscard]] RetentionTimeline& timeline() { return *m_timeline; }
    [[nodiscard]] AttentionMap& attention() { return *m_attention; }
    [[nodiscard]] CacheBytesPlot& bytes() { return *m_bytes; }
    [[nodiscard]] TokenText& tokens() { return *m_text; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void failed(const bitloom::Error& error);
    void configurationRefused(const bitloom::Error& error);
    void demoRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildForm();
    [[nodiscard]] QWidget* buildViews();
    void connectViews();
    void watch();
    void refresh();
    void mapArrived(const CacheMapEvent& map);
    void finished(Result<GenerationReport> report);
    void calibrated(Result<nlohmann::json> configuration);
    void showCalibration(const Progress& progress);
    void showText();
    void pointAt(qint64 length, qint64 position);
    void clearText();
    void abandonText();

    EngineClient& m_engine;
    std::shared_ptr<CacheHistory> m_history;
    CacheForm* m_form;
    QPushButton *m_write, *m_stop, *m_demo;
    QLabel *m_problem, *m_state;
    QComboBox *m_half, *m_class;
    TokenText* m_text;
    HeadGrid* m_heads;
    RetentionTimeline* m_timeline;
    AttentionMap* m_attention;
    CacheBytesPlot* m_bytes;
    std::optional<GenerationReport> m_report;
    QString m_writtenThrough;
    quint64 m_job = 0;
    int m_layer = 0, m_head = 0;
    bool m_calibrating = false; ///< the job is no text
    bool m_otherJob = false, m_hasModel = false;
    bool m_abandoned = false; ///< the text that is being written is another model's: nothing more of it is shown
};

} // namespace bitloom
