// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/kv/transform.h"
#include "core/kv/half.h"
#include "core/kv/kv_cache.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/position_classes.h"
#include "core/kv/recent_window.h"
#include "tests/core/kv/random_tokens.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <complex>
#include <fstream>
#include <nlohmann/json.hpp>
#include <QtTest/QTest>

using namespace bitloom;
using namespace bitloom::kv;
using bitloom::test::oneLayer;
using bitloom::test::RandomTokens;

namespace {

CachePlan planOf(const Grid& keys, const Grid& values, const PolicyFactory& policy, int layers = 1, int block = 32)
{
    CachePlan plan;
    for (int layer = 0; layer < layers; ++layer) {
        LayerPlan one;
        one.keys.grid = keys;
        one.values.grid = values;
        one.keys.block = one.values.block = block;
        one.policy = policy;
        plan.layers.push_back(one);
    }
    return plan;
}

PolicyFactory logarithmic(int window, int sinks)
{
    return [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<LogarithmicWindow>(resource, window, sinks); };
}

PolicyFactory recent(int sinks, int keys, int values)
{
    return [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, sinks, keys, values); };
}

Grid grid(int bits, GridAxis axis, int group = 0, Metadata metadata = Metadata::HalfPair, Rounding rounding = Rounding::MinimumMaximum)
{
    return { bits, axis, group, rounding, metadata };
}

CachePlan usualPlan(int layers = 1)
{
    return planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), logarithmic(24, 4), layers);
}

double largestDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    double most = a.size() == b.size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        most = std::max(most, static_cast<double>(std::fabs(a[i] - b[i])));
    return most;
}

CacheShape rotaryShape(int heads, int keyValueHeads, int headSize)
{
    CacheShape shape = oneLayer(heads, keyValueHeads, headSize);
    for (int pair = 0; pair < headSize / 2; ++pair)
        shape.rotaryFrequencies.push_back(std::pow(10000.0, -2.0 * pair / headSize));
    return shape;
}

/// Turns a head's row by the rotary embedding, `sign` -1: back.
void turn(const CacheShape& shape, double position, int sign, float* row)
{
    const auto pairs = shape.rotaryFrequencies.size();
    for (std::size_t c = 0; c < pairs; ++c) {
        const std::complex<double> turned = std::polar(1.0, sign * position * shape.rotaryFrequencies[c]) * std::complex<double>(row[c], row[c + pairs]);
        row[c] = static_cast<float>(turned.real());
        row[c + pairs] = static_cast<float>(turned.imag());
    }
}

/// Tokens whose keys had channels of their own strength before they were turned.
RandomTokens turnedTokens(const CacheShape& shape, std::int64_t count)
{
    RandomTokens tokens(shape, count, 3);
    for (int head = 0; head < shape.keyValueHeads; ++head)
        for (std::int64_t position = 0; position < count; ++position)
            turn(shape, static_cast<double>(position), 1, tokens.keys.data() + (head * count + position) * shape.headSize);
    return tokens;
}

/// Rows of packed keys are those that packing the keys turned back gives, turned again.
void compareRows(const SideStore& keys, const Transform& transform, const CacheShape& shape, const RandomTokens& tokens, int head)
{
    const PageLayout& layout = keys.layout();
    const int block = layout.block(), size = shape.headSize;
    int packed = 0;
    for (std::int64_t first = 0; first + block <= tokens.count; first += block) {
        std::vector<float> rows(static_cast<std::size_t>(block * size)), scratch(static_cast<std::size_t>(2 * size)), row(static_cast<std::size_t>(size)), found(row);
        for (int i = 0; i < block; ++i) {
            for (int c = 0; c < size; ++c)
                row[static_cast<std::size_t>(c)] = fromHalf(toHalf(tokens.keys[static_cast<std::size_t>((head * tokens.count + first + i) * size + c)]));
            turn(shape, static_cast<double>(first + i), -1, row.data());
            const float* const stored = toStored(transform, head, size, row.data(), scratch.data());
            std::copy(stored, stored + size, rows.begin() + i * size);
        }
        std::vector<std::byte> page(layout.bytes());
        layout.packBlock(page.data(), rows.data());
        for (int i = 0; i < block; ++i) {
            if (keys.isExact(first + i))
                continue;
            ++packed;
            layout.readRow(page.data(), i, row.data());
            fromStored(transform, head, size, row.data(), scratch.data());
            turn(shape, static_cast<double>(first + i), 1, row.data());
            QVERIFY(keys.readRow(first + i, found.data()));
            int different = 0; // a number on the edge between two codes may fall on either side
            for (std::size_t c = 0; c < row.size(); ++c)
                different += std::fabs(row[c] - found[c]) > 1e-4F * (1 + std::fabs(row[c]));
            QVERIFY2(different <= (transform.mix.empty() ? 2 : 2 * size / 8), qPrintable(QStringLiteral("%1 of position %2").arg(different).arg(first + i)));
        }
    }
    QVERIFY(packed > 40);
}

/// Fails an allocation beyond a limit.
class LimitedMemory : public std::pmr::memory_resource
{
public:
    explicit LimitedMemory(std::int64_t limit)
        : m_limit(limit)
    {
    }
    std::int64_t used() const { return m_used; }
    std::int64_t calls() const { return m_calls; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        if (m_used + static_cast<std::int64_t>(bytes) > m_limit)
            throw std::bad_alloc();
        m_used += static_cast<std::int64_t>(bytes);
        ++m_calls;
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override
    {
        m_used -= static_cast<std::int64_t>(bytes);
        std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    std::int64_t m_limit;
    std::atomic<std::int64_t> m_used = 0, m_calls = 0;
};

}

class TestKvCache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void halvesRoundAsIeee()
    {
        for (std::uint32_t half = 0; half < 0x10000; ++half) {
            const auto bits = static_cast<std::uint16_t>(half);
            if ((bits & 0x7c00U) == 0x7c00U)
                continue;
            const float value = fromHalf(bits);
            QCOMPARE(toHalf(value), bits);
            QVERIFY(fromHalf(halfBelow(value)) == value && fromHalf(halfAbove(value)) == value);
            if (value > 0 && value < 60000) {
                const float between = value + 0.4F * (fromHalf(static_cast<std::uint16_t>(bits + 1)) - value);
                QCOMPARE(toHalf(between), bits);
                QCOMPARE(halfBelow(between), bits);
                QCOMPARE(halfAbove(between), static_cast<std::uint16_t>(bits + 1));
            }
        }
        QCOMPARE(fromHalf(toHalf(1e9F)), 65504.0F);
    }

    void packedAttentionEqualsPlain_data()
    {
        QTest::addColumn<int>("headSize");
        QTest::addColumn<int>("bits");
        for (const int headSize : { 8, 64, 80 })
            for (const int bits : { 1, 2, 3, 4, 8 })
                QTest::addRow("%d bits, heads of %d", bits, headSize) << headSize << bits;
    }
    void packedAttentionEqualsPlain()
    {
        QFETCH(int, headSize);
        QFETCH(int, bits);
        const CacheShape shape = oneLayer(6, 2, headSize);
        const std::int64_t length = 205;
        const RandomTokens tokens(shape, length, 3);
        for (const GridAxis keyAxis : { GridAxis::Channel, GridAxis::Token })
            for (const GridAxis valueAxis : { GridAxis::Channel, GridAxis::Token })
                for (const auto& [metadata, rounding] : { std::pair(Metadata::HalfPair, Rounding::MinimumMaximum), std::pair(Metadata::FloatZero, Rounding::IntegerZero),
                         std::pair(Metadata::Bytes, Rounding::LeastSquares) })
                    for (const int group : { 0, 8, 16, 32 }) {
                        if (group > 0 && headSize % group != 0)
                            continue;
                        const auto cache = KvCache::create(shape, planOf(grid(bits, keyAxis, group, metadata, rounding), grid(bits, valueAxis, group, metadata, rounding), logarithmic(11, 4)));
                        BITLOOM_VERIFY(cache);
                        const auto out = tokens.through(**cache);
                        BITLOOM_VERIFY(out);
                        for (int head = 0; head < 2; ++head) {
                            const std::vector<float> queries = tokens.queryGroup(head, length - 1);
                            QueryGroup group3;
                            group3.queries = queries.data();
                            group3.stride = headSize;
                            group3.count = 3;
                            group3.scale = 1 / std::sqrt(static_cast<float>(headSize));
                            std::vector<double> plain;
                            attendPlainly((*cache)->head(0, 0, head), group3, plain);
                            for (const auto set : { kernels::InstructionSet::Portable, kernels::InstructionSet::Avx2, kernels::InstructionSet::Avx512 }) {
                                if (!kernels::isSupported(set))
                                    continue;
                                AttentionScratch scratch;
                                PartialAttention first(3, headSize), rest(3, headSize);
                                attend((*cache)->head(0, 0, head), group3, 0, 128, scratch, first, nullptr, set);
                                attend((*cache)->head(0, 0, head), group3, 128, length, scratch, rest, nullptr, set);
                                first.merge(rest);
                                std::vector<float> fast(static_cast<std::size_t>(3 * headSize));
                                first.finish(fast.data(), headSize);
                                for (std::size_t i = 0; i < fast.size(); ++i)
                                    QVERIFY2(std::fabs(fast[i] - plain[i]) < 2e-4, kernels::instructionSetName(set));
                            }
                            for (int g = 0; g < 3; ++g)
                                for (int c = 0; c < headSize; ++c)
                                    QVERIFY(std::fabs((*out)[static_cast<std::size_t>(((head * 3 + g) * length + length - 1) * headSize + c)] - plain[static_cast<std::size_t>(g * headSize + c)]) < 2e-4);
                        }
                    }
    }

    void moreBitsComeCloser()
    {
        const CacheShape shape = oneLayer(6, 2, 64);
        const RandomTokens tokens(shape, 300, 5);
        const auto exact = KvCache::create(shape, planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), recent(0, 1 << 20, 1 << 20)));
        BITLOOM_VERIFY(exact);
        const auto expected = tokens.through(**exact);
        BITLOOM_VERIFY(expected);
        double before = 1e9;
        for (const int bits : { 1, 2, 3, 4, 8 }) {
            const auto cache = KvCache::create(shape, planOf(grid(bits, GridAxis::Channel), grid(bits, GridAxis::Token), recent(0, 32, 32)));
            BITLOOM_VERIFY(cache);
            const auto out = tokens.through(**cache);
            BITLOOM_VERIFY(out);
            double error = 0;
            for (std::size_t i = 0; i < out->size(); ++i)
                error += std::pow((*out)[i] - (*expected)[i], 2);
            QVERIFY2(error < 0.8 * before, qPrintable(QString::number(bits)));
            before = error;
        }
        QVERIFY(before < 0.05);
    }

    void reportedBytesAreAllocatedBytes()
    {
        CacheShape shape = oneLayer(6, 2, 64);
        shape.layers = 2;
        shape.rows = 2;
        const RandomTokens tokens(shape, 50, 7);
        LimitedMemory memory(std::int64_t(1) << 40);
        {
            const auto cache = KvCache::create(shape, usualPlan(2), &memory);
            BITLOOM_VERIFY(cache);
            QCOMPARE((*cache)->bytes(), memory.used());
            for (int call = 0; call < 10; ++call)
                for (int layer = 0; layer < 2; ++layer) {
                    BITLOOM_VERIFY(tokens.through(**cache, layer));
                    QCOMPARE((*cache)->bytes(), memory.used());
                }
            QCOMPARE((*cache)->numbers(), std::int64_t(2) * 2 * 2 * 2 * 500 * 64);
        }
        QCOMPARE(memory.used(), std::int64_t(0));
    }

    void halvesTellWhatTheyHold()
    {
        CountingResource memory(std::pmr::new_delete_resource());
        const PageLayout layout(grid(2, GridAxis::Channel), Half::Keys, 64, 32);
        SideStore store(layout, ElementType::F16, &memory);
        const std::vector<float> row(64, 1.5F);
        for (std::int32_t position = 0; position < 500; ++position) {
            store.append(row.data());
            if (position >= 40)
                store.release(std::array { position - 40 });
            QCOMPARE(store.bytes(), memory.bytes());
        }

        const CacheShape shape = oneLayer(6, 3, 64);
        const auto cache = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(cache);
        const std::int64_t empty = (*cache)->bytes();
        BITLOOM_VERIFY(RandomTokens(shape, 700, 4).through(**cache));
        QVERIFY((*cache)->bytes(Half::Keys) > 0 && (*cache)->bytes(Half::Values) > 0);
        // All that came since the cache was empty is keys or values.
        QCOMPARE((*cache)->bytes() - (*cache)->bytes(Half::Keys) - (*cache)->bytes(Half::Values), empty);
    }

    void classesAreThePolicysSets()
    {
        const int window = 10, sinks = 4;
        const CacheShape shape = oneLayer(2, 1, 16);
        const auto cache = KvCache::create(shape, planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), logarithmic(window, sinks)));
        BITLOOM_VERIFY(cache);
        LogarithmicList list(std::pmr::new_delete_resource(), window);
        const std::int64_t length = 400;
        const RandomTokens tokens(shape, length, 5);
        std::vector<float> out(static_cast<std::size_t>(2 * 16));
        std::int64_t waited = 0;
        for (std::int32_t position = 0; position < length; ++position) {
            BITLOOM_VERIFY((*cache)->attend(tokens.slice(position, 1).layer(), out.data()));
            list.append(position, [](std::int32_t) { });
            for (const Half half : { Half::Keys, Half::Values }) {
                std::vector<PositionClass> classes;
                classifyPositions((*cache)->head(0, 0, 0), half, classes);
                QCOMPARE(classes.size(), static_cast<std::size_t>(position + 1));
                const SideStore& store = half == Half::Keys ? (*cache)->head(0, 0, 0).keys() : (*cache)->head(0, 0, 0).values();
                for (std::int32_t p = 0; p <= position; ++p) {
                    const auto of = classes[static_cast<std::size_t>(p)];
                    const bool listed = std::find(list.positions().begin(), list.positions().end(), p) != list.positions().end();
                    QCOMPARE(of == PositionClass::Sink, p < sinks);
                    QCOMPARE(of == PositionClass::Recent || of == PositionClass::Logarithmic, p >= sinks && listed);
                    QCOMPARE(of == PositionClass::Packed, !store.isExact(p));
                    if (of == PositionClass::Waiting) {
                        ++waited;
                        QVERIFY(half == Half::Keys && p / 32 == position / 32); // only its page's last position is missing
                    }
                    if (of == PositionClass::Recent) // all from here on stay
                        QCOMPARE(classes.back(), PositionClass::Recent);
                }
                QVERIFY(std::is_sorted(std::find(classes.begin(), classes.end(), PositionClass::Recent), classes.end(),
                    [](PositionClass a, PositionClass b) { return (a == PositionClass::Recent) > (b == PositionClass::Recent); }));
            }
        }
        QVERIFY(waited > 0);
    }

    void droppedPositionsAreEvicted()
    {
        const CacheShape shape = oneLayer(2, 1, 16);
        Grid nothing;
        nothing.bits = 0;
        const auto cache = KvCache::create(shape, planOf(nothing, nothing, recent(4, 20, 20)));
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY(RandomTokens(shape, 100, 6).through(**cache));
        std::vector<PositionClass> classes;
        classifyPositions((*cache)->head(0, 0, 0), Half::Values, classes);
        for (std::size_t p = 0; p < 100; ++p)
            QCOMPARE(classes[p], p < 4 ? PositionClass::Sink : p < 80 ? PositionClass::Evicted : PositionClass::Recent);
    }

    void bytesOfALongText()
    {
        const CacheShape shape = oneLayer(3, 1, 64);
        const RandomTokens tokens(shape, 4096, 7);
        const auto cache = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY(tokens.through(**cache));
        const double share = static_cast<double>((*cache)->bytes()) / (2.0 * 4096 * 64 * 2);
        QVERIFY2(share < 0.20 && share > 2.75 / 16, qPrintable(QString::number(share)));
    }

    void appendingAllocatesLittle()
    {
        const CacheShape shape = oneLayer(1, 1, 64);
        const RandomTokens tokens(shape, 1024, 7);
        LimitedMemory memory(std::int64_t(1) << 40);
        const auto cache = KvCache::create(shape, usualPlan(), &memory);
        BITLOOM_VERIFY(cache);
        BITLOOM_VERIFY(tokens.through(**cache));
        const std::int64_t callsBefore = memory.calls(), bytesBefore = memory.used();
        BITLOOM_VERIFY(tokens.through(**cache));
        // 32 pages of keys and of values each, and now and then the lists of them.
        QVERIFY(memory.calls() - callsBefore < 64 + 12);
        QVERIFY(memory.used() - bytesBefore < 1024 * 2 * 64 * 3.0 / 8);
    }

    void everyPositionIsServedOnce()
    {
        const CacheShape shape = oneLayer(2, 1, 16);
        const RandomTokens tokens(shape, 500, 11);
        for (const int window : { 4, 16, 42 }) {
            const auto cache = KvCache::create(shape, planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), logarithmic(window, 4)));
            BITLOOM_VERIFY(cache);
            for (std::int64_t n = 1; n <= 500; ++n) {
                BITLOOM_VERIFY(tokens.slice(n - 1, 1).through(**cache));
                const HeadCache& head = (*cache)->head(0, 0, 0);
                for (const SideStore* side : { &head.keys(), &head.values() }) {
                    std::vector<int> served(static_cast<std::size_t>(n), 0);
                    for (std::size_t slab = 0; slab < side->slabs(); ++slab)
                        for (int slot = 0; slot < SideStore::slabSlots; ++slot)
                            if (const auto position = side->slabPositions(slab)[slot]; position >= 0) {
                                QVERIFY(side->isExact(position));
                                ++served[static_cast<std::size_t>(position)];
                            }
                    for (std::int64_t p = 0; p < n; ++p)
                        if (!side->isExact(p)) {
                            QVERIFY(side->page(static_cast<std::size_t>(p / 32)) != nullptr);
                            ++served[static_cast<std::size_t>(p)];
                        }
                    for (const int times : served)
                        QCOMPARE(times, 1);
                }
            }
        }
    }

    void retainedSetsEqualThePublishedCode()
    {
        BITLOOM_REQUIRE_SHARED();
        std::ifstream file(test::sharedFolder() / "golden" / "kv" / "logquant_retained.json");
        const auto golden = nlohmann::json::parse(file);
        int sets = 0;
        for (const auto& [window, lengths] : golden.at("exact_at_step_sets").items()) {
            LogarithmicList list(std::pmr::new_delete_resource(), std::stoi(window));
            std::vector<std::vector<std::int32_t>> pages;
            for (std::int32_t position = 0; position < 200; ++position) {
                std::vector<std::int32_t> left;
                list.append(position, [&](std::int32_t released) { left.push_back(released); });
                if (!left.empty())
                    pages.push_back(left);
                if (const auto found = lengths.find(std::to_string(position + 1)); found != lengths.end()) {
                    QCOMPARE(std::vector<std::int32_t>(list.positions().begin(), list.positions().end()), found->get<std::vector<std::int32_t>>());
                    ++sets;
                }
            }
            const auto expected = golden.at("eviction_pages_sets").at(window).get<std::vector<std::vector<std::int32_t>>>();
            for (std::size_t i = 0; i < expected.size(); ++i)
                QCOMPARE(pages.at(i), expected[i]);
        }
        QVERIFY(sets > 800);
    }

    void secondChunkEqualsOneShot()
    {
        CacheShape shape = oneLayer(6, 2, 64);
        const RandomTokens tokens(shape, 300, 13);
        const auto whole = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(whole);
        const auto expected = tokens.through(**whole);
        BITLOOM_VERIFY(expected);
        const auto cut = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(cut);
        std::int64_t done = 0;
        for (const std::int64_t count : { 60, 30, 1, 1, 1, 150, 57 }) {
            const auto out = tokens.slice(done, count).through(**cut);
            BITLOOM_VERIFY(out);
            for (int head = 0; head < 6; ++head)
                for (std::int64_t i = 0; i < count * 64; ++i)
                    QCOMPARE((*out)[static_cast<std::size_t>(head * count * 64 + i)], (*expected)[static_cast<std::size_t>((head * 300 + done) * 64 + i)]);
            done += count;
        }
        QCOMPARE(done, std::int64_t(300));
        QCOMPARE((*cut)->bytes(), (*whole)->bytes());
    }

    void orderOfExactRowsDoesNotMatter()
    {
        const CacheShape shape = oneLayer(2, 1, 32);
        const RandomTokens tokens(shape, 90, 17);
        RandomTokens shuffled = tokens;
        std::mt19937 generator(5);
        for (std::int64_t i = 88; i > 0; --i) { // all but the last, whose query is compared
            const auto j = static_cast<std::int64_t>(generator() % static_cast<unsigned>(i + 1));
            for (auto* rows : { &shuffled.keys, &shuffled.values })
                std::swap_ranges(rows->begin() + i * 32, rows->begin() + (i + 1) * 32, rows->begin() + j * 32);
        }
        const CachePlan plan = planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), recent(0, 1 << 20, 1 << 20));
        const auto a = KvCache::create(shape, plan), b = KvCache::create(shape, plan);
        BITLOOM_VERIFY(a);
        BITLOOM_VERIFY(b);
        const auto first = tokens.through(**a), second = shuffled.through(**b);
        BITLOOM_VERIFY(first);
        BITLOOM_VERIFY(second);
        for (int head = 0; head < 2; ++head)
            for (int c = 0; c < 32; ++c) {
                const auto at = static_cast<std::size_t>((head * 90 + 89) * 32 + c);
                QVERIFY(std::fabs((*first)[at] - (*second)[at]) < 2e-6F);
            }
    }

    void longContextInPartsOnAnyThreads()
    {
        const CacheShape shape = oneLayer(3, 1, 16);
        const RandomTokens tokens(shape, 2 * attentionPart + 40, 19);
        const int before = threadCount();
        std::vector<std::vector<float>> outs;
        for (const int threads : { 1, 4 }) {
            setThreadCount(threads);
            const auto cache = KvCache::create(shape, usualPlan());
            BITLOOM_VERIFY(cache);
            BITLOOM_VERIFY(tokens.slice(0, tokens.count - 1).through(**cache));
            auto out = tokens.slice(tokens.count - 1, 1).through(**cache);
            BITLOOM_VERIFY(out);
            outs.push_back(std::move(*out));
            if (threads == 1) {
                const std::vector<float> queries = tokens.queryGroup(0, tokens.count - 1);
                QueryGroup group;
                group.queries = queries.data();
                group.stride = 16;
                group.count = 3;
                group.scale = 0.25F;
                std::vector<double> plain;
                attendPlainly((*cache)->head(0, 0, 0), group, plain);
                for (std::size_t i = 0; i < plain.size(); ++i)
                    QVERIFY(std::fabs(plain[i] - outs[0][i]) < 2e-4);
            }
        }
        setThreadCount(before);
        QCOMPARE(outs[0], outs[1]);
    }

    void paddedRowsEqualThemselvesAlone()
    {
        CacheShape shape = oneLayer(4, 2, 32);
        shape.rows = 3;
        const RandomTokens tokens(shape, 120, 23);
        const std::vector<std::int64_t> padding { 0, 37, 119 };
        const auto batch = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(batch);
        std::vector<float> out(tokens.queries.size());
        LayerTokens all = tokens.layer();
        all.padding = padding;
        BITLOOM_VERIFY((*batch)->attend(all, out.data()));
        for (int row = 0; row < 3; ++row) {
            const std::int64_t skip = padding[static_cast<std::size_t>(row)], count = 120 - skip;
            const CacheShape alone = oneLayer(4, 2, 32);
            RandomTokens own(alone, 0, 0);
            own.count = count;
            const auto take = [&](const std::vector<float>& from, std::vector<float>& to, int heads) {
                for (int head = 0; head < heads; ++head)
                    to.insert(to.end(), from.begin() + ((row * heads + head) * 120 + skip) * 32, from.begin() + (row * heads + head + 1) * 120 * 32);
            };
            take(tokens.queries, own.queries, 4);
            take(tokens.keys, own.keys, 2);
            take(tokens.values, own.values, 2);
            const auto cache = KvCache::create(alone, usualPlan());
            BITLOOM_VERIFY(cache);
            const auto expected = own.through(**cache);
            BITLOOM_VERIFY(expected);
            QCOMPARE((*batch)->length(0, row), count);
            for (int head = 0; head < 4; ++head)
                for (std::int64_t i = 0; i < 120 * 32; ++i) {
                    const float found = out[static_cast<std::size_t>((row * 4 + head) * 120 * 32 + i)];
                    QCOMPARE(found, i < skip * 32 ? 0.0F : (*expected)[static_cast<std::size_t>(head * count * 32 + i - skip * 32)]);
                }
        }
    }

    void transformsChangeNothingBeforeRounding()
    {
        const CacheShape shape = oneLayer(4, 2, 48);
        const RandomTokens tokens(shape, 70, 29);
        CachePlan plan = planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), recent(0, 1 << 20, 1 << 20));
        plan.layers[0].exact = ElementType::F32;
        const auto plain = KvCache::create(shape, plan);
        BITLOOM_VERIFY(plain);
        const auto expected = tokens.through(**plain);
        for (Transform* transform : { &plan.layers[0].keys.transform, &plan.layers[0].values.transform }) {
            addHadamard(*transform, 48);
            QCOMPARE(transform->mixSize, 16);
            for (int c = 0; c < 96; ++c) {
                transform->scale.push_back(0.5F + 0.03F * static_cast<float>(c));
                transform->shift.push_back(0.1F * static_cast<float>(c % 5));
            }
        }
        const auto turned = KvCache::create(shape, plan);
        BITLOOM_VERIFY(turned);
        const auto found = tokens.through(**turned);
        BITLOOM_VERIFY(expected);
        BITLOOM_VERIFY(found);
        QVERIFY(largestDifference(*expected, *found) < 5e-5);
    }

    void keysBeforeRotaryEqualTurnedRows_data()
    {
        QTest::addColumn<int>("headSize");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("block");
        for (const int headSize : { 8, 64, 80 })
            for (const int bits : { 1, 2, 3, 4, 8 })
                QTest::addRow("%d bits, heads of %d", bits, headSize) << headSize << bits << (bits == 4 ? 8 : bits == 3 ? 128 : 32);
    }
    /// Attention over keys that pages hold as they were before the rotary embedding is attention over the same pages unpacked, turned, and compared row by row.
    void keysBeforeRotaryEqualTurnedRows()
    {
        QFETCH(int, headSize);
        QFETCH(int, bits);
        QFETCH(int, block);
        const CacheShape shape = rotaryShape(6, 2, headSize);
        const std::int64_t length = 205;
        const RandomTokens tokens = turnedTokens(shape, length);
        for (const auto& [axis, metadata, group] : { std::tuple(GridAxis::Channel, Metadata::HalfPair, 0), std::tuple(GridAxis::Channel, Metadata::Bytes, 0), std::tuple(GridAxis::Token, Metadata::HalfPair, 0),
                 std::tuple(GridAxis::Token, Metadata::HalfPair, 8), std::tuple(GridAxis::Token, Metadata::Bytes, 0) })
            for (const int turns : { 0, 1, 2, 3 }) { // bit 0: mixed channels, bit 1: shifted and scaled ones
                CachePlan plan = planOf(grid(bits, axis, group, metadata), grid(bits, GridAxis::Token), logarithmic(11, 4), 1, block);
                plan.layers[0].values.block = std::max(block, 32);
                Transform transform;
                if ((turns & 1) != 0)
                    addHadamard(transform, headSize);
                for (int c = 0; c < 2 * headSize && (turns & 2) != 0; ++c) {
                    transform.scale.push_back(0.5F + 0.03F * static_cast<float>(c % 11));
                    transform.shift.push_back(0.1F * static_cast<float>(c % 5));
                }
                plan.layers[0].keys.transform = transform;
                plan.layers[0].keys.beforeRotary = true;
                const auto cache = KvCache::create(shape, plan);
                BITLOOM_VERIFY(cache);
                const auto out = tokens.through(**cache);
                BITLOOM_VERIFY(out);
                for (int head = 0; head < 2; ++head) {
                    const HeadCache& held = (*cache)->head(0, 0, head);
                    compareRows(held.keys(), transform, shape, tokens, head);
                    if (QTest::currentTestFailed())
                        return;
                    const std::vector<float> queries = tokens.queryGroup(head, length - 1);
                    QueryGroup of;
                    of.queries = queries.data();
                    of.stride = headSize;
                    of.count = 3;
                    of.scale = 1 / std::sqrt(static_cast<float>(headSize));
                    std::vector<double> plain;
                    attendPlainly(held, of, plain);
                    for (const auto set : { kernels::InstructionSet::Portable, kernels::InstructionSet::Avx2, kernels::InstructionSet::Avx512 }) {
                        if (!kernels::isSupported(set))
                            continue;
                        AttentionScratch scratch;
                        PartialAttention first(3, headSize), rest(3, headSize);
                        attend(held, of, 0, 128, scratch, first, nullptr, set);
                        attend(held, of, 128, length, scratch, rest, nullptr, set);
                        first.merge(rest);
                        std::vector<float> fast(static_cast<std::size_t>(3 * headSize));
                        first.finish(fast.data(), headSize);
                        for (std::size_t i = 0; i < fast.size(); ++i)
                            QVERIFY2(std::fabs(fast[i] - plain[i]) < 2e-4, kernels::instructionSetName(set));
                    }
                    for (int g = 0; g < 3; ++g)
                        for (int c = 0; c < headSize; ++c)
                            QVERIFY(std::fabs((*out)[static_cast<std::size_t>(((head * 3 + g) * length + length - 1) * headSize + c)] - plain[static_cast<std::size_t>(g * headSize + c)]) < 2e-4);
                }
            }
    }

    /// Far into a text, too; and a channel's range before the embedding is narrower, for the same bytes.
    void keysBeforeRotaryComeCloser()
    {
        const CacheShape shape = rotaryShape(3, 1, 64);
        const std::int64_t length = 4700;
        const RandomTokens tokens = turnedTokens(shape, length);
        CachePlan plan = planOf(grid(2, GridAxis::Channel), grid(8, GridAxis::Token), recent(4, 16, 16));
        std::array<double, 2> errors {};
        std::array<std::int64_t, 2> bytes {};
        for (const bool before : { false, true }) {
            plan.layers[0].keys.beforeRotary = before;
            const auto cache = KvCache::create(shape, plan);
            BITLOOM_VERIFY(cache);
            BITLOOM_VERIFY((*cache)->append(tokens.layer()));
            bytes[before ? 1 : 0] = (*cache)->bytes();
            std::vector<float> row(64);
            for (std::int64_t position = 4; position < length - 16; ++position) {
                QVERIFY((*cache)->read(0, 0, 0, Half::Keys, position, row.data()));
                for (std::size_t c = 0; c < 64; ++c)
                    errors[before ? 1 : 0] += std::pow(row[c] - tokens.keys[static_cast<std::size_t>(position) * 64 + c], 2);
            }
            const std::vector<float> queries = tokens.queryGroup(0, length - 1);
            QueryGroup of;
            of.queries = queries.data();
            of.stride = 64;
            of.count = 3;
            of.scale = 0.125F;
            std::vector<double> plain;
            attendPlainly((*cache)->head(0, 0, 0), of, plain);
            AttentionScratch scratch;
            PartialAttention whole(3, 64);
            attend((*cache)->head(0, 0, 0), of, 0, length, scratch, whole);
            std::vector<float> fast(3 * 64);
            whole.finish(fast.data(), 64);
            for (std::size_t i = 0; i < fast.size(); ++i)
                QVERIFY(std::fabs(fast[i] - plain[i]) < 2e-4);
        }
        QCOMPARE(bytes[0], bytes[1]);
        QVERIFY2(errors[1] < 0.7 * errors[0], qPrintable(QStringLiteral("%1 %2").arg(errors[1]).arg(errors[0])));
    }

    void keysBeforeRotaryNeedFrequencies()
    {
        CachePlan plan = usualPlan();
        plan.layers[0].keys.beforeRotary = true;
        const auto refused = KvCache::create(oneLayer(4, 2, 64), plan);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage && refused.error().message.find("32 frequencies are known, 0 are") != std::string::npos);
    }

    void slidingWindowHidesOldPositions()
    {
        CacheShape shape = oneLayer(2, 1, 16);
        shape.slidingWindow = 50;
        const RandomTokens tokens(shape, 200, 31);
        const CachePlan plan = planOf(grid(8, GridAxis::Channel), grid(8, GridAxis::Token), recent(0, 1 << 20, 1 << 20));
        const auto windowed = KvCache::create(shape, plan);
        BITLOOM_VERIFY(windowed);
        const auto out = tokens.through(**windowed);
        BITLOOM_VERIFY(out);
        CacheShape unlimited = shape;
        unlimited.slidingWindow.reset();
        const auto newest = KvCache::create(unlimited, plan);
        BITLOOM_VERIFY(newest);
        const RandomTokens last = tokens.slice(150, 50);
        const auto expected = last.through(**newest);
        BITLOOM_VERIFY(expected);
        for (int head = 0; head < 2; ++head)
            for (int c = 0; c < 16; ++c)
                QVERIFY(std::fabs((*out)[static_cast<std::size_t>((head * 200 + 199) * 16 + c)] - (*expected)[static_cast<std::size_t>((head * 50 + 49) * 16 + c)]) < 1e-5F);
    }

    void groupsFarFromZeroKeepTheirNumbers_data()
    {
        QTest::addColumn<int>("metadata");
        QTest::addColumn<int>("rounding");
        QTest::newRow("f16 minimum") << int(Metadata::HalfPair) << int(Rounding::MinimumMaximum);
        QTest::newRow("least squares") << int(Metadata::HalfPair) << int(Rounding::LeastSquares);
        QTest::newRow("integer zero, f16 scale") << int(Metadata::HalfZero) << int(Rounding::IntegerZero);
        QTest::newRow("integer zero, f32 scale") << int(Metadata::FloatZero) << int(Rounding::IntegerZero);
        QTest::newRow("bytes") << int(Metadata::Bytes) << int(Rounding::MinimumMaximum);
    }
    void groupsFarFromZeroKeepTheirNumbers()
    {
        QFETCH(int, metadata);
        QFETCH(int, rounding);
        std::mt19937 generator(3);
        std::uniform_real_distribution<float> uniform;
        for (const GridAxis axis : { GridAxis::Channel, GridAxis::Token })
            for (const float centre : { 0.0F, 10.0F, -300.0F, 60000.0F })
                for (const float range : { 0.0F, 0.38F, 5.0F }) {
                    const PageLayout layout({ 2, axis, 0, static_cast<Rounding>(rounding), static_cast<Metadata>(metadata) }, Half::Keys, 64, 32);
                    std::vector<float> rows(32 * 64), read(64);
                    for (float& value : rows)
                        value = centre + range * uniform(generator);
                    std::vector<std::byte> page(layout.bytes());
                    layout.packBlock(page.data(), rows.data());
                    // An 8-bit zero reaches 127 steps, an f16 minimum has 11 bits.
                    const float allowed = 0.6F * range + std::fabs(centre) / (static_cast<Metadata>(metadata) == Metadata::HalfPair ? 1024.0F : 60.0F);
                    for (int p = 0; p < 32; ++p) {
                        layout.readRow(page.data(), p, read.data());
                        for (int c = 0; c < 64; ++c)
                            QVERIFY2(std::fabs(read[static_cast<std::size_t>(c)] - rows[static_cast<std::size_t>(p * 64 + c)]) <= allowed + 1e-6F,
                                qPrintable(QString("%1 for %2, range %3").arg(double(read[static_cast<std::size_t>(c)])).arg(double(rows[static_cast<std::size_t>(p * 64 + c)])).arg(double(range))));
                    }
                }
    }

    void leastSquaresIsNeverWorse()
    {
        std::mt19937 generator(9);
        std::normal_distribution<float> normal;
        double sum[2] = {};
        for (int trial = 0; trial < 200; ++trial) {
            std::vector<float> values(32);
            for (float& value : values)
                value = normal(generator) + 2;
            double errors[2] = {};
            for (const int which : { 0, 1 }) {
                const Grid of = grid(2, GridAxis::Channel, 0, Metadata::HalfPair, which == 0 ? Rounding::MinimumMaximum : Rounding::LeastSquares);
                const ScaleAndMinimum fit = fitGroup(of, values);
                for (const float value : values)
                    errors[which] += std::pow(valueOf(of, fit, codeOf(of, fit, value)) - value, 2);
                sum[which] += errors[which];
            }
            QVERIFY(errors[1] <= errors[0] * 1.0001);
        }
        QVERIFY(sum[1] < 0.85 * sum[0]);
    }

    void badSettingsAreRefused()
    {
        const CacheShape shape = oneLayer(6, 2, 64);
        const auto refused = [&](const CachePlan& plan, const char* part) {
            const auto cache = KvCache::create(shape, plan);
            return !cache && cache.error().message.find(part) != std::string::npos;
        };
        QVERIFY(refused(planOf(grid(5, GridAxis::Channel), grid(2, GridAxis::Token), recent(0, 1, 1)), "not to 5"));
        QVERIFY(refused(planOf(grid(2, GridAxis::Token, 48), grid(2, GridAxis::Token), recent(0, 1, 1)), "a group of 48 channels does not fit the head size 64"));
        QVERIFY(refused(planOf(grid(2, GridAxis::Channel), grid(2, GridAxis::Token), recent(0, 1, 1), 1, 20), "not 20"));
        QVERIFY(refused(planOf(grid(2, GridAxis::Channel), grid(0, GridAxis::Token), recent(0, 1, 1)), "together"));
        QVERIFY(refused(usualPlan(3), "3 layers"));
    }

    void contextBeyondTheLimitIsRefused()
    {
        CacheShape shape = oneLayer(6, 2, 64);
        shape.contextLength = 100;
        const auto cache = KvCache::create(shape, usualPlan());
        BITLOOM_VERIFY(cache);
        const RandomTokens tokens(shape, 60, 1);
        BITLOOM_VERIFY(tokens.through(**cache));
        const auto refused = tokens.through(**cache);
        QVERIFY(!refused && refused.error().message == "120 tokens are more than the model's context of 100");
        QCOMPARE((*cache)->length(0, 0), std::int64_t(60));
        BITLOOM_VERIFY(tokens.slice(0, 40).through(**cache));
    }

    void outOfMemoryIsASentenceAndFreesAll()
    {
        const CacheShape shape = oneLayer(6, 2, 64);
        const RandomTokens tokens(shape, 100, 1);
        for (const std::int64_t limit : { 20000, 60000, 100000 }) {
            LimitedMemory memory(limit);
            {
                const auto cache = KvCache::create(shape, usualPlan(), &memory);
                BITLOOM_VERIFY(cache);
                Result<std::vector<float>> out;
                for (int call = 0; call < 50 && out; ++call)
                    out = tokens.through(**cache);
                QVERIFY(!out && out.error().code == ErrorCode::OutOfMemory);
            }
            QCOMPARE(memory.used(), std::int64_t(0));
        }
    }

    void cancelledInTheMiddle()
    {
        const CacheShape shape = oneLayer(6, 2, 64);
        LimitedMemory memory(std::int64_t(1) << 40);
        {
            const auto cache = KvCache::create(shape, usualPlan(), &memory);
            BITLOOM_VERIFY(cache);
            std::stop_source stop;
            stop.request_stop();
            const RandomTokens tokens(shape, 100, 1);
            std::vector<float> out(tokens.queries.size());
            const auto result = (*cache)->attend(tokens.layer(), out.data(), nullptr, stop.get_token());
            QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
        }
        QCOMPARE(memory.used(), std::int64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestKvCache)
#include "tst_kv_cache.moc"
