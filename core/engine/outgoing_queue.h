// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>

namespace bitloom {

/// Messages on their way to the studio, written by a thread of its own, so that a slow reader never holds up a job. What waits is kept small:
/// a newer state of the same thing replaces the older one, written text grows into one piece, and objectives beyond a bound
/// are left out (the report has them all). Responses and log lines are never dropped. Thread-safe.
class OutgoingQueue
{
public:
    explicit OutgoingQueue(int descriptor);
    /// Writes what still waits, for two seconds at most if nobody reads.
    ~OutgoingQueue();
    OutgoingQueue(const OutgoingQueue&) = delete;
    OutgoingQueue& operator=(const OutgoingQueue&) = delete;

    void send(Response response);
    void send(JobEvent event);
    /// Nobody reads any more.
    [[nodiscard]] bool isBroken() const;

private:
    using Message = std::variant<Response, JobEvent>;
    struct Entry
    {
        std::string key; ///< of what it replaces; empty: nothing
        Message message;
    };

    void run(const std::stop_token& stop);
    [[nodiscard]] bool write(const std::vector<std::uint8_t>& bytes, const std::stop_token& stop) const;

    const int m_descriptor;
    mutable std::mutex m_mutex; // guards all below
    std::condition_variable_any m_changed;
    std::list<Entry> m_waiting;
    std::map<std::string, std::list<Entry>::iterator> m_newest;
    bool m_broken = false;
    bool m_closing = false;
    std::jthread m_thread; // last: stopped first
};

} // namespace bitloom
