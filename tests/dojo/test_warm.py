"""Tests the warm way of grading: its verdicts are those of a cold run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from conftest import tiny_clone
from forked_python import COLD
from pty_session import processes_of, wait_until

from dojo.kata import catalog
from dojo.worker.grade import grade, options
from dojo.worker.warm import Warm
from dojo.worker.warm_child import Cancelled

LOOPS = {
    "python": "while True: pass",
    "c": "import collections, itertools; "
    "collections.deque(itertools.repeat(0), maxlen=0)",
    "deadlock": "import threading; threading.Event().wait()",
    "held": """
    import time
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
    """,
}
ONE = '__all__ = ["one"]\n\n\ndef one() -> float:\n    return 1.0\n'
PLAYED = "played.txt"
NOTED = f'    with open({PLAYED!r}, "a") as file:\n        file.write("played once")\n'
ASKS_AUTOGRAD = """
import sys

from dojo.grading import assert_that
from katas.ch0_tiny.k02_one import one


def test_one_finds_what_autograd_needs_imported_before_this_file():
    order = list(sys.modules)
    early = "sympy" in order and order.index("sympy") < order.index("katas")
    assert_that(one() == 1.0 and early, "it is there", f"{order[-1]} last", "before")
"""


@pytest.fixture(scope="module", params=["fork", "spare"])
def pair(request, tmp_path_factory):
    """A clone and a way to keep a process warm; at the end nothing of it is left."""
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("only Linux forks")
    clone = tiny_clone(tmp_path_factory.mktemp("warm") / "clone")
    clone.limit(0.2)
    noted = ONE.replace("    return", f"{NOTED}    return")
    clone.add_kata("k02_one", noted, ASKS_AUTOGRAD, ONE)
    warm = Warm(clone.root, forks=request.param == "fork")
    yield clone, warm
    warm.close()
    wait_until(lambda: not processes_of(clone.root))


@pytest.fixture
def clone(pair):
    """The clone of all these tests."""
    return pair[0]


@pytest.fixture
def warm(pair):
    """What is kept warm from one test to the next, as it is from save to save."""
    return pair[1]


def graded(clone, warm, at=0):
    """Return the record of each function of a kata."""
    kata = catalog.katas(clone.root)[at]
    records = grade(clone.root, [kata], launch=warm.launch if warm else None)
    return {record["function"]: record for record in records}


def children_of(process):
    """Return the file that lists a warm process's children."""
    pid = process._process.pid
    return Path(f"/proc/{pid}/task/{pid}/children")


def answer(clone, body):
    clone.answer(f"def scale(x, factor=3.0):\n    {body}\n")


def test_a_child_that_stands_ready_runs_the_functions_that_it_is_told(clone, warm):
    answer(clone, "return x + factor")
    kata = catalog.katas(clone.root)[0]
    warm.prepare(options(clone.root, [kata]))
    some = partial(warm.launch, functions=["scale"])
    (record,) = grade(clone.root, [kata], launch=some)
    assert (record["function"], record["tests"]) == ("scale", 3)


def test_warm_verdicts_are_those_of_a_cold_run(clone, warm, monkeypatch):
    monkeypatch.setenv(COLD, "1")
    warm.close()  # so that it is started cold too
    answer(clone, "return x + factor")
    both = [graded(clone, warm), graded(clone, None)]
    for records in both:
        for record in records.values():
            record["seconds"] = 0
    assert both[0] == both[1]
    assert both[0]["scale"]["diagnosis"]["code"] == "adds-the-factor"


def test_what_fork_after_fork_would_import_is_imported_before(clone, warm):
    if not warm._forks:
        pytest.skip("a spare process grades once")
    assert graded(clone, warm, at=1)["one"]["state"] == "passed"


def test_what_waits_has_run_a_test_on_the_reference(clone, warm):
    kata, played = catalog.katas(clone.root)[1], clone.root / PLAYED
    played.unlink(missing_ok=True)
    warm._drop_ready()
    warm.prepare(options(clone.root, [kata]))
    wait_until(lambda: played.exists() and played.read_text() == "played once")


def test_warm_sees_each_save(clone, warm):
    for factor, state in ((5, "failed"), (1, "passed"), (2, "failed"), (1, "passed")):
        answer(clone, f"return _checked(factor) * x * {factor}")
        assert graded(clone, warm)["scale"]["state"] == state


def test_warm_sees_a_grader_that_changed(clone, warm):
    clone.answer("")
    assert graded(clone, warm)["mean_square"]["state"] == "passed"
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    warm.prepare(options(clone.root, catalog.katas(clone.root)[:1]))
    wait_until(lambda: warm._ready[1]._process.warm)
    time.sleep(1)  # time enough to collect the tests as they are now
    before = grader.read_text()
    grader.write_text(before.replace("17.0", "18.0"))
    try:
        assert graded(clone, warm)["mean_square"]["state"] == "failed"
    finally:
        grader.write_text(before)


def test_a_change_of_anything_that_judges_is_seen_and_of_nothing_else(tmp_path):
    judges = [
        tmp_path / name
        for name in (
            "pyproject.toml",
            "dojo/compare/ladder.py",
            "solutions/ch1/k01_a.py",
            "tests/conftest.py",
            "tests/ch1/test_k01_a.py",
        )
    ]
    beside = [tmp_path / "tests/dojo/test_warm.py", tmp_path / "katas/ch1/k01_a.py"]
    stamps = Warm(tmp_path)._stamps
    for file in (*judges, *beside):
        file.parent.mkdir(parents=True, exist_ok=True)
        before = stamps()
        file.write_text("1\n")
        assert (stamps() != before) == (file in judges), file
    for file in judges:
        before = stamps()
        file.write_text("1 + 1\n")
        assert stamps() != before, file


@pytest.mark.parametrize("loop", LOOPS)
def test_warm_ends_an_endless_loop_and_shows_its_line(clone, warm, loop):
    answer(clone, LOOPS[loop])
    start = time.monotonic()
    records = graded(clone, warm)
    assert time.monotonic() - start < 60
    assert "did not end within" in records["scale"]["because"]
    assert "k01_scaling.py:" in "".join(records["scale"]["lines"])
    assert records["mean_square"]["state"] == "passed"
    clone.answer("")
    assert graded(clone, warm)["scale"]["state"] == "passed"


def test_warm_survives_a_segmentation_fault(clone, warm):
    answer(clone, "import ctypes; ctypes.string_at(0)")
    records = graded(clone, warm)
    assert "segmentation fault" in records["scale"]["because"]
    assert records["mean_square"]["state"] == "passed"


def test_warm_survives_an_answer_that_kills_its_parent(clone, warm, tmp_path):
    if not warm._forks:
        pytest.skip("a spare process's parent is the dojo itself")
    kill = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL)"
    survived = tmp_path / "survived"
    answer(clone, f"{kill}; time.sleep(0.5); open({str(survived)!r}, 'w')")
    record = graded(clone, warm)["scale"]
    assert record["because"] == (
        "scale ended the process: it was killed; did it exhaust the memory?"
    )
    clone.answer("")
    assert graded(clone, warm)["scale"]["state"] == "passed"
    time.sleep(0.5)
    assert not survived.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only groups are ended")
@pytest.mark.parametrize("apart", [False, True])
def test_warm_ends_what_an_answer_started(clone, warm, tmp_path, apart):
    if apart and not warm._forks:
        pytest.skip("a spare process has no subreaper")
    pids = tmp_path / "pids"
    clone.answer(f"""
        import subprocess, sys

        def scale(x, factor=3.0):
            command = [sys.executable, "-c", "import time; time.sleep(900)"]
            child = subprocess.Popen(command, start_new_session={apart})
            with open({str(pids)!r}, "a") as file:
                file.write(f"{{child.pid}}\\n")
            return _checked(factor) * x
    """)
    assert graded(clone, warm)["scale"]["state"] == "passed"
    started = [int(line) for line in pids.read_text().split()]
    assert len(started) == 3
    wait_until(lambda: not any(map(is_alive, started)))


def is_alive(pid):
    """Tell whether a process runs; one that is not reaped yet does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except FileNotFoundError:
        return False


def test_a_cancelled_run_ends_at_once_and_the_next_is_right(clone, warm):
    answer(clone, LOOPS["c"])
    kata = catalog.katas(clone.root)[0]
    started = []

    def launch(arguments, crashes):
        child = warm.launch(arguments, crashes)
        started.append(child)
        threading.Thread(target=lambda: (time.sleep(0.5), child.cancel())).start()
        return child

    with pytest.raises(Cancelled):
        grade(clone.root, [kata], launch=launch)
    assert not started[0].folder.exists()
    clone.answer("")
    assert graded(clone, warm)["scale"]["state"] == "passed"


def test_what_stands_ready_grades_what_is_saved_later(clone, warm):
    answer(clone, "return x")
    warm.prepare(options(clone.root, catalog.katas(clone.root)[:1]))
    _, ready = warm._ready
    wait_until(lambda: ready._process.warm)
    time.sleep(1)  # time enough to grade, if it did not wait
    assert not ready.gone
    clone.answer("")
    assert graded(clone, warm)["scale"]["state"] == "passed"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the child")
def test_what_stood_ready_and_was_killed_is_replaced(clone, warm):
    clone.answer("")
    warm._drop_ready()
    if warm._forks and warm._process:  # the last one's verdicts came before its end
        wait_until(lambda: not children_of(warm._process).read_text())
    warm.prepare(options(clone.root, catalog.katas(clone.root)[:1]))
    _, ready = warm._ready
    pid = ready._process._process.pid
    if warm._forks:
        children = children_of(ready._process)
        wait_until(children.read_text)
        pid = int(children.read_text())
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ready.gone)
    assert graded(clone, warm)["scale"]["state"] == "passed"


def test_a_child_that_is_not_wanted_is_ended(clone, warm):
    katas = catalog.katas(clone.root)[:1]
    warm.prepare(options(clone.root, katas, "scale"))
    for number in range(20 if warm._forks else 2):
        warm.prepare([*options(clone.root, katas), f"--seed={number}"])
    left = 2  # the warm process and its one child; the ready process and a spare one
    wait_until(lambda: len(processes_of(clone.root)) == left)
    clone.answer("")
    assert graded(clone, warm).keys() == {"scale", "mean_square"}
