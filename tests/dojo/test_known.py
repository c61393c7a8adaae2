"""When a known mistake is the learner's, and when nothing is said."""

from types import ModuleType

import numpy as np
import pytest
import torch

from dojo.diagnosis.diagnose import pytest_dojo_diagnose
from dojo.diagnosis.known import _numbers, known_mistake, same
from dojo.grading import mistake
from dojo.kata import bank
from dojo.kata.bank import Mistake
from dojo.kata.catalog import katas
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, Outcome, Verdict

X = np.array([1.0, 2.5, -3.0])
TWICE = Mistake("kata", "f", "takes_it_twice", "It is taken twice.")
ROOT = Mistake("kata", "f", "takes_the_root", "A root is taken.")


class Item:
    """A test that can be run again."""

    def __init__(self, nodeid, expects=False):
        def plain():
            pass

        def asks():
            with pytest.raises(ValueError):
                plain()

        self.nodeid, self.function = nodeid, asks if expects else plain


def failed(numbers, rung="values", want=0.0, test="", **facts):
    """Return a failing outcome."""
    outcome = Outcome("kata", "f", test, FAILED, rung, **facts)
    outcome.values = None if numbers is None else (numbers, want)
    return outcome


def passed():
    return Outcome("kata", "f", "", PASSED)


def named(mine, *mistakes, expects=()):
    """Return what is said of outcomes by test, beside those of each mistake."""
    for test, outcome in mine.items():
        outcome.test, outcome.because = test, f"because of {test}"
    theirs = dict(zip((TWICE, ROOT), mistakes, strict=False))
    items = [Item(test, test in expects) for test in mine]
    return known_mistake(
        mine, list(theirs), items, lambda item, mistake: theirs[mistake][item.nodeid]
    )


def test_the_same_numbers_wherever_it_fails_are_the_mistake():
    mine = {"a": failed(X), "b": passed(), "c": failed(X[:2])}
    theirs = {"a": failed(X * (1 + 1e-10)), "b": passed(), "c": failed(X[:2])}
    diagnosis = named(mine, theirs)
    assert diagnosis.code == "takes-it-twice"
    assert diagnosis.says == "It is taken twice."
    assert diagnosis.tests == {"a", "c"}


CONTRADICTIONS = {
    "other numbers": ({"a": failed(X)}, {"a": failed(X * (1 + 1e-8))}),
    "a test that passes": (
        {"a": failed(X), "b": passed()},
        {"a": failed(X), "b": failed(X)},
    ),
    "a test that is not started": (
        {"a": failed(X), "b": Outcome("kata", "f", "", NOT_STARTED)},
        {"a": failed(X), "b": failed(X)},
    ),
    "another rung": ({"a": failed(X)}, {"a": failed(X, "shape")}),
    "another shape": ({"a": failed(X)}, {"a": failed(X[None])}),
    "nothing that it explains": ({"a": failed(X)}, {"a": passed()}),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_what_contradicts_a_mistake_rules_it_out(what):
    mine, theirs = CONTRADICTIONS[what]
    assert named(mine, theirs) is None


EVIDENCE = {
    "two numbers": (failed(np.array([1.0, 2.0])), True),
    "one number": (failed(np.array([1.0])), False),
    "one number many times": (failed(np.full(7, 3.0)), False),
    "zeros": (failed(np.zeros(7)), False),
    "a number and NaN": (failed(np.array([1.0, np.nan])), False),
    "numbers in a dict in a list": (failed([{"W": np.array([1.0]), "b": 2.0}]), True),
    "a word": (failed("valid"), True),
    "an error's text": (failed(None, "returned", got="KeyError: 'k'"), True),
    "what cannot be finite": (failed(None, "finite", got="overflow"), True),
    "an error without a text": (failed(None, "returned"), False),
    "a claim without numbers": (failed(None, "values", got="3"), False),
}


@pytest.mark.parametrize("what", EVIDENCE)
def test_only_enough_evidence_names_a_mistake(what):
    outcome, enough = EVIDENCE[what]
    diagnosis = named({"a": outcome}, {"a": outcome})
    assert (diagnosis is not None) == enough


def test_two_tests_of_a_number_each_are_evidence_together():
    one, other = failed(np.array(1.0)), failed(np.array(2.0))
    assert named({"a": one, "b": other}, {"a": one, "b": other})


def test_what_else_is_wrong_is_said_with_its_truth():
    mine = {"a": failed(X), "b": failed(X + 1)}
    diagnosis = named(mine, {"a": failed(X), "b": passed()})
    assert diagnosis.says == (
        "It is taken twice. Something else is wrong besides; "
        "this does not hold: because of b."
    )
    assert diagnosis.tests == {"a"}


def test_the_mistake_that_explains_most_is_named():
    mine = {"a": failed(X), "b": failed(X + 1), "c": failed(X + 2)}
    one = {"a": failed(X), "b": passed(), "c": passed()}
    two = {"a": failed(X), "b": failed(X + 1), "c": passed()}
    assert named(mine, one, two).code == "takes-the-root"
    assert named(mine, two, one).code == "takes-it-twice"
    assert named(mine, two, two).code == "takes-it-twice"


def test_a_test_that_asks_for_an_error_contradicts_nothing():
    mine = {"a": failed(X), "b": passed()}
    theirs = {"a": failed(X), "b": failed(None, "raises", got="no error")}
    assert named(mine, theirs, expects="b").code == "takes-it-twice"
    assert named(mine, theirs) is None


def test_a_test_that_did_not_run_is_not_asked():
    mine = {"a": failed(X)}
    items = [Item("a"), Item("never ran")]

    def replayed(item, mistake):
        assert item.nodeid == "a"
        return failed(X)

    assert known_mistake(mine, [TWICE], items, replayed).code == "takes-it-twice"


GRAPH = torch.tensor([1.0, 2.0, 5.0], requires_grad=True)
SAME = {
    "a tensor": (torch.from_numpy(X), X, True),
    "a tensor with a gradient": (
        torch.ones(2, requires_grad=True), np.ones(2, np.float32), True,
    ),
    "a list": ([X, 1.0], [X, 1.0], True),
    "a longer list": ([X, 1.0], [X], False),
    "a dict": ({"W": X}, {"W": X.copy()}, True),
    "another key": ({"W": X}, {"b": X}, False),
    "another value": ({"W": X}, {"W": X + 1}, False),
    "NaN": (X * np.nan, X * np.nan, True),
    "another dtype": (X, X.astype(np.float32), False),
    "rounding of float32": (np.float32(X), np.float32(X * (1 + 3e-6)), True),
    "more than that": (np.float32(X), np.float32(X * (1 + 3e-5)), False),
    "rounding beside a large entry": (
        np.array([1.0, 1e9]), np.array([1.05, 1e9]), True,
    ),
    "tensors in a graph": ((GRAPH, GRAPH), (GRAPH, GRAPH * 1.0), True),
    "a tensor and some in a graph": (GRAPH.detach(), (GRAPH, GRAPH), False),
    "an array and tensors in a graph": (X, (GRAPH, GRAPH), False),
    "a word": ("valid", "valid", True),
    "another word": ("valid", "same", False),
    "a word and numbers": ("valid", X, False),
    "truths": (np.array([True, False]), np.array([True, True]), False),
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_alike_means_the_same_numbers(what):
    one, other, alike = SAME[what]
    assert same(failed(one), failed(other)) == alike
    assert same(failed(other), failed(one)) == alike


def test_the_same_numbers_may_break_dtype_in_one_style_and_values_in_another():
    one, other = failed(np.float32(X), "dtype"), failed(X.astype(np.float32) * 1.0)
    assert same(one, other)
    assert same(failed(np.ones(3, int), "dtype"), failed(np.ones(3)))
    assert not same(failed(X, "dtype"), failed(X, "shape"))


@pytest.mark.parametrize(("off", "alike"), [(1e-3, True), (1e-2, False)])
def test_an_answer_that_computes_in_half_precision_is_compared_in_it(off, alike):
    """NumPy's tanh of int8 is a float16."""
    halves = failed(np.float16(X * (1 + off)), "dtype")
    assert same(halves, failed(X, "values")) is alike


LOSS = float(np.float32(0.7))  # as .item() gives it
ITEMS = {
    "another order": (LOSS, 0.7 * (1 + 3e-6), True),
    "in a list": ([LOSS, 1.0], [0.7 * (1 + 3e-6), 1.0], True),
    "not a number": (float("nan"), float("nan"), True),
    "more than that": (LOSS, 0.7 * (1 + 3e-5), False),
    "in an array of float64": (
        np.array([LOSS, 1.0]), np.array([0.7 * (1 + 3e-6), 1.0]), False,
    ),
    "in float64": (0.7, 0.7 * (1 + 3e-6), False),
    "simple": (0.75, 0.75 * (1 + 3e-6), False),
    "too large for float32": (1e300, 1e300 * (1 + 3e-6), False),
}  # fmt: skip


@pytest.mark.parametrize("what", ITEMS)
def test_a_python_float_that_was_computed_in_float32_has_its_digits(what):
    one, other, alike = ITEMS[what]
    assert same(failed(one), failed(other)) == alike
    assert same(failed(other), failed(one)) == alike


def test_tensors_in_a_tuple_are_numbers():
    outcomes = {"t": failed((GRAPH, 2 * GRAPH), "type")}
    assert len(_numbers(outcomes["t"])) == 5


def test_without_numbers_the_words_are_compared():
    assert same(failed(None, got="3"), failed(None, got="3"))
    assert not same(failed(None, got="3"), failed(None, got="4"))
    assert not same(failed(None, got="3"), failed(X, got="3"))


def test_two_mistakes_are_named_if_together_they_explain_all():
    mine = {"a": failed(X), "b": failed(X + 1), "c": failed(X + 2)}
    one = {"a": failed(X), "b": failed(X + 1), "c": passed()}
    two = {"a": passed(), "b": passed(), "c": failed(X + 2)}
    diagnosis = named(mine, one, two)
    besides = "Besides, takes-the-root: A root is taken."
    assert diagnosis.says == f"It is taken twice. {besides}"
    assert diagnosis.code == "takes-it-twice"
    assert diagnosis.tests == {"a", "b", "c"}
    another = {**two, "a": failed(X + 3)}  # it contradicts the first test
    assert named(mine, one, another).says.endswith("because of c.")
    mine["d"] = failed(X + 4)  # nobody explains that
    one["d"] = two["d"] = passed()
    assert "takes-the-root" not in named(mine, one, two).says


def test_a_mistake_may_raise_where_its_usual_form_returns_numbers():
    raised = failed(None, "returned", got="ValueError: shapes", because="no error")
    mine = {"a": failed(X), "b": raised}
    diagnosis = named(mine, {"a": failed(X), "b": failed(X + 1)})
    assert diagnosis.code == "takes-it-twice"
    assert diagnosis.tests == {"a"}
    assert diagnosis.says.endswith("this does not hold: because of b.")
    raised_only = {"b": failed(None, "returned", got="ValueError: shapes")}
    assert named(raised_only, {"b": failed(X + 1)}) is None
    missing = {"b": failed(None, "returned", got="None: missing?")}
    assert named(missing, {"b": failed(X + 1)}) is None


def test_a_mistake_may_return_numbers_where_its_usual_form_raises():
    mine = {"a": failed(X), "b": failed(X + 1), "c": failed(X + 2)}
    raised = failed(None, "finite", got="overflow encountered in exp")
    diagnosis = named(mine, {"a": failed(X), "b": raised, "c": passed()})
    assert diagnosis.code == "takes-it-twice"
    assert diagnosis.tests == {"a"}
    assert diagnosis.says.endswith("this does not hold: because of b.")
    assert named(mine, {"a": failed(X), "b": raised, "c": raised}) is None
    assert named(mine, {"a": failed(X + 3), "b": raised, "c": passed()}) is None
    mine["b"] = failed(X[None], "shape")
    assert named(mine, {"a": failed(X), "b": raised, "c": passed()}) is None


def test_a_dtype_that_is_seen_before_there_are_numbers_contradicts_nothing():
    early = failed(X[:0], "dtype")
    mine = {"a": failed(X), "b": early}
    assert named(mine, {"a": failed(X), "b": failed(X)}).tests == {"a"}
    mine = {"a": failed(X), "b": failed(X)}
    assert named(mine, {"a": failed(X), "b": early}).tests == {"a"}
    assert named(mine, {"a": failed(X), "b": failed(X + 1, "dtype")}) is None


def test_parts_of_different_shapes_in_another_dtype_are_compared():
    early = failed((X, X[:1]), "dtype")
    assert named({"a": failed(X), "b": failed(X)}, {"a": failed(X), "b": early}) is None


def test_the_right_numbers_in_another_dtype_are_no_part_of_a_mistake_of_numbers():
    careless = failed(X, "dtype", want=X.astype(np.float32))
    theirs = {"a": failed(X), "b": careless}
    assert named({"a": failed(X), "b": passed()}, theirs).tests == {"a"}
    assert named({"a": failed(X), "b": failed(X + 1)}, theirs).tests == {"a"}
    theirs["b"] = failed(X, "dtype", want=X + 1)
    assert named({"a": failed(X), "b": passed()}, theirs) is None
    of_dtype = {"a": careless, "b": careless}
    assert named({"a": careless, "b": passed()}, of_dtype) is None


def drawn(result, **arguments):
    """Return a failing outcome of a call that had random results."""
    outcome = failed(result)
    outcome.returned, outcome.arguments = result, arguments
    return outcome


def kept(arguments, returned):
    """Return what would have come back if all had been kept."""
    there = returned != 0
    return arguments["A"] * (returned[there] / arguments["A"][there])[0]


def test_where_chance_is_involved_the_views_are_compared():
    A = np.array([1.0, 2.0, 4.0, 5.0])
    mine = {"a": drawn(np.array([2.0, 0, 8, 0]), A=A)}
    theirs = {"a": drawn(np.array([0, 4.0, 8, 10]), A=A)}
    viewed = Mistake("kata", "f", "scales", "It is scaled.", view="kept")
    for outcome in mine.values():
        outcome.test = "a"

    def ask(view_of):
        items = [Item("a")]
        return known_mistake(
            mine, [viewed], items, lambda i, m: theirs[i.nodeid], view_of
        )

    assert ask(lambda mistake: None) is None
    assert ask(lambda mistake: kept).code == "scales"
    theirs["a"] = drawn(np.array([0, 6.0, 12, 15]), A=A)
    assert ask(lambda mistake: kept) is None


FAMILY = """

@mistake("scale", "A small number, {eps}, is added.", eps=[1e-3, 1e-5])
def adds_a_little(x, factor=3.0, *, eps):
    return factor * x + eps


@mistake(["scale", "mean_square"], "The answer is doubled.")
def doubles(x, factor=None):
    return 2 * float(np.mean(x**2)) if factor is None else 2 * factor * x
"""


def with_family(clone):
    """Add a family and twins to the bank of a clone."""
    path = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    path.write_text(path.read_text("utf-8") + FAMILY, "utf-8")
    (kata,) = katas(clone.root)
    return kata


def test_a_family_is_one_entry_with_a_member_for_each_value(clone):
    kata = with_family(clone)
    (entry,) = [m for m in bank.read(kata) if m.name == "adds_a_little"]
    assert entry.says == "A small number, 0.001 or 1e-05, is added."
    assert [member.says for member in entry.each] == [
        "A small number, 0.001, is added.",
        "A small number, 1e-05, is added.",
    ]
    assert len({entry.code, *(member.code for member in entry.each)}) == 1


@pytest.mark.parametrize("eps", ["1e-3", "1e-5"])
def test_the_value_that_fits_is_named(clone, eps):
    with_family(clone)
    clone.answer(f"def scale(x, factor=3.0): return _checked(factor) * x + {eps}")
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "adds-a-little"
    assert diagnosis["says"] == f"A small number, {float(eps)}, is added."


def test_a_value_that_is_in_no_family_is_not_named_by_it(clone):
    with_family(clone)
    clone.answer("def scale(x, factor=3.0): return _checked(factor) * x + 1e-4")
    assert clone.verdicts()["scale"]["diagnosis"]["code"] == "offset"


def test_one_definition_answers_several_functions(clone):
    kata = with_family(clone)
    twins = [m for m in bank.read(kata) if m.name == "doubles"]
    assert [twin.function for twin in twins] == ["scale", "mean_square"]
    assert [twin.anchor for twin in twins] == [
        "mistake-doubles",
        "mistake-doubles-in-mean-square",
    ]
    clone.answer("def mean_square(x): return 2 * float(np.mean(x * x))")
    assert clone.verdicts()["mean_square"]["diagnosis"]["code"] == "doubles"


def test_what_a_family_varies_is_taken_by_keyword_only():
    def takes(x, eps):
        return x + eps

    def takes_it_right(x, *, eps):
        return x + eps

    with pytest.raises(ValueError, match="eps by keyword only"):
        mistake("f", "It adds {eps}.", eps=[1.0])(takes)
    with pytest.raises(ValueError, match="values to try"):
        mistake("f", "It adds {eps}.", eps=[])(takes_it_right)
    assert mistake("f", "It adds {eps}.", eps=[1.0])(takes_it_right) is takes_it_right


class NoReplay:
    items = ()

    def outcome_of_mistake(self, item, mistake):
        raise AssertionError("nothing is run again")

    def own(self, function):
        return None

    def reference(self, slug=""):
        return ModuleType("katas.of_nothing")


def lacks_a_return(test="none"):
    because = "what comes back is an array"
    return failed(
        None, "returned", test=test, because=because, got="None: is a return missing?"
    )


def replays(theirs):
    """Return what has each outcome of a mistake ready, by test."""

    class Ready(NoReplay):
        items = tuple(map(Item, theirs))

        def outcome_of_mistake(self, item, mistake):
            return theirs[item.nodeid] if mistake.code == "scales-twice" else passed()

    return Ready()


def test_beside_a_missing_return_numbers_that_agree_are_identified(clone):
    (kata,) = katas(clone.root)
    mine = [failed(2 * X, want=X, test="a"), lacks_a_return()]
    found = pytest_dojo_diagnose(Verdict("scaling", "scale", mine), kata, NoReplay())
    assert (found.code, found.tests) == ("factor", {"a"})
    assert found.says.endswith("this does not hold: what comes back is an array.")
    mine.append(failed(3 * X, want=X, test="b"))
    verdict = Verdict("scaling", "scale", mine)
    assert pytest_dojo_diagnose(verdict, kata, NoReplay()) is None


def test_beside_a_missing_return_a_known_mistake_of_all_numbers_is_named(clone):
    (kata,) = katas(clone.root)
    mine = [failed(X, test="a"), lacks_a_return()]
    theirs = {"a": failed(X), "none": failed(X)}
    verdict = Verdict("scaling", "scale", mine)
    found = pytest_dojo_diagnose(verdict, kata, replays(theirs))
    assert (found.code, found.tests) == ("scales-twice", {"a"})
    assert found.says.endswith("this does not hold: what comes back is an array.")
    mine.append(failed(X * X, test="b"))
    assert (
        pytest_dojo_diagnose(verdict, kata, replays({**theirs, "b": passed()})) is None
    )


def test_a_known_mistake_may_return_nothing_somewhere_too(clone):
    (kata,) = katas(clone.root)
    mine = [failed(X, test="a"), lacks_a_return()]
    gave_none = lacks_a_return()
    gave_none.got = "None: its return gave None, or was not reached"
    theirs = replays({"a": failed(X), "none": gave_none})
    found = pytest_dojo_diagnose(Verdict("scaling", "scale", mine), kata, theirs)
    assert (found.code, found.tests) == ("scales-twice", {"a", "none"})
    assert "does not hold" not in found.says


def test_beside_a_missing_return_an_error_is_no_number(clone):
    (kata,) = katas(clone.root)
    error = failed(None, "returned", got="KeyError: 'k'", test="a")
    theirs = replays({"a": error, "none": lacks_a_return()})
    assert pytest_dojo_diagnose(Verdict("scaling", "scale", [error]), kata, theirs)
    verdict = Verdict("scaling", "scale", [error, lacks_a_return()])
    assert pytest_dojo_diagnose(verdict, kata, theirs) is None


def test_a_missing_return_is_no_known_mistake_though_one_lacks_it_too(clone):
    (kata,) = katas(clone.root)
    mine = failed(None, "returned", got="None: is a return missing?")
    mine.test = "a"

    class Same(NoReplay):
        items = (Item("a"),)

        def outcome_of_mistake(self, item, mistake):
            return mine

    verdict = Verdict("scaling", "scale", [mine])
    assert pytest_dojo_diagnose(verdict, kata, Same()) is None
    mine.got = "KeyError: 'k'"
    assert pytest_dojo_diagnose(verdict, kata, Same()).code == "adds-the-factor"


def test_a_known_mistake_comes_before_a_relation(clone):
    bank = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    text = bank.read_text("utf-8")
    doubles = (
        '\n\n@mistake("scale", "Two factors.")\n'
        "def doubles(x, factor=3.0):\n    return 2 * factor * x\n"
    )
    bank.write_text(text + doubles, "utf-8")
    clone.answer("def scale(x, factor=3.0): return _checked(factor) * 2 * x")
    assert clone.verdicts()["scale"]["diagnosis"]["code"] == "doubles"


def test_what_a_mistake_finds_is_no_part_of_the_verdict(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            return _checked(factor) * np.sin(x)
    """)
    verdicts = clone.verdicts()
    assert verdicts["scale"]["because"] == "every entry is multiplied by the factor"
    assert verdicts["scale"]["diagnosis"] is None
    assert verdicts["mean_square"]["state"] == "passed"
    ran = clone.graded()
    assert "2 failed, 3 passed" in ran.out


class Replays:
    """Runs the first failing test again in the middle of a diagnosis."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_dojo_diagnose(self, verdict, kata, replay):
        answers = replay.run.seam.answers(kata)
        self.wanted = [
            replay.outcome(replay.items[0], answers, seed).values[1]
            for seed in (7, None, 7)
        ]


def test_a_test_runs_again_with_another_seed_and_then_with_its_own(clone):
    clone.answer("def scale(x, factor=3.0): return _checked(factor) * np.sin(x)")
    replays = Replays()
    clone.graded("--seed=5", plugins=[replays])
    drawn = [np.random.default_rng(seed).normal(size=(3, 5)) for seed in (7, 5, 7)]
    assert all(map(np.array_equal, replays.wanted, [2.5 * x for x in drawn]))
