"""Grades parameter management."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from dojo.grading import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_type,
    raises,
)
from katas.ch4_computation.k02_parameter_management import (
    DictDense,
    ListDense,
    TiedMLP,
    count_parameters,
    freeze,
    named_shapes,
)

SIZES = [(7, 5, 3), (2, 11, 4)]
WIDTHS = {"linear1": 4, "linear2": 1, "linear3": 2}


def draw(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


class Norm(nn.Module):
    """A module with parameters of its own beside its parts, and buffers."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.shift = nn.Parameter(torch.zeros(2, 3, 5))
        self.norm = nn.BatchNorm1d(11)
        self.register_buffer("mean", torch.zeros(13))


def plain():
    return nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2, bias=False))


def nested():
    return nn.Sequential(plain(), nn.Conv2d(2, 3, (4, 5)), Norm())


def tied():
    """Return a net in which a layer stands twice, and a weight in two layers."""
    shared, last = nn.Linear(7, 7), nn.Linear(7, 3)
    other = nn.Linear(7, 3)
    other.weight = last.weight
    return nn.Sequential(nn.Linear(4, 7), shared, nn.ReLU(), shared, last, other)


def tied_embedding():
    """Return a net whose first and last layer share their weight."""
    last = nn.Linear(4, 13)
    first = nn.Embedding(13, 4)
    first.weight = last.weight
    return nn.Sequential(first, last)


def empty():
    return nn.Sequential(nn.ReLU(), nn.BatchNorm1d(11, affine=False))


def partly_frozen():
    net = nested()
    net[0][0].weight.requires_grad_(False)
    net[2].shift.requires_grad_(False)
    return net


NETS = {
    "plain": (plain, 30, 30),
    "nested": (nested, 206, 206),
    "tied": (tied, 118, 118),
    "tied embedding": (tied_embedding, 65, 65),
    "one module": (Norm, 53, 53),
    "empty": (empty, 0, 0),
    "partly frozen": (partly_frozen, 206, 161),
}


def numbers(count):
    return f"{count:,} numbers" if isinstance(count, int) else repr(count)


@pytest.mark.parametrize("name", NETS)
def test_count_parameters_counts_what_learns(name):
    make, _, learns = NETS[name]
    because = "all numbers of all parameters that require a gradient are counted once"
    assert_equal(count_parameters(make(), trainable_only=True), learns, because)


@pytest.mark.parametrize("name", NETS)
def test_count_parameters_counts_what_learns_by_default(name):
    make, _, learns = NETS[name]
    because = "by default only what requires a gradient is counted"
    assert_equal(count_parameters(make()), learns, because)


@pytest.mark.parametrize("name", NETS)
def test_count_parameters_counts_frozen_ones_too_if_asked(name):
    make, count, _ = NETS[name]
    because = "without trainable_only all parameters are counted, frozen ones too"
    assert_equal(count_parameters(make(), trainable_only=False), count, because)


def test_count_parameters_of_a_frozen_net_is_0():
    net = plain().requires_grad_(False)
    because = "nothing in a frozen net learns"
    assert_equal(count_parameters(net), 0, because)
    assert_equal(count_parameters(net, False), 30, "frozen parameters are still there")


def test_count_parameters_does_not_ask_for_gradients():
    net = plain()
    net[0].bias.grad = torch.ones(5)
    because = "a parameter counts whether a gradient is there or not"
    assert_equal(count_parameters(net), 30, because)


def test_count_parameters_leaves_the_net_as_it_is():
    net = partly_frozen()
    before = state_of(net)
    count_parameters(net), count_parameters(net, False)
    assert_equal(state_of(net), before, "counting changes nothing")


def state_of(net):
    """Return in words which parameters are frozen, and which modules rest."""
    frozen = [name for name, p in net.named_parameters() if not p.requires_grad]
    resting = [name or "net" for name, m in net.named_modules() if not m.training]
    names = ", ".join(frozen) or "none"
    return f"frozen: {names}; in evaluation mode: {', '.join(resting) or 'none'}"


SHAPES = {
    "plain": {"0.weight": (5, 3), "0.bias": (5,), "2.weight": (2, 5)},
    "tied": {
        "0.weight": (7, 4), "0.bias": (7,), "1.weight": (7, 7), "1.bias": (7,),
        "4.weight": (3, 7), "4.bias": (3,), "5.bias": (3,),
    },
    "tied embedding": {"0.weight": (13, 4), "1.bias": (13,)},
    "one module": {
        "scale": (), "shift": (2, 3, 5), "norm.weight": (11,), "norm.bias": (11,),
    },
    "empty": {},
}  # fmt: skip
SHAPES["partly frozen"] = SHAPES["nested"] = {
    "0.0.weight": (5, 3), "0.0.bias": (5,), "0.2.weight": (2, 5),
    "1.weight": (3, 2, 4, 5), "1.bias": (3,), "2.scale": (), "2.shift": (2, 3, 5),
    "2.norm.weight": (11,), "2.norm.bias": (11,),
}  # fmt: skip


def shapes_named(net):
    """Return the shapes, once they come as a dict of tuples."""
    named = named_shapes(net)
    assert_type(named, dict, "the shapes come as a dict: name to shape")
    kinds = sorted({type(shape).__name__ for shape in named.values()} - {"Size"})
    because = "each value is a tuple of ints: tuple(p.shape)"
    assert_equal(", ".join(kinds) or "tuple", "tuple", because)
    return {name: tuple(map(int, shape)) for name, shape in named.items()}


def listed(named):
    return ", ".join(f"{name} {shape}" for name, shape in sorted(named.items()))


@pytest.mark.parametrize("name", NETS)
def test_named_shapes_has_each_parameter_by_its_name(name):
    named = shapes_named(NETS[name][0]())
    want = SHAPES[name]
    lacks = ", ".join(sorted(want.keys() - named)) or "none"
    more = ", ".join(sorted(named.keys() - want)) or "none"
    because = "each parameter is there once, by its name, frozen or not, and no more"
    got = f"missing: {lacks}; too many: {more}"
    assert_equal(got, "missing: none; too many: none", because)
    because = "each has the shape of its parameter, a tuple of sizes"
    assert_equal(listed(named), listed(want), because)


def frozen_names(net):
    return sorted(name for name, p in net.named_parameters() if not p.requires_grad)


def layers():
    """Return a net of which one name is the start of another."""
    net = nn.Module()
    net.conv1, net.conv10 = nn.Conv1d(2, 3, 5), nn.Conv1d(3, 5, 2)
    net.head = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    net.tail = nn.Linear(2, 3)
    return net


PREFIXES = {
    "head": ["head.0.bias", "head.0.weight", "head.1.bias", "head.1.weight",
             "head.2.bias", "head.2.weight"],
    "head.0": ["head.0.bias", "head.0.weight"],
    "tail.weight": ["tail.weight"],
    "conv1": ["conv1.bias", "conv1.weight", "conv10.bias", "conv10.weight"],
    "conv1.": ["conv1.bias", "conv1.weight"],
    "ta": ["tail.bias", "tail.weight"],
    "weight": [],
    "Head": [],
    "": frozen_names(layers().requires_grad_(False)),
}  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_freeze_freezes_what_begins_with_the_prefix(prefix):
    net = layers()
    freeze(net, prefix)
    because = (
        f"what starts with {prefix!r} no longer requires a gradient, all else does"
    )
    got, want = (
        ", ".join(names) or "none" for names in (frozen_names(net), PREFIXES[prefix])
    )
    assert_equal(got, want, because)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_freeze_returns_how_many_parameters_these_are(prefix):
    count = freeze(layers(), prefix)
    because = f"tensors whose names start with {prefix!r} are counted, not numbers"
    assert_equal(count, len(PREFIXES[prefix]), because)


def test_freeze_leaves_all_others_as_they_are():
    net = layers()
    net.tail.weight.requires_grad_(False)
    net.head.eval()
    freeze(net, "conv10")
    got = state_of(net)
    want = "frozen: conv10.weight, conv10.bias, tail.weight; in evaluation mode: "
    want += "head, head.0, head.1, head.2"
    because = "what was frozen stays frozen, what was not learns on, no mode changes"
    assert_equal(got, want, because)


@pytest.mark.parametrize(
    ("prefix", "count"), [("2", 4), ("0.0", 2), ("1", 2), ("0", 3), ("", 9)]
)
def test_freeze_counts_what_was_frozen_before_if_it_has_such_a_name(prefix, count):
    net = partly_frozen()  # its 0.0.weight and 2.shift
    because = f"all that starts with {prefix!r} counts, frozen before or not"
    assert_equal(freeze(net, prefix), count, because)


@pytest.mark.parametrize(
    ("prefix", "count"), [("", 7), ("1", 2), ("3", 0), ("4", 2), ("5", 1)]
)
def test_freeze_counts_a_shared_parameter_by_its_first_name(prefix, count):
    net = tied()  # its 3 is 1 again, and 5.weight is 4.weight
    because = "a parameter that stands in several places counts once, by its first name"
    assert_equal(freeze(net, prefix), count, because)


def test_freeze_stops_the_gradients(generator):
    net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)).double()
    weights = [p.detach().clone() for p in net.parameters()]
    freeze(net, "0")
    net(draw(generator, 4, 3)).square().sum().backward()
    got = [name for name, p in net.named_parameters() if p.grad is not None]
    because = "gradients flow to what is not frozen, and to nothing else"
    assert_equal(", ".join(got) or "none", "2.weight, 2.bias", because)
    for before, p in zip(weights, net.parameters(), strict=True):
        assert_close(p.detach(), before, "the numbers of a frozen parameter stay")


def shapes_in(parameters):
    words = []
    for p in parameters:
        frozen = "" if p.requires_grad else " frozen"
        words.append(f"{tuple(p.shape)}{frozen}")
    return ", ".join(words) or "none"


def unknown_to(net):
    """Return in words what a module has that torch does not find in it."""
    values = list(vars(net).values())
    tensors = [v for v in values if isinstance(v, torch.Tensor)]
    for value in values:
        inside = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list | tuple):
            tensors += [v for v in inside if isinstance(v, torch.Tensor)]
    own = {id(p) for p in net.parameters()} | {id(b) for b in net.buffers()}
    known = any(id(tensor) not in own for tensor in tensors)
    return ["a tensor that is not registered"] if known else []


def container_of(net, kind):
    """Return the one container that a net has, once it is there."""
    assert_type(net, nn.Module, "it is an nn.Module")
    name = kind.__name__
    found = [m for m in net.modules() if isinstance(m, kind)]
    got = " and ".join([f"{len(found)} {name}", *unknown_to(net)])
    assert_equal(got, f"1 {name}", f"the parameters are in one nn.{name}")
    because = f"nothing beside the {name} has parameters"
    own, all_of_it = (len(list(m.parameters())) for m in (found[0], net))
    assert_equal(f"{all_of_it} parameters", f"{own} parameters", because)
    return found[0]


def list_of(net):
    params = list(container_of(net, nn.ParameterList))
    because = "the list has three matrices of shape (4, 4) and one of (4, 1)"
    assert_equal(shapes_in(params), "(4, 4), (4, 4), (4, 4), (4, 1)", because)
    count = len(set(map(id, params)))
    because = "each place has a parameter of its own"
    assert_equal(f"{count} different", "4 different", because)
    return params


def filled(params, generator):
    """Return parameters of the dtype that they have, with other numbers in them."""
    for p in params:
        p.data.copy_(draw(generator, *p.shape))
    return [p.detach() for p in params]


def redrawn(params, generator):
    for p in params:
        p.data = draw(generator, *p.shape)
    return params


def backward(Y, dY):
    """Let gradients flow back from a result, once it is in a graph."""
    place = "in the graph" if Y.requires_grad else "cut from the graph"
    because = "the result stays in the graph, so that gradients can flow back"
    assert_equal(place, "in the graph", because)
    Y.backward(dY)


def assert_gradients(got, want):
    for leaf, (name, other) in zip(got, want.items(), strict=True):
        came = "no gradient" if leaf.grad is None else "a gradient"
        due = "no gradient" if other.grad is None else "a gradient"
        assert_equal(came, due, f"{due} flows to {name}")
        if other.grad is not None:
            because = f"the gradient of {name} is what torch finds in the same net"
            assert_close(leaf.grad, other.grad, because, rung="gradient")


def start_of(p):
    if not p.detach().isfinite().all():
        return "numbers that are not finite"
    return "finite numbers" if p.detach().any() else "zeros"


def test_list_dense_has_four_parameters_in_a_list():
    list_of(ListDense())


def test_list_dense_names_its_parameters_by_their_places():
    net = ListDense()
    list_of(net)
    names = [name.rpartition(".")[2] for name in net.state_dict()]
    because = "in a ParameterList the names are the places"
    assert_equal(", ".join(names), "0, 1, 2, 3", because)


def test_list_dense_multiplies_by_each_matrix_in_turn(generator):
    net = ListDense()
    params = redrawn(list_of(net), generator)
    X = draw(generator, 5, 4)
    want = X @ params[0] @ params[1] @ params[2] @ params[3]
    because = "it is X W1 W2 W3 W4, without a bias or an activation"
    assert_close(net(X).detach(), want.detach(), because)


def test_list_dense_multiplies_by_what_its_list_holds(generator):
    net = ListDense()
    params = container_of(net, nn.ParameterList)
    redrawn(params, generator)
    params[2] = nn.Parameter(2 * torch.eye(4, dtype=torch.float64))
    X = draw(generator, 5, 4)
    want = 2 * X @ params[0] @ params[1] @ params[3]
    because = "a parameter that is put into the list is the one that is used"
    assert_close(net(X).detach(), want.detach(), because)


def test_list_dense_works_in_float32_as_it_is_made(generator):
    net = ListDense()
    params = filled(list_of(net), generator)
    X = draw(generator, 6, 4).float()
    want = X @ params[0] @ params[1] @ params[2] @ params[3]
    because = "it is X W1 W2 W3 W4, in the dtype that torch makes"
    assert_close(net.eval()(X).detach(), want, because)


def test_list_dense_lets_gradients_flow(generator):
    net = ListDense()
    params = redrawn(list_of(net), generator)
    X, dY = draw(generator, 5, 4).requires_grad_(), draw(generator, 5, 1)
    twins = [t.detach().clone().requires_grad_() for t in (*params, X)]
    backward(net(X), dY)
    (twins[4] @ twins[0] @ twins[1] @ twins[2] @ twins[3]).backward(dY)
    names = ["the first", "the second", "the third", "the fourth", "X"]
    assert_gradients([*params, X], dict(zip(names, twins, strict=True)))


def test_list_dense_does_not_start_at_zero():
    for place, p in enumerate(list_of(ListDense())):
        because = f"parameter {place} does not start at zero, or no gradient flows"
        assert_equal(start_of(p), "finite numbers", because)


def test_list_dense_objects_have_parameters_of_their_own():
    first, second = list_of(ListDense()), list_of(ListDense())
    shared = sum(one is other for one, other in zip(first, second, strict=True))
    because = "each object has parameters of its own"
    assert_equal(f"{shared} shared", "0 shared", because)


def dict_of(net):
    params = container_of(net, nn.ParameterDict)
    keys = ", ".join(sorted(params.keys())) or "none"
    assert_equal(keys, ", ".join(WIDTHS), "the keys are linear1, linear2 and linear3")
    got = "; ".join(f"{key} {shapes_in([params[key]])}" for key in WIDTHS)
    want = "; ".join(f"{key} (4, {width})" for key, width in WIDTHS.items())
    assert_equal(
        got, want, "each matrix has a row for each of the 4 inputs, and learns"
    )
    return {key: params[key] for key in WIDTHS}


def test_dict_dense_has_three_parameters_by_name():
    dict_of(DictDense())


@pytest.mark.parametrize("choice", WIDTHS)
def test_dict_dense_multiplies_by_the_matrix_of_that_name(generator, choice):
    net = DictDense()
    params = dict_of(net)
    redrawn(params.values(), generator)
    X = draw(generator, 5, 4)
    because = f"with {choice} it is X times that matrix, without a bias"
    assert_close(net(X, choice).detach(), (X @ params[choice]).detach(), because)
    assert_close(net(X, choice=choice).detach(), (X @ params[choice]).detach(), because)


def test_dict_dense_takes_linear1_by_default(generator):
    net = DictDense()
    params = dict_of(net)
    redrawn(params.values(), generator)
    X = draw(generator, 5, 4)
    because = "without a choice it is X times linear1"
    assert_close(net(X).detach(), (X @ params["linear1"]).detach(), because)


def assert_refused(net, X, choice):
    because = f"there is no matrix of the name {choice}, so it must raise an error"
    with raises(Exception, because=because):
        came = net(X, choice).detach().numpy()
        raise Mismatch("raises", because, "no error", "an error", values=(came, None))


@pytest.mark.parametrize("choice", ["linear4", "linear"])
def test_dict_dense_refuses_a_name_that_it_does_not_have(generator, choice):
    net, X = DictDense(), draw(generator, 5, 4)
    redrawn(dict_of(net).values(), generator)
    assert_refused(net, X, choice)


@pytest.mark.parametrize("choice", WIDTHS)
def test_dict_dense_lets_gradients_flow_to_the_one_it_used(generator, choice):
    net = DictDense()
    params = dict_of(net)
    redrawn(params.values(), generator)
    X, dY = draw(generator, 5, 4), draw(generator, 5, WIDTHS[choice])
    twins = {key: p.detach().clone().requires_grad_() for key, p in params.items()}
    backward(net(X, choice), dY)
    (X @ twins[choice]).backward(dY)
    assert_gradients(params.values(), twins)


def test_dict_dense_does_not_start_at_zero():
    for key, p in dict_of(DictDense()).items():
        because = f"{key} does not start at zero, or no gradient flows"
        assert_equal(start_of(p), "finite numbers", because)


def test_dict_dense_objects_have_parameters_of_their_own():
    first, second = dict_of(DictDense()), dict_of(DictDense())
    shared = sum(first[key] is second[key] for key in WIDTHS)
    because = "each object has parameters of its own"
    assert_equal(f"{shared} shared", "0 shared", because)


def linear_layers(net):
    layers = [m for m in net.modules() if isinstance(m, nn.Linear)]
    words = [f"{m.in_features} to {m.out_features}" for m in layers]
    bare = [" without a bias" if m.bias is None else "" for m in layers]
    there = sorted(map("".join, zip(words, bare, strict=True))) or ["none"]
    inside = {id(p) for m in layers for p in m.parameters()}
    others = [p for p in net.parameters() if id(p) not in inside]
    there += [f"{shapes_in(others)} beside them"] if others else []
    lists = [v for v in vars(net).values() if isinstance(v, list | tuple) and v]
    listed = any(isinstance(v[0], nn.Module) for v in lists)
    return " and ".join([*there, *(["a list of layers"] if listed else [])])


def tied_of(sizes=()):
    """Return a TiedMLP and its three layers, once they are there."""
    net = TiedMLP(*sizes)
    assert_type(net, nn.Module, "a TiedMLP is an nn.Module")
    inputs, hiddens, outputs = sizes or (784, 256, 10)
    pairs = [(inputs, hiddens), (hiddens, hiddens), (hiddens, outputs)]
    want = " and ".join(sorted(f"{one} to {other}" for one, other in pairs))
    because = "there are three linear layers: the middle one is there once, used twice"
    assert_equal(linear_layers(net), want, because)
    layers = [m for m in net.modules() if isinstance(m, nn.Linear)]
    by_size = {(m.in_features, m.out_features): m for m in layers}
    return net, [by_size[pair] for pair in pairs]


def untied(layers):
    """Return the same net with two copies of the middle layer."""
    first, shared, last = deepcopy(layers)
    act, again = nn.ReLU(), deepcopy(shared)
    return nn.Sequential(first, act, shared, act, again, act, last)


def redrawn_net(net, generator):
    net.double()
    redrawn(net.parameters(), generator)
    return net


@pytest.mark.parametrize("sizes", [(), *SIZES])
def test_tied_mlp_has_the_parameters_of_three_layers(sizes):
    net, _ = tied_of(sizes)
    inputs, hiddens, outputs = sizes or (784, 256, 10)
    want = inputs * hiddens + hiddens + hiddens**2 + hiddens
    want += hiddens * outputs + outputs
    because = "the layer that is used twice has its parameters once"
    got = sum(p.numel() for p in net.parameters() if p.requires_grad)
    assert_equal(numbers(got), numbers(want), because)


@pytest.mark.parametrize("sizes", SIZES)
def test_tied_mlp_uses_its_middle_layer_twice(generator, sizes):
    net, layers = tied_of(sizes)
    redrawn_net(net, generator)
    X = draw(generator, 13, sizes[0])
    because = "it is last(relu(shared(relu(shared(relu(first(X)))))))"
    assert_close(net(X).detach(), untied(layers)(X).detach(), because)


def test_tied_mlp_works_in_float32_as_it_is_made(generator):
    net, layers = tied_of((7, 5, 3))
    filled(list(net.parameters()), generator)
    X = draw(generator, 4, 7).float()
    because = "it is last(relu(shared(relu(shared(relu(first(X)))))))"
    assert_close(net.eval()(X).detach(), untied(layers)(X).detach(), because)


def test_tied_mlp_adds_the_gradients_of_both_uses(generator):
    net, layers = tied_of((7, 5, 3))
    redrawn_net(net, generator)
    for p in net.parameters():
        p.data.abs_()  # so that ReLU lets everything through
    like = untied(layers)
    X, dY = draw(generator, 13, 7).abs(), draw(generator, 13, 3)
    backward(net(X), dY)
    like(X).backward(dY)
    for kind in ("weight", "bias"):
        first, again = (getattr(like[place], kind).grad for place in (2, 4))
        because = f"the {kind} of the middle layer gets the sum of both gradients"
        got = getattr(layers[1], kind).grad
        came = "no gradient" if got is None else "a gradient"
        assert_equal(came, "a gradient", because)
        assert_close(got, first + again, because, rung="gradient")


def test_tied_mlp_lets_gradients_flow_to_all_its_layers(generator):
    net, layers = tied_of((7, 5, 3))
    redrawn_net(net, generator)
    (first, _, last), like = layers, untied(layers)
    X, dY = draw(generator, 13, 7).requires_grad_(), draw(generator, 13, 3)
    other = X.detach().clone().requires_grad_()
    backward(net(X), dY)
    like(other).backward(dY)
    want = {"the first weight": like[0].weight, "the first bias": like[0].bias}
    want |= {"the last weight": like[6].weight, "the last bias": like[6].bias}
    own = [first.weight, first.bias, last.weight, last.bias, X]
    assert_gradients(own, {**want, "X": other})


def test_tied_mlp_calls_its_layers_so_that_hooks_run(generator):
    net, layers = tied_of((7, 5, 3))
    counts = dict.fromkeys(layers, 0)

    def count(module, *_):
        counts[module] += 1

    for layer in layers:
        layer.register_forward_hook(count)
    net(draw(generator, 4, 7).float())
    words = {0: "never", 1: "once", 2: "twice"}
    got = ", ".join(words.get(n, f"{n} times") for n in counts.values())
    because = (
        "each use is a call, layer(X): the first once, the middle twice, the last once"
    )
    assert_equal(got, "once, twice, once", because)


def test_tied_mlp_has_one_middle_layer_after_a_copy_too(generator):
    net = deepcopy(redrawn_net(tied_of((7, 5, 3))[0], generator))
    middle = next(
        m for m in net.modules() if getattr(m, "out_features", 0) == 5 == m.in_features
    )
    with torch.no_grad():
        middle.weight.zero_()
        middle.bias.fill_(1.0)
    last = next(m for m in net.modules() if getattr(m, "out_features", 0) == 3)
    X = draw(generator, 4, 7)
    want = last(torch.ones(4, 5, dtype=torch.float64)).detach()
    because = "in a copy of the net, too, the middle layer is one that is used twice"
    assert_close(net(X).detach(), want, because)
