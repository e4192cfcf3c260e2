"""PyTorch's views and in-place operations."""

import math

import torch

VIEWS = ("row", "range", "every", "transpose", "unsqueeze", "reshape")


def view(op, x, j, k):
    if op == "reshape":
        return x.reshape(-1)
    if op == "unsqueeze" or x.ndim == 0 or op == "row" and x.shape[0] == 0:
        return x.unsqueeze(0)
    if op == "row":
        return x[j % x.shape[0]]
    if op == "range":
        return x[j:]
    if op == "every":
        return x[:: k + 1]
    return x.transpose(-1, -2) if x.ndim > 1 else x.unsqueeze(0)


def change(op, x, j, k):
    if op == "add":
        x.add_(j)
    elif op == "mul":
        x.mul_(k - 1)
    elif op == "fill":
        x.mul_(0).add_(j - 3)
    elif op == "neg":
        x.neg_()
    elif op == "relu":
        x.relu_()
    elif op == "copy":
        x.add_(x * 2)
    elif x.ndim and x.shape[0]:
        x.add_(x[j % x.shape[0]].clone())  # ours reads all of it before it writes


def answer(case):
    n = math.prod(case["shape"])
    values = [torch.arange(1, n + 1, dtype=torch.float32).reshape(case["shape"])]
    for op, a, j, k in case["steps"]:
        x = values[a % len(values)]
        if op in VIEWS:
            values.append(view(op, x, j, k))
        else:
            change(op, x, j, k)
    return [[list(x.shape), x.ravel() + 0] for x in values]
