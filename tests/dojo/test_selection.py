"""A part of a function's tests proves nothing; nor do the verdicts of another run."""

import json

import pytest

from dojo.learner.ledger import Ledger

WRONG_DEFAULT = """
    def scale(x, factor=2.0):
        return _checked(factor) * x
"""
CRASHES = """
    import ctypes

    def scale(x, factor=3.0):
        ctypes.string_at(0)
"""


@pytest.mark.parametrize(
    "selection",
    [
        ["-k", "multiplies or refuses or mean_square"],
        ["tests/ch0_tiny/test_k01_scaling.py::test_scale_multiplies_each_entry"],
    ],
)
def test_a_selection_of_tests_is_no_progress(clone, selection):
    clone.answer(WRONG_DEFAULT)
    ran = clone.graded(*selection)
    assert ran.status == 0, ran.out
    assert Ledger(clone.root).read()["katas"] == {}


@pytest.mark.parametrize("whose", [["--solutions"], ["--katas=hers"]])
def test_answers_of_somebody_else_are_no_progress(clone, whose):
    clone.answer("", folder="hers")
    assert clone.graded(*whose).status == 0
    assert Ledger(clone.root).read()["katas"] == {}
    clone.answer("")
    clone.graded()
    assert Ledger(clone.root).read()["katas"] != {}


def test_last_failed_grades_only_what_failed(clone):
    clone.answer(WRONG_DEFAULT)
    grade = ["tests/ch0_tiny", "-p", "cacheprovider", "--lf"]
    assert list(clone.verdicts(*grade)) == ["scale", "mean_square"]
    assert list(clone.verdicts(*grade)) == ["scale"]


def test_a_function_with_a_test_that_did_not_run_has_not_passed(clone):
    clone.answer(WRONG_DEFAULT)
    grader = clone.root / "tests" / "ch0_tiny" / "test_k01_scaling.py"
    text = grader.read_text("utf-8").replace("import forbids", "import slow, forbids")
    text = text.replace("assert_close, ", "assert_close, slow, ")
    name = "def test_mean_square_of_three_and_five"
    text = text.replace(name, f"@slow(9)\n{name}")
    grader.write_text(text, "utf-8")
    verdict = clone.verdicts("-x", "-k", "mean_square or default")["mean_square"]
    assert verdict["state"] == "failed"
    assert "the run ended before" in verdict["because"]


def test_a_crash_leaves_no_verdicts_of_another_run(clone):
    target = clone.root / "new" / "found.json"
    clone.answer("")
    assert clone.graded(f"--verdicts={target}").status == 0
    assert target.is_file()
    clone.answer(CRASHES)
    assert clone.pytest(f"--verdicts={target}").status not in (0, 1)
    functions = json.loads(target.read_text("utf-8"))["functions"]
    assert {verdict["state"] for verdict in functions} == {"failed"}
    assert "was not graded" in functions[0]["because"]


@pytest.mark.parametrize("option", ["--katas=", "--verdicts=tests"])
def test_an_option_that_cannot_be_meant_is_refused(clone, option):
    ran = clone.graded(option)
    assert ran.status == 4
    assert option.partition("=")[0] in ran.err


def test_a_folder_of_another_layout_is_told(clone):
    clone.answer("", folder="hers")
    ran = clone.graded("--katas=hers/ch0_tiny")
    assert ran.status == 1
    assert "lay it out as katas/ is" in ran.out
