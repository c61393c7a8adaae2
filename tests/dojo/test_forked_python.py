"""Tests that a fork which stands for `python -m` cannot be told from a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from forked_python import COLD

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")

FACTS = """
import atexit, json, os, signal, subprocess, sys, threading

import ours

def facts():
    return {
        "arguments": sys.argv[1:],
        "name": __name__,
        "folder": os.getcwd(),
        "path": sys.path,
        "environment": {k: v for k, v in os.environ.items() if k != "DOJO_TESTS_COLD"},
        "byte code": sys.dont_write_bytecode,
        "files": sorted(os.listdir("/proc/self/fd"))[:3],
        "more files": len(os.listdir("/proc/self/fd")),
        "leads": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
        "parent": os.getppid(),
        "signals": {s.name: str(signal.getsignal(s)).split(" at ")[0]
                    for s in signal.Signals},
        "input": sys.stdin.read(),
        "streams": [(s.encoding, s.errors, s.line_buffering, s.isatty(), s.fileno())
                    for s in (sys.stdin, sys.stdout, sys.stderr)],
        "threads": [thread.name for thread in threading.enumerate()],
        "finders": [str(finder).split(" at ")[0] for finder in sys.meta_path],
        "hook": sys.excepthook is sys.__excepthook__,
        "seen before": ours.seen,
        "main thread": threading.current_thread() is threading.main_thread(),
    }

found = facts()
ours.seen = True
signal.signal(signal.SIGTERM, lambda number, frame: None)
sys.excepthook = print
atexit.register(lambda: print("bye", file=sys.stderr, flush=True))
if "again" in sys.argv:
    ran = subprocess.run(
        [sys.executable, "-m", "facts", "inner"], capture_output=True, text=True,
        input="given", start_new_session=True, check=True,
    )
    found["inner"] = json.loads(ran.stdout)
    found["child of ours"] = found["inner"].pop("parent") == os.getpid()
    found["inner error"] = ran.stderr
print(json.dumps(found))
print("torch" in sys.modules, file=sys.stderr)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "facts.py").write_text(FACTS, "utf-8")
    (tmp_path / "ours.py").write_text("seen = False\n", "utf-8")
    return tmp_path


def ran(folder, *words, module="facts", **environment):
    """Run a module of the folder."""
    own = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "OURS": "x"}
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder, env=os.environ | own | environment, input="line\n",
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_fork_finds_what_a_new_process_finds(folder):
    forked, new = ran(folder, "again"), ran(folder, "again", **{COLD: "1"})
    found, expected = json.loads(forked.stdout), json.loads(new.stdout)
    assert found.pop("inner error").splitlines() == ["True", "bye"]
    assert expected.pop("inner error").splitlines() == ["False", "bye"]
    assert found == expected
    assert forked.stderr.splitlines() == ["True", "bye"]
    assert new.stderr.splitlines() == ["False", "bye"]


ENDS = {
    "as it should": "print('done')",
    "with a status": "import sys; print('done'); sys.exit(3)",
    "with a text": "import sys; sys.exit('why')",
    "with an error": "1 / 0",
    "at once": "import os; os._exit(4)",
    "by a signal": "import os; os.kill(os.getpid(), 11)",
    "by Ctrl-C": "import os, signal; os.kill(os.getpid(), signal.SIGINT); input()",
    "with words that nobody hears": "import os; r, w = os.pipe(); os.close(r); "
    "os.dup2(w, 1); print('lost')",
    "with its output closed": "import sys; sys.stdout.close()",
    "with a last call": "import atexit; atexit.register(print, 'bye'); exit(5)",
    "with a last call that fails": "import atexit; atexit.register(lambda: 1 / 0)",
    "after a thread": "import threading, time\n"
    "threading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_fork_ends_as_a_new_process_ends(folder, end):
    (folder / "ending.py").write_text(ENDS[end], "utf-8")
    forked = ran(folder, module="ending")
    new = ran(folder, module="ending", **{COLD: "1"})
    assert forked.returncode == new.returncode
    assert forked.stdout == new.stdout
    last = [text.stderr.splitlines()[-1:] for text in (forked, new)]
    assert last[0] == last[1]


FROM_A_POOL = """
import subprocess, sys
from concurrent.futures import ThreadPoolExecutor

def ending(number):
    ran = subprocess.run([sys.executable, "-m", "ending"], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ran.returncode, ran.stdout

with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(ending, range(3))))
"""


def test_a_fork_that_a_thread_starts_ends(folder):
    (folder / "from_a_pool.py").write_text(FROM_A_POOL, "utf-8")
    (folder / "ending.py").write_text(ENDS["with a text"], "utf-8")
    assert ran(folder, module="from_a_pool").stdout == f"{[(1, 'why' + chr(10))] * 3}\n"
