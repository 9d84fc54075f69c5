// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/outgoing_queue.h"

#include "core/protocol/frame.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <type_traits>
#include <unistd.h>

namespace bitloom {
namespace {
    constexpr std::size_t objectivesAtMost = 4096;
    // A pipe that polls as writable takes this much without blocking (PIPE_BUF on Linux).
    constexpr std::size_t pieceBytes = 4096;
    constexpr std::chrono::seconds closingPatience { 2 };

    /// What a newer event of the same key makes stale; empty where nothing does.
    std::string keyOf(const JobEvent& event)
    {
        return std::visit(
            [&](const auto& value) -> std::string {
                using T = std::decay_t<decltype(value)>;
                const std::string job = std::to_string(event.job) + "/";
                if constexpr (std::is_same_v<T, ProgressEvent>)
                    return job + "progress/" + value.progress.stage;
                else if constexpr (std::is_same_v<T, ResourceEvent>)
                    return job + "resource";
                else if constexpr (std::is_same_v<T, LayerEvent>)
                    return job + "layer/" + value.layer;
                else if constexpr (std::is_same_v<T, SaliencyEvent>)
                    return job + "saliency/" + value.layer;
                else if constexpr (std::is_same_v<T, CodebookEvent>)
                    return job + "codebook/" + value.layer;
                else if constexpr (std::is_same_v<T, TokenEvent>)
                    return job + "token";
                else if constexpr (std::is_same_v<T, CacheMapEvent>)
                    return job + "cache_map";
                else
                    return {};
            },
            event.event);
    }

    /// One event for two: of texts nothing may be lost.
    void putBefore(TokenEvent& older, TokenEvent& newer)
    {
        newer.text.insert(0, older.text);
        if (older.choices && newer.choices)
            newer.choices->insert(newer.choices->begin(), std::make_move_iterator(older.choices->begin()), std::make_move_iterator(older.choices->end()));
        else if (older.choices)
            newer.choices = std::move(older.choices);
    }

    std::vector<std::uint8_t> frameOf(const Response& response)
    {
        auto frame = encodeFrame(toMessage(response));
        if (frame.size() <= maximumFrameBytes)
            return frame;
        return encodeFrame(toMessage(Response { response.id, fail(ErrorCode::Unsupported, "the answer has {} bytes, more than a frame holds", frame.size()) }));
    }

    std::vector<std::uint8_t> frameOf(const JobEvent& event)
    {
        return encodeFrame(toMessage(event));
    }
}

OutgoingQueue::OutgoingQueue(int descriptor)
    : m_descriptor(descriptor)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

OutgoingQueue::~OutgoingQueue()
{
    std::unique_lock lock(m_mutex);
    m_closing = true;
    m_changed.notify_all();
    m_changed.wait_for(lock, closingPatience, [this] { return m_broken || m_waiting.empty(); });
    lock.unlock();
    m_thread.request_stop();
    m_changed.notify_all();
}

void OutgoingQueue::send(Response response)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_broken)
            return;
        m_waiting.push_back({ {}, std::move(response) });
    }
    m_changed.notify_all();
}

void OutgoingQueue::send(JobEvent event)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_broken || (std::holds_alternative<ObjectiveEvent>(event.event) && m_waiting.size() > objectivesAtMost))
            return;
        const std::string key = keyOf(event);
        if (const auto older = m_newest.find(key); !key.empty() && older != m_newest.end()) {
            auto& waiting = std::get<JobEvent>(older->second->message);
            if (auto* newer = std::get_if<TokenEvent>(&event.event))
                putBefore(std::get<TokenEvent>(waiting.event), *newer);
            waiting = std::move(event);
            return;
        }
        m_waiting.push_back({ key, std::move(event) });
        if (!key.empty())
            m_newest[key] = std::prev(m_waiting.end());
    }
    m_changed.notify_all();
}

bool OutgoingQueue::isBroken() const
{
    const std::lock_guard lock(m_mutex);
    return m_broken;
}

void OutgoingQueue::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return !m_waiting.empty(); })) {
        Entry entry = std::move(m_waiting.front());
        if (!entry.key.empty())
            m_newest.erase(entry.key);
        lock.unlock();
        const bool written = write(std::visit([](const auto& message) { return frameOf(message); }, entry.message), stop);
        lock.lock();
        // Popped only now: an empty queue means that everything was written.
        m_waiting.pop_front();
        if (!written) {
            m_broken = true;
            m_waiting.clear();
            m_newest.clear();
            m_changed.notify_all();
            return;
        }
        if (m_waiting.empty() && m_closing)
            m_changed.notify_all();
    }
}

bool OutgoingQueue::write(const std::vector<std::uint8_t>& bytes, const std::stop_token& stop) const
{
    for (std::size_t done = 0; done < bytes.size();) {
        pollfd ready { m_descriptor, POLLOUT, 0 };
        const int polled = ::poll(&ready, 1, 100);
        if (stop.stop_requested() && polled <= 0)
            return false;
        if (polled < 0 && errno != EINTR)
            return false;
        if (polled <= 0)
            continue;
        const ssize_t count = ::write(m_descriptor, bytes.data() + done, std::min(pieceBytes, bytes.size() - done));
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (count > 0)
            done += static_cast<std::size_t>(count);
    }
    return true;
}

} // namespace bitloom
