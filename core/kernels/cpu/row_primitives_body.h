// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each row_primitives_*.cpp, which are compiled with different processor flags. Everything is in an unnamed namespace and
// nothing of the standard library is called: an inline function shared between these files could be linked in its newest version
// and crash an older processor. Vectors are 16 floats wide for every instruction set, and products are fused with sums where fused() says so and
// nowhere else (-ffp-contract=off), so all sets give the same bits.
#include "core/kernels/cpu/row_primitives.h"
#include "core/kernels/cpu/vector_lanes.h"

namespace bitloom::kernels {
namespace {

    using Doubles = double __attribute__((vector_size(64)));

    union Halves {
        Floats whole;
        Integers integers;
#if defined(__AVX2__)
        __m256 half[2];
        __m256i integerHalf[2];
#endif
    };

    inline __attribute__((always_inline)) Integers loadCodes(const std::uint8_t* from)
    {
        // Compilers make sixteen moves of __builtin_convertvector.
#if defined(__AVX512F__)
        return reinterpret_cast<Integers>(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
#elif defined(__AVX2__)
        Halves codes;
        for (int k = 0; k < 2; ++k)
            codes.integerHalf[k] = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + 8 * k)));
        return codes.integers;
#else
        Integers codes;
        for (int lane = 0; lane < width; ++lane)
            codes[lane] = from[lane];
        return codes;
#endif
    }

    /// a b + c, rounded once.
    inline __attribute__((always_inline)) Floats fused(Floats a, Floats b, Floats c)
    {
#if defined(__AVX512F__)
        return reinterpret_cast<Floats>(_mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
#elif defined(__FMA__)
        const Halves x { a }, y { b };
        Halves z { c };
        z.half[0] = _mm256_fmadd_ps(x.half[0], y.half[0], z.half[0]);
        z.half[1] = _mm256_fmadd_ps(x.half[1], y.half[1], z.half[1]);
        return z.whole;
#else
        for (int lane = 0; lane < width; ++lane)
            c[lane] = __builtin_fmaf(a[lane], b[lane], c[lane]);
        return c;
#endif
    }

#if defined(__AVX512F__)
    using Mask = __mmask16;
#else
    using Mask = Integers;
#endif

    inline __attribute__((always_inline)) Mask equal(Integers codes, int code)
    {
#if defined(__AVX512F__)
        return _mm512_cmpeq_epi32_mask(reinterpret_cast<__m512i>(codes), _mm512_set1_epi32(code));
#else
        return codes == code;
#endif
    }

    inline __attribute__((always_inline)) int countOf(Mask mask)
    {
#if defined(__AVX512F__)
        return __builtin_popcount(mask);
#else
        return __builtin_popcount(laneBits(mask));
#endif
    }

    /// total + values where the mask says so.
    inline __attribute__((always_inline)) Floats addWhere(Mask mask, Floats total, Floats values)
    {
#if defined(__AVX512F__)
        const auto sum = reinterpret_cast<__m512>(total);
        return reinterpret_cast<Floats>(_mm512_mask_add_ps(sum, mask, sum, reinterpret_cast<__m512>(values)));
#else
        return total + reinterpret_cast<Floats>(reinterpret_cast<Integers>(values) & mask);
#endif
    }

    /// Lanes 0 ... 7 and 8 ... 15 in f64.
    struct WideFloats
    {
        Doubles low, high;
    };

    inline __attribute__((always_inline)) WideFloats widened(Floats values)
    {
#if defined(__AVX512F__)
        const auto whole = reinterpret_cast<__m512>(values);
        const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(whole), 1));
        return { reinterpret_cast<Doubles>(_mm512_cvtps_pd(_mm512_castps512_ps256(whole))), reinterpret_cast<Doubles>(_mm512_cvtps_pd(high)) };
#else
        WideFloats wide;
        for (int lane = 0; lane < 8; ++lane) {
            wide.low[lane] = static_cast<double>(values[lane]);
            wide.high[lane] = static_cast<double>(values[lane + 8]);
        }
        return wide;
#endif
    }

    inline __attribute__((always_inline)) double sumOf(Doubles values)
    {
        double pair[4];
        for (int k = 0; k < 4; ++k)
            pair[k] = values[k] + values[k + 4];
        return (pair[0] + pair[2]) + (pair[1] + pair[3]);
    }

    inline __attribute__((always_inline)) double sumOf(Floats values)
    {
        const WideFloats wide = widened(values);
        return sumOf(wide.low + wide.high);
    }

    /// A table of floats to look up 16 at a time. Size: 8 or 16 entries in registers, or 0 where there are more.
    template <int Size>
    class Table
    {
    public:
        explicit Table(const float* entries)
            : m_entries(entries)
        {
            if constexpr (Size != 0)
                m_table = load(entries);
        }

        inline __attribute__((always_inline)) Floats operator[](Integers index) const
        {
#if defined(__AVX512F__)
            if constexpr (Size != 0)
                return reinterpret_cast<Floats>(_mm512_permutexvar_ps(reinterpret_cast<__m512i>(index), reinterpret_cast<__m512>(m_table)));
            else
                return reinterpret_cast<Floats>(_mm512_i32gather_ps(reinterpret_cast<__m512i>(index), m_entries, 4));
#elif defined(__AVX2__)
            Halves at, result;
            at.integers = index;
            Halves table;
            table.whole = m_table;
            for (int k = 0; k < 2; ++k) {
                if constexpr (Size == 0) {
                    result.half[k] = _mm256_i32gather_ps(m_entries, at.integerHalf[k], 4);
                } else {
                    result.half[k] = _mm256_permutevar8x32_ps(table.half[0], at.integerHalf[k]);
                    if constexpr (Size == 16) {
                        const __m256 high = _mm256_permutevar8x32_ps(table.half[1], at.integerHalf[k]);
                        const __m256 isHigh = _mm256_castsi256_ps(_mm256_slli_epi32(at.integerHalf[k], 28));
                        result.half[k] = _mm256_blendv_ps(result.half[k], high, isHigh);
                    }
                }
            }
            return result.whole;
#else
            Floats result;
            for (int lane = 0; lane < width; ++lane)
                result[lane] = m_entries[index[lane]];
            return result;
#endif
        }

        /// The number of entries below `value`, where those behind the last one are infinite; `levels` of them count.
        inline __attribute__((always_inline)) int below(float value, int levels) const
        {
            if constexpr (Size != 0)
                return __builtin_popcount(laneBits(splat(value) > m_table));
            int count = 0;
            for (int q = 0; q < levels; q += width)
                count += __builtin_popcount(laneBits(splat(value) > load(m_entries + q)));
            return count;
        }

    private:
        const float* m_entries;
        Floats m_table = {};
    };

#if defined(__AVX512F__)
    constexpr int tileRows = 8, tileVectors = 3;
#else
    constexpr int tileRows = 4, tileVectors = 1;
#endif

    /// Rows x (Vectors * 16) columns of in H, in registers. `panel` holds those columns of H, its rows `stride` floats apart.
    template <int Rows, int Vectors>
    inline __attribute__((always_inline)) void multiplyTile(
        const float* panel, std::int64_t stride, std::int64_t n, const float* in, float* out)
    {
        Floats sums[Rows][Vectors];
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                sums[r][v] = splat(0.0F);
        for (std::int64_t k = 0; k < n; ++k) {
            const float* row = panel + k * stride;
            Floats h[Vectors];
            for (int v = 0; v < Vectors; ++v)
                h[v] = load(row + v * width);
            for (int r = 0; r < Rows; ++r) {
                const Floats x = splat(in[r * n + k]);
                for (int v = 0; v < Vectors; ++v)
                    sums[r][v] = fused(x, h[v], sums[r][v]);
            }
        }
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                store(out + r * n + v * width, sums[r][v]);
    }

    template <int Vectors>
    inline __attribute__((always_inline)) void multiplyPanel(
        const float* panel, std::int64_t stride, std::int64_t n, std::int64_t rows, const float* in, float* out)
    {
        std::int64_t r = 0;
        for (; r + tileRows <= rows; r += tileRows)
            multiplyTile<tileRows, Vectors>(panel, stride, n, in + r * n, out + r * n);
        for (; r < rows; ++r)
            multiplyTile<1, Vectors>(panel, stride, n, in + r * n, out + r * n);
    }

    /// Narrower Hessians stay in a second-level cache as they are.
    constexpr std::int64_t packedColumns = 1024;

    void multiply(const float* hessian, std::int64_t n, std::int64_t rows, const float* in, float* out, float* scratch)
    {
        constexpr std::int64_t columns = tileVectors * width;
        const bool packed = scratch && n >= packedColumns && rows > tileRows;
        std::int64_t column = 0;
        for (; column + columns <= n; column += columns) {
            if (packed)
                for (std::int64_t k = 0; k < n; ++k)
                    for (int v = 0; v < tileVectors; ++v)
                        store(scratch + k * columns + v * width, load(hessian + k * n + column + v * width));
            multiplyPanel<tileVectors>(packed ? scratch : hessian + column, packed ? columns : n, n, rows, in, out + column);
        }
        for (; column < n; column += width)
            multiplyPanel<1>(hessian + column, n, n, rows, in, out + column);
    }

    template <int Size>
    void subtractOf(const std::uint8_t* codes, const float* codebook, const float* weight, std::int64_t n, float* out)
    {
        const Table<Size> levels(codebook);
        for (std::int64_t i = 0; i < n; i += width)
            store(out + i, levels[loadCodes(codes + i)] - load(weight + i));
    }

    void subtract(const std::uint8_t* codes, const float* codebook, int levels, const float* weight, std::int64_t n, float* out)
    {
        if (levels <= 8)
            subtractOf<8>(codes, codebook, weight, n, out);
        else if (levels <= 16)
            subtractOf<16>(codes, codebook, weight, n, out);
        else
            subtractOf<0>(codes, codebook, weight, n, out);
    }

    double dot(const float* a, const float* b, std::int64_t n)
    {
        Doubles low = {}, high = {};
        for (std::int64_t i = 0; i < n; i += width) {
            const WideFloats x = widened(load(a + i)), y = widened(load(b + i));
            low += x.low * y.low;
            high += x.high * y.high;
        }
        return sumOf(low + high);
    }

    template <int Size>
    int descendBlockOf(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, int levels,
        const float* codebook, const float* bounds, std::uint8_t* codes, float* gradient, CodeChange* changes, double* gain)
    {
        const Table<Size> levelOf(codebook), lowerBound(bounds), upperBound(bounds + 1);
        int count = 0;
        for (std::int64_t first = begin; first < end; first += width) {
            const Integers code = loadCodes(codes + first);
            const Floats value = levelOf[code], low = lowerBound[code], high = upperBound[code];
            const Floats inverse = -load(inverseDiagonal + first);
            unsigned ahead = 0xffffU;
            while (ahead) {
                // Lanes before the last change were visited already; those after it see the gradient that it left.
                const Floats target = fused(load(gradient + first), inverse, value);
                const unsigned wants = laneBits((target <= low) | (target > high)) & ahead;
                if (!wants)
                    break;
                const int lane = __builtin_ctz(wants);
                ahead = 0xffffU & (0xfffeU << lane);
                const std::int64_t i = first + lane;
                const int next = upperBound.below(target[lane], levels);
                const float delta = codebook[next] - codebook[codes[i]];
                const float* row = hessian + i * n;
                const double change = 2.0 * delta * gradient[i] + static_cast<double>(delta) * delta * row[i];
                if (!(change < 0))
                    continue; // a tie within rounding
                *gain += change;
                codes[i] = static_cast<std::uint8_t>(next);
                const Floats step = splat(delta);
                for (std::int64_t k = begin; k < end; k += width)
                    store(gradient + k, fused(step, load(row + k), load(gradient + k)));
                changes[count].column = static_cast<std::int32_t>(i);
                changes[count].delta = delta;
                ++count;
            }
        }
        return count;
    }

    int descendBlock(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, int levels,
        const float* codebook, const float* bounds, std::uint8_t* codes, float* gradient, CodeChange* changes, double* gain)
    {
        if (levels <= 8)
            return descendBlockOf<8>(hessian, inverseDiagonal, n, begin, end, levels, codebook, bounds, codes, gradient, changes, gain);
        if (levels <= 16)
            return descendBlockOf<16>(hessian, inverseDiagonal, n, begin, end, levels, codebook, bounds, codes, gradient, changes, gain);
        return descendBlockOf<0>(hessian, inverseDiagonal, n, begin, end, levels, codebook, bounds, codes, gradient, changes, gain);
    }

    template <int Vectors>
    inline __attribute__((always_inline)) void applyTile(
        const float* rows, std::int64_t stride, const CodeChange* changes, int count, float* gradient)
    {
        Floats sums[Vectors];
        for (int v = 0; v < Vectors; ++v)
            sums[v] = load(gradient + v * width);
        for (int c = 0; c < count; ++c) {
            const float* row = rows + changes[c].column * stride;
            const Floats delta = splat(changes[c].delta);
            for (int v = 0; v < Vectors; ++v)
                sums[v] = fused(delta, load(row + v * width), sums[v]);
        }
        for (int v = 0; v < Vectors; ++v)
            store(gradient + v * width, sums[v]);
    }

    void applyChanges(
        const float* rows, std::int64_t stride, const CodeChange* changes, int count, std::int64_t columns, float* gradient)
    {
        std::int64_t column = 0;
        for (; column + 8 * width <= columns; column += 8 * width)
            applyTile<8>(rows + column, stride, changes, count, gradient + column);
        for (; column + 4 * width <= columns; column += 4 * width)
            applyTile<4>(rows + column, stride, changes, count, gradient + column);
        for (; column < columns; column += width)
            applyTile<1>(rows + column, stride, changes, count, gradient + column);
    }

    void sortByCode(const std::uint8_t* codes, std::int64_t count, int levels, int skipped, std::uint16_t* order, std::int32_t* first)
    {
        const auto padding = static_cast<std::uint16_t>(count * width);
        std::int32_t end = 0;
        const auto pad = [&] {
            while (end % sumsUnrolled != 0)
                order[end++] = padding;
        };
#if defined(__AVX512F__)
        constexpr int comparedLevels = 16;
        if (levels <= comparedLevels) {
            for (int q = 0; q < levels; ++q) {
                first[q] = end;
                if (q == skipped)
                    continue;
                __m512i index = _mm512_mullo_epi32(_mm512_set1_epi32(width), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
                for (std::int64_t k = 0; k < count; k += width) {
                    const Mask mask = equal(loadCodes(codes + k), q);
                    _mm256_storeu_si256(reinterpret_cast<__m256i*>(order + end), _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(mask, index)));
                    end += countOf(mask);
                    index = _mm512_add_epi32(index, _mm512_set1_epi32(width * width));
                }
                pad();
            }
            first[levels] = end;
            return;
        }
#endif
        std::int32_t size[256], next[256];
        for (int q = 0; q < levels; ++q)
            size[q] = 0;
        for (std::int64_t i = 0; i < count; ++i)
            ++size[codes[i]];
        for (int q = 0; q < levels; ++q) {
            first[q] = next[q] = end;
            if (q == skipped)
                continue;
            end += size[q];
            pad();
        }
        first[levels] = end;
        if (skipped >= 0)
            next[skipped] = end; // behind the others
        for (std::int64_t i = 0; i < count; ++i)
            order[next[codes[i]]++] = static_cast<std::uint16_t>(i * width);
    }

    inline __attribute__((always_inline)) void sumTile(
        const SortedColumns& row, std::int64_t stride, const float* tile, std::int64_t column, int levels, bool fresh)
    {
        float* bucket = row.sums + column;
        for (int q = 0; q < levels; ++q, bucket += stride) {
            if (q == row.skipped)
                continue;
            Floats a = splat(0.0F), b = a, c = a, d = a; // chains hide the latency of the additions
            const std::uint16_t* const end = row.order + row.first[q + 1];
            for (const std::uint16_t* at = row.order + row.first[q]; at != end; at += sumsUnrolled) {
                a += load(tile + at[0]);
                b += load(tile + at[1]);
                c += load(tile + at[2]);
                d += load(tile + at[3]);
            }
            const Floats sum = (a + b) + (c + d);
            store(bucket, fresh ? sum : load(bucket) + sum);
        }
    }

    void sumBuckets(const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t count, std::int64_t column, std::int64_t end, int levels,
        int rows, const SortedColumns* columns, std::int64_t stride, float* tiles, bool fresh)
    {
        const std::int64_t size = (count + 1) * width, number = (end - column) / width;
        for (std::int64_t i = 0; i < count; ++i)
            for (std::int64_t t = 0; t < number; ++t)
                store(tiles + t * size + i * width, load(hessian + (begin + i) * n + column + t * width));
        for (std::int64_t t = 0; t < number; ++t) {
            float* tile = tiles + t * size;
            store(tile + count * width, splat(0.0F));
            for (int r = 0; r < rows; ++r)
                sumTile(columns[r], stride, tile, column + t * width, levels, fresh);
        }
    }

    void completeSums(const float* total, std::int64_t n, int levels, int skipped, float* sums, std::int64_t stride)
    {
        for (std::int64_t k = 0; k < n; k += width) {
            Floats rest = load(total + k);
            for (int q = 0; q < levels; ++q)
                if (q != skipped)
                    rest -= load(sums + q * stride + k);
            store(sums + skipped * stride + k, rest);
        }
    }

    /// Columns whose sums stay in f32.
    constexpr std::int64_t shortRun = 1024;

    template <int Count>
    inline __attribute__((always_inline)) void addUpFew(
        const std::uint8_t* codes, const float* sums, std::int64_t stride, int level, int levels, std::int64_t begin, std::int64_t end, double* normal)
    {
        Floats total[Count];
        for (int p = 0; p < Count; ++p)
            total[p] = splat(0.0F);
        for (std::int64_t k = begin; k < end; k += width) {
            const Mask mask = equal(loadCodes(codes + k), level);
            for (int p = 0; p < Count; ++p)
                total[p] = addWhere(mask, total[p], load(sums + p * stride + k));
        }
        for (int p = 0; p < Count; ++p)
            normal[p * levels] += sumOf(total[p]);
    }

    /// Up to here a vector's lanes are compared with each level in turn; above, each column's code picks where it is added.
    constexpr int fewLevels = 16;

    void addUpSums(const std::uint8_t* codes, const float* sums, std::int64_t stride, std::int64_t n, int levels, double* normal)
    {
        for (int k = 0; k < levels * levels; ++k)
            normal[k] = 0;
        for (int p = 0; p < levels && levels > fewLevels; ++p)
            for (std::int64_t k = 0; k < n; ++k)
                normal[p * levels + codes[k]] += static_cast<double>(sums[p * stride + k]);
        if (levels > fewLevels)
            return;
        for (std::int64_t begin = 0; begin < n; begin += shortRun) {
            const std::int64_t end = begin + shortRun < n ? begin + shortRun : n;
            for (int q = 0; q < levels; ++q) {
                int p = q;
                for (; p + 4 <= levels; p += 4)
                    addUpFew<4>(codes, sums + p * stride, stride, q, levels, begin, end, normal + p * levels + q);
                for (; p < levels; ++p)
                    addUpFew<1>(codes, sums + p * stride, stride, q, levels, begin, end, normal + p * levels + q);
            }
        }
    }

    /// Levels [level, level + Count).
    template <int Count>
    inline __attribute__((always_inline)) void addUpGradientFew(
        const std::uint8_t* codes, const float* gradient, std::int64_t begin, std::int64_t end, int level, double* slope, std::int32_t* size)
    {
        Floats total[Count];
        std::int32_t number[Count];
        for (int q = 0; q < Count; ++q) {
            total[q] = splat(0.0F);
            number[q] = 0;
        }
        for (std::int64_t k = begin; k < end; k += width) {
            const Integers code = loadCodes(codes + k);
            const Floats values = load(gradient + k);
            for (int q = 0; q < Count; ++q) {
                const Mask mask = equal(code, level + q);
                total[q] = addWhere(mask, total[q], values);
                number[q] += countOf(mask);
            }
        }
        for (int q = 0; q < Count; ++q) {
            slope[level + q] += sumOf(total[q]);
            size[level + q] += number[q];
        }
    }

    void addUpGradient(const std::uint8_t* codes, const float* gradient, std::int64_t n, int levels, double* slope, std::int32_t* size)
    {
        for (int q = 0; q < levels; ++q) {
            slope[q] = 0;
            size[q] = 0;
        }
        for (std::int64_t k = 0; k < n && levels > fewLevels; ++k) {
            slope[codes[k]] += static_cast<double>(gradient[k]);
            ++size[codes[k]];
        }
        if (levels > fewLevels)
            return;
        for (std::int64_t begin = 0; begin < n; begin += shortRun) {
            const std::int64_t end = begin + shortRun < n ? begin + shortRun : n;
            int q = 0;
            for (; q + 4 <= levels; q += 4)
                addUpGradientFew<4>(codes, gradient, begin, end, q, slope, size);
            for (; q < levels; ++q)
                addUpGradientFew<1>(codes, gradient, begin, end, q, slope, size);
        }
    }

    void moveRow(const float* row, std::int64_t n, float* from, float* to)
    {
        for (std::int64_t k = 0; k < n; k += width) {
            const Floats h = load(row + k);
            store(from + k, load(from + k) - h);
            store(to + k, load(to + k) + h);
        }
    }

    void addScaledRows(const float* sums, std::int64_t stride, std::int64_t n, int levels, const float* scale, float* gradient)
    {
        for (std::int64_t k = 0; k < n; k += width) {
            Floats total = load(gradient + k);
            for (int q = 0; q < levels; ++q)
                total = fused(splat(scale[q]), load(sums + q * stride + k), total);
            store(gradient + k, total);
        }
    }

    constexpr RowPrimitives primitives { multiply, subtract, dot, descendBlock, applyChanges, sortByCode, sumBuckets, completeSums, addUpSums, addUpGradient, moveRow,
        addScaledRows };

}
} // namespace bitloom::kernels
