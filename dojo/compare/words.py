"""What a line of fact says; nothing here imports numpy or torch."""

from __future__ import annotations

import re
from typing import Any

BARE = re.compile(r"[\s\[\](),]*(?:(?:True|False)[\s\[\](),]*)*")
SIZES = re.compile(r"[\[(]\d+(?:\s*[,x]\s*\d*)*[\])]|\bsize \d+")  # (3, 4), [6, 1, 5]
ERROR_LIMIT = 200  # characters of an error's line
GAP = " … "
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def is_bare(text: str) -> bool:
    """Tell whether a line of fact is nothing, or nothing but yes and no."""
    return BARE.fullmatch(text) is not None


def said(error: BaseException) -> str:
    """Return an error's first line; the quotes of a KeyError are no part of it.

    A line that ends in a colon tells nothing yet: those that it announces follow it. A
    line that is too long is cut in its middle, so that sizes at its end stay.
    """
    try:
        text = str(error.args[0] if isinstance(error, KeyError) else error)
    except Exception as broken:  # an error's own __str__ may be broken
        text = f"its text raised {type(broken).__name__}"
    first, _, rest = text.strip().partition("\n")
    if first.endswith(":"):
        first = " ".join([first, *rest.split()])
    return _cut(first or "no message")


def _cut(line: str) -> str:
    if len(line) <= ERROR_LIMIT:
        return line
    late = [match.start() for match in SIZES.finditer(line)]
    late = [place for place in late if place > ERROR_LIMIT // 2]
    if not late:
        return line[: ERROR_LIMIT - 1] + "…"
    end = line[late[0] :][: ERROR_LIMIT // 2]
    return line[: ERROR_LIMIT - len(end) - len(GAP)] + GAP + end


def part_words(path: tuple[Any, ...], whole: Any) -> str:
    """Return a part's place: 'the second of two results', 'entry 3 of 4', '["dW1"]'.

    Parameters
    ----------
    path : tuple
        The keys and indices that lead to the part; empty for all of it.
    whole : dict, list or tuple
        What was taken apart.
    """
    if len(path) == 1 and isinstance(whole, list):
        return f"entry {path[0] + 1} of {len(whole)}"
    if len(path) == 1 and isinstance(whole, tuple) and len(whole) < len(NUMBERS):
        return f"the {ORDINALS[path[0]]} of {NUMBERS[len(whole)]} results"
    return "".join(f'["{k}"]' if isinstance(k, str) else f"[{k!r}]" for k in path)
