"""What a learner has done, as facts and as lines: attempts, time, mistakes, hints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dojo.diagnosis.explained import EXPLAINED
from dojo.kata import bank
from dojo.kata.catalog import Kata, katas
from dojo.learner.ledger import Ledger
from dojo.learner.progress import State, new_entry, standing
from dojo.verdict.verdicts import PASSED

SCHEMA = 1

Facts = dict[str, Any]


def facts(root: Path, ledger: Ledger) -> Facts:
    """Return the report as data.

    The minutes are those between runs, at most ten each, so that a pause is no work.
    """
    state = ledger.read()
    tried = [_kata_facts(kata, state) for kata in katas(root)]
    days: dict[str, int] = {}
    for event in ledger.events():
        if event["kind"] == "attempt":
            day = str(event["at"])[:10]
            days[day] = days.get(day, 0) + 1
    return {
        "schema": SCHEMA,
        "passed": sum(one["state"] == PASSED for one in tried),
        "attempts": sum(one["attempts"] for one in tried),
        "minutes": round(sum(one["minutes"] for one in tried), 1),
        "hints": sum(one["hints"] for one in tried),
        "days": days,
        "katas": tried,
    }


def _kata_facts(kata: Kata, state: State) -> Facts:
    entry = state["katas"].get(kata.slug) or new_entry()
    stands = standing(kata, state)
    says = {known.code: known.says for known in bank.read(kata)}
    return {
        "kata": kata.slug,
        "title": kata.title,
        "state": stands.word,
        "passed": stands.passed,
        "functions": stands.total,
        "attempts": entry["attempts"],
        "minutes": round(entry["seconds"] / 60, 1),
        "planned_minutes": kata.minutes,
        "hints": entry["hints"],
        "passed_at": entry["passed_at"],
        "mistakes": [
            {
                "code": code,
                "times": times,
                "says": says.get(code) or EXPLAINED.get(code, ""),
            }
            for code, times in sorted(
                entry["mistakes"].items(), key=lambda one: -one[1]
            )
        ],
    }


def lines(found: Facts) -> list[str]:
    """Return the report as plain lines."""
    known = found["katas"]
    out = [
        f"{found['passed']} of {len(known)} katas passed, "
        f"{found['attempts']} attempts, "
        f"{found['minutes']:g} minutes, {found['hints']} hints"
    ]
    for kata in known:
        if not kata["attempts"] and not kata["hints"]:
            continue
        out.append("")
        out.append(
            f"{kata['kata']} · {kata['state']} · {kata['attempts']} attempts · "
            f"{kata['minutes']:g} of {kata['planned_minutes']} minutes · "
            f"{kata['hints']} hints"
        )
        for mistake in kata["mistakes"]:
            out.append(f"  {mistake['times']} × {mistake['code']}: {mistake['says']}")
    if len(out) == 1:
        out += ["", "Nothing is tried yet.", "next: dojo watch"]
    return out
