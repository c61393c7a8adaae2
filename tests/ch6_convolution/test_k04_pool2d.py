"""Grades pooling."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from dojo.grading import (
    Mismatch,
    assert_close,
    assert_that,
    forbids,
    numerical_gradient,
    raises,
)
from katas.ch6_convolution.k04_pool2d import maxpool2d_backward, pool2d, pool2d_nchw

SIZES = ("1d", "2d", "3d")
KINDS = ("max_pool", "avg_pool", "lp_pool", "adaptive_max_pool", "adaptive_avg_pool")
POOLINGS = [f"torch.{kind}{size}" for kind in KINDS for size in SIZES]
pytestmark = forbids(*POOLINGS, "torch.fractional_max_pool2d")

ORACLES = {"max": F.max_pool2d, "avg": F.avg_pool2d}
MODES = pytest.mark.parametrize("mode", ["max", "avg"])
OTHER_MODES = pytest.mark.parametrize("mode", ["mean", "min", "MAX", "average", ""])
WHAT = {
    "max": "each output is the largest number under its window",
    "avg": "each output is the sum under its window divided by the window's size",
}
FIRST = "a tie gives its whole gradient to the first of the equal pixels, row by row"
ADDS = "a pixel that won several windows gets the sum of their gradients"

# A small image whose windows have their maxima in different corners.
HAND = [[1.0, 7.0, -2.0, 8.0], [4.0, 0.0, 5.0, -6.0], [9.0, -8.0, 2.0, 6.0]]

# Sizes that leave a rest, overlap, leave gaps, and differ between the axes.
SHAPES = [
    ((2, 3, 7, 11), 2, None, 0),
    ((1, 2, 7, 5), 3, 2, 1),
    ((3, 2, 5, 13), (2, 3), None, 0),
    ((2, 3, 11, 7), (3, 2), (2, 1), 0),
    ((2, 1, 13, 11), (5, 4), (3, 4), (1, 2)),
    ((2, 5, 7, 8), (2, 5), 3, (0, 2)),
    ((3, 2, 8, 11), 2, (3, 5), (1, 0)),
    ((2, 3, 3, 5), (3, 5), 1, 0),
]


def slid(X: Tensor, size: tuple[int, int], mode: str = "max") -> Tensor:
    return ORACLES[mode](X[None], size, stride=1)[0]


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def assert_refused(answer: Callable[[], Tensor]) -> None:
    """Expect a ValueError; what came instead is evidence for the diagnosis."""
    because = "a mode other than max or avg is an error, not a guess"
    with raises(ValueError, because=because):
        came = answer()
        values = (came.numpy(), None) if isinstance(came, Tensor) else None
        raise Mismatch("raises", because, "no error", "ValueError", values=values)


def assert_flows(Y: Tensor, like: Tensor, X: Tensor, dY: Tensor) -> None:
    """Compare the gradient that autograd finds through two equal poolings of X."""
    assert_close(Y, like, "the output is the same for an X that wants gradients")
    because = "autograd finds the same gradient through it as through torch's"
    flow = "gradients flow through the pooling"
    assert_that(Y.requires_grad, flow, "cut off", "in the graph", rung="gradient")
    (dX,), (want,) = (torch.autograd.grad(out, X, dY) for out in (Y, like))
    assert_close(dX, want, because, rung="gradient")


def test_pool2d_max_takes_the_largest_number_under_each_window():
    want = torch.tensor([[7.0, 8.0], [9.0, 6.0]])
    assert_close(pool2d(torch.tensor(HAND), (2, 3), "max"), want, WHAT["max"])


def test_pool2d_avg_takes_the_mean_under_each_window():
    want = torch.tensor([[15.0, 12.0], [12.0, -1.0]]) / 6
    assert_close(pool2d(torch.tensor(HAND), (2, 3), mode="avg"), want, WHAT["avg"])


def test_pool2d_takes_the_maximum_by_default():
    want = torch.tensor([[7.0, 7.0, 8.0], [9.0, 5.0, 6.0]])
    assert_close(pool2d(torch.tensor(HAND), (2, 2)), want, "the mode is max by default")


def test_pool2d_max_can_be_below_any_number_one_might_start_from(generator):
    X = -1e200 * (1 + draw(generator, 5, 7).abs())
    because = "of negative numbers one is the largest"
    assert_close(pool2d(X, (3, 2)), slid(X, (3, 2)), because)


@MODES
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 2), (1, 5), (5, 3)])
def test_pool2d_agrees_with_torch_at_stride_one(generator, mode, size):
    X = draw(generator, 5, 11)
    because = f"the window moves in steps of one; {WHAT[mode]}"
    assert_close(pool2d(X, size, mode), slid(X, size, mode), because)


@MODES
def test_pool2d_does_not_mind_how_the_image_lies_in_memory(generator, mode):
    X = draw(generator, 7, 10).T[::2]
    assert_close(pool2d(X, (2, 3), mode), slid(X, (2, 3), mode), WHAT[mode])


@MODES
def test_pool2d_lets_gradients_flow_as_torch_does(generator, mode):
    X = draw(generator, 5, 7).requires_grad_()
    Y, want = pool2d(X, (2, 3), mode), slid(X, (2, 3), mode)
    assert_flows(Y, want, X, draw(generator, 4, 5))


@OTHER_MODES
def test_pool2d_refuses_other_modes(generator, mode):
    assert_refused(lambda: pool2d(draw(generator, 3, 5), (2, 3), mode))


@MODES
def test_pool2d_nchw_of_two_channels_is_known_by_hand(mode):
    X = torch.tensor([[[[1.0, 5.0, 2.0, 4.0, -3.0]], [[9.0, 6.0, 8.0, -8.0, -7.0]]]])
    want = {"max": [[[5.0, 4.0]], [[9.0, -7.0]]], "avg": [[[3.0, 0.5]], [[7.5, -7.5]]]}
    because = f"{WHAT[mode]}; the windows start at 0 and 3, in each channel by itself"
    got = pool2d_nchw(X.double(), (1, 2), (1, 3), 0, mode)
    assert_close(got, torch.tensor([want[mode]]).double(), because)


def test_pool2d_nchw_pads_the_maximum_with_less_than_any_number():
    X = -torch.arange(1, 7, dtype=torch.float64).view(1, 1, 2, 3)
    want = torch.tensor([[[[-1.0, -2.0], [-4.0, -5.0]]]], dtype=torch.float64)
    because = "padding for the maximum is -inf: it never wins"
    assert_close(pool2d_nchw(X, 2, 2, 1), want, because)
    X = torch.tensor([[[[-torch.inf, -3e200, -2.0, -1e200]]]], dtype=torch.float64)
    want = torch.tensor([[[[-torch.inf, -2.0, -1e200]]]], dtype=torch.float64)
    assert_close(pool2d_nchw(X, (1, 2), stride=(1, 2), padding=(0, 1)), want, because)


def test_pool2d_nchw_counts_the_padding_in_the_mean():
    X = 4 * torch.arange(1, 7, dtype=torch.float64).view(1, 1, 2, 3)
    want = torch.tensor([[[[1.0, 5.0], [4.0, 11.0]]]], dtype=torch.float64)
    because = "the mean divides by the whole window, padding counted as zeros"
    assert_close(pool2d_nchw(X, kernel=2, padding=1, mode="avg"), want, because)


@pytest.mark.parametrize("kernel", [2, (3, 2), (2, 5)])
def test_pool2d_nchw_steps_by_the_kernel_by_default(generator, kernel):
    X = draw(generator, 2, 3, 7, 11)
    because = "without a stride the windows touch and do not overlap"
    assert_close(pool2d_nchw(X, kernel), F.max_pool2d(X, kernel), because)


@MODES
@pytest.mark.parametrize(("shape", "kernel", "stride", "padding"), SHAPES)
def test_pool2d_nchw_agrees_with_torch(generator, mode, shape, kernel, stride, padding):
    X = draw(generator, *shape)
    want = ORACLES[mode](X, kernel, stride, padding)
    because = f"{WHAT[mode]}, channel by channel; pairs are (h, w)"
    assert_close(pool2d_nchw(X, kernel, stride, padding, mode), want, because)


@MODES
def test_pool2d_nchw_keeps_float32(generator, mode):
    X = draw(generator, 2, 3, 7, 5).float()
    want = ORACLES[mode](X, (2, 3), 2, 1)
    assert_close(pool2d_nchw(X, (2, 3), 2, 1, mode), want, "the output has X's dtype")


@MODES
def test_pool2d_nchw_does_not_mind_how_the_image_lies_in_memory(generator, mode):
    X = draw(generator, 2, 7, 10, 3).permute(0, 3, 2, 1)[:, :, ::2]
    want = ORACLES[mode](X, (2, 3), 2)
    assert_close(pool2d_nchw(X, (2, 3), 2, 0, mode), want, WHAT[mode])


@MODES
def test_pool2d_nchw_lets_gradients_flow_as_torch_does(generator, mode):
    X = draw(generator, 2, 3, 7, 5).requires_grad_()
    want = ORACLES[mode](X, 3, (2, 1), 1)
    dY = draw(generator, *want.shape)
    assert_flows(pool2d_nchw(X, 3, (2, 1), 1, mode), want, X, dY)


@OTHER_MODES
def test_pool2d_nchw_refuses_other_modes(generator, mode):
    X = draw(generator, 2, 3, 5, 7)
    assert_refused(lambda: pool2d_nchw(X, (2, 3), mode=mode))


def test_maxpool2d_backward_of_two_channels_is_known_by_hand():
    X = torch.tensor([[[[1.0, 4.0, 2.0, 3.0]], [[9.0, 5.0, 7.0, 8.0]]]]).double()
    dY = torch.tensor([[[[5.0, -2.0]], [[3.0, 7.0]]]]).double()
    want = [[[[0.0, 5.0, 0.0, -2.0]], [[3.0, 0.0, 0.0, 7.0]]]]
    because = "each channel's largest pixel of a window gets its output's gradient"
    dX = maxpool2d_backward(dY, X, (1, 2), (1, 2))
    assert_close(dX, torch.tensor(want).double(), because)


def test_maxpool2d_backward_hands_a_tie_to_its_first_pixel():
    X = torch.tensor([[[[5.0, 5.0, 1.0, 6.0], [5.0, 2.0, 6.0, 3.0]]]]).double()
    dY = torch.tensor([[[[3.0, -7.0, 11.0]]]]).double()
    want = torch.tensor([[[[3.0, 0.0, 0.0, 11.0], [0.0, 0.0, -7.0, 0.0]]]]).double()
    assert_close(maxpool2d_backward(dY, X, 2, 1), want, FIRST)


def test_maxpool2d_backward_adds_up_where_windows_overlap():
    X = torch.tensor([[[[1.0, 9.0, 4.0, 2.0, 3.0], [0.0, 5.0, 6.0, 8.0, 7.0]]]])
    dY = torch.tensor([[[[2.0, 13.0, 5.0]]]])
    want = torch.tensor([[[[0.0, 15.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 5.0, 0.0]]]])
    assert_close(maxpool2d_backward(dY, X, (2, 3), 1), want, ADDS)


def test_maxpool2d_backward_passes_on_all_of_the_gradient(generator):
    X = draw(generator, 2, 3, 7, 11).round()
    dY = draw(generator, 2, 3, 3, 4)
    dX = maxpool2d_backward(dY, X, (2, 4), 2)
    because = "each output's gradient arrives whole in its own image and channel"
    assert_close(dX.sum((2, 3)), dY.sum((2, 3)), because, rung="gradient")


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize(
    ("shape", "kernel", "stride"),
    [
        ((2, 3, 7, 5), 2, 2),
        ((1, 2, 7, 11), 3, 1),
        ((3, 2, 11, 8), (3, 2), (2, 3)),
        ((2, 5, 7, 13), (2, 5), (1, 4)),
        ((2, 3, 5, 7), 2, (1, 3)),
    ],
)
def test_maxpool2d_backward_agrees_with_torch(generator, shape, kernel, stride, ties):
    X = draw(generator, *shape) - 9
    X = (X.round() if ties else X).requires_grad_()
    Y = F.max_pool2d(X, kernel, stride)
    dY = draw(generator, *Y.shape)
    (want,) = torch.autograd.grad(Y, X, dY)
    because = f"{FIRST}; {ADDS}" if ties else "the maximum's pixel alone gets it"
    dX = maxpool2d_backward(dY, X.detach(), kernel, stride)
    assert_close(dX, want, because, rung="gradient")


def test_maxpool2d_backward_does_not_mind_how_tensors_lie_in_memory(generator):
    X = draw(generator, 2, 7, 5, 3).permute(0, 3, 2, 1).requires_grad_()
    Y = F.max_pool2d(X, (2, 3), 2)
    dY = draw(generator, 2, 3, 3, 2).transpose(2, 3)
    (want,) = torch.autograd.grad(Y, X, dY)
    dX = maxpool2d_backward(dY, X.detach(), kernel=(2, 3), stride=2)
    assert_close(dX, want, "each gradient goes to its own window", rung="gradient")


def test_maxpool2d_backward_is_the_slope_of_max_pooling(rng):
    X = rng.permutation(2 * 3 * 5 * 7).reshape(2, 3, 5, 7) / 10
    dY = torch.from_numpy(rng.normal(size=(2, 3, 2, 5)))

    def loss(X: np.ndarray) -> Tensor:
        return (dY * F.max_pool2d(torch.from_numpy(X), 3, (2, 1))).sum()

    dX = maxpool2d_backward(dY, torch.from_numpy(X), 3, (2, 1))
    slope = torch.from_numpy(numerical_gradient(loss, X))
    because = "dX is the slope of the sum of dY * Y"
    assert_close(dX, slope, because, rtol=1e-6, atol=1e-7, rung="gradient")
