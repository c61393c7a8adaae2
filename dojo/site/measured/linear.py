"""What pages and figures say of linear regression: runs of the references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from dojo.site.values import Value
from solutions.ch2_linear import k02_linreg_scratch
from solutions.ch2_linear.k01_linreg_closed_form import linear_model, normal_equation
from solutions.ch2_linear.k02_linreg_scratch import (
    data_iter,
    sgd,
    squared_loss,
    synthetic_data,
    train_linreg,
)

TRUE_W, TRUE_B = (2.0, -3.4), 4.2
SAMPLES, LR, EPOCHS, SIZE = 1000, 0.03, 3, 10
STEPS = EPOCHS * SAMPLES // SIZE
Sgd = Callable[[list[Tensor], float, int], None]


@dataclass(frozen=True)
class Descent:
    """A run of `train_linreg`: what it returned, and the loss after each step."""

    w: Tensor
    b: Tensor
    losses: list[float]
    steps: list[float]


def samples() -> tuple[Tensor, Tensor]:
    """Return a thousand samples of a plane that is known, with a little noise."""
    generator = torch.Generator().manual_seed(0)
    return synthetic_data(torch.tensor(TRUE_W), TRUE_B, SAMPLES, generator=generator)


def uncleared(params: list[Tensor], lr: float, batch_size: int) -> None:
    """Take the reference's step, but let the gradients stand."""
    grads = [p.grad.clone() for p in params if p.grad is not None]
    sgd(params, lr, batch_size)
    for p, grad in zip(params, grads, strict=True):
        p.grad = grad


def descent(step: Sgd = sgd) -> Descent:
    """Return a run on the thousand samples, with `step` for the reference's `sgd`."""
    X, y = samples()
    steps: list[float] = []

    def noted(params: list[Tensor], lr: float, batch_size: int) -> None:
        step(params, lr, batch_size)
        with torch.no_grad():
            loss = squared_loss(linear_model(X, params[0], params[1]), y).mean()
        steps.append(loss.item())

    generator = torch.Generator().manual_seed(1)
    with patch.object(k02_linreg_scratch, "sgd", noted):
        found = train_linreg(X, y, LR, EPOCHS, SIZE, generator=generator)
    return Descent(*found, steps)


def few() -> tuple[Tensor, Tensor]:
    """Return forty samples with one feature, whose mean is not 0."""
    generator = torch.Generator().manual_seed(3)
    X, _ = synthetic_data(torch.ones(1), 0.0, 40, generator=generator)
    X = 0.8 * X + 0.7
    noise = 0.6 * torch.randn(40, 1, generator=generator)
    return X, 1.5 * X + 1 + noise


def path(batch_size: int, steps: int, lr: float) -> list[tuple[float, float]]:
    """Return where (w, b) is, from (-1, 4) on, after each step on the forty samples."""
    X, y = few()
    w, b = torch.full((1, 1), -1.0), torch.full((1,), 4.0)
    places, generator = [(w.item(), b.item())], torch.Generator().manual_seed(0)
    params = [w.requires_grad_(), b.requires_grad_()]
    while len(places) <= steps:
        for X_batch, y_batch in data_iter(batch_size, X, y, generator=generator):
            loss: Any = squared_loss(linear_model(X_batch, *params), y_batch).sum()
            loss.backward()
            sgd(params, lr, len(y_batch))
            places.append((w.item(), b.item()))
    return places[: steps + 1]


def values() -> dict[str, Value]:
    """Return what pages say of the search for a line."""
    run, wild = descent(), descent(uncleared)
    X, y = samples()
    w, b = normal_equation(X, y)
    numbers: dict[str, Value] = {
        "true.w1": TRUE_W[0],
        "true.w2": TRUE_W[1],
        "true.b": TRUE_B,
        "w1": run.w[0].item(),
        "w2": run.w[1].item(),
        "b": run.b.item(),
        "closed.w1": w[0].item(),
        "closed.w2": w[1].item(),
        "closed.b": b.item(),
        "closed.loss": squared_loss(linear_model(X, w, b), y).mean().item(),
    }
    for epoch in range(EPOCHS):
        numbers[f"loss{epoch + 1}"] = run.losses[epoch]
        numbers[f"uncleared{epoch + 1}"] = wild.losses[epoch]
    return numbers
