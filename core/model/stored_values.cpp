// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/stored_values.h"
#include "core/base/parallel_for.h"

#include <atomic>
#include <bit>

namespace bitloom {

Result<torch::Tensor> newFloatTensor(const std::vector<std::int64_t>& shape, const std::string& source, const std::string& name)
try {
    return torch::empty(shape, torch::kFloat32);
} catch (const c10::Error&) {
    return fail(ErrorCode::OutOfMemory, "{}: tensor '{}' does not fit into memory", source, name);
}

Result<void> requireFinite(const torch::Tensor& tensor, const std::string& source, const std::string& name)
{
    const float* values = tensor.const_data_ptr<float>();
    std::atomic<bool> finite { true };
    parallelFor(tensor.numel(), 1 << 20, [&](std::int64_t begin, std::int64_t end) {
        constexpr std::uint32_t exponent = 0x7F800000u; // all set in NaN and infinity
        std::uint32_t bad = 0;
        for (std::int64_t i = begin; i < end; ++i)
            bad |= (std::bit_cast<std::uint32_t>(values[i]) & exponent) == exponent ? 1u : 0u;
        if (bad != 0)
            finite = false;
    });
    if (!finite)
        return fail(ErrorCode::InvalidInput, "{}: tensor '{}' holds NaN or infinite values", source, name);
    return {};
}

Result<torch::Tensor> toFloatTensor(const TensorData& data, const std::string& source)
try {
    torch::Dtype dtype = torch::kFloat32;
    switch (data.type) {
    case ScalarType::F64:
        dtype = torch::kFloat64;
        break;
    case ScalarType::F32:
        break;
    case ScalarType::F16:
        dtype = torch::kFloat16;
        break;
    case ScalarType::BF16:
        dtype = torch::kBFloat16;
        break;
    default:
        return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is {}, expected F64, F32, F16 or BF16", source, data.name, scalarName(data.type));
    }
    // from_blob wants a mutable pointer; the view is only read.
    const torch::Tensor view = torch::from_blob(const_cast<std::byte*>(data.bytes.data()), data.shape, dtype);
    const torch::Tensor tensor = data.bytes.empty() ? torch::empty(data.shape, torch::kFloat32) : view.to(torch::kFloat32, false, true);
    BITLOOM_CHECK(requireFinite(tensor, source, data.name));
    return tensor;
} catch (const c10::Error&) {
    return fail(ErrorCode::OutOfMemory, "{}: tensor '{}' does not fit into memory", source, data.name);
}

} // namespace bitloom
