// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/calibration/calibration.h"
#include "core/engine/calibration_content.h"
#include "core/engine/fingerprint.h"
#include "core/engine/packed_statistics.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace bitloom {

/// One calibration's statistics on disk: a file for each layer, symmetric matrices as packed lower triangles in f32, and a manifest
/// that is written last, so that a folder without it is an unfinished calibration. Thread-safe, as long as nobody reads a layer that is being written.
class CalibrationStore
{
public:
    CalibrationStore(std::filesystem::path folder, Fingerprint fingerprint);

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    /// What a finished calibration in the folder holds; an Error where there is none. Reads only the manifest.
    [[nodiscard]] Result<CalibrationContent> content() const;
    /// Reads everything and compares checksums; an Error names the first file that is damaged.
    [[nodiscard]] Result<void> verify(const std::vector<LinearLayer>& layers) const;

    /// Empties the folder for a new calibration.
    [[nodiscard]] Result<void> begin();
    /// Goes on with an unfinished calibration: removes what is no longer true of it. Of `layers` it returns those whose statistics are there,
    /// sound and complete.
    [[nodiscard]] Result<std::vector<LinearLayer>> goOn(const std::vector<LinearLayer>& layers, const CalibrationContent& content);
    /// Two layers at a time, the largest first: writing waits for one processor's copying, not for the disk. Each layer is released once it is written.
    [[nodiscard]] Result<void> writeLayers(std::vector<LayerStatistics> layers);
    [[nodiscard]] Result<void> finish(const CalibrationContent& content, std::int64_t tokens, const std::vector<double>& losses);

    /// Statistics of one layer on the CPU; members outside `content` are undefined.
    [[nodiscard]] Result<LayerStatistics> readLayer(const LinearLayer& layer, const CalibrationContent& content) const;
    /// The same as it lies on disk, still packed.
    [[nodiscard]] Result<std::vector<TensorData>> packedLayer(const LinearLayer& layer, const CalibrationContent& content) const;
    /// Diagonals of the guided Hessians, fit and held-out sequences together: [groups, in] f32.
    [[nodiscard]] Result<torch::Tensor> readGuidedDiagonal(const LinearLayer& layer) const;

private:
    [[nodiscard]] std::filesystem::path layerFile(const LinearLayer& layer) const;
    [[nodiscard]] Result<void> verify(const LinearLayer& layer) const;
    [[nodiscard]] Result<void> writeLayer(const LayerStatistics& statistics) const;

    std::filesystem::path m_folder;
    Fingerprint m_fingerprint;
};

} // namespace bitloom
