"""Which tests run, and which function each one grades."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from dojo.kata.catalog import Kata, katas
from dojo.verdict.hunt_graders import hunt_of
from dojo.verdict.run import Run

SUBJECT = pytest.StashKey[tuple[Kata, str]]()  # what a test grades
DRAWS = {"rng", "generator", "seed"}  # the fixtures of random data


class Selection:
    """Finds the function of each test; a pytest plugin.

    Parameters
    ----------
    config : pytest.Config
    run : Run
    only : str or None
        The one function to grade.

    Attributes
    ----------
    items : dict
        The tests of each (kata's slug, function).
    is_partial : bool
        Whether functions may lack some of their tests.
    is_graded : bool
        Whether what was collected is run, not only listed.
    """

    def __init__(self, config: pytest.Config, run: Run, only: str | None) -> None:
        self._run, self._only = run, only
        self.items: dict[tuple[str, str], list[pytest.Function]] = {}
        self.is_partial = any("::" in str(argument) for argument in config.args)
        self.is_graded = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find the function that each test grades; let what trains run last."""
        graders = {kata.grader: kata for kata in katas(self._run.root)}
        for item in items:
            kata = hunt_of(item) or graders.get(item.path)
            if kata:
                item.stash[SUBJECT] = kata, _function_of(item, kata)
                # The outcome's words replace pytest's excerpt of a failure.
                item.repr_failure = _say_nothing  # type: ignore[method-assign]  # see there
        if self._only:
            subjects = {item: item.stash.get(SUBJECT, None) for item in items}
            items[:] = [
                item
                for item, subject in subjects.items()
                if subject and subject[1] == self._only
            ]
        items.sort(key=is_slow)

    def narrow(self, session: pytest.Session, functions: Collection[str]) -> None:
        """Leave out the tests of all other functions, after they were collected."""
        session.items[:] = [
            item
            for item in session.items
            if SUBJECT in item.stash and item.stash[SUBJECT][1] in functions
        ]
        for subject in [key for key in self.items if key[1] not in functions]:
            del self.items[subject]

    def pytest_deselected(self) -> None:
        """Be told of -k, --lf and the like: a part of its tests proves no function."""
        self.is_partial = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is going to be graded, when all that selects has selected."""
        for item in session.items:
            if SUBJECT in item.stash and isinstance(item, pytest.Function):
                kata, function = item.stash[SUBJECT]
                self.items.setdefault((kata.slug, function), []).append(item)
        self.is_graded = not session.config.option.collectonly
        self._run.seam.is_open = True


SELECTION = pytest.StashKey[Selection]()


def _function_of(item: pytest.Item, kata: Kata) -> str:
    function = kata.function_of(item.name)
    if function is None:
        raise pytest.UsageError(
            f"{item.nodeid}: the name begins with no function of {kata.slug}; "
            f"begin it with test_ and one of {', '.join(kata.functions)}"
        )
    return function


def _say_nothing(excinfo: object, style: object = None) -> str:
    return ""


def is_slow(item: pytest.Item) -> bool:
    """Tell whether a test trains."""
    return item.get_closest_marker("slow") is not None


def draws(item: pytest.Function) -> bool:
    """Tell whether a test has random data."""
    return not DRAWS.isdisjoint(item.fixturenames)


def seconds_of(item: pytest.Item, run: Run) -> float:
    """Return how much processor time a test may take."""
    mark = item.get_closest_marker("slow")
    return float(mark.args[0]) if mark else run.seconds
