"""mpmath with 60 digits and more. Arguments whose value lies within 0.01 ulp of the middle between two doubles are refused: there 0.51 ulp allows both."""

import math

import mpmath

mpmath.mp.dps = 60
ODD = {  # IEEE 754's own answers where mpmath has none
    "pow": math.pow,
    "atan2": math.atan2,
    "hypot": math.hypot,
}


def exact(f, x):
    if f == "pow":
        return mpmath.power(mpmath.mpf(x[0]), mpmath.mpf(x[1]))
    if f == "hypot":
        return mpmath.sqrt(mpmath.mpf(x[0]) ** 2 + mpmath.mpf(x[1]) ** 2)
    if f == "log2":
        return mpmath.log(mpmath.mpf(x[0])) / mpmath.log(mpmath.mpf(2))
    return getattr(mpmath, f)(*(mpmath.mpf(v) for v in x))


def ordinary(f, x):
    """C's answer for arguments that are not finite, out of the domain, or give 0, ±∞ or NaN."""
    if f == "pow" and (math.isnan(x[1]) or abs(x[0]) == 1 and math.isinf(x[1])):
        return math.nan  # ECMAScript's, where C has 1
    g = ODD.get(f) or getattr(math, f)
    try:
        return g(*x)
    except ValueError:
        if f in ("log", "log2") and x[0] == 0 or f == "log1p" and x[0] == -1:
            return -math.inf
        if f == "pow" and x[0] == 0:
            odd = x[1] == int(x[1]) and int(x[1]) % 2 == 1 if abs(x[1]) < 2**53 else False
            return math.copysign(math.inf, x[0]) if odd else math.inf
        return math.nan
    except OverflowError:
        if f == "pow":
            odd = x[1] == int(x[1]) and abs(x[1]) < 2**53 and int(x[1]) % 2 == 1
            return -math.inf if x[0] < 0 and odd else math.inf
        return -math.inf if f == "sinh" and x[0] < 0 else math.inf


def answer(case):
    f, x = case["f"], [float(v) for v in case["x"]]
    rough = ordinary(f, x)
    if not all(map(math.isfinite, x)) or not math.isfinite(rough) or rough == 0 or 0 in x:
        return rough
    if any(abs(v) > 2**900 for v in x) and f in ("sin", "cos", "tan"):
        mpmath.mp.dps = 400
    value = exact(f, x)
    if isinstance(value, mpmath.mpc):
        value = value.real
    nearest = float(value)
    mpmath.mp.dps = max(mpmath.mp.dps, 60)
    if nearest == 0 or not math.isfinite(nearest) or abs(nearest) < 2.3e-308:
        raise ValueError("at the ends of the doubles")
    ulp = math.ulp(nearest)
    if abs(abs(value - mpmath.mpf(nearest)) / ulp - mpmath.mpf("0.5")) < mpmath.mpf("0.011"):
        raise ValueError("between two doubles")
    mpmath.mp.dps = 60
    return math.copysign(nearest, rough) if nearest == 0 else nearest
