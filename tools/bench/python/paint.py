"""Frames a second of Gymnasium's pictures (pygame, rgb_array) of the classic environments, one state each."""

import os

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"

import gymnasium
import numpy as np
import pygame

from peer import figure, seconds, version

version(Gymnasium=gymnasium.__version__, pygame=pygame.version.ver)
for id, state in [
    ("CartPole-v1", [0.5, 0.0, 0.1, 0.0]),
    ("MountainCar-v0", [-0.5, 0.0]),
    ("MountainCarContinuous-v0", [-0.5, 0.0]),
    ("Pendulum-v1", [1.0, 0.0]),
    ("Acrobot-v1", [1.0, 0.5, 0.0, 0.0]),
]:
    env = gymnasium.make(id, render_mode="rgb_array")
    env.reset(seed=0)
    env.unwrapped.state = np.array(state)
    if id == "Pendulum-v1":
        env.unwrapped.last_u = 1.5
    h, w, _ = env.render().shape
    figure(f"{id}: RGB picture, {w} × {h}", "Gymnasium, pygame", 1 / seconds(env.render, repetitions=20, repetition_seconds=0.02), "frames/s")
