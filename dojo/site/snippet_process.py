"""The process that runs snippets: a line of JSON comes for each, and a line goes back.

Run as `python -m dojo.site.snippet_process PARENT --forks|--once SECONDS`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import sys
import time
import traceback
import warnings
from typing import Any, TextIO

from dojo.check import symptom
from dojo.worker import processes

NAME = "<snippet>"
READY = "ready\n"  # said once what takes seconds is imported


def run(code: str, modules: dict[str, str], number: int) -> dict[str, Any]:
    """Run a snippet in a namespace of its own.

    Parameters
    ----------
    code : str
    modules : dict
        The texts of modules that it may import, by name.
    number : int
        Of the run: what nobody seeded is seeded with it.
    """
    import numpy as np
    import torch

    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)
    torch.set_num_threads(1)
    output, error, line = io.StringIO(), "", 0
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            for name, text in modules.items():
                symptom.stand_in(name, text)
            exec(compile(code, NAME, "exec"), {"__name__": "__main__"})
        except SyntaxError as wrong:
            error, line = f"is no Python: {wrong.msg}", wrong.lineno or 0
        except BaseException as wrong:
            error = f"raises {type(wrong).__name__}: {wrong}".rstrip(": ")
            line = _line(wrong)
    return {"output": output.getvalue(), "error": error, "line": line}


def _line(wrong: BaseException) -> int:
    """Return the snippet's line on which an error came up."""
    frames = traceback.extract_tb(wrong.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == NAME]
    return lines[-1] if lines else 0


def _limit(seconds: int) -> None:
    """Let the system end this process after so much more processor time."""
    with contextlib.suppress(ImportError):  # Windows: the one who waits ends it
        import resource

        most = int(time.process_time()) + seconds + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]  # the next one has more
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def run_in_fork(
    code: str, modules: dict[str, str], number: int, seconds: int
) -> dict[str, Any]:
    """Run a snippet in a child, which is all that it can spoil."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _limit(seconds)
        with os.fdopen(writing, "w") as file:
            json.dump(run(code, modules, number), file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == 0:
        result: dict[str, Any] = json.loads(text)
        return result
    says = f"ended its process with status {status}"
    if status in (-9, -24):  # SIGKILL, SIGXCPU
        says = f"took more than {seconds} s of processor time"
    return {"output": "", "error": says, "line": 0}


class Together:
    """A fork that runs snippet after snippet, as long as none of them ends it.

    Parameters
    ----------
    seconds : int
        Of processor time that each may take.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._pid = 0
        self._requests: TextIO
        self._results: TextIO

    def run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return what a snippet gives after those that ran before."""
        if not self._pid:
            self._start()
        self._requests.write(json.dumps(request) + "\n")
        self._requests.flush()
        if text := self._results.readline():
            result: dict[str, Any] = json.loads(text)
            return result
        self.end()
        return {"output": "", "error": "ended its process", "line": 0}

    def end(self) -> None:
        """Forget what ran; the next snippet has a new fork."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._requests.close()
            self._results.close()
            self._pid = 0

    def _start(self) -> None:
        (reads, asks), (hears, says) = os.pipe(), os.pipe()
        self._pid = os.fork()
        if self._pid:
            os.close(reads)
            os.close(says)
            self._requests, self._results = os.fdopen(asks, "w"), os.fdopen(hears)
            return
        os.close(asks)
        os.close(hears)
        with os.fdopen(reads) as requests, os.fdopen(says, "w") as results:
            for line in requests:
                request = json.loads(line)
                _limit(self._seconds)
                result = run(request["code"], request["modules"], request["number"])
                print(json.dumps(result), file=results, flush=True)
        os._exit(0)


def _import_for(code: str) -> None:
    """Import once, before the fork, what every snippet of this kind would import."""
    from dojo.answer import torch_state

    if "torch.optim" in code:
        torch_state.import_for_optimizers()
    if "backward(" in code:
        torch_state.import_for_gradients()


def main(parent: str, mode: str, seconds: str) -> None:
    """Answer until the input ends, or once."""
    processes.die_with_parent(int(parent))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what C code prints is no answer
    import numpy.random  # noqa: F401  # what a fork imports the next one imports again
    import torch  # noqa: F401

    import dojo.data  # noqa: F401

    together = Together(int(seconds))
    answers.write(READY)
    answers.flush()
    for line in sys.stdin:
        request = json.loads(line)
        asked = request["code"], request["modules"], request["number"]
        if mode == "--forks" and not request["alone"]:
            result = together.run(request)
        elif mode == "--forks":
            together.end()  # what ran there may be why this one runs again
            _import_for(request["code"])
            result = run_in_fork(*asked, int(seconds))
        else:
            _limit(int(seconds))
            result = run(*asked)
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
