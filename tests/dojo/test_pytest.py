"""How `pytest` grades: options, verdicts, exit status, the words on the screen."""

import json

import pytest
import torch
from forked_python import COLD

from dojo.answer import clock
from dojo.kata import catalog
from dojo.worker.grade import grade


def test_an_untouched_clone_is_not_started_without_a_traceback(clone):
    ran = clone.pytest(**{COLD: "1"})
    assert ran.status == 1
    lines = [line for line in ran.out.splitlines() if line.startswith("  not started")]
    assert [line.split()[-1] for line in lines] == ["scale", "mean_square"]
    assert "Traceback" not in ran.out
    assert "FAILURES" not in ran.out


def test_the_reference_passes(clone):
    ran = clone.graded("--solutions")
    assert ran.status == 0, ran.out
    assert "5 passed" in ran.out


def test_k_selects_what_is_graded(clone):
    verdicts = clone.verdicts("--solutions", "-k", "mean_square")
    assert list(verdicts) == ["mean_square"]


def test_a_folder_with_one_file_is_graded_from_anywhere(clone, tmp_path):
    clone.answer("", folder="hers")
    elsewhere = tmp_path / "far" / "away"
    elsewhere.mkdir(parents=True)
    ran = clone.graded(f"--katas={clone.root / 'hers'}", str(clone.root), cwd=elsewhere)
    assert ran.status == 0, ran.out
    relative = clone.graded("--katas=../../clone/hers", str(clone.root), cwd=elsewhere)
    assert relative.status == 0, relative.out


def test_a_folder_without_the_file_counts_as_not_started(clone):
    (clone.root / "empty").mkdir()
    verdicts = clone.verdicts("--katas=empty")
    assert {v["state"] for v in verdicts.values()} == {"not started"}


@pytest.mark.parametrize("option", ["--katas=nowhere", "--katas=hers --solutions"])
def test_wrong_use_is_an_error(clone, option):
    ran = clone.graded(*option.split())
    assert ran.status == 4
    assert "nowhere" in ran.err or "exclude" in ran.err


def test_a_known_mistake_stands_on_the_first_line_of_its_failure(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            if factor < 0:
                raise ValueError
            return factor + x
    """)
    lines = clone.graded().out.splitlines()
    at = next(i for i, line in enumerate(lines) if "_ test_scale_mul" in line)
    assert lines[at + 1].startswith("adds-the-factor: The factor is added")
    assert lines[at + 2] == "every entry is multiplied by the factor"


def test_a_mistake_is_named_though_something_else_is_wrong_besides(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            return factor + x
    """)
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "adds-the-factor"
    assert "wrong besides" in diagnosis["says"]
    assert "a negative factor is an error" in diagnosis["says"]


def test_a_constant_factor_is_named_by_what_it_equals(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            if factor < 0:
                raise ValueError
            return factor * x / len(x)
    """)
    diagnosis = clone.verdicts()["scale"]["diagnosis"]
    assert diagnosis["code"] == "factor"
    assert "1/N" in diagnosis["says"]


def test_what_matches_nothing_gets_the_plain_message(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            if factor < 0:
                raise ValueError
            return factor * np.sin(x)
    """)
    verdict = clone.verdicts()["scale"]
    assert verdict["diagnosis"] is None
    assert verdict["because"] == "every entry is multiplied by the factor"
    assert verdict["rung"] == "values"
    assert "of shape (3, 5); 15 of 15 entries differ" in clone.graded().out


def test_the_json_has_the_schema(clone):
    file = clone.root / "out" / "verdicts.json"
    clone.graded(f"--verdicts={file}")
    document = json.loads(file.read_text("utf-8"))
    assert (document["schema"], document["graded"]) == (1, "katas")
    fields = ["kata", "function", "state", "rung", "because", "got", "want", "test"]
    fields += ["seconds", "diagnosis", "where"]
    assert all(list(verdict) == fields for verdict in document["functions"])


ANSWERS = {
    "imports": ("def scale(x:", "SyntaxError"),
    "returned": ("def scale(x, factor=3.0): pass", "None"),
    "type": ("def scale(x, factor=3.0): return (factor * x).tolist()", "list"),
    "shape": ("def scale(x, factor=3.0): return factor * x[:1]", "shape (1, 5)"),
    "dtype": ("def scale(x, factor=3.0): return np.float32(factor * x)", "float32"),
    "finite": ("def scale(x, factor=3.0): return factor * x + np.nan", "nan"),
    "unchanged": ("def scale(x, factor=3.0):\n    x *= factor\n    return x", "array"),
    "forbidden": ("def mean_square(x): return float(np.var(x) + x.mean()**2)", "var"),
}


@pytest.mark.parametrize("rung", ANSWERS)
def test_each_rung_is_named(clone, rung):
    source, words = ANSWERS[rung]
    clone.answer(source)
    verdicts = clone.verdicts()
    function = "mean_square" if rung == "forbidden" else "scale"
    assert verdicts[function]["rung"] == rung
    assert words in verdicts[function]["because"] + verdicts[function]["got"]


def test_a_missing_function_leaves_the_others_graded(clone):
    clone.answer("del scale")
    verdicts = clone.verdicts()
    assert "no function named scale" in verdicts["scale"]["because"]
    assert verdicts["mean_square"]["state"] == "passed"


def test_an_import_error_is_one_line_with_file_and_line(clone):
    path = clone.answer("import nothing_of_that_name")
    line = path.read_text("utf-8").splitlines().index("import nothing_of_that_name") + 1
    because = clone.verdicts()["scale"]["because"]
    assert because.startswith(f"k01_scaling.py:{line}: ModuleNotFoundError")
    assert "\n" not in because


def test_an_answer_may_not_import_its_own_reference(clone):
    clone.answer("from solutions.ch0_tiny.k01_scaling import scale")
    assert "holds the answer" in clone.verdicts()["scale"]["because"]


@pytest.mark.parametrize(
    "ending",
    [
        "os._exit(0)",
        "os.execv('/bin/true', ['true'])",
        "os.execlp('true', 'true')",
        "sys.modules[os.name]._exit(0)",
    ],
)
def test_an_answer_cannot_end_the_process(clone, ending):
    clone.answer(f"""
        import os, sys
        def scale(x, factor=3.0):
            {ending}
    """)
    ran = clone.pytest("--verdicts=verdicts.json")
    assert ran.status == 1
    document = json.loads((clone.root / "verdicts.json").read_text("utf-8"))
    scale, mean_square = document["functions"]
    assert scale["because"] == "scale must return, not end the run"
    assert scale["got"].startswith("called os.")
    assert mean_square["state"] == "passed"


@pytest.mark.parametrize(
    ("ending", "got"),
    [
        ("sys.exit(0)", "SystemExit"),
        ("pytest.exit('x', returncode=0)", "Exit"),
        ("pytest.skip('x')", "Skipped"),
        ("raise GeneratorExit", "GeneratorExit"),
    ],
)
def test_an_answer_cannot_end_the_run(clone, ending, got):
    clone.answer(f"""
        import sys, pytest
        def scale(x, factor=3.0):
            {ending}
    """)
    assert clone.graded().status == 1
    verdicts = clone.verdicts()
    assert verdicts["scale"]["state"] == "failed"
    assert verdicts["scale"]["because"] == "scale must return, not end the run"
    assert verdicts["scale"]["got"] == got
    assert verdicts["mean_square"]["state"] == "passed"


def test_what_an_answer_prints_is_cut_and_said_so(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            print("x" * 1_000_000)
            return x
    """)
    ran = clone.graded()
    assert "cut: 1,000,001 characters were printed" in ran.out
    assert len(ran.out) < 20_000


def test_an_answer_cannot_end_the_process_well_after_it_failed(clone):
    clone.answer("""
        import os, weakref
        weakref.finalize(np.float64, os._exit, 0)
        def scale(x, factor=3.0):
            return x
    """)
    assert clone.pytest().status == 1


def test_what_an_answer_sets_for_all_of_torch_is_undone(clone):
    clone.answer("""
        import torch
        torch.set_default_dtype(torch.float64)
        torch.autograd.set_detect_anomaly(True)
    """)
    assert clone.verdicts()["scale"]["state"] == "passed"
    assert torch.get_default_dtype() == torch.float32
    assert not torch.is_anomaly_enabled()


def test_a_missing_return_comes_before_any_mistake(clone):
    clone.answer("""
        def mean_square(x):
            x.sum()
    """)
    verdict = clone.verdicts()["mean_square"]
    assert verdict["diagnosis"] is None
    assert "is a return missing?" in verdict["got"]


@pytest.mark.parametrize(
    "body",
    [
        "return {}.get(x.size)",
        "if x.size < 0:\n                return 1.0",
    ],
)
def test_a_return_that_gives_none_is_not_called_missing(clone, body):
    clone.answer(f"""
        def mean_square(x):
            {body}
    """)
    got = clone.verdicts()["mean_square"]["got"]
    assert got == "None: its return gave None, or was not reached"


def test_the_return_of_an_inner_function_is_not_the_function_s(clone):
    clone.answer("""
        def mean_square(x):
            def inner():
                return x
            return None
    """)
    assert clone.verdicts()["mean_square"]["got"] == "None: is a return missing?"


def test_a_fork_of_the_run_ends_with_the_call_and_gives_no_verdict(clone, tmp_path):
    clone.answer(f"""
        import os
        def mean_square(x):
            if child := os.fork():
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                with open({str(tmp_path / "statuses")!r}, "a") as statuses:
                    statuses.write(f"{{status}} ")
            return float(np.square(x).mean())
    """)
    ran = clone.pytest("-k", "three_and_five")
    assert ran.status == 0
    assert ran.out.count("verdicts =") == 1
    assert (tmp_path / "statuses").read_text() == "1 "


HALVES = """\
    import numpy as np

    __all__ = ["halves"]


    def halves(x: np.ndarray) -> dict:
        return {"left": x / 2, "right": x / 2}
"""
HALVES_GRADER = """\
    import numpy as np

    from dojo.grading import assert_close
    from katas.ch0_tiny.k02_halves import halves


    def test_halves_of_two_numbers():
        found = halves(np.array([3.0, 5.0]))
        assert_close(found["right"], np.array([1.5, 2.5]), "each half is a half")
"""
LOOKUPS = {
    "lacks a key": ('{"left": x / 2}', "has the key 'right'", "the keys left"),
    "is a tuple": ("(x / 2, x / 2)", "what its docstring promises", "a tuple of 2"),
    "is None": ("None", "what its docstring promises", "None"),
}


@pytest.mark.parametrize("result", LOOKUPS)
def test_a_result_that_cannot_be_read_is_the_answers_fault(clone, result):
    expression, because, got = LOOKUPS[result]
    answer = HALVES.replace('{"left": x / 2, "right": x / 2}', expression)
    clone.add_kata("k02_halves", HALVES, HALVES_GRADER, answer)
    verdict = clone.verdicts("tests/ch0_tiny/test_k02_halves.py")["halves"]
    assert verdict["state"] == "failed"
    assert because in verdict["because"]
    assert got in verdict["got"]
    assert "must return, not raise" not in verdict["because"]


def test_an_error_of_the_tests_own_look_is_not_put_on_the_learners_line(clone):
    answer = HALVES.replace("return {", 'return {} if len(x) else {"": 0, ')
    clone.add_kata("k02_halves", HALVES, HALVES_GRADER, answer)
    ran = clone.graded("tests/ch0_tiny/test_k02_halves.py")
    assert "has the key 'right'" in ran.out
    assert "the keys none" in ran.out
    assert "k02_halves.py:" not in ran.out.replace("test_k02_halves.py:", "")


def test_an_error_that_the_answer_raises_has_its_line(clone):
    path = clone.answer("""
        def scale(x, factor=3.0):
            return {}["factor"] * x
    """)
    line = path.read_text("utf-8").splitlines().index('    return {}["factor"] * x') + 1
    ran = clone.graded()
    assert "scale must return, not raise" in ran.out
    assert f'k01_scaling.py:{line}: return {{}}["factor"] * x' in ran.out


def test_a_call_that_does_not_fit_the_signature_is_the_answers_error(clone):
    clone.answer("def scale(x): return 3 * x")
    verdict = clone.verdicts()["scale"]
    assert verdict["because"] == "scale must return, not raise"
    assert "TypeError" in verdict["got"]


def test_a_limit_counts_what_an_answer_computes_not_what_it_waits(clone, monkeypatch):
    monkeypatch.setattr(clock, "WALL", 60.0)  # a busy machine is no part of this
    clone.limit(0.4)
    clone.answer("""
        import time
        def mean_square(x):
            time.sleep(0.6)
            return float(np.square(x).mean())
    """)
    assert clone.verdicts("-k", "three_and_five")["mean_square"]["state"] == "passed"
    clone.answer("""
        import time
        def mean_square(x):
            end = time.process_time() + 2
            while time.process_time() < end:
                pass
            return float(np.square(x).mean())
    """)
    verdict = clone.verdicts("-k", "three_and_five")["mean_square"]
    assert verdict["because"] == "mean_square did not end within 0.4 s"


def test_an_answer_that_waits_forever_is_ended_by_the_wall_clock(clone):
    clone.limit(0.1)
    clone.answer("""
        import time
        def mean_square(x):
            time.sleep(20)
    """)
    verdict = clone.verdicts("-k", "three_and_five")["mean_square"]
    assert verdict["because"] == "mean_square did not end within 0.4 s"


DESCENT = """\
    import torch

    __all__ = ["descend"]


    def descend(w: torch.Tensor) -> float:
        torch.optim.SGD([w], lr=0.1)
        return float(w.sum())
"""
DESCENT_GRADER = """\
    import torch

    from dojo.grading import assert_close
    from katas.ch0_tiny.k02_descent import descend


    def test_descend_gives_a_sum():
        assert_close(descend(torch.ones(3, requires_grad=True)), 3.0, "1 + 1 + 1")
"""


def test_what_torch_imports_for_its_first_optimizer_is_not_charged(clone):
    clone.add_kata("k02_descent", DESCENT, DESCENT_GRADER, DESCENT)
    clone.limit(0.3)
    ran = clone.pytest("tests/ch0_tiny/test_k02_descent.py")
    assert ran.status == 0, ran.out


@pytest.mark.parametrize("limit", ["soon", "0", "-1", "inf", "nan"])
def test_a_time_limit_that_is_no_number_is_wrong_use(clone, limit):
    clone.limit(limit)
    ran = clone.graded()
    assert ran.status == 4
    assert f"dojo_seconds is '{limit}'; give a number above 0" in ran.err


def test_a_mistake_that_changes_its_input_is_named(clone):
    bank = clone.root / "tests" / "ch0_tiny" / "mistakes_k01_scaling.py"
    bank.write_text(
        bank.read_text("utf-8")
        + """

@mistake("scale", "The input is scaled in place: make a new array.")
def scales_in_place(x, factor=3.0):
    x *= factor
    return x
""",
        "utf-8",
    )
    clone.answer("""
        def scale(x, factor=3.0):
            x[...] = factor * x
            return x
    """)
    verdict = clone.verdicts()["scale"]
    assert verdict["rung"] == "unchanged"
    assert verdict["diagnosis"]["code"] == "scales-in-place"


def test_an_answer_that_closes_its_output_costs_nobody_anything(clone):
    clone.answer("""
        import sys
        def scale(x, factor=3.0):
            sys.stdout.close()
            with sys.stderr:
                print("still heard", file=sys.stderr)
            print("heard too")
            return factor + x
    """)
    records = graded_records(clone)
    assert records["mean_square"]["state"] == "passed"
    assert records["scale"]["diagnosis"]["code"] == "adds-the-factor"
    assert records["scale"]["printed"] == "heard too\n"
    assert records["scale"]["tests"] == 3


FAILS_AT_ITS_END = """
@pytest.fixture
def ends_badly():
    yield
    raise ValueError("at the end")


def test_mean_square_of_one(ends_badly):
    assert_close(mean_square(np.ones(1)), 1.0, "1 is its own square")
"""


def test_a_test_that_ends_with_an_error_counts_once(clone):
    grader = clone.root / "tests/ch0_tiny/test_k01_scaling.py"
    text = grader.read_text("utf-8").replace(
        "import numpy", "import pytest\nimport numpy"
    )
    grader.write_text(text + FAILS_AT_ITS_END, "utf-8")
    clone.answer("")
    record = graded_records(clone)["mean_square"]
    assert (record["state"], record["passes"], record["tests"]) == ("failed", 2, 3)
    assert record["because"] == "a test of mean_square could not run to its end"
    assert record["got"] == "ValueError: at the end"


def graded_records(clone):
    """Return what `dojo run` is told of each function."""
    kata = catalog.katas(clone.root)[0]
    return {record["function"]: record for record in grade(clone.root, [kata])}


def test_an_answer_that_changes_a_graders_own_array_costs_no_other_test(clone):
    """The grader keeps one array for all its tests."""
    grader = clone.root / "tests" / "ch0_tiny" / "test_k01_scaling.py"
    text = grader.read_text("utf-8").replace(
        "def test_scale_uses_three_by_default(rng):\n    x = rng.normal(size=(2, 7))",
        "def test_scale_uses_three_by_default():\n    x = KEPT",
    )
    kept = "\n\nKEPT = np.ones((2, 7))\n\n\ndef test_mean_square_of_what_is_kept():\n"
    kept += '    assert_close(mean_square(KEPT.ravel()), 1.0, "one")\n'
    grader.write_text(text + kept, "utf-8")
    clone.answer("def scale(x, factor=3.0):\n    x *= _checked(factor)\n    return x")
    verdicts = clone.verdicts()
    assert verdicts["scale"]["rung"] == "unchanged"
    assert verdicts["mean_square"]["state"] == "passed"


AT_ITS_END = """

import atexit
import os


class Kept:
    def __del__(self, write=os.write):  # `os` is gone by then
        write(1, b"taken down")


kept = Kept()
atexit.register(print, "the last call")
"""

FAILS_WHEN_ALL_IS_SAID = """

import pytest


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    raise ValueError("at the very end")
"""


def add_to_conftest(clone, text):
    """Let the clone's own conftest.py do something besides."""
    path = clone.root / "tests" / "conftest.py"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


@pytest.mark.parametrize(("answer", "status"), [("", 0), ("scale = len", 1)])
def test_a_run_ends_when_all_is_said_and_takes_no_module_down(clone, answer, status):
    clone.answer(answer)
    add_to_conftest(clone, AT_ITS_END)
    ran = clone.pytest("-q", **{COLD: "1"})
    assert ran.status == status
    assert ran.out.endswith("the last call\n")


def test_an_error_after_the_verdicts_has_its_status(clone):
    clone.answer("")
    add_to_conftest(clone, FAILS_WHEN_ALL_IS_SAID)
    ran = clone.pytest("-q", **{COLD: "1"})
    assert "ValueError: at the very end" in ran.err
    assert ran.status == 1
