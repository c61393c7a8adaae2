"""What a verdict costs from cold, beside the imports that nobody can do without.

Each round runs the two one after the other, so that a machine whose speed drifts does
not favor either; the ratio is the median over the pairs.
"""

import subprocess
import sys
import time

import pytest
from conftest import REPOSITORY

ROUNDS = 9
IMPORTS = ["-c", "import torch, pytest"]
COMMANDS = {
    "stubs": ["-m", "dojo", "run", "activations"],
    "reference": ["-m", "dojo", "run", "activations", "--solutions"],
}


def run(arguments):
    subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, check=False
    )


@pytest.mark.benchmark(group="dojo run activations, cold")
@pytest.mark.parametrize("answers", COMMANDS)
def test_cold(benchmark, table, answers):
    imports = []

    def pair():
        start = time.perf_counter()
        run(IMPORTS)
        imports.append(time.perf_counter() - start)
        return (COMMANDS[answers],), {}

    benchmark.pedantic(run, setup=pair, rounds=ROUNDS, warmup_rounds=1)
    pairs = zip(benchmark.stats.stats.data, imports[-ROUNDS:], strict=True)
    what = f"dojo run activations, {answers}, cold; beside import torch, pytest"
    table.add(what, [took / base for took, base in pairs], "×", "1.3 × or less")
