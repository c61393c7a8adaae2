"""What grading every reference takes, in processor time: a busy machine adds none."""

import os
import subprocess
import sys

import pytest
from conftest import REPOSITORY

resource = pytest.importorskip("resource", reason="Windows does not tell the time")


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_suite(table):
    command = [sys.executable, "-m", "pytest", "--solutions", "-q"]
    before = processor_time()

    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    spent = processor_time() - before
    claim = "120 s or less on two cores"
    table.add("pytest --solutions, all katas, processor time", [spent], "s", claim)
