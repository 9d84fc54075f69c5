// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/item_plot.h"

#include <map>
#include <vector>

namespace bitloom {

/// What caches hold against the length of the text: a colour and a number for each cache, a solid line for its keys and
/// a dashed one for its values.
class CacheBytesPlot : public ItemPlot
{
    Q_OBJECT
public:
    static constexpr std::size_t mostSamples = 2048; ///< of a cache; beyond, every second one goes
    static constexpr int mostCaches = 8; ///< the oldest goes

    explicit CacheBytesPlot(QWidget* parent = nullptr);

    /// The next samples are another cache's.
    void begin(const QString& name);
    void append(qint64 length, qint64 keyBytes, qint64 valueBytes);
    void clear();
    [[nodiscard]] int cacheCount() const { return static_cast<int>(m_caches.size()); }

    [[nodiscard]] bool isEmpty() const override { return m_lengths.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 420, 220 }; }

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_lengths.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;
    [[nodiscard]] int firstItem() const override { return itemCount() - 1; }

private:
    struct Held
    {
        qint64 keys = 0, values = 0;
    };
    struct Cache
    {
        int number = 0; ///< of all that were ever begun, from 1
        QString name;
        std::map<qint64, Held> samples; ///< by length
    };
    void findLengths();
    [[nodiscard]] QRectF area(const QSizeF& size) const;
    [[nodiscard]] QString title(const Cache& cache) const;

    std::vector<Cache> m_caches;
    std::vector<qint64> m_lengths; ///< at which any cache was measured, ascending
    int m_begun = 0;
};

} // namespace bitloom
