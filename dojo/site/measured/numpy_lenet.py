"""What pages and figures say of the LeNet in NumPy: its training, errors and time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
import torch.nn.functional as F

from dojo import data
from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import k01_activations, k07_weight_init
from solutions.ch6_convolution import k05_lenet
from solutions.ch8_numpy_lenet import (
    k01_conv2d_im2col,
    k02_max_pool2d,
    k03_lenet_numpy,
)
from solutions.ch8_numpy_lenet.k03_lenet_numpy import (
    LeNetNumpy,
    Params,
    train,
)

SEED, BATCH = 0, 32
RATES = (0.02, 0.02, 0.02, 0.005)  # of each epoch; the last one comes to rest
TIMED_BATCH, ROUNDS = 64, 25  # of a step whose time is measured
PARTS = {  # functions of the reference by what a figure calls them
    "conv2d_forward": "convolution, forward",
    "conv2d_backward": "convolution, back",
    "max_pool2d_forward": "pooling, forward",
    "max_pool2d_backward": "pooling, back",
    "sgd_momentum_": "the step",
}
REST = "linear layers, ReLU, loss"


@cache
def learned() -> Arrays:
    """Return a training's losses, filters, answers, and the same of torch's twin."""
    return kept("numpy-lenet", _sources(), _learn)


@cache
def timed() -> Arrays:
    """Return the seconds of each part of a step, and those of torch's whole step."""
    return kept("numpy-lenet-times", _sources(), _time)


def values() -> dict[str, float | str]:
    """Return what pages say of the LeNet in NumPy."""
    run, times = learned(), timed()
    last = len(RATES)
    numbers: dict[str, float | str] = {
        "epochs": last,
        "batch": BATCH,
        "start": float(run["first"]),
        "share": float(run["share"]),
        "torch.share": float(run["torch.share"]),
        "errors": int(misread().size),
        "difference": float(run["difference"]),
        "ratio": float(times["numpy"].sum() / times["torch"]),
        "timed_batch": TIMED_BATCH,
    }
    for at in range(last):
        numbers[f"loss{at + 1}"] = float(run["losses"][at])
        numbers[f"torch.loss{at + 1}"] = float(run["torch.losses"][at])
    shares = times["numpy"] / times["numpy"].sum()
    numbers["time.convolutions"] = float(shares[:2].sum())
    numbers["time.pooling"] = float(shares[2:4].sum())
    numbers["time.rest"] = float(shares[4:].sum())
    return numbers


def misread() -> np.ndarray:
    """Return the indices of the test digits that the trained net reads wrong."""
    return np.flatnonzero(learned()["answers"] != data.digits().test_labels)


def _learn() -> Arrays:
    X, y, X_test, y_test = (part.numpy() for part in data.lenet_digits())
    rng = np.random.default_rng(SEED)
    net = LeNetNumpy(rng)
    net.params = {name: p.astype(np.float32) for name, p in net.params.items()}
    start = {name: p.copy() for name, p in net.params.items()}
    found = {"filters.first": start["conv1.weight"]}
    found["first"] = np.array(net.loss_and_grads(X_test, y_test)[0])
    twin = _torch_epochs(start, (X, y), np.random.default_rng(SEED + 1))
    orders = np.random.default_rng(SEED + 1)
    losses = [
        train(net, X, y, epochs=1, batch_size=BATCH, lr=lr, rng=orders)[0]
        for lr in RATES
    ]
    answers = net.forward(X_test).argmax(axis=1)
    with torch.no_grad():
        torch_answers = twin["net"](torch.from_numpy(X_test)).argmax(1).numpy()
    return found | {
        "losses": np.array(losses),
        "filters": net.params["conv1.weight"],
        "answers": answers,
        "share": np.mean(answers == y_test),
        "torch.losses": np.array(twin["losses"]),
        "torch.share": np.mean(torch_answers == y_test),
        "difference": _difference(X[:16].astype(float), y[:16]),
    }


def _torch_epochs(
    start: Params, digits: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> dict[str, Any]:
    """Return torch's LeNet after the same training, and its losses."""
    net = k05_lenet.LeNet()
    net.load_state_dict({name: torch.from_numpy(p) for name, p in start.items()})
    X, y = map(torch.from_numpy, digits)
    losses = []
    for lr in RATES:
        optimizer, total = torch.optim.SGD(net.parameters(), lr, 0.9), 0.0
        order = rng.permutation(len(y))
        for at in range(0, len(y), BATCH):
            batch = torch.from_numpy(order[at : at + BATCH])
            optimizer.zero_grad()
            loss = F.cross_entropy(net(X[batch]), y[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(y))
    return {"net": net.eval(), "losses": losses}


def _difference(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the largest difference between the gradients and torch's, in float64."""
    net, twin = LeNetNumpy(np.random.default_rng(SEED)), k05_lenet.LeNet().double()
    twin.load_state_dict({k: torch.from_numpy(p) for k, p in net.params.items()})
    _, grads = net.loss_and_grads(X, y)
    F.cross_entropy(twin(torch.from_numpy(X)), torch.from_numpy(y)).backward()  # type: ignore[no-untyped-call]
    pairs = [(grads[k], p.grad) for k, p in twin.named_parameters()]
    return np.array(max(np.abs(g - t.numpy()).max() for g, t in pairs if t is not None))


def _time() -> Arrays:
    """Time steps of both nets in turn, and return the median of each part."""
    rng = np.random.default_rng(SEED)
    X = rng.random((TIMED_BATCH, 1, 32, 32), dtype=np.float32)
    y = rng.integers(10, size=TIMED_BATCH)
    ours, theirs = _numpy_step(X, y), _torch_step(X, y)
    rows, totals = [], []
    with _clocked() as spent:
        for _ in range(ROUNDS):
            whole, torchs = _seconds(ours), _seconds(theirs)
            parts = [spent.pop(name, 0.0) for name in PARTS]
            rows.append([*parts, whole - sum(parts)])
            totals.append(torchs)
    warm = slice(5, None)
    middle = np.median(np.array(rows)[warm], axis=0)
    return {"numpy": middle, "torch": np.median(totals[warm])}


def _numpy_step(X: np.ndarray, y: np.ndarray) -> Callable[[], None]:
    net, velocity = LeNetNumpy(np.random.default_rng(SEED)), dict[str, np.ndarray]()
    net.params = {name: p.astype(np.float32) for name, p in net.params.items()}

    def step() -> None:
        _, grads = net.loss_and_grads(X, y)
        k03_lenet_numpy.sgd_momentum_(net.params, grads, velocity, 0.01)

    return step


def _torch_step(X: np.ndarray, y: np.ndarray) -> Callable[[], None]:
    net, images, labels = k05_lenet.LeNet(), torch.from_numpy(X), torch.from_numpy(y)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, 0.9)

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(net(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _seconds(step: Callable[[], None]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


@contextmanager
def _clocked() -> Iterator[dict[str, float]]:
    """Let the functions of `PARTS` add up the seconds that they take."""
    spent: dict[str, float] = {}

    def clocked(name: str) -> Callable[..., Any]:
        own = getattr(k03_lenet_numpy, name)

        def timing(*args: Any) -> Any:
            start = time.process_time()
            result = own(*args)
            spent[name] = spent.get(name, 0.0) + time.process_time() - start
            return result

        return timing

    with ExitStack() as stack:
        for name in PARTS:
            stack.enter_context(patch.object(k03_lenet_numpy, name, clocked(name)))
        yield spent


def _sources() -> list[ModuleType]:
    return [
        k01_activations,
        k07_weight_init,
        k05_lenet,
        k01_conv2d_im2col,
        k02_max_pool2d,
        k03_lenet_numpy,
        data,
        sys.modules[__name__],
    ]
