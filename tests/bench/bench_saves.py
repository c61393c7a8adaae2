"""From the save to the verdict, without a screen: every kata, and one function of one.

A right answer is saved and graded by what `dojo watch` grades with: once with every
function changed, and once for each function with that one changed. Katas with a test
that trains are left out, but for LeNet: there one function is changed, beside a run of
that function's tests alone in a process that is as warm, and a run of everything.
"""

from __future__ import annotations

import ast
import queue
import subprocess
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY

from dojo.kata import catalog
from dojo.kata.catalog import Hunt, Kata
from dojo.kata.signatures import uses_torch
from dojo.ui.watch.grader import Grader, Result
from dojo.worker.grade import grade, options
from dojo.worker.warm import Warm

ROUNDS = 3
READY = 1.0  # seconds in which the next child comes to stand ready
PATIENCE = 300
CHANGED = "accuracy"
KATAS = [
    kata
    for kata in catalog.katas(REPOSITORY)
    if not isinstance(kata, Hunt) and "@slow(" not in kata.grader.read_text("utf-8")
]


class Desk:
    """A clone whose answers are the references, and what grades its saves."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.katas = {kata.slug: kata for kata in catalog.katas(root)}
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self.warm = Warm(root)
        self._grader = Grader(root, self._results.put, lambda *lines: None, self.warm)
        self._count = 0
        self._marks: dict[str, dict[str, int]] = {}  # by kata and function

    def save(self, kata: Kata, name: str) -> None:
        """Save another text of a function or class, as right as before."""
        self._count += 1
        marks = self._marks.setdefault(kata.slug, {})
        marks[name] = self._count
        lines = kata.source.splitlines(keepends=True)
        for node in reversed(kata.tree.body):
            if mark := marks.get(getattr(node, "name", "")):
                documented = ast.get_docstring(node) is not None
                lines.insert(node.body[documented].lineno - 1, f"    {mark}\n")
        kata.stub.write_text("".join(lines), "utf-8")

    def verdict(self, kata: Kata, everything: bool = False) -> Result:
        """Grade as a save does, or as the key r."""
        self._grader.ask(kata, everything)
        result = self._results.get(timeout=PATIENCE)
        assert result.records
        assert {record["state"] for record in result.records} <= {"passed", "skipped"}
        return result

    def close(self) -> None:
        """End every process."""
        self._grader.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = tmp_path_factory.mktemp("bench") / "clone"
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(root)], check=True)
    desk = Desk(root)
    yield desk
    desk.close()


def timed(job) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


@pytest.mark.parametrize("slug", [kata.slug for kata in KATAS])
def test_a_save_of_a_kata(table, desk, slug):
    kata = desk.katas[slug]
    kata.stub.write_text(kata.source, "utf-8")
    desk.verdict(kata)  # its grader is collected, and a child gets ready
    claim = "0.4 s or less" if uses_torch(kata) else "0.15 s or less"
    one = []
    for name in kata.functions:
        time.sleep(READY)
        desk.save(kata, name)
        one.append(timed(lambda: desk.verdict(kata)))
    table.add(f"{slug}, a save that changes one function", one, "s", claim)
    every = []
    for _ in range(ROUNDS):
        time.sleep(READY)
        every.append(timed(lambda: desk.verdict(kata, everything=True)))
    table.add(f"{slug}, a save that changes them all", every, "s")


def test_a_save_of_one_function(table, desk):
    kata = desk.katas["lenet"]
    desk.save(kata, CHANGED)
    desk.verdict(kata)
    alone, told = Warm(desk.root), queue.SimpleQueue()
    arguments = options(desk.root, [kata], CHANGED)
    ratios = []
    for _ in range(5):
        alone.prepare(arguments)
        time.sleep(READY)
        desk.save(kata, CHANGED)
        mine = timed(lambda: kept_all_but(CHANGED, desk.verdict(kata)))
        how = {"launch": alone.launch, "told": told.put}
        theirs = timed(lambda how=how: grade(desk.root, [kata], CHANGED, **how))
        ratios.append(mine / theirs)
    alone.close()
    says = f"lenet, {CHANGED} changed: save to verdict beside its tests alone"
    table.add(says, ratios, "×", "1.5 × or less")
    everything = timed(lambda: desk.verdict(kata, everything=True))
    time.sleep(READY)
    desk.save(kata, CHANGED)
    one = timed(lambda: desk.verdict(kata))
    table.add("lenet, everything run, beside one function", [everything / one], "×")


def kept_all_but(function: str, result: Result) -> None:
    assert set(result.kept) == {*result.kata.functions} - {function}
