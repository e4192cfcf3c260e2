# Whole updates of PPO in PyTorch (float64), written from the formulas; the state-dependent noise is Stable-Baselines3's distribution.
#   python update.py > update.json
import json
import sys

import numpy as np
import stable_baselines3
import torch
from stable_baselines3.common.distributions import StateDependentNoiseDistribution

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(7)
ROWS, INPUTS, HIDDEN, M, EPOCHS = 12, 3, 4, 4, 2


def array(*shape, scale=1.0):
    return torch.tensor(np.round(rng.normal(size=shape) * scale, 4))


def layers(outputs):
    return [[array(INPUTS, HIDDEN, scale=0.7), array(HIDDEN, scale=0.1)], [array(HIDDEN, outputs, scale=0.7), array(outputs, scale=0.1)]]


def features(net, x):
    return torch.tanh(x @ net[0][0] + net[0][1])


def case(kind, *, value_clip, entropy, max_grad_norm, normalize, c1, target_kl, rates):
    outputs, discrete = (3, True) if kind == "categorical" else (2, False)
    policy, value = layers(outputs), layers(1)
    head = [] if discrete else [array(HIDDEN, 2, scale=0.3) - 0.5 if kind == "gsde" else array(2, scale=0.3) - 0.5]
    x = array(ROWS, INPUTS)
    masks = torch.tensor([[1, 1, 1], [1, 0, 1], [0, 1, 1], [1, 1, 0]] * 3) if discrete else None
    actions = torch.tensor([[0], [2], [1], [0]] * 3) if discrete else array(ROWS, 2)
    if not discrete:  # near what the policy would do
        with torch.no_grad():
            z = features(policy, x)
            std = (z.square() @ (2 * head[0]).exp()).sqrt() if kind == "gsde" else head[0].exp()
            actions = ((z @ policy[1][0] + policy[1][1] + std * actions) * 1e4).round() / 1e4
    advantages, targets, old_values = array(ROWS), array(ROWS), array(ROWS, scale=0.5)
    order = np.concatenate([rng.permutation(ROWS) for _ in range(EPOCHS)])
    K = EPOCHS * ROWS // M
    clips, entropies = np.linspace(0.25, 0.15, K), np.linspace(entropy, entropy / 2, K)
    given = dict(
        policy=[[t.tolist() for t in layer] for layer in policy], value=[[t.tolist() for t in layer] for layer in value],
        head=[t.tolist() for t in head], observations=x.tolist(), masks=None if masks is None else masks.tolist(), actions=actions.tolist(),
        advantages=advantages.tolist(), targets=targets.tolist(), values=old_values.tolist(), order=order.tolist(),
        rates=rates, clips=clips.tolist(), entropies=entropies.tolist(),
    )
    parameters = [t.requires_grad_() for layer in [*policy, *value] for t in layer] + [t.requires_grad_() for t in head]
    adam = torch.optim.Adam(parameters, eps=1e-5)

    def distribution(rows):
        z = features(policy, x[rows])
        out = z @ policy[1][0] + policy[1][1]
        if discrete:
            return torch.distributions.Categorical(logits=torch.where(masks[rows] > 0, out, torch.tensor(-1e8)))
        if kind == "gsde":
            noise = StateDependentNoiseDistribution(2)
            noise.latent_sde_dim = HIDDEN
            return noise.proba_distribution(out, head[0], z)
        return torch.distributions.Independent(torch.distributions.Normal(out, head[0].exp()), 1)

    def log_probability(rows):
        d = distribution(rows)
        return d.log_prob(actions[rows, 0] if discrete else actions[rows]), d.entropy()

    old, _ = (t.detach() for t in log_probability(np.arange(ROWS)))
    measured = []
    for k in range(K):
        rows = order[k * M : (k + 1) * M]
        eps = clips[k]
        logp, h = log_probability(rows)
        v = (features(value, x[rows]) @ value[1][0] + value[1][1]).squeeze(1)
        advantage = advantages[rows]
        if normalize:
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
        ratio = (logp - old[rows]).exp()
        surrogate = -torch.min(ratio * advantage, ratio.clamp(1 - eps, 1 + eps) * advantage).mean()
        error = (v - targets[rows]) ** 2
        if value_clip is not None:
            held = old_values[rows] + (v - old_values[rows]).clamp(-value_clip, value_clip)
            error = torch.max(error, (held - targets[rows]) ** 2)
        loss = surrogate + c1 * error.mean() - entropies[k] * h.mean()
        kl = ((ratio - 1) - (logp - old[rows])).mean()
        adam.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1e9 if max_grad_norm is None else max_grad_norm)
        measured.append(dict(loss=loss.item(), surrogate=surrogate.item(), value=error.mean().item(), entropy=-h.mean().item(),
                             kl=kl.item(), clipped=((ratio - 1).abs() > eps).double().mean().item(), norm=norm.item()))
        if target_kl is not None and kl.item() > 1.5 * target_kl:
            break
        adam.param_groups[0]["lr"] = rates[k]
        adam.step()
    after = dict(policy=[[t.tolist() for t in layer] for layer in policy], value=[[t.tolist() for t in layer] for layer in value],
                 head=[t.tolist() for t in head])
    return dict(kind=kind, valueClipRange=value_clip, maxGradNorm=max_grad_norm, normalizeAdvantages=normalize, valueCoefficient=c1,
                targetKl=target_kl, given=given, measured=measured, after=after)


fast = np.linspace(0.03, 0.01, 6).tolist()
cases = [
    case("categorical", value_clip=None, entropy=0.0, max_grad_norm=None, normalize=False, c1=0.5, target_kl=None, rates=fast),
    case("categorical", value_clip=0.2, entropy=0.02, max_grad_norm=0.5, normalize=True, c1=1.0, target_kl=None, rates=fast),
    case("gaussian", value_clip=None, entropy=0.01, max_grad_norm=0.5, normalize=True, c1=0.5, target_kl=None, rates=fast),
    case("gsde", value_clip=None, entropy=0.01, max_grad_norm=0.5, normalize=True, c1=0.5, target_kl=None, rates=fast),
    case("gaussian", value_clip=None, entropy=0.0, max_grad_norm=0.5, normalize=True, c1=0.5, target_kl=0.003, rates=fast),
]
json.dump(cases, sys.stdout)
print(f"torch {torch.__version__}, stable-baselines3 {stable_baselines3.__version__}, numpy {np.__version__}; minibatches used:",
      [len(c["measured"]) for c in cases], "clipped:", [round(c["measured"][-1]["clipped"], 2) for c in cases],
      "norms:", [[round(m["norm"], 2) for m in c["measured"]] for c in cases], file=sys.stderr)
