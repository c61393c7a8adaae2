"""What a verdict costs from cold, beside the imports that nobody can do without.

The claim: `dojo run activations` takes at most 1.3 times `import torch, pytest`. The
table's relative figures in parentheses are the ratios; quote the medians.
"""

import subprocess
import sys

import pytest
from conftest import REPOSITORY

ROUNDS = 15
COMMANDS = {
    "import torch, pytest": ["-c", "import torch, pytest"],
    "dojo run activations": ["-m", "dojo", "run", "activations"],
    "dojo run activations --solutions": [
        "-m",
        "dojo",
        "run",
        "activations",
        "--solutions",
    ],
}


@pytest.mark.benchmark(group="cold")
@pytest.mark.parametrize("command", COMMANDS)
def test_cold(benchmark, command):
    def run():
        subprocess.run(
            [sys.executable, *COMMANDS[command]],
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )

    benchmark.pedantic(run, rounds=ROUNDS, warmup_rounds=1)
