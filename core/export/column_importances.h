// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/imatrix.h"
#include "core/model/model_source.h"

#include <map>
#include <string>
#include <vector>

namespace bitloom {

/// How much the error of each column matters, [columns] >= 0, by the tensor's Hugging Face name.
using ColumnImportances = std::map<std::string, std::vector<float>>;

/// The mean squared inputs of an importance matrix. One of another model (a linear layer is missing, has another width, or there is one more) is
/// refused with one sentence that begins with `file`.
[[nodiscard]] Result<ColumnImportances> columnImportances(const Imatrix& imatrix, const ModelSource& source, const std::string& file);

} // namespace bitloom
