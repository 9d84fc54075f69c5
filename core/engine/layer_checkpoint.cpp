// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/layer_checkpoint.h"

#include "core/base/json_integer.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <charconv>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;

    constexpr int checkpointVersion = 1;

    TensorData view(const std::string& name, const torch::Tensor& tensor)
    {
        auto keep = std::make_shared<torch::Tensor>(tensor.to(torch::kCPU).contiguous());
        TensorData data;
        data.name = name;
        data.type = keep->scalar_type() == torch::kUInt8 ? ScalarType::U8 : keep->scalar_type() == torch::kInt32 ? ScalarType::I32 : ScalarType::F32;
        data.shape.assign(keep->sizes().begin(), keep->sizes().end());
        data.bytes = { static_cast<const std::byte*>(keep->data_ptr()), keep->nbytes() };
        data.owner = std::move(keep);
        return data;
    }

    std::vector<TensorData> toTensors(const LookupTableWeight& weight, json& facts)
    {
        facts["kind"] = "lookup_table";
        facts["bits"] = weight.bits;
        std::vector<TensorData> tensors { view("codes", weight.codes), view("codebook", weight.codebook) };
        if (weight.outliers) {
            tensors.push_back(view("outlier_rows", weight.outliers->rows));
            tensors.push_back(view("outlier_columns", weight.outliers->columns));
            tensors.push_back(view("outlier_values", weight.outliers->values));
        }
        return tensors;
    }

    std::vector<TensorData> toTensors(const UniformGroupsWeight& weight, json& facts)
    {
        facts["kind"] = "uniform_groups";
        facts["bits"] = weight.bits;
        facts["group_size"] = weight.groupSize;
        return { view("codes", weight.codes), view("scales", weight.scales), view("zeros", weight.zeros), view("group_of_column", weight.groupOfColumn) };
    }

    std::vector<TensorData> toTensors(const GgmlBlocksWeight& weight, json& facts)
    {
        facts["kind"] = "ggml_blocks";
        facts["columns"] = weight.columns;
        facts["ggml_type"] = weight.ggmlType;
        return { view("blocks", weight.blocks) };
    }

    json reportToJson(const LayerReport& report)
    {
        return json(report);
    }

    std::string tensorChecksum(const TensorData& tensor)
    {
        return checksum(tensor.bytes);
    }

    Result<json> readFacts(const SafetensorsFile& file, const fs::path& path)
    {
        const auto found = file.metadata().find("bitloom_layer");
        json facts = found == file.metadata().end() ? json() : json::parse(found->second, nullptr, false);
        if (!facts.is_object() || facts.value("version", json()) != checkpointVersion || !facts.contains("report") || !facts.contains("checksums"))
            return fail(ErrorCode::InvalidInput, "{}: is not a layer checkpoint of this version", path.string());
        return facts;
    }

    /// Hands out a checkpoint's tensors after checking name, type, shape and content.
    class CheckedTensors
    {
    public:
        CheckedTensors(const SafetensorsFile& file, const json& checksums, const fs::path& path)
            : m_file(file)
            , m_checksums(checksums)
            , m_path(path)
        {
        }

        Result<torch::Tensor> take(const std::string& name, ScalarType type, const std::vector<std::int64_t>& shape) const
        {
            const TensorData* data = m_file.find(name);
            if (data == nullptr || data->type != type || data->shape.size() != shape.size())
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is missing or of another type", m_path.string(), name);
            for (std::size_t i = 0; i < shape.size(); ++i) {
                if (shape[i] >= 0 && data->shape[i] != shape[i])
                    return fail(ErrorCode::InvalidInput, "{}: tensor '{}' has {} in dimension {}, expected {}", m_path.string(), name, data->shape[i], i, shape[i]);
            }
            if (!m_checksums.contains(name) || m_checksums.at(name) != tensorChecksum(*data))
                return fail(ErrorCode::InvalidInput, "{}: the content of tensor '{}' was altered (its checksum differs)", m_path.string(), name);
            const auto dtype = type == ScalarType::U8 ? torch::kUInt8 : type == ScalarType::I32 ? torch::kInt32 : torch::kFloat32;
            auto tensor = torch::empty(data->shape, dtype);
            std::copy(data->bytes.begin(), data->bytes.end(), static_cast<std::byte*>(tensor.data_ptr()));
            return tensor;
        }

        [[nodiscard]] bool contains(const std::string& name) const { return m_file.find(name) != nullptr; }

    private:
        const SafetensorsFile& m_file;
        const json& m_checksums;
        const fs::path& m_path;
    };

    Result<WeightFormat> readWeight(const CheckedTensors& tensors, const json& facts, const fs::path& path, std::int64_t out, std::int64_t in)
    {
        const auto kind = facts.at("kind").get<std::string>();
        if (kind == "lookup_table") {
            LookupTableWeight weight;
            weight.bits = jsonInteger<int>(facts.at("bits"));
            if (weight.bits < 1 || weight.bits > 8)
                return fail(ErrorCode::InvalidInput, "{}: bits is {}, expected 1 to 8", path.string(), weight.bits);
            const std::int64_t levels = std::int64_t { 1 } << weight.bits;
            BITLOOM_TRY(weight.codes, tensors.take("codes", ScalarType::U8, { out, in }));
            BITLOOM_TRY(weight.codebook, tensors.take("codebook", ScalarType::F32, { out, levels }));
            if (weight.codes.numel() > 0 && weight.codes.max().item<int>() >= levels)
                return fail(ErrorCode::InvalidInput, "{}: a code is {} or more, which {} bits cannot hold", path.string(), levels, weight.bits);
            if (tensors.contains("outlier_rows")) {
                SparseOutliers outliers;
                BITLOOM_TRY(outliers.rows, tensors.take("outlier_rows", ScalarType::I32, { -1 }));
                BITLOOM_TRY(outliers.columns, tensors.take("outlier_columns", ScalarType::I32, { outliers.rows.size(0) }));
                BITLOOM_TRY(outliers.values, tensors.take("outlier_values", ScalarType::F32, { outliers.rows.size(0) }));
                weight.outliers = std::move(outliers);
            }
            return weight;
        }
        if (kind == "uniform_groups") {
            UniformGroupsWeight weight;
            weight.bits = jsonInteger<int>(facts.at("bits"));
            weight.groupSize = jsonInteger<int>(facts.at("group_size"));
            BITLOOM_TRY(weight.codes, tensors.take("codes", ScalarType::U8, { out, in }));
            BITLOOM_TRY(weight.scales, tensors.take("scales", ScalarType::F32, { out, -1 }));
            BITLOOM_TRY(weight.zeros, tensors.take("zeros", ScalarType::U8, { out, weight.scales.size(1) }));
            BITLOOM_TRY(weight.groupOfColumn, tensors.take("group_of_column", ScalarType::I32, { in }));
            return weight;
        }
        if (kind == "ggml_blocks") {
            GgmlBlocksWeight weight;
            weight.columns = jsonInteger<std::int64_t>(facts.at("columns"));
            weight.ggmlType = jsonInteger<int>(facts.at("ggml_type"));
            if (weight.columns != in)
                return fail(ErrorCode::InvalidInput, "{}: has {} columns, expected {}", path.string(), weight.columns, in);
            BITLOOM_TRY(weight.blocks, tensors.take("blocks", ScalarType::U8, { out, -1 }));
            return weight;
        }
        return fail(ErrorCode::InvalidInput, "{}: weight kind '{}' is not known", path.string(), kind);
    }

    fs::path checkpointPath(const fs::path& folder, const std::string& layer)
    {
        return folder / (layer + ".safetensors");
    }
}

StoredCheckpoint stored(const SolvedLayer& layer)
{
    json facts { { "version", checkpointVersion }, { "report", reportToJson(layer.report) }, { "checksums", json::object() } };
    StoredCheckpoint checkpoint { layer.report.name, std::visit([&](const auto& weight) { return toTensors(weight, facts); }, layer.weight), {} };
    for (const TensorData& tensor : checkpoint.tensors)
        facts["checksums"][tensor.name] = tensorChecksum(tensor);
    checkpoint.metadata["bitloom_layer"] = facts.dump();
    return checkpoint;
}

Result<void> writeCheckpoint(const std::filesystem::path& folder, const StoredCheckpoint& checkpoint)
{
    // The next layer need not wait for the disk: what a loss of power cut short has a wrong checksum.
    return writeSafetensors(checkpointPath(folder, checkpoint.layer), checkpoint.tensors, checkpoint.metadata, Flush::LeftToSystem);
}

Result<void> writeCheckpoint(const std::filesystem::path& folder, const SolvedLayer& layer)
{
    return writeCheckpoint(folder, stored(layer));
}

Result<SolvedLayer> readCheckpoint(const std::filesystem::path& folder, const std::string& layer, std::int64_t out, std::int64_t in)
{
    const fs::path path = checkpointPath(folder, layer);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    BITLOOM_TRY(const json facts, readFacts(file, path));
    try {
        SolvedLayer solved;
        solved.report = facts.at("report").get<LayerReport>();
        if (solved.report.name != layer)
            return fail(ErrorCode::InvalidInput, "{}: holds layer '{}', expected '{}'", path.string(), solved.report.name, layer);
        BITLOOM_TRY(solved.weight, readWeight(CheckedTensors(file, facts.at("checksums"), path), facts, path, out, in));
        return solved;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::InvalidInput, "{}: {}", path.string(), exception.what());
    } catch (const c10::Error& exception) {
        return fail(ErrorCode::InvalidInput, "{}: {}", path.string(), exception.what_without_backtrace());
    }
}

std::vector<LayerReport> checkpointReports(const std::filesystem::path& folder)
{
    std::vector<LayerReport> reports;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() != ".safetensors")
            continue;
        const auto file = SafetensorsFile::open(entry->path());
        if (!file)
            continue;
        const auto facts = readFacts(*file, entry->path());
        if (!facts)
            continue;
        if (auto report = readAs<LayerReport>(facts->at("report")))
            reports.push_back(std::move(*report));
    }
    const auto order = [](const LayerReport& report) {
        static const std::vector<std::string> modules { "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj" };
        const auto [block, module] = splitLayerName(report.name);
        const auto last = module.substr(module.rfind('.') + 1);
        return std::pair(block, std::find(modules.begin(), modules.end(), last) - modules.begin());
    };
    std::sort(reports.begin(), reports.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return reports;
}

LayerEvent layerEvent(const LayerReport& report)
{
    LayerEvent event;
    event.layer = report.name;
    std::tie(event.block, event.module) = splitLayerName(report.name);
    event.state = LayerState::Done;
    event.objectiveInitial = report.objectiveInitial;
    event.objectiveFinal = report.objectiveFinal;
    event.relativeError = report.relativeError;
    event.heldOutInitial = report.heldOutInitial;
    event.heldOutFinal = report.heldOutFinal;
    event.seconds = report.seconds;
    return event;
}

std::pair<int, std::string> splitLayerName(const std::string& name)
{
    constexpr std::string_view prefix = "model.layers.";
    int block = -1;
    if (!name.starts_with(prefix))
        return { block, name };
    const char* begin = name.data() + prefix.size();
    const auto parsed = std::from_chars(begin, name.data() + name.size(), block);
    if (parsed.ec != std::errc() || parsed.ptr == name.data() + name.size() || *parsed.ptr != '.')
        return { -1, name };
    return { block, std::string(parsed.ptr + 1) };
}

} // namespace bitloom
