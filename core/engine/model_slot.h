// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/job_events.h"
#include "core/model/causal_lm.h"
#include "core/model/tokenizer.h"

#include <memory>
#include <mutex>
#include <string>

namespace bitloom {

/// A model with its weights in memory.
struct LoadedModel
{
    ModelSource source;
    std::shared_ptr<Tokenizer> tokenizer;
    CausalLm model;
};

/// Keeps the model that was loaded last, for the next job that wants the same one. Thread-safe; a job keeps its model whatever happens to the slot.
class ModelSlot
{
public:
    /// The model that openModel(source) opened, computing in `dtype` on `device`. It is loaded, with a ProgressEvent of stage "load" before, unless the slot has
    /// the same files with the same contents; what the slot had before is let go first, so that both need not fit into memory.
    [[nodiscard]] Result<std::shared_ptr<const LoadedModel>> load(const ModelSource& source, torch::Dtype dtype, torch::Device device, JobListener& listener);
    void release();

private:
    std::mutex m_mutex; // guards all below
    std::string m_identity; ///< of files, dtype and device
    std::shared_ptr<const LoadedModel> m_model;
};

} // namespace bitloom
