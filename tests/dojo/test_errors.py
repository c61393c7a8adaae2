"""Errors that have one meaning: each is made for real, and said in plain words."""

from pathlib import Path

import numpy as np
import pytest
import torch

from dojo.diagnosis.errors import MEANINGS, of_errors
from dojo.diagnosis.explained import EXPLAINED
from dojo.verdict.verdicts import FAILED, Outcome

LEAF = torch.ones(3, requires_grad=True)
X, W = np.ones((5, 7)), np.ones((4, 5))


def in_place():
    W = torch.ones(3, requires_grad=True)
    W -= 1.0


def grad_of_no_leaf():
    W = (LEAF * 2).detach()
    W.grad.zero_()


def twice():
    loss = (LEAF**2).sum()
    loss.backward()
    loss.backward()


def into_integers():
    x = np.arange(3)
    x += 0.5


def unpacks():
    rows, columns = X[0].shape
    return rows, columns


def unpacks_more():
    rows, columns = X[None].shape
    return rows, columns


class Unbegun(torch.nn.Module):
    def __init__(self):
        self.weight = torch.nn.Parameter(torch.ones(2))


RAISED = {
    "leaf-in-place": in_place,
    "grad-is-none": grad_of_no_leaf,
    "ambiguous-truth": lambda: 1 if X > 0 else 0,
    "shape-for-a-size": lambda: 1 / X.shape,
    "module-for-a-tensor": lambda: torch.relu(torch.nn.ReLU(LEAF)),
    "module-not-begun": Unbegun,
    "pair-for-a-number": lambda: torch.ones(5).unfold(0, (2, 3), 1),
    "one-number-of-many": lambda: float(X),
    "no-graph": lambda: LEAF.detach().sum().backward(),
    "backward-twice": twice,
    "backward-of-many": lambda: (2 * LEAF).backward(),
    "numpy-of-a-graph": lambda: LEAF.numpy(),
    "mixed-dtypes": lambda: torch.ones(2, 3) @ torch.ones(3, 2, dtype=torch.float64),
    "nan-in-integers": lambda: int(np.float64("nan")),
    "floats-into-integers": into_integers,
    "shapes-do-not-match": lambda: X @ W,
    "past-the-end": lambda: X[5],
    "fixed-number-of-axes": unpacks,
}


def raised(make, **arguments):
    """Return the failing outcome of a call that raises here."""
    outcome = Outcome("kata", "f", "a", FAILED, "returned", "f must return, not raise")
    outcome.arguments = arguments
    try:
        make()
    except Exception as error:
        outcome.error, trace = error, error.__traceback__
        while trace.tb_next and trace.tb_next.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        outcome.line = trace.tb_lineno
        source = Path(__file__).read_text("utf-8").splitlines()
        outcome.where = f"line {outcome.line}: {source[outcome.line - 1].strip()}"
    return outcome


def said(*outcomes, axes=None):
    for place, outcome in enumerate(outcomes):
        outcome.test = str(place)
    return of_errors(list(outcomes), axes or {})


@pytest.mark.parametrize("code", RAISED)
def test_each_error_has_its_meaning(code):
    diagnosis = said(raised(RAISED[code]))
    assert diagnosis.code == code
    assert code in EXPLAINED


def test_every_meaning_has_an_example():
    assert {meaning.code for meaning in MEANINGS} == set(RAISED)


SHAPES = {
    "each row on the left has 7 (D) entries and each column on the right has 4":
        lambda: X @ W,
    "has 5 (N); the two must be equal: the right one transposed would fit.":
        lambda: torch.ones(2, 7) @ torch.ones(5, 7),
    "has 7 (D); the two must be equal: the left one transposed would fit.":
        lambda: torch.ones(7, 2) @ torch.ones(7, 5),
    "has 3; the two must be equal.": lambda: np.dot(np.ones((1, 2)), np.ones((3, 6))),
    "Shapes (5, 7) and (7, 5) meet entry by entry: one of the two is transposed.":
        lambda: X * X.T,
    "Shapes (5, 7) and (4, 5) meet entry by entry: from the last axis on":
        lambda: X * W,
    "Sizes 3 and 2 meet at axis 1, entry by entry":
        lambda: torch.ones(4, 3) * torch.ones(4, 2),
}  # fmt: skip


@pytest.mark.parametrize("words", SHAPES)
def test_shapes_that_do_not_match_are_told_with_what_would_fit(words):
    diagnosis = said(raised(SHAPES[words], X=X), axes={"X": ("N", "D")})
    assert words in diagnosis.says


def test_a_size_has_a_name_only_if_it_is_sure():
    outcome = raised(lambda: X @ W, X=X, net=torch.nn.Linear(2, 2))
    assert "(D)" not in said(outcome, axes={"X": ("N", "D")}).says
    outcome = raised(lambda: X @ W, X=X, Y=X.T)
    assert "(" not in said(outcome, axes={"X": ("N", "D"), "Y": ("m", "n")}).says


def test_an_index_past_the_end_is_told_the_last_one():
    assert said(raised(lambda: X[5])).says == (
        "Index 5 lies outside of axis 0, whose size is 5: the last index is 4."
    )


def test_a_shape_may_have_more_sizes_than_names():
    assert "2 sizes of a shape that has more" in said(raised(unpacks_more)).says


def given(f):
    return f(X)


def test_what_a_function_that_was_given_raises_is_not_the_answer_s():
    outcome = raised(lambda: given(lambda x: x @ W))
    outcome.line -= 1  # the answer only called what it was given
    assert said(outcome) is None


def test_other_failures_are_said_besides():
    other = Outcome("kata", "f", "", FAILED, "values", "another truth")
    diagnosis = said(raised(RAISED["past-the-end"]), other)
    assert diagnosis.tests == {"0"}
    assert diagnosis.says.endswith("this does not hold: another truth.")


def test_an_error_without_one_meaning_is_left_alone():
    assert said(raised(lambda: {}["k"])) is None
    assert said(raised(lambda: None.grad)) is None


def test_a_grading_run_names_an_error(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            rows, columns = x.shape
            return _checked(factor) * x[:rows] if x > 0 else x
    """)
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "ambiguous-truth"
