// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/packed_statistics.h"

#include <algorithm>
#include <cstring>

namespace bitloom {
namespace {
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

    Result<void> check(const TensorData& data, const std::vector<std::int64_t>& shape, const std::string& where)
    {
        if (data.type != ScalarType::F32 || data.shape.size() != shape.size())
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is of another type or has another number of dimensions", where, data.name);
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (shape[i] >= 0 && shape[i] != data.shape[i])
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' has {} in dimension {}, expected {}", where, data.name, data.shape[i], i, shape[i]);
        }
        return {};
    }
}

std::vector<TensorData> packStatistics(const LayerStatistics& statistics)
{
    const std::string& name = statistics.layer.name;
    std::vector<TensorData> tensors;
    if (statistics.fit.matrices.defined())
        tensors.push_back(view(name + ".guided_fit", packTriangles(statistics.fit.matrices)));
    if (statistics.heldOut.matrices.defined())
        tensors.push_back(view(name + ".guided_held_out", packTriangles(statistics.heldOut.matrices)));
    if (statistics.plainFit.defined())
        tensors.push_back(view(name + ".plain_fit", packTriangles(statistics.plainFit)));
    if (statistics.plainHeldOut.defined())
        tensors.push_back(view(name + ".plain_held_out", packTriangles(statistics.plainHeldOut)));
    if (statistics.fisherDiagonal.defined())
        tensors.push_back(view(name + ".fisher_diagonal", statistics.fisherDiagonal));
    return tensors;
}

Result<LayerStatistics> unpackStatistics(const LinearLayer& layer, const CalibrationContent& wanted, const TensorLookup& lookup, const std::string& where)
{
    LayerStatistics statistics;
    statistics.layer = layer;
    const auto triangles = [&](const char* part, const std::vector<std::int64_t>& shape, torch::Tensor& into) -> Result<void> {
        if (const TensorData* data = lookup(layer.name + part)) {
            BITLOOM_CHECK(check(*data, shape, where));
            into = unpacked(*data, layer.in);
        }
        return {};
    };
    if (wanted.guidedHessian) {
        BITLOOM_CHECK(triangles(".guided_fit", { -1, triangle(layer.in) }, statistics.fit.matrices));
        BITLOOM_CHECK(triangles(".guided_held_out", { -1, triangle(layer.in) }, statistics.heldOut.matrices));
    }
    if (wanted.plainHessian) {
        BITLOOM_CHECK(triangles(".plain_fit", { triangle(layer.in) }, statistics.plainFit));
        BITLOOM_CHECK(triangles(".plain_held_out", { triangle(layer.in) }, statistics.plainHeldOut));
    }
    if (wanted.fisherDiagonal) {
        if (const TensorData* data = lookup(layer.name + ".fisher_diagonal")) {
            BITLOOM_CHECK(check(*data, { layer.out, layer.in }, where));
            statistics.fisherDiagonal = copied(*data);
        }
    }
    return statistics;
}

Result<void> checkComplete(const LayerStatistics& statistics, const CalibrationContent& wanted, const std::string& where)
{
    const bool whole = (!wanted.guidedHessian || statistics.fit.matrices.defined()) && (!wanted.plainHessian || statistics.plainFit.defined())
        && (!wanted.fisherDiagonal || statistics.fisherDiagonal.defined());
    const bool fits = !statistics.heldOut.matrices.defined() || statistics.heldOut.matrices.sizes() == statistics.fit.matrices.sizes();
    if (!whole || !fits)
        return fail(ErrorCode::InvalidInput, "{}: the statistics of {} are not complete", where, statistics.layer.name);
    return {};
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

} // namespace bitloom
