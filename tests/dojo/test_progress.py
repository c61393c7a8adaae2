"""Tests what a learner is told of progress: status, undo, hints, answers, report."""

from __future__ import annotations

import io
import json
import re
import sys
from unittest import mock

import pytest
from command_line import dojo
from conftest import BANK, REFERENCE
from rich.console import Console

from dojo.compare import words
from dojo.errors import UserError
from dojo.kata import catalog, stubs
from dojo.kata.stubs import stub_of
from dojo.learner import hints
from dojo.learner.ledger import Ledger
from dojo.learner.progress import new_state
from dojo.learner.status import current_kata, has_passed, next_kata, status_of
from dojo.ui.show import next_step, show_kata

SECOND = "k02_doubling"


def kata_of(clone):
    return catalog.katas(clone.root)[0]


def status(clone):
    return status_of(kata_of(clone), Ledger(clone.root).read())


def progress_of(clone):
    return Ledger(clone.root).read()["katas"]["scaling"]


def add_a_second_kata(clone):
    """Write a reference and a stub, which is all that a list needs."""
    for folder, text in (("solutions", REFERENCE), ("katas", stub_of(REFERENCE))):
        (clone.root / folder / "ch0_tiny" / f"{SECOND}.py").write_text(text)


def test_status_goes_from_not_started_to_passed(clone):
    assert status(clone).word == "not started"
    assert not status(clone).due
    clone.stub.write_text(
        stub_of(REFERENCE).replace("raise NotImplementedError", "return factor * x", 1)
    )
    assert status(clone).due
    clone.verdicts()
    assert status(clone).word == "0 of 2"
    assert not status(clone).due
    clone.answer("")
    clone.verdicts()
    assert status(clone).word == "passed"
    assert not status(clone).due


def test_status_says_that_a_passed_answer_changed(clone):
    clone.answer("")
    clone.verdicts()
    clone.answer("def mean_square(x):\n    return 0.0\n")
    assert status(clone).word == "changed since passed"
    assert status(clone).due
    clone.verdicts()
    assert status(clone).word == "changed since passed"
    assert not status(clone).due


def test_a_grader_that_changed_is_graded_again_and_marked(clone):
    clone.answer("")
    clone.verdicts()
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    before = grader.read_text()
    grader.write_text(before + "\n# a word\n")
    assert status(clone).word == "grader changed since passed"
    clone.dojo()
    assert status(clone).word == "passed"
    grader.write_text(before.replace("17.0", "18.0"))
    clone.verdicts()
    assert "grader changed since passed" in dojo(clone).out
    assert progress_of(clone)["functions"]["mean_square"]["passed"]
    assert progress_of(clone)["passed_at"]


def test_pytest_and_run_are_attempts_and_the_reference_is_none(clone):
    clone.answer("")
    clone.verdicts("--solutions")
    assert Ledger(clone.root).read()["katas"] == {}
    clone.verdicts()
    assert progress_of(clone)["attempts"] == 1
    clone.dojo("run", "--solutions")
    assert progress_of(clone)["attempts"] == 1
    clone.dojo("run", "scaling::scale")
    assert progress_of(clone)["attempts"] == 2
    assert progress_of(clone)["functions"]["mean_square"]["attempts"] == 1
    by = [event["by"] for event in Ledger(clone.root).events()]
    assert by == ["pytest", "run"]


def test_the_current_kata_is_the_last_one_until_it_is_passed(clone):
    add_a_second_kata(clone)
    first, second = catalog.katas(clone.root)
    state = Ledger(clone.root).read()
    assert current_kata(clone.root, state) == first
    assert next_kata(clone.root, state, first) == second
    assert next_kata(clone.root, state, second) == first
    Ledger(clone.root).add({"kind": "current", "kata": second.slug})
    assert current_kata(clone.root, Ledger(clone.root).read()) == second
    clone.answer("")
    clone.verdicts()
    state = Ledger(clone.root).add({"kind": "current", "kata": first.slug})
    assert current_kata(clone.root, state) == second
    assert next_kata(clone.root, state, second) is None


def test_a_clone_without_katas_says_so(clone):
    clone.reference.unlink()
    ran = dojo(clone, "hint")
    assert (ran.status, "clone the whole tree" in ran.err) == (2, True)


def test_list_is_there_as_data(clone):
    clone.answer("")
    clone.verdicts()
    assert json.loads(dojo(clone, "list", "--json").out) == {
        "schema": 1,
        "katas": [
            {
                "kata": "scaling",
                "chapter": "ch0_tiny",
                "path": "ch0_tiny/k01_scaling.py",
                "title": "Scaling",
                "level": 1,
                "minutes": 5,
                "needs": [],
                "state": "passed",
                "passed": 2,
                "functions": 2,
                "due": False,
            }
        ],
    }
    assert "passed       scaling  level 1    5 min  Scaling" in dojo(clone, "list").out


def test_the_overview_names_the_next_step(clone):
    add_a_second_kata(clone)
    begin = dojo(clone)
    assert "0 of 2 katas passed" in begin.out
    path = "katas/ch0_tiny/k01_scaling.py, then dojo run scaling"
    assert f"next: fill in scale in {path}" in begin.out
    clone.answer("def scale(x, factor=3.0):\n    return x\n")
    clone.verdicts()
    assert f"next: edit {path}" in dojo(clone).out
    clone.answer("")
    clone.verdicts()
    assert "1 of 2 katas passed" in dojo(clone).out
    assert "then dojo run doubling" in dojo(clone).out
    (clone.root / "solutions" / "ch0_tiny" / f"{SECOND}.py").unlink()
    assert dojo(clone).out.endswith("Every kata is passed.\n")


@pytest.mark.parametrize("command", ["", "list", "report", "hint", "undo"])
def test_a_broken_progress_file_is_told_by_each_command(clone, command):
    folder = clone.root / ".dojo"
    folder.mkdir()
    (folder / "state.json").write_text("{")
    ran = dojo(clone, *command.split())
    assert ran.err.count("it is kept as .dojo/state.broken-1.json") == 1
    assert (folder / "state.broken-1.json").read_text() == "{"


def test_a_clone_that_cannot_be_written_to_still_grades(clone):
    (clone.root / ".dojo").write_text("a file where the folder should be")
    clone.answer("")
    ran = clone.graded()
    assert ran.status == 0
    assert "progress is not saved" in ran.err
    assert dojo(clone, "list").status == 0
    reset = dojo(clone, "reset", "scaling")
    assert reset.status == 2
    assert "nothing was reset" in reset.err
    assert "def mean_square" in clone.stub.read_text()
    assert "NotImplementedError" not in clone.stub.read_text()


def test_undo_of_one_kata_leaves_a_later_reset_of_another(clone):
    add_a_second_kata(clone)
    other = clone.root / "katas" / "ch0_tiny" / f"{SECOND}.py"
    clone.answer("")
    mine = clone.stub.read_text()
    other.write_text(mine)
    dojo(clone, "reset", "scaling")
    dojo(clone, "reset", "doubling")
    dojo(clone, "undo", "scaling")
    assert clone.stub.read_text() == mine
    assert other.read_text() == stub_of(REFERENCE)


def test_undo_without_a_reset_says_so(clone):
    ran = dojo(clone, "undo")
    assert (ran.status, "nothing to undo" in ran.err) == (2, True)


def write_hints(clone, **hints):
    """Write a page that has nothing but hints: for each function a text a level."""
    lines = ["## Hints\n"]
    for function, texts in hints.items():
        lines.append(f"### `{function}`\n")
        for level, text in enumerate(texts, 1):
            lines.append(f'??? tip "Hint {level}"\n    {text}\n')
    page = clone.root / "docs/en/ch0_tiny/k01_scaling.md"
    page.write_text("\n".join(lines), "utf-8")
    return page


def test_hints_go_deeper_and_are_kept(clone):
    page = write_hints(clone, scale=["Look at 1.", "Look at 2."])
    said = [dojo(clone, "hint", "scaling").out for _ in range(3)]
    first = "scaling · hint 1 of 2 for scale; again for a deeper one\n\nLook at 1."
    last = "scaling · hint 2 of 2 for scale\n\nLook at 2."
    assert first in said[0]
    assert [last in one for one in said] == [False, True, True]
    assert progress_of(clone)["hints"] == 2
    assert "Look at 1." in dojo(clone, "hint", "scaling", "--level", "1").out
    beyond = dojo(clone, "hint", "scaling", "--level", "7")
    assert (beyond.status, "scale has hints 1 to 2" in beyond.err) == (2, True)
    page.unlink()
    none = dojo(clone, "hint", "scaling")
    assert (none.status, "dojo docs scaling" in none.err) == (2, True)


def test_each_function_has_its_own_hints_and_its_own_level(clone):
    write_hints(clone, scale=["S1", "S2", "S3"], mean_square=["M1", "M2", "M3"])
    said = [
        dojo(clone, "hint", f"scaling::{name}").out
        for name in ("scale", "scale", "mean_square", "scale")
    ]
    assert [re.findall(r"\b[SM]\d", text) for text in said] == [
        ["S1"], ["S2"], ["M1"], ["S3"],
    ]  # fmt: skip
    assert progress_of(clone)["levels"] == {"scale": 3, "mean_square": 1}
    assert progress_of(clone)["hints"] == 4
    assert "4 hints (scale 3, mean_square 1)" in dojo(clone, "report").out
    assert dojo(clone, "hint", "scaling::nothing").status == 2


def test_a_hint_is_for_the_first_function_that_is_not_passed(clone):
    write_hints(clone, scale=["S1"], mean_square=["M1"])
    assert "for scale" in dojo(clone, "hint").out
    clone.answer("def mean_square(x):\n    return float((x * x).sum())\n")
    clone.verdicts()
    assert "for mean_square" in dojo(clone, "hint", "scaling").out
    clone.answer("")
    clone.verdicts()
    assert "for scale" in dojo(clone, "hint", "scaling").out


def test_a_class_gives_the_hints_of_its_methods_together(clone):
    write_hints(clone, **{"scale.first": ["F1", "F2"], "scale.then": ["T1", "T2"]})
    said = dojo(clone, "hint", "scaling::scale").out
    assert said.index("`scale.first`:\n\nF1") < said.index("`scale.then`:\n\nT1")
    assert "F2" not in said


LINKED = "See [the proof](#derivation), [NumPy](https://numpy.org/a) and `a[i](#b)`."


def test_a_link_of_a_hint_is_text_with_its_address(clone):
    page = write_hints(clone, scale=[LINKED])
    text = "See the proof, NumPy and `a[i](#b)`.\n\nthe proof: "
    said = dojo(clone, "hint", "scaling").out
    assert f"{text}dojo docs scaling#derivation\nNumPy: https://numpy.org/a\n" in said
    built = clone.root / "site/en/ch0_tiny/k01_scaling.html"
    built.parent.mkdir(parents=True)
    built.touch()
    said = dojo(clone, "hint", "scaling").out
    assert f"{text}{built.as_uri()}#derivation\n" in said
    page.write_text(page.read_text().replace("#derivation", "k02_other.md#idea"))
    assert "the proof: docs/en/ch0_tiny/k02_other.md\n" in dojo(clone, "hint").out
    built.with_name("k02_other.html").touch()
    address = built.with_name("k02_other.html").as_uri()
    assert f"the proof: {address}#idea\n" in dojo(clone, "hint").out


def test_the_answer_shows_after_a_pass_or_when_asked(clone):
    assert dojo(clone, "solution", "scaling").status == 2
    assert dojo(clone, "diff", "scaling").status == 2
    assert "_checked" in dojo(clone, "solution", "scaling", "--anyway").out
    clone.stub.write_text(REFERENCE)
    clone.verdicts()
    shown = dojo(clone, "solution", "scaling::mean_square").out
    assert "square(x).mean()" in shown
    assert "_checked" not in shown
    same = dojo(clone, "diff", "scaling")
    assert same.status == 0
    assert same.out == "Your answer is the reference, to the letter.\n"


def test_a_pass_of_long_ago_still_opens_the_answer(clone):
    clone.answer("")
    clone.verdicts()
    clone.stub.write_text(stub_of(REFERENCE))
    state = Ledger(clone.root).read()
    assert has_passed(kata_of(clone), state)
    del state["katas"]["scaling"]["functions"]["scale"]  # which came with a release
    assert has_passed(kata_of(clone), state)
    assert not has_passed(kata_of(clone), new_state())


def test_a_pass_function_by_function_opens_the_answer(clone):
    clone.answer("")
    clone.verdicts()
    state = Ledger(clone.root).read()
    state["katas"]["scaling"]["passed_at"] = None  # no run graded both functions
    assert has_passed(kata_of(clone), state)


def test_diff_is_of_the_function_that_is_named(clone):
    clone.answer("def mean_square(x):\n    return 0.0\n")
    whole = dojo(clone, "diff", "scaling", "--anyway").out
    clone.stub.write_text(REFERENCE.replace("_checked(factor) * x", "factor * x"))
    part = dojo(clone, "diff", "scaling::mean_square", "--anyway").out
    other = dojo(clone, "diff", "scaling::scale", "--anyway").out
    assert "-    return 0.0" in whole
    assert part == "Your answer is the reference, to the letter.\n"
    assert "-    return factor * x\n+    return _checked(factor) * x" in other


@pytest.mark.skipif(sys.platform != "linux", reason="such a file is in Linux' /proc")
@pytest.mark.parametrize("words", ["list", "report", "diff", "diff scaling --anyway"])
def test_an_answer_that_cannot_be_read_is_told_by_name(clone, words):
    clone.stub.unlink()
    clone.stub.symlink_to("/proc/self/mem")  # which nobody can read from its start
    ran = dojo(clone, *words.split())
    assert ran.status == 2
    assert ran.err.startswith(f"dojo: {clone.stub} cannot be read (")


def test_diff_without_an_answer_says_how_to_begin(clone):
    clone.stub.unlink()
    ran = dojo(clone, "diff", "--anyway")
    assert (ran.status, "dojo reset scaling brings the stub" in ran.err) == (2, True)


def test_report_has_attempts_mistakes_and_hints(clone):
    clone.answer("def mean_square(x):\n    return float((x * x).sum())\n")
    clone.verdicts()
    clone.verdicts()
    Ledger(clone.root).add({"kind": "hint", "kata": "scaling", "level": 2})
    report = json.loads(dojo(clone, "report", "--json").out)
    (day, times), *_ = report.pop("days").items()
    assert (day, times) == (next(Ledger(clone.root).events())["at"][:10], 2)
    (kata,) = report.pop("katas")
    minutes = report.pop("minutes")
    assert report == {"schema": 1, "passed": 0, "attempts": 2, "hints": 2}
    says = "The squares are summed: divide by their number."
    assert kata == {
        "kata": "scaling",
        "title": "Scaling",
        "state": "1 of 2",
        "passed": 1,
        "functions": 2,
        "attempts": 2,
        "minutes": minutes,
        "planned_minutes": 5,
        "hints": 2,
        "levels": {},
        "passed_at": None,
        "tiers": {},
        "mistakes": [{"code": "sums", "times": 2, "says": says}],
    }
    lines = dojo(clone, "report").out
    assert lines.startswith("0 of 1 katas passed, 2 attempts, ")
    assert f"\n  2 × sums: {says}\n" in lines


def test_report_of_a_learner_who_tried_nothing_says_how_to_begin(clone):
    assert dojo(clone, "report").out.endswith("next: dojo watch\n")


def test_report_is_a_page_that_asks_for_nothing_else(clone):
    bank = clone.root / "tests" / "ch0_tiny" / "mistakes_k01_scaling.py"
    bank.write_text(BANK.replace("The squares are summed", "x < y & the rest"))
    clone.answer("def mean_square(x):\n    return float((x * x).sum())\n")
    clone.verdicts()
    assert dojo(clone, "report", "--html", "report.html").status == 0
    page = (clone.root / "report.html").read_text()
    assert page.count('<ul class="bars"') == 2
    assert "x &lt; y &amp; the rest: divide by their number." in page
    for request in ("src=", "href=", "url(", "<script", "@import"):
        assert request not in page


def test_no_page_is_written_over_an_answer(clone):
    before = clone.stub.read_text()
    for command in ("report", "capstone"):
        ran = dojo(clone, command, "--html", "katas/ch0_tiny/k01_scaling.py")
        assert (ran.status, "is among your answers" in ran.err) == (2, True)
    assert clone.stub.read_text() == before


def test_report_names_a_page_that_cannot_be_written(clone):
    ran = dojo(clone, "report", "--html", "docs")
    assert ran.status == 2
    assert ran.err == (
        "dojo: docs cannot be written (Is a directory): name another file\n"
    )


def test_explain_shows_the_line_the_idea_and_an_input_with_both_results(clone):
    """The graders run the mistake, in the process of their own that they have."""
    said = dojo(clone, "explain", "takes-the-root").out
    assert "it has:\n    return float(np.sqrt(np.square(x).mean()))\n" in said
    assert "the idea:\n    Square, then take the mean.\n" in said
    where = said.partition("where it shows: ")[2].splitlines()
    assert where[:4] == [
        "(9 + 25) / 2 = 17",
        "    mean_square(np.array([3., 5.]))",
        "    with the mistake: 4.12311",
        "    right:            17",
    ]


def test_explain_begins_where_the_learner_made_the_mistake(clone, monkeypatch):
    monkeypatch.setattr("dojo.ui.explain.example", lambda *given: ["an example"])
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    add_a_second_kata(clone)
    bank.with_name(f"mistakes_{SECOND}.py").write_text(bank.read_text())
    said = dojo(clone, "explain", "sums").out
    assert said.index("scaling::") < said.index("an example") < said.index("doubling::")
    assert said.count("an example") == 1
    result = {"state": "failed", "rung": "values", "code": "sums"}
    Ledger(clone.root).add(
        {
            "kind": "attempt", "kata": "doubling", "by": "run", "answer": "a",
            "grader": "g", "since": 0.0, "whole": False,
            "functions": {"mean_square": result},
        }
    )  # fmt: skip
    said = dojo(clone, "explain", "sums").out
    assert said.index("doubling::") < said.index("an example") < said.index("scaling::")


def test_explain_says_that_an_example_cannot_be_had(clone, monkeypatch):
    def broken(*given):
        raise UserError("the graders could not be run")

    monkeypatch.setattr("dojo.ui.mistake_example.grade", broken)
    ran = dojo(clone, "explain", "sums")
    assert ran.status == 0
    assert "no example, for the graders cannot run: dojo check scaling\n" in ran.out


def test_explain_says_what_a_code_means_and_where_to_go_on(clone, monkeypatch):
    monkeypatch.setattr("dojo.ui.explain.example", lambda *given: [])
    assert "takes_the_root" in BANK
    said = dojo(clone, "explain", "takes-the-root").out
    assert "takes-the-root · scaling::mean_square\nA root is taken" in said
    assert "theory: dojo docs scaling#common-mistakes\n" in said
    assert said.endswith("then dojo run scaling::mean_square\n")
    assert "reversed along an axis" in dojo(clone, "explain", "flipped").out
    built = clone.root / "site" / "en" / "ch0_tiny" / "k01_scaling.html"
    built.parent.mkdir(parents=True)
    built.touch()
    said = dojo(clone, "explain", "takes-the-root").out
    assert f"theory: {built.as_uri()}#mistake-takes-the-root\n" in said


def test_explain_names_the_code_that_may_have_been_meant(clone):
    ran = dojo(clone, "explain", "take-the-root")
    assert (ran.status, "did you mean takes-the-root?" in ran.err) == (2, True)
    ran = dojo(clone, "explain", "nothing-of-that-kind")
    assert (ran.status, "a failing verdict names one" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "command",
    [
        "list", "list --json", "report", "report --json", "explain flipped", "hint",
        "diff --anyway", "open", "reset scaling", "undo", "sync", "bench",
    ],
)  # fmt: skip
def test_a_command_that_grades_nothing_loads_neither_numpy_nor_torch(clone, command):
    clone.answer("")
    stubs.reset(kata_of(clone))
    clone.answer("\n# edited\n")
    words = ["-X", "importtime", "-m", "dojo", *command.split()]
    ran = clone.run(*words, VISUAL="", EDITOR="true")
    assert ran.status == (1 if command == "sync" else 0), ran.err
    loaded = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert "dojo.ui.cli" in loaded
    assert not {name for name in loaded if re.match(r"(numpy|torch|pytest)\b", name)}


def make_optional(clone, name="mean_square"):
    text = clone.reference.read_text().replace(
        "Needs: nothing", f"Needs: nothing\nOptional: {name}"
    )
    clone.reference.write_text(text)
    clone.stub.write_text(stub_of(text))
    return text


def write_the_required(clone):
    text = clone.stub.read_text()
    clone.stub.write_text(text.replace("raise NotImplementedError", SCALES, 1))


SCALES = """if factor < 0:
        raise ValueError
    return factor * x"""


def test_an_optional_function_holds_no_kata_back(clone):
    make_optional(clone)
    write_the_required(clone)
    clone.verdicts()
    assert status(clone).word == "passed"
    assert (status(clone).passed, status(clone).total) == (1, 1)
    assert progress_of(clone)["passed_at"]
    assert next_kata(clone.root, Ledger(clone.root).read()) is None
    assert dojo(clone).out.endswith("Every kata is passed.\n")


def test_an_optional_function_that_is_wrong_holds_no_kata_back(clone):
    make_optional(clone)
    write_the_required(clone)
    text = clone.stub.read_text()
    clone.stub.write_text(text.replace("raise NotImplementedError", "return 0.0"))
    assert clone.verdicts()["mean_square"]["state"] == "failed"
    assert status(clone).word == "passed"
    assert progress_of(clone)["passed_at"]


def test_an_optional_function_is_offered_after_the_others_have_passed(clone):
    make_optional(clone, "scale")  # which comes first
    (kata,) = catalog.katas(clone.root)
    ledger = Ledger(clone.root)
    assert hints.function_at(kata, ledger) == "mean_square"
    text = clone.stub.read_text()
    head, _, tail = text.rpartition("raise NotImplementedError")
    clone.stub.write_text(f"{head}return float((x * x).mean()){tail}")
    assert clone.verdicts()["scale"]["state"] == "skipped"
    assert hints.function_at(kata, ledger) == "scale"
    out = io.StringIO()
    records = [
        {"function": "scale", "state": "skipped", "because": ""},
        {"function": "mean_square", "state": "passed", "because": "", "passes": 2},
    ]
    show_kata(Console(file=out), kata, records)
    assert out.getvalue().splitlines() == [
        "scaling · Scaling · 1 of 1 passed",
        "  optional     scale",
        "  passed       mean_square  2 tests",
    ]
    assert next_step(kata, records).startswith("scale may be written too (optional)")


def test_what_a_passing_function_prints_is_shown_when_asked():
    printed = "".join(f"line {number}\n" for number in range(8))
    records = [
        {"function": "scale", "state": "passed", "because": "", "passes": 2,
         "printed": printed},
    ]  # fmt: skip
    shown = {}
    for asked in (False, True):
        out = io.StringIO()
        kata = mock.Mock(slug="scaling", title="Scaling")
        show_kata(Console(file=out), kata, records, printed=asked)
        shown[asked] = out.getvalue()
    assert "line" not in shown[False]
    assert all(f"| line {number}\n" in shown[True] for number in range(8))


@pytest.mark.parametrize("name", ["ch0_tiny", "ch0", "0", "tiny", "katas/ch0_tiny/"])
def test_a_chapter_can_be_graded(clone, name):
    add_a_second_kata(clone)
    found = catalog.of_chapter(clone.root, name)
    assert [kata.slug for kata in found] == ["scaling", "doubling"]


def test_run_takes_a_chapter(clone, monkeypatch):
    graded = []
    monkeypatch.setattr(
        "dojo.worker.grade.grade",
        lambda root, katas, *a, **k: graded.extend(katas) or [],
    )
    add_a_second_kata(clone)
    assert dojo(clone, "run", "ch0").status == 1
    assert [kata.slug for kata in graded] == ["scaling", "doubling"]
    ran = dojo(clone, "run", "ch7")
    assert (ran.status, "there is no kata 'ch7'" in ran.err) == (2, True)


def test_an_optional_function_alone_is_no_pass(clone, monkeypatch):
    record = {"kata": "scaling", "function": "scale", "state": "skipped", "because": ""}
    monkeypatch.setattr("dojo.worker.grade.grade", lambda *a, **k: [record])
    assert dojo(clone, "run", "scaling::scale", "--solutions", "--json").status == 1


def test_the_version_is_said(clone):
    ran = dojo(clone, "--version")
    assert ran.status == 0
    assert re.match(r"dojo \d+\.\d+\.\d+, Python 3\.\d+\.\d+, torch \d", ran.out)


def test_an_error_that_announces_lines_is_told_with_them():
    missing = RuntimeError("Error(s) in loading for Net:\n\tMissing key(s): w.\n")
    assert words.said(missing) == "Error(s) in loading for Net: Missing key(s): w."
    assert words.said(RuntimeError("one\ntwo")) == "one"
