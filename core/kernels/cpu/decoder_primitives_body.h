// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each decoder_primitives_*.cpp, which are compiled with different processor flags. As in row_primitives_body.h, everything is
// in an unnamed namespace and nothing of the standard library is called.
#include "core/kernels/cpu/decoder_primitives.h"

namespace bitloom::kernels {
namespace {

    constexpr std::int64_t width = 16;
    using Floats = float __attribute__((vector_size(64)));
    using Integers = std::int32_t __attribute__((vector_size(64)));
    using Unsigned = std::uint32_t __attribute__((vector_size(64)));
    using Halves = std::uint16_t __attribute__((vector_size(32)));

    struct BFloat16
    {
        std::uint16_t bits;
    };

    inline __attribute__((always_inline)) Floats splat(float value)
    {
        return Floats {} + value;
    }

    inline __attribute__((always_inline)) Floats load(const float* from)
    {
        Floats values;
        __builtin_memcpy(&values, from, sizeof(values));
        return values;
    }

    inline __attribute__((always_inline)) void store(float* to, Floats values)
    {
        __builtin_memcpy(to, &values, sizeof(values));
    }

    inline __attribute__((always_inline)) Floats load(const BFloat16* from)
    {
        Halves halves;
        __builtin_memcpy(&halves, from, sizeof(halves));
        return reinterpret_cast<Floats>(__builtin_convertvector(halves, Unsigned) << 16);
    }

    /// Rounds to the nearest bf16, ties to even.
    inline __attribute__((always_inline)) void store(BFloat16* to, Floats values)
    {
        const auto bits = reinterpret_cast<Unsigned>(values);
        const Unsigned rounded = bits + 0x7fffU + ((bits >> 16) & 1U);
        const Unsigned quiet = bits | 0x400000U; // rounding could carry a NaN over into an infinity
        const auto isNumber = reinterpret_cast<Unsigned>(values == values);
        const Halves halves = __builtin_convertvector(((rounded & isNumber) | (quiet & ~isNumber)) >> 16, Halves);
        __builtin_memcpy(to, &halves, sizeof(halves));
    }

    /// Fewer values than a vector holds; zeros take the place of those that are missing.
    template <typename Value>
    inline __attribute__((always_inline)) Floats load(const Value* from, std::int64_t count)
    {
        if (__builtin_expect(count >= width, 1))
            return load(from);
        Value values[width] = {};
        for (std::int64_t i = 0; i < count; ++i)
            values[i] = from[i];
        return load(values);
    }

    template <typename Value>
    inline __attribute__((always_inline)) void store(Value* to, Floats values, std::int64_t count)
    {
        if (__builtin_expect(count >= width, 1))
            return store(to, values);
        Value stored[width];
        store(stored, values);
        for (std::int64_t i = 0; i < count; ++i)
            to[i] = stored[i];
    }

    inline __attribute__((always_inline)) float sumOf(Floats values)
    {
        float sum = 0;
        for (int lane = 0; lane < width; ++lane)
            sum += values[lane];
        return sum;
    }

    /// e^x for x <= 88, to about two units in the last place; NaN stays NaN.
    inline __attribute__((always_inline)) Floats exponential(Floats x)
    {
        const Floats lowest = splat(-87.0F);
        x = x < lowest ? lowest : x;
        constexpr float toInteger = 12582912.0F; // 1.5 · 2^23: adding it rounds
        const Floats shifted = x * 1.44269504F + toInteger;
        const Floats whole = shifted - toInteger;
        const Floats rest = (x - whole * 0.693359375F) + whole * 2.12194440e-4F; // ln 2 in two parts
        Floats series = rest * (1.0F / 5040) + 1.0F / 720;
        series = series * rest + 1.0F / 120;
        series = series * rest + 1.0F / 24;
        series = series * rest + 1.0F / 6;
        series = series * rest + 0.5F;
        series = series * rest + 1.0F;
        series = series * rest + 1.0F;
        const Integers exponent = reinterpret_cast<Integers>(shifted) << 23; // the lowest bits of `shifted` are the integer
        return reinterpret_cast<Floats>(reinterpret_cast<Integers>(series) + exponent);
    }

    inline __attribute__((always_inline)) Floats sigmoid(Floats x)
    {
        const Floats most = splat(87.0F);
        const Floats negated = -x;
        return 1.0F / (1.0F + exponential(negated > most ? most : negated));
    }

    template <typename Value>
    void normalize(const void* in, const float* weight, std::int64_t rows, std::int64_t n, float epsilon, void* out, float* scale)
    {
        for (std::int64_t r = 0; r < rows; ++r) {
            const Value* from = static_cast<const Value*>(in) + r * n;
            Value* to = static_cast<Value*>(out) + r * n;
            Floats squares = {};
            for (std::int64_t i = 0; i < n; i += width) {
                const Floats x = load(from + i, n - i);
                squares += x * x;
            }
            const float s = 1.0F / __builtin_sqrtf(sumOf(squares) / static_cast<float>(n) + epsilon);
            scale[r] = s;
            for (std::int64_t i = 0; i < n; i += width)
                store(to + i, load(from + i, n - i) * s * load(weight + i, n - i), n - i);
        }
    }

    template <typename Value>
    void normalizeBackward(const void* gradient, const void* in, const float* weight, const float* scale, std::int64_t rows, std::int64_t n, void* out)
    {
        for (std::int64_t r = 0; r < rows; ++r) {
            const Value* above = static_cast<const Value*>(gradient) + r * n;
            const Value* from = static_cast<const Value*>(in) + r * n;
            Value* to = static_cast<Value*>(out) + r * n;
            Floats products = {};
            for (std::int64_t i = 0; i < n; i += width)
                products += load(above + i, n - i) * load(weight + i, n - i) * load(from + i, n - i);
            const float s = scale[r], along = sumOf(products) / static_cast<float>(n) * s * s;
            for (std::int64_t i = 0; i < n; i += width)
                store(to + i, (load(above + i, n - i) * load(weight + i, n - i) - load(from + i, n - i) * along) * s, n - i);
        }
    }

    template <typename Value>
    void gate(const void* gate, const void* up, std::int64_t count, void* out)
    {
        for (std::int64_t i = 0; i < count; i += width) {
            const Floats x = load(static_cast<const Value*>(gate) + i, count - i);
            store(static_cast<Value*>(out) + i, x * sigmoid(x) * load(static_cast<const Value*>(up) + i, count - i), count - i);
        }
    }

    template <typename Value>
    void gateBackward(const void* gradient, const void* gate, const void* up, std::int64_t count, void* gateGradient, void* upGradient)
    {
        for (std::int64_t i = 0; i < count; i += width) {
            const Floats above = load(static_cast<const Value*>(gradient) + i, count - i);
            const Floats x = load(static_cast<const Value*>(gate) + i, count - i);
            const Floats opened = sigmoid(x);
            store(static_cast<Value*>(upGradient) + i, above * (x * opened), count - i);
            store(static_cast<Value*>(gateGradient) + i,
                above * load(static_cast<const Value*>(up) + i, count - i) * (opened * (1.0F + x * (1.0F - opened))), count - i);
        }
    }

    template <typename Value>
    void rotate(const void* in, const float* cosine, const float* sine, float direction, std::int64_t heads, std::int64_t half, void* out)
    {
        for (std::int64_t h = 0; h < heads; ++h) {
            const Value* from = static_cast<const Value*>(in) + h * 2 * half;
            Value* to = static_cast<Value*>(out) + h * 2 * half;
            for (std::int64_t i = 0; i < half; i += width) {
                const Floats first = load(from + i, half - i), second = load(from + half + i, half - i);
                const Floats c = load(cosine + i, half - i), s = load(sine + i, half - i) * direction;
                store(to + i, first * c - second * s, half - i);
                store(to + half + i, second * c + first * s, half - i);
            }
        }
    }

    template <typename Value>
    constexpr DecoderPrimitives primitivesOf { normalize<Value>, normalizeBackward<Value>, gate<Value>, gateBackward<Value>, rotate<Value> };

}
} // namespace bitloom::kernels
