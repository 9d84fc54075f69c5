// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/calibration_store.h"

#include "core/base/parallel_for.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;
    constexpr int storeVersion = 2;
    constexpr const char* manifestName = "manifest.json";
    constexpr const char* calibrationKey = "bitloom_calibration"; ///< of a layer file's metadata: the fingerprint that it belongs to
    constexpr const char* checksumPrefix = "checksum.";

    std::int64_t triangle(std::int64_t n)
    {
        return n * (n + 1) / 2;
    }
}

CalibrationStore::CalibrationStore(std::filesystem::path folder, Fingerprint fingerprint)
    : m_folder(std::move(folder))
    , m_fingerprint(std::move(fingerprint))
{
}

std::filesystem::path CalibrationStore::layerFile(const LinearLayer& layer) const
{
    return m_folder / fmt::format("block-{:04}.{}.safetensors", layer.block, layer.module);
}

Result<CalibrationContent> CalibrationStore::content() const
{
    const fs::path path = m_folder / manifestName;
    std::error_code error;
    if (!fs::exists(path, error))
        return fail(ErrorCode::NotFound, "{}: holds no finished calibration", m_folder.string());
    BITLOOM_TRY(const std::string text, readTextFile(path));
    const json manifest = json::parse(text, nullptr, false);
    try {
        if (manifest.is_discarded() || manifest.at("version") != storeVersion || manifest.at("facts") != m_fingerprint.facts)
            return fail(ErrorCode::InvalidInput, "{}: does not describe this calibration", path.string());
        const json& found = manifest.at("content");
        return CalibrationContent { found.at("guided_hessian").get<bool>(), found.at("plain_hessian").get<bool>(), found.at("fisher_diagonal").get<bool>() };
    } catch (const json::exception& exception) {
        return fail(ErrorCode::InvalidInput, "{}: {}", path.string(), exception.what());
    }
}

Result<void> CalibrationStore::verify(const LinearLayer& layer) const
{
    const fs::path path = layerFile(layer);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    const auto owner = file.metadata().find(calibrationKey);
    if (owner == file.metadata().end() || owner->second != m_fingerprint.id())
        return fail(ErrorCode::InvalidInput, "{}: belongs to another calibration", path.string());
    for (const TensorData& tensor : file.tensors()) {
        const auto expected = file.metadata().find(checksumPrefix + tensor.name);
        if (expected == file.metadata().end() || expected->second != checksum(tensor.bytes))
            return fail(ErrorCode::InvalidInput, "{}: the content of tensor '{}' was altered (its checksum differs)", path.string(), tensor.name);
    }
    return {};
}

Result<void> CalibrationStore::verify(const std::vector<LinearLayer>& layers) const
{
    for (const LinearLayer& layer : layers)
        BITLOOM_CHECK(verify(layer));
    return {};
}

Result<void> CalibrationStore::begin()
{
    std::error_code error;
    fs::remove_all(m_folder, error);
    fs::create_directories(m_folder, error);
    if (error)
        return fail(ErrorCode::Io, "{}: cannot be made: {}", m_folder.string(), error.message());
    return {};
}

Result<std::vector<LinearLayer>> CalibrationStore::goOn(const std::vector<LinearLayer>& layers, const CalibrationContent& content)
{
    std::error_code error;
    fs::remove(m_folder / manifestName, error);
    fs::create_directories(m_folder, error);
    if (error)
        return fail(ErrorCode::Io, "{}: cannot be made: {}", m_folder.string(), error.message());
    std::vector<LinearLayer> sound;
    for (const LinearLayer& layer : layers) {
        // What was altered may still be read, but not be believed.
        if (verify(layer) && readLayer(layer, content))
            sound.push_back(layer);
        else
            fs::remove(layerFile(layer), error);
    }
    return sound;
}

Result<void> CalibrationStore::writeLayers(std::vector<LayerStatistics> layers)
{
    std::stable_sort(layers.begin(), layers.end(), [](const LayerStatistics& a, const LayerStatistics& b) { return a.layer.in > b.layer.in; });
    std::atomic<std::size_t> next { 0 };
    std::mutex mutex; // guards result
    Result<void> result;
    parallelFor(2, 1, [&](std::int64_t, std::int64_t) {
        for (std::size_t i = next++; i < layers.size(); i = next++) {
            auto written = writeLayer(layers[i]);
            layers[i] = {}; // so that the next one's packed copy finds room
            if (!written) {
                next = layers.size();
                const std::lock_guard lock(mutex);
                result = std::move(written);
            }
        }
    });
    return result;
}

Result<void> CalibrationStore::writeLayer(const LayerStatistics& statistics) const
{
    const std::vector<TensorData> tensors = packStatistics(statistics);
    std::map<std::string, std::string> metadata { { calibrationKey, m_fingerprint.id() } };
    for (const TensorData& tensor : tensors)
        metadata[checksumPrefix + tensor.name] = checksum(tensor.bytes);
    // Measuring the next block need not wait for the disk: verify() finds what a loss of power cut short.
    return writeSafetensors(layerFile(statistics.layer), tensors, metadata, Flush::LeftToSystem);
}

Result<void> CalibrationStore::finish(const CalibrationContent& content, std::int64_t tokens, const std::vector<double>& losses)
{
    const json manifest { { "version", storeVersion }, { "fingerprint", m_fingerprint.id() }, { "facts", m_fingerprint.facts },
        { "content",
            { { "guided_hessian", content.guidedHessian }, { "plain_hessian", content.plainHessian }, { "fisher_diagonal", content.fisherDiagonal } } },
        { "tokens", tokens }, { "loss_per_sequence", losses } };
    return writeTextFile(m_folder / manifestName, manifest.dump(1) + "\n");
}

Result<LayerStatistics> CalibrationStore::readLayer(const LinearLayer& layer, const CalibrationContent& content) const
{
    const fs::path path = layerFile(layer);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    BITLOOM_TRY(LayerStatistics statistics, unpackStatistics(layer, content, [&](const std::string& name) { return file.find(name); }, path.string()));
    BITLOOM_CHECK(checkComplete(statistics, content, path.string()));
    return statistics;
}

Result<std::vector<TensorData>> CalibrationStore::packedLayer(const LinearLayer& layer, const CalibrationContent& content) const
{
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(layerFile(layer)));
    std::vector<TensorData> packed;
    for (const TensorData& tensor : file.tensors()) {
        const auto is = [&](const char* part) { return tensor.name == layer.name + part; };
        if ((content.guidedHessian && (is(".guided_fit") || is(".guided_held_out"))) || (content.plainHessian && (is(".plain_fit") || is(".plain_held_out")))
            || (content.fisherDiagonal && is(".fisher_diagonal")))
            packed.push_back(tensor);
    }
    return packed;
}

Result<torch::Tensor> CalibrationStore::readGuidedDiagonal(const LinearLayer& layer) const
{
    const fs::path path = layerFile(layer);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    torch::Tensor diagonal;
    for (const char* part : { ".guided_fit", ".guided_held_out" }) {
        const TensorData* data = file.find(layer.name + part);
        if (data == nullptr)
            continue;
        if (data->type != ScalarType::F32 || data->shape.size() != 2 || data->shape[1] != triangle(layer.in))
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is of another type or shape", path.string(), data->name);
        auto values = torch::empty({ data->shape[0], layer.in }, torch::kFloat32);
        for (std::int64_t group = 0; group < data->shape[0]; ++group) {
            const auto* packed = reinterpret_cast<const float*>(data->bytes.data()) + group * triangle(layer.in);
            for (std::int64_t i = 0; i < layer.in; ++i)
                values.data_ptr<float>()[group * layer.in + i] = packed[triangle(i + 1) - 1];
        }
        diagonal = diagonal.defined() ? diagonal + values : values;
    }
    if (!diagonal.defined())
        return fail(ErrorCode::NotFound, "{}: layer '{}' has no guided Hessian", path.string(), layer.name);
    return diagonal;
}

} // namespace bitloom
