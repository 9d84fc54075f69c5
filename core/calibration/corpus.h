// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/causal_lm.h"
#include "core/model/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// Calibration tokens [sequences, length] i64 from text files: the files one after another, tokenized without BOS or special tokens,
/// cut into windows of `length` tokens that do not overlap, of which `sequences` are taken that lie evenly over the whole text: neighbouring
/// windows are about the same subject and teach less than distant ones. No randomness: equal
/// files give equal tokens. A file that cannot be read, is empty or is not UTF-8 is an Error that names it (and the byte offset); too
/// little text is an Error that names the tokens found and needed. sequences >= 1, length >= 2.
[[nodiscard]] Result<torch::Tensor> readCorpus(const std::vector<std::filesystem::path>& files, const Tokenizer& tokenizer,
    std::int64_t sequences, std::int64_t length);

/// Calibration tokens [sequences, length] i64 that the model writes itself, for when there is no text: seeded sampling at temperature 1
/// from its own distribution, each sequence after the BOS token (part of the sequence), or after a random token where the
/// vocabulary has no BOS. Equal seed and settings give equal tokens on the same device. `progress` counts tokens, stage "text".
[[nodiscard]] Result<torch::Tensor> writeCorpus(const CausalLm& model, std::int64_t sequences, std::int64_t length, std::uint64_t seed,
    ProgressSink& progress, JobControl& control);

} // namespace bitloom
