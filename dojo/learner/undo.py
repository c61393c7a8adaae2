"""Walks back through the copies of what commands replaced, a step at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.catalog import Kata, kata_at, katas
from dojo.kata.copies import Copy, copies, replace
from dojo.learner.ledger import Ledger
from dojo.learner.progress import Walk


@dataclass(frozen=True)
class Step:
    """A copy that can be brought back.

    Parameters
    ----------
    number : int
        Its place among all copies of the clone, the oldest is 1; so it stays the same.
    kata : Kata
        Whose file it was, under the kata's name of today.
    path : Path
        Of the copy.
    """

    number: int
    kata: Kata
    path: Path

    @property
    def time(self) -> str:
        """When it was made."""
        made = time.localtime(self.path.stat().st_mtime)
        return time.strftime("%Y-%m-%d %H:%M:%S", made)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    @property
    def is_in_place(self) -> bool:
        """Whether the learner's file is this copy."""
        file = self.kata.stub
        return file.is_file() and file.read_bytes() == self.path.read_bytes()


def steps(root: Path, ledger: Ledger) -> list[Step]:
    """Return every step, the oldest first."""
    today = {kata.slug: kata for kata in katas(root)}
    renamed = {e["kata"]: e["to"] for e in ledger.events() if e["kind"] == "renamed"}
    return [
        Step(number, _kata_of(root, copy, today, renamed), copy.path)
        for number, copy in enumerate(copies(root), 1)
    ]


def _kata_of(
    root: Path, copy: Copy, today: dict[str, Kata], renamed: dict[str, str]
) -> Kata:
    """Return a copy's kata; of one that was dropped, its place in the tree."""
    kata = kata_at(root, copy.chapter, copy.stem)
    slug, seen = kata.slug, set[str]()
    while slug not in today and slug in renamed and slug not in seen:
        seen.add(slug)
        slug = renamed[slug]
    return today.get(slug, kata)


def undo(
    root: Path, ledger: Ledger, slug: str | None = None, number: int | None = None
) -> tuple[Step, Step | None]:
    """Put a copy in the place of the learner's file.

    Parameters
    ----------
    root : Path
    ledger : Ledger
    slug : str, optional
        Only of this kata.
    number : int, optional
        Of the step; by default one step further back than the undo before.

    Returns
    -------
    Step, Step or None
        The step that was taken; the one that brings back what it replaced.
    """
    every = steps(root, ledger)
    try:
        step = _of_number(every, number, slug) or _further_back(every, ledger, slug)
        copy = replace(step.kata, step.path.read_bytes())
        after = steps(root, ledger)
    except OSError as error:
        raise UserError(f"nothing was undone: {error}; mend that first") from error
    own = [one for one in after if one.kata.slug == step.kata.slug]
    ledger.add(
        {
            "kind": "undone", "kata": step.kata.slug, "copy": step.path.name,
            "youngest": own[-1].path.name,
        }
    )  # fmt: skip
    return step, next((one for one in own if one.path == copy), None)


def _of_number(every: list[Step], number: int | None, slug: str | None) -> Step | None:
    if number is None:
        return None
    for step in every:
        if step.number == number and slug in (None, step.kata.slug):
            return step
    of = f" of {slug}" if slug else ""
    raise UserError(f"there is no copy {number}{of}; dojo undo --list shows all")


def _further_back(every: list[Step], ledger: Ledger, slug: str | None) -> Step:
    """Return the youngest step that no walk has come to, of one kata or of all."""
    walks = ledger.read().get("walks", {})
    left = []
    for name in {step.kata.slug for step in every} if slug is None else {slug}:
        own = [step for step in every if step.kata.slug == name]
        left += _ahead(own, walks.get(name))
    left = [step for step in left if not step.is_in_place]
    if left:
        return max(left, key=lambda step: step.number)
    of = f" of {slug}" if slug else ""
    if any(slug in (None, step.kata.slug) for step in every):
        raise UserError(
            f"no copy{of} is further back; dojo undo --list shows all, "
            "dojo undo N brings one"
        )
    raise UserError(f"there is nothing to undo: no command replaced a file{of}")


def _ahead(own: list[Step], walk: Walk | None) -> list[Step]:
    """Return a kata's steps that are ahead of a walk, which a newer copy ends."""
    names = [step.path.name for step in own]
    if walk and walk["copy"] in names and names[-1] == walk["youngest"]:
        return own[: names.index(walk["copy"])]
    return own


def lines(every: Iterable[Step]) -> list[str]:
    """Return a line a step, the youngest first, below a heading."""
    shown = [
        f"{step.number:4}  {step.time}  {step.size:7,}  {step.kata.slug}"
        + (" (as now)" if step.is_in_place else "")
        for step in sorted(every, key=lambda step: -step.number)
    ]
    return [f"{'copy':4}  {'replaced':19}  {'bytes':>7}  kata", *shown]
