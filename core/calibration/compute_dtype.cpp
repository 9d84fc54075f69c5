// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/compute_dtype.h"

namespace bitloom {
namespace {
    bool cpuMultipliesBfloat16()
    {
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
        __builtin_cpu_init();
        // Not for AVX512-BF16 alone: libtorch's bf16 GEMM ran at half the rate of its f32 GEMM on such a CPU.
        return __builtin_cpu_supports("amx-bf16");
#else
        return false;
#endif
    }
}

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
