"""Puts LeNet in NumPy together, function by function, from two people's answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from dojo.kata.catalog import find


class Part(NamedTuple):
    """Functions of a kata that come from one side: one reads what the other leaves."""

    kata: str
    names: tuple[str, ...]


# In the order in which they are put in: what a module imports stands before it.
PARTS = (
    Part("activations", ("relu",)),
    Part("weight-init", ("init_std",)),
    Part("conv2d-im2col", ("conv2d_forward", "conv2d_backward")),
    Part("max-pool2d", ("max_pool2d_forward", "max_pool2d_backward")),
    Part("lenet-numpy", ("LeNetNumpy",)),
    Part("lenet-numpy", ("sgd_momentum_",)),
    Part("lenet-numpy", ("train",)),
)


def assembled(root: Path, own: Collection[str], called: set[str]) -> ModuleType:
    """Return a module with `LeNetNumpy` and `train` that use the parts chosen.

    What imports a part from `solutions` gets the one that was chosen, so this changes
    modules for good: call it in a process that does nothing else.

    Parameters
    ----------
    root : Path
        The clone, on the path of modules.
    own : collection of str
        Names of the parts' functions that are the learner's.
    called : set of str
        Takes the name of each function that is called.
    """
    for part in PARTS:
        kata, _ = find(root, part.kata)
        reference = import_module(f"solutions.{kata.chapter}.{kata.stem}")
        modules = [reference]
        if part.names[0] in own:
            modules.insert(0, import_module(kata.module))
        for name in part.names:
            thing = _noted(getattr(modules[0], name), name, called)
            for module in modules:
                setattr(module, name, thing)
    return reference


def _noted(thing: Any, name: str, called: set[str]) -> Any:
    """Return a function that notes that it was called; a class is left as it is."""
    if isinstance(thing, type):
        called.add(name)
        return thing
    function: Callable[..., Any] = thing

    @functools.wraps(function)
    def noting(*args: Any, **named: Any) -> Any:
        called.add(name)
        return function(*args, **named)

    return noting
