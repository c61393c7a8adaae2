"""Asks git, in one place, in words that do not change with the learner's settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dojo.errors import UserError


class GitFailed(Exception):
    """Git refused; the text is its own."""


class Git:
    """The git of one clone; called with a command, it returns what git prints.

    Raises
    ------
    GitFailed
        If git refuses.
    UserError
        If git is not installed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *words: str) -> str:
        return self._run(*words).decode("utf-8", "surrogateescape").strip()

    def _run(self, *words: str) -> bytes:
        plain = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                ["git", "-c", "core.quotePath=false", "-c", "color.ui=false", *words],
                cwd=self.root,
                env=os.environ | plain,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise UserError("there is no command git: install it") from error
        if done.returncode:
            text = done.stderr.decode("utf-8", "replace").strip()
            raise GitFailed(text or f"git {words[0]} failed")
        return done.stdout

    def names(self, *words: str) -> list[str]:
        """Return a list that git prints, file names as they are."""
        command, *rest = words
        text = self._run(command, "-z", *rest).decode("utf-8", "surrogateescape")
        return [name for name in text.split("\0") if name]

    def is_clone(self) -> bool:
        """Tell whether the clone's root is the root of a git work tree."""
        try:
            return Path(self("rev-parse", "--show-toplevel")).samefile(self.root)
        except GitFailed:
            return False

    def commit(self, name: str) -> str:
        """Return the commit that a tag or branch stands for."""
        return self("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def blob(self, commit: str, name: str) -> bytes:
        """Return a file as a commit has it."""
        return self._run("cat-file", "blob", f"{commit}:{name}")

    def changed(self, before: str, after: str, name: str) -> bool:
        """Tell whether a file differs between two commits."""
        return bool(self.names("diff", "--name-only", before, after, "--", name))

    def renames(self, before: str, after: str, folder: str) -> dict[str, str]:
        """Return the files that were renamed between two commits, old name to new."""
        asked = ("--name-status", "-M60%", "--diff-filter=R")
        words = self.names("diff", *asked, before, after, "--", folder)
        return dict(zip(words[1::3], words[2::3], strict=True))
