// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/saved_file.h"

#include <QSaveFile>

namespace bitloom {

Result<void> saveFile(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Io, "{}: could not be written: {}", path.toStdString(), file.errorString().toStdString());
    return {};
}

} // namespace bitloom
