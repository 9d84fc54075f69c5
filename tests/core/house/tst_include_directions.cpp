// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shared_data.h"

#include <fstream>
#include <map>
#include <QtTest/QTest>
#include <regex>
#include <set>
#include <string>

namespace fs = std::filesystem;

namespace {
using Rooms = std::set<std::string>;

/// Which rooms each room may include, beside itself. Nothing points back up.
const std::map<std::string, Rooms>& allowedRooms()
{
    static const std::map<std::string, Rooms> allowed {
        { "core/base", {} },
        { "core/ranks", { "core/base" } },
        { "core/protocol", { "core/base" } },
        { "core/io", { "core/base" } },
        { "core/kernels", { "core/base" } },
        { "core/kv", { "core/base", "core/protocol", "core/kernels" } },
        { "core/model", { "core/base", "core/protocol", "core/io", "core/kernels" } },
        { "core/quantization", { "core/base", "core/protocol", "core/kernels" } },
        { "core/calibration", { "core/base", "core/protocol", "core/io", "core/kernels", "core/model", "core/quantization" } },
        { "core/tuning", { "core/base", "core/protocol", "core/io", "core/kernels", "core/model", "core/quantization" } },
        { "core/evaluation", { "core/base", "core/protocol", "core/io", "core/model" } },
        { "core/export", { "core/base", "core/protocol", "core/io", "core/model", "core/quantization" } },
        { "core/engine",
            { "core/base", "core/ranks", "core/protocol", "core/io", "core/kernels", "core/kv", "core/model", "core/quantization", "core/calibration",
                "core/tuning", "core/evaluation", "core/export" } },
        { "plugins/kv", { "core/base", "core/protocol", "core/kernels", "core/kv" } },
        // Not a method but a program of its own, which loads them.
        { "plugins/kv/transformers", { "core/base", "core/protocol", "core/kv", "core/engine" } },
        { "plugins/weights", { "core/base", "core/protocol", "core/kernels", "core/quantization" } },
        { "widgets", { "core/base", "core/protocol" } },
        { "app/studio", { "core/base", "core/protocol", "widgets" } },
        { "app/cli",
            { "core/base", "core/ranks", "core/protocol", "core/io", "core/kernels", "core/kv", "core/model", "core/quantization", "core/calibration",
                "core/evaluation", "core/export", "core/engine" } },
    };
    return allowed;
}

std::string roomOf(const std::string& path)
{
    for (auto room = allowedRooms().rbegin(); room != allowedRooms().rend(); ++room) // a room within another comes first
        if (path.starts_with(room->first + "/"))
            return room->first;
    return {};
}

struct Source
{
    std::string path; ///< from the checkout's root
    std::vector<std::string> includes; ///< as written between <> or ""
};

std::vector<Source> sources()
{
    // Not a raw string: moc loses its way in one that holds quotes.
    static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
    std::vector<Source> found;
    const fs::path root = bitloom::test::sourceFolder();
    for (const char* folder : { "core", "plugins", "widgets", "app" }) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh")
                continue;
            Source source { fs::relative(entry.path(), root).generic_string(), {} };
            std::ifstream file(entry.path());
            for (std::string line; std::getline(file, line);)
                if (std::smatch match; std::regex_search(line, match, include))
                    source.includes.push_back(match[1]);
            found.push_back(std::move(source));
        }
    }
    return found;
}
}

class TestIncludeDirections : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyRoomIsKnown()
    {
        QVERIFY(sources().size() > 20);
        for (const auto& source : sources())
            QVERIFY2(!roomOf(source.path).empty(), (source.path + " is in no room that this test knows").c_str());
    }

    void nothingPointsBackUp()
    {
        for (const auto& source : sources()) {
            const auto room = roomOf(source.path);
            for (const auto& include : source.includes) {
                const auto used = roomOf(include);
                const bool fine = used.empty() || used == room || allowedRooms().at(room).contains(used);
                QVERIFY2(fine, (source.path + " includes " + include).c_str());
            }
        }
    }

    void coreAndPluginsAreFreeOfQt()
    {
        static const std::regex qt("^Q[A-Z]|^Qt");
        for (const auto& source : sources())
            if (source.path.starts_with("core/") || source.path.starts_with("plugins/") || source.path.starts_with("app/cli/"))
                for (const auto& include : source.includes)
                    QVERIFY2(!std::regex_search(include, qt), (source.path + " includes " + include).c_str());
    }

    void torchStaysInTheEngine()
    {
        static const std::regex torch("^(torch|ATen|c10)/");
        for (const auto& source : sources()) {
            const bool torchFree = source.path.starts_with("widgets/") || source.path.starts_with("app/studio/") || source.path.starts_with("core/base/")
                || source.path.starts_with("core/ranks/") || source.path.starts_with("core/protocol/") || source.path.starts_with("core/io/") || source.path.starts_with("core/kernels/") || source.path.starts_with("core/kv/");
            if (torchFree)
                for (const auto& include : source.includes)
                    QVERIFY2(!std::regex_search(include, torch), (source.path + " includes " + include).c_str());
        }
    }

    void everyFileNamesItsLicence()
    {
        const fs::path root = bitloom::test::sourceFolder();
        for (const auto& source : sources()) {
            std::ifstream file(root / source.path);
            std::string first;
            std::getline(file, first);
            QVERIFY2(first == "// SPDX-License-Identifier: GPL-3.0-or-later", source.path.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestIncludeDirections)
#include "tst_include_directions.moc"
