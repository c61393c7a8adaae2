"""The warm process: it has imported and never computed, and forks a child a run.

Run as `python -m dojo.worker.warm_server`. It reads a command a line, as JSON:
{"do": "ready", "id": 1, "arguments": […], "output": FILE} makes a child that collects
the tests and waits; {"do": "go", "id": 1} lets it grade; {"do": "end", "id": 1,
"where": true} kills it with its children, and has it print its line first. It answers
{"ready": true} when it is warm, {"id": 1, "judged": true} when a child's verdicts are
out, and {"id": 1, "status": 0} when it has ended.
When its input ends, so does everything. With `--once` there is no fork: the process
itself is the child of the first command.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import select
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from dojo.answer.process_exit import real_exit
from dojo.answer.torch_state import import_for_gradients, import_for_optimizers
from dojo.kata import catalog
from dojo.kata.signatures import uses_gradients, uses_optimizers
from dojo.scratch import scratch
from dojo.verdict.rehearsal import rehearse
from dojo.verdict.selection import SELECTION
from dojo.worker import processes
from dojo.worker.child import LIGHT, ONLY

JUDGED = "judged"  # the file by which a child says that its verdicts are out
REHEARSAL = "def test_passes():\n    pass\n\ndef test_fails():\n    assert False\n"


class Gate:
    """A pytest plugin that collects, and then waits until a line is read to run.

    What is to run may stand in a file by then.
    """

    def __init__(self, handle: int, folder: Path) -> None:
        self._handle, self._folder = handle, folder

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Rehearse and wait; end if the other side is gone."""
        rehearse(session.config)
        if not _read_line(self._handle):
            real_exit(0)
        only = self._folder / ONLY
        if only.exists():
            functions = json.loads(only.read_text("utf-8"))
            session.config.stash[SELECTION].narrow(session, functions)

    @pytest.hookimpl(trylast=True)
    def pytest_dojo_verdicts(self) -> None:
        """Tell the server that the verdicts are out; it may take long to end."""
        (self._folder / JUDGED).touch()
        if hasattr(signal, "SIGCHLD"):
            os.kill(os.getppid(), signal.SIGCHLD)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End at once if there are verdicts: what pytest says later is for nobody."""
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            sys.stdout.flush()
            sys.stderr.flush()
            real_exit(int(session.exitstatus))


def warm_up() -> None:
    """Import what every run imports, by running pytest on a file that asks nothing."""
    for name in ("numpy.random", "numpy.ma"):  # NumPy does so when they are first used
        importlib.import_module(name)
    with scratch() as folder:
        file = Path(folder) / "test_rehearsal.py"
        file.write_text(REHEARSAL, "utf-8")
        pytest.main(
            ["-p", "dojo.plugin", *LIGHT, "-q", f"--rootdir={folder}", str(file)]
        )
    gc.collect()
    gc.freeze()  # a child's collector then leaves these pages shared


def import_once(arguments: list[str]) -> None:
    """Import what every child would import that grades these katas; nothing computes.

    torch imports its compiler and SymPy at the first optimizer and at the first
    gradient: more than a second in each child.
    """
    for kata in catalog.katas(Path.cwd()):
        if str(kata.grader) in arguments:
            with contextlib.suppress(Exception):  # a broken grader: the child says it
                if uses_optimizers(kata):
                    import_for_optimizers()
                if uses_gradients(kata):
                    import_for_gradients()
    gc.freeze()


def run(arguments: list[str], output: str, gate: int) -> int:
    """Grade in this process and return pytest's exit status."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(output, os.O_WRONLY | os.O_APPEND)
    for handle, target in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(handle, target)
    os.close(nothing)
    os.close(file)
    if hasattr(signal, "SIGUSR1"):
        # Not 2 itself: a test runner that captures output puts another file there.
        faulthandler.register(signal.SIGUSR1, os.dup(2), all_threads=True)
    return int(pytest.main(arguments, plugins=[Gate(gate, Path(output).parent)]))


def _read_line(handle: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(handle, 1)
        if not byte:
            return b""
        line += byte
    return line


def _silence() -> None:
    """Turn standard input and output away: no print may reach the protocol."""
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1):
        os.dup2(null, target)
    os.close(null)


class Server:
    """Forks children and reports their ends."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._woken, False)
        self._wake = wake
        _silence()
        self._pids: dict[int, int] = {}  # id -> process
        self._gates: dict[int, int] = {}  # id -> the pipe that lets it go
        self._folders: dict[int, Path] = {}  # removed here if the dojo was killed
        self._judged: set[int] = set()  # whose verdicts are out
        self._torn = b""

    def serve(self) -> None:
        """Answer commands until the input ends; then end every child."""
        processes.adopt()
        warm_up()
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake)
        self._say({"ready": True})
        try:
            while True:
                readable, _, _ = select.select([self._in, self._woken], [], [])
                if self._woken in readable:
                    os.read(self._woken, 4096)
                    self._reap()
                if self._in in readable and not self._hear():
                    return
        except BrokenPipeError:
            pass  # the dojo is gone
        finally:
            for pid in self._pids.values():
                processes.end_group(pid)
            processes.end_adopted(set())
            for folder in self._folders.values():
                shutil.rmtree(folder, ignore_errors=True)

    def _say(self, words: dict[str, Any]) -> None:
        os.write(self._out, json.dumps(words).encode() + b"\n")

    def _hear(self) -> bool:
        data = os.read(self._in, 65536)
        *lines, self._torn = (self._torn + data).split(b"\n")
        for line in lines:
            command = json.loads(line)
            getattr(self, f"_{command.pop('do')}")(**command)
        return bool(data)

    def _ready(self, id: int, arguments: list[str], output: str) -> None:  # noqa: A002  # the protocol's word
        import_once(arguments)
        read, write = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if pid:
            # Both sides set the group: whoever comes first, it is there to be killed.
            with contextlib.suppress(ProcessLookupError):
                os.setpgid(pid, pid)
            os.close(read)
            self._pids[id], self._gates[id] = pid, write
            self._folders[id] = Path(output).parent
            return
        status = 70
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            processes.die_with_parent(server)
            inherited = (self._in, self._out, self._woken, self._wake, write)
            for handle in (*inherited, *self._gates.values()):
                os.close(handle)
            status = run(arguments, output, read)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _go(self, id: int) -> None:  # noqa: A002  # the protocol's word
        if id in self._gates:
            # It may have ended while it collected; its status says so.
            with contextlib.suppress(BrokenPipeError):
                os.write(self._gates[id], b"go\n")

    def _end(self, id: int, where: bool) -> None:  # noqa: A002  # the protocol's word
        pid = self._pids.get(id)
        if pid is not None and where:
            processes.show_lines(pid, self._folders[id] / "output")
        if pid is not None:
            processes.end_group(pid)

    def _reap(self) -> None:
        for number, pid in list(self._pids.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                processes.end_group(pid)  # what the answer started and left behind
                code = os.waitstatus_to_exitcode(status)
                self._say({"id": number, "status": code})
                del self._pids[number], self._folders[number]
                os.close(self._gates.pop(number))
                self._judged.discard(number)
            elif number not in self._judged:
                self._tell_of_verdicts(number)
        processes.end_adopted(set(self._pids.values()))

    def _tell_of_verdicts(self, number: int) -> None:
        if (self._folders[number] / JUDGED).exists():
            self._judged.add(number)
            self._say({"id": number, "judged": True})


def once() -> int:
    """Be the child of one command, where there is no fork."""
    handle, out = os.dup(0), os.dup(1)
    _silence()
    warm_up()
    os.write(out, b'{"ready": true}\n')
    os.close(out)
    line = _read_line(handle)
    if not line:
        return 0
    command = json.loads(line)
    gate, let = os.pipe()
    threading.Thread(target=_relay, args=(handle, let), daemon=True).start()
    return run(command["arguments"], command["output"], gate)


def _relay(handle: int, let: int) -> None:
    """Pass the line that lets the run go; end the process when the dojo is gone."""
    while line := _read_line(handle):
        os.write(let, line)
    if hasattr(os, "killpg"):
        processes.end_group(os.getpid())
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    if "--once" in sys.argv:
        os._exit(once())
    Server().serve()
