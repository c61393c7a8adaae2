"""Grades the convolution of channels."""

from contextlib import suppress

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    forbids,
    numerical_gradient,
)
from katas.ch6_convolution.k03_conv2d_channels import (
    conv1x1,
    conv2d,
    conv2d_backward,
    pad2d,
)

KIN = [f"torch.{kind}{n}d" for kind in ("conv", "conv_transpose") for n in (1, 2, 3)]
pytestmark = forbids(
    "torch.convolution",
    "torch._convolution",
    "torch.pad",
    "torch.constant_pad_nd",
    *KIN,
)

FRAME = "zeros stand around the last two axes, ph rows and pw columns on each side"
SUM = "an output channel is the sum of its kernels' finds in all input channels"
MIX = "each pixel's channels are mixed by the same matrix, W[:, :, 0, 0]"
WHAT = ["images", "kernels", "biases"]
FLOATS = [torch.float32, torch.float64]
KINDS = [*FLOATS, torch.int64, torch.uint8, torch.bool]

# (N, Ci, H, W), (Co, kh, kw), stride and padding: rests, gaps, one of everything.
CASES = [
    ((2, 3, 7, 11), (5, 3, 2), (1, 1), (0, 0)),
    ((3, 2, 8, 5), (4, 2, 3), (2, 3), (0, 0)),
    ((2, 5, 5, 9), (3, 3, 5), (1, 1), (1, 2)),
    ((1, 2, 11, 6), (7, 4, 1), (3, 1), (2, 0)),
    ((5, 1, 6, 7), (2, 1, 4), (1, 2), (0, 3)),
    ((2, 4, 5, 3), (1, 5, 3), (1, 1), (0, 0)),
    ((3, 4, 7, 10), (2, 2, 3), (4, 5), (1, 1)),
    ((2, 3, 3, 5), (4, 7, 2), (2, 1), (3, 4)),
]
EVERY_CASE = pytest.mark.parametrize(("images", "kernels", "stride", "padding"), CASES)

HAND_X = [[[[0.0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]
HAND_W = [[[0.0, 1], [2, 3]], [[1, 2], [3, 4]]]


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def case(generator, images, kernels) -> tuple[Tensor, Tensor, Tensor]:
    """Return images, kernels and biases of these sizes."""
    W = draw(generator, kernels[0], images[1], *kernels[1:])
    return draw(generator, *images), W, draw(generator, kernels[0])


def scattered(X: Tensor) -> Tensor:
    """Return the same numbers, the axes stored backwards with gaps between them."""
    room = torch.full((*X.shape[::-1], 2), -7.0, dtype=X.dtype)
    room[..., 0] = X.permute(*reversed(range(X.dim())))
    return room[..., 0].permute(*reversed(range(X.dim())))


def place_by(answer, X: Tensor, *rest: object) -> str:
    """Tell where a result lies; "meta" is a device that any machine has."""
    answer(X, *rest)  # an error here has nothing to do with devices
    others = [x.to("meta") if isinstance(x, Tensor) else x for x in rest]
    try:
        home = X.to("meta")
        place = answer(home, *others).device
    except Exception:  # it has no numbers, for those who print them
        home, place = X, torch.device("meta")
        with place, suppress(RuntimeError):  # raised where tensors of two devices meet
            place = answer(X, *rest).device
    return "X's device" if place == home.device else "the default device"


def assert_flows(generator, Y: Tensor, like: Tensor, given: Tensor, name: str) -> None:
    """Compare the gradient that autograd finds through two equal results."""
    flow = f"gradients flow to the {name}"
    assert_close(Y, like, f"the output is the same where {flow}")
    assert_that(Y.requires_grad, flow, "cut off", "in the graph", rung="gradient")
    dY = draw(generator, *like.shape)
    got, want = (
        torch.autograd.grad(out, given, dY, materialize_grads=True)[0]
        for out in (Y, like)
    )
    assert_close(got, want, f"{flow}, and are torch's", rung="gradient")


def test_pad2d_of_a_worked_example():
    X = torch.tensor([[1.0, 2], [3, 4], [5, 6]])
    want = torch.zeros(5, 6)
    want[1:4, 2:4] = X
    assert_close(pad2d(X, (1, 2)), want, FRAME)


@pytest.mark.parametrize("p", [(0, 0), (2, 0), (0, 3), (1, 4), (3, 1)])
@pytest.mark.parametrize("shape", [(5, 7), (3, 2, 5), (2, 3, 7, 5), (2, 1, 3, 2, 4)])
def test_pad2d_agrees_with_torch(generator, shape, p):
    X = draw(generator, *shape)
    assert_close(pad2d(X, p), F.pad(X, (p[1], p[1], p[0], p[0])), FRAME)


@pytest.mark.parametrize("dtype", KINDS)
def test_pad2d_keeps_the_dtype(generator, dtype):
    X = (50 * draw(generator, 2, 3, 5).abs()).to(dtype)
    want = F.pad(X, (1, 1, 2, 2))
    assert_close(pad2d(X, (2, 1)), want, f"{FRAME}, of X's dtype")


def test_pad2d_takes_any_memory_layout(generator):
    X = scattered(draw(generator, 2, 3, 5))
    assert_close(pad2d(X, (1, 2)), F.pad(X, (2, 2, 1, 1)), FRAME)


def test_pad2d_stays_on_the_device_of_the_images(generator):
    place = place_by(pad2d, draw(generator, 2, 3, 5), (1, 2))
    assert_equal(place, "X's device", "zeros that are made inside lie where X lies")


def test_pad2d_lets_gradients_flow(generator):
    X = draw(generator, 2, 3, 5).requires_grad_()
    assert_flows(generator, pad2d(X, (1, 2)), F.pad(X, (2, 2, 1, 1)), X, "images")


def test_conv2d_of_two_channels_is_known_by_hand():
    X, W = torch.tensor(HAND_X), torch.tensor([HAND_W])
    want = torch.tensor([[[[56.0, 72], [104, 120]]]])
    because = "19, 25, 37, 43 of the first channel and 37, 47, 67, 77 of the second"
    assert_close(conv2d(X, W), want, because)


def test_conv2d_of_two_output_channels_is_known_by_hand():
    X, K = torch.tensor(HAND_X), torch.tensor(HAND_W)
    W, b = torch.stack([K, K + 1]), torch.tensor([10.0, -20])
    want = [[[66.0, 82], [114, 130]], [[56, 80], [128, 152]]]
    because = "each output channel has two kernels of its own, and one bias"
    assert_close(conv2d(X, W, b), torch.tensor([want]), because)


def test_conv2d_steps_and_pads_as_counted_by_hand():
    X = torch.arange(1.0, 11).view(1, 1, 2, 5)
    W = torch.tensor([[[[1.0, 10, 100]]]])
    want = torch.tensor([[[[210.0, 432, 54], [760, 987, 109]]]])
    because = "padded by (0, 1) a row is 0 1 2 3 4 5 0; steps of (1, 2) meet 3 places"
    assert_close(conv2d(X, W, None, (1, 2), (0, 1)), want, because)


@pytest.mark.parametrize("biased", [True, False])
@EVERY_CASE
def test_conv2d_agrees_with_torch(generator, images, kernels, stride, padding, biased):
    X, W, b = case(generator, images, kernels)
    b = b if biased else None
    want = F.conv2d(X, W, b, stride, padding)
    because = f"{SUM}, and its bias; pairs are (h, w)"
    assert_close(conv2d(X, W, b, stride, padding), want, because)


def test_conv2d_takes_its_arguments_by_name_and_has_defaults(generator):
    X, W, b = case(generator, (2, 3, 7, 5), (4, 2, 3))
    because = "without stride and padding the window moves by one over the bare image"
    assert_close(conv2d(X, W, b), F.conv2d(X, W, b), because)
    because = "a bias that is not given is none; stride and padding go by name"
    want = F.conv2d(X, W, None, (2, 1), (1, 0))
    assert_close(conv2d(X=X, W=W, padding=(1, 0), stride=(2, 1)), want, because)


def test_conv2d_does_not_mix_the_images_of_a_batch(generator):
    X, W, b = case(generator, (5, 3, 6, 7), (2, 3, 2))
    X[3] = 0
    because = "an image that is all zero gives the biases, whatever its neighbors hold"
    want = b[:, None, None].expand(2, 6, 4)
    assert_close(conv2d(X, W, b, (1, 2), (1, 1))[3], want, because)


def test_conv2d_keeps_float32(generator):
    X, W, b = (x.float() for x in case(generator, (2, 3, 7, 5), (4, 2, 3)))
    want = F.conv2d(X, W, b, (2, 1), (1, 2))
    assert_close(conv2d(X, W, b, (2, 1), (1, 2)), want, "the output has X's dtype")


def test_conv2d_takes_any_memory_layout(generator):
    X, W, b = (scattered(x) for x in case(generator, (2, 3, 7, 5), (4, 2, 3)))
    want = F.conv2d(X, W, b, (1, 2), (1, 0))
    because = "transposed and strided tensors are read by their indices"
    assert_close(conv2d(X, W, b, (1, 2), (1, 0)), want, because)


def test_conv2d_stays_on_the_device_of_the_images(generator):
    X, W, b = case(generator, (2, 3, 7, 5), (4, 2, 3))
    place = place_by(conv2d, X, W, b, (2, 1), (1, 0))
    assert_equal(place, "X's device", "what is made inside lies where X lies")


@pytest.mark.parametrize("name", WHAT)
@EVERY_CASE
def test_conv2d_lets_gradients_flow(generator, images, kernels, stride, padding, name):
    given = case(generator, images, kernels)
    learns = given[WHAT.index(name)].requires_grad_()
    like = F.conv2d(*given, stride, padding)
    assert_flows(generator, conv2d(*given, stride, padding), like, learns, name)


def test_conv1x1_of_one_pixel_is_a_matrix_times_its_channels():
    X = torch.tensor([[[[1.0, 2, 3]], [[10.0, 20, 40]]]])
    W = torch.tensor([[1.0, 2], [3, -1], [0, 1]])[:, :, None, None]
    want = torch.tensor([[[[21.0, 42, 83]], [[-7, -14, -31]], [[10, 20, 40]]]])
    because = "the three rows of W times the pixels (1, 10), (2, 20) and (3, 40)"
    assert_close(conv1x1(X, W), want, because)


@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize(
    ("images", "filters"),
    [((2, 3, 5, 7), 4), ((3, 5, 7, 2), 2), ((1, 4, 1, 6), 3), ((5, 1, 3, 4), 2)],
)
def test_conv1x1_agrees_with_torch(generator, images, filters, biased):
    X, W, b = case(generator, images, (filters, 1, 1))
    b = b if biased else None
    because = f"{MIX}; an output channel's bias is added to all its pixels"
    assert_close(conv1x1(X, W, b), F.conv2d(X, W, b), because)


def test_conv1x1_keeps_float32(generator):
    X, W, b = (x.float() for x in case(generator, (2, 3, 5, 7), (4, 1, 1)))
    assert_close(conv1x1(X, W, b=b), F.conv2d(X, W, b), "the output has X's dtype")


def test_conv1x1_takes_any_memory_layout(generator):
    X, W, b = (scattered(x) for x in case(generator, (2, 3, 5, 7), (4, 1, 1)))
    assert_close(conv1x1(X, W, b), F.conv2d(X, W, b), MIX)


def test_conv1x1_stays_on_the_device_of_the_images(generator):
    X, W, b = case(generator, (2, 3, 5, 7), (4, 1, 1))
    place = place_by(conv1x1, X, W, b)
    assert_equal(place, "X's device", "what is made inside lies where X lies")


@pytest.mark.parametrize("name", WHAT)
def test_conv1x1_lets_gradients_flow(generator, name):
    given = case(generator, (2, 3, 5, 7), (4, 1, 1))
    learns = given[WHAT.index(name)].requires_grad_()
    assert_flows(generator, conv1x1(*given), F.conv2d(*given), learns, name)


def assert_gradients(got: object, want: tuple[Tensor, ...], because: str) -> None:
    """Compare dX, dW and db, once they are three."""
    assert_type(got, tuple, "the gradients come as a tuple, (dX, dW, db)")
    assert_equal(f"{len(got)} tensors", "3 tensors", "they are dX, dW and db")
    assert_close(got, want, because, rung="gradient")


def test_conv2d_backward_is_known_by_hand():
    X = torch.tensor([[[[1.0, 2, 3, 4, 5]]]])
    W, dY = torch.tensor([[[[10.0, 20]]]]), torch.tensor([[[[1.0, -3]]]])
    want = (
        torch.tensor([[[[10.0, 20, -30, -60, 0]]]]),
        torch.tensor([[[[-8.0, -10]]]]),
        torch.tensor([-2.0]),
    )
    because = "the windows 1 2 and 3 4 have the slopes 1 and -3; no window meets the 5"
    assert_gradients(conv2d_backward(dY, X, W, (1, 2), (0, 0)), want, because)


def test_conv2d_backward_adds_up_where_windows_overlap():
    X, W = torch.tensor([[[[1.0, 2, 4]]]]), torch.tensor([[[[10.0, 20]]]])
    dY = torch.tensor([[[[1.0, -3, 2, 5]]]])
    want = (
        torch.tensor([[[[-10.0, -40, 90]]]]),
        torch.tensor([[[[21.0, 3]]]]),
        torch.tensor([5.0]),
    )
    because = "a pixel that several windows met gets the sum of what they send it"
    assert_gradients(conv2d_backward(dY, X, W, (1, 1), (0, 1)), want, because)


def slopes_of(dY, X, W, b, stride, padding) -> tuple[Tensor, ...]:
    given = tuple(x.clone().requires_grad_() for x in (X, W, b))
    return torch.autograd.grad(F.conv2d(*given, stride, padding), given, dY)


@EVERY_CASE
def test_conv2d_backward_agrees_with_autograd(
    generator, images, kernels, stride, padding
):
    X, W, b = case(generator, images, kernels)
    dY = draw(generator, *F.conv2d(X, W, b, stride, padding).shape)
    want = slopes_of(dY, X, W, b, stride, padding)
    because = "dW and db are summed over batch and places, dX over the windows"
    assert_gradients(conv2d_backward(dY, X, W, stride, padding), want, because)


def test_conv2d_backward_keeps_nothing_from_call_to_call(generator):
    X, W, b = case(generator, (2, 3, 5, 4), (3, 2, 3))
    slopes = [draw(generator, 2, 3, 2, 2) for _ in range(2)]
    want = [slopes_of(dY, X, W, b, (2, 1), (0, 0)) for dY in slopes]
    for dY, each in zip(slopes, want, strict=True):
        because = "the gradients are of this call's dY alone, whatever was asked before"
        assert_gradients(conv2d_backward(dY, X, W, (2, 1), (0, 0)), each, because)


def test_conv2d_backward_keeps_float32(generator):
    X, W, b = (x.float() for x in case(generator, (2, 3, 7, 5), (4, 2, 3)))
    dY = draw(generator, 2, 4, 4, 5).float()
    want = slopes_of(dY, X, W, b, (2, 1), (1, 1))
    because = "the gradients are of X's dtype"
    assert_gradients(conv2d_backward(dY, X, W, (2, 1), (1, 1)), want, because)


def test_conv2d_backward_takes_any_memory_layout(generator):
    X, W, b = (scattered(x) for x in case(generator, (2, 3, 7, 5), (4, 2, 3)))
    dY = scattered(draw(generator, 2, 4, 4, 5))
    want = slopes_of(dY, X, W, b, (2, 1), (1, 1))
    because = "transposed and strided tensors are read by their indices"
    assert_gradients(conv2d_backward(dY, X, W, (2, 1), (1, 1)), want, because)


def test_conv2d_backward_is_the_slope_of_the_convolution(rng):
    X, W = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 2, 3))
    dY, b = torch.from_numpy(rng.normal(size=(2, 2, 3, 3))), np.zeros(2)

    def loss(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> Tensor:
        Y = F.conv2d(*map(torch.from_numpy, (X, W, b)), stride=(2, 2), padding=(1, 1))
        return (dY * Y).sum()

    slopes = (
        numerical_gradient(lambda X: loss(X, W, b), X),
        numerical_gradient(lambda W: loss(X, W, b), W),
        numerical_gradient(lambda b: loss(X, W, b), b),
    )
    given = dY, *map(torch.from_numpy, (X, W))
    got = conv2d_backward(*given, stride=(2, 2), padding=(1, 1))
    assert_type(got, tuple, "the gradients come as a tuple, (dX, dW, db)")
    for name, came, slope in zip(("dX", "dW", "db"), got, slopes, strict=True):
        because = f"{name} is the slope of the sum of dY * Y"
        want = torch.from_numpy(slope)
        assert_close(came, want, because, rtol=1e-6, atol=1e-7, rung="gradient")
