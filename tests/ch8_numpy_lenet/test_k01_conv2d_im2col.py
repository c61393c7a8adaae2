"""Grades convolution as one matrix product."""

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
from katas.ch8_numpy_lenet.k01_conv2d_im2col import (
    col2im,
    conv2d_backward,
    conv2d_forward,
    im2col,
)

ROWS = "row (c·kh + i)·kw + j has pixel (i, j) of the windows in channel c"
COLUMNS = "column (n·H' + y)·W' + x is the window of image n at place (y, x)"
ADDS = "a pixel is the sum of the entries that windows have for it"
SUM = "an output channel is the sum of its kernels' finds in all channels, and its bias"
SAME = "the numbers count, not how they lie in memory"
WHAT = ["images", "kernels", "biases"]
FLOATS = [np.float32, np.float64]

# (N, C, H, W), kernel, stride and padding: rests, gaps, overlap, one of everything.
CASES = [
    ((2, 3, 7, 11), (3, 2), (1, 1), (0, 0)),
    ((3, 2, 8, 5), (2, 3), (2, 3), (0, 0)),
    ((2, 5, 5, 9), (3, 5), (1, 1), (1, 2)),
    ((1, 2, 11, 6), (4, 1), (2, 1), (2, 0)),
    ((5, 1, 6, 7), (1, 4), (1, 2), (0, 3)),
    ((2, 4, 5, 3), (5, 3), (1, 1), (0, 0)),
    ((3, 4, 7, 10), (2, 3), (4, 5), (1, 1)),
    ((2, 3, 3, 5), (7, 2), (2, 1), (3, 4)),
]
EVERY_CASE = pytest.mark.parametrize(("shape", "kernel", "stride", "padding"), CASES)
EVERY_FLOAT = pytest.mark.parametrize("dtype", FLOATS, ids=["float32", "float64"])

# Two images of two channels, each 2 by 3 pixels; its name tells where a pixel is.
NAMED = np.add.outer(
    np.array([[1100, 1200], [2100, 2200]]), np.array([[11, 12, 13], [21, 22, 23]])
)
NAMED_COLUMNS = np.array(
    [
        [1111, 1112, 2111, 2112],
        [1112, 1113, 2112, 2113],
        [1121, 1122, 2121, 2122],
        [1122, 1123, 2122, 2123],
        [1211, 1212, 2211, 2212],
        [1212, 1213, 2212, 2213],
        [1221, 1222, 2221, 2222],
        [1222, 1223, 2222, 2223],
    ]
)
ONE_IMAGE = np.array([[[[1.0, 2, 3], [4, 5, 6]], [[7, 8, 9], [0, -1, -2]]]])
TWO_KERNELS = np.array([[[[1.0, 10], [100, 1000]], [[0, 2], [-1, 0]]],
                        [[[0, 0], [0, 1]], [[3, 0], [0, 0]]]])  # fmt: skip


def as_columns(X, kernel, stride, padding):
    """Return what im2col is to return, from torch."""
    X = torch.as_tensor(np.ascontiguousarray(X))
    cols = F.unfold(X, kernel, padding=padding, stride=stride)  # (N, C·kh·kw, H'·W')
    return cols.transpose(0, 1).flatten(1).numpy()


def as_images(cols, shape, kernel, stride, padding):
    """Return what col2im is to return, from torch."""
    cols = torch.as_tensor(np.ascontiguousarray(cols)).unflatten(1, (shape[0], -1))
    folded = F.fold(cols.transpose(0, 1), shape[2:], kernel, 1, padding, stride)
    return folded.numpy()


def drawn_columns(rng, shape, kernel, stride, padding):
    size = as_columns(np.zeros(shape), kernel, stride, padding).shape
    return rng.normal(size=size)


def drawn(rng, shape, kernel, channels=5):
    """Return images, kernels and biases."""
    kernels = (channels, shape[1], *kernel)
    return tuple(rng.normal(size=size) for size in (shape, kernels, (channels,)))


def forward(*given, **named):
    """Return Y and the cache of the answer's conv2d_forward."""
    returned = conv2d_forward(*given, **named)
    assert_type(returned, tuple, "the output comes in a pair with the cache")
    assert_equal(len(returned), 2, "Y and cache, and nothing else, are returned")
    return returned


def output(*given, **named):
    return forward(*given, **named)[0]


def backward(dY, cache):
    """Return the three gradients of the answer's conv2d_backward."""
    returned = conv2d_backward(dY, cache)
    assert_type(returned, tuple, "the gradients come in a tuple")
    assert_equal(len(returned), 3, "dX, dW and db, and nothing else, are returned")
    return returned


def truth(X, W, b, stride=(1, 1), padding=(0, 0)):
    """Return the output of torch's convolution."""
    tensors = (torch.as_tensor(np.ascontiguousarray(array)) for array in (X, W, b))
    return F.conv2d(*tensors, stride=stride, padding=padding).numpy()


def slopes(rng, X, W, b, stride=(1, 1), padding=(0, 0)):
    """Return a gradient of Y, and those that autograd finds for X, W and b."""
    leaves = [torch.tensor(array, requires_grad=True) for array in (X, W, b)]
    Y = F.conv2d(*leaves, stride=stride, padding=padding)
    dY = torch.as_tensor(rng.normal(size=Y.shape)).to(Y.dtype)
    found = torch.autograd.grad(Y, leaves, dY)
    return dY.numpy(), tuple(gradient.numpy() for gradient in found)


def test_im2col_of_two_small_images_is_known_by_hand():
    because = f"{ROWS}; {COLUMNS}"
    assert_close(im2col(NAMED, (2, 2)), NAMED_COLUMNS, because)


def test_im2col_puts_zeros_around_the_image():
    X = np.array([[[[5.0, 6, 7]]]])
    want = [[0.0, 0, 0, 0], [0, 0, 0, 0], [0, 5, 6, 7], [5, 6, 7, 0]]
    want += [[0, 0, 0, 0], [0, 0, 0, 0]]
    because = "padding (1, 1) is a row above and one below, a column left and one right"
    assert_close(im2col(X, (3, 2), padding=(1, 1)), np.array(want), because)


def test_im2col_steps_by_the_stride_and_leaves_out_what_does_not_fit():
    X = np.arange(20.0).reshape(1, 1, 4, 5)
    want = np.array([[0.0, 3], [1, 4], [5, 8], [6, 9]])
    because = "the windows start in row 0 and in the columns 0 and 3; no other fits"
    assert_close(im2col(X, (2, 2), (3, 3)), want, because)


@EVERY_CASE
def test_im2col_agrees_with_torch(rng, shape, kernel, stride, padding):
    X = rng.normal(size=shape)
    want = as_columns(X, kernel, stride, padding)
    got = im2col(X, kernel, stride, padding)
    assert_close(got, want, f"{ROWS}; {COLUMNS}")


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.uint8, np.bool_])
def test_im2col_keeps_any_dtype(rng, dtype):
    X = rng.integers(0, 250, (2, 3, 5, 4)).astype(dtype)
    want = as_columns(X.astype(float), (2, 3), (2, 1), (1, 0)).astype(dtype)
    because = "pixels are moved, not computed, so they are what they were"
    assert_close(im2col(X, (2, 3), (2, 1), (1, 0)), want, because)


def test_im2col_takes_images_in_any_layout(rng):
    X = rng.normal(size=(5, 8, 3, 4))[:, ::2].transpose(3, 2, 0, 1)
    assert_close(im2col(X, (2, 3)), as_columns(X, (2, 3), 1, 0), SAME)


def test_col2im_of_one_row_is_known_by_hand():
    cols = np.array([[1.0, 20, 3], [40, 5, 60]])
    want = np.array([[[[1.0, 60, 8, 60]]]])
    because = f"{ADDS}: of three windows of two, each inner pixel lies in two"
    assert_close(col2im(cols, (1, 1, 1, 4), (1, 2)), want, because)


def test_col2im_brings_each_entry_home():
    want = NAMED * np.array([1.0, 2, 1])
    because = f"{ADDS}: here the pixels in the middle lie in two windows; {COLUMNS}"
    got = col2im(NAMED_COLUMNS.astype(float), (2, 2, 2, 3), (2, 2))
    assert_close(got, want, because)


def test_col2im_crops_the_padding():
    cols = np.array([[7.0, 1, 2, 3], [4, 5, 6, 8]])
    want = np.array([[[[5.0, 7, 9]]]])
    because = "what windows have for the padding is dropped"
    assert_close(col2im(cols, (1, 1, 1, 3), (1, 2), padding=(0, 1)), want, because)


def test_col2im_gives_0_where_no_window_lay():
    cols = np.array([[3.0, -4], [5, 6]])
    want = np.array([[[[3.0, 5, 0, -4, 6, 0]]]])
    because = "a pixel on which no window lay has 0"
    assert_close(col2im(cols, (1, 1, 1, 6), (1, 2), (1, 3)), want, because)


@EVERY_CASE
def test_col2im_agrees_with_torch(rng, shape, kernel, stride, padding):
    cols = drawn_columns(rng, shape, kernel, stride, padding)
    want = as_images(cols, shape, kernel, stride, padding)
    got = col2im(cols, shape, kernel, stride, padding)
    assert_close(got, want, f"{ADDS}; {ROWS}; {COLUMNS}")


@EVERY_CASE
def test_col2im_is_the_adjoint_of_im2col(rng, shape, kernel, stride, padding):
    X, cols = rng.normal(size=shape), drawn_columns(rng, shape, kernel, stride, padding)
    images = col2im(cols, shape, kernel, stride, padding)
    assert_equal(np.shape(images), shape, "images of X's shape come back")
    want = np.array((as_columns(X, kernel, stride, padding) * cols).sum())
    because = "the sum of im2col(X) * cols is the sum of X * col2im(cols)"
    assert_close(np.array((X * images).sum()), want, because)


def test_col2im_keeps_float32(rng):
    cols = drawn_columns(rng, (2, 3, 5, 4), (2, 3), (1, 1), (1, 0)).astype(np.float32)
    want = as_images(cols, (2, 3, 5, 4), (2, 3), (1, 1), (1, 0))
    got = col2im(cols, (2, 3, 5, 4), (2, 3), padding=(1, 0))
    assert_close(got, want, "the images are of the dtype of cols")


def test_col2im_takes_columns_in_any_layout(rng):
    case = (2, 3, 5, 4), (2, 3), (1, 1), (0, 0)
    cols = drawn_columns(rng, *case)
    given = np.asfortranarray(np.repeat(cols, 2, axis=0))[::2]
    assert_close(col2im(given, *case), as_images(cols, *case), SAME)


def test_conv2d_forward_of_two_channels_is_known_by_hand():
    Y = output(ONE_IMAGE, TWO_KERNELS, np.array([0.5, -0.25]))
    want = np.array([[[[5437.5, 6551.5]], [[25.75, 29.75]]]])
    assert_close(Y, want, f"{SUM}; kernels are not flipped")


def test_conv2d_forward_of_one_pixel_shows_the_kernel_turned():
    X = np.zeros((1, 1, 3, 5))
    X[0, 0, 1, 2] = 1
    W = np.array([[[[1.0, 2, 3], [4, 5, 6]]]])
    want = np.array([[[[6.0, 5, 4], [3, 2, 1]]]])
    because = "Y[y, x] is the sum of X[y + i, x + j] · W[i, j], the kernel not flipped"
    assert_close(output(X, W, np.zeros(1)), want, because)


def test_conv2d_forward_adds_each_channels_bias(rng):
    X, W, b = drawn(rng, (2, 3, 4, 7), (2, 3), channels=3)
    want = np.broadcast_to(b[:, None, None], (2, 3, 3, 5))
    because = "all kernels are 0, so each output channel is its bias everywhere"
    assert_close(output(X, 0 * W, b), np.array(want), because)


@EVERY_CASE
def test_conv2d_forward_agrees_with_torch(rng, shape, kernel, stride, padding):
    given = drawn(rng, shape, kernel)
    want = truth(*given, stride, padding)
    assert_close(output(*given, stride, padding), want, SUM)


def test_conv2d_forward_has_stride_one_and_no_padding_by_default(rng):
    given = drawn(rng, (2, 3, 7, 5), (2, 3))
    because = "steps of one, without padding; each can be given by its name"
    assert_close(output(*given), truth(*given), because)
    strided = truth(*given, stride=(3, 2))
    assert_close(output(*given, stride=(3, 2)), strided, because)
    padded = truth(*given, padding=(1, 2))
    assert_close(output(*given, padding=(1, 2)), padded, because)


def test_conv2d_forward_keeps_float32(rng):
    given = tuple(a.astype(np.float32) for a in drawn(rng, (2, 3, 7, 5), (2, 3)))
    want = truth(*given, (2, 1), (1, 1))
    got = output(*given, (2, 1), (1, 1))
    assert_close(got, want, "the output has X's dtype")


def test_conv2d_forward_takes_any_memory_layout(rng):
    X, W, b = drawn(rng, (2, 3, 7, 5), (2, 3))
    given = np.asfortranarray(X), np.asfortranarray(W), np.repeat(b, 2)[::2]
    assert_close(output(*given), truth(*given), SAME)


def test_conv2d_backward_of_one_row_is_known_by_hand():
    X, W = np.array([[[[1.0, 2, 3, 4]]], [[[0, -1, 5, 2]]]]), np.array([[[[3.0, -5]]]])
    dY = np.array([[[[1.0, 10, 100]]], [[[2, 0, -3]]]])
    _, cache = forward(X, W, np.array([7.0]))
    dX = np.array([[[[3.0, 25, 250, -500]]], [[[6, -10, -9, 15]]]])
    dW, db = np.array([[[[306.0, 424]]]]), np.array([110.0])
    because = (
        "dX begins 3·1, 3·10 - 5·1; dW with 1·1 + 2·10 + 3·100 - 5·3; db adds up dY"
    )
    assert_close(backward(dY, cache), (dX, dW, db), because)


@EVERY_CASE
def test_conv2d_backward_agrees_with_autograd(rng, shape, kernel, stride, padding):
    given = drawn(rng, shape, kernel)
    dY, want = slopes(rng, *given, stride, padding)
    _, cache = forward(*given, stride, padding)
    because = "autograd finds these gradients for torch's convolution"
    assert_close(backward(dY, cache), want, because, rung="gradient")


def test_conv2d_backward_sums_over_the_batch_and_the_places(rng):
    X, W, b = drawn(rng, (1, 3, 5, 7), (2, 3))
    dY, (dX, dW, db) = slopes(rng, X, W, b)
    _, cache = forward(np.vstack([X, X, X]), W, b)
    want = np.vstack([dX, -2 * dX, 4 * dX]), 3 * dW, 3 * db
    because = (
        "of an image with slopes of 1, -2 and 4 times dY, dW and db get the sum: 3"
    )
    assert_close(backward(np.vstack([dY, -2 * dY, 4 * dY]), cache), want, because)


def test_conv2d_backward_needs_nothing_but_the_cache(rng):
    first, second = (drawn(rng, (2, 3, 7, 5), (2, 3)) for _ in range(2))
    dY, want = slopes(rng, *first, (2, 1), (1, 0))
    _, cache = forward(*first, (2, 1), (1, 0))
    forward(*second, (2, 1), (1, 0))
    because = "another convolution in between does not change what is in the cache"
    assert_close(backward(dY, cache), want, because, rung="gradient")


def test_conv2d_backward_keeps_float32(rng):
    given = tuple(a.astype(np.float32) for a in drawn(rng, (2, 3, 7, 5), (2, 3)))
    dY, want = slopes(rng, *given, (2, 1), (1, 1))
    _, cache = forward(*given, (2, 1), (1, 1))
    because = "the gradients have X's dtype"
    assert_close(backward(dY, cache), want, because, rtol=1e-4, atol=1e-4)


def test_conv2d_backward_takes_any_memory_layout(rng):
    X, W, b = drawn(rng, (2, 3, 7, 5), (2, 3))
    dY, want = slopes(rng, X, W, b)
    _, cache = forward(np.asfortranarray(X), np.asfortranarray(W), b)
    given = np.repeat(dY, 2, axis=2)[:, :, ::2]
    assert_close(backward(given, cache), want, SAME, rung="gradient")


@pytest.mark.parametrize("at", [0, 1, 2], ids=WHAT)
def test_conv2d_backward_is_the_slope_of_the_forward_pass(rng, at):
    given = list(drawn(rng, (2, 2, 5, 4), (3, 2), channels=3))
    stride, padding = (2, 1), (1, 0)
    dY = rng.normal(size=truth(*given, stride, padding).shape)

    def loss(changed):
        arrays = [*given[:at], changed, *given[at + 1 :]]
        return float((truth(*arrays, stride, padding) * dY).sum())

    _, cache = forward(*given, stride, padding)
    got = backward(dY, cache)[at]
    because = f"it is the slope of the sum of Y * dY with respect to the {WHAT[at]}"
    want = numerical_gradient(loss, given[at])
    assert_close(got, want, because, rtol=1e-6, atol=1e-7, rung="gradient")
