"""Tests that a narrow terminal, or a telephone, shows whole words."""

from __future__ import annotations

import io
import os
import re
from types import SimpleNamespace

import pytest
from command_line import dojo
from conftest import REPOSITORY
from rich.console import Console

from dojo.kata import catalog
from dojo.ui import show
from dojo.ui.complain import complain
from dojo.ui.folding import Folding
from dojo.ui.report_page import page
from dojo.ui.watch.keymap import HANG, KEYS, footer, help_lines
from dojo.ui.watch.keys import ACTIONS, HINT_KEYS
from dojo.ui.watch.pages import MOVE, SCROLL, Page, Text
from dojo.ui.watch.screen import failure_lines
from dojo.ui.watch.state import WatchState

BEST = "the best net is already that of epoch 2"


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("width", [30, 60, 80])
def test_the_key_bar_keeps_help_and_quit(width):
    bar = footer(width)
    assert bar.endswith("? help q quit")
    assert len(bar) <= width


@pytest.mark.parametrize("width", [40, 60])
def test_the_help_of_watch_splits_no_word(width):
    lines = help_lines()
    help_page = Page("", [Text(line) for line in lines], hang=HANG)
    shown = [line.plain for line in help_page.draw(width, 99)][2:-1]
    assert max(map(len, shown)) <= width
    assert words(" ".join(shown)) == words(" ".join(lines))
    keys = {"", "save", *(key.key for key in KEYS)}
    assert {line[:HANG].strip() for line in shown} == keys


def test_a_page_is_folded_anew_for_another_width():
    text = Page("", [Text("  a line of several words")], hang=2)
    assert [line.plain for line in text.draw(16, 9)][2:5] == [
        "  a line of", "    several", "    words",
    ]  # fmt: skip
    assert text.draw(60, 9)[2].plain == "  a line of several words"


def test_the_list_splits_no_word_on_60_columns(monkeypatch):
    katas = catalog.katas(REPOSITORY)
    out = Console(
        file=io.StringIO(), force_terminal=True, width=60, color_system=None,
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    show.show_katas(out, dict.fromkeys(katas, "not started"))
    lines = out.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    said = " ".join(words(" ".join(lines)))
    assert all(" ".join(words(kata.title)) in said for kata in katas)


def test_a_page_says_all_its_keys_on_60_columns():
    assert max(map(len, (SCROLL, MOVE, HINT_KEYS))) <= 60


def test_what_was_printed_is_cut_with_a_mark(clone):
    (kata,) = catalog.katas(clone.root)
    record = {
        "function": "scale", "lines": ["a fact"], "where": None, "excerpt": [],
        "printed": "words " * 20 + "\nmore", "state": "failed",
    }  # fmt: skip
    state = WatchState(kata, [record], columns=60)
    (line,) = [text.plain for text in failure_lines(state) if "printed" in text.plain]
    assert line.endswith("… (and 1 lines more)")
    assert len(line) == 60


def test_the_whole_of_a_failure_splits_no_word(clone):
    (kata,) = catalog.katas(clone.root)
    record = {
        "function": "scale", "test": "a test", "lines": ["a fact of words " * 9],
        "arguments": [], "traceback": "", "printed": "", "state": "failed",
    }  # fmt: skip
    watch = SimpleNamespace(state=WatchState(kata, [record], columns=60))
    ACTIONS["v"].do(watch)
    drawn = "\n".join(line.plain for line in watch.state.page.draw(60, 24))
    assert set(words(drawn)) >= {"fact", "of", "words"}
    assert set(words(drawn.partition("fact")[2].partition("j k")[0])) <= {
        "a", "fact", "of", "words",
    }  # fmt: skip


FAILURE = (
    "      [red]a failure that is told in many words goes on below[/]\n"
    "      where:    at the last of them"
)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_line_is_folded_at_its_words_on_a_terminal_alone(terminal):
    out = Folding(
        file=io.StringIO(), force_terminal=terminal, width=40, color_system=None,
        soft_wrap=True,
    )  # fmt: skip
    out.print(FAILURE)
    lines = out.file.getvalue().splitlines()
    first = "      a failure that is told in many words goes on below"
    folded = [first[:36], "        words goes on below"]
    assert lines[:-1] == (folded if terminal else [first])
    assert lines[-1] == "      where:    at the last of them"


def test_no_text_of_an_answer_becomes_a_picture(capsys):
    show.console().print("x[:smile:]", markup=False)
    assert capsys.readouterr().out == "x[:smile:]\n"


def test_a_title_stands_beside_its_kata_in_a_pipe():
    out = Console(file=io.StringIO(), width=60, soft_wrap=True)
    show.show_titled(out, "  passed       scaling", "A title " * 9, "green")
    assert len(out.file.getvalue().splitlines()) == 1


def test_texts_are_folded_on_a_terminal_alone(monkeypatch):
    for terminal, count in ((True, 3), (None, 1)):
        out = Console(
            file=io.StringIO(), force_terminal=terminal, width=20, soft_wrap=True
        )
        monkeypatch.setattr(show, "console", lambda out=out: out)
        show.print_folded("a line of words that is longer than a terminal")
        assert len(out.file.getvalue().splitlines()) == count


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals to be had")
def test_a_complaint_is_folded_at_the_width_of_its_own_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # what is known where output goes to a pipe
    termios = pytest.importorskip("termios")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (20, 33))
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        complain(BEST)
        stream.flush()
        shown = screen.read(200).decode().splitlines()
    assert words(" ".join(shown)) == words(f"dojo: {BEST}")
    assert max(map(len, shown)) <= 33


def test_a_complaint_in_a_pipe_is_one_line(capsys):
    complain(BEST * 5)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_help_says_whole_sentences(clone):
    said = dojo(clone, "--help").out
    assert "..." not in said.partition("Commands:")[2]
    assert "one step further back." in " ".join(words(said))
    said = dojo(clone, "data", "--help").out
    assert "keep it outside the repository." in " ".join(words(said))


def test_the_report_is_a_block_a_row_on_a_telephone():
    kata = {
        "kata": "scaling", "title": "Scaling", "state": "1 of 2", "passed": 1,
        "functions": 2, "attempts": 1, "minutes": 1.0, "planned_minutes": 5,
        "hints": 1, "levels": {}, "passed_at": None, "tiers": {},
        "mistakes": [{"code": "sums", "times": 1, "says": "It sums."}],
    }  # fmt: skip
    report = {
        "schema": 1, "passed": 0, "attempts": 1, "minutes": 1.0, "hints": 1,
        "days": {"2026-11-28": 1}, "katas": [kata],
    }  # fmt: skip
    text = page(report)
    assert "1 attempt, 1 minutes, 1 hint." in text
    assert text.count("<td") == text.count("<td data-label=") == 10
    assert 'style="width: 50.0%"' in text
    narrow = text.partition("@media (max-width: 34rem)")[2].partition("</style>")[0]
    assert re.search(r"tr \{ display: block", narrow)
