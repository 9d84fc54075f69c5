// SPDX-License-Identifier: GPL-3.0-or-later
// The CUDA kernels' own source, run on the CPU over the mirror of a cache, and compared with plain f64 arithmetic.
#include "tests/core/kernels/tensor_core_on_cpu.h"

#include "core/kernels/cuda/packed_attention.cuh"
#include "core/kv/kv_cache.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/recent_window.h"
#include "tests/core/kv/random_tokens.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <cstdlib>
#include <map>

using namespace bitloom;
using namespace bitloom::kv;
using bitloom::test::oneLayer;
using bitloom::test::RandomTokens;

namespace {

/// The device's memory and what is asked of it.
struct Device
{
    std::map<void*, std::size_t> memory;
    std::int64_t held = 0, limit = std::int64_t(1) << 40, uploaded = 0;
    int multiprocessors = 1, splits = 0;
} device;

const char* allocate(std::size_t bytes, void** memory)
{
    if (device.held + static_cast<std::int64_t>(bytes) > device.limit)
        return "out of memory";
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*memory, 0xa5, bytes); // what nobody wrote is no zero
    device.memory[*memory] = bytes;
    device.held += static_cast<std::int64_t>(bytes);
    return nullptr;
}

void release(void* memory)
{
    device.held -= static_cast<std::int64_t>(device.memory.at(memory));
    device.memory.erase(memory);
    std::free(memory);
}

const char* upload(void* to, const void* from, std::size_t bytes, void*)
{
    device.uploaded += static_cast<std::int64_t>(bytes);
    std::memcpy(to, from, bytes);
    return nullptr;
}

const char* download(void* to, const void* from, std::size_t bytes, void*)
{
    std::memcpy(to, from, bytes);
    return nullptr;
}

const char* scatter(const kernels::Scatter& pieces, void*)
{
    const auto blocks = static_cast<unsigned>((pieces.count + kernels::cuda::scatterWarps - 1) / kernels::cuda::scatterWarps);
    return cuda_on_cpu::launch(blocks, 1, kernels::cuda::warp * kernels::cuda::scatterWarps, [] { }, [&] { kernels::cuda::scatterPieces(pieces); }) ? nullptr : "threads that wait for ever";
}

const char* attendOnCpu(const kernels::PackedAttentionBatch& batch, void*)
{
    device.splits = batch.splits;
    const auto passes = static_cast<unsigned>((batch.queriesPerHead + kernels::queriesPerPass - 1) / kernels::queriesPerPass);
    std::vector<float> shared;
    const bool attended = cuda_on_cpu::launch(static_cast<unsigned>(batch.heads) * passes, static_cast<unsigned>(batch.splits), kernels::cuda::warp * kernels::cuda::attentionWarps,
        [&] { shared.assign(static_cast<std::size_t>(kernels::cuda::attentionSharedFloats(batch)), std::nanf("")); },
        [&] {
            if (batch.headSize <= 64)
                kernels::cuda::attendSplit<4>(batch, shared.data());
            else if (batch.headSize <= 128)
                kernels::cuda::attendSplit<8>(batch, shared.data());
            else
                kernels::cuda::attendSplit<16>(batch, shared.data());
        });
    const bool merged = cuda_on_cpu::launch(static_cast<unsigned>(batch.heads * batch.queriesPerHead), 1, kernels::cuda::mergeThreads, [] { }, [&] { kernels::cuda::mergeSplits(batch); });
    return attended && merged ? nullptr : "threads that wait for ever";
}

const char* multiprocessors(int* count)
{
    *count = device.multiprocessors;
    return nullptr;
}

constexpr kernels::PackedAttentionKernels emulated { allocate, release, upload, download, scatter, attendOnCpu, multiprocessors };

PolicyFactory logarithmic(int window, int sinks)
{
    return [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<LogarithmicWindow>(resource, window, sinks); };
}

PolicyFactory recent(int sinks, int keys, int values)
{
    return [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, sinks, keys, values); };
}

/// Keeps nothing at all, not even the newest position.
class KeepNothing : public RetentionPolicy
{
public:
    explicit KeepNothing(std::pmr::memory_resource*) { }
    void append(std::int32_t position, Releases& releases) override { releases.both(position); }
    [[nodiscard]] Retained reason(std::int32_t) const override { return Retained::Recent; }
};

struct Setup
{
    Grid keys, values;
    int keyBlock = 32, valueBlock = 32;
    ElementType exact = ElementType::F16;
    PolicyFactory policy = logarithmic(11, 4);
    [[nodiscard]] CachePlan plan(int layers = 1) const
    {
        LayerPlan layer;
        layer.keys.grid = keys;
        layer.keys.block = keyBlock;
        layer.values.grid = values;
        layer.values.block = valueBlock;
        layer.exact = exact;
        layer.policy = policy;
        CachePlan plan;
        plan.layers.assign(static_cast<std::size_t>(layers), layer);
        return plan;
    }
};

Grid grid(int bits, GridAxis axis, int group = 0, Metadata metadata = Metadata::HalfPair, Rounding rounding = Rounding::MinimumMaximum)
{
    return { bits, axis, group, rounding, metadata };
}

/// The largest difference, relative to the largest output, of what one more token of each row gets from what plain arithmetic gets over the same store.
double differenceOfStep(KvCache& cache, const RandomTokens& tokens, std::span<const std::int64_t> padding = {})
{
    const CacheShape& shape = cache.shape();
    const int shared = shape.heads / shape.keyValueHeads;
    kv::LayerTokens layer = tokens.layer();
    layer.padding = padding;
    std::vector<float> out(tokens.queries.size());
    if (!cache.attend(layer, out.data()))
        return 1e9;
    double most = 0, largest = 0;
    for (int row = 0; row < shape.rows; ++row)
        for (int head = 0; head < shape.keyValueHeads; ++head) {
            QueryGroup group;
            group.queries = tokens.queries.data() + (row * shape.heads + head * shared) * shape.headSize;
            group.stride = shape.headSize;
            group.count = shared;
            group.scale = 1 / std::sqrt(static_cast<float>(shape.headSize));
            const HeadCache& of = cache.head(0, row, head);
            if (shape.slidingWindow)
                group.firstVisible = std::max<std::int64_t>(0, of.length() - *shape.slidingWindow);
            std::vector<double> plain;
            attendPlainly(of, group, plain);
            if (!padding.empty() && padding[static_cast<std::size_t>(row)] > 0)
                std::fill(plain.begin(), plain.end(), 0.0);
            for (std::size_t i = 0; i < plain.size(); ++i) {
                const double found = out[static_cast<std::size_t>((row * shape.heads + head * shared) * shape.headSize) + i];
                most = std::isfinite(found) ? std::max(most, std::fabs(found - plain[i])) : 1e9;
                largest = std::max(largest, std::fabs(plain[i]));
            }
        }
    return most / largest;
}

constexpr double allowed = 1e-5;

/// `before` tokens at once, then `steps` one after another, each compared; the worst difference.
double differenceOf(const CacheShape& shape, const CachePlan& plan, std::int64_t before, std::int64_t steps, int multiprocessorCount = 1)
{
    device.multiprocessors = multiprocessorCount;
    auto cache = KvCache::create(shape, plan);
    if (!cache || !(*cache)->mirrorOnDevice(emulated))
        return 1e9;
    const RandomTokens tokens(shape, before + steps, 3);
    if (!(*cache)->append(tokens.slice(0, before).layer()))
        return 1e9;
    double most = 0;
    for (std::int64_t step = 0; step < steps; ++step)
        most = std::max(most, differenceOfStep(**cache, tokens.slice(before + step, 1)));
    return (*cache)->deviceBytes() == device.held ? most : 1e9;
}

}

#define VERIFY_CLOSE(difference)                                                                                      \
    do {                                                                                                              \
        const double found_ = (difference);                                                                           \
        QVERIFY2(found_ <= allowed, qPrintable(QString::number(found_)));                                             \
    } while (false)

class TestCudaAttention : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { QCOMPARE(device.held, std::int64_t(0)); }

    void everyGrid_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("headSize");
        QTest::addColumn<int>("queries");
        int next = 0;
        for (const int headSize : { 64, 128 })
            for (const int bits : { 1, 2, 3, 4, 8 }) {
                const int queries = std::array { 1, 3, 4, 8 }[static_cast<std::size_t>(next++ % 4)];
                QTest::addRow("%d bits, heads of %d, %d queries", bits, headSize, queries) << bits << headSize << queries;
            }
    }
    void everyGrid()
    {
        QFETCH(int, bits);
        QFETCH(int, headSize);
        QFETCH(int, queries);
        const CacheShape shape = oneLayer(queries, 1, headSize);
        for (const GridAxis keyAxis : { GridAxis::Channel, GridAxis::Token })
            for (const GridAxis valueAxis : { GridAxis::Channel, GridAxis::Token })
                VERIFY_CLOSE(differenceOf(shape, Setup { grid(bits, keyAxis), grid(bits, valueAxis) }.plan(), 76, 2));
    }

    void otherBitsForValues()
    {
        for (const auto& [keys, values] : { std::pair(4, 2), std::pair(1, 8), std::pair(3, 1) })
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), Setup { grid(keys, GridAxis::Channel), grid(values, GridAxis::Token) }.plan(), 70, 1));
    }

    void queryGroups_data()
    {
        QTest::addColumn<int>("queries");
        for (const int queries : { 1, 3, 4, 8, 11 }) // 11: a pass of 8 and one of 3
            QTest::addRow("%d", queries) << queries;
    }
    void queryGroups()
    {
        QFETCH(int, queries);
        VERIFY_CLOSE(differenceOf(oneLayer(2 * queries, 2, 64), Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan(), 120, 1));
    }

    void everyMetadata_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("metadata");
        QTest::addColumn<int>("rounding");
        const auto add = [](const char* name, int bits, Metadata metadata, Rounding rounding) { QTest::newRow(name) << bits << static_cast<int>(metadata) << static_cast<int>(rounding); };
        add("integer zero, f16", 2, Metadata::HalfZero, Rounding::IntegerZero);
        add("integer zero, f32", 2, Metadata::FloatZero, Rounding::IntegerZero);
        add("bytes", 2, Metadata::Bytes, Rounding::LeastSquares);
        add("symmetric", 4, Metadata::HalfScale, Rounding::AbsoluteMaximum);
        add("q8_0", 8, Metadata::HalfScale, Rounding::Q8_0);
        add("q4_0", 4, Metadata::HalfScale, Rounding::Q4_0);
        add("iq4_nl", 4, Metadata::HalfScale, Rounding::Iq4Nl);
    }
    void everyMetadata()
    {
        QFETCH(int, bits);
        QFETCH(int, metadata);
        QFETCH(int, rounding);
        for (const GridAxis axis : { GridAxis::Channel, GridAxis::Token }) {
            const Grid one = grid(bits, axis, axis == GridAxis::Token ? 32 : 0, static_cast<Metadata>(metadata), static_cast<Rounding>(rounding));
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), Setup { one, one }.plan(), 70, 1));
        }
    }

    void everyGroup_data()
    {
        QTest::addColumn<int>("headSize");
        QTest::addColumn<int>("group");
        for (const auto& [headSize, group] : { std::pair(64, 32), std::pair(64, 16), std::pair(64, 8), std::pair(64, 4), std::pair(80, 0), std::pair(80, 20), std::pair(8, 0), std::pair(12, 4), std::pair(192, 64) })
            QTest::addRow("%d of %d", group, headSize) << headSize << group;
    }
    void everyGroup()
    {
        QFETCH(int, headSize);
        QFETCH(int, group);
        for (const int bits : { 2, 3 }) {
            const Grid one = grid(bits, GridAxis::Token, group);
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, headSize), Setup { one, one }.plan(), 70, 1));
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, headSize), Setup { grid(bits, GridAxis::Channel), grid(bits, GridAxis::Channel) }.plan(), 70, 1));
        }
    }

    void everyBlock_data()
    {
        QTest::addColumn<int>("keys");
        QTest::addColumn<int>("values");
        for (const auto& [keys, values] : { std::pair(8, 8), std::pair(16, 16), std::pair(64, 64), std::pair(128, 128), std::pair(8, 32), std::pair(128, 16) })
            QTest::addRow("%d and %d", keys, values) << keys << values;
    }
    void everyBlock()
    {
        QFETCH(int, keys);
        QFETCH(int, values);
        for (const int bits : { 1, 2, 3 }) {
            Setup setup { grid(bits, GridAxis::Channel), grid(bits, GridAxis::Token) };
            setup.keyBlock = keys;
            setup.valueBlock = values;
            VERIFY_CLOSE(differenceOf(oneLayer(2, 1, 64), setup.plan(), 150, 1));
        }
    }

    void exactRows_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("f32") << static_cast<int>(ElementType::F32);
        QTest::newRow("f16") << static_cast<int>(ElementType::F16);
        QTest::newRow("bf16") << static_cast<int>(ElementType::BF16);
    }
    void exactRows()
    {
        QFETCH(int, type);
        Setup setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) };
        setup.exact = static_cast<ElementType>(type);
        VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), setup.plan(), 70, 1));
        setup.policy = recent(0, 1 << 20, 1 << 20); // no page at all
        VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), setup.plan(), 70, 2));
    }

    void halvesOfOnePositionDiffer()
    {
        // As KIVI has it: keys wait for their block, values are packed one by one; and the other way round.
        Setup setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) };
        for (const auto& [keys, values] : { std::pair(5, 40), std::pair(60, 9) }) {
            setup.policy = recent(2, keys, values);
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), setup.plan(), 90, 12));
        }
    }

    void nothingIsExact()
    {
        Setup setup { grid(2, GridAxis::Token), grid(2, GridAxis::Token) };
        setup.policy = [](std::pmr::memory_resource* resource, int, int) { return makePolicy<KeepNothing>(resource); };
        VERIFY_CLOSE(differenceOf(oneLayer(4, 1, 64), setup.plan(), 70, 2));
    }

    void droppedPositionsAreNotSeen()
    {
        Grid nothing;
        nothing.bits = 0;
        Setup setup { nothing, nothing };
        setup.policy = recent(4, 20, 20);
        VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), setup.plan(), 90, 3));
    }

    void slidingWindowsHideOldPositions()
    {
        CacheShape shape = oneLayer(3, 1, 64);
        for (const std::int64_t window : { 10, 45, 70 }) {
            shape.slidingWindow = window;
            VERIFY_CLOSE(differenceOf(shape, Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan(), 120, 2));
        }
    }

    void constantGroupsAndLargeNumbers()
    {
        const CacheShape shape = oneLayer(2, 1, 64);
        for (const float size : { 0.0F, 1e-20F, 1e4F }) {
            auto cache = KvCache::create(shape, Setup { grid(2, GridAxis::Channel, 0, Metadata::FloatZero, Rounding::IntegerZero), grid(2, GridAxis::Token) }.plan());
            BITLOOM_VERIFY(cache);
            BITLOOM_VERIFY((*cache)->mirrorOnDevice(emulated));
            RandomTokens tokens(shape, 101, 9);
            for (float& key : tokens.keys)
                key *= size;
            for (float& query : tokens.queries)
                query = size > 1 ? query / size : query;
            BITLOOM_VERIFY((*cache)->append(tokens.slice(0, 100).layer()));
            VERIFY_CLOSE(differenceOfStep(**cache, tokens.slice(100, 1)));
        }
    }

    void severalSplits()
    {
        for (const auto& [length, multiprocessorCount] : { std::pair(900, 132), std::pair(900, 2), std::pair(33, 132) }) {
            VERIFY_CLOSE(differenceOf(oneLayer(3, 1, 64), Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan(), length, 1, multiprocessorCount));
            QVERIFY(length < 100 ? device.splits == 1 : device.splits == 3);
        }
        QCOMPARE(kernels::attentionSplits(8, 1024, 132), 128);
        QCOMPARE(kernels::attentionSplits(8, 512, 132), 64);
        QCOMPARE(kernels::attentionSplits(2048, 1024, 132), 1);
        QCOMPARE(kernels::attentionSplits(256, 4096, 132), 5);
    }

    void batchOfDifferingLengths()
    {
        CacheShape shape = oneLayer(6, 2, 64);
        shape.rows = 3;
        auto cache = KvCache::create(shape, Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan());
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY((*cache)->mirrorOnDevice(emulated));
        device.multiprocessors = 20;
        const RandomTokens tokens(shape, 200, 5);
        RandomTokens prompt = tokens.slice(0, 190);
        kv::LayerTokens layer = prompt.layer();
        const std::vector<std::int64_t> padding { 0, 190, 87 };
        layer.padding = padding;
        BITLOOM_VERIFY((*cache)->append(layer));
        QCOMPARE((*cache)->length(0, 1), std::int64_t(0));
        const std::vector<std::int64_t> second { 0, 1, 0 }; // its first token is still to come
        VERIFY_CLOSE(differenceOfStep(**cache, tokens.slice(190, 1), second));
        for (std::int64_t step = 191; step < 195; ++step)
            VERIFY_CLOSE(differenceOfStep(**cache, tokens.slice(step, 1)));
        QCOMPARE((*cache)->length(0, 1), std::int64_t(4));
    }

    void hostAndDeviceTakeTurns()
    {
        const CacheShape shape = oneLayer(3, 1, 64);
        const CachePlan plan = Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan();
        auto mirrored = KvCache::create(shape, plan), alone = KvCache::create(shape, plan);
        BITLOOM_VERIFY(mirrored);
        BITLOOM_VERIFY(alone);
        const RandomTokens tokens(shape, 400, 8);
        std::int64_t done = 0;
        for (const std::int64_t count : { 1, 40, 1, 1, 100, 1, 37, 1 }) {
            if (done == 41)
                BITLOOM_VERIFY((*mirrored)->mirrorOnDevice(emulated)); // may come late, too
            const RandomTokens part = tokens.slice(done, count);
            const auto expected = part.through(**alone), found = part.through(**mirrored);
            BITLOOM_VERIFY(expected);
            BITLOOM_VERIFY(found);
            for (std::size_t i = 0; i < expected->size(); ++i)
                QVERIFY(std::fabs((*expected)[i] - (*found)[i]) < 2e-5F);
            done += count;
        }
        QVERIFY((*mirrored)->deviceBytes() > 0 && (*alone)->deviceBytes() == 0);
    }

    void everyLayerAndTransform()
    {
        CacheShape shape = oneLayer(4, 2, 64);
        shape.layers = 2;
        CachePlan plan = Setup { grid(2, GridAxis::Token), grid(2, GridAxis::Token) }.plan(2);
        for (LayerPlan& layer : plan.layers) {
            addHadamard(layer.keys.transform, 64);
            addHadamard(layer.values.transform, 64);
            layer.keys.transform.scale.assign(128, 1.5F);
            layer.values.transform.shift.assign(128, 0.25F);
        }
        plan.layers[1].keys.grid = grid(4, GridAxis::Channel);
        auto mirrored = KvCache::create(shape, plan), alone = KvCache::create(shape, plan);
        BITLOOM_VERIFY(mirrored);
        BITLOOM_VERIFY(alone);
        BITLOOM_VERIFY((*mirrored)->mirrorOnDevice(emulated));
        const RandomTokens tokens(shape, 72, 8);
        for (const auto& [first, count] : { std::pair(0, 70), std::pair(70, 1), std::pair(71, 1) })
            for (int layer = 0; layer < 2; ++layer) {
                const RandomTokens part = tokens.slice(first, count);
                const auto expected = part.through(**alone, layer), found = part.through(**mirrored, layer);
                BITLOOM_VERIFY(expected);
                BITLOOM_VERIFY(found);
                for (std::size_t i = 0; i < expected->size(); ++i)
                    QVERIFY(std::fabs((*expected)[i] - (*found)[i]) < 2e-5F);
            }
    }

    void stepsBringOverWhatChanged()
    {
        const CacheShape shape = oneLayer(1, 1, 64);
        auto cache = KvCache::create(shape, Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan());
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY((*cache)->mirrorOnDevice(emulated));
        const RandomTokens tokens(shape, 1100, 8);
        BITLOOM_VERIFY((*cache)->append(tokens.slice(0, 1000).layer()));
        std::vector<float> out(64);
        BITLOOM_VERIFY((*cache)->attend(tokens.slice(1000, 1).layer(), out.data()));
        // Pages of 2 bits with their metadata, an eighth more for those to come, as much again through which they were brought over, slabs, tables and buffers.
        const std::int64_t before = (*cache)->deviceBytes(), pages = 31 * (64 * 8 + 256 + 64 * 8 + 128);
        QVERIFY2(before > pages && before < pages * 9 / 4 + (40 << 10), qPrintable(QString::number(before)));
        device.uploaded = 0;
        constexpr int steps = 64;
        for (int step = 0; step < steps; ++step)
            BITLOOM_VERIFY((*cache)->attend(tokens.slice(1001 + step, 1).layer(), out.data()));
        // Each token: two rows of 128 bytes, the query, and its share of pages, which those packed one by one repeat. A page of keys alone is 768 bytes.
        QVERIFY2(device.uploaded / steps < 2000, qPrintable(QString::number(device.uploaded / steps)));
        QCOMPARE((*cache)->deviceBytes(), device.held);
    }

    void noRoomIsAnError()
    {
        const CacheShape shape = oneLayer(1, 1, 64);
        auto cache = KvCache::create(shape, Setup { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) }.plan());
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY((*cache)->mirrorOnDevice(emulated));
        device.limit = 100000;
        const RandomTokens tokens(shape, 3000, 8);
        BITLOOM_VERIFY((*cache)->append(tokens.slice(0, 2999).layer()));
        std::vector<float> out(64);
        const auto attended = (*cache)->attend(tokens.slice(2999, 1).layer(), out.data());
        device.limit = std::int64_t(1) << 40;
        QVERIFY(!attended && attended.error().code == ErrorCode::OutOfMemory);
        QVERIFY(attended.error().message.find("GPU has no room") != std::string::npos);
    }

    void whatTheGpuCannotDoIsSaid()
    {
        const auto problem = [](const CacheShape& shape, const CachePlan& plan) -> std::string {
            auto cache = KvCache::create(shape, plan);
            if (!cache)
                return "no cache";
            const auto done = (*cache)->mirrorOnDevice(emulated);
            return done || done.error().code != ErrorCode::Unsupported || (*cache)->mirror() ? "none" : done.error().message;
        };
        const Setup usual { grid(2, GridAxis::Channel), grid(2, GridAxis::Token) };
        QVERIFY(problem(oneLayer(1, 1, 10), usual.plan()).find("heads of 10") == 0);
        QVERIFY(problem(oneLayer(1, 1, 512), usual.plan()).find("heads of 512") == 0);
        QVERIFY(problem(oneLayer(1, 1, 64), Setup { grid(2, GridAxis::Token, 2), grid(2, GridAxis::Token) }.plan()).find("groups of 2") == 0);
    }

    void withoutCudaThereIsNoTable()
    {
#ifdef BITLOOM_HAS_CUDA
        QVERIFY(kernels::cudaPackedAttentionKernels() != nullptr);
#else
        QVERIFY(kernels::cudaPackedAttentionKernels() == nullptr);
#endif
    }
};

QTEST_GUILESS_MAIN(TestCudaAttention)
#include "tst_cuda_attention.moc"
