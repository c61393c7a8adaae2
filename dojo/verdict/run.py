"""What one grading run knows; whoever needs it is handed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dojo.answer.answers import Answers
from dojo.answer.clock import Clock
from dojo.answer.seam import Seam
from dojo.answer.witness import Witness
from dojo.kata.catalog import Kata

QUICK_SECONDS = 10.0  # a quick test's limit, where pyproject.toml has none


class Run:
    """One grading run.

    Parameters
    ----------
    root : Path
        The clone.
    folder : Path
        Whose answers: katas, solutions, or any folder of that layout.
    seed : int
        The seed of the graders' random data.
    seconds : float
        How much processor time a quick test may take.
    watched : bool
        Whether another process ends this one if it hangs.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        seed: int = 0,
        seconds: float = QUICK_SECONDS,
        watched: bool = False,
    ) -> None:
        self.root, self.folder, self.seed, self.seconds = root, folder, seed, seconds
        self.witness, self.clock = Witness(), Clock(watched)
        self.seam = Seam(root, folder, self.witness, self.clock)

    @property
    def graded(self) -> str:
        """Whose answers, in words: katas, solutions, or the folder."""
        names = {self.root / name: name for name in ("katas", "solutions")}
        return names.get(self.folder, str(self.folder))

    @contextmanager
    def replay_of(
        self, kata: Kata, answers: Answers, seed: int | None
    ) -> Iterator[None]:
        """Let other answers stand for a kata in the block, maybe with another seed."""
        before = self.seed
        self.seed = before if seed is None else seed
        try:
            with self.seam.use(kata, answers):
                yield
        finally:
            self.seed = before

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Let a quick test take at most so much processor time in the block."""
        before, self.seconds = self.seconds, seconds
        try:
            yield
        finally:
            self.seconds = before


RUN = pytest.StashKey[Run]()


def run_of(config: pytest.Config) -> Run:
    """Return the run that a pytest session grades."""
    return config.stash[RUN]
