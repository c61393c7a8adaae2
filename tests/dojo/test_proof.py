"""Tests in which order a proof tries tests, and which it spares a mistake."""

from types import SimpleNamespace

from dojo.check.proof import Mistaken, mistake_is_named
from dojo.kata.bank import Mistake
from dojo.verdict.verdicts import FAILED, PASSED, Outcome


def a_test(name):
    return SimpleNamespace(
        nodeid=name,
        originalname=name.partition("[")[0],
        function=lambda: None,
    )


class Table:
    """A replay whose outcomes are written down: for each mistake what fails, and how.

    Parameters
    ----------
    names : str
        Of the tests.
    fails : dict
        For each mistake the tests that fail, each with the number that came back.
    """

    def __init__(self, names, fails):
        self.items = [a_test(name) for name in names.split()]
        self.fails, self.tried = fails, []

    def outcome_of_mistake(self, item, mistake):
        self.tried.append((mistake.name, item.nodeid))
        if item.nodeid not in self.fails[mistake.name]:
            return Outcome("k", "f", item.nodeid, PASSED)
        got = [self.fails[mistake.name][item.nodeid], 0.5]
        return Outcome(
            "k", "f", item.nodeid, FAILED, "values", values=(got, [0.0, 0.0])
        )


def proved(names, fails):
    """Return what a proof complains of, and which tests it tried with each mistake."""
    table = Table(names, fails)
    mistakes = [Mistake("k", "f", name, "") for name in fails]
    replayed = Mistaken(table, mistakes)
    found = []
    for mistake in mistakes:
        found += mistake_is_named(mistake, replayed, lambda mistake: None)
    tried = {name: [t for n, t in table.tried if n == name] for name in fails}
    return found, tried


def test_a_mistake_that_a_passed_test_rejects_is_spared_the_failing_ones():
    fails = {"flips": {"cheap": 1.0, "dear": 2.0}, "scales": {"dear": 3.0}}
    found, tried = proved("cheap dear", fails)
    assert found == []
    assert tried == {"flips": ["cheap"], "scales": ["cheap", "dear"]}


def test_what_rejected_the_like_of_a_mistake_is_tried_first():
    fails = {"one": {"c": 1.0}, "two": {"c": 2.0}, "three": {"c": 3.0}}
    found, tried = proved("a b c d", fails)
    assert found == []
    assert tried == {"one": ["a", "b", "c"], "two": ["c"], "three": ["c"]}


def test_another_test_is_tried_before_further_cases_of_one_that_passed():
    found, tried = proved("a[1] a[2] b", {"one": {"b": 1.0, "a[2]": 1.0}})
    assert found == []
    assert tried == {"one": ["a[1]", "b"]}


def test_two_mistakes_that_no_test_tells_apart_are_tried_with_all():
    alike = {"b": 1.0}
    found, tried = proved("a b c", {"one": alike, "two": alike})
    assert [text.partition(":")[0] for text in found] == ["two is named one"]
    assert sorted(tried["two"]) == ["a", "b", "c"]


def test_a_mistake_that_no_test_rejects_is_tried_with_all():
    found, tried = proved("a b", {"one": {"a": 1.0}, "two": {}})
    assert [text.partition(":")[0] for text in found] == [
        "no quick test of f rejects two"
    ]
    assert sorted(tried["two"]) == ["a", "b"]
