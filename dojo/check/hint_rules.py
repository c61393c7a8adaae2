"""Rules for a page's hints; each complaint ends with its remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dojo.kata import pages
from dojo.kata.catalog import Kata

HINTS = 3


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with the hints of a kata's page."""
    yield from belong_to_functions(kata)


def belong_to_functions(kata: Kata) -> Iterator[str]:
    """Each function has its hints, and each hint its function."""
    every = pages.hints(kata)
    for name, hints in every.items():
        if name and name not in _may_have_hints(kata):
            yield (
                f"there are hints for {name}, which is not in __all__; "
                "correct the heading"
            )
        elif len(hints) != HINTS or not all(hint.strip() for hint in hints):
            whose = f" for {name}" if name else ", below no function's heading,"
            yield (
                f"the page has {len(hints)} hints{whose} that can be read; "
                f'write ??? tip "Hint 1" to "Hint {HINTS}" with indented bodies'
            )
    if every.get(""):
        yield "hints stand below no heading; put each below its ### `function`"
    for function in kata.functions:
        if not any(n == function or n.startswith(f"{function}.") for n in every):
            yield (
                f"{function} has no hints; write a heading ### `{function}` "
                f"in `## Hints`, and {HINTS} below it"
            )


def _may_have_hints(kata: Kata) -> set[str]:
    """Return the public functions and classes, and the methods of these."""
    names = set(kata.functions)
    for node in kata.tree.body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            names |= {
                f"{node.name}.{part.name}"
                for part in node.body
                if isinstance(part, ast.FunctionDef)
            }
    return names
