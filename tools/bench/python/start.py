"""PyTorch's orthogonal starting weights on one thread, in milliseconds: the first in a fresh process, and the fastest of some later ones."""

import json
import subprocess
import sys

from peer import figure, version

PROCESSES = 5
ONCE = """
import json, sys, time, torch
torch.set_num_threads(1)
weight = torch.empty(int(sys.argv[1]), int(sys.argv[1]))
def timed():
    start = time.perf_counter()
    torch.nn.init.orthogonal_(weight)
    return (time.perf_counter() - start) * 1e3
first = timed()
print(json.dumps({"first in a process": first, "later": min(timed() for _ in range(5)), "version": torch.__version__}))
"""

for width in (64, 256, 1024):
    words = [sys.executable, "-c", ONCE, str(width)]
    runs = [json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout) for _ in range(PROCESSES)]
    version(PyTorch=runs[0]["version"])
    for which in ("first in a process", "later"):
        times = sorted(run[which] for run in runs)
        figure(f"orthogonal matrix, {width} × {width}: {which}", "PyTorch", times[0], "ms", times[PROCESSES // 2])
