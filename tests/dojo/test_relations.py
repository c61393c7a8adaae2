"""Which relations between a wrong answer and the truth are named, and which are not."""

import numpy as np
import pytest

from dojo.diagnosis.cases import Known
from dojo.diagnosis.explained import EXPLAINED
from dojo.diagnosis.identity import identified
from dojo.diagnosis.quantities import meanings
from dojo.verdict.verdicts import FAILED, Outcome

X = np.random.default_rng(0).normal(size=(5, 7))
AXES = {"X": ("N", "D")}


def failed(got, want, rung="values", **arguments):
    """Return a failing outcome with these numbers."""
    outcome = Outcome("kata", "function", "test", FAILED, rung)
    outcome.values = (np.asarray(got), np.asarray(want))
    outcome.arguments = arguments
    return outcome


def of_outcomes(outcomes, axes):
    """Return what is said of comparisons, without a function to ask."""
    for place, outcome in enumerate(outcomes):
        outcome.test = f"test_{place}"
    return identified(outcomes, [], Known(axes=axes), lambda test, further: None)


FACTORS = {
    "N": 5.0,
    "1/N": 0.2,
    "D": 7.0,
    "2": 2.0,
    "1/2": 0.5,
    "keep_prob": 0.8,
    "1/keep_prob": 1.25,
    "1 - keep_prob": 1 - 0.8,
    "-1": -1.0,
    "X.size": 35.0,
    "-N": -5.0,
    "-1/D": -1 / 7,
    "3.7": 3.7,
}


@pytest.mark.parametrize("words", FACTORS)
def test_a_factor_says_what_it_is_equal_to(words):
    arguments = {"keep_prob": 0.8} if "keep_prob" in words else {"X": X}
    relation = of_outcomes([failed(FACTORS[words] * X, X, **arguments)], AXES)
    assert relation.says.endswith(f"factor {words}.") or words == "-1"
    assert relation.code == ("sign" if words == "-1" else "factor")
    assert relation.code in EXPLAINED


def test_a_factor_that_differs_between_tests_must_mean_the_same():
    one = failed(X * 5, X, X=X)
    other = failed(X[:3] * 3, X[:3], X=X[:3])
    assert of_outcomes([one, other], AXES).says.endswith("factor N.")
    another = failed(X[:3] * 4, X[:3], X=X[:3])
    assert of_outcomes([one, another], AXES) is None


def test_a_factor_without_a_meaning_needs_three_entries_that_have_it():
    lone = [failed(np.array(0.9), np.array(4.0)), failed(np.array(0.45), np.array(2.0))]
    assert of_outcomes(lone, {}) is None
    two = failed(0.225 * X[0, :2], X[0, :2])
    assert of_outcomes([*lone, two], {}) is None
    three = failed(0.225 * X[0, :3], X[0, :3])
    assert of_outcomes([*lone, three], {}).says.endswith("factor 0.225.")


def test_float32_is_compared_as_closely_as_it_can_be():
    relation = of_outcomes([failed(np.float32(2 * X), np.float32(X))], {})
    assert relation.says == "Every entry is off by the constant factor 2."


SHAPES = {
    "transposed": (X.T, X),
    "flipped": (X[:, ::-1], X),
    "offset": (X + 0.25, X),
    "mirrored": (3 - X, X),
    "missing-sum": (X, X.sum(axis=0)),
    "border": (np.pad(X, 1), np.pad(X, 1, mode="edge")),
}


@pytest.mark.parametrize("code", SHAPES)
def test_each_relation_is_found(code):
    got, want = SHAPES[code]
    rung = "values" if got.shape == want.shape else "shape"
    assert of_outcomes([failed(got, want, rung)], {}).code == code
    assert code in EXPLAINED


def test_one_entry_off_is_no_relation():
    wrong = 2 * X
    wrong[0, 0] += 1e-3
    assert of_outcomes([failed(wrong, X)], {}) is None


def test_what_is_too_near_the_truth_has_no_relation():
    near = np.float32(X) * np.float32(1 + 1e-7)
    assert of_outcomes([failed(near, np.float32(X))], {}) is None


def test_zeros_are_no_evidence():
    assert of_outcomes([failed(np.zeros(5), np.zeros(5) + 1)], {}) is None


def test_a_test_that_fails_without_numbers_rules_relations_out():
    silent = Outcome("kata", "function", "test", FAILED, "values")
    assert of_outcomes([failed(2 * X, X), silent], {}) is None


def test_what_raised_is_said_besides():
    raised = Outcome("kata", "function", "test", FAILED, "returned", "it must return")
    relation = of_outcomes([failed(2 * X, X), raised], {})
    assert relation.says.endswith("this does not hold: it must return.")
    assert relation.tests == {"test_0"}


def test_what_mostly_raises_is_not_identified_by_the_rest():
    raised = [
        Outcome("kata", "function", "test", FAILED, "returned", "it must return")
        for _ in range(2)
    ]
    assert of_outcomes([failed(2 * X, X), *raised], {}) is None


def test_what_repeats_along_an_axis_lacks_no_mean_over_it():
    got = np.repeat(X[None], 4, axis=0)
    assert of_outcomes([failed(got, X, "shape")], {}) is None


@pytest.mark.parametrize("rung", ["time", "imports", "forbidden", "unchanged"])
def test_a_rung_that_says_it_all_is_left_alone(rung):
    assert of_outcomes([failed(2 * X, X), failed(2 * X, X, rung)], {}) is None


def test_statistics_are_never_exact_and_rule_nothing_out():
    vague = failed(0.3, 0.5, "statistics")
    assert of_outcomes([failed(2 * X, X), vague], {}).code == "factor"
    assert of_outcomes([vague], {}) is None


Y = X[:3] + 2
HALF_RIGHT = {
    "two offsets": (X + 0.25, Y + 0.5),
    "one transpose": (X.T, Y * 1.5),
    "one flip": (X[:, ::-1], Y * 1.5),
    "one sum": (X, Y * 1.5),
    "two mirrors": (3 - X, 2 - Y),
}


@pytest.mark.parametrize("what", HALF_RIGHT)
def test_a_relation_holds_in_every_failing_test(what):
    got, other = HALF_RIGHT[what]
    want = X.sum(axis=0) if what == "one sum" else X
    outcomes = [failed(got, want, "shape"), failed(other, Y)]
    assert of_outcomes(outcomes[:1], {}) is not None
    assert of_outcomes(outcomes, {}) is None
    assert of_outcomes(outcomes[::-1], {}) is None


def test_a_sum_or_a_mean_may_be_missing_over_an_axis_of_any_place():
    cube = np.random.default_rng(1).normal(size=(2, 3, 4))
    for what, total in (("sum", np.sum), ("mean", np.mean)):
        for axis in (0, -1, 1):
            relation = of_outcomes([failed(cube, total(cube, axis), "shape")], {})
            assert relation.code == "missing-sum"
            assert f"A {what} over axis {axis} is missing" in relation.says


def test_a_right_inside_that_is_one_number_is_no_border():
    want = np.ones((4, 5))
    got = np.pad(want[1:-1, 1:-1], 1, constant_values=3.0)
    got[0, 0] = 2.0
    assert of_outcomes([failed(got, want)], {}) is None


def test_an_edge_is_named_as_narrowly_as_it_is():
    wrong = X.copy()
    wrong[-1] = 0
    assert "in the last row are" in of_outcomes([failed(wrong, X)], {}).says
    wrong[:, -1] = 0
    says = of_outcomes([failed(wrong, X)], {}).says
    assert says.startswith("Only entries in the last row and the last column are wrong")
    wrong[:, 0] = 0
    assert "at the border are" in of_outcomes([failed(wrong, X)], {}).says


def test_one_wrong_entry_at_an_edge_is_no_edge():
    wrong = X.copy()
    wrong[0, 2] += 1
    assert of_outcomes([failed(wrong, X)], {}) is None


def test_what_equals_every_number_is_no_meaning():
    # A factor of 1/2 is said as that, and not as an argument's that is 1 or true.
    for arguments in ({"n": 1}, {"flag": True}, {"x": float("nan")}):
        one = failed(X * 4, X, **arguments)
        assert of_outcomes([one], {}).says.endswith("factor 4.")
        names = dict(meanings(one, {}))
        assert {name for name, size in names.items() if size != -1} == {"2", "1/2"}
