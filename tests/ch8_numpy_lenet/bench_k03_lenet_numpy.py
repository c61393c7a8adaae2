"""The ladder of LeNet with arrays: a whole step of training on 64 images."""

import numpy as np
import torch
from torch.nn import functional as F
from torch.optim.sgd import sgd

from dojo.grading import Ladder
from solutions.ch6_convolution.k05_lenet import LeNet
from solutions.ch8_numpy_lenet.k03_lenet_numpy import LeNetNumpy, sgd_momentum_

LR = 0.01
PLAIN = {"nesterov": False, "maximize": False}


def weights_and_images(rng):
    """Return the parameters, the images, their classes, and a place to keep a net."""
    params = LeNetNumpy(rng).params
    params = {name: p.astype(np.float32) for name, p in params.items()}
    X = rng.normal(size=(64, 1, 32, 32)).astype(np.float32)
    return params, X, rng.integers(0, 10, size=64), {}


def step(kata, params, X, y, kept):
    if not kept:  # in the first call, which is not timed
        net = kata.LeNetNumpy(np.random.default_rng(0))
        net.params.update(params)
        kept.update(net=net, velocity={})
    loss, grads = kept["net"].loss_and_grads(X, y)
    kata.sgd_momentum_(kept["net"].params, grads, kept["velocity"], LR)
    return loss, grads


def sample_by_sample(params, X, y, kept):
    if not kept:
        net = LeNetNumpy(np.random.default_rng(0))
        net.params.update(params)
        kept.update(net=net, velocity={})
    total, mean = 0.0, {name: np.zeros_like(p) for name, p in params.items()}
    for i in range(len(X)):
        loss, grads = kept["net"].loss_and_grads(X[[i]], y[[i]])
        total += loss / len(X)
        for name, slope in grads.items():
            mean[name] += slope / len(X)
    sgd_momentum_(kept["net"].params, mean, kept["velocity"], LR)
    return total, mean


def torch_net(params, X, y, kept):
    net = LeNet()
    net.load_state_dict({name: torch.tensor(p) for name, p in params.items()})
    velocity = [torch.zeros_like(p) for p in net.parameters()]
    return net, velocity, torch.tensor(X), torch.tensor(y)


def with_torch(net, velocity, X, y):
    """Take a step of torch.optim.SGD, by the function that takes it.

    The first optimizer of a process would import torch's compiler, for a second.
    """
    net.zero_grad()
    loss = F.cross_entropy(net(X), y)
    loss.backward()
    grads = {name: p.grad for name, p in net.named_parameters()}
    how = {"lr": LR, "momentum": 0.9, "dampening": 0.0, "weight_decay": 0.0}
    with torch.no_grad():
        sgd([*net.parameters()], [*grads.values()], velocity, **how, **PLAIN)
    return loss, grads


LADDERS = (
    Ladder(
        ("LeNetNumpy", "sgd_momentum_"),
        "a step of training on 64 images of 32 × 32",
        weights_and_images,
        sample_by_sample,
        with_torch,
        step,
        torch_net,
    ),
)
