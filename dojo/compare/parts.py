"""Which part of a result was compared: found by identity, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dojo.compare.mismatch import Mismatch
from dojo.compare.words import part_words

DEEPEST = 3  # containers in containers
Path = tuple[Any, ...]


def told_of(error: Mismatch, name: str, result: Any) -> Mismatch:
    """Return a mismatch in the words of the function whose result broke it.

    Parameters
    ----------
    error : Mismatch
    name : str
        The function.
    result : object
        What its last call returned.
    """
    if _are_entries(error, result):
        return _told_of_entries(error, name, result)
    path = path_to(error.compared, result)
    subject, whole = "what this test compares", error.compared
    if path is not None:
        subject, whole = f"what {name} returns", result
    part = part_words((path or ()) + error.path, whole)
    if part and error.got.startswith("None:"):
        error.got = "None"  # no return is missing
    if error.claim:
        if part:
            of = name if path is not None and part.endswith("results") else subject
            subject = f"{part} of {of}"
        return error.reworded(f"{subject} {error.claim}", error.where)
    where = f"in {part}{', ' if error.where else ''}" if part else ""
    return error.reworded(error.because, where + error.where)


def path_to(part: Any, whole: Any) -> Path | None:
    """Return the keys that lead to a part of a result; None if it is no part.

    None too if it stands at several places.
    """
    if part is whole:
        return ()
    if isinstance(part, int | str) or (isinstance(part, tuple) and not part):
        return None  # equal ones are often the same object, wherever they come from
    found = list(_places(part, whole, DEEPEST))
    return found[0] if len(found) == 1 else None


def _places(part: Any, whole: Any, depth: int) -> Iterator[Path]:
    if isinstance(whole, dict):
        items = list(whole.items())
    elif isinstance(whole, list | tuple):
        items = list(enumerate(whole))
    else:
        return
    for key, item in items:
        if item is part:
            yield (key,)
        elif depth > 1:
            yield from ((key, *path) for path in _places(part, item, depth - 1))


def _are_entries(error: Mismatch, result: Any) -> bool:
    """Tell whether a test compared a list of numbers as an array."""
    if not isinstance(result, list) or not result or error.values is None:
        return False
    came = error.values[0]
    if not isinstance(came, np.ndarray) or came.shape != (len(result),):
        return False
    try:
        return np.array_equal(np.array(result, float), came, equal_nan=True)
    except (TypeError, ValueError):  # no numbers
        return False


def _told_of_entries(error: Mismatch, name: str, result: list[Any]) -> Mismatch:
    """Return a mismatch that speaks of a list's entries, not of an array's."""
    assert error.values is not None  # they are how the list was recognised
    want = np.shape(error.values[1])
    if error.rung == "shape" and len(want) == 1:
        told = error.reworded(f"what {name} returns has {want[0]} entries", "")
        told.got, told.want = f"{len(result)} entries", f"{want[0]} entries"
        return told
    because = f"what {name} returns {error.claim}" if error.claim else error.because
    if error.at is None:
        return error.reworded(because, error.where)
    place = part_words(error.at, result)
    return error.reworded(because, f"{place}; {error.where.partition('; ')[2]}")
