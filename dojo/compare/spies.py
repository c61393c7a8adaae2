"""Watches a training loop: what it does with a net, a loss, an optimizer and its data.

Nothing but effects count: a gradient is clear if there is none, or if it is zero when
backward begins, whoever cleared it; and a batch is known by its samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from dojo.compare.ladder import assert_that
from dojo.compare.loops import (
    Batch,
    Event,
    Fault,
    Pass,
    Rows,
    judging_fault,
    training_fault,
)


class Spy:
    """Notes what a loop does, and says in one sentence what was wrong first.

    What its methods return is handed to the loop in place of what they were given.

    Parameters
    ----------
    params : iterable of Tensor
        What the loop trains.
    """

    def __init__(self, params: Iterable[Tensor]) -> None:
        self.params = list(params)
        self.passes = [Pass("")]  # what happens before the first batch is read
        self.now = self.passes[0]
        self.with_loss = False
        p: Any  # torch's hooks have no types
        for p in self.params:
            if p.requires_grad:
                p.register_post_accumulate_grad_hook(lambda _: self._note("accumulate"))

    def net(self, net: Any) -> Any:
        """Return a net, a module or a function, whose calls are noted."""
        if not isinstance(net, nn.Module):
            return lambda X: self._seen(net, X, net(X))
        own = type(net)

        def forward(it: Any, X: Any, *more: Any) -> Any:
            return self._seen(it, X, own.forward(it, X, *more))

        return _shadowed(net, forward=forward, zero_grad=self._clearing(own))

    def loss(self, loss: Callable[..., Any]) -> Callable[..., Any]:
        """Return a loss, a module or a function, whose calls are noted."""
        self.with_loss = True

        def noted(*given: Any, **how: Any) -> Any:
            for part in (*given, *how.values()):
                self._note("loss", _rows(part))
            return loss(*given, **how)

        return noted

    def optimizer(self, optimizer: torch.optim.Optimizer) -> Any:
        """Return the optimizer, and note its `step` and `zero_grad`."""
        own = type(optimizer)

        def step(it: Any, closure: Callable[[], Any] | None = None) -> Any:
            if closure is None:
                self._note("step")
                return own.step(it)

            def noted() -> Any:
                loss = closure()
                self._note("step")
                return loss

            return own.step(it, noted)

        return _shadowed(optimizer, step=step, zero_grad=self._clearing(own))

    def updater(self, update: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that moves the parameters, whose calls are noted."""

        def noted(*args: Any, **how: Any) -> Any:
            self._note("step")
            return update(*args, **how)

        return noted

    def batches(self, data: Any, name: str = "batch") -> Any:
        """Return a data iterator whose reading is noted.

        Parameters
        ----------
        data : DataLoader or sequence of (X, y)
            Can be gone through more than once. No two samples may be equal.
        name : str
            What one of its batches is called, if there is more than one iterator.
        """
        own = type(data) if isinstance(data, DataLoader) else _Batches
        if own is _Batches:
            data = _Batches(data)

        def watched(it: Any) -> Iterator[Any]:
            batches = list(own.__iter__(it))
            one = Pass(name, [Batch(_rows(X), _rows(y)) for X, y in batches])
            self.passes.append(one)
            for batch in batches:
                self.now = one
                yield batch

        return _shadowed(data, __iter__=watched)

    def assert_trains(self, epochs: int, name: str = "batch") -> None:
        """Fail unless each batch of each epoch was one step on its own gradients."""
        self._tell(training_fault(self.passes, name, epochs, self.with_loss))

    def assert_judges(self, times: int = 1, name: str = "batch") -> None:
        """Fail unless each batch was seen once, in evaluation mode, without a graph."""
        self._tell(judging_fault(self.passes, name, times))

    def _tell(self, fault: Fault | None) -> None:
        assert_that(fault is None, *(fault or ("the loop does what it must",)))

    def _note(self, kind: str, rows: Rows = (), resting: str = "") -> None:
        clear = all(p.grad is None or not p.grad.any() for p in self.params)
        event = Event(kind, rows, resting, torch.is_grad_enabled(), clear)
        self.now.events.append(event)

    def _seen(self, net: Any, X: Any, y_hat: Any) -> Any:
        rows, resting = _rows(X), _resting(net)
        self._note("forward", rows, resting)
        if getattr(y_hat, "requires_grad", False):
            y_hat.register_hook(lambda _: self._note("backward", rows, resting))
        return y_hat

    def _clearing(self, own: Any) -> Callable[..., None]:
        def zero_grad(it: Any, *args: Any, **how: Any) -> None:
            self._note("zero_grad")
            own.zero_grad(it, *args, **how)

        return zero_grad


class _Batches:
    """Batches that may be gone through more than once."""

    def __init__(self, data: Iterable[Any]) -> None:
        self.data = list(data)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)


def _rows(X: Any) -> Rows:
    """Return what tells the samples of a batch apart, whatever float they are in."""
    if not isinstance(X, Tensor) or not X.dim():
        return ()
    rows = X.detach().float().reshape(len(X), -1)
    return tuple(row.numpy().tobytes() for row in rows)


def _resting(net: Any) -> str:
    """Return what is in evaluation mode: the net, a layer of it, or nothing."""
    if not isinstance(net, nn.Module):
        return "nothing"
    modes = {module.training for module in net.modules()}
    if modes == {True}:
        return ""
    return "the net" if modes == {False} else "a layer of the net"


def _shadowed(thing: Any, **methods: Callable[..., Any]) -> Any:
    """Give an object a class of its own, in which some methods are watched.

    It stays what it is to `isinstance`, and a deep copy of it is watched, too.
    """
    own = type(thing)
    thing.__class__ = type(own.__name__, (own,), methods)
    return thing
