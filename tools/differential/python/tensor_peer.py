"""PyTorch, eager: the same steps, autograd for both orders."""

import warnings

import torch
import torch.nn.functional as F

warnings.filterwarnings("ignore")  # variances of one number are NaN on both sides
torch.set_num_threads(1)
UNARY = {
    "neg": torch.neg, "abs": torch.abs, "exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "softplus": F.softplus,
    "sin": torch.sin, "cos": torch.cos, "square": torch.square, "erf": torch.erf, "gelu": F.gelu, "silu": F.silu, "elu": F.elu,
    "leakyRelu": F.leaky_relu, "expm1": torch.expm1, "softsign": F.softsign, "logsigmoid": F.logsigmoid,
}
BINARY = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "maximum": torch.maximum, "minimum": torch.minimum}
AXIS = {
    "sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin, "logsumexp": torch.logsumexp, "softmax": torch.softmax,
    "logSoftmax": torch.log_softmax, "cumsum": torch.cumsum, "flip": lambda x, d: torch.flip(x, [d]), "prod": torch.prod,
    "variance": lambda x, d: torch.var(x, d),
}
row = lambda x: x.reshape(1) if x.ndim == 0 else x
table = lambda x: x.reshape(-1, 1 if x.ndim == 0 else x.shape[-1])


def step(op, x, y, k):
    if op in UNARY:
        return UNARY[op](x)
    if op in BINARY:
        return BINARY[op](x, y)
    if op in AXIS:
        x = row(x)
        return AXIS[op](x, -1 - k % x.ndim)
    return {
        "ratio": lambda: x / (y.square() + 1),
        "root": lambda: (x.square() + 0.5).sqrt(),
        "logarithm": lambda: (x.square() + 0.5).log(),
        "clamp": lambda: x.clamp(-0.5, 0.25 + k),
        "where": lambda: torch.where(x > y, x, y * 2),
        "flatten": lambda: x.reshape(-1),
        "transpose": lambda: row(x) if x.ndim < 2 else x.transpose(-1, -2),
        "unsqueeze": lambda: x.unsqueeze(0),
        "narrow": lambda: row(x)[0:1],
        "concat": lambda: torch.cat([row(x), row(x) * (k + 1)], 0),
        "matmul": lambda: table(x) @ table(y).T,
        "pow": lambda: (x.abs() + 0.5) ** (k - 1),
    }[op]()


def answer(case):
    dtype = getattr(torch, case["dtype"])
    values = []
    for each in case["inputs"]:
        values.append(torch.tensor(each["data"], dtype=dtype).reshape(each["shape"]).requires_grad_())
    inputs = list(values)
    for op, a, b, k in case["steps"]:
        values.append(step(op, values[a % len(values)], values[b % len(values)], k))
    value = values[-1]
    grads = torch.autograd.grad(value.sin().sum(), inputs, create_graph=case["second"], materialize_grads=True, allow_unused=True)
    flat = lambda t: t.detach().clone().ravel()
    out = {"value": flat(value), "first": [flat(g) for g in grads]}
    if case["second"]:
        size = sum(g.square().sum() for g in grads)
        if size.requires_grad:
            out["second"] = [flat(g) for g in torch.autograd.grad(size, inputs, materialize_grads=True, allow_unused=True)]
        else:
            out["second"] = [flat(torch.zeros_like(x)) for x in inputs]
    return {"shape": list(value.shape), "eager": out, "compiled": out}
