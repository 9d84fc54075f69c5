// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitloom {

/// An enum ggml_type by its name as `--gguf-type` takes it (case does not matter). A name that is not known and a type that ggml cannot
/// quantize to are refused with what can be asked for.
[[nodiscard]] Result<int> parseGgufType(const std::string& name);
/// Whether parseGgufType knows the name.
[[nodiscard]] bool isGgufType(const std::string& name);
/// The enum ggml_type whose ggmlTypeName() this is; -1 where there is none.
[[nodiscard]] int ggmlTypeNumber(const std::string& name);

/// The type that rows of `columns` weights get where `type` is asked for: the type itself where its blocks divide the row, else the replacement that
/// llama-quantize takes (a related type with blocks of 32, F16 in the end).
[[nodiscard]] int typeForRow(int type, std::int64_t columns);

/// The number that general.file_type has for a file that is mostly of this type; -1 where there is none.
[[nodiscard]] int ggufFileType(int type);

} // namespace bitloom
