"""What is wrong in a bug hunt, and the text that a learner begins with."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from dojo.errors import UserError
from dojo.kata import bank
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Hunt
from dojo.kata.splice import names_of, used_in, with_bodies

PUT_IN = "PUT_IN"


def bugs(hunt: Hunt) -> tuple[Mistake, ...]:
    """Return the mistakes that a hunt begins with, in the order of its functions.

    They are all that its bank defines, and those that the bank's `PUT_IN` names by
    function and code, which stand in the banks of the katas.

    Raises
    ------
    UserError
        If a code is not known.
    """
    found = list(bank.own(hunt))
    for function, code in bank.constant(hunt, PUT_IN).items():
        fits = [m for m in bank.of_function(hunt, function) if m.code == code]
        if not fits:
            raise UserError(f"{hunt.slug} puts {code} into {function}: there is none")
        found.append(fits[0])
    return tuple(sorted(found, key=lambda bug: _place(hunt, bug)))


def _place(hunt: Hunt, bug: Mistake) -> int:
    names = hunt.functions
    return names.index(bug.function) if bug.function in names else len(names)


def with_bugs(hunt: Hunt, chosen: Iterable[Mistake] | None = None) -> str:
    """Return the text of a hunt with bugs in it, by default with all that it has.

    Raises
    ------
    UserError
        If the body of one cannot take the place of the reference's.
    """
    text = hunt.source
    wrongs: dict[str, list[str]] = {}
    for bug in bugs(hunt) if chosen is None else chosen:
        wrongs.setdefault(bug.function, []).append(text_of(hunt, bug))
    for function, bodies in wrongs.items():
        try:
            text = with_bodies(text, function, bodies)
        except ValueError as error:
            says = f"{hunt.slug}: what is wrong with {function} cannot be put in"
            raise UserError(f"{says}: {error}") from error
    return text


def text_of(hunt: Hunt, bug: Mistake) -> str:
    """Return the definition of a bug as its bank has it."""
    source = bank.home(hunt, bug).bank.read_text("utf-8")
    node = next(n for n in ast.parse(source).body if bug.name in names_of(n))
    return "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno]) + "\n"


def unknown_in(text: str) -> set[str]:
    """Return the names that a module reads and neither it nor Python defines."""
    tree = ast.parse(text)
    known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
             and not isinstance(node.ctx, ast.Load)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            known.add(node.name)
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.alias):
            known.add((node.asname or node.name).partition(".")[0])
    return used_in(tree) - known - set(dir(builtins))
