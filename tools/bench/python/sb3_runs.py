"""Peer of the bench "runs": whole training runs of Stable-Baselines3 and sb3-contrib on CartPole-v1, 100 000 steps, one thread, tuned settings of
rl-zoo. Processor seconds: they do not depend on who else uses the machine."""

import sys
import time

import sb3_contrib
import stable_baselines3
import torch
from peer import figure, version
from sb3_contrib import TRPO
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

torch.set_num_threads(1)
SB3 = "Stable-Baselines3"
version(**{SB3: stable_baselines3.__version__, "sb3-contrib": sb3_contrib.__version__, "PyTorch": torch.__version__})


def falling(start):
    return lambda remaining: remaining * start


def ppo(seed):
    settings = dict(n_steps=32, batch_size=256, n_epochs=20, gamma=0.98, gae_lambda=0.8, ent_coef=0.0)
    return PPO("MlpPolicy", make_vec_env("CartPole-v1", 8, seed=seed), learning_rate=falling(1e-3), clip_range=falling(0.2), seed=seed, device="cpu", **settings)


def trpo(seed):
    settings = dict(n_steps=512, batch_size=512, n_critic_updates=20, gamma=0.99, gae_lambda=0.98, cg_damping=1e-3, learning_rate=1e-3)
    return TRPO("MlpPolicy", make_vec_env("CartPole-v1", 2, seed=seed), seed=seed, device="cpu", **settings)


seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
for work, make in (("PPO CartPole-v1, 100k steps", ppo), ("TRPO CartPole-v1, 100k steps", trpo)):
    best = float("inf")
    for seed in seeds:
        model = make(seed)
        start = time.process_time()
        model.learn(100_000)
        best = min(best, time.process_time() - start)
    figure(work, SB3, best, "s")
