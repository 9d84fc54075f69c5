// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_split.h"

#include <algorithm>
#include <charconv>

namespace bitloom {
namespace {
    constexpr std::size_t digits = 5;

    std::optional<int> fiveDigits(std::string_view text)
    {
        int value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.size() != digits || error != std::errc() || end != text.data() + text.size() || value < 1)
            return std::nullopt;
        return value;
    }
}

std::optional<GgufPart> ggufPart(const std::filesystem::path& path)
{
    constexpr std::string_view between = "-of-", extension = ".gguf";
    constexpr std::size_t tail = 1 + digits + between.size() + digits + extension.size();
    const std::string name = path.filename().string();
    if (name.size() <= tail || !name.ends_with(extension))
        return std::nullopt;
    const std::string_view marks = std::string_view(name).substr(name.size() - tail, tail - extension.size());
    const auto number = fiveDigits(marks.substr(1, digits)), count = fiveDigits(marks.substr(1 + digits + between.size(), digits));
    if (marks.front() != '-' || marks.substr(1 + digits, between.size()) != between || !number || !count || *number > *count || *count > maximumSplitCount)
        return std::nullopt;
    return GgufPart { path.parent_path() / name.substr(0, name.size() - tail), *number, *count };
}

std::filesystem::path ggufPartPath(const GgufPart& part)
{
    return part.stem.parent_path() / fmt::format("{}-{:05}-of-{:05}.gguf", part.stem.filename().string(), part.number, part.count);
}

std::vector<std::filesystem::path> ggufParts(const std::filesystem::path& path)
{
    const auto part = ggufPart(path);
    if (!part)
        return { path };
    std::vector<std::filesystem::path> all;
    for (int number = 1; number <= part->count; ++number)
        all.push_back(ggufPartPath({ part->stem, number, part->count }));
    return all;
}

std::filesystem::path ggufStem(const std::filesystem::path& output)
{
    auto stem = output;
    if (stem.extension() == ".gguf")
        stem.replace_extension();
    return stem;
}

std::optional<GgufPart> ggufPartOf(const std::filesystem::path& output, const std::filesystem::path& name)
{
    auto part = ggufPart(name);
    if (part && part->stem.filename() != ggufStem(output).filename())
        return std::nullopt;
    return part;
}

std::vector<std::filesystem::path> writtenGgufParts(const std::filesystem::path& output)
{
    const std::filesystem::path parent = output.has_parent_path() ? output.parent_path() : std::filesystem::path(".");
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator(parent, error); !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        if (ggufPartOf(output, entry->path()))
            found.push_back(entry->path());
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace bitloom
