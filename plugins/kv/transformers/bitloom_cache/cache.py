# SPDX-License-Identifier: GPL-3.0-or-later
"""A transformers cache whose keys and values live in Bitloom's packed store."""

import json
import pathlib

import torch
from transformers.cache_utils import Cache, CacheLayerMixin, get_layer_types_and_kwargs

from .attention import IMPLEMENTATION, new_tokens
from .library import KvCache

CONFIGURATION_FILE = "kv_cache.json"  # what `bitloom-cli kv --save-configuration FOLDER` writes into a model's folder


class _Store:
    """What the layers of one cache share: the packed store, and what of it is under way."""

    def __init__(self, packed):
        self.packed = packed
        self.clear()

    def clear(self):
        self.packed.clear()
        self.rows = 0  # sequences; 0: nothing was given yet
        self.padded = False
        self.given = None  # the layer whose new tokens attention() has not taken yet

    def begin(self, rows):
        if self.rows == 0:
            self.packed.begin(rows)
            self.rows = rows
        elif rows != self.rows:
            raise ValueError(f"the cache holds {self.rows} sequences and is given tokens of {rows}: reset() it, or make another")


class BitloomLayer(CacheLayerMixin):
    """One layer of a BitloomCache. Its update() hands new keys and values on to the attention implementation "bitloom", which adds them."""

    supports_early_init = False

    def __init__(self, store, index, context):
        super().__init__()
        self.store, self.index, self.context = store, index, context
        self.seen = 0  # tokens of each sequence, padding counted

    def lazy_initialization(self, key_states, value_states):
        self.dtype, self.device, self.batch_size = key_states.dtype, key_states.device, key_states.shape[0]
        self.is_initialized = True

    def update(self, key_states, value_states, *args, **kwargs):
        if self.store.given is not None:
            raise RuntimeError(f'nobody attended to the new tokens of layer {self.store.given}: a BitloomCache needs attn_implementation="{IMPLEMENTATION}", '
                               f'which model.set_attn_implementation("{IMPLEMENTATION}") sets; reset() this one before that')
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.store.begin(key_states.shape[0])
        self.store.given = self.index
        new_tokens(key_states, self)
        return key_states, value_states

    def attend(self, query, key, value, mask):
        """query [batch, heads, tokens, head size]; the output has its shape and type."""
        out = self.store.packed.attend(self.index, query, key, value, self._padding(mask, key.shape[2]))
        self.seen += key.shape[2]
        return out

    def _padding(self, mask, count):
        """Leading tokens of each sequence that are padding, from a mask bool [batch, seen + count] or None; empty where none is."""
        if mask is None:
            if self.store.padded:
                raise ValueError("attention_mask is missing, although some sequences began with padding: pass the mask of all tokens")
            return []
        if mask.dim() != 2 or mask.shape != (self.store.rows, self.seen + count):
            raise ValueError(f"attention_mask has the shape {list(mask.shape)}, expected [{self.store.rows}, {self.seen + count}]: sequences and tokens so far")
        mask = mask.to(device="cpu", dtype=torch.bool)
        old, new = mask[:, : self.seen], mask[:, self.seen :]
        for row in range(self.store.rows):
            held, told = self.store.packed.length(self.index, row), int(old[row].sum())
            if held != told:
                raise ValueError(f"attention_mask counts {told} earlier tokens of sequence {row}, the cache holds {held}")
            if bool((new[row, :-1] & ~new[row, 1:]).any()):
                raise ValueError(f"attention_mask has padding behind tokens of sequence {row}: only padding on the left is known (padding_side=\"left\")")
        self.store.padded = True
        return (count - new.sum(1)).tolist()

    def get_mask_sizes(self, query_length):
        return self.seen + query_length, 0

    def get_seq_length(self):
        return self.seen

    def get_max_length(self):
        return self.context if self.context > 0 else -1

    def reset(self):
        self.store.clear()
        self.seen = 0
        self.is_initialized = False

    def crop(self, tokens_to_remove):
        if tokens_to_remove != 0:
            raise NotImplementedError("a packed cache cannot forget its newest tokens: assisted generation needs another cache")

    def reorder_cache(self, beam_idx):
        raise NotImplementedError("a packed cache cannot reorder its sequences: beam search needs another cache (num_beams=1 works with this one)")

    def batch_repeat_interleave(self, repeats):
        raise NotImplementedError("a packed cache cannot repeat its sequences: give the prompt as often as it is wanted")

    def batch_select_indices(self, indices):
        raise NotImplementedError("a packed cache cannot drop some of its sequences")

    def offload(self):
        raise NotImplementedError("a packed cache is on the CPU already: there is nothing to offload")

    prefetch = offload


def _shape(config):
    """layers, heads, key-value heads, head size and context of a model that Bitloom's caches fit."""
    if getattr(config, "is_encoder_decoder", False):
        raise ValueError(f"{config.model_type} has an encoder, BitloomCache is for decoders alone")
    config = config.get_text_config(decoder=True)
    for index, kind in enumerate(get_layer_types_and_kwargs(config)[0]):
        if kind != "full_attention":
            raise ValueError(f"layer {index} of {config.model_type} is of type {kind}, BitloomCache knows full_attention alone")
    heads = config.num_attention_heads
    return (config.num_hidden_layers, heads, getattr(config, "num_key_value_heads", None) or heads, getattr(config, "head_dim", None) or config.hidden_size // heads,
            getattr(config, "max_position_embeddings", None) or 0)


class BitloomCache(Cache):
    """`model.generate(..., past_key_values=BitloomCache(model.config, method="logquant"))`, for a model with attn_implementation="bitloom".

    config: the model's. method: an id that bitloom_cache.methods() has; without one that of the configuration, and without either "logquant". configuration: a file
    that `bitloom-cli kv --save-configuration` wrote, or a folder that has a kv_cache.json. parameters: the method's, which count before the configuration's.
    One cache is for one batch of sequences; padding on the left needs the attention_mask, which generate() passes."""

    def __init__(self, config, method=None, configuration=None, **parameters):
        implementation = getattr(config, "_attn_implementation", None)
        if implementation not in (None, IMPLEMENTATION):
            raise ValueError(f'the model computes attention with "{implementation}": call model.set_attn_implementation("{IMPLEMENTATION}") before making its BitloomCache')
        text = where = ""
        if configuration is not None:
            where = pathlib.Path(configuration)
            where = where / CONFIGURATION_FILE if where.is_dir() else where
            text = where.read_text(encoding="utf-8")
        elif method is None:
            method = "logquant"
        *shape, context = _shape(config)
        self.packed = KvCache(method or "", json.dumps(parameters), text, str(where), *shape, context)
        store = _Store(self.packed)
        super().__init__(layers=[BitloomLayer(store, index, context) for index in range(shape[0])])

    @classmethod
    def from_pretrained(cls, folder, config=None, **parameters):
        """The cache that kv_cache.json in a model's folder describes; config: the model's, else what the folder has."""
        if config is None:
            from transformers import AutoConfig

            config = AutoConfig.from_pretrained(folder)
        return cls(config, configuration=pathlib.Path(folder) / CONFIGURATION_FILE, **parameters)

    @property
    def configuration(self):
        """The method and all its parameters, as a kv_cache.json holds them."""
        return json.loads(self.packed.configuration())

    @property
    def bytes(self):
        """What it holds, metadata, bookkeeping and tokens kept twice counted."""
        return self.packed.bytes()

    @property
    def bits_per_value(self):
        """8 bytes, divided by the numbers that they stand for."""
        return self.packed.bits_per_value()

    def dequantized(self, layer, sequence=0):
        """Keys and values of one sequence as attention counts them, f32 [key-value heads, tokens, head size], and which tokens are kept, bool [key-value heads,
        tokens]; rows of dropped tokens are 0."""
        return self.packed.dequantized(layer, sequence)
