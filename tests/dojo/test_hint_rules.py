"""Tests that a hint below the last one gives no part of the reference away."""

from __future__ import annotations

import ast

import pytest
from conftest import REPOSITORY

from dojo.check import hint_rules
from dojo.check.likeness import expressions_in, given_away, size
from dojo.kata import catalog, pages

REFERENCE = ast.parse('''
def _power(z):
    return np.exp(-np.abs(z))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return `a * b + c * d`, which a docstring may say."""
    decay = _power(z)
    return np.where(z >= 0, 1.0, decay) / (1.0 + decay)


def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


class Line:
    def forward(self, x):
        return torch.sum(self.weight * x, dim=1, keepdim=True)
''')
GIVES_AWAY = {
    "as it is": "Return `np.where(z >= 0, 1.0, decay) / (1.0 + decay)`.",
    "of a helper": "Let `d = np.exp(-np.abs(z))`.",
    "in other names": "Take `(g(a + e) - g(a - e)) / (2 * e)`.",
    "in another order": "Take `(f(h + x) - f(x - h)) / (h * 2)`.",
    "with 1 for 1.0": "Take `np.where(z >= 0, 1, decay) / (decay + 1)`.",
    "inside another": "Try `scale * np.exp(-np.abs(z)) + 1`.",
    "in a fence": "Like this:\n\n```python\nd = np.exp(-np.abs(z))\n```\n",
    "in a fence with an indent": "1. So:\n\n    ```\n    np.exp(-np.abs(z))\n    ```\n",
    "beside what is no Python": "```\nfor each z:\n    np.exp(-np.abs(z))\n```\n",
    "of a method": "`torch.sum(x * self.weight, keepdim=True, dim=1)` or so",
    "in two backticks": "``np.exp(-np.abs(z))``",
    "as a line that returns": "`return np.exp(-np.abs(z))`",
}


@pytest.mark.parametrize("how", GIVES_AWAY)
def test_a_part_of_the_reference_is_found(how):
    assert len(given_away(GIVES_AWAY[how], REFERENCE, 1)) == 1, "the largest alone"


@pytest.mark.parametrize(
    "text",
    [
        "Only a negative number is exponentiated.",
        "`np.exp(...)` of what, and `1 + decay` of what?",
        "`np.exp(np.abs(z))` overflows.",
        "`np.expm1(-np.abs(z))`",
        "`(f(x + h) - f(x)) / h`, on one side",
        "`(f(x + h) - f(y - h)) / (2 * h)`",
        "`a * b + c * d`",
        "`np.where(z >= 0, ..., decay) / (1 + ...)`",
        "`no Python: at all`",
        "np.exp(-np.abs(z)), which is no code",
    ],
)
def test_what_is_no_part_of_it_is_left_alone(text):
    assert given_away(text, REFERENCE, 2) == []


def test_an_expression_without_a_name_is_found_too():
    tree = ast.parse("def f():\n    return 1 + 2 * 3 - 4\n")
    assert given_away("`3 * 2 + 1 - 4`", tree, 2) == ["3 * 2 + 1 - 4"]


def test_what_is_small_is_no_secret():
    assert given_away("`np.exp(-np.abs(z))`", REFERENCE, 2) == ["np.exp(-np.abs(z))"]
    assert given_away("`np.exp(-np.abs(z))`", REFERENCE, 3) == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("x", 0), ("-1", 0), ("-x", 1), ("a + b", 1), ("f(a)", 1), ("a < b < c", 2),
        ("a and b and c", 2), ("a if b else c", 1), ("x.shape[1:]", 0),
        ("(f(x + h) - f(x - h)) / (2 * h)", 7),
    ],
)  # fmt: skip
def test_operators_and_calls_are_counted(code, count):
    assert size(ast.parse(code, mode="eval").body) == count


def test_gaps_are_read_as_python():
    (code,) = {ast.unparse(node) for node in expressions_in("`f(…)`")} - {"f", "..."}
    assert code == "f(...)"


def with_hints(clone, old, new):
    """Return the kata of the tiny clone, with another text on its page."""
    (kata,) = catalog.katas(clone.root)
    text = kata.page.read_text("utf-8")
    assert old in text
    kata.page.write_text(text.replace(old, new), "utf-8")
    return kata


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "    Square, then take the mean.",
            "    `float(np.square(x).mean())`",
            "hint 2 for mean_square gives away 'float(np.square(x).mean())'",
        ),
        ("Which one belongs to a factor?", "", "hint 1 for scale asks nothing"),
        ("`np.square(x)...`", "`np.square(x)`", "hint 3 for mean_square has no gap"),
    ],
)
def test_hints_that_do_not_deepen_are_complained_about(clone, old, new, says):
    (text,) = hint_rules.complaints(with_hints(clone, old, new))
    assert says in text
    assert "; " in text


def test_the_last_hint_may_say_a_part_of_it(clone):
    kata = with_hints(clone, "`np.square(x)...`", "`float(np.square(x).mean()...`")
    assert list(hint_rules.complaints(kata)) == []


KATAS = [k for k in catalog.katas(REPOSITORY) if not isinstance(k, catalog.Hunt)]


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.slug)
def test_no_page_gives_its_kata_away(kata):
    assert pages.hints(kata).keys() != set()
    assert list(hint_rules.complaints(kata)) == []
