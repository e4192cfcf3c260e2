"""First calls in JAX, one thread: trace, lowering, XLA, one run. Each in a fresh process, after the import, which is timed as well; figures in milliseconds."""

import json
import os
import subprocess
import sys
import time

PROCESSES = 9
PPO, ACTION = "PPO update of 4-64-64 networks", "action program"


def cold(work):
    start = time.perf_counter()
    import jax
    import jax.numpy as jnp

    imported = time.perf_counter() - start
    import numpy as np

    from engine_jax import jax_net, jax_ppo_step, adam_start, pairs

    draw = np.random.default_rng(1).standard_normal
    sizes = [(4, 64), (64,), (64, 64), (64,)]
    p, q = (pairs([draw(s).astype(np.float32) for s in [*sizes, (64, last), (last,)]]) for last in (2, 1))
    if work == PPO:
        x, a = draw((64, 4)).astype(np.float32), np.zeros(64, np.int32)
        rest = [jnp.asarray(v) for v in (x, a, *draw((3, 64)).astype(np.float32))]
        state = ((p, q), adam_start((p, q)))
        step = jax.jit(jax_ppo_step, donate_argnums=0)
        call = lambda: jax.block_until_ready(step(state, *rest))
    else:
        act = jax.jit(lambda p, q, x, k: (jax.random.categorical(k, jax_net(p, x, jnp.tanh)), jax_net(q, x, jnp.tanh)))
        x, key = np.full((1, 4), 0.3, np.float32), jax.random.PRNGKey(0)
        call = lambda: np.asarray(act(p, q, x, key)[0])
    jax.block_until_ready((p, q))
    start = time.perf_counter()
    call()
    print(json.dumps({"first": (time.perf_counter() - start) * 1e3, "import": imported * 1e3, "version": jax.__version__}))


if len(sys.argv) > 1:
    cold(sys.argv[1])
else:
    from peer import figure, version

    def sample(work):
        return json.loads(subprocess.run([sys.executable, __file__, work], check=True, capture_output=True, text=True).stdout)

    runs = [(sample(PPO), sample(ACTION)) for _ in range(PROCESSES)]
    version(JAX=runs[0][0]["version"])

    def least(work, values):
        values = sorted(values)
        figure(work, "JAX jit", values[0], "ms", values[len(values) // 2])

    for i, work in enumerate((PPO, ACTION)):
        least(work, [pair[i]["first"] for pair in runs])
    least("import", [run["import"] for pair in runs for run in pair])
