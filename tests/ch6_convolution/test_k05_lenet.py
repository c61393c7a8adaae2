"""Grades LeNet."""

import math
from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.data import lenet_digits
from dojo.grading import Mismatch, assert_close, assert_equal, assert_that, raises, slow
from katas.ch6_convolution import k05_lenet as answer
from katas.ch6_convolution.k05_lenet import LeNet, accuracy, train_lenet

FEATURES = {16: 16, 20: 64, 28: 256, 32: 400, 33: 400, 45: 1024}  # of fc1, by in_size
DEFAULTS = {"epochs": 3, "batch_size": 32, "lr": 0.05, "momentum": 0.9}


class Wave(nn.Module):
    """An activation that rises and falls, so that pooling first is not the same."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(3 * x)


class Spy(nn.Module):
    """A linear classifier that notes which samples it sees, and in which state."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 3, dtype=torch.float64)
        self.linear.weight.data = weight
        nn.init.zeros_(self.linear.bias)
        self.batches: list[list[int]] = []
        self.states: set[str] = set()

    def forward(self, x: Tensor) -> Tensor:
        self.batches.append((64 * x[:, 0, 0, 0]).int().tolist())
        mode = "training" if self.training else "evaluation"
        graph = "with" if torch.is_grad_enabled() else "without"
        self.states.add(f"{mode} mode {graph} a graph")
        return self.linear(x.flatten(1))


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def spied(generator: torch.Generator, N: int) -> tuple[Spy, Tensor, Tensor]:
    """Return a Spy, N images whose first pixel tells it which they are, and labels."""
    images = draw(generator, N, 1, 2, 3)
    images[:, 0, 0, 0] = torch.arange(N) / 64
    labels = torch.randint(3, (N,), generator=generator)
    return Spy(draw(generator, 3, 6)), images, labels


def epochs_of(net: Spy, epochs: int) -> list[list[list[int]]]:
    n = len(net.batches) // epochs
    return [net.batches[i * n : (i + 1) * n] for i in range(epochs)]


def sgd(net: Spy, images: Tensor, y: Tensor, epochs: list, **how: float) -> list[float]:
    """Train with torch on these batches of each epoch; return the mean losses."""
    optimizer, losses = torch.optim.SGD(net.parameters(), **how), []
    for batches in epochs:
        total = 0.0
        for batch in batches:
            loss = F.cross_entropy(net(images[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(y))
    return losses


def weights(
    generator: torch.Generator, C: int = 1, classes: int = 10, in_size: int = 32
) -> dict[str, Tensor]:
    """Return the ten tensors of a LeNet."""
    sizes = {"conv1": (6, C, 5, 5), "conv2": (16, 6, 5, 5)}
    sizes |= {"fc1": (120, FEATURES[in_size]), "fc2": (84, 120), "fc3": (classes, 84)}
    w = {}
    for name, size in sizes.items():
        w[f"{name}.weight"] = draw(generator, *size) / math.prod(size[1:]) ** 0.5
        w[f"{name}.bias"] = draw(generator, size[0])
    return w


def give(net: nn.Module, w: dict[str, Tensor]) -> nn.Module:
    """Put weights into a LeNet, which must have room for exactly these."""
    room = {name: tuple(p.shape) for name, p in net.named_parameters()}
    want = {name: tuple(p.shape) for name, p in w.items()}
    off = [name for name in want | room if room.get(name) != want.get(name)][:1]
    because = "each layer has its name, and the sizes of what reaches and leaves it"
    assert_equal({n: room.get(n) for n in off}, {n: want.get(n) for n in off}, because)
    net.double().load_state_dict(w)
    return net


def logits(X: Tensor, w: dict[str, Tensor], activation: Callable = F.relu) -> Tensor:
    for layer in ("conv1", "conv2"):
        X = F.conv2d(X, w[f"{layer}.weight"], w[f"{layer}.bias"])
        X = F.max_pool2d(activation(X), 2)
    X = X.flatten(1)
    for layer in ("fc1", "fc2"):
        X = activation(F.linear(X, w[f"{layer}.weight"], w[f"{layer}.bias"]))
    return F.linear(X, w["fc3.weight"], w["fc3.bias"])


def test_num_flat_features_multiplies_all_sizes_but_the_first():
    shapes = [(2, 3, 5, 7), (13, 11), (3, 2, 5), (5, 2, 3, 7, 2), (1, 16, 5, 5)]
    got = [answer.num_flat_features(torch.zeros(shape)) for shape in shapes]
    assert_equal(got, [105, 11, 10, 84, 400], "a sample has the product of its own axes")


def test_num_flat_features_is_an_int():
    got = answer.num_flat_features(torch.zeros(2, 3, 7))
    assert_equal(got, 21, "a count is an int")


def test_lenet_has_61706_parameters_in_ten_tensors():
    sizes = [p.numel() for p in LeNet().parameters()]
    assert_equal(len(sizes), 10, "five layers have a weight and a bias each")
    assert_equal(sum(sizes), 61_706, "156 + 2,416 + 48,120 + 10,164 + 850 parameters")


@pytest.mark.parametrize("in_size", FEATURES)
def test_lenet_fits_fc1_to_the_size_of_the_images(generator, in_size):
    give(LeNet(in_size=in_size), weights(generator, in_size=in_size))


@pytest.mark.parametrize(("C", "classes"), [(3, 10), (1, 7), (2, 3)])
def test_lenet_has_as_many_channels_and_classes_as_asked(generator, C, classes):
    net = LeNet(num_classes=classes, in_channels=C)
    give(net, weights(generator, C, classes))


def test_lenet_agrees_with_torch(generator):
    net, w = LeNet(), weights(generator)
    X = draw(generator, 3, 1, 32, 32)
    because = "with equal weights the logits are torch's: ReLU, and nothing after fc3"
    assert_close(give(net, w)(X), logits(X, w), because)


@pytest.mark.parametrize("activation", [nn.Tanh, Wave, lambda: nn.LeakyReLU(0.3)])
def test_lenet_puts_the_activation_where_it_belongs(generator, activation):
    net, w = LeNet(3, 7, 28, activation), weights(generator, 3, 7, 28)
    X = draw(generator, 2, 3, 28, 28)
    because = "the activation asked for follows all layers but fc3, before any pooling"
    assert_close(give(net, w)(X), logits(X, w, activation()), because)


def test_lenet_lets_gradients_flow_to_all_its_weights(generator):
    net, w = LeNet(2, 3, in_size=20), weights(generator, 2, 3, 20)
    X, dY = draw(generator, 5, 2, 20, 20), draw(generator, 5, 3)
    want = torch.autograd.grad(logits(X, {n: p.requires_grad_() for n, p in w.items()}), list(w.values()), dY)
    because = "each weight's gradient is what torch finds in the same net"
    give(net.eval(), w)(X).backward(dY)
    for name, dp in zip(w, want, strict=True):
        assert_close(net.get_parameter(name).grad, dp, because, rung="gradient")


@pytest.mark.parametrize(("C", "in_size"), [(1, 32), (3, 20)])
def test_lenet_refuses_an_image_without_a_batch_axis(generator, C, in_size):
    net = give(LeNet(C, in_size=in_size), weights(generator, C, 10, in_size))
    because = "an image (C, H, W) is not a batch (N, C, H, W) and must raise"
    with raises(Exception, because=because):
        came = net(draw(generator, C, in_size, in_size)).detach().numpy()
        raise Mismatch("raises", because, "no error", "an error", values=(came, None))


def test_lenet_starts_every_net_with_other_weights():
    one, other = LeNet().conv1.weight, LeNet().conv1.weight
    assert_that(not torch.equal(one, other), "a new net draws new weights")
    assert_that(len(one.unique(dim=0)) == 6, "equal filters would stay equal for ever")


def array(losses: list[float] | None) -> np.ndarray:
    if losses is None:
        raise Mismatch("returned", "it returns the losses", "None: is a return missing?")
    return np.array([float(loss) for loss in losses])


@pytest.mark.parametrize(
    "how",
    [
        {"epochs": 1, "batch_size": 23, "lr": 0.5, "momentum": 0.0},
        {"epochs": 4, "batch_size": 99, "lr": 0.3, "momentum": 0.7},
        {"epochs": 3, "batch_size": 5, "lr": 0.1, "momentum": 0.5},
        {"batch_size": 23},
        {"epochs": 2, "batch_size": 7},
        {},
    ],
)
def test_train_lenet_follows_torch_where_order_plays_no_part(generator, how):
    net, images, labels = spied(generator, 71 if how == {} else 23)
    every = DEFAULTS | how
    epochs, size = every.pop("epochs"), every.pop("batch_size")
    if size < len(labels):
        images[:], labels[:] = images[0].clone(), labels[0].clone()
    like = deepcopy(net)
    losses = train_lenet(net, images, labels, **how, generator=generator)
    batches = torch.arange(len(labels)).split(size)
    want = sgd(like, images, labels, [batches] * epochs, **every)
    because = "an entry is the mean over the samples of losses taken before each step"
    assert_close(array(losses), np.array(want), because, rtol=1e-6)
    because = "each batch is a step of torch.optim.SGD on its mean cross-entropy"
    assert_close(net.linear.weight, like.linear.weight, because)
