"""Grades saving and loading."""

from collections import OrderedDict
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
from torch import nn

from dojo.grading import Mismatch, assert_close, assert_equal, assert_that, assert_type
from katas.ch4_computation.k04_checkpointing import (
    load_checkpoint,
    save_checkpoint,
    transfer_prefix,
)

KEYS = ("epoch", "net", "optimizer")
FAR = "cuda:97"  # a device that no machine has
OPTIMIZERS = {
    "Adam": lambda params, lr: torch.optim.Adam(params, lr, betas=(0.7, 0.9)),
    "SGD with momentum": lambda params, lr: torch.optim.SGD(params, lr, 0.8),
}


@pytest.fixture
def fixed():
    """Give a test the same draws always, where they have no part in what it asks."""
    return torch.Generator().manual_seed(0)


@pytest.fixture
def folder():
    """Give a test a folder of its own, each time that it runs."""
    with TemporaryDirectory() as name:
        yield Path(name)


def net_of(generator):
    """Return a small net with buffers, a frozen bias and parts within parts."""
    body = nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3), nn.Dropout(0.3))
    parts = {"body": body, "body2": nn.Linear(3, 4), "act": nn.Tanh()}
    net = nn.Sequential(OrderedDict(parts | {"head": nn.Linear(4, 2)})).double()
    for tensor in net.state_dict().values():
        tensor.copy_(3 * torch.rand(tensor.shape, generator=generator))
    net.body2.bias.requires_grad_(False)
    return net


def trained(net, optimizer, generator, steps=3):
    """Take some steps on a fixed problem; return the parameters after each."""
    trace = []
    for _ in range(steps):
        X = torch.randn((7, 5), generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        (net.head(torch.tanh(net.body2(net.body[:2](X)))) ** 2).mean().backward()
        optimizer.step()
        trace.append(deepcopy(net.state_dict()))
    return trace


def optimizer_of(net, name="Adam", lr=0.03):
    """Return an optimizer with two groups, the second without the first's rate."""
    groups = [
        {"params": net.body.parameters()},
        {"params": [*net.body2.parameters(), *net.head.parameters()], "lr": lr / 4},
    ]
    return OPTIMIZERS[name](groups, lr)


def started(generator, name="Adam"):
    """Return a net and its optimizer in the middle of training."""
    net = net_of(generator)
    optimizer = optimizer_of(net, name)
    trained(net, optimizer, generator)
    return net, optimizer


def assert_state(got, want, what):
    """Compare two state_dicts key by key, and say which key differs."""
    names = [key for key in want if key not in got]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    words = f"without {', '.join(names[:3])}{more}" if names else "all there"
    assert_equal(words, "all there", f"{what} has every parameter and every buffer")
    alien = [key for key in got if key not in want][:3]
    words = f"with {', '.join(map(str, alien))}" if alien else "nothing else"
    assert_equal(words, "nothing else", f"{what} has the net's own names alone")
    for key, value in want.items():
        because = f"{key} of {what} is as it was saved, to the bit"
        assert_close(got[key], value, because, rtol=0, atol=0)


def read(path):
    """Return what a file holds, once it can be read without running code."""
    there = "a file" if Path(path).is_file() else "no file"
    assert_equal(there, "a file", "save_checkpoint writes the file at the path")
    try:
        state = torch.load(path, weights_only=True)
    except Exception as error:
        got = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
        because = "torch.load with weights_only=True reads the file: no objects in it"
        raise Mismatch("values", because, got, "a dict", values=(got, "")) from error
    assert_type(state, dict, "the file holds one dict")
    keys = ", ".join(sorted(map(str, state)))
    because = "the keys of the dict are epoch, net and optimizer"
    if keys != ", ".join(KEYS):
        raise Mismatch(
            "values", because, shown(keys), ", ".join(KEYS), values=(keys, "")
        )
    return state


def shown(keys):
    return keys if len(keys) < 60 else f"{keys[:57]}…"


def assert_same_optimizer(got, want):
    """Compare two optimizers' state_dicts: the settings, then what they remember."""
    assert_type(got, dict, "optimizer is the optimizer's state_dict")
    parts = ", ".join(sorted(map(str, got)))
    because = "optimizer is the optimizer's state_dict: its state and its param_groups"
    assert_equal(parts, ", ".join(sorted(want)), because)
    rates = [group["lr"] for group in got["param_groups"]]
    due = [group["lr"] for group in want["param_groups"]]
    assert_equal(rates, due, "each group keeps its learning rate")
    remembered = f"the state of {len(got['state'])} parameters"
    due = f"the state of {len(want['state'])} parameters"
    assert_equal(remembered, due, "what the optimizer remembers of each is there")
    for number, state in want["state"].items():
        for name, value in state.items():
            because = f"{name} of parameter {number} is as the optimizer has it"
            assert_close(got["state"][number][name], value, because, rtol=0, atol=0)


@pytest.mark.parametrize("kind", [str, Path])
def test_save_checkpoint_writes_the_states_parameters_and_buffers(fixed, folder, kind):
    net, optimizer = started(fixed)
    want = deepcopy(net.state_dict())
    save_checkpoint(kind(folder / "a b.pt"), net, optimizer, 4)
    assert_state(read(folder / "a b.pt")["net"], want, "the saved net")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_save_checkpoint_writes_what_the_optimizer_remembers(fixed, folder, name):
    net, optimizer = started(fixed, name)
    want = deepcopy(optimizer.state_dict())
    save_checkpoint(folder / "net.pt", net, optimizer)
    assert_same_optimizer(read(folder / "net.pt")["optimizer"], want)


def test_save_checkpoint_writes_none_without_an_optimizer(fixed, folder):
    net = net_of(fixed)
    save_checkpoint(folder / "net.pt", net, epoch=2)
    state = read(folder / "net.pt")
    got = "None" if state["optimizer"] is None else type(state["optimizer"]).__name__
    assert_equal(got, "None", "without an optimizer the entry is None")
    assert_state(state["net"], net.state_dict(), "the saved net")


@pytest.mark.parametrize("epoch", [1, 29])
def test_save_checkpoint_writes_the_epoch(fixed, folder, epoch):
    save_checkpoint(folder / "net.pt", net_of(fixed), None, epoch)
    got = read(folder / "net.pt")["epoch"]
    assert_equal(f"epoch {got!r}", f"epoch {epoch}", "epoch is the int that was given")


def test_save_checkpoint_writes_epoch_0_by_default(fixed, folder):
    save_checkpoint(folder / "net.pt", net_of(fixed))
    got = read(folder / "net.pt")["epoch"]
    assert_equal(f"epoch {got!r}", "epoch 0", "without an epoch it is 0")


def test_save_checkpoint_replaces_a_file_that_is_there(fixed, folder):
    path = folder / "net.pt"
    save_checkpoint(path, net_of(fixed), None, 1)
    net = net_of(fixed)
    save_checkpoint(path, net, None, 2)
    state = read(path)
    assert_equal(f"epoch {state['epoch']!r}", "epoch 2", "the later file counts")
    assert_state(state["net"], net.state_dict(), "the net that was saved last")


def modes(net):
    return "".join("T" if module.training else "E" for module in net.modules())


def learning(net):
    return ", ".join(name for name, p in net.named_parameters() if p.requires_grad)


@pytest.mark.parametrize("resting", ["", "body"])
def test_save_checkpoint_leaves_net_and_optimizer_as_they_are(fixed, folder, resting):
    net, optimizer = started(fixed)
    if resting:
        (net.body if resting == "body" else net).eval()
    was = modes(net), learning(net), deepcopy(net.state_dict())
    kept, grad = deepcopy(optimizer.state_dict()), net.head.weight.grad.clone()
    save_checkpoint(folder / "net.pt", net, optimizer, 3)
    because = "each module keeps its mode, T for training and E for evaluation"
    assert_equal(modes(net), was[0], because)
    assert_equal(learning(net), was[1], "what learns goes on learning")
    assert_state(net.state_dict(), was[2], "the net after saving")
    assert_same_optimizer(optimizer.state_dict(), kept)
    there = "no gradient" if net.head.weight.grad is None else "a gradient"
    assert_equal(there, "a gradient", "gradients stay")
    assert_close(net.head.weight.grad, grad, "gradients stay", rung="gradient")


def file_of(folder, net, optimizer=None, epoch=5, **more):
    """Write a checkpoint without the learner's function."""
    path = folder / "given.pt"
    state = optimizer.state_dict() if optimizer else None
    torch.save(
        {"net": net.state_dict(), "optimizer": state, "epoch": epoch} | more, path
    )
    return path


@pytest.mark.parametrize("kind", [str, Path])
def test_load_checkpoint_restores_parameters_and_buffers(fixed, folder, kind):
    source, net = net_of(fixed), net_of(fixed)
    load_checkpoint(kind(file_of(folder, source)), net)
    assert_state(net.state_dict(), source.state_dict(), "the net after loading")


def test_load_checkpoint_gives_the_same_outputs(fixed, folder):
    source, net = net_of(fixed).eval(), net_of(fixed).eval()
    load_checkpoint(file_of(folder, source), net)
    X = torch.randn((7, 5), generator=fixed, dtype=torch.float64)
    because = "with equal parameters and buffers the outputs are equal to the bit"
    assert_close(net(X).detach(), source(X).detach(), because, rtol=0, atol=0)


@pytest.mark.parametrize("epoch", [0, 17])
def test_load_checkpoint_returns_the_epoch(fixed, folder, epoch):
    net, optimizer = started(fixed)
    path = file_of(folder, net, optimizer, epoch)
    came = [load_checkpoint(path, net), load_checkpoint(path, net, optimizer)]
    words = [f"{c}" if isinstance(c, int) else f"a {type(c).__name__}" for c in came]
    because = "what comes back is the epoch in the file"
    assert_equal(" and ".join(words), f"{epoch} and {epoch}", because)


@pytest.mark.parametrize("resting", ["", "body", "all"])
@pytest.mark.parametrize("with_optimizer", [False, True])
def test_load_checkpoint_leaves_each_modules_mode(
    fixed, folder, resting, with_optimizer
):
    (source, optimizer), net = started(fixed), net_of(fixed)
    if resting:
        getattr(net, resting, net).eval()
    was = modes(net)
    other = [optimizer_of(net)] if with_optimizer else []
    load_checkpoint(file_of(folder, source, optimizer), net, *other)
    because = "each module keeps its mode, T for training and E for evaluation"
    assert_equal(modes(net), was, because)


def test_load_checkpoint_leaves_what_learns_and_what_is_frozen(fixed, folder):
    source, net = net_of(fixed), net_of(fixed)
    net.head.weight.requires_grad_(False)
    was = learning(net)
    load_checkpoint(file_of(folder, source), net)
    assert_equal(learning(net), was, "every parameter keeps its requires_grad")


def test_load_checkpoint_changes_the_parameters_in_place(fixed, folder):
    source, net = net_of(fixed), net_of(fixed)
    before = dict(net.named_parameters())
    load_checkpoint(file_of(folder, source), net)
    other = [name for name, p in net.named_parameters() if p is not before[name]]
    got = f"new: {', '.join(other)}" if other else "the same tensors"
    because = "the parameters stay the tensors that an optimizer may hold"
    assert_equal(got, "the same tensors", because)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_load_checkpoint_goes_on_as_if_training_had_never_stopped(
    generator, folder, name
):
    net, optimizer = started(generator, name)
    path, seed = file_of(folder, net, optimizer), torch.Generator().manual_seed(1)
    want = trained(net, optimizer, seed, 5)
    resumed = net_of(generator)
    fresh = optimizer_of(resumed, name, 0.5)
    load_checkpoint(path, resumed, fresh)
    got = trained(resumed, fresh, seed.manual_seed(1), 5)
    for step, (one, other) in enumerate(zip(got, want, strict=True), 1):
        for key, value in other.items():
            because = f"in step {step} after loading, {key} is as without a break"
            assert_close(one[key], value, because)


@pytest.mark.parametrize("how", ["by place", "by name"])
def test_load_checkpoint_restores_what_the_optimizer_remembers(fixed, folder, how):
    net, optimizer = started(fixed)
    path, resumed = file_of(folder, net, optimizer), net_of(fixed)
    fresh = optimizer_of(resumed, lr=0.5)
    if how == "by place":
        load_checkpoint(path, resumed, fresh, "cpu")
    else:
        load_checkpoint(path, resumed, optimizer=fresh)
    assert_same_optimizer(fresh.state_dict(), optimizer.state_dict())


def test_load_checkpoint_needs_no_optimizer(fixed, folder):
    net, optimizer = started(fixed)
    other = net_of(fixed)
    got = load_checkpoint(file_of(folder, net, optimizer, 8), other)
    assert_equal(got, 8, "a net can be used without the optimizer that trained it")
    assert_state(other.state_dict(), net.state_dict(), "the net after loading")


def came_of(call):
    """Return what a call raised, or that it raised nothing."""
    try:
        call()
    except (Mismatch, NotImplementedError):
        raise
    except Exception as error:
        return type(error).__name__
    return "no error"


@pytest.mark.parametrize("how", ["missing", "not expected"])
def test_load_checkpoint_is_strict(fixed, folder, how):
    net, source = net_of(fixed), net_of(fixed)
    (source if how == "missing" else net).head = nn.Identity()
    path = file_of(folder, source)
    got = came_of(lambda: load_checkpoint(path, net))
    because = f"a key that is {how} raises: a typo must not pass in silence"
    assert_that(got != "no error", because, got, "an error", rung="raises")


class Runs:
    """An object that would run code when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_load_checkpoint_refuses_a_file_that_runs_code(fixed, folder):
    net, mark = net_of(fixed), folder / "it ran"
    path = file_of(folder, net_of(fixed), more=Runs(mark))
    got = came_of(lambda: load_checkpoint(path, net))
    got = "the code ran" if mark.exists() else f"not run, {got}"
    refused = got.startswith("not run") and not got.endswith("no error")
    because = "a file is read with weights_only=True, so that no code in it can run"
    assert_that(refused, because, got, "not run, an error", rung="raises")


def far_file(folder, net, optimizer):
    """Write a checkpoint as if its tensors had been on another device."""
    real = torch.serialization.location_tag
    torch.serialization.location_tag = lambda storage: FAR
    try:
        return file_of(folder, net, optimizer, 6)
    finally:
        torch.serialization.location_tag = real


@pytest.mark.parametrize("how", [torch.device("cpu"), {FAR: "cpu"}, None])
def test_load_checkpoint_reads_what_was_saved_on_another_device(fixed, folder, how):
    net, optimizer = started(fixed)
    path, other = far_file(folder, net, optimizer), net_of(fixed)
    fresh = optimizer_of(other)
    place = {} if how is None else {"map_location": how}
    try:
        load_checkpoint(path, other, fresh, **place)
    except RuntimeError as error:
        got = str(error).splitlines()[0][:70]
        because = "map_location, by default cpu, says where tensors are read to"
        raise Mismatch("values", because, got, "no error", values=(got, "")) from error
    assert_state(other.state_dict(), net.state_dict(), "the net after loading")
    assert_same_optimizer(fresh.state_dict(), optimizer.state_dict())


def test_load_checkpoint_hands_map_location_on(fixed, folder):
    net, tags = net_of(fixed), set()

    def place(storage, tag):
        tags.add(tag)
        return storage

    load_checkpoint(far_file(folder, net_of(fixed), None), net, map_location=place)
    got = f"asked for {', '.join(tags) or 'nothing'}"
    because = "a function as map_location is asked where each tensor goes"
    assert_equal(got, f"asked for {FAR}", because)


TAKEN = ["body.0.bias", "body.0.weight", "body.1.bias", "body.1.num_batches_tracked"]
TAKEN += ["body.1.running_mean", "body.1.running_var", "body.1.weight"]
PREFIXES = {
    "body.": TAKEN,
    "body": [*TAKEN, "body2.bias", "body2.weight"],
    "body.0.weight": ["body.0.weight"],
    "head.b": ["head.bias"],
    "ead": [],
    "none": [],
}


def names_of(names):
    assert_type(names, list, "what comes back is a list of names")
    return ", ".join(sorted(map(str, names))) or "no names"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_transfer_prefix_copies_what_begins_with_the_prefix(generator, prefix):
    source, net = net_of(generator).state_dict(), net_of(generator)
    before = deepcopy(net.state_dict())
    got = names_of(transfer_prefix(source, net, prefix))
    want = PREFIXES[prefix]
    because = f"the names that begin with {prefix!r} come back, of buffers too"
    assert_equal(got, names_of(want), because)
    for name, value in net.state_dict().items():
        taken = name in want
        because = f"{name} {'is copied' if taken else 'stays as it is'} for {prefix!r}"
        assert_close(value, (source if taken else before)[name], because)


def test_transfer_prefix_takes_everything_with_an_empty_prefix(fixed):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    got = names_of(transfer_prefix(source, net, ""))
    assert_equal(got, names_of(list(source)), "every name begins with an empty text")
    assert_state(net.state_dict(), source, "the net after the transfer")


def test_transfer_prefix_leaves_out_what_only_one_side_has(fixed):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    source["body.extra"] = torch.zeros(3)
    del source["body.0.bias"]
    before = net.body[0].bias.detach().clone()
    got = names_of(transfer_prefix(source, net, "body."))
    want = names_of([name for name in TAKEN if name != "body.0.bias"])
    assert_equal(got, want, "only names that both sides have are copied")
    because = "what the source does not have stays as it is in the net"
    assert_close(net.body[0].bias.detach(), before, because)


@pytest.mark.parametrize("shape", [(2, 5), (1,), (2, 1), (4,)])
def test_transfer_prefix_raises_where_the_shapes_differ(fixed, shape):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    source["head.weight"] = torch.rand(shape, generator=fixed).double()
    got = came_of(lambda: transfer_prefix(source, net, "head."))
    because = f"head.weight is (2, 4) in the net, and {shape} must not pass for it"
    assert_that(got != "no error", because, got, "an error", rung="raises")


def test_transfer_prefix_minds_only_the_shapes_that_it_copies(fixed):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    source["head.weight"] = torch.zeros(7, 4).double()
    got = came_of(lambda: transfer_prefix(source, net, "body."))
    because = "a head of another size is why one takes the first layers alone"
    assert_that(got == "no error", because, got, "no error", rung="raises")


def test_transfer_prefix_copies_and_shares_no_memory(fixed):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    want = deepcopy(source)
    transfer_prefix(source, net, "body")
    own = net.state_dict()
    shared = [n for n in own if own[n].data_ptr() == source[n].data_ptr()]
    because = "the net has copies, and shares no memory with the source"
    assert_equal(f"shared: {shared[0] if shared else 'none'}", "shared: none", because)
    for value in source.values():
        value.zero_()
    for name in ("body.0.weight", "body.1.running_var", "body2.bias"):
        because = f"{name} is a copy: what happens to the source later has no effect"
        assert_close(net.state_dict()[name], want[name], because)


def test_transfer_prefix_keeps_the_nets_own_tensors(fixed):
    source, net = net_of(fixed).state_dict(), net_of(fixed)
    before, learns = dict(net.named_parameters()), learning(net)
    transfer_prefix(source, net, "body")
    other = [name for name, p in net.named_parameters() if p is not before[name]]
    got = f"new: {', '.join(other)}" if other else "the same tensors"
    assert_equal(got, "the same tensors", "the parameters stay the tensors they are")
    assert_equal(learning(net), learns, "every parameter keeps its requires_grad")
    graph = [name for name, p in net.named_parameters() if not p.is_leaf]
    got = f"no leaf: {', '.join(graph)}" if graph else "leaves"
    assert_equal(got, "leaves", "copying is no part of a graph")


def test_transfer_prefix_takes_parameters_as_a_source(fixed):
    other, net = net_of(fixed), net_of(fixed)
    source = dict(other.named_parameters())
    got = names_of(transfer_prefix(source, net, "head."))
    assert_equal(got, "head.bias, head.weight", "a state may hold parameters")
    because = "what is copied has the values of the source"
    assert_close(net.head.weight.detach(), other.head.weight.detach(), because)
