"""Peer of the bench "bandits": the ten-armed testbed, ε-greedy with sample averages, vectorised over tasks in NumPy."""

import numpy as np

from peer import figure, seconds, version

TASKS, STEPS, ARMS, EPSILON = 2000, 1000, 10, 0.1


def run():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((TASKS, ARMS))
    estimates, counts = np.zeros((TASKS, ARMS)), np.zeros((TASKS, ARMS))
    tasks, mean_reward = np.arange(TASKS), np.zeros(STEPS)
    for step in range(STEPS):
        ties = estimates == estimates.max(axis=1, keepdims=True)
        greedy = np.where(ties, rng.random((TASKS, ARMS)), -1.0).argmax(axis=1)
        explore = rng.random(TASKS) < EPSILON
        arms = np.where(explore, rng.integers(0, ARMS, TASKS), greedy)
        rewards = values[tasks, arms] + rng.standard_normal(TASKS)
        counts[tasks, arms] += 1
        estimates[tasks, arms] += (rewards - estimates[tasks, arms]) / counts[tasks, arms]
        mean_reward[step] = rewards.mean()
    return mean_reward


version(NumPy=np.__version__)
figure("ten-armed testbed, ε-greedy 0.1, 2000 tasks × 1000 steps", "NumPy", 1e3 * seconds(run, repetitions=5), "ms")
