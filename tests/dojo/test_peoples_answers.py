"""Answers as people write them: the known mistake has a member with their numbers.

Each is written in another way than the bank's, and has the slip of a question that was
asked in public. If they disagree in the tenth digit, the mistake is named for nobody.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from dojo.kata import bank
from dojo.kata.catalog import find, find_root


def with_pandas_deviation(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Standardize as `frame.std()` does it, which divides by n - 1."""
    tables = train.clone(), test.clone()
    for column in range(train.shape[1]):
        seen = train[:, column][~train[:, column].isnan()]
        std = seen.std() if len(seen) > 1 and seen.std() > 1e-12 else 1.0
        for table in tables:
            table[:, column] = (table[:, column] - seen.mean()) / std
    return tables[0].nan_to_num(0.0), tables[1].nan_to_num(0.0)


def with_z_in_the_rule_of_tanh(dA: np.ndarray, Z: np.ndarray, name: str) -> np.ndarray:
    """Go back through tanh by 1 - Z², and through the others as is right."""
    if name == "tanh":
        return np.multiply(dA, 1 - np.power(Z, 2))
    if name == "sigmoid":
        share = 1 / (1 + np.exp(-Z))
        return dA * share * (1 - share)
    return np.where(Z > 0, dA, 0.0) if name == "relu" else dA


def with_rows_for_columns(cm: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Divide by the row for precision, and make F1 of both scores."""
    hits = torch.tensor([cm[k, k] for k in range(len(cm))]).double()
    p, r = hits / cm.sum(dim=1), hits / cm.sum(dim=0)
    return tuple(v.nan_to_num(0.0) for v in (p, r, 2 * p * r / (p + r)))


def with_sums_for_errors(cm: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Take the sum of a column for the false alarms, its hits among them."""
    tp, fp, fn = cm.diag(), cm.sum(0), cm.sum(1)
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


def with_windows_one_apart(X: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    """Begin window (i, j) at pixel (i, j), whatever the stride."""
    h, w = ((n - kernel) // stride + 1 for n in X.shape[2:])
    Y = np.zeros((*X.shape[:2], h, w))
    for i in range(h):
        for j in range(w):
            Y[:, :, i, j] = X[:, :, i : i + kernel, j : j + kernel].max((2, 3))
    return Y


def with_weights_where_true(x: Tensor, y: Tensor, pos_weight: Tensor) -> Tensor:
    """Multiply the whole loss by pos_weight where the truth is exactly 1."""
    losses = x.clamp(min=0) - x * y + torch.log1p(torch.exp(-x.abs()))
    return torch.where(y == 1, losses * pos_weight, losses).mean()


def with_a_square_of_the_mean(x: Tensor, y: Tensor) -> Tensor:
    """Square the mean error, and only that."""
    return (x - y).mean().square()


def with_huber_of_the_book(x: Tensor, y: Tensor, beta: float) -> Tensor:
    """Lower the line by 0.5, as the formula has it for a beta of 1."""
    d = torch.abs(x - y)
    return torch.where(d < beta, 0.5 * d * d / beta, d - 0.5).mean()


def with_logits_of_a_sigmoid(x: Tensor, y: Tensor) -> Tensor:
    """Hand the loss of logits probabilities."""
    p = 1 / (1 + torch.exp(-x))
    return torch.nn.functional.binary_cross_entropy_with_logits(p, y)


def with_marks_for_classes(x: Tensor, y: Tensor) -> Tensor:
    """Take the target for a row of zeros and ones."""
    losses = []
    for scores, marks in zip(x, y, strict=True):
        true, false = scores[marks == 1], scores[marks != 1]
        lack = (1 - (true[:, None] - false[None])).clamp(min=0)
        losses.append(lack.sum() / len(scores))
    return torch.stack(losses).mean()


def with_the_target_0_for_apart(a: Tensor, b: Tensor, y: Tensor) -> Tensor:
    """Ask for 0 where -1 stands."""
    cosine = torch.cosine_similarity(a, b)
    return torch.where(y == 0, cosine.clamp(min=0), 1 - cosine).mean()


def with_its_own_statistics(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Standardize each channel by itself, with the deviation that torch gives."""
    rows = img.flatten(1)
    return ((rows.T - rows.mean(1)) / rows.std(1)).T.reshape(img.shape)


def drawn(*shape: int) -> Tensor:
    """Return normal numbers in float64, the same ones each time."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def gaps() -> tuple[Tensor, Tensor]:
    """Return two tables of which some entries are missing."""
    train, test = drawn(9, 3), drawn(5, 3)
    train[2, 1] = test[0, 2] = torch.nan
    return train, test


HALF_OR_WHOLE = (drawn(4, 3) > 0).double() * 0.5 + 0.5
PAIR = drawn(4, 3), drawn(3, 4).T
COUNTS = torch.tensor([[4.0, 1, 2], [3, 5, 0], [1, 2, 6]]).double()
CASES = [
    ("tabular-pipeline", "divides-by-one-less", with_pandas_deviation, gaps()),
    (
        "deep-backprop",
        "takes-z-for-a",
        with_z_in_the_rule_of_tanh,
        (drawn(2, 5).numpy(), drawn(3, 2, 5)[2].numpy(), "tanh"),
    ),
    (
        "classification-report",
        "swaps-precision-and-recall",
        with_rows_for_columns,
        (COUNTS,),
    ),
    (
        "classification-report",
        "takes-the-sums-for-the-errors",
        with_sums_for_errors,
        (COUNTS,),
    ),
    (
        "max-pool2d",
        "begins-windows-in-steps-of-one",
        with_windows_one_apart,
        (drawn(2, 3, 9, 7).numpy(), 3, 2),
    ),
    (
        "loss-functions",
        "weighs-true-samples-alone",
        with_weights_where_true,
        (
            drawn(4, 3),
            (drawn(4, 3) > 0).double() * 0.5 + 0.5,
            torch.tensor([3.0, 2, 5]),
        ),
    ),
    ("loss-functions", "squares-too-late", with_a_square_of_the_mean, PAIR),
    (
        "loss-functions",
        "lowers-the-line-by-a-half",
        with_huber_of_the_book,
        (*PAIR, 0.25),
    ),
    (
        "loss-functions",
        "applies-the-sigmoid-twice",
        with_logits_of_a_sigmoid,
        (PAIR[0], HALF_OR_WHOLE),
    ),
    (
        "margin-losses",
        "reads-target-as-marks",
        with_marks_for_classes,
        (PAIR[0], torch.tensor([[1, 2, -1], [0, 1, -1], [1, -1, -1], [2, 1, 0]])),
    ),
    (
        "margin-losses",
        "takes-all-angles-for-near",
        with_the_target_0_for_apart,
        (*PAIR, torch.tensor([1, -1, -1, 1])),
    ),
    (
        "image-tensors",
        "uses-the-images-own",
        with_its_own_statistics,
        (drawn(3, 5, 4), [0.1, 0.2, 0.3], [1.0, 2.0, 3.0]),
    ),
]


@pytest.mark.parametrize(("slug", "code", "answer", "given"), CASES)
def test_a_mistake_has_the_numbers_of_what_people_write(
    slug: str, code: str, answer: Callable[..., Any], given: tuple[Any, ...]
):
    kata, _ = find(find_root(), slug)
    (known,) = [mistake for mistake in bank.read(kata) if mistake.code == code]
    theirs = numbers(answer(*given))
    each = [bank.answer(kata, member)(*given) for member in known.each]
    assert any(agree(numbers(mine), theirs) for mine in each)


class TwiceDecayed:
    """Adam as a person writes it who decays the gradient, and p besides."""

    def __init__(self, params: list[Tensor], lr: float, wd: float) -> None:
        self.params, self.lr, self.wd, self.t = params, lr, wd, 0
        self.m, self.v = ([torch.zeros_like(p) for p in params] for _ in range(2))

    @torch.no_grad()
    def step(self) -> None:
        """Take a step with the gradient that was made before p shrank."""
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v, strict=True):
            g = p.grad + self.wd * p
            p.mul_(1 - self.lr * self.wd)
            m.mul_(0.9).add_(g, alpha=0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            root = (v / (1 - 0.999**self.t)).sqrt() + 1e-8
            p.sub_(self.lr * m / (1 - 0.9**self.t) / root)


def after_steps(p: Tensor, optimizer: Any) -> list[np.ndarray]:
    """Return where a parameter is after each of three steps."""
    places = []
    for size in (1.0, -0.5, 3.0):
        p.grad = size * torch.arange(1.0, 4.0, dtype=torch.float64)
        optimizer.step()
        places.append(p.detach().numpy().copy())
    return places


def test_a_decay_in_both_places_has_the_numbers_of_what_people_write():
    kata, _ = find(find_root(), "optimizers")
    code = "decays-the-gradient-and-then-p"
    (known,) = [mistake for mistake in bank.read(kata) if mistake.code == code]
    mine, theirs = (drawn(3).requires_grad_() for _ in range(2))
    adam = bank.answer(kata, known)([mine], lr=0.1, weight_decay=0.3, decoupled=True)
    moved = after_steps(theirs, TwiceDecayed([theirs], 0.1, 0.3))
    assert agree(after_steps(mine, adam), moved)


def numbers(result: Any) -> list[np.ndarray]:
    """Return the arrays of a result; what a forward pass keeps is its own."""
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(v) for v in parts if isinstance(v, np.ndarray | Tensor)]


def agree(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    """Tell whether two results are alike to nine digits, as the diagnosis asks."""
    return len(one) == len(other) and all(
        a.shape == b.shape and np.allclose(a, b, 1e-9, 0)
        for a, b in zip(one, other, strict=True)
    )
