"""torch.distributions, always in float64."""

import torch
from torch.distributions import Categorical, Independent, Normal, kl_divergence

torch.set_num_threads(1)


def parts(kind, x, sizes):
    if kind == "gaussian":
        mean, log_std = x.chunk(2)
        return [Independent(Normal(mean, log_std.exp()), 1)]
    return [Categorical(logits=part) for part in x.split(sizes, -1)]


def answer(case):
    kind, sizes = case["kind"], case["sizes"]
    single = torch.float32 if case["dtype"] == "float32" else torch.float64
    # The same numbers as ours sees them, then exact.
    a, b = (torch.tensor(case[k], dtype=single).double() for k in ("a", "b"))
    a.requires_grad_()
    p, q = parts(kind, a, sizes), parts(kind, b, sizes)
    if kind == "gaussian":
        chosen = [torch.tensor(case["values"], dtype=single).double()]
    else:
        chosen = list(torch.tensor(case["values"]).unbind(-1))
    log_probability = sum(d.log_prob(v) for d, v in zip(p, chosen))
    entropy = sum(d.entropy() for d in p)
    kl = sum(kl_divergence(d, e) for d, e in zip(p, q))
    (gradient,) = torch.autograd.grad((log_probability + entropy + kl).sum(), a)
    return {k: v.detach().ravel() for k, v in {"logProbability": log_probability, "entropy": entropy, "kl": kl, "gradient": gradient}.items()}
