"""The engine's rows in PyTorch (eager) and JAX (jit), one thread. engine.py FILE: FILE holds, per row, arguments and result of one call of ours;
each peer first makes the same call and its result must agree, then it is timed. Figures in microseconds per update, products in GFLOP/s."""

import base64
import json
import os
import sys
import time
from functools import partial

os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from peer import failed, figure, version

torch.set_num_threads(1)
version(PyTorch=torch.__version__, JAX=jax.__version__)
with open(sys.argv[1]) as file:
    EXAMPLES = json.load(file)
DTYPES = {"float32": np.float32, "int32": np.int32}


def arrays(packed):
    return [np.frombuffer(base64.b64decode(p["data"]), DTYPES[p["dtype"]]).reshape(p["shape"]).copy() for p in packed]


def clock(call, wait=lambda r: r, budget=1.5):
    for _ in range(3):
        wait(call())
    start = time.perf_counter()
    wait(call())
    n = max(1, int(0.01 / max(time.perf_counter() - start, 1e-7)))
    best, end = float("inf"), time.perf_counter() + budget
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(n):
            r = call()
        wait(r)
        best = min(best, (time.perf_counter() - start) / n)
    return best * 1e6


block = jax.block_until_ready


def compare(work, peer, ours, theirs):
    """Mean distance of each array from ours, relative to its mean size."""
    gaps = [float(np.abs(a - np.asarray(b)).sum() / (np.abs(a).sum() + 1e-12)) for a, b in zip(ours, theirs, strict=True)]
    print(f"check {work} {peer}: relative distance {max(gaps):.1e}", file=sys.stderr)
    if not max(gaps) < 2e-4:
        raise ValueError(f"result {int(np.argmax(gaps))} differs by {max(gaps):.1e} of its size")


def comparable(results):
    """Of the pixel row's 14 parameters and 14 squares: a bias in front of batch normalisation has no gradient but rounding noise."""
    return [x for i, x in enumerate(results) if i % 14 not in (1, 5, 9)]


def row(work, peer, make, updates=1):
    """make(inputs) → results after one call, the call, how to wait for it. Nothing is timed before the results agree."""
    try:
        inputs, outputs = arrays(EXAMPLES[work]["inputs"]), arrays(EXAMPLES[work]["outputs"])
        first, call, wait = make(inputs)
        compare(work, peer, outputs, first)
        figure(work, peer, clock(call, wait) / updates, "µs")
    except Exception as error:
        failed(work, peer, error)


# ---- PyTorch

def torch_net(leaves, bend):
    """Our weights are [in, out]."""
    layers = []
    for i in range(0, len(leaves), 2):
        w, b = leaves[i], leaves[i + 1]
        linear = nn.Linear(*w.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T.copy()))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, bend()]
    return nn.Sequential(*layers[:-1])


def torch_arrays(tensors):
    return [p.detach().numpy().T if p.dim() == 2 else p.detach().numpy() for p in tensors]


def torch_leaves(*nets):
    return torch_arrays(p for net in nets for p in net.parameters())


def torch_kept(optimizer, key):
    """What the optimiser keeps of the gradients."""
    return torch_arrays(optimizer.state[p][key] for group in optimizer.param_groups for p in group["params"])


def torch_row(step, read):
    step()
    return [np.array(x) for x in read()], step, lambda r: r


def torch_ppo(inputs):
    policy, value = torch_net(inputs[:6], nn.Tanh), torch_net(inputs[6:12], nn.Tanh)
    x, a, adv, ret, old = map(torch.from_numpy, inputs[-5:])
    a = a.long()[:, None]
    params = [*policy.parameters(), *value.parameters()]
    optimizer = torch.optim.Adam(params, 3e-4)

    def step():
        logs = F.log_softmax(policy(x), -1)
        ratio = (logs.gather(1, a)[:, 0] - old).exp()
        surrogate = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
        loss = surrogate + 0.5 * ((value(x)[:, 0] - ret) ** 2).mean() + 0.01 * (logs.exp() * logs).sum(-1).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 0.5)
        optimizer.step()

    return torch_row(step, lambda: torch_leaves(policy, value) + torch_kept(optimizer, "exp_avg"))


def torch_dqn(inputs):
    q, target = torch_net(inputs[:6], nn.ReLU), torch_net(inputs[20:26], nn.ReLU)
    s, s2, a, r, d = map(torch.from_numpy, inputs[-5:])
    a = a.long()[:, None]
    optimizer = torch.optim.Adam(q.parameters(), 1e-3)

    def step():
        with torch.no_grad():
            goal = r + 0.99 * (1 - d) * target(s2).max(1)[0]
        loss = F.smooth_l1_loss(q(s).gather(1, a)[:, 0], goal)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(q.parameters(), 10)
        optimizer.step()

    return torch_row(step, lambda: torch_leaves(q) + torch_kept(optimizer, "exp_avg"))


def torch_ddpg(inputs):
    actor, critic, actor_target, critic_target = (torch_net(inputs[6 * i : 6 * i + 6], nn.ReLU) for i in range(4))
    s, s2, a, r, d = map(torch.from_numpy, inputs[-5:])
    actor_optimizer, critic_optimizer = torch.optim.Adam(actor.parameters(), 1e-3), torch.optim.Adam(critic.parameters(), 1e-3)
    targets, sources = [*actor_target.parameters(), *critic_target.parameters()], [*actor.parameters(), *critic.parameters()]

    def step():
        with torch.no_grad():
            goal = r + 0.98 * (1 - d) * critic_target(torch.cat([s2, actor_target(s2).tanh()], 1))
        loss = F.mse_loss(critic(torch.cat([s, a], 1)), goal)
        critic_optimizer.zero_grad()
        loss.backward()
        critic_optimizer.step()
        loss = -critic(torch.cat([s, actor(s).tanh()], 1)).mean()
        actor_optimizer.zero_grad()
        loss.backward()
        actor_optimizer.step()
        with torch.no_grad():
            torch._foreach_mul_(targets, 0.995)
            torch._foreach_add_(targets, sources, alpha=0.005)

    optimizers = (actor_optimizer, critic_optimizer)
    nets = (actor, critic, actor_target, critic_target)
    return torch_row(step, lambda: torch_leaves(*nets) + [x for o in optimizers for x in torch_kept(o, "exp_avg")])


def torch_fisher(inputs):
    policy = torch_net(inputs[:6], nn.Tanh)
    vector = [torch.from_numpy(v.T.copy() if v.ndim == 2 else v) for v in inputs[6:12]]
    x = torch.from_numpy(inputs[12])
    params = list(policy.parameters())

    def step():
        logs = F.log_softmax(policy(x), -1)
        divergence = (logs.detach().exp() * (logs.detach() - logs)).sum(-1).mean()
        slopes = torch.autograd.grad(divergence, params, create_graph=True)
        return torch.autograd.grad(sum((g * v).sum() for g, v in zip(slopes, vector)), params)

    return torch_arrays(step()), step, lambda r: r


class TorchPixels(nn.Module):
    def __init__(self, leaves):
        super().__init__()
        layers = []
        for i in range(3):
            w, b, scale, shift = leaves[4 * i : 4 * i + 4]
            conv, norm = nn.Conv2d(w.shape[1], w.shape[0], 5, 2), nn.BatchNorm2d(w.shape[0])
            with torch.no_grad():
                for p, v in ((conv.weight, w), (conv.bias, b), (norm.weight, scale), (norm.bias, shift)):
                    p.copy_(torch.from_numpy(v))
            layers += [conv, norm, nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), torch_net(leaves[12:14], nn.ReLU))

    def forward(self, x):
        return self.body(x)


def torch_pixels(inputs):
    q, target = TorchPixels(inputs[:14]), TorchPixels(inputs[28:42]).eval()
    s, s2, a, r = map(torch.from_numpy, inputs[-4:])
    a = a.long()[:, None]
    optimizer = torch.optim.RMSprop(q.parameters())

    def step():
        with torch.no_grad():
            goal = r + 0.999 * target(s2).max(1)[0]
        loss = F.smooth_l1_loss(q(s).gather(1, a)[:, 0], goal)
        optimizer.zero_grad()
        loss.backward()
        for p in q.parameters():
            p.grad.clamp_(-1, 1)
        optimizer.step()

    return torch_row(step, lambda: comparable(torch_leaves(q) + torch_kept(optimizer, "square_avg")))


def torch_lenet(inputs):
    first, second = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
    with torch.no_grad():
        for p, v in zip((first.weight, first.bias, second.weight, second.bias), inputs):
            p.copy_(torch.from_numpy(v))
    net = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), torch_net(inputs[4:10], nn.ReLU))
    images, labels = torch.from_numpy(inputs[10]), torch.from_numpy(inputs[11]).long()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)

    def step():
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return torch_row(step, lambda: torch_leaves(net))


def torch_product(inputs):
    a, b = map(torch.from_numpy, inputs)
    return [(a @ b).numpy()], lambda: a @ b, lambda r: r


# ---- JAX

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

    return jax_state_row(step, (q, square), target, *rest, part=comparable)


def jax_product(inputs):
    a, b = map(jnp.asarray, inputs)
    f = jax.jit(jnp.matmul)
    return [f(a, b)], lambda: f(a, b), block


TORCH = {"PPO 4": torch_ppo, "PPO 17": torch_ppo, "DQN": torch_dqn, "DDPG": torch_ddpg, "Fisher": torch_fisher, "pixel": torch_pixels, "LeNet": torch_lenet, "product": torch_product}
JAX = {"PPO 4": jax_ppo, "PPO 17": jax_ppo, "DQN": jax_dqn, "DDPG": jax_ddpg, "Fisher": jax_fisher, "pixel": jax_pixels, "LeNet": jax_lenet, "product": jax_product}

for work in EXAMPLES:
    if work.endswith("in one call"):
        row(work, "JAX scan", partial(jax_ppo, updates=64), 64)
        continue
    for peer, table in (("PyTorch", TORCH), ("JAX jit", JAX)):
        for start, make in table.items():
            if work.startswith(start):
                row(work, peer, make)

first = EXAMPLES["PPO 4-64-64, minibatch 64"]
policy, value = torch_net(arrays(first["inputs"])[:6], nn.Tanh), torch_net(arrays(first["inputs"])[6:12], nn.Tanh)
p, q = pairs(arrays(first["inputs"])[:6]), pairs(arrays(first["inputs"])[6:12])
draw = jax.jit(lambda p, q, x, k: (jax.random.categorical(k, jax_net(p, x, jnp.tanh)), jax_net(q, x, jnp.tanh)))
for batch in (1, 8):
    x = np.full((batch, 4), 0.3, np.float32)

    def act():
        with torch.no_grad():
            o = torch.from_numpy(x)
            logits = policy(o)
            value(o)
            return torch.multinomial(F.softmax(logits, -1), 1).numpy()

    figure(f"action, batch {batch}", "PyTorch", clock(act), "µs")
    key = jax.random.PRNGKey(0)
    figure(f"action, batch {batch}", "JAX jit", clock(lambda: np.asarray(draw(p, q, x, key)[0])), "µs")
