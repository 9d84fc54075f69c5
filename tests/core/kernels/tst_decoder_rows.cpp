// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/decoder_rows.h"

#include <cstdint>
#include <cmath>
#include <QtTest/QTest>
#include <utility>
#include <vector>

using namespace bitloom::kernels;

namespace {
constexpr InstructionSet everySet[] { InstructionSet::Portable, InstructionSet::Avx2, InstructionSet::Avx512 };

std::vector<float> randomValues(std::size_t count, float size)
{
    static std::uint32_t state = 12345;
    std::vector<float> values(count);
    for (float& value : values) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<float>(static_cast<double>(state >> 8) / 0x1p23 - 1.0) * size;
    }
    return values;
}
}

/// What the operations compute is tested through libtorch (tst_block_operations); here, that every instruction set computes it.
class TestDecoderRows : public QObject
{
    Q_OBJECT

    static void verifyClose(float found, double expected, double tolerance)
    {
        QVERIFY2(std::abs(found - expected) <= tolerance * (std::abs(expected) + 1e-3), qPrintable(QStringLiteral("%1, expected %2").arg(found).arg(expected)));
    }

private Q_SLOTS:
    void everyInstructionSetAgrees_data()
    {
        QTest::addColumn<int>("n");
        for (const int n : { 1, 15, 16, 33, 576 })
            QTest::addRow("%d", n) << n;
    }
    void everyInstructionSetAgrees()
    {
        QFETCH(int, n);
        const auto size = static_cast<std::size_t>(n);
        const std::vector<float> x = randomValues(size, 8), y = randomValues(size, 2), weight = randomValues(size, 1);
        double squares = 0;
        for (const float value : x)
            squares += static_cast<double>(value) * value;
        const double scale = 1 / std::sqrt(squares / n + 1e-6);
        double along = 0;
        for (std::size_t i = 0; i < size; ++i)
            along += static_cast<double>(y[i]) * weight[i] * x[i] / n;
        for (const InstructionSet set : everySet) {
            if (!isSupported(set))
                continue;
            const DecoderRows rows(StoredValues::Float32, set);
            std::vector<float> out(size), other(size), scales(1);
            rows.normalize(x.data(), weight.data(), 1, n, 1e-6F, out.data(), scales.data());
            for (std::size_t i = 0; i < size; ++i)
                verifyClose(out[i], x[i] * scale * weight[i], 1e-6);
            verifyClose(scales[0], scale, 1e-6);
            rows.normalizeBackward(y.data(), x.data(), weight.data(), scales.data(), 1, n, out.data());
            for (std::size_t i = 0; i < size; ++i)
                QVERIFY(std::abs(out[i] - scale * (static_cast<double>(y[i]) * weight[i] - x[i] * along * scale * scale)) <= 2e-6 * scale * 4);
            rows.gate(x.data(), y.data(), n, out.data());
            for (std::size_t i = 0; i < size; ++i)
                verifyClose(out[i], static_cast<double>(x[i]) / (1 + std::exp(-static_cast<double>(x[i]))) * y[i], 1e-6);
            rows.gateBackward(weight.data(), x.data(), y.data(), n, out.data(), other.data());
            for (std::size_t i = 0; i < size; ++i) {
                const double opened = 1 / (1 + std::exp(-static_cast<double>(x[i])));
                verifyClose(other[i], weight[i] * x[i] * opened, 1e-6);
                verifyClose(out[i], static_cast<double>(weight[i]) * y[i] * (opened * (1 + x[i] * (1 - opened))), 4e-6);
            }
            const std::vector<float> heads = randomValues(size * 4, 3);
            std::vector<float> turned(size * 4), back(size * 4), cosine(size), sine(size);
            for (std::size_t i = 0; i < size; ++i) {
                cosine[i] = std::cos(x[i]);
                sine[i] = std::sin(x[i]);
            }
            rows.rotate(heads.data(), cosine.data(), sine.data(), false, 2, n, turned.data());
            for (std::size_t i = 0; i < size; ++i)
                QVERIFY(std::abs(turned[size * 2 + i] - (heads[size * 2 + i] * cosine[i] - heads[size * 3 + i] * sine[i])) < 2e-6);
            rows.rotate(turned.data(), cosine.data(), sine.data(), true, 2, n, back.data());
            for (std::size_t i = 0; i < back.size(); ++i)
                QVERIFY(std::abs(back[i] - heads[i]) < 3e-6);
        }
    }

    void bfloat16IsRoundedToNearestEven()
    {
        // x -> silu(x) · 1 is x for large x, so that what is stored is what was put in.
        const std::vector<std::uint16_t> ones(40, 0x3f80);
        std::vector<std::uint16_t> in(40), out(40);
        for (std::size_t i = 0; i < in.size(); ++i)
            in[i] = static_cast<std::uint16_t>(0x4200 + i * 3); // 32 and above
        for (const InstructionSet set : everySet)
            if (isSupported(set)) {
                DecoderRows(StoredValues::BFloat16, set).gate(in.data(), ones.data(), 40, out.data());
                QVERIFY(in == out);
                // 1 + 2^-8 and 1 + 3 · 2^-8 lie between two bf16; ties go to the even one.
                const std::uint16_t heads[2] { 0x3f80, 0x3f80 };
                std::uint16_t turned[2];
                for (const auto& [sine, expected] : { std::pair(-0x1p-8F, 0x3f80), std::pair(-3 * 0x1p-8F, 0x3f82), std::pair(-1.1F * 0x1p-8F, 0x3f81) }) {
                    const float cosine = 1;
                    DecoderRows(StoredValues::BFloat16, set).rotate(heads, &cosine, &sine, false, 1, 1, turned);
                    QCOMPARE(static_cast<int>(turned[0]), expected);
                }
            }
    }
};

QTEST_GUILESS_MAIN(TestDecoderRows)
#include "tst_decoder_rows.moc"
