"""Tests what each event of `dojo watch` changes, with a grader that grades nothing."""

from __future__ import annotations

import os
import queue

import pytest
from conftest import REFERENCE
from killing import killed_at_the_write

from dojo.kata import catalog, copies
from dojo.learner import answers
from dojo.learner.ledger import Ledger
from dojo.ui.watch import watch as watching
from dojo.ui.watch.events import (
    Graded,
    KeyPressed,
    Located,
    Resized,
    Said,
    Saved,
    Shown,
    TerminalGone,
    Tick,
)
from dojo.ui.watch.grader import Result
from dojo.ui.watch.loop import dispatch
from dojo.ui.watch.screen import draw

RECORD = {
    "state": "failed", "rung": "values", "because": "it is three times as much",
    "got": "1", "want": "3", "test": "tests/x.py::test_x", "seconds": 0.1,
    "diagnosis": None, "lines": ["it is three times as much", "returned: 1"],
    "call": "f(1)", "arguments": ["f(1)", "x = 1"], "line": 3,
    "tests": 3, "passes": 1, "traceback": "Traceback", "printed": "",
    "where": None, "quoted": [], "excerpt": [], "unread": False, "settled": True,
}  # fmt: skip


class CountingGrader:
    """Numbers the requests and answers none."""

    def __init__(self, *given: object) -> None:
        self.asked = 0

    def ask(self, kata: catalog.Kata, everything: bool = False) -> int:
        self.asked += 1
        return self.asked


class NoSaves:
    """Tells of no save."""

    def __init__(self, *given: object) -> None: ...

    def follow(self, file: object) -> None: ...


@pytest.fixture
def watch(clone, monkeypatch):
    monkeypatch.setattr(watching, "Grader", CountingGrader)
    monkeypatch.setattr(watching, "Saves", NoSaves)
    kata = catalog.katas(clone.root)[0]
    return watching.Watch(clone.root, kata, queue.SimpleQueue())


def result(watch, number: int, error: str = "", state: str = "failed") -> Result:
    kata = watch.state.kata
    records = [
        RECORD | {"kata": kata.slug, "function": name, "state": state}
        for name in kata.functions
    ]
    return Result(kata, number, "answer", [] if error else records, error)


def shown(watch) -> str:
    return "\n".join(line.plain for line in draw(watch.state))


def attempts(clone) -> int:
    return sum(event["kind"] == "attempt" for event in Ledger(clone.root).events())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("key", ["x", "u"])
def test_a_kill_between_the_copy_and_the_write_of_a_key_loses_nothing(
    clone, watch, key
):
    older, mine = (REFERENCE.replace("factor) *", f"{n}) *") for n in ("1", "2"))
    clone.stub.write_text(older)
    answers.reset(watch.state.kata)
    clone.stub.write_text(mine)

    def press() -> None:
        dispatch(watch, KeyPressed(key))
        dispatch(watch, KeyPressed("y"))

    assert killed_at_the_write(press)
    assert clone.stub.read_text() == mine
    press()
    kept = [copy.path.read_text() for copy in copies.copies(clone.root)]
    assert {older, mine} <= {*kept, clone.stub.read_text()}
    assert clone.stub.read_text() != mine


def test_a_verdict_is_shown_before_it_is_written_down(clone, watch):
    first = result(watch, 1)
    assert dispatch(watch, Graded(first))
    assert "0 of 2 functions pass" in shown(watch)
    assert attempts(clone) == 0
    following = watch.next_event()
    assert following == Shown(first)
    dispatch(watch, following)
    assert attempts(clone) == 1


def test_a_verdict_that_was_overtaken_is_not_shown(clone, watch):
    dispatch(watch, Saved())
    dispatch(watch, Graded(result(watch, 1)))
    assert "failed" not in shown(watch)
    assert "grading …" in shown(watch)
    assert watch.next_event() == Tick()
    dispatch(watch, Graded(result(watch, 2)))
    assert "0 of 2 functions pass" in shown(watch)


def test_tab_moves_the_focus_from_failure_to_failure_and_round(watch):
    dispatch(watch, Graded(result(watch, 1)))
    seen = []
    for key in ("z", "tab", "tab", "shift tab", "shift tab"):
        dispatch(watch, KeyPressed(key))
        assert f"mend {watch.state.failure['function']}" in shown(watch)
        seen.append(watch.state.failure["function"])
    assert seen == ["scale", "mean_square", "scale", "mean_square", "scale"]


def test_a_function_that_is_not_in_focus_has_its_headline(watch):
    dispatch(watch, Graded(result(watch, 1)))
    watch.state.records[1]["lines"] = ["the mean is squared", "returned: 9"]
    screen = shown(watch).splitlines()
    assert "> failed       scale        1 of 3 tests pass" in screen
    assert "  failed       mean_square  the mean is squared" in screen
    assert "  returned: 1" in screen
    dispatch(watch, KeyPressed("tab"))
    screen = shown(watch).splitlines()
    assert "  failed       scale        it is three times as much" in screen
    assert "> failed       mean_square  1 of 3 tests pass" in screen
    assert "  returned: 9" in screen
    assert "tab shows another" in screen[-2]


def test_a_lone_failure_needs_no_mark(watch):
    dispatch(watch, Graded(result(watch, 1)))
    watch.state.records[0]["state"] = "passed"
    assert "  failed       mean_square  1 of 3 tests pass" in shown(watch)
    assert "tab shows" not in shown(watch)
    dispatch(watch, KeyPressed("tab"))
    assert "mend mean_square" in shown(watch)
    watch.state.records[1]["state"] = "passed"
    dispatch(watch, KeyPressed("tab"))
    assert watch.state.failure is None


def test_the_focus_stays_over_a_run_and_goes_with_the_kata(watch):
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, KeyPressed("tab"))
    dispatch(watch, Saved())
    dispatch(watch, Graded(result(watch, 2)))
    assert watch.state.failure["function"] == "mean_square"
    watch.turn_to(watch.state.kata)
    assert watch.state.failure["function"] == "scale"


def test_a_function_in_focus_that_is_not_started_is_the_next_to_write(watch):
    watch.state.focus = "mean_square"
    dispatch(watch, Graded(result(watch, 1, state="not started")))
    assert "write mean_square in" in shown(watch)


@pytest.mark.parametrize("failing", [1, 4, 7, 9, 14])
def test_many_failures_fit_the_smallest_usual_terminal(watch, failing):
    dispatch(watch, Graded(result(watch, 1)))
    lines = ["code: " + "a long sentence " * 9, "called:   f(" + "z, " * 40 + ")"]
    lines += ["returned: " + "word " * 40, "expected: 2", "where:    at [0] of shape"]
    names = [f"function_{number:02}" for number in range(failing)]
    watch.state.records = [
        RECORD | {"kata": "scaling", "function": name, "lines": lines} for name in names
    ]
    screen = draw(watch.state)
    assert len(screen) == 24
    assert max(line.cell_len for line in screen) <= 80
    text = "\n".join(line.plain for line in screen)
    assert all(name in text for name in names)
    assert "expected: 2" in text
    assert "where:    at [0] of shape" in text


def test_v_shows_what_was_given(watch):
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, KeyPressed("v"))
    assert "it was given:\nx = 1" in shown(watch)


def test_a_long_run_says_how_long(watch, monkeypatch):
    now = watching.time.monotonic()
    monkeypatch.setattr(watching.time, "monotonic", lambda: now + 7.2)
    dispatch(watch, Tick())
    assert "grading … 7 s" in shown(watch)


def test_an_error_stays_until_a_run_is_made(watch):
    dispatch(watch, Graded(result(watch, 1, error="the graders could not be run")))
    dispatch(watch, KeyPressed("z"))
    assert "the graders could not be run" in shown(watch)
    dispatch(watch, KeyPressed("r"))
    dispatch(watch, Graded(result(watch, 2, state="passed")))
    assert "could not be run" not in shown(watch)
    assert "every function passes" in shown(watch)


def test_an_error_is_no_attempt(clone, watch):
    dispatch(watch, Graded(result(watch, 1, error="the disk is full")))
    dispatch(watch, watch.next_event())
    assert attempts(clone) == 0


def test_a_message_is_shown_until_a_key_is_pressed(watch):
    dispatch(watch, Said("the system watches no more files"))
    assert "watches no more files" in shown(watch)
    dispatch(watch, KeyPressed("z"))
    assert "watches no more files" not in shown(watch)


def test_what_the_ledger_cannot_keep_is_said(clone, watch):
    clone.root.joinpath(".dojo/attempts.jsonl").unlink()
    clone.root.joinpath(".dojo/attempts.jsonl").mkdir()
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, watch.next_event())
    assert "progress is not saved" in shown(watch)


def test_a_hint_that_does_not_fit_gets_a_page_and_goes_deeper_there(watch):
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, Resized(60, 13))
    dispatch(watch, KeyPressed("h"))
    assert shown(watch).startswith("hint 1 of 3")
    dispatch(watch, KeyPressed("h"))
    assert shown(watch).startswith("hint 2 of 3")
    dispatch(watch, KeyPressed("q"))
    assert shown(watch).startswith("scaling")


def test_a_hint_is_for_the_function_in_focus(watch):
    assert "write scale in" in shown(watch)
    dispatch(watch, KeyPressed("h"))
    assert "hint 1 of 3 for scale; again" in shown(watch)
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, KeyPressed("tab"))
    assert "hint 1" not in shown(watch)
    for level in (1, 2):
        dispatch(watch, KeyPressed("h"))
        assert f"hint {level} of 3 for mean_square" in shown(watch)
    dispatch(watch, KeyPressed("tab"))
    dispatch(watch, KeyPressed("h"))
    assert "hint 2 of 3 for scale" in shown(watch)
    watch.state.records[0]["state"] = "passed"
    dispatch(watch, KeyPressed("h"))
    assert "hint 3 of 3 for mean_square" in shown(watch)


def test_hints_that_were_seen_can_be_read_again(watch):
    dispatch(watch, KeyPressed("H"))
    assert "no hint was shown yet" in shown(watch)
    for keys, level in (
        ("hh", 2), ("H", 1), ("H", 1), ("h", 2), ("zH", 2), ("H", 1), ("hh", 3),
    ):  # fmt: skip
        for key in keys:
            dispatch(watch, KeyPressed(key))
        assert f"hint {level} of 3 for scale" in shown(watch), keys


def test_the_answer_is_shown_after_y_alone(watch):
    for _ in range(3):
        dispatch(watch, KeyPressed("d"))
        assert watch.state.page is None
        said = " ".join(shown(watch).split())
        assert "that is the answer. Show anyway? y does it." in said
    dispatch(watch, KeyPressed("y"))
    assert "yours (-) and the reference (+)" in shown(watch)


def test_an_untouched_kata_is_no_attempt(clone, watch):
    dispatch(watch, Graded(result(watch, 1, state="not started")))
    dispatch(watch, watch.next_event())
    assert attempts(clone) == 0


def test_u_goes_back_step_by_step_and_says_how_to_go_forth(clone, watch):
    for text in ("one = 1\n", "two = 2\n"):
        clone.stub.write_text(text)
        for key in "xx":
            dispatch(watch, KeyPressed(key))
    for text in ("two = 2\n", "one = 1\n"):
        dispatch(watch, KeyPressed("u"))
        assert clone.stub.read_text() == text
    said = " ".join(shown(watch).split())
    assert "u goes further back; dojo undo 4 brings back what it replaced" in said
    dispatch(watch, KeyPressed("u"))
    assert "no copy of scaling is further back" in shown(watch)


def test_what_a_run_changed_is_said_in_words(watch):
    for number, rung in ((1, "shape"), (1, "values")):
        each = result(watch, number)
        for record in each.records:
            record["rung"] = rung
        dispatch(watch, Graded(each))
    said = " ".join(shown(watch).split())
    assert "scale now fails by its values, before by its shape" in said
    assert "rung" not in said


def located(function: str, edit: str) -> dict:
    where = {"lines": [7], "kind": "an operator", "edit": edit, "changes": 1}
    return RECORD | {"kata": "scaling", "function": function, "where": where}


def test_the_change_on_a_line_is_told_for_the_function_in_focus(watch):
    dispatch(watch, Graded(result(watch, 1)))
    dispatch(watch, watch.next_event())
    second = result(watch, 1).records[1]
    dispatch(watch, Located(1, [located("scale", "+ one"), second]))
    dispatch(watch, KeyPressed("h"))
    assert "scale, line 7; again for the change" in shown(watch)
    both = [located("scale", "+ one"), located("mean_square", "+ two")]
    dispatch(watch, Located(1, both))
    dispatch(watch, KeyPressed("h"))
    assert "+ one" in shown(watch), "what was shown is not forgotten"
    dispatch(watch, KeyPressed("tab"))
    for text in ("mean_square, line 7; again for the change", "+ two", "hint 1 of 3"):
        dispatch(watch, KeyPressed("h"))
        assert text in shown(watch)
        assert "+ one" not in shown(watch)


def test_an_editor_that_is_not_installed_is_said(watch, monkeypatch):
    monkeypatch.setenv("VISUAL", "no-such-editor")
    dispatch(watch, KeyPressed("e"))
    assert "no-such-editor cannot be run" in shown(watch)


@pytest.mark.parametrize("event", [KeyPressed("q"), TerminalGone()])
def test_some_events_are_the_end(watch, event):
    assert not dispatch(watch, event)


def test_a_screen_has_as_many_lines_as_the_terminal(watch):
    dispatch(watch, Graded(result(watch, 1)))
    for columns, lines in ((20, 6), (40, 12), (80, 24), (200, 50)):
        dispatch(watch, Resized(columns, lines))
        dispatch(watch, Said("a word " * columns))
        assert len(draw(watch.state)) == lines


def unread(watch, number: int) -> Result:
    """Return a run in which the text of scale cannot be read."""
    found = result(watch, number, state="passed")
    fault = {"state": "failed", "rung": "imports", "unread": True}
    excerpt = {"lines": ["k01.py:7: SyntaxError"], "excerpt": ["   7 | (", "     | ^"]}
    found.records[0] = found.records[0] | fault | excerpt
    return found


def test_a_pass_that_cannot_be_read_now_stays_in_the_count(clone, watch):
    for found in (result(watch, 1, state="passed"), unread(watch, 1)):
        dispatch(watch, Graded(found))
        dispatch(watch, watch.next_event())
    assert "2 of 2 functions pass" in shown(watch)
    assert "unread       scale        passed before, cannot be read now" in shown(watch)
    assert "   7 | (\n     | ^" in shown(watch)
    assert "since the last run: cannot be read: scale" in shown(watch)
    functions = Ledger(clone.root).read()["katas"]["scaling"]["functions"]
    assert functions["scale"]["state"] == "passed"


def test_what_never_passed_and_cannot_be_read_has_failed(watch):
    dispatch(watch, Graded(unread(watch, 1)))
    assert "1 of 2 functions pass" in shown(watch)
    assert "passed before" not in shown(watch)


def test_a_verdict_that_was_kept_says_so_and_counts_no_attempt(clone, watch):
    first, second = (result(watch, 1, state="passed") for _ in range(2))
    second.kept = {"scale": second.records[0]}
    for found in (first, second):
        dispatch(watch, Graded(found))
        dispatch(watch, watch.next_event())
    assert "scale        1 tests · unchanged" in shown(watch)
    assert "mean_square  1 tests\n" in shown(watch)
    functions = Ledger(clone.root).read()["katas"]["scaling"]["functions"]
    assert [functions[name]["attempts"] for name in ("scale", "mean_square")] == [1, 2]


def test_the_line_of_a_mistake_is_known_as_long_as_its_verdict_is_kept(clone, watch):
    place = {"lines": [3], "kind": "a name", "edit": "- x\n+ y", "changes": 1}
    first, second = result(watch, 1), result(watch, 1)
    located = [record | {"where": place} for record in first.records]
    dispatch(watch, Graded(first))
    dispatch(watch, watch.next_event())
    dispatch(watch, Located(1, located))
    second.records[0], second.kept = located[0], {"scale": located[0]}
    dispatch(watch, Graded(second))
    dispatch(watch, watch.next_event())
    places = Ledger(clone.root).read()["katas"]["scaling"]["places"]
    assert set(places) == {"scale"}


def test_a_file_that_is_gone_says_so_and_is_no_attempt(clone, watch):
    gone = result(watch, 1, state="not started")
    gone.gone = True
    dispatch(watch, Graded(gone))
    dispatch(watch, watch.next_event())
    path = "katas/ch0_tiny/k01_scaling.py"
    assert f"next: {path} is gone: x puts the stub there." in shown(watch)
    assert attempts(clone) == 0


@pytest.mark.parametrize(("key", "everything"), [("r", True), ("", False)])
def test_r_runs_everything_and_a_save_what_changed(watch, monkeypatch, key, everything):
    asked = []
    ask = watch._grader.ask
    monkeypatch.setattr(watch._grader, "ask", lambda *a: asked.append(a[1]) or ask(*a))
    dispatch(watch, KeyPressed(key) if key else Saved())
    assert asked == [everything]
