// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/engine/plugin_loader.h"

#include <fmt/ranges.h>

namespace bitloom::cli {
namespace {
    std::string valuesOf(const ParameterInfo& parameter)
    {
        const std::string allowed = allowedValues(parameter);
        return parameter.unit.empty() ? allowed : allowed + " (" + parameter.unit + ")";
    }

    std::string defaultOf(const ParameterInfo& parameter)
    {
        return parameter.defaultValue.is_string() ? parameter.defaultValue.get<std::string>() : parameter.defaultValue.dump();
    }

    std::string needsOf(const MethodInfo& method)
    {
        std::vector<std::string> needs;
        if (method.needsGuidedHessian)
            needs.emplace_back("guided Hessians");
        if (method.needsPlainHessian)
            needs.emplace_back("plain Hessians");
        if (method.needsFisherDiagonal)
            needs.emplace_back("Fisher diagonals");
        return needs.empty() ? "nothing" : fmt::format("{}", fmt::join(needs, ", "));
    }

    std::string bitsOf(const MethodInfo& method)
    {
        return method.minimumBits == method.maximumBits ? fmt::format("{}", method.minimumBits)
                                                        : fmt::format("{} to {}", method.minimumBits, method.maximumBits);
    }

    /// A description may hold any character; these would end a table's cell.
    std::string cell(const std::string& text)
    {
        std::string escaped;
        for (const char c : text) {
            if (c == '|')
                escaped += '\\';
            escaped += c == '\n' ? ' ' : c;
        }
        return escaped;
    }

    void printParameterTable(const MethodInfo& method)
    {
        if (method.parameters.empty()) {
            fmt::print("No parameters.\n");
            return;
        }
        fmt::print("| `--set` | default | values | meaning |\n| --- | --- | --- | --- |\n");
        for (const auto& parameter : method.parameters)
            fmt::print("| `{}` | {} | {} | {} |\n", parameter.name, cell(defaultOf(parameter)), cell(valuesOf(parameter)), cell(parameter.help));
    }

    void printMarkdown(const std::vector<MethodInfo>& methods, const std::vector<MethodInfo>& caches)
    {
        fmt::print("## Weight quantization methods\n\n");
        fmt::print("| method | what it does | bits | needs from calibration | formats | paper |\n| --- | --- | --- | --- | --- | --- |\n");
        for (const auto& method : methods) {
            fmt::print("| `{}` | {} | {} | {} | {} | {} |\n", method.id, cell(method.summary), bitsOf(method), needsOf(method),
                fmt::join(method.formats, ", "), cell(method.paper));
        }
        for (const auto& method : methods) {
            fmt::print("\n### {} (`--method {}`)\n\n", method.title, method.id);
            printParameterTable(method);
        }
        fmt::print("\n## Key-value cache methods\n\n| method | what it does | paper |\n| --- | --- | --- |\n");
        for (const auto& cache : caches)
            fmt::print("| `{}` | {} | {} |\n", cache.id, cell(cache.summary), cell(cache.paper));
        for (const auto& cache : caches) {
            fmt::print("\n### {} (`--kv {}`)\n\n", cache.title, cache.id);
            printParameterTable(cache);
        }
    }

    void printHead(const MethodInfo& method)
    {
        fmt::print("{} ({})\n  {}\n", method.id, method.title, method.summary);
        if (!method.paper.empty())
            fmt::print("  paper: {}\n", method.paper);
    }

    void printPlain(const std::vector<MethodInfo>& methods, const std::vector<MethodInfo>& caches)
    {
        const auto printParameters = [](const MethodInfo& method) {
            for (const auto& parameter : method.parameters)
                fmt::print("  --set {}={}  {}\n      {}\n", parameter.name, defaultOf(parameter), valuesOf(parameter), parameter.help);
            fmt::print("\n");
        };
        for (const auto& method : methods) {
            printHead(method);
            fmt::print("  bits: {}; needs: {}; formats: {}\n", bitsOf(method), needsOf(method), fmt::join(method.formats, ", "));
            printParameters(method);
        }
        fmt::print("key-value cache methods (--kv):\n\n");
        for (const auto& cache : caches) {
            printHead(cache);
            printParameters(cache);
        }
    }

    Result<nlohmann::json> listPlugins(const CommandContext& context, bool markdown)
    {
        const auto methods = WeightMethods::load();
        const auto caches = KvMethods::load();
        std::vector<std::string> errors = methods.errors();
        errors.insert(errors.end(), caches.errors().begin(), caches.errors().end());
        for (const auto& error : errors)
            fmt::print(stderr, "{}\n", error);
        const auto described = methods.describe();
        if (described.empty())
            return fail(ErrorCode::NotFound, "no plugin was found; BITLOOM_PLUGIN_PATH can name folders that hold weights/*.so");
        if (!context.json) {
            if (markdown)
                printMarkdown(described, caches.describe());
            else
                printPlain(described, caches.describe());
        }
        return nlohmann::json { { "weights", described }, { "kv", caches.describe() }, { "errors", errors } };
    }
}

void addPluginsCommand(CLI::App& app, CommandContext& context)
{
    struct Options
    {
        bool markdown = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = addCommand(app, context, "plugins", "Lists the quantization methods, their parameters, papers and formats",
        "bitloom-cli plugins --markdown");
    command->add_flag("--markdown", options->markdown, "Print the tables of the documentation");
    command->callback([options, &context] { context.action = [options, &context] { return listPlugins(context, options->markdown); }; });
}

} // namespace bitloom::cli
