"""Where the learner stands, read off the tree; and what a mistake's code means."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from dojo.kata import bank
from dojo.kata.catalog import Kata, katas
from dojo.kata.urls import built_page, file_url
from dojo.learner.attempts import Attempts
from dojo.learner.desk import current_kata
from dojo.learner.ledger import Ledger
from dojo.learner.progress import Standing, State, standing
from dojo.ui.show import console, relative
from dojo.verdict.verdicts import NOT_STARTED, PASSED
from dojo.worker.grade import grade


def standings(root: Path, state: State | None = None) -> dict[str, Standing]:
    """Return where the learner stands with each kata, without running anything."""
    known = Ledger(root).read() if state is None else state
    return {kata.slug: standing(kata, known) for kata in katas(root)}


def listed(root: Path, found: dict[str, Standing]) -> dict[str, Any]:
    """Return the list as data."""
    return {
        "schema": 1,
        "katas": [
            {
                "kata": kata.slug,
                "chapter": kata.chapter,
                "path": kata.path.as_posix(),
                "title": kata.title,
                "level": kata.level,
                "minutes": kata.minutes,
                "needs": list(kata.needs),
                "state": found[kata.slug].state,
                "passed": found[kata.slug].passed,
                "functions": found[kata.slug].total,
                "due": found[kata.slug].due,
            }
            for kata in katas(root)
        ],
    }


def show_today(root: Path) -> None:
    """Print the chapters with what is passed, and the next step, on one screen."""
    out = console()
    known = katas(root)
    due = [kata for kata in known if standing(kata, Ledger(root).read()).due]
    attempts = Attempts(root, due, "dojo")
    if due:  # a verdict that is still of these files need not be found again
        attempts.note(grade(root, due))
    state = attempts.ledger.read()
    found = standings(root, state)
    done = {slug for slug, one in found.items() if one.state == PASSED}
    out.print(f"[bold]DL Katas[/] · {len(done)} of {len(known)} katas passed")
    for chapter in dict.fromkeys(kata.chapter for kata in known):
        out.print(f"\n{chapter}")
        for kata in known:
            if kata.chapter == chapter:
                _show_line(out, kata, found[kata.slug])
    left = [kata for kata in known if kata.slug not in done]
    out.print()
    if not left:
        out.print("Every kata is passed.")
        return
    begun = [kata for kata in left if found[kata.slug].state != NOT_STARTED]
    kata = current_kata(root, state) if state["current"] else (begun or left)[0]
    path = relative(kata.stub, root)
    if out.is_terminal:
        out.print(f"next: dojo watch {kata.slug}, and edit {path}")
    elif begun:
        out.print(f"next: edit {path}, then dojo run {kata.slug}")
    else:
        out.print(
            f"next: fill in {kata.functions[0]} in {path}, then dojo run {kata.slug}"
        )


def _show_line(out: Console, kata: Kata, stands: Standing) -> None:
    style = {NOT_STARTED: "yellow", PASSED: "green"}.get(stands.state, "red")
    word = stands.word
    out.print(f"  [{style}]{word:11}[/]  {kata.slug:20}  {escape(kata.title)}")


def nearest_code(root: Path, code: str) -> str:
    """Return the known code most like this one, or nothing."""
    from dojo.diagnosis.explained import EXPLAINED

    codes = [one.code for kata in katas(root) for one in bank.read(kata)]
    return next(iter(get_close_matches(code, [*EXPLAINED, *codes], 1)), "")


def explanation(root: Path, code: str) -> list[str]:
    """Return the lines that explain a mistake's code; none if nothing has that code."""
    from dojo.diagnosis.explained import EXPLAINED

    lines = []
    if code in EXPLAINED:
        lines.append(f"{code}: {EXPLAINED[code]}")
    for kata in katas(root):
        for known in bank.read(kata):
            if known.code == code:
                lines.append(f"{code} · {kata.slug}::{known.function}")
                lines.append(known.says)
                page = relative(kata.page, root)
                built = built_page(kata).is_file()
                lines.append(f"theory: {file_url(kata, code) if built else page}")
                lines.append(f"next: mend it in {relative(kata.stub, root)}, then "
                             f"dojo run {kata.slug}::{known.function}")  # fmt: skip
    return lines
