"""What a line of fact says; nothing here imports numpy or torch."""

from __future__ import annotations

import re
from typing import Any

from dojo.errors import Interrupted

BARE = re.compile(r"[\s\[\](),]*(?:(?:True|False)[\s\[\](),]*)*")
SIZES = re.compile(r"[\[(]\d+(?:\s*[,x]\s*\d*)*[\])]|\bsize \d+")  # (3, 4), [6, 1, 5]
TEXT_LIMIT = 20_000  # characters of any text of an answer; a traceback has as many
# Controls but for tabs and ends of lines, halves of letters, marks of direction.
_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
ERROR_LIMIT = 200  # characters of an error's line
GAP = " … "
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def is_bare(text: str) -> bool:
    """Tell whether a line of fact is nothing, or nothing but yes and no."""
    return BARE.fullmatch(text) is not None


def said(error: BaseException, nothing: str = "no message") -> str:
    """Return an error's first line; the quotes of a KeyError are no part of it.

    A line that ends in a colon tells nothing yet: those that it announces follow it. A
    line that is too long is cut in its middle, so that sizes at its end stay.
    """
    try:
        text = str(error.args[0] if _has_key(error) else error)
    except BaseException as broken:  # an error's own __str__ may end the process
        if isinstance(broken, Interrupted):
            raise
        text = f"its text raised {type(broken).__name__}"
    first, _, rest = text.strip().partition("\n")
    if first.endswith(":"):
        first = " ".join([first, *rest.split()])
    return plain(_cut(first) or nothing)


def _has_key(error: BaseException) -> bool:
    return isinstance(error, KeyError) and bool(error.args)


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return a text of an answer as it may be shown and stored.

    What steers a terminal, and what no file can hold, is written out, and of a long
    text the middle is left out.
    """
    if len(text) > limit:
        cut = f"\n… cut: {len(text):,} characters in all …\n"
        text = text[: limit // 2] + cut + text[-limit // 2 :]
    return _STEERS.sub(_written_out, text)


def plain_all(value: Any) -> Any:
    """Return data with every text in it made plain."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: plain_all(item) for key, item in value.items()}
    return [plain_all(item) for item in value] if isinstance(value, list) else value


def _written_out(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def _cut(line: str) -> str:
    if len(line) <= ERROR_LIMIT:
        return line
    line = line[:TEXT_LIMIT] + line[TEXT_LIMIT:][-TEXT_LIMIT:]
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
