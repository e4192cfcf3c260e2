"""Writes hard.json: correctly rounded values at arguments that are hard for a reason, by mpmath. Run by hand: python make.py (needs mpmath)."""

import json
import math
import pathlib
import random
import struct

import mpmath as mp

random.seed(20)
to_hex = lambda x: struct.pack(">d", x).hex()
from_hex = lambda h: struct.unpack(">d", bytes.fromhex(h))[0]
step = lambda x, n: from_hex("%016x" % (int(to_hex(x), 16) + n))  # n representable numbers away from 0


def correctly_rounded(z):
    """mpmath's float() rounds twice where the result is subnormal."""
    if z == 0 or not mp.isfinite(z):
        return float(z)
    exponent = max(mp.frexp(abs(z))[1] - 53, -1074)
    n = int(mp.nint(mp.ldexp(abs(z), -exponent)))
    value = math.inf if n * 2 ** max(exponent, 0) >= 2**1024 else math.ldexp(n, exponent)
    return math.copysign(value, z)


def both(values):
    return [s * v for v in values for s in (1, -1)]


mp.mp.prec = 2400
half_pi = mp.pi / 2
multiples = [1, 2, 3, 4, 5, 7, 64, 355, 710, 15915, 15916, 103993, 10**6, 10**9, 10**15, 10**18]
near = [step(float(k * half_pi), n) for k in multiples for n in (-1, 0, 1)]
powers = [2.0**k for k in list(range(-30, 60, 3)) + list(range(60, 1024, 37)) + [1023]]
trig = near + powers + [6381956970095103 * 2.0**797, 5.319372648326541e255, 1e22, 1e300, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308]
trig += [step(float((k + mp.mpf(1) / 2) * mp.pi / 128), n) for k in (0, 1, 31, 32, 63, 64, 1000) for n in (-1, 0, 1)]
trig += [step(25000.0, n) for n in (-2, -1, 0, 1)] + [step(v, n) for v in (2.0**-26, 2.0**-27) for n in (-1, 0, 1)]
small = [2.0**-k for k in (20, 26, 27, 28, 29, 30, 40, 53, 54, 55, 100, 1022, 1040, 1074)]
exps = small + [0.0027, step(0.0027, 1), 0.5, 1.0, 38.0, 60.0, step(60.0, 1), 700.0]
near_one = [v for k in (9, 10, 13, 20, 27, 40, 52) for v in (1 + 2.0**-k, 1 - 2.0**-k, 1 + 1.37 * 2.0**-k, 1 - 1.37 * 2.0**-k)]
logs = near_one + [2.0**k for k in range(-1074, 1024, 61)] + [5e-324, 1.5e-323, 2.2250738585072009e-308, 2.2250738585072014e-308, 1.7976931348623157e308]
logs += [from_hex("%08x00000000" % (0x3FE6A09E + 4096 * i)) for i in range(0, 256, 17)] + [math.sqrt(0.5), math.sqrt(2), 0.1, 10.0, 1e100]
unit = small + [0.5, step(0.5, 1), step(0.5, -1), 0.25, 0.75, 0.9, 0.99] + [1 - 2.0**-k for k in (5, 10, 20, 30, 40, 50, 53)] + [j / 256 for j in range(1, 256, 10)]

arguments = {
    "sin": both(trig),
    "cos": both(trig),
    "tan": both(trig),
    "exp": both(exps) + [709.782712893384, 709.7827128933841, -708.39, -708.4, -740.0, -745.0, -745.13, -745.1332191019411, -745.14] + [-708 - 37 * random.random() for _ in range(60)],
    "expm1": both(exps) + [709.782712893384, -37.0, -37.43, -37.5, -40.0] + both([1 / 256, 1 / 128, 1 / 64, 0.005]),
    "log": logs,
    "log2": logs,
    "log1p": both([v for v in unit if v < 1]) + [0.0018, step(0.0018, 1), -0.0018, 1.0, 3.0, 1e10, 2.0**53, 2.0**54, 1e300, step(1.0, 1)] + [v - 1 for v in near_one],
    "tanh": both(exps[:-4] + [0.00135, 2.0, 10.0, 18.9, 19.1, 21.99, 22.0, 30.0]),
    "sinh": both(exps + [710.0, 710.4758600739439, 709.79]),
    "cosh": exps + [710.0, 710.4758600739439, 709.79, 100.5 * 0.6931471805599453, 70.0],
    "atan": both(unit + [1.0, step(1.0, 1), 1.5, 2.0, 100.0, 1e8, 2.0**53, 2.0**60, 1e300]),
    "asin": both(unit + [1.0]),
    "acos": both(unit + [1.0]),
}
f = {n: getattr(mp, n) for n in "sin cos tan exp expm1 log log1p tanh sinh cosh atan asin acos".split()}
f["log2"] = lambda x: mp.log(x) / mp.log(2)

bases = [3.0, 5.0, 7.0, 9.0, 10.0, 0.1, 1.5, 2.0, 0.5, 1e-5, 1e100, math.pi]
pairs = [(b, float(n)) for b in bases for n in (-3, -2, -1, 1, 2, 3, 4, 5, 10, 22, 33)] + [(-b, float(n)) for b in bases for n in (-3, 2, 3, 11)]
pairs += [(b, y) for b in bases for y in (0.5, -0.5, 1 / 3, 1e-3, 1e-17, -1e-300)]
for k in (20, 30, 40, 50, 52):  # bases near 1 with exponents that bring the result near the ends of the range
    for b in (1 + 2.0**-k, 1 - 2.0**-k, 1 + 1.7 * 2.0**-k):
        pairs += [(b, t / math.log1p(b - 1)) for t in (-745, -720, -700, -1, 0.5, 3, 88, 400, 700, 709)]
pairs += [(5e-324, y) for y in (0.5, -0.5, 0.9, 1.0, 2.0, -0.95)] + [(2.0, y) for y in (-1074.0, -1073.5, -1022.5, -1075.0, 1023.5, 1024.0, 1023.9999999999999)]
pairs += [(134217727.0, 2.0), (134217729.0, 2.0), (2.0**27 - 1, -2.0), (94906267.0, 2.0), (1e154, 2.0), (1e-160, 2.0)]
tiny = [5e-324, 1e-310, 2.3e-308, 1e-200, 1e-30]
atan2s = [(s * y, t * x) for y in (1.0, 3.0, 1e-9, 1e300, 5e-324, 1e-310) for x in (1.0, 2.5, 1e-9, 1e300, 1e-310, 1e200) for s in (1, -1) for t in (1, -1)]
hypots = [(3.0, 4.0), (5e-324, 5e-324), (1e-310, 2e-310), (1.5e-308, 1.9e-308), (1e308, 1e308), (1.2e308, 1.3e308), (1.27e308, 1.27e308), (1e-200, 1e-190), (1.0, 2.0**-27), (1.0, 2.0**-26)]
hypots += [(a, b) for a in tiny + [1.0, 1e100] for b in tiny + [0.7, 1e99]] + [(random.random(), random.random()) for _ in range(40)]
two = {"pow": (pairs, lambda x, y: mp.power(x, int(y)) if y == int(y) and abs(y) < 2000 else mp.exp(y * mp.log(x))), "atan2": (atan2s, mp.atan2), "hypot": (hypots, mp.hypot)}

cases = {}
for name, values in arguments.items():
    mp.mp.prec = 2400 if name in ("sin", "cos", "tan") else 1300
    values = list(dict.fromkeys(values))
    cases[name] = [[to_hex(x), to_hex(correctly_rounded(f[name](mp.mpf(x))))] for x in values]
for name, (values, function) in two.items():
    mp.mp.prec = 2400
    cases[name] = [[to_hex(a), to_hex(b), to_hex(correctly_rounded(function(mp.mpf(a), mp.mpf(b))))] for a, b in dict.fromkeys(values)]

what = "arguments hard for a reason (make.py), results correctly rounded; float64 big-endian hexadecimal"
lines = ",\n".join(f'"{name}": {json.dumps(rows, separators=(",", ":"))}' for name, rows in cases.items())
pathlib.Path(__file__).with_name("hard.json").write_text(f'{{"mpmath": "{mp.__version__}", "what": "{what}", "cases": {{\n{lines}\n}}}}\n')
