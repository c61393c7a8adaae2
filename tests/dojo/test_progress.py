"""Tests that progress is kept: the log, its sum, two dojos, full disks and crashes."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest
from conftest import BANK, REFERENCE

from dojo import files
from dojo.kata import catalog
from dojo.kata.stubs import stub_of
from dojo.learner import answers, progress
from dojo.learner.ledger import Ledger
from dojo.learner.status import status_of


def event(kata="scaling", state="passed", **more):
    """Return an attempt at both functions."""
    function = {"state": state, "rung": "", "code": ""}
    return {
        "kind": "attempt", "kata": kata, "by": "watch", "answer": "a", "grader": "g",
        "since": 5.0, "whole": True,
        "functions": {"scale": function, "mean_square": function},
    } | more  # fmt: skip


def attempts(root):
    entry = Ledger(root).read()["katas"].get("scaling")
    return entry["attempts"] if entry else 0


def kata_of(clone):
    return catalog.katas(clone.root)[0]


def test_a_pass_is_there_for_the_next_dojo(tmp_path):
    Ledger(tmp_path).add(event())
    entry = Ledger(tmp_path).read()["katas"]["scaling"]
    assert entry["passed_at"]
    assert entry["functions"]["scale"]["state"] == "passed"


def test_the_state_is_the_sum_of_the_log(tmp_path):
    ledger = Ledger(tmp_path)
    for number in range(5):
        ledger.add(event(since=float(number)))
    before = ledger.read()
    ledger.path.unlink()
    ledger.backup.unlink()
    assert Ledger(tmp_path).read() == before


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "x"}', "\x00\x01"])
def test_a_broken_state_is_kept_aside_and_said(tmp_path, text):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    ledger.path.write_text(text)
    again = Ledger(tmp_path)
    assert again.read()["katas"]["scaling"]["attempts"] == 1
    assert (tmp_path / ".dojo/state.broken-1.json").read_text() == text
    assert "is broken" in again.notices[0]


def test_a_newer_state_is_kept_aside_and_said(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    newer = json.dumps({"schema": 2, "all": "new"})
    ledger.path.write_text(newer)
    again = Ledger(tmp_path)
    again.add(event())
    assert (tmp_path / ".dojo/state.newer-1.json").read_text() == newer
    assert "newer dojo" in again.notices[0]
    assert attempts(tmp_path) == 2


def test_a_second_broken_state_does_not_replace_the_first(tmp_path):
    for text in ("{", "[["):
        ledger = Ledger(tmp_path)
        ledger.add(event())
        ledger.path.write_text(text)
        ledger.read()
    kept = sorted((tmp_path / ".dojo").glob("state.broken-*.json"))
    assert [path.read_text() for path in kept] == ["{", "[["]


def test_events_of_a_newer_dojo_are_passed_over(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add({"kind": "a kind of tomorrow"})
    ledger.add(event())
    assert attempts(tmp_path) == 1


def test_a_torn_line_costs_only_itself(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    with ledger.log.open("a") as file:
        file.write('{"v": 1, "kind": "att')
    ledger.add(event())
    assert attempts(tmp_path) == 2
    ledger.path.unlink()
    assert attempts(tmp_path) == 2


def test_two_dojos_at_once_lose_nothing(tmp_path):
    code = f"""\
        from pathlib import Path
        from dojo.learner.ledger import Ledger
        event = {event()!r}
        for _ in range(25):
            Ledger(Path({str(tmp_path)!r})).add(dict(event))
    """
    both = [subprocess.Popen([sys.executable, "-c", dedent(code)]) for _ in range(3)]
    assert [one.wait() for one in both] == [0, 0, 0]
    assert attempts(tmp_path) == 75
    json.loads((tmp_path / ".dojo/state.json").read_text())


def test_kill_in_the_middle_of_writing_loses_nothing(tmp_path):
    code = f"""\
        from pathlib import Path
        from dojo.learner.ledger import Ledger
        ledger = Ledger(Path({str(tmp_path)!r}))
        while True:
            ledger.add({event()!r})
            print("x", flush=True)
    """
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", dedent(code)], stdout=subprocess.PIPE
        )
        before = attempts(tmp_path)
        done = len(writer.stdout.read(12)) // 2
        writer.send_signal(signal.SIGKILL)
        done += len(writer.stdout.read()) // 2
        writer.wait()
        ledger = Ledger(tmp_path)
        assert (
            done <= ledger.read()["katas"]["scaling"]["attempts"] - before <= done + 1
        )
        assert ledger.notices == []
    Ledger(tmp_path).add(event())
    assert list((tmp_path / ".dojo").glob(".state*")) == []


def full_disk(*given, **more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_and_made_up_for(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        state = ledger.add(event())
    assert state["katas"]["scaling"]["attempts"] == 2
    assert "not saved (No space left on device)" in ledger.notices[0]
    ledger.add(event())
    assert attempts(tmp_path) == 3


def test_a_disk_that_fills_up_while_the_state_is_written_loses_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    for _ in range(3):
        ledger.add(event())
    code = f"""\
        import resource
        from pathlib import Path
        from dojo.learner.ledger import Ledger
        ledger = Ledger(Path({str(tmp_path)!r}))
        size = ledger.log.stat().st_size + 60
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        ledger.add({event()!r})
        print(ledger.notices[0])
    """
    ran = subprocess.run(
        [sys.executable, "-c", dedent(code)], capture_output=True, text=True
    )
    assert "progress is not saved" in ran.stdout, ran.stderr
    assert attempts(tmp_path) == 3
    Ledger(tmp_path).add(event())
    assert attempts(tmp_path) == 4


def test_a_clone_that_can_only_be_read_still_grades(clone, monkeypatch):
    (clone.root / ".dojo").write_text("a file where the folder should be")
    clone.answer("")
    ran = clone.dojo("run", "scaling")
    assert ran.status == 0, ran.err
    assert "progress is not saved" in ran.err
    assert clone.dojo("list").status == 0
    reset = clone.dojo("reset", "scaling")
    assert reset.status == 2
    assert "nothing was reset" in reset.err
    assert "def mean_square" in clone.stub.read_text()
    assert "NotImplementedError" not in clone.stub.read_text()


def test_a_clock_that_jumps_makes_no_time_and_no_disorder(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    for year in (2026, 2001, 2099):
        moment = time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0))
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        ledger.add(event(since=0.0))
    ledger.add(event(since=30.0))
    ledger.add(event(since=-4.0))
    ledger.add(event(since=1e9))
    assert ledger.read()["katas"]["scaling"]["seconds"] == 30 + progress.PAUSE


def test_time_between_processes_is_that_of_the_dates(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    for minute in (0, 4, 30):
        moment = time.struct_time((2026, 1, 1, 0, minute, 0, 0, 1, 0))
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        ledger.add(event(since=0.0))
    assert ledger.read()["katas"]["scaling"]["seconds"] == 240


def stands(clone):
    return status_of(kata_of(clone), Ledger(clone.root).read())


def test_standing_goes_from_not_started_to_passed(clone):
    assert stands(clone).word == "not started"
    clone.stub.write_text(REFERENCE.replace("return float(np.sq", "return (np.sq", 1))
    clone.stub.write_text(
        stub_of(REFERENCE).replace("raise NotImplementedError", "return factor * x", 1)
    )
    assert stands(clone).due
    clone.dojo("run")
    assert stands(clone).word == "0 of 2"
    clone.answer("")
    clone.dojo("run")
    assert stands(clone).word == "passed"
    assert not stands(clone).due


def test_standing_says_that_a_passed_answer_changed(clone):
    clone.answer("")
    clone.dojo("run")
    clone.answer("def mean_square(x):\n    return 0.0\n")
    assert stands(clone).word == "changed since passed"
    assert stands(clone).due
    clone.dojo("run")
    assert stands(clone).word == "changed since passed"
    assert not stands(clone).due


def test_a_grader_that_changed_is_graded_again_and_marked(clone):
    clone.answer("")
    clone.dojo("run")
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    before = grader.read_text()
    grader.write_text(before + "\n# a word\n")
    assert stands(clone).word == "grader changed since passed"
    clone.dojo()
    assert stands(clone).word == "passed"
    grader.write_text(before.replace("17.0", "18.0"))
    assert "grader changed since passed" in clone.dojo().out
    entry = Ledger(clone.root).read()["katas"]["scaling"]
    assert entry["functions"]["mean_square"]["passed"]
    assert entry["passed_at"]


def test_pytest_counts_as_an_attempt_and_the_reference_does_not(clone):
    clone.answer("")
    clone.pytest("--solutions")
    assert attempts(clone.root) == 0
    clone.pytest()
    assert attempts(clone.root) == 1
    clone.dojo("run", "--solutions")
    clone.dojo("run", "scaling::scale")
    assert attempts(clone.root) == 2


def test_list_is_there_as_data(clone):
    clone.answer("")
    clone.dojo("run")
    (one,) = json.loads(clone.dojo("list", "--json").out)["katas"]
    assert (one["state"], one["passed"], one["functions"]) == ("passed", 2, 2)


def test_undo_goes_back_and_forth(clone):
    clone.answer("")
    mine = clone.stub.read_text()
    clone.dojo("reset", "scaling")
    assert clone.stub.read_text() == stub_of(REFERENCE)
    assert clone.dojo("undo").status == 0
    assert clone.stub.read_text() == mine
    clone.dojo("undo", "scaling")
    assert clone.stub.read_text() == stub_of(REFERENCE)


def test_undo_finds_the_copy_after_a_kill_in_the_middle_of_a_reset(clone, monkeypatch):
    clone.answer("")
    mine = clone.stub.read_text()
    ledger = Ledger(clone.root)
    with monkeypatch.context() as patch:
        patch.setattr(
            "dojo.kata.stubs.write_text",
            lambda path, text: (path.write_text("") and 1 / 0) or 1 / 0,
        )
        with pytest.raises(ZeroDivisionError):
            answers.reset(kata_of(clone), None, ledger)
    answers.undo(clone.root, Ledger(clone.root))
    assert clone.stub.read_text() == mine


def test_undo_without_a_reset_says_so(clone):
    ran = clone.dojo("undo")
    assert (ran.status, "nothing to undo" in ran.err) == (2, True)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write_text(path, "old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_hints_go_deeper_and_are_kept(clone):
    page = clone.root / "docs/en/ch0_tiny/k01_scaling.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(
        "".join(f'??? tip "Hint {n}"\n    Look at {n}.\n\n' for n in (1, 2))
    )
    said = [clone.dojo("hint", "scaling").out for _ in range(3)]
    assert ["Look at 1." in said[0], "Look at 2." in said[1], "2 of 2" in said[2]] == [
        True
    ] * 3
    assert "Look at 1." in clone.dojo("hint", "scaling", "--level", "1").out
    assert clone.dojo("hint", "scaling", "--level", "7").status == 2


def test_the_answer_shows_after_a_pass_or_when_asked(clone):
    assert clone.dojo("solution", "scaling").status == 2
    assert clone.dojo("diff", "scaling").status == 2
    assert "_checked" in clone.dojo("solution", "scaling", "--anyway").out
    clone.answer("")
    clone.dojo("run")
    assert "square(x).mean()" in clone.dojo("solution", "scaling::mean_square").out
    assert clone.dojo("diff", "scaling").status == 0


def test_report_has_attempts_mistakes_and_hints(clone):
    clone.answer("def mean_square(x):\n    return float((x * x).sum())\n")
    clone.dojo("run")
    found = json.loads(clone.dojo("report", "--json").out)
    assert found["attempts"] == 1
    assert found["katas"][0]["mistakes"][0]["code"] == "sums"
    assert "1 × sums: The squares are summed" in clone.dojo("report").out
    assert clone.dojo("report", "--html", "report.html").status == 0
    page = (clone.root / "report.html").read_text()
    assert page.count("<svg") == 2
    assert "The squares are summed" in page
    for request in ("src=", "href=", "url(", "<script", "@import"):
        assert request not in page


def test_explain_says_what_a_code_means(clone):
    assert "takes_the_root" in BANK
    assert "A root is taken" in clone.dojo("explain", "takes-the-root").out
