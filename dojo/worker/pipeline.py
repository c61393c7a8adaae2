"""Has the capstone's answer train, in a process of its own that can be ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from dojo.scratch import scratch
from dojo.worker import processes
from dojo.worker.child import environment

SECONDS = 300  # of processor time, for one training on all digits
WALL = 8  # how many times as long it may take on a busy machine


class PipelineFailed(Exception):
    """The answer made no report; the text says why, in a sentence."""


def train(
    root: Path,
    answer: Path,
    config: dict[str, Any],
    folder: Path,
    seconds: int = SECONDS,
) -> dict[str, Any]:
    """Return the report of an answer's `build_pipeline`, as plain data.

    Beside its four parts it has "said": the "names" of the test images in the order in
    which they were read, and the "scores" that the net then gave, rows of ten shares.

    Parameters
    ----------
    root : Path
        The clone.
    answer : Path
        The file that has `build_pipeline`.
    config : dict
        The fields of TrainConfig.
    folder : Path
        With the images and their tables.
    seconds : int
        Of processor time, after which the process is ended.

    Raises
    ------
    PipelineFailed
        If it raised, did not end, ended its process, or returned no report.
    """
    with scratch() as own:
        request, result = own / "request.json", own / "result.json"
        asked: dict[str, Any] = {"answer": str(answer), "folder": str(folder)}
        asked |= {"config": config, "result": str(result), "seconds": seconds}
        request.write_text(json.dumps(asked), "utf-8")
        status = _run(root, request, seconds)
        if not result.is_file():
            raise PipelineFailed(_reason(status, seconds))
        found = json.loads(result.read_text("utf-8"))
    if "error" in found:
        raise PipelineFailed(found["error"])
    report: dict[str, Any] = found["report"]
    return report


def _run(root: Path, request: Path, seconds: int) -> int | None:
    """Return how the process ended; None if it had to be ended by the clock."""
    with subprocess.Popen(
        [sys.executable, "-m", "dojo.worker.pipeline_child", str(request)],
        cwd=root,
        env=environment(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(WALL * seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if hasattr(os, "killpg"):
                processes.end_group(process.pid)
            else:
                process.kill()


def _reason(status: int | None, seconds: int) -> str:
    clock = getattr(signal, "SIGXCPU", None)
    # The system ends what passes both limits at once by SIGKILL.
    if status is None or (clock and status in (-clock, -signal.SIGKILL)):
        return (
            f"build_pipeline did not end within {seconds} s of processor time, or "
            "the system ended it"
        )
    what = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return f"build_pipeline ended the process: {what}"
