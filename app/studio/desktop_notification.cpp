// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/desktop_notification.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QVariantMap>

namespace bitloom {

namespace {
    constexpr double longJobSeconds = 60;
    constexpr int asTheDesktopLikes = -1; ///< how long it is shown
}

void notifyDesktop(const QString& title, const QString& text)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    auto call = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    const QVariantMap hints { { QStringLiteral("desktop-entry"), QStringLiteral("org.bitloom.Bitloom") } };
    // The text may be read as markup.
    call << QStringLiteral("Bitloom") << 0U << QStringLiteral("org.bitloom.Bitloom") << title << text.toHtmlEscaped() << QStringList() << hints << asTheDesktopLikes;
    bus.asyncCall(call);
}

bool deservesNotification(double seconds, bool windowIsActive)
{
    return seconds >= longJobSeconds && !windowIsActive;
}

} // namespace bitloom
