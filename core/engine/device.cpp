// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/device.h"

#include <torch/cuda.h>
#include <array>
#include <charconv>
#include <dlfcn.h>

namespace bitloom {
namespace {
    /// The marketing name of a GPU, asked of the driver itself, which is there or not at run time.
    std::string gpuName(int index)
    {
        void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
        if (driver == nullptr)
            return {};
        const auto initialize = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
        const auto device = reinterpret_cast<int (*)(int*, int)>(dlsym(driver, "cuDeviceGet"));
        const auto name = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
        std::array<char, 256> text {};
        int handle = 0;
        const bool known = initialize != nullptr && device != nullptr && name != nullptr && initialize(0) == 0
            && device(&handle, index) == 0 && name(text.data(), static_cast<int>(text.size() - 1), handle) == 0;
        return known ? std::string(text.data()) : std::string();
    }
}

Result<torch::Device> parseDevice(const std::string& name)
{
    const auto gpus = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
    if (name == "cpu" || (name == "auto" && gpus == 0))
        return torch::Device(torch::kCPU);
    if (name == "auto" || name == "cuda" || name.starts_with("cuda:")) {
        int index = 0;
        if (name.starts_with("cuda:")) {
            const char* end = name.data() + name.size();
            const auto parsed = std::from_chars(name.data() + 5, end, index);
            if (parsed.ec != std::errc() || parsed.ptr != end)
                return fail(ErrorCode::Usage, "device '{}' is not auto, cpu, cuda or cuda:N", name);
        }
        if (index >= gpus)
            return fail(ErrorCode::Usage, "device '{}' is not there: {} CUDA devices were found", name, gpus);
        return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(index));
    }
    return fail(ErrorCode::Usage, "device '{}' is not auto, cpu, cuda or cuda:N", name);
}

std::vector<std::string> deviceNames()
{
    std::vector<std::string> names { "cpu" };
    const auto gpus = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
    for (int index = 0; index < gpus; ++index) {
        const std::string name = gpuName(index);
        names.push_back(fmt::format("cuda:{}{}{}", index, name.empty() ? "" : " ", name));
    }
    return names;
}

} // namespace bitloom
