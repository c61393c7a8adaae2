"""From the save to the verdict on the screen, beside a cold pytest of the same file.

Each round runs the two one after the other; the ratio is the median over the pairs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY
from pty_session import Session

ROUNDS = 7
KATA = "ch1_foundations/k01_activations.py"
GRADER = "tests/ch1_foundations/test_k01_activations.py"
RIGHT = (REPOSITORY / "solutions" / KATA).read_text("utf-8")
ANSWERS = {
    "right": (RIGHT, "5 of 5 functions pass"),
    "known mistake": (
        RIGHT.replace("float(negative_slope)", "0.01"),
        "4 of 5 functions pass",
    ),
    "stub": (
        (REPOSITORY / "katas" / KATA).read_text("utf-8"),
        "0 of 5 functions pass",
    ),
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A copy of the repository: nobody's answers are touched."""
    root = tmp_path_factory.mktemp("bench") / "clone"
    root.mkdir()
    for tree in ("dojo", "solutions", "tests", "katas"):
        leave = shutil.ignore_patterns("__pycache__", "site")
        shutil.copytree(REPOSITORY / tree, root / tree, ignore=leave)
    shutil.copytree(REPOSITORY / "dojo" / "site", root / "dojo" / "site")
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    return root


@pytest.fixture(scope="module")
def session(clone):
    """A session of `dojo watch` on the kata."""
    session = Session(clone, "watch", "activations")
    try:
        session.wait_for("functions pass")
        yield session
    finally:
        session.close()


def save(clone: Path, text: str) -> None:
    new = clone / "katas" / f"{KATA}.swp"
    new.write_text(text, "utf-8")
    os.replace(new, clone / "katas" / KATA)


def cold_pytest(clone: Path) -> float:
    """Return how long a new pytest takes."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", GRADER],
        cwd=clone,
        env=os.environ | {"PYTHONPATH": str(clone)},
        capture_output=True,
        check=False,
    )
    return time.perf_counter() - start


@pytest.mark.parametrize("answer", ANSWERS)
def test_watch(benchmark, table, clone, session, answer):
    benchmark.group = f"save to verdict, {answer}"
    text, verdict = ANSWERS[answer]
    count, cold = iter(range(1000)), []

    def settle():
        """Let the screen say something else, and the next child stand ready."""
        session.text = ""
        save(clone, f"{text}\nraise ValueError({next(count)})\n")
        while "0 of 5 functions pass" not in session.text:
            session.read(0.05)
        cold.append(cold_pytest(clone))
        session.read_for(1.5)
        session.text = ""
        return (), {}

    def run():
        save(clone, text)
        while verdict not in session.text:
            session.read(0.05)

    benchmark.pedantic(run, setup=settle, rounds=ROUNDS, warmup_rounds=1)
    warm = benchmark.stats.stats.data
    what = f"dojo watch activations, {answer}: from save to verdict"
    table.add(what, warm, "s", "0.15 s or less")
    pairs = zip(cold[-ROUNDS:], warm, strict=True)
    ratios = [slow / fast for slow, fast in pairs]
    table.add(f"{what}; cold pytest beside it", ratios, "×", "15 × or more")
