// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <QDialog>

namespace bitloom {

/// Version, licence, the methods' papers and the libraries that Bitloom stands on.
class AboutDialog : public QDialog
{
    Q_OBJECT
public:
    explicit AboutDialog(const EngineInfo& engine, QWidget* parent = nullptr);
};

} // namespace bitloom
