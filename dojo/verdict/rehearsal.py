"""Runs a few tests on the reference in a process that waits for an answer.

Whatever a process does for the first time takes longer: it copies each page of memory
that it shares with its parent, and libraries import what they put off. A third of a
quick run goes there.
"""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from dojo.kata.catalog import Hunt, Kata
from dojo.verdict.outcomes import COMPARISONS
from dojo.verdict.replay import Replay, is_plain
from dojo.verdict.run import run_of
from dojo.verdict.selection import SELECTION, SUBJECT

LONGEST = 0.2  # seconds after which no other test is begun


def rehearse(config: pytest.Config) -> None:
    """Run the first quick test of each function; nothing of it is left to be seen."""
    run, end = run_of(config), time.process_time() + LONGEST
    for items in config.stash[SELECTION].items.values():
        kata, _ = items[0].stash[SUBJECT]
        if time.process_time() < end and not isinstance(kata, Hunt):
            with suppress(Exception):  # a broken reference: whoever needs it says so
                _play(config, kata, items)
    run.witness.forget()


def _play(config: pytest.Config, kata: Kata, items: list[pytest.Function]) -> None:
    run = run_of(config)
    # Some of pytest's own fixtures, a folder say, can be torn down only once.
    replay = Replay(run, kata, [item for item in items if is_plain(item)])
    for item in replay.items[:1]:
        replay.passes(item, run.seam.load(kata, kata.reference))
        del item.stash[COMPARISONS]
