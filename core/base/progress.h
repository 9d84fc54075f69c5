// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace bitloom {

/// Where a long job stands. Structured data; nobody parses text.
struct Progress
{
    std::string stage; ///< "load", "calibrate", "quantize", "export", "evaluate", ...
    std::string unit; ///< what done and total count: "tokens", "layers", "bytes", "chunks"
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string item; ///< what is being worked on, for example "model.layers.3.mlp.up_proj"
    double rate = 0; ///< units per second over a rolling window; 0 while it is still being measured
    double etaSeconds = -1; ///< seconds left in this stage; negative while it is still being measured
};

/// Takes progress from a job; called from the job's threads, so implementations are thread-safe and quick.
class ProgressSink
{
public:
    virtual ~ProgressSink() = default;
    virtual void progress(const Progress& progress) = 0;
};

/// For callers that do not care.
ProgressSink& ignoreProgress();

} // namespace bitloom
