"""Devices: code that runs where there is a graphics card, and where there is none.

A tensor lies on a device, and two tensors must lie on the same one to meet. Whoever
asks once which device there is, and moves the net once and each batch to it, writes a
program that runs anywhere. `.to` moves a module in place and makes a new tensor.

Level: 1 of 5
Minutes: 15
Needs: nothing
"""

from itertools import chain
from typing import Any

import torch
from torch import nn

__all__ = ["try_gpu", "try_all_gpus", "module_device", "to_device"]


def try_gpu(i: int = 0) -> torch.device:
    """Return the device cuda:i if there are more than i GPUs, else cpu.

    Parameters
    ----------
    i : int
        The number of the GPU, counted from 0.

    Returns
    -------
    torch.device
        `torch.device("cuda", i)` or `torch.device("cpu")`.
    """
    there = i < torch.cuda.device_count()
    return torch.device("cuda", i) if there else torch.device("cpu")


def try_all_gpus() -> list[torch.device]:
    """Return the devices of all GPUs, cuda:0, cuda:1 and so on.

    Returns
    -------
    list of torch.device
        If there is no GPU, a list with cpu alone.
    """
    gpus = [torch.device("cuda", i) for i in range(torch.cuda.device_count())]
    return gpus or [torch.device("cpu")]


def module_device(net: nn.Module) -> torch.device:
    """Return where a module lies.

    Parameters
    ----------
    net : nn.Module

    Returns
    -------
    torch.device
        That of its first parameter, in the order of `net.parameters()`; if it has none,
        that of its first buffer; if it has neither, cpu.
    """
    for tensor in chain(net.parameters(), net.buffers()):
        return tensor.device
    return torch.device("cpu")


def to_device(batch: Any, device: torch.device | str) -> Any:
    """Return a batch with all its tensors on a device.

    Parameters
    ----------
    batch : Tensor, list, tuple, dict or anything else
        Lists, tuples, named tuples and the values of dicts are gone through, however
        deeply they are nested.
    device : torch.device or str

    Returns
    -------
    object
        Built as batch is: a list stays a list, a tuple a tuple, a named tuple one of
        its own class, and a dict keeps its keys in their order. Each tensor is that of
        batch on the device, of its dtype and in its graph. Everything else, such as a
        text, a number or None, is passed on as the object that it is. The containers of
        batch are left as they are.
    """
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        moved = [to_device(item, device) for item in batch]
        if isinstance(batch, list):
            return moved
        return type(batch)(*moved) if hasattr(batch, "_fields") else tuple(moved)
    return batch
