// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bitloom::kernels::cuda {

constexpr int warp = 32;
constexpr unsigned everyLane = 0xffffffffU;

} // namespace bitloom::kernels::cuda
