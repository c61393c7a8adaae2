"""Tests the terminal of `dojo watch` alone: keys through a real one, text in cells."""

from __future__ import annotations

import re
import sys
import termios
import time

import pytest
from conftest import REPOSITORY
from rich.cells import cell_len
from rich.text import Text

pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")

from pty_session import LEFT, Program

from dojo.ui.watch import keymap, keys
from dojo.ui.watch.layout import at_most, chop, ends, fold, fold_lines
from dojo.ui.watch.pages import Page
from dojo.ui.watch.terminal import rendered

ECHO = """
import queue, sys, time
from dojo.ui.watch.events import KeyPressed
from dojo.ui.watch.terminal import Terminal

events = queue.SimpleQueue()
with Terminal(events.put) as terminal:
    print("ready", terminal.size())
    while (event := events.get()) != KeyPressed("Q"):
        print(event)
        if event == KeyPressed("L"):
            with terminal.lent():
                time.sleep(0.5)  # whoever else reads is faster
                print("lent", repr(sys.stdin.readline()))
"""
WIDE = "漢字 kanji かな kana " * 9


@pytest.fixture(scope="module")
def echo():
    """A program that prints each event of its terminal."""
    program = Program(REPOSITORY, [sys.executable, "-u", "-c", ECHO])
    program.wait_for_text("ready")
    yield program
    program.type("Q")
    program.close()


def told(echo: Program, *parts: str | float) -> list[str]:
    """Return the keys that are told when these are sent; a number waits so long."""
    echo.text = ""
    for part in (*parts, "."):
        time.sleep(part) if isinstance(part, float) else echo.type(part)
    echo.wait_for_text("KeyPressed(key='.')")
    return re.findall(r"KeyPressed\(key='(.*?)'\)", echo.text)[:-1]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1b[A", "up"), ("\x1b[B", "down"), ("\x1b[5~", "page up"),
        ("\t", "tab"), ("\x1b[Z", "shift tab"),
        ("\x1b[6~", "page down"), (" ", "page down"), ("\r", "enter"), ("\n", "enter"),
        ("\x1b[H", "home"), ("\x1b[1~", "home"), ("\x1b[7~", "home"),
        ("\x1b[F", "end"), ("\x1b[4~", "end"), ("\x1b[8~", "end"),
        ("\x1bOA", "up"), ("\x1bOB", "down"), ("\x1bOH", "home"), ("\x1bOF", "end"),
        ("\x1bOM", "enter"), ("\x1bOw", "home"), ("\x1bOy", "page up"),
        ("\x04", "q"), ("g", "g"), ("?", "?"), ("é", "é"),
    ],
)  # fmt: skip
def test_each_sequence_is_one_key(echo, sent, key):
    assert told(echo, sent) == [key]


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("\x1b[", "5~", "page up"), ("\x1b", "[1~", "home"), ("\x1b[1", "~", "home"),
        ("\x1b", "OA", "up"), ("\x1bO", "A", "up"),
    ],
)  # fmt: skip
def test_a_sequence_that_arrives_in_two_reads_is_one_key(echo, first, second, key):
    assert told(echo, first, 0.03, second) == [key]


def test_escape_alone_is_a_key_after_a_while(echo):
    assert told(echo, "\x1b", 0.5) == ["escape"]


def test_keys_typed_at_once_are_told_in_order(echo):
    keys = ["page down", "j", "j", "home", "up", "q", "n"]
    assert told(echo, "\x1b[6~jj\x1b[1~\x1b[Aqn") == keys


@pytest.mark.parametrize(
    "sent",
    ["\x1b[99~", "\x1b[0n", "\x1b[?62;4c", "\x1b[24~", "\x1b[I", "\x1bn", "\x07"],
)
def test_a_sequence_that_nobody_knows_is_no_key(echo, sent):
    assert told(echo, sent) == []


def test_a_key_may_follow_a_sequence_that_nobody_knows(echo):
    assert told(echo, "\x1b[99~n") == ["n"]


def test_what_is_typed_while_the_terminal_is_lent_is_no_key(echo):
    echo.text = ""
    echo.type("L")
    echo.wait_for_text(LEFT)
    echo.type("nnx\n")
    echo.wait_for_text(r"lent 'nnx\n'")
    assert "KeyPressed(key='n')" not in echo.text
    assert told(echo, "n") == ["n"]


def test_another_size_is_told(echo):
    echo.resize(61, 17)
    echo.wait_for_text("Resized(columns=61, lines=17)")
    echo.resize(80, 24)
    echo.wait_for_text("Resized(columns=80, lines=24)")


def test_a_terminal_without_a_size_is_taken_to_be_a_usual_one(echo):
    echo.resize(0, 0)
    echo.wait_for_text("Resized(columns=80, lines=24)")
    echo.resize(80, 24)
    echo.wait_for_text("Resized(columns=80, lines=24)")


def test_the_terminal_is_given_back_as_it_was():
    program = Program(REPOSITORY, [sys.executable, "-u", "-c", ECHO])
    before = termios.tcgetattr(program.ours)
    program.wait_for_text("ready")
    during = termios.tcgetattr(program.ours)
    program.type("Q")
    assert program.ended() == 0
    assert program.text.endswith(LEFT)
    assert termios.tcgetattr(program.ours) == before != during
    program.close()


def test_the_terminal_is_asked_nothing():
    command = [sys.executable, "-u", "-c", ECHO]
    program = Program(REPOSITORY, command, FORCE_COLOR="1", TERM="xterm")
    program.wait_for_text("ready")
    program.type("Q")
    assert program.ended() == 0
    program.close()
    before = program.text.partition("ready")[0]
    assert before == "\x1b[?1049h\x1b[H\x1b[?25l"


def test_only_watch_loads_blessed(clone):
    ran = clone.run("-X", "importtime", "-m", "dojo", "list")
    assert "dojo.ui.cli" in ran.err
    assert "blessed" not in ran.err


def test_each_key_in_words_has_an_action_and_each_action_words():
    assert [words.key for words in keymap.KEYS] == [*keys.ACTIONS, "q"]


@pytest.mark.parametrize("width", [20, 60, 80])
def test_help_and_quit_stand_in_the_last_line_at_any_width(width):
    assert len(keymap.footer(width)) <= width
    assert keymap.footer(width).startswith("n next" if width > 20 else "")
    assert keymap.footer(width).endswith("? help q quit")


def test_fold_counts_cells():
    lines = fold(WIDE, 30, "  ", "    ")
    assert max(map(cell_len, lines)) <= 30
    assert min(map(cell_len, lines[:-1])) > 15
    assert " ".join(line.strip() for line in lines) == WIDE.strip()
    assert [len(line) - len(line.lstrip()) for line in lines[:2]] == [2, 4]


def test_fold_breaks_a_word_that_is_too_long():
    assert fold("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_fold_lines_keeps_each_indentation():
    text = "a\n\n    code " + "word " * 4
    lines = ["a", "", "    code word word", "      word word"]
    assert fold_lines(text, 20) == lines


def test_at_most_says_that_there_is_more():
    assert at_most(["漢字漢字", "漢字漢字", "x"], 2, 8) == ["漢字漢字", "漢字漢 …"]
    assert at_most(["a", "b"], 2, 8) == ["a", "b"]


def test_chop_keeps_every_character_and_its_style():
    line = Text("def " + "漢x" * 30, "red")
    pieces = chop(line, 20)
    assert max(piece.cell_len for piece in pieces) <= 20
    assert all(piece.plain.endswith("\\") for piece in pieces[:-1])
    rest = "".join(piece.plain[4:].rstrip("\\") for piece in pieces[1:])
    assert pieces[0].plain[:-1] + rest == line.plain


@pytest.mark.parametrize("left", ["short", "漢字" * 20])
def test_ends_fill_the_line_exactly(left):
    line = ends(left, "右 right", 30, "bold")
    assert line.cell_len == 30
    assert line.plain.endswith(" 右 right")


def test_a_page_scrolls_between_its_ends():
    page = Page("title", [Text(str(number)) for number in range(50)])
    for key, first in {
        "up": "0", "down": "1", "end": "29", "page up": "9", "home": "0",
    }.items():  # fmt: skip
        assert page.press(key, 80, 24)
        assert page.draw(80, 24)[2].plain == first
    page.press("end", 80, 24)
    assert page.draw(80, 40)[2].plain == "13"  # a higher terminal shows more
    page.press("up", 80, 40)
    assert page.draw(80, 40)[2].plain == "12"
    assert not page.press("z", 80, 24)


def test_nothing_in_a_text_commands_the_terminal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = rendered([Text("\x1b[2J a\tb \x9b1m \x7f")], 40)
    assert text == "\x1b[H␛[2J a  b \N{REPLACEMENT CHARACTER}1m ␡\x1b[K\x1b[J"


def test_a_line_that_is_too_wide_is_cut_at_a_cell():
    line = re.sub(r"\x1b\[[0-9;]*[mHKJ]", "", rendered([Text("漢" * 30)], 20))
    assert cell_len(line) <= 20
    assert line.endswith("…")
