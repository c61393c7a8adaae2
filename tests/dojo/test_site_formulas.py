"""Holds the formulas of every page against the reference, torch and autograd."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

from dojo.check import claim_form, claims
from dojo.check.claim_form import WrongForm, read
from dojo.check.network import network
from dojo.kata import catalog, pages

KATAS = catalog.katas(REPOSITORY)


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.slug)
def test_every_claim_of_a_page_holds(kata):
    assert claims.complaints(kata) == []


def test_backpropagation_is_claimed_step_by_step():
    (kata,) = (kata for kata in KATAS if kata.slug == "two-layer-backprop")
    text = pages.source(kata)
    assert list(claim_form.bare_formulas(text)) == []
    found = claim_form.statements(text)
    assert sum(statement.kind == "network" for statement in found) >= 10


@pytest.mark.parametrize(
    "claim",
    [
        "dW2 = A1 @ dZ2.T",
        "dW2 = dZ2 @ A1.T / m",
        "dZ2 = A2 - Y",
        "dZ1 = dA1 * (1 - A1)",
        "db1 = dZ1.sum(axis=1)",
        "dQ = dZ1",
        "m * dZ2 == Y - A2",
    ],
)
def test_a_wrong_claim_of_the_network_is_found(claim):
    found = [read(1, "claim", claim)]
    if found[0].kind == "claim":
        found.append(read(2, "claim", "dZ2 = (A2 - Y) / m"))
    (broken,) = claims.broken(found, {}, 0)
    assert broken[0] is found[0]


@pytest.mark.parametrize("seed", claims.SEEDS)
def test_no_two_sizes_of_the_network_are_equal_for_every_seed(seed):
    arrays = network(seed)
    assert len({*arrays["X"].shape, arrays["W1"].shape[0], arrays["W2"].shape[0]}) >= 3


def page_with(clone, *lines):
    """Return the kata of the tiny clone, with lines put after its formula."""
    (kata,) = catalog.katas(clone.root)
    text = kata.page.read_text("utf-8")
    old = "<!-- dojo:claim scale(x, 2.5) == 2.5 * x -->\n"
    assert old in text
    new = "".join(f"<!-- dojo:{line} -->\n" for line in lines)
    kata.page.write_text(text.replace(old, new), "utf-8")
    return kata


HOLDS = [
    "scale(x, 2.5) == 2.5 * x",
    "scale(x).shape == (3, 5)",
    "float(mean_square(x)) == float((x ** 2).mean())",
    "(scale(x) == 3 * x).all() == True",
    "autograd(lambda t: (t ** 2).sum(), x) == [2 * x]",
    "autograd(lambda t, u: (t * u).sum(), x, 2 * x) == [2 * x, x]",
    "torch.tensor(x).T == x.T",
    "math.inf == np.exp(np.float64(1000))",
    "[len(row) for row in x] == [5, 5, 5]",
    "str(x.dtype) == 'float64'",
    "{'a': x, 'b': 1} == {'b': 1, 'a': x}",
]


@pytest.mark.parametrize("claim", HOLDS)
def test_what_holds_is_no_complaint(clone, claim):
    kata = page_with(clone, "let x = rng.normal(size=(3, 5))", f"claim {claim}")
    assert claims.complaints(kata) == []


BROKEN = {
    "scale(x, 2.5) == 2.6 * x": "the left side is ",
    "scale(x, 2.5) == 2.5 * x + 1e-8": "the right side ",
    "scale(x, 2.5) == 2.5 * x.T": "has shape (3, 5), the right side (5, 3)",
    "mean_square(x[0]) == scale(x[0])": "has shape (), the right side (5,)",
    "scale(x).shape == (3, 4)": "the left side is 5, the right side 4",
    "scale(x).shape == (3, 5, 1)": "has 2 parts, the right side 3",
    "2**53 == 2**53 + 1": "the left side is 9007199254740992",
    "autograd(lambda t: (t ** 2).sum(), x) == [x]": "the left side is ",
    "scale(x, -1.0) == -x": "raises ValueError: the factor must not be negative",
    "scale(y) == 3 * y": "raises NameError: name 'y' is not defined",
    "np.log(-1.0) == np.log(-1.0) + 1": "the left side is nan",
    "(scale(x) > 0).all() == (x < 0).all() + 1": "the right side ",
    "'a' == 'b'": "the left side is 'a', the right side 'b'",
}


@pytest.mark.parametrize("claim", BROKEN)
def test_what_does_not_hold_is_a_complaint_with_line_numbers_and_remedy(clone, claim):
    kata = page_with(clone, "let x = rng.normal(size=(3, 5))", f"claim {claim}")
    (text,) = claims.complaints(kata)
    lines = kata.page.read_text("utf-8").splitlines()
    line = lines.index(f"<!-- dojo:claim {claim} -->") + 1
    assert text.startswith(f"docs/en/ch0_tiny/k01_scaling.md:{line}: the claim ")
    assert BROKEN[claim] in text
    assert "correct the formula or its claim" in text


def test_a_claim_that_holds_for_one_seed_alone_is_found(clone):
    kata = page_with(clone, "let x = rng.integers(2)", "claim x * (x - 1) == -x + 1")
    (text,) = claims.complaints(kata)
    assert "the left side is 0, the right side 1" in text


def test_a_name_that_cannot_be_given_is_told_once(clone):
    kata = page_with(clone, "let x = nothing(3)", "claim scale(x) == 3 * x")
    (text,) = claims.complaints(kata)
    assert "the name x = nothing(3) raises NameError" in text


@pytest.mark.parametrize("name", ["scale", "np", "autograd"])
def test_a_page_cannot_be_held_against_itself(clone, name):
    kata = page_with(clone, f"let {name} = lambda x: 3 * x", "claim 1 + 1 == 2")
    (text,) = claims.complaints(kata)
    assert f"{name} is given another meaning" in text


MISSHAPEN = {
    "claim scale(x)": "is no LEFT == RIGHT",
    "claim scale(x) > 0": "put brackets around any other comparison",
    "claim a > b == True": "put brackets around any other comparison",
    "claim a == b == c": "put brackets around any other comparison",
    "claim a b": "write Python",
    "claim none:": "gives no reason; write why",
    "let 3": "is no NAME = EXPRESSION",
    "let a == 3": "is no NAME = EXPRESSION",
    "claim scale(x) == scale( x )": "cannot fail",
}


@pytest.mark.parametrize("line", MISSHAPEN)
def test_a_claim_that_says_nothing_is_a_complaint_with_its_line(clone, line):
    kata = page_with(clone, line)
    lines = kata.page.read_text("utf-8").splitlines()
    number = lines.index(f"<!-- dojo:{line} -->") + 1
    texts = list(claim_form.complaints(pages.source(kata)))
    (text,) = (text for text in texts if text.startswith(f"line {number}: "))
    assert MISSHAPEN[line] in text


def test_a_claim_that_repeats_what_a_name_stands_for_cannot_fail(clone):
    kata = page_with(clone, "let y = 2 * 3", "claim y == 2 * 3")
    (text,) = claim_form.complaints(pages.source(kata))
    assert "cannot fail" in text


def test_two_draws_are_not_the_same():
    text = "<!-- dojo:let a = rng.normal() -->\n<!-- dojo:let b = rng.normal() -->\n"
    text += "<!-- dojo:claim a - b == b - a -->\n"
    assert list(claim_form.complaints(text)) == []


def test_a_comparison_in_brackets_does_not_end_the_left_side():
    statement = read(1, "claim", "(a == b).all() == np.array([c == d])[0]")
    assert (statement.left, statement.right) == (
        "(a == b).all()",
        "np.array([c == d])[0]",
    )


@pytest.mark.parametrize("text", ["a =", "(", "", "a == b; c == d"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(WrongForm):
        read(1, "claim", text)


FORMULA = "## Derivation\n\n$$\na\n$$\n"


@pytest.mark.parametrize(
    ("below", "bare"),
    [
        ("", [3]),
        ("Text.\n", [3]),
        ("\n<!-- dojo:claim 1 + 1 == 2 -->\n", []),
        ("<!-- dojo:let a = 1 -->\n<!-- dojo:claim a + 1 == 2 -->\n", []),
        ("<!-- dojo:let a = 1 -->\n", [3]),
        ("<!-- dojo:claim none: it defines a letter -->\n", []),
        ("$$\nb\n$$\n<!-- dojo:claim 1 + 1 == 2 -->\n", [3]),
        ("Text.\n<!-- dojo:claim 1 + 1 == 2 -->\n", [3]),
    ],
)
def test_a_formula_of_the_derivation_is_followed_by_its_claim(below, bare):
    assert list(claim_form.bare_formulas(FORMULA + below)) == bare
    other = FORMULA.replace("Derivation", "Idea") + below
    assert list(claim_form.bare_formulas(other)) == []
