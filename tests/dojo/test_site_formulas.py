"""Holds every formula of the back-propagation page against autograd.

A display formula is followed by its claim, a comment that the reader does not see:
`dW2 = dZ2 @ A1.T` says that the right side has the shape and the values of what
autograd finds for the left; `a == b` says that two expressions agree. Here claims are
evaluated.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from dojo.kata.pages import HEADING
from dojo.site.maths import parts

PAGES = Path(__file__).resolve().parents[2] / "docs" / "en"
PAGE = PAGES / "ch1_foundations" / "k11_two_layer_backprop.md"
CLAIM = re.compile(r"<!-- dojo:claim (.+?) -->\s*")
PLAIN = re.compile(r"([A-Za-z]\w*) = (.+)")
SIZES = [(3, 4, 5), (2, 7, 3), (4, 1, 6)]  # n_x, n_1, m


def claims(path: Path) -> list[tuple[int, str]]:
    """Return a page's claims with their lines."""
    numbered = []
    for number, kind, text in parts(path.read_text("utf-8")):
        match = CLAIM.fullmatch(text) if kind == "comment" else None
        if match:
            numbered.append((number, match[1]))
    return numbered


def network(n_x: int, n_1: int, m: int, seed: int) -> dict[str, Any]:
    """Return the arrays of a two-layer network, and the slope of the cost at each."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        values = torch.randn(shape, generator=generator, dtype=torch.float64)
        return values.requires_grad_()

    X, W1, b1 = draw(n_x, m), draw(n_1, n_x), draw(n_1, 1)
    W2, b2 = draw(1, n_1), draw(1, 1)
    Y = torch.rand((1, m), generator=generator, dtype=torch.float64)
    Z1 = W1 @ X + b1
    A1 = torch.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = torch.sigmoid(Z2)
    J = torch.nn.functional.binary_cross_entropy(A2, Y)
    arrays = {
        "X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2,
        "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2,
    }  # fmt: skip
    slopes = torch.autograd.grad(J, list(arrays.values()))
    arrays = {name: array.detach().numpy() for name, array in arrays.items()}
    arrays |= {
        f"d{name}": slope.numpy() for name, slope in zip(arrays, slopes, strict=True)
    }
    return arrays | {"Y": Y.numpy(), "J": J.item(), "m": m, "np": np}


def broken(claim: str, arrays: dict[str, Any]) -> str:
    """Return what is wrong with a claim; empty if it holds."""
    plain = PLAIN.fullmatch(claim)
    left, right = plain.groups() if plain else claim.split(" == ")
    if plain and left not in arrays:
        return f"{left} is no array of the network"
    want, got = (eval(text, dict(arrays)) for text in (left, right))
    if np.shape(got) != np.shape(want):
        return f"{right} has shape {np.shape(got)}, {left} has {np.shape(want)}"
    if not np.allclose(got, want, rtol=1e-9, atol=1e-12):
        return f"{right} is off by {np.max(np.abs(np.subtract(got, want))):.3g}"
    return ""


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizes", SIZES)
def test_every_claim_agrees_with_autograd(sizes, seed):
    arrays, wrong = network(*sizes, seed), []
    for path in sorted(PAGES.glob("ch*/*.md")):
        for number, claim in claims(path):
            says = broken(claim, arrays)
            if says:
                wrong.append(f"{path.relative_to(PAGES)}:{number}: {claim}: {says}")
    assert wrong == []


def test_every_display_formula_of_the_derivation_has_its_claim():
    section, waiting, bare, held = "", 0, [], 0
    for number, kind, text in parts(PAGE.read_text("utf-8")):
        heading = HEADING.match(text) if kind == "text" else None
        claim = kind == "comment" and CLAIM.fullmatch(text)
        if waiting and not claim:
            bare.append(waiting)
        held += bool(waiting and claim)
        waiting = 0
        if heading and heading[1] == "##":
            section = heading[2]
        if kind == "display" and section == "Derivation":
            waiting = number
    assert bare == [], "these lines begin a formula that no claim follows"
    assert held >= 10


@pytest.mark.parametrize(
    "claim",
    [
        "dW2 = A1 @ dZ2.T",
        "dW2 = dZ2 @ A1.T / m",
        "dZ2 = A2 - Y",
        "dZ1 = dA1 * (1 - A1)",
        "db1 = dZ1.sum(axis=1)",
        "dQ = dZ1",
        "J == np.mean(np.log(A2))",
    ],
)
def test_a_wrong_claim_is_found(claim):
    assert broken(claim, network(3, 4, 5, 0))
