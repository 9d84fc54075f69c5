// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/any_precision_export.h"

#include "core/export/layer_weights.h"
#include "core/export/model_folder.h"
#include "core/export/safetensors_stream.h"
#include "core/export/stored_tensor.h"
#include "core/io/any_precision_packing.h"
#include "core/io/pickle.h"
#include "core/model/folder_source.h"

#include <cstring>

namespace bitloom {
namespace {

/// The planes and tables of a folder that is in this layout already.
class StoredLayers
{
public:
    static Result<StoredLayers> open(const ModelSource& source)
    {
        BITLOOM_TRY(const auto bits, anyPrecisionBits(source));
        StoredLayers layers;
        layers.m_bits = bits;
        std::error_code ignored;
        const auto pickled = source.path / "pytorch_model.bin";
        const bool safetensors = std::filesystem::exists(source.path / "model.safetensors", ignored)
            || std::filesystem::exists(source.path / "model.safetensors.index.json", ignored);
        if (!safetensors && std::filesystem::exists(pickled, ignored)) {
            BITLOOM_TRY(layers.m_tensors, readTensorPickle(pickled));
        } else {
            BITLOOM_TRY(auto folder, openFolderTensors(source.path));
            for (auto& tensor : folder.tensors) {
                auto name = tensor.name;
                layers.m_tensors.emplace(std::move(name), std::move(tensor));
            }
        }
        return layers;
    }

    Result<LookupTableWeight> load(const LinearLayer& layer) const
    {
        const auto qweight = m_tensors.find(layer.name + ".qweight");
        const auto table = m_tensors.find(fmt::format("{}.lut{}", layer.name, m_bits));
        const auto levels = std::int64_t { 1 } << m_bits;
        if (qweight == m_tensors.end() || table == m_tensors.end() || table->second.type != ScalarType::F16
            || static_cast<std::int64_t>(table->second.bytes.size()) != layer.out * levels * 2)
            return fail(ErrorCode::InvalidInput, "{} has no qweight or no f16 table lut{} of {} rows", layer.name, m_bits, layer.out);
        BITLOOM_TRY(const auto codes, unpackBitPlanes(qweight->second.bytes, m_bits, layer.out, layer.in, m_bits));
        LookupTableWeight weight;
        weight.bits = m_bits;
        weight.codes = torch::empty({ layer.out, layer.in }, torch::kUInt8);
        std::memcpy(weight.codes.data_ptr(), codes.data(), codes.size());
        auto stored = torch::empty({ layer.out, levels }, torch::kFloat16);
        std::memcpy(stored.data_ptr(), table->second.bytes.data(), table->second.bytes.size());
        weight.codebook = stored.to(torch::kFloat32);
        return weight;
    }

private:
    int m_bits = 0;
    std::map<std::string, TensorData> m_tensors;
};

class LookupTables
{
public:
    LookupTables(const ExportJob& job, std::optional<StoredLayers> stored)
        : m_job(job)
        , m_stored(std::move(stored))
    {
    }

    Result<LookupTableWeight> load(const LinearLayer& layer) const
    {
        if (m_stored)
            return m_stored->load(layer);
        BITLOOM_TRY(auto weight, quantizedWeight(m_job, layer));
        if (!weight)
            return fail(ErrorCode::Unsupported, "format anyprecision needs lookup tables in every linear layer, but {} is not quantized", layer.name);
        auto* table = std::get_if<LookupTableWeight>(&*weight);
        if (table == nullptr)
            return fail(ErrorCode::Unsupported, "format anyprecision holds lookup tables only, but {} is quantized to something else", layer.name);
        if (table->outliers && table->outliers->values.numel() > 0)
            return fail(ErrorCode::Unsupported, "format anyprecision has no room for the {} outliers of {}", table->outliers->values.numel(), layer.name);
        return std::move(*table);
    }

private:
    const ExportJob& m_job;
    std::optional<StoredLayers> m_stored;
};

std::vector<std::string> modules(const ModelConfig& config)
{
    std::vector<std::string> names;
    for (const auto& layer : linearLayers(config))
        if (layer.block == 0)
            names.push_back(layer.module);
    return names;
}

} // namespace

Result<void> checkAnyPrecisionShapes(const ModelConfig& config)
{
    for (const auto& layer : linearLayers(config))
        if (layer.in % 32 != 0)
            return fail(ErrorCode::Unsupported, "format anyprecision needs rows of a multiple of 32 weights, but those of {} have {}", layer.name,
                layer.in);
    return {};
}

Result<int> anyPrecisionBits(const ModelSource& source)
{
    const auto settings = source.config.original.find("anyprec");
    if (source.kind != ModelSource::Kind::AnyPrecision || settings == source.config.original.end() || !settings->is_object()
        || !settings->contains("parent_precision") || !(*settings)["parent_precision"].is_number_integer())
        return fail(ErrorCode::Unsupported, "'{}' has no lookup tables that format anyprecision could hold; quantize it first", source.name);
    const auto bits = (*settings)["parent_precision"].get<std::int64_t>();
    if (bits < 1 || bits > 8)
        return fail(ErrorCode::InvalidInput, "'{}': parent_precision is {}, expected 1 to 8", source.name, bits);
    return static_cast<int>(bits);
}

Result<void> exportAnyPrecision(const ExportJob& job, ProgressSink& progress, JobControl& control)
{
    BITLOOM_CHECK(checkAnyPrecisionShapes(job.source.config));
    BITLOOM_TRY(const auto type, floatScalar(job.source.storedDtype));
    const auto linears = linearsByWeight(job.source.config);
    std::optional<StoredLayers> stored;
    if (!job.quantized) {
        BITLOOM_TRY(stored, StoredLayers::open(job.source));
    }
    const LookupTables tables(job, std::move(stored));

    // The header comes before the data and names the table's width, so the first layer is loaded to learn it.
    std::optional<LookupTableWeight> first;
    for (const auto& tensor : job.source.weights->tensors())
        if (const auto linear = linears.find(tensor.name); linear != linears.end() && !first) {
            BITLOOM_TRY(first, tables.load(linear->second));
        }
    if (!first)
        return fail(ErrorCode::Internal, "'{}' has no linear layers", job.source.name);
    const int bits = first->bits;

    std::vector<TensorEntry> entries;
    std::int64_t total = 0;
    for (const auto& tensor : job.source.weights->tensors()) {
        if (const auto linear = linears.find(tensor.name); linear != linears.end()) {
            const auto& layer = linear->second;
            entries.push_back({ layer.name + ".qweight", ScalarType::I32, { bits, layer.out, layer.in / 32 } });
            total += entries.back().bytes();
            entries.push_back({ fmt::format("{}.lut{}", layer.name, bits), ScalarType::F16, { layer.out, std::int64_t { 1 } << bits } });
        } else {
            entries.push_back({ tensor.name, type, tensor.shape });
        }
        total += entries.back().bytes();
    }
    std::map<std::string, std::string> metadata { { "format", "pt" } };
    if (!job.recipeJson.empty())
        metadata.emplace(recipeKey, job.recipeJson);
    auto config = exportedConfig(job.source, job.source.storedDtype);
    config["anyprec"] = { { "seed_precision", bits }, { "parent_precision", bits }, { "group_count", 1 },
        { "arch_config",
            { { "model_name", "model" }, { "layers_name", "layers" }, { "module_names", modules(job.source.config) } } } };

    BITLOOM_TRY(auto folder, AtomicFolder::create(job.output));
    BITLOOM_CHECK(writeModelFolder(job.source, config, job.recipeJson, folder.path()));
    BITLOOM_TRY(auto file, SafetensorsStream::create(folder.path() / "model.safetensors", entries, metadata));
    ProgressMeter meter(progress, "export", "bytes", total);
    for (const auto& tensor : job.source.weights->tensors()) {
        BITLOOM_CHECK(control.checkpoint());
        const auto linear = linears.find(tensor.name);
        if (linear == linears.end()) {
            BITLOOM_TRY(const auto values, job.source.weights->load(tensor.name));
            BITLOOM_TRY(const auto bytes, castForStorage(values, type, tensor.name));
            BITLOOM_CHECK(file.write(tensor.name, tensorBytes(bytes)));
            meter.advance(static_cast<std::int64_t>(tensorBytes(bytes).size()), tensor.name);
            continue;
        }
        const auto& layer = linear->second;
        LookupTableWeight table;
        if (first) {
            table = std::move(*first);
            first.reset();
        } else {
            BITLOOM_TRY(table, tables.load(layer));
        }
        if (table.bits != bits)
            return fail(ErrorCode::Unsupported, "format anyprecision needs one width for all layers, but {} has {} bits and others {}", layer.name,
                table.bits, bits);
        const auto codes = table.codes.to(torch::kCPU).contiguous();
        const std::span<const std::uint8_t> values(codes.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(codes.numel()));
        BITLOOM_TRY(const auto planes, packBitPlanes(values, layer.out, layer.in, bits));
        BITLOOM_TRY(const auto levels, castForStorage(table.codebook, ScalarType::F16, layer.name));
        BITLOOM_CHECK(file.write(layer.name + ".qweight", std::as_bytes(std::span(planes))));
        BITLOOM_CHECK(file.write(fmt::format("{}.lut{}", layer.name, bits), tensorBytes(levels)));
        meter.advance(static_cast<std::int64_t>(planes.size() * 4 + tensorBytes(levels).size()), layer.name);
    }
    BITLOOM_CHECK(file.commit());
    BITLOOM_CHECK(control.checkpoint());
    return folder.commit();
}

} // namespace bitloom
