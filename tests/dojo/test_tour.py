"""The first minute: what `dojo tour` shows, and that it touches nothing."""

import hashlib
import io
import re
import subprocess
import sys

from conftest import REPOSITORY
from rich.console import Console

from dojo import data
from dojo.ui import tour
from solutions.ch6_convolution.k05_lenet import train_lenet

# What the tour's LeNet reads right differs with the processor's float kernels. Over 40
# seeds and five sets of kernels (the machine's own, ATEN_CPU_CAPABILITY=default and
# avx2, ONEDNN_MAX_CPU_ISA=SSE41 and AVX2; 200 nets) the share was 95.4 % on average,
# with a standard deviation of 1.07 points, and 91.2 % at least. Its lower tail is
# heavier than a normal one, so the rate of false alarms is taken from two heavier ones:
# a share below 80 % has a probability of 6e-12 if the logarithm of the share of errors
# is normal (the 200 have no heavier tail than that: kurtosis 2.8), and of 3e-9 if the
# tail is exponential, fitted to the worst 20. Who has learned nothing reads 10 %.
LEAST_SHARE = 80


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
    assert share >= LEAST_SHARE
    assert len(re.findall(r"reads \d, is \d", ran.stdout)) >= 3
    assert answers() == before


def test_the_bar_is_as_long_as_the_training(monkeypatch):
    bars = []

    class Noting(tour._ticking):
        def __enter__(self):
            bars.append(self.bar)
            super().__enter__()

    digits = data.lenet_digits()
    few = digits._replace(
        train_images=digits.train_images[:70], train_labels=digits.train_labels[:70]
    )
    monkeypatch.setattr(data, "lenet_digits", lambda: few)
    monkeypatch.setattr(tour, "_ticking", Noting)
    tour._train(Console(file=io.StringIO()), REPOSITORY)
    (task,) = bars[0].tasks
    assert task.total == task.completed == tour._batches(train_lenet, 70)
