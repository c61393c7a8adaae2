"""What is no file in the place of an answer: no command reads it, none waits for it."""

import os
import signal
import socket
import threading

import pytest
from command_line import dojo
from conftest import Clone

from dojo.check import blocks
from dojo.files import NoFile, read_source, read_text
from dojo.kata import catalog, copies
from dojo.learner import answers

PATIENCE = 20  # seconds; what is mended waits for none

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes have names")


@pytest.fixture(autouse=True)
def ended():
    def end(*_):
        raise AssertionError("it waits for ever")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def put_socket(path):
    folder = os.open(path.parent, os.O_RDONLY)  # a socket's path has 100 characters
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


FORMS = {
    "a pipe": os.mkfifo,
    "a socket": put_socket,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
}


def with_form(clone: Clone, form: str) -> Clone:
    """Put something else in the place of the answer, of which there is a copy."""
    clone.answer("")
    answers.reset(catalog.katas(clone.root)[0])
    clone.stub.unlink()
    FORMS[form](clone.stub)
    return clone


@pytest.mark.parametrize("form", FORMS)
def test_nothing_but_a_file_is_read(clone, form):
    with_form(clone, form)
    for read in (read_text, read_source):
        with pytest.raises(NoFile, match=f"is {form}, not a file"):
            read(clone.stub)


@pytest.mark.parametrize(
    "words",
    [
        "diff scaling --anyway",
        "open scaling",
        "reset scaling",
        "reset scaling::scale",
        "undo scaling",
        "sync",
    ],
)
def test_a_command_says_what_stands_in_the_place_of_the_file(clone, words, monkeypatch):
    monkeypatch.setenv("EDITOR", "true")
    with_form(clone, "a pipe")
    ran = dojo(clone, *words.split())
    assert ran.status == 2
    assert "a pipe, not a file" in ran.err
    assert clone.stub.is_fifo()
    assert len(copies.copies(clone.root)) == 1


@pytest.mark.parametrize("words", ["", "list", "report", "hint scaling", "undo --list"])
def test_a_command_that_needs_no_answer_goes_on(clone, words):
    with_form(clone, "a pipe")
    assert dojo(clone, *words.split()).status == 0


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("katas/ch0_tiny/k01_scaling.py", "is among your answers"),
        ("solutions/sheet.png", "is among the references"),
        ("tests/sheet.png", "is among the graders"),
    ],
)
def test_no_sheet_of_images_is_written_among_answers(clone, place, says):
    before = clone.stub.read_text()
    ran = dojo(clone, "data", "show", "digits", "--force", "--png", place)
    assert (ran.status, says in ran.err) == (2, True)
    assert clone.stub.read_text() == before
    assert not list(clone.root.rglob("*.png"))


def test_attack_reads_a_pipe_to_its_end(tmp_path):
    pipe = tmp_path / "answers"
    os.mkfifo(pipe)
    text = "# wrong zero: nothing is squared\ndef mean_square(x):\n    return 0.0\n"
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    (block,) = blocks.read(pipe)
    writer.join()
    assert "return 0.0" in block.source
