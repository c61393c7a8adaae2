"""Reads a kata's theory page: its parts, its headings, its snippets, its hints."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.catalog import Kata, chapter_title

HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: *\{[^}]*\})? *$")
HINT = re.compile(r'^\?\?\?\+? +tip +"[^"]*?(\d+)" *$')
STORY = re.compile(r'^\?\?\? +success +"After it is solved" *$')
QUESTION = re.compile(r'^\?\?\? +question +"(.+)" *$')
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
RUN = re.compile(r"^(\s*)(`{3,}|~{3,}) *python +run *$")
RULER = re.compile(r"^\s*\|(?:\s*:?-+:?\s*\|)+\s*$")  # below a table's headings


class PageSyntax(UserError):
    """A page that cannot be read; the text says the line and the remedy."""


@dataclass(frozen=True)
class Snippet:
    """Code on a page that is run when the site is built.

    Parameters
    ----------
    line : int
        Of the fence that opens it.
    indent : str
        Of the fence.
    code : str
        Without the fences and without the indent.
    """

    line: int
    indent: str
    code: str


def source(kata: Kata) -> str:
    """Return the page's Markdown; empty if the page is not written yet."""
    return kata.page.read_text("utf-8") if kata.page.is_file() else ""


def headings(kata: Kata) -> list[str]:
    """Return the page's headings in order, each with its marks, as in "## Idea"."""
    return headings_in(source(kata))


def title_of_chapter(tree: Path, chapter: str) -> str:
    """Return what a chapter's own page is headed with, else its folder's name.

    Parameters
    ----------
    tree : Path
        The pages of a language.
    chapter : str
        The folder's name.
    """
    page = tree / chapter / "index.md"
    found = headings_in(page.read_text("utf-8")) if page.is_file() else []
    return found[0].lstrip("# ") if found else chapter_title(chapter)


def headings_in(text: str) -> list[str]:
    """Return the headings of a Markdown text; lines in fences are none."""
    return [f"{marks} {title}" for _, marks, title in _headed(text)]


def _headed(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each heading: the line's index, its marks, its title."""
    for at, line in outside_fences(text):
        if heading := HEADING.match(line):
            yield at, heading[1], heading[2]


def outside_fences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that no fence holds, each with its index."""
    fence = ""
    for at, line in enumerate(text.splitlines()):
        marks = FENCE.match(line)
        if marks and (not fence or line.strip() == fence):
            fence = "" if fence else marks[1]
        elif not fence:
            yield at, line


def sections(text: str, marks: str = "##") -> list[tuple[str, int, str]]:
    """Return the sections below headings of one depth.

    Parameters
    ----------
    text : str
    marks : str
        Of the headings; a heading of fewer marks ends a section too.

    Returns
    -------
    list of (str, int, str)
        Title, number of the heading's line, and the text below it.
    """
    lines = text.splitlines()
    starts = [h for h in _headed(text) if len(h[1]) <= len(marks)]
    return [
        (title, at + 1, "\n".join(lines[at + 1 : end]))
        for (at, found, title), (end, _, _) in pairwise([*starts, (len(lines), "", "")])
        if found == marks
    ]


def section(text: str, name: str) -> tuple[int, str]:
    """Return the line of a section's heading and its text; 0 and "" without it."""
    found = [(line, body) for title, line, body in sections(text) if title == name]
    return found[0] if found else (0, "")


def hints(kata: Kata) -> dict[str, list[str]]:
    """Return a kata's hints by function, each from where to look to almost the code.

    Hints that stand below no function's heading have the name "".
    """
    return hints_in(source(kata))


def hints_of(kata: Kata, function: str) -> list[str]:
    """Return the hints of one function; those of a class's methods come together."""
    every = hints(kata)
    own = {
        name: texts
        for name, texts in every.items()
        if name == function or name.startswith(f"{function}.")
    }
    if len(own) < 2:
        return next(iter(own.values()), [])
    return [
        "\n\n".join(
            f"`{name}`:\n\n{text}" for name, text in zip(own, level, strict=True)
        )
        for level in zip(*own.values(), strict=False)
    ]


def hints_in(text: str) -> dict[str, list[str]]:
    """Return the blocks `??? tip "Hint 1"` … below each heading ### `function`."""
    _, body = section(text, "Hints")
    found = {
        title.strip("`"): _levels(part) for title, _, part in sections(body, "###")
    }
    loose = _levels(f"\n{body}".partition("\n### ")[0])
    return {"": loose} | found if loose else found


def story(kata: Kata) -> str:
    """Return what a hunt's page tells after it is solved; empty without it."""
    _, body = section(source(kata), "After it is solved")
    return next((text for _, text in blocks(body.splitlines(), STORY)), "")


def _levels(text: str) -> list[str]:
    """Return the bodies of hints in the order of their numbers; none with a gap."""
    levels: dict[int, list[str]] = {}
    for line, block in blocks(text.splitlines(), HINT):
        levels.setdefault(int(line[1]), []).append(block)
    bodies = ["\n".join(levels[n]).strip("\n") for n in sorted(levels)]
    return bodies if sorted(levels) == list(range(1, len(levels) + 1)) else []


def blocks(
    lines: Iterable[str], opening: re.Pattern[str]
) -> list[tuple[re.Match[str], str]]:
    """Return each folded block: what opened it, and its body without the indent."""
    found: list[tuple[re.Match[str], list[str]]] = []
    is_open = False
    for line in lines:
        if opened := opening.match(line):
            found.append((opened, []))
            is_open = True
        elif line.strip() and not line.startswith("    "):
            is_open = False
        elif is_open:
            found[-1][1].append(line)
    return [
        (opened, textwrap.dedent("\n".join(body)).strip("\n")) for opened, body in found
    ]


def snippets_in(text: str) -> list[Snippet]:
    """Return the snippets of a page, the fences ```` ```python run ````."""
    found = (part for part in parts(text) if part[1] == "snippet")
    return [snippet_of(line, fenced) for line, _, fenced in found]


def snippet_of(line: int, fenced: str) -> Snippet:
    """Return a snippet from its fence, which begins on a line."""
    head, *body = fenced.splitlines()
    indent = head[: len(head) - len(head.lstrip())]
    code = "\n".join(text.removeprefix(indent) for text in body[:-1])
    return Snippet(line, indent, f"{code}\n")


def parts(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, kind, text).

    Kinds are snippet, code, comment, display, heading (of a table) and text.

    Raises
    ------
    PageSyntax
        If a formula or a snippet has no end.
    """
    whole = _Whole()
    fence = ""
    lines = [*source.splitlines(keepends=True), ""]
    for number, (line, below) in enumerate(pairwise(lines), 1):
        opened = FENCE.match(line)
        if whole.kind:
            if part := whole.take(line):
                yield part
        elif fence:
            yield number, "code", line
            fence = "" if _closes(line, fence) else fence
        elif RUN.match(line):
            whole.begin(number, "snippet", line)
        elif opened:
            fence = opened[1]
            yield number, "code", line
        elif line.strip() == "$$":
            whole.begin(number, "display", line)
        elif line.lstrip().startswith("<!--"):
            yield number, "comment", line
        else:
            yield number, "heading" if RULER.match(below) else "text", line
    whole.check_over()


def _closes(line: str, fence: str) -> bool:
    marks = line.strip()
    return marks >= fence and marks.strip(fence[0]) == ""


class _Whole:
    """A part of several lines: a display formula, or a snippet."""

    def __init__(self) -> None:
        self.start, self.kind = 0, ""
        self._lines: list[str] = []

    def begin(self, number: int, kind: str, line: str) -> None:
        self.start, self.kind, self._lines = number, kind, [line]

    def take(self, line: str) -> tuple[int, str, str] | None:
        """Take a line; return the part if that was its last."""
        self._lines.append(line)
        first = self._lines[0]
        if self.kind == "display":
            if not line.strip():
                self.check_over()
            if line.strip() != "$$":
                return None
            indent = first[: len(first) - len(first.lstrip())]
            text = indent + " ".join(one.strip() for one in self._lines[1:-1])
        elif _closes(line, first.strip().partition("python")[0].strip()):
            text = "".join(self._lines)
        else:
            return None
        part = self.start, self.kind, text
        self.kind = ""
        return part

    def check_over(self) -> None:
        if self.kind:
            what, end = {
                "display": ("a display formula", "$$"),
                "snippet": ("a snippet", "its fence"),
            }[self.kind]
            raise PageSyntax(f"line {self.start}: {what} is not closed by {end}")
