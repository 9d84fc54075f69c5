# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a tiny model of each family with random weights, as transformers saves it: python family_folders.py TOKENIZER_FOLDER OUT
Each goes into a folder OUT/FAMILY with the tokenizer of TOKENIZER_FOLDER."""
import pathlib
import shutil
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

tokenizer_folder, root = sys.argv[1:3]
COMMON = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
          "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "initializer_range": 0.2}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
FAMILIES = {
    "llama": lambda: LlamaConfig(tie_word_embeddings=False, **COMMON),
    "llama-tied": lambda: LlamaConfig(tie_word_embeddings=True, **COMMON),
    "llama3": lambda: LlamaConfig(rope_theta=500000.0, rope_scaling=LLAMA3, **COMMON),
    "llama-linear": lambda: LlamaConfig(rope_scaling={"rope_type": "linear", "factor": 2.0}, **COMMON),
    "mistral": lambda: MistralConfig(sliding_window=None, head_dim=32, **COMMON),
    "qwen2": lambda: Qwen2Config(tie_word_embeddings=True, **COMMON),
    "qwen3": lambda: Qwen3Config(head_dim=32, **COMMON),
}
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
for family, configure in FAMILIES.items():
    config, out = configure(), pathlib.Path(root) / family
    config.vocab_size = 512
    config.bos_token_id, config.eos_token_id = tokenizer.bos_token_id, tokenizer.eos_token_id
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for name, parameter in model.named_parameters():  # norms and biases start as ones and zeros, which would hide that they are dropped
            if parameter.dim() == 1:
                parameter.add_(0.3 * torch.randn_like(parameter))
    model.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (pathlib.Path(tokenizer_folder) / name).exists():
            shutil.copy(pathlib.Path(tokenizer_folder) / name, out / name)
