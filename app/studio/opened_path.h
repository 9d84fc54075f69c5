// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/recipe.h"

#include <optional>
#include <QString>

namespace bitloom {

/// What somebody dropped on the window, chose in a dialog or named on the command line.
struct OpenedPath
{
    enum class Kind { Model, Project, Recipe, CacheConfiguration, Text, Rejected };
    Kind kind = Kind::Rejected;
    QString path; ///< the folder or file to open; for a file inside a model folder, that folder
    std::optional<Recipe> recipe; ///< for Kind::Recipe
    QString reason; ///< for Kind::Rejected: why, and what would be taken
};

/// Looks at names and at the first bytes, never at whole files; quick enough for the GUI thread. Takes any layout: a
/// model folder, a file inside it, a folder that holds one model somewhere below, a GGUF file, a project, a recipe.
[[nodiscard]] OpenedPath recognisePath(const QString& path);

} // namespace bitloom
