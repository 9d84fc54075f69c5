# SPDX-License-Identifier: GPL-3.0-or-later
"""The attention implementation "bitloom": queries read a BitloomCache's packed keys and values, which are never materialised."""

import math

import torch
from transformers import AttentionInterface, AttentionMaskInterface

IMPLEMENTATION = "bitloom"

# What models hand to attention functions that changes the result; the kernels know none of it.
_UNKNOWN = ("sliding_window", "softcap", "position_bias", "s_aux", "cache")


def new_tokens(key_states, layer):
    """Marks keys as new tokens of a BitloomCache's layer: attention gets the tensors, but not the cache."""
    key_states._bitloom_layer = layer


def attention(module, query, key, value, attention_mask, dropout=0.0, scaling=None, is_causal=None, **kwargs):
    """As transformers calls attention functions, query [batch, heads, tokens, head size]; returns ([batch, tokens, heads, head size], None). Keys and values
    are the new tokens alone; each enters the cache before its own query attends, so nothing depends on how a text is cut into calls."""
    layer = getattr(key, "_bitloom_layer", None)
    if layer is None:
        raise ValueError(f'attention "{IMPLEMENTATION}" reads a BitloomCache: call the model with past_key_values=BitloomCache(model.config), '
                         'or choose another with model.set_attn_implementation("sdpa")')
    layer.store.given = None
    for name in _UNKNOWN:
        if kwargs.get(name) is not None:
            raise ValueError(f"layer {layer.index} computes attention with '{name}', which Bitloom's caches do not know")
    if kwargs.get("output_attentions"):
        raise ValueError("output_attentions=True: a packed cache never has the attention weights as a tensor")
    if is_causal is False or not getattr(module, "is_causal", True):
        raise ValueError(f"layer {layer.index} attends to tokens behind its own, which a cache cannot")
    if dropout:
        raise ValueError(f"attention dropout is {dropout}: Bitloom's caches are for inference, call model.eval()")
    if torch.is_grad_enabled() and query.requires_grad:
        raise ValueError("Bitloom's caches give no gradients: call the model under torch.no_grad()")
    usual = query.shape[-1] ** -0.5
    if scaling is not None and not math.isclose(scaling, usual, rel_tol=1e-6):
        raise ValueError(f"layer {layer.index} scales attention by {scaling}, expected 1/sqrt(head size) = {usual}")
    return layer.attend(query, key, value, attention_mask).transpose(1, 2).contiguous(), None


def padding_mask(batch_size, q_length, kv_length, attention_mask=None, allow_is_causal_skip=True, **kwargs):
    """The mask as attention() wants it: which tokens are no padding, bool [batch, kv_length], or None where none is."""
    if not allow_is_causal_skip:
        raise ValueError("the model asks for a mask that is more than causal, which Bitloom's caches do not know")
    if attention_mask is None or bool(attention_mask.all()):
        return None
    return attention_mask


AttentionInterface.register(IMPLEMENTATION, attention)
AttentionMaskInterface.register(IMPLEMENTATION, padding_mask)
