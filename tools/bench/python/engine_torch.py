"""The engine's rows in PyTorch (eager): inputs of ours → results after one call, the call, how to wait for it."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)


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

    return torch_row(step, lambda: torch_leaves(q) + torch_kept(optimizer, "square_avg"))


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


TORCH = {
    "PPO 4": torch_ppo,
    "PPO 17": torch_ppo,
    "DQN": torch_dqn,
    "DDPG": torch_ddpg,
    "Fisher": torch_fisher,
    "pixel": torch_pixels,
    "LeNet": torch_lenet,
    "product": torch_product,
}
