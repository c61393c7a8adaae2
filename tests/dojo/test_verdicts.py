"""From a test's end to a verdict: what runs, what it counts for, what is published."""

import faulthandler
import json
import os
import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from dojo.compare.words import ERROR_LIMIT
from dojo.kata.stubs import stub_of
from dojo.verdict import outcomes, verdicts
from dojo.verdict.plainest import plainness
from dojo.verdict.traceback_text import traced
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Diagnosis,
    Outcome,
    Verdict,
)

STEPS = """\
    '''Steps: a second kata, whose functions can be left out, train and depend.

    Level: 1 of 5
    Minutes: 5
    Needs: scaling
    Optional: spare
    '''

    import numpy as np

    __all__ = ["step", "step_back", "spare"]


    def step(x: float) -> float:
        return x + 1.0


    def step_back(x: float) -> float:
        return x - 1.0


    def spare(x: float) -> float:
        return x
"""
STEPS_GRADER = """\
    import numpy as np

    from dojo.grading import assert_close, slow
    from katas.ch0_tiny.k02_steps import spare, step, step_back


    @slow(30)
    def test_step_many_times():
        x = 0.0
        for _ in range(9):
            x = step(x)
        assert_close(x, 9.0, "nine steps")


    def test_step_is_one():
        assert_close(step(2.0), 3.0, "a step is one")


    def test_step_back_is_one():
        assert_close(step_back(2.0), 1.0, "a step back is one")


    def test_step_back_by_chance(rng):
        x = float(rng.integers(100))
        assert_close(step_back(x), x - 1.0, "a step back is one, wherever it begins")


    def test_spare_keeps():
        assert_close(spare(2.0), 2.0, "nothing changes")
"""
GRADER = "tests/ch0_tiny/test_k02_steps.py"


class Listener:
    """Keeps what a run publishes."""

    def pytest_dojo_verdicts(self, verdicts):
        self.verdicts = verdicts


@pytest.fixture
def steps(clone):
    """Grade an answer to the second kata: the reference with a text replaced."""

    def graded(*options, old="", new=""):
        assert old in STEPS
        clone.add_kata("k02_steps", STEPS, STEPS_GRADER, STEPS.replace(old, new))
        return clone.verdicts(GRADER, *options)

    return graded


def test_an_optional_function_may_be_left_out(steps, clone):
    kept = steps(old="def spare", new="def other")
    assert kept["spare"]["state"] == "skipped"
    assert kept["spare"]["because"] == kept["spare"]["test"] == ""
    assert {kept[name]["state"] for name in ("step", "step_back")} == {"passed"}
    assert clone.graded(GRADER).status == 0


def test_an_optional_function_may_be_left_as_the_stub(steps, clone):
    kept = steps(old="return x\n", new="raise NotImplementedError\n")
    assert {name: one["state"] for name, one in kept.items()} == {
        "step": "passed", "step_back": "passed", "spare": "skipped",
    }  # fmt: skip
    assert clone.graded(GRADER).status == 0


def test_an_optional_function_that_is_half_written_fails(steps, clone):
    half = "if x > 2:\n            raise NotImplementedError\n        return x"
    grader = (
        STEPS_GRADER
        + """
    def test_spare_keeps_three():
        assert_close(spare(3.0), 3.0, "nothing changes")
    """
    )
    clone.add_kata("k02_steps", STEPS, grader, STEPS.replace("return x\n", half))
    spare = clone.verdicts(GRADER)["spare"]
    assert (spare["state"], spare["because"]) == ("failed", "spare is not started")
    assert clone.graded(GRADER).status == 1


def test_a_function_that_is_not_optional_may_not(steps, clone):
    assert steps(old="def step_back", new="def other")["step_back"]["state"] == "failed"
    assert clone.graded(GRADER).status == 1


def test_a_test_belongs_to_the_longest_name_that_fits(steps):
    assert steps(old="x - 1.0", new="x")["step"]["state"] == "passed"
    assert steps(old="x - 1.0", new="x")["step_back"]["state"] == "failed"


def test_what_trains_runs_last_and_not_after_a_failure(steps, clone):
    graded = steps(old="x + 1.0", new="x + 2.0")["step"]
    assert graded["because"] == "a step is one"
    assert "1 failed, 3 passed, 1 skipped" in clone.graded(GRADER).out
    assert list(steps()) == ["step", "step_back", "spare"]
    unstarted = steps(old="return x + 1.0", new="raise NotImplementedError")
    assert unstarted["step"]["state"] == "not started"
    ran = clone.graded(GRADER)
    assert "3 passed, 2 not started" in ran.out
    assert "skipped" not in ran.out


def test_what_trains_has_a_limit_of_its_own(steps, clone):
    steps("--progress=progress")
    lines = (clone.root / "progress").read_text("utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    limits = [note["limit"] for note in notes if "limit" in note]
    assert limits == [0.5, 0.5, 0.5, 0.5, 30.0]


def test_what_trains_is_not_run_again_for_a_diagnosis(steps, clone):
    names = []

    class Diagnosing:
        @pytest.hookimpl(tryfirst=True)
        def pytest_dojo_diagnose(self, replay):
            names.extend(item.name for item in replay.items)

    steps(old="x + 1.0", new="x + 2.0")
    clone.graded(GRADER, plugins=[Diagnosing()])
    assert names == ["test_step_is_one"]


def test_what_fails_only_where_it_trains_has_failed(steps):
    graded = steps(old="x + 1.0", new="x + 1.0 if x < 5 else x")
    assert graded["step"]["state"] == "failed"
    assert graded["step"]["because"] == "nine steps"


def test_a_seed_changes_what_is_drawn_and_an_answer_right_on_one_is_wrong(steps):
    seeds = {f"--seed={seed}" for seed in range(4)}
    right = "x - 1.0 if x in (2.0, 85.0) else 0.0"
    states = {
        s: steps(s, old="x - 1.0", new=right)["step_back"]["state"] for s in seeds
    }
    assert states.pop("--seed=0") == "passed"
    assert set(states.values()) == {"failed"}


def test_each_test_has_a_generator_of_its_own(clone):
    grader = """
        import numpy as np
        from dojo.grading import assert_close, assert_that
        from katas.ch0_tiny.k02_steps import spare, step, step_back

        def test_step_by_numpy(rng, seed):
            assert_close(rng.random(), np.random.default_rng(seed).random(), "new")
            step(1.0), assert_that(seed == 5, "the seed that was given")

        def test_step_by_numpy_again(rng, seed):
            assert_close(rng.random(), np.random.default_rng(seed).random(), "new")
            step(1.0)

        def test_step_by_torch(generator):
            assert_that(generator.initial_seed() == 5, "the seed that was given")
            step(1.0)
    """
    clone.add_kata("k02_steps", STEPS, grader, STEPS)
    assert clone.verdicts(GRADER, "--seed=5")["step"]["state"] == "passed"


def test_torch_s_global_generator_begins_anew_for_every_test(clone):
    grader = """
        import torch
        from dojo.grading import assert_that
        from katas.ch0_tiny.k02_steps import spare, step, step_back

        DRAWN = []

        def test_step_draws():
            DRAWN.append(torch.rand(3)), step(1.0)

        def test_step_draws_the_same_again():
            assert_that(torch.equal(torch.rand(3), DRAWN[0]), "it begins anew")
            there = torch.default_generator.get_state()
            torch.manual_seed(5), torch.rand(3)
            moved = not torch.equal(torch.default_generator.get_state(), there)
            assert_that(moved, "who seeds it as usual is seen"), step(1.0)
    """
    clone.add_kata("k02_steps", STEPS, grader, STEPS)
    assert clone.verdicts(GRADER, "--seed=5")["step"]["state"] == "passed"


def test_one_function_alone_is_graded_on_request(steps, clone):
    assert list(steps("--only=step")) == ["step"]
    assert list(clone.verdicts("--only=mean_square")) == ["mean_square"]


def test_a_list_of_tests_grades_nothing(clone):
    clone.answer("")
    ran = clone.graded("--collect-only", "-q")
    assert ran.status == 0
    assert "failed" not in ran.out
    assert clone.verdicts("--collect-only") == {}


def test_not_all_started_is_failed_and_exits_1(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            if factor < 0:
                raise ValueError
            raise NotImplementedError
    """)
    assert clone.verdicts()["scale"]["state"] == "failed"
    assert clone.graded().status == 1


def test_the_state_of_a_function_is_that_of_its_worst_test():
    def state(*states):
        return Verdict("k", "f", [Outcome("k", "f", s, s) for s in states]).state

    assert state(PASSED, PASSED) == PASSED
    assert state(PASSED, FAILED, NOT_STARTED, SKIPPED) == FAILED
    assert state(PASSED, NOT_STARTED) == FAILED
    assert state(NOT_STARTED, SKIPPED) == NOT_STARTED
    assert state(PASSED, SKIPPED) == PASSED
    assert state(SKIPPED) == SKIPPED


def test_a_verdict_shows_the_first_failure_and_adds_up_the_time():
    verdict = Verdict("k", "f", [])
    for test, state in (
        ("a", PASSED),
        ("b", NOT_STARTED),
        ("c", FAILED),
        ("d", FAILED),
    ):
        outcome = Outcome("k", "f", test, state, "values", f"because {test}")
        outcome.seconds, outcome.printed, outcome.line = 0.25, test, ord(test)
        verdict.outcomes.append(outcome)
    assert verdict.first.test == "c"
    record = verdict.full_record()
    assert (record["test"], record["because"]) == ("c", "because c")
    assert (record["seconds"], record["tests"], record["passes"]) == (1.0, 4, 1)
    assert (record["printed"], record["line"]) == ("a", ord("c"))
    assert record["lines"] == ["because c"]
    assert verdict.headline() == "because c"
    verdict.diagnosis = Diagnosis("code", "Sentence.")
    assert verdict.full_record()["lines"] == ["code: Sentence.", "because c"]
    assert verdict.record()["diagnosis"] == {"code": "code", "says": "Sentence."}


def failure(test, plainness=(), because=""):
    outcome = Outcome("k", "f", test, FAILED, "values", because or test, "1", "2")
    outcome.plainness = plainness
    return outcome


def test_the_plainest_failure_is_shown():
    order = [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0)]
    failures = [failure(f"t{place}", place) for place in order]
    for number in range(len(order), 0, -1):
        shown = Verdict("k", "f", failures[:number]).first
        assert shown is failures[number - 1]


def test_of_equally_plain_failures_the_one_that_is_explained_is_shown():
    verdict = Verdict("k", "f", [failure("a"), failure("b"), failure("c")])
    assert verdict.first.test == "a"
    verdict.diagnosis = Diagnosis("code", "Sentence.", frozenset("bc"))
    assert verdict.first.test == "b"


def test_what_does_not_explain_the_plainest_failure_comes_after_it():
    plain, far = failure("plain", (0,), "it is twice as much"), failure("far", (1,))
    says = f"Sentence.{verdicts.BESIDES} it is twice as much."
    verdict = Verdict("k", "f", [far, plain])
    verdict.diagnosis = Diagnosis("code", says, frozenset({"far"}))
    assert verdict.headline() == "it is twice as much"
    facts = ["it is twice as much", "returned: 1", "expected: 2"]
    assert verdict.lines() == [*facts, "besides:  code: Sentence."]
    assert verdict.record()["diagnosis"] == {"code": "code", "says": says}
    verdict.diagnosis = Diagnosis("code", "Sentence.", frozenset({"far", "plain"}))
    assert verdict.lines() == ["code: Sentence.", *facts]


def test_a_named_mistake_that_explains_less_does_not_lead(clone):
    clone.add_kata(
        "k02_steps",
        STEPS,
        """
        from dojo.grading import assert_close
        from katas.ch0_tiny.k02_steps import step

        def test_step_far_out():
            assert_close(step(5000.0), 5001.0, "far out")

        def test_step_farther_out():
            assert_close(step(9000.0), 9001.0, "farther out")

        def test_step_is_one():
            assert_close(step(2.0), 3.0, "a step is one")
        """,
        STEPS.replace("return x + 1.0", "return x + 3 if x < 9 else x * 2"),
    )
    bank = clone.root / "tests/ch0_tiny/mistakes_k02_steps.py"
    bank.write_text(
        'from dojo.grading import mistake\n\n\n@mistake("step", "Says.")\n'
        "def doubles_far_out(x):\n    return x + 1 if x < 9 else x * 2\n"
    )
    listener = Listener()
    shown = clone.graded(GRADER, plugins=[listener]).out
    named = re.findall(r"_ (test_\w+) _+\ndoubles-far-out: Says", shown)
    assert named == ["test_step_far_out", "test_step_farther_out"]
    assert "failed       step  a step is one" in shown
    assert listener.verdicts[0].lines() == [
        "a step is one",
        "called:   step(2.0)",
        "returned: 5",
        "expected: 3",
        "besides:  doubles-far-out: Says.",
    ]


PLACES = {
    "few by hand": ({"z": np.ones(5)}, np.ones(5), "values", False, (0, 0, 0, 1)),
    "eleven": ({"z": np.ones(11)}, np.ones(5), "values", False, (0, 0, 0, 2)),
    "many": ({"X": [np.ones((9, 9)), {"W": np.ones((9, 9))}]}, 1.0, "shape", False,
             (0, 0, 0, 3)),
    "random": ({"z": torch.ones(5)}, np.ones(5), "gradient", True, (0, 0, 1, 1)),
    "large": ({"z": np.array([-1e3])}, 0.0, "values", False, (0, 1, 0, 1)),
    "NaN": ({"z": np.array([np.nan])}, 0.0, "values", False, (0, 1, 0, 1)),
    "below a thousand": ({"z": np.array([999.0])}, 0.0, "shape", False, (0, 0, 0, 1)),
    "infinite": ({"z": 1.0}, np.array([np.inf]), "values", False, (0, 1, 0, 1)),
    "a large size": ({"n": 10_000, "name": "relu"}, 0.1, "values", False, (0, 0, 0, 1)),
    "nothing": ({"z": np.ones((0, 3))}, np.ones((0, 3)), "dtype", False, (0, 0, 0, 9)),
    "no numbers": ({"name": "x"}, None, "values", False, (0, 0, 0, 1)),
    "no error": ({"z": 1.0}, None, "raises", False, (1, 0, 0, 1)),
    "no end": ({"z": np.ones(99)}, None, "time", True, (1, 0, 0, 0)),
    "a statistic": ({"z": 1.0}, 1.0, "statistics", True, (1, 0, 1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("what", PLACES)
def test_an_example_is_plain_by_its_numbers(what):
    arguments, want, rung, draws, place = PLACES[what]
    outcome = Outcome("k", "f", "t", FAILED, rung, arguments=arguments)
    outcome.values = (0.0, want)
    assert plainness(outcome, draws) == place


def test_the_call_that_failed_is_told(clone):
    clone.answer("def scale(x, factor=3.0): return x + 1")
    listener = Listener()
    clone.graded(plugins=[listener])
    record = listener.verdicts[0].full_record()
    call = "scale(x: float64 array of shape (3, 5), 2.5)"
    assert record["call"] == call
    assert record["lines"][1] == f"called:   {call}"
    assert record["arguments"][:2] == [call, "x = an array of shape (3, 5), float64"]


def test_a_passed_function_shows_no_facts():
    outcome = Outcome("k", "f", "t", PASSED, "values", "b", "g", "w")
    record = Verdict("k", "f", [outcome]).record()
    assert [record[name] for name in ("rung", "because", "got", "want", "test")] == (
        [""] * 5
    )


def test_the_document_keeps_to_the_public_fields():
    record = Verdict("k", "f", [Outcome("k", "f", "t", PASSED)]).full_record()
    document = verdicts.document([record], "katas")
    assert list(document) == ["schema", "graded", "functions"]
    assert document["schema"] == verdicts.SCHEMA == 1
    assert list(document["functions"][0]) == [
        "kata", "function", "state", "rung", "because", "got", "want", "test",
        "seconds", "diagnosis", "where",
    ]  # fmt: skip


@pytest.mark.parametrize("whose", ["katas", "solutions", "hers"])
def test_the_document_says_whose_answers_were_graded(clone, whose):
    clone.answer("", folder="hers")
    options = {"katas": [], "solutions": ["--solutions"], "hers": ["--katas=hers"]}
    clone.graded(*options[whose], "--verdicts=out.json")
    document = json.loads((clone.root / "out.json").read_text("utf-8"))
    graded = {"hers": str((clone.root / "hers").resolve())}
    assert document["graded"] == graded.get(whose, whose)
    state = "not started" if whose == "katas" else "passed"
    assert {v["state"] for v in document["functions"]} == {state}


def test_a_failure_names_the_test_its_time_and_the_learners_line(clone):
    path = clone.answer("""
        import time
        def scale(x, factor=3.0):
            time.sleep(0.05)
            raise KeyError("k")
    """)
    verdict = clone.verdicts()["scale"]
    test = "tests/ch0_tiny/test_k01_scaling.py::test_scale_multiplies_each_entry"
    assert verdict["test"] == test
    assert 0.15 <= verdict["seconds"] < 2
    line = path.read_text("utf-8").splitlines().index('    raise KeyError("k")') + 1
    assert f'where:    k01_scaling.py:{line}: raise KeyError("k")' in clone.graded().out


def test_what_ran_out_of_time_is_not_run_again(clone, tmp_path):
    clone.limit(0.05)
    clone.answer(f"""
        import time
        def scale(x, factor=3.0):
            with open({str(tmp_path / "calls")!r}, "a") as calls:
                calls.write("x")
            time.sleep(3)
    """)
    listener = Listener()
    clone.graded(plugins=[listener])
    outcomes = listener.verdicts[0].outcomes
    assert [(outcome.rung, outcome.because) for outcome in outcomes] == [
        ("time", "scale did not end within 0.2 s"),
        ("time", "scale already ran out of time"),
        ("time", "scale already ran out of time"),
    ]
    assert (tmp_path / "calls").read_text() == "x"
    assert listener.verdicts[0].first is outcomes[0]
    assert [outcome.call is None for outcome in outcomes] == [False, True, True]


def test_an_error_has_one_short_line(clone):
    clone.answer("def scale(x, factor=3.0): raise KeyError('a' * 500 + chr(10) + 'b')")
    got = clone.verdicts()["scale"]["got"]
    assert got.startswith("KeyError: aaa")
    assert got.endswith("…")
    assert len(got) == len("KeyError: ") + ERROR_LIMIT
    clone.answer("""
        class Odd(Exception):
            def __str__(self):
                raise OSError
        def scale(x, factor=3.0):
            raise Odd
    """)
    assert clone.verdicts()["scale"]["got"] == "Odd: its text raised OSError"


TORCHS = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"


SYSTEMS = "import errno; raise OSError(errno.ENOMEM, 'Cannot allocate memory')"


@pytest.mark.parametrize(
    "taken", ["np.empty(n)", f"raise RuntimeError({TORCHS!r})", SYSTEMS]
)
def test_an_answer_that_takes_more_than_its_share_of_memory_fails_alone(clone, taken):
    pytest.importorskip("resource", reason="this system has no such limit")
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    share = max(total // 4, 4 * 2**30)
    clone.answer(f"""
        def scale(x, factor=3.0):
            n = {share // 8}
            {taken}
            return _checked(factor) * x
    """)
    verdicts = clone.verdicts()
    assert verdicts["scale"]["because"] == "scale ran out of memory"
    assert verdicts["scale"]["rung"] == "returned"
    assert verdicts["mean_square"]["state"] == "passed"


def test_an_error_that_was_asked_for_and_did_not_come_is_told(clone):
    text = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    source = text.read_text("utf-8").replace(
        'raises(ValueError, because="a negative factor is an error")',
        "pytest.raises(ValueError)",
    )
    text.write_text(f"import pytest\n{source}", "utf-8")
    clone.answer("def scale(x, factor=3.0): return factor * x")
    verdict = clone.verdicts()["scale"]
    assert (verdict["rung"], verdict["got"]) == ("raises", "no error")
    assert verdict["because"] == "scale must raise an error here"
    assert "ValueError" in verdict["want"]


def test_a_graders_plain_assertion_gives_its_words(clone):
    text = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    source = text.read_text("utf-8") + (
        "\n\ndef test_mean_square_is_positive():\n"
        "    assert mean_square(np.ones(2)) < 0, 'it is below zero'\n"
    )
    text.write_text(source, "utf-8")
    verdict = clone.verdicts("--solutions")["mean_square"]
    assert verdict["because"].startswith("it is below zero")
    assert verdict["rung"] == "values"


BARE = {
    "no fact": "assert_that(y == 2.0, 'equal')",
    "a no": "assert_equal([y == 2.0], [True], 'equal')",
}


@pytest.mark.parametrize("what", BARE)
def test_a_test_that_shows_yes_or_no_shows_the_kind_of_what_came(clone, what):
    grader = f"""
        from dojo.grading import assert_equal, assert_that
        from katas.ch0_tiny.k02_steps import spare, step, step_back

        def test_step_back_keeps():
            y = step_back(2.0)
            {BARE[what]}
    """
    clone.add_kata("k02_steps", STEPS, grader, STEPS)
    verdict = clone.verdicts(GRADER)["step_back"]
    assert (verdict["got"], verdict["want"]) == ("float 1", "")


def test_a_grader_that_skips_a_test_has_not_passed_it(clone):
    text = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    source = text.read_text("utf-8") + (
        "\n\ndef test_mean_square_on_mondays():\n"
        "    import pytest\n    pytest.skip('no monday')\n"
    )
    text.write_text(source, "utf-8")
    ran = clone.graded("--solutions")
    assert ran.status == 1
    assert "1 failed, 5 passed" in ran.out


def test_an_assertion_of_the_answer_is_an_error_of_its_own(clone):
    clone.answer("def scale(x, factor=3.0): assert factor == 0, 'mine'")
    verdict = clone.verdicts()["scale"]
    assert verdict["rung"] == "returned"
    assert verdict["got"].startswith("AssertionError: mine")


def test_a_diagnosis_that_fails_takes_no_verdict_away(clone):
    (clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py").write_text(
        'from dojo.grading import mistake\n\n\n@mistake("scale", "Says.")\n'
        "def wrong(x, factor=3.0):\n    return x\n\n\nraise OSError('the bank')\n",
        "utf-8",
    )
    clone.answer("def scale(x, factor=3.0): return x + 1")
    ran = clone.graded()
    assert ran.status == 1
    assert "the diagnosis failed, the verdict stands: scale: OSError" in ran.out
    assert clone.verdicts()["scale"]["state"] == "failed"


def test_a_traceback_leaves_out_the_machinery_and_keeps_the_answer(clone):
    path = clone.answer("def scale(x, factor=3.0): raise KeyError('k')")
    listener = Listener()
    clone.graded(plugins=[listener])
    text = listener.verdicts[0].full_record()["traceback"]
    files = re.findall('File "([^"]+)"', text)
    assert files[0].endswith("test_k01_scaling.py")
    assert files[-1] == str(path)
    assert len(files) == 2
    assert text.endswith("KeyError: 'k'\n")
    assert traced(None) == ""


def test_a_runaway_recursion_has_a_short_traceback(clone):
    clone.answer("""
        def _one(x):
            return _other(x)
        def _other(x):
            return _one(x)
        def scale(x, factor=3.0):
            return _one(x)
    """)
    listener = Listener()
    clone.graded(plugins=[listener])
    record = listener.verdicts[0].full_record()
    assert record["got"].startswith("RecursionError")
    assert 10 < record["traceback"].count("File ") <= 40


def test_a_grader_sees_the_attributes_of_an_answer(clone):
    grader = """
        from dojo.grading import assert_equal
        from katas.ch0_tiny.k02_sizes import Net

        def test_net_has_a_size():
            assert_equal(Net.size, 3, "a net has three layers")
    """
    kata = '__all__ = ["Net"]\n\n\nclass Net:\n    size = 3\n'
    clone.add_kata("k02_sizes", kata, grader, kata)
    verdicts = clone.verdicts("tests/ch0_tiny/test_k02_sizes.py")
    assert verdicts["Net"]["state"] == "passed"


def test_an_object_that_lacks_an_attribute_is_what_came(clone):
    grader = """
        from dojo.grading import assert_equal
        from katas.ch0_tiny.k02_sizes import Net

        def test_net_has_a_size():
            assert_equal(Net(3).size, 3, "a net has three layers")
    """
    kata = '__all__ = ["Net"]\n\n\nclass Net:\n    def __init__(self, n):\n'
    right, wrong = (f"{kata}        self.{name} = n\n" for name in ("size", "count"))
    clone.add_kata("k02_sizes", right, grader, wrong)
    listener = Listener()
    clone.graded("tests/ch0_tiny/test_k02_sizes.py", plugins=[listener])
    lines = listener.verdicts[0].lines()
    assert lines[:3] == [
        "Net needs something named size",
        "called:   Net(3)",
        "returned: an object with count, but no size",
    ]


NET = """\
import torch
from torch import nn

__all__ = ["Net"]


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layer = nn.Linear(n, 2)

    def forward(self, x):
        return self.layer(x)
"""
NET_GRADER = """
    import torch
    from dojo.grading import assert_close, assert_equal
    from katas.ch0_tiny.k02_nets import Net

    def test_net_has_a_layer():
        assert_equal(Net(3).layer.in_features, 3, "the layer takes n numbers")

    def test_net_is_its_layer(generator):
        net, x = Net(3), torch.randn(5, 3, generator=generator)
        assert_close(net(x), net.layer(x), "the net is its layer")
"""
FORWARD = "    def forward(self, x):\n        return self.layer(x)\n"
BEGIN = "        super().__init__()\n        self.layer = nn.Linear(n, 2)\n"
NOTHING = "        raise NotImplementedError\n"
PARTS = {  # of a class: what it lacks, what the verdict leads with, and what came
    "forward is not started": (
        FORWARD,
        FORWARD.replace("return self.layer(x)", NOTHING[8:-1]),
        "failed",
        "Net.forward is not started",
        "",
    ),
    "no method is begun": (
        FORWARD + BEGIN,
        "",
        "not started",
        "Net is not started",
        "",
    ),
    "only __init__ is not started": (
        BEGIN,
        NOTHING,
        "not started",
        "Net.__init__ is not started",
        "",
    ),
    "forward is missing": (
        FORWARD,
        "",
        "failed",
        "Net needs a method named forward",
        "an object with layer, but no forward",
    ),
    "forward is misspelled": (
        "forward",
        "foward",
        "failed",
        "Net needs a method named forward",
        "an object with foward, but no forward",
    ),
    "an attribute is missing": (
        "self.layer",
        "self.linear",
        "failed",
        "Net needs something named layer",
        "an object with forward, linear, but no layer",
    ),
    "__init__ returns": (
        BEGIN,
        BEGIN + "        return self\n",
        "failed",
        "Net.__init__ returns nothing: leave the return out",
        "a Net",
    ),
    "the class has another name": (
        "Net(",
        "MyNet(",
        "failed",
        "k02_nets.py has no class named Net; it has MyNet",
        "",
    ),
}


@pytest.mark.parametrize("lacks", PARTS)
def test_of_a_class_the_part_that_is_missing_is_named(clone, lacks):
    old, new, state, because, got = PARTS[lacks]
    mine = NET.replace(old, new)
    if lacks == "no method is begun":
        mine = stub_of(NET)
    clone.add_kata("k02_nets", NET, NET_GRADER, mine)
    verdict = clone.verdicts("tests/ch0_tiny/test_k02_nets.py")["Net"]
    assert (verdict["state"], verdict["because"]) == (state, because)
    assert verdict["got"] == got
    ran = clone.graded("-q", "tests/ch0_tiny/test_k02_nets.py")
    assert "diagnosis failed" not in ran.out + ran.err
    assert (because in ran.out) == (lacks != "no method is begun")


def test_each_method_counts_its_calls_by_itself(clone):
    clone.add_kata("k02_nets", NET, NET_GRADER, NET.replace("self.layer(x)", "x"))
    listener = Listener()
    clone.graded("tests/ch0_tiny/test_k02_nets.py", plugins=[listener])
    (called,) = [x for x in listener.verdicts[0].lines() if x.startswith("called")]
    assert called.startswith("called:   Net.forward(x: ")
    assert "call 2" not in called


def test_what_is_printed_is_cut_at_its_limit():
    limit = outcomes.PRINTED_LIMIT
    assert outcomes._cut("x" * limit) == "x" * limit
    cut = outcomes._cut("x" * (limit + 1))
    assert cut == "x" * limit + f"\n… cut: {limit + 1:,} characters were printed"


def test_the_tools_own_tests_run_only_when_they_are_named(clone):
    own = clone.root / "tests" / "dojo"
    own.mkdir()
    (own / "test_tool.py").write_text("def test_it():\n    pass\n", "utf-8")
    assert "3 passed" not in clone.graded("--solutions").out
    assert "5 passed" in clone.graded("--solutions").out
    assert "1 passed" in clone.graded("tests/dojo").out
    assert "1 passed" in clone.graded("tests/dojo/test_tool.py::test_it").out


def test_a_run_gives_back_what_it_took_of_the_process(clone):
    clone.answer("")
    folder = Path("/proc/self/fd")
    clone.graded()
    before = list(sys.meta_path), folder.is_dir() and len(list(folder.iterdir()))
    clone.graded()
    after = list(sys.meta_path), folder.is_dir() and len(list(folder.iterdir()))
    assert after == before
    assert not faulthandler.unregister(signal.SIGVTALRM)


def test_a_test_that_grades_no_function_is_wrong_use(clone):
    text = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    source = text.read_text("utf-8").replace("def test_scale_uses", "def test_uses")
    text.write_text(source, "utf-8")
    ran = clone.graded()
    assert ran.status == 4
    assert "begin it with test_ and one of scale, mean_square" in ran.err


def test_torch_computes_with_one_thread(clone):
    clone.answer("""
        import torch
        def mean_square(x):
            assert torch.get_num_threads() == 1
            return float(np.square(x).mean())
    """)
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert clone.verdicts()["mean_square"]["state"] == "passed"
    finally:
        torch.set_num_threads(before)


def test_a_kata_of_numpy_is_written_without_torch(clone):
    clone.answer("""
        import torch
        def scale(x, factor=3.0):
            return torch.from_numpy(x).mul(factor).numpy()
    """)
    verdict = clone.verdicts()["scale"]
    assert verdict["rung"] == "forbidden"
    assert verdict["because"] == "this kata is written in NumPy alone"


def test_what_one_test_sets_for_all_of_torch_is_undone_before_the_next(clone):
    text = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    source = text.read_text("utf-8") + (
        "\n\ndef test_scale_sets():\n    import torch\n"
        "    torch.set_default_dtype(torch.float64)\n    scale(np.ones(2))\n"
        "\n\ndef test_scale_sees():\n    import torch\n    scale(np.ones(2))\n"
        "    assert torch.get_default_dtype() == torch.float32\n"
    )
    text.write_text(source, "utf-8")
    assert clone.verdicts("--solutions")["scale"]["state"] == "passed"


def test_a_result_that_ends_the_run_when_it_is_read_fails_alone(clone):
    clone.answer("""
        import pytest
        class Ends(np.ndarray):
            @property
            def shape(self):
                pytest.exit("all is well", returncode=0)
        def scale(x, factor=3.0):
            return (factor * x).view(Ends)
    """)
    assert clone.graded().status == 1
    verdicts = clone.verdicts()
    assert verdicts["scale"]["because"] == "scale must return, not end the run"
    assert verdicts["mean_square"]["state"] == "passed"
