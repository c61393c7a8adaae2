"""Checks what was read from .dojo/, where a crash or an editor may leave anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import NoneType
from typing import Any, cast

from dojo.learner.progress import (
    SCHEMA,
    Event,
    State,
    new_function_progress,
    new_kata_progress,
    new_state,
)

PASS = {"at": "", "answer": "", "grader": ""}
WALK = {"copy": "", "youngest": ""}
PLACE: Mapping[str, Any] = {"where": {}, "shown": 0}
WHERE: Mapping[str, Any] = {"lines": [], "kind": "", "edit": ""}
EVENTS: dict[str, dict[str, Any]] = {
    "attempt": {
        "kata": "", "answer": "", "grader": "", "since": 0.0, "whole": True,
        "functions": {},
    },
    "hint": {"kata": "", "level": 0},
    "located": {"kata": "", "function": "", "where": {}},
    "revealed": {"kata": ""},
    "undone": {"kata": "", **WALK},
    "current": {"kata": ""},
    "renamed": {"kata": "", "to": ""},
    "bench": {"kata": "", "answer": "", "tiers": {}},
}  # fmt: skip


class NewerState(ValueError):
    """The state is of a schema that this dojo does not know."""


def event_from(data: object) -> Event | None:
    """Return a line of the log as an event; None if this dojo cannot use it."""
    try:
        event = _fitting(data, {"v": 0, "kind": "", "at": ""})
        if event["v"] != SCHEMA or event["kind"] not in EVENTS:
            return None
        _fitting(event, EVENTS[event["kind"]])
        for result in event.get("functions", {}).values():
            _fitting(result, {"state": "", "code": ""})
        if event["kind"] == "located":
            _check_where(event["where"])
        _fitting(event, dict.fromkeys({"function"} & event.keys(), ""))
        _words(event.get("tiers", {}))
    except ValueError:
        return None
    return cast(Event, event)


def state_from(data: object) -> State:
    """Return a state as it was read, with what an older dojo did not write.

    Raises
    ------
    NewerState
        If a newer dojo wrote it.
    ValueError
        If it is no state.
    """
    schema = _fitting(data, {"schema": 0})["schema"]
    if schema > SCHEMA:
        raise NewerState("was written by a newer dojo")
    state = _completed(data, new_state())
    state.pop("copies", None)  # an older dojo's list; the folder is the list now
    for slug, kata in state["katas"].items():
        kata = state["katas"][slug] = _completed(kata, new_kata_progress())
        for name, function in kata["functions"].items():
            kata["functions"][name] = _completed(function, new_function_progress())
            if (passed := kata["functions"][name]["passed"]) is not None:
                _fitting(passed, PASS)
        _fitting(kata["mistakes"], dict.fromkeys(kata["mistakes"], 0))
        levels = _fitting(kata.get("levels", {}), {})
        _fitting(levels, dict.fromkeys(levels, 0))
        if place := kata.pop("place", None):  # an older dojo knew of one alone
            kata["places"] = {_fitting(place, {"function": ""})["function"]: place}
        _words(kata.get("tiers", {}))
        for place in _fitting(kata.get("places", {}), {}).values():
            _check_where(_fitting(place, PLACE)["where"])
    for walk in _fitting(state.get("walks", {}), {}).values():
        _fitting(walk, WALK)
    return cast(State, state)


def _words(data: object) -> None:
    """Refuse what is no dict of strings."""
    words = _fitting(data, {})
    _fitting(words, dict.fromkeys(words, ""))


def _check_where(where: object) -> None:
    numbers = {str(at): line for at, line in enumerate(_fitting(where, WHERE)["lines"])}
    _fitting(numbers, dict.fromkeys(numbers, 0))


def _completed(data: object, blank: Mapping[str, Any]) -> dict[str, Any]:
    return _fitting({**blank, **_fitting(data, {})}, blank)


def _fitting(data: object, like: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dict whose values are of the same types as in `like`."""
    if not isinstance(data, dict):
        raise ValueError(f"there is {data!r:.40} where names and values should be")
    for name, value in like.items():
        if not _is_like(data.get(name), value, name):
            raise ValueError(f"{name!r} is {data.get(name)!r:.40}")
    return data


def _is_like(found: object, value: object, name: str) -> bool:
    """Tell whether a value is of the type of another; a number must be one to count."""
    if value is None:  # a date, a slug or a pass that may come
        return isinstance(found, (NoneType, dict if name == "passed" else str))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return isinstance(found, type(value))
    kinds = (float, int) if isinstance(value, float) else (int,)
    is_number = isinstance(found, kinds) and not isinstance(found, bool)
    return is_number and math.isfinite(found) and found >= 0  # type: ignore[arg-type, operator]
