// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/block_operations.h"

#include "core/kernels/cpu/decoder_rows.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

namespace bitloom {
namespace {
    using torch::Tensor;
    using torch::autograd::AutogradContext;
    using torch::autograd::variable_list;

    constexpr std::int64_t valuesPerThread = 16384; ///< fewer are not worth waking another thread

    bool hasKernels(const Tensor& tensor)
    {
        return tensor.is_cpu() && (tensor.scalar_type() == torch::kFloat32 || tensor.scalar_type() == torch::kBFloat16);
    }

    kernels::DecoderRows kernelsFor(const Tensor& tensor)
    {
        return kernels::DecoderRows(tensor.scalar_type() == torch::kBFloat16 ? kernels::StoredValues::BFloat16 : kernels::StoredValues::Float32);
    }

    /// Element `index` of a contiguous tensor.
    const char* valueAt(const Tensor& tensor, std::int64_t index)
    {
        return static_cast<const char*>(tensor.const_data_ptr()) + index * static_cast<std::int64_t>(tensor.element_size());
    }

    char* valueAt(Tensor& tensor, std::int64_t index)
    {
        return static_cast<char*>(tensor.mutable_data_ptr()) + index * static_cast<std::int64_t>(tensor.element_size());
    }

    struct NormFunction : torch::autograd::Function<NormFunction>
    {
        static Tensor forward(AutogradContext* context, const Tensor& hidden, const Tensor& weight, double epsilon)
        {
            const Tensor in = hidden.contiguous();
            const std::int64_t n = in.size(-1), rows = in.numel() / std::max<std::int64_t>(1, n);
            Tensor out = torch::empty_like(in), scale = torch::empty({ rows }, in.options().dtype(torch::kFloat32));
            const kernels::DecoderRows kernels = kernelsFor(in);
            at::parallel_for(0, rows, valuesPerThread / n + 1, [&](std::int64_t begin, std::int64_t end) {
                kernels.normalize(valueAt(in, begin * n), weight.const_data_ptr<float>(), end - begin, n, static_cast<float>(epsilon), valueAt(out, begin * n),
                    scale.mutable_data_ptr<float>() + begin);
            });
            context->save_for_backward({ in, weight, scale });
            return out;
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const variable_list saved = context->get_saved_variables();
            const Tensor &in = saved[0], &weight = saved[1], &scale = saved[2], gradient = gradients[0].contiguous();
            const std::int64_t n = in.size(-1);
            Tensor out = torch::empty_like(in);
            const kernels::DecoderRows kernels = kernelsFor(in);
            at::parallel_for(0, scale.numel(), valuesPerThread / n + 1, [&](std::int64_t begin, std::int64_t end) {
                kernels.normalizeBackward(valueAt(gradient, begin * n), valueAt(in, begin * n), weight.const_data_ptr<float>(), scale.const_data_ptr<float>() + begin,
                    end - begin, n, valueAt(out, begin * n));
            });
            return { out, Tensor(), Tensor() };
        }
    };

    struct GateFunction : torch::autograd::Function<GateFunction>
    {
        static Tensor forward(AutogradContext* context, const Tensor& gate, const Tensor& up)
        {
            const Tensor left = gate.contiguous(), right = up.contiguous();
            Tensor out = torch::empty_like(left);
            const kernels::DecoderRows kernels = kernelsFor(left);
            at::parallel_for(0, left.numel(), valuesPerThread, [&](std::int64_t begin, std::int64_t end) {
                kernels.gate(valueAt(left, begin), valueAt(right, begin), end - begin, valueAt(out, begin));
            });
            context->save_for_backward({ left, right });
            return out;
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const variable_list saved = context->get_saved_variables();
            const Tensor gradient = gradients[0].contiguous();
            Tensor left = torch::empty_like(gradient), right = torch::empty_like(gradient);
            const kernels::DecoderRows kernels = kernelsFor(gradient);
            at::parallel_for(0, gradient.numel(), valuesPerThread, [&](std::int64_t begin, std::int64_t end) {
                kernels.gateBackward(valueAt(gradient, begin), valueAt(saved[0], begin), valueAt(saved[1], begin), end - begin, valueAt(left, begin), valueAt(right, begin));
            });
            return { left, right };
        }
    };

    /// heads [batch, tokens, heads, head size], contiguous.
    Tensor rotated(const Tensor& heads, const Tensor& cosine, const Tensor& sine, bool back)
    {
        Tensor out = torch::empty_like(heads);
        const std::int64_t tokens = heads.size(1), count = heads.size(2), half = heads.size(3) / 2, each = count * heads.size(3);
        const kernels::DecoderRows kernels = kernelsFor(heads);
        at::parallel_for(0, heads.size(0) * tokens, valuesPerThread / each + 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t token = begin; token < end; ++token) {
                const std::int64_t place = token % tokens * half;
                kernels.rotate(valueAt(heads, token * each), cosine.const_data_ptr<float>() + place, sine.const_data_ptr<float>() + place, back, count, half,
                    valueAt(out, token * each));
            }
        });
        return out;
    }

    struct RotationFunction : torch::autograd::Function<RotationFunction>
    {
        static Tensor forward(AutogradContext* context, const Tensor& heads, const Tensor& cosine, const Tensor& sine)
        {
            context->save_for_backward({ cosine, sine });
            return rotated(heads.contiguous(), cosine, sine, false).transpose(1, 2);
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const variable_list saved = context->get_saved_variables();
            return { rotated(gradients[0].transpose(1, 2).contiguous(), saved[0], saved[1], true), Tensor(), Tensor() };
        }
    };
}

Tensor rmsNorm(const Tensor& hidden, const Tensor& weight, double epsilon, bool own)
{
    if (own && hasKernels(hidden) && hidden.size(-1) > 0)
        return NormFunction::apply(hidden, weight, epsilon);
    const Tensor wide = hidden.to(torch::kFloat32);
    const Tensor scale = torch::rsqrt(wide.square().mean(-1, true).add(epsilon));
    return (wide * scale * weight).to(hidden.scalar_type());
}

Tensor gatedLinearUnit(const Tensor& gate, const Tensor& up, bool own)
{
    if (own && hasKernels(gate))
        return GateFunction::apply(gate, up);
    Tensor opened = torch::silu(gate);
    return at::GradMode::is_enabled() ? opened * up : opened.mul_(up);
}

Tensor rotateHeads(const Tensor& heads, const Tensor& angles, bool own)
{
    const Tensor cosine = angles.cos(), sine = angles.sin();
    if (own && hasKernels(heads) && angles.dim() == 2)
        return RotationFunction::apply(heads, cosine.contiguous(), sine.contiguous());
    const Tensor turned = heads.transpose(1, 2);
    const auto halves = turned.chunk(2, -1);
    return torch::cat({ halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine }, -1).to(heads.scalar_type());
}

} // namespace bitloom
