"""The first minute: what `dojo tour` shows, and that it touches nothing."""

import hashlib
import re
import subprocess
import sys

from conftest import REPOSITORY


def answers():
    """Return a digest of every file of the learner's."""
    files = sorted((REPOSITORY / "katas").rglob("*.py"))
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_the_tour_names_a_mistake_passes_an_answer_and_trains_lenet():
    before = answers()
    ran = subprocess.run(
        [sys.executable, "-m", "dojo", "tour"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "takes-z-for-a: " in ran.stdout
    assert "1 of 1 passed" in ran.stdout
    share = float(re.search(r"reads ([\d.]+)% of 1,000 test digits", ran.stdout)[1])
    assert share >= 93
    assert len(re.findall(r"reads \d, is \d", ran.stdout)) >= 3
    assert answers() == before
