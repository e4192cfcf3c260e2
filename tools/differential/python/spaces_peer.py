"""Gymnasium's spaces. Arrays in one row, as ours are."""

import numpy as np
from gymnasium import spaces


def build(part):
    kind = part["kind"]
    if kind == "Box":
        dtype, shape = np.dtype(part["dtype"]), tuple(part["shape"])
        low, high = (np.array(part[side], np.float64).reshape(shape) for side in ("low", "high"))
        if dtype.kind == "f":
            low, high = low.astype(dtype), high.astype(dtype)
        return spaces.Box(low, high, shape, dtype.type)
    if kind == "Discrete":
        return spaces.Discrete(part["n"], start=part["start"])
    if kind == "Tuple":
        return spaces.Tuple([build(each) for each in part["parts"]])
    if kind == "Dict":
        return spaces.Dict({key: build(each) for key, each in part["parts"]})
    return getattr(spaces, kind)(part["n"])


def plain(space, value):
    if isinstance(space, spaces.Dict):
        return {key: plain(part, value[key]) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return [plain(part, item) for part, item in zip(space.spaces, value)]
    return value if isinstance(space, spaces.Discrete) else np.asarray(value).ravel()


def answer(case):
    space = build(case["space"])
    space.seed(case["seed"])
    samples = [space.sample() for _ in range(case["samples"])]
    return {
        "samples": [plain(space, sample) for sample in samples],
        "flat": [spaces.flatten(space, sample) for sample in samples],
        "flatSize": spaces.flatdim(space),
    }
