"""Surrounds one test: its time limit, what it forbids, what it compares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dojo.answer.process_state import kept, seed_draws
from dojo.answer.torch_state import reset_torch
from dojo.compare.context import COMPARING, Comparing
from dojo.kata.signatures import uses_torch
from dojo.verdict.outcomes import COMPARISONS
from dojo.verdict.raised import fit
from dojo.verdict.run import Run
from dojo.verdict.selection import SUBJECT, seconds_of


@contextmanager
def watched(item: pytest.Item, run: Run) -> Iterator[None]:
    """Let a test of a function run in the block."""
    kata, function = item.stash[SUBJECT]
    part = kata.part_of(function)
    marks = item.iter_markers("forbids")
    forbidden = tuple(name for mark in marks for name in mark.args)
    run.witness.begin(forbidden, function)
    item.stash[COMPARISONS] = comparisons = Comparing(uses_torch(part))
    token = COMPARING.set(comparisons)
    try:
        with kept(), run.seam.hunting(kata):
            reset_torch()
            seed_draws(run.seed)
            with run.clock.limit(seconds_of(item, run)):
                try:
                    yield
                except BaseException as error:
                    with run.witness.watching("an error's text"):
                        told = fit(error, function)
                    if told is error:
                        raise
                    raise told from None
    finally:
        COMPARING.reset(token)
        run.witness.forbidden = ()
