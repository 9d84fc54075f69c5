// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/type_wishes.h"

namespace bitloom {

TypeWishes wishesOf(const Recipe& recipe)
{
    TypeWishes wishes;
    for (const auto& tensorType : recipe.tensorTypes) {
        const QString part = QString::fromStdString(tensorType);
        if (const qsizetype equals = part.lastIndexOf(QLatin1Char('=')); equals > 0)
            wishes.emplace_back(part.left(equals).trimmed(), part.mid(equals + 1).trimmed());
    }
    return wishes;
}

void setWishes(Recipe& recipe, const TypeWishes& wishes)
{
    recipe.tensorTypes.clear();
    for (const auto& [pattern, type] : wishes)
        recipe.tensorTypes.push_back((pattern + QLatin1Char('=') + type).toStdString());
}

} // namespace bitloom
