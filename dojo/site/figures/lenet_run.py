"""Trains the reference LeNet once for all figures, and keeps the result in build/."""

from __future__ import annotations

import hashlib
import inspect
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dojo import data
from dojo.kata.catalog import find_root
from solutions.ch6_convolution import k05_lenet
from solutions.ch6_convolution.k05_lenet import LeNet, train_lenet

SEED, EPOCHS, BATCH = 0, 4, 32  # as in the tour, so that both report the same net


@dataclass(frozen=True)
class Run:
    """A trained net, its mean loss in each epoch, and the loss of each batch."""

    net: LeNet
    losses: list[float]
    batches: list[float]


@cache
def run() -> Run:
    """Return the trained LeNet, from the cache if reference and data are as they were.

    Returns
    -------
    Run
        With the net in evaluation mode. Not to be changed: all figures share it.
    """
    file = find_root() / "build" / "figures" / f"lenet-{_key()}.npz"
    if not file.is_file():
        _store(file, train(data.lenet_digits(), EPOCHS))
    with np.load(file) as arrays:
        weights = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    losses, batches = weights.pop("losses"), weights.pop("batches")
    net = LeNet()
    net.load_state_dict(weights)
    return Run(net.eval(), losses.tolist(), batches.tolist())


def train(digits: data.Digits[Tensor], epochs: int) -> Run:
    """Return a LeNet trained from the fixed seed, on one thread.

    Raises
    ------
    RuntimeError
        If the losses of the samples do not average to those that the reference reports.
    """
    images, labels = digits.train_images, digits.train_labels
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order, so equal numbers on every run
    logits: list[Tensor] = []
    try:
        with torch.random.fork_rng():
            torch.manual_seed(SEED)
            net = LeNet()
            hook = net.register_forward_hook(lambda *call: logits.append(call[2]))
            losses = train_lenet(
                net,
                images,
                labels,
                epochs=epochs,
                batch_size=BATCH,
                generator=_orders(),
            )
            hook.remove()
    finally:
        torch.set_num_threads(threads)
    orders = _orders()
    order = torch.cat(
        [torch.randperm(len(labels), generator=orders) for _ in range(epochs)]
    )
    each = F.cross_entropy(torch.cat(logits).detach(), labels[order], reduction="none")
    by_epoch = each.double().reshape(epochs, -1).numpy()
    means = by_epoch.mean(axis=1)
    if not np.allclose(means, losses, rtol=1e-4):
        raise RuntimeError(
            f"the samples' losses average to {means}, train_lenet reports {losses}; "
            "dojo/site/lenet_run.py must draw the orders as the reference does"
        )
    starts = range(0, len(labels), BATCH)
    batches = [float(e[i : i + BATCH].mean()) for e in by_epoch for i in starts]
    return Run(net.eval(), losses, batches)


def _orders() -> torch.Generator:
    return torch.Generator().manual_seed(SEED)


def _key() -> str:
    """Return a hash of all that determines the weights."""
    sources = inspect.getsource(k05_lenet), Path(__file__).read_text("utf-8")
    facts = (*sources, data.SHA256, torch.__version__)
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]


def _store(file: Path, trained: Run) -> None:
    """Write a run in one step: another build reads all of it or nothing."""
    arrays = {name: weight.numpy() for name, weight in trained.net.state_dict().items()}
    arrays |= {
        "losses": np.array(trained.losses),
        "batches": np.array(trained.batches),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as part:
            np.savez(part, **arrays)
        os.replace(name, file)
        for old in file.parent.glob("lenet-*.npz"):
            if old != file:  # made by another reference, and never asked for again
                old.unlink(missing_ok=True)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
