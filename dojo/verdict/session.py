"""One grading run: tests find their functions, reports become verdicts."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from dojo.answer.limits import time_limit
from dojo.answer.seam import Seam
from dojo.answer.witness import WITNESS, reset_torch
from dojo.compare import mismatch
from dojo.diagnosis.known import diagnose
from dojo.kata.catalog import Kata, katas
from dojo.kata.signatures import uses_torch
from dojo.learner.attempts import Attempts
from dojo.verdict import outcomes, replay
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Outcome,
    Verdict,
    document,
    gather,
    write_json,
)

TEST_SECONDS = 10.0
SUBJECT = pytest.StashKey[tuple[Kata, str]]()


class Session:
    """One grading run."""

    def __init__(
        self, config: pytest.Config, root: Path, folder: Path, target: Path | None
    ) -> None:
        self.config, self.root, self.folder, self.target = config, root, folder, target
        self.seam = Seam(root, folder)
        self.collected = False
        self.items: dict[tuple[str, str], list[pytest.Item]] = {}
        self.outcomes: list[Outcome] = []
        self.reports: dict[str, pytest.TestReport] = {}
        self.verdicts: list[Verdict] = []
        self.troubles: list[str] = []  # diagnoses that failed
        self.partial = any("::" in str(argument) for argument in config.args)
        crashed = config.option.crashed
        self.crashed = json.loads(Path(crashed).read_text("utf-8")) if crashed else []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find the function that each test grades; let what trains run last."""
        graders = {kata.grader: kata for kata in katas(self.root)}
        for item in items:
            kata = graders.get(item.path)
            function = kata.function_of(item.name) if kata else None
            if kata and function is None:
                raise pytest.UsageError(
                    f"{item.nodeid}: the name begins with no function of {kata.slug}; "
                    f"begin it with test_ and one of {', '.join(kata.functions)}"
                )
            if kata and function:
                item.stash[SUBJECT] = (kata, function)
                item.repr_failure = _unsaid  # type: ignore[method-assign]  # see there
        only = self.config.option.only
        if only:
            items[:] = [i for i in items if i.stash.get(SUBJECT, (0, 0))[1] == only]
        items.sort(key=is_slow)

    def pytest_deselected(self) -> None:
        """Be told of -k, --lf and their kin: a part of its tests proves no function."""
        self.partial = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is going to be graded, when all that selects has selected."""
        for item in session.items:
            if SUBJECT in item.stash:
                kata, function = item.stash[SUBJECT]
                self.items.setdefault((kata.slug, function), []).append(item)
        self.collected = not self.config.option.collectonly
        self.seam.is_open = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run a test under its time limit, with the witness told what is forbidden."""
        if SUBJECT not in item.stash:
            return (yield)
        kata, function = item.stash[SUBJECT]
        if replay.CURRENT is None:
            self._refuse_rerun(item, kata, function)
            self._note(
                test=item.nodeid,
                kata=kata.slug,
                function=function,
                limit=seconds_of(item),
            )
        WITNESS.calls.clear()
        reset_torch()
        mismatch.wants_tensors = uses_torch(kata)
        WITNESS.forbidden = tuple(
            n for m in item.iter_markers("forbids") for n in m.args
        )
        try:
            with time_limit(seconds_of(item)):
                return (yield)
        finally:
            WITNESS.forbidden = ()

    def _refuse_rerun(self, item: pytest.Item, kata: Kata, function: str) -> None:
        for crash in self.crashed:
            if crash["kata"] == kata.slug and crash["function"] in (function, "*"):
                raise outcomes.Crashed(crash)
        mine = [
            o for o in self.outcomes if (o.kata, o.function) == (kata.slug, function)
        ]
        if any(o.rung == "time" for o in mine):
            raise outcomes.OutOfTimeBefore(f"{function} already ran out of time")
        if is_slow(item) and any(o.state in (FAILED, NOT_STARTED) for o in mine):
            raise outcomes.NotRun(mine)

    def _note(self, **facts: Any) -> None:
        if self.config.option.progress:
            with open(self.config.option.progress, "a", encoding="utf-8") as file:
                file.write(json.dumps(facts) + "\n")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn pytest's report into an outcome, and say it in the outcome's words."""
        option, style = self.config.option, self.config.option.tbstyle
        if SUBJECT in item.stash:
            option.tbstyle = "no"  # the outcome says it; pytest's excerpt takes 40 ms
        try:
            found = yield
        finally:
            option.tbstyle = style
        if SUBJECT not in item.stash or (call.when != "call" and call.excinfo is None):
            return found
        kata, function = item.stash[SUBJECT]
        path = self.seam.path_of(kata)
        outcome = outcomes.of_call(call, kata.slug, function, item.nodeid, path)
        outcomes.rewrite(found, outcome)
        item.stash[outcomes.OUTCOME] = outcome
        if replay.CURRENT is None:
            self.outcomes.append(outcome)
            self.reports[item.nodeid] = found
        return found

    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        """Show an answer that is not started as that, not as a failure."""
        if getattr(report, "dojo_state", "") == NOT_STARTED and report.when == "call":
            return NOT_STARTED, "-", ("NOT STARTED", {"yellow": True})
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Gather the verdicts, name the mistakes, write the JSON, fail closed."""
        self._note_what_never_ran()
        self.verdicts = gather(self.outcomes)
        session._setupstate.teardown_exact(None)
        for verdict in self.verdicts:
            if verdict.state == FAILED:
                kata = next(k for k in katas(self.root) if k.slug == verdict.kata)
                items = self.items[verdict.kata, verdict.function]
                stage = replay.Stage(self.seam, items)
                try:
                    verdict.diagnosis = diagnose(verdict, kata, stage)
                except Exception as error:  # a verdict stands without its diagnosis
                    self.troubles.append(f"{verdict.function}: {error!r}")
                self._put_diagnosis_first(verdict)
        unfinished = any(v.state in (FAILED, NOT_STARTED) for v in self.verdicts)
        if unfinished and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        WITNESS.least_status = int(session.exitstatus)
        if self.target:
            write_json(
                self.target,
                document([v.record() for v in self.verdicts], self._graded()),
            )
        records = [verdict.full_record() for verdict in self.verdicts]
        self._note(verdicts=records)
        whole = not self.partial and not self.config.option.progress
        if whole and self._graded() == "katas":
            slugs = {record["kata"] for record in records}
            graded = [kata for kata in katas(self.root) if kata.slug in slugs]
            Attempts(self.root, graded, "pytest").note(records)

    def _note_what_never_ran(self) -> None:
        """Fail closed: a function with a test that did not run has not passed."""
        states: dict[tuple[str, str], dict[str, str]] = {key: {} for key in self.items}
        for one in self.outcomes:
            states[one.kata, one.function][one.test] = one.state
        for (slug, function), ran in states.items():
            left = [i for i in self.items[slug, function] if i.nodeid not in ran]
            if self.collected and left and {PASSED, SKIPPED}.issuperset(ran.values()):
                why = f"{function} was not graded: the run ended before"
                self.outcomes.append(
                    Outcome(slug, function, left[0].nodeid, FAILED, "returned", why)
                )

    def _graded(self) -> str:
        default = {self.root / "katas": "katas", self.root / "solutions": "solutions"}
        return default.get(self.folder, str(self.folder))

    def _put_diagnosis_first(self, verdict: Verdict) -> None:
        for outcome in verdict.outcomes if verdict.diagnosis else ():
            if outcome.state == FAILED:
                text = "\n".join([verdict.headline(), *outcome.lines()])
                self.reports[outcome.test].longrepr = text

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print a line a function."""
        if not self.verdicts:
            return
        write = terminalreporter.write_line
        terminalreporter.ensure_newline()
        terminalreporter.section("verdicts", "=")
        colours = {PASSED: "green", FAILED: "red", NOT_STARTED: "yellow"}
        width = max(len(verdict.function) for verdict in self.verdicts)
        last = ""
        for trouble in self.troubles:
            write(f"no diagnosis (please report this) {trouble}", yellow=True)
        for verdict in self.verdicts:
            if verdict.kata != last:
                write(verdict.kata, bold=True)
                last = verdict.kata
            mark = {colours[verdict.state]: True} if verdict.state in colours else {}
            note = verdict.headline().partition("\n")[0]
            write(
                f"  {verdict.state:11}  {verdict.function:{width}}  {note}".rstrip(),
                **mark,
            )


def _unsaid(excinfo: object, style: object = None) -> str:
    """Spare pytest its excerpt of a failure: the outcome's words replace it."""
    return ""


def is_slow(item: pytest.Item) -> bool:
    """Tell whether a test trains."""
    return item.get_closest_marker("slow") is not None


def seconds_of(item: pytest.Item) -> float:
    """Return a test's time limit."""
    mark = item.get_closest_marker("slow")
    return float(mark.args[0]) if mark else TEST_SECONDS
