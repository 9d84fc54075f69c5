// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <functional>
#include <QString>
#include <vector>

namespace bitloom {

/// A column of a comparison: a finished run, or the model that the runs began with.
struct ComparedRun
{
    QString name; ///< short, and no other column's
    ProjectSummary run; ///< of an original only the evaluation's perplexity
    std::optional<ModelSummary> original; ///< set where the column is the original itself
};

/// A line of a comparison.
struct RunField
{
    QString key; ///< in a table for programs
    QString title, explanation;
    std::function<QString(const ComparedRun&)> shown; ///< for a person; says where nothing was measured
    std::function<QString(const ComparedRun&)> raw; ///< for programs; empty where nothing was measured
};

/// Everything that is told of these runs: the recipe, what came out, and what was measured. Parameters of methods are those that some run has.
[[nodiscard]] std::vector<RunField> runFields(const std::vector<ComparedRun>& runs);

} // namespace bitloom
