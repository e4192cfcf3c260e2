"""SciPy's minimize(method="CG") on the five test functions, from 16 starts each: points evaluated, and time. With --golden FILE it writes the counts
of every run as the file that @rl/optim-cg's tests read."""

import json
import platform
import sys
import time

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, cg

from peer import figure, seconds, version

STARTS = 16


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x):
    out, gap = np.zeros_like(x), x[1:] - x[:-1] ** 2
    out[:-1] = -400 * x[:-1] * gap - 2 * (1 - x[:-1])
    out[1:] += 200 * gap
    return out


def beale(v):
    x, y = v
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def beale_gradient(v):
    x, y = v
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return np.array([2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)), 2 * x * (a + 2 * b * y + 3 * c * y**2)])


def himmelblau(v):
    x, y = v
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def himmelblau_gradient(v):
    x, y = v
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])


def powell(v):
    a, b, c, d = v
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def powell_gradient(v):
    a, b, c, d = v
    p, q, r, s = a + 10 * b, c - d, (b - 2 * c) ** 3, (a - d) ** 3
    return np.array([2 * p + 40 * s, 20 * p + 4 * r, 10 * q - 8 * r, -10 * q - 40 * s])


PROBLEMS = [
    ("Rosenbrock 2", rosenbrock, rosenbrock_gradient, [-1.2, 1.0]),
    ("Rosenbrock 100", rosenbrock, rosenbrock_gradient, [-1.2, 1.0] * 50),
    ("Beale", beale, beale_gradient, [1.0, 1.0]),
    ("Himmelblau", himmelblau, himmelblau_gradient, [0.0, 0.0]),
    ("Powell", powell, powell_gradient, [3.0, -1.0, 0.0, 1.0]),
]


def start_of(start, k):
    return np.array([v if k == 0 else v + 3 * ((37 * k + 11 * i) % 19 - 9) / 90 for i, v in enumerate(start)])


def solve(f, gradient, x0):
    return minimize(f, x0, jac=gradient, method="CG", options={"gtol": 1e-5, "maxiter": 20000})


def golden(path):
    runs = []
    for name, f, gradient, start in PROBLEMS:
        results = [solve(f, gradient, start_of(start, k)) for k in range(STARTS)]
        runs.append({
            "problem": name,
            "evaluations": [int(r.nfev) for r in results],
            "gradients": [int(r.njev) for r in results],
            "iterations": [int(r.nit) for r in results],
            "success": [bool(r.success) for r in results],
            "value": [float(r.fun) for r in results],
        })
    provenance = f"SciPy {scipy.__version__}, NumPy {np.__version__}, Python {platform.python_version()}: minimize(method='CG', jac=…, gtol=1e-5); python tools/bench/python/cg.py --golden FILE"
    with open(path, "w") as file:
        json.dump({"provenance": provenance, "runs": runs}, file, indent=1)
        file.write("\n")


def bench():
    version(SciPy=scipy.__version__, NumPy=np.__version__)
    for name, f, gradient, start in PROBLEMS:
        results = [solve(f, gradient, start_of(start, k)) for k in range(STARTS)]
        figure(f"{name}: points evaluated, customary start", "SciPy CG", results[0].nfev, "")
        figure(f"{name}: points evaluated, mean of {STARTS} starts", "SciPy CG", np.mean([r.nfev for r in results]), "")
        x0 = start_of(start, 0)
        figure(f"{name}: time", "SciPy CG", 1e3 * seconds(lambda: solve(f, gradient, x0), repetitions=10), "ms")
    # The seven-point Laplacian of a 100 × 100 × 100 grid, matrix-free.
    m = 100

    def laplacian(v):
        u = v.reshape(m, m, m)
        out = 6 * u
        out[1:] -= u[:-1]
        out[:-1] -= u[1:]
        out[:, 1:] -= u[:, :-1]
        out[:, :-1] -= u[:, 1:]
        out[:, :, 1:] -= u[:, :, :-1]
        out[:, :, :-1] -= u[:, :, 1:]
        return out.ravel()

    b, moments = np.ones(m**3), []
    operator = LinearOperator((m**3, m**3), matvec=laplacian)
    run = lambda: cg(operator, b, rtol=1e-6, maxiter=1000, callback=lambda _: moments.append(time.perf_counter()))
    run()
    iterations = len(moments)
    figure("Poisson, n = 1 000 000: iterations to 1e-6", "SciPy CG", iterations, "")
    fastest = np.diff(moments).min()
    moments.clear()
    run()
    figure("Poisson, n = 1 000 000: fastest iteration", "SciPy CG", 1e3 * min(fastest, np.diff(moments).min()), "ms")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--golden":
        golden(sys.argv[2])
    else:
        bench()
