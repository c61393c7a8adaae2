"""How a call is told: as it would be typed, else by the shapes of what was given."""

import numpy as np
import pytest
import torch

from dojo.answer.witness import Witness
from dojo.compare.calls import LONGEST, TYPED, Call
from dojo.compare.given import copied

NAMES = ("z", "b", "c")
X = np.arange(12.0).reshape(3, 4)


def call(*args, _names=NAMES, _number=1, **kwargs):
    return Call("f", args, kwargs, copied((args, kwargs)), _names, _number)


TYPED_CALLS = {
    "f()": call(),
    "f(np.array([-1000., 0.]))": call(np.array([-1000.0, 0.0])),
    "f(np.array([np.nan, -np.inf], np.float32))": call(
        np.array([np.nan, -np.inf], np.float32)
    ),
    "f(np.array([[1, 2]]))": call(np.array([[1, 2]])),
    "f(np.array([1, 2], np.int32))": call(np.array([1, 2], np.int32)),
    "f(np.array(0.5))": call(np.array(0.5)),
    "f(np.array([True]))": call(np.array([True])),
    "f(torch.tensor([1.]))": call(torch.ones(1)),
    "f(torch.tensor([1.]).double())": call(torch.ones(1).double()),
    "f(torch.tensor(2).to(torch.int16))": call(torch.tensor(2).to(torch.int16)),
    "f(torch.tensor([1.]).requires_grad_())": call(torch.ones(1, requires_grad=True)),
    "f(0.5, c=np.inf, b=None)": call(np.float64(0.5), c=np.inf, b=None),
    "f([3, 5], 'nan')": call([3, 5], "nan"),
    "f((2, 3), b=(1,))": call((2, 3), b=(1,)),
    "f({'W': np.array([1.])})": call({"W": np.ones(1)}),
    "f(z, np.array([1.]))": call(lambda x: x, np.ones(1)),
    "f(1.0)  (call 3 of this test)": call(1.0, _number=3),
}


@pytest.mark.parametrize("text", TYPED_CALLS)
def test_a_call_that_fits_is_told_as_it_is_typed(text):
    assert TYPED_CALLS[text].line() == text


SHAPED_CALLS = {
    "f(z: float64 array of shape (3, 5))": call(np.ones((3, 5))),
    "f(z: float32 tensor of shape (13,), (2, 3))": call(torch.ones(13), (2, 3)),
    "f(0.3, c: float64 array of shape (3, 5), b=None)": call(
        0.3, c=np.ones((3, 5)), b=None
    ),
    "f(z: float64 array of shape (0, 3))": call(np.ones((0, 3))),
    "f(z: float32 tensor of shape (3,))": call(torch.ones(3, device="meta")),
    "f(z: dict of W, b)": call({"W": np.ones((3, 5)), "b": np.ones(2)}),
    "f(z: a list of 20)": call([0.5] * 20),
    "f(z: float64 array of shape (5,))": call(np.full(5, 1 / 3)),
}


@pytest.mark.parametrize("text", SHAPED_CALLS)
def test_a_call_that_does_not_fit_is_told_by_its_shapes(text):
    assert SHAPED_CALLS[text].line() == text


def test_what_is_typed_makes_the_same_array_again():
    for array in (X, X.astype("f") / 3, np.array([1, -7]), np.array([1e-300, np.inf])):
        text = call(array).line()
        if "shape" not in text:
            made = eval(text.removeprefix("f"), {"np": np})
            assert made.dtype == array.dtype
            assert made.tobytes() == array.tobytes()


def test_a_line_has_its_limit():
    long = call(*[np.ones(13)] * 9, _names=tuple("abcdefghi")).line()
    assert len(long) == LONGEST
    assert long.endswith("…")
    assert len(call(X / 7).line()) < TYPED


def test_what_was_given_is_told_though_the_answer_changed_it():
    x, params, sizes = np.ones(2), {"W": np.ones(1)}, [1, 2]
    changing = call(x, params, sizes)
    x += 4
    params.pop("W").fill(3)
    sizes.append(3)
    text = "f(np.array([1., 1.]), {'W': np.array([1.])}, [1, 2])"
    assert changing.line() == text


def test_what_was_given_is_told_though_the_answer_took_it_out():
    pairs, params = [(3, 4), (5, 6)], {"W": torch.ones(1)}
    changing = call(pairs, params)
    pairs.clear()
    params.clear()
    assert changing.line() == "f([[3, 4], [5, 6]], {'W': torch.tensor([1.])})"


def test_what_an_answer_may_change_is_told_by_its_shape():
    changing = Call("scale_", (np.ones(2), 3.0), {}, None, NAMES)
    assert changing.line() == "scale_(z: float64 array of shape (2,), 3.0)"
    assert changing.whole() == [changing.line()]


def test_the_whole_call_has_every_entry_and_its_shape():
    params = {"W": np.ones((1, 2)), "b": np.float64(3.0)}
    lines = call(X, params, c=[torch.ones(2).bfloat16(), None]).whole()
    assert lines[1:] == [
        "z = an array of shape (3, 4), float64",
        "  [[ 0.,  1.,  2.,  3.],",
        "   [ 4.,  5.,  6.,  7.],",
        "   [ 8.,  9., 10., 11.]]",
        "b = a dict",
        "  W: an array of shape (1, 2), float64",
        "    [[1., 1.]]",
        "  b: 3.0",
        "c = a list of 2",
        "  a tensor of shape (2,), bfloat16",
        "    [1., 1.]",
        "  None",
    ]


def test_a_witness_counts_the_calls_of_a_test():
    witness = Witness()
    for method in ("__init__", "forward"):
        witness.note_call("Net", method, ("x",), ((1,), {}), [[1], {}])
    assert witness.made["Net"].line() == "Net.forward(1)"
    witness.note_call("Net", "forward", ("x",), ((1,), {}), [[1], {}])
    assert witness.made["Net"].line() == "Net.forward(1)  (call 2 of this test)"
    witness.begin()
    witness.note_call("Net", "__init__", ("x",), ((), {"x": 2}), [[], {"x": 2}])
    assert witness.made["Net"].line() == "Net(x=2)"
