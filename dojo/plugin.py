"""The pytest plugin: opens a grading run, and seats those who take part in it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dojo.imports import uncollected

# Two torch threads on a busy machine were seen to be 20 times slower than one.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

with uncollected():
    import numpy as np
    import torch

from dojo.answer.clock import limit_memory
from dojo.answer.process_exit import (
    QuickEnd,
    Threads,
    forget_interrupts,
    hear_interrupts,
    refuse_exit,
)
from dojo.diagnosis import diagnose
from dojo.kata.catalog import find_root, is_root
from dojo.ui.pytest_summary import Summary
from dojo.verdict import hooks, hunt_graders
from dojo.verdict.judge import Judge
from dojo.verdict.pytest_private import is_program
from dojo.verdict.run import QUICK_SECONDS, RUN, Run, run_of
from dojo.verdict.selection import SELECTION, Selection
from dojo.verdict.verdict_file import VerdictFile
from dojo.worker.notes import Notes

END = pytest.StashKey[QuickEnd]()
SESSION = pytest.StashKey[pytest.Session]()
THREADS = pytest.StashKey[Threads]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say whose answers are graded."""
    add = parser.getgroup("dojo", "DL Katas").addoption
    add("--solutions", action="store_true", help="grade the reference solutions")
    add(
        "--katas", metavar="DIR", help="grade the answers in DIR, laid out as katas/ is"
    )
    add("--verdicts", metavar="FILE", help="also write the verdicts as JSON")
    seed_help = "seed of the graders' random data (default 0)"
    add("--seed", type=int, default=0, help=seed_help)
    add("--progress", metavar="FILE", help="note each test as it starts (for dojo run)")
    add("--only", metavar="FUNCTION", help="grade one function (for dojo run)")
    add("--crashed", metavar="FILE", help="tests not to run again (for dojo run)")
    watched_help = "another process ends this one if it hangs (for dojo run)"
    add("--watched", action="store_true", help=watched_help)
    where_help = "look so many seconds for the lines of the mistakes (default 10)"
    add("--where", type=float, nargs="?", const=10.0, default=0.0, help=where_help)
    tell_help = "say of a bug hunt too what is wrong (for dojo hint)"
    add("--tell", action="store_true", help=tell_help)
    limit_help = "processor time that a quick test may take, in seconds"
    parser.addini("dojo_seconds", limit_help, default=str(QUICK_SECONDS))


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare what a run publishes."""
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Be the last that is called at this process's end, before any file of tests."""
    if is_program() and sys.gettrace() is None:
        early_config.stash[END] = QuickEnd()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Go on in a child, if nobody sits before this process."""
    option = config.option
    if option.help or getattr(option, "version", 0) or option.progress:
        return
    if sys.platform == "linux" and is_program() and sys.gettrace() is None:
        from dojo.worker.supervised import Teller, go_on_in_a_child  # Linux alone

        config.pluginmanager.register(Teller(go_on_in_a_child()))


def pytest_configure(config: pytest.Config) -> None:
    """Open the run."""
    option = config.option
    if option.help or getattr(option, "version", 0):
        return
    own = is_root(config.rootpath)
    root = config.rootpath if own else find_root(Path(__file__).parent)
    folder, seconds = _folder(config, root), _seconds(config)
    run = Run(root, folder, option.seed, seconds, option.watched)
    config.stash[RUN] = run
    torch.set_num_threads(1)
    config.stash[THREADS] = Threads()
    refuse_exit(run.witness)
    if not option.progress:  # else nobody sits before this process
        hear_interrupts()
    limit_memory()
    run.seam.install()
    selection = Selection(config, run, option.only)
    config.stash[SELECTION] = selection
    judge = Judge(run, selection)
    for plugin in (selection, judge, diagnose, hunt_graders, *_listeners(config, run)):
        config.pluginmanager.register(plugin)


def _listeners(config: pytest.Config, run: Run) -> list[object]:
    """Return who wants to know of the verdicts."""
    option, here = config.option, config.invocation_params.dir
    listeners: list[object] = [Summary(run.folder if option.katas else None)]
    if option.verdicts:
        listeners.append(VerdictFile(Path(here, option.verdicts)))
    if option.progress:
        crashed = Path(option.crashed).read_text("utf-8") if option.crashed else "[]"
        listeners.append(Notes(Path(option.progress), json.loads(crashed)))
    elif run.graded == "katas":
        from dojo.learner.pytest_attempts import PytestAttempts  # not for dojo run

        listeners.append(PytestAttempts(run.root))
    return listeners


def _folder(config: pytest.Config, root: Path) -> Path:
    if config.option.solutions and config.option.katas:
        raise pytest.UsageError("--solutions and --katas exclude each other")
    if config.option.solutions:
        return root / "solutions"
    if config.option.katas is None:
        return root / "katas"
    if not config.option.katas:  # an empty variable of a script
        raise pytest.UsageError("--katas: name a folder that is laid out as katas/ is")
    folder = Path(config.invocation_params.dir, config.option.katas).resolve()
    if not folder.is_dir():
        raise pytest.UsageError(f"--katas: there is no folder {folder}")
    return folder


def _seconds(config: pytest.Config) -> float:
    text = str(config.getini("dojo_seconds"))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise pytest.UsageError(f"dojo_seconds is {text!r}; give a number above 0")
    return seconds


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep what will know the status."""
    session.config.stash[SESSION] = session


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(config: pytest.Config) -> None:
    """Let no thread of an answer's print between the verdicts, or after them."""
    if RUN in config.stash:
        config.stash[THREADS].end_those_of(config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give back the name `katas` and the signals; leave an answer's threads behind."""
    if RUN in config.stash:
        config.stash[RUN].seam.remove()
        config.stash[RUN].witness.leave_answers()
        config.stash[RUN].clock.close()
        forget_interrupts()
        config.stash[THREADS].leave(config.stash[RUN].witness.least_status)
        if END in config.stash and SESSION in config.stash:
            config.stash[END].with_status(int(config.stash[SESSION].exitstatus))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tool's own tests out unless they are named."""
    if RUN not in config.stash:
        return None
    tests = config.stash[RUN].root / "tests"
    if collection_path not in (tests / "dojo", tests / "bench"):
        return None
    here = config.invocation_params.dir
    named = [Path(here, str(arg).partition("::")[0]).resolve() for arg in config.args]
    return None if any(path.is_relative_to(collection_path) for path in named) else True


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of the grader's data, varied by `dojo check`."""
    return run_of(request.config).seed


@pytest.fixture
def rng(seed: int) -> np.random.Generator:
    """A NumPy generator, new for every test."""
    return np.random.default_rng(seed)


@pytest.fixture
def generator(seed: int) -> torch.Generator:
    """A torch generator, new for every test."""
    return torch.Generator().manual_seed(seed)
