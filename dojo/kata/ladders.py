"""Ladders of speed, beside the graders: one task, done by the answer and by others.

A kata's ladders stand in `tests/…/bench_kNN_….py`, each a call of `Ladder` in the tuple
`LADDERS`; who has no such file has no ladder.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dojo.errors import UserError
from dojo.kata.catalog import Kata, katas

if TYPE_CHECKING:
    import numpy as np

LISTED = "LADDERS"


@dataclass(frozen=True)
class Ladder:
    """One task whose time is compared: by the answer, the reference, a loop and torch.

    Parameters
    ----------
    functions : str or tuple of str
        The public functions that are timed. This and the next are read from the file's
        text, so they must stand there plainly.
    of : str
        On what, in words: "an image of 64 × 64 under a kernel of 5 × 5".
    given : callable
        Takes a NumPy generator, returns the tuple of arguments.
    naive : callable
        Takes the arguments; does the same entry by entry, or sample by sample.
    torch : callable
        Takes the arguments, with tensors in the place of arrays; does the same as torch
        would have it.
    answer : callable, optional
        Takes the kata's public functions as one object, and the arguments. By default
        the one function is called with them.
    torch_given : callable, optional
        Takes the arguments and returns those of `torch`, which is not timed: where a
        gradient is timed, the graph is built here.
    """

    functions: str | tuple[str, ...]
    of: str
    given: Callable[[np.random.Generator], tuple[Any, ...]]
    naive: Callable[..., Any]
    torch: Callable[..., Any]
    answer: Callable[..., Any] | None = None
    torch_given: Callable[..., tuple[Any, ...]] | None = None

    @property
    def task(self) -> Task:
        """What it times, in words."""
        return Task(_names(self.functions), self.of)


@dataclass(frozen=True)
class Task:
    """What a ladder times, as it can be read without running it.

    Parameters
    ----------
    functions : tuple of str
    of : str
    """

    functions: tuple[str, ...]
    of: str

    @property
    def name(self) -> str:
        """The functions on one line."""
        return " + ".join(self.functions)


def path_of(kata: Kata) -> Path:
    """Return the file of a kata's ladders, which need not be there."""
    return kata.grader.with_name(f"bench_{kata.stem}.py")


def with_ladder(root: Path) -> list[Kata]:
    """Return the katas that have a ladder, in the order of the tree."""
    return [kata for kata in katas(root) if path_of(kata).is_file()]


def tasks(kata: Kata) -> list[Task]:
    """Return what a kata's ladders time, read from the file's text."""
    path = path_of(kata)
    if not path.is_file():
        return []
    tree = ast.parse(path.read_text("utf-8"), str(path))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ladders = [node for node in calls if ast.unparse(node.func) == Ladder.__name__]
    found = []
    for call in ladders:
        try:
            functions, of = (ast.literal_eval(argument) for argument in call.args[:2])
        except ValueError as error:
            raise UserError(
                f"{path.name}:{call.lineno}: a ladder's functions and what they are "
                "timed on are read from the text: write both there, plainly"
            ) from error
        found.append(Task(_names(functions), of))
    return found


def load(kata: Kata) -> list[Ladder]:
    """Return a kata's ladders, to be run."""
    path = path_of(kata)
    spec = importlib.util.spec_from_file_location(f"dojo_bench_{kata.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    if str(kata.root) not in sys.path:
        sys.path.insert(0, str(kata.root))  # it may import solutions.*
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(getattr(module, LISTED))


def _names(functions: str | tuple[str, ...]) -> tuple[str, ...]:
    return (functions,) if isinstance(functions, str) else functions
