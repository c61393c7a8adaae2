"""Shows verdicts and katas: in colour on a terminal, plain elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from dojo.kata.catalog import Hunt, Kata
from dojo.learner.changes import Change
from dojo.ui.folding import Folding
from dojo.ui.watch.layout import fold, fold_lines
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Record,
    where_lines,
)

UNTOUCHED = {NOT_STARTED, SKIPPED}
TITLE = " " * 15  # before a title that stands below its kata
OPTIONAL = "optional"  # the word for what is left out, and may be
HELD = "unread"  # the word for what passed before and cannot be read now
SAYS_HELD = "passed before, cannot be read now"
STYLES = {PASSED: "green", FAILED: "red", NOT_STARTED: "yellow", HELD: "yellow"}
KEPT = "unchanged"  # said of a verdict that is an earlier run's
PRINTED_LINES = 5


def console() -> Console:
    """Return a console that is plain in a pipe and under NO_COLOR."""
    return Folding(highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def working(text: str) -> Iterator[None]:
    """Say on a terminal what goes on in the block; nothing of it stays."""
    out = console()
    if not out.is_terminal or out.is_dumb_terminal:
        yield
        return
    with out.status(f"{escape(text)} …"):
        yield


def show_text(lines: list[str]) -> None:
    """Print a long text: in a pager, folded at words, where there is a terminal."""
    out = console()
    text = Text("\n".join(lines))
    if not out.is_terminal:
        out.print(text)
        return
    with out.pager():
        out.print(text, soft_wrap=False)


def show_kata(
    out: Console,
    kata: Kata,
    records: list[Record],
    verbose: bool = False,
    printed: bool = False,
    held: Collection[str] = (),
    kept: Collection[str] = (),
) -> None:
    """Print a kata's verdicts: a line a function, then the facts of a failure.

    Parameters
    ----------
    out : Console
    kata : Kata
    records : list of Record
    verbose : bool
        Whether the whole call and the traceback are printed too.
    printed : bool
        Whether all that was printed is, also by what passed.
    held : collection of str
        The functions that passed before and cannot be read now; they count as passed.
    kept : collection of str
        The functions whose verdict is that of an earlier run.
    """
    passed = sum(r["state"] == PASSED or r["function"] in held for r in records)
    counted = sum(record["state"] != SKIPPED for record in records)
    share = f"{passed} of {counted} passed"
    out.print(f"[bold]{kata.slug}[/] · {escape(kata.title)} · {share}")
    if _show_as_one(out, records):
        return
    width = max(len(record["function"]) for record in records)
    for record in records:
        state = HELD if record["function"] in held else word_for(record)
        style = STYLES.get(HELD if state == HELD else record["state"], "dim")
        head = f"  [{style}]{state:11}[/]  {record['function']:{width}}"
        note = f" [dim]· {KEPT}[/]" if record["function"] in kept else ""
        if state == PASSED:
            out.print(f"{head}  {record['passes']} tests{note}")
            if printed:
                _show_printed(out, record, len(record["printed"]))
            continue
        says = f"  {SAYS_HELD}" if state == HELD else _part_not_started(record)
        out.print((head + says + note).rstrip())
        if record["state"] == FAILED:
            _show_failure(out, record)
            most = len(record["printed"]) if printed else PRINTED_LINES
            _show_printed(out, record, most)
            if verbose:
                _show_whole(out, record)


def word_for(record: Record) -> str:
    """Return how a function stands, in words: what may be left out is "optional"."""
    return OPTIONAL if record["state"] == SKIPPED else record["state"]


def _show_as_one(out: Console, records: list[Record]) -> bool:
    """Print the functions on one line if the same is to be said of all; tell so."""
    parts = any(map(_part_not_started, records))
    if {record["state"] for record in records} <= UNTOUCHED and not parts:
        for state in (NOT_STARTED, SKIPPED):
            mine = [record for record in records if record["state"] == state]
            if mine:
                names = escape(", ".join(record["function"] for record in mine))
                out.print(f"  [yellow]{word_for(mine[0]):11}[/]  {names}")
        return True
    if _is_of_the_file(records):
        names = escape(", ".join(record["function"] for record in records))
        out.print(f"  [red]failed     [/]  {names}")
        _show_failure(out, records[0])
        return True
    return False


def _is_of_the_file(records: list[Record]) -> bool:
    """Tell whether all functions fail since something else is in the file's place."""
    first = records[0]
    if any(r["state"] != FAILED or r["rung"] != "imports" for r in records):
        return False
    return bool(first["got"]) and all(r["lines"] == first["lines"] for r in records)


def _part_not_started(record: Record) -> str:
    """Return which part of a class, or which other function, is not started."""
    whole = f"{record['function']} is not started"
    if record["state"] != NOT_STARTED or record["because"] == whole:
        return ""
    return f"  {escape(record['because'])}"


def _show_failure(out: Console, record: Record) -> None:
    leads, *lines = record["lines"]
    out.print(f"      [bold red]{escape(leads)}[/]")
    for line in lines:
        out.print(f"      {escape(line)}")
    for line in where_lines(record):
        out.print(f"      [bold]{escape(line)}[/]")
    if record["passes"]:
        out.print(f"      [dim]{record['passes']} of {record['tests']} tests pass[/]")


def _show_printed(out: Console, record: Record, most: int) -> None:
    """Print at most so many lines of what a function printed."""
    printed = record["printed"].splitlines()
    if not printed:
        return
    out.print("      [dim]it printed:[/]")
    shown = printed[:most]
    if len(printed) > most:
        last = printed[-1] if printed[-1].startswith("… cut") else "…"
        shown.append(f"{last} (dojo run -s shows {len(printed)} lines)")
    for line in shown:
        out.print(f"      [dim]| {escape(line)}[/]")


def _show_whole(out: Console, record: Record) -> None:
    for title, lines in (
        ("it was given:", record["arguments"][1:]),
        (record["test"], record["traceback"].splitlines()),
    ):
        if lines:
            out.print(f"      [dim]{escape(title)}[/]")
        for line in lines:
            out.print(f"      {escape(line)}")


def changed_words(
    gained: list[str], lost: list[str], unread: Collection[str]
) -> list[str]:
    """Return in words what passes now and did not, the reverse, and what is unread."""
    parts = []
    if gained:
        parts.append(f"{len(gained)} more {_passes(gained)}: {', '.join(gained)}")
    if lost:
        parts.append(f"no longer {_passes(lost)}: {', '.join(lost)}")
    if unread:
        parts.append(f"cannot be read: {', '.join(sorted(unread))}")
    return parts


def _passes(names: list[str]) -> str:
    return "passes" if len(names) == 1 else "pass"


def change_line(
    changes: dict[Kata, Change], held: Collection[tuple[str, str]] = ()
) -> str:
    """Return what a run of katas changed, in a line; empty for a first run.

    Parameters
    ----------
    changes : dict
        What has changed, by kata.
    held : collection of (str, str)
        What passed before and cannot be read now: the kata's slug, the function.
    """
    if not changes:
        return ""
    several = len(changes) > 1
    named = [
        (f"{kata.slug}::" if several else "", change)
        for kata, change in changes.items()
    ]
    gained = [head + name for head, change in named for name in change.gained]
    lost = [head + name for head, change in named for name in change.lost]
    unread = [f"{slug}::{name}" if several else name for slug, name in sorted(held)]
    return since_the_last_run(changed_words(gained, lost, unread))


def since_the_last_run(parts: list[str]) -> str:
    """Return a line that says what a run changed."""
    return f"since the last run: {'; '.join(parts) or 'no change'}"


def next_step(kata: Kata, records: list[Record], folder: Path | None = None) -> str:
    """Return what to do now, a line.

    Parameters
    ----------
    kata : Kata
    records : list of Record
    folder : Path, optional
        Whose answers were graded; the learner's own by default.
    """
    folder = folder or kata.root / "katas"
    path, run = folder / kata.path, f"dojo run {kata.slug}"
    if folder != kata.root / "katas":
        run += f" --katas={shlex.quote(str(folder))}"
    left = [record for record in records if record["state"] in (FAILED, NOT_STARTED)]
    if not left and isinstance(kata, Hunt):
        return f"dojo explain {kata.slug} tells what it was."
    if not left:
        return f"{offer(records)}dojo shows the next kata."
    left = [r for r in left if r["function"] in kata.required] or left
    first = next((record for record in left if record["state"] == FAILED), left[0])
    diagnosis = first["diagnosis"]
    explain = f", dojo explain {diagnosis['code']}" if diagnosis else ""
    if path.is_relative_to(kata.root):
        path = path.relative_to(kata.root)
    found = path.parents[1] / first["got"]
    movable = found.suffix != ".ipynb" and (kata.root / found).is_file()
    if first["rung"] == "imports" and movable:
        return f"move {shlex.quote(str(found))} to {path}, then {run}"
    if not kata.stub.exists() and path == kata.stub.relative_to(kata.root):
        return f"dojo reset {kata.slug} brings {path} back"
    return f"edit {first['function']} in {path}, then {run}{explain}"


def offer(records: list[Record]) -> str:
    """Return which optional functions one may write, when the others have passed."""
    names = [record["function"] for record in records if record["state"] == SKIPPED]
    return f"{', '.join(names)} may be written too (optional), or " if names else ""


def show_titled(out: Console, head: str, title: str, style: str) -> None:
    """Print a kata's facts, the first of them in a style, and its title.

    On a terminal where it does not fit, the title stands below, folded at its words.
    """
    lines = [f"{head}  {title}"]
    if out.is_terminal and cell_len(lines[0]) > out.width:
        lines = [head, *fold(title, out.width, TITLE, TITLE)]
    text = Text("\n".join(lines))
    text.stylize(style, 0, len(TITLE))
    out.print(text)


def print_folded(text: str) -> None:
    """Print a text; on a terminal each line is folded at its words."""
    out = console()
    lines = fold_lines(text, out.width) if out.is_terminal else text.splitlines()
    out.print(Text("\n".join(lines)))


def show_katas(out: Console, words: dict[Kata, str]) -> None:
    """Print a line a kata: status, slug, level, minutes, title."""
    width = max((len(kata.slug) for kata in words), default=0)
    chapter = ""
    for kata, word in words.items():
        if kata.chapter != chapter:
            chapter = kata.chapter
            out.print(f"[bold]{chapter}[/]")
        facts = f"level {kata.level}  {kata.minutes:3} min"
        head = f"  {word:11}  {kata.slug:{width}}  {facts}"
        style = "yellow" if word == NOT_STARTED else "green"
        show_titled(out, head, kata.title, style)
