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
    /// What sets the kinds of plugins apart.
    template <class Interface>
    struct Kind;
    template <>
    struct Kind<WeightQuantizer>
    {
        using Plugin = WeightPlugin;
        static constexpr const char* symbol = "bitloom_weight_plugin";
        static constexpr const char* folder = "weights";
        static constexpr int interfaceVersion = weightPluginInterface;
        static constexpr bool exports = true;
    };
    template <>
    struct Kind<kv::KvMethod>
    {
        using Plugin = kv::KvPlugin;
        static constexpr const char* symbol = "bitloom_kv_plugin";
        static constexpr const char* folder = "kv";
        static constexpr int interfaceVersion = kv::kvPluginInterface;
        static constexpr bool exports = false;
    };

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
    std::string problemOf(const MethodInfo& info, bool exports)
    {
        if (!isIdentifier(info.id))
            return fmt::format("its id '{}' is not made of lower-case letters, digits, '_' and '-'", info.id);
        if (info.title.empty() || info.summary.empty())
            return "it has no title or no summary";
        if (info.minimumBits < 1 || info.maximumBits > 8 || info.minimumBits > info.maximumBits)
            return fmt::format("its bits are {} to {}, expected a range within 1 to 8", info.minimumBits, info.maximumBits);
        if (exports && info.formats.empty())
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
    std::error_code error;
    const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
    return pluginFolders(error ? std::filesystem::path() : executable.parent_path().parent_path() / "lib" / "bitloom" / "plugins");
}

std::vector<std::filesystem::path> pluginFolders(const std::filesystem::path& own)
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
    if (!own.empty())
        folders.push_back(own);
    return folders;
}

template <class Interface>
auto PluginMethods<Interface>::loadModule(const std::filesystem::path& file) const -> Result<Method>
{
    using Kind = Kind<Interface>;
    const auto refuse = [&](const std::string& reason) {
        return fail(ErrorCode::InvalidInput, "plugin {} was skipped: {}", file.string(), reason);
    };
    std::unique_ptr<void, LibraryCloser> library(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!library)
        return refuse(sentenceOf(dlerror()));
    const auto* plugin = static_cast<const typename Kind::Plugin*>(dlsym(library.get(), Kind::symbol));
    if (!plugin)
        return refuse(fmt::format("it has no symbol {}", Kind::symbol));
    if (plugin->interfaceVersion != Kind::interfaceVersion)
        return refuse(fmt::format("it was built for plugin interface {}, this program has interface {}", plugin->interfaceVersion,
            Kind::interfaceVersion));
    if (!plugin->create)
        return refuse("it has no create function");

    Method method;
    method.file = file;
    try {
        method.implementation.reset(plugin->create());
        if (!method.implementation)
            return refuse("its create function returned nothing");
        method.info = method.implementation->describe();
    } catch (const std::exception& exception) {
        const std::string what = exception.what(); // its type may live in the module that is closed now
        method.implementation.reset();
        return refuse(fmt::format("it failed to describe itself: {}", what));
    } catch (...) {
        method.implementation.reset();
        return refuse("it failed to describe itself");
    }
    std::string problem = problemOf(method.info, Kind::exports);
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

template <class Interface>
PluginMethods<Interface> PluginMethods<Interface>::load(const std::vector<std::filesystem::path>& folders)
{
    PluginMethods methods;
    std::set<std::filesystem::path> visited;
    for (const auto& folder : folders) {
        const auto modules = folder / Kind<Interface>::folder;
        std::error_code error;
        if (!visited.insert(std::filesystem::weakly_canonical(modules, error)).second)
            continue;
        if (!std::filesystem::is_directory(modules, error)) {
            methods.m_errors.push_back(fmt::format("plugin folder {} was skipped: there is no such folder", modules.string()));
            continue;
        }
        std::vector<std::filesystem::path> files;
        std::filesystem::directory_iterator entry(modules, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (entry->path().extension() == ".so")
                files.push_back(entry->path());
        }
        if (error)
            methods.m_errors.push_back(fmt::format("plugin folder {} could not be read: {}", modules.string(), error.message()));
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

template <class Interface>
const Interface* PluginMethods<Interface>::find(std::string_view id) const
{
    const auto method = std::ranges::find(m_methods, id, [](const Method& each) -> std::string_view { return each.info.id; });
    return method == m_methods.end() ? nullptr : method->implementation.get();
}

template <class Interface>
Result<const Interface*> PluginMethods<Interface>::require(std::string_view id) const
{
    if (const auto* method = find(id))
        return method;
    std::vector<std::string_view> known;
    for (const auto& method : m_methods)
        known.emplace_back(method.info.id);
    return fail(ErrorCode::Usage, "there is no method '{}'; known methods: {}", id,
        known.empty() ? "none, because no plugin was found" : fmt::format("{}", fmt::join(known, ", ")));
}

template <class Interface>
std::vector<MethodInfo> PluginMethods<Interface>::describe() const
{
    std::vector<MethodInfo> infos;
    for (const auto& method : m_methods)
        infos.push_back(method.info);
    return infos;
}

template class PluginMethods<WeightQuantizer>;
template class PluginMethods<kv::KvMethod>;

} // namespace bitloom
