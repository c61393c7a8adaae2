"""How `pytest` grades: options, verdicts, exit status, the words on the screen."""

import json

import pytest
import torch


def test_an_untouched_clone_is_not_started_without_a_traceback(clone):
    ran = clone.pytest()
    assert ran.status == 1
    lines = [line for line in ran.out.splitlines() if line.startswith("  not started")]
    assert [line.split()[-1] for line in lines] == ["scale", "mean_square"]
    assert "Traceback" not in ran.out
    assert "FAILURES" not in ran.out


def test_the_reference_passes(clone):
    ran = clone.pytest("--solutions")
    assert ran.status == 0, ran.out
    assert "5 passed" in ran.out


def test_k_selects_what_is_graded(clone):
    verdicts = clone.verdicts("--solutions", "-k", "mean_square")
    assert list(verdicts) == ["mean_square"]


def test_a_folder_with_one_file_is_graded_from_anywhere(clone, tmp_path):
    clone.answer("", folder="hers")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = clone.pytest(f"--katas={clone.root / 'hers'}", str(clone.root), cwd=elsewhere)
    assert ran.status == 0, ran.out
    relative = clone.pytest("--katas=../clone/hers", str(clone.root), cwd=elsewhere)
    assert relative.status == 0, relative.out


def test_a_folder_without_the_file_counts_as_not_started(clone):
    (clone.root / "empty").mkdir()
    verdicts = clone.verdicts("--katas=empty")
    assert {v["state"] for v in verdicts.values()} == {"not started"}


@pytest.mark.parametrize("option", ["--katas=nowhere", "--katas=hers --solutions"])
def test_wrong_use_is_an_error(clone, option):
    ran = clone.pytest(*option.split())
    assert ran.status == 4
    assert "nowhere" in ran.err or "exclude" in ran.err


def test_a_known_mistake_stands_on_the_first_line_of_its_failure(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            if factor < 0:
                raise ValueError
            return factor + x
    """)
    ran = clone.pytest()
    lines = ran.out.splitlines()
    at = next(i for i, line in enumerate(lines) if "_ test_scale_mul" in line)
    first = lines[at + 1]
    assert first.startswith("adds-the-factor: The factor is added")
    assert clone.verdicts()["scale"]["diagnosis"]["code"] == "adds-the-factor"


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


def test_the_json_has_the_schema(clone):
    file = clone.root / "out" / "verdicts.json"
    clone.pytest(f"--verdicts={file}")
    document = json.loads(file.read_text("utf-8"))
    assert (document["schema"], document["graded"]) == (1, "katas")
    fields = ["kata", "function", "state", "rung", "because", "got", "want", "test"]
    fields += ["seconds", "diagnosis"]
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
        "sys.exit(0)",
        "os._exit(0)",
        "os.execv('/bin/true', ['true'])",
        "pytest.exit('x', returncode=0)",
        "pytest.skip('x')",
    ],
)
def test_an_answer_cannot_end_the_run(clone, ending):
    clone.answer(f"""
        import os, sys, pytest
        def scale(x, factor=3.0):
            {ending}
    """)
    ran = clone.pytest()
    assert ran.status == 1
    assert clone.verdicts()["scale"]["state"] == "failed"
    assert clone.verdicts()["mean_square"]["state"] == "passed"


def test_what_an_answer_prints_is_cut_and_said_so(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            print("x" * 1_000_000)
            return x
    """)
    ran = clone.pytest()
    assert "cut: 1,000,001 characters were printed" in ran.out
    assert len(ran.out) < 20_000


def test_an_answer_cannot_end_the_process_well_after_it_failed(clone):
    clone.answer("""
        import atexit, os
        atexit.register(os._exit, 0)
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


def test_a_fork_of_the_run_gives_no_verdict(clone):
    clone.answer("""
        import os
        def scale(x, factor=3.0):
            os.fork()
            return x
    """)
    ran = clone.pytest()
    assert ran.status == 1
    assert ran.out.count("verdicts =") == 1
