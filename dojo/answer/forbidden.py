"""Closes a forbidden oracle while an answer runs."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import torch
from torch._ops import OpOverload, OpOverloadPacket
from torch.overrides import TorchFunctionMode

from dojo.compare.mismatch import Mismatch

PACKAGES: dict[str, Any] = {
    "torch.distributions": torch.distributions.Distribution,
    "torch.optim": torch.optim.Optimizer,
}
OPERATORS = OpOverload, OpOverloadPacket  # of torch.ops
STEPS = [f"torch.optim.{name}.{name}" for name in ("sgd", "adam", "adamw")]
FUNCTIONS = {"torch.optim": STEPS}  # of a package, which need no instance


class _Refuse(TorchFunctionMode):
    """Raises when torch dispatches a forbidden function, whatever it was called by."""

    def __init__(self, closed: dict[int, str]) -> None:
        super().__init__()
        self.closed = closed

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # This runs at every step of an answer, so it is kept short.
        name = self.closed.get(id(func))
        if name is None and isinstance(func, OPERATORS):
            name = self._operator(func)
        if name:
            raise _forbidden(name)
        return func(*args, **kwargs) if kwargs else func(*args)

    def _operator(self, func: OpOverload | OpOverloadPacket) -> str | None:
        """Return the closed name that an operator of torch.ops.aten stands for."""
        short = func.__name__.partition(".")[0].removesuffix("_backward")
        short = short.removesuffix("_with_indices").rstrip("_")
        names = (name for name in self.closed.values() if name.endswith(f".{short}"))
        return next(names, None)


class RefuseTorch(TorchFunctionMode):
    """Raises at any torch function: the chapter is written in NumPy alone."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        name = f"torch's {getattr(func, '__name__', 'own')}"
        because = "this kata is written in NumPy alone"
        raise Mismatch("forbidden", because, f"a call of {name}")


def _forbidden(name: str) -> Mismatch:
    return Mismatch(
        "forbidden", f"the task is to write it without {name}", f"a call of {name}"
    )


@cache
def _torch_forms(name: str) -> dict[int, str]:
    """Return every form of a torch function by identity, with its name."""
    short = name.rpartition(".")[2]
    spaces = (
        torch, torch.nn.functional, torch.Tensor, torch.special, torch.linalg,
        torch._C._nn, torch._C._VariableFunctions,
    )  # fmt: skip
    forms = [getattr(space, short, None) for space in spaces]
    forms += [
        getattr(torch, f"{short}_", None),
        getattr(torch.Tensor, f"{short}_", None),
    ]
    forms += [getattr(torch.nn.functional, f"{short}_with_indices", None)]
    forms += [getattr(torch, f"{short}_with_indices", None)]
    return {id(form): name for form in forms if callable(form)}


@contextmanager
def refuse(names: tuple[str, ...], space: dict[str, Any]) -> Iterator[None]:
    """Let calls of the named oracles raise inside the block.

    Parameters
    ----------
    names : tuple of str
        Dotted names, such as "numpy.tanh" or "torch.conv2d". Of a package, such as
        "torch.optim", no class may be made, and no step taken by its functions.
    space : dict
        The global names of the answer's file, where an oracle may have another name.
    """
    with ExitStack() as stack:
        closed: dict[int, str] = {}
        for name in names:
            if name in PACKAGES:
                stack.enter_context(_unmade(name))
                for function in FUNCTIONS.get(name, ()):
                    stack.enter_context(_replaced(function, space, name))
            elif name.startswith("torch."):
                closed.update(_torch_forms(name))
            else:
                stack.enter_context(_replaced(name, space))
        if closed:
            stack.enter_context(_Refuse(closed))
        yield


@contextmanager
def _unmade(name: str) -> Iterator[None]:
    """Let nothing of a package be made: all its classes stand on one."""
    base = PACKAGES[name]
    real = vars(base)["__init__"]

    def raise_forbidden(*args: Any, **kwargs: Any) -> Any:
        raise _forbidden(name)

    base.__init__ = raise_forbidden
    try:
        yield
    finally:
        base.__init__ = real


@contextmanager
def _replaced(
    name: str, space: dict[str, Any], told: str | None = None
) -> Iterator[None]:
    """Let a function of a module raise; `told` is what is said to be forbidden."""
    module_name, _, attribute = name.rpartition(".")
    module = importlib.import_module(module_name)
    real = getattr(module, attribute)

    def raise_forbidden(*args: Any, **kwargs: Any) -> Any:
        raise _forbidden(told or name)

    stand_in: Callable[..., Any] = raise_forbidden
    aliases = [key for key, value in space.items() if value is real]
    setattr(module, attribute, stand_in)
    space.update(dict.fromkeys(aliases, stand_in))
    try:
        yield
    finally:
        setattr(module, attribute, real)
        space.update(dict.fromkeys(aliases, real))
