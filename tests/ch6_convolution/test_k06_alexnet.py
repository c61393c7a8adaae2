"""Grades AlexNet, which is built on the meta device: shapes without numbers."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from dojo.grading import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_that,
    assert_type,
    assert_within,
    binomial_band,
    raises,
    slow,
)
from katas.ch6_convolution.k06_alexnet import AlexNet, alexnet_feature_size

SIDES = {
    67: 1,
    68: 1,
    97: 1,
    98: 1,
    99: 2,
    128: 2,
    130: 2,
    131: 3,
    162: 3,
    163: 4,
    194: 4,
}
SIDES |= {
    195: 5,
    200: 5,
    217: 5,
    224: 5,
    226: 5,
    227: 6,
    258: 6,
    259: 7,
    1023: 30,
    4001: 123,
}
LAYERS = [f"conv {n}" for n in range(1, 6)] + [f"linear {n}" for n in range(1, 4)]
NAMES = [f"{layer}, {kind}" for layer in LAYERS for kind in ("weight", "bias")]
EIGHT = "five convolutions and three linear layers have a weight and a bias each"
NETS = [{}, {"in_channels": 3, "in_size": 227}, {"num_classes": 1000, "in_size": 67}]
NETS += [{"in_channels": 2, "num_classes": 7, "in_size": 131, "dropout": 0.2}]
SMALL = [{"in_size": 67}, {"in_channels": 3, "in_size": 99}]
SMALL += [{"in_channels": 2, "in_size": 131, "dropout": 0.2}]


def shapes(in_channels=1, num_classes=10, in_size=224, dropout=0.5) -> list[tuple]:
    """Return the shapes of the 16 parameters, in order."""
    channels = [in_channels, 96, 256, 384, 384, 256]
    kernels = [(11, 11), (5, 5), (3, 3), (3, 3), (3, 3)]
    made = zip(channels[1:], channels, kernels, strict=False)
    weights = [(c_out, c_in, *k) for c_out, c_in, k in made]
    features = 256 * SIDES[in_size] ** 2
    weights += [(4096, features), (4096, 4096), (num_classes, 4096)]
    return [shape for weight in weights for shape in (weight, weight[:1])]


def alexnet(x: Tensor, values: list[Tensor]) -> Tensor:
    """Return the logits of an AlexNet without dropout that has these values."""
    W, b = values[::2], values[1::2]
    x = F.max_pool2d(F.conv2d(x, W[0], b[0], stride=4).relu(), 3, 2)
    x = F.max_pool2d(F.conv2d(x, W[1], b[1], padding=2).relu(), 3, 2)
    for layer in (2, 3, 4):
        x = F.conv2d(x, W[layer], b[layer], padding=1).relu()
    x = F.max_pool2d(x, 3, 2).flatten(1)
    for layer in (5, 6):
        x = F.linear(x, W[layer], b[layer]).relu()
    return F.linear(x, W[7], b[7])


def on_paper(*args: object, **how: object) -> nn.Module:
    """Return a net that is built on the meta device, with all its parameters there."""
    with torch.device("meta"):
        net = AlexNet(*args, **how)
    lazy = [p for p in net.parameters() if isinstance(p, nn.UninitializedParameter)]
    because = "in_size settles all shapes: every parameter is there once it is built"
    assert_equal(f"{len(lazy)} without a shape", "0 without a shape", because)
    return net


def assert_laid_out(net: nn.Module, want: list[tuple]) -> None:
    """Compare the shapes of the parameters, in order, and say where they part."""
    got = [tuple(p.shape) for p in net.parameters()]
    for name, came, shape in zip(NAMES, got, want, strict=False):
        both = f"{name}: {came}", f"{name}: {shape}"
        assert_equal(*both, "the parameters come in the order of the layers")
    assert_equal(f"{len(got)} parameters", f"{len(want)} parameters", EIGHT)


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def values_for(generator: torch.Generator, **how: int) -> list[Tensor]:
    """Return values for a net of the same plan with fewer filters and units.

    A layer's sizes come from its parameters, so 20 million numbers would show no more.
    The features alone are as many as they must be.
    """
    widths = [how.get("in_channels", 1), 5, 4, 6, 3, 256]
    kernels = [(11, 11), (5, 5), (3, 3), (3, 3), (3, 3)]
    made = zip(widths[1:], widths, kernels, strict=False)
    weights = [(c_out, c_in, *k) for c_out, c_in, k in made]
    weights += [(11, 256 * SIDES[how["in_size"]] ** 2), (13, 11), (10, 13)]
    values = []
    for weight in weights:
        size = (2 / torch.Size(weight[1:]).numel()) ** 0.5
        values += [size * draw(generator, *weight), 0.3 * draw(generator, weight[0])]
    return values


def filled(net: nn.Module, values: list[Tensor]):
    """Return the net as a function of images, with these values as its parameters."""
    names = [name for name, _ in net.named_parameters()]
    assert_equal(f"{len(names)} parameters", "16 parameters", EIGHT)
    named = dict(zip(names, values, strict=True))
    return lambda x: functional_call(net, named, (x,))


def assert_whole(got: object, want: int, because: str) -> None:
    kind = type(got).__name__
    if isinstance(got, bool | float | Tensor):
        facts = f"a {kind}: {got!r}", "an int"
        raise Mismatch("type", "a size is a Python int", *facts, values=(got, want))
    assert_equal(got, want, because)


def assert_refused(answer: Callable[[], object], because: str) -> None:
    """Expect a ValueError; what came instead is evidence for the diagnosis."""
    with raises(ValueError, because=because):
        came = repr(answer())
        raise Mismatch("raises", because, came, "ValueError", values=(came, ""))


def test_alexnet_feature_size_of_224_and_of_227_pixels_differs():
    sides = {size: alexnet_feature_size(size) for size in (224, 227)}
    got = ", ".join(f"{size} leave {side!r}" for size, side in sides.items())
    because = "one step more of conv 1 fits on 227 pixels, and one of each pooling"
    assert_equal(got, "224 leave 5, 227 leave 6", because)


@pytest.mark.parametrize(("in_size", "side"), SIDES.items())
def test_alexnet_feature_size_follows_the_windows(in_size, side):
    because = "windows 11, 3, 5, 3, 3 and strides 4, 2, 1, 2, 2; the 5 is padded by 2"
    assert_whole(alexnet_feature_size(in_size), side, because)


def test_alexnet_feature_size_is_what_torch_leaves(rng):
    values = [torch.empty(shape, device="meta") for shape in shapes()][:10:2]
    for in_size in rng.integers(67, 600, 5).tolist():
        x = torch.empty(1, 1, in_size, in_size, device="meta")
        x = F.max_pool2d(F.conv2d(x, values[0], stride=4), 3, 2)
        x = F.max_pool2d(F.conv2d(x, values[1], padding=2), 3, 2)
        for W in values[2:]:
            x = F.conv2d(x, W, padding=1)
        want = F.max_pool2d(x, 3, 2).shape[2]
        because = f"of {in_size} pixels torch's own layers leave as much"
        assert_whole(alexnet_feature_size(in_size), want, because)


@pytest.mark.parametrize(
    "in_size", [66, 65, 64, 63, 62, 35, 34, 32, 31, 28, 11, 10, 5, 1]
)
def test_alexnet_feature_size_refuses_images_that_are_too_small(in_size):
    because = "below 67 pixels a window does not fit on what reaches it"
    assert_refused(lambda: alexnet_feature_size(in_size), because)


@pytest.mark.parametrize("how", NETS)
def test_alexnet_has_16_parameters_in_forward_order(how):
    assert_laid_out(on_paper(**how), shapes(**how))


def test_alexnet_takes_its_arguments_in_order():
    net = on_paper(3, 7, 163, 0.2)
    assert_laid_out(net, shapes(3, 7, 163))


def test_alexnet_has_46_764_746_numbers_to_learn():
    net = on_paper()
    learn = sum(p.numel() for p in net.parameters() if p.requires_grad)
    because = "one channel, 10 classes and 224 pixels make as many; all learn"
    assert_equal(f"{learn:,} learn", "46,764,746 learn", because)


@pytest.mark.parametrize("how", [NETS[0], NETS[1]])
def test_alexnet_gives_a_row_of_logits_for_each_image(how):
    C, size = how.get("in_channels", 1), how.get("in_size", 224)
    with torch.device("meta"):
        Z = on_paper(**how)(torch.empty(3, C, size, size))
    assert_type(Z, Tensor, "the logits are a tensor")
    because = "three images of ten classes"
    assert_equal(f"shape {tuple(Z.shape)}", "shape (3, 10)", because)


@pytest.mark.parametrize("how", SMALL)
def test_alexnet_agrees_with_torch(generator, how):
    C, size = how.get("in_channels", 1), how["in_size"]
    values = values_for(generator, **how)
    answer = filled(on_paper(**how).eval(), values)
    x = draw(generator, 3, C, size, size)
    because = "with equal weights the logits are those of the layers one by one"
    assert_close(answer(x), alexnet(x, values), because)


def test_alexnet_without_dropout_is_the_same_in_both_modes(generator):
    values = values_for(generator, in_channels=2, in_size=67)
    net = on_paper(in_channels=2, in_size=67, dropout=0.0)
    x = draw(generator, 3, 2, 67, 67)
    because = "a dropout of 0 drops nothing in training mode either"
    assert_close(filled(net.train(), values)(x), alexnet(x, values), because)


def test_alexnet_lets_gradients_flow_to_all_its_layers(generator):
    net, values = on_paper(in_size=99).eval(), values_for(generator, in_size=99)
    x = draw(generator, 3, 1, 99, 99)
    for value in values:
        value.requires_grad_()
    Z, like = filled(net, values)(x), alexnet(x, values)
    flow = "gradients flow to all layers"
    assert_that(Z.requires_grad, flow, "cut off", "in the graph", rung="gradient")
    dZ = draw(generator, 3, 10)
    got, want = (
        torch.autograd.grad(out, values, dZ, allow_unused=True) for out in (Z, like)
    )
    none = [name for name, dZ in zip(NAMES, got, strict=True) if dZ is None]
    assert_equal(f"cut off: {', '.join(none) or 'nothing'}", "cut off: nothing", flow)
    for name, came, slope in zip(NAMES, got, want, strict=True):
        because = f"a gradient flows to {name}, and is torch's"
        assert_close(came, slope, because, rung="gradient")


def handed_on(layer: int, number: float) -> list[Tensor]:
    """Return values with which 512 logits are one number, but for dropout.

    The layers up to `layer` (0 for conv 5) give it as their bias, whatever reaches
    them; those behind it hand on what one unit gives: unit i hands on unit i.
    """
    widths = [1, 5, 4, 6, 3, 256, 512, 512, 512]
    ends = [(11, 11), (5, 5), (3, 3), (3, 3), (3, 3), (), (), ()]
    made = zip(widths[1:], widths, ends, strict=False)
    W = [torch.zeros(c_out, c_in, *k) for c_out, c_in, k in made]
    b = [torch.zeros(len(weight)) for weight in W]
    b[4 + layer].fill_(number)
    for behind in range(5 + layer, 8):
        rows = torch.arange(len(W[behind]))
        W[behind][rows, rows % W[behind].shape[1]] = 1
    return [value for both in zip(W, b, strict=True) for value in both]


@pytest.mark.parametrize("p", [0.5, 0.3])
@pytest.mark.parametrize("layer", [0, 1, 2, 3])
def test_alexnet_drops_behind_the_first_two_linear_layers(layer, p):
    how = {} if p == 0.5 else {"dropout": p}
    net = on_paper(1, 512, 67, **how).eval().train()
    with torch.no_grad():
        Z = filled(net, handed_on(layer, 3.0 + layer))(torch.zeros(8, 1, 67, 67))
    times = min(2, 3 - layer)
    where = "the first two linear layers" if times == 2 else "the second linear layer"
    where = where if times else "no layer from the last on"
    because = f"what {LAYERS[4 + layer]} gives meets dropout {times} times: {where}"
    kept = float((Z != 0).float().mean())
    size = torch.tensor((3.0 + layer) * (1 - p) ** -times)
    assert_close(Z.max(), size, f"{because}; what is kept grows")
    # 8 images of 512 numbers; beyond the band once in ten million runs.
    low, high = binomial_band(Z.numel(), (1 - p) ** times) if times else (1, 1)
    assert_within(kept, low, high, f"{because}; so many are kept")
    sizes = len(Z[Z != 0].unique())
    assert_equal(f"{sizes} sizes", "1 sizes", "what is kept has grown by one factor")


def test_alexnet_draws_only_in_training_mode(generator):
    net, values = on_paper(in_size=67), values_for(generator, in_size=67)
    answer, x = filled(net, values), draw(generator, 5, 1, 67, 67)
    net.train()
    first = answer(x)
    same = "the same logits" if first.equal(answer(x)) else "other logits"
    because = "in training mode each pass drops other numbers"
    assert_equal(same, "other logits", because)
    net.eval()
    because = "in evaluation mode nothing is dropped: the same images, the same logits"
    assert_close(answer(x), answer(x), because)


@slow(20)
def test_alexnet_agrees_with_torch_when_it_is_built_in_full():
    net = AlexNet(num_classes=7, in_size=67).eval()
    x = torch.arange(2.0 * 67 * 67).cos().view(2, 1, 67, 67)
    assert_laid_out(net, shapes(1, 7, 67))
    with torch.no_grad():
        got, want = net(x), alexnet(x, list(net.parameters()))
    because = "with its own weights the logits are those of the layers one by one"
    assert_close(got, want, because)
