// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_export.h"

#include "core/export/gguf_keys.h"
#include "core/export/gguf_mixes.h"
#include "core/export/gguf_types.h"
#include "core/export/layer_weights.h"
#include "core/export/stored_tensor.h"
#include "core/model/gguf_source.h"
#include "core/model/rope.h"
#include "core/quantization/ggml_encode.h"

#include <algorithm>
#include <ggml.h>
#include <spdlog/spdlog.h>

namespace bitloom {
namespace {

constexpr const char* ropeFactorsName = "rope_freqs.weight";

/// Where a tensor of the file comes from.
struct PlannedTensor
{
    GgufEntry entry;
    std::string source; ///< Hugging Face name; empty for the RoPE factors that are computed
    const LinearLayer* layer = nullptr; ///< of a linear layer's weight
    const GgufTensor* stored = nullptr; ///< bytes that a GGUF source may give as they are
};

/// f32 rows [n, columns] as rows of `type`. importances [columns], or null.
Result<torch::Tensor> encodeRows(const torch::Tensor& values, int type, const std::string& name, const std::vector<float>* importances)
{
    if (!ggml_is_quantized(static_cast<ggml_type>(type))) {
        BITLOOM_TRY(const auto scalar, floatScalar(ggmlTypeName(type)));
        return castForStorage(values, scalar, name);
    }
    std::optional<torch::Tensor> columns;
    if (importances != nullptr)
        columns = torch::tensor(*importances, torch::kFloat32).unsqueeze(0);
    auto encoded = encodeWithGgml(values.dim() == 1 ? values.unsqueeze(0) : values, type, columns, {});
    if (!encoded)
        return fail(encoded.error().code, "tensor {}: {}", name, encoded.error().message);
    return encoded->blocks.to(torch::kCPU);
}

class GgufExport
{
public:
    GgufExport(const ExportJob& job, std::optional<GgufFile> sourceFile)
        : m_job(job)
        , m_sourceFile(std::move(sourceFile))
        , m_linears(linearsByWeight(job.source.config))
    {
    }

    Result<void> run(ProgressSink& progress, JobControl& control)
    {
        BITLOOM_CHECK(plan());
        BITLOOM_TRY(auto keys, metadata());
        BITLOOM_TRY(auto writer, GgufWriter::create(m_job.output, std::move(keys), entries(), m_job.splitBytes));
        ProgressMeter meter(progress, "export", "bytes", writer.dataBytes());
        for (const auto& tensor : m_plan) {
            BITLOOM_CHECK(control.checkpoint());
            BITLOOM_TRY(const auto bytes, content(tensor));
            BITLOOM_CHECK(writer.write(tensor.entry.name, tensorBytes(bytes)));
            meter.advance(static_cast<std::int64_t>(tensorBytes(bytes).size()), tensor.entry.name);
        }
        BITLOOM_CHECK(control.checkpoint());
        const auto& config = m_job.source.config;
        if (config.architecture == "mistral" && config.slidingWindow && *config.slidingWindow < config.contextLength)
            spdlog::warn("llama.cpp does not have this model's sliding window of {} tokens: longer texts give other results there", *config.slidingWindow);
        for (const auto& [asked, got] : m_replaced)
            spdlog::info("{} linear layers have rows that are not a whole number of {} blocks; they are written as {}", got.second, asked, got.first);
        return writer.commit();
    }

    Result<std::vector<std::filesystem::path>> files()
    {
        BITLOOM_CHECK(plan());
        BITLOOM_TRY(GgufLayout layout, layOutGguf(m_job.output, entries(), m_job.splitBytes));
        return std::move(layout.files);
    }

    Result<std::int64_t> bytes()
    {
        BITLOOM_CHECK(plan());
        BITLOOM_TRY(auto keys, metadata());
        return GgufWriter::fileBytes(m_job.output, std::move(keys), entries(), m_job.splitBytes);
    }

private:
    [[nodiscard]] std::vector<GgufEntry> entries() const
    {
        std::vector<GgufEntry> all;
        for (const auto& tensor : m_plan)
            all.push_back(tensor.entry);
        return all;
    }

    [[nodiscard]] Result<GgufKeys> metadata() const
    {
        return exportedKeys(m_job.source, m_sourceFile ? &*m_sourceFile : nullptr, fileType(), m_job.recipeJson);
    }

    Result<void> plan()
    {
        const auto& config = m_job.source.config;
        if (m_job.types) {
            m_types = *m_job.types;
        } else {
            BITLOOM_TRY(m_types,
                planGgufTypes(m_job.source, { m_job.ggufType, m_job.typeOverrides, static_cast<bool>(m_job.quantized), m_job.importances != nullptr }));
        }
        if (m_sourceFile) {
            for (const auto& stored : m_sourceFile->tensors()) {
                const auto name = huggingFaceName(stored.name);
                add({ { stored.name, stored.type, stored.shape }, name, nullptr, &stored });
            }
            return {};
        }
        for (const auto& tensor : m_job.source.weights->tensors()) {
            auto name = ggufName(tensor.name);
            if (name.empty())
                return fail(ErrorCode::Unsupported, "tensor {} has no name in a GGUF file", tensor.name);
            // llama.cpp multiplies by norms and adds biases in f32
            const int type = tensor.shape.size() == 1 ? GGML_TYPE_F32 : ggmlTypeNumber(m_job.source.storedDtype);
            if (config.tiedEmbeddings && name == "output.weight")
                continue; // absent means tied
            add({ { std::move(name), type, tensor.shape }, tensor.name });
        }
        if (config.ropeScaling && config.ropeScaling->type == "llama3")
            m_plan.push_back({ { ropeFactorsName, GGML_TYPE_F32, { config.headSize / 2 } }, {} });
        return {};
    }

    void add(PlannedTensor tensor)
    {
        if (const auto linear = m_linears.find(tensor.source); linear != m_linears.end())
            tensor.layer = &linear->second;
        if (const auto type = m_types.find(tensor.source); type != m_types.end())
            tensor.entry.type = type->second;
        if (tensor.layer && isGgufType(m_job.ggufType)) {
            const int asked = *parseGgufType(m_job.ggufType);
            if (asked != tensor.entry.type && tensor.entry.type == typeForRow(asked, tensor.layer->in)) {
                auto& replaced = m_replaced[ggmlTypeName(asked)];
                replaced.first = ggmlTypeName(tensor.entry.type);
                ++replaced.second;
            }
        }
        m_plan.push_back(std::move(tensor));
    }

    /// general.file_type: the mix that was asked for, else what most of the linear layers' weights are; nothing where a GGUF file is copied.
    [[nodiscard]] std::optional<int> fileType() const
    {
        if (m_types.empty() && m_sourceFile)
            return std::nullopt;
        if (m_job.typeOverrides.empty()) {
            if (const auto mix = requestedMix(m_job.ggufType))
                return mix;
        }
        std::map<int, std::int64_t> weights;
        for (const auto& tensor : m_plan)
            if (tensor.layer)
                weights[tensor.entry.type] += tensor.layer->out * tensor.layer->in;
        const auto most = std::max_element(weights.begin(), weights.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return most == weights.end() ? -1 : ggufFileType(most->first);
    }

    Result<torch::Tensor> content(const PlannedTensor& tensor) const
    {
        if (tensor.source.empty() && !tensor.stored)
            return ropeFactors();
        if (tensor.layer) {
            BITLOOM_TRY(const auto quantized, quantizedWeight(m_job, *tensor.layer));
            if (quantized) {
                if (const auto* blocks = std::get_if<GgmlBlocksWeight>(&*quantized); blocks && blocks->ggmlType == tensor.entry.type)
                    return rowOrder(blocks->blocks.to(torch::kCPU).contiguous(), tensor);
                return encode(rowOrder(dequantize(*quantized).to(torch::kCPU), tensor), tensor);
            }
        }
        if (tensor.stored && tensor.stored->type == tensor.entry.type)
            return torch::from_blob(const_cast<std::byte*>(tensor.stored->bytes.data()),
                { static_cast<std::int64_t>(tensor.stored->bytes.size()) }, torch::kUInt8);
        BITLOOM_TRY(const auto values, m_job.source.weights->load(tensor.source));
        return encode(rowOrder(values, tensor), tensor);
    }

    [[nodiscard]] Result<torch::Tensor> encode(const torch::Tensor& rows, const PlannedTensor& tensor) const
    {
        const std::vector<float>* importances = nullptr;
        if (m_job.importances) {
            if (const auto found = m_job.importances->find(tensor.source); found != m_job.importances->end())
                importances = &found->second;
        }
        return encodeRows(rows, tensor.entry.type, tensor.entry.name, importances);
    }

    /// Rows of q and k in llama.cpp's order for this architecture.
    torch::Tensor rowOrder(const torch::Tensor& rows, const PlannedTensor& tensor) const
    {
        const auto& config = m_job.source.config;
        if (!ggufPermutesHeads(config.architecture))
            return rows;
        const auto isOf = [&](const char* module) { return tensor.source.find(module) != std::string::npos; };
        if (isOf(".self_attn.q_proj."))
            return headHalvesToPairs(rows, config.heads);
        if (isOf(".self_attn.k_proj."))
            return headHalvesToPairs(rows, config.keyValueHeads);
        return rows;
    }

    /// What llama.cpp divides each RoPE frequency by.
    Result<torch::Tensor> ropeFactors() const
    {
        const auto& config = m_job.source.config;
        const auto plain = inverseFrequencies(config.headSize, config.ropeBase, std::nullopt);
        const auto scaled = inverseFrequencies(config.headSize, config.ropeBase, config.ropeScaling);
        auto factors = torch::empty({ static_cast<std::int64_t>(plain.size()) }, torch::kFloat32);
        for (std::size_t i = 0; i < plain.size(); ++i)
            factors.data_ptr<float>()[i] = static_cast<float>(plain[i] / scaled[i]);
        return factors;
    }

    const ExportJob& m_job;
    std::optional<GgufFile> m_sourceFile;
    std::map<std::string, LinearLayer> m_linears;
    GgufTypePlan m_types;
    std::vector<PlannedTensor> m_plan;
    std::map<std::string, std::pair<std::string, int>> m_replaced; ///< asked type -> replacement and how many tensors
};

Result<GgufExport> openExport(const ExportJob& job)
{
    std::optional<GgufFile> sourceFile;
    if (job.source.kind == ModelSource::Kind::Gguf) {
        BITLOOM_TRY(sourceFile, GgufFile::open(job.source.path));
    }
    return GgufExport(job, std::move(sourceFile));
}

} // namespace

Result<void> exportGguf(const ExportJob& job, ProgressSink& progress, JobControl& control)
{
    BITLOOM_TRY(GgufExport writing, openExport(job));
    return writing.run(progress, control);
}

Result<std::vector<std::filesystem::path>> ggufFiles(const ExportJob& job)
{
    BITLOOM_TRY(GgufExport planned, openExport(job));
    return planned.files();
}

Result<std::int64_t> ggufBytes(const ExportJob& job)
{
    BITLOOM_TRY(GgufExport planned, openExport(job));
    return planned.bytes();
}

} // namespace bitloom
