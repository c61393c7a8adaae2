"""Runs a test again with another answer in the place of the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from dojo.answer.seam import Answers, Seam
from dojo.kata.catalog import Kata
from dojo.verdict.outcomes import OUTCOME
from dojo.verdict.verdicts import Outcome

SEED: int | None = None  # replaces --seed while a replay runs
CURRENT: Answers | None = None  # whose answer is replayed; None in the run proper


class Stage:
    """The tests of one function, ready to run again.

    Parameters
    ----------
    seam : Seam
    items : list of pytest.Item
    """

    def __init__(self, seam: Seam, items: list[pytest.Item]) -> None:
        self.seam = seam
        self.items = [item for item in items if item.get_closest_marker("slow") is None]

    def outcome(
        self, item: Any, kata: Kata, answers: Answers, seed: int | None = None
    ) -> Outcome:
        """Return what a test finds if `answers` stand for the kata."""
        with _current(answers, seed), self.seam.use(kata, answers):
            item._initrequest()
            runtestprotocol(item, log=False, nextitem=None)
        return item.stash[OUTCOME]  # type: ignore[no-any-return]  # pytest's own, untyped


def expects_error(item: Any) -> bool:
    """Tell whether a test asks for an error: it uses `raises`."""
    return "raises" in item.function.__code__.co_names


@contextmanager
def _current(answers: Answers, seed: int | None) -> Iterator[None]:
    global CURRENT, SEED
    before = CURRENT, SEED
    CURRENT, SEED = answers, seed
    try:
        yield
    finally:
        CURRENT, SEED = before
