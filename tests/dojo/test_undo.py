"""Tests that undo reaches every text that a command has replaced."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from command_line import dojo
from conftest import REFERENCE, REPOSITORY
from killing import killed_at_the_write

from dojo import files
from dojo.errors import UserError
from dojo.kata import catalog, copies
from dojo.kata.stubs import stub_of
from dojo.learner import answers
from dojo.learner.ledger import Ledger
from dojo.learner.undo import steps, undo
from dojo.learner.update import Update

NEW = REFERENCE.replace("Return x times a factor.", "Return x, each entry scaled.")
STUBS = {stub_of(REFERENCE), stub_of(NEW)}


def kata_of(clone):
    return catalog.katas(clone.root)[0]


def save(clone, words: str) -> str:
    """Save an answer as a learner would: the docstrings stay, a body is written."""
    empty = "    raise NotImplementedError\n"
    text = stub_of(REFERENCE).replace(empty, f"    return {words}\n", 1)
    clone.stub.write_text(text, "utf-8")
    return text


def reset_each(clone, *words: str) -> list[str]:
    texts = []
    for word in words:
        texts.append(save(clone, word))
        answers.reset(kata_of(clone))
    return texts


def walk(clone) -> list[str]:
    """Undo until there is nothing further back; return the texts on the way."""
    texts = []
    while True:
        try:
            undo(clone.root, Ledger(clone.root))
        except UserError:
            return texts
        texts.append(clone.stub.read_text("utf-8"))


def test_undo_goes_back_step_by_step(clone):
    texts = reset_each(clone, "1", "2", "3")
    for text in reversed(texts):
        ran = dojo(clone, "undo")
        assert (ran.status, clone.stub.read_text("utf-8")) == (0, text)
    ran = dojo(clone, "undo")
    assert (ran.status, "undo --list" in ran.err) == (2, True)
    assert clone.stub.read_text("utf-8") == texts[0]


def test_undo_says_how_to_bring_back_what_it_replaced(clone):
    reset_each(clone, "1")
    edited = save(clone, "2")
    ran = dojo(clone, "undo")
    number = ran.out.split("dojo undo ")[1].split(".")[0]
    dojo(clone, "undo", number)
    assert clone.stub.read_text("utf-8") == edited


def test_after_another_reset_undo_begins_with_the_youngest(clone):
    reset_each(clone, "1", "2")
    dojo(clone, "undo")
    (third,) = reset_each(clone, "3")
    dojo(clone, "undo")
    assert clone.stub.read_text("utf-8") == third


def test_undo_passes_over_a_copy_that_is_in_place(clone):
    first, second = reset_each(clone, "1", "2")
    clone.stub.write_text(second, "utf-8")
    dojo(clone, "undo")
    assert clone.stub.read_text("utf-8") == first


def test_undo_lists_every_copy_with_its_kata_and_size(clone):
    assert dojo(clone, "undo", "--list").out == "There is no copy yet.\n"
    first, second = reset_each(clone, "1", "20")
    head, *lines = dojo(clone, "undo", "--list").out.splitlines()
    assert head.split() == ["copy", "replaced", "bytes", "kata"]
    assert [line.split()[0] for line in lines] == ["2", "1"]
    sizes = [int(line.split()[3].replace(",", "")) for line in lines]
    assert sizes == [len(second.encode()), len(first.encode())]
    assert all(line.endswith("  scaling") for line in lines)
    assert dojo(clone, "undo", "scaling", "1").status == 0
    assert "scaling (as now)" in dojo(clone, "undo", "--list").out
    assert clone.stub.read_text("utf-8") == first


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["9"], "there is no copy 9; dojo undo --list shows all"),
        (["1", "2"], "name one kata, one copy, or both"),
        (["nosuch"], "there is no kata 'nosuch'"),
    ],
)
def test_undo_refuses_what_there_is_not(clone, words, says):
    (text,) = reset_each(clone, "1")
    dojo(clone, "undo")
    ran = dojo(clone, "undo", *words)
    assert (ran.status, says in ran.err) == (2, True)
    assert clone.stub.read_text("utf-8") == text


def test_undo_reaches_copies_that_no_log_knows(clone):
    (text,) = reset_each(clone, "1")
    for file in (clone.root / ".dojo").glob("*.json*"):
        file.unlink()
    dojo(clone, "undo")
    assert clone.stub.read_text("utf-8") == text


def test_a_copy_follows_its_kata_to_a_new_name(clone):
    (text,) = reset_each(clone, "1")
    for folder in ("katas", "solutions"):
        old = clone.root / folder / "ch0_tiny" / "k01_scaling.py"
        old.rename(old.with_name("k03_factors.py"))
    Ledger(clone.root).add({"kind": "renamed", "kata": "scaling", "to": "factors"})
    assert dojo(clone, "undo", "factors").status == 0
    file = clone.root / "katas" / "ch0_tiny" / "k03_factors.py"
    assert file.read_text("utf-8") == text


def test_a_copy_of_a_kata_that_was_dropped_goes_where_it_was(clone):
    (text,) = reset_each(clone, "1")
    clone.reference.unlink()
    clone.stub.unlink()
    assert dojo(clone, "undo").status == 0
    assert clone.stub.read_text("utf-8") == text


def test_a_copy_never_takes_the_name_of_another(clone, monkeypatch):
    """Another process takes the name after it was looked for, before it is made."""
    kata = kata_of(clone)
    mine = save(clone, "1")
    made = copies.write_new

    def late(path: Path, data: bytes) -> None:
        monkeypatch.setattr(copies, "write_new", made)
        made(path, b"of the other process")
        made(path, data)

    monkeypatch.setattr(copies, "write_new", late)
    answers.reset(kata)
    kept = [copy.path.read_bytes() for copy in copies.copies(clone.root)]
    assert sorted(kept) == sorted([b"of the other process", mine.encode()])


def test_a_copy_is_the_youngest_also_where_the_clock_went_back(clone, monkeypatch):
    for year, word in (("2030", "1"), ("2029", "2"), ("2030", "3")):
        monkeypatch.setattr("time.strftime", lambda *a, y=year: f"{y}0101-000000")
        reset_each(clone, word)
    kept = [copy.path.read_text("utf-8") for copy in copies.copies(clone.root)]
    assert ["return 1" in kept[0], "return 2" in kept[1], "return 3" in kept[2]] == [
        True, True, True,
    ]  # fmt: skip


def test_a_new_file_is_made_without_links_too(tmp_path, monkeypatch):
    def no_links(*paths: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    files.write_new(tmp_path / "one", b"1")
    with pytest.raises(FileExistsError):
        files.write_new(tmp_path / "one", b"2")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"1"]


class Releases:
    """The git of a clone with two releases, without the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts = {"old": REFERENCE, "new": NEW}

    def names(self, *words: str) -> list[str]:
        return ["solutions/ch0_tiny/k01_scaling.py"]

    def renames(self, *words: str) -> dict[str, str]:
        return {}

    def blob(self, commit: str, name: str) -> bytes:
        return self.texts[commit].encode()


class Renaming(Releases):
    """The second release has the kata under another number."""

    def names(self, *words: str) -> list[str]:
        (name,) = super().names()
        return [name if "old" in words else name.replace("k01", "k02")]

    def renames(self, *words: str) -> dict[str, str]:
        (old,), (new,) = self.names("old"), self.names("new")
        return {old: new}


def updated(clone, git: type[Releases]) -> None:
    list(Update(clone.root, git(clone.root), "old", "new").answers())


def within_reach(clone) -> set[str]:
    """Return what stands in the learner's files, or can be brought back."""
    kept = [step.path for step in steps(clone.root, Ledger(clone.root))]
    files_now = (clone.root / "katas").rglob("*.py")
    return {path.read_text("utf-8") for path in (*kept, *files_now)}


KILLED = {
    "reset": lambda clone: dojo(clone, "reset", "scaling"),
    "reset of a function": lambda clone: dojo(clone, "reset", "scaling::scale"),
    "undo": lambda clone: dojo(clone, "undo"),
    "undo of a copy": lambda clone: dojo(clone, "undo", "scaling", "1"),
    "sync": lambda clone: dojo(clone, "sync", "--force"),
    "update": lambda clone: updated(clone, Releases),
    "update that renames": lambda clone: updated(clone, Renaming),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("deed", KILLED)
def test_a_kill_between_the_copy_and_the_write_loses_nothing(clone, deed):
    (older,) = reset_each(clone, "1")
    mine = save(clone, "2")
    assert killed_at_the_write(lambda: KILLED[deed](clone))
    assert clone.stub.read_text("utf-8") == mine
    assert {older, mine} <= within_reach(clone)
    KILLED[deed](clone)  # again, and to its end
    assert {older, mine} <= within_reach(clone)
    save(clone, "3")
    assert dojo(clone, "reset", "scaling").status in (0, 2)  # a renamed one is gone
    assert {older, mine} <= within_reach(clone)


def test_every_write_to_a_learners_file_keeps_a_copy():
    """A command that writes one must be in `KILLED`, or write what is no answer."""
    writers = re.compile(r"(?:write_text|write_bytes|write_new)\(\w+\.stub\b")
    found = {
        path.relative_to(REPOSITORY).as_posix(): len(writers.findall(text))
        for path in (REPOSITORY / "dojo").rglob("*.py")
        if writers.search(text := path.read_text("utf-8"))
    }
    untouched_stub = {"dojo/learner/update.py": 1}
    assert found == {"dojo/kata/copies.py": 1} | untouched_stub


@pytest.mark.parametrize("seed", range(50))
def test_every_text_that_was_replaced_can_be_brought_back(clone, seed):
    dice = random.Random(seed)
    git, release = Releases(clone.root), "old"
    ledger, kata = Ledger(clone.root), kata_of(clone)
    replaced: set[str] = set()
    for step in range(12):
        before = clone.stub.read_text("utf-8")
        deed = dice.choice(
            ["edit", "edit", "reset", "part", "undo", "number", "update"]
        )
        if deed == "edit":
            mark = before.replace("ndarray of shape (N,)", f"ndarray {step}", 1)
            clone.stub.write_text(mark if step % 3 else save(clone, str(step)), "utf-8")
            continue
        if deed == "reset":
            answers.difference(kata)
            answers.reset(kata)
        elif deed == "part":
            answers.reset(kata, "mean_square")
        elif deed == "update":
            goal = "new" if release == "old" else "old"
            list(Update(clone.root, git, release, goal).answers())
            release = goal
        else:
            every = steps(clone.root, ledger)
            number = dice.choice(every).number if deed == "number" and every else None
            try:
                undo(clone.root, ledger, number=number)
            except UserError:
                assert clone.stub.read_text("utf-8") == before
        if clone.stub.read_text("utf-8") != before:
            replaced.add(before)
    replaced.add(save(clone, "'the last'"))
    answers.reset(kata)
    assert replaced - STUBS <= set(walk(clone))
