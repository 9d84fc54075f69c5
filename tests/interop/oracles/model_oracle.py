#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What transformers says about a model, for Bitloom's tests.

  model_oracle.py logits MODEL OUT.safetensors --tokens N                   f32 logits of fixed token ids
  model_oracle.py tokens MODEL TEXTS.json OUT.json                          ids of each text, without special tokens added
  model_oracle.py tiny FAMILY OUT_FOLDER                                    a small random model of a family, in Hugging Face layout
  model_oracle.py tokenizer GGUF OUT_FOLDER                                 the GGUF's tokenizer as tokenizer.json
"""
import argparse
import json
import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
import torch
import transformers
from safetensors.torch import save_file

torch.set_num_threads(1)


def source(path):
    """Arguments of from_pretrained for a folder or a GGUF file."""
    if path.endswith(".gguf"):
        return (os.path.dirname(path),), {"gguf_file": os.path.basename(path)}
    return (path,), {}


def llama_from_gguf(path):
    """A Llama from a GGUF file with gguf's own dequantization (transformers' GGUF loading needs another package)."""
    import gguf

    reader = gguf.GGUFReader(path)
    key = lambda name: reader.get_field("llama." + name).contents()
    heads, kv_heads = key("attention.head_count"), key("attention.head_count_kv")
    tensors = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    config = transformers.LlamaConfig(
        vocab_size=tensors["token_embd.weight"].shape[0], hidden_size=key("embedding_length"), intermediate_size=key("feed_forward_length"),
        num_hidden_layers=key("block_count"), num_attention_heads=heads, num_key_value_heads=kv_heads, max_position_embeddings=key("context_length"),
        rms_norm_eps=key("attention.layer_norm_rms_epsilon"), tie_word_embeddings="output.weight" not in tensors,
        rope_parameters=dict(rope_type="default", rope_theta=key("rope.freq_base")))

    def halves(rows, count):
        return rows.view(count, rows.shape[0] // count // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)

    state = {"model.embed_tokens.weight": tensors["token_embd.weight"], "model.norm.weight": tensors["output_norm.weight"],
             "lm_head.weight": tensors.get("output.weight", tensors["token_embd.weight"])}
    names = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
             "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
    for block in range(config.num_hidden_layers):
        for theirs, ours in names.items():
            rows = tensors[f"blk.{block}.{theirs}.weight"]
            if theirs in ("attn_q", "attn_k"):
                rows = halves(rows, heads if theirs == "attn_q" else kv_heads)
            state[f"model.layers.{block}.{ours}.weight"] = rows
    model = transformers.LlamaForCausalLM(config).float()
    model.load_state_dict(state)
    return model


def logits(model_path, out, count):
    if model_path.endswith(".gguf"):
        model = llama_from_gguf(model_path)
    else:
        model = transformers.AutoModelForCausalLM.from_pretrained(model_path, dtype=torch.float32)
    model.eval()
    vocabulary = model.config.vocab_size
    tokens = (torch.arange(2 * count).reshape(2, count) * 7919 + 13) % vocabulary
    with torch.no_grad():
        save_file({"tokens": tokens, "logits": model(tokens).logits.float().contiguous()}, out)


def tokens(model_path, texts, out):
    arguments, named = source(model_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(*arguments, **named)
    with open(texts, encoding="utf-8") as file:
        wanted = json.load(file)
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in wanted]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(ids, file)


def tiny(family, folder):
    torch.manual_seed(3)
    common = dict(vocab_size=96, hidden_size=48, intermediate_size=80, num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2,
                  max_position_embeddings=128, rms_norm_eps=1e-5, initializer_range=0.3, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False)
    makers = {
        "llama": lambda: transformers.LlamaConfig(**common, rope_theta=10000.0, attention_bias=True),
        "llama3": lambda: transformers.LlamaConfig(**{**common, "tie_word_embeddings": True}, head_dim=16, rope_parameters=dict(
            rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)),
        "linear": lambda: transformers.LlamaConfig(**common, rope_parameters=dict(rope_type="linear", rope_theta=1000.0, factor=4.0)),
        "mistral": lambda: transformers.MistralConfig(**common, sliding_window=7),
        "qwen2": lambda: transformers.Qwen2Config(**common),
        "qwen3": lambda: transformers.Qwen3Config(**common, head_dim=16),
    }
    config = makers[family]()
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "norm" in name:  # zeros and ones would hide mistakes
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    model.save_pretrained(folder)


def tokenizer(gguf, folder):
    arguments, named = source(gguf)
    transformers.AutoTokenizer.from_pretrained(*arguments, **named).save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["logits", "tokens", "tiny", "tokenizer"])
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--tokens", type=int, default=32)
    given = parser.parse_args()
    if given.what == "logits":
        logits(*given.arguments, given.tokens)
    else:
        globals()[given.what](*given.arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
