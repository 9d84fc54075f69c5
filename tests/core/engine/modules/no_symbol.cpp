// SPDX-License-Identifier: GPL-3.0-or-later
extern "C" int bitloom_something_else()
{
    return 1;
}
