// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

struct StoredTensor
{
    std::string name; ///< Hugging Face name, whatever the file's own
    std::vector<std::int64_t> shape;
    std::string type; ///< "F16", "Q4_1", "lut3", ...
    std::int64_t bytes = 0;
};

/// Gives a model's tensors by Hugging Face name, in Hugging Face's row order and [out, in] shape, from whatever it is
/// stored in. Tensors are read (and dequantized) when asked for. Thread-safe.
class WeightSource
{
public:
    virtual ~WeightSource() = default;
    [[nodiscard]] virtual const std::vector<StoredTensor>& tensors() const = 0;
    [[nodiscard]] virtual bool contains(const std::string& name) const = 0;
    /// f32 on the CPU. NaN or infinity anywhere is an Error that names file and tensor.
    [[nodiscard]] virtual Result<torch::Tensor> load(const std::string& name) const = 0;
};

} // namespace bitloom
