"""Checks katas: reads the rules off the tree, then proves a kata in each process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from dojo.check import rules
from dojo.kata.catalog import Kata
from dojo.scratch import scratch
from dojo.worker import processes
from dojo.worker.child import environment

Found = TypeVar("Found")
TOLD = 6  # lines of what a broken process printed


def run(root: Path, chosen: list[Kata], say: Callable[[str], None]) -> list[str]:
    """Return every complaint about the chosen katas; an empty list is a proof.

    Parameters
    ----------
    root : Path
        The clone.
    chosen : list of Kata
    say : callable
        Takes a line of progress for each kata, in the order of the tree.
    """
    complaints = list(rules.complaints(root, chosen))
    ready = [kata for kata in chosen if can_run(kata)]
    with closing(Proofs(root)) as proofs:
        for kata, texts in side_by_side(proofs.prove, ready):
            say(f"{kata.slug}: {len(texts)} complaints from running it")
            complaints += texts
    return complaints


def side_by_side(
    job: Callable[[Kata], Found], chosen: list[Kata]
) -> Iterator[tuple[Kata, Found]]:
    """Yield what a job finds of each kata, in their order; a core works on each."""
    pool = ThreadPoolExecutor(cores())
    try:
        yield from zip(chosen, pool.map(job, chosen), strict=True)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def can_run(kata: Kata) -> bool:
    """Tell whether a kata can be proved; if it cannot, a rule has complained."""
    code = {path for k in (*kata.parts, kata) for path in (*k.judged_by, k.bank)}
    written = not any(rules.unwritten_lines(path) for path in code)
    return written and kata.grader.is_file()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Proofs:
    """The processes that prove katas, each its own.

    Parameters
    ----------
    root : Path
        The clone.
    module : str
        What proves: run with the process's parent, the clone, the kata, a file for
        what is found, and maybe more.
    """

    def __init__(self, root: Path, module: str = "dojo.check.proof") -> None:
        self._root, self._module = root, module
        self._running: set[subprocess.Popen[str]] = set()
        self._over = False

    def prove(self, kata: Kata) -> list[str]:
        """Return the complaints about one kata; a process that breaks off is one."""
        text, status, output = self.found(kata)
        if text:
            return list(json.loads(text))
        return [
            f"{kata.slug}: its proof broke off with status {status}; "
            f"mend what these lines name:\n{self._told(output)}"
        ]

    def found(self, kata: Kata, *more: str) -> tuple[str, int, str]:
        """Return what a process has found of a kata, its status, what it printed."""
        with scratch() as folder:
            file = Path(folder) / "found"
            process = self._start(kata, file, *more)
            output, _ = process.communicate()
            self._running.discard(process)
            text = file.read_text("utf-8") if file.is_file() else ""
            return text, process.returncode, output

    def _told(self, output: str) -> str:
        """Return the lines that name a file of the clone, else the last ones."""
        lines = output.splitlines()
        ours = [n for n in lines if str(self._root) in n and "site-packages" not in n]
        return "\n".join(ours[:TOLD] or lines[-TOLD:])

    def _start(self, kata: Kata, file: Path, *more: str) -> subprocess.Popen[str]:
        name = f"{kata.chapter}/{kata.stem}"
        arguments = [str(os.getpid()), str(self._root), name, str(file), *more]
        process = subprocess.Popen(
            [sys.executable, "-m", self._module, *arguments],
            cwd=self._root,
            env=environment(self._root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running.add(process)
        if self._over:  # ended between the request and the start
            self._kill(process)
        return process

    def close(self) -> None:
        """End what still runs."""
        self._over = True
        for process in tuple(self._running):
            self._kill(process)

    def _kill(self, process: subprocess.Popen[str]) -> None:
        if hasattr(os, "killpg"):
            processes.end_group(process.pid)
        else:
            process.kill()
