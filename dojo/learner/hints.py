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
    texts = pages.hints_of(kata, kata.functions[0])
    if not texts:
        raise UserError(
            f"{kata.slug} has no hints yet; dojo docs {kata.slug} has the theory"
        )
    if not 1 <= level <= len(texts):
        raise UserError(f"{kata.slug} has hints 1 to {len(texts)}")
    deeper = "" if level == len(texts) else "; again for a deeper one"
    return f"hint {level} of {len(texts)}{deeper}", texts[level - 1]


def of_place(kata: Kata, ledger: Ledger) -> tuple[str, str] | None:
    """Return what is wrong on the lines that the last attempt's verdict named.

    First the kind of change, then the change itself; None if both were shown, or if
    no line is known.
    """
    progress = ledger.read()["katas"].get(kata.slug)
    place = progress.get("place") if progress else None
    if place is None or place["shown"] > 1:
        return None
    ledger.add({"kind": "revealed", "kata": kata.slug})
    where = place["where"]
    lines = ", ".join(map(str, where["lines"]))
    title = f"{place['function']}, line {lines}"
    if place["shown"] == 0:
        return f"{title}; again for the change", f"What to change: {where['kind']}."
    return title, where["edit"]


def deeper(kata: Kata, ledger: Ledger) -> tuple[str, str]:
    """Return the next hint that the learner has not had, the last one if there is none.

    Where the last verdict named lines, they come first. What was shown is written down,
    so that it goes on from there another day.
    """
    if place := of_place(kata, ledger):
        return place
    progress = ledger.read()["katas"].get(kata.slug)
    seen = progress["hints"] if progress else 0
    level = min(seen + 1, max(1, len(pages.hints_of(kata, kata.functions[0]))))
    shown = hint(kata, level)
    if level > seen:
        ledger.add({"kind": "hint", "kata": kata.slug, "level": level})
    return shown
