// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/sample_text.h"

#include <QFile>
#include <QFileInfo>

namespace bitloom {

QString sampleTextFile(const QTemporaryDir& folder)
{
    const QString path = folder.filePath(QStringLiteral("bitloom-sample.txt"));
    if (!QFileInfo::exists(path))
        QFile::copy(QStringLiteral(":/bitloom/text/sample.txt"), path);
    return path;
}

} // namespace bitloom
