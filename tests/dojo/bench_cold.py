"""What a verdict costs from cold, beside the imports that nobody can do without.

The claim: `dojo run activations` takes at most 1.3 times `import torch, pytest`. Each
round runs the two one after the other, so that a machine whose speed drifts does not
favour either; the ratio that is printed is the median over the pairs.
"""

import statistics
import subprocess
import sys
import time

import pytest
from conftest import REPOSITORY

ROUNDS = 15
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
def test_cold(benchmark, capsys, answers):
    imports = []

    def pair():
        start = time.perf_counter()
        run(IMPORTS)
        imports.append(time.perf_counter() - start)
        return (COMMANDS[answers],), {}

    benchmark.pedantic(run, setup=pair, rounds=ROUNDS, warmup_rounds=1)
    runs = benchmark.stats.stats.data
    ratio = statistics.median(
        run / base for run, base in zip(runs, imports[-ROUNDS:], strict=True)
    )
    with capsys.disabled():
        print(f"\n{answers}: {ratio:.2f} × import torch, pytest")
