"""What pages and figures say of the trained LeNet: its errors, and what it sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dojo import data
from dojo.site.measured.training import DEFAULTS, RECIPES, SEED, trained
from solutions.ch6_convolution.k05_lenet import LeNet, accuracy

SHOWN = 3  # the digit whose maps are drawn


def values() -> dict[str, float | str]:
    """Return what pages say of LeNet."""
    numbers: dict[str, float | str] = {"epochs": DEFAULTS["epochs"]}
    for name in RECIPES:
        run = trained(name)
        numbers[f"{name}.share"] = run.share
        numbers |= {f"{name}.loss{i + 1}": loss for i, loss in enumerate(run.losses)}
    share = trained("relu").share
    number = len(data.digits().test_labels)
    numbers["relu.points"] = 100 * (share * (1 - share) / number) ** 0.5
    return numbers | _start() | _errors() | _zeros()


def _start() -> dict[str, float | str]:
    """Return what the net of the first run says before it has learned anything."""
    digits = data.lenet_digits()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(SEED)
        net = LeNet()
        loss = F.cross_entropy(net(digits.test_images), digits.test_labels)
    share = accuracy(net, digits.test_images, digits.test_labels)
    return {"start.loss": loss.item(), "start.share": share}


def confusion() -> np.ndarray:
    """Return how often each test digit, a row, is read as each, a column."""
    digits = data.lenet_digits()
    with torch.no_grad():
        guesses = trained("relu").net(digits.test_images).argmax(1)
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (digits.test_labels.numpy(), guesses.numpy()), 1)
    return counts


def frequent_errors(counts: np.ndarray) -> list[tuple[int, int, int]]:
    """Return the three most frequent errors: (the digit, what it is read as, times)."""
    wrong = counts - np.diag(counts.diagonal())
    worst = np.argsort(-wrong, axis=None, kind="stable")[:3]
    pairs = [divmod(int(at), 10) for at in worst]
    return [(i, j, int(wrong[i, j])) for i, j in pairs]


def _errors() -> dict[str, float | str]:
    counts = confusion()
    misread = counts.sum(axis=1) - counts.diagonal()
    worst = np.argsort(-misread, kind="stable")[:2]
    words = [f"a {i} as {j} ({n})" for i, j, n in frequent_errors(counts)]
    return {
        "errors": int(misread.sum()),
        "hardest": " and the ".join(str(digit) for digit in sorted(worst.tolist())),
        "hardest_errors": int(misread[worst].sum()),
        "frequent_errors": ", ".join(words),
    }


@dataclass(frozen=True)
class Seen:
    """What the net makes of one digit, read right: image, maps, probabilities."""

    x: Tensor  # (1, 1, 32, 32)
    first: Tensor  # (6, 28, 28)
    second: Tensor  # (16, 10, 10)
    p: Tensor  # (10,)


def seen(digit: int) -> Seen:
    """Return both layers' maps of the first test image of a digit that is read right.

    Raises
    ------
    RuntimeError
        If the net reads no image of it right.
    """
    digits, net = data.lenet_digits(), trained("relu").net
    of_class = digits.test_images[digits.test_labels == digit]
    with torch.no_grad():
        right = (net(of_class).argmax(1) == digit).nonzero()
        if not len(right):
            raise RuntimeError(f"the trained LeNet reads no {digit} right")
        x = of_class[int(right[0])][None]
        first = net.activation(net.conv1(x))
        second = net.activation(net.conv2(F.max_pool2d(first, 2)))
        return Seen(x, first[0], second[0], net(x).softmax(1)[0])


def zeros(maps: Tensor) -> float:
    """Return the share of exact zeros."""
    return float((maps == 0).double().mean())


def empty(maps: Tensor) -> int:
    """Return how many maps hold nothing but zeros."""
    return int((maps.amax((1, 2)) == 0).sum())


def _zeros() -> dict[str, float | str]:
    maps = seen(SHOWN)
    return {
        "shown": SHOWN,
        "first.zeros": zeros(maps.first),
        "second.zeros": zeros(maps.second),
        "first.empty": empty(maps.first),
        "second.empty": empty(maps.second),
    }
