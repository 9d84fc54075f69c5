# SPDX-License-Identifier: GPL-3.0-or-later
"""What calibration should measure on a small model, from transformers in f64 with one backward pass per sequence.

usage: calibration_oracle.py MODEL SEQUENCES LENGTH OUT.safetensors GROUPS...
Writes token_ids, loss, and for each linear layer NAME.fisher, NAME.plain, NAME.guided.GROUPS."""
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

folder, sequences, length, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
group_counts = [int(g) for g in sys.argv[5:]]
torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
generator = torch.Generator().manual_seed(7)
tokens = torch.randint(3, model.config.vocab_size, (sequences, length), generator=generator)

linears = {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and ".layers." in n}
inputs, gradients = {}, {}


def watch(name):
    def forward(module, arguments, output):
        inputs[name] = arguments[0].detach()[0]
        output.register_hook(lambda gradient: gradients.__setitem__(name, gradient.detach()[0]))

    return forward


for name, module in linears.items():
    module.register_forward_hook(watch(name))

result, losses = {"token_ids": tokens}, []


def add(key, value):
    result[key] = result[key] + value if key in result else value


for sequence in tokens:
    model.zero_grad()
    loss = model(input_ids=sequence[None], labels=sequence[None]).loss
    loss.backward()
    losses.append(loss.item())
    for name, module in linears.items():
        x, g = inputs[name], gradients[name]
        add(name + ".fisher", module.weight.grad.square())
        add(name + ".plain", x.T @ x)
        for groups in group_counts:
            rows = -(-g.shape[1] // groups)
            saliency = torch.stack([(1e3 * part).square().mean(1) for part in g.split(rows, 1)])
            add(f"{name}.guided.{groups}", torch.einsum("kt,ti,tj->kij", saliency, x, x))

result["loss"] = torch.tensor(losses, dtype=torch.float64)
save_file({k: (v.float() if v.is_floating_point() and k != "loss" else v).contiguous() for k, v in result.items()}, out)
