"""The learner's answers: put back, brought back, set beside the reference."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

from dojo.errors import UserError
from dojo.files import read_text, write_bytes
from dojo.kata import stubs
from dojo.kata.catalog import Kata, katas
from dojo.learner.ledger import Ledger


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
    by_slug = {kata.slug: kata for kata in katas(root)}
    for copy in reversed(ledger.read()["copies"]):
        kata, path = by_slug.get(copy["kata"]), root / copy["path"]
        if kata is None or slug not in (None, kata.slug) or not path.is_file():
            continue
        _bring_back(kata, path, ledger)
        return kata, path
    raise UserError(
        "there is nothing to undo: no reset was made; .dojo/backups has copies"
    )


def _bring_back(kata: Kata, copy: Path, ledger: Ledger) -> None:
    try:
        data = copy.read_bytes()
        remember(kata, stubs.back_up(kata), ledger)
        write_bytes(kata.stub, data)
    except OSError as error:
        raise UserError(f"nothing was undone: {error}; mend that first") from error


def difference(kata: Kata, function: str | None = None) -> list[str]:
    """Return the lines of a unified diff from the learner's file to the reference."""
    mine, theirs = _mine(kata), kata.source
    if function:
        mine, theirs = part(mine, function), part(theirs, function)
    mine_name = kata.stub.relative_to(kata.root).as_posix()
    their_name = kata.reference.relative_to(kata.root).as_posix()
    return list(
        difflib.unified_diff(
            mine.splitlines(), theirs.splitlines(), mine_name, their_name, lineterm=""
        )
    )


def _mine(kata: Kata) -> str:
    try:
        return read_text(kata.stub)
    except FileNotFoundError as error:
        raise UserError(
            f"there is no {kata.stub}; dojo reset {kata.slug} brings the stub"
        ) from error
    except OSError as error:
        raise UserError(
            f"{kata.stub} cannot be read ({error.strerror}): allow reading it"
        ) from error


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
