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
