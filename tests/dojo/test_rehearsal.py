"""Tests what a process plays that waits for an answer: nothing of it may be left."""

from __future__ import annotations

import pytest
from conftest import tiny_clone

from dojo.verdict.outcomes import COMPARISONS
from dojo.verdict.rehearsal import rehearse
from dojo.verdict.replay import Replay
from dojo.verdict.run import run_of


class Rehearsing:
    """Rehearses before the tests run; a pytest plugin."""

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        rehearse(session.config)
        witness = run_of(session.config).witness
        self.left = [dict(witness.made), dict(witness.calls), dict(witness.returned)]
        self.left += [i.name for i in session.items if COMPARISONS in i.stash]
        self.at_work = witness.at_work


@pytest.fixture
def clone(tmp_path):
    clone = tiny_clone(tmp_path / "clone")
    clone.answer("def scale(x, factor=3.0):\n    return x + factor\n")
    return clone


def test_the_first_test_of_each_function_runs_on_the_reference(clone, monkeypatch):
    played, passes = [], Replay.passes

    def noted(self, item, answers):
        played.append((item.name.partition("[")[0], answers.path.parts[-3]))
        return passes(self, item, answers)

    monkeypatch.setattr(Replay, "passes", noted)
    clone.graded("-q", plugins=[Rehearsing()])
    (first, second), trees = [name for name, _ in played], {tree for _, tree in played}
    assert first.startswith("test_scale_")
    assert second.startswith("test_mean_square_")
    assert trees == {"solutions"}


def test_nothing_of_a_rehearsal_is_left(clone):
    plugin = Rehearsing()
    told = clone.graded("-q", plugins=[plugin]).out
    assert plugin.left == [{}, {}, {}]
    assert not plugin.at_work
    assert told.partition(" in ")[0] == clone.graded("-q").out.partition(" in ")[0]


FOLDER = """
import pytest


@pytest.fixture
def folder(tmp_path):
    yield tmp_path
    tmp_path.rmdir()


@forbids("numpy.var")
"""


def test_a_test_with_a_folder_of_its_own_has_it_when_it_counts(clone):
    clone.answer("")
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    text = grader.read_text().replace('@forbids("numpy.var")\n', FOLDER)
    asks = "_squares(rng, folder):\n    assert folder.is_dir()"
    grader.write_text(text.replace("_squares(rng):", asks))
    told = clone.graded("-q", plugins=[Rehearsing()])
    assert told.status == 0, told.out


def test_a_reference_that_cannot_be_loaded_ends_no_run(clone, monkeypatch):
    monkeypatch.setattr(Replay, "passes", lambda *given: 1 / 0)
    assert "adds-the-factor" in clone.graded("-q", plugins=[Rehearsing()]).out
