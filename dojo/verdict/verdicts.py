"""What a grading run found: an outcome a test, a verdict a function."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from dojo.compare.words import is_bare, plain_all
from dojo.files import write_text
from dojo.verdict.traceback_text import traced

if TYPE_CHECKING:
    from dojo.compare.calls import Call

SCHEMA = 1
CHANGES = {1: "one change there makes", 2: "two changes there make"}
BESIDES = " Something else is wrong besides; this does not hold:"  # ends a diagnosis
PASSED, FAILED, NOT_STARTED, SKIPPED = "passed", "failed", "not started", "skipped"


class DiagnosisRecord(TypedDict):
    """A diagnosis as the JSON schema has it."""

    code: str
    says: str


class WhereRecord(TypedDict):
    """Where a mistake is, as the JSON schema has it."""

    lines: list[int]
    kind: str
    edit: str
    changes: int


class PublicRecord(TypedDict):
    """A verdict as the JSON schema has it."""

    kata: str
    function: str
    state: str
    rung: str
    because: str
    got: str
    want: str
    test: str
    seconds: float
    diagnosis: DiagnosisRecord | None
    where: WhereRecord | None


class Record(PublicRecord):
    """A verdict with all that is shown of it.

    Parameters
    ----------
    lines : list of str
        The failure as it is printed: what leads, then the facts.
    call : str
        The function's last call in that test, on a line.
    arguments : list of str
        The same call and what it was given, to the entry.
    line : int or None
        The line of the learner's file that failed, where one is known.
    tests, passes : int
        How many tests ran, and how many of them passed.
    traceback, printed : str
        Of the test that is shown; what the answer printed is cut.
    quoted : list of str
        The text of the lines where the mistake is.
    excerpt : list of str
        The line that cannot be read, with a caret; empty if all can be read.
    unread : bool
        Whether the function's text cannot be read.
    settled : bool
        Whether the verdict depends on the function, and what it needs, alone.
    """

    lines: list[str]
    call: str
    arguments: list[str]
    line: int | None
    tests: int
    passes: int
    traceback: str
    printed: str
    quoted: list[str]
    excerpt: list[str]
    unread: bool
    settled: bool


@dataclass
class Outcome:
    """What one test found.

    Parameters
    ----------
    kata, function : str
        The kata's slug and the public name that is graded.
    test : str
        The test's node id.
    state : str
        passed, failed, not started or skipped.
    rung, because, got, want, where : str
        The facts of a mismatch; empty where there is none.
    bare : bool
        Whether the test shows nothing of what was returned but a yes or no.
    came : str
        The kind of what was returned, where the test is bare.
    line : int or None
        The line of the learner's file that failed.
    seconds : float
    printed : str
        What the answer printed, cut.
    comparisons : int
        How often the test compared something.
    error : BaseException or None
        What the test raised, for its traceback.
    tolerance : float
        The relative tolerance of the comparison that failed; not part of the JSON.
    values : pair of arrays or None
        The raw answer and expectation; not part of the JSON.
    arguments : dict
        The arguments of the function's last call; not part of the JSON.
    returned : object
        What that call gave back, None if it raised; not part of the JSON.
    call : Call or None
        That call, as it was made.
    plainness : tuple of int
        The least of a function's failures is the one that says most.
    excerpt : tuple of str
        The line that cannot be read, with a caret, where one cannot.
    unread : bool
        Whether the function's text cannot be read.
    settled : bool
        Whether the function, with what it needs of its file, decided it: not the rest
        of the file, nor what happened to other functions.
    """

    kata: str
    function: str
    test: str
    state: str
    rung: str = ""
    because: str = ""
    got: str = ""
    want: str = ""
    where: str = ""
    bare: bool = False
    came: str = ""
    line: int | None = None
    seconds: float = 0.0
    printed: str = ""
    comparisons: int = 0
    error: BaseException | None = field(default=None, repr=False)
    tolerance: float = field(default=0.0, repr=False)
    values: tuple[Any, Any] | None = field(default=None, repr=False)
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    returned: Any = field(default=None, repr=False)
    call: Call | None = field(default=None, repr=False)
    plainness: tuple[int, ...] = ()
    excerpt: tuple[str, ...] = ()
    unread: bool = False
    settled: bool = True

    def facts(self) -> tuple[str, str]:
        """Return what came back and what was expected, never a bare yes or no."""
        if not self.bare:
            return self.got, self.want
        return self.came, "" if is_bare(self.want) else self.want

    def lines(self) -> list[str]:
        """Return the failure as at most four lines."""
        got, want = self.facts()
        came = "found" if self.rung == "imports" else "returned"
        facts = [(came, got), ("expected", want), ("where", self.where)]
        return [self.because] + [_labelled(*fact) for fact in facts if fact[1]]

    def lines_with_call(self) -> list[str]:
        """Return the failure with the call that led to it, as at most five lines."""
        because, *facts = self.lines()
        called = [_labelled("called", self.call.line())] if self.call else []
        return [because, *called, *facts]


def _labelled(name: str, text: str) -> str:
    return f"{name + ':':9} {text}"


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong, in words.

    Parameters
    ----------
    code : str
        What `dojo explain` takes.
    says : str
    tests : frozenset of str
        The failing tests that it explains, by node id; empty stands for all of them.
    """

    code: str
    says: str
    tests: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Where:
    """Where a mistake is: one small edit there makes every test pass, or two do.

    Parameters
    ----------
    lines : tuple of int
        Lines of the learner's file.
    kind : str
        What kind of change it is: "the sign", "a name in this line".
    edit : str
        The change itself: the line before and after, as a diff has them.
    quoted : tuple of str
        The text of the lines.
    changes : int
        How many edits it takes.
    """

    lines: tuple[int, ...]
    kind: str
    edit: str
    quoted: tuple[str, ...] = ()
    changes: int = 1

    def record(self) -> WhereRecord:
        """Return it as the JSON schema has it."""
        return {
            "lines": list(self.lines),
            "kind": self.kind,
            "edit": self.edit,
            "changes": self.changes,
        }


@dataclass
class Verdict:
    """What all tests of one function found."""

    kata: str
    function: str
    outcomes: list[Outcome]
    diagnosis: Diagnosis | None = None
    where: Where | None = None
    trouble: str = ""  # why no diagnosis could be made

    @property
    def state(self) -> str:
        """Failed if any test failed; not started only if nothing else is known."""
        states = {outcome.state for outcome in self.outcomes}
        unwritten = (o for o in self.outcomes if o.state == SKIPPED and o.rung)
        if FAILED in states or (
            PASSED in states and (NOT_STARTED in states or any(unwritten))
        ):
            return FAILED
        for state in (NOT_STARTED, PASSED):
            if state in states:
                return state
        return SKIPPED

    @property
    def first(self) -> Outcome:
        """The outcome to show: the plainest failure, else the first not started."""
        for state in (FAILED, NOT_STARTED, SKIPPED):
            of_state = [o for o in self.outcomes if o.state == state]
            if of_state:
                return min(of_state, key=self._place)
        return self.outcomes[0]

    def _place(self, outcome: Outcome) -> tuple[int, ...]:
        """What cannot be read leads; of two equally plain, what is explained."""
        return not outcome.unread, *outcome.plainness, not self.explains(outcome)

    def explains(self, outcome: Outcome) -> bool:
        """Tell whether the diagnosis, if there is one, explains a failing test."""
        if self.diagnosis is None:
            return False
        return not self.diagnosis.tests or outcome.test in self.diagnosis.tests

    @property
    def leads(self) -> bool:
        """Whether the diagnosis leads: it explains the plainest failure."""
        return self.state == FAILED and self.explains(self.first)

    @property
    def passes(self) -> int:
        """How many tests passed."""
        return sum(outcome.state == PASSED for outcome in self.outcomes)

    @property
    def seconds(self) -> float:
        """The time that all tests took."""
        return sum(outcome.seconds for outcome in self.outcomes)

    def headline(self) -> str:
        """Return what is most wrong on one line: diagnosis, or the broken truth."""
        if self.diagnosis and self.leads:
            return f"{self.diagnosis.code}: {self.diagnosis.says}"
        whole = f"{self.function} is not started"  # else it is a part, or another one
        shown = (FAILED, NOT_STARTED)
        because = self.first.because if self.state in shown else ""
        return "" if because == whole else because

    def lines(self) -> list[str]:
        """Return the failure as lines: what leads, the facts, what is wrong besides."""
        facts = self.first.lines_with_call()
        if self.diagnosis is None:
            return facts
        if self.leads:
            return [self.headline(), *facts]
        says = self.diagnosis.says.partition(BESIDES)[0]
        return [*facts, _labelled("besides", f"{self.diagnosis.code}: {says}")]

    def record(self) -> PublicRecord:
        """Return the verdict as the JSON schema has it."""
        shown = self.state in (FAILED, NOT_STARTED)
        first = self.first
        got, want = first.facts()
        record: PublicRecord = {
            "kata": self.kata,
            "function": self.function,
            "state": self.state,
            "rung": first.rung if shown else "",
            "because": first.because if shown else "",
            "got": got if shown else "",
            "want": want if shown else "",
            "test": first.test if shown else "",
            "seconds": round(self.seconds, 6),
            "diagnosis": self._diagnosis_record(),
            "where": self.where.record() if self.where else None,
        }
        plain: PublicRecord = plain_all(record)
        return plain

    def _diagnosis_record(self) -> DiagnosisRecord | None:
        if self.diagnosis is None:
            return None
        return {"code": self.diagnosis.code, "says": self.diagnosis.says}

    def full_record(self) -> Record:
        """Return the record and what is shown besides."""
        call = self.first.call if self.state == FAILED else None
        record: Record = {
            **self.record(),
            "lines": self.lines(),
            "call": call.line() if call else "",
            "arguments": call.whole() if call else [],
            "line": self.first.line,
            "tests": len(self.outcomes),
            "passes": self.passes,
            "traceback": traced(self.first.error),
            "printed": next((o.printed for o in self.outcomes if o.printed), ""),
            "quoted": list(self.where.quoted) if self.where else [],
            "excerpt": list(self.first.excerpt),
            "unread": self.first.unread,
            "settled": all(outcome.settled for outcome in self.outcomes),
        }
        plain: Record = plain_all(record)
        return plain


def where_lines(record: Record) -> list[str]:
    """Return where a mistake is, or the line that cannot be read, as lines to print."""
    if record["where"] is None:
        return record["excerpt"]
    numbers = record["where"]["lines"]
    *others, last = map(str, numbers)
    names = f"lines {', '.join(others)} and {last}" if others else f"line {last}"
    head = f"look at {names}: "
    quotes = zip(numbers, record["quoted"], strict=False)
    return [
        f"{head}{CHANGES[record['where']['changes']]} every test pass",
        *(f"{number:4} | {text}" for number, text in quotes),
    ]


def gather(outcomes: Iterable[Outcome]) -> list[Verdict]:
    """Return a verdict a function, in the order in which the outcomes came."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    for outcome in outcomes:
        key = (outcome.kata, outcome.function)
        verdicts.setdefault(key, Verdict(*key, [])).outcomes.append(outcome)
    return list(verdicts.values())


def not_graded(kata: str, function: str, test: str) -> Outcome:
    """Return the outcome of a test that did not run: what is not known has failed."""
    why = f"{function} was not graded: the run ended before"
    return Outcome(kata, function, test, FAILED, "returned", why)


def document(records: Iterable[PublicRecord], graded: str) -> dict[str, Any]:
    """Return the public document: what `--verdicts` writes and `--json` prints.

    Parameters
    ----------
    records : iterable of records
        What is shown besides is left out.
    graded : str
        Whose answers: katas, solutions, or a folder.
    """
    functions = [public(record) for record in records]
    return {"schema": SCHEMA, "graded": graded, "functions": functions}


def public(record: PublicRecord) -> dict[str, Any]:
    """Return what the JSON schema has of a record."""
    names = PublicRecord.__annotations__
    return {name: value for name, value in record.items() if name in names}


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document in one step, so that no reader ever sees half of it."""
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
