// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/serve.h"

#include "core/engine/job_slot.h"
#include "core/engine/log_forwarding.h"
#include "core/engine/outgoing_queue.h"
#include "core/engine/requests.h"
#include "core/protocol/frame.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace bitloom {
namespace {
    class Server
    {
    public:
        Server(const WeightMethods& methods, int input, int output, std::stop_token stop, const ResourceLimits& limits)
            : m_input(input)
            , m_stop(std::move(stop))
            , m_queue(output)
            , m_log(m_queue)
            , m_slot(m_queue)
            , m_requests(methods, m_slot, limits)
        {
        }

        ~Server() { m_slot.end(); } // a job uses what m_requests holds

        Result<void> run()
        {
            std::vector<std::uint8_t> buffer(1u << 16);
            while (!m_stop.stop_requested() && !m_queue.isBroken()) {
                pollfd ready { m_input, POLLIN, 0 };
                const int polled = ::poll(&ready, 1, 100);
                if (polled == 0 || (polled < 0 && errno == EINTR))
                    continue;
                const ssize_t count = polled < 0 ? -1 : ::read(m_input, buffer.data(), buffer.size());
                if (count == 0)
                    return {};
                if (count < 0 && (errno == EINTR || errno == EAGAIN))
                    continue;
                if (count < 0)
                    return fail(ErrorCode::Io, "requests cannot be read: {}", std::strerror(errno));
                m_reader.append(std::span(buffer.data(), static_cast<std::size_t>(count)));
                BITLOOM_CHECK(answerFrames());
            }
            return {};
        }

    private:
        Result<void> answerFrames()
        {
            for (;;) {
                auto message = m_reader.next();
                if (!message) {
                    // Without frame borders nothing that follows can be trusted; id 0 belongs to no request.
                    m_queue.send(Response { 0, forward(message) });
                    return forward(message);
                }
                if (!*message)
                    return {};
                answer(**message);
            }
        }

        void answer(const nlohmann::json& message)
        {
            const auto request = parseRequest(message);
            if (!request) {
                const auto id = message.find("id");
                const std::uint64_t known = id != message.end() && id->is_number_unsigned() ? id->get<std::uint64_t>() : 0;
                m_queue.send(Response { known, forward(request) });
                return;
            }
            if (auto response = m_requests.answer(*request))
                m_queue.send(std::move(*response));
        }

        const int m_input;
        const std::stop_token m_stop;
        FrameReader m_reader;
        OutgoingQueue m_queue;
        LogForwarding m_log;
        JobSlot m_slot;
        Requests m_requests;
    };
}

Result<void> serve(const WeightMethods& methods, int input, int output, std::stop_token stop, const ResourceLimits& limits)
{
    // A studio that went away must not kill the engine before it has left its checkpoints.
    std::signal(SIGPIPE, SIG_IGN);
    return Server(methods, input, output, std::move(stop), limits).run();
}

} // namespace bitloom
