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
from dojo.ui.cli_day import day
from dojo.verdict.verdicts import Record
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
KataName = Annotated[
    str, typer.Argument(metavar="KATA[::FUNCTION]", help="slug, stem or path")
]


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
    found = [find(root, name) for name in names]
    functions = [function for _, function in found if function]
    if functions and len(found) > 1:
        raise UserError("name one function, or several katas")
    chosen = list(dict.fromkeys(kata for kata, _ in found))
    return root, chosen, functions[0] if functions else None


@app.callback(invoke_without_command=True)
def stand(context: typer.Context) -> None:
    """Show where you stand, and the next step."""
    if context.invoked_subcommand is None:
        from dojo.ui.today import show_today

        show_today(find_root())


@app.command("list")
def list_katas(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """List every kata with its level, its minutes and where you stand with it."""
    from dojo.ui.show import console, show_katas
    from dojo.ui.today import listed, standings

    root = find_root()
    found = standings(root)
    if as_json:
        print(json.dumps(listed(root, found), indent=2, ensure_ascii=False))
    else:
        words = {slug: one.word for slug, one in found.items()}
        show_katas(console(), katas(root), words)


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
) -> None:
    """Grade katas, or one function: all of them if none is named."""
    from dojo.learner.attempts import Attempts
    from dojo.verdict.verdicts import document
    from dojo.worker import grade

    root, chosen, function = _chosen(names or [])
    folder = root / "solutions" if solutions else None
    attempts = Attempts(root, chosen, "run")
    records = grade.grade(root, chosen, function, folder, meanwhile=_load_faces)
    if not solutions:
        attempts.note(records)
    if as_json:
        graded = "solutions" if solutions else "katas"
        print(json.dumps(document(records, graded), indent=2, ensure_ascii=False))
    else:
        _print_verdicts(chosen, records)
    raise typer.Exit(0 if _passed(records) else 1)


def _load_faces() -> None:
    import_module("dojo.ui.show")  # while the grading process starts


def _passed(records: list[Record]) -> bool:
    return bool(records) and all(r["state"] in ("passed", "skipped") for r in records)


def _print_verdicts(chosen: list[Kata], records: list[Record]) -> None:
    from dojo.ui.show import console, next_step, show_kata

    out = console()
    last = None
    for kata in chosen:
        mine = [record for record in records if record["kata"] == kata.slug]
        if mine:
            show_kata(out, kata, mine)
        if last is None and any(r["state"] in ("failed", "not started") for r in mine):
            last = kata, mine
    out.print(
        f"next: {next_step(*last)}" if last else "next: dojo shows the next kata."
    )


@app.command()
def explain(code: str) -> None:
    """Explain a mistake by the code that a verdict named."""
    from dojo.ui.today import explanation, nearest_code

    root = find_root()
    lines = explanation(root, code)
    if not lines:
        near = nearest_code(root, code)
        hint = f"did you mean {near}?" if near else "a failing verdict names one"
        raise UserError(f"no known mistake has the code {code!r}; {hint}")
    print("\n".join(lines))


@app.command()
def reset(name: KataName) -> None:
    """Put a stub, or one function of it, back; your file is copied first."""
    from dojo.learner import desk
    from dojo.learner.ledger import Ledger

    root, (kata,), function = _chosen([name])
    try:
        backup = desk.reset(kata, function, Ledger(root))
    except UserError as error:
        raise UserError(error) from error
    what = f"{function} in " if function else ""
    print(f"{what}{kata.stub.relative_to(root)} is the stub again.")
    if backup:
        print(f"What was there is in {backup.relative_to(root)}; dojo undo is back.")
    print(f"next: write it, then dojo run {name}")


@app.command()
def tour() -> None:
    """Show how it works: a mistake named, an answer passed, LeNet trained."""
    from dojo.ui.tour import show_tour

    show_tour(find_root())
