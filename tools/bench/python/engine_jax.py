"""The engine's rows in JAX (jit, one of them as a scan): inputs of ours → results after one call, the call, how to wait for it."""

from functools import partial

import jax
import jax.numpy as jnp

block = jax.block_until_ready


def pairs(leaves):
    return [(jnp.asarray(leaves[i]), jnp.asarray(leaves[i + 1])) for i in range(0, len(leaves), 2)]


def jax_net(p, x, bend):
    for w, b in p[:-1]:
        x = bend(x @ w + b)
    return x @ p[-1][0] + p[-1][1]


def zeros_like(p):
    return jax.tree.map(jnp.zeros_like, p)


def jax_adam(g, state, p, rate):
    m, v, t = state
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    s1, s2 = rate / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
    return jax.tree.map(lambda p, m, v: p - s1 * m / (jnp.sqrt(v) * s2 + 1e-8), p, m, v), (m, v, t)


def jax_clip(g, limit):
    norm = jnp.sqrt(sum((x * x).sum() for x in jax.tree.leaves(g)))
    return jax.tree.map(lambda x: x * jnp.minimum(1, limit / (norm + 1e-6)), g)


def moved(leaves):
    """Of Adam's state: parameters and first moments."""
    return leaves[: 2 * (len(leaves) // 3)]


def adam_start(p):
    return zeros_like(p), zeros_like(p), jnp.float32(0)


def jax_state_row(step, state, *rest, part=lambda leaves: leaves):
    """step(state, *rest) → state, jitted with the state donated; one call first, of whose state a part is compared."""
    one = jax.jit(step)(state, *rest)
    fast = jax.jit(step, donate_argnums=0)
    held = [jax.tree.map(jnp.array, state)]

    def call():
        held[0] = fast(held[0], *rest)
        return held[0]

    return part(jax.tree.leaves(one)), call, block


def jax_ppo_step(state, x, a, adv, ret, old):
    def loss(p):
        logs = jax.nn.log_softmax(jax_net(p[0], x, jnp.tanh))
        ratio = jnp.exp(jnp.take_along_axis(logs, a[:, None], 1)[:, 0] - old)
        surrogate = -jnp.minimum(ratio * adv, jnp.clip(ratio, 0.8, 1.2) * adv).mean()
        error = jax_net(p[1], x, jnp.tanh)[:, 0] - ret
        return surrogate + 0.5 * (error * error).mean() + 0.01 * (jnp.exp(logs) * logs).sum(-1).mean()

    p, s = state
    return jax_adam(jax_clip(jax.grad(loss)(p), 0.5), s, p, 3e-4)


def jax_ppo(inputs, updates=1):
    p = (pairs(inputs[:6]), pairs(inputs[6:12]))
    rest = [jnp.asarray(v) for v in inputs[-5:]]
    if updates == 1:
        return jax_state_row(jax_ppo_step, (p, adam_start(p)), *rest, part=moved)

    def many(state, *rest):
        return jax.lax.scan(lambda c, _: (jax_ppo_step(c, *rest), None), state, None, updates)[0]

    return jax_state_row(many, (p, adam_start(p)), *rest, part=moved)


def huber(d):
    return jnp.where(jnp.abs(d) < 1, 0.5 * d * d, jnp.abs(d) - 0.5)


def jax_dqn(inputs):
    p, target = pairs(inputs[:6]), pairs(inputs[20:26])
    rest = [jnp.asarray(v) for v in inputs[-5:]]

    def step(state, target, s, s2, a, r, d):
        goal = r + 0.99 * (1 - d) * jax_net(target, s2, jax.nn.relu).max(1)
        g = jax.grad(lambda p: huber(jnp.take_along_axis(jax_net(p, s, jax.nn.relu), a[:, None], 1)[:, 0] - goal).mean())(state[0])
        return jax_adam(jax_clip(g, 10), state[1], state[0], 1e-3)

    return jax_state_row(step, (p, adam_start(p)), target, *rest, part=moved)


def jax_ddpg(inputs):
    nets = [pairs(inputs[6 * i : 6 * i + 6]) for i in range(4)]
    rest = [jnp.asarray(v) for v in inputs[-5:]]
    relu = jax.nn.relu

    def act(p, x):
        return jnp.tanh(jax_net(p, x, relu))

    def value(p, x, a):
        return jax_net(p, jnp.concatenate([x, a], 1), relu)

    def step(state, s, s2, a, r, d):
        (actor, critic, actor_target, critic_target), actor_state, critic_state = state
        goal = r + 0.98 * (1 - d) * value(critic_target, s2, act(actor_target, s2))
        critic, critic_state = jax_adam(jax.grad(lambda p: ((value(p, s, a) - goal) ** 2).mean())(critic), critic_state, critic, 1e-3)
        actor, actor_state = jax_adam(jax.grad(lambda p: -value(critic, s, act(p, s)).mean())(actor), actor_state, actor, 1e-3)
        follow = partial(jax.tree.map, lambda t, p: 0.995 * t + 0.005 * p)
        return (actor, critic, follow(actor_target, actor), follow(critic_target, critic)), actor_state, critic_state

    start = (tuple(nets), adam_start(nets[0]), adam_start(nets[1]))
    return jax_state_row(step, start, *rest, part=lambda leaves: leaves[:30] + leaves[37:43])


def jax_fisher(inputs):
    p, v, x = pairs(inputs[:6]), pairs(inputs[6:12]), jnp.asarray(inputs[12])

    def divergence(p, fixed):
        logs, now = jax.nn.log_softmax(jax_net(p, x, jnp.tanh)), jax.nn.log_softmax(jax_net(fixed, x, jnp.tanh))
        return (jnp.exp(now) * (now - logs)).sum(-1).mean()

    product = jax.jit(lambda p, v: jax.jvp(lambda q: jax.grad(divergence)(q, p), (p,), (v,))[1])
    return jax.tree.leaves(product(p, v)), lambda: product(p, v), block


def jax_lenet(inputs):
    p = [jnp.asarray(v) for v in inputs[:10]]
    images, labels = jnp.asarray(inputs[10]), jnp.asarray(inputs[11])

    def pool(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def conv(x, w, b, pad):
        return jax.lax.conv_general_dilated(x, w, (1, 1), [(pad, pad)] * 2) + b[:, None, None]

    def loss(p):
        h = pool(jax.nn.relu(conv(images, p[0], p[1], 2)))
        h = pool(jax.nn.relu(conv(h, p[2], p[3], 0)))
        logs = jax.nn.log_softmax(jax_net([(p[4], p[5]), (p[6], p[7]), (p[8], p[9])], h.reshape(h.shape[0], -1), jax.nn.relu))
        return -jnp.take_along_axis(logs, labels[:, None], 1).mean()

    step = lambda state: ([q - 0.01 * g for q, g in zip(state[0], jax.grad(loss)(state[0]))],)
    return jax_state_row(step, (p,))


def jax_pixels(inputs):
    q, square, target = ([jnp.asarray(v) for v in inputs[14 * i : 14 * i + 14]] for i in range(3))
    rest = [jnp.asarray(v) for v in inputs[-4:]]

    def column(v):
        return v[:, None, None]

    def net(p, x, training):
        for i in (0, 4, 8):
            w, b, scale, shift = p[i : i + 4]
            x = jax.lax.conv_general_dilated(x, w, (2, 2), "VALID") + column(b)
            mean = x.mean((0, 2, 3), keepdims=True) if training else 0
            variance = ((x - mean) ** 2).mean((0, 2, 3), keepdims=True) if training else 1
            x = jax.nn.relu((x - mean) / jnp.sqrt(variance + 1e-5) * column(scale) + column(shift))
        return jax_net([(p[12], p[13])], x.reshape(x.shape[0], -1), jax.nn.relu)

    def step(state, target, s, s2, a, r):
        p, square = state
        goal = r + 0.999 * net(target, s2, False).max(1)
        g = jax.grad(lambda p: huber(jnp.take_along_axis(net(p, s, True), a[:, None], 1)[:, 0] - goal).mean())(p)
        g = [jnp.clip(x, -1, 1) for x in g]
        square = [0.99 * v + 0.01 * x * x for v, x in zip(square, g)]
        return [q - 0.01 * x / (jnp.sqrt(v) + 1e-8) for q, x, v in zip(p, g, square)], square

    return jax_state_row(step, (q, square), target, *rest)


def jax_product(inputs):
    a, b = map(jnp.asarray, inputs)
    f = jax.jit(jnp.matmul)
    return [f(a, b)], lambda: f(a, b), block


JAX = {
    "PPO 4": jax_ppo,
    "PPO 17": jax_ppo,
    "DQN": jax_dqn,
    "DDPG": jax_ddpg,
    "Fisher": jax_fisher,
    "pixel": jax_pixels,
    "LeNet": jax_lenet,
    "product": jax_product,
}
