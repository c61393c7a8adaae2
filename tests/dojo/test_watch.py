"""Tests `dojo watch` at a terminal: a session, and what may go wrong in one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import GRADER, REFERENCE

from dojo.kata.stubs import stub_of
from dojo.learner.ledger import Ledger

pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")

from pty_session import Session, processes_of, wait_until

WRONG = "    return x + factor\n"
HINTS = "".join(f'??? tip "Hint {n}"\n    This is hint {n}.\n\n' for n in (1, 2, 3))


@pytest.fixture
def desk(clone):
    """A clone with a second kata, and a page with hints."""
    other = {"Scaling": "Shifting", "k01_scaling": "k02_shifting"}
    texts = {"solutions": REFERENCE, "katas": stub_of(REFERENCE), "tests": GRADER}
    for tree, text in texts.items():
        for old, new in other.items():
            text = text.replace(old, new)
        name = "test_k02_shifting.py" if tree == "tests" else "k02_shifting.py"
        (clone.root / tree / "ch0_tiny" / name).write_text(text)
    page = clone.root / "docs" / "en" / "ch0_tiny" / "k01_scaling.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"# Scaling\n\n## Hints\n\n{HINTS}")
    return clone


@pytest.fixture
def session(desk):
    """A session of `dojo watch`, begun and graded once."""
    found = Session(desk.root, "watch")
    try:
        found.wait_for("0 of 2 functions pass")
        yield found
    finally:
        found.close()
        wait_until(lambda: not processes_of(desk.root))


def answer(clone, body: str) -> None:
    """Save an answer to `scale` alone."""
    text = stub_of(REFERENCE).replace("    raise NotImplementedError\n", body, 1)
    save(clone, text)


def save(clone, text: str) -> None:
    """Save as many editors do: a new file, renamed over the old one."""
    new = clone.stub.with_name(".k01_scaling.py.swp")
    new.write_text(text)
    os.replace(new, clone.stub)


def test_session_of_a_learner(desk, session):
    session.wait_for("not started", "write scale in katas/ch0_tiny/k01_scaling.py")
    answer(desk, WRONG)
    shown = session.wait_for(
        "adds-the-factor", "The factor is added: scaling multiplies"
    )
    assert shown.index("The factor is added") < shown.index("returned:")
    session.wait_for("rungs:", "values broke", "dojo explain adds-the-factor")
    session.type("h")
    session.wait_for("hint 1 of 3", "This is hint 1.", "The factor is added")
    session.type("h")
    session.wait_for("hint 2 of 3", "This is hint 2.")
    session.type("d")
    session.wait_for("Show anyway?")
    session.type("v")
    session.wait_for("test_k01_scaling.py::test_scale", "assert_close(")
    session.type("q")
    session.wait_for("The factor is added")
    save(desk, REFERENCE)
    session.wait_for("2 of 2 functions pass", "now passes: scale, mean_square")
    session.wait_for("1 of 2 katas passed", "n goes on to shifting")
    session.type("d")
    session.wait_for("yours (-) and the reference (+)", "to the letter")
    session.type("qn")
    session.wait_for("shifting · Shifting", "0 of 2 functions pass")
    session.type("l")
    session.wait_for("> not started", "shifting", "passed")
    session.type("k\r")
    session.wait_for("scaling · Scaling", "2 of 2 functions pass")
    session.type("x")
    session.wait_for("scaling becomes the stub again")
    session.type("x")
    session.wait_for("scaling is the stub again", "0 of 2 functions pass")
    assert desk.stub.read_text() == stub_of(REFERENCE)
    session.type("u")
    session.wait_for("2 of 2 functions pass")
    assert desk.stub.read_text() == REFERENCE
    session.type("q")
    assert session.ended() == 0
    assert session.text.endswith("\x1b[?25h\x1b[?1049l")
    assert session.misfits() == []
    assert Ledger(desk.root).read()["katas"]["scaling"]["hints"] == 2


def test_help_names_every_key(session):
    session.type("?")
    shown = session.wait_for("dojo watch", "save   grades the kata")
    for key in "nhlrdeovxu?q":
        assert f"\n{key}  " in shown
    session.type("q")
    session.wait_for("0 of 2 functions pass")


def test_edit_opens_the_editor_and_takes_the_terminal_back(desk, tmp_path):
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/given\n')
    editor.chmod(0o755)
    session = Session(desk.root, "watch", EDITOR=str(editor), VISUAL="")
    try:
        session.wait_for("0 of 2 functions pass")
        session.type("e")
        wait_until((tmp_path / "given").is_file)
        session.type("?")
        session.wait_for("save   grades")
        line = (
            stub_of(REFERENCE)
            .splitlines()
            .index("def scale(x: np.ndarray, factor: float = 3.0) -> np.ndarray:")
        )
        given = (tmp_path / "given").read_text().split()
        assert given == [f"+{line + 1}", str(desk.stub)]
    finally:
        session.close()


def test_without_colour_nothing_is_coloured(desk):
    session = Session(desk.root, "watch", NO_COLOR="1")
    try:
        session.wait_for("0 of 2 functions pass")
        assert "\x1b[3" not in session.text.replace("\x1b[?", "")
    finally:
        session.close()


def test_a_save_during_a_run_is_what_counts(desk, session):
    answer(desk, "    import time\n    time.sleep(9)\n    return x\n")
    session.wait_for("grading … ")
    save(desk, REFERENCE)
    session.wait_for("2 of 2 functions pass")
    wait_until(lambda: len(attempts(desk)) == 2)  # noted after it is drawn
    states = [attempt["functions"]["scale"]["state"] for attempt in attempts(desk)]
    assert states == ["not started", "passed"]


def attempts(desk):
    """Return the attempts that are in the log."""
    return [e for e in Ledger(desk.root).events() if e["kind"] == "attempt"]


def test_two_hundred_saves_in_a_row_end_in_the_right_verdict(desk, session):
    for number in range(200):
        answer(desk, f"    return x + {number}\n")
        time.sleep(0.01)
    save(desk, REFERENCE)
    session.wait_for("2 of 2 functions pass")
    session.type("q")
    assert session.ended() == 0


def test_a_half_written_save_is_graded_again_when_it_is_whole(desk, session):
    desk.stub.write_text(REFERENCE[: len(REFERENCE) // 2])
    desk.stub.write_text(REFERENCE)
    session.wait_for("2 of 2 functions pass")


def test_an_answer_that_prints_a_megabyte_does_no_harm(desk, session):
    answer(desk, '    print("x" * 1_000_000)\n    return factor * x\n')
    session.wait_for("printed:", "of 3 tests pass")
    save(desk, REFERENCE)
    session.wait_for("2 of 2 functions pass")
    assert session.misfits() == []


@pytest.mark.parametrize("how", ["sys.stdout.close()", "os.close(1); os.close(2)"])
def test_an_answer_that_closes_stdout_does_no_harm(desk, session, how):
    answer(desk, f"    import os, sys\n    {how}\n    return x + factor\n")
    session.wait_for("failed")
    save(desk, REFERENCE)
    session.wait_for("2 of 2 functions pass")


def test_quitting_leaves_no_process(desk):
    session = Session(desk.root, "watch")
    session.wait_for("0 of 2 functions pass")
    answer(desk, "    while True:\n        pass\n")
    session.wait_for("grading … ")
    session.type("q")
    assert session.ended() == 0
    session.close()
    wait_until(lambda: not processes_of(desk.root))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only groups are ended")
def test_killing_the_dojo_leaves_no_process_and_loses_no_progress(desk):
    session = Session(desk.root, "watch")
    session.wait_for("0 of 2 functions pass")
    save(desk, REFERENCE)
    session.wait_for("1 of 2 katas passed")
    stray = "    import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', "
    stray += "'import time; time.sleep(600)'], start_new_session=True)\n"
    answer(desk, stray + "    while True:\n        pass\n")
    session.wait_for("grading … ")
    session.kill()
    wait_until(lambda: not processes_of(desk.root))
    session.close()
    state = json.loads((desk.root / ".dojo/state.json").read_text())
    assert state["katas"]["scaling"]["passed_at"]


def test_a_signal_to_end_gives_the_terminal_back(desk):
    session = Session(desk.root, "watch")
    session.wait_for("0 of 2 functions pass")
    session.process.send_signal(signal.SIGTERM)
    session.ended()
    assert session.text.endswith("\x1b[?25h\x1b[?1049l")
    session.close()


def test_a_terminal_that_is_closed_ends_the_dojo(desk):
    session = Session(desk.root, "watch")
    session.wait_for("0 of 2 functions pass")
    os.close(session.ours)
    wait_until(lambda: not processes_of(desk.root))
    assert session.process.wait() == 0


def test_the_list_and_a_long_text_scroll(desk, session):
    page = desk.root / "docs" / "en" / "ch0_tiny" / "k01_scaling.md"
    page.write_text("".join(f"line {n} {'word ' * 40}\n" for n in range(60)))
    session.type("o")
    session.wait_for("line 0 ", "scroll")
    session.type("\x1b[6~jjz \x1b[F")
    session.wait_for("line 59 ")
    session.type("g")
    session.wait_for("line 0 ")
    session.type("q")
    session.wait_for("0 of 2 functions pass", "not built yet")
    assert session.misfits() == []


def test_a_pipe_gets_plain_lines(desk):
    watched = subprocess.Popen(
        [sys.executable, "-u", "-m", "dojo", "watch"],
        cwd=desk.root,
        env=os.environ | {"PYTHONPATH": str(desk.root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = []
        for line in watched.stdout:
            lines.append(line)
            if line.startswith("next: edit scale"):
                answer(desk, WRONG)
            if "adds-the-factor" in line:
                break
        assert "\x1b" not in "".join(lines)
    finally:
        watched.send_signal(signal.SIGINT)
        watched.stdout.read()  # a pipe closed under its writer is another ending
        assert watched.wait(60) == 0
        watched.stdout.close()


def test_a_broken_grader_is_said_and_mended(desk, session):
    grader = desk.root / "tests" / "ch0_tiny" / "test_k01_scaling.py"
    grader.write_text("def broken(:\n")
    session.type("r")
    session.wait_for("the graders could not be run")
    grader.write_text(GRADER)
    save(desk, REFERENCE)
    shown = session.wait_for("2 of 2 functions pass")
    assert "could not be run" not in shown
