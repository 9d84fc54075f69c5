// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/kv_method.h"
#include "core/quantization/weight_quantizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitloom {

/// Where plugins are looked for, the first folder that has a method wins: every folder of BITLOOM_PLUGIN_PATH (separated by
/// colons), then lib/bitloom/plugins beside the executable's folder, which is the same place in a build and in an installation.
[[nodiscard]] std::vector<std::filesystem::path> pluginFolders();
/// The same for a program that is not Bitloom's: after BITLOOM_PLUGIN_PATH's folders comes `own`.
[[nodiscard]] std::vector<std::filesystem::path> pluginFolders(const std::filesystem::path& own);

/// The methods of one kind that were found as modules. A module that is no plugin, was built for another interface or describes
/// itself wrongly is skipped with one sentence. Modules stay loaded until the process ends. const members are thread-safe.
template <class Interface>
class PluginMethods
{
public:
    /// Loads this kind's modules (weights/*.so, kv/*.so) of each folder, in the folders' order and then by file name.
    [[nodiscard]] static PluginMethods load(const std::vector<std::filesystem::path>& folders = pluginFolders());

    /// nullptr where there is no such method; the PluginMethods owns what it returns.
    [[nodiscard]] const Interface* find(std::string_view id) const;
    /// The same, with an Error of code Usage that lists the methods there are.
    [[nodiscard]] Result<const Interface*> require(std::string_view id) const;
    [[nodiscard]] std::vector<MethodInfo> describe() const;
    /// One sentence for each module or folder that was skipped.
    [[nodiscard]] const std::vector<std::string>& errors() const { return m_errors; }

private:
    struct Method
    {
        MethodInfo info;
        std::unique_ptr<Interface> implementation;
        std::filesystem::path file;
    };

    Result<Method> loadModule(const std::filesystem::path& file) const;

    std::vector<Method> m_methods;
    std::vector<std::string> m_errors;
};

using WeightMethods = PluginMethods<WeightQuantizer>; ///< weights/*.so
using KvMethods = PluginMethods<kv::KvMethod>; ///< kv/*.so
extern template class PluginMethods<WeightQuantizer>;
extern template class PluginMethods<kv::KvMethod>;

} // namespace bitloom
