// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/base/progress_meter.h"
#include "core/engine/device.h"
#include "core/engine/plugin_loader.h"
#include "core/io/safetensors.h"
#include "core/quantization/weight_quantizer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fmt/ranges.h>

namespace bitloom::cli {
namespace {

    struct SolveOptions
    {
        std::string problem, output, method = "guidedquant", start;
        int bits = 3;
        std::vector<std::string> layers, sets;
    };

    struct NoObserver : StepObserver
    {
        void step(const SolverStep&) override { }
    };

    struct OutputTensors
    {
        std::vector<TensorData> tensors;

        void add(const std::string& name, const torch::Tensor& tensor)
        {
            const auto owner = std::make_shared<torch::Tensor>(tensor.cpu().contiguous());
            TensorData data;
            data.name = name;
            data.type = owner->scalar_type() == torch::kUInt8 ? ScalarType::U8 : ScalarType::F32;
            data.shape = owner->sizes().vec();
            data.bytes = { static_cast<const std::byte*>(owner->const_data_ptr()), owner->nbytes() };
            data.owner = owner;
            tensors.push_back(std::move(data));
        }
    };

    Result<torch::Tensor> readTensor(
        const SafetensorsFile& file, const std::string& path, const std::string& name, ScalarType type, std::size_t dimensions)
    {
        const TensorData* data = file.find(name);
        if (!data)
            return fail(ErrorCode::InvalidInput, "{}: there is no tensor '{}'", path, name);
        if (data->type != type || data->shape.size() != dimensions)
            return fail(ErrorCode::InvalidInput, "{}: '{}' is {} of shape [{}], expected {} with {} dimensions", path, name,
                scalarName(data->type), fmt::join(data->shape, ", "), scalarName(type), dimensions);
        for (const std::int64_t size : data->shape)
            if (size == 0)
                return fail(ErrorCode::InvalidInput, "{}: '{}' has shape [{}], which is empty", path, name, fmt::join(data->shape, ", "));
        torch::Tensor tensor = torch::empty(data->shape, type == ScalarType::U8 ? torch::kUInt8 : torch::kFloat32);
        std::memcpy(tensor.mutable_data_ptr(), data->bytes.data(), data->bytes.size());
        if (type == ScalarType::F32 && !std::isfinite(tensor.sum(torch::kFloat64).item<double>()))
            return fail(ErrorCode::InvalidInput, "{}: '{}' holds NaN or infinity", path, name);
        return tensor;
    }

    Result<LayerProblem> readProblem(const SafetensorsFile& file, const std::string& path, const std::string& layer)
    {
        LayerProblem problem;
        problem.name = layer;
        BITLOOM_TRY(problem.weight, readTensor(file, path, layer + ".weight", ScalarType::F32, 2));
        BITLOOM_TRY(const torch::Tensor hessian, readTensor(file, path, layer + ".hessian", ScalarType::F32, 3));
        const std::int64_t out = problem.weight.size(0), in = problem.weight.size(1);
        if (hessian.size(1) != in || hessian.size(2) != in)
            return fail(ErrorCode::InvalidInput, "{}: '{}.hessian' has shape [{}], expected [groups, {}, {}] for a weight of [{}, {}]", path,
                layer, fmt::join(hessian.sizes(), ", "), in, in, out, in);
        if (const auto runs = static_cast<std::int64_t>(rowGroups(out, hessian.size(0)).size()); runs != hessian.size(0))
            return fail(ErrorCode::InvalidInput, "{}: '{}.hessian' has {} groups, but {} output rows make only {}", path, layer, hessian.size(0), out, runs);
        const torch::Tensor diagonal = hessian.diagonal(0, 1, 2);
        if ((diagonal < 0).any().item<bool>())
            return fail(ErrorCode::InvalidInput, "{}: '{}.hessian' has a negative diagonal entry", path, layer);
        const double asymmetry = (hessian - hessian.transpose(1, 2)).abs().max().item<double>();
        if (asymmetry > 1e-3 * diagonal.max().item<double>())
            return fail(ErrorCode::InvalidInput, "{}: '{}.hessian' is not symmetric: entries that should be equal differ by {:.3g}", path, layer, asymmetry);
        problem.guidedHessian = GroupedHessian { hessian };
        if (file.find(layer + ".fisher_diagonal")) {
            BITLOOM_TRY(const torch::Tensor fisher, readTensor(file, path, layer + ".fisher_diagonal", ScalarType::F32, 2));
            if (fisher.sizes() != problem.weight.sizes())
                return fail(ErrorCode::InvalidInput, "{}: '{}.fisher_diagonal' has shape [{}], expected [{}, {}]", path, layer,
                    fmt::join(fisher.sizes(), ", "), out, in);
            problem.fisherDiagonal = fisher;
        }
        return problem;
    }

    /// Names of the layers to solve, in file order.
    Result<std::vector<std::string>> chooseLayers(const SafetensorsFile& file, const SolveOptions& options)
    {
        std::vector<std::string> found;
        constexpr std::string_view suffix = ".weight";
        for (const TensorData& tensor : file.tensors())
            if (tensor.name.ends_with(suffix))
                found.push_back(tensor.name.substr(0, tensor.name.size() - suffix.size()));
        if (found.empty())
            return fail(ErrorCode::InvalidInput, "{}: there is no layer problem in it (tensors NAME.weight and NAME.hessian)", options.problem);
        for (const std::string& layer : options.layers)
            if (std::find(found.begin(), found.end(), layer) == found.end())
                return fail(ErrorCode::NotFound, "{}: there is no layer '{}'; it holds {}", options.problem, layer, fmt::join(found, ", "));
        return options.layers.empty() ? found : options.layers;
    }

    Result<nlohmann::json> readParameters(const MethodInfo& method, const std::vector<std::string>& sets)
    {
        nlohmann::json given = nlohmann::json::object();
        for (const std::string& set : sets) {
            const std::size_t equals = set.find('=');
            if (equals == std::string::npos)
                return fail(ErrorCode::Usage, "--set {}: expected KEY=VALUE", set);
            const std::string key = set.substr(0, equals);
            const auto parameter = std::find_if(
                method.parameters.begin(), method.parameters.end(), [&key](const ParameterInfo& info) { return info.name == key; });
            if (parameter == method.parameters.end()) {
                given[key] = set.substr(equals + 1); // resolveParameters names what is allowed
                continue;
            }
            BITLOOM_TRY(given[key], parseParameterValue(*parameter, set.substr(equals + 1)));
        }
        return resolveParameters(method, given);
    }

    void moveTo(LayerProblem& problem, torch::Device device)
    {
        problem.weight = problem.weight.to(device);
        problem.guidedHessian->matrices = problem.guidedHessian->matrices.to(device);
        if (problem.fisherDiagonal)
            problem.fisherDiagonal = problem.fisherDiagonal->to(device);
        if (problem.start) {
            problem.start->codes = problem.start->codes.to(device);
            problem.start->codebook = problem.start->codebook.to(device);
        }
    }

    /// The objective is on the file's Hessian; a method that solved a regularised one says what it is there.
    nlohmann::json layerReport(const LayerProblem& problem, const QuantizedLayer& layer, const torch::Tensor& dequantized, double seconds)
    {
        const nlohmann::json& chosen = layer.chosen;
        const double last = chosen.contains("unregularised_objective_final") || layer.objective.empty()
            ? objective(problem.weight, dequantized, *problem.guidedHessian)
            : layer.objective.back();
        const double first = chosen.contains("unregularised_objective_initial") ? chosen.at("unregularised_objective_initial").get<double>()
            : layer.objective.empty()                                            ? last
                                                                                 : layer.objective.front();
        return { { "name", problem.name }, { "objective_initial", first }, { "objective_final", last }, { "objective", layer.objective },
            { "seconds", seconds }, { "bits_per_weight", bitsPerWeight(layer.weight) }, { "chosen", chosen } };
    }

    Result<nlohmann::json> runSolve(CommandContext& context, const SolveOptions& options)
    {
        const WeightMethods methods = WeightMethods::load();
        BITLOOM_TRY(const WeightQuantizer* quantizer, methods.require(options.method));
        const MethodInfo method = quantizer->describe();
        if (options.bits < method.minimumBits || options.bits > method.maximumBits)
            return fail(ErrorCode::Usage, "--bits {}: {} takes {} to {}", options.bits, method.id, method.minimumBits, method.maximumBits);
        BITLOOM_TRY(const nlohmann::json parameters, readParameters(method, options.sets));
        BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
        std::error_code ignored;
        if (std::filesystem::exists(options.output, ignored))
            return fail(ErrorCode::Io, "{}: it exists already; choose another name or remove it first", options.output);
        BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(options.problem));
        BITLOOM_TRY(const std::vector<std::string> layers, chooseLayers(file, options));
        std::optional<LookupTableStart> start;
        if (!options.start.empty()) {
            if (layers.size() != 1)
                return fail(ErrorCode::Usage, "--start is for one layer, but {} would be solved; choose one with --layer", layers.size());
            BITLOOM_TRY(const SafetensorsFile startFile, SafetensorsFile::open(options.start));
            start.emplace();
            BITLOOM_TRY(start->codes, readTensor(startFile, options.start, "initial_codes", ScalarType::U8, 2));
            BITLOOM_TRY(start->codebook, readTensor(startFile, options.start, "initial_codebook", ScalarType::F32, 2));
        }
        // Every problem is read before the first is solved, so that bad input is refused at once.
        std::vector<LayerProblem> problems;
        for (const std::string& layer : layers) {
            BITLOOM_TRY(LayerProblem problem, readProblem(file, options.problem, layer));
            problem.start = start;
            moveTo(problem, device);
            problems.push_back(std::move(problem));
        }

        OutputTensors output;
        nlohmann::json reports = nlohmann::json::array();
        NoObserver observer;
        ProgressMeter meter(context.progress(), "solve", "layers", static_cast<std::int64_t>(problems.size()));
        for (const LayerProblem& problem : problems) {
            BITLOOM_CHECK(context.control.checkpoint());
            const auto begin = std::chrono::steady_clock::now();
            BITLOOM_TRY(const QuantizedLayer layer,
                quantizer->quantize(problem, options.bits, parameters, observer, context.control.stopToken()));
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            const torch::Tensor dequantized = dequantize(layer.weight);
            if (const auto* table = std::get_if<LookupTableWeight>(&layer.weight)) {
                output.add(problem.name + ".codes", table->codes);
                output.add(problem.name + ".codebook", table->codebook);
            }
            output.add(problem.name + ".dequantized", dequantized);
            reports.push_back(layerReport(problem, layer, dequantized, seconds));
            if (!context.json)
                fmt::print("{}: objective {:.6g} -> {:.6g} in {:.3f} s\n", problem.name, reports.back()["objective_initial"].get<double>(),
                    reports.back()["objective_final"].get<double>(), seconds);
            meter.advance(1, problem.name);
        }
        BITLOOM_CHECK(writeSafetensors(options.output, output.tensors,
            { { "method", method.id }, { "bits", std::to_string(options.bits) }, { "parameters", parameters.dump() } }));
        return nlohmann::json { { "method", method.id }, { "bits", options.bits }, { "parameters", parameters }, { "layers", reports },
            { "output", options.output } };
    }

}

void addSolveCommand(CLI::App& app, CommandContext& context)
{
    const auto options = std::make_shared<SolveOptions>();
    CLI::App* command = addCommand(app, context, "solve", "Quantizes single layer problems from a safetensors file",
        "bitloom-cli solve problems.safetensors -o solved.safetensors --method lnq --bits 3");
    command->add_option("problem", options->problem, "File with NAME.weight [out, in] and NAME.hessian [groups, in, in], f32")->required();
    command->add_option("-o,--output", options->output, "File to write: NAME.codes, NAME.codebook, NAME.dequantized")->required();
    command->add_option("--method", options->method, "Quantization method (see bitloom-cli plugins)")->capture_default_str();
    command->add_option("--bits", options->bits, "Bits per weight")->capture_default_str();
    command->add_option("--layer", options->layers, "Solve this layer only (can be repeated)");
    command->add_option("--start", options->start, "File with initial_codes [out, in] u8 and initial_codebook [out, 2^bits] f32");
    command->add_option("--set", options->sets, "KEY=VALUE: a parameter of the method (can be repeated)");
    command->callback([options, &context] { context.action = [options, &context] { return runSolve(context, *options); }; });
}

} // namespace bitloom::cli
