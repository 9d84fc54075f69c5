# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled library beside this file, as torch.classes.bitloom."""

import json
import pathlib

import torch
import transformers

from .built_for import TORCH


def _release(version):
    return version.split("+")[0].split(".")[:2]


if int(transformers.__version__.split(".")[0]) < 5:
    raise ImportError(f"bitloom_cache needs transformers 5 or newer, found {transformers.__version__}")
if TORCH and _release(torch.__version__) != _release(TORCH):
    raise ImportError(f"bitloom_cache was built for torch {TORCH}, found torch {torch.__version__}: build Bitloom with this torch (BITLOOM_SITE_PACKAGES)")
torch.classes.load_library(str(pathlib.Path(__file__).with_name("libbitloom-transformers.so")))

KvCache = torch.classes.bitloom.KvCache


def methods():
    """The cache methods that were found as plugins: id -> description, with its parameters as `bitloom-cli plugins --json` tells them."""
    return {method["id"]: method for method in json.loads(torch.ops.bitloom.kv_methods())["methods"]}
