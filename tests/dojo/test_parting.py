"""Where an answer parts from the reference: what stands there takes its place."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from dojo.diagnosis.repair.candidates import Subject, parted

REFERENCE = """
def f(x, n):
    "Return it."
    total = 0.0
    for row in x:
        if row.any():
            total += row.sum()
    return total / n
"""


def function(text: str) -> ast.FunctionDef:
    (node,) = ast.parse(dedent(text).strip()).body
    assert isinstance(node, ast.FunctionDef)
    return node


def edits(answer: str, reference: str = REFERENCE, alike: dict | None = None):
    """Return the lines of each edit, and the answer's text with it."""
    ours = function(answer)
    subject = Subject(ours, [function(reference)], {"np"}, False, alike or {})
    found = []
    for edit in parted(subject):
        with edit.made():
            found.append((edit.lines, ast.unparse(ours)))
    return found


def changed(old: str, new: str) -> str:
    assert old in REFERENCE
    return REFERENCE.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("total / n", "total * n", 7),
        ("row.sum()", "row.mean()", 6),
        ("row.any()", "row.all()", 5),
        ("in x:", "in x.T:", 4),
        ("return total / n", "pass", 7),
        ("    total = 0.0\n", "", 3),
        ("    return total / n\n", "", 6),
        ("    total = 0.0\n", "    total = 0.0\n    x = x.T\n", 4),
    ],
)
def test_one_difference_is_one_edit_at_its_line(old, new, line):
    assert edits(changed(old, new)) == [((line,), ast.unparse(function(REFERENCE)))]


def test_two_differences_are_two_edits():
    answer = changed("row.sum()", "row.mean()").replace("total / n", "total")
    assert [lines for lines, _ in edits(answer)] == [(6,), (7,)]


def test_the_same_text_has_none():
    assert edits(REFERENCE) == []


def test_a_variable_may_have_another_name_in_the_answer():
    answer = REFERENCE.replace("total", "sum_").replace("/ n", "* n")
    alike = {"total": "sum_"}
    want = ast.unparse(function(REFERENCE.replace("total", "sum_")))
    assert edits(answer, alike=alike) == [((7,), want)]


def test_what_reads_a_name_that_the_answer_lacks_is_not_put_in():
    answer = "def f(x, n):\n    a = x.mean()\n    return a\n"
    assert edits(answer, "def f(x, n):\n    a = y.mean()\n    return a\n") == []


def test_a_variable_of_the_answers_own_is_not_gone_round():
    """It may be what is wrong, and then the line that reads it is right."""
    answer = "def f(x, n):\n    b = x.mean()\n    a = n\n    return a * b\n"
    reference = "def f(x, n):\n    a = n\n    return a * x.sum()\n"
    assert [lines for lines, _ in edits(answer, reference)] == [(2,)]


def test_nothing_is_written_anew_as_a_whole():
    reference = "def f(x, n):\n    x = x * n\n    return x.sum()\n"
    assert edits("def f(x, n):\n    return 0\n", reference) == []


@pytest.mark.parametrize(
    ("differing", "lines"),
    [
        (["2: x"], (5,)),
        (["2: x", "3: a"], (5, 6)),
        (["1: a", "2: x", "3: a", "4: x"], (3,)),
    ],
)
def test_of_a_statement_of_several_lines_those_that_differ_are_named(differing, lines):
    entries = "        1: a,\n        2: x,\n        3: a,\n        4: x,\n"
    reference = f"def f(x):\n    a = x\n    return {{\n{entries}    }}\n"
    answer = reference
    for entry in differing:
        answer = answer.replace(entry, f"{entry} + 1")
    assert [named for named, _ in edits(answer, reference)] == [lines]


def test_a_loop_that_was_left_out_comes_back_with_its_own_variable():
    reference = (
        "def f(x):\n    for a in x:\n        for b in a:\n            print(b)\n"
    )
    answer = "def f(x):\n    for a in x:\n        pass\n"
    want = ast.unparse(function(reference))
    assert edits(answer, reference) == [((3,), want)]
