// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel_for.h"
#include "core/engine/plugin_loader.h"
#include "core/io/safetensors.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_quantizer.h"
#include "tests/support/shared_data.h"

#include <ATen/Parallel.h>
#include <cstring>
#include <QtTest/QTest>

/// What the tests of single plugins share.
namespace bitloom::test {

/// All plugins of this build (BITLOOM_PLUGIN_PATH, or beside the test's folder), loaded once.
inline const WeightMethods& builtMethods()
{
    static const WeightMethods methods = WeightMethods::load();
    return methods;
}

class RecordingObserver : public StepObserver
{
public:
    void step(const SolverStep& step) override
    {
        phases.emplace_back(step.phase);
        objectives.push_back(step.objective);
        if (step.codes && step.codebook)
            ++withCodebook;
    }
    std::vector<std::string> phases;
    std::vector<double> objectives;
    int withCodebook = 0;
};

/// Quantizes with the parameters' defaults, but for `overrides`.
inline Result<QuantizedLayer> quantizeWith(const std::string& method, const LayerProblem& problem, int bits,
    const nlohmann::json& overrides = nlohmann::json::object(), StepObserver* observer = nullptr, std::stop_token stop = {})
{
    BITLOOM_TRY(const WeightQuantizer* quantizer, builtMethods().require(method));
    BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(quantizer->describe(), overrides));
    RecordingObserver ignored;
    return quantizer->quantize(problem, bits, parameters, observer ? *observer : ignored, stop);
}

/// A layer whose inputs are correlated and of very different strength, as real ones are. plainHessian and fisherDiagonal are filled in.
inline LayerProblem randomProblem(std::int64_t rows, std::int64_t columns, std::uint64_t seed)
{
    at::manual_seed(seed);
    LayerProblem problem;
    problem.name = "random";
    problem.weight = torch::randn({ rows, columns }) * 0.05;
    const torch::Tensor mix = torch::randn({ columns, columns }) / std::sqrt(static_cast<double>(columns));
    const torch::Tensor inputs = torch::mm(torch::randn({ 4 * columns, columns }), mix + torch::eye(columns)) * (1.5 * torch::randn({ columns })).exp();
    const torch::Tensor hessian = torch::mm(inputs.t(), inputs);
    problem.plainHessian = (0.5 * (hessian + hessian.t())).contiguous();
    problem.fisherDiagonal = (3 * torch::randn({ rows, columns })).exp() * 1e-6;
    return problem;
}

inline torch::Tensor goldenTensor(const SafetensorsFile& file, const std::string& name)
{
    const TensorData* data = file.find(name);
    if (!data || data->type != ScalarType::F32)
        return {};
    torch::Tensor tensor = torch::empty(data->shape, torch::kFloat32);
    std::memcpy(tensor.mutable_data_ptr(), data->bytes.data(), data->bytes.size());
    return tensor;
}

/// A real layer of the demo model: weight, guidedHessian and fisherDiagonal from the shared golden data.
inline Result<LayerProblem> goldenProblem(const std::string& layer)
{
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(sharedFolder() / "golden" / "guidedquant" / "problems.safetensors"));
    LayerProblem problem;
    problem.name = layer;
    problem.weight = goldenTensor(file, layer + ".weight");
    problem.guidedHessian = GroupedHessian { goldenTensor(file, layer + ".hessian") };
    problem.fisherDiagonal = goldenTensor(file, layer + ".fisher_diagonal");
    return problem;
}

inline constexpr const char* goldenLayers[] = { "model.layers.0.self_attn.k_proj", "model.layers.10.mlp.gate_proj" };

/// Bit for bit the same result.
inline bool identical(const QuantizedLayer& a, const QuantizedLayer& b)
{
    if (a.objective != b.objective || a.chosen != b.chosen || a.weight.index() != b.weight.index())
        return false;
    if (const auto* uniform = std::get_if<UniformGroupsWeight>(&a.weight)) {
        const auto& other = std::get<UniformGroupsWeight>(b.weight);
        return uniform->codes.equal(other.codes) && uniform->scales.equal(other.scales) && uniform->zeros.equal(other.zeros)
            && uniform->groupOfColumn.equal(other.groupOfColumn);
    }
    const auto& table = std::get<LookupTableWeight>(a.weight);
    const auto& other = std::get<LookupTableWeight>(b.weight);
    return table.codes.equal(other.codes) && table.codebook.equal(other.codebook) && dequantize(table).equal(dequantize(other));
}

/// Runs on 1, 2 and 5 threads; fails unless all give the same bits.
inline bool sameOnAnyNumberOfThreads(const std::function<Result<QuantizedLayer>()>& quantize)
{
    const int before = threadCount();
    const int torchBefore = at::get_num_threads();
    std::vector<Result<QuantizedLayer>> results;
    for (const int threads : { 1, 2, 5 }) {
        setThreadCount(threads);
        at::set_num_threads(threads);
        results.push_back(quantize());
    }
    setThreadCount(before);
    at::set_num_threads(torchBefore);
    return results[0] && results[1] && results[2] && identical(*results[0], *results[1]) && identical(*results[0], *results[2]);
}

/// A description that a form and the documentation can be made from without a gap.
inline void verifyDescription(const MethodInfo& info)
{
    const auto complete = [](const std::string& sentence) { return sentence.size() > 20 && sentence.back() == '.'; };
    QVERIFY(!info.title.empty());
    QVERIFY2(complete(info.summary), info.summary.c_str());
    QVERIFY(info.id == "rtn" || info.paper.size() > 20);
    QCOMPARE(info.formats.front(), std::string("safetensors"));
    for (const auto& parameter : info.parameters) {
        QVERIFY(!parameter.title.empty());
        QVERIFY2(complete(parameter.help), parameter.help.c_str());
        if (parameter.type == ParameterType::Integer || parameter.type == ParameterType::Number)
            QVERIFY(parameter.minimum && parameter.maximum);
    }
}

/// Every dequantized weight is scale (code - zero) of its own group, computed here anew, with codes and zeros of `bits` bits.
inline void verifyOnUniformGrid(const UniformGroupsWeight& format, int bits)
{
    const torch::Tensor values = dequantize(format);
    const auto codes = format.codes.accessor<std::uint8_t, 2>();
    const auto scales = format.scales.accessor<float, 2>();
    const auto zeros = format.zeros.accessor<std::uint8_t, 2>();
    const auto groups = format.groupOfColumn.accessor<std::int32_t, 1>();
    const auto dequantized = values.accessor<float, 2>();
    QCOMPARE(format.bits, bits);
    QVERIFY(format.scales.to(torch::kFloat16).to(torch::kFloat32).equal(format.scales));
    QVERIFY(format.scales.gt(0).all().item<bool>());
    for (std::int64_t row = 0; row < format.codes.size(0); ++row) {
        for (std::int64_t column = 0; column < format.codes.size(1); ++column) {
            const std::int32_t group = groups[column];
            QCOMPARE(group, static_cast<std::int32_t>(column / format.groupSize));
            QVERIFY(codes[row][column] < (1 << bits) && zeros[row][group] < (1 << bits));
            QCOMPARE(dequantized[row][column],
                scales[row][group] * static_cast<float>(int(codes[row][column]) - int(zeros[row][group])));
        }
    }
}

} // namespace bitloom::test
