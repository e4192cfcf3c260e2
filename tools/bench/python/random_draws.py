"""Draws a second of numpy.random.Generator(PCG64): one Python call per number, and whole arrays."""

import numpy as np

from peer import figure, seconds, version

version(NumPy=np.__version__)
rng = np.random.Generator(np.random.PCG64(1))
COUNT = 10_000
singles = {
    "random()": rng.random,
    "uniform(-3, 7)": lambda: rng.uniform(-3, 7),
    "standardNormal()": rng.standard_normal,
    "exponential()": rng.exponential,
    "integers(0, 10)": lambda: rng.integers(0, 10),
    "integers(0, 2 ** 40)": lambda: rng.integers(0, 2**40),
}
out = np.empty(COUNT)
batches = {
    "fillRandom": lambda: rng.random(out=out),
    "fillStandardNormal": lambda: rng.standard_normal(out=out),
    "fillExponential": lambda: rng.standard_exponential(out=out),
    "fillIntegers(0, 10)": lambda: rng.integers(0, 10, COUNT),
    "permutation(10000)": lambda: rng.permutation(COUNT),
}
for work, call in singles.items():
    figure(work, "NumPy, one by one", 1e-6 / seconds(call), "M/s")
for work, call in batches.items():
    figure(work, "NumPy, arrays", 1e-6 * COUNT / seconds(call), "M/s")
