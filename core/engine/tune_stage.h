// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/engine/fingerprint.h"
#include "core/engine/job_events.h"
#include "core/engine/prepared_job.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <torch/types.h>

namespace bitloom {

/// What decides tuned codebooks, besides the layers that `solved` stands for.
[[nodiscard]] Fingerprint tuningFingerprint(const PreparedJob& job, const Fingerprint& solved);

/// Tunes the codebooks of all layers, which are read from checkpoints in `solved`, and writes them as checkpoints into `tuned`; where sound ones are there
/// already, nothing is computed. tokens [sequences, length] i64.
[[nodiscard]] Result<TuningReport> tuneLayers(const PreparedJob& job, const torch::Tensor& tokens, const std::filesystem::path& solved, const std::filesystem::path& tuned,
    JobListener& listener, JobControl& control);

/// What was reported when the checkpoints in `tuned` were written.
[[nodiscard]] Result<TuningReport> tuningReport(const std::filesystem::path& tuned);

} // namespace bitloom
