# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs transformers through BitloomCache: python bitloom_cache_runs.py PACKAGES REQUEST.json OUT.safetensors ANSWERS.json
Writes what attention was given and gave in each call, for the C++ cache to repeat, and facts about generate() and about refusals."""
import json
import sys
import types

sys.path.insert(0, sys.argv[1])
import torch
import transformers
from safetensors.torch import save_file
from transformers import AttentionInterface, AutoModelForCausalLM, AutoTokenizer, DynamicCache

import bitloom_cache
from bitloom_cache import BitloomCache
from bitloom_cache.attention import attention

request = json.load(open(sys.argv[2], encoding="utf-8"))
tensors, answers = {}, {"version": transformers.__version__, "cases": {}, "facts": {}, "refusals": {}}
facts = answers["facts"]
torch.manual_seed(1)
torch.set_grad_enabled(False)


class Recorder:
    """Stands in for the attention function and keeps what passes through it."""

    def __init__(self):
        self.case, self.calls = None, []

    def __call__(self, module, query, key, value, mask, **kwargs):
        padding = [] if mask is None else (key.shape[2] - mask[:, -key.shape[2]:].sum(1)).tolist()
        out, weights = attention(module, query, key, value, mask, **kwargs)
        if self.case is not None:
            call = f"{self.case}.{len(self.calls)}."
            self.calls.append({"layer": module.layer_idx, "padding": padding})
            for name, tensor in (("queries", query), ("keys", key), ("values", value), ("out", out.transpose(1, 2))):
                tensors[call + name] = tensor.contiguous().clone()
        return out, weights

    def begin(self, case):
        self.case, self.calls = case, []

    def end(self, cache, **more):
        answers["cases"][self.case] = {"calls": self.calls, "bytes": cache.bytes, "bits_per_value": cache.bits_per_value, "configuration": cache.configuration, **more}
        for layer in range(len(cache)):
            for row in range(cache.layers[0].store.rows):
                for name, tensor in zip(("keys", "values", "kept"), cache.dequantized(layer, row)):
                    tensors[f"{self.case}.held.{layer}.{row}.{name}"] = tensor.to(torch.float32)
        self.case = None


recorder = Recorder()
AttentionInterface.register("bitloom", recorder)


# ---- random keys and values, in chunks of different length
def config_of(**changes):
    shape = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512} | changes
    return transformers.LlamaConfig(**shape, attn_implementation="bitloom")


def feed(cache, layer, query, key, value, mask=None, scaling=None):
    module = types.SimpleNamespace(layer_idx=layer, is_causal=True)
    return recorder(module, query, *cache.update(key, value, layer), mask, scaling=scaling)[0]


def random(heads, count, rows=2, size=16):
    return torch.randn(rows, heads, count, size)


strength = 0.25 + 0.1 * (torch.arange(16) % 7)
offset = 4.0 * (torch.arange(16) % 8 == 3)
config = config_of()
for case in request["cases"]:
    cache = BitloomCache(config, case["method"], configuration=case.get("configuration"), **case["parameters"])
    recorder.begin(case["name"])
    for count in request["chunks"]:
        for layer in range(2):
            feed(cache, layer, random(4, count), random(2, count) * strength + offset, random(2, count))
    recorder.end(cache)

# ---- the tiny model
model = AutoModelForCausalLM.from_pretrained(request["model"], dtype=torch.float32, attn_implementation="bitloom").eval()
prompt = torch.tensor([request["prompt"]])
other = torch.tensor([request["other"]])


def write(ids, cache, count=48, **more):
    more = {"attention_mask": torch.ones_like(ids)} | more
    return model.generate(ids, past_key_values=cache, max_new_tokens=count, min_new_tokens=count, do_sample=False, return_dict_in_generate=True, output_logits=True, pad_token_id=0, **more)


def difference(a, b):
    """Of the logits, largest over the steps; and whether the same was written."""
    count = a.sequences.shape[1]
    return {"logits": max(float((x - y).abs().max()) for x, y in zip(a.logits, b.logits)), "same": bool((a.sequences[:, -48:] == b.sequences[:, -48:]).all()), "length": count}


model.set_attn_implementation("sdpa")
own = write(prompt, DynamicCache(config=model.config))
model.set_attn_implementation("bitloom")
recorder.begin("full-model")
cache = BitloomCache(model.config, "full", type="f32")
full = write(prompt, cache)
recorder.end(cache, tokens=full.sequences[0].tolist())
tensors["full-model.logits"] = torch.cat(full.logits).contiguous()
facts["full like transformers"] = difference(full, own)

small = {"window": 8, "sinks": 2}
recorder.begin("logquant-model")
cache = BitloomCache(model.config, "logquant", **small)
packed = write(prompt, cache)
recorder.end(cache, tokens=packed.sequences[0].tolist())
tensors["logquant-model.logits"] = torch.cat(packed.logits).contiguous()
facts["logquant unlike full"] = difference(packed, full)
facts["bytes"] = {"logquant": cache.bytes, "full": answers["cases"]["full-model"]["bytes"]}

facts["chunked prompt"] = difference(write(prompt, BitloomCache(model.config, "logquant", **small), prefill_chunk_size=7), packed)

# A second turn behind a first one, against both at once.
cache = BitloomCache(model.config, "full", type="f32")
first = write(prompt, cache, count=12)
turn = torch.cat([first.sequences, other], 1)
facts["second turn"] = difference(write(turn, cache), write(turn, BitloomCache(model.config, "full", type="f32")))

cache.reset()
facts["after reset"] = difference(write(prompt, cache), full)
cache.reset()
facts["bytes after reset"] = cache.bytes

# Two prompts of different length at once, against each alone.
width = max(prompt.shape[1], other.shape[1])
rows = [torch.cat([torch.zeros(1, width - ids.shape[1], dtype=torch.long), ids], 1) for ids in (prompt, other)]
mask = torch.cat([torch.cat([torch.zeros(1, width - ids.shape[1], dtype=torch.long), torch.ones_like(ids)], 1) for ids in (prompt, other)])
recorder.begin("padded-model")
cache = BitloomCache(model.config, "logquant", **small)
both = write(torch.cat(rows), cache, attention_mask=mask)
recorder.end(cache)
alone = [packed, write(other, BitloomCache(model.config, "logquant", **small))]
for row, one in enumerate(alone):
    written = types.SimpleNamespace(sequences=both.sequences[row:row + 1], logits=[logits[row:row + 1] for logits in both.logits])
    facts[f"padded row {row}"] = difference(written, one)

half = AutoModelForCausalLM.from_pretrained(request["model"], dtype=torch.bfloat16, attn_implementation="bitloom").eval()
facts["bf16 dtype"] = str(half(prompt, past_key_values=BitloomCache(half.config)).logits.dtype)

# ---- a folder with its kv_cache.json
folder = request["folder"]
exported = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="bitloom").eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
cache = BitloomCache.from_pretrained(folder)
ids = tokenizer(request["text"], return_tensors="pt")
out = exported.generate(**ids, past_key_values=cache, max_new_tokens=24, do_sample=False, pad_token_id=0)
facts["folder"] = {"text": tokenizer.decode(out[0, ids["input_ids"].shape[1]:], skip_special_tokens=True), "tokens": out.shape[1] - ids["input_ids"].shape[1], "bytes": cache.bytes,
                   "configuration": cache.configuration}
facts["folder with another window"] = BitloomCache.from_pretrained(folder, exported.config, window=77).configuration["window"]
facts["methods"] = sorted(bitloom_cache.methods())


# ---- refusals: each an exception of a type, with a sentence
def refused(name, action):
    try:
        action()
        answers["refusals"][name] = "nothing was raised"
    except Exception as error:  # noqa: BLE001: whatever it is, it is what is asked for
        answers["refusals"][name] = f"{type(error).__name__}: {error}"


def fresh(**changes):
    return BitloomCache(config_of(**changes), "full")


def padded(ids, mask, cache=None):
    return model(ids, attention_mask=torch.tensor(mask), past_key_values=cache or BitloomCache(model.config, "full"))


refused("unknown method", lambda: BitloomCache(config, "nonsense"))
refused("unknown parameter", lambda: BitloomCache(config, "logquant", nonsense=1))
refused("parameter out of range", lambda: BitloomCache(config, "logquant", window=0))
refused("needs calibration", lambda: BitloomCache(config, "logquant", smoothing=True))
refused("group and head size", lambda: BitloomCache(config, "kivi", group_values=24))
refused("other model's configuration", lambda: BitloomCache(config, configuration=folder))
refused("other method's configuration", lambda: BitloomCache(model.config, "kivi", configuration=folder))
refused("no configuration", lambda: BitloomCache(config, configuration=request["broken"]))
refused("no file", lambda: BitloomCache.from_pretrained(request["model"]))
refused("sliding window", lambda: BitloomCache(transformers.MistralConfig(sliding_window=64)))
refused("encoder", lambda: BitloomCache(transformers.T5Config()))
refused("other attention", lambda: BitloomCache(transformers.LlamaConfig(attn_implementation="sdpa")))
refused("no cache", lambda: model(prompt))
refused("another cache", lambda: model(prompt, past_key_values=DynamicCache(config=model.config)))
refused("other head size", lambda: feed(fresh(), 0, random(4, 3, size=8), random(2, 3, size=8), random(2, 3, size=8)))
refused("other heads", lambda: feed(fresh(), 0, random(4, 3), random(4, 3), random(4, 3)))
refused("values of another length", lambda: feed(fresh(), 0, random(4, 3), random(2, 3), random(2, 4)))
refused("other device", lambda: feed(fresh(), 0, *(random(heads, 3).to("meta") for heads in (4, 2, 2))))
refused("integers", lambda: feed(fresh(), 0, *(random(heads, 3).to(torch.int64) for heads in (4, 2, 2))))
refused("no such layer", lambda: fresh().packed.length(0, 0))
refused("scaling", lambda: feed(fresh(), 0, random(4, 3), random(2, 3), random(2, 3), scaling=0.5))
refused("right padding", lambda: padded(prompt[:, :4], [[1, 1, 1, 0]]))
refused("mask of another length", lambda: padded(prompt[:, :4], [[0, 1, 1]]))
refused("four-dimensional mask", lambda: padded(prompt[:, :4], [[[[True] * 4] * 4]]))
refused("beam search", lambda: model.generate(prompt, attention_mask=torch.ones_like(prompt), past_key_values=BitloomCache(model.config), num_beams=2, max_new_tokens=4, pad_token_id=0))
refused("context", lambda: model(torch.ones(1, 513, dtype=torch.long), past_key_values=BitloomCache(model.config)))


def feed_weights():
    cache = fresh()
    recorder(types.SimpleNamespace(layer_idx=0, is_causal=True), random(4, 3), *cache.update(random(2, 3), random(2, 3), 0), None, output_attentions=True)


def changed_mask():
    cache = BitloomCache(model.config, "full")
    padded(prompt[:, :4], [[0, 1, 1, 1]], cache)
    padded(prompt[:, :1], [[1, 1, 1, 1, 1]], cache)


def other_mask():
    cache = BitloomCache(model.config, "full")
    padded(prompt[:, :4], [[0, 1, 1, 1]], cache)
    padded(prompt[:, :1], [[0, 0, 1, 1, 1]], cache)


def other_batch():
    cache = BitloomCache(model.config, "full")
    model(prompt, past_key_values=cache)
    model(prompt.repeat(2, 1), past_key_values=cache)


def switched_attention():
    cache = BitloomCache(model.config, "full")
    model.set_attn_implementation("sdpa")
    try:
        model(prompt, past_key_values=cache)
    finally:
        model.set_attn_implementation("bitloom")


def gradients():
    with torch.enable_grad():
        model(prompt, past_key_values=BitloomCache(model.config))


def crop():
    cache = BitloomCache(model.config)
    model(prompt, past_key_values=cache)
    cache.crop(-1)


refused("weights wanted", feed_weights)
refused("mask forgotten", changed_mask)
refused("mask changed", other_mask)
refused("other batch", other_batch)
refused("attention switched", switched_attention)
refused("gradients", gradients)
refused("crop", crop)

# A refusal for want of context changes nothing: the cache goes on.
cache = BitloomCache(model.config, "full", type="f32")
write(prompt, cache, count=12)
before, length = cache.bytes, cache.get_seq_length()
refused("context, later", lambda: model(torch.ones(1, 500, dtype=torch.long), past_key_values=cache))
facts["context refused"] = {"bytes": cache.bytes == before, "length": cache.get_seq_length() == length,
                            "goes on": list(model(prompt[:, :1], past_key_values=cache).logits.shape[:2])}

save_file(tensors, sys.argv[3])
json.dump(answers, open(sys.argv[4], "w", encoding="utf-8"))
