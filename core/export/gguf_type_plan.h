// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/model_source.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bitloom {

/// What somebody asked for about the types of a GGUF file's tensors.
struct GgufTypeRequest
{
    /// A ggml type ("Q4_0"): every linear layer gets it, embeddings and output what llama-quantize gives them. A named mix of llama.cpp ("Q4_K_M";
    /// "mix:Q2_K" where a type has the same name): every tensor gets what llama-quantize gives it. Empty: F16 for quantized layers,
    /// everything else as stored.
    std::string type;
    /// Tensors whose GGUF or Hugging Face name contains the text get this type, whatever else was asked for. The first that fits counts.
    std::vector<std::pair<std::string, std::string>> overrides;
    bool quantized = false; ///< whether a method gives the linear layers' weights
    bool importances = false; ///< whether there are importances of the columns, without which some types make no sense
};

/// Types by the tensors' Hugging Face names. Tensors that are not named stay as they are stored (in F32 where they have one dimension).
using GgufTypePlan = std::map<std::string, int>;

/// The type of every weight matrix that does not stay as it is stored. A type whose blocks do not divide a tensor's rows is replaced as
/// llama-quantize does. A name that is not known and a type that needs importances without any are one sentence.
[[nodiscard]] Result<GgufTypePlan> planGgufTypes(const ModelSource& source, const GgufTypeRequest& request);

/// The model's weight matrices that a GGUF file stores in blocks: linear layers, embeddings and output, by Hugging Face name, with their shape.
struct GgufMatrix
{
    std::string name; ///< Hugging Face name
    std::string ggufName;
    std::int64_t rows = 0, columns = 0;
    bool linear = false; ///< a linear layer of a block; else embeddings or output
    int storedType = -1; ///< enum ggml_type of a GGUF source; -1 otherwise
};
[[nodiscard]] std::vector<GgufMatrix> ggufMatrices(const ModelSource& source);

/// The general.file_type of the mix that a request's type names; nullopt where it names none.
[[nodiscard]] std::optional<int> requestedMix(const std::string& type);

/// Whether llama.cpp refuses to quantize to this type without importances.
[[nodiscard]] bool needsImportances(int type);

/// The type that an override gives this tensor, if any does.
[[nodiscard]] Result<std::optional<int>> overriddenType(const GgufTypeRequest& request, const GgufMatrix& matrix);

} // namespace bitloom
