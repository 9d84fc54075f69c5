// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/engine/job_model.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/plan.h"
#include "core/engine/project.h"
#include "core/engine/quantize_job.h"
#include "core/io/safetensors.h"
#include "tests/support/shared_data.h"

#include <QElapsedTimer>
#include <algorithm>
#include <QTemporaryDir>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {
/// Keeps every event; `reaction` may cancel or pause.
class Recorder : public JobListener
{
public:
    void event(const Event& event) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
        }
        if (reaction)
            reaction(event);
    }
    template <class T>
    [[nodiscard]] std::vector<T> all() const
    {
        const std::lock_guard lock(m_mutex);
        std::vector<T> found;
        for (const Event& event : m_events) {
            if (const auto* value = std::get_if<T>(&event))
                found.push_back(*value);
        }
        return found;
    }
    [[nodiscard]] bool logged(const std::string& part) const
    {
        for (const LogEvent& log : all<LogEvent>()) {
            if (log.message.find(part) != std::string::npos)
                return true;
        }
        return false;
    }
    std::function<void(const Event&)> reaction;

private:
    mutable std::mutex m_mutex; // guards m_events
    std::vector<Event> m_events;
};

std::string contentOf(const fs::path& path)
{
    std::string all;
    std::vector<fs::path> files;
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file())
                files.push_back(entry.path());
        }
    } else
        files.push_back(path);
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        all += fs::relative(file, path).string() + "\n" + std::string(std::istreambuf_iterator<char>(stream), {});
    }
    return all;
}

bool isDone(const Event& event)
{
    const auto* layer = std::get_if<LayerEvent>(&event);
    return layer != nullptr && layer->state == LayerState::Done;
}
}

class TestQuantizeJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        m_model = (test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string();
        m_methods = WeightMethods::load();
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void everyMethodRuns_data()
    {
        QTest::addColumn<QString>("method");
        // Methods that write GGUF blocks alone have tests of their own: tst_ggml, tst_guidedquant_gguf and tst_size_budget.
        for (const MethodInfo& method : WeightMethods::load().describe())
            if (std::find(method.formats.begin(), method.formats.end(), "safetensors") != method.formats.end())
                QTest::newRow(method.id.c_str()) << QString::fromStdString(method.id);
    }
    void everyMethodRuns()
    {
        QFETCH(QString, method);
        Recorder recorder;
        const auto report = run(recipe(method.toStdString()), "out", recorder);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->layers.size(), std::size_t { 35 });
        QVERIFY(report->bitsPerWeight > 2.9 && report->bitsPerWeight < 6.1);
        QVERIFY(report->outputBytes > 0 && report->peakMemoryBytes > 0);
        QVERIFY(fs::exists(path("out")));
        for (const LayerReport& layer : report->layers) {
            for (std::size_t step = 1; step < layer.objective.size(); ++step)
                QVERIFY2(layer.objective[step] <= layer.objective[step - 1] * (1 + 1e-6), layer.name.c_str());
            QVERIFY(layer.relativeError && *layer.relativeError >= 0 && *layer.relativeError < 1);
        }
        std::set<std::string> done;
        for (const LayerEvent& event : recorder.all<LayerEvent>()) {
            if (event.state == LayerState::Done)
                done.insert(event.layer);
        }
        QCOMPARE(done.size(), std::size_t { 35 });
        QVERIFY(!recorder.all<ResourceEvent>().empty());
        QVERIFY2(!fs::exists(path("out.bitloom") / "calibration"), "the default project folder keeps no statistics after success");

        const auto summary = summarizeProject(path("out.bitloom"));
        BITLOOM_VERIFY(summary);
        QVERIFY(summary->finished && summary->report && summary->layers.size() == 35);
    }

    void guidedQuantSendsWhatTheStudioShows()
    {
        Recorder recorder;
        BITLOOM_VERIFY(run(recipe("guidedquant"), "out", recorder));
        const auto maps = recorder.all<SaliencyEvent>();
        QVERIFY(maps.size() >= 5);
        QCOMPARE(maps.front().columns, 7);
        QVERIFY2(std::isnan(maps.front().values.front()), "the first block is measured last");
        for (const float value : maps.back().values)
            QVERIFY(std::isfinite(value) && value > 0);
        QVERIFY(!recorder.all<ObjectiveEvent>().empty());
        const auto codebooks = recorder.all<CodebookEvent>();
        QVERIFY(!codebooks.empty());
        for (const CodebookEvent& codebook : codebooks) {
            QCOMPARE(codebook.levels.size(), std::size_t { 8 });
            QVERIFY(std::is_sorted(codebook.levels.begin(), codebook.levels.end()));
            QCOMPARE(codebook.row, std::int64_t { 0 });
        }
        bool heldOut = false;
        for (const LayerEvent& event : recorder.all<LayerEvent>())
            heldOut |= event.heldOutFinal.has_value();
        QVERIFY2(heldOut, "with 16 sequences, 2 are held out");
        QVERIFY(fs::exists(path("out.bitloom") / "saliency.json"));
    }

    void watchedLayerIsShownAlsoAfterItIsDone()
    {
        Recorder recorder;
        LayerWatch watch;
        JobControl control;
        const std::string wanted = "model.layers.0.mlp.down_proj";
        std::atomic<int> done { 0 };
        recorder.reaction = [&](const Event& event) {
            // Paused first, so that whoever sees the count also finds the pause to end.
            if (isDone(event) && done + 1 == 20) {
                control.pause();
                watch.set(wanted, 5);
            }
            if (isDone(event))
                ++done;
        };
        std::jthread helper([&] {
            const auto seen = [&] {
                for (const SaliencyEvent& map : recorder.all<SaliencyEvent>()) {
                    if (map.layer == wanted)
                        return true;
                }
                return false;
            };
            while (done < 20)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            for (int i = 0; i < 200 && !seen(); ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            control.resume();
        });
        BITLOOM_VERIFY(run(recipe("guidedquant"), "out", recorder, watch, control));
        helper.join();
        bool map = false, codebook = false;
        for (const SaliencyEvent& event : recorder.all<SaliencyEvent>())
            map |= event.layer == wanted && event.columns == 172 && event.rows == 4;
        for (const CodebookEvent& event : recorder.all<CodebookEvent>())
            codebook |= event.layer == wanted && event.row == 5;
        QVERIFY(map);
        QVERIFY(codebook);
    }

    void threadsDoNotChangeTheBytes_data() { everyMethodRuns_data(); }
    void threadsDoNotChangeTheBytes()
    {
        QFETCH(QString, method);
        const int threads = threadCount();
        setThreadCount(2);
        Recorder recorder;
        // One calibration for both, since it is the solve stage whose bytes must not depend on threads.
        BITLOOM_VERIFY(run(recipe(method.toStdString()), "two", recorder, {}, "shared"));
        setThreadCount(1);
        fs::remove_all(path("shared") / "layers");
        BITLOOM_VERIFY(run(recipe(method.toStdString()), "one", recorder, {}, "shared"));
        setThreadCount(threads);
        QVERIFY(contentOf(path("one")) == contentOf(path("two")));
    }

    void calibrationIsSharedWithinAProject()
    {
        Recorder first, second, third;
        BITLOOM_VERIFY(run(recipe("guidedquant"), "a", first, {}, "shared"));
        QVERIFY(!first.logged("is used"));
        Recipe other = recipe("guidedquant");
        other.bits = 2;
        BITLOOM_VERIFY(run(other, "b", second, {}, "shared"));
        QVERIFY(second.logged("the calibration in"));
        QVERIFY2(!second.all<SaliencyEvent>().empty(), "the overview is shown from the kept calibration too");
        // lnq wants plain Hessians only, which guidedquant's calibration holds; and the bytes are those of a job of its own.
        BITLOOM_VERIFY(run(recipe("lnq"), "c", third, {}, "shared"));
        Recorder alone;
        BITLOOM_VERIFY(run(recipe("lnq"), "d", alone));
        QVERIFY(contentOf(path("c")) == contentOf(path("d")));
    }

    void damagedCalibrationIsMadeAgain()
    {
        Recorder first, second;
        BITLOOM_VERIFY(run(recipe("lnq"), "a", first, {}, "shared"));
        for (const auto& entry : fs::recursive_directory_iterator(path("shared") / "calibration")) {
            if (entry.path().filename() == "block-0002.mlp.up_proj.safetensors")
                fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
        }
        fs::remove_all(path("shared") / "layers");
        BITLOOM_VERIFY(run(recipe("lnq"), "b", second, {}, "shared"));
        QVERIFY(second.logged("made again"));
        QVERIFY2(second.logged("of 34 of 35 layers were measured before"), "only what is damaged is measured again");
        QVERIFY(contentOf(path("a")) == contentOf(path("b")));
    }

    void cancelledJobResumesToTheSameBytes_data()
    {
        QTest::addColumn<int>("afterLayers");
        QTest::newRow("first layer") << 1;
        QTest::newRow("in the middle") << 17;
        QTest::newRow("last layer") << 35;
    }
    void cancelledJobResumesToTheSameBytes()
    {
        QFETCH(int, afterLayers);
        Recorder whole;
        BITLOOM_VERIFY(run(recipe("guidedquant"), "whole", whole));
        Recorder cut;
        JobControl control;
        std::atomic<int> done { 0 };
        cut.reaction = [&](const Event& event) {
            if (isDone(event) && ++done == afterLayers)
                control.cancel();
        };
        const auto stopped = run(recipe("guidedquant"), "out", cut, {}, control);
        QVERIFY(!stopped);
        QVERIFY(stopped.error().code == ErrorCode::Cancelled);
        QVERIFY(!fs::exists(path("out")));
        const auto summary = summarizeProject(path("out.bitloom"));
        BITLOOM_VERIFY(summary);
        QVERIFY(!summary->finished && summary->layers.size() >= static_cast<std::size_t>(afterLayers));

        // One checkpoint is cut short, as by a power cut: it is told and made again.
        for (const auto& entry : fs::recursive_directory_iterator(path("out.bitloom") / "layers")) {
            if (entry.path().extension() == ".safetensors") {
                fs::resize_file(entry.path(), fs::file_size(entry.path()) - 10);
                break;
            }
        }
        Recorder rest;
        const auto report = run(recipe("guidedquant"), "out", rest, {}, {}, true);
        BITLOOM_VERIFY(report);
        QVERIFY(rest.logged("is damaged and is made again"));
        QCOMPARE(report->layers.size(), std::size_t { 35 });
        QVERIFY(contentOf(path("out")) == contentOf(path("whole")));
        QVERIFY2(rest.logged("the calibration in"), "a finished calibration is not done twice");
        // Asked again, it says what it said.
        Recorder again;
        const auto repeated = run(recipe("guidedquant"), "out", again, {}, {}, true);
        BITLOOM_VERIFY(repeated);
        QVERIFY(nlohmann::json(*repeated) == nlohmann::json(*report));
    }

    /// However little memory a job may use, it makes the same bytes.
    void limitsGiveTheSameBytes_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<bool>("pipelined");
        QTest::newRow("guidedquant") << "guidedquant" << false;
        QTest::newRow("guidedquant, pipelined") << "guidedquant" << true;
        QTest::newRow("lnq") << "lnq" << false;
        QTest::newRow("squeezellm") << "squeezellm" << false;
    }
    void limitsGiveTheSameBytes()
    {
        QFETCH(QString, method);
        QFETCH(bool, pipelined);
        Recipe chosen = recipe(method.toStdString());
        chosen.groups = 16; // so that Hessians are what takes the memory
        Recorder free, limited;
        BITLOOM_VERIFY(run(chosen, "free", free));
        QuantizeRequest request { chosen, path("limited"), {}, false, {} };
        request.limits.pipelined = pipelined;
        request.limits.hostBytes = 1 << 20;
        JobControl control;
        const auto refused = runQuantizeJob(request, m_methods, {}, limited, control);
        QVERIFY(!refused && refused.error().message.find("is the smallest that works") != std::string::npos);
        QVERIFY(!fs::exists(path("limited.bitloom")));

        request.limits.hostBytes = smallestPeak(chosen, pipelined);
        BITLOOM_VERIFY(runQuantizeJob(request, m_methods, {}, limited, control));
        QVERIFY(limited.logged("1 block inputs are kept at a time (11 forward passes of 5 blocks)"));
        QVERIFY(limited.logged("weights read block by block"));
        QVERIFY(method != "guidedquant" || limited.logged("2 sweeps over each block"));
        QVERIFY(contentOf(path("limited")) == contentOf(path("free")));
    }

    /// Layers are solved while the blocks before them are calibrated, and the job makes the same bytes.
    void pipelinedEqualsSerial()
    {
        Recorder serial;
        BITLOOM_VERIFY(run(recipe("guidedquant"), "serial", serial));
        Recorder pipelined;
        std::atomic<int> done { 0 }, doneBefore { 0 };
        std::atomic<bool> waited { false };
        pipelined.reaction = [&](const Event& event) {
            done += isDone(event) ? 1 : 0;
            const auto* layer = std::get_if<LayerEvent>(&event);
            if (layer == nullptr || layer->state != LayerState::Calibrating || layer->block != 0 || waited.exchange(true))
                return;
            // Said on the calibrating thread: with it held up here, layers can only be done if somebody solves them meanwhile.
            for (int i = 0; i < 6000 && done < 3; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            doneBefore = done.load();
        };
        const auto report = runPipelined("pipelined", pipelined);
        BITLOOM_VERIFY(report);
        QVERIFY(doneBefore >= 3);
        QVERIFY(contentOf(path("pipelined")) == contentOf(path("serial")));
        QVERIFY(report->secondsCalibrate > 0 && report->secondsQuantize >= 0);
        // One stage's progress at a time; each reaches its total.
        std::string stage;
        std::map<std::string, Progress> last;
        for (const ProgressEvent& event : pipelined.all<ProgressEvent>()) {
            QVERIFY2(!(event.progress.stage == "calibrate" && stage == "quantize"), "the solver is quiet while the calibration tells how far it is");
            stage = event.progress.stage;
            last[stage] = event.progress;
        }
        QVERIFY(last.contains("calibrate") && last["calibrate"].done == last["calibrate"].total);
        QVERIFY(!last.contains("quantize") || last["quantize"].done == last["quantize"].total);
    }

    void pipelinedJobResumesToTheSameBytes_data()
    {
        QTest::addColumn<int>("afterLayers");
        QTest::addColumn<bool>("pipelinedAfterwards");
        QTest::newRow("first layer") << 1 << true;
        QTest::newRow("some layers, then serial") << 5 << false;
        QTest::newRow("many layers") << 25 << true;
    }
    void pipelinedJobResumesToTheSameBytes()
    {
        QFETCH(int, afterLayers);
        QFETCH(bool, pipelinedAfterwards);
        Recorder whole;
        BITLOOM_VERIFY(run(recipe("guidedquant"), "whole", whole));
        Recorder cut;
        JobControl control;
        std::atomic<int> done { 0 };
        std::atomic<bool> waited { false };
        cut.reaction = [&](const Event& event) {
            if (isDone(event) && ++done == afterLayers)
                control.cancel();
            const auto* layer = std::get_if<LayerEvent>(&event);
            if (layer != nullptr && layer->state == LayerState::Calibrating && layer->block == 0 && afterLayers < 20 && !waited.exchange(true)) {
                for (int i = 0; i < 6000 && !control.stopToken().stop_requested(); ++i)
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        };
        const auto stopped = runPipelined("out", cut, false, control);
        QVERIFY(!stopped);
        QVERIFY2(stopped.error().code == ErrorCode::Cancelled, stopped.error().message.c_str());
        QVERIFY(!fs::exists(path("out")));

        Recorder rest;
        const auto report = pipelinedAfterwards ? runPipelined("out", rest, true) : run(recipe("guidedquant"), "out", rest, {}, {}, true);
        BITLOOM_VERIFY(report);
        QVERIFY(rest.logged("layers were already solved"));
        QVERIFY(rest.logged("layers were measured before") || rest.logged("the calibration in"));
        QCOMPARE(report->layers.size(), std::size_t { 35 });
        QVERIFY(contentOf(path("out")) == contentOf(path("whole")));
    }

    /// A solver's failure ends the calibration beside it, and the other way round, with its own reason.
    void pipelinedFailureIsTold()
    {
        Recorder recorder;
        std::atomic<bool> broken { false };
        recorder.reaction = [&](const Event& event) {
            const auto* layer = std::get_if<LayerEvent>(&event);
            if (layer != nullptr && layer->state == LayerState::Calibrating && layer->block == 2 && !broken.exchange(true)) {
                fs::remove_all(path("out.bitloom") / "layers");
                std::ofstream(path("out.bitloom") / "layers") << "in the way";
            }
        };
        const auto failed = runPipelined("out", recorder);
        QVERIFY(!failed);
        QVERIFY2(failed.error().code == ErrorCode::Io, failed.error().message.c_str());

        Recorder second;
        broken = false;
        second.reaction = [&](const Event& event) {
            const auto* layer = std::get_if<LayerEvent>(&event);
            if (layer != nullptr && layer->state == LayerState::Calibrating && layer->block == 2 && !broken.exchange(true)) {
                fs::remove_all(path("other.bitloom") / "calibration");
                std::ofstream(path("other.bitloom") / "calibration") << "in the way";
            }
        };
        const auto alsoFailed = runPipelined("other", second);
        QVERIFY(!alsoFailed);
        QVERIFY2(alsoFailed.error().code == ErrorCode::Io, alsoFailed.error().message.c_str());
    }

    void codebooksAreTuned()
    {
        Recorder plain, tuning, again;
        const auto solved = run(recipe("guidedquant"), "plain", plain);
        BITLOOM_VERIFY(solved);
        QVERIFY(!solved->tuning);
        Recipe tuned = recipe("guidedquant");
        tuned.tuningEpochs = 2;
        const auto report = run(tuned, "tuned", tuning);
        BITLOOM_VERIFY(report);
        QVERIFY(report->tuning && report->tuning->heldOut.size() == 3);
        QVERIFY(report->tuning->bestEpoch > 0);
        QVERIFY(report->tuning->after(report->tuning->bestEpoch) < report->tuning->after(0));
        QVERIFY(contentOf(path("tuned") / "model.safetensors") != contentOf(path("plain") / "model.safetensors"));
        QCOMPARE(report->layers.front().objectiveFinal, solved->layers.front().objectiveFinal);
        QCOMPARE(report->bitsPerWeight, solved->bitsPerWeight);
        const auto stages = tuning.all<ProgressEvent>();
        QVERIFY(std::any_of(stages.begin(), stages.end(), [](const ProgressEvent& event) { return event.progress.stage == "tune" && event.progress.done == event.progress.total; }));

        // Cancelled while tuning: the layers are there, and the rest gives the same bytes.
        JobControl control;
        Recorder cut;
        cut.reaction = [&](const Event& event) {
            if (const auto* progress = std::get_if<ProgressEvent>(&event); progress != nullptr && progress->progress.stage == "tune" && progress->progress.item == "epoch 1")
                control.cancel();
        };
        const auto stopped = run(tuned, "cut", cut, {}, control);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        const auto rest = run(tuned, "cut", again, {}, {}, true);
        BITLOOM_VERIFY(rest);
        QVERIFY(again.logged("layers were already solved"));
        QVERIFY(contentOf(path("cut") / "model.safetensors") == contentOf(path("tuned") / "model.safetensors"));
    }

    void tuningIsRefusedWhereThereIsNothingToTune()
    {
        Recorder recorder;
        Recipe uniform = recipe("gptq");
        uniform.tuningEpochs = 1;
        const auto refused = run(uniform, "out", recorder);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        QVERIFY2(refused.error().message.find("tuning_epochs") != std::string::npos, refused.error().message.c_str());
        Recipe single = recipe("guidedquant");
        single.tuningEpochs = 1;
        single.sequences = 1;
        const auto alsoRefused = run(single, "out", recorder);
        QVERIFY(!alsoRefused && alsoRefused.error().code == ErrorCode::Usage);
    }

    void resumeWithOtherSettingsIsRefused()
    {
        Recorder recorder;
        JobControl control;
        recorder.reaction = [&](const Event& event) {
            if (isDone(event))
                control.cancel();
        };
        QVERIFY(!run(recipe("lnq"), "out", recorder, {}, control));
        Recipe other = recipe("lnq");
        other.bits = 4;
        other.sequences = 8;
        Recorder rest;
        const auto refused = run(other, "out", rest, {}, {}, true);
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Usage);
        QVERIFY2(refused.error().message.find("bits (was 3, now 4)") != std::string::npos, refused.error().message.c_str());
        QVERIFY(refused.error().message.find("sequences (was 16, now 8)") != std::string::npos);
        QVERIFY(!fs::exists(path("out")));

        const fs::path text = path("text.txt");
        fs::copy_file(calibrationText(), text);
        Recipe moved = recipe("lnq");
        moved.calibration = { text.string() };
        QVERIFY(!run(moved, "second", recorder, {}, control));
        JobControl cutControl;
        Recorder cut;
        cut.reaction = [&](const Event& event) {
            if (isDone(event))
                cutControl.cancel();
        };
        QVERIFY(!run(moved, "second", cut, {}, cutControl));
        std::ofstream(text, std::ios::binary) << std::string(40000, 'a') + " altered text\n" << std::ifstream(calibrationText()).rdbuf();
        const auto altered = run(moved, "second", rest, {}, {}, true);
        QVERIFY(!altered);
        QVERIFY2(altered.error().message.find("calibration_text") != std::string::npos, altered.error().message.c_str());
    }

    void cancelIsQuick()
    {
        for (const char* stage : { "calibrate", "quantize", "export" }) {
            Recorder recorder;
            JobControl control;
            QElapsedTimer timer;
            recorder.reaction = [&](const Event& event) {
                const auto* progress = std::get_if<ProgressEvent>(&event);
                if (progress != nullptr && progress->progress.stage == stage && !timer.isValid()) {
                    timer.start();
                    control.cancel();
                }
            };
            const auto result = run(recipe("guidedquant"), std::string("out-") + stage, recorder, {}, control);
            QVERIFY2(timer.isValid(), stage);
            QVERIFY2(timer.elapsed() < 1000, stage);
            QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
            QVERIFY(!fs::exists(path(std::string("out-") + stage)));
        }
    }

    void pauseHoldsAndResumeGoesOn()
    {
        Recorder recorder;
        JobControl control;
        std::atomic<int> done { 0 };
        recorder.reaction = [&](const Event& event) {
            if (isDone(event) && ++done == 3)
                control.pause();
        };
        std::atomic<int> whilePaused { -1 };
        std::jthread helper([&] {
            while (done < 3)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            const int before = done;
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            whilePaused = done - before;
            control.resume();
        });
        BITLOOM_VERIFY(run(recipe("lnq"), "out", recorder, {}, control));
        helper.join();
        QCOMPARE(whilePaused.load(), 0);
        QCOMPARE(done.load(), 35);
    }

    void badRequestsAreRefusedBeforeWork_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what : { "bits", "method", "parameter", "format", "size budget", "device", "model", "output exists", "unwritable", "text absent", "text empty", "text short", "text not UTF-8", "context", "gguf type", "rows that cannot be packed" })
            QTest::newRow(what) << QString(what);
    }
    void badRequestsAreRefusedBeforeWork()
    {
        QFETCH(QString, what);
        Recipe bad = recipe("guidedquant");
        std::string output = "out";
        const auto writeText = [&](const std::string& text) {
            std::ofstream(path("bad.txt"), std::ios::binary) << text;
            bad.calibration = { path("bad.txt").string() };
        };
        if (what == "bits")
            bad.bits = 17;
        else if (what == "method")
            bad.method = "nope";
        else if (what == "parameter")
            bad.parameters = { { "no.such", 1 } };
        else if (what == "format")
            bad.format = "gptq";
        else if (what == "size budget")
            bad.sizeBudget = 3.5;
        else if (what == "device")
            bad.device = "cuda:77";
        else if (what == "model")
            bad.model = "/nonexistent";
        else if (what == "output exists")
            std::ofstream(path("out")) << "mine";
        else if (what == "unwritable")
            output = "/proc/x";
        else if (what == "text absent")
            bad.calibration = { path("absent.txt").string() };
        else if (what == "text empty")
            writeText("");
        else if (what == "text short")
            writeText("too short");
        else if (what == "text not UTF-8")
            writeText("fine \xff\xfe broken" + std::string(100000, 'x'));
        else if (what == "context")
            bad.sequenceLength = 513;
        else if (what == "rows that cannot be packed")
            bad.format = "anyprecision"; // 172 is no multiple of 32
        else if (what == "gguf type") {
            bad.format = "gguf";
            bad.ggufType = "Q9_9";
        }
        Recorder recorder;
        const auto result = output.front() == '/' ? runAt(bad, output, recorder) : run(bad, output, recorder);
        QVERIFY(!result);
        QVERIFY(!result.error().message.empty());
        QVERIFY2(result.error().code != ErrorCode::Internal, result.error().message.c_str());
        QVERIFY2(!fs::exists(path("out.bitloom")), "refused before anything is made");
        if (what == "output exists")
            QCOMPARE(contentOf(path("out")).substr(2), std::string("mine"));
        else
            QVERIFY(!fs::exists(path("out")));
    }

    void unwritableFolder()
    {
        if (::geteuid() == 0)
            QSKIP("root may write everywhere, so the permission cannot be tested");
        fs::create_directory(path("locked"));
        ::chmod(path("locked").c_str(), 0500);
        Recorder recorder;
        const auto result = run(recipe("rtn"), "locked/out", recorder);
        ::chmod(path("locked").c_str(), 0700);
        QVERIFY(!result);
        QVERIFY(fs::is_empty(path("locked")));
    }

    void lockedProjectIsRefused()
    {
        const auto held = Project::open(path("shared"));
        BITLOOM_VERIFY(held);
        Recorder recorder;
        const auto result = run(recipe("rtn"), "out", recorder, {}, "shared");
        QVERIFY(!result);
        QVERIFY(result.error().message.find("another job") != std::string::npos);
    }

    void modelWritesItsOwnText()
    {
        Recipe own = recipe("guidedquant");
        own.calibration.clear();
        Recorder first, second;
        BITLOOM_VERIFY(run(own, "a", first, {}, "shared"));
        QVERIFY(first.logged("tokens itself"));
        BITLOOM_VERIFY(run(own, "b", second, {}, "shared"));
        QVERIFY2(!second.logged("tokens itself"), "the text is kept with the calibration");
        Recorder fresh;
        BITLOOM_VERIFY(run(own, "c", fresh));
        QVERIFY(contentOf(path("a")) == contentOf(path("c")));
        own.seed = 2;
        BITLOOM_VERIFY(run(own, "d", fresh));
        QVERIFY(contentOf(path("a")) != contentOf(path("d")));
    }

    void everyFormatIsWritten_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("type");
        QTest::newRow("safetensors") << "safetensors" << "";
        QTest::newRow("gguf") << "gguf" << "";
    }
    void everyFormatIsWritten()
    {
        QFETCH(QString, format);
        QFETCH(QString, type);
        Recipe chosen = recipe("guidedquant");
        chosen.format = format.toStdString();
        chosen.ggufType = type.toStdString();
        Recorder recorder;
        const auto report = run(chosen, "out", recorder);
        BITLOOM_VERIFY(report);
        const auto source = openModel(path("out").string());
        BITLOOM_VERIFY(source);
        const auto carried = nlohmann::json::parse(source->recipe, nullptr, false);
        const auto parsed = parseRecipe(carried, "metadata");
        BITLOOM_VERIFY(parsed);
        QVERIFY(*parsed == report->recipe);
        const auto plan = planJob(chosen, m_methods);
        BITLOOM_VERIFY(plan);
        const double estimated = static_cast<double>(plan->outputBytes), real = static_cast<double>(report->outputBytes);
        QVERIFY2(std::abs(estimated - real) < 0.15 * real, qPrintable(QString("estimated %1, written %2").arg(estimated).arg(real)));
    }

    void planFillsInDefaults()
    {
        const auto plan = planJob(recipe("guidedquant"), m_methods);
        BITLOOM_VERIFY(plan);
        QVERIFY(plan->recipe.parameters.size() > 3);
        QCOMPARE(plan->recipe.computeDtype == "f32" || plan->recipe.computeDtype == "bf16", true);
        QVERIFY(plan->memoryBytesLow > 0 && plan->memoryBytesLow <= plan->memoryBytesHigh);
        QVERIFY(plan->secondsLow > 0 && plan->secondsLow <= plan->secondsHigh);
        QVERIFY(plan->diskBytes > plan->outputBytes && !plan->basis.empty() && !plan->warnings.empty());
        QVERIFY(!fs::exists(path("out.bitloom")));
    }

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    static fs::path calibrationText() { return test::sharedFolder() / "data/wikitext2-valid.txt"; }

    Recipe recipe(const std::string& method) const
    {
        Recipe recipe;
        recipe.model = m_model;
        recipe.method = method;
        recipe.bits = 3;
        recipe.calibration = { calibrationText().string() };
        recipe.sequences = 16;
        recipe.sequenceLength = 64;
        recipe.computeDtype = "f32";
        recipe.device = "cpu";
        return recipe;
    }

    Result<QuantizeReport> runAt(const Recipe& recipe, const fs::path& output, Recorder& recorder)
    {
        JobControl control;
        return runQuantizeJob({ recipe, output, {}, false, {} }, m_methods, {}, recorder, control);
    }
    Result<QuantizeReport> run(const Recipe& recipe, const std::string& output, Recorder& recorder, const LayerWatch& watch, JobControl& control)
    {
        return runQuantizeJob({ recipe, path(output), {}, false, {} }, m_methods, watch, recorder, control);
    }
    Result<QuantizeReport> run(const Recipe& recipe, const std::string& output, Recorder& recorder, const LayerWatch& watch = {}, const std::string& project = {}, bool resume = false)
    {
        JobControl control;
        return runQuantizeJob({ recipe, path(output), project.empty() ? fs::path() : path(project), resume, {} }, m_methods, watch, recorder, control);
    }

    Result<QuantizeReport> runPipelined(const std::string& output, Recorder& recorder, bool resume, JobControl& control)
    {
        QuantizeRequest request { recipe("guidedquant"), path(output), {}, resume, {} };
        request.limits.pipelined = true;
        return runQuantizeJob(request, m_methods, {}, recorder, control);
    }
    Result<QuantizeReport> runPipelined(const std::string& output, Recorder& recorder, bool resume = false)
    {
        JobControl control;
        return runPipelined(output, recorder, resume, control);
    }

    /// Of the schedule that takes the least memory: streamed, one input, one layer at a time.
    std::int64_t smallestPeak(const Recipe& recipe, bool pipelined) const
    {
        const auto job = prepareJob(recipe, m_methods);
        const JobModel model(*job);
        JobSchedule schedule;
        schedule.streamed = true;
        schedule.pipelined = pipelined;
        schedule.calibration = { 1, { { 0 }, { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } }, false };
        schedule.solveBytes = static_cast<std::int64_t>(model.largestSolveBytes());
        return static_cast<std::int64_t>(std::ceil(model.peak(schedule).host.total()));
    }

    std::string m_model;
    WeightMethods m_methods;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestQuantizeJob)
#include "tst_quantize_job.moc"
