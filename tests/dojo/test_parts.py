"""What is said of a result of several parts: which one broke, and in which words."""

import numpy as np
import pytest
import torch

from dojo.compare.mismatch import Mismatch, asked_for
from dojo.compare.parts import path_to, told_of
from dojo.compare.words import ERROR_LIMIT, part_words, said
from dojo.grading import assert_close, assert_equal

TRUTH = "this is true"
X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def told(compare, *compared, result, **how):
    """Return the lines that are said of f, which returned `result`."""
    with pytest.raises(Mismatch) as caught:
        compare(*compared, TRUTH, **how)
    return told_of(caught.value, "f", result).text().split("\n")


BELOW = {
    "nothing": (None, X, "what f returns is an array of shape (2, 3)"),
    "a list": (X.tolist(), X, "what f returns is an array of shape (2, 3)"),
    "another shape": (X.T, X, "what f returns has shape (2, 3)"),
    "another dtype": (X.astype("f"), X, "what f returns has dtype float64"),
    "NaN": (X * np.nan, X, "what f returns is finite where the truth is"),
    "an array for a number": (np.ones(1), 1.0, "what f returns is a float"),
}


@pytest.mark.parametrize("what", BELOW)
def test_below_the_values_a_rung_has_its_own_words(what):
    got, want, because = BELOW[what]
    assert told(assert_close, got, want, result=got)[0] == because


def test_what_a_test_made_of_a_result_is_not_said_to_be_returned():
    said = told(assert_close, X.T.copy(), X, result=X)
    assert said[0] == "what this test compares has shape (2, 3)"


def test_the_sentence_of_the_grader_is_for_the_values():
    assert told(assert_close, 2 * X, X, result=X)[0] == TRUTH


def test_a_dict_is_a_comparison_a_key():
    want = {"dW": X, "db": np.ones(2), "dV": X}
    got = {"dV": X + 1, "dW": X.copy(), "db": np.array([1.0, 3.0]), "more": None}
    assert told(assert_close, got, want, result=got) == [
        TRUTH,
        "returned: 3",
        "expected: 1",
        'where:    in ["db"], at [1] of shape (2,); 1 of 2 entries differ; '
        'wrong too: ["dV"]',
    ]


def test_of_several_wrong_parts_the_lowest_rung_is_told():
    got = {"dW": X + 1, "db": np.ones((2, 1))}
    lines = told(assert_close, got, {"dW": X, "db": np.ones(2)}, result=got)
    assert lines[0] == '["db"] of what f returns has shape (2,)'
    assert lines[-1] == 'where:    wrong too: ["dW"]'


def test_the_diagnosis_gets_the_whole_of_a_result_of_parts():
    got, want = (X, X + 1), (X, X)
    with pytest.raises(Mismatch) as caught:
        assert_close(got, want, TRUTH)
    assert caught.value.values == (got, want)


@pytest.mark.parametrize(
    ("got", "because", "came"),
    [
        ((X,), "what f returns is a tuple of 2", "a tuple of 1"),
        ([X, X], "what f returns is a tuple", "a list of 2"),
        (None, "what f returns is a tuple", "None: is a return missing?"),
        ((X, None), "the second of two results of f is an array of "
         "shape (2, 3)", "None"),
    ],
)  # fmt: skip
def test_a_pair_is_a_tuple_of_two(got, because, came):
    lines = told(assert_close, got, (X, X), result=got)
    assert lines[:2] == [because, f"returned: {came}"]


def test_a_dict_that_lacks_a_key_names_what_it_has():
    got = {"W": X}
    lines = told(assert_close, got, {"W": X, "b": X}, result=got)
    assert lines == ["what f returns has the keys W, b", "returned: the keys W"]


def test_a_part_that_is_compared_alone_is_found():
    grads = {"dW": X + 1, "db": X.copy()}
    lines = told(assert_close, grads["dW"], X, result=grads)
    assert lines[-1].startswith('where:    in ["dW"], at [0, 0] of shape (2, 3);')
    pair = (X.copy(), X + 1)
    lines = told(assert_close, pair[1], X, result=pair)
    assert lines[-1].startswith("where:    in the second of two results, at [0, 0]")


def test_the_entries_of_a_list_that_is_compared_as_an_array_are_counted():
    losses = [0.5, 0.25, 0.125, 0.1]
    want = np.array([0.5, 0.25, 0.3, 0.1])
    lines = told(assert_close, np.array(losses), want, result=losses)
    assert lines[1:3] == ["returned: 0.125", "expected: 0.3"]
    assert lines[3] == "where:    entry 3 of 4; 1 of 4 entries differ"
    lines = told(assert_close, np.array(losses), np.zeros(3), result=losses)
    assert lines == [
        "what f returns has 3 entries", "returned: 4 entries", "expected: 3 entries",
    ]  # fmt: skip


def test_lists_without_tolerance_tell_the_entry():
    got, want = [5, 5, 5, 2], [5, 5, 5, 3]
    assert told(assert_equal, got, want, result=None) == [
        TRUTH, "returned: [5, 5, 5, 2]", "expected: [5, 5, 5, 3]",
        "where:    in entry 4 of 4",
    ]  # fmt: skip
    got, want = [5] * 40 + [2], [5] * 40 + [3]
    lines = told(assert_equal, got, want, result=None)
    assert lines[1:3] == ["returned: 2", "expected: 3"]
    assert lines[3] == "where:    in entry 41 of 41"
    lines = told(assert_equal, [1, 2], [1], result=None)
    assert lines[1:] == ["returned: 2 entries: [1, 2]", "expected: 1 entries: [1]"]


def test_a_number_that_only_looks_like_a_part_is_none():
    assert path_to(3, [1, 3]) is None
    assert path_to("a", {"k": "a"}) is None
    assert path_to((), [()]) is None
    assert path_to(X, [X, X]) is None
    assert path_to(X, [[X]]) == (0, 0)
    assert path_to(X, X) == ()


def test_a_deeper_part_is_told_as_code():
    assert part_words(("layers", 0), {"layers": [X]}) == '["layers"][0]'


class Long(Exception):
    """An error with a long line."""


def test_a_long_error_keeps_the_sizes_at_its_end():
    text = said(Long(f"{'word ' * 60}of shapes (3, 4) and (5, 6)\nmore"))
    assert len(text) <= ERROR_LIMIT
    assert text.startswith("word word")
    assert text.endswith("(3, 4) and (5, 6)")
    assert len(said(Long("word " * 99))) == ERROR_LIMIT
    with pytest.raises(ValueError, match="mismatch") as caught:
        np.ones((3, 4)) @ np.ones((5, 6))
    assert said(caught.value).endswith("(size 5 is different from 4)")


@pytest.mark.parametrize(
    ("kind", "got", "way"),
    [
        ("a float", torch.ones(1), " (float(x) or x.item())"),
        ("a float", True, " (float(x))"),
        ("a float", X, ""),
        ("an int", 2.0, " (int(x))"),
        ("a bool", torch.ones(()), " (bool(x) or x.item())"),
        ("a list", X, " (x.tolist())"),
        ("a list", (1, 2), " (list(x))"),
        ("an array of shape (2,)", [1, 2], " (np.array(x))"),
        ("an array of shape (2,)", torch.ones(2), " (x.detach().numpy())"),
        ("an array of shape (2,)", 1.0, ""),
        ("a tensor", X, " (torch.from_numpy(x))"),
        ("a tensor", [1.0], " (torch.tensor(x))"),
        ("a tuple", [1, 2], " (tuple(x))"),
        ("a dict", X, ""),
    ],
)
def test_a_strict_type_says_the_way_to_it(kind, got, way):
    assert asked_for(kind, got) == kind + way
