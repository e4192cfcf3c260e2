"""SciPy: Cholesky for the linear systems, Newton with an exact Hessian for the convex functions."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize


def answer(case):
    m, b = np.array(case["m"], float), np.array(case["b"], float)
    a = m.T @ m + case["ridge"] * np.eye(len(b))
    if case["kind"] != "smooth":
        return {"x": cho_solve(cho_factor(a), b), "converged": True}
    f = lambda x: x @ a @ x / 2 - b @ x + np.sum(x**4) / 4
    gradient = lambda x: a @ x - b + x**3
    hessian = lambda x: a + np.diag(3 * x**2)
    x = minimize(f, np.zeros(len(b)), jac=gradient, hess=hessian, method="trust-exact").x
    for _ in range(5):  # to the last digit
        x = x - np.linalg.solve(hessian(x), gradient(x))
    return {"x": x, "converged": True}
