"""The banks of known mistakes in tests/: read for their words, loaded to be run."""

from __future__ import annotations

import ast
import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from dojo.kata.catalog import Kata

LISTED = "EQUIVALENT"


@dataclass(frozen=True)
class Mistake:
    """One known mistake.

    Parameters
    ----------
    kata : str
        The slug.
    function : str
        What it answers.
    name : str
        Its own name in the bank.
    says : str
        What is wrong, a sentence.
    """

    kata: str
    function: str
    name: str
    says: str

    @property
    def code(self) -> str:
        """The name with hyphens, which `dojo explain` takes."""
        words = "".join(f"_{c.lower()}" if c.isupper() else c for c in self.name)
        return words.strip("_").replace("_", "-")


@cache
def read(kata: Kata) -> tuple[Mistake, ...]:
    """Return a kata's known mistakes in the order of the file, without running it."""
    if not kata.bank.is_file():
        return ()
    mistakes = []
    for node in ast.parse(kata.bank.read_text("utf-8"), str(kata.bank)).body:
        for mark in getattr(node, "decorator_list", []):
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "mistake":
                function, says = (ast.literal_eval(argument) for argument in mark.args)
                mistakes.append(Mistake(kata.slug, function, node.name, says))  # type: ignore[attr-defined]  # a def or class
    return tuple(mistakes)


def equivalent(kata: Kata) -> dict[str, dict[str, str]]:
    """Return the edits of the reference that change nothing that is promised.

    They stand in the bank as `EQUIVALENT`: for each function each edit, as a diff has
    it ("- return a + 1" and "+ return 1 + a" below it), with the reason; the first of
    the two lines alone stands for every edit of it.
    """
    if not kata.bank.is_file():
        return {}
    for node in ast.parse(kata.bank.read_text("utf-8"), str(kata.bank)).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == LISTED:
            listed: dict[str, dict[str, str]] = ast.literal_eval(node.value)
            return listed
    return {}


@cache
def load(kata: Kata) -> Any:
    """Return a kata's bank as a module."""
    name = f"dojo_bank_{kata.stem}"
    spec = importlib.util.spec_from_file_location(name, kata.bank)
    if spec is None or spec.loader is None:
        raise ImportError(f"{kata.bank} cannot be loaded")
    if str(kata.root) not in sys.path:
        sys.path.insert(0, str(kata.root))  # banks import solutions.*
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def answer(kata: Kata, mistake: Mistake) -> Any:
    """Return the wrong answer itself."""
    return getattr(load(kata), mistake.name)


def of_function(kata: Kata, function: str) -> list[Mistake]:
    """Return the known mistakes of one function."""
    return [mistake for mistake in read(kata) if mistake.function == function]
