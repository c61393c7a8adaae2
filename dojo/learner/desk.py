"""The learner's files: which is next, the difference with the reference, undo."""

from __future__ import annotations

import ast
import difflib
import os
import shlex
import shutil
from pathlib import Path

from dojo.errors import UserError
from dojo.files import read_text, write_bytes
from dojo.kata import stubs
from dojo.kata.catalog import Kata, katas
from dojo.learner import progress
from dojo.learner.ledger import Ledger
from dojo.learner.progress import State, standing
from dojo.verdict.verdicts import PASSED, Record

EDITORS = ("nano", "vim", "vi", "notepad")  # where nobody chose one
LINE_AFTER_PLUS = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro")
LINE_AFTER_COLON = ("hx", "subl", "zed")


def next_kata(root: Path, state: State, after: Kata | None = None) -> Kata | None:
    """Return the next kata that is not passed, round the end; None if all are."""
    known = katas(root)
    start = known.index(after) + 1 if after in known else 0
    for kata in known[start:] + known[:start]:
        if kata != after and standing(kata, state).state != PASSED:
            return kata
    return None


def current_kata(root: Path, state: State) -> Kata:
    """Return the kata that the learner is at: the last one, or the first to be done."""
    known = katas(root)
    if not known:
        raise UserError(
            f"there is no kata in {root / 'solutions'}; clone the whole tree"
        )
    last = next((kata for kata in known if kata.slug == state["current"]), None)
    if last and standing(last, state).state != PASSED:
        return last
    return next_kata(root, state, last) or last or known[0]


def reset(kata: Kata, function: str | None, ledger: Ledger) -> Path | None:
    """Put a stub, or one function of it, back; return the copy of what was there."""
    try:
        return stubs.reset(kata, function, lambda copy: remember(kata, copy, ledger))
    except UserError as error:
        raise UserError(f"{kata.stub.relative_to(kata.root)}: {error}") from error
    except OSError as error:
        raise UserError(f"nothing was reset: {error}; mend that first") from error


def remember(kata: Kata, copy: Path | None, ledger: Ledger) -> None:
    """Let undo know of a copy."""
    if copy:
        path = copy.relative_to(kata.root).as_posix()
        ledger.add({"kind": "copy", "kata": kata.slug, "path": path})


def undo(root: Path, ledger: Ledger, slug: str | None = None) -> tuple[Kata, Path]:
    """Put back what the last reset or undo replaced; return the kata and the copy.

    Parameters
    ----------
    root : Path
    ledger : Ledger
    slug : str, optional
        Only of this kata.
    """
    known = {kata.slug: kata for kata in katas(root)}
    for copy in reversed(ledger.read()["copies"]):
        kata, path = known.get(copy["kata"]), root / copy["path"]
        if kata is None or slug not in (None, kata.slug) or not path.is_file():
            continue
        data = path.read_bytes()
        try:
            remember(kata, stubs.back_up(kata), ledger)
            write_bytes(kata.stub, data)
        except OSError as error:
            raise UserError(f"nothing was undone: {error}; mend that first") from error
        return kata, path
    raise UserError(
        "there is nothing to undo: no reset was made; .dojo/backups has copies"
    )


def difference(kata: Kata, function: str | None = None) -> list[str]:
    """Return the lines of a unified diff from the learner's file to the reference."""
    if not kata.stub.is_file():
        raise UserError(
            f"there is no {kata.stub}; dojo reset {kata.slug} brings the stub"
        )
    mine, theirs = read_text(kata.stub), read_text(kata.reference)
    if function:
        mine, theirs = part(mine, function), part(theirs, function)
    mine_name = kata.stub.relative_to(kata.root).as_posix()
    their_name = kata.reference.relative_to(kata.root).as_posix()
    return list(
        difflib.unified_diff(
            mine.splitlines(), theirs.splitlines(), mine_name, their_name, lineterm=""
        )
    )


def part(source: str, function: str) -> str:
    """Return one public function's text; empty if it is not there."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise UserError(
            f"{stubs.fault_of(error)}: mend that, or name the whole kata"
        ) from error
    for node in tree.body:
        if getattr(node, "name", "") == function:
            return ast.get_source_segment(source, node) or ""
    return ""


def line_of(kata: Kata, record: Record | None, function: str | None = None) -> int:
    """Return the line to begin at: where the failure was, else the function's first."""
    if record and record["line"]:
        return record["line"]
    name = record["function"] if record else function or kata.functions[0]
    try:
        for node in ast.parse(read_text(kata.stub)).body:
            if getattr(node, "name", "") == name:
                return node.lineno
    except (OSError, SyntaxError, ValueError):
        pass
    return 1


def editor_command(file: Path, line: int) -> list[str]:
    """Return the command that opens a file in the learner's editor.

    Raises
    ------
    UserError
        If no editor is known.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not chosen:
        chosen = next((name for name in EDITORS if shutil.which(name)), None)
    if not chosen:
        raise UserError(f"no editor is known: set EDITOR, or open {file} yourself")
    command = shlex.split(chosen, posix=os.name == "posix")
    name = Path(command[0]).stem
    if name in LINE_AFTER_PLUS:
        return [*command, f"+{line}", str(file)]
    if name in LINE_AFTER_COLON:
        return [*command, f"{file}:{line}"]
    if name in ("code", "codium"):
        return [*command, "--goto", f"{file}:{line}"]
    return [*command, str(file)]


def is_open_book(kata: Kata, state: State) -> bool:
    """Tell whether the learner has passed a kata, now or once."""
    entry = state["katas"].get(kata.slug)
    passed = standing(kata, state).state in (
        PASSED, progress.CHANGED, progress.GRADER_CHANGED,
    )  # fmt: skip
    return passed or bool(entry and entry["passed_at"])
