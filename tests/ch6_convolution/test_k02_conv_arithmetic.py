"""Grades the arithmetic of convolutions."""

from collections.abc import Callable
from copy import deepcopy
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.grading import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    forbids,
    raises,
)
from katas.ch6_convolution.k02_conv_arithmetic import (
    comp_conv2d,
    conv_param_count,
    out_size,
    receptive_field,
    same_padding,
    trace_shapes,
)

KINDS = ("conv", "conv_transpose", "max_pool", "avg_pool", "lp_pool")
KINDS += ("adaptive_max_pool", "adaptive_avg_pool")
SLIDING = [f"torch.{kind}{n}d" for kind in KINDS for n in (1, 2, 3)]
SLIDING += ["torch.convolution", "torch._convolution", "torch.unfold"]
by_arithmetic = forbids(*SLIDING)  # of all but comp_conv2d, which is given a layer

PLACES = "it starts at 0, s, 2s, … as long as all of it lies on the padded axis"
STEPS = "a step is as long as the strides of all layers before, multiplied"

# n, k, p, s, d and the number of places, counted by hand.
COUNTED = [
    (7, 3, 0, 1, 1, 5),
    (7, 3, 1, 1, 1, 7),
    (8, 3, 0, 2, 1, 3),
    (8, 5, 1, 4, 1, 2),
    (9, 2, 0, 3, 1, 3),
    (3, 4, 2, 2, 1, 2),
    (11, 3, 0, 1, 4, 3),
    (10, 4, 1, 2, 3, 2),
    (5, 5, 0, 3, 1, 1),
    (1, 1, 0, 1, 1, 1),
    (9, 1, 0, 4, 3, 3),
    (224, 11, 0, 4, 1, 54),
    (4, 7, 2, 3, 1, 1),
    (4, 2, 3, 2, 2, 4),
]
TOO_LARGE = [(2, 3, 0, 1, 1), (3, 7, 1, 1, 1), (5, 3, 0, 1, 3), (1, 4, 1, 2, 1)]
TOO_LARGE += [(4, 5, 0, 3, 1), (6, 4, 1, 2, 3)]

ALEXNET = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0)]
ALEXNET += [(3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
STACKS = [
    ([(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0)], (32, 28)),
    ([((3, 5), (3, 4), (0, 1)), (2, 1, 1)], (17, 29)),
    ([((5, 3), 1, (2, 1)), (3, (1, 2), 0), ((2, 1), 2, (1, 0))], (8, 11)),
    ([(4, 3, 2), ((1, 3), (2, 1), 0), (2, (3, 1), (0, 1))], (19, 7)),
    ([(3, 3, 1), ((2, 4), (2, 4), (1, 2))], (10, 13)),
]
FIELDS = [
    ([(3, 1)], 3),
    ([(3, 1), (3, 1)], 5),
    ([(3, 2), (3, 1)], 7),
    ([(5, 1), (2, 2), (5, 1), (2, 2)], 16),
    ([(2, 2), (3, 1), (2, 2), (3, 1)], 16),
    ([(7, 3), (1, 1), (4, 2), (3, 2)], 28),
    ([(1, 1), (5, 4)], 5),
    ([(3, 3), (5, 2), (4, 4), (2, 1)], 57),
]
COUNTS = [
    (1, 6, (5, 5), True, 156),
    (6, 16, (5, 5), True, 2416),
    (3, 7, (2, 5), True, 217),
    (3, 7, (2, 5), False, 210),
    (5, 2, (3, 1), False, 30),
    (13, 1, (1, 1), True, 14),
]
LAYERS = [
    ({"kernel_size": 3, "padding": 1}, (8, 8)),
    ({"kernel_size": 3, "padding": 1, "stride": (3, 4)}, (3, 2)),
    ({"kernel_size": (3, 5), "padding": (0, 1), "stride": (3, 4)}, (2, 2)),
    ({"kernel_size": (5, 3), "padding": (2, 1)}, (8, 8)),
    ({"kernel_size": (2, 4), "dilation": (3, 2), "bias": False}, (5, 2)),
    ({"kernel_size": (3, 8), "padding": (2, 0)}, (10, 1)),
    ({"kernel_size": (8, 3), "stride": (1, 2)}, (1, 3)),
]


def assert_whole(got: object, want: int, because: str) -> None:
    """Compare with a whole number; True and 5.0 are none."""
    if isinstance(got, bool | float | Tensor):
        facts = f"a {type(got).__name__}: {got!r}", "an int"
        raise Mismatch("type", "a count is a Python int", *facts, values=(got, want))
    assert_equal(got, want, because)


def assert_refused(answer: Callable[[], object], because: str) -> None:
    """Expect a ValueError; what came instead is evidence for the diagnosis."""
    with raises(ValueError, because=because):
        came = repr(answer())
        raise Mismatch("raises", because, came, "ValueError", values=(came, ""))


def sample(generator: torch.Generator, *size: int) -> Tensor:
    return torch.randn(size, generator=generator, dtype=torch.float64)


def layer_of(generator: torch.Generator, how: dict) -> nn.Module:
    layer = nn.Conv2d(1, 1, **how, dtype=torch.float64)
    for p in layer.parameters():
        p.data = sample(generator, *p.shape)
    return layer


def counted(n: int, k: int, p: int, s: int, d: int) -> int:
    """Return the places one by one: where the last weight is still on the axis."""
    starts = range(0, n + 2 * p, s)
    return sum(start + d * (k - 1) < n + 2 * p for start in starts)


@by_arithmetic
@pytest.mark.parametrize(("n", "k", "p", "s", "d", "places"), COUNTED)
def test_out_size_counts_the_places_of_the_window(n, k, p, s, d, places):
    assert_whole(out_size(n, k, p, s, d), places, PLACES)


@by_arithmetic
@pytest.mark.parametrize(
    ("how", "places"), [({}, 8), ({"p": 1}, 10), ({"s": 3}, 3), ({"d": 2, "p": 1}, 7)]
)
def test_out_size_slides_by_one_without_padding_by_default(how, places):
    because = "without p, s and d nothing is added, and the window moves by one"
    assert_whole(out_size(n=11, k=4, **how), places, because)


@by_arithmetic
@pytest.mark.parametrize("n", [5, 12, 20])
def test_out_size_is_the_size_of_torch(n):
    x = torch.zeros(1, 1, n)
    for k, p, s, d in product((1, 2, 5), (0, 2), (1, 2, 3), (1, 3)):
        if n + 2 * p > d * (k - 1):
            W = torch.zeros(1, 1, k)
            want = F.conv1d(x, W, stride=s, padding=p, dilation=d).shape[2]
            because = f"{PLACES}; here n, k, p, s, d = {n}, {k}, {p}, {s}, {d}"
            assert_whole(out_size(n, k, p, s, d), want, because)


@by_arithmetic
def test_out_size_is_the_count_of_places_also_where_the_axis_is_long(rng):
    for n in rng.integers(500, 900, 10).tolist():
        bands = (1, 40), (0, 30), (2, 60), (1, 10)
        k, p, s, d = (int(rng.integers(*band)) for band in bands)
        because = f"{PLACES}; here n, k, p, s, d = {n}, {k}, {p}, {s}, {d}"
        assert_whole(out_size(n, k, p, s, d), counted(n, k, p, s, d), because)


@by_arithmetic
@pytest.mark.parametrize(("n", "k", "p", "s", "d"), TOO_LARGE)
def test_out_size_refuses_a_window_that_fits_nowhere(n, k, p, s, d):
    because = "a window that is longer than the padded axis has no place"
    assert_refused(lambda: out_size(n, k, p, s, d), because)


@by_arithmetic
@pytest.mark.parametrize(("k", "p"), [(1, 0), (3, 1), (5, 2), (7, 3), (11, 5)])
def test_same_padding_is_half_of_what_the_window_takes_away(k, p):
    because = f"a window of {k} takes {k - 1} places away, half of them on each side"
    assert_whole(same_padding(k), p, because)


@by_arithmetic
@pytest.mark.parametrize("k", [1, 3, 5, 9, 13, 37, 59])
def test_same_padding_keeps_the_size(k):
    because = f"a window of {k} takes {k - 1} of 99 places away: add as many"
    want = next(p for p in range(99) if counted(99, k, p, 1, 1) == 99)
    assert_whole(same_padding(k), want, because)


@by_arithmetic
@pytest.mark.parametrize("k", [2, 4, 10, 38])
def test_same_padding_refuses_an_even_window(k):
    because = f"a window of {k} takes {k - 1} places away, which has no half"
    assert_refused(lambda: same_padding(k), because)


@pytest.mark.parametrize(("how", "hw"), LAYERS)
def test_comp_conv2d_has_the_size_of_the_layers_output(generator, how, hw):
    layer, X = layer_of(generator, how), sample(generator, 8, 8)
    want = layer(X[None, None])[0, 0].detach()
    assert_equal(tuple(want.shape), hw, "the layer's own output has this size")
    got = comp_conv2d(layer, X)
    because = "it is what the layer gives for a batch of one image of one channel"
    assert_close(got, want, because)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_comp_conv2d_keeps_the_dtype(generator, dtype):
    layer = layer_of(generator, {"kernel_size": (2, 3), "padding": 1}).to(dtype)
    X = sample(generator, 5, 7).to(dtype)
    because = "the output is of X's dtype"
    assert_close(comp_conv2d(layer, X), layer(X[None, None])[0, 0], because)


def test_comp_conv2d_takes_any_memory_layout(generator):
    layer, X = layer_of(generator, {"kernel_size": (2, 3)}), sample(generator, 11, 10)
    X = X.T[::2]
    because = "a transposed or strided image is read by its indices"
    assert_close(comp_conv2d(layer, X), layer(X[None, None])[0, 0], because)


@pytest.mark.parametrize("name", ["image", "weight", "bias"])
def test_comp_conv2d_lets_gradients_flow(generator, name):
    layer = layer_of(generator, {"kernel_size": (2, 3), "stride": 2})
    X = sample(generator, 5, 9)
    given = {"image": X, "weight": layer.weight, "bias": layer.bias}[name]
    layer.requires_grad_(False)
    given.requires_grad_()
    Y, like = comp_conv2d(layer, X), layer(X[None, None])[0, 0]
    assert_close(Y, like, "the output is the same where gradients are wanted")
    flow = f"gradients flow to the {name}"
    assert_that(Y.requires_grad, flow, "cut off", "in the graph", rung="gradient")
    dY = sample(generator, *like.shape)
    got, want = (
        torch.autograd.grad(out, given, dY, materialize_grads=True)[0]
        for out in (Y, like)
    )
    assert_close(got, want, flow, rung="gradient")


@pytest.mark.parametrize("training", [True, False])
def test_comp_conv2d_leaves_the_layer_as_it_is(generator, training):
    layer = layer_of(generator, {"kernel_size": (2, 3)}).train(training)
    layer.bias.requires_grad_(False)
    layer.weight.grad = sample(generator, 1, 1, 2, 3)
    before, dW = deepcopy(layer.state_dict()), layer.weight.grad.clone()
    comp_conv2d(layer, sample(generator, 5, 7))
    for name, was in before.items():
        assert_close(layer.state_dict()[name], was, f"the layer's {name} stays")
    there = "none" if layer.weight.grad is None else "there"
    assert_equal(there, "there", "the layer's gradients are not cleared")
    assert_close(layer.weight.grad, dW, "its gradients stay", rung="gradient")
    learns = ", ".join(k for k, p in layer.named_parameters() if p.requires_grad)
    assert_equal(learns, "weight", "what is frozen stays frozen, the rest learns")
    mode = "training" if layer.training else "evaluation"
    want = "training" if training else "evaluation"
    assert_equal(mode, want, "the layer's mode stays")


def assert_traced(got: object, want: list[tuple[int, int]], because: str) -> None:
    """Compare the traces, once they are a list of pairs."""
    assert_type(got, list, "the sizes come as a list")
    for pair in got:
        assert_type(pair, tuple, "each size is a tuple, (h, w)")
        for size in pair:
            assert_type(size, int, "height and width are whole numbers, an int each")
    assert_equal(got, want, because)


@by_arithmetic
def test_trace_shapes_of_alexnet_ends_at_5():
    sizes = (54, 26, 26, 12, 12, 12, 12, 5)
    because = "windows 11, 3, 5, 3, 3, 3, 3, 3 with strides 4, 2, 1, 2, 1, 1, 1, 2"
    got = trace_shapes(ALEXNET, (224, 224))
    assert_traced(got, [(size, size) for size in sizes], because)


@by_arithmetic
def test_trace_shapes_of_one_layer_treats_the_axes_by_themselves():
    because = "height and width have sizes, windows, strides and paddings of their own"
    layers = [((3, 5), (3, 4), (0, 1))]
    assert_traced(trace_shapes(layers, (8, 10)), [(2, 2)], because)
    assert_traced(trace_shapes([(3, 2, 1)], (9, 14)), [(5, 7)], because)
    layers = [((2, 7), (1, 3), (3, 0))]
    assert_traced(trace_shapes(layers, (4, 25)), [(9, 7)], because)


@by_arithmetic
@pytest.mark.parametrize(("layers", "hw"), STACKS)
def test_trace_shapes_follows_torch_layer_by_layer(layers, hw):
    want, X = [], torch.zeros(1, 1, *hw)
    for k, s, p in layers:
        size = (k, k) if isinstance(k, int) else k
        X = F.conv2d(X, torch.zeros(1, 1, *size), stride=s, padding=p)
        want.append((X.shape[2], X.shape[3]))
    because = "what leaves one layer is what reaches the next"
    assert_traced(trace_shapes(layers, hw), want, because)


@by_arithmetic
def test_trace_shapes_has_an_entry_for_each_layer():
    because = "the image's own size is not among them"
    assert_traced(trace_shapes([], (5, 7)), [], because)


@by_arithmetic
@pytest.mark.parametrize(("layers", "field"), FIELDS)
def test_receptive_field_grows_with_window_and_strides(layers, field):
    because = f"each layer adds k - 1 steps, and {STEPS}"
    assert_whole(receptive_field(layers), field, because)


@by_arithmetic
def test_receptive_field_without_layers_is_one_pixel():
    got = f"{receptive_field([])!r} pixel"
    assert_equal(got, "1 pixel", "an input depends on itself alone")


@by_arithmetic
def test_receptive_field_of_alexnet_is_195_pixels():
    layers = [(k, s) for k, s, _ in ALEXNET]
    because = f"an output of its last pooling sees 195 pixels; {STEPS}"
    assert_whole(receptive_field(layers), 195, because)


def reach(layers: list[tuple[int, int]]) -> int:
    """Return how many inputs have a slope at the one output that the stack leaves."""
    x = torch.zeros(1, 1, trial_length(layers), dtype=torch.float64).requires_grad_()
    y = x
    for k, s in layers:
        ones = torch.ones(1, 1, k, dtype=torch.float64)
        y = torch.conv1d(y, ones, stride=s)
    (slope,) = torch.autograd.grad(y[0, 0, 1], x)
    seen = slope[0, 0].nonzero()
    return int(seen.max() - seen.min()) + 1


def trial_length(layers: list[tuple[int, int]]) -> int:
    """Return a length of which the stack leaves two outputs."""
    n = 2
    for k, s in reversed(layers):
        n = (n - 1) * s + k
    return n


@by_arithmetic
def test_receptive_field_is_what_slopes_reach(rng):
    for _ in range(5):
        strides = rng.integers(1, 4, int(rng.integers(1, 5))).tolist()
        layers = [(s + int(rng.integers(0, 4)), s) for s in strides]
        because = f"of the layers (k, s) {layers} these inputs have a slope; {STEPS}"
        assert_whole(receptive_field(layers), reach(layers), because)


@by_arithmetic
@pytest.mark.parametrize(("c_in", "c_out", "k", "bias", "count"), COUNTS)
def test_conv_param_count_is_known_by_hand(c_in, c_out, k, bias, count):
    because = "a kernel for each pair of channels, and a bias for each output channel"
    assert_whole(conv_param_count(c_in, c_out, k, bias), count, because)


@by_arithmetic
@pytest.mark.parametrize(
    ("c_in", "c_out", "k"), [(3, 2, (5, 7)), (2, 11, (1, 3)), (96, 256, (5, 4))]
)
def test_conv_param_count_agrees_with_torch(c_in, c_out, k):
    for bias in (True, False):
        layer = nn.Conv2d(c_in, c_out, k, bias=bias, device="meta")
        want = sum(p.numel() for p in layer.parameters())
        because = f"nn.Conv2d({c_in}, {c_out}, {k}, bias={bias}) has as many"
        got = conv_param_count(c_in, c_out, k, bias=bias)
        assert_whole(got, want, because)


@by_arithmetic
@pytest.mark.parametrize(("c_out", "count"), [(7, 217), (11, 341)])
def test_conv_param_count_has_biases_by_default(c_out, count):
    because = f"without the argument each of the {c_out} output channels has a bias"
    assert_whole(conv_param_count(c_in=5, c_out=c_out, k=(3, 2)), count, because)
