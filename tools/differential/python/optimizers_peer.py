"""torch.optim."""

import torch

torch.set_num_threads(1)
CLASSES = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad"}
NAMES = {"learningRate": "lr", "weightDecay": "weight_decay"}


def answer(case):
    p = torch.tensor(case["start"], dtype=getattr(torch, case["dtype"])).requires_grad_()
    options = {NAMES.get(key, key): value for key, value in case["options"].items()}
    if "betas" in options:
        options["betas"] = tuple(map(float, options["betas"]))
    optimizer = getattr(torch.optim, CLASSES[case["name"]])([p], **options)
    for gradient in case["gradients"]:
        p.grad = torch.tensor(gradient, dtype=p.dtype)
        if case["clip"] is not None:
            torch.nn.utils.clip_grad_norm_([p], case["clip"])
        optimizer.step()
    return p.detach()
