// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>

namespace bitloom {

/// What somebody holds over the window.
struct DroppedItem
{
    enum class Kind { None, Model, Recipe };
    Kind kind = Kind::None;
    QString path;
    QString reason; ///< why it cannot be taken, a sentence; only for None
};

/// A folder or a .gguf file is a model, a .json file a recipe. Only looks at names and whether it is a folder; what is
/// inside is the engine's to judge. For a main window that takes drops anywhere.
[[nodiscard]] DroppedItem droppedItem(const QMimeData* data);

/// A place to drop a model or a recipe on, with buttons for those who do not drag.
class DropZone : public QFrame
{
    Q_OBJECT
public:
    explicit DropZone(QWidget* parent = nullptr);

Q_SIGNALS:
    void modelDropped(const QString& path);
    void recipeDropped(const QString& path);
    void rejected(const QString& reason);
    void folderRequested(); ///< "Open folder…"
    void fileRequested(); ///< "Open file…"
    void demoRequested(); ///< "Open the demo model"

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Hover { Nothing, Acceptable, Refused };
    void setHover(Hover hover, const QString& hint);

    Hover m_hover = Hover::Nothing;
    QLabel *m_title, *m_hint;
    QPushButton *m_folder, *m_file, *m_demo;
};

} // namespace bitloom
