"""What does not end costs its own limit, and is not waited for again."""

import pytest

from dojo.answer.clock import GRACE, WALL
from dojo.kata import catalog
from dojo.verdict.budget import COMPUTES, KATA_COMPUTES, WAITS, Budget, BudgetSpent
from dojo.worker.grade import grade

ENDS = "did not end within"  # so much processor time, or four times as long a wait
LOOPS = "def mean_square(x):\n    while True:\n        pass\n"
C_LOOP = """
import collections, itertools
def mean_square(x):
    collections.deque(itertools.repeat(0), maxlen=0)
"""
CALLS = "def scale(x, factor=3.0):\n    mean_square(x)\n    return factor * x\n"
SLEEPS = """
import time
def mean_square(x):
    time.sleep(0.3)
    return float(np.mean(x * x))
"""
MANY = """

import pytest


@pytest.mark.parametrize("n", range(9))
def test_mean_square_of_ones_is_one(n):
    assert_close(mean_square(np.ones(n + 1)), 1.0, "every square is 1")
"""
OVER_AND_OVER = """
def scale(x, factor=3.0):
    while True:
        mean_square(x)
"""


def test_what_does_not_end_is_told_where_another_function_calls_it(clone):
    clone.limit(0.3)
    clone.answer(LOOPS + CALLS)
    verdicts = clone.verdicts()
    because = {name: verdict["because"] for name, verdict in verdicts.items()}
    assert because["scale"].startswith(f"scale calls mean_square, which {ENDS}")
    assert because["mean_square"].startswith(f"mean_square {ENDS}")
    assert {verdict["rung"] for verdict in verdicts.values()} == {"time"}


def test_what_did_not_end_is_not_called_again_by_the_tests_of_others(clone):
    clone.limit(0.3)
    calls = clone.root / "calls"
    noted = LOOPS.replace("while", f"open({str(calls)!r}, 'a').write('x')\n    while")
    clone.answer(noted + CALLS)
    clone.graded()
    # Once by a test of scale, which has three, and once by a test of its own.
    assert calls.read_text() == "xx"


def test_what_is_only_called_by_a_loop_is_innocent(clone):
    clone.answer(OVER_AND_OVER)
    verdicts = clone.verdicts()
    assert verdicts["scale"]["because"].startswith(f"scale {ENDS}")
    assert verdicts["mean_square"]["state"] == "passed"


def test_a_loop_in_c_is_not_called_again_by_the_tests_of_others(clone):
    clone.limit(0.3)
    grader = catalog.katas(clone.root)[0].grader
    head, *tests = grader.read_text().split("\n\n\n")
    tests.sort(key=lambda test: "def test_mean_square" not in test)
    grader.write_text("\n\n\n".join([head, *tests]))
    clone.answer(C_LOOP + CALLS)
    records = {r["function"]: r for r in grade(clone.root, catalog.katas(clone.root))}
    because = {name: record["because"] for name, record in records.items()}
    assert because["mean_square"].startswith(f"mean_square {ENDS}")
    assert because["scale"].startswith(f"scale calls mean_square, which {ENDS}")


@pytest.fixture
def clock(monkeypatch):
    """What the budget takes for the two clocks: seconds that a test may add to."""
    now = {"process_time": 0.0, "monotonic": 0.0}
    for name in now:
        monkeypatch.setattr(f"dojo.verdict.budget.time.{name}", lambda n=name: now[n])
    return now


def spend(budget, clock, function, busy, wall):
    with budget.spending("kata", function):
        clock["process_time"] += busy
        clock["monotonic"] += wall


def refused(budget, function):
    try:
        budget.refuse("kata", function)
    except BudgetSpent as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("busy", "limit"), [(1.0, COMPUTES), (0.0, WAITS)])
def test_the_tests_of_a_function_have_a_limit_together(clock, busy, limit):
    budget = Budget(1.0)
    for _ in range(int(limit)):
        spend(budget, clock, "f", busy, 1.0)
        assert refused(budget, "f") == ""
    spend(budget, clock, "f", busy, 1.0)
    because = f"all tests of f together did not end in {limit:g} s"
    assert refused(budget, "f") == because
    assert refused(budget, "g") == ""


def test_a_busy_machine_takes_nothing_from_a_function(clock):
    budget = Budget(1.0)
    spend(budget, clock, "f", 2.0, 20.0)
    assert refused(budget, "f") == ""


def test_a_kata_has_a_limit_too(clock):
    budget = Budget(1.0)
    for name in "abc":
        spend(budget, clock, name, 0.9 * COMPUTES, COMPUTES)
    because = f"all tests of kata together did not end in {KATA_COMPUTES:g} s"
    assert refused(budget, "d") == because


def test_two_functions_that_wait_for_ever_leave_the_others_time(clock):
    budget = Budget(1.0)
    for name in "ab":
        spend(budget, clock, name, 0.0, WALL + GRACE)
    assert refused(budget, "c") == ""


def test_a_function_that_waits_in_every_test_is_not_run_to_its_end(clone):
    clone.limit(0.2)
    grader = catalog.katas(clone.root)[0].grader
    with grader.open("a", encoding="utf-8") as file:
        file.write(MANY)
    clone.answer(SLEEPS)
    verdicts = clone.verdicts()
    because = "all tests of mean_square together did not end in 0.4 s"
    assert verdicts["mean_square"]["because"] == because
    assert verdicts["scale"]["state"] == "passed"
