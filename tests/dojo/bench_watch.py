"""From the save to the verdict on the screen, beside a cold pytest of the same file.

The claim, for a numpy kata: a median of at most 150 ms, and at least 15 times faster
than cold pytest. The table's relative figures in parentheses are the ratios; quote the
medians.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY
from pty_session import Session

ROUNDS = 15
KATA = "ch1_foundations/k01_activations.py"
GRADER = "tests/ch1_foundations/test_k01_activations.py"
RIGHT = (REPOSITORY / "solutions" / KATA).read_text("utf-8")
ANSWERS = {
    # A cold run of each, and a warm one, in which the answer is saved anew each time.
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


@pytest.mark.parametrize("answer", ANSWERS)
def test_cold_pytest(benchmark, clone, answer):
    benchmark.group = f"save to verdict, {answer}"
    save(clone, ANSWERS[answer][0])
    command = [sys.executable, "-m", "pytest", "-q", GRADER]
    environment = os.environ | {"PYTHONPATH": str(clone)}

    def run():
        subprocess.run(
            command, cwd=clone, env=environment, capture_output=True, check=False
        )

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("answer", ANSWERS)
def test_watch(benchmark, clone, session, answer):
    benchmark.group = f"save to verdict, {answer}"
    text, verdict = ANSWERS[answer]
    count = iter(range(1000))

    def settle():
        """Let the screen say something else, and the next child stand ready."""
        session.text = ""
        save(clone, f"{text}\nraise ValueError({next(count)})\n")
        while "0 of 5 functions pass" not in session.text:
            session.read(0.05)
        session.read_for(1.5)
        session.text = ""
        return (), {}

    def run():
        save(clone, text)
        while verdict not in session.text:
            session.read(0.05)

    benchmark.pedantic(run, setup=settle, rounds=ROUNDS, warmup_rounds=1)
