"""Keeps what a run of an answer found, for all tests that look at the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from dojo.answer.witness import Noted, Witness
from dojo.errors import Interrupted

Make = Callable[[], Any]


@dataclass(frozen=True)
class Kept:
    """How a run ended, and what the witness had noted by then."""

    result: Any
    error: BaseException | None
    trace: TracebackType | None
    noted: Noted


class Once:
    """The runs of one file of answers that several tests look at.

    Parameters
    ----------
    witness : Witness
        Notes the calls of a kept run again for each test that looks at it.
    """

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._kept: dict[Make, Kept] = {}

    def __call__(self, make: Make) -> Any:
        """Return what `make` returns, or raise what it raises; it is called once."""
        if make not in self._kept:
            self._kept[make] = self._made(make)
        kept = self._kept[make]
        self._witness.note_again(kept.noted)
        if kept.error:
            raise kept.error.with_traceback(kept.trace)
        return kept.result

    def _made(self, make: Make) -> Kept:
        try:
            return Kept(make(), None, None, self._witness.noted())
        except Interrupted:
            raise
        except BaseException as error:
            return Kept(None, error, error.__traceback__, self._witness.noted())

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """Keep nothing from outside the block, and nothing that it finds."""
        before, self._kept = self._kept, {}
        try:
            yield
        finally:
            self._kept = before
