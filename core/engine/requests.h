// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/job_schedule.h"
#include "core/engine/job_slot.h"
#include "core/engine/model_slot.h"
#include "core/engine/plugin_loader.h"
#include "core/protocol/messages.h"

#include <optional>

namespace bitloom {

/// What each request of the protocol does. Quick ones are answered on the caller's thread, jobs go into the slot.
class Requests
{
public:
    /// `limits` hold for jobs whose request names no others.
    Requests(const WeightMethods& methods, JobSlot& slot, const ResourceLimits& limits = {});
    /// nullopt where a job was started, which answers when it is done.
    [[nodiscard]] std::optional<Response> answer(const Request& request) const;

private:
    /// nullopt: a job was started.
    using Outcome = Result<std::optional<nlohmann::json>>;

    Outcome dispatch(const Request& request) const;
    Outcome hello(const Request& request) const;
    Outcome inspect(const Request& request) const;
    Outcome weights(const Request& request) const;
    Outcome block(const Request& request) const;
    Outcome plan(const Request& request) const;
    Outcome project(const Request& request) const;
    Outcome memory(const Request& request) const;
    Outcome watch(const Request& request) const;
    Outcome watchCache(const Request& request) const;
    Outcome control(const Request& request) const;
    Outcome curves(const Request& request) const;
    Outcome measure(const Request& request) const;
    Outcome quantize(const Request& request) const;
    Outcome evaluate(const Request& request) const;
    Outcome verify(const Request& request) const;
    Outcome report(const Request& request) const;
    Outcome generate(const Request& request) const;
    Outcome calibrateCache(const Request& request) const;
    /// A job that has all the memory: the model that texts are written with is let go.
    Outcome start(const Request& request, JobSlot::Work work) const;
    Outcome startBesideModel(const Request& request, JobSlot::Work work) const;
    void releaseIdleModel() const;

    [[nodiscard]] Result<ResourceLimits> limitsOf(const Request& request) const;

    const WeightMethods& m_methods;
    KvMethods m_caches = KvMethods::load();
    JobSlot& m_slot;
    ResourceLimits m_limits;
    mutable ModelSlot m_models; ///< of the texts that are written one after another
};

} // namespace bitloom
