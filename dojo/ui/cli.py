"""The command `dojo`."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from dojo.errors import UserError
from dojo.kata.catalog import Kata, find, find_root, katas
from dojo.ui.cli_contributor import contributor
from dojo.ui.cli_data import data
from dojo.ui.cli_day import day
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, SKIPPED, Record
from dojo.worker import processes

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Learn deep learning by writing it: grades the katas and names the mistake.",
)
app.add_typer(day)
app.add_typer(contributor)
app.add_typer(data, name="data")
Held = frozenset[tuple[str, str]]  # kata's slug and function, passed but unread
WHERE = 3.0  # seconds in which `dojo run` looks for the lines of mistakes


def main() -> None:
    """Run the command line; wrong use exits with 2."""
    processes.end_as_after_ctrl_c()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a pipe of Windows lacks some letters
            stream.reconfigure(errors="replace")
    try:
        app()
    except SyntaxError as error:  # of a reference, a grader or a bank
        print(f"dojo: {error.filename}:{error.lineno}: {error.msg}", file=sys.stderr)
        sys.exit(2)
    except UserError as error:
        print(f"dojo: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _chosen(names: list[str]) -> tuple[Path, list[Kata], str | None]:
    """Return the clone, the katas named (all if none is) and the one function named."""
    root = find_root()
    if not names:
        return root, katas(root), None
    pairs = [find(root, name) for name in names]
    functions = [function for _, function in pairs if function]
    if functions and len(pairs) > 1:
        raise UserError("name one function, or several katas")
    chosen = list(dict.fromkeys(kata for kata, _ in pairs))
    return root, chosen, functions[0] if functions else None


@app.callback(invoke_without_command=True)
def overview(context: typer.Context) -> None:
    """Show where you stand, and the next step."""
    if context.invoked_subcommand is None:
        from dojo.ui.overview import show_overview

        show_overview(find_root())


@app.command("list")
def list_katas(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List every kata with its level, its minutes and where you stand with it."""
    from dojo.ui.overview import as_data, statuses
    from dojo.ui.show import console, show_katas

    every = statuses(find_root())
    if as_json:
        print(json.dumps(as_data(every), indent=2, ensure_ascii=False))
    else:
        show_katas(console(), {kata: status.word for kata, status in every.items()})


@app.command()
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[KATA[::FUNCTION]]...")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print the verdicts as JSON")
    ] = False,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="grade the reference")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="show the whole call and traceback")
    ] = False,
) -> None:
    """Grade katas, or one function: all of them if none is named."""
    from dojo.verdict.verdicts import document

    root, chosen, function = _chosen(names or [])
    records, held = _graded(root, chosen, function, solutions)
    if as_json:
        graded = "solutions" if solutions else "katas"
        print(json.dumps(document(records, graded), indent=2, ensure_ascii=False))
    else:
        _print_verdicts(chosen, records, verbose, held)
    raise typer.Exit(0 if _passed(records) else 1)


def _graded(
    root: Path, chosen: list[Kata], function: str | None, solutions: bool
) -> tuple[list[Record], Held]:
    """Grade, and write down what was found of the learner's own files."""
    from dojo.learner.attempts import Attempts
    from dojo.worker import grade

    if solutions:
        folder = root / "solutions"
        records = grade.grade(
            root, chosen, function, folder, meanwhile=_load_what_follows
        )
        return records, frozenset()
    attempts = Attempts(root, chosen, "run")
    records = grade.grade(
        root, chosen, function, meanwhile=_load_what_follows, where=WHERE
    )
    held = attempts.held(records)
    attempts.note(records)
    return records, held


def _load_what_follows() -> None:
    for name in ("dojo.ui.show", "filelock"):
        import_module(name)  # while the grading process starts


def _passed(records: list[Record]) -> bool:
    return bool(records) and all(r["state"] in (PASSED, SKIPPED) for r in records)


def _print_verdicts(
    chosen: list[Kata], records: list[Record], verbose: bool, held: Held
) -> None:
    from dojo.ui.show import console, next_step, show_kata

    out = console()
    step = next_step(chosen[0], records) if len(chosen) == 1 else ""
    for kata in chosen:
        mine = [record for record in records if record["kata"] == kata.slug]
        if mine:
            names = {function for slug, function in held if slug == kata.slug}
            show_kata(out, kata, mine, verbose, names)
        if not step and any(r["state"] in (FAILED, NOT_STARTED) for r in mine):
            step = next_step(kata, mine)
    out.print(f"next: {step or 'dojo shows the next kata.'}")
