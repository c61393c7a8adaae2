"""What finding a line costs: a grading run with the search, beside one without.

The two run one after the other; their difference is the search. The time is that of the
processor, and the search has a minute, so that a busy machine changes neither.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from children import pytest_run
from conftest import REPOSITORY

ROUNDS = 3
ENOUGH = "60"  # seconds
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
def test_where(table, answer, request):
    slip = request.node.callspec.params["answer"]
    folder, grader = answer
    file = folder / "verdicts.json"
    graded = (f"--katas={folder}", f"--verdicts={file}", grader)
    searches = []
    for _ in range(ROUNDS):
        plain, _ = pytest_run(*graded)
        took, _ = pytest_run(*graded, "--where", ENOUGH)
        searches.append(took - plain)
    functions = json.loads(file.read_text("utf-8"))["functions"]
    assert any(function["where"] for function in functions) is (slip != "none")
    if slip == "none":
        table.add("a search that finds no line, to its end", searches, "s")
    else:
        table.add(f"the search for the line of {slip}", searches, "s", "3 s or less")
