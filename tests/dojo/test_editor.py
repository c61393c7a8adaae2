"""Tests that the learner's editor opens the file at the line that matters."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command_line import dojo

from dojo.errors import UserError
from dojo.kata import catalog
from dojo.learner import editor

FILE = Path("k01_scaling.py")


@pytest.mark.parametrize(
    ("chosen", "command"),
    [
        ("vim", ["vim", "+7", "k01_scaling.py"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7", "k01_scaling.py"]),
        ("hx", ["hx", "k01_scaling.py:7"]),
        ("code --wait", ["code", "--wait", "--goto", "k01_scaling.py:7"]),
        ("ed", ["ed", "k01_scaling.py"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(monkeypatch, chosen, command):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", chosen)
    assert editor.editor_command(FILE, 7) == command


def test_visual_counts_before_editor(monkeypatch):
    monkeypatch.setenv("VISUAL", "hx")
    monkeypatch.setenv("EDITOR", "vim")
    assert editor.editor_command(FILE, 7)[0] == "hx"


def test_without_a_choice_the_first_editor_that_is_there_is_taken(monkeypatch):
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    there = ["vi", "vim"]
    monkeypatch.setattr("shutil.which", lambda name: name if name in there else None)
    assert editor.editor_command(FILE, 7)[0] == "vim"
    there.clear()
    with pytest.raises(UserError, match=r"set EDITOR, or open k01_scaling\.py"):
        editor.editor_command(FILE, 7)


def test_the_line_is_that_of_the_failure_else_of_the_function(clone):
    clone.answer("")
    kata = catalog.katas(clone.root)[0]
    lines = clone.stub.read_text().splitlines()
    start = lines.index("def mean_square(x: np.ndarray) -> float:") + 1
    record = {"function": "mean_square", "line": 99}
    assert editor.line_of(kata, record) == 99
    assert editor.line_of(kata, record | {"line": None}) == start
    assert editor.line_of(kata, None, "mean_square") == start
    assert lines[editor.line_of(kata, None) - 1].startswith("def scale")
    clone.stub.write_text("def scale(:\n")
    assert editor.line_of(kata, None) == 1


def test_open_gives_the_editor_the_file_and_returns_its_status(clone, monkeypatch):
    script = clone.root / "editor.py"
    script.write_text(
        "import sys\nopen('opened', 'w').write(sys.argv[1])\nsys.exit(3)\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    assert dojo(clone, "open", "scaling").status == 3
    assert (clone.root / "opened").read_text() == str(clone.stub)


def test_open_says_that_the_editor_is_not_there(clone, monkeypatch):
    monkeypatch.setenv("VISUAL", "no-such-editor")
    ran = dojo(clone, "open", "scaling")
    assert ran.status == 2
    assert "no-such-editor cannot be run" in ran.err
    assert "set EDITOR to another" in ran.err
