"""Wrong answers to devices that the grader must reject and the dojo can name."""

import torch

from dojo.grading import mistake
from solutions.ch4_computation import k05_devices as right


def _cuda(i):
    return torch.device("cuda", i)


CPU = torch.device("cpu")


@mistake(
    "try_gpu",
    "Any GPU is enough, and one of that number may not be there: compare i with "
    "torch.cuda.device_count().",
)
def asks_for_any_gpu(i=0):
    return _cuda(i) if torch.cuda.is_available() else CPU


@mistake(
    "try_gpu",
    "One GPU too many is believed in: with two of them the numbers are 0 and 1, so i must be "
    "below the count.",
)
def counts_one_too_many(i=0):
    return _cuda(i) if i <= torch.cuda.device_count() else CPU


@mistake(
    "try_gpu",
    "The last GPU is never used: i must be below the count, not below the count less 1.",
)
def counts_one_too_few(i=0):
    return _cuda(i) if i < torch.cuda.device_count() - 1 else CPU


@mistake("try_gpu", "It is the first GPU always; use the number, cuda:i.")
def takes_the_first_gpu(i=0):
    return _cuda(0) if i < torch.cuda.device_count() else CPU


@mistake("try_gpu", "The device has no number, cuda: write cuda:i.")
def leaves_the_number_out(i=0):
    return torch.device("cuda") if i < torch.cuda.device_count() else CPU


@mistake("try_gpu", "The GPU is taken without asking: where it is missing, cpu is due.")
def asks_for_none(i=0):
    return _cuda(i)


@mistake("try_gpu", "It is cpu always: ask torch.cuda.device_count().")
def never_takes_a_gpu(i=0):
    return CPU


@mistake("try_gpu", "A text comes back; make a torch.device of it.")
def returns_a_text(i=0):
    return str(right.try_gpu(i))


@mistake(
    "try_gpu",
    "Where number i is missing, another GPU is taken; it is cpu then.",
    which=["the last", "the first"],
)
def takes_another_gpu(i=0, *, which):
    count = torch.cuda.device_count()
    other = count - 1 if which == "the last" else 0
    return _cuda(i if i < count else other) if count else CPU


@mistake("try_gpu", "The numbers are counted from 1; the first GPU is cuda:0.")
def numbers_from_one(i=0):
    return _cuda(i + 1) if i < torch.cuda.device_count() else CPU


@mistake("try_all_gpus", "Without a GPU the list is empty; it has cpu then.")
def returns_an_empty_list():
    return [_cuda(i) for i in range(torch.cuda.device_count())]


@mistake("try_all_gpus", "cpu is in the list beside the GPUs; it is there only alone.")
def adds_the_cpu():
    return [_cuda(i) for i in range(torch.cuda.device_count())] + [CPU]


@mistake("try_all_gpus", "The first GPU is missing: numbers begin at 0.")
def begins_at_one():
    return [_cuda(i) for i in range(1, torch.cuda.device_count())] or [CPU]


@mistake("try_all_gpus", "The last GPU is missing: range ends before its end.")
def leaves_out_the_last():
    return [_cuda(i) for i in range(torch.cuda.device_count() - 1)] or [CPU]


@mistake("try_all_gpus", "Only the first GPU is listed: list them all.")
def lists_the_first_only():
    return [right.try_gpu()]


@mistake("try_all_gpus", "Texts come back; make a torch.device of each.")
def returns_texts():
    return [str(device) for device in right.try_all_gpus()]


@mistake("try_all_gpus", "This is how many there are; list the devices.")
def counts_the_gpus():
    return torch.cuda.device_count()


@mistake(
    "try_all_gpus",
    "All are {name}: they are cuda:0, cuda:1 and so on.",
    name=["cuda:0", "cuda"],
)
def gives_all_one_name(*, name):
    return [torch.device(name)] * torch.cuda.device_count() or [CPU]


@mistake(
    "module_device",
    "A module without parameters raises: look at its buffers then, and else it is cpu.",
)
def needs_a_parameter(net):
    return next(net.parameters()).device


@mistake(
    "module_device",
    "Buffers are not looked at: where there are no parameters, the first buffer counts.",
)
def leaves_out_the_buffers(net):
    return next((p.device for p in net.parameters()), CPU)


@mistake("module_device", "Buffers are looked at first; parameters come before them.")
def looks_at_buffers_first(net):
    for tensor in (*net.buffers(), *net.parameters()):
        return tensor.device
    return CPU


@mistake("module_device", "The last parameter is looked at; the first one counts.")
def looks_at_the_last(net):
    for tensor in reversed([*net.buffers(), *net.parameters()]):
        return tensor.device
    return CPU


@mistake("module_device", "A text comes back; it is a torch.device.")
def returns_the_name(net):
    return str(right.module_device(net))


@mistake(
    "module_device",
    "The net is not looked at: where its parameters lie is where it lies, whatever this "
    "machine has.",
)
def never_looks_at_the_net(net):
    return right.try_gpu()


@mistake(
    "module_device",
    "state_dict() is gone through, in which buffers may stand before parameters, and "
    "some not at all: ask parameters(), then buffers().",
)
def takes_the_first_of_the_state(net):
    for tensor in net.state_dict().values():
        return tensor.device
    return CPU


@mistake("module_device", "Only a module's own parameters are seen, not its parts'.")
def sees_its_own_only(net):
    for tensor in (*net.parameters(recurse=False), *net.buffers(recurse=False)):
        return tensor.device
    return CPU


@mistake("module_device", "Frozen parameters are passed over; they lie somewhere, too.")
def passes_over_the_frozen(net):
    learning = [p for p in net.parameters() if p.requires_grad]
    for tensor in (*learning, *net.buffers()):
        return tensor.device
    return CPU


@mistake("module_device", "Modules have no attribute device: ask a parameter for it.")
def asks_the_module(net):
    return net.device


def _moved(batch, device, *, move=None, named=True, dicts=True, lists=list, deep=True):
    """Move as the reference does, but for the slips."""
    how = {"move": move, "named": named, "dicts": dicts, "lists": lists}

    def inner(item):
        if not deep and not isinstance(item, torch.Tensor):
            return item
        return _moved(item, device, **how)

    if isinstance(batch, torch.Tensor):
        return (move or (lambda tensor: tensor.to(device)))(batch)
    if isinstance(batch, dict) and dicts:
        return {key: inner(value) for key, value in batch.items()}
    if isinstance(batch, list):
        return lists(inner(item) for item in batch)
    if isinstance(batch, tuple):
        items = [inner(item) for item in batch]
        if hasattr(batch, "_fields") and named:
            return type(batch)(*items)
        return tuple(items)
    return batch


@mistake(
    "to_device",
    "The result of tensor.to is thrown away: it makes a new tensor and moves none in place.",
)
def throws_the_moved_away(batch, device):
    return _moved(batch, device, move=lambda tensor: tensor)


@mistake("to_device", "A named tuple becomes a plain one: type(batch)(*items).")
def forgets_named_tuples(batch, device):
    return _moved(batch, device, named=False)


@mistake(
    "to_device",
    "A named tuple is made like a tuple, of one list; its class takes the fields one by one: "
    "type(batch)(*items).",
)
def makes_named_tuples_of_one_list(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {k: makes_named_tuples_of_one_list(v, device) for k, v in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(
            [makes_named_tuples_of_one_list(item, device) for item in batch]
        )
    return batch


@mistake("to_device", "Dicts are passed over: move their values.")
def passes_over_dicts(batch, device):
    return _moved(batch, device, dicts=False)


@mistake("to_device", "A list becomes a tuple: keep the type of each container.")
def makes_tuples_of_lists(batch, device):
    return _moved(batch, device, lists=tuple)


@mistake("to_device", "A tuple becomes a list: keep the type of each container.")
def makes_lists_of_tuples(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {k: makes_lists_of_tuples(v, device) for k, v in batch.items()}
    if isinstance(batch, list | tuple):
        return [makes_lists_of_tuples(item, device) for item in batch]
    return batch


@mistake(
    "to_device",
    "Containers within containers are passed over: call the function for each part.",
)
def moves_the_first_level_only(batch, device):
    return _moved(batch, device, deep=False)


@mistake("to_device", "Only a tensor by itself moves: go through containers, too.")
def moves_a_tensor_only(batch, device):
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


@mistake(
    "to_device",
    "What is no tensor is asked for .to and has none: pass it on as it is.",
)
def asks_everything_to_move(batch, device):
    if isinstance(batch, dict):
        return {k: asks_everything_to_move(v, device) for k, v in batch.items()}
    if isinstance(batch, list | tuple):
        items = [asks_everything_to_move(item, device) for item in batch]
        if hasattr(batch, "_fields"):
            return type(batch)(*items)
        return type(batch)(items)
    return batch.to(device)


@mistake(
    "to_device",
    "Each part of a container is asked for .to, also a text and another container: call "
    "the function itself for each part.",
)
def asks_each_part_to_move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: value.to(device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)([item.to(device) for item in batch])
    return batch


@mistake("to_device", "What is no tensor is left out; pass it on as it is.")
def leaves_out_other_things(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {k: leaves_out_other_things(v, device) for k, v in batch.items()}
    if isinstance(batch, list | tuple):
        items = [leaves_out_other_things(item, device) for item in batch]
        if hasattr(batch, "_fields"):
            return type(batch)(*items)
        return type(batch)(items)
    return None


@mistake(
    "to_device",
    "All tensors become {dtype}: move them alone, each with its own dtype.",
    dtype=["float32", "float64"],
)
def makes_floats_of_all(batch, device, *, dtype):
    kind = getattr(torch, dtype)
    return _moved(batch, device, move=lambda tensor: tensor.to(device, kind))


@mistake(
    "to_device",
    "The tensors leave the graph: a tensor is moved by tensor.to(device) alone.",
)
def takes_them_out_of_the_graph(batch, device):
    return _moved(batch, device, move=lambda tensor: tensor.detach().to(device))


@mistake("to_device", "Everything goes to the GPU of number 0: use the device given.")
def is_hard_wired(batch, device):
    return _moved(batch, device, move=lambda tensor: tensor.cuda())


@mistake("to_device", "The keys of a dict are lost: keep it a dict.")
def makes_lists_of_dicts(batch, device):
    if isinstance(batch, dict):
        return [makes_lists_of_dicts(v, device) for v in batch.values()]
    if isinstance(batch, list | tuple):
        items = [makes_lists_of_dicts(item, device) for item in batch]
        if hasattr(batch, "_fields"):
            return type(batch)(*items)
        return type(batch)(items)
    return right.to_device(batch, device)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "to_device": {
        "- if isinstance(batch, list | tuple):\n"
        "+ if isinstance(batch, tuple | list):": "either of the two",
        "- if isinstance(batch, torch.Tensor):\n"
        "- if isinstance(batch, dict):\n"
        "+ if isinstance(batch, dict):\n"
        "+ if isinstance(batch, torch.Tensor):": "nothing is both",
        "- if isinstance(batch, dict):\n"
        "- if isinstance(batch, list | tuple):\n"
        "+ if isinstance(batch, list | tuple):\n"
        "+ if isinstance(batch, dict):": "nothing is both",
    },
}
