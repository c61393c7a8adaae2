"""Grades LeNet."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from copy import deepcopy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.data import lenet_digits
from dojo.grading import Mismatch, assert_close, assert_equal, assert_that, raises, slow
from katas.ch6_convolution.k05_lenet import (
    LeNet,
    accuracy,
    num_flat_features,
    train_lenet,
)

ORDER = "the samples come in a random order"


class Wave(nn.Module):
    """An activation that rises and falls, so that pooling first is not the same."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(3 * x)


class Spy(nn.Module):
    """A linear classifier that notes which samples it saw, and in which state."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 3, dtype=torch.float64)
        redraw(self, generator)
        self.batches: list[list[int]] = []
        self.states: set[str] = set()

    def forward(self, x: Tensor) -> Tensor:
        self.batches.append((64 * x[:, 0, 0, 0]).int().tolist())
        mode = "training" if self.training else "evaluation"
        graph = "with" if torch.is_grad_enabled() else "without"
        self.states.add(f"{mode} mode, {graph} a graph")
        return self.linear(x.flatten(1))


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def redraw(net: nn.Module, generator: torch.Generator) -> None:
    """Give a net weights from the test's generator, of a size that suits its layers."""
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(draw(generator, *p.shape) / p[0].numel() ** 0.5)


def numbered(generator: torch.Generator, N: int) -> tuple[Tensor, Tensor]:
    """Return N images whose first pixel tells a Spy which they are, and labels."""
    images = draw(generator, N, 1, 2, 3)
    images[:, 0, 0, 0] = torch.arange(N) / 64
    return images, torch.randint(3, (N,), generator=generator)


def array(answers: Iterable[float] | None) -> np.ndarray:
    if answers is None:
        raise Mismatch("returned", "train_lenet returns a list of losses", "None")
    return np.array([float(answer) for answer in answers])


def sgd(
    net: nn.Module, images: Tensor, labels: Tensor, epochs: list, lr: float, mu: float
) -> list[float]:
    """Train with torch on these batches of each epoch; return the mean losses."""
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=mu)
    losses = []
    for batches in epochs:
        total = 0.0
        for batch in batches:
            loss = F.cross_entropy(net(images[batch]), labels[batch], reduction="sum")
            optimizer.zero_grad()
            (loss / len(batch)).backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(labels))
    return losses


def lenet(
    in_channels: int = 1,
    num_classes: int = 10,
    features: int = 400,
    activation: Callable[[], nn.Module] = nn.ReLU,
) -> nn.Sequential:
    """Return what LeNet must be, with its layers under their names."""
    layers = OrderedDict(conv1=nn.Conv2d(in_channels, 6, 5), act1=activation())
    layers |= OrderedDict(pool1=nn.MaxPool2d(2), conv2=nn.Conv2d(6, 16, 5))
    layers |= OrderedDict(act2=activation(), pool2=nn.MaxPool2d(2), flat=nn.Flatten())
    layers |= OrderedDict(fc1=nn.Linear(features, 120), act3=activation())
    layers |= OrderedDict(fc2=nn.Linear(120, 84), act4=activation())
    return nn.Sequential(layers | OrderedDict(fc3=nn.Linear(84, num_classes))).double()


def assert_same_sizes(net: nn.Module, like: nn.Module) -> None:
    got, want = (
        {name: tuple(p.shape) for name, p in n.named_parameters()} for n in (net, like)
    )
    off = [name for name in {**want, **got} if got.get(name) != want.get(name)]
    got, want = ({name: sizes.get(name) for name in off[:2]} for sizes in (got, want))
    because = "each layer has its name, and the sizes of what reaches and leaves it"
    assert_equal(got, want, because)


def twins(net: nn.Module, like: nn.Module, generator: torch.Generator) -> None:
    """Give the learner's net and torch's the same weights, in float64."""
    assert_same_sizes(net, like)
    redraw(like, generator)
    net.double().load_state_dict(like.state_dict())


def test_num_flat_features_multiplies_all_sizes_but_the_first():
    shapes = [(2, 3, 5, 7), (13, 11), (3, 2, 5), (5, 2, 3, 7, 2), (1, 16, 5, 5)]
    got = [num_flat_features(torch.zeros(shape)) for shape in shapes]
    because = "one sample has as many numbers as its own axes multiply to"
    assert_equal(got, [105, 11, 10, 84, 400], because)


def test_num_flat_features_is_an_int():
    assert_equal(num_flat_features(torch.zeros(2, 3, 7)), 21, "a count is an int")


def test_num_flat_features_is_the_same_for_every_batch_size():
    got = [num_flat_features(torch.zeros(N, 5, 3)) for N in (1, 2, 7)]
    assert_equal(got, [15, 15, 15], "the batch is not part of a sample")


def test_lenet_has_61706_parameters_in_ten_tensors():
    net = LeNet()
    assert_same_sizes(net, lenet())
    count = sum(p.numel() for p in net.parameters())
    assert_equal(count, 61_706, "156 + 2,416 + 48,120 + 10,164 + 850 parameters")


@pytest.mark.parametrize(
    ("in_size", "features"), [(28, 256), (33, 400), (20, 64), (16, 16), (45, 1024)]
)
def test_lenet_fits_fc1_to_the_size_of_the_images(in_size, features):
    assert_same_sizes(LeNet(in_size=in_size), lenet(features=features))


@pytest.mark.parametrize(("in_channels", "num_classes"), [(3, 10), (1, 7), (2, 3)])
def test_lenet_has_as_many_channels_and_classes_as_asked(in_channels, num_classes):
    net = LeNet(num_classes=num_classes, in_channels=in_channels)
    assert_same_sizes(net, lenet(in_channels, num_classes))


def test_lenet_agrees_with_torch(generator):
    net, like = LeNet(), lenet()
    twins(net, like, generator)
    X = draw(generator, 3, 1, 32, 32)
    because = "with torch's weights the logits are torch's: ReLU, and nothing after fc3"
    assert_close(net(X), like(X), because)


@pytest.mark.parametrize("activation", [nn.Tanh, Wave, lambda: nn.LeakyReLU(0.3)])
def test_lenet_puts_the_activation_where_it_belongs(generator, activation):
    net, like = LeNet(3, 7, 28, activation), lenet(3, 7, 256, activation)
    twins(net, like, generator)
    X = draw(generator, 2, 3, 28, 28)
    because = "the activation that was asked for follows all layers but the last"
    assert_close(net(X), like(X), f"{because}, and comes before the pooling")


def test_lenet_lets_gradients_flow_to_all_its_weights(generator):
    net, like = LeNet(2, 3, in_size=20), lenet(2, 3, 64)
    twins(net.eval(), like, generator)
    X, dY = draw(generator, 5, 2, 20, 20), draw(generator, 5, 3)
    because = "each weight's gradient is what torch finds in the same net"
    for one in (net, like):
        (one(X) * dY).sum().backward()
    for name, p in like.named_parameters():
        assert_close(net.get_parameter(name).grad, p.grad, because, rung="gradient")


@pytest.mark.parametrize(("C", "size", "features"), [(1, 32, 400), (3, 20, 64)])
def test_lenet_refuses_an_image_without_a_batch_axis(generator, C, size, features):
    net = LeNet(C, in_size=size)
    twins(net, lenet(C, features=features), generator)
    because = "an image (C, H, W) is not a batch (N, C, H, W) and must raise"
    with raises(Exception, because=because):
        came = net(draw(generator, C, size, size))
        values = (came.detach().numpy(), None)
        raise Mismatch("raises", because, "no error", "an error", values=values)


def test_lenet_starts_every_net_with_other_weights():
    one, other = LeNet(), LeNet()
    same = torch.equal(one.conv1.weight, other.conv1.weight)
    filters = one.conv1.weight.detach().flatten(1).unique(dim=0)
    assert_that(not same, "a new net draws new weights, nothing is reseeded")
    assert_that(len(filters) == 6, "the filters start unequal, or they stay equal")


def test_train_lenet_starts_at_the_loss_of_a_uniform_guess(generator):
    images, labels = numbered(generator, 7)
    net = Spy(generator)
    nn.init.zeros_(net.linear.weight)
    nn.init.zeros_(net.linear.bias)
    losses = train_lenet(net, images, labels, epochs=1, batch_size=7)
    because = "the first loss, taken before the step, is log(3) for three classes"
    assert_close(array(losses), [np.log(3)], because, rtol=1e-6)
