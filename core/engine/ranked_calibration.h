// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calibration/calibration.h"
#include "core/engine/calibration_content.h"
#include "core/engine/rank_messages.h"
#include "core/ranks/device_link.h"
#include "core/ranks/ranks.h"

#include <memory>
#include <vector>

namespace bitloom {

/// Ranks as a calibration's chain: the last rank takes the first sequences, and rank 0, which keeps the sums, the last. Each of the other ranks
/// sends every block's sums once, as packed lower triangles: Σ_layers (in² / 2) · 4 bytes · (groups + 1) · 2 parts, about 4 GiB a block for a
/// 7B model with 4 groups. The first block of rank r waits for count - 1 - r others; from then on all work at the same time, one
/// block apart. Sums on GPUs go straight from one to the next, whole, where all ranks have one of their own and NCCL, else through host memory.
class RankedCalibration : public CalibrationChain
{
public:
    RankedCalibration(Ranks& ranks, const CalibrationContent& content, std::vector<LinearLayer> layers, torch::Device device = torch::kCPU, DeviceLink* link = nullptr);

    [[nodiscard]] int position() const override;
    [[nodiscard]] int count() const override;
    [[nodiscard]] Result<std::vector<LayerStatistics>> take(std::int64_t block) override;
    [[nodiscard]] Result<void> pass(std::int64_t block, std::vector<LayerStatistics> sums) override;

private:
    [[nodiscard]] Result<void> passOnDevice(RankMessage message, std::vector<LayerStatistics>& sums);
    [[nodiscard]] Result<void> takeOnDevice(const RankMessage& message, std::vector<LayerStatistics>& sums);

    Ranks& m_ranks;
    CalibrationContent m_content;
    std::vector<LinearLayer> m_layers;
    torch::Device m_device;
    DeviceLink* m_link; ///< null: through host memory
};

/// The link between the job's GPUs; null where there is none. On all ranks at the same time.
[[nodiscard]] Result<std::unique_ptr<DeviceLink>> linkOf(Ranks& ranks, torch::Device device, JobControl& control);

/// On a rank but 0: sends the losses of its sequences. On rank 0: puts those of all ranks before its own, in the order of the sequences.
[[nodiscard]] Result<void> gatherLosses(Ranks& ranks, std::vector<double>& losses);

} // namespace bitloom
