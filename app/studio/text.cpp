// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/text.h"

#include "widgets/text_format.h"

#include <algorithm>
#include <QCoreApplication>
#include <QDir>

namespace bitloom {

namespace {
    struct Words
    {
        Q_DECLARE_TR_FUNCTIONS(Text)
    };
}

QString bytesRangeText(std::int64_t low, std::int64_t high)
{
    const QString from = bytesText(low);
    const QString to = bytesText(high);
    return from == to ? to : QStringLiteral("%1 – %2").arg(from, to);
}

QString durationRangeText(double low, double high)
{
    const QString from = durationText(low);
    const QString to = durationText(high);
    return from == to ? to : QStringLiteral("%1 – %2").arg(from, to);
}

QString shortPath(const QString& path, int maximumLetters)
{
    QString result = QDir::toNativeSeparators(path);
    const QString home = QDir::toNativeSeparators(QDir::homePath());
    if (home.size() > 1 && (result == home || result.startsWith(home + QDir::separator())))
        result = QLatin1Char('~') + result.mid(home.size());
    if (result.size() <= maximumLetters)
        return result;
    const int tail = maximumLetters * 2 / 3;
    return result.left(maximumLetters - tail - 1) + QStringLiteral("…") + result.right(tail);
}

QString adviceFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return Words::tr("Change the setting that the message names and try again.");
    case ErrorCode::InvalidInput:
        return Words::tr("The file is damaged or incomplete: fetch it again, or choose another one.");
    case ErrorCode::NotFound:
        return Words::tr("Check that the file or folder is still there and that its drive is mounted.");
    case ErrorCode::Unsupported:
        return Words::tr("Choose a model of the Llama, Mistral, Qwen2 or Qwen3 family, or another format.");
    case ErrorCode::Io:
        return Words::tr("Check free space and permissions of the folder, or choose another output; finished layers are kept, so resume continues.");
    case ErrorCode::OutOfMemory:
        return Words::tr("Use fewer or shorter sequences, fewer groups, or the CPU instead of a small GPU; finished layers are kept.");
    case ErrorCode::Cancelled:
        return Words::tr("Finished layers are kept; resume continues after them.");
    case ErrorCode::Internal:
        return Words::tr("Copy the report and file a bug; finished layers are kept, so resume continues.");
    }
    return {};
}

QString sentence(const Error& error)
{
    QString result = text(error.message).trimmed();
    if (result.isEmpty())
        return result;
    // A path or an identifier at the start keeps its letters.
    if (const qsizetype end = result.indexOf(QLatin1Char(' ')); end > 0) {
        const QString first = result.left(end);
        const bool word = std::all_of(first.begin(), first.end(), [](QChar c) { return c.isLetter(); });
        if (word)
            result[0] = result[0].toUpper();
    }
    if (!QStringLiteral(".!?:").contains(result.back()))
        result += QLatin1Char('.');
    return result;
}

} // namespace bitloom
