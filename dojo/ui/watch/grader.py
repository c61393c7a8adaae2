"""Grades in a thread of its own; a new request cancels the run that is under way.

Only functions whose text, or text that they need, has changed are run again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dojo.answer.dependence import FileText, file_text
from dojo.errors import UserError
from dojo.files import read_source
from dojo.kata.catalog import Kata
from dojo.learner.progress import answer_of
from dojo.verdict.verdicts import Record
from dojo.worker.child import Child
from dojo.worker.grade import grade, options
from dojo.worker.kept import Kept
from dojo.worker.messages import Crash
from dojo.worker.warm import Warm
from dojo.worker.warm_child import Cancelled

WHERE = 20.0  # seconds in which the lines of mistakes are looked for
SOON = 0.2  # seconds in which a warm process ends its child


@dataclass
class Result:
    """One grading run, when it has ended.

    Parameters
    ----------
    kata : Kata
    number : int
        Of the request that it answers.
    answer : str
        The file's fingerprint when the run began.
    records : list of Record
    error : str
        Why it could not be run; empty if it was.
    since : float
        Seconds since the run before; 0 for the first.
    kept : dict
        The verdicts of earlier runs that still hold, by function.
    gone : bool
        Whether there was no file.
    """

    kata: Kata
    number: int
    answer: str = ""
    records: list[Record] = field(default_factory=list)
    error: str = ""
    since: float = 0.0
    kept: dict[str, Record] = field(default_factory=dict)
    gone: bool = False


class Spoiled(Exception):
    """The run found that no earlier verdict holds: the file cannot be imported, say."""


@dataclass(frozen=True)
class Judging:
    """What a run grades, and what judges it.

    Parameters
    ----------
    kata : Kata
    answer : str
        The file's fingerprint.
    text : FileText
    edition : int
        Of what judges.
    """

    kata: Kata
    answer: str
    text: FileText
    edition: int


def _text_of(kata: Kata) -> FileText:
    """Return the learner's file as far as it can be read."""
    try:
        source = read_source(kata.stub)
    except (OSError, SyntaxError):  # gone, or no text: the run says it
        return FileText()
    return file_text(source, str(kata.stub), kata.functions)


def _spoils(record: Record) -> bool:
    """Tell whether a verdict is that of the whole file: it cannot be imported, say."""
    return not record["settled"] and record["rung"] != "time"


def _in_order(kata: Kata, records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: kata.functions.index(record["function"]))


class Grader:
    """Grades what is asked for last.

    Parameters
    ----------
    root : Path
        The clone.
    tell : callable
        Takes each `Result`, from the thread.
    tell_lines : callable
        Takes a request's number and its verdicts, when a mistake's line is found.
    warm : Warm
    """

    def __init__(
        self,
        root: Path,
        tell: Callable[[Result], None],
        tell_lines: Callable[[int, list[Record]], None],
        warm: Warm,
    ) -> None:
        self._root, self._tell, self._warm = root, tell, warm
        self._tell_lines = tell_lines
        self._changed = threading.Condition()
        self._wanted: Kata | None = None
        self._everything = False
        self._kept = Kept()
        self._count = 0
        self._child: Child | None = None
        self._closed = False
        self._last = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ask(self, kata: Kata, everything: bool = False) -> int:
        """Grade a kata, and return the request's number; whatever runs is cancelled.

        With `everything` no verdict of an earlier run is kept.
        """
        with self._changed:
            self._wanted, self._everything = kata, everything
            self._count += 1
            self._interrupt()
            return self._count

    def close(self) -> None:
        """End everything."""
        with self._changed:
            self._closed = True
            self._interrupt()
        self._thread.join(SOON)
        self._warm.close()  # a process that is still importing hears nothing before
        self._thread.join(10)
        self._warm.close()

    def _interrupt(self) -> None:
        if self._child is not None:
            self._child.cancel()
        self._changed.notify()

    def _launch(
        self, arguments: list[str], crashes: list[Crash], functions: list[str]
    ) -> Child:
        child = self._warm.launch(arguments, crashes, functions)
        with self._changed:
            self._child = child
            if self._wanted or self._closed:
                child.cancel()
        return child

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._wanted is None and not self._closed:
                    self._changed.wait()
                if self._closed or self._wanted is None:
                    return
                kata, number, self._wanted = self._wanted, self._count, None
                if self._everything:
                    self._kept.forget(kata)
            self._grade(Result(kata, number))
            with self._changed:
                self._child = None

    def _grade(self, result: Result) -> None:
        kata = result.kata
        try:
            result.answer, result.gone = answer_of(kata), not kata.stub.is_file()
            run = Judging(kata, result.answer, _text_of(kata), self._warm.edition())
            try:
                self._run(result, run)
            except Spoiled:
                self._kept.forget(kata)
                self._run(result, run)
        except Cancelled:
            return
        except UserError as error:
            lines = [line for line in str(error).splitlines() if line[:2] == "E "]
            why = f" ({lines[-1][2:].strip()})" if lines else ""
            result.error = f"the graders could not be run{why}: dojo run {kata.slug}"
            self._answer(result)
        except OSError as error:  # a full disk: the child's files find no place
            result.error = f"grading is not possible: {error}; make room on the disk"
            self._answer(result)

    def _run(self, result: Result, run: Judging) -> None:
        """Run what has changed; all else keeps its verdict."""
        result.kept = self._kept.holding(run.kata, run.text, run.edition)
        functions = [name for name in run.kata.functions if name not in result.kept]
        records = list[Record]()
        if functions:
            records = grade(
                self._root,
                [run.kata],
                launch=partial(self._launch, functions=functions),
                where=WHERE,
                told=lambda records: self._take(result, run, records),
            )
        else:
            self._take(result, run, [])
        self._keep(run, records, ended=True)

    def _keep(self, run: Judging, records: list[Record], ended: bool) -> None:
        """Keep verdicts, if the file is still the one that was graded."""
        if answer_of(run.kata) == run.answer:
            self._kept.note(run.kata, run.text, run.edition, records, ended)

    def _take(self, result: Result, run: Judging, records: list[Record]) -> None:
        """Answer with the verdicts, or with the line of a mistake that came later."""
        if result.kept and any(map(_spoils, records)):
            raise Spoiled
        self._keep(run, records, ended=False)
        records = _in_order(run.kata, [*records, *result.kept.values()])
        if not result.records:
            result.records = records
            self._answer(result)
        elif self._is_wanted():
            self._tell_lines(result.number, records)

    def _answer(self, result: Result) -> None:
        """Tell of a result, unless there is a newer request; have a child ready."""
        now = time.monotonic()
        result.since, self._last = (now - self._last if self._last else 0.0), now
        if self._is_wanted():
            self._tell(result)
            self._warm.prepare(options(self._root, [result.kata], where=WHERE))

    def _is_wanted(self) -> bool:
        with self._changed:
            return self._wanted is None and not self._closed
