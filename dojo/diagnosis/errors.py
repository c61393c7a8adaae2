"""Errors of Python, NumPy and torch that have one meaning, in a learner's words."""

from __future__ import annotations

import re
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import Match

from dojo.diagnosis.cases import is_plain
from dojo.diagnosis.known import with_besides
from dojo.diagnosis.quantities import sizes_of
from dojo.verdict.verdicts import Diagnosis, Outcome

Axes = Mapping[str, tuple[str, ...]]
Sizes = Callable[[str], str]  # a size, with the name of what has it


@dataclass(frozen=True)
class Meaning:
    """What an error means.

    Parameters
    ----------
    code : str
        What `dojo explain` takes.
    pattern : str
        Found in the error's text.
    says : str or callable
        A sentence; or makes one of the match and of what names a size.
    line : str
        What must stand in the line that raised; a pattern, too.
    """

    code: str
    pattern: str
    says: str | Callable[[Match[str], Sizes], str]
    line: str = ""


def _product(match: Match[str], named: Sizes) -> str:
    """Say of a product of two matrices which sizes meet, and what would fit."""
    rows, inner, other, columns = match.groups()
    text = (
        f"In this product each row on the left has {named(inner)} entries and each "
        f"column on the right has {named(other)}; the two must be equal"
    )
    left, right = rows == other, inner == columns
    if left != right:
        text += f": the {'left' if left else 'right'} one transposed would fit"
    return f"{text}."


def _core(match: Match[str], named: Sizes) -> str:
    right, left = match.groups()
    return (
        f"In this product each row on the left has {named(left)} entries and each "
        f"column on the right has {named(right)}; the two must be equal."
    )


def _broadcast(match: Match[str], named: Sizes) -> str:
    one, other = (re.findall(r"\d+", shape) for shape in match.groups())
    shapes = " and ".join(f"({', '.join(shape)})" for shape in (one, other))
    if one == other[::-1] and len(one) > 1:
        return f"Shapes {shapes} meet entry by entry: one of the two is transposed."
    return (
        f"Shapes {shapes} meet entry by entry: from the last axis on, two sizes must "
        "be equal, or one of them 1."
    )


def _sizes_meet(match: Match[str], named: Sizes) -> str:
    one, other, axis = match.groups()
    return (
        f"Sizes {one} and {other} meet at axis {axis}, entry by entry: "
        "they must be equal, or one of them 1."
    )


def _past_the_end(match: Match[str], named: Sizes) -> str:
    index, axis, size = match.groups()
    return (
        f"Index {index} lies outside of axis {axis}, whose size is {size}: the "
        f"last index is {int(size) - 1}."
    )


def _unpacked(match: Match[str], named: Sizes) -> str:
    expected, got = match.groups()
    return (
        f"This line gives names to {expected} sizes of a shape that has "
        f"{got or 'more'}: the number of axes is not always the same."
    )


def _module(match: Match[str], named: Sizes) -> str:
    name = match.group(1)
    return (
        f"A module, {name}, stands where a tensor is due. Its class makes it and the "
        f"module is what is called on a tensor: {name}()(x)."
    )


NO_GRAD = (
    "A .grad is None here: only a leaf that requires a gradient gets one, and only in "
    "backward(); a tensor that an operation made, as W = W - lr * W.grad does, is no "
    "leaf."
)
MEANINGS = (
    Meaning(
        "leaf-in-place",
        "a leaf Variable that requires grad is being used in an in-place operation",
        "A tensor that requires a gradient is changed in place while torch records: "
        "make the change inside torch.no_grad().",
    ),
    Meaning("grad-is-none", r"unsupported operand.*NoneType", NO_GRAD, r"\.grad\b"),
    Meaning("grad-is-none", r"NoneType.*no attribute", NO_GRAD, r"\.grad\."),
    Meaning(
        "ambiguous-truth",
        r"truth value of an (array|empty array)|Boolean value of Tensor with more",
        "A whole array is asked for one yes or no, as if, and, or, not, min and max "
        "do: decide entry by entry (where), or ask any() or all().",
    ),
    Meaning(
        "shape-for-a-size",
        r"unsupported operand type\(s\).*'tuple'|'tuple' object cannot be interpreted",
        "A shape is a tuple of all sizes, and no number: one size is shape[0] or "
        "shape[1].",
        r"\.shape\b(?!\[)",
    ),
    Meaning(
        "module-for-a-tensor",
        r"must be Tensor, not (?!NoneType|Size)([A-Z]\w+)",
        _module,
    ),
    Meaning(
        "module-not-begun",
        r"before Module\.__init__\(\) call",
        "A module must begin before it is given parts: super().__init__() comes first "
        "in __init__.",
    ),
    Meaning(
        "pair-for-a-number",
        r"must be (?:int|float|Number), not tuple|'tuple' object cannot be interpreted"
        r"|operand.*: (?:'tuple' and '(?:int|float)'|'(?:int|float)' and 'tuple')",
        "A tuple stands where one number is due: take one of its numbers. Where a "
        "number or a pair may come, make a pair of the number first.",
    ),
    Meaning(
        "one-number-of-many",
        r"only (length-1|size-1|0-dimensional) arrays can be converted|"
        r"only one element tensors can be converted|"
        r"a Tensor with \d+ elements cannot be converted to Scalar",
        "A function for one number, as float(), int(), item() and those of math, is "
        "given an array of several.",
    ),
    Meaning(
        "no-graph",
        "does not require grad and does not have a grad_fn",
        "What the gradient is asked of does not depend, for torch, on anything that "
        "requires one: detach(), item(), .data, no_grad() and NumPy cut the graph.",
    ),
    Meaning(
        "backward-twice",
        "Trying to backward through the graph a second time",
        "The gradient is asked for a second time through the same graph, which the "
        "first time has let go: compute the loss anew before each.",
    ),
    Meaning(
        "backward-of-many",
        "grad can be implicitly created only for scalar outputs",
        "The gradient is asked of several numbers at once, and it is that of one: take "
        "their sum or mean first.",
    ),
    Meaning(
        "numpy-of-a-graph",
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy is given a tensor that is part of a graph: use torch's functions, or "
        "detach() it first if no gradient is due.",
    ),
    Meaning(
        "mixed-dtypes",
        r"expected (?:scalar type|m1 and m2 to have the same dtype)|must have the same "
        r"dtype",
        "Two tensors of different dtypes meet here: make what is new of the dtype of "
        "what is given.",
    ),
    Meaning(
        "nan-in-integers",
        "cannot convert float NaN to integer",
        "A NaN is put where only integers fit: work with floats.",
    ),
    Meaning(
        "floats-into-integers",
        r"Cannot cast ufunc .* from dtype\('float\d+'\) to dtype\('u?int\d+'\)",
        "Floats are written into an array of integers: work on a copy in floats.",
    ),
    Meaning(
        "shapes-do-not-match",
        r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        _product,
    ),
    Meaning(
        "shapes-do-not-match",
        r"shapes \((\d+),(\d+)\) and \((\d+),(\d+)\) not aligned",
        _product,
    ),
    Meaning(
        "shapes-do-not-match",
        r"matmul: Input operand 1 has a mismatch in its core dimension 0.*"
        r"\(size (\d+) is different from (\d+)\)",
        _core,
    ),
    Meaning(
        "shapes-do-not-match",
        r"operands could not be broadcast together with shapes "
        r"\(([\d,]+)\) \(([\d,]+)\)",
        _broadcast,
    ),
    Meaning(
        "shapes-do-not-match",
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at "
        r"non-singleton dimension (\d+)",
        _sizes_meet,
    ),
    Meaning(
        "past-the-end",
        r"index (\d+) is out of bounds for (?:axis|dimension) (\d+) with size (\d+)",
        _past_the_end,
    ),
    Meaning(
        "fixed-number-of-axes",
        r"(?:not enough|too many) values to unpack \(expected (\d+)(?:, got (\d+))?\)",
        _unpacked,
        r"shape\b",
    ),
)


def of_errors(failed: list[Outcome], axes: Axes) -> Diagnosis | None:
    """Return what the first error means that an answer raised, if that is known.

    Parameters
    ----------
    failed : list of Outcome
        All failing tests of one function.
    axes : dict
        The names of each argument's axes.
    """
    meant = {outcome.test: meaning_of(outcome, axes) for outcome in failed}
    first = next((found for found in meant.values() if found), None)
    if first is None:
        return None
    code, says = first
    tests = frozenset(t for t, found in meant.items() if found and found[0] == code)
    rest = [outcome for outcome in failed if outcome.test not in tests]
    besides = rest[0].because if rest else ""
    return Diagnosis(code, with_besides(says, besides), tests)


def meaning_of(outcome: Outcome, axes: Axes) -> tuple[str, str] | None:
    """Return code and sentence of an error that a line of the answer raised."""
    error = outcome.error
    if outcome.rung != "returned" or error is None or not _is_own(outcome, error):
        return None
    text = str(error)
    plain = is_plain(outcome.arguments)  # else a size may come from elsewhere

    def named(size: str) -> str:
        names = [n for n, s in sizes_of(outcome.arguments, axes) if s == int(size)]
        is_sure = plain and len(names) == 1 and size != "1"
        return f"{size} ({names[0]})" if is_sure else size

    for meaning in MEANINGS:
        match = re.search(meaning.pattern, text)
        if match and re.search(meaning.line, outcome.where):
            says = meaning.says
            sentence = says if isinstance(says, str) else says(match, named)
            return meaning.code, sentence
    return None


def _is_own(outcome: Outcome, error: BaseException) -> bool:
    """Tell whether a line of the answer raised, or a library that it called there."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_library(frame.filename)]
    return bool(own) and own[-1].lineno == outcome.line


def _is_library(file: str) -> bool:
    """Tell whether a file is a library's, or of the dojo, which watches the call."""
    dojo = str(Path(__file__).parents[1])
    return "site-packages" in file or file.startswith(
        (sysconfig.get_path("stdlib"), dojo)
    )
