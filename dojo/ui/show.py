"""Shows verdicts and katas: in colour on a terminal, plain elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape

from dojo.kata.catalog import Hunt, Kata
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, Record, where_lines

HELD = "unread"  # the word for what passed before and cannot be read now
SAYS_HELD = "passed before, cannot be read now"
STYLES = {PASSED: "green", FAILED: "red", NOT_STARTED: "yellow", HELD: "yellow"}
KEPT = "unchanged"  # said of a verdict that is an earlier run's
PRINTED_LINES = 5


def console() -> Console:
    """Return a console that is plain in a pipe and under NO_COLOR."""
    return Console(highlight=False, soft_wrap=True)


def show_kata(
    out: Console,
    kata: Kata,
    records: list[Record],
    verbose: bool = False,
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
    held : collection of str
        The functions that passed before and cannot be read now; they count as passed.
    kept : collection of str
        The functions whose verdict is that of an earlier run.
    """
    passed = sum(r["state"] == PASSED or r["function"] in held for r in records)
    share = f"{passed} of {len(records)} passed"
    out.print(f"[bold]{kata.slug}[/] · {escape(kata.title)} · {share}")
    parts = any(map(_part_not_started, records))
    if all(record["state"] == NOT_STARTED for record in records) and not parts:
        names = ", ".join(record["function"] for record in records)
        out.print(f"  [yellow]not started[/]  {escape(names)}")
        return
    width = max(len(record["function"]) for record in records)
    for record in records:
        state = HELD if record["function"] in held else record["state"]
        style = STYLES.get(state, "dim")
        head = f"  [{style}]{state:11}[/]  {record['function']:{width}}"
        note = f" [dim]· {KEPT}[/]" if record["function"] in kept else ""
        if state == PASSED:
            out.print(f"{head}  {record['passes']} tests{note}")
            continue
        says = f"  {SAYS_HELD}" if state == HELD else _part_not_started(record)
        out.print((head + says + note).rstrip())
        if record["state"] == FAILED:
            _show_failure(out, record)
            if verbose:
                _show_whole(out, record)


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
    printed = record["printed"].splitlines()
    if printed:
        out.print("      [dim]it printed:[/]")
        shown = printed[:PRINTED_LINES]
        if len(printed) > PRINTED_LINES:
            shown += printed[-1:] if printed[-1].startswith("… cut") else ["…"]
        for line in shown:
            out.print(f"      [dim]| {escape(line[:100])}[/]")


def _show_whole(out: Console, record: Record) -> None:
    for title, lines in (
        ("it was given:", record["arguments"][1:]),
        (record["test"], record["traceback"].splitlines()),
    ):
        if lines:
            out.print(f"      [dim]{escape(title)}[/]")
        for line in lines:
            out.print(f"      {escape(line)}")


def next_step(kata: Kata, records: list[Record]) -> str:
    """Return what to do now, a line."""
    left = [record for record in records if record["state"] in (FAILED, NOT_STARTED)]
    if not left and isinstance(kata, Hunt):
        return f"dojo explain {kata.slug} tells what it was."
    if not left:
        return "dojo shows the next kata."
    first = next((record for record in left if record["state"] == FAILED), left[0])
    diagnosis = first["diagnosis"]
    explain = f", dojo explain {diagnosis['code']}" if diagnosis else ""
    path = kata.stub.relative_to(kata.root)
    if not kata.stub.exists():
        return f"dojo reset {kata.slug} brings {path} back"
    return f"edit {first['function']} in {path}, then dojo run {kata.slug}{explain}"


def show_katas(out: Console, words: dict[Kata, str]) -> None:
    """Print a line a kata: status, slug, level, minutes, title; 80 columns will do."""
    width = max((len(kata.slug) for kata in words), default=0)
    chapter = ""
    for kata, word in words.items():
        if kata.chapter != chapter:
            chapter = kata.chapter
            out.print(f"[bold]{chapter}[/]")
        style = "yellow" if word == NOT_STARTED else "green"
        facts = f"level {kata.level}  {kata.minutes:3} min"
        title = escape(kata.title)
        out.print(f"  [{style}]{word:11}[/]  {kata.slug:{width}}  {facts}  {title}")
