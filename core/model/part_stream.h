// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <future>
#include <memory>

namespace bitloom {

struct ModelPart;

/// Holds the weights of one part of a model at a time, and reads those of the part that comes next in the background.
class PartStream
{
public:
    using Load = std::function<Result<std::shared_ptr<const ModelPart>>(std::int64_t part)>;
    /// `load` is called from any thread, also after an earlier call failed.
    explicit PartStream(Load load);
    ~PartStream();
    PartStream(const PartStream&) = delete;
    PartStream& operator=(const PartStream&) = delete;

    /// Drops the part that was entered before and makes `part` the one to use. Then `next` (negative: none) starts to be read, so that two parts
    /// at most are in memory.
    [[nodiscard]] Result<void> enter(std::int64_t part, std::int64_t next);
    /// The part that was entered last; throws c10::Error if that is another one.
    [[nodiscard]] const ModelPart& at(std::int64_t part) const;

private:
    using Loaded = Result<std::shared_ptr<const ModelPart>>;
    Load m_load;
    std::int64_t m_part = -1, m_comingPart = -1;
    std::shared_ptr<const ModelPart> m_current;
    std::future<Loaded> m_coming;
};

} // namespace bitloom
