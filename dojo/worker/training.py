"""Has LeNet in NumPy trained, in a process of its own that can be ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dojo.worker import processes
from dojo.worker.child import environment
from dojo.worker.grade import FRAME

SECONDS = 60.0  # of processor time that a batch may take
WALL = 480.0  # seconds after which it is ended, however busy the machine is
LOOK = 0.05  # seconds between two looks for notes

Params = dict[str, np.ndarray]


class TrainingFailed(Exception):
    """The training did not come to its end; the text says why, in a sentence."""


@dataclass(frozen=True)
class Settings:
    """How to train.

    Parameters
    ----------
    epochs : int
        With those that an earlier training had.
    batch_size, seed : int
    lr : float
    """

    epochs: int
    batch_size: int
    lr: float
    seed: int


class Images(NamedTuple):
    """What a net is trained on, and what is held back to choose the best epoch."""

    train: np.ndarray
    train_labels: np.ndarray
    held: np.ndarray
    held_labels: np.ndarray


@dataclass(frozen=True)
class Batch:
    """How far an epoch is: so many batches, and their mean loss.

    Now and then it has the share of the images held back that were read right before
    this batch.
    """

    number: int
    loss: float
    share: float | None = None


@dataclass(frozen=True)
class Epoch:
    """An epoch that is over.

    Parameters
    ----------
    number : int
        From 1, with those of an earlier training.
    loss : float
        The mean over its samples, each before its batch's step.
    share : float
        Of the images held back, those that are read right.
    called : tuple of str
        Which of the parts' functions were called.
    params : dict of str to ndarray
        The weights after it.
    """

    number: int
    loss: float
    share: float
    called: tuple[str, ...]
    params: Params


class Training:
    """A training under way, inside a `with`; after it, its process is gone.

    Parameters
    ----------
    root : Path
        The clone.
    own : collection of str
        Names of the parts' functions that are the learner's.
    images : Images
    settings : Settings
    done : int
        Epochs of an earlier training that are not done again.
    params : dict of str to ndarray, optional
        The weights to begin with.
    seconds, wall : float
        Of processor time, and of time, that a batch may take.
    """

    def __init__(
        self,
        root: Path,
        own: Collection[str],
        images: Images,
        settings: Settings,
        done: int = 0,
        params: Params | None = None,
        seconds: float = SECONDS,
        wall: float = WALL,
    ) -> None:
        self._root, self._seconds, self._wall = root, seconds, wall
        self._folder = Path(tempfile.mkdtemp(prefix="dojo-"))
        (self._folder / "notes").touch()
        asked = {"root": str(root.resolve()), "own": sorted(own), "seconds": seconds}
        asked |= {"parent": os.getpid(), "first": done + 1, "last": settings.epochs}
        text = json.dumps(asdict(settings) | asked)
        (self._folder / "request.json").write_text(text, "utf-8")
        np.savez(self._folder / "images.npz", **images._asdict())
        if params is not None:
            np.savez(self._folder / "first.npz", **params)  # type: ignore[arg-type]

    def __enter__(self) -> Training:
        """Start the process."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dojo.worker.training_child", str(self._folder)],
            cwd=self._root,
            env=environment(self._root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(self, *error: object) -> None:
        """End the process and what it started."""
        if hasattr(os, "killpg"):
            processes.end_group(self._process.pid)
        else:
            self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def events(self) -> Iterator[Batch | Epoch]:
        """Yield what happens, until the end.

        Raises
        ------
        TrainingFailed
            If it does not come to its end.
        """
        at = ""
        for note in self._notes():
            if note["kind"] == "batch":
                at = f"batch {note['number']}"
                yield Batch(note["number"], note["loss"], note["share"])
            elif note["kind"] == "epoch":
                at = ""
                yield self._epoch(note)
            elif "error" in note:
                raise TrainingFailed(note["error"])
            elif "not_a_number" in note:
                after = f" after {at}" if at else " in the first batch"
                raise TrainingFailed(
                    f"the loss is no number any more{after}; a smaller --lr may help"
                )

    def _epoch(self, note: dict) -> Epoch:  # type: ignore[type-arg]
        number = note["epoch"]
        path = self._folder / f"epoch-{number}.npz"
        with np.load(path) as arrays:
            params = dict(arrays)
        path.unlink()
        if not all(np.isfinite(array).all() for array in params.values()):
            raise TrainingFailed(
                f"weights are no numbers any more after epoch {number}; a smaller --lr "
                "may help"
            )
        called = tuple(note["called"])
        return Epoch(number, note["loss"], note["share"], called, params)

    def _notes(self) -> Iterator[dict]:  # type: ignore[type-arg]
        """Yield notes as they come, the last with the kind "end"."""
        since, torn = time.monotonic(), ""
        with (self._folder / "notes").open(encoding="utf-8") as file:
            while True:
                status = self._process.poll()
                *lines, torn = (torn + file.read()).split("\n")
                for line in lines:
                    note = json.loads(line)
                    yield note
                    if note["kind"] == "end":
                        return
                since = time.monotonic() if lines else since
                if status is not None:
                    raise TrainingFailed(self._reason(status))
                if time.monotonic() - since > self._wall:
                    raise TrainingFailed(f"nothing happened for {self._wall:g} s")
                time.sleep(LOOK)

    def _reason(self, status: int) -> str:
        """Return why the process ended before the training did."""
        if status == -getattr(signal, "SIGPROF", 0) != 0:
            return (
                f"a batch was not done within {self._seconds:g} s of processor time"
                f"{self._where()}; a smaller --batch-size takes less"
            )
        what = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"the process ended in the middle: {what}{self._where()}"

    def _where(self) -> str:
        """Return the learner's line that the process was on, if it could say it."""
        text = (self._folder / "crash").read_text("utf-8", "replace")
        katas = self._root.resolve() / "katas"
        for match in FRAME.finditer(text):
            path = Path(match["path"])
            if path.is_relative_to(katas):
                return f" ({path.name}:{match['line']})"
        return ""
