// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// QCustomPlot's header speaks Qt's keywords, which Bitloom switches off because libtorch uses the same words; they live only
/// while it is read.
#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit Q_EMIT
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
