"""Trains LeNet in NumPy, in the process that this module is run in.

Called as `python -m dojo.worker.training_child FOLDER`. The folder has the request and
the images, and gets a file of notes, a line each, and the weights after each epoch.
"""

from __future__ import annotations

import faulthandler
import json
import math
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dojo.datasets.handwriting import lenet_images
from dojo.worker import processes
from dojo.worker.net_parts import assembled

LOOKED_AT = 250  # images at once, where nothing is trained
LOOKS = 4  # at the images held back, in an epoch


class NotANumber(BaseException):
    """The loss became infinite or NaN; no `except Exception` may swallow it."""


class Notes:
    """Tells the process that waits, and shows with each note that it does not hang.

    Parameters
    ----------
    folder : Path
    seconds : float
        Of processor time that may pass between two notes.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self._file = (folder / "notes").open("a", encoding="utf-8")
        self._crash = (folder / "crash").open("w", encoding="utf-8")
        self._seconds = seconds
        faulthandler.enable(self._crash)
        if hasattr(signal, "SIGPROF"):
            faulthandler.register(signal.SIGPROF, self._crash, chain=True)
        self.go_on()

    def go_on(self) -> None:
        """Let the time begin anew."""
        if hasattr(signal, "SIGPROF"):
            signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def add(self, **note: object) -> None:
        """Write a note down."""
        self._file.write(json.dumps(note) + "\n")
        self._file.flush()
        self.go_on()


class Watched:
    """A net as `train` needs it, which tells of each batch.

    Parameters
    ----------
    net : object
        With `params` and `loss_and_grads`.
    notes : Notes
    share : callable
        Returns how many of the images held back are read right; called now and then.
    batches : int
        Of an epoch.
    """

    def __init__(
        self, net: Any, notes: Notes, share: Callable[[], float], batches: int
    ) -> None:
        self.params = net.params
        self._net, self._notes, self._share = net, notes, share
        self._step = max(2, -(-batches // LOOKS))
        self._total, self._seen, self._batches = 0.0, 0, 0

    def loss_and_grads(self, X: np.ndarray, y: np.ndarray) -> tuple[float, Any]:
        """Return what the net returns, if the loss is a number."""
        looks = self._batches and self._batches % self._step == 0
        share = self._share() if looks else None
        loss, grads = self._net.loss_and_grads(X, y)
        if not math.isfinite(loss):
            raise NotANumber
        self._total += float(loss) * len(y)
        self._seen += len(y)
        self._batches += 1
        told = {"number": self._batches, "loss": self.mean(), "share": share}
        self._notes.add(kind="batch", **told)
        return loss, grads

    def mean(self) -> float:
        """Return the mean loss of what was seen."""
        return self._total / max(1, self._seen)


def main(folder: Path) -> None:
    """Train, and note what came of it."""
    asked = json.loads((folder / "request.json").read_text("utf-8"))
    processes.die_with_parent(asked["parent"])
    notes = Notes(folder, asked["seconds"])
    try:
        with np.errstate(all="ignore"):  # a loss that is no number is told once
            _train(folder, asked, notes)
    except NotANumber:
        notes.add(kind="end", not_a_number=True)
    except BaseException as error:  # also what leaves: sys.exit
        notes.add(kind="end", error=_sentence(error, Path(asked["root"])))
    else:
        notes.add(kind="end")


def _train(folder: Path, asked: dict[str, Any], notes: Notes) -> None:
    called: set[str] = set()
    module = assembled(Path(asked["root"]), asked["own"], called)
    net = module.LeNetNumpy(np.random.default_rng(asked["seed"]))
    _take_weights(net, folder / "first.npz")
    (X, y), held = _images(folder / "images.npz")

    def share() -> float:
        return sum(_right(net, *held, notes)) / len(held[1])

    batches = -(-len(y) // asked["batch_size"])
    for epoch in range(asked["first"], asked["last"] + 1):
        watched = Watched(net, notes, share, batches)
        module.train(
            watched, X, y,
            epochs=1, batch_size=asked["batch_size"], lr=asked["lr"],
            rng=np.random.default_rng([asked["seed"], epoch]),
        )  # fmt: skip
        np.savez(folder / f"epoch-{epoch}.npz", **net.params)
        told = {"loss": watched.mean(), "share": share(), "called": sorted(called)}
        notes.add(kind="epoch", epoch=epoch, **told)


def _images(path: Path) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the images to train with and those held back, each with their labels."""
    with np.load(path) as file:
        return tuple(
            (lenet_images(file[part]), file[f"{part}_labels"])
            for part in ("train", "held")
        )


def _take_weights(net: Any, path: Path) -> None:
    """Put the weights of a file into a net, if there is one; all become float32."""
    if path.is_file():
        with np.load(path) as arrays:
            net.params.update(arrays)
    for name, array in net.params.items():
        net.params[name] = array.astype(np.float32)


def _right(net: Any, X: np.ndarray, y: np.ndarray, notes: Notes) -> Iterator[int]:
    """Yield how many of a few images the net reads right, until all were seen."""
    for start in range(0, len(y), LOOKED_AT):
        part = slice(start, start + LOOKED_AT)
        guesses = net.forward(X[part]).argmax(axis=1)
        notes.go_on()
        yield int((guesses == y[part]).sum())


def _sentence(error: BaseException, root: Path) -> str:
    """Return what was raised, and in which of the learner's lines."""
    katas = root / "katas"
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(katas)]
    at = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    if isinstance(error, SyntaxError) and error.filename:
        own, at = [], f"{Path(error.filename).name}:{error.lineno}"
    cause = str(error).partition("\n")[0]
    who = own[-1].name if own else "training"
    name = type(error).__name__
    where = f" ({at})" if at else ""
    return f"{who} raised {name}{': ' if cause else ''}{cause}{where}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
