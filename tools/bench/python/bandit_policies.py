"""Makes packages/bandits/test/golden/policies.json: mean regret of the policies that golden/bandit.json does not cover, simulated independently.

Five Bernoulli arms (exp3, softmax and the others alike), vectorised over tasks in NumPy; written from the papers' formulas that each function names.
Run: python tools/bench/python/bandit_policies.py > packages/bandits/test/golden/policies.json
"""

import json
import sys

import numpy as np

MEANS = np.array([0.3, 0.4, 0.55, 0.7, 0.45])
STEPS = 1000
REPORT = [100, 1000]
K = len(MEANS)


def first_max(scores, rng):
    """Index of each row's maximum, ties at random."""
    return np.where(scores == scores.max(axis=1, keepdims=True), rng.random(scores.shape), -1.0).argmax(axis=1)


def pick(p, rng):
    """An index drawn from each row's distribution."""
    return np.minimum((p.cumsum(axis=1) <= rng.random((len(p), 1)) * p.sum(axis=1, keepdims=True)).sum(axis=1), K - 1)


def entropy(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0) + np.where(p < 1, (1 - p) * np.log((1 - p) / (1 - q)), 0)


class Means:
    """Counts and sums of each arm; arms that were not pulled come first, lowest index first."""

    def __init__(self, tasks):
        self.n, self.s, self.q, self.t = np.zeros((tasks, K)), np.zeros((tasks, K)), np.zeros((tasks, K)), 0
        self.rows = np.arange(tasks)

    def select(self, rng):
        if self.t < K:
            return np.full(len(self.rows), self.t)
        return first_max(self.scores(rng), rng)

    def update(self, a, r):
        self.n[self.rows, a] += 1
        self.s[self.rows, a] += r
        self.q[self.rows, a] += r * r
        self.t += 1


class Ucb1(Means):  # Auer, Cesa-Bianchi & Fischer 2002, figure 1
    def scores(self, rng):
        return self.s / self.n + np.sqrt(2 * np.log(self.t + 1) / self.n)


class UcbTuned(Means):  # the same paper, section 4
    def scores(self, rng):
        mean, share = self.s / self.n, np.log(self.t + 1) / self.n
        return mean + np.sqrt(share * np.minimum(0.25, self.q / self.n - mean**2 + np.sqrt(2 * share)))


class KlUcb(Means):  # Garivier & Cappé 2011, algorithm 1 with c = 0, by bisection
    def scores(self, rng):
        p, level = self.s / self.n, np.log(self.t + 1) / self.n
        low, high = p.copy(), np.ones_like(p)
        for _ in range(45):
            q = (low + high) / 2
            inside = entropy(p, q) <= level
            low, high = np.where(inside, q, low), np.where(inside, high, q)
        return low


class Thompson(Means):  # Thompson 1933, uniform prior
    def select(self, rng):
        return rng.beta(1 + self.s, 1 + self.n - self.s).argmax(axis=1)


class GaussianThompson(Means):  # prior N(0, 1), variance 1
    def select(self, rng):
        return rng.normal(self.s / (1 + self.n), 1 / np.sqrt(1 + self.n)).argmax(axis=1)


class GaussianThompsonUnknown(Means):  # Murphy 2007, section 6; kappa, a, b = 1, 1, 1, prior mean 0
    def select(self, rng):
        mean = self.s / np.maximum(self.n, 1)
        kappa = 1 + self.n
        b = 1 + (self.q - self.n * mean**2) / 2 + self.n * mean**2 / (2 * kappa)
        variance = b / rng.gamma(1 + self.n / 2)
        return rng.normal(self.n * mean / kappa, np.sqrt(variance / kappa)).argmax(axis=1)


class Softmax(Means):
    def select(self, rng):
        q = self.s / np.maximum(self.n, 1)
        return pick(np.exp(q / 0.1), rng)


class ExploreThenCommit(Means):
    def select(self, rng):
        if self.t < 20 * K:
            return np.full(len(self.rows), self.t % K)
        if self.t == 20 * K:
            self.choice = first_max(self.s / self.n, rng)
        return self.choice


class Exp3:  # Auer, Cesa-Bianchi, Freund & Schapire 2002, figure 1
    def __init__(self, tasks):
        self.w, self.rows = np.ones((tasks, K)), np.arange(tasks)

    def select(self, rng):
        self.p = 0.8 * self.w / self.w.sum(axis=1, keepdims=True) + 0.2 / K
        return pick(self.p, rng)

    def update(self, a, r):
        self.w[self.rows, a] *= np.exp(0.2 * r / self.p[self.rows, a] / K)
        self.w /= self.w.sum(axis=1, keepdims=True)


class DiscountedUcb(Means):  # Garivier & Moulines 2011; discount 0.99, xi 0.6, rewards up to 1
    def scores(self, rng):
        return self.s / self.n + 2 * np.sqrt(0.6 * np.log(np.maximum(1, self.n.sum(axis=1, keepdims=True))) / self.n)

    def update(self, a, r):
        self.n *= 0.99
        self.s *= 0.99
        super().update(a, r)


class SlidingWindowUcb(Means):  # the same paper; window 200
    def __init__(self, tasks):
        super().__init__(tasks)
        self.past = []

    def select(self, rng):
        with np.errstate(divide="ignore", invalid="ignore"):
            bonus = np.sqrt(0.6 * np.log(min(self.t + 1, 200)) / self.n)
            scores = np.where(self.n == 0, np.inf, self.s / self.n + bonus)
        empty = (self.n == 0).any(axis=1)
        return np.where(empty, (self.n == 0).argmax(axis=1), first_max(scores, rng))

    def update(self, a, r):
        super().update(a, r)
        self.past.append((a, r))
        if len(self.past) > 200:
            a, r = self.past.pop(0)
            self.n[self.rows, a] -= 1
            self.s[self.rows, a] -= r


POLICIES = {
    "ucb1": (Ucb1, 10000),
    "ucb-tuned": (UcbTuned, 10000),
    "kl-ucb": (KlUcb, 4000),
    "thompson": (Thompson, 10000),
    "gaussian-thompson": (GaussianThompson, 10000),
    "gaussian-thompson unknown": (GaussianThompsonUnknown, 10000),
    "softmax": (Softmax, 10000),
    "explore-then-commit": (ExploreThenCommit, 10000),
    "exp3": (Exp3, 10000),
    "discounted-ucb": (DiscountedUcb, 10000),
    "sliding-window-ucb": (SlidingWindowUcb, 10000),
}


def simulate(make, tasks):
    rng = np.random.default_rng(1)
    policy, regret, out = make(tasks), np.zeros(tasks), []
    for step in range(1, STEPS + 1):
        arms = policy.select(rng)
        policy.update(arms, (rng.random(tasks) < MEANS[arms]).astype(float))
        regret += MEANS.max() - MEANS[arms]
        if step in REPORT:
            out.append({"step": step, "mean": regret.mean(), "standardError": regret.std(ddof=1) / tasks**0.5})
    return {"tasks": tasks, "regret": out}


result = {"provenance": f"NumPy {np.__version__}, tools/bench/python/bandit_policies.py", "means": MEANS.tolist(), "policies": {}}
for name, (make, tasks) in POLICIES.items():
    result["policies"][name] = simulate(make, tasks)
    print(name, result["policies"][name], file=sys.stderr)
json.dump(result, sys.stdout, indent=1)
