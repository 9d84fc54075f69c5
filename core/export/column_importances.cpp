// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/column_importances.h"

#include "core/export/gguf_type_plan.h"
#include "core/model/gguf_source.h"

namespace bitloom {

Result<ColumnImportances> columnImportances(const Imatrix& imatrix, const ModelSource& source, const std::string& file)
{
    ColumnImportances importances;
    for (const GgufMatrix& matrix : ggufMatrices(source)) {
        const auto entry = imatrix.entries.find(matrix.ggufName);
        if (entry == imatrix.entries.end()) {
            if (matrix.linear) // llama-imatrix measures embeddings and output only when it is asked to
                return fail(ErrorCode::InvalidInput, "{}: has no entry for '{}' of {}; it is the importance matrix of another model", file, matrix.ggufName, source.name);
            continue;
        }
        if (entry->second.counts.size() != 1 || entry->second.columns() != matrix.columns)
            return fail(ErrorCode::InvalidInput, "{}: '{}' has {} columns, but {} has {}; it is the importance matrix of another model", file, matrix.ggufName,
                entry->second.columns(), source.name, matrix.columns);
        importances.emplace(matrix.name, entry->second.means());
    }
    for (const auto& [name, entry] : imatrix.entries) {
        const std::string known = huggingFaceName(name);
        if (!known.empty() && name.starts_with("blk.") && !source.weights->contains(known))
            return fail(ErrorCode::InvalidInput, "{}: has an entry for '{}', which {} does not have; it is the importance matrix of another model", file, name, source.name);
    }
    return importances;
}

} // namespace bitloom
