// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lesson.h"

#include "app/studio/kv_page.h"
#include "app/studio/main_window.h"
#include "app/studio/quantize_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/start_page.h"
#include "app/studio/text.h"

#include <memory>
#include <QCoreApplication>
#include <QPushButton>
#include <QTemporaryDir>

namespace bitloom {

namespace {
    struct Lessons
    {
        Q_DECLARE_TR_FUNCTIONS(Lessons)
    };

    // Little text: a lesson takes minutes, and the differences are large.
    constexpr int lessonSequences = 4, lessonSequenceLength = 128, lessonTokens = 120;

    /// Makes steps on one window. Results are written into a folder that is removed when the studio ends.
    class Teacher
    {
    public:
        explicit Teacher(MainWindow& window)
            : m_window(window)
            , m_folder(std::make_shared<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/bitloom-lesson-XXXXXX")))
        {
        }

        [[nodiscard]] LessonStep openDemo() const
        {
            return { Lessons::tr("<p>This lesson uses the demo model, a small one that really writes text: 135 million weights in 30 blocks.</p>"
                                 "<p>Open it and look at its tensors. Those of the blocks are what is quantized.</p>"),
                [&window = m_window]() -> QWidget* {
                    if (!window.model())
                        window.showPage(MainWindow::Start);
                    return window.model() ? nullptr : static_cast<QWidget*>(&window.startPage());
                },
                Lessons::tr("Open the demo model"), [&window = m_window] { window.openDemo(); },
                [&window = m_window] { return window.model() && window.model()->path == "demo"; } };
        }

        [[nodiscard]] static Recipe recipe(const char* method, int bits, const char* format = "safetensors", const char* ggufType = "")
        {
            Recipe recipe;
            recipe.model = "demo";
            recipe.method = method;
            recipe.bits = bits;
            recipe.format = format;
            recipe.ggufType = ggufType;
            recipe.sequences = lessonSequences;
            recipe.sequenceLength = lessonSequenceLength;
            return recipe;
        }

        [[nodiscard]] LessonStep run(const QString& explanation, const Recipe& wanted) const
        {
            return { explanation,
                [&window = m_window]() -> QWidget* {
                    window.showPage(window.job().isActive() ? MainWindow::Run : MainWindow::Quantize);
                    return window.job().isActive() ? static_cast<QWidget*>(&window.runPage().strip()) : window.quantizePage().findChild<QWidget*>(QStringLiteral("start"));
                },
                Lessons::tr("Set it up and run it"),
                [&window = m_window, folder = m_folder, wanted] {
                    if (window.job().isActive())
                        return;
                    window.quantizePage().setRecipe(wanted);
                    QString path;
                    for (int number = 1; path.isEmpty() || QFileInfo::exists(path); ++number)
                        path = folder->filePath(QStringLiteral("%1-%2bit-%3").arg(text(wanted.method)).arg(wanted.bits).arg(number)
                            + (wanted.format == "gguf" ? QStringLiteral(".gguf") : QString()));
                    window.quantizePage().setOutput(path);
                    window.showPage(MainWindow::Quantize);
                    window.quantizePage().start();
                },
                [&window = m_window, wanted] {
                    const auto& report = window.job().report();
                    return window.job().state() == JobState::Finished && report && report->recipe.method == wanted.method && report->recipe.bits == wanted.bits
                        && report->recipe.format == wanted.format;
                } };
        }

        [[nodiscard]] LessonStep evaluate(const QString& explanation) const
        {
            return { explanation,
                [&window = m_window]() -> QWidget* {
                    window.showPage(MainWindow::Results);
                    return window.resultPage().hasEvaluation() ? static_cast<QWidget*>(&window.resultPage().comparison())
                                                               : window.resultPage().findChild<QWidget*>(QStringLiteral("evaluate"));
                },
                Lessons::tr("Evaluate"), [&window = m_window] { window.resultPage().evaluate(); },
                [&window = m_window] { return window.resultPage().hasEvaluation() && !window.resultPage().isBusy(); } };
        }

        /// Writes a text through a cache; `wanted` are those of its parameters that are not the usual ones.
        [[nodiscard]] LessonStep write(const QString& explanation, const char* method, const nlohmann::json& wanted) const
        {
            return { explanation,
                [&window = m_window]() -> QWidget* {
                    window.showPage(MainWindow::KvCache);
                    return window.kvPage().isBusy() ? static_cast<QWidget*>(&window.kvPage().timeline()) : window.kvPage().findChild<QWidget*>(QStringLiteral("kvWrite"));
                },
                Lessons::tr("Set it up and write"),
                [&window = m_window, id = QLatin1String(method), wanted] {
                    KvPage& page = window.kvPage();
                    if (page.isBusy() || window.job().isActive())
                        return;
                    window.showPage(MainWindow::KvCache);
                    page.form().setMethod(id);
                    page.form().parameters().setValues(wanted);
                    // Not translated: the demo model reads English.
                    page.form().setPrompt(QStringLiteral("Once there was a weaver who owned a loom, a lamp and a grey cat. The cat slept on the loom, the lamp stood by the window, and the "
                                                         "weaver worked at night. One evening the lamp went out. Tell what happened next."));
                    page.form().setTokens(lessonTokens);
                    page.write();
                },
                [&window = m_window, id = QLatin1String(method)] { return window.kvPage().report().has_value() && window.kvPage().writtenThrough() == id; } };
        }

        [[nodiscard]] LessonStep look(const QString& explanation, MainWindow::Page page, std::function<QWidget*()> at) const
        {
            return { explanation,
                [&window = m_window, page, at = std::move(at)] {
                    window.showPage(page);
                    return at ? at() : nullptr;
                },
                {}, {}, {} };
        }

    private:
        MainWindow& m_window;
        std::shared_ptr<QTemporaryDir> m_folder;
    };
}

std::vector<Lesson> lessons(MainWindow& window)
{
    const Teacher teacher(window);
    std::vector<Lesson> all;

    Lesson bit { QStringLiteral("bit"), Lessons::tr("What a bit costs"), Lessons::tr("Round the demo model to 4 bits and to 2, and read what is lost."), {} };
    bit.steps = { teacher.openDemo(),
        teacher.run(Lessons::tr("<p>Plain rounding to 4 bits: each row's weights may take 16 values in equal steps. No text is needed, so it takes seconds.</p>"
                                "<p>In the estimate, look at <b>bits per weight</b>: a little above 4, since the steps are stored too.</p>"),
            Teacher::recipe("rtn", 4)),
        teacher.evaluate(Lessons::tr("<p>Both models now read the same text. Look at the <b>KL divergence</b>: how far the rounded model's expectations lie "
                                     "from the original's. Remember the number.</p>")),
        teacher.run(Lessons::tr("<p>The same with 2 bits. Only four values for each row are left.</p>"), Teacher::recipe("rtn", 2)),
        teacher.evaluate(Lessons::tr("<p>Half the bits, but not twice the loss: the KL divergence is many times larger, and perplexity says that the model "
                                     "has become useless.</p>")),
        teacher.look(Lessons::tr("<p>With each bit that is taken away the steps double, and the squared error grows four times.</p>"
                                 "<p>At 4 bits rounding is good enough. Below, it matters <b>which</b> errors are made. The next lesson shows that.</p>"),
            MainWindow::Results, [&window] { return static_cast<QWidget*>(&window.resultPage().comparison()); }) };
    all.push_back(std::move(bit));

    Lesson loss { QStringLiteral("loss"), Lessons::tr("Why the end loss matters"),
        Lessons::tr("The same 2 bits with a plain and with a guided Hessian."), {} };
    loss.steps = { teacher.openDemo(),
        teacher.run(Lessons::tr("<p>LNQ fits a codebook for every row, so that the layer's <b>output</b> changes least. All outputs count alike.</p>"
                                "<p>It reads a little text first, which the model writes itself.</p>"),
            Teacher::recipe("lnq", 2)),
        teacher.evaluate(Lessons::tr("<p>Far better than rounding at the same size. Remember the KL divergence.</p>")),
        teacher.run(Lessons::tr("<p>GuidedQuant solves the same problem, but every output counts as much as the model's <b>loss</b> depends on it.</p>"),
            Teacher::recipe("guidedquant", 2)),
        teacher.look(Lessons::tr("<p>This map shows how much the end loss depends on each layer. Bright layers decide what the model says; "
                                 "dark ones may change without anybody noticing.</p><p>Double-click a layer to see its channels, "
                                 "or walk with the arrow keys.</p>"),
            MainWindow::Run, [&window] { return static_cast<QWidget*>(&window.runPage().saliency()); }),
        teacher.evaluate(Lessons::tr("<p>Same bits, same solver, same text: only the weighting differs. Compare the KL divergence with the one before.</p>")),
        teacher.look(Lessons::tr("<p>Four short sequences are little; with 128 the guided Hessians are less noisy and the difference grows.</p>"),
            MainWindow::Quantize, [&window] { return window.quantizePage().findChild<QWidget*>(QStringLiteral("sequences")); }) };
    all.push_back(std::move(loss));

    Lesson descent { QStringLiteral("descent"), Lessons::tr("How LNQ descends"),
        Lessons::tr("Watch codes and codebooks take turns, and an objective that never rises."), {} };
    descent.steps = { teacher.openDemo(),
        teacher.run(Lessons::tr("<p>Quantize with 3 bits and watch the Run page while it works. Every layer that is finished gets the colour of its error.</p>"),
            Teacher::recipe("guidedquant", 3)),
        teacher.look(Lessons::tr("<p>Each line is a layer. A disc is a half step with new codes for fixed values, a square one with new values for fixed codes.</p>"
                                 "<p>Each half step is the best answer to the other, so the line can only fall. Click a line, then walk along it with the arrow keys.</p>"),
            MainWindow::Run, [&window] { return static_cast<QWidget*>(&window.runPage().objectives()); }),
        teacher.look(Lessons::tr("<p>The same for one row: pins are the values of the codebook, bars the row's weights. Move the slider to see them wander "
                                 "from the start to the end.</p>"),
            MainWindow::Run, [&window] { return static_cast<QWidget*>(&window.runPage().codebook()); }),
        teacher.look(Lessons::tr("<p>The numbers in the boxes are relative errors. Layers that are hard at 3 bits stand out at once; "
                                 "these are the ones that deserve a fourth bit.</p>"),
            MainWindow::Run, [&window] { return static_cast<QWidget*>(&window.runPage().strip()); }) };
    all.push_back(std::move(descent));

    Lesson blocks { QStringLiteral("blocks"), Lessons::tr("Blocks of llama.cpp"), Lessons::tr("Look into one block of a GGUF file: scale, minimum, codes."), {} };
    blocks.steps = { teacher.openDemo(),
        teacher.run(Lessons::tr("<p>Write a GGUF file of the mix Q4_K_M. llama.cpp's K types cut every row into blocks of 256 weights, and those into 8 parts of 32.</p>"
                                "<p>Rows whose length 256 does not divide get another type.</p>"),
            Teacher::recipe("rtn", 4, "gguf", "Q4_K_M")),
        teacher.look(Lessons::tr("<p>One block: its weights, the small whole numbers that stand for them, and the scales and minima that they share.</p>"
                                 "<p>Step to the next block with the buttons or keys. A block with one large weight has a large scale, and its small weights fall together; "
                                 "its neighbours are not touched.</p>"),
            MainWindow::Results,
            [&window]() -> QWidget* {
                window.resultPage().views().setCurrentWidget(window.resultPage().blocks().parentWidget());
                return &window.resultPage().blocks();
            }) };
    all.push_back(std::move(blocks));

    Lesson retention { QStringLiteral("retention"), Lessons::tr("What LogQuant keeps"),
        Lessons::tr("Let the demo model write, and watch which tokens its key-value cache keeps exactly."), {} };
    const auto timeline = [&window] { return static_cast<QWidget*>(&window.kvPage().timeline()); };
    retention.steps = { teacher.openDemo(),
        teacher.write(Lessons::tr("<p>While it writes, the model keeps a key and a value of every token that it has read. First a cache that keeps all of them in 16 bits.</p>"
                                  "<p>In the map, positions go to the right and steps go up. Everything has one colour: everything is kept.</p>"),
            "full", nlohmann::json::object()),
        teacher.write(Lessons::tr("<p>Now LogQuant with a small window. It keeps the first tokens, the newest ones, and between them ever fewer the older they are. "
                                  "All others go into pages of 2 bits.</p>"),
            "logquant", { { "window", 8 } }),
        teacher.look(Lessons::tr("<p>The bright columns at the left are the <b>sinks</b>. The broad stripe along the diagonal is the <b>recent</b> window; it moves with the text. "
                                 "Thin columns above it are <b>logarithmic</b>: wherever one ends, every second of them was given up.</p>"
                                 "<p>Click into the map and walk with the arrow keys. Each token is marked in the text, too.</p>"),
            MainWindow::KvCache, timeline),
        teacher.look(Lessons::tr("<p>The same steps, coloured by where this head looks. Compare the strip above with the bright columns: much attention rests on the very first token, "
                                 "which says little. That is why keeping the sinks exactly matters so much.</p>"),
            MainWindow::KvCache, [&window] { return static_cast<QWidget*>(&window.kvPage().attention()); }),
        teacher.look(Lessons::tr("<p>All heads of all layers: the share of attention that falls on what is exact. Dark heads look at packed tokens.</p>"
                                 "<p>Double-click one and write again to see its positions.</p>"),
            MainWindow::KvCache, [&window] { return static_cast<QWidget*>(&window.kvPage().heads()); }),
        teacher.look(Lessons::tr("<p>What both caches hold, against the length of the text. The line of LogQuant soon rises far more slowly: from there on, a token costs its 2 bits, "
                                 "and a share of scales.</p><p>Compare the two texts as well. Which words changed?</p>"),
            MainWindow::KvCache, [&window] { return static_cast<QWidget*>(&window.kvPage().bytes()); }) };
    all.push_back(std::move(retention));
    return all;
}

} // namespace bitloom
