// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/quantization/lookup_table_method.h"
#include "core/quantization/lookup_table_solver.h"
#include "tests/support/shared_data.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <QtTest/QTest>
#include <thread>

using namespace bitloom;

namespace {

struct Problem
{
    torch::Tensor weight;
    GroupedHessian hessian;
};

Problem randomProblem(std::int64_t out, std::int64_t in, std::int64_t groups, std::uint64_t seed)
{
    at::manual_seed(seed);
    const torch::Tensor x = torch::randn({ groups, 2 * in, in }) + torch::randn({ groups, 2 * in, 1 });
    return { torch::randn({ out, in }), { torch::bmm(x.transpose(1, 2), x) } };
}

class Recorder : public StepObserver
{
public:
    void step(const SolverStep& step) override
    {
        phases.emplace_back(step.phase);
        objectives.push_back(step.objective);
        real.push_back(step.codes && step.codebook
                ? std::optional(objective(weight, torch::gather(*step.codebook, 1, step.codes->to(torch::kInt64)), hessian))
                : std::nullopt);
    }
    torch::Tensor weight;
    GroupedHessian hessian;
    std::vector<std::string> phases;
    std::vector<double> objectives;
    std::vector<std::optional<double>> real; ///< of the steps that come with codes
};

class Silent : public StepObserver
{
public:
    void step(const SolverStep&) override { }
};

Result<LookupTableSolution> solveFromScratch(const Problem& problem, const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop = {})
{
    BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(problem.weight, problem.hessian, options.bits, stop));
    return solveLookupTable(problem.weight, problem.hessian, start, options, observer, stop);
}

}

class TestLookupTableSolver : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void objectiveIsTrueAndNeverRises_data();
    void objectiveIsTrueAndNeverRises();
    void threadsDoNotMatter();
    void tensorPathAgrees_data();
    void tensorPathAgrees();
    void deadColumnsTakeTheNearestLevel();
    void badInputIsRefused_data();
    void badInputIsRefused();
    void unsortedStartIsSorted();
    void cancelReturnsSoon();
    void regularisationIsChosenOnHeldOut();
};

void TestLookupTableSolver::objectiveIsTrueAndNeverRises_data()
{
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("groups");
    QTest::addColumn<int>("bits");
    QTest::newRow("groups do not divide rows") << 70 << 48 << 3 << 2;
    QTest::newRow("columns are no whole vector") << 33 << 41 << 2 << 3;
    QTest::newRow("one bit") << 16 << 64 << 1 << 1;
    QTest::newRow("more levels than columns") << 8 << 5 << 1 << 4;
    QTest::newRow("one weight") << 1 << 1 << 1 << 2;
    QTest::newRow("eight bits") << 4 << 300 << 1 << 8;
    QTest::newRow("larger") << 130 << 272 << 4 << 4;
}

void TestLookupTableSolver::objectiveIsTrueAndNeverRises()
{
    QFETCH(int, out);
    QFETCH(int, in);
    QFETCH(int, groups);
    QFETCH(int, bits);
    const Problem problem = randomProblem(out, in, groups, 5);
    Recorder recorder;
    recorder.weight = problem.weight;
    recorder.hessian = problem.hessian;
    LookupTableSolverOptions options;
    options.bits = bits;
    const auto solution = solveFromScratch(problem, options, recorder);
    BITLOOM_VERIFY(solution);
    QCOMPARE(recorder.phases.front(), std::string("start"));
    QCOMPARE(recorder.phases[1], std::string("codebook"));
    QCOMPARE(recorder.phases[2], std::string("codes"));
    QVERIFY(recorder.objectives == solution->objective);
    const double scale = recorder.objectives.front();
    QVERIFY(recorder.real.front() && recorder.real.back());
    for (std::size_t i = 0; i < recorder.objectives.size(); ++i) {
        if (recorder.real[i])
            QVERIFY(std::abs(recorder.objectives[i] - *recorder.real[i]) <= 1e-4 * *recorder.real[i] + 1e-5 * scale);
        if (i > 0)
            QVERIFY(recorder.objectives[i] <= recorder.objectives[i - 1]);
    }
    QVERIFY(solution->codes.sizes() == problem.weight.sizes());
    QVERIFY(solution->codes.max().item<int>() < (1 << bits));
    QVERIFY((solution->codebook.diff() >= 0).all().item<bool>());
}

void TestLookupTableSolver::threadsDoNotMatter()
{
    const Problem problem = randomProblem(150, 80, 3, 6);
    Silent silent;
    std::vector<LookupTableSolution> solutions;
    const int before = threadCount();
    for (const int threads : { 1, 2, 7 }) {
        setThreadCount(threads);
        auto solution = solveFromScratch(problem, {}, silent);
        BITLOOM_VERIFY(solution);
        solutions.push_back(std::move(*solution));
    }
    setThreadCount(before);
    for (const LookupTableSolution& solution : solutions) {
        QVERIFY(solution.codes.equal(solutions.front().codes));
        QVERIFY(solution.codebook.equal(solutions.front().codebook));
        QVERIFY(solution.objective == solutions.front().objective);
    }
}

void TestLookupTableSolver::tensorPathAgrees_data()
{
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("groups");
    QTest::addColumn<int>("bits");
    QTest::newRow("small") << 32 << 48 << 2 << 2;
    QTest::newRow("several blocks") << 40 << 300 << 3 << 3;
    QTest::newRow("four bits") << 24 << 160 << 1 << 4;
}

void TestLookupTableSolver::tensorPathAgrees()
{
    QFETCH(int, out);
    QFETCH(int, in);
    QFETCH(int, groups);
    QFETCH(int, bits);
    const Problem problem = randomProblem(out, in, groups, 8);
    LookupTableSolverOptions options;
    options.bits = bits;
    options.iterations = 2;
    options.cycles = 2;
    options.tolerance = 0;
    Silent silent;
    options.path = LookupTableSolverOptions::Path::Kernels;
    const auto kernels = solveFromScratch(problem, options, silent);
    BITLOOM_VERIFY(kernels);
    options.path = LookupTableSolverOptions::Path::Tensors;
    const auto tensors = solveFromScratch(problem, options, silent);
    BITLOOM_VERIFY(tensors);
    QCOMPARE(kernels->objective.size(), tensors->objective.size());
    for (std::size_t i = 0; i < kernels->objective.size(); ++i)
        QVERIFY(std::abs(kernels->objective[i] / tensors->objective[i] - 1) < 2e-3);
    QVERIFY((kernels->codes != tensors->codes).to(torch::kFloat32).mean().item<double>() < 0.01);
}

void TestLookupTableSolver::deadColumnsTakeTheNearestLevel()
{
    Problem problem = randomProblem(20, 40, 2, 9);
    problem.hessian.matrices.index_put_({ torch::indexing::Slice(), 7 }, 0.0F);
    problem.hessian.matrices.index_put_({ torch::indexing::Slice(), torch::indexing::Slice(), 7 }, 0.0F);
    Silent silent;
    const auto solution = solveFromScratch(problem, {}, silent);
    BITLOOM_VERIFY(solution);
    const torch::Tensor values = torch::gather(solution->codebook, 1, solution->codes.to(torch::kInt64));
    const torch::Tensor nearest = std::get<0>((problem.weight.slice(1, 7, 8) - solution->codebook).abs().min(1));
    QVERIFY(torch::allclose((problem.weight - values).abs().select(1, 7), nearest));
    QVERIFY(torch::isfinite(solution->codebook).all().item<bool>());
}

void TestLookupTableSolver::badInputIsRefused_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("NaN weight") << "nan-weight" << "weight holds NaN";
    QTest::newRow("infinite Hessian") << "inf-hessian" << "Hessian holds NaN or infinity";
    QTest::newRow("negative diagonal") << "negative" << "negative diagonal";
    QTest::newRow("Hessian of another size") << "size" << "expected f32 [groups, 32, 32]";
    QTest::newRow("too many groups") << "groups" << "groups";
    QTest::newRow("codes beyond the codebook") << "codes" << "expected less than 8";
    QTest::newRow("codebook of other bits") << "codebook" << "expected f32 [12, 8]";
    QTest::newRow("NaN codebook") << "nan-codebook" << "initial_codebook holds NaN";
}

void TestLookupTableSolver::badInputIsRefused()
{
    QFETCH(QString, what);
    QFETCH(QString, sentence);
    Problem problem = randomProblem(12, 32, 2, 3);
    auto start = hessianDiagonalStart(problem.weight, problem.hessian, 3, {});
    BITLOOM_VERIFY(start);
    if (what == "nan-weight")
        problem.weight[3][4] = std::numeric_limits<float>::quiet_NaN();
    else if (what == "inf-hessian")
        problem.hessian.matrices[1][2][3] = std::numeric_limits<float>::infinity();
    else if (what == "negative")
        problem.hessian.matrices[0][5][5] = -1;
    else if (what == "size")
        problem.hessian.matrices = torch::ones({ 2, 31, 31 });
    else if (what == "groups")
        problem.hessian.matrices = torch::ones({ 13, 32, 32 });
    else if (what == "codes")
        start->codes[0][0] = 8;
    else if (what == "codebook")
        start->codebook = torch::zeros({ 12, 4 });
    else
        start->codebook[0][0] = std::numeric_limits<float>::quiet_NaN();
    Silent silent;
    const auto solution = solveLookupTable(problem.weight, problem.hessian, *start, {}, silent, {});
    QVERIFY(!solution);
    QCOMPARE(solution.error().code, ErrorCode::InvalidInput);
    QVERIFY2(QString::fromStdString(solution.error().message).contains(sentence), solution.error().message.c_str());
}

void TestLookupTableSolver::unsortedStartIsSorted()
{
    const LookupTableStart start { torch::tensor({ { 0, 1, 2, 3 } }, torch::kUInt8), torch::tensor({ { 4.0F, -1.0F, 2.0F, 0.0F } }) };
    const auto sorted = checkedStart(start, torch::zeros({ 1, 4 }), 2);
    BITLOOM_VERIFY(sorted);
    QVERIFY(sorted->codebook.equal(torch::tensor({ { -1.0F, 0.0F, 2.0F, 4.0F } })));
    QVERIFY(torch::gather(sorted->codebook, 1, sorted->codes.to(torch::kInt64)).equal(start.codebook));
}

void TestLookupTableSolver::cancelReturnsSoon()
{
    const Problem problem = randomProblem(16384, 512, 1, 4);
    LookupTableSolverOptions options;
    options.bits = 4;
    options.iterations = 1000;
    options.tolerance = 0;
    Silent silent;
    std::stop_source source;
    std::chrono::steady_clock::time_point asked;
    std::jthread asker([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        asked = std::chrono::steady_clock::now();
        source.request_stop();
    });
    const auto solution = solveFromScratch(problem, options, silent, source.get_token());
    const auto returned = std::chrono::steady_clock::now();
    asker.join();
    QVERIFY(!solution);
    QCOMPARE(solution.error().code, ErrorCode::Cancelled);
    QVERIFY(returned - asked < std::chrono::seconds(1));
}

void TestLookupTableSolver::regularisationIsChosenOnHeldOut()
{
    // Few fit samples in many dimensions: what is solved without shrinkage overfits.
    at::manual_seed(12);
    const torch::Tensor fit = torch::randn({ 40, 64 });
    const torch::Tensor heldOut = torch::randn({ 2000, 64 });
    LayerProblem problem;
    problem.weight = torch::randn({ 64, 64 });
    problem.fitHessian = GroupedHessian { torch::mm(fit.t(), fit).unsqueeze(0) };
    problem.heldOutHessian = GroupedHessian { torch::mm(heldOut.t(), heldOut).unsqueeze(0) };
    problem.guidedHessian = GroupedHessian { problem.fitHessian->matrices + problem.heldOutHessian->matrices };
    LookupTableSolverOptions options;
    const auto choice = chooseRegularisation(problem, {}, options, {});
    BITLOOM_VERIFY(choice);
    QVERIFY(choice->regularisation.damping > 0);
    QCOMPARE(choice->regularisation.toPlain, 0.0); // there is no plain Hessian
    QVERIFY(choice->report.at("held_out_objective") < choice->report.at("held_out_objective_unregularised"));
    // What was asked for is kept.
    RegularisationRequest request;
    request.damping = 0;
    const auto kept = chooseRegularisation(problem, request, options, {});
    BITLOOM_VERIFY(kept);
    QCOMPARE(kept->regularisation.damping, 0.0);
    // Without a held-out part there is nothing to judge by.
    problem.heldOutHessian.reset();
    const auto published = chooseRegularisation(problem, {}, options, {});
    BITLOOM_VERIFY(published);
    QVERIFY(published->regularisation.none());
}

QTEST_GUILESS_MAIN(TestLookupTableSolver)
#include "tst_lookup_table_solver.moc"
