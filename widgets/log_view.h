// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <QAbstractListModel>
#include <QComboBox>
#include <QDateTime>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QToolButton>
#include <deque>
#include <vector>

namespace bitloom {

enum class LogLevel { Debug, Info, Warning, Error };
[[nodiscard]] LogLevel logLevelFromName(const std::string& name); ///< Info for a name it does not know

/// What the engine said, and when it was heard.
struct LogLine
{
    QDateTime time;
    LogEvent event;
};

/// The newest lines of the log; older ones than `capacity` are dropped.
class LogModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { LevelRole = Qt::UserRole, TimeRole };
    explicit LogModel(int capacity = 20000, QObject* parent = nullptr);

    void append(const std::vector<LogLine>& lines);
    void clear();
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;

private:
    struct Line
    {
        QDateTime time;
        LogLevel level;
        QString text;
    };
    std::deque<Line> m_lines;
    int m_capacity;
};

/// Keeps lines of a level and above that contain a text.
class LogFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit LogFilter(QObject* parent = nullptr)
        : QSortFilterProxyModel(parent)
    {
    }
    void setMinimumLevel(LogLevel level);
    void setText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    LogLevel m_level = LogLevel::Info;
    QString m_text;
};

class LogView : public QWidget
{
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);

    void append(const LogEvent& event) { append(LogLine { QDateTime::currentDateTime(), event }); }
    void append(LogLine line); ///< shown at the next beat of the RepaintThrottle
    void clear();
    void setMinimumLevel(LogLevel level);
    [[nodiscard]] QString text() const; ///< all visible lines
    [[nodiscard]] LogModel& model() { return *m_model; }

private:
    void takePending();
    void copySelection();
    void updateEmpty();

    LogModel* m_model;
    LogFilter* m_filter;
    QListView* m_list;
    QComboBox* m_level;
    QLineEdit* m_search;
    QLabel* m_count;
    std::vector<LogLine> m_pending;
};

} // namespace bitloom
