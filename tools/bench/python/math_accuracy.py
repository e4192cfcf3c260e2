"""Judge of the bench "math-accuracy": reads arguments and results, prints the errors of both in units of the last place of the exact value."""

import math
import pathlib
import sys

import mpmath as mp
import numpy as np

from peer import figure, version

version(mpmath=mp.__version__)
two = {"pow": lambda x, y: mp.exp(y * mp.log(x)), "atan2": mp.atan2, "hypot": mp.hypot}
special = {"log2": lambda x: mp.log(x) / mp.log(2), **two}


def error(exact, result):
    if not math.isfinite(result) or abs(exact) >= mp.mpf(2) ** 1024 - mp.mpf(2) ** 970:
        return 0.0 if result == math.copysign(math.inf, exact) and abs(exact) >= mp.mpf(2) ** 1024 - mp.mpf(2) ** 970 else math.inf
    if exact == 0:
        return 0.0 if result == 0 else math.inf
    return abs(exact - mp.mpf(result)) / mp.mpf(2) ** max(mp.frexp(abs(exact))[1] - 53, -1074)


for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    name = path.name
    rows = np.fromfile(path, "<f8").reshape(-1, 4 if name in two else 3)
    worst = {"ours": mp.mpf(0), "Math": mp.mpf(0)}
    wrong = {"ours": 0, "Math": 0}
    for row in rows:
        *args, ours, theirs = map(float, row)
        mp.mp.prec = 1300 if name in ("sin", "cos", "tan") and abs(args[0]) > 1e6 else 260
        exact = special.get(name, getattr(mp, name, None))(*map(mp.mpf, args))
        for who, result in (("ours", ours), ("Math", theirs)):
            e = error(exact, result)
            worst[who] = max(worst[who], e)
            wrong[who] += e > mp.mpf(1) / 2
    for who in worst:
        figure(f"{name}: largest error", who, float(worst[who]), "ulp")
        figure(f"{name}: correctly rounded", who, 100 - 100 * wrong[who] / len(rows), "%")
