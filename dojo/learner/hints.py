"""Hints by level, from where to look to almost the code; the page holds them."""

from __future__ import annotations

from dojo.errors import UserError
from dojo.kata import pages
from dojo.kata.catalog import Kata
from dojo.learner.ledger import Ledger


def hint(kata: Kata, level: int) -> tuple[str, str]:
    """Return a hint's title and text.

    Raises
    ------
    UserError
        If the page has none of that level.
    """
    known = pages.hints(kata)
    if not known:
        raise UserError(
            f"{kata.slug} has no hints yet; dojo docs {kata.slug} has the theory"
        )
    if not 1 <= level <= len(known):
        raise UserError(f"{kata.slug} has hints 1 to {len(known)}")
    deeper = "" if level == len(known) else "; again for a deeper one"
    return f"hint {level} of {len(known)}{deeper}", known[level - 1]


def deeper(kata: Kata, ledger: Ledger) -> tuple[str, str]:
    """Return the next hint that the learner has not had, the last one if there is none.

    What was shown is written down, so that it goes on from there another day.
    """
    entry = ledger.read()["katas"].get(kata.slug)
    seen = entry["hints"] if entry else 0
    level = min(seen + 1, max(1, len(pages.hints(kata))))
    found = hint(kata, level)
    if level > seen:
        ledger.add({"kind": "hint", "kata": kata.slug, "level": level})
    return found
