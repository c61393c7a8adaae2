"""What finding a line costs: a grading run with the search, beside one without.

The two run one after the other; their difference is the search.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY

ROUNDS = 5
K02, K11 = "k02_activation_gradients", "k11_two_layer_backprop"
SPOILT = "X = X + 0.3; Y = Y + 0.1; m = m + 1"
SLIPS = {
    "a sign": (K02, "return a * (1.0 - a)", "return a * (1.0 + a)"),
    "a name": (K11, "dW1 = dZ1 @ X.T", "dW1 = dZ1 @ A1.T"),
    "a factor": (K11, "dZ2 = (A2 - Y) / m", "dZ2 = A2 - Y"),
    "none": (K11, "A1, A2 = cache", f"{SPOILT}; A1, A2 = 0.9 * cache"),
}
CHAPTER = "ch1_foundations"


@pytest.fixture
def answer(tmp_path, request) -> tuple[Path, str]:
    """A folder with a wrong answer, and the grader of its kata."""
    stem, right, wrong = SLIPS[request.param]
    text = (REPOSITORY / "solutions" / CHAPTER / f"{stem}.py").read_text("utf-8")
    assert right in text
    (tmp_path / CHAPTER).mkdir()
    path = tmp_path / CHAPTER / f"{stem}.py"
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    return tmp_path, f"tests/{CHAPTER}/test_{stem}.py"


@pytest.mark.parametrize("answer", SLIPS, indirect=True)
def test_where(benchmark, table, answer, request):
    slip = request.node.callspec.params["answer"]
    benchmark.group = f"the line of {slip}"
    folder, grader = answer
    file = folder / "verdicts.json"
    options = [f"--katas={folder}", f"--verdicts={file}"]
    command = [sys.executable, "-m", "pytest", "-q", *options, grader]
    without = []

    def run(*more):
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        subprocess.run(
            [*command, *more],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            check=False,
        )

    def pair():
        start = time.perf_counter()
        run()
        without.append(time.perf_counter() - start)
        return ("--where", "10"), {}

    benchmark.pedantic(run, setup=pair, rounds=ROUNDS)
    functions = json.loads(file.read_text("utf-8"))["functions"]
    assert any(function["where"] for function in functions) is (slip != "none")
    pairs = zip(benchmark.stats.stats.data, without, strict=True)
    searches = [took - plain for took, plain in pairs]
    table.add(f"the search for the line of {slip}", searches, "s", "3 s or less")
