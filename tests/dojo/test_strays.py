"""A file in odd form, or in an odd place, is never silently not started."""

import json
import os
import shutil

import pytest
from command_line import dojo

from dojo.answer.strays import look_alike, odd_form, told
from dojo.kata import catalog
from dojo.ui import show

PLACES = [
    "ch0_tiny/k01_scaling (1).py",
    "ch0_tiny/k01_scaling - Copy.py",
    "ch0_tiny/Copy of k01_scaling.py",
    "ch0_tiny/k01_scaling.py.txt",
    "ch0_tiny/K01-Scaling.py",
    "ch0_tiny/k01_scaling.ipynb",
    "katas/ch0_tiny/k01_scaling.py",
    "submission/katas/k01_scaling.py",
    "k01_scaling.py",
    "scaling.py",
]


def moved(clone, place):
    """Put a right answer at another place of the folder."""
    clone.answer("")
    target = clone.root / "katas" / place
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(clone.stub, target)
    return target


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_at_another_place_or_under_another_name_is_found(clone, place):
    target = moved(clone, place)
    (kata,) = catalog.katas(clone.root)
    assert look_alike(kata, clone.root / "katas") == target


def test_what_was_found_and_what_was_expected_is_the_verdict(clone):
    moved(clone, "katas/ch0_tiny/k01_scaling.py")
    verdict = clone.verdicts()["scale"]
    assert (verdict["state"], verdict["rung"]) == ("failed", "imports")
    assert verdict["because"] == "the answers are looked for in ch0_tiny/k01_scaling.py"
    assert verdict["got"] == "katas/ch0_tiny/k01_scaling.py"
    assert verdict["want"] == "ch0_tiny/k01_scaling.py"


def test_of_a_notebook_it_is_said_that_it_is_not_read(clone):
    target = moved(clone, "k01_scaling.ipynb")
    (kata,) = catalog.katas(clone.root)
    assert told(kata, clone.stub) == (
        target.name,
        "ch0_tiny/k01_scaling.py; a notebook is not read",
    )


def test_a_file_that_is_gone_is_not_started(clone):
    clone.stub.unlink()
    (clone.stub.parent / "k01_scaling_notes.py").touch()
    (clone.stub.parent / ".k01_scaling.py").touch()
    verdict = clone.verdicts()["scale"]
    assert verdict["state"] == "not started"
    assert verdict["because"] == "scale is not started: there is no k01_scaling.py"


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)


def dead_link(path):
    path.symlink_to("elsewhere.py")


FORMS = {
    folder: "a folder",
    pipe: "a pipe",
    dead_link: "a link to elsewhere.py, which does not exist",
}


@pytest.mark.parametrize("make", FORMS)
def test_what_is_no_file_is_named(clone, make):
    clone.stub.unlink()
    make(clone.stub)
    (kata,) = catalog.katas(clone.root)
    assert told(kata, clone.stub) == (
        f"{FORMS[make]} of the name k01_scaling.py",
        "a Python file of that name",
    )


def test_a_pipe_holds_no_run(clone):
    clone.stub.unlink()
    pipe(clone.stub)
    assert clone.verdicts()["scale"]["got"] == "a pipe of the name k01_scaling.py"


def test_beside_a_stub_that_nobody_began_another_file_is_named(clone):
    other = clone.stub.parent / "k01_scaling (1).py"
    shutil.copy(clone.stub, other)
    verdict = clone.verdicts()["scale"]
    assert verdict["state"] == "not started"
    assert verdict["because"] == (
        "scale is not started; ch0_tiny/k01_scaling (1).py is not read"
    )
    clone.answer("")
    assert clone.verdicts()["scale"]["state"] == "passed"


def test_the_file_of_another_kata_is_not_taken_for_one(clone):
    clone.add_kata("k02_scaling_old", "__all__ = []", "", "")
    kata, other = catalog.katas(clone.root)
    clone.stub.unlink()
    assert look_alike(kata, clone.root / "katas") is None
    assert look_alike(other, clone.root / "katas") is None


def test_a_link_to_a_file_is_a_file(clone, tmp_path):
    real = tmp_path / "mine.py"
    os.replace(clone.answer(""), real)
    clone.stub.symlink_to(real)
    assert odd_form(clone.stub) == ""
    assert clone.verdicts()["scale"]["state"] == "passed"


def test_a_run_says_once_what_was_found_and_how_it_is_mended(clone, capsys):
    kata, found = catalog.katas(clone.root)[0], "ch0_tiny/k01_scaling (1).py"
    moved(clone, found)
    clone.graded("-q", "--progress=progress")
    notes = (clone.root / "progress").read_text("utf-8").splitlines()
    records = json.loads(notes[-1])["verdicts"]
    show.show_kata(show.console(), kata, records)
    out = capsys.readouterr().out
    assert "  failed       scale, mean_square\n" in out
    assert out.count(f"found:    {found}") == 1
    step = show.next_step(kata, records)
    assert step.startswith(
        f"move 'katas/{found}' to katas/ch0_tiny/k01_scaling.py, then"
    )


# dojo run --katas


def test_run_grades_any_folder_in_a_process_of_its_own(clone):
    clone.answer("", "hers")
    mine = dojo(clone, "run", "--katas=hers", "scaling")
    assert mine.status == 0, mine.out
    assert "2 of 2 passed" in mine.out
    clone.answer(
        """
        import ctypes
        def scale(x, factor=3.0):
            ctypes.CDLL(None)._exit(0)
    """,
        "hers",
    )
    crashed = dojo(clone, "run", "--katas=hers")
    assert crashed.status == 1
    assert "scale ended the process: exit status 0" in crashed.out
    assert "2 tests" in crashed.out
    assert "edit scale in hers/ch0_tiny/k01_scaling.py, then dojo run scaling" in (
        crashed.out
    )
    assert not (clone.root / ".dojo").exists()


WRONG = {
    "nowhere": ["--katas=nowhere"],
    "a file": ["--katas=README.md"],
    "two": ["--katas=katas", "--solutions"],
}


@pytest.mark.parametrize("options", WRONG)
def test_a_folder_that_is_none_is_wrong_use(clone, options):
    ran = dojo(clone, "run", *WRONG[options])
    assert ran.status == 2
    assert ran.err.startswith("dojo: --")
    assert "--katas" in ran.err
