// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/calibration_store.h"

#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <cstring>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;
    constexpr int storeVersion = 1;
    constexpr const char* checksumPrefix = "checksum.";

    std::int64_t triangle(std::int64_t n)
    {
        return n * (n + 1) / 2;
    }

    TensorData view(std::string name, const torch::Tensor& tensor)
    {
        auto keep = std::make_shared<torch::Tensor>(tensor.to(torch::kCPU, torch::kFloat32).contiguous());
        TensorData data;
        data.name = std::move(name);
        data.shape.assign(keep->sizes().begin(), keep->sizes().end());
        data.bytes = { static_cast<const std::byte*>(keep->data_ptr()), keep->nbytes() };
        data.owner = std::move(keep);
        return data;
    }

    Result<const TensorData*> find(const SafetensorsFile& file, const fs::path& path, const std::string& name, const std::vector<std::int64_t>& shape)
    {
        const TensorData* data = file.find(name);
        if (data == nullptr || data->type != ScalarType::F32 || data->shape.size() != shape.size())
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is missing or of another type", path.string(), name);
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (shape[i] >= 0 && shape[i] != data->shape[i])
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' has {} in dimension {}, expected {}", path.string(), name, data->shape[i], i, shape[i]);
        }
        return data;
    }

    torch::Tensor copied(const TensorData& data)
    {
        auto tensor = torch::empty(data.shape, torch::kFloat32);
        std::memcpy(tensor.data_ptr(), data.bytes.data(), data.bytes.size());
        return tensor;
    }

    torch::Tensor unpacked(const TensorData& data, std::int64_t n)
    {
        // from_blob wants a mutable pointer; unpackTriangles only reads.
        auto* bytes = const_cast<std::byte*>(data.bytes.data()); // NOLINT(cppcoreguidelines-pro-type-const-cast)
        return unpackTriangles(torch::from_blob(bytes, data.shape, torch::kFloat32), n);
    }
}

bool CalibrationContent::covers(const CalibrationContent& needed) const
{
    return (guidedHessian || !needed.guidedHessian) && (plainHessian || !needed.plainHessian) && (fisherDiagonal || !needed.fisherDiagonal);
}

CalibrationContent CalibrationContent::with(const CalibrationContent& other) const
{
    return { guidedHessian || other.guidedHessian, plainHessian || other.plainHessian, fisherDiagonal || other.fisherDiagonal };
}

torch::Tensor packTriangles(const torch::Tensor& matrices)
{
    const auto source = matrices.to(torch::kCPU, torch::kFloat32).contiguous();
    const std::int64_t n = source.size(-1);
    auto shape = source.sizes().vec();
    shape.pop_back();
    shape.back() = triangle(n);
    auto packed = torch::empty(shape, torch::kFloat32);
    const std::int64_t count = n == 0 ? 0 : source.numel() / (n * n);
    const float* from = source.data_ptr<float>();
    float* to = packed.data_ptr<float>();
    for (std::int64_t matrix = 0; matrix < count; ++matrix) {
        for (std::int64_t row = 0; row < n; ++row) {
            std::memcpy(to, from + row * n, static_cast<std::size_t>(row + 1) * sizeof(float));
            to += row + 1;
        }
        from += n * n;
    }
    return packed;
}

torch::Tensor unpackTriangles(const torch::Tensor& packed, std::int64_t n)
{
    const auto source = packed.contiguous();
    auto shape = source.sizes().vec();
    shape.back() = n;
    shape.push_back(n);
    auto matrices = torch::empty(shape, torch::kFloat32);
    const std::int64_t count = n == 0 ? 0 : source.numel() / triangle(n);
    constexpr std::int64_t tile = 64;
    for (std::int64_t matrix = 0; matrix < count; ++matrix) {
        const float* from = source.data_ptr<float>() + matrix * triangle(n);
        float* to = matrices.data_ptr<float>() + matrix * n * n;
        for (std::int64_t row = 0; row < n; ++row)
            std::memcpy(to + row * n, from + triangle(row), static_cast<std::size_t>(row + 1) * sizeof(float));
        for (std::int64_t rows = 0; rows < n; rows += tile) {
            for (std::int64_t columns = rows; columns < n; columns += tile) {
                for (std::int64_t row = rows; row < std::min(n, rows + tile); ++row) {
                    for (std::int64_t column = std::max(columns, row + 1); column < std::min(n, columns + tile); ++column)
                        to[row * n + column] = to[column * n + row];
                }
            }
        }
    }
    return matrices;
}

CalibrationStore::CalibrationStore(std::filesystem::path folder, Fingerprint fingerprint)
    : m_folder(std::move(folder))
    , m_fingerprint(std::move(fingerprint))
{
}

std::filesystem::path CalibrationStore::blockFile(std::int64_t block) const
{
    return m_folder / fmt::format("block-{:04}.safetensors", block);
}

Result<CalibrationContent> CalibrationStore::content() const
{
    const fs::path path = m_folder / "manifest.json";
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

Result<void> CalibrationStore::verify(std::int64_t blocks) const
{
    for (std::int64_t block = 0; block < blocks; ++block) {
        const fs::path path = blockFile(block);
        BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
        for (const TensorData& tensor : file.tensors()) {
            const auto expected = file.metadata().find(checksumPrefix + tensor.name);
            if (expected == file.metadata().end() || expected->second != checksum(tensor.bytes))
                return fail(ErrorCode::InvalidInput, "{}: the content of tensor '{}' was altered (its checksum differs)", path.string(), tensor.name);
        }
    }
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

Result<void> CalibrationStore::writeBlock(std::int64_t block, const std::vector<LayerStatistics>& layers)
{
    std::vector<TensorData> tensors;
    for (const LayerStatistics& layer : layers) {
        const std::string& name = layer.layer.name;
        if (layer.fit.matrices.defined())
            tensors.push_back(view(name + ".guided_fit", packTriangles(layer.fit.matrices)));
        if (layer.heldOut.matrices.defined())
            tensors.push_back(view(name + ".guided_held_out", packTriangles(layer.heldOut.matrices)));
        if (layer.plainFit.defined())
            tensors.push_back(view(name + ".plain_fit", packTriangles(layer.plainFit)));
        if (layer.plainHeldOut.defined())
            tensors.push_back(view(name + ".plain_held_out", packTriangles(layer.plainHeldOut)));
        if (layer.fisherDiagonal.defined())
            tensors.push_back(view(name + ".fisher_diagonal", layer.fisherDiagonal));
    }
    std::map<std::string, std::string> metadata { { "bitloom_calibration", m_fingerprint.id() } };
    for (const TensorData& tensor : tensors)
        metadata[checksumPrefix + tensor.name] = checksum(tensor.bytes);
    return writeSafetensors(blockFile(block), tensors, metadata);
}

Result<void> CalibrationStore::finish(const CalibrationContent& content, std::int64_t tokens, const std::vector<double>& losses)
{
    const json manifest { { "version", storeVersion }, { "fingerprint", m_fingerprint.id() }, { "facts", m_fingerprint.facts },
        { "content",
            { { "guided_hessian", content.guidedHessian }, { "plain_hessian", content.plainHessian }, { "fisher_diagonal", content.fisherDiagonal } } },
        { "tokens", tokens }, { "loss_per_sequence", losses } };
    return writeTextFile(m_folder / "manifest.json", manifest.dump(1) + "\n");
}

Result<LayerStatistics> CalibrationStore::readLayer(const LinearLayer& layer, const CalibrationContent& content) const
{
    const fs::path path = blockFile(layer.block);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    LayerStatistics statistics;
    statistics.layer = layer;
    if (content.guidedHessian) {
        BITLOOM_TRY(const TensorData* fit, find(file, path, layer.name + ".guided_fit", { -1, triangle(layer.in) }));
        statistics.fit.matrices = unpacked(*fit, layer.in);
        if (file.find(layer.name + ".guided_held_out") != nullptr) {
            BITLOOM_TRY(const TensorData* heldOut, find(file, path, layer.name + ".guided_held_out", fit->shape));
            statistics.heldOut.matrices = unpacked(*heldOut, layer.in);
        }
    }
    if (content.plainHessian) {
        BITLOOM_TRY(const TensorData* fit, find(file, path, layer.name + ".plain_fit", { triangle(layer.in) }));
        statistics.plainFit = unpacked(*fit, layer.in);
        if (file.find(layer.name + ".plain_held_out") != nullptr) {
            BITLOOM_TRY(const TensorData* heldOut, find(file, path, layer.name + ".plain_held_out", fit->shape));
            statistics.plainHeldOut = unpacked(*heldOut, layer.in);
        }
    }
    if (content.fisherDiagonal) {
        BITLOOM_TRY(const TensorData* fisher, find(file, path, layer.name + ".fisher_diagonal", { layer.out, layer.in }));
        statistics.fisherDiagonal = copied(*fisher);
    }
    return statistics;
}

Result<torch::Tensor> CalibrationStore::readGuidedDiagonal(const LinearLayer& layer) const
{
    const fs::path path = blockFile(layer.block);
    BITLOOM_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    torch::Tensor diagonal;
    for (const char* part : { ".guided_fit", ".guided_held_out" }) {
        if (file.find(layer.name + part) == nullptr)
            continue;
        BITLOOM_TRY(const TensorData* data, find(file, path, layer.name + part, { -1, triangle(layer.in) }));
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
