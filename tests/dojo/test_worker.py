"""A grading process as its parent sees it: what is noted, when it is ended, again."""

import json
import os
import signal
import time

import pytest

from dojo.errors import UserError
from dojo.kata import catalog
from dojo.worker import grade as grade_module
from dojo.worker.child import Child, environment
from dojo.worker.grade import grade, options

STARTED = {"test": "t", "kata": "scaling", "function": "scale", "limit": 0.01}
VERDICTS = [{"function": "scale"}]


CRASH = {"kata": "scaling", "because": "b", "where": "w", "stops": False}


class Acted(Child):
    """A process that says what it is told to say, and ends or never does."""

    patience = 0.05

    def __init__(self, notes, status=0, output="", ends=True):
        super().__init__([], [])
        self.status, self.ends, self.was_ended = status, ends, False
        self.patient = time.monotonic() + 20
        lines = "".join(json.dumps(note) + "\n" for note in notes)
        (self.folder / "progress").write_text(lines, "utf-8")
        (self.folder / "output").write_text(output, "utf-8")

    def wait(self, seconds):
        assert time.monotonic() < self.patient, "nobody ended it"
        if self.ends:
            self.returncode = self.status
        return self.ends

    def end(self):
        self.was_ended = True


def graded(clone, *processes, function=None):
    """Grade by these processes, one after the other; return what came of it."""
    crashes, left = [], list(processes)

    def launch(arguments, so_far):
        crashes[:] = list(so_far)
        return left.pop(0)

    kata = catalog.katas(clone.root)[0]
    records = grade(clone.root, [kata], function, launch=launch)
    assert not any(process.folder.exists() for process in processes)
    assert not left
    return records, crashes


def test_the_last_note_has_the_verdicts(clone):
    records, crashes = graded(clone, Acted([STARTED, {"verdicts": VERDICTS}]))
    assert (records, crashes) == (VERDICTS, [])


def test_a_process_that_ended_in_a_test_is_tried_again_without_it(clone):
    fault = 'File "/library/numpy.py", line 3 in dot\n'
    fault += f'File "{clone.stub.resolve()}", line 7 in scale\n'
    fault += f'File "{clone.stub.resolve()}", line 99 in other\n'
    crashed = Acted([STARTED], -signal.SIGSEGV, fault)
    other = {**STARTED, "function": "mean_square"}
    again = Acted([other], 3)
    records, crashes = graded(clone, crashed, again, Acted([{"verdicts": VERDICTS}]))
    assert records == VERDICTS
    assert crashes == [
        {
            "kata": "scaling",
            "function": "scale",
            "because": "scale ended the process: a segmentation fault",
            "where": "k01_scaling.py:7",
            "stops": False,
        },
        {
            "kata": "scaling",
            "function": "mean_square",
            "because": "mean_square ended the process: exit status 3",
            "where": "",
            "stops": False,
        },
    ]


ENDS = {
    "killed": (-9, "", "ended the process: it was killed; did it exhaust the memory?"),
    "aborted": (-6, "", "ended the process: it aborted"),
    "by another signal": (-12, "", "ended the process: signal SIGUSR2"),
    "out of processor time": (-26, "", "did not end within 0.01 s"),
    "out of wall time": (1, "Timeout (0:00:02)!", "did not end within 0.04 s"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_process_says_why_it_ended(clone, end):
    status, output, because = ENDS[end]
    processes = Acted([STARTED], status, output), Acted([{"verdicts": VERDICTS}])
    _, (crash,) = graded(clone, *processes)
    assert crash["because"] == f"scale {because}"


def test_an_end_at_import_is_said_of_every_function(clone):
    fault = f'File "{clone.stub.resolve()}", line 4 in <module>\n'
    fault += 'File "/tool/dojo/answer/answers.py", line 1 in _load\n'
    processes = Acted([STARTED], -11, fault), Acted([{"verdicts": VERDICTS}])
    _, (crash,) = graded(clone, *processes)
    assert crash["function"] == "*"
    assert crash["because"] == (
        "the import of the file ended the process: a segmentation fault"
    )
    assert crash["where"] == "k01_scaling.py:4"


def test_a_process_that_hangs_is_ended_from_outside(clone):
    held = Acted([STARTED], ends=False)
    _, (crash,) = graded(clone, held, Acted([{"verdicts": VERDICTS}]))
    assert held.was_ended
    assert crash["because"] == "scale did not end within 0.04 s"


def test_a_process_that_starts_no_test_is_ended_and_told(clone, monkeypatch):
    monkeypatch.setattr(grade_module, "START", 0.01)
    stuck = Acted([], output="collecting", ends=False)
    with pytest.raises(UserError, match="could not be run:\ncollecting\nnext: dojo"):
        graded(clone, stuck)
    assert stuck.was_ended
    assert not stuck.folder.exists()


def test_each_new_note_gives_a_process_its_time_again(clone):
    class Slow(Acted):
        left = 4

        def wait(self, seconds):
            time.sleep(0.08)
            self.left -= 1
            with (self.folder / "progress").open("a") as file:
                last = {"verdicts": VERDICTS}
                file.write(json.dumps(STARTED if self.left else last) + "\n")
            return not self.left

    slow = Slow([STARTED])
    assert graded(clone, slow)[0] == VERDICTS
    assert not slow.was_ended


def test_a_run_that_ends_without_a_verdict_is_told(clone):
    for notes in ([], [{"verdicts": []}]):
        with pytest.raises(UserError, match="the graders could not be run"):
            graded(clone, Acted(notes, 4, "ERROR: no"))


def test_crash_upon_crash_comes_to_an_end(clone, monkeypatch):
    monkeypatch.setattr(grade_module, "CRASHES", 2)
    crashed = [Acted([STARTED], -11) for _ in range(4)]
    with pytest.raises(UserError, match="the graders could not be run"):
        graded(clone, *crashed)


def test_a_torn_note_is_left_for_later():
    process = Acted([STARTED])
    try:
        with (process.folder / "progress").open("a") as file:
            file.write('{"verdicts": [')
        assert process.notes() == [STARTED]
        (process.folder / "output").write_text("x" * 50_000 + "end", "utf-8")
        assert len(process.output()) == 40_000
        assert process.output().endswith("xend")
    finally:
        process.close()


def test_a_run_is_told_what_to_grade(clone):
    (kata,) = catalog.katas(clone.root)
    folder, file = clone.root / "hers", clone.root / "out.json"
    arguments = options(clone.root, [kata], "scale", folder, file)
    assert arguments == [
        "-c",
        str(clone.root / "pyproject.toml"),
        f"--rootdir={clone.root}",
        "--only=scale",
        f"--katas={folder}",
        f"--verdicts={file.resolve()}",
        str(kata.grader),
    ]
    assert options(clone.root, [kata])[-1] == str(kata.grader)
    assert len(options(clone.root, [kata])) == 4


def test_a_grading_process_loads_no_foreign_plugin_and_computes_with_one_thread(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--maxfail=1")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("PYTHONPATH", "mine")
    variables = environment(tmp_path)
    assert variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] == "1"
    assert variables["PYTEST_ADDOPTS"] == ""
    assert variables["OMP_NUM_THREADS"] == variables["MKL_NUM_THREADS"] == "1"
    assert variables["PYTHONPATH"].split(os.pathsep) == [str(tmp_path), "mine"]
    assert variables["HOME"]


@pytest.mark.parametrize("own", [None, "glibc.malloc.check=3"])
def test_a_grading_process_has_large_pages_unless_somebody_tunes(
    tmp_path, monkeypatch, own
):
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if own:
        monkeypatch.setenv("GLIBC_TUNABLES", own)
    found = environment(tmp_path)["GLIBC_TUNABLES"]
    assert found == (own or "glibc.malloc.hugetlb=1")


def test_a_crash_is_not_run_again_and_what_runs_is_noted(clone):
    clone.answer("")
    crash = {
        "kata": "scaling",
        "function": "scale",
        "because": "b",
        "where": "w",
        "stops": False,
    }
    other = {**crash, "kata": "another", "function": "*"}
    (clone.root / "crashed.json").write_text(json.dumps([crash, other]), "utf-8")
    clone.graded("--progress=progress", "--crashed=crashed.json")
    lines = (clone.root / "progress").read_text("utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    assert [note["function"] for note in notes[:-1]] == ["mean_square"] * 2
    assert notes[0]["limit"] == 0.5
    scale, mean_square = notes[-1]["verdicts"]
    assert (scale["state"], scale["because"]) == ("failed", "b")
    assert scale["lines"] == ["b", "where:    w"]
    assert (mean_square["state"], mean_square["tests"]) == ("passed", 2)


def test_what_is_run_again_for_a_diagnosis_is_not_noted(clone):
    clone.answer("def scale(x, factor=3.0): return x + factor")
    clone.graded("--progress=progress")
    lines = (clone.root / "progress").read_text("utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    assert len({note["test"] for note in notes[:-1]}) == len(notes[:-1]) == 5
    assert notes[-1]["verdicts"][0]["diagnosis"]["code"] == "adds-the-factor"


def test_a_crash_at_import_is_of_every_function(clone):
    clone.answer("")
    crash = {
        "kata": "scaling",
        "function": "*",
        "because": "b",
        "where": "",
        "stops": False,
    }
    (clone.root / "crashed.json").write_text(json.dumps([crash]), "utf-8")
    clone.graded("--progress=progress", "--crashed=crashed.json")
    note = json.loads((clone.root / "progress").read_text("utf-8"))
    assert {verdict["because"] for verdict in note["verdicts"]} == {"b"}
