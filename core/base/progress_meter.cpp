// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress_meter.h"

namespace bitloom {
namespace {
    constexpr std::size_t windowSamples = 16;

    class Nothing : public ProgressSink
    {
    public:
        void progress(const Progress&) override { }
    };
}

ProgressSink& ignoreProgress()
{
    static Nothing nothing;
    return nothing;
}

ProgressMeter::ProgressMeter(ProgressSink& sink, std::string stage, std::string unit, std::int64_t total)
    : m_sink(sink)
{
    m_progress.stage = std::move(stage);
    m_progress.unit = std::move(unit);
    m_progress.total = total;
    m_window.push_back({ Clock::now(), 0 });
    m_sink.progress(m_progress);
}

void ProgressMeter::startAt(std::int64_t done)
{
    m_progress.done = done;
    m_window.assign(1, { Clock::now(), done });
}

void ProgressMeter::update(std::int64_t done, std::string item, Clock::time_point now)
{
    m_progress.done = done;
    m_progress.item = std::move(item);
    m_window.push_back({ now, done });
    if (m_window.size() > windowSamples)
        m_window.pop_front();
    const double seconds = std::chrono::duration<double>(now - m_window.front().time).count();
    const auto units = static_cast<double>(done - m_window.front().done);
    if (seconds > 0 && units > 0) {
        m_progress.rate = units / seconds;
        m_progress.etaSeconds = static_cast<double>(m_progress.total - done) / m_progress.rate;
    }
    m_sink.progress(m_progress);
}

void ProgressMeter::advance(std::int64_t units, std::string item, Clock::time_point now)
{
    update(m_progress.done + units, std::move(item), now);
}

} // namespace bitloom
