"""Grades modules and blocks."""

from collections import OrderedDict
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_type,
    assert_within,
)
from katas.ch4_computation.k01_module_building import (
    MLP,
    FixedHiddenMLP,
    MySequential,
    Parallel,
    repeat_block,
)

SIZES = [(7, 5, 3), (2, 11, 5)]


class Times(nn.Module):
    """A block without parameters."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, X):
        return X * self.factor


class Plus(Times):
    def forward(self, X):
        return X + self.factor


class Part(nn.Module):
    """Takes the first entries along an axis."""

    def __init__(self, dim, count):
        super().__init__()
        self.dim, self.count = dim, count

    def forward(self, X):
        return X.narrow(self.dim, 0, self.count)


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def redrawn(net, generator, scale=1.0):
    """Return a net in float64 whose parameters and buffers have been drawn anew."""
    for value in net.double().state_dict().values():
        value.copy_(scale * draw(generator, *value.shape))
    return net


def shapes_of(values):
    """Return the shapes of parameters, and which are frozen; of buffers the shapes."""
    words = []
    for value in values:
        frozen = isinstance(value, nn.Parameter) and not value.requires_grad
        words.append(f"{tuple(value.shape)}{' frozen' if frozen else ''}")
    return ", ".join(sorted(words)) or "none"


def linear_layers(net):
    """Return the linear layers that a net knows of, in words."""
    layers = [m for m in net.modules() if isinstance(m, nn.Linear)]
    words = [f"{m.in_features} to {m.out_features}" for m in layers]
    bare = [" without a bias" if m.bias is None else "" for m in layers]
    there = sorted(map("".join, zip(words, bare, strict=True))) or ["none"]
    inside = {id(p) for m in layers for p in m.parameters()}
    others = [p for p in net.parameters() if id(p) not in inside]
    there += [f"{shapes_of(others)} outside of them"] if others else []
    return " and ".join([*there, *unknown_to(net)])


def unknown_to(net):
    """Return in words what a module has that torch does not find in it."""
    values = vars(net).values()
    lists = [v for v in values if isinstance(v, list | tuple) and v]
    kinds = {type(v).__name__ for v in lists if isinstance(v[0], nn.Module)}
    words = [f"a {kind} of layers" for kind in sorted(kinds)]
    plain = any(isinstance(value, torch.Tensor) for value in values)
    return [*words, *(["a tensor that is not registered"] if plain else [])]


def assert_gradients(got, want):
    """Compare the gradients of two lists of leaves, by the names that want has."""
    for leaf, (name, other) in zip(got, want.items(), strict=True):
        came = "no gradient" if leaf.grad is None else "a gradient"
        assert_equal(came, "a gradient", f"a gradient flows to {name}")
        because = f"the gradient of {name} is what torch finds in the same net"
        assert_close(leaf.grad, other.grad, because, rung="gradient")


def backward(Y, dY=None):
    """Let gradients flow back from a result, once it is in a graph."""
    place = "in the graph" if Y.requires_grad else "cut from the graph"
    because = "the result stays in the graph, so that gradients can flow back"
    assert_equal(place, "in the graph", because)
    Y.backward(dY)


def calls_of(modules, run):
    """Return how often each module was called while `run` ran: hooks say so."""
    counts = dict.fromkeys(modules, 0)

    def count(module, *_):
        counts[module] += 1

    handles = [module.register_forward_hook(count) for module in counts]
    run()
    for handle in handles:
        handle.remove()
    return list(counts.values())


def often(count):
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def assert_called(modules, times, run):
    because = "each layer is called as a function, layer(X), so that its hooks run"
    counts = [often(n) for n in calls_of(modules, run)]
    want = [often(times)] * len(counts)
    assert_equal(", ".join(counts), ", ".join(want), because)


def mlp_of(sizes=()):
    """Return an MLP and its two layers, once they are there."""
    net = MLP(*sizes)
    assert_type(net, nn.Module, "an MLP is an nn.Module")
    inputs, hiddens, outputs = sizes or (784, 256, 10)
    want = sorted([f"{inputs} to {hiddens}", f"{hiddens} to {outputs}"])
    because = "the net knows of two linear layers: they are its attributes, or in one"
    assert_equal(linear_layers(net), " and ".join(want), because)
    layers = [m for m in net.modules() if isinstance(m, nn.Linear)]
    return net, *sorted(layers, key=lambda m: m.in_features != inputs)


def test_mlp_has_203530_parameters_by_default():
    count = sum(p.numel() for p in mlp_of()[0].parameters())
    because = "784 · 256 + 256 numbers in one layer and 256 · 10 + 10 in the other"
    assert_equal(f"{count:,} numbers", "203,530 numbers", because)


@pytest.mark.parametrize("sizes", SIZES)
def test_mlp_has_the_parameters_of_two_linear_layers(sizes):
    inputs, hiddens, outputs = sizes
    net, *_ = mlp_of(sizes)
    want = [(hiddens, inputs), (hiddens,), (outputs, hiddens), (outputs,)]
    because = "what learns are the weights and biases of the two layers, nothing else"
    assert_equal(
        shapes_of(net.parameters()), ", ".join(sorted(map(str, want))), because
    )


@pytest.mark.parametrize("sizes", SIZES)
def test_mlp_is_linear_then_relu_then_linear(generator, sizes):
    net, hidden, output = mlp_of(sizes)
    redrawn(net, generator)
    X = draw(generator, 13, sizes[0])
    H = F.relu(X @ hidden.weight.T + hidden.bias)
    want = H @ output.weight.T + output.bias
    because = "it is output(relu(hidden(X))), and nothing follows the last layer"
    assert_close(net(X), want.detach(), because)


def test_mlp_works_in_float32_as_it_is_made(generator):
    net, hidden, output = mlp_of((7, 5, 3))
    for p in net.parameters():
        p.data.copy_(draw(generator, *p.shape))  # numbers anew, in the dtype it has
    X = draw(generator, 4, 7).float()
    want = output(F.relu(hidden(X))).detach()
    assert_close(net.eval()(X), want, "it is output(relu(hidden(X))), in X's dtype")


def test_mlp_lets_gradients_flow_to_all_that_it_is_made_of(generator):
    net, *layers = mlp_of((7, 5, 3))
    like = nn.Sequential(*deepcopy([layers[0], nn.ReLU(), layers[1]])).double()
    net.double()
    X, dY = draw(generator, 13, 7).requires_grad_(), draw(generator, 13, 3)
    other = X.detach().clone().requires_grad_()
    backward(net(X), dY)
    (like(other) * dY).sum().backward()
    names = ["the hidden weight", "the hidden bias", "the output weight", "its bias"]
    want = dict(zip([*names, "X"], [*like.parameters(), other], strict=True))
    own = [p for layer in layers for p in (layer.weight, layer.bias)]
    assert_gradients([*own, X], want)


def test_mlp_calls_its_layers_so_that_hooks_run(generator):
    net, *layers = mlp_of((7, 5, 3))
    X = draw(generator, 4, 7).float()
    assert_called(layers, 1, lambda: net(X))


def test_mlp_starts_every_net_with_weights_of_its_own(generator):
    first, second = (mlp_of((7, 5, 3))[1].weight for _ in range(2))
    got = "equal" if torch.equal(first, second) else "different"
    assert_equal(got, "different", "each net draws weights of its own")


@pytest.mark.parametrize("sizes", [(), (81, 400, 300)])
def test_mlp_starts_as_torch_starts_its_layers(sizes):
    biases = []
    for name, layer in zip(["hidden", "output"], mlp_of(sizes)[1:], strict=True):
        root = layer.in_features**0.5
        because = f"the {name} weight is uniform up to 1 / sqrt(fan_in), here as 1"
        assert_within(root * layer.weight.detach().abs().max(), 0.85, 1.00001, because)
        biases.append(root * layer.bias.detach().abs())
    # Below .85 once in 6e18 runs for the 266 biases, less often for the weights.
    because = "biases are drawn like weights, up to 1 / sqrt(fan_in), here as 1"
    assert_within(torch.cat(biases).max(), 0.85, 1.00001, because)


def plain():
    return nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2, bias=False)


def nested():
    return nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5)), nn.Linear(5, 2)


def repeated():
    square, act = nn.Linear(3, 3), nn.Tanh()
    return square, act, square, act, nn.Linear(3, 2)


def named():
    parts = nn.Linear(3, 5), nn.Tanh(), nn.Dropout(0.9), nn.Linear(5, 2)
    return (OrderedDict(zip(["hidden", "act", "drop", "0"], parts, strict=True)),)


def one_named():
    return (OrderedDict(only=nn.Linear(3, 2)),)


def alone():
    return (nn.Linear(3, 2),)


GIVEN = [plain, nested, repeated, named, one_named, alone]
BOTH = "the keys are those of nn.Sequential: places, or the names that were given"


def sequential_pair(given):
    """Return a MySequential and an nn.Sequential of the same modules."""
    modules = given()
    net = MySequential(*modules)
    assert_type(net, nn.Module, "a MySequential is an nn.Module")
    others = [m for m in net._modules.values() if not isinstance(m, nn.Module)]
    kinds = ", ".join(sorted({type(other).__name__ for other in others})) or "modules"
    because = "its children are modules: an OrderedDict holds them, and is none itself"
    assert_equal(kinds, "modules", because)
    return net, nn.Sequential(*modules)


def text_of(names):
    return ", ".join(names) or "none"


HOLDERS = nn.ModuleList | nn.ModuleDict | nn.Sequential


def names_in(net, names):
    """Return names in words: within a part that holds all, without the part's own."""
    parts = list(net.children())
    if len(parts) == 1 and isinstance(parts[0], HOLDERS):
        inside = [name.partition(".")[2] for name in names]
        words = text_of([name for name in inside if name])
        return f"{words}, within an nn.{type(parts[0]).__name__}"
    return text_of(names)


def test_my_sequential_is_not_derived_from_torchs():
    kind = isinstance(MySequential(Times(2)), nn.Sequential)
    got = "derived from nn.Sequential" if kind else "written anew"
    assert_equal(got, "written anew", "nn.Sequential is what is to be written")


def test_my_sequential_calls_its_modules_in_order(generator):
    X = draw(generator, 3, 5)
    because = "the first module is called first: three times X, plus 1, halved"
    assert_close(
        MySequential(Times(3), Plus(1), Times(0.5))(X), (3 * X + 1) / 2, because
    )
    given = OrderedDict(z=Times(3), b=Plus(1), a=Times(0.5))
    because = "an OrderedDict has an order: three times X, plus 1, halved"
    assert_close(MySequential(given)(X), (3 * X + 1) / 2, because)


@pytest.mark.parametrize("given", GIVEN)
def test_my_sequential_has_the_keys_of_torchs(given):
    net, like = sequential_pair(given)
    got, want = (names_in(one, one.state_dict()) for one in (net, like))
    assert_equal(" and ".join([got, *unknown_to(net)]), want, BOTH)


@pytest.mark.parametrize("given", GIVEN)
def test_my_sequential_has_the_children_of_torchs(given):
    net, like = sequential_pair(given)
    got, want = (dict(one.named_modules(remove_duplicate=False)) for one in (net, like))
    because = "each module that is given is a child, also without parameters"
    assert_equal(names_in(net, list(got)[1:]), text_of(list(want)[1:]), because)
    same = all(got[name] is want[name] for name in want if name)
    kept = "the modules that were given" if same else "others"
    because = "the children are the modules that were given, not copies of them"
    assert_equal(kept, "the modules that were given", because)


@pytest.mark.parametrize("given", GIVEN)
def test_my_sequential_agrees_with_torchs(generator, given):
    net, like = sequential_pair(given)
    redrawn(like, generator).eval()
    net.double().eval()
    X = draw(generator, 7, 3)
    because = "each module is called on what the one before it returned"
    assert_close(net(X).detach(), like(X).detach(), because)


def test_my_sequential_of_twelve_modules_keeps_their_order(generator):
    X = draw(generator, 3, 5)
    want = X
    for factor in range(2, 8):
        want = (want + factor) * factor
    parts = [make(factor) for factor in range(2, 8) for make in (Plus, Times)]
    because = "the order is that of the arguments, also where there are more than ten"
    assert_close(MySequential(*parts)(X), want, because)


@pytest.mark.parametrize("given", [plain, repeated, one_named])
def test_my_sequential_lets_gradients_flow(generator, given):
    net, like = sequential_pair(given)
    like = deepcopy(redrawn(like, generator))
    X, dY = draw(generator, 7, 3), draw(generator, 7, 2)
    backward(net(X), dY)
    (like(X) * dY).sum().backward()
    assert_gradients(net.parameters(), dict(like.named_parameters()))


@pytest.mark.parametrize("given", [plain, named])
def test_my_sequential_calls_its_modules_so_that_hooks_run(generator, given):
    net, like = sequential_pair(given)
    X = draw(generator, 4, 3).float()
    assert_called(like, 1, lambda: net(X))


def test_my_sequential_calls_a_module_that_is_given_twice_twice(generator):
    square = nn.Linear(3, 3)
    net, X = MySequential(square, nn.Tanh(), square), draw(generator, 4, 3).float()
    counts = calls_of([square], lambda: net(X))
    because = "a module that was given twice is called twice"
    assert_equal(f"called {often(counts[0])}", "called twice", because)
    count = len(list(net.parameters()))
    because = "its parameters are there once: parameters() gives each tensor once"
    assert_equal(f"{count} tensors", "2 tensors", because)


def test_my_sequential_without_modules_returns_what_it_is_given(generator):
    X = draw(generator, 3, 5)
    because = "without modules the input comes back"
    assert_close(MySequential()(X), X, because)
    assert_close(MySequential(OrderedDict())(X), X, because)


def test_my_sequential_puts_its_modules_in_the_mode_it_is_put_in(generator):
    net, X = MySequential(nn.Dropout(0.9), Times(2)), draw(generator, 5, 7)
    because = "eval() reaches every module, so nothing is dropped"
    assert_close(net.eval()(X), 2 * X, because)


def assert_copied(net, X):
    """Compare a copy whose numbers are all halved with the net, which keeps its own."""
    net.double().eval()
    before, other = net(X).detach(), deepcopy(net)
    for value in other.parameters():
        value.data.mul_(0.5)
    because = "a copy of the net has parameters of its own"
    assert_close(net(X).detach(), before, because)
    halved = deepcopy(net)
    halved.load_state_dict(other.state_dict())
    because = "a copy of the net computes with the numbers that it has"
    assert_close(other(X).detach(), halved(X).detach(), because)
    got = "the same" if torch.equal(other(X).detach(), before) else "something else"
    assert_equal(got, "something else", because)


def test_my_sequential_may_be_copied(generator):
    net, _ = sequential_pair(plain)
    assert_copied(net, draw(generator, 4, 3))


def test_my_sequential_objects_do_not_share_their_modules(generator):
    X = draw(generator, 3, 5)
    first, second = MySequential(Times(3)), MySequential(Plus(1), Times(2))
    because = "each has the modules that it was given, and no others"
    assert_close(first(X), 3 * X, because)
    assert_close(second(X), 2 * (X + 1), because)


def parallel_of(net1, net2, **how):
    net = Parallel(net1, net2, **how)
    assert_type(net, nn.Module, "a Parallel is an nn.Module")
    return net


def test_parallel_puts_the_second_output_behind_the_first(generator):
    X = draw(generator, 3, 5)
    because = "both get X: 2 X comes first, and X + 1 behind it along axis 1"
    got = parallel_of(Times(2), Plus(1))(X)
    assert_close(got, torch.cat([2 * X, X + 1], 1), because)


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
def test_parallel_joins_along_the_axis_that_is_asked_for(generator, dim):
    X = draw(generator, 4, 3, 5)
    net = parallel_of(Part(dim, 2), Times(2), dim=dim)
    because = f"with dim={dim} the sizes add up along that axis, and no other"
    assert_close(net(X), torch.cat([X.narrow(dim, 0, 2), 2 * X], dim), because)


def test_parallel_joins_images_along_their_channels_by_default(generator):
    X = draw(generator, 2, 3, 5, 4)
    because = "dim is 1 by default, whatever the number of axes"
    want = torch.cat([3 * X, X - 1], 1)
    assert_close(parallel_of(Times(3), Plus(-1))(X), want, because)


def branches():
    return nn.Linear(3, 5), nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))


def test_parallel_knows_of_both_nets(generator):
    nets = branches()
    net = parallel_of(*nets)
    known = [any(m is one for m in net.modules()) for one in nets]
    words = ["net1", "net2"]
    got = [word for word, there in zip(words, known, strict=True) if there]
    got = " and ".join([text_of(got), *unknown_to(net)])
    because = "the two nets that were given are its parts: attributes"
    assert_equal(got, "net1, net2", because)
    want = sum(len(one.state_dict()) for one in nets)
    because = "its state is that of both nets, and nothing else"
    assert_equal(f"{len(net.state_dict())} tensors", f"{want} tensors", because)


def test_parallel_lets_gradients_flow_to_both_nets(generator):
    nets = [redrawn(one, generator) for one in branches()]
    like = deepcopy(nets)
    X, dY = draw(generator, 6, 3), draw(generator, 6, 7)
    backward(parallel_of(*nets)(X), dY)
    (torch.cat([one(X) for one in like], 1) * dY).sum().backward()
    want = {f"net1.{k}": p for k, p in like[0].named_parameters()}
    want |= {f"net2.{k}": p for k, p in like[1].named_parameters()}
    assert_gradients([p for one in nets for p in one.parameters()], want)


def test_parallel_calls_both_nets_so_that_hooks_run(generator):
    nets, X = branches(), draw(generator, 4, 3).float()
    net = parallel_of(*nets)
    assert_called(nets, 1, lambda: net(X))


def test_parallel_may_be_copied(generator):
    assert_copied(parallel_of(*branches()), draw(generator, 4, 3))


def test_parallel_may_have_the_same_net_twice(generator):
    one = nn.Linear(3, 5).double()
    net, X = parallel_of(one, one), draw(generator, 4, 3)
    Y = one(X).detach()
    because = "one net on both sides gives its output twice"
    assert_close(net(X).detach(), torch.cat([Y, Y], 1), because)
    count = sum(p.numel() for p in net.parameters())
    because = "its parameters are there once"
    assert_equal(f"{count} numbers", "20 numbers", because)


def fixed():
    """Return a FixedHiddenMLP, its layer and its buffer, once they are there."""
    net = FixedHiddenMLP()
    assert_type(net, nn.Module, "a FixedHiddenMLP is an nn.Module")
    because = "one linear layer, used twice, has all the parameters"
    assert_equal(linear_layers(net), "20 to 20", because)
    assert_equal(shapes_of(net.parameters()), "(20, 20), (20,)", because)
    because = "c is registered as a buffer: a constant that moves with the net"
    got = " and ".join([shapes_of(net.buffers()), *unknown_to(net)])
    assert_equal(got, "(20, 20)", because)
    layer = next(m for m in net.modules() if isinstance(m, nn.Linear))
    return net, layer, next(net.buffers())


def fixed_by_hand(X, W, b, c):
    H = F.relu((X @ W.T + b) @ c + 1) @ W.T + b
    while H.abs().sum() > 1:
        H = H / 2
    return H.sum()


def output_of(net, X):
    """Return the output of a net, once a second call gives the same."""
    first, second = net(X), net(X)
    if isinstance(first, torch.Tensor):
        got = "the same" if torch.equal(first, second) else "another"
        because = "c is the same in every call, so the output is"
        assert_equal(f"{got} output", "the same output", because)
    return first


def test_fixed_hidden_mlp_has_its_constant_in_its_state_dict():
    net, *_ = fixed()
    because = "the state_dict has the layer's weight and bias, and c"
    assert_equal(
        shapes_of(net.state_dict().values()), "(20, 20), (20, 20), (20,)", because
    )


@pytest.mark.parametrize("scale", [0.004, 0.1, 1.0, 30.0])
def test_fixed_hidden_mlp_follows_its_formula(generator, scale):
    net, layer, _ = fixed()
    redrawn(net, generator, scale)
    c = next(net.buffers())
    X = draw(generator, 3, 20)
    with torch.no_grad():
        want = fixed_by_hand(X, layer.weight, layer.bias, c)
    because = "H = linear(relu(linear(X) @ c + 1)), halved while |H| adds up to over 1"
    assert_close(output_of(net, X).detach(), want, because)


@pytest.mark.parametrize(
    ("parts", "above", "want"),
    [(32, 12, 1 / 2), (31, 12, 8 / 31), (8, 12, 1 / 2), (16, 10, 1 / 4)],
)
def test_fixed_hidden_mlp_halves_only_what_is_more_than_1(parts, above, want):
    net, layer, _ = fixed()
    with torch.no_grad():
        net.double()
        layer.weight.zero_()
        layer.bias.zero_()
        layer.bias[:above], layer.bias[above:16] = 1 / parts, -1 / parts
    X = torch.ones(2, 20, dtype=torch.float64)
    # H is the bias in both rows: 32 entries that are not zero.
    because = f"32 entries of size 1/{parts} are halved while they add up to over 1"
    assert_close(net(X).detach(), torch.tensor(want, dtype=torch.float64), because)


def test_fixed_hidden_mlp_keeps_its_constant(generator):
    net, *_ = fixed()
    before = next(redrawn(net, generator).buffers()).clone()
    output_of(net, draw(generator, 4, 20))
    assert_close(next(net.buffers()), before, "c is the same after a call")


def test_fixed_hidden_mlp_uses_the_constant_of_its_state(generator):
    (net, *_), (other, *_) = fixed(), fixed()
    redrawn(net, generator)
    other.double().load_state_dict(net.state_dict())
    X = draw(generator, 4, 20)
    because = "a net that has loaded another's state gives the other's output"
    equal = torch.allclose(other(X).detach(), net(X).detach())
    got = "the same output" if equal else "another output"
    assert_equal(got, "the same output", because)


@pytest.mark.parametrize("scale", [0.004, 1.0])
def test_fixed_hidden_mlp_lets_gradients_flow_through_all_steps(generator, scale):
    net, layer, _ = fixed()
    redrawn(net, generator, scale)
    c = next(net.buffers())
    X = draw(generator, 3, 20).requires_grad_()
    twins = [t.detach().clone().requires_grad_() for t in (layer.weight, layer.bias, X)]
    W, b, other = twins
    backward(output_of(net, X))
    fixed_by_hand(other, W, b, c).backward()
    want = dict(zip(["the weight", "the bias", "X"], twins, strict=True))
    assert_gradients([layer.weight, layer.bias, X], want)
    got = "a gradient" if c.grad is not None or c.requires_grad else "none"
    assert_equal(got, "none", "c is a constant: no gradient flows to it")


def test_fixed_hidden_mlp_calls_its_layer_twice(generator):
    net, layer, _ = fixed()
    X = draw(generator, 4, 20).float()
    assert_called([layer], 2, lambda: net(X))


def test_fixed_hidden_mlp_objects_have_layers_of_their_own():
    first, second = (fixed()[1].weight for _ in range(2))
    got = "the same" if first is second else "another"
    assert_equal(got, "another", "each net has a layer of its own")


class Factory:
    """Makes blocks and notes them."""

    def __init__(self):
        self.made = []

    def __call__(self):
        self.made.append(nn.Linear(3, 3))
        return self.made[-1]


def block_of(factory, n):
    net = repeat_block(factory, n)
    assert_type(net, nn.Sequential, "the blocks come as an nn.Sequential")
    return net


@pytest.mark.parametrize("n", [4, 1, 0])
def test_repeat_block_calls_the_factory_n_times(n):
    factory = Factory()
    block_of(factory, n)
    got = f"{len(factory.made)} calls"
    assert_equal(got, f"{n} calls", "each block is a call of the factory")


@pytest.mark.parametrize("n", [4, 1, 0])
def test_repeat_block_returns_the_blocks_in_order(n):
    factory = Factory()
    net = block_of(factory, n)
    places = {id(block): f"block {i}" for i, block in enumerate(factory.made)}
    got = [places.get(id(m), f"another {type(m).__name__}") for m in net]
    want = [f"block {i}" for i in range(n)]
    because = "the children are the blocks, each once, in the order they were made"
    assert_equal(text_of(got), text_of(want), because)


def test_repeat_block_gives_each_block_parameters_of_its_own(generator):
    net = block_of(Factory(), 4)
    count = sum(p.numel() for p in net.parameters())
    because = "4 blocks of 12 numbers each have 48: none is shared"
    assert_equal(f"{count} numbers", "48 numbers", because)
    weights = torch.stack([p for p in net.parameters() if p.dim() == 2]).unique(dim=0)
    because = "each block starts with weights of its own"
    assert_equal(f"{len(weights)} different", "4 different", because)


def test_repeat_block_runs_one_block_after_the_other(generator):
    numbers = iter([2.0, 3.0, 5.0, 7.0, 11.0])
    X = draw(generator, 3, 5)
    net = block_of(lambda: Plus(next(numbers)), 3)
    assert_close(net(X), X + 10, "each block gets what the one before it returned")
