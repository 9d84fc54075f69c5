// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/dequantized_export.h"

#include "core/export/layer_weights.h"
#include "core/export/model_folder.h"
#include "core/export/safetensors_stream.h"
#include "core/export/stored_tensor.h"

namespace bitloom {
namespace {

std::vector<std::vector<TensorEntry>> cutIntoShards(std::vector<TensorEntry> entries, std::int64_t shardBytes)
{
    std::vector<std::vector<TensorEntry>> shards(1);
    std::int64_t bytes = 0;
    for (auto& entry : entries) {
        if (!shards.back().empty() && bytes + entry.bytes() > shardBytes) {
            shards.emplace_back();
            bytes = 0;
        }
        bytes += entry.bytes();
        shards.back().push_back(std::move(entry));
    }
    return shards;
}

Result<void> writeIndex(const std::filesystem::path& path, const std::vector<std::vector<TensorEntry>>& shards, const std::vector<std::string>& names)
{
    nlohmann::json map = nlohmann::json::object();
    std::int64_t total = 0;
    for (std::size_t shard = 0; shard < shards.size(); ++shard)
        for (const auto& entry : shards[shard]) {
            map[entry.name] = names[shard];
            total += entry.bytes();
        }
    return writeTextFile(path, nlohmann::json { { "metadata", { { "total_size", total } } }, { "weight_map", std::move(map) } }.dump(2) + "\n");
}

} // namespace

Result<void> exportDequantized(const ExportJob& job, ProgressSink& progress, JobControl& control)
{
    return exportDequantized(job, std::int64_t { 4 } << 30, progress, control);
}

Result<void> exportDequantized(const ExportJob& job, std::int64_t shardBytes, ProgressSink& progress, JobControl& control)
{
    BITLOOM_TRY(const auto type, floatScalar(job.source.storedDtype));
    const auto linears = linearsByWeight(job.source.config);
    std::vector<TensorEntry> entries;
    std::int64_t total = 0;
    for (const auto& tensor : job.source.weights->tensors()) {
        entries.push_back({ tensor.name, type, tensor.shape });
        total += entries.back().bytes();
    }
    const auto shards = cutIntoShards(std::move(entries), shardBytes);
    std::vector<std::string> names;
    for (std::size_t shard = 0; shard < shards.size(); ++shard)
        names.push_back(shards.size() == 1 ? "model.safetensors" : fmt::format("model-{:05}-of-{:05}.safetensors", shard + 1, shards.size()));
    std::map<std::string, std::string> metadata { { "format", "pt" } };
    if (!job.recipeJson.empty())
        metadata.emplace(recipeKey, job.recipeJson);

    BITLOOM_TRY(auto folder, AtomicFolder::create(job.output));
    BITLOOM_CHECK(writeModelFolder(job.source, exportedConfig(job.source, job.source.storedDtype), job.recipeJson, folder.path()));
    ProgressMeter meter(progress, "export", "bytes", total);
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        BITLOOM_TRY(auto file, SafetensorsStream::create(folder.path() / names[shard], shards[shard], metadata));
        for (const auto& entry : shards[shard]) {
            BITLOOM_CHECK(control.checkpoint());
            BITLOOM_TRY(const auto values, exportedValues(job, entry.name, linears));
            BITLOOM_TRY(const auto stored, castForStorage(values, type, entry.name));
            BITLOOM_CHECK(file.write(entry.name, tensorBytes(stored)));
            meter.advance(entry.bytes(), entry.name);
        }
        BITLOOM_CHECK(file.commit());
    }
    if (shards.size() > 1)
        BITLOOM_CHECK(writeIndex(folder.path() / "model.safetensors.index.json", shards, names));
    BITLOOM_CHECK(control.checkpoint());
    return folder.commit();
}

} // namespace bitloom
