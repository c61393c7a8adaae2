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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dojo.datasets.handwriting import lenet_images
from dojo.worker import processes
from dojo.worker.net_parts import assembled

LOOKED_AT = 250  # images at once, where nothing is trained


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
    """

    def __init__(self, net: Any, notes: Notes) -> None:
        self.params = net.params
        self._net, self._notes = net, notes
        self._total, self._seen, self._batches = 0.0, 0, 0

    def loss_and_grads(self, X: np.ndarray, y: np.ndarray) -> tuple[float, Any]:
        """Return what the net returns, if the loss is a number."""
        loss, grads = self._net.loss_and_grads(X, y)
        if not math.isfinite(loss):
            raise NotANumber
        self._total += float(loss) * len(y)
        self._seen += len(y)
        self._batches += 1
        self._notes.add(kind="batch", number=self._batches, loss=self.mean())
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
    with np.load(folder / "images.npz") as images:
        X, y = lenet_images(images["train"]), images["train_labels"]
        held, held_labels = lenet_images(images["held"]), images["held_labels"]
    for epoch in range(asked["first"], asked["last"] + 1):
        watched = Watched(net, notes)
        with np.errstate(all="ignore"):
            module.train(
                watched, X, y,
                epochs=1, batch_size=asked["batch_size"], lr=asked["lr"],
                rng=np.random.default_rng([asked["seed"], epoch]),
            )  # fmt: skip
            right = sum(_right(net, held, held_labels, notes))
        np.savez(folder / f"epoch-{epoch}.npz", **net.params)
        share = right / len(held_labels)
        told = {"loss": watched.mean(), "share": share, "called": sorted(called)}
        notes.add(kind="epoch", epoch=epoch, **told)


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
