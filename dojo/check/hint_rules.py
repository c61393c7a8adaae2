"""Rules for a page's hints; each complaint ends with its remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dojo.check.likeness import given_away
from dojo.kata import pages
from dojo.kata.catalog import Kata

HINTS = 3
GAP = re.compile(r"\.\.\.|…")
SECRET = 2  # operators and calls: an expression of more is the answer, or a part of it


def complaints(kata: Kata) -> Iterator[str]:
    """Yield what is wrong with the hints of a kata's page."""
    yield from belong_to_functions(kata)
    yield from deepen(kata)


def deepen(kata: Kata) -> Iterator[str]:
    """A hint asks, the next one says the idea, and the last one is code with gaps."""
    for name, hints in pages.hints(kata).items():
        for level, hint in enumerate(hints[: HINTS - 1], 1):
            for code in given_away(hint, kata.tree, SECRET):
                yield (
                    f"hint {level} for {name} gives away {code!r}, which the reference "
                    f"has; say it in words, or leave it to hint {HINTS} with a gap"
                )
        if hints and "?" not in hints[0]:
            yield f"hint 1 for {name} asks nothing; ask where to look"
        if len(hints) == HINTS and not GAP.search(hints[-1]):
            yield f"hint {HINTS} for {name} has no gap; write ... where it matters"


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
