"""Runs the snippets of the pages while the site is built, and returns what they print.

A process imports numpy and torch, which takes seconds, and never computes; a fork of it
runs each snippet, so that none knows of another. What a snippet prints there it must
print in a second process too, of another hash seed. There one fork runs snippet after
snippet, since forks take longer than most of them; where it prints something else, the
snippet runs alone. Where there is no safe fork, each snippet gets processes of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TypedDict

from dojo.errors import UserError
from dojo.kata.pages import Snippet
from dojo.site.snippet_process import READY
from dojo.worker import processes
from dojo.worker.child import environment
from dojo.worker.warm import FORKS

SECONDS = 10  # of processor time that a snippet may take
PATIENCE = 300.0  # seconds after which one that waits is given up
ENDING = 2.0  # seconds in which a process that gave no answer may end by itself
LINES = 20  # of output: more is no demonstration
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
REMEDY = "correct it, or show something else"


class SnippetError(UserError):
    """A snippet that cannot stand on a page.

    Parameters
    ----------
    says : str
        What is wrong, and the remedy.
    line : int
        Of the page.
    """

    def __init__(self, says: str, line: int) -> None:
        super().__init__(says)
        self.line = line


class Result(TypedDict):
    """What running a snippet gave: an error is empty if there was none."""

    output: str
    error: str
    line: int


class Snippets:
    """The processes that run snippets, started with the first; use it as a context.

    Parameters
    ----------
    root : Path
        The clone.
    forks : bool
        Whether the processes may fork.
    """

    def __init__(self, root: Path, forks: bool = FORKS) -> None:
        self._root, self._forks = root, forks
        self._processes: dict[int, subprocess.Popen[str]] = {}

    def __enter__(self) -> Snippets:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        for number in list(self._processes):
            self._end(number)

    def _end(self, number: int) -> None:
        process = self._processes.pop(number)
        if hasattr(os, "killpg"):
            processes.end_group(process.pid)
        else:
            process.kill()
        process.communicate()

    def output(self, snippet: Snippet, modules: dict[str, str] | None = None) -> str:
        """Return what a snippet prints.

        Parameters
        ----------
        snippet : Snippet
        modules : dict of str to str, optional
            The texts of modules that it imports by these names.

        Raises
        ------
        SnippetError
            If it raises, prints nothing or too much, takes too long, or prints
            something else when another process runs it.
        """
        texts = modules or {}
        first = self._run(snippet, texts, 1)
        if self._agrees(snippet, texts, first):
            second = first
        else:
            second = self._run(snippet, texts, 2)
        lines = len(first.splitlines())
        if ADDRESS.search(first):
            says = "the snippet prints an address in memory; print a value"
        elif first != second:
            says = (
                "the snippet prints something else each time; draw from "
                "np.random.default_rng(0) or a seeded torch.Generator, and sort a set"
            )
        elif not first.strip():
            says = "the snippet prints nothing; print what it shows"
        elif lines > LINES:
            says = f"the snippet prints {lines} lines; print at most {LINES}"
        else:
            return first if first.endswith("\n") else f"{first}\n"
        raise SnippetError(says, snippet.line)

    def _agrees(self, snippet: Snippet, modules: dict[str, str], first: str) -> bool:
        """Tell whether a process that has run other snippets prints the same."""
        if not self._forks or modules:  # what stands in for a module stays
            return False
        request = {"code": snippet.code, "modules": {}, "number": 2, "alone": False}
        result = self._answer(request, 2)
        return not result["error"] and result["output"] == first

    def _run(self, snippet: Snippet, modules: dict[str, str], number: int) -> str:
        """Run a snippet alone; unseeded draws differ with the number of the run."""
        request = {
            "code": snippet.code, "modules": modules, "number": number, "alone": True,
        }  # fmt: skip
        result = self._answer(request, number)
        if result["error"]:
            says = f"the snippet {result['error']}; {REMEDY}"
            raise SnippetError(says, snippet.line + result["line"])
        return result["output"]

    def _answer(self, request: dict[str, object], number: int) -> Result:
        if number not in self._processes:
            self._processes[number] = self._start(number)
        process = self._processes[number]
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(PATIENCE, processes.end_group, [process.pid])
        timer.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        finally:
            timer.cancel()
        if not answer:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)  # its own status tells more than that of a kill
        if not answer or not self._forks:
            self._end(number)
        if answer:
            result: Result = json.loads(answer)
            return result
        says = f"ended its process with status {process.returncode}"
        if process.returncode in (-9, -24):  # SIGKILL, SIGXCPU
            says = f"took more than {SECONDS} s"
        return {"output": "", "error": says, "line": 0}

    def _start(self, number: int) -> subprocess.Popen[str]:
        mode = "--forks" if self._forks else "--once"
        arguments = [str(os.getpid()), mode, str(SECONDS)]
        process = subprocess.Popen(
            [sys.executable, "-m", "dojo.site.snippet_process", *arguments],
            cwd=self._root,
            env=environment(self._root) | {"PYTHONHASHSEED": str(number)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        if process.stdout.readline() != READY:  # numpy and torch are imported
            raise UserError(
                f"snippets cannot be run (exit status {process.wait()}): mend what is "
                "said above"
            )
        return process
