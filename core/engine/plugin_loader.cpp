// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plugin_loader.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/ranges.h>
#include <set>
#include <system_error>

namespace bitloom {
namespace {
    constexpr const char* symbolName = "bitloom_weight_plugin";

    struct LibraryCloser
    {
        void operator()(void* library) const { dlclose(library); }
    };

    bool isIdentifier(const std::string& text)
    {
        return !text.empty()
            && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
    }

    /// What the form, the recipe and the documentation rely on. Returns what is wrong, empty if nothing is.
    std::string problemOf(const MethodInfo& info)
    {
        if (!isIdentifier(info.id))
            return fmt::format("its id '{}' is not made of lower-case letters, digits, '_' and '-'", info.id);
        if (info.title.empty() || info.summary.empty())
            return "it has no title or no summary";
        if (info.minimumBits < 1 || info.maximumBits > 8 || info.minimumBits > info.maximumBits)
            return fmt::format("its bits are {} to {}, expected a range within 1 to 8", info.minimumBits, info.maximumBits);
        if (info.formats.empty())
            return "it names no export format";
        std::set<std::string> names;
        nlohmann::json defaults = nlohmann::json::object();
        for (const auto& parameter : info.parameters) {
            if (!isIdentifier(parameter.name) || !names.insert(parameter.name).second)
                return fmt::format("its parameter '{}' has an invalid name or one that is used twice", parameter.name);
            if (parameter.type == ParameterType::Choice && parameter.choices.empty())
                return fmt::format("its parameter '{}' has no choices", parameter.name);
            if (parameter.minimum && parameter.maximum && *parameter.minimum > *parameter.maximum)
                return fmt::format("its parameter '{}' has a minimum above its maximum", parameter.name);
            defaults[parameter.name] = parameter.defaultValue;
        }
        if (const auto resolved = resolveParameters(info, defaults); !resolved)
            return fmt::format("a default is not allowed by its own description: {}", resolved.error().message);
        return {};
    }

    std::string sentenceOf(const char* dynamicLinkerError)
    {
        return dynamicLinkerError ? dynamicLinkerError : "the dynamic linker gave no reason";
    }
}

std::vector<std::filesystem::path> pluginFolders()
{
    std::vector<std::filesystem::path> folders;
    if (const char* path = std::getenv("BITLOOM_PLUGIN_PATH")) {
        std::string_view rest = path;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(':'), rest.size());
            if (end > 0)
                folders.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    std::error_code error;
    const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error)
        folders.push_back(executable.parent_path().parent_path() / "lib" / "bitloom" / "plugins");
    return folders;
}

Result<WeightMethods::Method> WeightMethods::loadModule(const std::filesystem::path& file) const
{
    const auto refuse = [&](const std::string& reason) {
        return fail(ErrorCode::InvalidInput, "plugin {} was skipped: {}", file.string(), reason);
    };
    std::unique_ptr<void, LibraryCloser> library(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!library)
        return refuse(sentenceOf(dlerror()));
    const auto* plugin = static_cast<const WeightPlugin*>(dlsym(library.get(), symbolName));
    if (!plugin)
        return refuse(fmt::format("it has no symbol {}", symbolName));
    if (plugin->interfaceVersion != weightPluginInterface)
        return refuse(fmt::format("it was built for plugin interface {}, this program has interface {}", plugin->interfaceVersion,
            weightPluginInterface));
    if (!plugin->create)
        return refuse("it has no create function");

    Method method;
    method.file = file;
    try {
        method.quantizer.reset(plugin->create());
        if (!method.quantizer)
            return refuse("its create function returned nothing");
        method.info = method.quantizer->describe();
    } catch (const std::exception& exception) {
        const std::string what = exception.what(); // its type may live in the module that is closed now
        method.quantizer.reset();
        return refuse(fmt::format("it failed to describe itself: {}", what));
    } catch (...) {
        method.quantizer.reset();
        return refuse("it failed to describe itself");
    }
    std::string problem = problemOf(method.info);
    const auto other = std::ranges::find(m_methods, method.info.id, [](const Method& each) { return each.info.id; });
    if (problem.empty() && other != m_methods.end())
        problem = fmt::format("a method '{}' is already there from {}", method.info.id, other->file.string());
    if (!problem.empty()) {
        method = Method(); // before its module is closed
        return refuse(problem);
    }
    library.release();
    return method;
}

WeightMethods WeightMethods::load(const std::vector<std::filesystem::path>& folders)
{
    WeightMethods methods;
    std::set<std::filesystem::path> visited;
    for (const auto& folder : folders) {
        const auto weights = folder / "weights";
        std::error_code error;
        if (!visited.insert(std::filesystem::weakly_canonical(weights, error)).second)
            continue;
        if (!std::filesystem::is_directory(weights, error)) {
            methods.m_errors.push_back(fmt::format("plugin folder {} was skipped: there is no such folder", weights.string()));
            continue;
        }
        std::vector<std::filesystem::path> files;
        std::filesystem::directory_iterator entry(weights, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (entry->path().extension() == ".so")
                files.push_back(entry->path());
        }
        if (error)
            methods.m_errors.push_back(fmt::format("plugin folder {} could not be read: {}", weights.string(), error.message()));
        std::ranges::sort(files);
        for (const auto& file : files) {
            if (auto method = methods.loadModule(file))
                methods.m_methods.push_back(std::move(*method));
            else
                methods.m_errors.push_back(method.error().message);
        }
    }
    return methods;
}

const WeightQuantizer* WeightMethods::find(std::string_view id) const
{
    const auto method = std::ranges::find(m_methods, id, [](const Method& each) -> std::string_view { return each.info.id; });
    return method == m_methods.end() ? nullptr : method->quantizer.get();
}

Result<const WeightQuantizer*> WeightMethods::require(std::string_view id) const
{
    if (const auto* quantizer = find(id))
        return quantizer;
    std::vector<std::string_view> known;
    for (const auto& method : m_methods)
        known.emplace_back(method.info.id);
    return fail(ErrorCode::Usage, "there is no method '{}'; known methods: {}", id,
        known.empty() ? "none, because no plugin was found" : fmt::format("{}", fmt::join(known, ", ")));
}

std::vector<MethodInfo> WeightMethods::describe() const
{
    std::vector<MethodInfo> infos;
    for (const auto& method : m_methods)
        infos.push_back(method.info);
    return infos;
}

} // namespace bitloom
