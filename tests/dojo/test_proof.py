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
    takes : dict
        How many seconds a test takes, where it takes any.
    """

    def __init__(self, names, fails, takes):
        self.items = [a_test(name) for name in names.split()]
        self.fails, self.takes, self.tried, self.now = fails, takes, [], 0.0

    def outcome_of_mistake(self, item, mistake):
        self.tried.append((mistake.name, item.nodeid))
        self.now += self.takes.get(item.nodeid, 0.0)
        if item.nodeid not in self.fails[mistake.name]:
            return Outcome("k", "f", item.nodeid, PASSED)
        got = [self.fails[mistake.name][item.nodeid], 0.5]
        return Outcome(
            "k", "f", item.nodeid, FAILED, "values", values=(got, [0.0, 0.0])
        )


def proved(names, fails, takes=None, took=None):
    """Return what a proof complains of, and which tests it tried with each mistake."""
    table = Table(names, fails, takes or {})
    mistakes = [Mistake("k", "f", name, "") for name in fails]
    took = dict.fromkeys(names.split(), 0.0) | (took or takes or {})
    replayed = Mistaken(table, mistakes, took, lambda: table.now)
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


def test_a_test_that_takes_long_is_tried_after_the_quick_ones():
    fails = {"one": {"dear": 1.0, "b": 1.0}, "two": {"dear": 2.0}}
    found, tried = proved("dear a b", fails, takes={"dear": 0.1})
    assert found == []
    assert tried == {"one": ["a", "b"], "two": ["b", "a", "dear"]}


def test_a_test_that_rejects_often_may_take_as_many_times_longer():
    fails = {name: {"dear": float(i)} for i, name in enumerate("uvwxyz", 1)}
    found, tried = proved("a dear", fails, takes={"a": 0.002, "dear": 0.007})
    assert found == []
    assert tried["u"] == ["a", "dear"]
    assert tried["z"] == ["dear"]


def test_what_a_test_takes_with_mistakes_counts_and_not_only_with_the_reference():
    fails = {"x": {"b": 1.0}, "y": {"c": 2.0}, "z": {"d": 3.0}}
    found, tried = proved("dear b c d", fails, takes={"dear": 0.1}, took={"dear": 0.0})
    assert found == []
    assert tried["x"] == ["dear", "b"]
    assert tried["z"] == ["b", "c", "d"]


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
