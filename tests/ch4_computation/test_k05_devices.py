"""Grades devices: without a GPU, by pretended counts and by the device meta."""

from collections import OrderedDict, namedtuple
from contextlib import contextmanager

import pytest
import torch
from torch import nn

from dojo.grading import Mismatch, assert_close, assert_equal, assert_type
from katas.ch4_computation.k05_devices import (
    module_device,
    to_device,
    try_all_gpus,
    try_gpu,
)

META = torch.device("meta")
Pair = namedtuple("Pair", ["image", "label"])
COUNTS = [0, 1, 2, 5]


@contextmanager
def gpus(count):
    """Let torch say that there are so many GPUs, by each of its ways to ask."""
    stand_ins = {
        "device_count": lambda: count,
        "is_available": lambda: count > 0,
        "_cached_device_count": count,  # what the real device_count looks at
        "_is_compiled": lambda: True,
        "_nvml_based_avail": lambda: True,
    }
    spaces = [(torch.cuda, stand_ins)]
    public = {name: stand_ins[name] for name in ("device_count", "is_available")}
    current = {"current_accelerator": lambda *_, **__: torch.device("cuda")}
    spaces.append((torch.accelerator, public | (current if count else {})))
    real = [
        (space, name, getattr(space, name)) for space, names in spaces for name in names
    ]
    for space, names in spaces:
        for name, value in names.items():
            setattr(space, name, value)
    try:
        yield
    finally:
        for space, name, value in real:
            setattr(space, name, value)


def assert_device(got, want, because):
    assert_type(got, torch.device, "a device is a torch.device, not a text or a number")
    assert_equal(f"device {got}", f"device {want}", because)


def plural(count):
    return f"{count} GPU{'s' * (count != 1)}"


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("i", [0, 1, 4, 5])
def test_try_gpu_is_the_gpu_if_there_is_one_of_that_number(count, i):
    with gpus(count):
        got = try_gpu(i)
    want = f"cuda:{i}" if i < count else "cpu"
    because = f"with {plural(count)}, numbered from 0, number {i} is {want}"
    assert_device(got, want, because)


@pytest.mark.parametrize("count", COUNTS)
def test_try_gpu_takes_the_first_by_default(count):
    with gpus(count):
        got = [try_gpu(), try_gpu(i=0)]
    want = "cuda:0" if count else "cpu"
    because = f"with {plural(count)} the one of number 0 is {want}"
    for device in got:
        assert_device(device, want, because)


@pytest.mark.parametrize("count", COUNTS)
def test_try_all_gpus_lists_them_all(count):
    with gpus(count):
        devices = try_all_gpus()
    assert_type(devices, list, "the devices are a list")
    kinds = ", ".join(sorted({type(device).__name__ for device in devices})) or "none"
    assert_equal(kinds, "device", "each entry is a torch.device, and there is one")
    want = [f"cuda:{i}" for i in range(count)] or ["cpu"]
    got, want = ", ".join(map(str, devices)), ", ".join(want)
    because = f"with {plural(count)} these are the devices; without any it is cpu alone"
    assert_equal(got, want, because)


class Buffers(nn.Module):
    """A module with two buffers and no parameter."""

    def __init__(self, first, second):
        super().__init__()
        self.register_buffer("first", torch.zeros(2, device=first))
        self.register_buffer("second", torch.zeros(3, device=second))


class Mixed(nn.Module):
    """A module with a buffer on one device and two parameters on others."""

    def __init__(self, buffer, first, second):
        super().__init__()
        self.register_buffer("running", torch.zeros(3, device=buffer))
        self.first = nn.Parameter(torch.zeros(2, device=first))
        self.second = nn.Linear(2, 3, device=second)


class Scaled(nn.Module):
    """A module with a buffer of its own, whose parameters are all in a part."""

    def __init__(self, buffer, layer):
        super().__init__()
        self.register_buffer("scale", torch.ones(3, device=buffer))
        self.layer = nn.Linear(3, 2, device=layer)


class Unsaved(nn.Module):
    """A module with one buffer, which is not in its state_dict."""

    def __init__(self, device):
        super().__init__()
        self.register_buffer("mask", torch.ones(3, device=device), persistent=False)


NETS = {
    "a layer on meta": (lambda: nn.Linear(3, 2, device="meta"), "meta"),
    "a layer on cpu": (lambda: nn.Linear(3, 2), "cpu"),
    "a first parameter on meta, a second on cpu": (
        lambda: Mixed("cpu", "meta", "cpu"),
        "meta",
    ),
    "a first parameter on cpu, a second on meta": (
        lambda: Mixed("meta", "cpu", "meta"),
        "cpu",
    ),
    "a buffer on cpu, parameters on meta": (
        lambda: Mixed("cpu", "meta", "meta"),
        "meta",
    ),
    "a frozen layer on meta": (
        lambda: nn.Linear(3, 2, device="meta").requires_grad_(False),
        "meta",
    ),
    "buffers alone, the first on meta": (lambda: Buffers("meta", "cpu"), "meta"),
    "buffers alone, the first on cpu": (lambda: Buffers("cpu", "meta"), "cpu"),
    "a layer deep inside": (
        lambda: nn.Sequential(
            nn.ReLU(), nn.Sequential(nn.Flatten(), nn.Linear(3, 2, device="meta"))
        ),
        "meta",
    ),
    "buffers deep inside": (
        lambda: nn.Sequential(nn.ReLU(), nn.Sequential(Buffers("meta", "meta"))),
        "meta",
    ),
    "a buffer of its own on cpu, and a layer on meta": (
        lambda: Scaled("cpu", "meta"),
        "meta",
    ),
    "a buffer alone on meta, which is not saved": (lambda: Unsaved("meta"), "meta"),
    "neither parameters nor buffers": (nn.ReLU, "cpu"),
    "no parts at all": (nn.Sequential, "cpu"),
}


@pytest.mark.parametrize("name", NETS)
def test_module_device_is_that_of_the_first_parameter_or_buffer(name):
    make, want = NETS[name]
    because = f"a module with {name} lies on {want}"
    assert_device(module_device(make()), want, because)


def test_module_device_has_the_number_of_the_device():
    net = nn.Linear(3, 2, device="meta")
    because = "the device is the parameter's own, with its number if it has one"
    got = module_device(net)
    assert_device(got, net.weight.device, because)


def tensors(generator):
    """Return three tensors, no two of one shape."""
    return [torch.rand(size, generator=generator) for size in ((2, 3), (5,), ())]


def moved(batch, device):
    """Call to_device; where it asks for a GPU, say so."""
    try:
        return to_device(batch, device)
    except (AssertionError, RuntimeError) as error:
        if "CUDA" not in str(error):
            raise
        got = f"a GPU is asked for: {error}"
        because = "tensors go to the device that is given, also where there is no GPU"
        raise Mismatch("values", because, got, f"{device}", values=(got, "")) from error


def build_of(thing):
    """Return how something is built: its containers and what stands in them."""
    if isinstance(thing, torch.Tensor):
        return f"{tuple(thing.shape)} on {thing.device}"
    if isinstance(thing, dict):
        inside = ", ".join(f"{k!r}: {build_of(v)}" for k, v in thing.items())
        return f"{{{inside}}}"
    if isinstance(thing, list | tuple):
        inside = ", ".join(map(build_of, thing))
        return f"{type(thing).__name__}({inside})"
    return repr(thing)


BATCHES = {
    "a tensor": lambda a, b, c: a,
    "a list": lambda a, b, c: [a, b, c],
    "a tuple": lambda a, b, c: (a, b),
    "a tuple of one": lambda a, b, c: (b,),
    "a named tuple": lambda a, b, c: Pair(a, c),
    "a dict": lambda a, b, c: {"x": a, "y": b, 3: c},
    "an ordered dict": lambda a, b, c: OrderedDict([("z", a), ("a", b)]),
    "lists in a tuple": lambda a, b, c: ([a, [b]], [c]),
    "a dict of a list of tuples": lambda a, b, c: {"x": [(a, b), (c,)], "y": {"z": a}},
    "named tuples in a list": lambda a, b, c: [Pair(a, {"y": b}), Pair([c], (a,))],
    "nothing": lambda a, b, c: [],
    "empty containers": lambda a, b, c: ((), {}, [[]]),
    "things that are no tensors": lambda a, b, c: [a, "name", 7, None, 0.5, True],
    "a text": lambda a, b, c: "name",
    "texts in a dict": lambda a, b, c: {"x": a, "path": "a.npy", "tags": ["b", ("c",)]},
}


@pytest.mark.parametrize("name", BATCHES)
def test_to_device_moves_every_tensor_and_keeps_the_build(generator, name):
    batch = BATCHES[name](*tensors(generator))
    want = build_of(batch).replace("on cpu", "on meta")
    got = build_of(moved(batch, META))
    because = f"of {name} every tensor moves, and everything else stays as it is"
    assert_equal(got, want, because)


@pytest.mark.parametrize("device", ["meta", META, "cpu", torch.device("cpu")])
def test_to_device_takes_a_device_or_its_name(generator, device):
    batch = tensors(generator)
    got = build_of(moved(tuple(batch), device))
    want = build_of(tuple(batch)).replace("on cpu", f"on {torch.device(device)}")
    assert_equal(got, want, "device is a torch.device or a text")


@pytest.mark.parametrize("name", BATCHES)
def test_to_device_keeps_the_values(generator, name):
    given = tensors(generator)
    got = moved(BATCHES[name](*given), "cpu")
    because = "a tensor on the device has the numbers that it had before"
    want = leaves_of(BATCHES[name](*given))
    for one, other in zip(leaves_of(got), want, strict=True):
        assert_close(one, other, because)
    assert_equal(build_of(got), build_of(BATCHES[name](*given)), because)


def leaves_of(thing):
    """Return the tensors in something, in their order."""
    if isinstance(thing, torch.Tensor):
        return [thing]
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, list | tuple):
        return [leaf for part in thing for leaf in leaves_of(part)]
    return []


def test_to_device_passes_other_things_on_as_they_are():
    things = [object(), {1, 2}, slice(3), torch.float32, b"bytes"]
    got = moved([*things, {"x": things[0]}], META)
    assert_type(got, list, "a list stays a list")
    same = sum(one is other for one, other in zip(got, things, strict=False))
    because = "what is no tensor is passed on, and is the very same object"
    assert_equal(f"{same} of 5 the same", "5 of 5 the same", because)


@pytest.mark.parametrize("name", ["a list", "a dict", "a dict of a list of tuples"])
def test_to_device_leaves_the_containers_as_they_are(generator, name):
    batch = BATCHES[name](*tensors(generator))
    was = build_of(batch)
    got = moved(batch, META)
    own = "the same container" if got is batch else "another container"
    assert_equal(own, "another container", "the batch that was given stays where it is")
    assert_equal(build_of(batch), was, "the batch that was given stays where it is")


def test_to_device_keeps_the_class_of_a_named_tuple(generator):
    a, _, c = tensors(generator)
    got = moved(Pair(a, c), META)
    kind = f"a {type(got).__name__}"
    assert_equal(kind, "a Pair", "a named tuple stays one of its class")
    got = f"image {build_of(got.image)}, label {build_of(got.label)}"
    want = "image (2, 3) on meta, label () on meta"
    assert_equal(got, want, "its fields keep their names")


KINDS = [torch.int64, torch.uint8, torch.bool, torch.float64, torch.float16]


@pytest.mark.parametrize("device", ["meta", "cpu"])
def test_to_device_keeps_the_dtype_of_each_tensor(device):
    batch = {"x": [torch.ones(2, 3, dtype=kind) for kind in KINDS]}
    got = ", ".join(str(tensor.dtype) for tensor in moved(batch, device)["x"])
    because = "each tensor keeps its dtype: labels stay whole numbers"
    assert_equal(got, ", ".join(map(str, KINDS)), because)


@pytest.mark.parametrize("device", ["meta", "cpu"])
def test_to_device_keeps_the_way_for_gradients(generator, device):
    a, b, _ = tensors(generator)
    a.requires_grad_()
    first, second, third = moved([a, (2 * a,), b], device)
    words = ["in the graph" if t.requires_grad else "not" for t in (first, *second)]
    words += ["in the graph" if third.requires_grad else "not"]
    because = "a tensor in a graph stays in it, and no other gets into one"
    want = "in the graph, in the graph, not"
    assert_equal(", ".join(words), want, because)


def test_to_device_moves_parameters_too(generator):
    layer = nn.Linear(3, 2)
    got = build_of(moved({"w": layer.weight}, META))
    assert_equal(got, "{'w': (2, 3) on meta}", "a parameter is a tensor")
