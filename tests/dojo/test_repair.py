"""The repair search: the line of a mistake, proved by an edit that helps."""

from __future__ import annotations

import ast
import json
import time
from textwrap import dedent
from types import SimpleNamespace

import pytest
from conftest import REFERENCE

from dojo.diagnosis.repair import alike, candidates, statements
from dojo.diagnosis.repair.candidates import Subject
from dojo.diagnosis.repair.edits import Edit
from dojo.diagnosis.repair.reference import names_in
from dojo.diagnosis.repair.search import LEAST, LINES, TIMES, Search, _where
from dojo.diagnosis.repair.source import _reaches_outside
from dojo.kata.catalog import Kata
from dojo.kata.stubs import stub_of
from dojo.verdict.verdicts import where_lines

ADDS = "def scale(x, factor=3.0):\n    _checked(factor)\n    return x + factor\n"
FIRST = len(REFERENCE.splitlines()) + 3  # the line of a function's `def` in `answer`


def located(clone, source, *options):
    """Return where the mistake of an answer is."""
    clone.answer(source)
    return clone.verdicts("--where", "20", *options)


SLIPS = {
    "operator": ("return factor + x", "an operator"),
    "name": ("return x * x", "a name in this line"),
    "constant": ("return _checked(factor) * x * 2", "a term or factor"),
    "sign": ("return -_checked(factor) * x", "the sign"),
    "call": ("return np.abs(_checked(factor) * x)", "a call"),
    "power": ("return _checked(factor) * x**2", "a term or factor"),
    "transposed": ("return (_checked(factor) * x).T", "a transposition"),
    "axis": ("return _checked(factor) * x[::-1]", "an index"),
    "missing": ("return x", "an expression"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_the_line_of_one_slip_is_named(clone, slip):
    body, kind = SLIPS[slip]
    source = f"def scale(x, factor=3.0):\n    _checked(factor)\n    {body}\n"
    found = located(clone, source)["scale"]["where"]
    assert found["lines"] == [FIRST + 2]
    assert found["kind"] == kind
    old, new = found["edit"].splitlines()
    assert old == f"- {body}"
    assert new.startswith("+ return ")


def test_a_return_inside_a_loop_is_one_edit(clone):
    source = """
        def mean_square(x):
            total = 0.0
            for value in x:
                total += value**2 / len(x)
                return float(total)
    """
    found = located(clone, source)["mean_square"]["where"]
    assert found["lines"] == [FIRST + 5]
    assert found["kind"] == "what stands inside the loop"


def test_the_same_slip_at_two_places_of_a_line_is_one(clone):
    source = """
        def mean_square(x):
            return float(((x + 1e-3) * (x + 1e-3)).mean())
    """
    found = located(clone, source)["mean_square"]["where"]
    assert found["lines"] == [FIRST + 2]
    assert "1e-3" in found["edit"].splitlines()[0]


def test_a_part_of_the_reference_is_known_by_the_name_it_has_here():
    ours = ast.parse("def f(x):\n    a = x + 1\n    b = a * 2\n    return b - a").body[
        0
    ]
    written = ast.unparse(alike.adapted(ours, {"a": "start"}, {"x", "start"}, []))
    assert "return start * 2 - start" in written


HELPERS = """
def _span(x, axis=0):
    \"\"\"Say how far it reaches.\"\"\"
    top = x.max(axis)
    return top - _least(x, axis=axis)

def _least(z, axis):
    return z.min(axis)

def _loops(x):
    for y in x:
        return y

def f(x, n):
    return n / _span(2 * x, 1) + _loops(x) + _span(*x)
"""


def test_what_an_unknown_helper_of_the_reference_returns_is_written_out():
    *helpers, ours = ast.parse(HELPERS).body
    known = {"x", "n"}
    written = ast.unparse(alike.adapted(ours, {}, known, helpers))
    value = "n / ((2 * x).max(1) - (2 * x).min(1)) + _loops(x) + _span(*x)"
    assert written.endswith(f"return {value}")
    kept = ast.unparse(alike.adapted(ours, {}, {*known, "_span"}, helpers))
    assert "n / _span(2 * x, 1)" in kept


def test_a_helper_of_the_reference_that_an_answer_lacks_is_no_obstacle(clone):
    reference = clone.reference.read_text("utf-8")
    own = "\n\ndef _squares(those):\n    return np.square(those)\n"
    changed = reference.replace("np.square(x)", "_squares(x)") + own
    clone.reference.write_text(changed, "utf-8")
    text = "def mean_square(x):\n    return float((x + x[0]).mean())\n"
    clone.stub.write_text(f"{stub_of(changed)}\n\n{text}", "utf-8")
    where = clone.verdicts("--where", "20")["mean_square"]["where"]
    assert where["edit"].endswith("+ return float(np.square(x).mean())")


def test_local_variables_are_alike_if_they_hold_the_same_numbers():
    import numpy as np

    theirs = {"start": np.array([1.0, 2.0]), "m": 2, "net": SimpleNamespace()}
    ours = {"a": np.array([1.0, 2.0]), "n": 2, "model": theirs["net"]}
    assert alike.renamed(theirs, ours) == {"a": "start", "model": "net"}
    assert alike.renamed({"b": np.array([1.0, 3.0])}, ours) == {}


def test_two_slips_of_which_one_mends_a_part_are_both_named(clone):
    source = """
        def scale(x, factor=2.0):
            return _checked(factor) + x
    """
    found = located(clone, dedent(source).strip())["scale"]["where"]
    assert found["lines"] == [FIRST, FIRST + 1]
    assert found["changes"] == 2
    assert sorted(found["kind"].split(" and ")) == ["a constant", "an operator"]
    assert "+ def scale(x, factor=3.0):" in found["edit"]
    assert "+ return _checked(factor) * x" in found["edit"]


def test_two_slips_that_no_edits_mend_are_not_named(clone):
    source = """
        def mean_square(x):
            total = sum(x) + 1.7
            return total * 0.37 - len(x) / 0.9 + total
    """
    assert located(clone, source)["mean_square"]["where"] is None


@pytest.mark.parametrize(
    "body",
    [
        "raise NotImplementedError",
        "while True: pass",
        "open('/dev/null'); return factor + x",
        "import os; return factor + x",
    ],
)
def test_what_is_not_begun_loops_or_reaches_outside_is_not_edited(clone, body):
    clone.limit(0.2)
    source = f"def scale(x, factor=3.0):\n    {body}\n"
    assert located(clone, source)["scale"]["where"] is None


@pytest.mark.parametrize(
    ("code", "truth"),
    [
        ("def f(x):\n    return input()", True),
        ("def f(x):\n    open(x)", True),
        ("def f(x):\n    x.tofile('a')", True),
        ("def f(x):\n    import os", True),
        ("def f(input):\n    return 2 * input", False),
        ("def f(x):\n    io = x + 1\n    return io", False),
    ],
)
def test_a_parameter_with_the_name_of_a_builtin_reaches_nothing(code, truth):
    assert _reaches_outside(ast.parse(code)) is truth


def test_an_edit_that_never_ends_costs_the_search_little(clone):
    source = """
        def scale(x, factor=3.0):
            _checked(factor)
            count = 0
            while count < 3:
                count = count + 1
            return factor + x
    """
    found = located(clone, source, "--where", "6")["scale"]["where"]
    assert found["lines"] == [FIRST + 6]


def test_a_private_helper_is_edited_too(clone):
    source = """
        def _product(x, factor):
            return x - factor

        def scale(x, factor=3.0):
            _checked(factor)
            return _product(x, factor)
    """
    found = located(clone, source)["scale"]["where"]
    assert found["lines"] == [FIRST + 2]


def test_without_the_option_nothing_is_searched(clone):
    clone.answer("def scale(x, factor=3.0):\n    return factor + x\n")
    assert clone.verdicts()["scale"]["where"] is None


def test_plain_pytest_prints_the_line_and_quotes_it(clone):
    clone.answer(
        "def scale(x, factor=3.0):\n    _checked(factor)\n    return x + factor"
    )
    out = clone.graded("--where", "20").out
    assert f"look at line {FIRST + 2}: one change there makes every test pass" in out
    assert f"{FIRST + 2} | return x + factor" in out
    assert "+ return x * factor" not in out, "the edit is a hint, not the verdict"


class Replays:
    """Says that a test passes with some seeds only."""

    def __init__(self, good):
        self.good = good
        self.items = [SimpleNamespace(nodeid="t", fixturenames=["rng"])]
        self.run = SimpleNamespace(seed=5)

    def passes(self, item, answers, seed=5):
        return seed in self.good


@pytest.mark.parametrize(("good", "helps"), [({5, 6, 7}, True), ({5, 6}, False)])
def test_an_edit_counts_if_it_helps_with_two_more_seeds(good, helps):
    search = Search(Replays(good), None, [], 9)
    assert search._all_pass() is helps


def test_a_test_that_fails_at_once_has_the_time_that_it_takes_to_pass(monkeypatch):
    replay = Replays({5})
    replay.kata = SimpleNamespace(reference="reference")
    loaded = SimpleNamespace(path="reference")
    replay.run.seam = SimpleNamespace(load=lambda kata, path: loaded)
    ticks = iter(range(0, 100, 2))
    monkeypatch.setattr(time, "process_time", lambda: next(ticks))
    search = Search(replay, SimpleNamespace(path="answer"), [], 9)
    assert search._seconds == LEAST
    search.names_alike()
    assert search._seconds == TIMES * 2


def test_the_line_that_parts_from_the_reference_is_named_alone(clone):
    """An edit of the last line would do too, but only makes up for it."""
    reference = clone.reference.read_text("utf-8")
    body = "total = np.square(x).sum()\n    return float(total / len(x))"
    changed = reference.replace("return float(np.square(x).mean())", body)
    assert changed != reference
    clone.reference.write_text(changed, "utf-8")
    wrong = body.replace("sum", "mean")
    clone.stub.write_text(f"{stub_of(changed)}\n\ndef mean_square(x):\n    {wrong}\n")
    where = clone.verdicts("--where", "20")["mean_square"]["where"]
    old = "- total = np.square(x).mean()"
    assert where["edit"] == f"{old}\n+ total = np.square(x).sum()"
    assert len(where["lines"]) == 1
    assert where["kind"] == "the function that is called"


@pytest.mark.parametrize(
    ("passing", "mended"), [("", 0), ("cd", 0), ("abc", 0), ("acd", 1), ("abcd", 2)]
)
def test_an_edit_mends_what_it_makes_pass_if_it_spoils_nothing(passing, mended):
    items = {
        name: SimpleNamespace(nodeid=name, originalname=kind)
        for name, kind in zip("abcd", ("left", "right", "right", "other"), strict=True)
    }

    def passes(item, answers, seed):
        return item.nodeid in passing

    before = [
        SimpleNamespace(test=n, state="passed" if n in "cd" else "failed", seconds=0.0)
        for n in items
    ]
    replay = SimpleNamespace(items=list(items.values()), passes=passes)
    replay.run = SimpleNamespace(seed=0)
    assert Search(replay, None, before, 0.0)._mended() == mended


def test_lines_are_named_up_to_three():
    def edits(count):
        lines = range(1, count + 1)
        return [Edit("k", (n,), (), (), ()) for n in lines]

    text = [f"line {n}" for n in range(1, 9)]
    assert _where(edits(LINES), text).lines == (1, 2, 3)
    assert _where(edits(LINES), text).quoted == ("line 1", "line 2", "line 3")
    assert _where(edits(LINES + 1), text) is None
    assert _where([], text) is None


def test_words_for_one_line_and_for_several():
    where = {"lines": [7], "kind": "", "edit": "", "changes": 1}
    record = {"where": where, "quoted": ["return a"]}
    assert where_lines(record) == [
        "look at line 7: one change there makes every test pass",
        "   7 | return a",
    ]
    where |= {"lines": [7, 9, 12], "changes": 2}
    record = {"where": where, "quoted": ["a", "b", "c"]}
    says = "look at lines 7, 9 and 12: two changes there make every test pass"
    assert where_lines(record)[0] == says
    assert where_lines({"where": None, "quoted": [], "excerpt": ["a"]}) == ["a"]


def subject(text, reference=""):
    function = ast.parse(dedent(text)).body[0]
    ours = list(ast.parse(dedent(reference)).body)
    return Subject(function, ours, {"np", "f"}, torch=False)


def test_every_edit_leaves_the_tree_as_it_was():
    one = subject(
        """
        def f(x, n=3):
            "Return it."
            total = 0
            for i in range(1, n):
                if x[i] > 0 and not n:
                    total += np.sum(x[i:], axis=0) * -(1 + i) ** 2
            return [total, x.T] if n else (x, n)
        """,
        "def f(x, n):\n    total = np.mean(x, keepdims=True)\n    return total / n",
    )
    before = ast.dump(one.function)
    seen = set()
    for level in candidates.LEVELS:
        for edit in level(one):
            with edit.made():
                seen.add(ast.dump(one.function))
            assert ast.dump(one.function) == before
    assert before not in seen or len(seen) > 300
    assert len(seen) > 300


def test_a_part_of_the_reference_goes_round_no_local_variable():
    """Else the last line would mend whatever went wrong before it."""
    one = subject(
        "def f(x):\n    y = x + 1\n    return 3 * y",
        "def f(x):\n    return 3 * (x - 1)",
    )
    after = set()
    for edit in candidates.borrowed(one):
        with edit.made():
            after.add(ast.unparse(one.function))
    assert any("y = x - 1\n" in text for text in after)
    assert not any(text.endswith("return 3 * (x - 1)") for text in after)


def test_names_in_leaves_out_what_code_binds_itself():
    node = ast.parse("[a * b for a in c if len(a)] + [(lambda d: d + e)(1)]")
    assert names_in(node) == {"b", "c", "e"}


def test_a_statement_that_assigns_the_same_is_exchanged_for():
    one = ast.parse("def f(x):\n    y = x\n    return y").body[0]
    new = ast.parse("y = 2 * x").body
    edits = list(statements.exchanged(one, new, "a statement"))
    assert [edit.lines for edit in edits] == [(2,)]
    assert edits[0].text(["def f(x):", "    y = x"]) == "- y = x\n+ y = 2 * x"


def test_a_run_shows_the_line_and_hints_tell_the_change_step_by_step(clone):
    clone.answer(
        "def scale(x, factor=3.0):\n    _checked(factor)\n    return x + factor"
    )
    ran = clone.dojo("run", "scaling")
    assert f"look at line {FIRST + 2}: one change there" in ran.out
    first, second, third = (clone.dojo("hint", "scaling").out for _ in range(3))
    assert "What to change: an operator." in first
    assert "x * factor" not in first
    assert "- return x + factor\n+ return x * factor" in second
    assert "Look at the operator." in third
    document = json.loads(clone.dojo("run", "scaling", "--json").out)
    found = next(f for f in document["functions"] if f["function"] == "scale")
    assert found["where"]["lines"] == [FIRST + 2]


def test_each_function_tells_its_own_change(clone):
    clone.answer(
        "def scale(x, factor=3.0):\n    _checked(factor)\n    return x + factor\n\n\n"
        "def mean_square(x):\n    return float(np.square(x).sum())"
    )
    clone.dojo("run", "scaling")
    there = clone.dojo("hint", "scaling::mean_square").out
    assert "What to change: " in there
    assert "mean_square, line" in there
    first, second = (clone.dojo("hint", "scaling::scale").out for _ in range(2))
    assert "What to change: an operator." in first
    assert "+ return x * factor" in second
    deeper = clone.dojo("hint", "scaling::mean_square").out
    assert ".mean()" in deeper
    assert "factor" not in deeper


def test_the_next_attempt_forgets_the_line_of_the_one_before(clone):
    clone.answer(
        "def scale(x, factor=3.0):\n    _checked(factor)\n    return x + factor"
    )
    clone.dojo("run", "scaling")
    clone.answer("")
    clone.dojo("run", "scaling")
    assert "What to change" not in clone.dojo("hint", "scaling").out


def test_the_reference_of_a_kata_stays_what_it_is(clone):
    kata = Kata(clone.root, "ch0_tiny", "k01_scaling")
    before = ast.dump(kata.tree)
    located(clone, "def scale(x, factor=3.0):\n    return factor + x\n")
    assert ast.dump(kata.tree) == before


def after_borrowing(answer, reference, known=frozenset()):
    one = subject(answer, reference)
    one = Subject(one.function, one.reference, set(known), False)
    texts = set()
    for edit in candidates.borrowed(one):
        with edit.made():
            texts.add(ast.unparse(one.function))
    return texts


@pytest.mark.parametrize(("wrong", "right"), [("max", "min"), ("other", "helper")])
def test_a_function_may_be_another_one_that_the_reference_calls(wrong, right):
    answer, known = "def f(x):\n    return {}(2 * x)", {"other", "helper"}
    reference = f"def f(x):\n    return {right}(x + x)"
    mended = answer.format(right)
    assert mended in after_borrowing(answer.format(wrong), reference, known)
    unknown = after_borrowing(answer.format(wrong), reference)
    assert (mended in unknown) is (right not in known)


def test_a_default_of_the_reference_is_a_constant_to_try():
    one = subject("def f(x, a=2):\n    return a * x", "def f(x, a=0.01):\n    return x")
    assert 0.01 in one.scope.constants
