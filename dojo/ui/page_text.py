"""A theory page as text for a terminal: formulas readable, no hint given away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dojo.errors import UserError
from dojo.kata import bank, pages
from dojo.kata.catalog import Hunt, Kata
from dojo.ui.formulas import as_text

DIRECTIVE = re.compile(r"<!--\s*dojo:(\w+)")
INLINE = re.compile(r"(?P<code>`[^`]*`)|\$(?P<formula>[^$\n]+)\$")
LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
EMPHASIS = re.compile(r"\*\*([^*]+)\*\*")
PLACE = re.compile(r"\{\{.*?\}\}|\{[:#.][^}\n]*\}|</?span[^>]*>")
FOLD = re.compile(r'^\?\?\?\+? +(\w+) +"(.+)" *$')
INDENT = "    "


def page_text(kata: Kata, section: str = "") -> list[str]:
    """Return a kata's page as lines, or one of its sections.

    Parameters
    ----------
    kata : Kata
    section : str, optional
        The heading, or as an address has it: "common-mistakes".

    Raises
    ------
    UserError
        If there is no page, or no such section.
    """
    source = pages.source(kata)
    if not source:
        raise UserError(f"{kata.slug} has no page yet; dojo list has other katas")
    return list(_lines(kata, _part(source, section) if section else source))


def _part(source: str, section: str) -> str:
    wanted = anchor(section)
    for marks in ("##", "###"):
        for title, _, body in pages.sections(source, marks):
            if anchor(title) == wanted:
                return f"{marks} {title}\n{body}"
    names = ", ".join(anchor(title) for title, _, _ in pages.sections(source))
    raise UserError(f"the page has no section {section!r}; it has {names}")


def anchor(title: str) -> str:
    """Return a heading as an address has it."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())


def _lines(kata: Kata, source: str) -> Iterator[str]:
    """Yield lines; of several blank ones, one."""
    before = ""
    for line in _all_lines(kata, source):
        if line or before:
            yield line
        before = line


def _all_lines(kata: Kata, source: str) -> Iterator[str]:
    hidden, answers = "", list[str]()
    for _, kind, text in pages.parts(source):
        heading = pages.HEADING.match(text) if kind == "text" else None
        if heading and len(heading[1]) < 3:
            yield from answers
            hidden = heading[2] if heading[2] in HIDDEN else ""
            answers = ["### Answers", ""] if heading[2] == QUESTIONS else []
        if heading and hidden == heading[2]:
            yield from [f"## {hidden}", "", HIDDEN[hidden].format(slug=kata.slug), ""]
        elif not hidden:
            lines = _shown(kata, kind, text.rstrip("\n"))
            if answers and (kind != "text" or text.startswith(INDENT)):
                answers += lines
            else:
                yield from lines
    yield from answers


QUESTIONS = "Check yourself"  # whose answers follow all questions
HIDDEN = {
    "Hints": "dojo hint {slug} gives them one by one.",
    "After it is solved": "dojo explain {slug} tells it then.",
}


def _shown(kata: Kata, kind: str, text: str) -> Iterator[str]:
    """Yield the lines of a part of the page."""
    if kind == "comment":
        yield from _in_place_of(kata, text)
    elif kind == "display":
        formula = as_text(text.strip())
        yield from (f"{INDENT}{line.strip()}" for line in formula.splitlines())
    elif kind == "snippet":
        code = pages.snippet_of(0, text).code
        yield from (f"{INDENT}{line}".rstrip() for line in code.splitlines())
    elif kind == "code":
        if not pages.FENCE.match(text):
            yield INDENT + text
    elif not pages.RULER.match(text):
        yield _plain(text)


def _in_place_of(kata: Kata, text: str) -> Iterator[str]:
    """Yield what a terminal shows where the site puts something in."""
    directive = DIRECTIVE.search(text)
    name = directive[1] if directive else ""
    if name == "figure":
        yield "(A figure stands here: make site draws it.)"
    elif name == "contract":
        yield f"It stands in {kata.stub.relative_to(kata.root).as_posix()}."
    elif name == "mistakes" and not isinstance(kata, Hunt):
        codes = dict.fromkeys(mistake.code for mistake in bank.read(kata))
        yield from (f"- {code}" for code in codes)
        yield ""
        yield "dojo explain CODE explains one."


def _plain(text: str) -> str:
    fold = FOLD.match(text)
    text = f"{fold[1].capitalize()}: {fold[2]}" if fold else text
    text = INLINE.sub(lambda m: m["code"] or as_text(m["formula"]), text)
    return PLACE.sub("…", EMPHASIS.sub(r"\1", LINK.sub(r"\1", text))).rstrip()
