"""What a learner has done, as the sum of events: attempts, hints, copies.

The log is the truth and the state is its sum, so that a lost state is made anew from
the log. An event is a dict with `v`, `kind` and `at`; kinds that this version does not
know are passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dojo.kata.catalog import Kata
from dojo.kata.stubs import is_started
from dojo.verdict.verdicts import NOT_STARTED, PASSED, SKIPPED, Record

SCHEMA = 1
PAUSE = 600.0  # seconds without a run after which a learner is taken to be away
COPIES = 100  # backups that undo remembers
CHANGED = "changed since passed"
GRADER_CHANGED = "grader changed since passed"

Event = dict[str, Any]
State = dict[str, Any]


def new_state() -> State:
    """Return the state of a learner who has done nothing."""
    return {"schema": SCHEMA, "read": 0, "current": None, "katas": {}, "copies": []}


def new_entry() -> dict[str, Any]:
    """Return what is known of a kata that was never tried."""
    return {
        "attempts": 0, "seconds": 0.0, "hints": 0, "mistakes": {}, "functions": {},
        "passed_at": None,
    }  # fmt: skip


def apply(state: State, event: Event) -> None:
    """Add one event to a state, in place."""
    if event.get("v") != SCHEMA:
        return
    add = {
        "attempt": _attempt, "hint": _hint, "copy": _copy, "current": _current,
        "renamed": _renamed,
    }.get(event["kind"])  # fmt: skip
    if add:
        add(state, event)


def _entry(state: State, slug: str) -> dict[str, Any]:
    entry: dict[str, Any] = state["katas"].setdefault(slug, new_entry())
    return entry


def _attempt(state: State, event: Event) -> None:
    entry = _entry(state, event["kata"])
    entry["attempts"] += 1
    entry["seconds"] += _seconds(state.get("last"), event)
    state["last"] = event["at"]
    for name, found in event["functions"].items():
        function = entry["functions"].setdefault(name, {"attempts": 0, "passed": None})
        function["attempts"] += 1
        function["state"] = found["state"]
        function["answer"], function["grader"] = event["answer"], event["grader"]
        if found["state"] in (PASSED, SKIPPED):
            function["passed"] = {key: event[key] for key in ("at", "answer", "grader")}
        if found.get("code"):
            mistakes = entry["mistakes"]
            mistakes[found["code"]] = mistakes.get(found["code"], 0) + 1
    states = [found["state"] for found in event["functions"].values()]
    done = all(one in (PASSED, SKIPPED) for one in states) and event["whole"]
    if done and entry["passed_at"] is None:
        entry["passed_at"] = event["at"]


def _seconds(last: str | None, event: Event) -> float:
    """Return the time at work that an attempt ends.

    Within a process it is measured by a clock that only goes forward. Between processes
    there are dates alone, which jump: only a gap that is no pause counts.
    """
    if event["since"]:
        return float(min(max(event["since"], 0.0), PAUSE))
    try:
        begin, end = (datetime.fromisoformat(at) for at in (last or "", event["at"]))
    except ValueError:
        return 0.0
    gap = (end - begin).total_seconds()
    return gap if 0 < gap <= PAUSE else 0.0


def _hint(state: State, event: Event) -> None:
    entry = _entry(state, event["kata"])
    entry["hints"] = max(entry["hints"], event["level"])


def _copy(state: State, event: Event) -> None:
    state["copies"] = [*state["copies"], {k: event[k] for k in ("kata", "path")}]
    state["copies"] = state["copies"][-COPIES:]


def _current(state: State, event: Event) -> None:
    state["current"] = event["kata"]


def _renamed(state: State, event: Event) -> None:
    if event["kata"] in state["katas"]:
        state["katas"][event["to"]] = state["katas"].pop(event["kata"])
    if state["current"] == event["kata"]:
        state["current"] = event["to"]
    for copy in state["copies"]:
        if copy["kata"] == event["kata"]:
            copy["kata"] = event["to"]


def digest(*paths: Path) -> str:
    """Return a fingerprint of files; a missing one counts as empty."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()[:16]


def answer_of(kata: Kata) -> str:
    """Return the fingerprint of the learner's file."""
    return digest(kata.stub)


def grader_of(kata: Kata) -> str:
    """Return the fingerprint of what judges it: the tests and the reference."""
    return digest(kata.grader, kata.reference)


def attempt(
    kata: Kata, records: Iterable[Record], by: str, answer: str, since: float
) -> Event:
    """Return the event of a grading run.

    Parameters
    ----------
    kata : Kata
    records : iterable of dict
        The verdicts' records, of this kata alone.
    by : str
        Which face ran it: watch, run, dojo or pytest.
    answer : str
        The file's fingerprint when the run began.
    since : float
        Seconds since this process's run before; 0 for the first.
    """
    functions = {
        record["function"]: {
            "state": record["state"],
            "rung": record["rung"],
            "code": record["diagnosis"]["code"] if record["diagnosis"] else "",
        }
        for record in records
    }
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


@dataclass(frozen=True)
class Standing:
    """Where a learner stands with a kata, without running anything.

    Parameters
    ----------
    state : str
        not started, started, passed, changed since passed, grader changed since passed.
    passed, total : int
        Functions, when they were graded last.
    due : bool
        Whether the recorded verdict is not of these files: answers or grader changed.
    """

    state: str
    passed: int
    total: int
    due: bool

    @property
    def word(self) -> str:
        """The state as a list shows it: "3 of 7" for what is begun."""
        return (
            f"{self.passed} of {self.total}" if self.state == "started" else self.state
        )


def standing(kata: Kata, state: State) -> Standing:
    """Return where the learner stands with a kata."""
    entry = state["katas"].get(kata.slug) or new_entry()
    blank = {"state": NOT_STARTED, "answer": "", "grader": "", "passed": None}
    functions = [blank | entry["functions"].get(name, {}) for name in kata.functions]
    answer, grader, started = answer_of(kata), grader_of(kata), is_started(kata)
    graded = [f["answer"] == answer and f["grader"] == grader for f in functions]
    good = [f["state"] in (PASSED, SKIPPED) for f in functions]
    passes = [f["passed"] for f in functions]
    if all(graded) and all(good):
        word = PASSED
    elif all(passes) and any(p["answer"] != answer for p in passes):
        word = CHANGED
    elif all(passes):
        word = GRADER_CHANGED
    else:
        word = "started" if started else NOT_STARTED
    due = not all(graded) and (started or bool(entry["attempts"]))
    return Standing(word, sum(good) if started else 0, len(functions), due)
