"""Writes more.json: further seeds and uses of numpy.random.Generator(PCG64(SeedSequence(seed))). Run by hand: python make.py (needs NumPy, on x86-64 Linux with glibc)."""

import hashlib
import json
import pathlib

import numpy as np

seeds = ["1", "7", "65535", "4294967295", "4294967296", "9007199254740993", "340282366920938463463374607431768211456", ["5"], ["0", "0"], ["1", "2", "3", "4", "5", "6"], ["18446744073709551617", "9"], []]
ranges = [(0, 7), (-100, 100), (0, 2**31 + 1), (0, 2**32 - 1), (-(2**31), 2**31), (0, 2**33 + 5), (0, 3 * 2**51), (-(2**53) + 1, 2**53), (0, 2**63 - 1), (-(2**63), 2**63 - 1), (0, 6148914691236517205)]


def make(seed):
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([int(v) for v in seed] if isinstance(seed, list) else int(seed))))


def state(rng):
    s = rng.bit_generator.state
    return {"state": str(s["state"]["state"]), "inc": str(s["state"]["inc"]), "has_uint32": s["has_uint32"], "uinteger": s["uinteger"]}


def digest(values):
    return hashlib.sha256(np.asarray(values, dtype="<f8").tobytes()).hexdigest()


streams = []
for seed in seeds:
    p = make(seed).random(9)
    p[4] = 0
    p /= p.sum()
    rng = make(seed)
    mixed = [*rng.standard_normal(5), *rng.integers(0, 7, 3), *rng.random(33), *rng.standard_normal(90), *rng.integers(0, 100, 21), *rng.exponential(2.0, 40), *rng.normal(1, 0.5, 20), *rng.uniform(-1, 2, 20), rng.random()]
    streams.append({
        "seed": seed,
        "integers": {f"{a},{b}": [str(v) for v in make(seed).integers(a, b, 12)] for a, b in ranges},
        "sha256": {"random": digest(make(seed).random(200_000)), "normal": digest(make(seed).standard_normal(200_000)), "exponential": digest(make(seed).exponential(1.0, 200_000))},
        "mixed": [float(v) for v in mixed],
        "mixed_end": state(rng),
        "permutation_300": make(seed).permutation(300).tolist(),
        "choice": {
            "p": p.tolist(),
            "p_replace": make(seed).choice(9, 20, p=p).tolist(),
            "p_noreplace": make(seed).choice(9, 6, replace=False, p=p).tolist(),
            "noreplace_all_37": make(seed).choice(37, 37, replace=False).tolist(),
            "noreplace_20000_500": digest(make(seed).choice(20000, 500, replace=False)),
            "one_of_7": int(make(seed).choice(7)),
        },
    })
pathlib.Path(__file__).with_name("more.json").write_text(json.dumps({"numpy": np.__version__, "what": "further seeds (make.py); sha256 of 200000 draws as little-endian float64", "streams": streams}, separators=(",", ":")) + "\n")
