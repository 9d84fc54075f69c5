// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/outgoing_queue.h"

#include <memory>
#include <spdlog/spdlog.h>

namespace bitloom {

/// While it lives, everything that is logged through spdlog also goes out as LogEvents (of job 0).
class LogForwarding
{
public:
    explicit LogForwarding(OutgoingQueue& queue);
    ~LogForwarding();
    LogForwarding(const LogForwarding&) = delete;
    LogForwarding& operator=(const LogForwarding&) = delete;

private:
    std::shared_ptr<spdlog::logger> m_before;
};

} // namespace bitloom
