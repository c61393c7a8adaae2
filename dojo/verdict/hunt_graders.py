"""Collects a bug hunt: the graders of the katas that it touches, once more.

A hunt has no tests of its own. Pytest finds its bank, and what is collected in the
place of that are the tests of its katas, for the functions that the hunt holds.
"""

from __future__ import annotations

import importlib.util
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from dojo.kata.catalog import Hunt, Kata, katas
from dojo.verdict.run import RUN


class HuntGrader(pytest.File):
    """The bank of a hunt, which stands for the graders of its katas."""

    hunt: Hunt

    def collect(self) -> Iterator[pytest.Module]:
        """Yield the grader of each kata."""
        for kata in self.hunt.parts:
            node = f"{self.nodeid}::{kata.slug}"
            grader: PartGrader = PartGrader.from_parent(
                self, path=kata.grader, name=kata.slug, nodeid=node
            )
            grader.kata, grader.hunt = kata, self.hunt
            yield grader


class PartGrader(pytest.Module):
    """The grader of one kata, for what a hunt holds of it."""

    kata: Kata
    hunt: Hunt

    def _getobj(self) -> types.ModuleType:
        """Load the grader anew: pytest finds the fixtures of a module only once."""
        name = f"{self.hunt.stem}__{self.kata.stem}"
        spec = importlib.util.spec_from_file_location(name, self.path)
        if spec is None or spec.loader is None:
            raise self.CollectError(f"{self.path} cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return the tests of the functions that the hunt holds."""
        held = set(self.hunt.functions)
        tests = list(super().collect())
        return [test for test in tests if self.kata.function_of(test.name) in held]


def hunt_of(item: pytest.Item) -> Hunt | None:
    """Return the hunt that a test was collected for, if it was for one."""
    grader = item.getparent(PartGrader)
    return grader.hunt if grader else None


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> HuntGrader | None:
    """Collect a hunt in the place of its bank."""
    run = parent.config.stash.get(RUN, None)
    if run is None or not module_path.name.startswith("mistakes_h"):
        return None
    for kata in katas(run.root):
        if isinstance(kata, Hunt) and kata.bank == module_path:
            grader: HuntGrader = HuntGrader.from_parent(parent, path=module_path)
            grader.hunt = kata
            return grader
    return None
