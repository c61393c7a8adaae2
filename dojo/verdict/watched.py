"""Surrounds one test: its time limit, what it forbids, what it compares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dojo.answer.torch_state import reset_torch, seed_torch
from dojo.compare.context import COMPARING, Comparing
from dojo.kata.signatures import uses_torch
from dojo.verdict.outcomes import COMPARISONS
from dojo.verdict.run import Run
from dojo.verdict.selection import SUBJECT, seconds_of


@contextmanager
def watched(item: pytest.Item, run: Run) -> Iterator[None]:
    """Let a test of a function run in the block."""
    kata, function = item.stash[SUBJECT]
    part = kata.part_of(function)
    reset_torch()
    seed_torch(run.seed)
    marks = item.iter_markers("forbids")
    forbidden = tuple(name for mark in marks for name in mark.args)
    run.witness.begin(forbidden, function)
    item.stash[COMPARISONS] = comparisons = Comparing(uses_torch(part))
    token = COMPARING.set(comparisons)
    try:
        with run.seam.hunting(kata), run.clock.limit(seconds_of(item, run)):
            yield
    finally:
        COMPARING.reset(token)
        run.witness.forbidden = ()
