"""What a learner has done, as facts and as lines: attempts, time, mistakes, hints."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TypedDict

from dojo.diagnosis.explained import EXPLAINED
from dojo.kata import bank
from dojo.kata.catalog import Kata, katas
from dojo.learner.ledger import Ledger
from dojo.learner.progress import State, new_kata_progress
from dojo.learner.status import status_of
from dojo.verdict.verdicts import PASSED

SCHEMA = 1


class MistakeReport(TypedDict):
    """How often a mistake was made, and what it is."""

    code: str
    times: int
    says: str


class KataReport(TypedDict):
    """The work on one kata.

    `levels` has the deepest hint seen of each function, `tiers` the highest tier of
    speed that `dojo bench` has measured.
    """

    kata: str
    title: str
    state: str
    passed: int
    functions: int
    attempts: int
    minutes: float
    planned_minutes: int
    hints: int
    levels: dict[str, int]
    passed_at: str | None
    tiers: dict[str, str]
    mistakes: list[MistakeReport]


class Report(TypedDict):
    """The document that `dojo report --json` prints; `days` counts attempts by date.

    The minutes are those between runs, at most ten each, so that a pause is no work.
    """

    schema: int
    passed: int
    attempts: int
    minutes: float
    hints: int
    days: dict[str, int]
    katas: list[KataReport]


def report_of(root: Path, ledger: Ledger) -> Report:
    """Return the report as data."""
    state = ledger.read()
    reports = [_kata_report(kata, state) for kata in katas(root)]
    events = ledger.events()
    days = Counter(event["at"][:10] for event in events if event["kind"] == "attempt")
    return {
        "schema": SCHEMA,
        "passed": sum(kata["state"] == PASSED for kata in reports),
        "attempts": sum(kata["attempts"] for kata in reports),
        "minutes": round(sum(kata["minutes"] for kata in reports), 1),
        "hints": sum(kata["hints"] for kata in reports),
        "days": dict(days),
        "katas": reports,
    }


def _kata_report(kata: Kata, state: State) -> KataReport:
    progress = state["katas"].get(kata.slug) or new_kata_progress()
    status = status_of(kata, state)
    return {
        "kata": kata.slug,
        "title": kata.title,
        "state": status.word,
        "passed": status.passed,
        "functions": status.total,
        "attempts": progress["attempts"],
        "minutes": round(progress["seconds"] / 60, 1),
        "planned_minutes": kata.minutes,
        "hints": progress["hints"],
        "levels": progress.get("levels", {}),
        "passed_at": progress["passed_at"],
        "tiers": progress.get("tiers", {}),
        "mistakes": _mistake_reports(kata, progress["mistakes"]),
    }


def _mistake_reports(kata: Kata, times: dict[str, int]) -> list[MistakeReport]:
    """Return the mistakes that were made, the most frequent first."""
    says = EXPLAINED | {mistake.code: mistake.says for mistake in bank.read(kata)}
    return [
        {"code": code, "times": count, "says": says.get(code, "")}
        for code, count in sorted(times.items(), key=lambda item: -item[1])
    ]


def lines(report: Report) -> list[str]:
    """Return the report as plain lines."""
    tried = [kata for kata in report["katas"] if kata["attempts"] or kata["hints"]]
    out = [summary(report)]
    for kata in tried:
        out += ["", _headline(kata)]
        if kata["tiers"]:
            out.append(f"  speed: {speed(kata)}")
        for mistake in kata["mistakes"]:
            out.append(f"  {mistake['times']} × {mistake['code']}: {mistake['says']}")
    if not tried:
        out += ["", "Nothing is tried yet.", "next: dojo watch"]
    return out


def summary(report: Report) -> str:
    """Return the whole report in one line."""
    return (
        f"{report['passed']} of {len(report['katas'])} katas passed, "
        f"{counted(report['attempts'], 'attempt')}, "
        f"{report['minutes']:g} minutes, {counted(report['hints'], 'hint')}"
    )


def speed(kata: KataReport) -> str:
    """Return the tiers that a kata's functions have reached, on one line."""
    return ", ".join(f"{name} {tier}" for name, tier in kata["tiers"].items())


def counted(number: int, thing: str) -> str:
    """Return a number of things in words: "1 hint", "2 hints"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _headline(kata: KataReport) -> str:
    levels = ", ".join(f"{name} {level}" for name, level in kata["levels"].items())
    return (
        f"{kata['kata']} · {kata['state']} · "
        f"{counted(kata['attempts'], 'attempt')} · "
        f"{kata['minutes']:g} of {kata['planned_minutes']} minutes · "
        f"{counted(kata['hints'], 'hint')}{f' ({levels})' if levels else ''}"
    )
