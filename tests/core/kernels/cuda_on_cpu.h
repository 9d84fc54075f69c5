// SPDX-License-Identifier: GPL-3.0-or-later
// Just enough of CUDA's device language to run this project's kernels on a CPU, so that what they compute is tested where there is no GPU.
// Every thread of a block is a coroutine on one operating system thread; warp-wide operations and barriers hand over to the next. It
// finds lanes that disagree on which operation comes next and lanes that never arrive; it cannot find a missing barrier for certain.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <QtTest/QTest>
#include <type_traits>
#include <ucontext.h>
#include <vector>

namespace cuda_on_cpu {

struct Index
{
    unsigned x = 0, y = 0;
};
inline Index threadIndex, blockIndex;

class Block
{
public:
    Block(int threads, const std::function<void()>& kernel)
        : m_kernel(kernel)
        , m_fibers(static_cast<std::size_t>(threads))
        , m_warps(m_fibers.size() / 32)
    {
    }

    /// False where threads wait for others that never come.
    bool run()
    {
        Block* const outer = current;
        current = this;
        for (Fiber& fiber : m_fibers) {
            fiber.stack = std::make_unique<char[]>(stackBytes);
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.get();
            fiber.context.uc_stack.ss_size = stackBytes;
            fiber.context.uc_link = &m_scheduler;
            makecontext(&fiber.context, &Block::enter, 0);
        }
        bool progress = true;
        while (progress) {
            progress = false;
            for (std::size_t i = 0; i < m_fibers.size(); ++i) {
                if (m_fibers[i].state != State::Ready)
                    continue;
                progress = true;
                m_active = i;
                threadIndex = { static_cast<unsigned>(i), 0 };
                swapcontext(&m_scheduler, &m_fibers[i].context);
            }
            progress |= releaseWarps();
            progress |= releaseBlock();
        }
        current = outer;
        for (const Fiber& fiber : m_fibers)
            if (fiber.state != State::Done)
                return false;
        return m_agreed;
    }

    /// Gives `value` to the warp and returns what each of its lanes gave.
    const std::uint64_t* exchange(char operation, std::uint64_t value)
    {
        Warp& warp = m_warps[m_active / 32];
        warp.given[m_active % 32] = value;
        m_fibers[m_active].operation = operation;
        wait(State::AtWarp);
        return m_warps[m_active / 32].taken;
    }

    void synchronizeBlock() { wait(State::AtBlock); }

    static inline Block* current = nullptr;

private:
    static constexpr std::size_t stackBytes = 32768;
    enum class State { Ready, AtWarp, AtBlock, Done };
    struct Fiber
    {
        ucontext_t context {};
        std::unique_ptr<char[]> stack;
        State state = State::Ready;
        char operation = 0;
    };
    struct Warp
    {
        std::uint64_t given[32] = {}, taken[32] = {};
    };

    static void enter()
    {
        current->m_kernel();
        current->m_fibers[current->m_active].state = State::Done;
    }

    void wait(State state)
    {
        m_fibers[m_active].state = state;
        swapcontext(&m_fibers[m_active].context, &m_scheduler);
    }

    bool releaseWarps()
    {
        bool released = false;
        for (std::size_t w = 0; w < m_warps.size(); ++w) {
            bool complete = true;
            for (std::size_t lane = 0; lane < 32; ++lane)
                complete = complete && m_fibers[w * 32 + lane].state == State::AtWarp;
            if (!complete)
                continue;
            std::memcpy(m_warps[w].taken, m_warps[w].given, sizeof m_warps[w].taken);
            for (std::size_t lane = 0; lane < 32; ++lane) {
                m_agreed = m_agreed && m_fibers[w * 32 + lane].operation == m_fibers[w * 32].operation;
                m_fibers[w * 32 + lane].state = State::Ready;
            }
            released = true;
        }
        return released;
    }

    bool releaseBlock()
    {
        bool waiting = false;
        for (const Fiber& fiber : m_fibers) {
            if (fiber.state != State::AtBlock && fiber.state != State::Done)
                return false;
            waiting = waiting || fiber.state == State::AtBlock;
        }
        for (Fiber& fiber : m_fibers)
            if (fiber.state == State::AtBlock)
                fiber.state = State::Ready;
        return waiting;
    }

    const std::function<void()>& m_kernel;
    std::vector<Fiber> m_fibers;
    std::vector<Warp> m_warps;
    ucontext_t m_scheduler {};
    std::size_t m_active = 0;
    bool m_agreed = true;
};

/// Runs kernel() for every thread of every block; beforeBlock() makes its shared memory.
inline bool launch(unsigned gridX, unsigned gridY, int threads, const std::function<void()>& beforeBlock, const std::function<void()>& kernel)
{
    for (unsigned y = 0; y < gridY; ++y)
        for (unsigned x = 0; x < gridX; ++x) {
            blockIndex = { x, y };
            beforeBlock();
            if (!Block(threads, kernel).run())
                return false;
        }
    return true;
}

template <class T>
std::uint64_t bits(T value)
{
    std::uint64_t result = 0;
    std::memcpy(&result, &value, sizeof value);
    return result;
}

template <class T>
T fromBits(std::uint64_t value)
{
    T result;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

}

struct float4
{
    float x, y, z, w;
};

// The names are CUDA's.
#define __device__
#define __host__
#define threadIdx cuda_on_cpu::threadIndex
#define blockIdx cuda_on_cpu::blockIndex

inline void __syncthreads() { cuda_on_cpu::Block::current->synchronizeBlock(); }
inline void __syncwarp() { cuda_on_cpu::Block::current->exchange('w', 0); }
inline unsigned __ballot_sync(unsigned, bool vote)
{
    const std::uint64_t* votes = cuda_on_cpu::Block::current->exchange('b', vote);
    unsigned result = 0;
    for (unsigned lane = 0; lane < 32; ++lane)
        result |= static_cast<unsigned>(votes[lane]) << lane;
    return result;
}
inline unsigned __match_any_sync(unsigned, int value)
{
    const std::uint64_t own = cuda_on_cpu::bits(value);
    const std::uint64_t* values = cuda_on_cpu::Block::current->exchange('m', own);
    unsigned result = 0;
    for (unsigned lane = 0; lane < 32; ++lane)
        result |= static_cast<unsigned>(values[lane] == own) << lane;
    return result;
}
template <class T>
T __shfl_sync(unsigned, T value, int lane)
{
    return cuda_on_cpu::fromBits<T>(cuda_on_cpu::Block::current->exchange('s', cuda_on_cpu::bits(value))[lane & 31]);
}
template <class T>
T __shfl_xor_sync(unsigned, T value, int mask)
{
    const unsigned lane = threadIdx.x % 32;
    return cuda_on_cpu::fromBits<T>(cuda_on_cpu::Block::current->exchange('x', cuda_on_cpu::bits(value))[(lane ^ static_cast<unsigned>(mask)) & 31]);
}
template <class T>
T __shfl_up_sync(unsigned, T value, unsigned reach)
{
    const unsigned lane = threadIdx.x % 32;
    return cuda_on_cpu::fromBits<T>(cuda_on_cpu::Block::current->exchange('u', cuda_on_cpu::bits(value))[lane >= reach ? lane - reach : lane]);
}
inline int __popc(unsigned value) { return __builtin_popcount(value); }
inline int __ffs(int value) { return __builtin_ffs(value); }
inline unsigned __reduce_max_sync(unsigned, unsigned value)
{
    const std::uint64_t* values = cuda_on_cpu::Block::current->exchange('r', value);
    unsigned most = 0;
    for (unsigned lane = 0; lane < 32; ++lane)
        most = values[lane] > most ? static_cast<unsigned>(values[lane]) : most;
    return most;
}
inline int __float_as_int(float value) { return cuda_on_cpu::fromBits<int>(cuda_on_cpu::bits(value)); }
inline float __int_as_float(int value) { return cuda_on_cpu::fromBits<float>(cuda_on_cpu::bits(value)); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
