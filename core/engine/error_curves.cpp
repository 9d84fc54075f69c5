// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/error_curves.h"

#include "core/base/error_in_flight.h"
#include "core/base/json_integer.h"
#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/base/sha256.h"
#include "core/engine/fingerprint.h"
#include "core/engine/size_budget.h"
#include "core/export/gguf_type_plan.h"
#include "core/export/gguf_types.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_file.h"
#include "core/model/causal_lm.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/type_errors.h"

#include <algorithm>
#include <ggml.h>
#include <mutex>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;

    constexpr int curvesVersion = 2;
    constexpr std::int64_t rowsPerGroup = 16; ///< of a linear layer that are rounded to each type
    constexpr std::int64_t outerTokens = 1024; ///< that embeddings and output are measured on
    constexpr std::int64_t headTokens = 64; ///< whose logits are in memory at a time

    TypeRounding roundingOf(const PreparedJob& job)
    {
        return job.method.id == "guidedquant-gguf" ? TypeRounding::Guided : TypeRounding::Ggml;
    }

    /// What decides a measured loss besides the calibration. Which types are measured does not: each is measured once, when it is first wanted.
    json facts(const PreparedJob& job)
    {
        return { { "version", curvesVersion }, { "guided", roundingOf(job) == TypeRounding::Guided }, { "rows_per_group", rowsPerGroup }, { "outer_tokens", outerTokens } };
    }

    /// The text that was calibrated on, as far as it is known without reading it.
    json textSettings(const Recipe& recipe)
    {
        return { { "calibration", recipe.calibration }, { "seed", recipe.seed } };
    }

    fs::path curvesFile(const PreparedJob& job, const fs::path& folder)
    {
        return folder / ("error-curves-" + sha256(facts(job).dump()).substr(0, 16) + ".json");
    }

    std::int64_t bytesOf(const GgufMatrix& matrix, int type)
    {
        return matrix.rows * static_cast<std::int64_t>(ggml_row_size(static_cast<ggml_type>(type), matrix.columns));
    }

    /// The types that a matrix may get: one where the recipe says so, else the candidates whose blocks divide its rows.
    Result<std::vector<int>> typesOf(const PreparedJob& job, const GgufMatrix& matrix, const std::vector<int>& candidates)
    {
        GgufTypeRequest request;
        BITLOOM_TRY(request.overrides, typeOverrides(job.recipe.tensorTypes));
        BITLOOM_TRY(const std::optional<int> own, overriddenType(request, matrix));
        if (own)
            return std::vector<int> { typeForRow(*own, matrix.columns) };
        std::vector<int> types;
        for (const int type : candidates)
            if (matrix.columns % ggml_blck_size(static_cast<ggml_type>(type)) == 0 && (matrix.linear || !needsImportances(type)))
                types.push_back(type);
        if (types.empty())
            return fail(ErrorCode::Usage, "{} has rows of {} weights, which none of the types that may be used divides into blocks; allow one with smaller blocks (Q4_0 has 32, F16 has none)", matrix.ggufName,
                matrix.columns);
        return types;
    }

    const StorageOption* optionOf(const ErrorCurve& curve, int type)
    {
        const auto found = std::find_if(curve.options.begin(), curve.options.end(), [&](const StorageOption& option) { return option.type == type; });
        return found == curve.options.end() ? nullptr : &*found;
    }

    /// Of what is measured, what this job may choose from; an Error (NotFound) where something is missing.
    Result<std::vector<ErrorCurve>> allowedPart(const PreparedJob& job, const std::vector<ErrorCurve>& measured)
    {
        BITLOOM_TRY(const std::vector<int> candidates, candidateTypes(job.recipe));
        std::vector<ErrorCurve> allowed;
        for (const GgufMatrix& matrix : ggufMatrices(job.source)) {
            BITLOOM_TRY(const std::vector<int> types, typesOf(job, matrix, candidates));
            const auto curve = std::find_if(measured.begin(), measured.end(), [&](const ErrorCurve& one) { return one.tensor == matrix.name; });
            ErrorCurve part { matrix.name, {} };
            for (const int type : types) {
                const StorageOption* option = curve == measured.end() ? nullptr : optionOf(*curve, type);
                if (option == nullptr)
                    return fail(ErrorCode::NotFound, "what {} costs {} is not measured yet", ggmlTypeName(type), matrix.name);
                part.options.push_back(*option);
            }
            allowed.push_back(std::move(part));
        }
        return allowed;
    }

    class Measurement
    {
    public:
        /// `known`: what was measured before, which is kept.
        Measurement(const PreparedJob& job, std::vector<ErrorCurve> known, const CalibrationStore& store, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control)
            : m_job(job)
            , m_known(std::move(known))
            , m_store(store)
            , m_tokens(tokens)
            , m_control(control)
            , m_matrices(ggufMatrices(job.source))
            , m_meter(progress, "measure types", "tensors", static_cast<std::int64_t>(m_matrices.size()))
        {
        }

        /// Old and new measurements together.
        Result<std::vector<ErrorCurve>> run()
        {
            BITLOOM_TRY(const std::vector<int> candidates, candidateTypes(m_job.recipe));
            for (const GgufMatrix& matrix : m_matrices) {
                BITLOOM_TRY(const std::vector<int> types, typesOf(m_job, matrix, candidates));
                const auto known = std::find_if(m_known.begin(), m_known.end(), [&](const ErrorCurve& curve) { return curve.tensor == matrix.name; });
                ErrorCurve curve = known == m_known.end() ? ErrorCurve { matrix.name, {} } : *known;
                m_firstNew.push_back(curve.options.size());
                for (const int type : types)
                    if (optionOf(curve, type) == nullptr)
                        curve.options.push_back({ type, bytesOf(matrix, type), 0 });
                m_curves.push_back(std::move(curve));
            }
            BITLOOM_CHECK(measureOuter());
            Result<void> failure;
            std::mutex mutex; // guards failure and m_meter
            parallelFor(static_cast<std::int64_t>(m_matrices.size()), 1, [&](std::int64_t begin, std::int64_t) {
                const auto index = static_cast<std::size_t>(begin);
                if (!m_matrices[index].linear)
                    return;
                {
                    const std::lock_guard lock(mutex);
                    if (!failure)
                        return;
                }
                auto measured = catching("measuring " + m_matrices[index].name, [&] { return measureLinear(index); });
                const std::lock_guard lock(mutex);
                if (!measured)
                    failure = std::move(measured);
                else
                    m_meter.advance(1, m_matrices[index].name);
            });
            BITLOOM_CHECK(failure);
            return std::move(m_curves);
        }

    private:
        Result<void> measureLinear(std::size_t index)
        {
            BITLOOM_CHECK(m_control.checkpoint());
            const std::size_t first = m_firstNew[index];
            if (first == m_curves[index].options.size())
                return {};
            const std::string name = m_matrices[index].name.substr(0, m_matrices[index].name.rfind(".weight"));
            const auto layer = std::find_if(m_job.layers.begin(), m_job.layers.end(), [&](const LinearLayer& one) { return one.name == name; });
            BITLOOM_TRY(const LayerStatistics statistics, m_store.readLayer(*layer, { .guidedHessian = true }));
            LayerProblem problem;
            problem.name = name;
            BITLOOM_TRY(problem.weight, m_job.source.weights->load(m_matrices[index].name));
            problem.guidedHessian = GroupedHessian { statistics.heldOut.matrices.defined() ? statistics.fit.matrices + statistics.heldOut.matrices : statistics.fit.matrices };
            std::vector<int> types;
            for (std::size_t i = first; i < m_curves[index].options.size(); ++i)
                types.push_back(m_curves[index].options[i].type);
            BITLOOM_TRY(const std::vector<double> errors, typeErrors(problem, types, roundingOf(m_job), rowsPerGroup, m_control.stopToken()));
            const double unit = lossOfGuidedError(m_tokens.size(0), m_tokens.size(1));
            for (std::size_t i = 0; i < errors.size(); ++i)
                m_curves[index].options[first + i].loss = errors[i] * unit;
            return {};
        }

        /// The final hidden states of the first windows, with one tensor replaced.
        Result<std::pair<CausalLm, torch::Tensor>> hiddenStates(const std::string& replaced, const torch::Tensor& values) const
        {
            ModelSource source = m_job.source;
            source.weights = std::make_shared<WithReplacement>(source.weights, replaced, values);
            BITLOOM_TRY(CausalLm model, CausalLm::load(source, m_job.computeDtype, m_job.device));
            const at::NoGradGuard noGrad;
            const std::int64_t length = m_tokens.size(1), windows = std::clamp<std::int64_t>(outerTokens / length, 1, m_tokens.size(0));
            std::vector<torch::Tensor> all;
            for (std::int64_t window = 0; window < windows; ++window) {
                BITLOOM_CHECK(m_control.checkpoint());
                torch::Tensor hidden = model.embed(m_tokens.narrow(0, window, 1).to(m_job.device));
                for (std::int64_t block = 0; block < m_job.source.config.blocks; ++block)
                    hidden = model.block(block, hidden);
                all.push_back(hidden[0]);
            }
            return std::pair(std::move(model), torch::cat(all));
        }

        Result<void> measureOuter()
        {
            std::optional<std::pair<CausalLm, torch::Tensor>> original;
            for (std::size_t index = 0; index < m_matrices.size(); ++index) {
                if (m_matrices[index].linear)
                    continue;
                if (m_firstNew[index] == m_curves[index].options.size()) {
                    m_meter.advance(1, m_matrices[index].name);
                    continue;
                }
                BITLOOM_TRY(const torch::Tensor weight, m_job.source.weights->load(m_matrices[index].name));
                if (!original) {
                    BITLOOM_TRY(original, hiddenStates({}, {}));
                }
                for (std::size_t i = m_firstNew[index]; i < m_curves[index].options.size(); ++i) {
                    StorageOption& option = m_curves[index].options[i];
                    if (option.type == m_matrices[index].storedType)
                        continue; // nothing changes
                    BITLOOM_TRY(const GgmlBlocksWeight blocks, encodeWithGgml(weight, option.type, std::nullopt, m_control.stopToken()));
                    BITLOOM_TRY(const auto changed, hiddenStates(m_matrices[index].name, dequantize(blocks)));
                    option.loss = divergence(*original, changed);
                }
                m_meter.advance(1, m_matrices[index].name);
            }
            return {};
        }

        /// Mean over tokens of KL(original || changed).
        static double divergence(const std::pair<CausalLm, torch::Tensor>& original, const std::pair<CausalLm, torch::Tensor>& changed)
        {
            const at::NoGradGuard noGrad;
            double sum = 0;
            const std::int64_t count = original.second.size(0);
            for (std::int64_t begin = 0; begin < count; begin += headTokens) {
                const std::int64_t some = std::min(headTokens, count - begin);
                const auto wanted = original.first.head(original.second.narrow(0, begin, some)).log_softmax(-1);
                const auto given = changed.first.head(changed.second.narrow(0, begin, some)).log_softmax(-1);
                sum += (wanted.exp() * (wanted - given)).sum(torch::kFloat64).item<double>();
            }
            return std::max(0.0, sum / static_cast<double>(count));
        }

        /// A model's weights with one tensor replaced.
        class WithReplacement : public WeightSource
        {
        public:
            WithReplacement(std::shared_ptr<const WeightSource> source, std::string name, torch::Tensor values)
                : m_source(std::move(source))
                , m_name(std::move(name))
                , m_values(std::move(values))
            {
            }
            const std::vector<StoredTensor>& tensors() const override { return m_source->tensors(); }
            bool contains(const std::string& name) const override { return m_source->contains(name); }
            Result<torch::Tensor> load(const std::string& name) const override { return name == m_name ? Result<torch::Tensor>(m_values) : m_source->load(name); }

        private:
            std::shared_ptr<const WeightSource> m_source;
            std::string m_name;
            torch::Tensor m_values;
        };

        const PreparedJob& m_job;
        std::vector<ErrorCurve> m_known;
        const CalibrationStore& m_store;
        const torch::Tensor& m_tokens;
        JobControl& m_control;
        std::vector<GgufMatrix> m_matrices;
        std::vector<ErrorCurve> m_curves; ///< of m_matrices
        std::vector<std::size_t> m_firstNew; ///< option of each curve that is to be measured; its options' number where none is
        ProgressMeter m_meter;
    };
}

Result<std::vector<int>> candidateTypes(const Recipe& recipe)
{
    if (recipe.types.empty())
        return std::vector<int> { GGML_TYPE_Q8_0, GGML_TYPE_Q6_K, GGML_TYPE_Q5_K, GGML_TYPE_Q5_1, GGML_TYPE_Q5_0, GGML_TYPE_Q4_K, GGML_TYPE_Q4_1, GGML_TYPE_IQ4_NL,
            GGML_TYPE_IQ4_XS, GGML_TYPE_Q4_0, GGML_TYPE_IQ3_S, GGML_TYPE_Q3_K, GGML_TYPE_IQ3_XXS, GGML_TYPE_Q2_K, GGML_TYPE_IQ2_S, GGML_TYPE_IQ2_XS };
    std::vector<int> types;
    for (const std::string& name : recipe.types) {
        BITLOOM_TRY(const int type, parseGgufType(name));
        types.push_back(type);
    }
    return types;
}

Result<std::vector<ErrorCurve>> measuredErrorCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder)
{
    const fs::path path = curvesFile(job, calibrationFolder);
    std::error_code error;
    if (!fs::exists(path, error))
        return fail(ErrorCode::NotFound, "{}: holds no error curves of these settings", calibrationFolder.string());
    BITLOOM_TRY(const std::string text, readTextFile(path));
    const json parsed = json::parse(text, nullptr, false);
    try {
        if (parsed.is_discarded() || parsed.at("facts") != facts(job))
            return fail(ErrorCode::InvalidInput, "{}: does not hold the error curves of these settings", path.string());
        std::vector<ErrorCurve> curves;
        for (const json& tensor : parsed.at("tensors")) {
            ErrorCurve curve { tensor.at("name").get<std::string>(), {} };
            for (const json& option : tensor.at("options"))
                curve.options.push_back({ ggmlTypeNumber(option.at("type").get<std::string>()), jsonInteger<std::int64_t>(option.at("bytes")), option.at("loss").get<double>() });
            curves.push_back(std::move(curve));
        }
        return curves;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::InvalidInput, "{}: {}", path.string(), exception.what());
    }
}

Result<std::vector<ErrorCurve>> storedErrorCurves(const PreparedJob& job, const fs::path& calibrationFolder)
{
    BITLOOM_TRY(const std::vector<ErrorCurve> measured, measuredErrorCurves(job, calibrationFolder));
    return allowedPart(job, measured);
}

Result<std::vector<ErrorCurve>> measureErrorCurves(
    const PreparedJob& job, const CalibrationStore& store, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control)
{
    auto known = measuredErrorCurves(job, store.folder());
    if (known) {
        if (auto allowed = allowedPart(job, *known); allowed || allowed.error().code != ErrorCode::NotFound)
            return allowed;
    }
    BITLOOM_TRY(const std::vector<ErrorCurve> curves, Measurement(job, known ? std::move(*known) : std::vector<ErrorCurve>(), store, tokens, progress, control).run());
    json tensors = json::array();
    for (const ErrorCurve& curve : curves) {
        json options = json::array();
        for (const StorageOption& option : curve.options)
            options.push_back({ { "type", ggmlTypeName(option.type) }, { "bytes", option.bytes }, { "loss", option.loss } });
        tensors.push_back({ { "name", curve.tensor }, { "options", std::move(options) } });
    }
    BITLOOM_CHECK(writeTextFile(curvesFile(job, store.folder()),
        json { { "facts", facts(job) }, { "text", textSettings(job.recipe) }, { "tensors", std::move(tensors) } }.dump(1) + "\n"));
    return allowedPart(job, curves);
}

Result<std::vector<fs::path>> calibrationsFor(const PreparedJob& job, const fs::path& project)
{
    BITLOOM_TRY(const std::string identity, modelIdentity(job.source.path));
    std::vector<fs::path> fitting;
    std::error_code error;
    for (auto entry = fs::directory_iterator(project / "calibration", error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const auto read = [&](const fs::path& file) {
            const auto text = readTextFile(file);
            json parsed = text ? json::parse(*text, nullptr, false) : json();
            return parsed.is_object() ? parsed : json::object();
        };
        const json manifest = read(entry->path() / "manifest.json").value("facts", json::object());
        const auto is = [&](const char* key, const json& expected) { return manifest.is_object() && manifest.value(key, json()) == expected; };
        if (is("model_files", identity) && is("sequences", job.recipe.sequences) && is("sequence_length", job.recipe.sequenceLength) && is("groups", job.recipe.groups)
            && read(curvesFile(job, entry->path())).value("text", json()) == textSettings(job.recipe))
            fitting.push_back(entry->path());
    }
    std::sort(fitting.begin(), fitting.end());
    return fitting;
}

} // namespace bitloom
