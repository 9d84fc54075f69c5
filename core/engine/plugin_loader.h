// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/weight_quantizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitloom {

/// Where weight plugins are looked for, the first folder that has a method wins: every folder of BITLOOM_PLUGIN_PATH (separated by
/// colons), then lib/bitloom/plugins beside the executable's folder, which is the same place in a build and in an installation.
[[nodiscard]] std::vector<std::filesystem::path> pluginFolders();

/// The weight quantization methods that were found as modules. A module that is no plugin, was built for another interface or describes
/// itself wrongly is skipped with one sentence. Modules stay loaded until the process ends. const members are thread-safe.
class WeightMethods
{
public:
    /// Loads weights/*.so of each folder, in the folders' order and then by file name.
    [[nodiscard]] static WeightMethods load(const std::vector<std::filesystem::path>& folders = pluginFolders());

    /// nullptr where there is no such method; the WeightMethods owns what it returns.
    [[nodiscard]] const WeightQuantizer* find(std::string_view id) const;
    /// The same, with an Error of code Usage that lists the methods there are.
    [[nodiscard]] Result<const WeightQuantizer*> require(std::string_view id) const;
    [[nodiscard]] std::vector<MethodInfo> describe() const;
    /// One sentence for each module or folder that was skipped.
    [[nodiscard]] const std::vector<std::string>& errors() const { return m_errors; }

private:
    struct Method
    {
        MethodInfo info;
        std::unique_ptr<WeightQuantizer> quantizer;
        std::filesystem::path file;
    };

    Result<Method> loadModule(const std::filesystem::path& file) const;

    std::vector<Method> m_methods;
    std::vector<std::string> m_errors;
};

} // namespace bitloom
