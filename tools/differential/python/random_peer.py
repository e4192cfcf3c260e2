"""numpy.random.Generator(PCG64)."""

import numpy as np


def answer(case):
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(case["seed"])))
    return [call(rng, item["f"], item["args"]) for item in case["calls"]]


def call(rng, f, args):
    if f == "choice":
        n, size, replace = args
        return rng.choice(n, size=size, replace=replace)
    if f == "weighted":
        weights, size, replace = args
        return rng.choice(len(weights), size=size, replace=replace, p=[w / sum(weights) for w in weights])
    if f == "fill":
        return rng.standard_normal(args[0])
    if f == "spawn":
        return [child.random() for child in rng.spawn(args[0])]
    return getattr(rng, {"standardNormal": "standard_normal"}.get(f, f))(*args)
