"""Opens a file in the learner's editor, at the line that matters."""

from __future__ import annotations

import ast
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from dojo.errors import UserError
from dojo.files import NoFile, assert_file, read_text
from dojo.kata.catalog import Kata
from dojo.verdict.verdicts import Record

EDITORS = ("nano", "vim", "vi", "notepad")  # where nobody chose one
LINE_AFTER_PLUS = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro")
LINE_AFTER_COLON = ("hx", "subl", "zed")


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
        pass  # the editor is where that is mended
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


def edit(file: Path, line: int) -> int:
    """Open a file, wait for the editor to end and return its exit status.

    Raises
    ------
    UserError
        If no editor is known, or the one that is set cannot be run; or if something
        else than a file stands there.
    """
    try:
        assert_file(file)
    except NoFile as error:
        raise UserError(f"{error}: move it away, then dojo reset KATA") from error
    command = editor_command(file, line)
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        raise UserError(
            f"{command[0]} cannot be run ({error.strerror}): set EDITOR to another"
        ) from error
