// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/stored_tensor.h"

namespace bitloom {

Result<ScalarType> floatScalar(const std::string& name)
{
    for (const auto type : { ScalarType::F32, ScalarType::F16, ScalarType::BF16 })
        if (name == scalarName(type))
            return type;
    return fail(ErrorCode::Internal, "a model cannot be written in dtype {}, expected F32, F16 or BF16", name);
}

Result<torch::Tensor> castForStorage(const torch::Tensor& values, ScalarType type, const std::string& name)
{
    const auto dtype = type == ScalarType::F16 ? torch::kFloat16 : type == ScalarType::BF16 ? torch::kBFloat16 : torch::kFloat32;
    const auto stored = values.to(torch::kCPU).to(dtype).contiguous();
    if (!stored.isfinite().all().item<bool>())
        return fail(ErrorCode::InvalidInput, "tensor {} has a value that is not a finite number or that {} cannot hold", name, scalarName(type));
    return stored;
}

std::span<const std::byte> tensorBytes(const torch::Tensor& tensor)
{
    return { static_cast<const std::byte*>(tensor.const_data_ptr()), static_cast<std::size_t>(tensor.numel()) * tensor.element_size() };
}

} // namespace bitloom
