"""Proves a bug hunt by running it: each bug is found by the graders, and seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dojo.answer.answers import compiled
from dojo.check import symptom
from dojo.diagnosis.known import known_mistake
from dojo.kata import bank, hunts
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Hunt
from dojo.verdict.replay import Replay
from dojo.verdict.run import Run
from dojo.verdict.verdicts import FAILED, PASSED, Outcome


def prove(hunt: Hunt, function: str, items: list[Any], run: Run) -> Iterator[str]:
    """Yield what is wrong with the grading of one function of a hunt.

    Without a bug it passes. With its own bug it fails, be it the only one in the file,
    or one of all.
    """
    replay = Replay(run, hunt, items)
    right = run.seam.load(hunt, hunt.reference)
    for item in items:
        outcome = replay.outcome(item, right)
        if outcome.state != PASSED:
            yield (
                f"with every bug mended, {item.name} does not pass: {outcome.because}; "
                "see that dojo check is content with the katas"
            )
            break
    names: dict[str, Mistake] = {}
    for bug in hunts.bugs(hunt):
        if bug.function == function:
            yield from _is_found(hunt, bug, replay, names)


def _is_found(
    hunt: Hunt, bug: Mistake, replay: Replay, names: dict[str, Mistake]
) -> Iterator[str]:
    """Yield what is wrong with a bug; `names` are those that the others go by."""
    alone = _outcomes(hunt, hunts.with_bugs(hunt, [bug]), replay)
    among = _outcomes(hunt, hunts.with_bugs(hunt), replay)
    for outcomes, when in ((alone, "alone"), (among, "among the others")):
        if all(outcome.state != FAILED for outcome in outcomes.values()):
            yield (
                f"no quick test of {bug.function} rejects {bug.code} {when}; "
                "choose another, or write the test that does"
            )
            return
    known = known_mistake(
        alone,
        bank.of_function(hunt, bug.function),
        replay.items,
        replay.outcome_of_mistake,
        lambda mistake: bank.view(hunt, mistake),
    )
    if known is None:
        yield f"{bug.code} is rejected, and nothing can name it; choose another"
    elif names.setdefault(known.code, bug) != bug:
        other = names[known.code].code
        yield f"{bug.code} and {other} are both named {known.code}; keep one of them"


def _outcomes(hunt: Hunt, text: str, replay: Replay) -> dict[str, Outcome]:
    """Return what the quick tests of a function find of a text."""
    answers = replay.run.seam.load(hunt, hunt.stub, compiled(text, hunt.stub))
    return {item.nodeid: replay.outcome(item, answers) for item in replay.items}


def shows(hunt: Hunt) -> Iterator[str]:
    """Yield what the page's snippets do not show: a bug, or that it runs."""
    right = symptom.printed(hunt, hunt.source)
    wrong = symptom.printed(hunt, hunts.with_bugs(hunt))
    for (_, error), when in ((right, "when it is solved"), (wrong, "on the stub")):
        if error:
            yield f"the page's snippets do not run {when}: {error}; mend them"
    for bug in hunts.bugs(hunt):
        if symptom.printed(hunt, hunts.with_bugs(hunt, [bug])) == right:
            yield (
                f"the page's snippets print the same with {bug.code} and without; "
                "show its symptom"
            )
