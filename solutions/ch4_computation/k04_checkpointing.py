"""Save and load: a file from which training goes on as if it had never stopped.

The numbers of a net alone are enough to use it. To go on training, what the optimizer
remembers is needed as well, and which epoch it was. Numbers under names are saved, not
objects: a file of objects is a program, and it breaks when the code changes.

Level: 2 of 5
Minutes: 25
Needs: parameter-management
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["save_checkpoint", "load_checkpoint", "transfer_prefix"]


def save_checkpoint(
    path: str | Path,
    net: nn.Module,
    optimizer: torch.optim.Optimizer | None = None,
    epoch: int = 0,
) -> None:
    """Write net, optimizer and epoch into a file, by `torch.save`.

    The file holds one dict with three keys: `net`, the net's state_dict; `optimizer`,
    the optimizer's state_dict, or None if there is no optimizer; `epoch`, the int. So
    `torch.load(path, weights_only=True)` reads it. Nothing else is changed by it.

    Parameters
    ----------
    path : str or Path
        A file in a folder that exists. A file that is there is replaced.
    net : nn.Module
    optimizer : torch.optim.Optimizer, optional
        That of the net.
    epoch : int
        Which epoch it was.
    """
    state = {
        "net": net.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "epoch": epoch,
    }
    torch.save(state, path)


def load_checkpoint(
    path: str | Path,
    net: nn.Module,
    optimizer: torch.optim.Optimizer | None = None,
    map_location: Any = "cpu",
) -> int:
    """Read a file of `save_checkpoint` into a net, and into an optimizer if given.

    Parameters
    ----------
    path : str or Path
        Read with weights_only=True: a file with other objects in it, which could run
        code, is refused with an error.
    net : nn.Module, changed in place
        Its parameters and buffers get the values of the file, and stay the tensors that
        they are, so that an optimizer that holds them still does. Loading is strict: a
        key that is missing or not expected raises an error. Every module keeps
        its mode, training or evaluation, and every parameter its requires_grad.
    optimizer : torch.optim.Optimizer, optional, changed in place
        It gets the state of the file, which has one. Without it, that of the file, if
        there is one, is left alone.
    map_location : device, str, dict or callable
        Where the tensors of the file are read to, handed to `torch.load`; also if they
        were saved on a device that this machine does not have.

    Returns
    -------
    int
        The epoch in the file.
    """
    state = torch.load(path, map_location=map_location, weights_only=True)
    net.load_state_dict(state["net"])
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


def transfer_prefix(
    src_state: dict[str, Tensor], dst_net: nn.Module, prefix: str
) -> list[str]:
    """Copy into a net what a state has under names that begin with a prefix.

    Copied is what the net has, too: each parameter or buffer whose name is in both and
    begins with `prefix`. Everything else in the net stays as it is.

    Parameters
    ----------
    src_state : dict of str to Tensor
        A state_dict, of any net.
    dst_net : nn.Module, changed in place
        Its parameters stay the tensors that they are, each with its requires_grad, and
        share no memory with src_state.
    prefix : str
        The first letters of a name, such as "features."; an empty text is the beginning
        of every name.

    Returns
    -------
    list of str
        The names of what was copied, in any order.

    Raises
    ------
    RuntimeError
        If what is to be copied has another shape in the net, also one to which it could
        be broadcast. Any other error will do.
    """
    dst = dst_net.state_dict()  # it shares the net's memory
    names = [name for name in src_state if name.startswith(prefix) and name in dst]
    for name in names:
        if src_state[name].shape != dst[name].shape:
            raise RuntimeError(f"{name} has another shape in the net")
        dst[name].copy_(src_state[name])
    return names
