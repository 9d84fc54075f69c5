// SPDX-License-Identifier: GPL-3.0-or-later
// Holds the one precompiled header that every target with torch reuses.
