"""Tests that each way of saving is told once, and nothing else is."""

from __future__ import annotations

import os
import queue
import time

import pytest

from dojo.ui.watch import saves

PATIENCE = 30  # seconds; a test that passes waits for none
QUIET = 0.4  # seconds in which nothing more is told


class Told(queue.SimpleQueue):
    """What is told of a file in a folder."""

    def __init__(self, folder) -> None:
        self.file = folder / "k01.py"
        self.file.write_text("x = 1\n")
        self.saves = saves.Saves(folder, lambda: self.put("saved"), self.put)
        self.saves.follow(self.file)
        time.sleep(QUIET)  # the system begins to watch

    def again(self) -> bool:
        """Tell whether a save is told, and no second one after it."""
        try:
            assert self.get(timeout=PATIENCE) == "saved"
        except queue.Empty:
            return False
        time.sleep(QUIET)
        return self.empty()


@pytest.fixture
def told(tmp_path):
    told = Told(tmp_path)
    yield told
    told.saves.stop()


def test_a_save_in_place_of_the_same_size_is_told(told):
    with told.file.open("r+") as file:  # in one step, however busy the machine is
        file.write("x = 2\n")
    assert told.again()


def test_a_save_by_a_rename_is_told_also_with_the_same_time(told):
    facts = told.file.stat()
    new = told.file.with_name("k01.py.swp")
    new.write_text("x = 2\n")
    os.utime(new, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    os.replace(new, told.file)
    assert told.again()


def test_a_file_that_is_removed_and_written_again_is_told(told):
    told.file.unlink()
    assert told.again()
    told.file.write_text("x = 1\n")
    assert told.again()


def test_another_file_is_not_told(told):
    told.file.with_name("k02.py").write_text("x = 2\n")
    time.sleep(QUIET)
    assert told.empty()
    told.file.write_text("x = 3\n")  # the folder was watched all the while
    assert told.again()


def test_where_the_system_watches_no_more_files_they_are_read_in_turns(
    tmp_path, monkeypatch
):
    real = saves.watch

    def refused(*folders, force_polling, **options):
        if not force_polling:
            raise OSError("limit of watches")
        return real(*folders, force_polling=True, **options)

    monkeypatch.setattr(saves, "watch", refused)
    told = Told(tmp_path)
    assert "limit of watches" in told.get(timeout=PATIENCE)
    told.file.write_text("x = 2\n")
    assert told.again()
    told.saves.stop()
