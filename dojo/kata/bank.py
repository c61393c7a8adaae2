"""The banks of known mistakes in tests/: read for their words, loaded to be run."""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from typing import Any

from dojo.kata.catalog import Kata

LISTED = "EQUIVALENT"
View = Callable[[dict[str, Any], Any], Any]  # of a call's arguments and its result


@dataclass(frozen=True)
class Mistake:
    """One known mistake, or a family of them.

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
    view : str
        The name of the function in the bank that shows what two answers with this
        mistake have in common, whatever they drew.
    is_twin : bool
        Whether one definition answers another function before this one.
    given : tuple of (str, object)
        What this member of a family is given by keyword.
    members : tuple of Mistake
        The members, of a family.
    """

    kata: str
    function: str
    name: str
    says: str
    view: str = ""
    is_twin: bool = False
    given: tuple[tuple[str, Any], ...] = ()
    members: tuple[Mistake, ...] = ()

    @cached_property
    def code(self) -> str:
        """The name with hyphens, which `dojo explain` takes."""
        words = "".join(f"_{c.lower()}" if c.isupper() else c for c in self.name)
        return words.strip("_").replace("_", "-")

    @property
    def anchor(self) -> str:
        """Where it stands on the page: twins have one code, and a place each."""
        function = self.function.lower().replace("_", "-")
        return f"mistake-{self.code}" + (f"-in-{function}" if self.is_twin else "")

    @property
    def each(self) -> tuple[Mistake, ...]:
        """What can be run: the members, or the mistake itself."""
        return self.members or (self,)


def read(kata: Kata) -> tuple[Mistake, ...]:
    """Return a kata's known mistakes; a hunt knows those of its katas too."""
    if kata in kata.parts:
        return own(kata)
    every = [mistake for part in (*kata.parts, kata) for mistake in own(part)]
    return tuple(mistake for mistake in every if mistake.function in kata.functions)


@cache
def own(kata: Kata) -> tuple[Mistake, ...]:
    """Return the mistakes of one bank in the order of the file, without running it."""
    if not kata.bank.is_file():
        return ()
    mistakes: list[Mistake] = []
    for node in ast.parse(kata.bank.read_text("utf-8"), str(kata.bank)).body:
        for mark in getattr(node, "decorator_list", []):
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "mistake":
                mistakes += _marked(kata, node.name, mark)  # type: ignore[attr-defined]  # a def or class
    return tuple(mistakes)


def equivalent(kata: Kata) -> dict[str, dict[str, str]]:
    """Return the edits of the reference that change nothing that is promised.

    They stand in the bank as `EQUIVALENT`: for each function each edit, as a diff has
    it ("- return a + 1" and "+ return 1 + a" below it), with the reason; the first of
    the two lines alone stands for every edit of it.
    """
    return constant(kata, LISTED)


def constant(kata: Kata, name: str) -> dict[str, Any]:
    """Return a dict that a bank writes down under a name; an empty one without it."""
    if not kata.bank.is_file():
        return {}
    for node in ast.parse(kata.bank.read_text("utf-8"), str(kata.bank)).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            listed: dict[str, Any] = ast.literal_eval(node.value)
            return listed
    return {}


def _marked(kata: Kata, name: str, mark: ast.Call) -> Iterator[Mistake]:
    """Yield what one decorator declares: a mistake, or one for each function."""
    functions, says = (ast.literal_eval(argument) for argument in mark.args)
    view, family = "", {}
    for keyword in mark.keywords:
        if keyword.arg == "view":
            view = ast.unparse(keyword.value)
        else:
            family[str(keyword.arg)] = ast.literal_eval(keyword.value)
    for place, function in enumerate(
        [functions] if isinstance(functions, str) else functions
    ):
        mistake = Mistake(kata.slug, function, name, says, view, place > 0)
        yield _family(mistake, family) if family else mistake


def _family(mistake: Mistake, family: dict[str, list[Any]]) -> Mistake:
    """Return a mistake with its members; {name} in the sentence stands for a value."""
    members = []
    for values in product(*family.values()):
        given = tuple(zip(family, values, strict=True))
        says = mistake.says.format(**dict(given))
        members.append(replace(mistake, says=says, given=given))
    listed = {name: _listed(values) for name, values in family.items()}
    says = mistake.says.format(**listed)
    return replace(mistake, says=says, members=tuple(members))


def _listed(values: list[Any]) -> str:
    words = [str(value) for value in values]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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


def home(kata: Kata, mistake: Mistake) -> Kata:
    """Return the kata in whose bank a mistake stands: a hunt's is in one of several."""
    return next(k for k in (kata, *kata.parts) if k.slug == mistake.kata)


def answer(kata: Kata, mistake: Mistake) -> Any:
    """Return the wrong answer itself; of a family, with what its member is given."""
    wrong = getattr(load(home(kata, mistake)), mistake.name)
    if not mistake.given:
        return wrong
    member = types.FunctionType(
        wrong.__code__, wrong.__globals__, wrong.__name__, wrong.__defaults__
    )
    member.__kwdefaults__ = {**(wrong.__kwdefaults__ or {}), **dict(mistake.given)}
    return member


def view(kata: Kata, mistake: Mistake) -> View | None:
    """Return what shows the likeness of two answers with this mistake, if it has it."""
    return getattr(load(home(kata, mistake)), mistake.view) if mistake.view else None


def of_function(kata: Kata, function: str) -> list[Mistake]:
    """Return the known mistakes of one function."""
    return [mistake for mistake in read(kata) if mistake.function == function]
