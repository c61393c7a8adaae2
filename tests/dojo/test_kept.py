"""A save grades what changed; every other function keeps its verdict."""

from __future__ import annotations

import queue
from typing import Any

import pytest
from conftest import REFERENCE, tiny_clone
from pty_session import processes_of, wait_until

from dojo.kata import catalog
from dojo.ui.watch.grader import Grader, Result
from dojo.worker.grade import grade
from dojo.worker.warm import Warm

RIGHT = "return _checked(factor) * x"
ADDS = "return _checked(factor) + x"
MEAN = "return float(np.square(x).mean())"
ALL = {"scale", "mean_square"}
PATIENCE = 120


class Bench:
    """A clone whose file is saved, and a grader that is asked after each save."""

    def __init__(self, folder) -> None:
        self.clone = tiny_clone(folder / "clone")
        (self.kata,) = catalog.katas(self.clone.root)
        self.results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self.lines: queue.SimpleQueue[list] = queue.SimpleQueue()
        self.grader = Grader(
            self.clone.root,
            self.results.put,
            lambda number, records: self.lines.put(records),
            Warm(self.clone.root),
        )

    def save(self, text: str, everything: bool = False) -> Result:
        """Save a text and return what the grader finds."""
        self.clone.stub.write_text(text, "utf-8")
        number = self.grader.ask(self.kata, everything)
        while True:
            result = self.results.get(timeout=PATIENCE)
            if result.number == number:
                return result

    def again(self, text: str, *changes: tuple[str, str]) -> Result:
        """Save a text, then the same with changes; return what is found then."""
        self.save(text, everything=True)
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        return self.save(text)

    def lines_of(self, result: Result, function: str) -> list[int]:
        """Return the lines of a mistake."""
        return self.where_in(result, function)["lines"]

    def where_in(self, result: Result, function: str) -> dict[str, Any]:
        """Return all that is said of a mistake's line, with the verdict or later."""
        records = result.records
        while True:
            for record in records:
                if record["function"] == function and record["where"]:
                    return record["where"]
            records = self.lines.get(timeout=PATIENCE)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("kept"))
    yield bench
    bench.grader.close()
    wait_until(lambda: not processes_of(bench.clone.root))


@pytest.fixture
def bench(shared):
    """What is kept warm from one test to the next, with an empty queue."""
    while not shared.lines.empty():
        shared.lines.get()
    return shared


def states(result: Result) -> dict[str, str]:
    return {record["function"]: record["state"] for record in result.records}


def test_the_function_that_changed_is_run_and_the_other_keeps_its_verdict(bench):
    result = bench.again(REFERENCE, (RIGHT, ADDS))
    assert set(result.kept) == {"mean_square"}
    assert states(result) == {"scale": "failed", "mean_square": "passed"}
    cold = grade(bench.clone.root, [bench.kata])
    facts = ("function", "state", "rung", "because", "got", "want", "test", "tests")
    assert [{name: r[name] for name in facts} for r in result.records] == [
        {name: r[name] for name in facts} for r in cold
    ]


def test_what_keeps_its_verdict_is_not_called(bench):
    calls = bench.clone.root / "calls"
    noted = MEAN.replace("return", f"open({str(calls)!r}, 'a').write('x')\n    return")
    text = REFERENCE.replace(MEAN, noted)
    bench.save(text, everything=True)
    before = calls.read_text()
    bench.save(text.replace(RIGHT, ADDS))
    assert calls.read_text() == before
    bench.save(text.replace(RIGHT, ADDS), everything=True)
    assert len(calls.read_text()) == 2 * len(before)
    calls.unlink()


def test_a_comment_runs_nothing(bench):
    result = bench.again(REFERENCE, (RIGHT, f"# as told\n    {RIGHT}"))
    assert set(result.kept) == ALL
    assert states(result) == dict.fromkeys(["scale", "mean_square"], "passed")


def test_a_helper_that_changed_runs_what_calls_it(bench):
    result = bench.again(REFERENCE, ("    return factor\n", "    return -factor\n"))
    assert set(result.kept) == {"mean_square"}
    assert states(result)["scale"] == "failed"


def test_what_is_mended_by_undoing_the_change_is_as_it_was(bench):
    bench.again(REFERENCE, (RIGHT, f"{RIGHT}("))
    result = bench.save(REFERENCE)
    assert set(result.kept) == ALL


def test_a_text_that_cannot_be_read_is_run_and_the_other_keeps_its_verdict(bench):
    result = bench.again(REFERENCE, (RIGHT, f"{RIGHT}("))
    assert set(result.kept) == {"mean_square"}
    assert [record["unread"] for record in result.records] == [True, False]


def test_a_failure_whose_lines_moved_is_run_again(bench):
    text = REFERENCE.replace(MEAN, "return float(np.square(x).sum())")
    before = bench.lines_of(bench.save(text, everything=True), "mean_square")
    result = bench.save(text.replace(RIGHT, f"# as told\n    {RIGHT}"))
    assert set(result.kept) == {"scale"}
    assert bench.lines_of(result, "mean_square") == [line + 1 for line in before]


def test_an_import_that_fails_fails_every_function(bench):
    change = "import numpy as np", "import numpy as np\nimport nump"
    bench.again(REFERENCE, change)
    for text in (REFERENCE, REFERENCE.replace(*change)):
        result = bench.save(text)  # that it was seen before must not make it a good one
    assert (set(result.kept), set(states(result).values())) == (set(), {"failed"})


@pytest.mark.parametrize("judge", ["grader", "reference"])
def test_a_grader_or_reference_that_changed_runs_everything(bench, judge):
    bench.save(REFERENCE, everything=True)
    file = getattr(bench.kata, judge)
    file.write_text(f"{file.read_text()}\n# changed\n")
    assert set(bench.save(REFERENCE).kept) == set()
    assert set(bench.save(REFERENCE).kept) == ALL


def test_a_failure_is_kept_with_the_line_of_its_mistake(bench):
    text = REFERENCE.replace(RIGHT, ADDS)
    where = bench.where_in(bench.save(text, everything=True), "scale")
    result = bench.save(text.replace(MEAN, f"pass\n    {MEAN}"))
    assert set(result.kept) == {"scale"}
    assert result.records[0]["where"] == where
