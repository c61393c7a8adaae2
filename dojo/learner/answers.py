"""The learner's answers: put back to the stub, set beside the reference."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

from dojo.errors import UserError
from dojo.files import NoFile, read_text
from dojo.kata import stubs
from dojo.kata.catalog import Kata


def reset(kata: Kata, function: str | None = None) -> Path | None:
    """Put a stub, or one function of it, back; return the copy of what was there."""
    try:
        return stubs.reset(kata, function)
    except UserError as error:
        raise UserError(f"{kata.stub.relative_to(kata.root)}: {error}") from error
    except OSError as error:
        raise UserError(f"nothing was reset: {error}; mend that first") from error


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
    except NoFile as error:
        raise UserError(
            f"{error}: move it away, and dojo reset {kata.slug} brings the stub"
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
