# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads an exported folder with transformers alone: python exported_folder.py FOLDER TEXTS.json OUT.safetensors
Writes the token ids of each text and the f32 logits of the token ids under "run"."""
import json
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, texts, out = sys.argv[1:4]
request = json.load(open(texts, encoding="utf-8"))
tokenizer = AutoTokenizer.from_pretrained(folder)
result = {}
for i, text in enumerate(request["texts"]):
    ids = tokenizer(text, add_special_tokens=request["special"])["input_ids"]
    result[f"ids.{i}"] = torch.tensor(ids, dtype=torch.int64)
    result[f"length.{i}"] = torch.tensor([len(ids)])
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
with torch.no_grad():
    result["logits"] = model(torch.tensor([request["run"]])).logits[0].float().contiguous()
save_file({k: v for k, v in result.items() if v.numel()}, out)
print(tokenizer.decode(request["run"][:8]))
