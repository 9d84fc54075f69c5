// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/line_icon.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

namespace bitloom {

namespace {
    class LineIconEngine : public QIconEngine
    {
    public:
        LineIconEngine(QByteArray svg, bool onAccent)
            : m_svg(std::move(svg))
            , m_onAccent(onAccent)
        {
        }

        void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
        {
            const QPalette palette = QGuiApplication::palette();
            const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
            QColor color = palette.color(group, m_onAccent ? QPalette::HighlightedText : QPalette::ButtonText);
            if (!m_onAccent && mode == QIcon::Selected)
                color = palette.color(group, QPalette::HighlightedText);
            else if (!m_onAccent && state == QIcon::On && mode != QIcon::Disabled)
                color = palette.color(QPalette::Active, QPalette::Link);
            QByteArray colored = m_svg;
            colored.replace("#000", color.name().toLatin1());
            QSvgRenderer renderer(colored);
            renderer.render(painter, QRectF(rect));
        }

        QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
        {
            QPixmap pixmap(size);
            pixmap.fill(Qt::transparent);
            QPainter painter(&pixmap);
            painter.setRenderHint(QPainter::Antialiasing);
            paint(&painter, QRect(QPoint(), size), mode, state);
            return pixmap;
        }

        [[nodiscard]] QIconEngine* clone() const override { return new LineIconEngine(*this); }

    private:
        QByteArray m_svg;
        bool m_onAccent;
    };
}

QIcon lineIcon(const char* name, bool onAccent)
{
    QFile file(QStringLiteral(":/bitloom/icons/%1.svg").arg(QLatin1String(name)));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new LineIconEngine(file.readAll(), onAccent));
}

} // namespace bitloom
