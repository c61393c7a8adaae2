"""Tests `dojo watch` at a terminal: a learner's hour, and what may go wrong in it.

To start watching costs an import of torch, so the tests share what is running: each
finds the kata not started and the main screen shown, and a test may end it all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import GRADER, REFERENCE, tiny_clone

from dojo.kata.stubs import stub_of
from dojo.learner.ledger import Ledger

pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")

from pty_session import LEFT, PATIENCE, Program, Session, processes_of, wait_until

STUB = stub_of(REFERENCE)
WRONG = "    return x + factor\n"
CHECKS = "    if factor < 0:\n        raise ValueError\n"
LOOP = "    while True:\n        pass\n"
# A loop that computes ends by its limit, maybe before a screen says that it runs.
WAITS = "    import time\n    while True:\n        time.sleep(0.01)\n"
LEVELS = "".join(f'??? tip "Hint {n}"\n    This is hint {n}.\n\n' for n in (1, 2, 3))
HINTS = f"## Hints\n\n### `scale`\n\n{LEVELS}### `mean_square`\n\n{LEVELS}"
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")
EDITOR = '#!/bin/sh\necho "$@" > given\n'


class Desk:
    """A clone with a second kata and a page with hints, and `dojo watch` in it."""

    def __init__(self, folder) -> None:
        clone = tiny_clone(folder / "clone")
        self.root, self.stub = clone.root, clone.stub
        self.grader = self.root / "tests" / "ch0_tiny" / "test_k01_scaling.py"
        self.page = self.root / "docs" / "en" / "ch0_tiny" / "k01_scaling.md"
        self.editor = folder / "vi"
        self.editor.write_text(EDITOR)
        self.editor.chmod(0o755)
        self.session = None
        self._add_shifting()
        self.restore()

    def _add_shifting(self) -> None:
        other = {"Scaling": "Shifting", "k01_scaling": "k02_shifting"}
        for tree, text in {
            "solutions": REFERENCE, "katas": STUB, "tests": GRADER
        }.items():  # fmt: skip
            for old, new in other.items():
                text = text.replace(old, new)
            name = "test_k02_shifting.py" if tree == "tests" else "k02_shifting.py"
            (self.root / tree / "ch0_tiny" / name).write_text(text)

    def restore(self) -> None:
        """Write the files as a learner finds them, where they are others."""
        texts = {
            self.stub: STUB, self.grader: GRADER,
            self.page: f"# Scaling\n\n{HINTS}",
        }  # fmt: skip
        for path, text in texts.items():
            if path.read_text() != text:
                path.write_text(text)

    def save(self, text: str) -> None:
        """Save as many editors do: a new file, renamed over the old one."""
        new = self.stub.with_name(".k01_scaling.py.swp")
        new.write_text(text)
        os.replace(new, self.stub)

    def answer(self, body: str) -> None:
        """Save an answer to `scale` alone."""
        self.save(STUB.replace("    raise NotImplementedError\n", body, 1))

    def attempts(self) -> list[dict]:
        """Return the attempts that are in the log."""
        return [e for e in Ledger(self.root).events() if e["kind"] == "attempt"]

    def begin(self, **environment: str) -> Session:
        """Start watching, as somebody who has done nothing yet."""
        shutil.rmtree(self.root / ".dojo", ignore_errors=True)
        own = {"EDITOR": str(self.editor), "VISUAL": ""} | environment
        return Session(self.root, "watch", "scaling", **own)

    def watching(self, **environment: str) -> Session:
        """Return what is running, or start it; the kata is not started."""
        self.restore()
        if self.session is None or self.session.process.poll() is not None:
            self.session = self.begin(**environment)
        elif "q back" in self.session.screen():
            self.session.type("q")
        self.session.wait_for("scaling · Scaling", "0 of 2 functions pass")
        self.session.forget()
        return self.session

    def end(self) -> None:
        """End what is running, and all that it started."""
        if self.session:
            self.session.close()
            wait_until(lambda: not processes_of(self.root))
        self.session = None


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("watch"))
    yield desk
    desk.end()


@pytest.fixture
def desk(shared):
    """A clone that is being watched at its terminal, `desk.session`."""
    shared.watching()
    yield shared
    if shared.session and shared.session.process.poll() is not None:
        shared.end()


@pytest.fixture
def quiet_desk(tmp_path):
    """A clone that nobody watches yet; what is started in it is ended."""
    desk = Desk(tmp_path)
    yield desk
    desk.end()


def test_hour_of_a_learner(shared):
    shared.end()  # nothing is known of this one
    session = shared.watching()
    session.wait_for("not started", "write scale in katas/ch0_tiny/k01_scaling.py")
    shared.answer(WRONG)
    shown = session.wait_for(
        "adds-the-factor", "The factor is added: scaling multiplies"
    )
    assert shown.index("The factor is added") < shown.index("returned:")
    session.wait_for("dojo explain adds-the-factor")
    session.type("h")
    session.wait_for("hint 1 of 3", "This is hint 1.", "The factor is added")
    session.type("h")
    session.wait_for("hint 2 of 3", "This is hint 2.")
    session.type("v")
    session.wait_for("test_k01_scaling.py::test_scale", "assert_close(")
    session.type("q")
    session.wait_for("The factor is added")
    shared.save(REFERENCE)
    session.wait_for("2 of 2 functions pass", "2 more pass: scale, mean_square")
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
    assert shared.stub.read_text() == STUB
    session.type("u")
    session.wait_for("2 of 2 functions pass")
    assert shared.stub.read_text() == REFERENCE
    assert session.misfits() == []
    assert Ledger(shared.root).read()["katas"]["scaling"]["hints"] == 2


def test_a_question_takes_a_yes_and_is_forgotten_after_another_key(quiet_desk):
    desk, session = quiet_desk, quiet_desk.watching()
    session.type("d")
    session.wait_for("Show anyway? y does it.")
    session.type("n")
    session.wait_for("scaling is not passed yet: leave it? n again, or y")
    session.type("?")
    session.wait_for("save      grades")
    session.type("qyr?")  # y answers nothing now; help shows that it was read
    session.wait_for("save      grades")
    session.type("qx")
    session.wait_for("scaling · Scaling", "becomes the stub again")
    session.type("ky?")  # nor does it after a key that means nothing here
    session.wait_for("save      grades")
    assert not (desk.root / ".dojo" / "backups").exists()
    session.type("qdy")
    session.wait_for("yours (-) and the reference (+)")
    session.type("qny")
    session.wait_for("shifting · Shifting")


def test_help_names_every_key(desk):
    desk.session.type("?")
    shown = desk.session.wait_for("dojo watch", "save      grades what changed")
    for key in "nhlrdeovxu?q":
        assert f"\n{key}  " in shown


def test_edit_opens_the_editor_and_takes_the_terminal_back(desk):
    desk.session.type("e")
    given = desk.root / "given"
    wait_until(lambda: given.is_file() and given.read_text().endswith("\n"))
    desk.session.type("?")
    desk.session.wait_for("save      grades")
    line = STUB[: STUB.index("def scale(")].count("\n") + 1
    assert given.read_text().split() == [f"+{line}", str(desk.stub)]
    before, after = desk.session.text.rsplit("\x1b[?1049h", 1)
    assert LEFT in before
    assert LEFT not in after


def test_the_line_of_a_mistake_comes_after_the_verdict_and_h_tells_the_change(desk):
    desk.answer(f"{CHECKS}    return factor + x\n")
    session = desk.session
    shown = session.wait_for("look at line", "one change there makes every test pass")
    assert "| return factor + x" in shown
    assert "factor * x" not in shown
    session.type("h")
    session.wait_for("What to change: an operator.")
    session.type("h")
    session.wait_for("+ return factor * x")
    assert [e["kind"] for e in Ledger(desk.root).events()].count("located") == 1


def test_a_save_ends_the_search_for_the_line_of_the_one_before(desk):
    desk.answer(f"{CHECKS}    return factor + x * 0.7 - abs(x).max()\n")  # two slips
    desk.session.wait_for("scale", "failed")
    desk.answer(f"{CHECKS}    return factor * x\n")
    desk.session.wait_for("1 of 2 functions pass")
    wait_until(lambda: len(processes_of(desk.root)) == 3)  # dojo, server, next child


def test_tab_and_shift_tab_move_from_failure_to_failure(desk):
    desk.answer(WRONG)
    text = desk.stub.read_text()
    desk.save(text.replace("    raise NotImplementedError\n", "    return 0.0\n"))
    desk.session.wait_for("> failed       scale", "mend scale and save it")
    desk.session.type("\t")
    desk.session.wait_for("> failed       mean_square", "called:   mean_square(")
    desk.session.type("\x1b[Z")
    shown = desk.session.wait_for("> failed       scale", "called:   scale(")
    assert "  failed       mean_square  " in shown
    assert desk.session.misfits() == []


def test_a_function_that_is_named_is_in_focus(quiet_desk):
    watch = ("watch", "scaling::mean_square")
    session = quiet_desk.session = Session(quiet_desk.root, *watch)
    session.wait_for("write mean_square in katas/ch0_tiny/k01_scaling.py")
    text = STUB.replace("raise NotImplementedError", "return 0.0")
    quiet_desk.save(text)
    session.wait_for("> failed       mean_square", "mend mean_square and save it")


def test_a_save_during_a_run_is_what_counts(desk):
    before = len(desk.attempts())
    desk.answer("    import time\n    time.sleep(9)\n    return x\n")
    desk.session.wait_for("grading … ")
    desk.save(REFERENCE)
    desk.session.wait_for("2 of 2 functions pass")
    wait_until(lambda: len(desk.attempts()) > before)  # noted after it is drawn
    graded = [attempt["functions"]["scale"] for attempt in desk.attempts()[before:]]
    assert [function["state"] for function in graded] == ["passed"]


def test_two_hundred_saves_in_a_row_end_in_the_right_verdict(desk):
    for number in range(200):
        desk.answer(f"    return x + {number}\n")
        time.sleep(0.01)
    desk.save(REFERENCE)
    desk.session.wait_for("2 of 2 functions pass")
    desk.session.read_for(1.0)  # and no older verdict comes after it
    assert "2 of 2 functions pass" in desk.session.screen()


def test_a_half_written_save_is_graded_again_when_it_is_whole(desk):
    half = REFERENCE.index("return _checked")
    with desk.stub.open("w") as file:
        file.write(REFERENCE[:half])
        file.flush()
        desk.session.wait_for("failed", "None: is a return missing?")
        file.write(REFERENCE[half:])
    desk.session.wait_for("2 of 2 functions pass")


def test_an_answer_that_prints_a_megabyte_does_no_harm(desk):
    desk.answer('    print("x" * 1_000_000)\n    return factor * x\n')
    desk.session.wait_for("printed:", "2 of 3 tests pass")
    assert len(desk.session.text) < 100_000
    desk.save(REFERENCE)
    desk.session.wait_for("2 of 2 functions pass")
    assert desk.session.misfits() == []


@pytest.mark.parametrize("how", ["sys.stdout.close()", "os.close(1); os.close(2)"])
def test_an_answer_that_closes_stdout_does_no_harm(desk, how):
    desk.answer(f"    import os, sys\n    {how}\n    return x + factor\n")
    desk.session.wait_for("failed", "adds-the-factor")
    desk.save(REFERENCE)
    desk.session.wait_for("2 of 2 functions pass")


def test_what_an_answer_prints_is_no_command_to_the_terminal(desk):
    desk.answer('    print("\\x1b[2J\\x1b[H漢字\\tend")\n    return x\n')
    desk.session.wait_for("printed:", r"\x1b[2J\x1b[H漢字", "end")
    assert "\x1b[2J" not in desk.session.text
    assert desk.session.misfits() == []


def test_the_list_and_a_long_text_scroll(desk):
    session = desk.session
    desk.page.write_text("".join(f"line {n} {'word ' * 40}\n" for n in range(60)))
    session.type("o")
    session.wait_for("line 0 ", "scroll")
    session.type("\x1b[6~jjz \x1b[F")
    session.wait_for("line 59 ")
    session.type("\x1b[1~")  # Home, as many terminals send it
    session.wait_for("line 0 ")
    session.type(" ")
    assert "line 0 " not in session.wait_for("line 8 ")
    session.type("\x1b[")
    time.sleep(0.03)  # a slow line
    session.type("5~")
    session.wait_for("line 0 ")
    session.type("\x1b")
    session.wait_for("0 of 2 functions pass", "make site builds")
    assert session.misfits() == []


@pytest.mark.parametrize("size", [(60, 20), (200, 50)])
def test_another_size_is_filled_to_its_last_line(desk, size):
    session, lines = desk.session, size[1]
    desk.answer(WRONG)
    session.wait_for("The factor is added")
    session.resize(*size)
    shown = session.wait_for("n next h hint")
    assert len(shown.splitlines()) == lines
    assert "scale: adds-the-factor: The factor is added" in shown
    session.type("?")
    assert len(session.wait_for("save      grades").splitlines()) == lines
    session.type("q")
    session.wait_for("The factor is added")
    assert session.misfits() == []
    session.resize(80, 24)
    session.wait_for("q quit")


def test_a_screen_that_did_not_change_is_not_sent_again(desk):
    desk.session.read_for(0.5)
    before = len(desk.session.frames())
    desk.session.type("zzz")
    desk.session.read_for(1.5)  # the clock ticks once
    desk.session.type("?")
    desk.session.wait_for("save      grades")
    assert len(desk.session.frames()) == before + 1


def test_a_screen_that_the_terminal_may_have_lost_is_sent_again(desk):
    desk.session.read_for(0.5)
    desk.session.text = ""
    desk.session.process.send_signal(signal.SIGWINCH)
    desk.session.wait_for("0 of 2 functions pass")


def test_a_broken_grader_is_said_and_mended(desk):
    desk.grader.write_text("def broken(:\n")
    desk.session.type("r")
    desk.session.wait_for("the graders could not be run")
    desk.grader.write_text(GRADER)
    desk.save(REFERENCE)
    shown = desk.session.wait_for("2 of 2 functions pass")
    assert "could not be run" not in shown


def test_quitting_leaves_no_process(desk):
    desk.answer(WAITS)
    desk.session.wait_for("grading … ")
    assert len(processes_of(desk.root)) > 1
    desk.session.type("q")
    assert desk.session.ended() == 0
    assert desk.session.text.endswith(LEFT)
    wait_until(lambda: not processes_of(desk.root))


def test_without_colour_nothing_is_coloured_but_the_screen_is_whole(shared):
    shared.end()
    shared.restore()
    session = shared.session = shared.begin(NO_COLOR="1")  # the next test's too
    session.wait_for("0 of 2 functions pass")
    assert "\x1b[?1049h" in session.text
    shared.answer(WRONG)
    session.wait_for("The factor is added")
    assert not COLOUR.search(session.text)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only groups are ended")
def test_killing_the_dojo_leaves_no_process_and_loses_no_progress(desk):
    desk.save(REFERENCE)
    desk.session.wait_for("1 of 2 katas passed")
    stray = "    import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', "
    stray += "'import time; time.sleep(600)'], start_new_session=True)\n"
    desk.answer(stray + WAITS)
    desk.session.wait_for("grading … ")
    wait_until(lambda: any("time.sleep(600)" in p for p in processes_of(desk.root)))
    desk.session.kill()
    wait_until(lambda: not processes_of(desk.root))
    state = json.loads((desk.root / ".dojo/state.json").read_text())
    assert state["katas"]["scaling"]["passed_at"]


def test_a_signal_to_end_gives_the_terminal_back(quiet_desk):
    session = quiet_desk.session = quiet_desk.begin()
    session.wait_for("scaling · Scaling")
    session.process.send_signal(signal.SIGTERM)
    assert session.ended() == 0
    assert session.text.endswith(LEFT)


def test_ctrl_c_gives_the_terminal_back(quiet_desk):
    session = quiet_desk.session = quiet_desk.begin()
    session.wait_for("scaling · Scaling")
    session.type("\x03")
    assert session.ended() == 0
    assert session.text.endswith(LEFT)


def test_a_terminal_that_is_closed_ends_the_dojo(quiet_desk):
    session = quiet_desk.begin()
    session.wait_for("scaling · Scaling")
    os.close(session.ours)
    wait_until(lambda: not processes_of(quiet_desk.root))
    assert session.process.wait() == 0


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell with job control")
def test_ctrl_z_gives_the_terminal_to_the_shell_until_it_is_brought_back(quiet_desk):
    shell = ["bash", "--norc", "--noprofile", "-i"]
    watch = quiet_desk.session = Program(quiet_desk.root, shell, PS1="$ ")
    watch.type(f"{sys.executable} -m dojo watch\n")
    watch.wait_for_text("0 of 2 functions pass")
    watch.read_for(1.0)
    watch.text = ""
    watch.type("\x1a")
    watch.wait_for_text("Stopped")
    assert LEFT in watch.text.partition("Stopped")[0]
    watch.text = ""
    watch.type("fg\n")
    watch.wait_for_text("0 of 2 functions pass")
    assert "\x1b[?1049h\x1b[H\x1b[?25l" in watch.text
    watch.type("?")
    watch.wait_for_text("save      grades")
    watch.type("qq")
    watch.wait_for_text(LEFT)
    watch.type("exit $?\n")
    assert watch.ended() == 0


def test_a_pipe_gets_plain_lines(quiet_desk):
    watched = subprocess.Popen(
        [sys.executable, "-u", "-m", "dojo", "watch"],
        cwd=quiet_desk.root,
        env=os.environ | {"PYTHONPATH": str(quiet_desk.root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(PATIENCE, watched.kill)  # a line that never comes
    guard.start()
    try:
        lines = []
        for line in watched.stdout:
            lines.append(line)
            if line.startswith("next: edit scale") and len(lines) < 9:
                quiet_desk.answer(WRONG)
            if "since the last run: started: scale" in line:
                quiet_desk.save(REFERENCE)
            passed = "since the last run: 2 more pass: scale, mean_square" in line
            if passed or len(lines) > 40:
                break
        text = "".join(lines)
        assert text.count("The factor is added") == 1
        assert text.count("scaling · Scaling") == 3
        assert "\x1b" not in text
    finally:
        guard.cancel()
        watched.send_signal(signal.SIGINT)
        watched.stdout.read()  # a pipe closed under its writer is another ending
        assert watched.wait(60) == 0
        watched.stdout.close()
