"""What `dojo watch` knows: everything that a screen shows is drawn from this alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from dojo.kata.catalog import Kata
from dojo.ui.show import changed_words, since_the_last_run
from dojo.ui.watch.grader import Result
from dojo.ui.watch.pages import Page
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, SKIPPED, Record

# What is wrong with an answer, by the rung of the ladder that broke.
IN_WORDS = {
    "returned": "what it returns", "type": "its type", "shape": "its shape",
    "dtype": "its dtype", "finite": "NaN or infinity", "aliased": "sharing memory",
    "values": "its values", "gradient": "its gradient", "statistics": "its statistics",
    "speed": "its speed", "raises": "an error that should come", "time": "its time",
    "unchanged": "changing an argument", "forbidden": "a forbidden call",
    "imports": "its file",
}  # fmt: skip


@dataclass
class WatchState:
    """What there is to see of a kata, and of the terminal it is seen on.

    Parameters
    ----------
    kata : Kata
    records : list of Record
        The last verdicts; empty before the first run.
    result : Result or None
        The last run of this kata; its error, if it has one, is not over yet.
    held : collection of str
        The functions that passed before and cannot be read now.
    change : str
        What the last run changed.
    grading : float or None
        Seconds for which a run has been under way; None if there is none.
    progress : str
        Such as "2 of 10 katas passed".
    next_kata : Kata or None
        The next one that is not passed.
    message : str
        What the last key did, or a warning.
    asked : str
        The key whose question waits for a yes; empty if there is none.
    focus : str
        The function to look at, where it failed.
    hint : tuple of str
        Title and text of the open hint; empty if none is open.
    back : int
        How many hints before the deepest one the open hint is; -1 if none is open.
    page : Page or None
        What covers the main screen.
    columns, lines : int
        The size of the terminal.
    """

    kata: Kata
    records: list[Record] = field(default_factory=list)
    result: Result | None = None
    held: Collection[str] = ()
    change: str = ""
    grading: float | None = None
    progress: str = ""
    next_kata: Kata | None = None
    message: str = ""
    asked: str = ""
    focus: str = ""
    hint: tuple[str, ...] = ()
    back: int = -1
    page: Page | None = None
    columns: int = 80
    lines: int = 24

    @property
    def failure(self) -> Record | None:
        """The failure to show: the one in focus, else the first."""
        failures = self.failures
        in_focus = [r for r in failures if r["function"] == self.focus]
        return next(iter(in_focus or failures), None)

    @property
    def failures(self) -> list[Record]:
        """All that failed."""
        return [record for record in self.records if record["state"] == FAILED]

    @property
    def at(self) -> str:
        """The function to work on: of the failure shown, else the next to write."""
        if self.failure:
            return self.failure["function"]
        untouched = (NOT_STARTED, SKIPPED)
        begun = {r["function"] for r in self.records if r["state"] not in untouched}
        names = [name for name in self.kata.functions if name not in begun]
        names.sort(key=lambda name: name in self.kata.optional)
        names = names or list(self.kata.functions)
        return self.focus if self.focus in names else names[0]

    def move_focus(self, step: int) -> None:
        """Look at a failure further down, or up; after the last comes the first."""
        failures, shown = self.failures, self.failure
        if shown:
            at = (failures.index(shown) + step) % len(failures)
            self.focus = failures[at]["function"]

    @property
    def error(self) -> str:
        """Why the last run could not be made; empty if it was."""
        return self.result.error if self.result else ""

    def turn_to(self, kata: Kata, records: list[Record]) -> None:
        """Forget what was said of the kata before."""
        self.kata, self.records, self.result, self.held = kata, records, None, ()
        self.change = self.message = self.asked = self.focus = ""
        self.hint, self.back, self.page = (), -1, None

    @property
    def kept(self) -> Collection[str]:
        """The functions that the last run did not run again."""
        return self.result.kept if self.result else ()

    @property
    def is_gone(self) -> bool:
        """Whether there was no file when it was to be graded last."""
        return bool(self.result and self.result.gone)

    def take(self, result: Result, held: Collection[str] = ()) -> None:
        """Show the result of a run; `held` passed before and cannot be read now."""
        self.result, self.grading = result, None
        if not result.error:
            self.change = change_between(self.records, result.records, held)
            self.records, self.held = result.records, held


def change_between(
    before: list[Record], now: list[Record], held: Collection[str] = ()
) -> str:
    """Return what a run changed, one sentence; empty if there is none to compare."""
    if not before or not now:
        return ""
    old = {record["function"]: record for record in before}
    pairs = [(old[r["function"]], r) for r in now if r["function"] in old]
    gained = [n["function"] for o, n in pairs if n["state"] == PASSED != o["state"]]
    lost = [n["function"] for o, n in pairs if o["state"] == PASSED != n["state"]]
    lost = [name for name in lost if name not in held]
    parts = changed_words(gained, lost, held)
    begun = [n["function"] for o, n in pairs if o["state"] == NOT_STARTED != n["state"]]
    begun = [name for name in begun if name not in gained]
    parts += [f"started: {', '.join(begun)}"] if begun else []
    for first, second in pairs:
        if first["state"] == second["state"] == FAILED and len(parts) < 3:
            parts += _moved(first, second)
    return since_the_last_run(parts)


def _moved(before: Record, now: Record) -> list[str]:
    """Return how a failure differs from the one before."""
    name = now["function"]
    if before["rung"] != now["rung"]:
        was, is_now = (IN_WORDS.get(one["rung"], one["rung"]) for one in (before, now))
        return [f"{name} now fails by {is_now}, before by {was}"]
    if before["passes"] != now["passes"]:
        return [f"{name} passes {now['passes']} tests, before {before['passes']}"]
    if (before["got"], before["because"]) != (now["got"], now["because"]):
        return [f"{name} fails in another way"]
    return []
