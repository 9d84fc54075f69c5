// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/device_link.h"

#include <chrono>
#include <cstring>
#include <dlfcn.h>
#include <nccl.h>
#include <thread>

namespace bitloom {
namespace {
    using namespace std::chrono_literals;
    static_assert(sizeof(ncclUniqueId) == sizeof(LinkKey));

    /// The functions of NCCL and of the CUDA runtime that a link calls, found in the libraries that libtorch runs on.
    class Nccl
    {
    public:
        static const Nccl& instance()
        {
            static const Nccl nccl;
            return nccl;
        }

        decltype(&ncclGetUniqueId) getUniqueId = nullptr;
        decltype(&ncclCommInitRank) initRank = nullptr;
        decltype(&ncclCommDestroy) destroy = nullptr;
        decltype(&ncclCommAbort) abort = nullptr;
        decltype(&ncclCommGetAsyncError) asyncError = nullptr;
        decltype(&ncclGetErrorString) errorString = nullptr;
        decltype(&ncclSend) send = nullptr;
        decltype(&ncclRecv) receive = nullptr;
        cudaError_t (*setDevice)(int) = nullptr;
        cudaError_t (*queryStream)(cudaStream_t) = nullptr;
        bool complete = false;

    private:
        Nccl()
        {
            void* nccl = dlopen(fmt::format("libnccl.so.{}", NCCL_MAJOR).c_str(), RTLD_NOW | RTLD_LOCAL);
            void* runtime = dlopen(fmt::format("libcudart.so.{}", CUDART_VERSION / 1000).c_str(), RTLD_NOW | RTLD_LOCAL);
            if (nccl == nullptr || runtime == nullptr)
                return;
            complete = find(nccl, "ncclGetUniqueId", getUniqueId) && find(nccl, "ncclCommInitRank", initRank) && find(nccl, "ncclCommDestroy", destroy)
                && find(nccl, "ncclCommAbort", abort) && find(nccl, "ncclCommGetAsyncError", asyncError) && find(nccl, "ncclGetErrorString", errorString)
                && find(nccl, "ncclSend", send) && find(nccl, "ncclRecv", receive) && find(runtime, "cudaSetDevice", setDevice)
                && find(runtime, "cudaStreamQuery", queryStream);
        }

        template <class Function>
        static bool find(void* library, const char* name, Function& function)
        {
            function = reinterpret_cast<Function>(dlsym(library, name));
            return function != nullptr;
        }
    };

    Result<void> checked(ncclResult_t result, const char* doing)
    {
        if (result == ncclSuccess || result == ncclInProgress)
            return {};
        return fail(ErrorCode::Io, "{}: NCCL says: {}", doing, Nccl::instance().errorString(result));
    }

    class NcclLink : public DeviceLink
    {
    public:
        NcclLink(ncclComm_t communicator, int device, JobControl& control)
            : m_communicator(communicator)
            , m_device(device)
            , m_control(control)
        {
        }
        NcclLink(const NcclLink&) = delete;
        NcclLink& operator=(const NcclLink&) = delete;
        ~NcclLink() override
        {
            if (m_communicator != nullptr)
                Nccl::instance().destroy(m_communicator);
        }

        Result<void> send(int to, const float* values, std::int64_t count) override
        {
            BITLOOM_CHECK(open());
            BITLOOM_CHECK(checked(Nccl::instance().send(values, static_cast<std::size_t>(count), ncclFloat, to, m_communicator, defaultStream), "sending to another GPU"));
            return finish();
        }

        Result<void> receive(int from, float* values, std::int64_t count) override
        {
            BITLOOM_CHECK(open());
            BITLOOM_CHECK(
                checked(Nccl::instance().receive(values, static_cast<std::size_t>(count), ncclFloat, from, m_communicator, defaultStream), "receiving from another GPU"));
            return finish();
        }

    private:
        static constexpr cudaStream_t defaultStream = nullptr;

        Result<void> open()
        {
            if (m_communicator == nullptr)
                return fail(ErrorCode::Io, "the link between the GPUs was given up before");
            if (Nccl::instance().setDevice(m_device) != cudaSuccess)
                return fail(ErrorCode::Io, "GPU {} cannot be used", m_device);
            return {};
        }

        /// Waits for the stream; gives the link up when another rank has failed, which would be waited for forever.
        Result<void> finish()
        {
            constexpr auto pollInterval = 50us;
            for (;; std::this_thread::sleep_for(pollInterval)) {
                const cudaError_t state = Nccl::instance().queryStream(defaultStream);
                if (state == cudaSuccess)
                    return {};
                ncclResult_t failure = ncclSuccess;
                Nccl::instance().asyncError(m_communicator, &failure);
                const auto sound = checked(failure, "exchanging with another GPU");
                const bool stopped = m_control.stopToken().stop_requested();
                if (state == cudaErrorNotReady && sound && !stopped)
                    continue;
                Nccl::instance().abort(m_communicator);
                m_communicator = nullptr;
                if (stopped)
                    return cancelled();
                return !sound ? sound : fail(ErrorCode::Io, "exchanging with another GPU: CUDA error {}", static_cast<int>(state));
            }
        }

        ncclComm_t m_communicator;
        int m_device;
        JobControl& m_control;
    };
}

bool hasNccl()
{
    return Nccl::instance().complete;
}

Result<LinkKey> newLinkKey()
{
    ncclUniqueId id;
    BITLOOM_CHECK(checked(Nccl::instance().getUniqueId(&id), "linking GPUs"));
    LinkKey key;
    std::memcpy(key.bytes, id.internal, sizeof key.bytes);
    return key;
}

Result<std::unique_ptr<DeviceLink>> openNcclLink(Ranks& ranks, int device, const LinkKey& key, JobControl& control)
{
    ncclUniqueId id;
    std::memcpy(id.internal, key.bytes, sizeof key.bytes);
    if (Nccl::instance().setDevice(device) != cudaSuccess)
        return fail(ErrorCode::Io, "GPU {} cannot be used", device);
    ncclComm_t communicator = nullptr;
    BITLOOM_CHECK(checked(Nccl::instance().initRank(&communicator, ranks.count(), id, ranks.rank()), "linking GPUs"));
    return std::make_unique<NcclLink>(communicator, device, control);
}

} // namespace bitloom
