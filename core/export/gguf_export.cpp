// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_export.h"

#include "core/base/parallel_for.h"
#include "core/export/gguf_keys.h"
#include "core/export/layer_weights.h"
#include "core/export/stored_tensor.h"
#include "core/model/gguf_source.h"
#include "core/model/rope.h"

#include <ggml.h>
#include <set>
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

int typeFromName(const std::string& name)
{
    for (int type = 0; type < GGML_TYPE_COUNT; ++type)
        if (ggmlTypeName(type) == name)
            return type;
    return GGML_TYPE_F32;
}

/// f32 rows [n, columns] as rows of `type`.
Result<torch::Tensor> encodeRows(const torch::Tensor& values, int type, const std::string& name)
{
    const auto ggmlType = static_cast<ggml_type>(type);
    if (!ggml_is_quantized(ggmlType)) {
        BITLOOM_TRY(const auto scalar, floatScalar(ggmlTypeName(type)));
        return castForStorage(values, scalar, name);
    }
    const auto rows = values.dim() == 1 ? 1 : values.size(0), columns = values.size(-1);
    const auto source = values.to(torch::kCPU, torch::kFloat32).contiguous();
    const auto rowBytes = static_cast<std::int64_t>(ggml_row_size(ggmlType, columns));
    auto blocks = torch::zeros({ rows, rowBytes }, torch::kUInt8);
    ggml_quantize_init(ggmlType);
    parallelFor(rows, 64, [&](std::int64_t begin, std::int64_t end) {
        ggml_quantize_chunk(ggmlType, source.const_data_ptr<float>() + begin * columns, blocks.data_ptr<std::uint8_t>() + begin * rowBytes, 0,
            end - begin, columns, nullptr);
    });
    if (!ggml_validate_row_data(ggmlType, blocks.const_data_ptr(), static_cast<std::size_t>(blocks.numel())))
        return fail(ErrorCode::InvalidInput, "tensor {} has values that {} cannot hold", name, ggmlTypeName(type));
    return blocks;
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
        std::vector<GgufEntry> entries;
        for (const auto& tensor : m_plan)
            entries.push_back(tensor.entry);
        BITLOOM_TRY(auto keys, exportedKeys(m_job.source, m_sourceFile ? &*m_sourceFile : nullptr, m_mainType, m_job.recipeJson));
        BITLOOM_TRY(auto writer, GgufWriter::create(m_job.output, std::move(keys), entries));
        ProgressMeter meter(progress, "export", "bytes", writer.dataBytes());
        for (const auto& tensor : m_plan) {
            BITLOOM_CHECK(control.checkpoint());
            BITLOOM_TRY(const auto bytes, content(tensor));
            BITLOOM_CHECK(writer.write(tensor.entry.name, tensorBytes(bytes)));
            meter.advance(static_cast<std::int64_t>(tensorBytes(bytes).size()), tensor.entry.name);
        }
        BITLOOM_CHECK(control.checkpoint());
        return writer.commit();
    }

private:
    Result<void> plan()
    {
        const auto& config = m_job.source.config;
        if (m_sourceFile) {
            for (const auto& stored : m_sourceFile->tensors()) {
                const auto name = huggingFaceName(stored.name);
                BITLOOM_CHECK(add({ { stored.name, stored.type, stored.shape }, name, nullptr, &stored }));
            }
        } else {
            for (const auto& tensor : m_job.source.weights->tensors()) {
                auto name = ggufName(tensor.name);
                if (name.empty())
                    return fail(ErrorCode::Unsupported, "tensor {} has no name in a GGUF file", tensor.name);
                // llama.cpp multiplies by norms and adds biases in f32
                const int type = tensor.shape.size() == 1 ? GGML_TYPE_F32 : typeFromName(m_job.source.storedDtype);
                if (config.tiedEmbeddings && name == "output.weight")
                    continue; // absent means tied
                BITLOOM_CHECK(add({ { std::move(name), type, tensor.shape }, tensor.name }));
            }
            if (config.ropeScaling && config.ropeScaling->type == "llama3")
                m_plan.push_back({ { ropeFactorsName, GGML_TYPE_F32, { config.headSize / 2 } }, {} });
            if (config.architecture == "mistral" && config.slidingWindow && *config.slidingWindow < config.contextLength)
                spdlog::warn("llama.cpp does not have this model's sliding window of {} tokens: longer texts give other results there", *config.slidingWindow);
        }
        for (const auto& [asked, got] : m_replaced)
            spdlog::info("{} linear layers have rows that are not a whole number of {} blocks; they are written as {}", got.second, asked, got.first);
        return {};
    }

    Result<void> add(PlannedTensor tensor)
    {
        const auto linear = m_linears.find(tensor.source);
        if (linear != m_linears.end()) {
            tensor.layer = &linear->second;
            const bool quantized = static_cast<bool>(m_job.quantized);
            BITLOOM_TRY(const auto type, ggufLinearType(m_job.source, m_job.ggufType, quantized, linear->second));
            if (!m_job.ggufType.empty() || quantized || !tensor.stored)
                tensor.entry.type = type;
            if (!m_job.ggufType.empty()) {
                BITLOOM_TRY(const auto asked, parseGgufType(m_job.ggufType));
                m_mainType = asked;
                if (asked != type) {
                    auto& entry = m_replaced[ggmlTypeName(asked)];
                    entry.first = ggmlTypeName(type);
                    ++entry.second;
                }
            } else if (quantized || !tensor.stored) {
                m_mainType = type;
            }
        }
        m_plan.push_back(std::move(tensor));
        return {};
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
                return encodeRows(rowOrder(dequantize(*quantized).to(torch::kCPU), tensor), tensor.entry.type, tensor.entry.name);
            }
        }
        if (tensor.stored && tensor.stored->type == tensor.entry.type)
            return torch::from_blob(const_cast<std::byte*>(tensor.stored->bytes.data()),
                { static_cast<std::int64_t>(tensor.stored->bytes.size()) }, torch::kUInt8);
        BITLOOM_TRY(const auto values, m_job.source.weights->load(tensor.source));
        return encodeRows(rowOrder(values, tensor), tensor.entry.type, tensor.entry.name);
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
    std::vector<PlannedTensor> m_plan;
    std::map<std::string, std::pair<std::string, int>> m_replaced; ///< asked type -> replacement and how many tensors
    std::optional<int> m_mainType; ///< nothing where a GGUF file is copied as it is
};

} // namespace

Result<int> ggufLinearType(const ModelSource& source, const std::string& ggufType, bool quantized, const LinearLayer& layer)
{
    if (!ggufType.empty()) {
        BITLOOM_TRY(const auto type, parseGgufType(ggufType));
        return typeForRow(type, layer.in);
    }
    if (quantized)
        return static_cast<int>(GGML_TYPE_F16);
    return typeFromName(source.storedDtype);
}

Result<void> exportGguf(const ExportJob& job, ProgressSink& progress, JobControl& control)
{
    std::optional<GgufFile> sourceFile;
    if (job.source.kind == ModelSource::Kind::Gguf) {
        BITLOOM_TRY(sourceFile, GgufFile::open(job.source.path));
    }
    return GgufExport(job, std::move(sourceFile)).run(progress, control);
}

} // namespace bitloom
