// SPDX-License-Identifier: GPL-3.0-or-later
// NVIDIA's management library as far as the studio asks it, with two GPUs that are not there.
#include <cstdint>
#include <cstdio>

extern "C" {
struct FakeMemory
{
    std::uint64_t total, free, used;
};
struct FakeUtilization
{
    unsigned gpu, memory;
};

int nvmlInit_v2()
{
    return 0;
}
int nvmlShutdown()
{
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned* count)
{
    *count = 2;
    return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device)
{
    *device = reinterpret_cast<void*>(static_cast<std::uintptr_t>(index + 1));
    return 0;
}
int nvmlDeviceGetName(void* device, char* name, unsigned capacity)
{
    std::snprintf(name, capacity, "Fake GPU %d", static_cast<int>(reinterpret_cast<std::uintptr_t>(device)) - 1);
    return 0;
}
int nvmlDeviceGetMemoryInfo(void* device, FakeMemory* memory)
{
    const auto number = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(device));
    *memory = { 8000000000, 8000000000 - number * 1000000000, number * 1000000000 };
    return 0;
}
int nvmlDeviceGetUtilizationRates(void*, FakeUtilization* utilization)
{
    *utilization = { 40, 10 };
    return 0;
}
}
