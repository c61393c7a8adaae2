"""Reads a kata's theory page: its headings and its hints."""

from __future__ import annotations

import re
import textwrap

from dojo.kata.catalog import Kata

HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: *\{[^}]*\})? *$")
HINT = re.compile(r'^\?\?\?\+? +tip +"[^"]*?(\d+)" *$')
FENCE = re.compile(r"^ *(`{3,}|~{3,})")


def source(kata: Kata) -> str:
    """Return the page's Markdown; empty if the page is not written yet."""
    return kata.page.read_text("utf-8") if kata.page.is_file() else ""


def headings(kata: Kata) -> list[str]:
    """Return the page's headings in order, each with its marks, as in "## Idea"."""
    return headings_in(source(kata))


def headings_in(text: str) -> list[str]:
    """Return the headings of a Markdown text; lines in fences are none."""
    titles, fence = [], ""
    for line in text.splitlines():
        marks = FENCE.match(line)
        if marks and (not fence or line.strip() == fence):
            fence = "" if fence else marks[1]
        elif not fence and (heading := HEADING.match(line)):
            titles.append(f"{heading[1]} {heading[2]}")
    return titles


def hints(kata: Kata) -> list[str]:
    """Return a kata's hints, from where to look to almost the code, as Markdown."""
    return hints_in(source(kata))


def hints_in(text: str) -> list[str]:
    """Return the bodies of the blocks `??? tip "Hint 1"`, "Hint 2" … in order."""
    levels: dict[int, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines():
        opened = HINT.match(line)
        if opened:
            current = levels.setdefault(int(opened[1]), [])
        elif current is not None and line.strip() and not line.startswith("    "):
            current = None
        elif current is not None:
            current.append(line)
    bodies = [textwrap.dedent("\n".join(levels[n])).strip("\n") for n in sorted(levels)]
    return bodies if sorted(levels) == list(range(1, len(levels) + 1)) else []
