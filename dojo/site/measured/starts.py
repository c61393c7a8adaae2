"""Trains one small network from three starts of its filters, on the shipped digits."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from solutions.ch7_training import k01_initialize_weights
from solutions.ch7_training.k01_initialize_weights import (
    distinct_filters,
    init_sparse_uniform_,
    initialize_weights,
)

STEPS, BATCH, RATE, FILTERS = 300, 64, 0.1, 8
STARTS = {"zero": 0.0, "alike": 0.02, "kaiming": None}  # what fills the filters


@dataclass(frozen=True)
class Run:
    """What training from one start gave."""

    losses: np.ndarray  # (STEPS,), each before its step
    filters: np.ndarray  # (FILTERS, 5, 5), conv1 at the end
    first: np.ndarray  # (2,), the largest gradient at conv1 in the first two steps
    distinct: int
    share: float  # of the test digits that are read right


@cache
def trained(start: str) -> Run:
    """Return the run from one of STARTS, seed 0."""
    sources = [k01_initialize_weights, sys.modules[__name__]]
    arrays = kept(f"starts-{start}", sources, lambda: _train(STARTS[start]))
    return Run(
        arrays["losses"],
        arrays["filters"],
        arrays["first"],
        int(arrays["distinct"]),
        float(arrays["share"]),
    )


def network(value: float | None, seed: int = 0) -> nn.Sequential:
    """Return two convolutions and a linear layer, the filters all `value` if given."""
    net = nn.Sequential(
        nn.Conv2d(1, FILTERS, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(FILTERS, FILTERS, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(FILTERS * 25, 10),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        initialize_weights(net)
    for m in net.modules():
        if value is not None and isinstance(m, nn.Conv2d) and m.bias is not None:
            nn.init.constant_(m.weight, value)
            nn.init.constant_(m.bias, 0.3)
    return net


def _train(value: float | None) -> Arrays:
    X, y, X_test, y_test = map(torch.from_numpy, digits())
    X, X_test = (images.unsqueeze(1).float() / 255 for images in (X, X_test))
    net, generator = network(value), torch.Generator().manual_seed(0)
    params = list(net.parameters())
    optimizer = torch.optim.SGD(params, RATE)
    losses, first = [], []
    for _ in range(STEPS):
        batch = torch.randint(len(y), (BATCH,), generator=generator)
        loss = F.cross_entropy(net(X[batch]), y[batch])
        slopes = torch.autograd.grad(loss, params)
        for p, slope in zip(params, slopes, strict=True):
            p.grad = slope
        first.append(float(slopes[0].abs().max()))
        optimizer.step()
        losses.append(loss.item())
    return {
        "losses": np.array(losses),
        "filters": params[0].detach()[:, 0].numpy(),
        "first": np.array(first[:2]),
        "distinct": np.array(_distinct(net)[0]),
        "share": np.array(_share(net, X_test, y_test)),
    }


def _distinct(net: nn.Sequential) -> list[int]:
    """Return how many distinct filters each convolution has."""
    return [distinct_filters(m) for m in net if isinstance(m, nn.Conv2d)]


def _share(net: nn.Module, X: Tensor, y: Tensor) -> float:
    with torch.no_grad():
        return float((net(X).argmax(1) == y).double().mean())


def values() -> dict[str, float | str]:
    """Return what the page says of the runs."""
    says: dict[str, float | str] = {"steps": STEPS, "filters": FILTERS}
    for start in STARTS:
        run = trained(start)
        says |= {
            f"{start}.loss": float(run.losses[-50:].mean()),
            f"{start}.share": run.share,
            f"{start}.distinct": run.distinct,
            f"{start}.first": float(run.first[0]),
            f"{start}.second": float(run.first[1]),
        }
    w = init_sparse_uniform_(torch.empty(500, 200), torch.Generator().manual_seed(0))
    meant = torch.nn.init.normal_(
        torch.empty(500, 200), 0.1, generator=torch.Generator().manual_seed(0)
    )
    return says | {
        "sparse.zero": float((w == 0).double().mean()),
        "sparse.std": float(w.double().std()),
        "mean.mean": float(meant.double().mean()),
        "mean.std": float(meant.double().std()),
    }
