// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/log_forwarding.h"

#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <vector>

namespace bitloom {
namespace {
    class QueueSink : public spdlog::sinks::base_sink<std::mutex>
    {
    public:
        explicit QueueSink(OutgoingQueue& queue)
            : m_queue(queue)
        {
        }

    protected:
        void sink_it_(const spdlog::details::log_msg& message) override
        {
            const char* level = message.level >= spdlog::level::err ? "error"
                : message.level == spdlog::level::warn              ? "warning"
                : message.level == spdlog::level::info              ? "info"
                                                                    : "debug";
            m_queue.send(JobEvent { 0, LogEvent { level, std::string(message.payload.data(), message.payload.size()) } });
        }
        void flush_() override { }

    private:
        OutgoingQueue& m_queue;
    };
}

LogForwarding::LogForwarding(OutgoingQueue& queue)
    : m_before(spdlog::default_logger())
{
    std::vector<spdlog::sink_ptr> sinks = m_before ? m_before->sinks() : std::vector<spdlog::sink_ptr>();
    sinks.push_back(std::make_shared<QueueSink>(queue));
    auto logger = std::make_shared<spdlog::logger>("bitloom-serve", sinks.begin(), sinks.end());
    if (m_before)
        logger->set_level(m_before->level());
    spdlog::set_default_logger(std::move(logger));
}

LogForwarding::~LogForwarding()
{
    spdlog::set_default_logger(m_before);
}

} // namespace bitloom
