// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the real studio with the real engine through a short run and saves pictures of it; packaging/screenshots calls it.
//   take_screenshots FOLDER [--model PATH] [--engine COMMAND] [--sequences N] [--size 1280x800] [--language de] [--only kv|playground|compare|queue] [PROJECT...]
#include "app/studio/about_dialog.h"
#include "app/studio/command_palette.h"
#include "app/studio/compare_page.h"
#include "app/studio/job_queue.h"
#include "app/studio/kv_page.h"
#include "app/studio/language.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/main_window.h"
#include "app/studio/model_page.h"
#include "app/studio/playground_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/settings_dialog.h"
#include "app/studio/start_page.h"
#include "app/studio/term_card.h"
#include "widgets/repaint_throttle.h"

#include <cstdio>
#include <QApplication>
#include <QCommandLineParser>
#include <QComboBox>
#include <QDir>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace bitloom;

namespace {

constexpr int minute = 60000;

class Photographer
{
public:
    Photographer(MainWindow& window, QString folder)
        : m_window(window)
        , m_folder(std::move(folder))
    {
    }

    void take(const char* name, QWidget* widget = nullptr)
    {
        settle();
        QPixmap picture = (widget != nullptr ? widget : &m_window)->grab();
        const QString path = QStringLiteral("%1/%2.png").arg(m_folder, QLatin1String(name));
        if (!picture.save(path)) {
            std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
            std::exit(1);
        }
        std::printf("%s\n", qPrintable(path));
        std::fflush(stdout);
    }

    void take(const char* name, MainWindow::Page page)
    {
        m_window.showPage(page);
        take(name);
    }

private:
    static void settle()
    {
        QTest::qWait(350);
        RepaintThrottle::shared().flush();
        QTest::qWait(50);
    }

    MainWindow& m_window;
    QString m_folder;
};

/// A text through a full cache and one through LogQuant; the pictures are of the second.
void takeCache(MainWindow& window, Photographer& camera)
{
    KvPage& page = window.kvPage();
    page.form().setPrompt(QStringLiteral("Once there was a weaver who owned a loom, a lamp and a grey cat. The cat slept on the loom, the lamp stood by the window, and the weaver worked at night. "
                                         "One evening the lamp went out. Tell what happened next."));
    page.form().setTokens(120);
    window.showPage(MainWindow::KvCache);
    for (const char* method : { "full", "logquant" }) {
        page.form().setMethod(QLatin1String(method));
        page.form().parameters().setValues({ { "window", 8 } }); // of LogQuant alone
        page.write();
        if (!QTest::qWaitFor([&] { return !page.isBusy(); }, 10 * minute) || !page.report()) {
            std::fprintf(stderr, "the text through the cache %s was not written\n", method);
            std::exit(1);
        }
    }
    for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Light }) {
        window.setTheme(theme);
        camera.take(theme == ThemeChoice::Dark ? "kv-dark" : "kv-light");
    }
}

/// One prompt through a full cache and through LogQuant, until their texts part and a little further.
void takePlayground(MainWindow& window, Photographer& camera)
{
    PlaygroundPage& page = window.playgroundPage();
    window.showPage(MainWindow::Playground);
    page.setPrompt(QStringLiteral("Once there was a weaver who owned a loom, a lamp and a grey cat. The cat slept on the loom, the lamp stood by the window, and the weaver worked at night. "
                                  "One evening the lamp went out. Tell what happened next."));
    page.findChild<QSpinBox*>(QStringLiteral("playTokens"))->setValue(80);
    page.pane(0).chooseCache(QStringLiteral("full"));
    page.pane(1).chooseCache(QStringLiteral("logquant"));
    page.pane(1).cacheParameters().setValues({ { "window", 4 } });
    page.write();
    if (!QTest::qWaitFor([&] { return !page.isBusy(); }, 10 * minute) || !page.pane(0).report() || !page.pane(1).report()) {
        std::fprintf(stderr, "the playground's texts were not written: %s %s\n", qPrintable(page.pane(0).stateText()), qPrintable(page.pane(1).stateText()));
        std::exit(1);
    }
    for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Light }) {
        window.setTheme(theme);
        camera.take(theme == ThemeChoice::Dark ? "playground-dark" : "playground-light");
    }
}

/// Runs of the model with several methods and bits, evaluated side by side.
void takeComparison(MainWindow& window, Photographer& camera, const QStringList& projects)
{
    ComparePage& page = window.comparePage();
    window.showPage(MainWindow::Compare);
    for (const QString& project : projects)
        page.addRun(project);
    if (!QTest::qWaitFor([&] { return page.columns().size() > static_cast<std::size_t>(projects.size()); }, minute)) {
        std::fprintf(stderr, "the runs to compare were not read: %s\n", qPrintable(window.messages().sentence()));
        std::exit(1);
    }
    page.findChild<QSpinBox*>(QStringLiteral("compareChunks"))->setValue(2);
    page.evaluate(false);
    if (!QTest::qWaitFor([&] { return !page.isBusy(); }, 10 * minute)) {
        std::fprintf(stderr, "the runs were not evaluated\n");
        std::exit(1);
    }
    constexpr const char* names[] = { "figures", "sizes", "divergence", "layers" };
    for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Light }) {
        window.setTheme(theme);
        for (int view = 0; view < page.views().count(); ++view) {
            page.views().setCurrentIndex(view);
            camera.take(qPrintable(QStringLiteral("compare-%1-%2").arg(QLatin1String(names[view]), theme == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"))));
        }
    }
}

/// Behind the job that runs: other bits of the same model, which share its calibration.
void takeQueue(MainWindow& window, Photographer& camera)
{
    QuantizePage& quantize = window.quantizePage();
    const Recipe before = quantize.recipe();
    const quint64 first = window.queue().current();
    std::vector<quint64> waiting;
    window.queue().hold(); // they are only looked at
    for (const auto& [method, bits, output] : { std::tuple("guidedquant", 2, "model-guidedquant-2bit"), std::tuple("guidedquant", 4, "model-guidedquant-4bit"), std::tuple("rtn", 4, "model-rtn-4bit") }) {
        Recipe recipe = before;
        recipe.method = method;
        recipe.bits = bits;
        recipe.parameters = nlohmann::json::object();
        QuantizeTask task = quantize.task();
        task.recipe = recipe;
        task.output = QFileInfo(task.output).dir().filePath(QLatin1String(output));
        const auto id = window.queue().add(task);
        if (!id) {
            std::fprintf(stderr, "%s\n", id.error().message.c_str());
            std::exit(1);
        }
        waiting.push_back(*id);
    }
    window.queuePage().select(first);
    window.queuePage().showLog(first);
    window.messages().dismiss();
    for (const ThemeChoice theme : { ThemeChoice::Light, ThemeChoice::Dark }) {
        window.setTheme(theme);
        camera.take(theme == ThemeChoice::Dark ? "queue-dark" : "queue-light", MainWindow::Queue);
    }
    for (const quint64 id : waiting)
        window.queue().remove(id);
    window.showPage(MainWindow::Run);
}

void require(bool happened, const MainWindow& window, const char* what)
{
    if (happened)
        return;
    std::fprintf(stderr, "gave up waiting: %s. The window says: %s\n", what, qPrintable(const_cast<MainWindow&>(window).messages().sentence()));
    std::exit(1);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption model(QStringLiteral("model"), QStringLiteral("model to open"), QStringLiteral("PATH"), QStringLiteral("demo"));
    const QCommandLineOption engine(QStringLiteral("engine"), QStringLiteral("engine command"), QStringLiteral("COMMAND"),
        QStringLiteral("\"%1/../bin/bitloom-cli\" serve").arg(QCoreApplication::applicationDirPath()));
    const QCommandLineOption sequences(QStringLiteral("sequences"), QStringLiteral("calibration sequences"), QStringLiteral("N"), QStringLiteral("8"));
    const QCommandLineOption text(QStringLiteral("text"), QStringLiteral("calibration text"), QStringLiteral("FILE"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("window size"), QStringLiteral("WxH"), QStringLiteral("1440x900"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("language of the window"), QStringLiteral("CODE"), QStringLiteral("en"));
    const QCommandLineOption only(QStringLiteral("only"), QStringLiteral("take the pictures of one page alone: kv, playground, compare or queue"), QStringLiteral("PAGE"));
    parser.addOptions({ model, engine, sequences, text, size, language, only });
    parser.addPositionalArgument(QStringLiteral("folder"), QStringLiteral("where pictures are written"));
    parser.addPositionalArgument(QStringLiteral("projects"), QStringLiteral("finished runs that are compared"), QStringLiteral("[projects...]"));
    parser.process(application);
    const QStringList alone { QStringLiteral("kv"), QStringLiteral("playground"), QStringLiteral("compare"), QStringLiteral("queue") };
    if (parser.isSet(only) && !alone.contains(parser.value(only))) {
        std::fprintf(stderr, "--only %s: only %s can be taken alone\n", qPrintable(parser.value(only)), qPrintable(alone.join(QStringLiteral(" or "))));
        return 1;
    }
    const QString folder = parser.positionalArguments().value(0, QStringLiteral("."));
    if (!QDir().mkpath(folder)) {
        std::fprintf(stderr, "cannot make %s\n", qPrintable(folder));
        return 1;
    }

    installLanguage(application, parser.value(language));
    QTemporaryDir scratch(QDir::tempPath() + QStringLiteral("/bitloom-XXXXXX"));
    Settings settings(scratch.filePath(QStringLiteral("settings.ini")));
    settings.setEngineCommand(parser.value(engine));
    settings.setLastFolder(QStringLiteral("output"), scratch.path());
    Theme::instance().apply(ThemeChoice::Dark);
    MainWindow window(settings);
    const QStringList extent = parser.value(size).split(QLatin1Char('x'));
    window.resize(extent.value(0).toInt(), extent.value(1).toInt());
    window.show();
    Photographer camera(window, folder);
    const auto wait = [&](auto&& condition, int milliseconds, const char* what) {
        require(QTest::qWaitFor(condition, milliseconds), window, what);
    };

    wait([&] { return window.engine().state() == EngineClient::State::Ready; }, minute, "the engine");
    window.openPath(parser.value(model));
    wait([&] { return window.model().has_value(); }, 2 * minute, "the model");
    if (!parser.isSet(only) || parser.value(only) == QLatin1String("kv"))
        takeCache(window, camera);
    if (!parser.isSet(only) || parser.value(only) == QLatin1String("playground"))
        takePlayground(window, camera);
    if (const QStringList projects = parser.positionalArguments().mid(1); !projects.isEmpty())
        takeComparison(window, camera, projects);
    if (parser.value(only) == QLatin1String("queue")) {
        Recipe shortRecipe = window.quantizePage().recipe();
        shortRecipe.sequences = parser.value(sequences).toInt();
        shortRecipe.sequenceLength = 256;
        window.quantizePage().setRecipe(shortRecipe);
        window.quantizePage().start();
        wait([&] { return window.job().layers().done() > 4; }, 20 * minute, "solved layers");
        takeQueue(window, camera);
        window.job().cancel();
        wait([&] { return !window.job().isActive(); }, minute, "the end of the job");
    }
    if (parser.isSet(only))
        return 0;
    window.setTheme(ThemeChoice::Dark);
    wait([&] { return !window.modelPage().histogram().isEmpty(); }, minute, "a histogram");
    camera.take("model-dark", MainWindow::Model);
    camera.take("start-dark", MainWindow::Start);
    auto& quantize = window.quantizePage();
    Recipe recipe = quantize.recipe();
    recipe.sequences = parser.value(sequences).toInt();
    recipe.sequenceLength = 256;
    if (parser.isSet(text))
        recipe.calibration = { parser.value(text).toStdString() };
    quantize.setRecipe(recipe);
    wait([&] { return quantize.hasPlan(); }, minute, "the estimate");
    camera.take("quantize-dark", MainWindow::Quantize);
    window.setTheme(ThemeChoice::Light);
    camera.take("start-light", MainWindow::Start);
    camera.take("model-light", MainWindow::Model);
    camera.take("quantize-light", MainWindow::Quantize);
    {
        SettingsDialog dialog(settings, window.engine().info(), &window.actionList(), &window);
        dialog.show();
        camera.take("settings-light", &dialog);
        dialog.showTab(SettingsDialog::Shortcuts);
        camera.take("shortcuts-light", &dialog);
        AboutDialog about(window.engine().info(), &window);
        about.show();
        camera.take("about-light", &about);
    }

    {
        GlossaryDialog terms(&window);
        terms.show();
        terms.showTerm(QStringLiteral("kl"));
        camera.take("terms-light", &terms);
        // Commands close with their loop, so the picture is taken from within.
        QTimer::singleShot(500, &window, [&] {
            if (auto* commands = qobject_cast<CommandPalette*>(QApplication::activePopupWidget())) {
                commands->search().setText(QStringLiteral("th"));
                camera.take("commands-light", commands);
                commands->close();
            }
        });
        window.showCommands();
        window.startTour();
        for (int i = 0; i < 4; ++i)
            window.findChild<QPushButton*>(QStringLiteral("tourNext"))->click();
        camera.take("tour-light");
        window.findChild<QPushButton*>(QStringLiteral("tourSkip"))->click();
        window.actionList().find(QStringLiteral("lesson.bit"))->action->trigger();
        camera.take("lesson-light");
        window.lessonPanel().close();
        window.showPage(MainWindow::Quantize);
    }

    window.setTheme(ThemeChoice::Dark);
    quantize.start();
    require(window.job().isActive(), window, "the run");
    auto& run = window.runPage();
    wait([&] { return run.progress().summary().size() > 0; }, minute, "progress");
    QTest::qWait(1500);
    camera.take("calibrate-dark");
    const int layers = 6;
    wait([&] { return run.strip().count(LayerState::Done) >= layers && run.codebook().stepCount() > 2; }, 20 * minute, "solved layers");
    camera.take("run-dark");
    window.setTheme(ThemeChoice::Light);
    camera.take("run-light");
    takeQueue(window, camera);
    window.setTheme(ThemeChoice::Light);
    const QString picked = run.shownLayer();
    run.pickLayer(picked);
    wait([&] { return true; }, 1000, "the layer's map");
    run.saliency().showLevel(picked);
    QTest::qWait(800);
    camera.take("saliency-light");
    window.setTheme(ThemeChoice::Dark);
    camera.take("saliency-dark");

    window.engine().kill();
    wait([&] { return !window.job().isActive(); }, minute, "the end of the engine");
    camera.take("engine-killed-dark");
    window.job().resume();
    run.saliency().showLevel({});
    wait([&] { return window.job().state() != JobState::Running; }, 40 * minute, "the result");
    require(window.job().state() == JobState::Finished, window, "the finished run");
    camera.take("finished-dark", MainWindow::Run);
    auto& result = window.resultPage();
    if (auto* chunks = result.findChild<QSpinBox*>(QStringLiteral("chunks")))
        chunks->setValue(4);
    result.evaluate();
    wait([&] { return !result.isBusy(); }, 20 * minute, "the evaluation");
    window.messages().dismiss();
    camera.take("result-dark", MainWindow::Results);
    window.setTheme(ThemeChoice::Light);
    camera.take("result-light", MainWindow::Results);

    // A GGUF file whose types a size budget chooses, measured in llama.cpp.
    recipe = quantize.recipe();
    recipe.method = "guidedquant-gguf";
    recipe.format = "gguf";
    recipe.ggufType = "auto";
    recipe.sizeBudget = 5.4;
    quantize.setRecipe(recipe);
    quantize.setOutput(scratch.filePath(QStringLiteral("model.gguf")));
    window.showPage(MainWindow::Quantize);
    wait([&] { return quantize.hasPlan(); }, minute, "the estimate of the GGUF file");
    quantize.start();
    require(window.job().isActive(), window, "the GGUF run");
    wait([&] { return window.job().state() != JobState::Running; }, 40 * minute, "the GGUF file");
    require(window.job().state() == JobState::Finished, window, "the finished GGUF run");
    window.showPage(MainWindow::Quantize);
    if (auto* views = quantize.findChild<QTabWidget*>(QStringLiteral("planViews"))) {
        views->setCurrentIndex(1);
        camera.take("gguf-types-light");
        views->setCurrentIndex(2);
        camera.take("gguf-sizes-light");
    }
    window.showPage(MainWindow::Results);
    result.verify();
    wait([&] { return !result.isBusy(); }, 20 * minute, "the verification in llama.cpp");
    camera.take("gguf-verified-light");
    result.views().setCurrentIndex(2);
    wait([&] { return !result.blocks().view().isEmpty(); }, minute, "the blocks");
    camera.take("gguf-blocks-light");
    return 0;
}
