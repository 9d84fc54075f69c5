// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Before functions that host code and kernels both call.
#ifdef __CUDACC__
#define BITLOOM_ALSO_ON_DEVICE __host__ __device__
#else
#define BITLOOM_ALSO_ON_DEVICE
#endif
