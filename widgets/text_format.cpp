// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/text_format.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace bitloom {
namespace {
    QString grouped(std::int64_t value)
    {
        QString digits = QString::number(value);
        const qsizetype first = value < 0 ? 1 : 0;
        for (qsizetype i = digits.size() - 3; i > first; i -= 3)
            digits.insert(i, QChar(0x2009)); // thin space, as SI asks
        return digits;
    }

    QString fixedOrScientific(double value, int significant)
    {
        QString text = QString::number(value, 'g', significant);
        if (text.contains(QLatin1Char('e'))) {
            text.replace(QStringLiteral("e-0"), QStringLiteral("e-")).replace(QStringLiteral("e+0"), QStringLiteral("e"));
            text.replace(QStringLiteral("e+"), QStringLiteral("e"));
        }
        return text;
    }
}

QString bytesText(std::int64_t bytes)
{
    static constexpr std::array units { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::abs(value) >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    const int decimals = unit == 0 ? 0 : std::abs(value) < 10 ? 2 : std::abs(value) < 100 ? 1 : 0;
    return QString::number(value, 'f', decimals) + QChar(0xa0) + QLatin1String(units[unit]);
}

QString countText(std::int64_t count)
{
    const auto value = static_cast<double>(count);
    if (std::abs(value) >= 1e9)
        return QString::number(value / 1e9, 'g', 3) + QChar(0xa0) + QLatin1Char('G');
    if (std::abs(value) >= 1e6)
        return QString::number(value / 1e6, 'g', std::abs(value) >= 1e8 ? 3 : 2) + QChar(0xa0) + QLatin1Char('M');
    return grouped(count);
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    if (seconds < 10)
        return QStringLiteral("%1 s").arg(seconds, 0, 'f', 1);
    const auto whole = static_cast<qint64>(std::llround(std::min(seconds, 1e12)));
    if (whole < 60)
        return QStringLiteral("%1 s").arg(whole);
    if (whole < 3600)
        return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (whole < 86400)
        return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1 d %2 h").arg(whole / 86400).arg(whole % 86400 / 3600);
}

QString numberText(double value, int significant)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    return fixedOrScientific(value, significant);
}

QString percentText(double fraction, int significant)
{
    return numberText(100 * fraction, significant) + QChar(0xa0) + QLatin1Char('%');
}

QString uncertainText(double value, double standardError)
{
    if (!std::isfinite(value) || !std::isfinite(standardError) || standardError <= 0)
        return numberText(value);
    // Two digits of the error, and the value to the same place.
    const int place = static_cast<int>(std::floor(std::log10(standardError)));
    const int decimals = std::clamp(1 - place, 0, 12);
    if (decimals > 8)
        return numberText(value) + QStringLiteral(" ± ") + numberText(standardError, 2);
    return QString::number(value, 'f', decimals) + QStringLiteral(" ± ") + QString::number(standardError, 'f', decimals);
}

QString shapeText(std::span<const std::int64_t> shape)
{
    if (shape.empty())
        return QCoreApplication::translate("bitloom", "scalar");
    QString text;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0)
            text += QStringLiteral(" × ");
        text += QString::number(shape[i]);
    }
    return text;
}

QString csvField(const QString& text)
{
    QString field = text;
    if (!field.isEmpty() && QStringLiteral("=+-@\t\r").contains(field.front()))
        field.prepend(QLatin1Char('\''));
    if (field.contains(QLatin1Char(',')) || field.contains(QLatin1Char('"')) || field.contains(QLatin1Char('\n'))
        || field.contains(QLatin1Char('\r')))
        return QLatin1Char('"') + field.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    return field;
}

QString csvNumber(double value)
{
    if (!std::isfinite(value))
        return {};
    std::array<char, 32> text {};
    // What came as a float is printed as one, or 0.1f would read 0.10000000149011612.
    const auto single = static_cast<float>(value);
    const auto result = static_cast<double>(single) == value ? std::to_chars(text.data(), text.data() + text.size(), single)
                                                             : std::to_chars(text.data(), text.data() + text.size(), value);
    return QString::fromLatin1(text.data(), result.ptr - text.data());
}

std::vector<double> axisTicks(double minimum, double maximum, int count, bool logarithmic)
{
    std::vector<double> ticks;
    if (!std::isfinite(minimum) || !std::isfinite(maximum) || !(maximum > minimum) || count < 1)
        return ticks;
    if (logarithmic && minimum > 0) {
        const double low = std::log10(minimum), high = std::log10(maximum);
        const double decades = high - low;
        if (decades >= 1.5 && std::floor(high + 1e-9) > std::ceil(low - 1e-9)) { // with two powers of ten at least
            const int stride = std::max(1, static_cast<int>(std::ceil(decades / count)));
            for (int exponent = static_cast<int>(std::ceil(low - 1e-9)); exponent <= high + 1e-9; ++exponent) {
                if (exponent % stride == 0)
                    ticks.push_back(std::pow(10.0, exponent));
            }
        } else {
            for (int exponent = static_cast<int>(std::floor(low)); exponent <= high; ++exponent) {
                for (const double factor : { 1.0, 2.0, 5.0 }) {
                    const double value = factor * std::pow(10.0, exponent);
                    if (value >= minimum * (1 - 1e-9) && value <= maximum * (1 + 1e-9))
                        ticks.push_back(value);
                }
            }
        }
        if (ticks.size() >= 2)
            return ticks;
        ticks.clear();
    }
    const double raw = (maximum - minimum) / count;
    const double magnitude = std::pow(10.0, std::floor(std::log10(raw)));
    if (!(magnitude > 0))
        return ticks;
    const double fraction = raw / magnitude;
    const double step = magnitude * (fraction <= 1.0001 ? 1 : fraction <= 2.0001 ? 2 : fraction <= 5.0001 ? 5 : 10);
    const double first = std::ceil(minimum / step - 1e-9);
    for (int i = 0; i < count + 3; ++i) {
        const double value = (first + i) * step;
        if (value > maximum + 1e-9 * step)
            break;
        ticks.push_back(std::abs(value) < 1e-9 * step ? 0.0 : value);
    }
    return ticks;
}

QString tickText(double value, double step)
{
    if (value == 0)
        return QStringLiteral("0");
    const double size = std::abs(value);
    if (size >= 1e5 || size < 1e-3)
        return numberText(value, 3);
    const int decimals = step > 0 ? std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 8) : 3;
    return QString::number(value, 'f', decimals);
}

} // namespace bitloom
