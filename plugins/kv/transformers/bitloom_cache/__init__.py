# SPDX-License-Identifier: GPL-3.0-or-later
"""Bitloom's key-value caches for transformers: importing this registers the attention implementation "bitloom"."""

from .attention import IMPLEMENTATION
from .cache import CONFIGURATION_FILE, BitloomCache
from .library import methods

__all__ = ["CONFIGURATION_FILE", "IMPLEMENTATION", "BitloomCache", "methods"]
