// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/compute_dtype.h"

#include "core/model/linear_layers.h"

namespace bitloom {
torch::Dtype defaultComputeDtype(const torch::Device& device)
{
    return device.is_cuda() || (device.is_cpu() && cpuMultipliesBfloat16()) ? torch::kBFloat16 : torch::kFloat32;
}

Result<torch::Dtype> parseComputeDtype(const std::string& name, const torch::Device& device)
{
    if (name == "auto")
        return defaultComputeDtype(device);
    if (name == "f32")
        return torch::kFloat32;
    if (name == "bf16")
        return torch::kBFloat16;
    return fail(ErrorCode::Usage, "compute dtype is '{}', expected auto, f32 or bf16", name);
}

} // namespace bitloom
