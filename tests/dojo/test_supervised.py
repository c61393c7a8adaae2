"""Plain pytest goes on in a child: what ends it in C ends no run with status 0."""

import os
import signal
import sys
from types import SimpleNamespace

import pytest
from pty_session import Program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks here")
C_EXIT = """
    import ctypes

    def scale(x, factor=3.0):
        ctypes.CDLL(None)._exit(0)
"""

# A process that goes on in a child as pytest does, without the second that torch takes.
LIGHT = """
import ctypes, os, signal, sys, time
from types import SimpleNamespace
from dojo.worker.supervised import Teller, go_on_in_a_child
told = go_on_in_a_child()
teller = Teller(told)
teller.pytest_sessionstart(SimpleNamespace(exitstatus=0))
teller.pytest_runtest_logstart("test_a.py::test_a")
"""
END = "\nteller.pytest_unconfigure()\n"

ENDINGS = {
    "an exit in C": ("ctypes.CDLL(None)._exit(0)", 1, "with status 0"),
    "another program": (
        "ctypes.CDLL(None).execl(b'/bin/true', b'true', None)",
        1,
        "with status 0",
    ),
    "a status of its own": ("ctypes.CDLL(None)._exit(7)", 7, "with status 7"),
    "a crash": ("ctypes.string_at(0)", -signal.SIGSEGV, "by SIGSEGV"),
    "a kill": ("os.kill(os.getpid(), 9)", -signal.SIGKILL, "by SIGKILL"),
    "a child that goes on alone": (
        "ctypes.CDLL(None).fork() and ctypes.CDLL(None)._exit(0)",
        1,
        "with status 0",
    ),
}


def light(clone, body):
    return clone.run("-c", LIGHT + body)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_run_that_ends_before_its_verdicts_says_so_and_never_with_0(clone, ending):
    line, status, how = ENDINGS[ending]
    ran = light(clone, line + END)
    assert ran.status == status
    said = f"no verdicts: the process of this run ended {how} in test_a.py::test_a"
    assert said in ran.err
    assert "next: `dojo run`" in ran.err


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (END, 0),
        (END + "sys.exit(3)", 3),
        ("teller._session.exitstatus = 1" + END + "ctypes.CDLL(None)._exit(0)", 1),
    ],
)
def test_a_run_that_ends_as_it_should_has_its_own_status(clone, body, status):
    ran = light(clone, body)
    assert ran.status == status
    assert ran.err == ""


def test_plain_pytest_fails_where_an_answer_exits_in_c(clone):
    clone.answer(C_EXIT)
    ran = clone.pytest("-q", "--verdicts=v.json")
    assert ran.status == 1
    assert "::test_scale_multiplies_each_entry" in ran.err
    assert "was not graded" in (clone.root / "v.json").read_text("utf-8")


def test_pytest_that_another_program_calls_stays_in_its_process(clone, monkeypatch):
    monkeypatch.setattr("dojo.worker.supervised.go_on_in_a_child", None)
    clone.answer("")
    assert clone.graded("-q").status == 0


# At a terminal, where a key reaches every process in the foreground.


@pytest.fixture
def at_terminal(clone):
    programs = []

    def start(body):
        programs.append(Program(clone.root, [sys.executable, "-c", LIGHT + body]))
        return programs[0]

    yield start
    programs[0].close()


def test_ctrl_c_reaches_the_run_once(at_terminal):
    program = at_terminal(
        """
times = []
signal.signal(signal.SIGINT, lambda *_: times.append(1))
print("ready", flush=True)
while not times:
    time.sleep(0.05)
time.sleep(0.3)
print(f"{len(times)} time", flush=True)
"""
        + END
    )
    program.wait_for_text("ready")
    program.type("\x03")
    program.wait_for_text("1 time")
    assert program.ended() == 0


def test_only_what_a_process_sends_is_handed_on(monkeypatch):
    """A key has reached the child already, and would come twice."""
    key, sent, end = (
        SimpleNamespace(si_signo=number, si_code=code)
        for number, code in (
            (signal.SIGINT, 0x80), (signal.SIGINT, 0), (signal.SIGCHLD, 1),
        )
    )  # fmt: skip
    came, handed_on = iter([key, sent, key, end]), []
    monkeypatch.setattr(signal, "sigwaitinfo", lambda awaited: next(came))
    monkeypatch.setattr(os, "kill", lambda *given: handed_on.append(given))
    monkeypatch.setattr(os, "waitpid", lambda pid, options: (pid, 256))
    from dojo.worker import supervised  # it needs what Windows has not

    assert supervised._wait(7) == 256
    assert handed_on == [(7, signal.SIGINT)]


def test_what_is_sent_to_the_parent_reaches_the_run(at_terminal):
    program = at_terminal("print('ready', flush=True)\ntime.sleep(60)" + END)
    program.wait_for_text("ready")
    program.process.send_signal(signal.SIGTERM)
    assert program.ended() == -signal.SIGTERM
    assert "no verdicts" not in program.text


def test_a_run_that_stops_has_its_parent_stop_and_goes_on_with_it(clone):
    body = """
os.kill(os.getpid(), signal.SIGTSTP)
print("went on", flush=True)
"""
    shell = f"""
set -m
{sys.executable} -c '{LIGHT + body + END}' &
while [ -z "$(jobs -s)" ]; do sleep 0.1; done
echo stopped
fg >/dev/null
echo "status $?"
"""
    ran = clone.run(
        "-c", f"import subprocess; subprocess.run(['bash', '-c', {shell!r}])"
    )
    assert ran.out.split("\n")[-4:-1] == ["stopped", "went on", "status 0"], ran
