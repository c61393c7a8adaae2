"""How `dojo run` survives answers that end or hold their process."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forked_python import COLD

from dojo.kata import catalog
from dojo.worker.grade import grade


def states(ran):
    """Return the state of each function that `dojo run` printed."""
    printed = {}
    for line in ran.out.splitlines():
        for state in ("passed", "failed", "not started"):
            if line.startswith(f"  {state} "):
                names = line.removeprefix(f"  {state} ").split()
                printed[names[0].strip(",")] = state
    return printed


def graded(clone):
    """Grade in a process of its own; return the record of each function."""
    records = grade(clone.root, catalog.katas(clone.root))
    return {record["function"]: record for record in records}


def test_run_exits_0_when_all_is_passed(clone):
    clone.answer("")
    ran = clone.dojo("run", "scaling")
    assert ran.status == 0, ran.out
    assert states(ran) == {"scale": "passed", "mean_square": "passed"}


def test_one_function_can_be_graded_alone(clone):
    clone.answer("def mean_square(x): return None")
    ran = clone.dojo("run", "scaling::scale")
    assert ran.status == 0
    assert states(ran) == {"scale": "passed"}


def test_run_prints_the_verdicts_as_json_and_exits_1_until_all_is_passed(clone):
    ran = clone.dojo("run", "--json")
    assert ran.status == 1
    document = json.loads(ran.out)
    assert [v["state"] for v in document["functions"]] == ["not started"] * 2


def test_the_whole_call_and_the_traceback_are_printed_on_request(clone):
    clone.answer("def mean_square(x): return float(np.abs(x).mean())")
    ran = clone.dojo("run", "scaling::mean_square")
    assert "called:   mean_square(np.array([3., 5.]))" in ran.out
    assert "it was given:" not in ran.out
    verbose = clone.dojo("run", "-v", "scaling::mean_square").out
    assert "x = an array of shape (2,), float64" in verbose
    assert "[3., 5.]" in verbose
    assert 'test_k01_scaling.py", line' in verbose


def test_solutions_are_graded_on_request(clone):
    assert clone.dojo("run", "scaling", "--solutions").status == 0


def test_an_unknown_name_says_what_may_be_meant_and_exits_2(clone):
    ran = clone.dojo("run", "scalling")
    assert ran.status == 2
    assert ran.err == "dojo: there is no kata 'scalling'; did you mean scaling?\n"


def test_the_output_is_plain_where_letters_are_lacking(clone):
    ran = clone.dojo("run", "scaling::", PYTHONIOENCODING="ascii")
    assert ran.status == 1, ran.err
    assert "not started  scale, mean_square" in ran.out


@pytest.fixture
def heard(name):
    """Have a signal heard by new processes, though this one was told to ignore it."""
    before = signal.signal(signal.Signals[name], signal.SIG_DFL)
    yield
    signal.signal(signal.Signals[name], before)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="windows close otherwise")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_grading_too(clone, tmp_path, name, heard):
    clone.answer(f"""
        import os, pathlib, time

        def scale(x, factor=3.0):
            pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid()))
            time.sleep(60)
    """)
    path = os.pathsep.join([str(clone.root), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "dojo", "run", "scaling"]
    with subprocess.Popen(
        command, cwd=clone.root, env=os.environ | {"PYTHONPATH": path, COLD: "1"}
    ) as dojo:
        until(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
        number = signal.Signals[name]
        dojo.send_signal(number)
        assert dojo.wait(10) == 128 + number
    until(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def until(true):
    """Wait until something is true, at most 20 s."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_alive(pid):
    """Tell whether a process runs; one that nobody has reaped yet does not."""
    try:
        os.kill(pid, 0)
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc").is_dir()


def test_a_segmentation_fault_costs_one_function(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            import ctypes
            ctypes.string_at(0)
    """)
    ran = clone.dojo("run", "scaling")
    assert states(ran) == {"scale": "failed", "mean_square": "passed"}
    assert "segmentation fault" in ran.out
    assert "k01_scaling.py:" in ran.out


def test_a_segmentation_fault_at_import_is_said_of_every_function(clone):
    clone.answer("""
        import ctypes
        ctypes.string_at(0)
    """)
    records = graded(clone)
    because = "the import of the file ended the process: a segmentation fault"
    assert {record["because"] for record in records.values()} == {because}
    line = clone.stub.read_text("utf-8").splitlines().index("ctypes.string_at(0)") + 1
    assert f"where:    k01_scaling.py:{line}" in records["scale"]["lines"]


def test_what_an_answer_started_ends_with_its_grading(clone, tmp_path):
    pids = tmp_path / "pids"
    clone.answer(f"""
        import subprocess, sys

        def scale(x, factor=3.0):
            command = [sys.executable, "-c", "import time; time.sleep(60)"]
            child = subprocess.Popen(command)
            with open({str(pids)!r}, "a") as file:
                file.write(f"{{child.pid}} ")
            return _checked(factor) * x
    """)
    assert graded(clone)["scale"]["state"] == "passed"
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 3
    until(lambda: not any(map(is_alive, started)))


LOOPS = {
    "python": """
        while True:
            pass
    """,
    "c": """
        import collections, itertools
        collections.deque(itertools.repeat(0), maxlen=0)
    """,
    "deadlock": """
        import threading
        threading.Event().wait()
    """,
    "swallowed": """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
    """,
}
WAITS = """
        import time
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
"""


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_costs_one_function_and_shows_its_line(clone, loop):
    clone.limit(0.2)
    clone.answer("def scale(x, factor=3.0):" + LOOPS[loop].replace("\n    ", "\n"))
    records = graded(clone)
    assert records["mean_square"]["state"] == "passed"
    assert records["scale"]["state"] == "failed"
    assert "scale did not end within" in records["scale"]["because"]
    assert "k01_scaling.py:" in "".join(records["scale"]["lines"])


@pytest.mark.parametrize("body", [LOOPS["c"], WAITS], ids=["c", "waits"])
def test_plain_pytest_ends_what_hears_no_alarm_with_file_and_line(clone, body):
    clone.limit(0.2)
    clone.answer("def scale(x, factor=3.0):" + body.replace("\n    ", "\n"))
    ran = clone.pytest()
    assert ran.status not in (0, 2)
    assert re.search(r'k01_scaling\.py", line \d+ in scale', ran.err)


def test_an_answer_that_exhausts_memory_fails_alone(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            return np.empty(10**12)
    """)
    records = graded(clone)
    assert records["scale"]["because"] == "scale ran out of memory"
    assert records["mean_square"]["state"] == "passed"
