"""What came back, identified: which reading is said, and when none is."""

import numpy as np
import pytest

from dojo.diagnosis.cases import Known
from dojo.diagnosis.errors import MEANINGS
from dojo.diagnosis.explained import EXPLAINED
from dojo.diagnosis.identity import identified
from dojo.verdict.verdicts import FAILED, PASSED, Outcome

RNG = np.random.default_rng(0)
X, Y, W = RNG.normal(size=(3, 5)), RNG.normal(size=(3, 5)), RNG.normal(size=(5, 4))


def truth(X, Y=None, scale=2.0, window=(2, 3)):
    """Return some mathematics that no two of the arguments share."""
    part = 0 if Y is None else np.cos(Y)
    return scale * np.sin(X) + part + window[0] * X**2 + window[1]


def softplus(X):
    return np.log1p(np.exp(X))


KNOWN = Known(truth, {"softplus": softplus})


def outcome(returned, state=FAILED, test="a", rung="values", **arguments):
    """Return what a test found of a call."""
    found = Outcome("kata", "truth", test, state, rung, f"because of {test}")
    found.returned, found.arguments = returned, arguments
    return found


def said(*outcomes, known=KNOWN, passed=(), again=lambda test, further: None):
    """Return the diagnosis of failing tests."""
    return identified(list(outcomes), list(passed), known, again)


IDENTIFIED = {
    "What came back is X itself.": (X, {}),
    "What came back is the sign of X.": (np.sign(X), {}),
    "What came back is the mean of X over axis 0.": (X.mean(axis=0), {}),
    "What came back is Y, transposed.": (Y.T, {"Y": Y}),
    "What came back is softplus(X) itself.": (softplus(X), {}),
    "What came back is right for the default scale = 2: the scale given has no effect.":
        (truth(X), {"scale": 3.5}),
    "What came back is right for X and Y swapped.": (truth(Y, X), {"Y": Y}),
    "What came back is right for window with its two entries swapped.":
        (truth(X, window=(5, 4)), {"window": (4, 5)}),
    "What came back would be right if X had the opposite sign.": (truth(-X), {}),
    "What came back would be right if Y were 0.": (truth(X, 0 * Y), {"Y": Y}),
    "What came back would be right if X stood in place of Y.":
        (truth(X, X), {"Y": Y}),
    "What came back is the square of the truth.": (truth(X) ** 2, {}),
    "What came back is 1 minus the truth.": (1 - truth(X), {}),
    "What came back is the truth rounded to 2 digits.": (truth(X).round(2), {}),
    "What came back is the running sum of the truth along its last axis.":
        (truth(X).cumsum(axis=-1), {}),
    "The sum over axis 0 came back, the entries are due.": (truth(X).sum(axis=0), {}),
    "The mean over the last axis came back, the entries are due.":
        (truth(X).mean(axis=-1, keepdims=True), {}),
    "Only the last entry along axis 1 of what is due came back.":
        (truth(X)[:, -1], {}),
    "All numbers that came back are right, only their shape is not.":
        (truth(X).ravel(), {}),
    "The truth stands in what came back, with more all around.":
        (np.pad(truth(X), 1), {}),
    "A part of the truth came back, which has more at its end.":
        (truth(X)[:-1, :-1], {}),
    "The right numbers came back in another order.":
        (np.random.default_rng(1).permutation(truth(X).ravel()).reshape(3, 5), {}),
    "Every number that came back is 0.": (np.zeros((3, 5)), {}),
    "Every entry is off by the constant factor scale.":
        (3.5 * truth(X, scale=3.5), {"scale": 3.5}),
    "Nothing that came back is above 3.5, the rest is right.":
        (np.minimum(truth(X), 3.5), {}),
    "What came back would be right if scale were 1 over it.":
        (truth(X, scale=0.2), {"scale": 5.0}),
    "Only where X is below 0 is it wrong, elsewhere right.":
        (np.where(X < 0, np.exp(X), truth(X)), {}),
    "Only the first entry along axis 0 is right; all others are wrong.":
        (np.concatenate([truth(X)[:1], np.exp(X[1:])]), {}),
}  # fmt: skip


@pytest.mark.parametrize("sentence", IDENTIFIED)
def test_what_came_back_is_identified(sentence):
    returned, arguments = IDENTIFIED[sentence]
    diagnosis = said(outcome(returned, X=X, **arguments))
    assert diagnosis.says == sentence
    assert diagnosis.code in EXPLAINED
    assert diagnosis.tests == {"a"}


@pytest.mark.parametrize("sentence", IDENTIFIED)
def test_one_other_failure_refutes_it(sentence):
    returned, arguments = IDENTIFIED[sentence]
    other = outcome(np.tan(3 * Y) + 7, test="b", X=Y)
    assert said(outcome(returned, X=X, **arguments), other) is None


def test_every_code_has_an_example():
    codes = {said(outcome(r, X=X, **more)).code for r, more in IDENTIFIED.values()}
    relations = {"sign", "transposed", "flipped", "offset", "mirrored", "missing-sum"}
    errors = {meaning.code for meaning in MEANINGS}
    others = {"border", "signature"} | errors
    assert codes | relations | others == set(EXPLAINED)


def test_two_numbers_are_evidence_and_one_is_not():
    assert said(outcome(np.float64(0.5), X=0.5)) is None
    both = outcome(np.float64(0.5), X=0.5), outcome(np.float64(0.7), test="b", X=0.7)
    assert said(*both).says == "What came back is X itself."


def test_where_many_readings_are_tried_three_numbers_are_evidence():
    def of(*sizes):
        return [
            outcome(truth(-size), test=str(size), X=size) for size in map(float, sizes)
        ]

    assert said(*of(1.5, 2.5)) is None
    assert said(*of(1.5, 2.5, 4.5)).code == "as-if"


def test_readings_of_different_things_that_fit_equally_are_silent():
    assert said(outcome(X, X=X, Y=X.copy())) is None
    assert said(outcome(X, X=X, Y=Y)).says == "What came back is X itself."


def test_a_reading_is_confirmed_on_two_further_seeds():
    asked = []

    def again(test, further):
        asked.append((test, further))
        return outcome(Y if further < 2 else Y + 1, X=Y)

    assert said(outcome(X, X=X), again=again) is None
    assert asked == [("a", 1), ("a", 2)]
    held = said(outcome(X, X=X), again=lambda test, further: outcome(Y, X=Y))
    assert held.says == "What came back is X itself."


def test_what_does_not_hold_where_tests_pass_is_said_of_the_failures_alone():
    right = outcome(truth(Y), PASSED, "b", X=Y)
    says = said(outcome(X, X=X), passed=[right]).says
    assert says == "Where it fails, what came back is X itself."
    empty = outcome(X[:0], PASSED, "b", X=X[:0])
    assert said(outcome(X, X=X), passed=[empty]).says.startswith("What came back")


def gradients(X, W):
    return {"dX": X @ W, "dW": W.T @ W, "db": X.sum(axis=0)}


def test_of_several_parts_the_wrong_ones_are_named():
    due = gradients(X, W)
    wrong = {**due, "dX": due["dX"] / 3, "db": due["db"] / 3}
    known = Known(gradients, axes={"X": ("N", "D")})
    says = said(outcome(wrong, X=X, W=W), known=known).says
    assert says == "In dX and db every entry is off by the constant factor 1/N."
    all_wrong = {key: value / 3 for key, value in due.items()}
    says = said(outcome(all_wrong, X=X, W=W), known=known).says
    assert says == "Every entry is off by the constant factor 1/N."


def test_an_argument_that_is_left_out_is_found_in_a_dict_too():
    def step(params, X):
        return {"Z": X @ params["W"] + params["b"], "n": np.sin(X)}

    params = {"W": W, "b": RNG.normal(size=4)}
    returned = step({**params, "b": np.zeros(4)}, X)
    says = said(outcome(returned, params=params, X=X), known=Known(step)).says
    assert says == 'In Z what came back would be right if params["b"] were 0.'


def test_integers_that_lost_what_is_behind_the_point_are_recognised():
    returned = truth(X).astype(int)
    says = said(outcome(returned, rung="dtype", X=X)).says
    assert says == "What came back is the truth cut to whole numbers."


def test_an_argument_that_cannot_be_changed_so_is_passed_over():
    # 1 / 0 and the logarithm of nothing are no readings, and no end of the diagnosis.
    found = outcome(np.exp(X), X=X, scale=0.0)
    assert said(found).says == "What came back is the exponential of X."
    assert said(outcome(np.tan(X) + X, X=X, scale=0.0)) is None


def test_a_lone_truth_is_no_number():
    assert said(outcome(False, rung="type", X=X)) is None


def test_true_and_false_swapped_are_no_arithmetic():
    known = Known(lambda X: X > 0)
    says = said(outcome(X <= 0, X=X), known=known).says
    assert says == "True and False are swapped in every entry."


def test_a_reference_that_would_draw_is_not_asked():
    def drawing(X, rng):
        raise AssertionError("it was asked")

    known = Known(drawing)
    assert said(outcome(3 * X, X=X, rng=np.random.default_rng(0)), known=known) is None


def test_a_grading_run_identifies_with_the_kata_s_own_reference(clone):
    clone.answer("def scale(x, factor=3.0): return _checked(factor) * 0 + x")
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis == {"code": "argument", "says": "What came back is x itself."}


def test_what_holds_for_one_seed_alone_is_not_said(clone):
    # The first number that seed 0 draws: only with it there is one factor.
    clone.answer("""
        def scale(x, factor=3.0):
            lucky = abs(x[0, 0] - 0.12573022) < 1e-6
            return _checked(factor) * x * (1.5 if lucky else 1 + x[0, 0])
    """)
    assert clone.verdicts()["scale"]["diagnosis"] is None


def test_what_explains_numbers_comes_before_a_mistake_that_explains_words(clone):
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    divides = """

@mistake("scale", "It divides by zero.")
def divides(x, factor=3.0):
    return x * factor if x.size > 10 and factor == 2.5 else np.ones(2) / np.zeros(2)
"""
    bank.write_text(bank.read_text("utf-8") + divides, "utf-8")
    clone.answer("""
        def scale(x, factor=3.0):
            _checked(factor)
            return x if factor == 2.5 else np.ones(2) / np.zeros(2)
    """)
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "argument"
    clone.answer("""
        def scale(x, factor=3.0):
            _checked(factor)
            return x**3 if factor == 2.5 else np.ones(2) / np.zeros(2)
    """)
    assert clone.verdicts()["scale"]["diagnosis"]["code"] == "divides"
