"""What a killed process leaves is cleared by the next run, and nothing else."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY

from dojo import scratch as module
from dojo.files import clear_unfinished, write_text
from dojo.kata import catalog
from dojo.scratch import LOCK, Scratch, clear_folders, scratch
from dojo.worker import grade

pytestmark = pytest.mark.skipif(
    not module.HAS_LOCKS, reason="Windows keeps an open file itself"
)

KILLED = """
import os, signal, sys
from pathlib import Path
from dojo import files, scratch
folder = scratch.Scratch()
print(folder.path, flush=True)
os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
files.write_text(Path(sys.argv[1]), "half")
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Have a folder of temporary files of one's own, in which nothing is young."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(module, "YOUNG", 0.0)
    return folder


def killed(temporary, target):
    """Have a process killed while it writes to `target`."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(target)],
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    return Path(done.stdout.strip())


def test_what_a_killed_process_left_is_cleared(temporary, tmp_path):
    target = tmp_path / "answers" / "k01.py"
    write_text(target, "mine")
    left = killed(temporary, target)
    (hidden,) = set(target.parent.iterdir()) - {target}
    assert left.is_dir()
    clear_folders()
    clear_unfinished(target.parent)
    assert not left.exists()
    assert not hidden.exists()
    assert target.read_text("utf-8") == "mine"


def test_the_folder_of_a_live_process_stays(temporary):
    mine = Scratch()
    clear_folders()
    assert mine.path.is_dir()
    mine.close()
    assert list(temporary.iterdir()) == []


def test_what_is_young_stays_for_its_maker_may_not_hold_it_yet(temporary, monkeypatch):
    folder = temporary / "dojo-young"
    folder.mkdir()
    (folder / LOCK).touch()
    monkeypatch.setattr(module, "YOUNG", 60.0)
    clear_folders()
    assert folder.is_dir()
    old = time.time() - 61
    os.utime(folder / LOCK, (old, old))
    clear_folders()
    assert not folder.exists()


def test_what_is_not_the_dojos_stays(temporary, tmp_path):
    others = [temporary / "dojo-of-others", temporary / "other"]
    for folder in others:
        folder.mkdir()
        (folder / "file").touch()
    swap = tmp_path / ".k01.py.swp"
    swap.touch()
    clear_folders()
    clear_unfinished(tmp_path)
    assert all((folder / "file").is_file() for folder in others)
    assert swap.is_file()


def test_a_folder_for_a_block_goes_with_it_also_where_it_raises(temporary):
    with pytest.raises(KeyError), scratch() as folder:
        raise KeyError(folder)
    assert list(temporary.iterdir()) == []


def test_a_run_clears_what_an_earlier_one_left(clone, temporary):
    hidden = clone.stub.parent / ".k01_scaling.py.abcdefgh.dojo"
    hidden.touch()
    folder = temporary / "dojo-left"
    folder.mkdir()
    (folder / LOCK).touch()
    grade._clear_leftovers(clone.root, catalog.katas(clone.root))
    assert not hidden.exists()
    assert not folder.exists()
