"""A grading process as its parent sees it: a folder of files, and a way to end it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from dojo.scratch import Scratch
from dojo.worker import processes
from dojo.worker.messages import Crash, Note

LIGHT = (
    "-p", "no:cacheprovider", "-p", "no:doctest", "-p", "no:unittest",
    "-p", "no:junitxml",
    "-p", "no:pastebin", "-p", "no:nose", "-p", "no:logging", "--assert=plain",
    # Both would collect garbage ten times at the end, a third of a second with torch.
    "-p", "no:unraisableexception", "-p", "no:threadexception",
    "--tb=line",  # the plugin says what failed; pytest's own excerpts cost 40 ms a test
)  # fmt: skip
LARGE_PAGES = "glibc.malloc.hugetlb=1"
ONLY = "only.json"  # the functions to run, where a child that waits is told so late
PATIENCE = 15.0  # seconds beyond a test's limit until a process is killed from outside


class Child:
    """A grading process; its folder holds what it is told and what it tells.

    Parameters
    ----------
    arguments : list of str
        pytest's, without those that name the folder.
    crashes : list of Crash
        What an earlier try ended in; not run again.
    """

    patience = PATIENCE

    def __init__(self, arguments: list[str], crashes: list[Crash]) -> None:
        self._scratch = Scratch()
        self.folder = self._scratch.path
        (self.folder / "crashed.json").write_text(json.dumps(crashes), "utf-8")
        (self.folder / "progress").touch()
        (self.folder / "output").touch()
        self.arguments = [
            *("-p", "dojo.plugin", *LIGHT, "-q"),
            f"--progress={self.folder / 'progress'}",
            f"--crashed={self.folder / 'crashed.json'}",
            *arguments,
        ]
        self.returncode: int | None = None

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; tell whether the process has ended."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Let `wait` raise, from another thread, if the run is of no more use."""
        raise NotImplementedError

    def end(self) -> None:
        """Kill the process and its children; if it can, it says its line first."""
        raise NotImplementedError

    def close(self) -> None:
        """End what still runs and remove the folder."""
        self._scratch.close()

    def notes(self) -> list[Note]:
        """Return what the process noted; a torn last line is left for later."""
        lines = (self.folder / "progress").read_text("utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def output(self) -> str:
        """Return the end of what the process printed."""
        with (self.folder / "output").open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 40_000))
            return file.read().decode("utf-8", "replace")


class Spawned(Child):
    """A grading process started for one run, the slow and plain way."""

    def __init__(self, root: Path, arguments: list[str], crashes: list[Crash]) -> None:
        super().__init__(arguments, crashes)
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *self.arguments],
                cwd=root,
                env=environment(root),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; tell whether the process has ended."""
        try:
            self.returncode = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def cancel(self) -> None:
        """Kill it: `wait` then returns."""
        self.end()

    def end(self) -> None:
        """Kill the process and its children."""
        if hasattr(os, "killpg"):
            processes.end_group(self._process.pid)
        else:
            self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End what still runs, also what the answer left behind; remove the folder."""
        self.end()
        super().close()


def environment(root: Path) -> dict[str, str]:
    """Return the environment of a grading process: no foreign plugin, one thread.

    On Linux its memory lies in large pages, so that a fork has less to copy.
    """
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    own = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "",
        "GLIBC_TUNABLES": os.environ.get("GLIBC_TUNABLES", LARGE_PAGES),
    }
    return os.environ | own | dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
