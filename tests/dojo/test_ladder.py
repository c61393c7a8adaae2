"""What each comparison of `dojo.grading` lets pass, and what it says of the rest."""

import numpy as np
import pytest
import torch

from dojo import grading
from dojo.compare.context import COMPARING, Comparing
from dojo.compare.given import assert_unchanged, copied, has_nan, put_back
from dojo.compare.mismatch import Mismatch, NotKept, NotStarted, assert_kept, shorten
from dojo.compare.words import is_bare
from dojo.grading import (
    assert_close,
    assert_equal,
    assert_fresh,
    assert_that,
    assert_type,
    assert_within,
    raises,
)

TRUTH = "this is true"
X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.fixture
def comparisons():
    """The comparisons of a test in a kata of tensors."""
    comparisons = Comparing(tensors=True)
    token = COMPARING.set(comparisons)
    yield comparisons
    COMPARING.reset(token)


def broken(got, want, **options):
    """Return the rung at which an answer fails, or nothing."""
    try:
        assert_close(got, want, TRUTH, **options)
    except Mismatch as mismatch:
        return mismatch.rung
    return ""


RUNGS = {
    "nothing came": (None, X, "returned"),
    "a list": (X.tolist(), X, "type"),
    "a tensor": (torch.from_numpy(X), X, "type"),
    "an array for a tensor": (X, torch.from_numpy(X), "type"),
    "an array for a number": (np.array(3.0), 3.0, "type"),
    "True for a number": (True, 1.0, "type"),
    "a number for True": (1, True, "type"),
    "a fraction for a whole number": (3.0, 3, "type"),
    "a number for an array": (3.0, X, "type"),
    "another shape": (X[:1].astype(np.float32), X, "shape"),
    "an axis more": (X[None], X, "shape"),
    "another dtype": (X.astype(np.float32) * np.nan, X, "dtype"),
    "another dtype of torch": (torch.ones(3).double(), torch.ones(3), "dtype"),
    "whole numbers for fractions": (np.ones(3, int), np.ones(3), "dtype"),
    "True for whole numbers": (np.ones(3, bool), np.ones(3, int), "dtype"),
    "NaN": (X * np.nan, X, "finite"),
    "infinity": (X * np.inf, X, "finite"),
    "minus infinity": (-np.inf, 1.0, "finite"),
    "another sign of infinity": (np.array([-np.inf]), np.array([np.inf]), "values"),
    "NaN for infinity": (np.array([np.nan]), np.array([np.inf]), "values"),
    "a number for NaN": (np.array([1.0]), np.array([np.nan]), "values"),
    "one entry": (X + np.eye(2, 3), X, "values"),
    "one whole number": (np.array([1, 2]), np.array([1, 3]), "values"),
    "one of two large whole numbers": (
        np.array([2**62]), np.array([2**62 + 1]), "values",
    ),
    "one truth": (np.array([True, False]), np.array([True, True]), "values"),
}  # fmt: skip


@pytest.mark.parametrize("what", RUNGS)
def test_a_comparison_stops_at_the_first_broken_rung(comparisons, what):
    got, want, rung = RUNGS[what]
    assert broken(got, want) == rung


SOUND = {
    "itself": (X.copy(), X),
    "a tensor": (torch.ones(2, 3), torch.ones(2, 3)),
    "a tensor with a gradient": (torch.ones(3, requires_grad=True), torch.ones(3)),
    "a list is the truth of an array": (X, X.tolist()),
    "a number of NumPy": (np.float64(3.0), 3.0),
    "a whole number": (3, 3.0),
    "another width of whole numbers": (np.ones(3, np.int32), np.ones(3, np.int64)),
    "the same NaN and infinities": (
        np.array([np.nan, np.inf, -np.inf]), np.array([np.nan, np.inf, -np.inf]),
    ),
    "a scalar of NumPy for no axes": (np.float64(2.0), np.array(2.0)),
    "half of a float32": (torch.ones(2).bfloat16(), torch.ones(2).bfloat16()),
}  # fmt: skip


@pytest.mark.parametrize("what", SOUND)
def test_a_comparison_lets_what_is_right_pass(comparisons, what):
    got, want = SOUND[what]
    assert broken(got, want) == ""


@pytest.mark.parametrize(
    ("dtype", "relative"),
    [(np.float64, 1e-10), (np.float32, 1e-5), (np.float16, 1e-2)],
)
def test_the_tolerance_is_that_of_the_dtype(dtype, relative):
    want = np.array([1.0], dtype)
    assert broken(want * dtype(1 + relative * 0.9), want) == ""
    assert broken(want * dtype(1 + relative * 1.3), want) == "values"


def test_beside_a_large_entry_a_small_one_may_differ_by_its_rounding():
    want = np.array([1e6, 0.0])
    assert broken(want + np.array([0.0, 0.9e-6]), want) == ""
    assert broken(want + np.array([0.0, 1.2e-6]), want) == "values"
    assert broken(np.array([1.2e-12]), np.zeros(1)) == "values"
    assert broken(np.array([0.9e-12]), np.zeros(1)) == ""
    assert broken(np.array([np.inf, 1.2e-12]), np.array([np.inf, 0.0])) == "values"


def test_a_tolerance_that_is_given_counts():
    assert broken(X * 1.01, X, rtol=0.02) == ""
    assert broken(X * 1.03, X, rtol=0.02) == "values"
    assert broken(X + 0.01, X, rtol=0, atol=0.02) == ""
    assert broken(X + 0.03, X, rtol=0, atol=0.02) == "values"
    assert broken(X + 0.03, X, rtol=0, atol=0.02, rung="statistics") == "statistics"


def test_a_kata_of_arrays_takes_arrays_where_the_truth_is_a_tensor(comparisons):
    comparisons.tensors = False
    assert broken(X, torch.from_numpy(X)) == ""
    assert broken(torch.from_numpy(X), torch.from_numpy(X)) == "type"


def test_a_difference_is_shown_where_it_is_largest():
    wrong = X.copy()
    wrong[0, 1], wrong[1, 2] = 2.5, 9.0
    with pytest.raises(Mismatch) as caught:
        assert_close(wrong, X, TRUTH)
    assert str(caught.value).split("\n") == [
        TRUTH,
        "returned: 9",
        "expected: 6",
        "where:    at [1, 2] of shape (2, 3); 2 of 6 entries differ",
    ]


def test_numbers_that_look_alike_are_shown_to_the_last_digit():
    with pytest.raises(Mismatch) as caught:
        assert_close(np.array([1.0000001]), np.array([1.0]), TRUTH)
    assert (caught.value.got, caught.value.want) == ("1.0000001", "1.0")


def test_a_mismatch_has_the_numbers_and_the_tolerance_for_the_diagnosis():
    with pytest.raises(Mismatch) as caught:
        assert_close(2 * X, X, TRUTH, rtol=1e-3)
    got, want = caught.value.values
    assert (got == 2 * X).all()
    assert (want == X).all()
    assert caught.value.tolerance == 1e-3


class AlwaysEqual(np.ndarray):
    """An array that says of every comparison that it holds."""

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __ne__(self, other):
        return np.zeros(self.shape, bool)

    def __array_ufunc__(self, *args, **kwargs):
        return np.zeros(self.shape, bool)


class Agreeable(str):
    """A text that equals every other."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def test_no_subclass_argues_with_a_comparison():
    assert broken(np.ones(3, int).view(AlwaysEqual), np.zeros(3, int)) == "values"
    with pytest.raises(Mismatch):
        assert_equal(Agreeable("no"), "yes", TRUTH)
    with pytest.raises(Mismatch):
        assert_equal([Agreeable("no")], ["yes"], TRUTH)


def test_what_an_answer_puts_under_numpys_names_changes_no_comparison(monkeypatch):
    monkeypatch.setattr(np, "isclose", lambda one, *others, **options: one == one)
    monkeypatch.setattr(np, "allclose", lambda *values, **options: True)
    assert broken(X + 1, X) == "values"


@pytest.mark.parametrize(
    ("got", "want", "rung"),
    [
        (None, "yes", "returned"),
        (1.5, 1, "type"),
        (True, 1, "type"),
        ([1, 2], (1, 2), "type"),
        ("yes", "no", "values"),
        ((1, 2), (1, 3), "values"),
        ({"a": 1}, {"a": 2}, "values"),
        ([1, 2], [1], "values"),
    ],
)
def test_what_has_no_tolerance_is_compared_exactly(got, want, rung):
    with pytest.raises(Mismatch) as caught:
        assert_equal(got, want, TRUTH)
    assert caught.value.rung == rung
    assert_equal(want, want, TRUTH)
    assert_equal(None, None, TRUTH)


def test_a_claim_that_does_not_hold_fails_at_its_rung():
    assert_that(np.bool_(True), TRUTH)
    with pytest.raises(Mismatch) as caught:
        assert_that(False, TRUTH, "3", "4", rung="gradient")
    assert (caught.value.rung, caught.value.got, caught.value.want) == (
        "gradient",
        "3",
        "4",
    )


def test_a_claim_shows_what_came_in_words_and_keeps_it_for_the_diagnosis():
    with pytest.raises(Mismatch) as caught:
        assert_that(False, TRUTH, 1 / 3, [1, 2])
    assert (caught.value.got, caught.value.want) == ("0.333333", "[1, 2]")
    assert caught.value.values == (1 / 3, [1, 2])


@pytest.mark.parametrize(
    ("got", "rung", "words", "asked"),
    [
        ((1, 2), "type", "a tuple of 2", "a list (list(x))"),
        (None, "returned", "None", "a list"),
        (X, "type", "an array of shape (2, 3), float64", "a list (x.tolist())"),
    ],
)
def test_a_result_that_is_no_list_is_named(got, rung, words, asked):
    assert_type([], list, TRUTH)
    with pytest.raises(Mismatch) as caught:
        assert_type(got, list, TRUTH)
    assert (caught.value.rung, caught.value.got) == (rung, words)
    assert caught.value.want == asked
    assert caught.value.values[0] == words


@pytest.mark.parametrize("text", ["", "True", "[False, False]", "[(True,), False]"])
def test_a_yes_or_no_is_bare(text):
    assert is_bare(text)


@pytest.mark.parametrize("text", ["bool True", "[True, 1]", "Truest", "{'a': True}"])
def test_a_number_or_a_word_is_not_bare(text):
    assert not is_bare(text)


def test_a_statistic_may_touch_its_band_and_not_leave_it():
    assert_within(2.0, 2.0, 3.0, TRUTH)
    assert_within(3.0, 2.0, 3.0, TRUTH)
    for outside in (1.999, 3.001, float("nan")):
        with pytest.raises(Mismatch) as caught:
            assert_within(outside, 2.0, 3.0, TRUTH)
        assert caught.value.rung == "statistics"


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_a_view_of_the_input_is_not_fresh(kind):
    given = kind(X.copy())
    assert_fresh(given * 1, given, TRUTH)
    for alias in (given, given[:1], given.T):
        with pytest.raises(Mismatch) as caught:
            assert_fresh(alias, given, TRUTH)
        assert caught.value.rung == "aliased"


def raised(error, *expected):
    """Return what `raises` says of an error, or of none."""
    try:
        with raises(*expected, because=TRUTH):
            if error:
                raise error
    except Mismatch as mismatch:
        return mismatch
    return None


def test_an_expected_error_passes_and_another_does_not():
    assert raised(KeyError("k"), ValueError, KeyError) is None
    other = raised(KeyError("k"), ValueError)
    assert (other.rung, other.want) == ("raises", "ValueError")
    assert other.got.startswith("KeyError:")
    none = raised(None, ValueError, TypeError)
    assert (none.rung, none.got) == ("raises", "no error")
    assert none.want == "ValueError or TypeError"


def test_a_broken_rung_is_no_expected_error():
    forbidden = Mismatch("forbidden", "no")
    assert raised(forbidden, AssertionError) is forbidden
    assert raised(NotStarted("returned", "no"), Exception).rung == "returned"
    returned = raised(NotKept("type", "no", "a list"), TypeError)
    assert (returned.rung, returned.got) == ("raises", "no error, a list")


def test_each_comparison_counts_as_one(comparisons):
    calls = [
        lambda: assert_close(X, X, TRUTH),
        lambda: assert_equal(1, 1, TRUTH),
        lambda: assert_that(True, TRUTH),
        lambda: assert_type(1, int, TRUTH),
        lambda: assert_within(1, 0, 2, TRUTH),
        lambda: assert_fresh(X.copy(), X, TRUTH),
        lambda: raised(ValueError(), ValueError),
    ]
    for count, call in enumerate(calls, 1):
        call()
        assert comparisons.count == count


@pytest.mark.parametrize(
    ("promise", "kept", "not_kept"),
    [
        ("float", np.float32(1), np.array(1.0)),
        ("float", 2, True),
        ("int", np.int64(2), 2.0),
        ("bool", np.bool_(True), 1),
        ("str", "text", 1),
        ("np.ndarray", X, X.tolist()),
        ("torch.Tensor", torch.ones(2), X),
        ("Tensor", torch.ones(2), 1.0),
    ],
)
def test_a_result_is_of_the_kind_that_its_annotation_promises(
    comparisons, promise, kept, not_kept
):
    assert_kept(promise, kept, "f")
    for wrong, rung in ((not_kept, "type"), (None, "returned")):
        with pytest.raises(NotKept) as caught:
            assert_kept(promise, wrong, "f")
        assert caught.value.rung == rung
        assert caught.value.because.startswith("f returns a")


def test_an_annotation_that_leaves_a_doubt_promises_nothing():
    for promise in ("", "float | None", "tuple[np.ndarray, ...]", "dict[str, float]"):
        assert_kept(promise, None, "f")


def test_a_long_or_broken_text_stays_on_one_short_line():
    class Loud:
        def __repr__(self):
            raise OSError

    assert len(shorten("x" * 500)) == 60
    assert shorten("x" * 500).endswith("…")
    assert shorten(Loud()) == "<repr raised OSError>"
    assert shorten(1 / 3) == "0.333333"
    assert "\n" not in shorten(X)


def array():
    return np.array([1.0, np.nan, 3.0])


GIVEN = {
    "an array": (array(), lambda v: v.__setitem__(0, 7.0)),
    "its zero's sign": (np.zeros(2), lambda v: np.negative(v, out=v)),
    "a tensor": (torch.tensor([1.0, torch.nan]), lambda v: v.__setitem__(0, 7.0)),
    "a tensor's shape": (torch.ones(2, 3), lambda v: v.t_()),
    "an array's shape": (np.ones((2, 3)), lambda v: v.resize((3, 2), refcheck=False)),
    "a tensor with a gradient": (
        torch.ones(2, requires_grad=True), lambda v: v.data.mul_(2),
    ),
    "a list": ([1.0, 2.0], lambda v: v.append(3.0)),
    "an entry of a list": ([1, 2], lambda v: v.__setitem__(1, 3)),
    "the kind of an entry": ([1, 2], lambda v: v.__setitem__(1, 2.0)),
    "a dict": ({"W": 1.0}, lambda v: v.update(b=2.0)),
    "a key of a dict": ({"W": 1.0, "b": 2.0}, lambda v: v.pop("b")),
    "the order of a dict": (
        {"W": array(), "b": array()}, lambda v: v.update(W=v.pop("W")),
    ),
    "an array in a dict in a list": (
        [{"W": (array(),)}], lambda v: v[0]["W"][0].__setitem__(2, 0.0),
    ),
    "an array that another takes the place of": (
        [array()], lambda v: v.__setitem__(0, [1.0]),
    ),
    "a tensor that a number takes the place of": (
        [torch.ones(2)], lambda v: v.__setitem__(0, 1.0),
    ),
    "a tensor's dtype": (
        torch.ones(2), lambda v: setattr(v, "data", torch.ones(2).double()),
    ),
    "an array's dtype": (np.zeros(2), lambda v: setattr(v, "dtype", np.int64)),
    "a text": (["same"], lambda v: v.__setitem__(0, "valid")),
}  # fmt: skip


@pytest.mark.parametrize("what", GIVEN)
def test_what_an_answer_changes_of_its_input_is_told(what):
    value, change = GIVEN[what]
    before = copied(value)
    assert_unchanged("f", before, value)
    change(value)
    with pytest.raises(Mismatch) as caught:
        assert_unchanged("f", before, value)
    assert caught.value.rung == "unchanged"
    assert caught.value.because == "f must leave what it is given unchanged"


def test_a_changed_input_comes_as_it_was_and_as_it_came_back():
    given = ([1.0], {"W": np.ones(3)})
    before = copied(given)
    given[1]["W"] *= 5
    with pytest.raises(Mismatch, match="the array it was given") as caught:
        assert_unchanged("f", before, given)
    came, was = caught.value.values
    assert came.tolist() == [5, 5, 5]
    assert was.tolist() == [1, 1, 1]


def test_a_tensor_that_was_moved_to_another_device_was_changed():
    given = [torch.ones(2), torch.zeros(3)]
    before = copied(given)
    given[1] = given[1].to("meta")
    with pytest.raises(Mismatch, match="the tensor it was given came back changed"):
        assert_unchanged("f", before, given)


def test_what_cannot_be_copied_may_change():
    value = [object(), torch.ones(2, device="meta"), lambda: None]
    before = copied(value)
    value[0] = object()
    assert_unchanged("f", before, value)


def test_a_nan_is_seen_wherever_it_is_given():
    nan = array()
    for value in (nan, [nan], (1, {"W": [nan]}), ((), {"x": nan}), np.float32(nan)):
        assert has_nan(value)
    for value in (X, [X, {"W": X}], np.array([1, 2]), np.array(["nan"]), 3.0, None):
        assert not has_nan(value)


def test_a_band_holds_what_chance_leaves_it():
    low, high = grading.binomial_band(20_000, 0.3)
    # 2 exp(-2 n t²) = 1e-7 at t = sqrt(ln(2e7) / 40 000)
    assert (low, high) == pytest.approx((0.3 - 0.0205, 0.3 + 0.0205), abs=1e-4)
    half_low, _ = grading.binomial_band(80_000, 0.3)
    assert 0.3 - half_low == pytest.approx((0.3 - low) / 2)


def test_central_differences_give_the_slope_and_leave_the_point_alone():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    given = x.copy()

    def f(z):
        value = float((z**3).sum())
        z[:] = 0.0
        return value

    slope = grading.numerical_gradient(f, x)
    assert slope.dtype == np.float64
    assert np.abs(slope - 3 * given**2).max() < 1e-8
    assert (x == given).all()
    assert grading.numerical_gradient(f, np.array([2], int)) == pytest.approx(12.0)


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_an_sgd_step_is_that_of_torchs_optimizer(weight_decay):
    def moved(step) -> list[torch.Tensor]:
        leaves = [torch.linspace(-1, 2, n).requires_grad_() for n in (3, 5, 2)]
        for leaf in leaves[:2]:  # the last one has no gradient, and stays
            leaf.grad = leaf.detach() ** 2
        step(leaves)
        return [leaf.detach() for leaf in leaves]

    how = {"lr": 0.2, "weight_decay": weight_decay}
    ours = moved(lambda leaves: grading.sgd_step_(iter(leaves), **how))
    torchs = moved(lambda leaves: torch.optim.SGD(leaves, **how).step())
    assert all(map(torch.equal, ours, torchs))
    assert not torch.equal(ours[0], torch.linspace(-1, 2, 3))


def test_a_mistake_needs_a_name_and_a_sentence_and_stays_itself():
    def wrong(x):
        return x

    assert grading.mistake("f", "A sentence.")(wrong) is wrong
    for function, says in (("not a name", "A sentence."), ("f", "")):
        with pytest.raises(ValueError, match="a function's name and a sentence"):
            grading.mistake(function, says)(wrong)


def test_what_an_answer_changed_is_put_back():
    array, tensor = np.arange(3.0), torch.arange(4.0, requires_grad=True)
    given = ([array], {"W": tensor, "b": np.ones(2), "n": 3})
    before = copied(given)
    array += 1
    with torch.no_grad():
        tensor.mul_(2)
    del given[1]["b"]
    put_back(before, given)
    assert array.tolist() == [0.0, 1.0, 2.0]
    assert tensor.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert given[1]["b"].tolist() == [1.0, 1.0]
