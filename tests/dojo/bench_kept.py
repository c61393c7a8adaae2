"""One function of lenet changed: from the save to the verdict.

Beside it stand a run of everything, which trains the network, and a run of that
function's tests alone in a process that is as warm. The claim: the save takes at most
1.5 times as long as those tests alone.
"""

from __future__ import annotations

import queue
import subprocess
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY

from dojo.kata import catalog
from dojo.kata.catalog import Kata
from dojo.ui.watch.grader import Grader, Result
from dojo.worker.grade import grade, options
from dojo.worker.warm import Warm

ROUNDS = 5
SLUG = "lenet"
CHANGED = "accuracy"
READY = 2.0  # seconds in which the next child comes to stand ready
PATIENCE = 300


class Saved:
    """A clone with the reference as the answer, of which one function is changed."""

    def __init__(self, root: Path, kata: Kata) -> None:
        self.root, self.kata = root, kata
        self.text = kata.source
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self.warm = Warm(root)
        self._grader = Grader(root, self._results.put, lambda *lines: None, self.warm)
        self._count = 0

    def change(self) -> None:
        """Save another text of the function, as right as before."""
        self._count += 1
        head, rest = self.text.split(f"def {CHANGED}(", 1)
        body = rest.replace("    return ", f"    pass; {self._count}\n    return ", 1)
        self.kata.stub.write_text(f"{head}def {CHANGED}({body}", "utf-8")

    def verdict(self, everything: bool = False) -> Result:
        """Grade as a save does, or as the key r."""
        self._grader.ask(self.kata, everything)
        return self._results.get(timeout=PATIENCE)

    def close(self) -> None:
        """End every process."""
        self._grader.close()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    root = tmp_path_factory.mktemp("bench") / "clone"
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(root)], check=True)
    (kata,) = (kata for kata in catalog.katas(root) if kata.slug == SLUG)
    saved = Saved(root, kata)
    saved.change()
    saved.verdict()
    yield saved
    saved.close()


def test_a_save_of_one_function(benchmark, saved):
    def settle():
        time.sleep(READY)
        saved.change()

    def run():
        result = saved.verdict()
        assert set(result.kept) == {*saved.kata.functions} - {CHANGED}

    benchmark.pedantic(run, setup=settle, rounds=ROUNDS, warmup_rounds=1)


def test_the_tests_of_that_function_alone(benchmark, saved):
    warm, told = Warm(saved.root), queue.SimpleQueue()
    arguments = options(saved.root, [saved.kata], CHANGED)

    def settle():
        warm.prepare(arguments)
        time.sleep(READY)

    def run():
        grade(saved.root, [saved.kata], CHANGED, launch=warm.launch, told=told.put)

    benchmark.pedantic(run, setup=settle, rounds=ROUNDS, warmup_rounds=1)
    warm.close()


def test_a_run_of_everything(benchmark, saved):
    def run():
        result = saved.verdict(everything=True)
        assert not result.kept

    benchmark.pedantic(run, rounds=2, warmup_rounds=0)
