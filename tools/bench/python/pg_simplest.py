"""Peer of the bench "pg-simplest": the same algorithm and settings in PyTorch and Gymnasium, one thread, seeds 0 and 1."""

import time

import gymnasium
import numpy as np
import torch
from peer import figure, version
from torch.distributions import Categorical

torch.set_num_threads(1)
version(PyTorch=torch.__version__, Gymnasium=gymnasium.__version__)


def train(seed):
    torch.manual_seed(seed)
    env = gymnasium.make("CartPole-v0")
    net = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 2))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    env.reset(seed=seed)
    means = []
    for _ in range(50):
        observations, actions, weights, returns, rewards = [], [], [], [], []
        observation, _ = env.reset()
        while True:
            with torch.no_grad():
                action = Categorical(logits=net(torch.as_tensor(observation, dtype=torch.float32))).sample().item()
            observations.append(observation.copy())
            actions.append(action)
            observation, reward, terminated, truncated, _ = env.step(action)
            rewards.append(reward)
            if terminated or truncated:
                returns.append(sum(rewards))
                weights += [returns[-1]] * len(rewards)
                rewards = []
                observation, _ = env.reset()
                if len(observations) >= 5000:
                    break
        log_probabilities = Categorical(logits=net(torch.as_tensor(np.array(observations), dtype=torch.float32))).log_prob(torch.as_tensor(actions))
        loss = -(log_probabilities * torch.as_tensor(weights, dtype=torch.float32)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        means.append(np.mean(returns))
    return np.mean(means[-5:])


levels, seconds, processor = [], [], []
for seed in (0, 1):
    start, processor_start = time.perf_counter(), time.process_time()
    levels.append(train(seed))
    seconds.append(time.perf_counter() - start)
    processor.append(time.process_time() - processor_start)
figure("mean return of the last five epochs", "PyTorch", np.mean(levels), "return")
figure("seconds per run", "PyTorch", min(seconds), "s")
figure("processor seconds per run", "PyTorch", min(processor), "s")
