"""The processor time of other processes, to which a busy machine adds nothing."""

import os
import subprocess
import sys

import pytest
from conftest import REPOSITORY

resource = pytest.importorskip("resource", reason="Windows does not tell the time")


def pytest_run(*arguments: str) -> tuple[float, "subprocess.CompletedProcess[bytes]"]:
    """Run pytest in a process of its own, in one thread.

    Returns
    -------
    seconds : float
        Of the processor, with what the process itself has started.
    done : CompletedProcess
    """
    before = _spent()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    return _spent() - before, done


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
