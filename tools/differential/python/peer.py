"""peer.py NAME: answers cases of the generator NAME. NAME.py beside this file has answer(case); a line of JSON in, a line of JSON out. Numbers that JSON lacks
are the texts "NaN", "Infinity", "-Infinity" and "-0"."""

import importlib
import json
import math
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
ODD = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}


def unpack(value):
    if isinstance(value, str):
        return ODD.get(value, value)
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if isinstance(value, dict):
        return {key: unpack(item) for key, item in value.items()}
    return value


def pack(value):
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if hasattr(value, "tolist"):
        return pack(value.tolist())
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value == 0 and math.copysign(1, value) < 0:
            return "-0"
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return int(value) if abs(value) < 2**53 else str(value)


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print goes to stderr
    say = lambda fact: print(json.dumps(fact), file=out, flush=True)
    try:
        answer = importlib.import_module(sys.argv[1]).answer
    except ModuleNotFoundError as error:
        return say({"missing": error.name})
    say({"ready": True})
    for line in sys.stdin:
        try:
            say({"answer": pack(answer(unpack(json.loads(line))))})
        except Exception as error:  # a peer that refuses a case is an answer too
            say({"error": f"{type(error).__name__}: {error}"[:300]})


main()
