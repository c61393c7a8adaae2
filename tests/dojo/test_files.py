"""Files of answers as editors leave them: with a BOM, of another encoding, gone."""

import os
import threading

import pytest
from command_line import dojo
from conftest import REFERENCE

from dojo.files import read_text, write_text
from dojo.kata import catalog, stubs
from dojo.learner import answers
from dojo.learner.ledger import Ledger
from dojo.learner.undo import undo

LATIN_1 = "\n# caf\u00e9\n".encode("latin-1")


def append(clone, data):
    """Let an answer that is right end in these bytes."""
    clone.answer("")
    clone.stub.write_bytes(clone.stub.read_bytes() + data)


def test_a_file_with_a_bom_and_windows_line_ends_is_graded(clone):
    clone.answer("")
    text = clone.stub.read_text("utf-8")
    clone.stub.write_text(text, "utf-8-sig", newline="\r\n")
    states = {verdict["state"] for verdict in clone.verdicts().values()}
    assert states == {"passed"}


def test_a_declared_encoding_counts(clone):
    append(clone, LATIN_1)
    clone.stub.write_bytes(b"# coding: latin-1\n" + clone.stub.read_bytes())
    states = {verdict["state"] for verdict in clone.verdicts().values()}
    assert states == {"passed"}


def test_a_byte_that_is_no_utf_8_is_told_with_its_line(clone):
    append(clone, LATIN_1)
    line = clone.stub.read_bytes().count(b"\n")
    because = clone.verdicts()["scale"]["because"]
    assert because.startswith(f"k01_scaling.py:{line}: SyntaxError: byte 0xe9")
    assert "UTF-8" in because


@pytest.mark.parametrize("command", ["", "list", "report", "diff scaling --anyway"])
def test_a_byte_that_is_no_utf_8_stops_no_command(clone, command):
    append(clone, LATIN_1)
    clone.verdicts()
    ran = dojo(clone, *command.split())
    assert (ran.status, ran.err) == (0, "")
    assert ran.out


def test_a_function_is_not_reset_in_a_file_that_is_no_text(clone):
    append(clone, LATIN_1)
    before = clone.stub.read_bytes()
    ran = dojo(clone, "reset", "scaling::scale")
    assert ran.status == 2
    assert "bytes that are no text" in ran.err
    assert clone.stub.read_bytes() == before


@pytest.mark.parametrize("data", [LATIN_1, b"\r\n# by Windows\r\n"])
def test_undo_brings_back_each_byte(clone, data):
    append(clone, data)
    before = clone.stub.read_bytes()
    (kata,) = catalog.katas(clone.root)
    answers.reset(kata)
    assert clone.stub.read_bytes() != before
    undo(clone.root, Ledger(clone.root))
    assert clone.stub.read_bytes() == before


def test_a_text_is_written_with_the_bytes_that_it_was_read_with(tmp_path):
    path = tmp_path / "answer.py"
    path.write_bytes(LATIN_1)
    text = read_text(path)
    path.unlink()
    write_text(path, text)
    assert path.read_bytes() == LATIN_1


def test_the_mark_that_windows_puts_first_is_no_text(tmp_path):
    path = tmp_path / "answer.py"
    path.write_text("x = 1\n", "utf-8-sig")
    assert read_text(path) == "x = 1\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_file_keeps_its_rights_when_it_is_written(tmp_path):
    path = tmp_path / "answer.py"
    write_text(path, "one")
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    write_text(path, "two")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_whole_whenever_it_is_read(tmp_path):
    path = tmp_path / "answer.py"
    texts = {letter * 1_000_000 for letter in "ab"}
    write_text(path, min(texts))
    writer = threading.Thread(
        target=lambda: [write_text(path, text) for _ in range(20) for text in texts]
    )
    writer.start()
    while writer.is_alive():
        assert path.read_text("utf-8") in texts
    writer.join()


def test_bytes_that_are_no_text_count_as_an_answer():
    assert stubs.has_answers(LATIN_1.decode("utf-8", "surrogateescape"))


def test_a_stub_that_is_gone_can_be_brought_back(clone):
    clone.stub.unlink()
    ran = clone.dojo("run", "scaling")
    assert ran.status == 1
    assert "dojo reset scaling brings" in ran.out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_into_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "verdicts")
        assert os.read(reader, 100) == b"verdicts"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_of_wide_characters_is_told_how_to_be_saved(clone, encoding):
    clone.stub.write_text(REFERENCE, encoding)
    because = clone.verdicts()["scale"]["because"]
    says = "the file is UTF-16 or UTF-32; save the file as UTF-8"
    assert because == f"k01_scaling.py:1: SyntaxError: {says}"


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (b"# \xe9\n", "byte 0xe9 is not utf-8"),
        (b"# coding: nosuch\n", "unknown encoding: nosuch"),
    ],
)
def test_the_line_of_the_encoding_is_told_how_to_be_saved(clone, first, says):
    clone.stub.write_bytes(first + clone.stub.read_bytes())
    because = clone.verdicts()["scale"]["because"]
    says = f"SyntaxError: {says}; save the file as UTF-8"
    assert because == f"k01_scaling.py:1: {says}"
