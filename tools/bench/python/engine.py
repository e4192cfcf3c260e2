"""The engine's rows in PyTorch (eager) and JAX (jit), one thread. engine.py FILE: FILE holds, per row, arguments and result of one call of ours;
each peer first makes the same call and its result must agree, then it is timed. Figures in microseconds per update."""

import base64
import json
import os
import sys
import time
from functools import partial

os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from engine_jax import JAX, jax_net, jax_ppo, pairs
from engine_torch import TORCH, torch_net
from peer import failed, figure, version

version(PyTorch=torch.__version__, JAX=jax.__version__)
with open(sys.argv[1]) as file:
    EXAMPLES = json.load(file)
DTYPES = {"float32": np.float32, "int32": np.int32}


def arrays(packed):
    return [np.frombuffer(base64.b64decode(p["data"]), DTYPES[p["dtype"]]).reshape(p["shape"]).copy() for p in packed]


def clock(call, wait=lambda r: r, budget=1.5):
    """Least and median microseconds per call."""
    for _ in range(3):
        wait(call())
    start = time.perf_counter()
    wait(call())
    n = max(1, int(0.01 / max(time.perf_counter() - start, 1e-7)))
    samples, end = [], time.perf_counter() + budget
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(n):
            r = call()
        wait(r)
        samples.append((time.perf_counter() - start) / n * 1e6)
    return min(samples), float(np.median(samples))


def compare(work, peer, ours, theirs):
    """Mean distance of each array from ours, relative to its mean size."""
    gaps = [float(np.abs(a - np.asarray(b)).sum() / (np.abs(a).sum() + 1e-12)) for a, b in zip(ours, theirs, strict=True)]
    print(f"check {work} {peer}: relative distance {max(gaps):.1e}", file=sys.stderr)
    if not max(gaps) < 2e-4:
        raise ValueError(f"result {int(np.argmax(gaps))} differs by {max(gaps):.1e} of its size")


def comparable(results):
    """Of the pixel row's 14 parameters and 14 squares: a bias in front of batch normalisation has no gradient but rounding noise."""
    return [x for i, x in enumerate(results) if i % 14 not in (1, 5, 9)]


def row(work, peer, make, updates=1):
    """make(inputs) → results after one call, the call, how to wait for it. Nothing is timed before the results agree."""
    try:
        inputs, outputs = arrays(EXAMPLES[work]["inputs"]), arrays(EXAMPLES[work]["outputs"])
        first, call, wait = make(inputs)
        first = comparable(first) if work.startswith("pixel") else first
        compare(work, peer, outputs, first)
        least, median = clock(call, wait)
        figure(work, peer, least / updates, "µs", median / updates)
    except Exception as error:
        failed(work, peer, error)


for work in EXAMPLES:
    if work.endswith("in one call"):
        row(work, "JAX scan", partial(jax_ppo, updates=64), 64)
        continue
    for peer, table in (("PyTorch", TORCH), ("JAX jit", JAX)):
        for start, make in table.items():
            if work.startswith(start):
                row(work, peer, make)

first = EXAMPLES["PPO 4-64-64, minibatch 64"]
policy, value = torch_net(arrays(first["inputs"])[:6], nn.Tanh), torch_net(arrays(first["inputs"])[6:12], nn.Tanh)
p, q = pairs(arrays(first["inputs"])[:6]), pairs(arrays(first["inputs"])[6:12])
draw = jax.jit(lambda p, q, x, k: (jax.random.categorical(k, jax_net(p, x, jnp.tanh)), jax_net(q, x, jnp.tanh)))
for batch in (1, 8):
    x = np.full((batch, 4), 0.3, np.float32)

    def act():
        with torch.no_grad():
            o = torch.from_numpy(x)
            logits = policy(o)
            value(o)
            return torch.multinomial(F.softmax(logits, -1), 1).numpy()

    key = jax.random.PRNGKey(0)
    for peer, call in (("PyTorch", act), ("JAX jit", lambda: np.asarray(draw(p, q, x, key)[0]))):
        least, median = clock(call)
        figure(f"action, batch {batch}", peer, least, "µs", median)
