"""Shared by the peer scripts: print facts as JSON lines, time a call as the minimum of many repetitions."""

import json
import platform
import time


def version(**versions):
    """Name what takes part: version(PyTorch=torch.__version__)."""
    print(json.dumps({"version": {"Python": platform.python_version(), **versions}}), flush=True)


def figure(work, peer, value, unit, median=None):
    more = {} if median is None else {"median": float(median)}
    print(json.dumps({"work": work, "peer": peer, "value": float(value), "unit": unit, **more}), flush=True)


def failed(work, peer, error):
    print(json.dumps({"work": work, "peer": peer, "error": f"{type(error).__name__}: {error}"[:300]}), flush=True)


def seconds(call, repetitions=30, repetition_seconds=0.01, warmup_seconds=0.2):
    """Minimum seconds per call, after a warm-up; as `time` of tools/bench/src/time.ts."""
    n, start = 0, time.perf_counter()
    while n == 0 or time.perf_counter() - start < warmup_seconds:
        call()
        n += 1
    calls = max(1, round(repetition_seconds * n / (time.perf_counter() - start)))
    best = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        best = min(best, (time.perf_counter() - start) / calls)
    return best
