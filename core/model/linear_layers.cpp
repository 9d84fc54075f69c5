// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/linear_layers.h"

#include <torch/autograd.h>
#include <algorithm>

namespace bitloom {
namespace {
    using torch::Tensor;
    using torch::autograd::AutogradContext;
    using torch::autograd::variable_list;

    /// Fewer rows are bound by reading the weights, of which bf16 has half the bytes.
    constexpr std::int64_t manyRows = 32;
    /// Elements of a weight that are widened to f32 at a time, so that they are still in a cache when they are multiplied.
    constexpr std::int64_t widenedAtOnce = std::int64_t(1) << 20;

    Tensor rowsOf(const Tensor& tensor)
    {
        return tensor.reshape({ -1, tensor.size(-1) });
    }

    std::vector<std::int64_t> shapeWith(const Tensor& tensor, std::int64_t last)
    {
        std::vector<std::int64_t> shape = tensor.sizes().vec();
        shape.back() = last;
        return shape;
    }

    bool multipliesInFloat(const Tensor& input)
    {
        return input.is_cpu() && input.scalar_type() == torch::kBFloat16 && input.numel() >= manyRows * input.size(-1) && !cpuMultipliesBfloat16();
    }

    /// Calls work(first row, rows in f32) for runs of rows that make up the weight.
    template <typename Work>
    void forWidenedRows(const Tensor& weight, const Work& work)
    {
        if (weight.scalar_type() == torch::kFloat32)
            return work(std::int64_t(0), weight);
        const std::int64_t out = weight.size(0), step = std::max<std::int64_t>(1, widenedAtOnce / std::max<std::int64_t>(1, weight.size(1)));
        for (std::int64_t begin = 0; begin < out; begin += step)
            work(begin, weight.narrow(0, begin, std::min(step, out - begin)).to(torch::kFloat32));
    }

    /// rows [tokens, in] f32 -> [tokens, out] f32.
    Tensor productInFloat(const Tensor& rows, const Tensor& weight)
    {
        Tensor product = torch::empty({ rows.size(0), weight.size(0) }, rows.options());
        forWidenedRows(weight, [&](std::int64_t begin, const Tensor& wide) {
            Tensor part = product.narrow(1, begin, wide.size(0));
            torch::mm_out(part, rows, wide.t());
        });
        return product;
    }

    /// sum [tokens, in] += gradient [tokens, out] · weight, f32; the first product is stored.
    void addInputGradient(Tensor& sum, const Tensor& gradient, const Tensor& weight)
    {
        forWidenedRows(weight, [&](std::int64_t begin, const Tensor& wide) {
            const Tensor part = gradient.narrow(1, begin, wide.size(0));
            if (sum.defined())
                sum.addmm_(part, wide);
            else
                sum = torch::mm(part, wide);
        });
    }

    Tensor nativeProduct(const Tensor& input, const LinearWeights& layer)
    {
        return torch::linear(input, layer.weight, layer.bias.defined() ? std::optional(layer.bias) : std::nullopt);
    }

    variable_list products(const Tensor& input, const std::vector<LinearWeights>& layers)
    {
        const bool inFloat = multipliesInFloat(input);
        const Tensor rows = inFloat ? rowsOf(input).to(torch::kFloat32) : Tensor();
        variable_list outputs;
        for (const LinearWeights& layer : layers) {
            if (!layer.valuesWanted) {
                outputs.push_back(torch::empty(shapeWith(input, layer.weight.size(0)), input.options()));
            } else if (inFloat) {
                Tensor product = productInFloat(rows, layer.weight);
                if (layer.bias.defined())
                    product.add_(layer.bias);
                outputs.push_back(product.to(input.scalar_type()).view(shapeWith(input, layer.weight.size(0))));
            } else {
                outputs.push_back(nativeProduct(input, layer));
            }
        }
        return outputs;
    }

    struct LinearsFunction : torch::autograd::Function<LinearsFunction>
    {
        static variable_list forward(AutogradContext* context, const Tensor& input, const std::vector<LinearWeights>* layers)
        {
            variable_list weights;
            for (const LinearWeights& layer : *layers)
                weights.push_back(layer.weight);
            context->save_for_backward(weights);
            context->set_materialize_grads(false);
            return products(input, *layers);
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const variable_list weights = context->get_saved_variables();
            Tensor sum;
            std::vector<std::int64_t> shape;
            torch::Dtype dtype = torch::kFloat32;
            for (std::size_t i = 0; i < gradients.size(); ++i) {
                if (!gradients[i].defined())
                    continue;
                shape = shapeWith(gradients[i], weights[i].size(1));
                dtype = gradients[i].scalar_type();
                const Tensor rows = rowsOf(gradients[i]);
                if (multipliesInFloat(gradients[i]))
                    addInputGradient(sum, rows.to(torch::kFloat32), weights[i]);
                else if (sum.defined())
                    sum.addmm_(rows, weights[i]);
                else
                    sum = torch::mm(rows, weights[i]);
            }
            return { sum.defined() ? sum.to(dtype).view(shape) : Tensor(), Tensor() };
        }
    };

    struct LinearToFloatFunction : torch::autograd::Function<LinearToFloatFunction>
    {
        static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight)
        {
            context->save_for_backward({ weight });
            context->saved_data["dtype"] = static_cast<std::int64_t>(input.scalar_type());
            return productInFloat(rowsOf(input).to(torch::kFloat32), weight).view(shapeWith(input, weight.size(0)));
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const Tensor weight = context->get_saved_variables()[0];
            Tensor sum;
            addInputGradient(sum, rowsOf(gradients[0]), weight);
            return { sum.to(static_cast<torch::Dtype>(context->saved_data["dtype"].toInt())).view(shapeWith(gradients[0], weight.size(1))), Tensor() };
        }
    };
}

std::vector<Tensor> linearProducts(const Tensor& input, const std::vector<LinearWeights>& layers, bool own)
{
    if (!own || std::any_of(layers.begin(), layers.end(), [](const LinearWeights& layer) { return layer.weight.requires_grad(); })) {
        std::vector<Tensor> outputs;
        for (const LinearWeights& layer : layers)
            outputs.push_back(nativeProduct(input, layer));
        return outputs;
    }
    if (at::GradMode::is_enabled() && input.requires_grad())
        return LinearsFunction::apply(input, &layers);
    return products(input, layers);
}

Tensor linearToFloat(const Tensor& input, const Tensor& weight, bool own)
{
    if (!own || weight.requires_grad() || !multipliesInFloat(input))
        return torch::linear(input, weight).to(torch::kFloat32);
    return LinearToFloatFunction::apply(input, weight);
}

bool cpuMultipliesBfloat16()
{
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
    __builtin_cpu_init();
    return __builtin_cpu_supports("amx-bf16");
#else
    return false;
#endif
}

} // namespace bitloom
