"""Hints by function and level, from where to look to almost the code, off the page."""

from __future__ import annotations

import re
from collections.abc import Callable

from dojo.errors import UserError
from dojo.kata import hunts, pages, urls
from dojo.kata.catalog import Hunt, Kata
from dojo.learner.ledger import Ledger
from dojo.learner.progress import new_kata_progress
from dojo.verdict.verdicts import FAILED, PASSED, where_lines
from dojo.worker.grade import grade

SECONDS = 10.0  # in which the line of a hunt's bug is looked for
# A link; code, in which brackets may stand too, is passed over.
LINK = re.compile(
    r"(?P<code>```.*?```|`[^`]*`)"
    r"|\[(?P<text>[^\]\[]+)\]\((?P<target>#[\w-]+|[\w./-]+\.md(?:#[\w-]+)?|https?://[^)\s]+)\)",
    re.DOTALL,
)


def function_at(kata: Kata, ledger: Ledger) -> str:
    """Return the function that the learner is at: the first that is not passed.

    Optional ones come after all others.

    In a hunt it is the first that is not passed and has hints: another may only call
    one with a bug.
    """
    progress = ledger.read()["katas"].get(kata.slug) or new_kata_progress()
    known = progress["functions"]
    hinted = [name for name in kata.functions if pages.hints_of(kata, name)]
    names = hinted if isinstance(kata, Hunt) and hinted else kata.functions
    for name in sorted(names, key=lambda name: name in kata.optional):
        if name not in known or known[name]["state"] != PASSED:
            return name
    return names[0]


def level_of(kata: Kata, function: str, ledger: Ledger) -> int:
    """Return the level of the deepest hint of a function that was shown; 0 for none."""
    progress = ledger.read()["katas"].get(kata.slug)
    return progress.get("levels", {}).get(function, 0) if progress else 0


def hint(kata: Kata, function: str, level: int) -> tuple[str, str]:
    """Return the title and the text of a function's hint.

    Raises
    ------
    UserError
        If the page has none of that level.
    """
    texts = pages.hints_of(kata, function)
    if not texts and isinstance(kata, Hunt):
        raise UserError(
            f"{kata.slug} has no hints for {function}: look at what it calls, and at "
            "the other functions that fail"
        )
    if not texts:
        raise UserError(
            f"{kata.slug}::{function} has no hints yet; "
            f"dojo docs {kata.slug} has the theory"
        )
    if not 1 <= level <= len(texts):
        none = "no hint was shown yet, and " if level == 0 else ""
        raise UserError(f"{none}{kata.slug}::{function} has hints 1 to {len(texts)}")
    more = "what is wrong" if isinstance(kata, Hunt) else ""
    more = more if level == len(texts) else "a deeper one"
    deeper = f"; again for {more}" if more else ""
    title = f"hint {level} of {len(texts)} for {function}{deeper}"
    return title, with_addresses(texts[level - 1], kata)


def with_addresses(text: str, kata: Kata) -> str:
    """Return a hint as a terminal shows it: where its links lead stands below."""
    addresses: dict[str, str] = {}

    def shown(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        addresses[match["text"]] = urls.linked(kata, match["target"])
        return match["text"]

    text = LINK.sub(shown, text)
    lines = [f"{name}: {address}" for name, address in addresses.items()]
    return "\n\n".join([text, *(["\n".join(lines)] if lines else [])])


def of_place(kata: Kata, function: str, ledger: Ledger) -> tuple[str, str] | None:
    """Return what is wrong on the lines that the last verdict named in a function.

    First the kind of change, then the change itself; None if both were shown, or if
    no line is known.
    """
    progress = ledger.read()["katas"].get(kata.slug)
    place = progress.get("places", {}).get(function) if progress else None
    if place is None or place["shown"] > 1:
        return None
    ledger.add({"kind": "revealed", "kata": kata.slug, "function": function})
    where = place["where"]
    lines = ", ".join(map(str, where["lines"]))
    title = f"{function}, line {lines}"
    if place["shown"] == 0:
        return f"{title}; again for the change", f"What to change: {where['kind']}."
    return title, where["edit"]


def refer(kata: Kata, function: str) -> tuple[str, str]:
    """Return, in the place of what is wrong, the command that says it."""
    return (
        f"no more hints for {function}",
        f"dojo hint {kata.slug}::{function} in another terminal says what is wrong.",
    )


def grade_and_tell(kata: Kata, function: str) -> tuple[str, str]:
    """Return what was put into a function of a hunt, and where it still fails."""
    assert isinstance(kata, Hunt)
    title = f"what is wrong in {function}"
    (record,) = grade(kata.root, [kata], function, where=SECONDS, tell=True)
    if record["state"] != FAILED:
        return title, f"{function} is {record['state']} now."
    own = [bug for bug in hunts.bugs(kata) if bug.function == function]
    says = [f"{bug.code}: {bug.says}" for bug in own]
    if record["where"]:
        says += ["\n".join(where_lines(record)), record["where"]["edit"]]
    return title, "\n\n".join(says)


def deeper(
    kata: Kata,
    function: str,
    ledger: Ledger,
    ask: Callable[[Kata, str], tuple[str, str]] = grade_and_tell,
) -> tuple[str, str]:
    """Return the next hint that the learner has not had, the last one if there is none.

    Where the last verdict named lines of the function, they come first. What was shown
    is written down, so that it goes on from there another day. In a hunt, `ask` has
    what follows the last hint: what is wrong.
    """
    if place := of_place(kata, function, ledger):
        return place
    seen = level_of(kata, function, ledger)
    last = max(1, len(pages.hints_of(kata, function)))
    if isinstance(kata, Hunt) and seen >= last:
        return ask(kata, function)
    level = min(seen + 1, last)
    shown = hint(kata, function, level)
    if level > seen:
        ledger.add(
            {"kind": "hint", "kata": kata.slug, "function": function, "level": level}
        )
    return shown
