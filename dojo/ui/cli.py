"""The command `dojo`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dojo.errors import UserError
from dojo.kata.catalog import Kata, find, find_root, katas, of_chapter
from dojo.ui.cli_contributor import contributor
from dojo.ui.cli_data import data
from dojo.ui.cli_day import day
from dojo.ui.cli_net import net
from dojo.ui.complain import complain
from dojo.ui.whole_sentences import WholeSentences
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, SKIPPED, Record
from dojo.worker import processes

if TYPE_CHECKING:
    from dojo.learner.changes import Change


app = typer.Typer(
    cls=WholeSentences,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Learn deep learning by writing it: grades the katas and names the mistake.",
)
app.add_typer(day)
app.add_typer(net)
app.add_typer(contributor)
app.add_typer(data, name="data")
Held = frozenset[tuple[str, str]]  # kata's slug and function, passed but unread
Changes = dict[Kata, "Change"]
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
        complain(f"{error.filename}:{error.lineno}: {error.msg}")
        sys.exit(2)
    except UserError as error:
        complain(error)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _chosen(names: list[str]) -> tuple[Path, list[Kata], str | None]:
    """Return the clone, the katas named (all if none is) and the one function named."""
    root = find_root()
    if not names:
        return root, katas(root), None
    pairs: list[tuple[Kata, str | None]] = []
    for name in names:
        chapter = of_chapter(root, name)
        pairs += [(kata, None) for kata in chapter] or [find(root, name)]
    functions = [function for _, function in pairs if function]
    if functions and len(pairs) > 1:
        raise UserError("name one function, or several katas")
    chosen = list(dict.fromkeys(kata for kata, _ in pairs))
    return root, chosen, functions[0] if functions else None


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        parts = [f"{name} {version(name)}" for name in ("torch", "numpy", "pytest")]
        python = f"Python {sys.version.split()[0]}"
        print(", ".join([f"dojo {version('dl-katas')}", python, *parts]))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="say which it is"
        ),
    ] = False,
) -> None:
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
        list[str] | None,
        typer.Argument(
            metavar="[KATA[::FUNCTION]|CHAPTER]...", help="such as activations, or ch1"
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print the verdicts as JSON")
    ] = False,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="grade the reference")
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--katas", metavar="DIR", help="grade another folder laid out as katas/ is"
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="show the whole call and traceback")
    ] = False,
    printed: Annotated[
        bool, typer.Option("--printed", "-s", help="show all that was printed")
    ] = False,
) -> None:
    """Grade katas, a chapter, or one function: everything if nothing is named."""
    from dojo.verdict.verdicts import document

    root, chosen, function = _chosen(names or [])
    folder = _folder(root, solutions, answers)
    records, held, changes = _graded(root, chosen, function, folder)
    if as_json:
        own = folder.parent == root and folder.name in ("katas", "solutions")
        graded = document(records, folder.name if own else str(folder))
        print(json.dumps(graded, indent=2, ensure_ascii=False))
    else:
        _print_verdicts(chosen, records, folder, verbose, printed, held, changes)
    raise typer.Exit(0 if _passed(records) else 1)


def _folder(root: Path, solutions: bool, answers: Path | None) -> Path:
    """Return whose answers are graded."""
    if answers is None:
        return root / ("solutions" if solutions else "katas")
    if solutions:
        raise UserError("--solutions and --katas exclude each other; leave one out")
    folder = answers.resolve()
    if folder == (root / "katas").resolve():
        return root / "katas"
    if not folder.is_dir():
        raise UserError(f"--katas: there is no folder {folder}; name one that is there")
    return folder


def _graded(
    root: Path, chosen: list[Kata], function: str | None, folder: Path
) -> tuple[list[Record], Held, Changes]:
    """Grade, and write down what was found of the learner's own files.

    Returns
    -------
    list of Record
    Held
    dict
        What has changed since the last run of these files, by kata.
    """
    from dojo.learner.attempts import Attempts
    from dojo.worker import grade

    if folder != root / "katas":
        with _meanwhile() as begin:
            records = grade.grade(root, chosen, function, folder, meanwhile=begin)
        return records, frozenset(), {}
    attempts = Attempts(root, chosen, "run")
    with _meanwhile() as begin:
        records = grade.grade(root, chosen, function, meanwhile=begin, where=WHERE)
    held, changes = attempts.held(records), attempts.changes(records)
    attempts.note(records)
    return records, held, changes


@contextmanager
def _meanwhile() -> Iterator[Callable[[], None]]:
    """Lend out what to do while a grading process starts: load, and say so."""
    with ExitStack() as stack:

        def begin() -> None:
            _load_what_follows()
            from dojo.ui.show import working

            stack.close()  # of the process before, which an answer ended
            stack.enter_context(working("grading"))

        yield begin


def _load_what_follows() -> None:
    for name in ("dojo.ui.show", "filelock"):
        import_module(name)  # while the grading process starts


def _passed(records: list[Record]) -> bool:
    states = {record["state"] for record in records}
    return PASSED in states and states <= {PASSED, SKIPPED}


def _print_verdicts(
    chosen: list[Kata],
    records: list[Record],
    folder: Path,
    verbose: bool,
    printed: bool,
    held: Held,
    changes: Changes,
) -> None:
    from rich.text import Text

    from dojo.ui.show import change_line, console, next_step, show_kata

    out = console()
    step = next_step(chosen[0], records, folder) if len(chosen) == 1 else ""
    for kata in chosen:
        mine = [record for record in records if record["kata"] == kata.slug]
        if mine:
            names = {function for slug, function in held if slug == kata.slug}
            show_kata(out, kata, mine, verbose, printed, names)
        if not step and any(r["state"] in (FAILED, NOT_STARTED) for r in mine):
            step = next_step(kata, mine, folder)
    if change := change_line(changes, held):
        out.print(Text(change, "cyan"))
    out.print(f"next: {step or 'dojo shows the next kata.'}")
