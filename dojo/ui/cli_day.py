"""The learner's day: the commands beside `dojo run`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dojo.errors import UserError
from dojo.kata.catalog import Kata, find, find_root

day = typer.Typer(add_completion=False)
OptionalKata = Annotated[
    str | None, typer.Argument(metavar="[KATA]", help="the current one by default")
]
Anyway = Annotated[bool, typer.Option("--anyway", help="also before a pass")]


def _fail(text: object) -> NoReturn:
    print(f"dojo: {text}", file=sys.stderr)
    raise typer.Exit(2)


def _kata(name: str | None) -> tuple[Path, Kata, str | None]:
    """Return the clone, the kata named or the current one, and a function."""
    from dojo.learner.desk import current_kata
    from dojo.learner.ledger import Ledger

    root = find_root()
    if name:
        return root, *find(root, name)
    try:
        return root, current_kata(root, Ledger(root).read()), None
    except UserError as error:
        _fail(error)


@day.command()
def watch(name: OptionalKata = None) -> None:
    """Grade a kata on every save, on one screen; ? lists the keys."""
    from dojo.ui.watch.app import run

    root, kata, _ = _kata(name)
    run(root, kata)


@day.command()
def hint(
    name: OptionalKata = None,
    level: Annotated[
        int | None, typer.Option("--level", help="this one; the next by default")
    ] = None,
) -> None:
    """Give a hint, and a deeper one each time."""
    from dojo.learner import hints
    from dojo.learner.ledger import Ledger

    root, kata, _ = _kata(name)
    try:
        if level is None:
            title, text = hints.deeper(kata, Ledger(root))
        else:
            title, text = hints.hint(kata, level)
    except UserError as error:
        _fail(error)
    print(f"{kata.slug} · {title}\n\n{text}")


@day.command("open")
def open_file(name: OptionalKata = None) -> None:
    """Open a kata's file in $VISUAL or $EDITOR."""
    from dojo.learner import desk

    _, kata, function = _kata(name)
    try:
        command = desk.editor_command(kata.stub, desk.line_of(kata, None, function))
        raise typer.Exit(subprocess.run(command, check=False).returncode)
    except (UserError, FileNotFoundError) as error:
        _fail(error)


@day.command()
def docs(name: OptionalKata = None) -> None:
    """Open a kata's theory page."""
    from dojo.ui.theory import open_page

    print(open_page(_kata(name)[1]))


@day.command()
def diff(name: OptionalKata = None, anyway: Anyway = False) -> None:
    """Show what differs between your file and the reference; after a pass."""
    from dojo.learner import desk

    root, kata, function = _kata(name)
    _answer_may_show(root, kata, anyway)
    try:
        lines = desk.difference(kata, function)
    except UserError as error:
        _fail(error)
    print("\n".join(lines) or "Your answer is the reference, to the letter.")


@day.command()
def solution(name: OptionalKata = None, anyway: Anyway = False) -> None:
    """Show the reference; after a pass."""
    from dojo.learner import desk

    root, kata, function = _kata(name)
    _answer_may_show(root, kata, anyway)
    source = kata.reference.read_text("utf-8").rstrip("\n")
    print(desk.part(source, function) if function else source)


def _answer_may_show(root: Path, kata: Kata, anyway: bool) -> None:
    from dojo.learner.desk import is_open_book
    from dojo.learner.ledger import Ledger

    if anyway or is_open_book(kata, Ledger(root).read()):
        return
    says = f"{kata.slug} is not passed, and this is the answer"
    if sys.stdin is None or not sys.stdin.isatty():
        _fail(f"{says}; --anyway shows it")
    if not typer.confirm(f"{says}. Show anyway?"):
        raise typer.Exit(1)


@day.command()
def undo(name: OptionalKata = None) -> None:
    """Put back what the last reset replaced; again: what the undo replaced."""
    from dojo.learner import desk
    from dojo.learner.ledger import Ledger

    root = find_root()
    slug = find(root, name)[0].slug if name else None
    try:
        kata, copy = desk.undo(root, Ledger(root), slug)
    except UserError as error:
        _fail(error)
    print(f"{kata.stub.relative_to(root)} is as in {copy.relative_to(root)}.")
    print("What it replaced is kept too: dojo undo goes back again.")


@day.command()
def report(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="write a page")
    ] = None,
) -> None:
    """Report attempts, time at work, mistakes met and hints used."""
    from dojo.files import write_text
    from dojo.learner.ledger import Ledger
    from dojo.learner.report import facts, lines
    from dojo.ui.report_page import page

    root = find_root()
    found = facts(root, Ledger(root))
    if html:
        write_text(html.resolve(), page(found))
        print(f"wrote {html}")
    elif as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print("\n".join(lines(found)))


@day.command()
def update(
    to: Annotated[
        str | None, typer.Option("--to", metavar="REF", help="a release, tag or branch")
    ] = None,
) -> None:
    """Bring this clone to a newer release; answers are merged, never overwritten."""
    from dojo.learner.update import run

    try:
        for line in run(find_root(), to):
            print(line)
    except UserError as error:
        _fail(error)
