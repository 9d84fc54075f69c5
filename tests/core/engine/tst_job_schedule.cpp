// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_size.h"
#include "core/engine/job_model.h"
#include "core/engine/job_schedule.h"
#include "core/engine/plan.h"
#include "tests/support/shared_data.h"

#include <cmath>

using namespace bitloom;

/// Schedules and plans of the small model, with more text than it is worth, so that sizes differ by what the limits are about.
class TestJobSchedule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        m_methods = WeightMethods::load();
        m_recipe.model = (test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string();
        m_recipe.calibration = { (test::sharedFolder() / "data/wikitext2-valid.txt").string() };
        m_recipe.sequences = 1024;
        m_recipe.sequenceLength = 256;
        m_recipe.computeDtype = "f32";
        m_recipe.device = "cpu";
        auto job = prepareJob(m_recipe, m_methods);
        BITLOOM_VERIFY(job);
        m_job = std::move(*job);
    }

    void withoutLimitsNothingIsDoneTwice()
    {
        const auto plan = planJob(m_recipe, m_methods);
        BITLOOM_VERIFY(plan);
        QVERIFY(plan->work && plan->seconds);
        QVERIFY(!plan->work->streamed && !plan->work->pipelined);
        QCOMPARE(plan->work->sweeps, std::int64_t { 1 });
        QCOMPARE(plan->work->forwardPasses, std::int64_t { 5 });
        QCOMPARE(plan->work->keptInputs, std::int64_t { 4 });
        QCOMPARE(plan->work->stages.size(), std::size_t { 4 });
        double seconds = 0;
        std::int64_t most = 0;
        for (const PlanStage& stage : plan->work->stages) {
            seconds += stage.seconds;
            most = std::max(most, stage.hostBytes);
            QCOMPARE(stage.deviceBytes, std::int64_t { 0 });
        }
        QVERIFY(std::abs(seconds - *plan->seconds) < 1e-6 * seconds);
        QCOMPARE(plan->work->hostBytes, most);
        QVERIFY(plan->secondsLow <= *plan->seconds && *plan->seconds <= plan->secondsHigh);
        // A state is 1024 · 256 · 64 · 4 bytes; five of them are there when the measuring begins.
        QVERIFY(plan->work->stages[1].activationsBytes >= 5 * 67'108'864);
    }

    void tighterLimitsAreKeptAndCostTime()
    {
        const auto free = scheduleJob(m_job, {});
        BITLOOM_VERIFY(free);
        const JobModel model(m_job);
        const auto most = static_cast<std::int64_t>(std::ceil(model.peak(*free).host.total())), least = smallest();
        QVERIFY(least < most - 3 * 60'000'000);
        double cost = 0;
        bool streamed = false;
        for (int step = 6; step >= 0; --step) {
            ResourceLimits limits;
            limits.hostBytes = least + (most - least) * step / 6;
            const auto schedule = scheduleJob(m_job, limits);
            BITLOOM_VERIFY(schedule);
            QVERIFY2(model.peak(*schedule).host.total() <= static_cast<double>(*limits.hostBytes), std::to_string(step).c_str());
            const double operations = model.modelOperations(*schedule);
            QVERIFY2(operations >= cost, "less memory never takes less work");
            cost = operations;
            streamed |= schedule->streamed;
            QVERIFY(step < 6 || schedule->calibration == free->calibration);
        }
        QVERIFY(streamed);
        QVERIFY(cost > 1.5 * model.modelOperations(*free));
        // On a CPU both limits mean the same memory, and the smaller counts.
        ResourceLimits both;
        both.hostBytes = most;
        both.deviceBytes = least;
        const auto tight = scheduleJob(m_job, both);
        BITLOOM_VERIFY(tight);
        QVERIFY(model.peak(*tight).host.total() <= static_cast<double>(least));
    }

    void tooSmallALimitNamesTheSmallest_data()
    {
        QTest::addColumn<bool>("device");
        QTest::newRow("host") << false;
        QTest::newRow("device") << true;
    }
    void tooSmallALimitNamesTheSmallest()
    {
        QFETCH(bool, device);
        ResourceLimits limits;
        (device ? limits.deviceBytes : limits.hostBytes) = smallest() - 1;
        const auto refused = planJob(m_recipe, m_methods, limits);
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Usage);
        const std::string& message = refused.error().message;
        QVERIFY2(message.starts_with(device ? "the device memory limit of" : "the host memory limit of"), message.c_str());
        const std::size_t at = message.find("job: "), end = message.find(" is the smallest that works");
        QVERIFY2(at != std::string::npos && end != std::string::npos, message.c_str());
        const auto named = parseByteSize(message.substr(at + 5, end - at - 5), "limit");
        BITLOOM_VERIFY(named);
        (device ? limits.deviceBytes : limits.hostBytes) = *named;
        BITLOOM_VERIFY(planJob(m_recipe, m_methods, limits));
    }

    /// A model that writes its own text has to be in memory as a whole.
    void ownTextIsNotStreamed()
    {
        Recipe recipe = m_recipe;
        recipe.calibration.clear();
        const auto job = prepareJob(recipe, m_methods);
        BITLOOM_VERIFY(job);
        ResourceLimits limits;
        limits.hostBytes = smallest() + 20'000'000;
        const auto schedule = scheduleJob(*job, limits);
        BITLOOM_VERIFY(schedule);
        QVERIFY(!schedule->streamed);
    }

    void pipeliningTakesBothStagesMemory()
    {
        ResourceLimits limits;
        limits.pipelined = true;
        const auto schedule = scheduleJob(m_job, limits);
        BITLOOM_VERIFY(schedule);
        QVERIFY(schedule->pipelined);
        const JobModel model(m_job);
        JobSchedule serial = *schedule;
        serial.pipelined = false;
        QVERIFY(model.peak(*schedule).host.total() > model.peak(serial).host.total());
        // Several ranks share out layers when all are measured.
        const auto ranked = scheduleJob(m_job, limits, 2, 2);
        BITLOOM_VERIFY(ranked);
        QVERIFY(!ranked->pipelined);
        // Nothing is calibrated for a method that looks at weights alone.
        Recipe plain = m_recipe;
        plain.method = "rtn";
        const auto job = prepareJob(plain, m_methods);
        BITLOOM_VERIFY(job);
        const auto rounding = scheduleJob(*job, limits);
        BITLOOM_VERIFY(rounding);
        QVERIFY(!rounding->pipelined && !rounding->streamed);
    }

    void travelsBetweenRanks()
    {
        JobSchedule schedule;
        schedule.streamed = schedule.pipelined = true;
        schedule.calibration = { 3, { { 0, 1 }, { 2, 3, 4, 5, 6 } }, false };
        schedule.solveBytes = 12345;
        QVERIFY(nlohmann::json(schedule).get<JobSchedule>() == schedule);
        QVERIFY(nlohmann::json(JobSchedule {}).get<JobSchedule>() == JobSchedule {});
    }

private:
    /// Of the schedule that takes the least: streamed, one input, one layer at a time.
    std::int64_t smallest() const
    {
        JobSchedule schedule;
        schedule.streamed = true;
        schedule.calibration = { 1, { { 0 }, { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } }, false };
        const JobModel model(m_job);
        schedule.solveBytes = static_cast<std::int64_t>(model.largestSolveBytes());
        return static_cast<std::int64_t>(std::ceil(model.peak(schedule).host.total()));
    }

    WeightMethods m_methods;
    Recipe m_recipe;
    PreparedJob m_job;
};

QTEST_GUILESS_MAIN(TestJobSchedule)
#include "tst_job_schedule.moc"
