"""What was wrong first in a loop over batches, told in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

Rows = tuple[bytes, ...]

ORDER = "in each batch backward finds the gradients, then step uses them, once"
CLEAR = (
    "a step takes the gradients of its own batch alone: backward adds to what is there"
)
EACH = "every epoch uses each batch once, in its turn"
LOSS = "the loss compares what the net returned for a batch with that batch's labels"
TRAINING = "a net is trained in training mode"
JUDGED = "a net is judged in evaluation mode"
NO_GRAPH = "judging builds no graph: autograd is off"
NO_TRAINING = "judging changes nothing: no backward, no step"


class Fault(NamedTuple):
    """A truth that was violated, what happened, and what was expected."""

    because: str
    got: str
    want: str


class Batch(NamedTuple):
    """The samples of a batch and their labels."""

    X: Rows
    y: Rows


@dataclass(frozen=True)
class Event:
    """Something that a loop did.

    Parameters
    ----------
    kind : str
        forward, loss, backward (when it begins), accumulate (when it has changed a
        gradient), step or zero_grad.
    rows : tuple of bytes
        The samples that the net saw; of a loss the labels.
    resting : str
        What was in evaluation mode: "", "a layer of the net" or "the net"; "nothing"
        for a function, which has no mode.
    autograd : bool
        Whether autograd was on.
    clear : bool
        Whether no parameter had a gradient at that moment.
    """

    kind: str
    rows: Rows = ()
    resting: str = ""
    autograd: bool = True
    clear: bool = True


@dataclass(frozen=True)
class Pass:
    """One reading of a data iterator, and what happened from each read to the next.

    Parameters
    ----------
    name : str
        What a batch of it is called.
    batches : list of Batch
    events : list of Event
    """

    name: str = "batch"
    batches: list[Batch] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def kinds(self) -> set[str]:
        """Return what happened."""
        return {event.kind for event in self.events}

    def find(self, rows: Rows) -> int | None:
        """Return the place of the batch with these samples."""
        return next((at for at, b in enumerate(self.batches) if rows == b.X), None)


def training_fault(
    passes: list[Pass], name: str, epochs: int, with_loss: bool
) -> Fault | None:
    """Return what was wrong first in a loop that trains, if anything was.

    Parameters
    ----------
    passes : list of Pass
    name : str
        What a batch of the training data is called.
    epochs : int
        How many are due.
    with_loss : bool
        Whether the loop was given a loss to use.
    """
    kinds = set[str]().union(*(p.kinds() for p in passes))
    for kind in ("forward", "backward", "step"):
        if kind not in kinds:
            return Fault(ORDER, f"{kind} never ran", f"{kind} in each batch")
    if with_loss and "loss" not in kinds:
        return Fault(LOSS, "the loss that was given never ran", "once in each batch")
    trained = [p for p in passes if p.name == name and p.kinds() & {"backward", "step"}]
    for number, one in enumerate(trained, 1):
        fault = _Epoch(one, number, kinds).fault()
        if fault:
            return fault
    return _counted(len(trained), epochs)


def judging_fault(passes: list[Pass], name: str, times: int) -> Fault | None:
    """Return what was wrong first in a loop that only looks, if anything was."""
    judged = [p for p in passes if p.name == name and p.events]
    for number, one in enumerate(judged, 1):
        fault = _judged_fault(one, number)
        if fault:
            return fault
    return _counted(len(judged), times)


def _counted(came: int, due: int) -> Fault | None:
    if came == due:
        return None
    got, want = (f"{n} {'epoch' if n == 1 else 'epochs'}" for n in (came, due))
    return Fault(EACH, f"{got} ran", want)


def _place(one: Pass, at: int, number: int) -> str:
    """Return a batch's name: "batch 3", in a later pass "batch 3 of epoch 2"."""
    return f"{one.name} {at + 1}" + (f" of epoch {number}" if number > 1 else "")


def _judged_fault(one: Pass, number: int) -> Fault | None:
    seen: list[int] = []
    for event in one.events:
        if event.kind in ("backward", "step"):
            place = _place(one, max(len(seen) - 1, 0), number)
            return Fault(NO_TRAINING, f"{event.kind} ran in {place}", "no training")
        if event.kind == "forward":
            at = one.find(event.rows)
            due = min(len(seen), len(one.batches) - 1)
            place = _place(one, due if at is None else at, number)
            if at is None or at in seen:
                return _astray(one, number, event.rows, len(seen), seen)
            if event.resting in ("", "a layer of the net"):
                state = "partly in training" if event.resting else "in training"
                got = f"the net is {state} mode in {place}"
                return Fault(JUDGED, got, "evaluation mode")
            if event.autograd:
                return Fault(NO_GRAPH, f"autograd is on in {place}", "autograd off")
            seen.append(at)
    missing = [at for at in range(len(one.batches)) if at not in seen]
    if missing:
        return Fault(EACH, f"{_place(one, missing[0], number)} was never used", "once")
    return None


def _astray(
    one: Pass, number: int, rows: Rows, due: int, later: Iterable[int]
) -> Fault:
    """Return what is wrong where a net saw other samples than the next batch's."""
    at = one.find(rows)
    if at is not None and (at < due or due >= len(one.batches)):
        return Fault(EACH, f"{_place(one, at, number)} was used twice", "once")
    if at is not None and due not in later:
        return Fault(EACH, f"{_place(one, due, number)} was never used", "once")
    if at is not None:
        places = f"{_place(one, at, number)} was used before {one.name} {due + 1}"
        return Fault(EACH, places, "each in its turn")
    place = _place(one, min(due, len(one.batches) - 1), number)
    samples = one.batches[min(due, len(one.batches) - 1)].X
    common = len(set(rows) & set(samples))
    got = f"in {place} the net saw {common} of its {len(samples)} samples"
    others = len(rows) - common
    got += f" and {others} other{'s' * (others > 1)}" if others else ""
    return Fault(EACH, got, f"all {len(samples)} of {place}, and no other")


class _Epoch:
    """Follows one pass in which a net is trained, batch after batch.

    Parameters
    ----------
    one : Pass
    number : int
        Of the epoch, from 1.
    kinds : set of str
        What happened in any pass.
    """

    def __init__(self, one: Pass, number: int, kinds: set[str]) -> None:
        self.one, self.number, self.kinds = one, number, kinds
        self.at = 0  # the batch that is due
        self.flowed = False  # whether backward ran and its step did not yet
        self.stale = False  # whether gradients were there when it began
        self.seen: Rows = ()  # what the net saw last
        self.labels: list[Rows] = []  # what the loss was given since the last backward

    def fault(self) -> Fault | None:
        """Return what was wrong first."""
        for event in self.one.events:
            found: Fault | None = getattr(self, event.kind)(event)
            if found:
                return found
        return self.end()

    def place(self) -> str:
        """Return the name of the batch that is due."""
        return _place(self.one, min(self.at, len(self.one.batches) - 1), self.number)

    def forward(self, event: Event) -> None:
        """Note what the net saw."""
        self.seen = event.rows

    def loss(self, event: Event) -> None:
        """Note which labels the loss was given."""
        self.labels.append(event.rows)

    def zero_grad(self, event: Event) -> None:
        """Let it run anywhere: what counts is whether gradients are clear in time."""

    def backward(self, event: Event) -> Fault | None:
        """Return what is wrong where backward begins."""
        place = self.place()
        if self.flowed:
            return Fault(ORDER, f"step never ran in {place}", "a step after each")
        if self.at >= len(self.one.batches) or event.rows != self._due().X:
            later = {self.one.find(e.rows) for e in self.one.events} - {None}
            return _astray(self.one, self.number, event.rows, self.at, later)  # type: ignore[arg-type]
        if event.resting in ("the net", "a layer of the net"):
            got = f"{event.resting} is in evaluation mode in {place}"
            return Fault(TRAINING, got, "training mode")
        self.flowed, self.stale = True, not event.clear
        return self._of_loss(place)

    def accumulate(self, event: Event) -> Fault | None:
        """Return what is wrong if backward has added to what was there."""
        if not self.stale:
            return None
        before = "before the loop" if self.number == 1 and not self.at else "before"
        got = f"gradients from {before} were still there when backward ran in "
        got += self.place()
        if "zero_grad" not in self.kinds:
            got = f"zero_grad never ran: {got}"
        return Fault(CLEAR, got, "gradients cleared before each backward")

    def _due(self) -> Batch:
        return self.one.batches[self.at]

    def _of_loss(self, place: str) -> Fault | None:
        labels, self.labels = self.labels, []
        if "loss" not in self.kinds or self._due().y in labels:
            return None
        got = "was given other labels" if labels else "never ran"
        return Fault(LOSS, f"the loss {got} in {place}", f"the labels of {place}")

    def step(self, event: Event) -> Fault | None:
        """Return what is wrong where the parameters are moved."""
        if self.flowed and event.clear:
            got = "the gradients were cleared between backward and step in "
            want = "cleared before backward, or after step"
            return Fault(CLEAR, got + self.place(), want)
        if not self.flowed:
            again = self.at and self.seen == self.one.batches[self.at - 1].X
            self.at -= bool(again)
            got = "step ran twice" if again else "step ran before backward"
            return Fault(ORDER, f"{got} in {self.place()}", "backward, then one step")
        self.flowed = False
        self.at += 1
        return None

    def end(self) -> Fault | None:
        """Return what is missing when the pass is over."""
        place = self.place()
        if self.flowed:
            return Fault(ORDER, f"step never ran in {place}", "a step after each")
        if self.at == len(self.one.batches):
            return None
        if self.seen == self._due().X:
            return Fault(ORDER, f"backward never ran in {place}", "backward, then step")
        return Fault(EACH, f"{place} was never used", "once")
