// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/device.h"

#include <torch/cuda.h>
#include <array>
#include <charconv>
#include <dlfcn.h>
#include <optional>

namespace bitloom {
namespace {
    /// A function of the driver, which is there or not at run time; null where it is not.
    template <class Function>
    Function driverFunction(const char* name)
    {
        void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
        return driver != nullptr ? reinterpret_cast<Function>(dlsym(driver, name)) : nullptr;
    }

    /// The driver's handle of a GPU; nullopt where there is none.
    std::optional<int> driverHandle(int index)
    {
        const auto initialize = driverFunction<int (*)(unsigned)>("cuInit");
        const auto device = driverFunction<int (*)(int*, int)>("cuDeviceGet");
        int handle = 0;
        if (initialize == nullptr || device == nullptr || initialize(0) != 0 || device(&handle, index) != 0)
            return std::nullopt;
        return handle;
    }

    /// The marketing name of a GPU.
    std::string gpuName(int index)
    {
        const auto handle = driverHandle(index);
        const auto name = driverFunction<int (*)(char*, int, int)>("cuDeviceGetName");
        std::array<char, 256> text {};
        const bool known = handle && name != nullptr && name(text.data(), static_cast<int>(text.size() - 1), *handle) == 0;
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

std::int64_t deviceMemory(const torch::Device& device)
{
    if (!device.is_cuda())
        return 0;
    const auto handle = driverHandle(device.index());
    const auto total = driverFunction<int (*)(std::size_t*, int)>("cuDeviceTotalMem_v2");
    std::size_t bytes = 0;
    return handle && total != nullptr && total(&bytes, *handle) == 0 ? static_cast<std::int64_t>(bytes) : 0;
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
