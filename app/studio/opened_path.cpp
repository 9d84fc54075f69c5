// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/opened_path.h"

#include "app/studio/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace bitloom {

namespace {
    constexpr int searchDepth = 3;
    constexpr int searchedEntries = 200;

    struct Words
    {
        Q_DECLARE_TR_FUNCTIONS(OpenedPath)
    };

    OpenedPath rejected(const QString& path, const QString& reason)
    {
        const QString wanted = Words::tr("Bitloom opens a model folder (config.json with .safetensors files), a .gguf file, a project folder, a recipe or a cache configuration (.json).");
        return { OpenedPath::Kind::Rejected, path, std::nullopt, reason + QLatin1Char(' ') + wanted };
    }

    QByteArray firstBytes(const QString& path, qint64 count)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.read(count) : QByteArray();
    }

    bool holdsWeights(const QDir& folder)
    {
        return !folder.entryList({ QStringLiteral("*.safetensors"), QStringLiteral("pytorch_model*.bin"), QStringLiteral("*.safetensors.index.json") }, QDir::Files).isEmpty();
    }

    bool isModelFolder(const QDir& folder)
    {
        return folder.exists(QStringLiteral("config.json")) && holdsWeights(folder);
    }

    bool isProjectFolder(const QDir& folder)
    {
        return folder.exists(QStringLiteral("project.json"));
    }

    /// Model folders and GGUF files in or below `folder`, at most two (more than one is a question for the person).
    void findModels(const QDir& folder, int depth, int* budget, QStringList* found)
    {
        if (isModelFolder(folder)) {
            found->append(folder.absolutePath());
            return;
        }
        for (const auto& entry : folder.entryInfoList({ QStringLiteral("*.gguf") }, QDir::Files, QDir::Name))
            found->append(entry.absoluteFilePath());
        if (depth == 0)
            return;
        for (const auto& entry : folder.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
            if (found->size() > 1 || --*budget < 0)
                return;
            findModels(QDir(entry.absoluteFilePath()), depth - 1, budget, found);
        }
    }

    OpenedPath recogniseFolder(const QString& path)
    {
        const QDir folder(path);
        if (isProjectFolder(folder))
            return { OpenedPath::Kind::Project, folder.absolutePath(), std::nullopt, {} };
        if (isModelFolder(folder))
            return { OpenedPath::Kind::Model, folder.absolutePath(), std::nullopt, {} };
        if (folder.exists(QStringLiteral("config.json")))
            return rejected(path, Words::tr("“%1” has a config.json but no weights beside it; the download may be incomplete.").arg(folder.dirName()));
        QStringList found;
        int budget = searchedEntries;
        findModels(folder, searchDepth, &budget, &found);
        if (found.size() == 1)
            return { OpenedPath::Kind::Model, found.first(), std::nullopt, {} };
        if (found.size() > 1)
            return rejected(path, Words::tr("“%1” holds more than one model, for example “%2” and “%3”; open one of them.")
                                      .arg(folder.dirName(), folder.relativeFilePath(found[0]), folder.relativeFilePath(found[1])));
        return rejected(path, Words::tr("There is no model in the folder “%1”.").arg(folder.dirName()));
    }

    OpenedPath recogniseJson(const QFileInfo& file)
    {
        const QString name = file.fileName();
        if (name == QLatin1String("project.json"))
            return recogniseFolder(file.absolutePath());
        if (isModelFolder(file.absoluteDir())
            && (name == QLatin1String("config.json") || name.endsWith(QLatin1String("index.json")) || name.startsWith(QLatin1String("tokenizer"))))
            return { OpenedPath::Kind::Model, file.absolutePath(), std::nullopt, {} };
        // Such a file may be long, and what it is stands at its beginning.
        if (firstBytes(file.filePath(), 1 << 14).contains("\"layers\"") && name != QLatin1String("config.json"))
            return { OpenedPath::Kind::CacheConfiguration, file.absoluteFilePath(), std::nullopt, {} };
        if (file.size() > (1 << 20))
            return rejected(file.filePath(), Words::tr("“%1” is too large to be a recipe.").arg(name));
        const QByteArray bytes = firstBytes(file.filePath(), 1 << 20);
        const auto json = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
        if (json.is_discarded())
            return rejected(file.filePath(), Words::tr("“%1” is not valid JSON.").arg(name));
        if (json.is_object() && json.contains("method") && !json.contains("version") && !json.contains("model"))
            return { OpenedPath::Kind::CacheConfiguration, file.absoluteFilePath(), std::nullopt, {} };
        auto recipe = parseRecipe(json, name.toStdString());
        if (!recipe)
            return rejected(file.filePath(), Words::tr("“%1” is not a recipe: %2").arg(name, sentence(recipe.error())));
        return { OpenedPath::Kind::Recipe, file.absoluteFilePath(), std::move(*recipe), {} };
    }
}

OpenedPath recognisePath(const QString& path)
{
    const QFileInfo file(path);
    if (path.isEmpty() || !file.exists())
        return rejected(path, Words::tr("“%1” does not exist.").arg(path));
    if (!file.isReadable())
        return rejected(path, Words::tr("“%1” cannot be read; its permissions forbid it.").arg(file.fileName()));
    if (file.isDir())
        return recogniseFolder(file.absoluteFilePath());
    const QString suffix = file.suffix().toLower();
    if (suffix == QLatin1String("json"))
        return recogniseJson(file);
    const QByteArray start = firstBytes(file.filePath(), 4);
    if (start == "GGUF")
        return { OpenedPath::Kind::Model, file.absoluteFilePath(), std::nullopt, {} };
    if (suffix == QLatin1String("gguf"))
        return rejected(path, file.size() == 0 ? Words::tr("“%1” is empty.").arg(file.fileName())
                                               : Words::tr("“%1” does not begin like a GGUF file; the download may be broken.").arg(file.fileName()));
    if (suffix == QLatin1String("safetensors") || suffix == QLatin1String("bin") || suffix == QLatin1String("model")) {
        if (isModelFolder(file.absoluteDir()))
            return { OpenedPath::Kind::Model, file.absolutePath(), std::nullopt, {} };
        return rejected(path, Words::tr("“%1” alone is not a whole model: its folder has no config.json.").arg(file.fileName()));
    }
    if (suffix == QLatin1String("txt") || suffix == QLatin1String("md") || suffix == QLatin1String("text"))
        return { OpenedPath::Kind::Text, file.absoluteFilePath(), std::nullopt, {} };
    return rejected(path, Words::tr("“%1” is no model.").arg(file.fileName()));
}

} // namespace bitloom
