"""Grades max pooling and its gradient, in NumPy alone."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_type,
    numerical_gradient,
)
from katas.ch8_numpy_lenet.k02_max_pool2d import max_pool2d_backward, max_pool2d_forward

WHAT = "each output is the largest pixel under its window, channel by channel"
FIRST = "a tie gives its whole gradient to the first of the equal pixels, row by row"
ADDS = "a pixel that won several windows gets the sum of their gradients"
SAME = "the numbers count, not how they lie in memory"
FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64])

# (N, C, H, W), kernel and stride: touching, overlapping, with gaps, with rests.
CASES = [
    ((2, 3, 6, 8), 2, None),
    ((3, 2, 7, 11), 3, None),
    ((1, 2, 7, 5), 3, 1),
    ((2, 1, 11, 6), 2, 3),
    ((3, 5, 8, 9), 3, 2),
    ((2, 3, 5, 7), 5, 2),
    ((2, 4, 9, 10), 4, 3),
    ((5, 2, 3, 4), 1, 2),
]
EVERY_CASE = pytest.mark.parametrize(("shape", "kernel", "stride"), CASES)

# Windows of two by two have their maxima in different corners.
HAND = [[1.0, 7, -2, 8, 3], [4, 0, 5, -6, 2], [9, -8, 2, 6, 0], [-1, 5, 6, -9, 4]]


def given_and_slopes(rng, shape, kernel, stride, ties=False, dtype=np.float64):
    """Return X, a gradient of Y, and the one that autograd finds for X."""
    X = rng.normal(size=shape) - 9  # below any number one might start from
    X = torch.tensor(X.round() if ties else X).to(getattr(torch, np.dtype(dtype).name))
    X.requires_grad_()
    Y = F.max_pool2d(X, kernel, stride)
    dY = torch.as_tensor(rng.normal(size=Y.shape)).to(X.dtype)
    (dX,) = torch.autograd.grad(Y, X, dY)
    return X.detach().numpy(), dY.numpy(), dX.numpy()


def pooled(X, kernel, stride=None):
    """Return what max_pool2d_forward is to return for Y, from torch."""
    X = torch.as_tensor(np.ascontiguousarray(X))
    return F.max_pool2d(X, kernel, stride).numpy()


def forward(*given, **named):
    """Return Y and the cache of the answer's max_pool2d_forward."""
    returned = max_pool2d_forward(*given, **named)
    assert_type(returned, tuple, "the output comes in a pair with the cache")
    assert_equal(len(returned), 2, "Y and cache, and nothing else, are returned")
    return returned


def output(*given, **named):
    return forward(*given, **named)[0]


def backward(dY, X, *window):
    """Return what the answer's two passes give, one after the other."""
    return max_pool2d_backward(dY, forward(X, *window)[1])


def test_max_pool2d_forward_takes_the_largest_pixel_of_each_window():
    X = np.array([[HAND, np.negative(HAND)]])
    want = np.array([[[[7.0, 8], [9, 6]], [[0.0, 6], [8, 9]]]])
    because = f"{WHAT}; the fifth column is left over"
    assert_close(output(X, 2, 2), want, because)


def test_max_pool2d_forward_steps_by_the_stride():
    want = np.array([[[[7.0, 7, 8, 8], [9, 5, 6, 6], [9, 6, 6, 6]]]])
    assert_close(output(np.array([[HAND]]), 2, stride=1), want, f"{WHAT}; they overlap")


def test_max_pool2d_forward_steps_by_the_kernel_by_default(rng):
    X = rng.normal(size=(2, 3, 8, 11))
    because = "without a stride the windows touch and do not overlap"
    assert_close(output(X, 3), pooled(X, 3, 3), because)
    assert_close(output(X, kernel=2), pooled(X, 2, 2), because)


def test_max_pool2d_forward_leaves_negative_images_negative(rng):
    X = -1e200 * (1 + rng.uniform(size=(2, 3, 5, 7)))
    because = "of negative numbers one is the largest: there is no padding, and no 0"
    assert_close(output(X, 3, 2), pooled(X, 3, 2), because)


def test_max_pool2d_forward_of_infinite_pixels_is_infinite():
    X = np.full((1, 1, 2, 6), -np.inf)
    X[0, 0, 1, 3], X[0, 0, 0, 4] = -5, np.inf
    want = np.array([[[[-np.inf, -5, np.inf]]]])
    because = "of pixels of -inf the largest is -inf, and any other number is larger"
    assert_close(output(X, 2), want, because)


@EVERY_CASE
def test_max_pool2d_forward_agrees_with_torch(rng, shape, kernel, stride):
    X = rng.normal(size=shape)
    assert_close(output(X, kernel, stride), pooled(X, kernel, stride), WHAT)


@FLOATS
def test_max_pool2d_forward_keeps_the_dtype(rng, dtype):
    X = rng.normal(size=(2, 3, 7, 5)).astype(dtype)
    assert_close(output(X, 3, 2), pooled(X, 3, 2), "the output has X's dtype")


def test_max_pool2d_forward_takes_any_memory_layout(rng):
    X = rng.normal(size=(5, 14, 3, 4))[:, ::2].transpose(3, 2, 0, 1)
    assert_close(output(X, 3, 2), pooled(X, 3, 2), SAME)


def test_max_pool2d_backward_hands_the_slope_to_the_largest_pixel():
    X, dY = np.array([[HAND]]), np.array([[[[2.0, -3], [5, 7]]]])
    want = np.zeros((1, 1, 4, 5))
    want[0, 0, [0, 0, 2, 2], [1, 3, 0, 3]] = 2, -3, 5, 7
    because = (
        "the largest pixel of each window gets its slope; one of two 6s is the first"
    )
    assert_close(backward(dY, X, 2), want, because)


def test_max_pool2d_backward_hands_a_tie_to_its_first_pixel():
    X = np.array([[[[5.0, 5, 1, 6], [5, 2, 6, 3]]]])
    dY = np.array([[[[3.0, -7, 11]]]])
    want = np.array([[[[3.0, 0, 0, 11], [0, 0, -7, 0]]]])
    assert_close(backward(dY, X, 2, 1), want, FIRST)


def test_max_pool2d_backward_of_equal_pixels_goes_to_the_corners(rng):
    X, dY = np.full((2, 3, 6, 7), -2.5), rng.normal(size=(2, 3, 2, 2))
    want = np.zeros(X.shape)
    want[:, :, ::3, :6:3] = dY
    because = f"{FIRST}: where all are equal, to the upper left one of each window"
    assert_close(backward(dY, X, 3), want, because)


def test_max_pool2d_backward_adds_up_where_windows_overlap():
    X = np.array([[[[1.0, 9, 4, 2, 3], [0, 5, 6, 8, 7]]]])
    dY = np.array([[[[2.0, 13, 5, -4]]]])
    want = np.array([[[[0.0, 15, 0, 0, 0], [0, 0, 0, 1, 0]]]])
    assert_close(backward(dY, X, 2, 1), want, ADDS)


def test_max_pool2d_backward_passes_on_all_of_the_gradient(rng):
    X, dY, _ = given_and_slopes(rng, (2, 3, 7, 11), 4, 2, ties=True)
    dX = backward(dY, X, 4, 2)
    assert_equal(np.shape(dX), X.shape, "the gradient has X's shape")
    because = "each output's gradient arrives whole in its own image and channel"
    assert_close(dX.sum((2, 3)), dY.sum((2, 3)), because, rung="gradient")


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
@EVERY_CASE
def test_max_pool2d_backward_agrees_with_autograd(rng, shape, kernel, stride, ties):
    X, dY, want = given_and_slopes(rng, shape, kernel, stride, ties)
    because = f"{FIRST}; {ADDS}" if ties else f"the largest pixel alone gets it; {ADDS}"
    assert_close(backward(dY, X, kernel, stride), want, because, rung="gradient")


@FLOATS
def test_max_pool2d_backward_keeps_the_dtype(rng, dtype):
    X, dY, want = given_and_slopes(rng, (2, 3, 7, 5), 3, 2, dtype=dtype)
    assert_close(backward(dY, X, 3, 2), want, "the gradient has X's dtype")


def test_max_pool2d_backward_takes_any_memory_layout(rng):
    X, dY, want = given_and_slopes(rng, (2, 3, 7, 10), 3, 2)
    given = np.repeat(dY, 2, axis=3)[..., ::2]
    got = backward(given, np.asfortranarray(X), 3, 2)
    assert_close(got, want, SAME, rung="gradient")


def test_max_pool2d_backward_needs_nothing_but_the_cache(rng):
    X, dY, want = given_and_slopes(rng, (2, 3, 7, 5), 3, 2)
    _, cache = forward(X, 3, 2)
    forward(rng.normal(size=X.shape), 3, 2)
    because = "another pooling in between does not change what is in the cache"
    assert_close(max_pool2d_backward(dY, cache), want, because, rung="gradient")


def test_max_pool2d_backward_is_the_slope_of_max_pooling(rng):
    X = rng.permutation(2 * 3 * 5 * 7).reshape(2, 3, 5, 7) / 10
    dY = rng.normal(size=(2, 3, 3, 5))

    def loss(X):
        return float((dY * pooled(X, 3, 1)).sum())

    because = "dX is the slope of the sum of dY * Y"
    got, want = backward(dY, X, 3, 1), numerical_gradient(loss, X)
    assert_close(got, want, because, rtol=1e-6, atol=1e-7, rung="gradient")
