"""Peers of the bench "envs": random-action stepping on one core in Gymnasium (single, vectorised), EnvPool (one thread) and gymnax (JAX, compiled)."""

import os
import sys
import warnings
from importlib import metadata

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
warnings.filterwarnings("ignore")

import numpy as np

from peer import failed, figure, seconds, version

ROWS = 64
IDS = sys.argv[1:] or ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"]


def report(work, peer, steps_per_call, call, **how):
    try:
        figure(work, peer, 1e-6 * steps_per_call / seconds(call(), **how), "M/s")
    except Exception as error:  # a peer that lacks the environment must not stop the others
        failed(work, peer, error)


def cycle(items):
    while True:
        yield from items


def gymnasium_single(id):
    import gymnasium

    env = gymnasium.make(id)
    env.reset(seed=0)
    env.action_space.seed(0)
    actions = cycle([env.action_space.sample() for _ in range(1000)])

    def step():
        _, _, terminated, truncated, _ = env.step(next(actions))
        if terminated or truncated:
            env.reset()

    return step


def gymnasium_vector(id, mode):
    import gymnasium

    vec = gymnasium.make_vec(id, num_envs=ROWS, vectorization_mode=mode)
    vec.reset(seed=0)
    actions = cycle([vec.action_space.sample() for _ in range(100)])
    return lambda: vec.step(next(actions))


def envpool_vector(id):
    import envpool

    vec = envpool.make_gymnasium(id, num_envs=ROWS, num_threads=1)
    vec.reset()
    actions = cycle([np.array([vec.action_space.sample() for _ in range(ROWS)]) for _ in range(50)])
    return lambda: vec.step(next(actions))


def gymnax_vector(id, steps, drawn_inside):
    import gymnax
    import jax

    env, params = gymnax.make(id)
    space = env.action_space(params)

    def body(carry, inputs):
        state, key = carry
        key, action_key, step_key = jax.random.split(key, 3)
        actions = jax.vmap(space.sample)(jax.random.split(action_key, ROWS)) if drawn_inside else inputs
        observations, state, rewards, *_ = jax.vmap(env.step, (0, 0, 0, None))(jax.random.split(step_key, ROWS), state, actions, params)
        return (state, key), rewards.sum() + observations.sum()  # observations too, or the compiler drops the physics

    @jax.jit
    def run(key, given):
        _, state = jax.vmap(env.reset, (0, None))(jax.random.split(key, ROWS), params)
        return jax.lax.scan(body, (state, key), given, steps)[1].sum()

    key = jax.random.PRNGKey(0)
    given = None if drawn_inside else jax.vmap(lambda k: jax.vmap(space.sample)(jax.random.split(k, ROWS)))(jax.random.split(key, steps))
    return lambda: run(key, given).block_until_ready()


def main():
    version(**{name: metadata.version(name.lower()) for name in ("Gymnasium", "EnvPool", "gymnax", "JAX", "NumPy")})
    for id in IDS:
        report(f"{id}, single, default stack", "Gymnasium", 1, lambda: gymnasium_single(id))
        vector = f"{id}, vector of {ROWS}"
        report(vector, "Gymnasium sync", ROWS, lambda: gymnasium_vector(id, "sync"))
        if id == "CartPole-v1":
            report(vector, "Gymnasium vectorised", ROWS, lambda: gymnasium_vector(id, "vector_entry_point"))
        report(vector, "EnvPool, 1 thread", ROWS, lambda: envpool_vector(id))
        for peer, inside in (("gymnax", True), ("gymnax, given actions", False)):
            report(vector, peer, ROWS * 1000, lambda: gymnax_vector(id, 1000, inside), repetitions=10, repetition_seconds=0.2)


main()
