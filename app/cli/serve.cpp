// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/limit_options.h"
#include "core/base/parallel_for.h"
#include "core/engine/serve.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <ATen/Parallel.h>
#include <torch/types.h>
#include <unistd.h>

namespace bitloom::cli {
namespace {
    Result<nlohmann::json> serveStandardStreams(CommandContext& context, const LimitArguments& limitArguments)
    {
        BITLOOM_TRY(const ResourceLimits limits, limitsFrom(limitArguments));
        at::set_num_threads(threadCount());
        // The frames get a descriptor of their own; whatever a library prints on stdout goes to stderr and cannot break them.
        const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (output < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
            return fail(ErrorCode::Io, "stdout cannot be set aside for frames: {}", std::strerror(errno));
        const WeightMethods methods = WeightMethods::load();
        auto served = serve(methods, STDIN_FILENO, output, context.control.stopToken(), limits);
        ::close(output);
        if (!served)
            return forward(served);
        return nlohmann::json::object();
    }
}

void addServeCommand(CLI::App& app, CommandContext& context)
{
    CLI::App* command = addCommand(app, context, "serve", "Answer the studio's requests: framed CBOR on stdin and stdout",
        "ssh workstation bitloom-cli serve   (as the engine command in the studio's settings)");
    auto limits = std::make_shared<LimitArguments>();
    addLimitOptions(*command, *limits);
    command->callback([&context, limits] { context.action = [&context, limits] { return serveStandardStreams(context, *limits); }; });
}

} // namespace bitloom::cli
