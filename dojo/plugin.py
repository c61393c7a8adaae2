"""The pytest plugin: puts the seam in, turns reports into verdicts, prints them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

# Two torch threads on a busy machine were seen to be 20 times slower than one.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import torch

from dojo.answer.limits import keep_stderr, limit_memory
from dojo.answer.witness import refuse_exit
from dojo.kata.catalog import find_root, is_root
from dojo.verdict import replay
from dojo.verdict.session import Session

DOJO = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say whose answers are graded."""
    group = parser.getgroup("dojo", "DL Katas")
    whose = group.addoption
    whose("--solutions", action="store_true", help="grade the reference solutions")
    whose(
        "--katas", metavar="DIR", help="grade the answers in DIR, laid out as katas/ is"
    )
    whose("--verdicts", metavar="FILE", help="also write the verdicts as JSON")
    whose(
        "--seed",
        type=int,
        default=0,
        help="seed of the graders' random data (default 0)",
    )
    whose(
        "--progress", metavar="FILE", help="note each test as it starts (for dojo run)"
    )
    whose("--only", metavar="FUNCTION", help="grade one function (for dojo run)")
    whose("--crashed", metavar="FILE", help="tests not to run again (for dojo run)")


def pytest_configure(config: pytest.Config) -> None:
    """Put the import seam in place."""
    if config.option.help or getattr(config.option, "version", 0):
        return
    root = (
        config.rootpath
        if is_root(config.rootpath)
        else find_root(Path(__file__).parent)
    )
    config.stash[DOJO] = dojo = Session(
        config, root, _folder(config, root), _target(config)
    )
    torch.set_num_threads(1)
    keep_stderr()
    refuse_exit()
    limit_memory()
    dojo.seam.install()
    config.pluginmanager.register(dojo, "dojo.verdict.session")


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


def _target(config: pytest.Config) -> Path | None:
    """Return where the verdicts go, without what an earlier run has left there.

    An answer that ends the process leaves no verdicts; the ones of somebody else must
    not be taken for them.
    """
    if not config.option.verdicts:
        return None
    target = Path(config.invocation_params.dir, config.option.verdicts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            target.unlink()
        elif target.is_dir() or not os.access(target.parent, os.W_OK):
            raise OSError("it is a folder, or in one that cannot be written to")
    except OSError as error:
        raise pytest.UsageError(f"--verdicts={target}: {error}") from error
    return target


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say so where --katas names a folder of another layout: all is not started."""
    folder = config.stash[DOJO].folder if DOJO in config.stash else None
    if folder and config.option.katas and not any(folder.glob("ch*_*/k[0-9]*_*.py")):
        line = f"no kata is in {folder}: lay it out as katas/ is, a folder a chapter"
        terminalreporter.write_line(line, yellow=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the name `katas` back."""
    if DOJO in config.stash:
        config.stash[DOJO].seam.remove()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tool's own tests out unless they are named."""
    if DOJO not in config.stash:
        return None
    own = config.stash[DOJO].root / "tests" / "dojo"
    if collection_path != own:
        return None
    here = config.invocation_params.dir
    named = [Path(here, str(arg).partition("::")[0]).resolve() for arg in config.args]
    return None if any(path.is_relative_to(own) for path in named) else True


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of the grader's data, varied by `dojo check`."""
    return int(replay.SEED if replay.SEED is not None else request.config.option.seed)


@pytest.fixture
def rng(seed: int) -> np.random.Generator:
    """A NumPy generator, new for every test."""
    return np.random.default_rng(seed)


@pytest.fixture
def generator(seed: int) -> torch.Generator:
    """A torch generator, new for every test."""
    return torch.Generator().manual_seed(seed)
