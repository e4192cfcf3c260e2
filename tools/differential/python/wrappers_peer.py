"""Gymnasium's environments and wrappers."""

import warnings

import gymnasium as gym
import numpy as np
from gymnasium import wrappers as w

warnings.filterwarnings("ignore")
gym.logger.min_level = gym.logger.ERROR


def wrap(env, layer):
    name, *args = layer
    if name == "TransformReward":
        return w.TransformReward(env, lambda reward: reward * args[0] + args[1])
    if name == "NormalizeReward":
        return w.NormalizeReward(env, gamma=args[0])
    if name == "FrameStackObservation":
        return w.FrameStackObservation(env, args[0], padding_type=args[1])
    if name == "TimeAwareObservation":
        return w.TimeAwareObservation(env, flatten=True, normalize_time=args[0])
    if name == "RescaleAction":
        return w.RescaleAction(env, np.float32(args[0]), np.float32(args[1]))
    return getattr(w, name)(env, *args)


def answer(case):
    env = gym.make(case["id"])
    for layer in case["layers"]:
        env = wrap(env, layer)
    flat = lambda observation: np.asarray(observation).ravel()
    rows = [flat(env.reset(seed=case["seed"])[0])]
    for action in case["actions"]:
        continuous = isinstance(env.action_space, gym.spaces.Box)
        observation, reward, terminated, truncated, _ = env.step(np.array([action], np.float32) if continuous else action)
        rows += [flat(observation), [float(reward)], bool(terminated), bool(truncated)]
        if terminated or truncated:
            rows.append(flat(env.reset()[0]))
    return rows
