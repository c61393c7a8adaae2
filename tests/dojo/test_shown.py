"""An edit as a hint shows it: of a long statement, the lines that change alone."""

from __future__ import annotations

import ast

import pytest

from dojo.diagnosis.repair.candidates import Subject, parted
from dojo.diagnosis.repair.shown import shown

TEXT = """\
def f(x, n):
    y = x
    return {
        "é": y.sum(axis=0),  # the sum
        "b": (x + y) * n,
        "c": max(
            x,
            n,
        ),
    }
"""


def diff(old: str, new: str) -> list[str]:
    """Return the diff that mends a text in which `new` stands for `old`."""
    wrong = TEXT.replace(old, new)
    assert wrong != TEXT
    ours, theirs = (ast.parse(text).body[0] for text in (wrong, TEXT))
    (edit,) = parted(Subject(ours, [theirs], {"np"}, torch=False))
    return shown(edit, wrong.splitlines()).splitlines()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"é": y.sum(axis=0),  # the sum', '"é": x.sum(axis=0),  # the sum'),
        ('"é": y.sum(axis=0),  # the sum', '"é": y.sum(axis=1),  # the sum'),
        ('"b": (x + y) * n,', '"b": x * n,'),
        ('"b": (x + y) * n,', '"b": (x - y) * n,'),
        ("    y = x", "    y = n"),
    ],
)
def test_the_line_that_changes_is_shown_alone(old, new):
    assert diff(old, new) == [f"- {new.strip()}", f"+ {old.strip()}"]


def test_what_goes_over_several_lines_is_shown_from_its_first_to_its_last():
    long = "max(\n            x,\n            n,\n        )"
    assert diff(long, "min(\n            x * 2,\n            n,\n        )") == [
        '- "c": min(', "- x * 2,", "- n,", "- ),", '+ "c": max(x, n),',
    ]  # fmt: skip


def test_what_differs_in_several_places_is_shown_as_a_whole():
    both = '"é": y.sum(axis=0),  # the sum\n        "b": (x'
    found = diff(both, '"é": x,\n        "b": (n')
    assert found[0] == "- return {"
    assert found[-1].startswith("+ return {")
