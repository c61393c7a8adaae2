"""Starts `python -m MODULE` as a fork of a process that has imported torch and pytest.

Most of what a grading process computes is the import of torch. So on Linux, while the
tool is tested, a nursery stands by: a process that has imported what is not ours and
never computes. `subprocess.Popen` then makes each `python -m` a fork of it, with the
arguments, environment, folder, files, session, terminal and parent that it would have
had; it ends as Python ends, but takes no modules down. What was forked so starts its
own `python -m` as forks of itself, from which the modules that are ours are gone.

A process starts plainly if its environment has COLD or anything that is read when
Python starts, or if `Popen` is given what a fork does not know.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import functools
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import sysconfig
import termios
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, NoReturn

COLD = "DOJO_TESTS_COLD"
READ_EARLY = (
    "PYTHON", "LC_", "LANG", "OMP_", "MKL_", "OPENBLAS_", "ATEN_", "ONEDNN_",
)  # fmt: skip
READ_LATE = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
IMPORTED = (
    "torch", "numpy.random", "pytest", "typer", "rich.console", "rich.markup",
    "rich.table", "rich.text", "filelock", "blessed",
    "packaging.version", "tomllib", "execnet", "statistics", "pdb", "cProfile",
)  # fmt: skip
NOT_OURS = sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()
REAPER = 36  # PR_SET_CHILD_SUBREAPER
PlainPopen, real_exit = subprocess.Popen, os._exit

Start = Callable[[dict[str, Any], list[int]], int]


def take_terminal() -> None:
    """Make the terminal that is standard input the controlling one: a `preexec_fn`."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def install(start: Start) -> None:
    """Let `subprocess.Popen` start jobs so, from now on."""

    class Popen(PlainPopen):  # type: ignore[type-arg]  # as what it replaces
        def _execute_child(self, *given: Any) -> None:
            job, handles = job_of(*given)
            if not job:
                super()._execute_child(*given)  # type: ignore[misc]
                return
            self.pid = start(job, handles)
            self._child_created = True
            self._close_pipe_fds(*given[10:16])  # type: ignore[attr-defined]

    subprocess.Popen = Popen  # type: ignore[misc]


def job_of(
    args: Any, executable: Any, preexec_fn: Any, close_fds: bool, pass_fds: Any,
    cwd: Any, env: Any, startupinfo: Any, creationflags: int, shell: bool,
    p2cread: int, p2cwrite: int, c2pread: int, c2pwrite: int, errread: int,
    errwrite: int, restore_signals: bool, gid: Any, gids: Any, uid: Any, umask: int,
    session: bool, group: int = -1,
) -> tuple[dict[str, Any], list[int]]:  # fmt: skip
    """Return the job that a fork can do instead, if there is one, and its files."""
    environment = dict(os.environ if env is None else env)
    folder = os.path.abspath(cwd or ".")
    unknown = executable, shell, pass_fds, gid, gids, uid, umask >= 0, group >= 0
    if (
        any(part is not None and part not in (False, ()) for part in unknown)
        or not close_fds
        or preexec_fn not in (None, take_terminal)
        or not isinstance(args, list)
        or args[:2] != [sys.executable, "-m"]
        or COLD in environment
        or _early(environment) != _early(dict(os.environ))
        or not os.path.isdir(folder)
    ):
        return {}, []
    job = {
        "module": args[2], "arguments": list(map(os.fspath, args[3:])),
        "environment": environment, "folder": folder, "session": session,
        "terminal": preexec_fn is take_terminal,
    }  # fmt: skip
    files = enumerate((p2cread, c2pwrite, errwrite))
    return job, [own if given < 0 else given for own, given in files]


def _early(environment: dict[str, str]) -> dict[str, str]:
    """Return what is read when Python or a library starts."""
    names = [name for name in environment if name.startswith(READ_EARLY)]
    return {name: environment[name] for name in names if name not in READ_LATE}


class Nursery:
    """A process that has imported what is not ours; its forks become our children."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def start(self, job: dict[str, Any], handles: list[int]) -> int:
        """Have a job done; return its process, which is a child of this one."""
        with self._lock:
            self._socket = self._socket or self._opened()
            socket.send_fds(self._socket, [json.dumps(job).encode()], handles)
            return int(self._socket.recv(32))

    def _opened(self) -> socket.socket:
        # What loses its parent becomes a child of this process.
        ctypes.CDLL(None).prctl(REAPER, 1, 0, 0, 0)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            code = (
                f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r}); "
                "import forked_python; del sys.path[:2]; "
                f"forked_python.serve({theirs.fileno()})"
            )
            environment = {k: v for k, v in os.environ.items() if k not in READ_LATE}
            environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"  # cheaper forks
            PlainPopen(
                [sys.executable, "-c", code], env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )  # fmt: skip
        return ours


def serve(handle: int) -> None:
    """Be the nursery: import, then fork for each job until the other side is gone."""
    for name in IMPORTED:
        importlib.import_module(name)
    from _pytest.config import default_plugins

    for name in default_plugins:
        importlib.import_module(f"_pytest.{name}")
    gc.collect()
    gc.freeze()  # what is forked shares these pages
    parent, base = os.getppid(), list(sys.path)
    with socket.socket(fileno=handle) as jobs:
        while True:
            text, handles, _, _ = socket.recv_fds(jobs, 1 << 20, 3)
            if not text:
                return
            middle = os.fork()
            if not middle:
                if os.fork():
                    os._exit(0)
                while os.getppid() != parent:  # the one between is gone
                    time.sleep(0.0005)
                own = str(os.getpid()).encode()
                be(base, json.loads(text), handles, lambda own=own: jobs.send(own))
            os.waitpid(middle, 0)
            for file in handles:
                os.close(file)


def fork_self(base: list[str], job: dict[str, Any], handles: list[int]) -> int:
    """Start a job as a fork of this process."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        be(base, job, handles, lambda: os.write(writing, b"."))
    os.read(reading, 1)
    os.close(reading)
    os.close(writing)
    return pid


def be(
    base: list[str], job: dict[str, Any], handles: list[int], begun: Callable[[], Any]
) -> None:
    """Be the process that does a job, from its first line to its end.

    Whoever asked for it goes on when it has `begun` and can be ended with its group.
    """
    try:
        _forget_what_was()
        if job["session"]:
            os.setsid()
        begun()
        _take_files(handles)
        if job["terminal"]:
            take_terminal()
        os.chdir(job["folder"])
        os.environ.clear()
        os.environ.update(job["environment"])
        install(functools.partial(fork_self, base))
        status = _run(job["module"], job["arguments"], base)
    except BaseException as error:
        sys.last_value = error
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        status = 1
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
    _end(status)


def _end(status: int) -> NoReturn:
    """End as Python ends, but leave torch's modules standing."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # no public name
        atexit._run_exitfuncs()
    except BaseException:
        ctypes.pythonapi.Py_Exit(status)  # which says what is wrong
    try:
        for stream in (sys.stdout, sys.stderr):
            if not stream.closed:
                stream.flush()
    except OSError:
        ctypes.pythonapi.Py_Exit(status)  # which says so, and ends with its own status
    real_exit(status)  # an answer's run guards the name


def _forget_what_was() -> None:
    """Undo what our own modules did in the process that this one was forked from."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit._clear()
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    if pool := sys.modules.get("concurrent.futures.thread"):
        pool._threads_queues.clear()  # its threads are the other process's
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    ours = {
        name for name, module in sys.modules.items()
        if name not in (__name__, "__main__") and _is_ours(module)
    }  # fmt: skip
    sys.meta_path[:] = [one for one in sys.meta_path if one.__module__ not in ours]
    for name in ours:
        del sys.modules[name]
    sys.modules["numpy"].random.seed()


def _is_ours(module: Any) -> bool:
    folders = getattr(module, "__path__", ())
    file = getattr(module, "__file__", None) or next(iter(folders), None)
    return bool(file) and os.path.isabs(file) and not file.startswith(NOT_OURS)


def _take_files(handles: list[int]) -> None:
    """Have these files for standard ones, and no others."""
    high = [fcntl.fcntl(handle, fcntl.F_DUPFD, 10) for handle in handles]
    for own, handle in enumerate(high):
        os.dup2(handle, own)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    how = sys.__stdout__.encoding, sys.__stdout__.errors
    sys.stdin = sys.__stdin__ = _text(0, "rb", *how)
    sys.stdout = sys.__stdout__ = _text(1, "wb", *how)
    sys.stderr = sys.__stderr__ = _text(2, "wb", how[0], "backslashreplace")


def _text(handle: int, mode: str, encoding: str, errors: str) -> io.TextIOWrapper:
    at_once = handle > 0 and bool(os.environ.get("PYTHONUNBUFFERED"))
    file = open(handle, mode, buffering=-1 + at_once, closefd=False)  # noqa: SIM115  # until the process ends
    return io.TextIOWrapper(
        file, encoding=encoding, errors=errors, write_through=at_once,
        line_buffering=not at_once and (handle == 2 or os.isatty(handle)),
    )  # fmt: skip


def _run(module: str, arguments: list[str], base: list[str]) -> int:
    """Run a module as `python -m` does; return the status with which it ends."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [os.getcwd(), *filter(None, paths), *base]
    sys.path_importer_cache.clear()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.argv[:] = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    return 0
