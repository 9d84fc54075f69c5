// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bitloom {

/// Which kinds of statistics a calibration holds, or a method asks for.
struct CalibrationContent
{
    bool guidedHessian = false, plainHessian = false, fisherDiagonal = false;
    [[nodiscard]] bool any() const { return guidedHessian || plainHessian || fisherDiagonal; }
    [[nodiscard]] bool covers(const CalibrationContent& needed) const
    {
        return (guidedHessian || !needed.guidedHessian) && (plainHessian || !needed.plainHessian) && (fisherDiagonal || !needed.fisherDiagonal);
    }
    [[nodiscard]] CalibrationContent with(const CalibrationContent& other) const
    {
        return { guidedHessian || other.guidedHessian, plainHessian || other.plainHessian, fisherDiagonal || other.fisherDiagonal };
    }
};

} // namespace bitloom
