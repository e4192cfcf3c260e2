"""The policies' formulas, written from the papers. A case in which the two best arms are within 1e-9 is refused: rounding decides there."""

import math

import numpy as np


def best(scores):
    scores = np.asarray(scores, float)
    order = np.sort(scores)[::-1]
    if len(order) > 1 and 0 < order[0] - order[1] < 1e-9 * max(1, abs(order[0])) or np.sum(scores == order[0]) > 1 and order[0] != scores[0]:
        raise ValueError("equally good up to rounding")
    return int(np.argmax(scores))


def kl(p, q):
    term = lambda a, b: 0 if a == 0 else math.inf if b == 0 else a * math.log(a / b)
    return term(p, q) + term(1 - p, 1 - q)


def kl_bound(mean, budget):
    low, high = mean, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if kl(mean, middle) <= budget else (low, middle)
    return low


class Memory:
    def __init__(self, arms):
        self.arms, self.history = arms, []

    def of(self, arm):
        return [reward for chosen, reward in self.history if chosen == arm]


def estimates(memory, initial=0.0, step=None):
    out = []
    for arm in range(memory.arms):
        value, rewards = initial, memory.of(arm)
        if step is None:
            value = math.fsum(rewards) / len(rewards) if rewards else initial
        for reward in rewards if step is not None else []:
            value += step * (reward - value)
        out.append(value)
    return out


def select(policy, o, memory):
    arms, t = memory.arms, len(memory.history)
    counts = [len(memory.of(arm)) for arm in range(arms)]
    if policy == "epsilonGreedy":
        return best(estimates(memory, o.get("initial", 0), o.get("stepSize")))
    if policy == "exploreThenCommit":
        if t < o["pulls"] * arms:
            return t % arms
        first = Memory(arms)
        first.history = memory.history[: o["pulls"] * arms]
        return best(estimates(first))
    if policy == "discountedUcb":
        weights = [sum(o["discount"] ** (t - 1 - i) for i, (a, _) in enumerate(memory.history) if a == arm) for arm in range(arms)]
        sums = [sum(o["discount"] ** (t - 1 - i) * r for i, (a, r) in enumerate(memory.history) if a == arm) for arm in range(arms)]
        for arm in range(arms):
            if weights[arm] == 0:
                return arm
        spread = math.log(max(1, sum(weights)))
        return best([s / w + 2 * math.sqrt(o.get("xi", 0.6) * spread / w) for s, w in zip(sums, weights)])
    if policy == "slidingWindowUcb":
        recent = Memory(arms)
        recent.history = memory.history[-o["window"] :]
        counts = [len(recent.of(arm)) for arm in range(arms)]
        for arm in range(arms):
            if counts[arm] == 0:
                return arm
        spread = o.get("xi", 0.6) * math.log(min(t + 1, o["window"]))  # the bonus of round t + 1
        return best([m + math.sqrt(spread / n) for m, n in zip(estimates(recent), counts)])
    for arm in range(arms):
        if counts[arm] == 0:
            return arm
    means = estimates(memory)
    if policy == "ucb":
        values = estimates(memory, 0, o.get("stepSize"))
        return best([q + o["c"] * math.sqrt(math.log(t + 1) / n) for q, n in zip(values, counts)])
    if policy == "ucb1":
        return best([m + math.sqrt(2 * math.log(t + 1) / n) for m, n in zip(means, counts)])
    if policy == "ucbTuned":
        variances = [np.var(memory.of(arm)) + math.sqrt(2 * math.log(t + 1) / counts[arm]) for arm in range(arms)]
        return best([m + math.sqrt(math.log(t + 1) / n * min(0.25, v)) for m, n, v in zip(means, counts, variances)])
    if policy == "klUcb":
        log = math.log(t + 1)
        budget = max(0, log + o.get("c", 0) * math.log(max(log, 1e-300)))
        return best([kl_bound(m, budget / n) for m, n in zip(means, counts)])
    raise ValueError(policy)


def linear(case):
    o, arms = case["options"], case["arms"]
    d = o["features"]
    A = [np.eye(d) * o["ridge"] for _ in range(arms)]
    b = [np.zeros(d) for _ in range(arms)]
    chosen = []
    for t, rewards in enumerate(case["rewards"]):
        context = [math.cos(t + 3 * i) for i in range(len(rewards))] + [1, t % 3, -1, 0.5]
        x = np.array([math.floor(v * 1e3 + 0.5) / 1e3 for v in context[:d]])
        arm = best([x @ np.linalg.solve(A[a], b[a]) + o["alpha"] * math.sqrt(x @ np.linalg.solve(A[a], x)) for a in range(arms)])
        chosen.append(arm)
        A[arm] += np.outer(x, x)
        b[arm] += rewards[arm] * x
    return chosen


def answer(case):
    if case["policy"] == "linUcb":
        return linear(case)
    memory = Memory(case["arms"])
    for rewards in case["rewards"]:
        arm = select(case["policy"], case["options"], memory)
        memory.history.append((arm, rewards[arm]))
    return [arm for arm, _ in memory.history]
