"""What the page of the capstone says: one run of its pipeline on all digits."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from dojo.ui.capstone import EPOCHS, RATE, SIZE, scores_of, write_digits
from solutions.ch6_convolution import k05_lenet
from solutions.ch7_training import k05_train_and_evaluate, k07_capstone
from solutions.ch7_training.k05_train_and_evaluate import TrainConfig
from solutions.ch7_training.k07_capstone import build_pipeline

NAMES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Run:
    """A run: its history, a column a name, the best epoch, what it says of the test."""

    history: dict[str, list[float]]
    best: int
    scores: np.ndarray  # (1000, 10), probabilities

    @property
    def guesses(self) -> np.ndarray:
        """The class with the largest probability, for each test digit."""
        guesses: np.ndarray = self.scores.argmax(1)
        return guesses

    @property
    def share(self) -> float:
        """The share of test digits that are read right."""
        return float((self.guesses == digits().test_labels).mean())

    def worst(self, count: int) -> list[int]:
        """Return the numbers of the wrong answers that were given most confidently."""
        wrong = np.flatnonzero(self.guesses != digits().test_labels)
        order = np.argsort(-self.scores[wrong].max(1), kind="stable")
        found: list[int] = wrong[order][:count].tolist()
        return found


@cache
def trained() -> Run:
    """Return the run that the page speaks of."""
    sources = [k05_lenet, k05_train_and_evaluate, k07_capstone, sys.modules[__name__]]
    arrays = kept("capstone", sources, _train)
    columns = zip(NAMES, arrays["history"].T.tolist(), strict=True)
    return Run(dict(columns), int(arrays["best"]), arrays["scores"])


def _train() -> Arrays:
    config = TrainConfig(batch_size=SIZE, lr=RATE, max_epochs=EPOCHS)
    with (
        tempfile.TemporaryDirectory(prefix="dojo-") as folder,
        torch.random.fork_rng(devices=[]),
    ):
        write_digits(Path(folder))
        report = build_pipeline(config, Path(folder))
        scores = scores_of(ROOT, Path(folder, "best.pt"))
    rows = [[entry[name] for name in NAMES] for entry in report.history]
    return {
        "history": np.array(rows),
        "best": np.array(report.best_epoch),
        "scores": scores,
    }


def values() -> dict[str, float | str]:
    """Return what the page says of the run."""
    run, labels = trained(), digits().test_labels
    share, number = run.share, len(labels)
    worst = run.worst(1)[0]
    return {
        "share": share,
        "errors": int((run.guesses != labels).sum()),
        "points": 100 * (share * (1 - share) / number) ** 0.5,
        "epochs": len(run.history["val_loss"]),
        "best": run.best,
        "best.loss": run.history["val_loss"][run.best],
        "best.val": run.history["val_accuracy"][run.best],
        "last.train": run.history["train_loss"][-1],
        "last.loss": run.history["val_loss"][-1],
        "first.train": run.history["train_accuracy"][0],
        "first.val": run.history["val_accuracy"][0],
        "worst.sure": float(run.scores[worst].max()),
        "worst.guess": int(run.guesses[worst]),
        "worst.label": int(labels[worst]),
    }
