"""Where the learner stands, read off the tree; and what a mistake's code means."""

from __future__ import annotations

from pathlib import Path

from dojo import bank
from dojo.catalog import Kata, katas
from dojo.grade import grade
from dojo.show import console, next_step, relative
from dojo.stubs import is_started
from dojo.verdict import NOT_STARTED, PASSED

STARTED = "started"


def states(root: Path) -> dict[str, str]:
    """Return started or not started for each kata, without running anything."""
    return {
        kata.slug: STARTED if is_started(kata) else NOT_STARTED for kata in katas(root)
    }


def show_today(root: Path) -> None:
    """Print the chapters with what is passed, and the next step, on one screen."""
    out = console()
    known = katas(root)
    started = [kata for kata in known if is_started(kata)]
    records = grade(root, started) if started else []
    by_kata = {k.slug: [r for r in records if r["kata"] == k.slug] for k in known}
    done = {k.slug for k in started if _is_done(by_kata[k.slug])}
    out.print(f"[bold]DL Katas[/] · {len(done)} of {len(known)} katas passed")
    for chapter in dict.fromkeys(kata.chapter for kata in known):
        out.print(f"\n{chapter}")
        for kata in known:
            if kata.chapter == chapter:
                _show_line(out, kata, by_kata[kata.slug])
    left = [kata for kata in known if kata.slug not in done]
    out.print()
    if not left:
        out.print("Every kata is passed.")
        return
    begun = [kata for kata in left if kata in started]
    kata = (begun or left)[0]
    if begun:
        out.print(f"next: {next_step(kata, by_kata[kata.slug])}")
    else:
        path = relative(kata.stub, root)
        out.print(
            f"next: fill in {kata.functions[0]} in {path}, then dojo run {kata.slug}"
        )


def _is_done(records: list[dict[str, object]]) -> bool:
    return bool(records) and all(r["state"] in (PASSED, "skipped") for r in records)


def _show_line(out: object, kata: Kata, records: list[dict[str, object]]) -> None:
    passed = sum(record["state"] == PASSED for record in records)
    if not records:
        state, style = NOT_STARTED, "yellow"
    elif _is_done(records):
        state, style = PASSED, "green"
    else:
        state, style = f"{passed} of {len(records)}", "red"
    out.print(f"  [{style}]{state:11}[/]  {kata.slug:20}  {kata.title}")  # type: ignore[attr-defined]  # a rich console


def explanation(root: Path, code: str) -> list[str]:
    """Return the lines that explain a mistake's code; none if nothing has that code."""
    from dojo.relations import EXPLAINED

    lines = []
    if code in EXPLAINED:
        lines.append(f"{code}: {EXPLAINED[code]}")
    for kata in katas(root):
        for known in bank.read(kata):
            if known.code == code:
                lines.append(f"{code} · {kata.slug}::{known.function}")
                lines.append(known.says)
                lines.append(f"next: mend it in {relative(kata.stub, root)}, then "
                             f"dojo run {kata.slug}::{known.function}")  # fmt: skip
    return lines
