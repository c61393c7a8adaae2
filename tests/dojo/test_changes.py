"""What `dojo run` says of the run before, and that it says when it works."""

import io

import pytest
from command_line import dojo
from conftest import REFERENCE
from rich.console import Console

from dojo.kata import catalog
from dojo.learner.changes import Change, change_of
from dojo.learner.progress import new_state
from dojo.ui import show


def known(**states):
    functions = {name: {"state": state} for name, state in states.items()}
    return new_state() | {"katas": {"scaling": {"functions": functions}}}


def record(name, state, unread=False):
    return {"kata": "scaling", "function": name, "state": state, "unread": unread}


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ("failed", record("scale", "passed"), Change(["scale"], [])),
        ("passed", record("scale", "failed"), Change([], ["scale"])),
        ("passed", record("scale", "not started"), Change([], ["scale"])),
        ("passed", record("scale", "failed", unread=True), Change([], [])),
        ("passed", record("scale", "passed"), Change([], [])),
        ("passed", record("mean_square", "passed"), None),
    ],
)
def test_a_change_is_what_passes_now_and_what_no_longer_does(
    clone, before, now, change
):
    (kata,) = catalog.katas(clone.root)
    assert change_of(known(scale=before), kata, [now]) == change
    assert change_of(new_state(), kata, [now]) is None


def test_a_change_is_told_in_a_line(clone):
    (kata,) = catalog.katas(clone.root)
    line = show.change_line({kata: Change(["relu", "tanh"], ["elu"])})
    assert line == "since the last run: 2 more pass: relu, tanh; no longer passes: elu"
    assert show.change_line({kata: Change([], [])}) == "since the last run: no change"
    assert show.change_line({}) == ""
    other = catalog.Kata(clone.root, "ch0_tiny", "k02_pairs")
    line = show.change_line(
        {kata: Change([], []), other: Change(["pair"], [])}, {("scaling", "scale")}
    )
    says = "1 more passes: pairs::pair; cannot be read: scaling::scale"
    assert line == f"since the last run: {says}"


def test_run_says_what_has_changed_since_the_last_run(clone):
    clone.stub.write_text(REFERENCE.replace("* x\n", "+ x\n", 1))
    assert "since the last run" not in dojo(clone, "run", "scaling").out
    clone.stub.write_text(REFERENCE)
    out = dojo(clone, "run", "scaling").out
    assert "\nsince the last run: 1 more passes: scale\nnext: " in out


@pytest.mark.parametrize("terminal", [True, False])
def test_work_is_shown_on_a_terminal_alone(monkeypatch, terminal):
    file = io.StringIO()
    out = Console(file=file, force_terminal=terminal, _environ={"TERM": "xterm"})
    monkeypatch.setattr(show, "console", lambda: out)
    with show.working("grading"):
        pass
    assert ("grading …" in file.getvalue()) == terminal
