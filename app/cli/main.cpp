// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/ranks/ranks.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <pthread.h>
#include <sstream>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <thread>

namespace bitloom::cli {
namespace {
    int exitStatus(ErrorCode code)
    {
        switch (code) {
        case ErrorCode::Usage:
            return 2;
        case ErrorCode::Cancelled:
            return 130;
        default:
            return 1;
        }
    }

    /// Turns Ctrl-C and SIGTERM into a cancelled job; a second one ends the process at once. Signals are taken by a
    /// thread of their own, since nothing useful may be done inside a handler.
    class SignalWatch
    {
    public:
        explicit SignalWatch(JobControl& control)
        {
            sigemptyset(&m_signals);
            sigaddset(&m_signals, SIGINT);
            sigaddset(&m_signals, SIGTERM);
            pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
            m_thread = std::jthread([this, &control](const std::stop_token& stop) {
                const timespec interval { 0, 100'000'000 };
                int received = 0;
                while (!stop.stop_requested()) {
                    if (sigtimedwait(&m_signals, nullptr, &interval) < 0)
                        continue;
                    if (++received > 1)
                        std::_Exit(130);
                    control.cancel();
                }
            });
        }

    private:
        sigset_t m_signals {};
        std::jthread m_thread;
    };
}
}

int main(int argc, char** argv)
{
    using namespace bitloom;
    using namespace bitloom::cli;

    spdlog::set_default_logger(spdlog::stderr_color_mt("bitloom"));
    spdlog::set_pattern("%^%l%$: %v");

    CommandContext context;
    CLI::App app("Bitloom: quantizes large language models with GuidedQuant and looks at what is lost.", "bitloom-cli");
    app.set_version_flag("--version", BITLOOM_VERSION);
    app.require_subcommand(1);
    addInspectCommand(app, context);
    addQuantizeCommand(app, context);
    addEvaluateCommand(app, context);
    addGenerateCommand(app, context);
    addImatrixCommand(app, context);
    addSolveCommand(app, context);
    addConvertCommand(app, context);
    addVerifyCommand(app, context);
    addReportCommand(app, context);
    addPluginsCommand(app, context);
    addBenchCommand(app, context);
    addKvCommand(app, context);
    addServeCommand(app, context);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Of several processes that were started together, one says it for all.
        std::ostringstream unheard;
        const int status = launchedPlace().rank == 0 ? app.exit(error) : app.exit(error, unheard, unheard);
        return status == 0 || launchedPlace().rank > 0 ? 0 : 2;
    }
    // Blocked here, before any library starts threads, so that only the watching thread takes these signals.
    const SignalWatch signals(context.control);
    if (context.threads > 0)
        setThreadCount(context.threads);

    const auto result = catching("running the command", context.action);
    if (context.quiet)
        return 0;
    if (!result) {
        fmt::print(stderr, "bitloom-cli: {}\n", result.error().message);
        return exitStatus(result.error().code);
    }
    if (context.json)
        fmt::print("{}\n", result->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return std::fflush(stdout) == 0 ? 0 : 1;
}
