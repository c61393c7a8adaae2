"""What a learner has done, as the sum of events: attempts, hints, steps back.

The log is the truth and the state is its sum, so that a lost state is made anew from
the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from dojo.errors import UserError
from dojo.kata.catalog import Kata
from dojo.speed.tiers import TIERS, highest
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Record,
    WhereRecord,
)

SCHEMA = 1
PAUSE = 600.0  # seconds without a run after which a learner is taken to be away
GOOD = (PASSED, SKIPPED)
UNREAD = "unread"  # a state of the log alone: the function's text cannot be read


class Stamp(TypedDict, total=False):
    """What the ledger adds to an event when it writes it: schema and date."""

    v: int
    at: str


class FunctionResult(TypedDict):
    """What a grading run says of one function.

    Parameters
    ----------
    state, rung : str
    code : str
        Of its diagnosis, if it has one.
    kept : bool
        Whether it was not run again, since nothing that it depends on had changed.
    """

    state: str
    rung: str
    code: str
    optional: NotRequired[bool]
    kept: NotRequired[bool]


class AttemptEvent(Stamp):
    """A grading run of one kata.

    Parameters
    ----------
    kata : str
        The slug.
    by : str
        What ran it: watch, run, dojo or pytest.
    answer, grader : str
        Fingerprints of the learner's file and of what judged it.
    since : float
        Seconds since this process's run before; 0 for the first.
    whole : bool
        Whether every function of the kata was graded.
    functions : dict
        The results by function.
    """

    kind: Literal["attempt"]
    kata: str
    by: str
    answer: str
    grader: str
    since: float
    whole: bool
    functions: dict[str, FunctionResult]


class HintEvent(Stamp):
    """A hint that was shown for the first time; once they were of a whole kata."""

    kind: Literal["hint"]
    kata: str
    function: NotRequired[str]
    level: int


class LocatedEvent(Stamp):
    """It was found on which lines a function's mistake is."""

    kind: Literal["located"]
    kata: str
    function: str
    where: WhereRecord


class RevealedEvent(Stamp):
    """One step more of the change on those lines was shown: its kind, then itself."""

    kind: Literal["revealed"]
    kata: str
    function: NotRequired[str]


class Walk(TypedDict):
    """How far undo went back in a kata's copies; both are names of copies.

    Parameters
    ----------
    copy : str
        The one that was brought back.
    youngest : str
        The youngest one then: a younger one ends the walk.
    """

    copy: str
    youngest: str


class UndoneEvent(Stamp, Walk):
    """A copy was brought back."""

    kind: Literal["undone"]
    kata: str


class CurrentEvent(Stamp):
    """The kata that the learner turned to."""

    kind: Literal["current"]
    kata: str


class RenamedEvent(Stamp):
    """A kata's new slug."""

    kind: Literal["renamed"]
    kata: str
    to: str


class BenchEvent(Stamp):
    """Which tiers of speed functions reached, with the fingerprint of their file."""

    kind: Literal["bench"]
    kata: str
    answer: str
    tiers: dict[str, str]


Event = (
    AttemptEvent | HintEvent | LocatedEvent | RevealedEvent | UndoneEvent | CurrentEvent
    | RenamedEvent | BenchEvent
)  # fmt: skip


class Pass(TypedDict):
    """When a function passed last, and with which files."""

    at: str
    answer: str
    grader: str


class FunctionProgress(TypedDict):
    """What is known of one function: the last attempt and the last pass."""

    attempts: int
    state: str
    answer: str
    grader: str
    passed: Pass | None


class Place(TypedDict):
    """Where a function's mistake is, and how much of the change was shown."""

    where: WhereRecord
    shown: int


class KataProgress(TypedDict):
    """What is known of one kata: the work, the mistakes by code, the functions.

    Parameters
    ----------
    attempts : int
    seconds : float
    hints : int
        How many were shown.
    mistakes : dict
        How often each was made, by code.
    functions : dict
        The results by function.
    passed_at : str or None
    levels : dict
        The deepest hint that was shown, by function.
    places : dict
        Where the last attempt's mistakes are, by function.
    tiers : dict
        The highest tier of speed that was reached, by function.
    """

    attempts: int
    seconds: float
    hints: int
    mistakes: dict[str, int]
    functions: dict[str, FunctionProgress]
    passed_at: str | None
    levels: NotRequired[dict[str, int]]
    places: NotRequired[dict[str, Place]]
    tiers: NotRequired[dict[str, str]]


class State(TypedDict):
    """The sum of the events in the log's first `read` bytes."""

    schema: int
    read: int
    current: str | None
    katas: dict[str, KataProgress]
    walks: NotRequired[dict[str, Walk]]
    last: NotRequired[str]  # the date of the last attempt


def new_state() -> State:
    """Return the state of a learner who has done nothing."""
    return {"schema": SCHEMA, "read": 0, "current": None, "katas": {}}


def new_kata_progress() -> KataProgress:
    """Return what is known of a kata that was never tried."""
    return {
        "attempts": 0, "seconds": 0.0, "hints": 0, "mistakes": {}, "functions": {},
        "passed_at": None,
    }  # fmt: skip


def new_function_progress() -> FunctionProgress:
    """Return what is known of a function that was never graded."""
    return {
        "attempts": 0, "passed": None, "state": NOT_STARTED, "answer": "", "grader": "",
    }  # fmt: skip


def apply(state: State, event: Event) -> None:
    """Add one event to a state, in place."""
    if event["kind"] == "attempt":
        _add_attempt(state, event)
    elif event["kind"] == "hint":
        _add_hint(_kata(state, event["kata"]), event)
    elif event["kind"] == "located":
        _locate(_kata(state, event["kata"]).setdefault("places", {}), event)
    elif event["kind"] == "revealed":
        _reveal(_kata(state, event["kata"]).get("places", {}), event)
    elif event["kind"] == "undone":
        walk: Walk = {"copy": event["copy"], "youngest": event["youngest"]}
        state.setdefault("walks", {})[event["kata"]] = walk
    elif event["kind"] == "current":
        state["current"] = event["kata"]
    elif event["kind"] == "renamed":
        _rename(state, event["kata"], event["to"])
    elif event["kind"] == "bench":
        _reach(_kata(state, event["kata"]).setdefault("tiers", {}), event["tiers"])


def says_again(state: State, event: AttemptEvent) -> bool:
    """Tell whether the last attempt had the same files and the same results."""
    kata = state["katas"].get(event["kata"]) or new_kata_progress()
    files, results = (event["answer"], event["grader"]), event["functions"]
    # Of what cannot be read the state keeps what it was before.
    read = [name for name in results if results[name]["state"] != UNREAD]
    for name in read:
        known = kata["functions"].get(name)
        if known is None or (known["answer"], known["grader"]) != files:
            return False
        if known["state"] != results[name]["state"]:
            return False
    return bool(read)


def _kata(state: State, slug: str) -> KataProgress:
    return state["katas"].setdefault(slug, new_kata_progress())


def _add_hint(kata: KataProgress, event: HintEvent) -> None:
    if "function" not in event:  # of a release whose hints were a kata's
        kata["hints"] = max(kata["hints"], event["level"])
        return
    levels = kata.setdefault("levels", {})
    seen = levels.get(event["function"], 0)
    levels[event["function"]] = max(seen, event["level"])
    kata["hints"] += max(0, event["level"] - seen)


def _reach(highest_so_far: dict[str, str], tiers: dict[str, str]) -> None:
    """Keep the highest tiers: a later run on a busier machine takes none away."""
    for name, tier in tiers.items():
        known = [t for t in (highest_so_far.get(name), tier) if t in TIERS]
        if known:
            highest_so_far[name] = highest(known)


def _locate(places: dict[str, Place], event: LocatedEvent) -> None:
    known = places.get(event["function"])
    if known is None or known["where"] != event["where"]:
        places[event["function"]] = {"where": event["where"], "shown": 0}


def _reveal(places: dict[str, Place], event: RevealedEvent) -> None:
    function = event.get("function") or next(iter(places), "")
    if function in places:
        places[function]["shown"] += 1


def _add_attempt(state: State, event: AttemptEvent) -> None:
    kata = _kata(state, event["kata"])
    kata["attempts"] += 1
    kept = {name for name, r in event["functions"].items() if r.get("kept")}
    places = {n: p for n, p in kata.pop("places", {}).items() if n in kept}
    if places:
        kata["places"] = places
    kata["seconds"] += _seconds(state.get("last"), event)
    state["last"] = event["at"]
    for name, result in event["functions"].items():
        function = kata["functions"].setdefault(name, new_function_progress())
        _add_result(function, result, event)
        code = result["code"]
        if code and name not in kept:
            kata["mistakes"][code] = kata["mistakes"].get(code, 0) + 1
    results = event["functions"].values()
    good = all(r["state"] in GOOD or r.get("optional") for r in results)
    if good and event["whole"] and kata["passed_at"] is None:
        kata["passed_at"] = event["at"]


def _add_result(
    function: FunctionProgress, result: FunctionResult, event: AttemptEvent
) -> None:
    function["attempts"] += not result.get("kept", False)
    if result["state"] == UNREAD:
        # A half-typed save takes no pass back: the file as it was had passed.
        if function["state"] not in GOOD:
            function["state"] = FAILED
        return
    function["state"] = result["state"]
    function["answer"], function["grader"] = event["answer"], event["grader"]
    if result["state"] in GOOD:
        function["passed"] = {
            "at": event["at"], "answer": event["answer"], "grader": event["grader"],
        }  # fmt: skip


def _seconds(last: str | None, event: AttemptEvent) -> float:
    """Return the time at work that an attempt ends.

    Within a process it is measured by a clock that only goes forward. Between processes
    there are dates alone, which jump: only a gap that is no pause counts.
    """
    if event["since"]:
        return float(min(max(event["since"], 0.0), PAUSE))
    try:
        begin, end = (datetime.fromisoformat(at) for at in (last or "", event["at"]))
        gap = (end - begin).total_seconds()
    except (ValueError, TypeError):  # no date; one with a zone and one without
        return 0.0
    return gap if 0 < gap <= PAUSE else 0.0


def _rename(state: State, slug: str, to: str) -> None:
    if slug in state["katas"]:
        state["katas"][to] = state["katas"].pop(slug)
    if state["current"] == slug:
        state["current"] = to
    if slug in state.get("walks", {}):
        state["walks"][to] = state["walks"].pop(slug)


def digest(*paths: Path) -> str:
    """Return a fingerprint of files; a missing one counts as empty.

    Raises
    ------
    UserError
        If a file is there and cannot be read.
    """
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(path.read_bytes() if path.is_file() else b"")
        except OSError as error:
            raise UserError(
                f"{path} cannot be read ({error.strerror}): allow reading it"
            ) from error
    return total.hexdigest()[:16]


def answer_of(kata: Kata) -> str:
    """Return the fingerprint of the learner's file."""
    return digest(kata.stub)


def grader_of(kata: Kata) -> str:
    """Return the fingerprint of what judges it: the tests and the reference."""
    return digest(*kata.judged_by)


def is_begun(records: Iterable[Record]) -> bool:
    """Tell whether a run is an attempt: whether there is an answer to any function."""
    return any(record["state"] not in (NOT_STARTED, SKIPPED) for record in records)


def attempt(
    kata: Kata,
    records: Iterable[Record],
    by: str,
    answer: str,
    since: float,
    kept: Collection[str] = (),
) -> AttemptEvent:
    """Return the event of a grading run.

    Parameters
    ----------
    kata : Kata
    records : iterable of Record
        The verdicts' records, of this kata alone.
    by : str
        What ran it: watch, run, dojo or pytest.
    answer : str
        The file's fingerprint when the run began.
    since : float
        Seconds since this process's run before; 0 for the first.
    kept : collection of str, optional
        The functions whose verdict is an earlier run's.
    """
    functions = {record["function"]: _result(record, kept) for record in records}
    for name in functions.keys() & set(kata.optional):
        functions[name]["optional"] = True
    return {
        "kind": "attempt",
        "kata": kata.slug,
        "by": by,
        "answer": answer,
        "grader": grader_of(kata),
        "since": round(since, 1),
        "whole": set(kata.functions) <= set(functions),
        "functions": functions,
    }


def located(kata: Kata, records: Iterable[Record]) -> Iterator[LocatedEvent]:
    """Yield an event for each function of which the mistake's lines were found."""
    for record in records:
        if record["where"]:
            yield {
                "kind": "located", "kata": kata.slug, "function": record["function"],
                "where": record["where"],
            }  # fmt: skip


def passed_in(state: State, kata: Kata) -> set[str]:
    """Return the functions of a kata that passed when they could be read last."""
    progress = state["katas"].get(kata.slug) or new_kata_progress()
    functions = progress["functions"].items()
    return {name for name, function in functions if function["state"] in GOOD}


def held(records: Iterable[Record], passed: set[str]) -> frozenset[str]:
    """Return the functions that passed before and cannot be read now."""
    unread = {record["function"] for record in records if record["unread"]}
    return frozenset(unread & passed)


def _result(record: Record, kept: Collection[str]) -> FunctionResult:
    diagnosis = record["diagnosis"]
    result: FunctionResult = {
        "state": UNREAD if record["unread"] else record["state"],
        "rung": record["rung"],
        "code": diagnosis["code"] if diagnosis else "",
    }
    if record["function"] in kept:
        result["kept"] = True
    return result
