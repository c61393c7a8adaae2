"""Holds every claim of a page against the reference, torch and autograd."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from dojo.check import claim_form
from dojo.check.claim_form import Statement
from dojo.check.network import network
from dojo.kata import pages
from dojo.kata.catalog import Kata

SEEDS = range(6)  # a claim is evaluated with each
RELATIVE, ABSOLUTE = 1e-9, 1e-12
REMEDY = "correct the formula or its claim"
GIVEN = {"np", "torch", "math", "rng", "autograd"}


def complaints(kata: Kata) -> list[str]:
    """Return the claims of a kata's page that do not hold, each told once."""
    text = pages.source(kata)
    try:
        found = claim_form.statements(text)
    except (claim_form.WrongForm, pages.PageSyntax):
        return []  # a rule has complained
    if not found:
        return []
    public = functions(kata)
    told: dict[int, str] = {}
    for statement in found:
        if statement.kind == "let" and statement.left in GIVEN | public.keys():
            told[statement.line] = (
                f"{statement.left} is given another meaning, so the page would be held "
                "against itself; choose another name"
            )
    for seed in SEEDS:
        for statement, says in broken(found, public, seed):
            told.setdefault(statement.line, f"{says} (seed {seed})")
    where = kata.page.relative_to(kata.root)
    return [f"{where}:{line}: {says}" for line, says in sorted(told.items())]


def functions(kata: Kata) -> dict[str, Any]:
    """Return the public functions of a kata's reference, loaded anew."""
    name = f"dojo_claims_{kata.stem}"
    spec = importlib.util.spec_from_file_location(name, kata.reference)
    if spec is None or spec.loader is None:
        raise ImportError(f"{kata.reference} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: getattr(module, name) for name in kata.functions}


def broken(
    found: list[Statement], public: dict[str, Any], seed: int
) -> Iterator[tuple[Statement, str]]:
    """Yield each statement that does not hold for one seed, and why."""
    drawn = network(seed) if any(s.kind == "network" for s in found) else {}
    space = drawn | public | {
        "np": np, "torch": torch, "math": math, "autograd": autograd,
        "rng": np.random.default_rng(seed),
    }  # fmt: skip
    for statement in found:
        if statement.kind == "network" and statement.left not in drawn:
            yield statement, f"{statement.left} is no array of the network; {REMEDY}"
            continue
        try:
            with np.errstate(all="ignore"):
                says = _against(statement, space)
        except Exception as error:
            kind = "the name" if statement.kind == "let" else "the claim"
            yield (
                statement,
                f"{kind} {statement.text} raises {type(error).__name__}: {error}; "
                f"{REMEDY}, or give what it needs in a dojo:let above",
            )
            if statement.kind == "let":
                return  # what follows needs the name
        else:
            if says:
                yield (
                    statement,
                    f"the claim {statement.text} does not hold: {says}; {REMEDY}",
                )


def _against(statement: Statement, space: dict[str, Any]) -> str:
    """Give a name, or return how the sides of a claim differ."""
    right = eval(statement.right, space)
    if statement.kind == "let":
        space[statement.left] = right
        return ""
    return difference(eval(statement.left, space), right)


def autograd(
    f: Callable[..., torch.Tensor], *arrays: np.typing.ArrayLike
) -> list[np.ndarray[Any, Any]]:
    """Return a scalar function's gradient for each array, in float64."""
    tensors = [
        torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=True)
        for array in arrays
    ]
    slopes = torch.autograd.grad(f(*tensors), tensors, materialize_grads=True)
    return [slope.numpy() for slope in slopes]


def difference(left: Any, right: Any) -> str:
    """Return how two values differ; empty if they agree.

    Numbers with a fraction agree to 1e-9, all else exactly.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        left, right = sorted(left.items()), sorted(right.items())
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if len(left) != len(right):
            return f"the left side has {len(left)} parts, the right side {len(right)}"
        pairs = zip(left, right, strict=True)
        return next(filter(None, (difference(one, two) for one, two in pairs)), "")
    one, two = _array(left), _array(right)
    if one is None or two is None:
        same = type(left) is type(right) and bool(left == right)
        return "" if same else f"the left side is {left!r}, the right side {right!r}"
    if one.shape != two.shape:
        return f"the left side has shape {one.shape}, the right side {two.shape}"
    return _off(one, two)


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array of numbers; None if it is none."""
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    array = np.asarray(value)
    return array if array.dtype.kind in "biufc" else None


def _off(one: np.ndarray[Any, Any], two: np.ndarray[Any, Any]) -> str:
    """Return where two arrays of one shape differ most; empty if they agree."""
    if one.dtype.kind in "biu" and two.dtype.kind in "biu":
        same = one == two
    else:
        same = np.isclose(one, two, RELATIVE, ABSOLUTE)
    if same.all():
        return ""
    with np.errstate(all="ignore"):
        off = np.abs(np.subtract(one, two, dtype=np.result_type(one, two, float)))
    at = np.unravel_index(np.argmax(np.where(same, -1.0, off)), off.shape)
    where = f" at {[int(i) for i in at]}" if at else ""
    got, want = (_number(array[at].item()) for array in (one, two))
    return f"the left side is {got}, the right side {want}{where}"


def _number(value: bool | int | float | complex) -> str:
    return str(value) if isinstance(value, int) else f"{value:.10g}"
