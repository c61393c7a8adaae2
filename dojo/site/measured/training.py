"""Trains LeNet in each way that a page speaks of: once, then kept in build/."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo import data
from dojo.site.measured.kept import Arrays, kept
from solutions.ch6_convolution import k05_lenet
from solutions.ch6_convolution.k05_lenet import LeNet, accuracy, train_lenet

SEED = 0
DEFAULTS = {
    name: parameter.default
    for name, parameter in signature(train_lenet).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
}


@dataclass(frozen=True)
class Recipe:
    """How to train: an activation, what differs from the defaults, a mistake or not."""

    activation: Callable[[], nn.Module] = nn.ReLU
    settings: Mapping[str, Any] = field(default_factory=dict)
    clears: bool = True


@dataclass(frozen=True)
class Run:
    """A trained net, its mean loss in each epoch, each batch's loss, and its share.

    The net is in evaluation mode and shared by all who ask: it is not to be changed.
    """

    net: LeNet
    losses: list[float]
    batches: list[float]
    share: float


RECIPES = {
    "relu": Recipe(),
    "tanh": Recipe(nn.Tanh),
    "sigmoid": Recipe(nn.Sigmoid),
    "plain": Recipe(settings={"epochs": 1, "momentum": 0.0}),
    "uncleared": Recipe(settings={"epochs": 1}, clears=False),
}


@cache
def trained(name: str) -> Run:
    """Return a run of `RECIPES`."""
    recipe = RECIPES[name]
    sources = [k05_lenet, sys.modules[__name__]]
    arrays = kept(f"lenet-{name}", sources, lambda: _arrays(recipe))
    losses, batches = arrays.pop("losses"), arrays.pop("batches")
    share = float(arrays.pop("share"))
    net = LeNet(activation=recipe.activation)
    weights = {key: torch.from_numpy(array) for key, array in arrays.items()}
    net.load_state_dict(weights)
    return Run(net.eval(), losses.tolist(), batches.tolist(), share)


def _arrays(recipe: Recipe) -> Arrays:
    run = train(recipe, data.lenet_digits())
    arrays = {name: weight.numpy() for name, weight in run.net.state_dict().items()}
    return arrays | {
        "losses": np.array(run.losses),
        "batches": np.array(run.batches),
        "share": np.array(run.share),
    }


def train(recipe: Recipe, digits: data.Digits[Tensor]) -> Run:
    """Return a LeNet trained from the fixed seed; torch's own generator stays put."""
    logits: list[Tensor] = []
    settings = DEFAULTS | dict(recipe.settings) | {"generator": _orders()}
    size = settings["batch_size"]
    images, labels = digits.train_images, digits.train_labels
    with torch.random.fork_rng(devices=[]), _clearing(recipe.clears):
        torch.manual_seed(SEED)
        net = LeNet(activation=recipe.activation)
        hook = net.register_forward_hook(lambda *call: logits.append(call[2].detach()))
        losses = train_lenet(net, images, labels, **settings)
        hook.remove()
    each = _losses(torch.cat(logits), labels, settings["epochs"], losses)
    starts = range(0, len(labels), size)
    batches = [float(epoch[i : i + size].mean()) for epoch in each for i in starts]
    share = accuracy(net, digits.test_images, digits.test_labels)
    return Run(net.eval(), losses, batches, share)


def _orders() -> torch.Generator:
    return torch.Generator().manual_seed(SEED)


@contextmanager
def _clearing(clears: bool) -> Iterator[None]:
    """Let gradients add up from step to step, unless they are to be cleared."""
    if clears:
        yield
    else:
        with patch.object(torch.optim.SGD, "zero_grad", lambda *_, **__: None):
            yield


def _losses(
    logits: Tensor, labels: Tensor, epochs: int, reported: list[float]
) -> np.ndarray:
    """Return each sample's loss in the order of training, of shape (epochs, N).

    Raises
    ------
    RuntimeError
        If they do not average to what the reference reports.
    """
    orders, number = _orders(), len(labels)
    order = torch.cat([torch.randperm(number, generator=orders) for _ in range(epochs)])
    each = F.cross_entropy(logits, labels[order], reduction="none")
    by_epoch: np.ndarray = each.double().reshape(epochs, -1).numpy()
    means = by_epoch.mean(axis=1)
    if not np.allclose(means, reported, rtol=1e-4):
        raise RuntimeError(
            f"the samples' losses average to {means}, train_lenet reports {reported}; "
            f"{__file__} must draw the orders as the reference does"
        )
    return by_epoch
