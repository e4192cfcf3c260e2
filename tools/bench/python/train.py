"""What looking after a run costs in Stable-Baselines3; the same works as tools/bench/src/benches/train.ts."""

import os
import tempfile

import gymnasium
import stable_baselines3
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv

from peer import figure, seconds, version

SB3 = "Stable-Baselines3"
version(**{SB3: stable_baselines3.__version__})

with tempfile.TemporaryDirectory() as folder:
    model = PPO("MlpPolicy", "CartPole-v1", n_steps=1024, seed=0, device="cpu")
    model.learn(1024)
    path = os.path.join(folder, "model.zip")
    figure("save that checkpoint", SB3, 1e3 * seconds(lambda: model.save(path), 10), "ms")
    figure("load and check it", SB3, 1e3 * seconds(lambda: PPO.load(path, device="cpu"), 10), "ms")

    logger = configure(folder, ["json", "csv", "tensorboard"])

    def log():
        for i in range(14):
            logger.record(f"train/metric_{i}", 1 / (i + 3))
        logger.dump(1024)

    figure("log 14 metrics as JSON, CSV and TensorBoard", SB3, 1e6 * seconds(log, 10), "µs")

    env = DummyVecEnv([lambda: gymnasium.make("CartPole-v1")] * 100)
    steps = 0

    def play():
        global steps
        steps = sum(evaluate_policy(model, env, n_eval_episodes=100, warn=False, return_episode_rewards=True)[1])

    best = seconds(play, 5)
    figure("evaluate 100 episodes of CartPole-v1, per environment step", SB3, 1e6 * best / steps, "µs")
